//! Real servers, started by the tests themselves on free ports of this machine and stopped when a test ends. A program that is not
//! installed makes a test fail with the remedy; no test is skipped.
#![allow(dead_code, reason = "each suite uses its own half")]

pub mod dovecot;
pub mod smtp;

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use oficios::configuration::password::PasswordSource;
use oficios::configuration::resolved::{Login, Security, Server};

pub const USER: &str = "mesadeayuda";
pub const PASSWORD: &str = r#"a "long" pass\word"#;
/// Another user of the IMAP server, with the same mail and a password that IMAP's LOGIN cannot carry.
pub const OTHER_USER: &str = "otra";
pub const OTHER_PASSWORD: &str = "contraseña";

/// How long a server may take to start, or a machine to do what a test waits for. Only a failing test takes as long.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A certificate authority and a server's certificate for `localhost`, as files.
pub struct Certificates {
    pub authority: PathBuf,
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl Certificates {
    pub fn write(folder: &Path) -> Certificates {
        use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
        let authority_key = KeyPair::generate().unwrap();
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority_certificate = authority.self_signed(&authority_key).unwrap();
        let key = KeyPair::generate().unwrap();
        let server = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = server.signed_by(&key, &Issuer::new(authority, authority_key)).unwrap();
        let files = Certificates {
            authority: folder.join("authority.pem"),
            certificate: folder.join("certificate.pem"),
            key: folder.join("key.pem"),
        };
        fs::write(&files.authority, authority_certificate.pem()).unwrap();
        fs::write(&files.certificate, certificate.pem()).unwrap();
        fs::write(&files.key, key.serialize_pem()).unwrap();
        files
    }
}

/// The configuration of a client for a server on this machine.
pub fn client(port: u16, security: Security, folder: &Path) -> Server {
    Server {
        host: "localhost".to_owned(),
        port,
        security,
        login: Some(Login { user: USER.to_owned(), password: password(folder, PASSWORD) }),
        hello_name: Some("oficios.example.org".to_owned()),
        ca_file: Some(folder.join("authority.pem")),
        timeout: Duration::from_secs(30),
    }
}

pub fn password(folder: &Path, password: &str) -> PasswordSource {
    let mut file = tempfile::Builder::new().prefix("password").tempfile_in(folder).unwrap();
    file.write_all(password.as_bytes()).unwrap();
    PasswordSource::File(file.into_temp_path().keep().unwrap())
}

/// A server that says what a script says, whatever it hears: the first piece at once, and one more each time what it hears
/// comes to the end of a line (a client may send one command in several pieces). At the script's end it falls silent and
/// keeps the line.
pub struct ScriptedServer {
    pub port: u16,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl ScriptedServer {
    pub fn start(script: &'static [&'static str]) -> ScriptedServer {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let all_heard = Arc::clone(&heard);
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                let mut connection = connection.unwrap();
                let heard = Arc::clone(&all_heard);
                std::thread::spawn(move || {
                    let mut script = script.iter();
                    let mut piece = [0; 4096];
                    loop {
                        if let Some(words) = script.next() {
                            let _ = connection.write_all(words.as_bytes());
                        }
                        loop {
                            let Ok(length @ 1..) = connection.read(&mut piece) else { return };
                            heard.lock().unwrap().extend_from_slice(&piece[..length]);
                            if piece[..length].ends_with(b"\n") {
                                break;
                            }
                        }
                    }
                });
            }
        });
        ScriptedServer { port, heard }
    }

    /// Everything that clients have said.
    pub fn heard(&self) -> String {
        String::from_utf8_lossy(&self.heard.lock().unwrap()).into_owned()
    }
}

/// Waits until something is so.
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "waited {} s in vain for {what}", PATIENCE.as_secs());
        std::thread::sleep(Duration::from_millis(20));
    }
}

pub fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap().block_on(work)
}
