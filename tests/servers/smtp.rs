//! A private SMTP server (aiosmtpd, run by `smtp.py`) that keeps what it is sent and misbehaves when told to.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use oficios::configuration::resolved::{Security, Server};

use super::{Certificates, PASSWORD, USER, client};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Plain,
    StartTls,
    Tls,
    /// Before ESMTP: neither 8BITMIME nor SMTPUTF8.
    Old,
}

pub struct SmtpServer {
    folder: tempfile::TempDir,
    child: Child,
    mode: Mode,
    port: u16,
}

/// A message that the server took.
pub struct Kept {
    pub bytes: Vec<u8>,
    pub envelope: serde_json::Value,
}

impl SmtpServer {
    pub fn start(mode: Mode) -> SmtpServer {
        let folder = tempfile::tempdir().unwrap();
        Certificates::write(folder.path());
        fs::write(folder.path().join("login.json"), serde_json::json!([USER, PASSWORD]).to_string()).unwrap();
        // The system's Python first: it is the one that tests/install.sh equips.
        let python = if Path::new("/usr/bin/python3").exists() { "/usr/bin/python3" } else { "python3" };
        let word = match mode {
            Mode::Plain => "plain",
            Mode::StartTls => "starttls",
            Mode::Tls => "tls",
            Mode::Old => "old",
        };
        let mut child = Command::new(python)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/servers/smtp.py"))
            .arg(folder.path())
            .arg(word)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(folder.path().join("stderr")).unwrap())
            .spawn()
            .expect("python3 cannot be run: run tests/install.sh");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse().unwrap_or_else(|_| {
            let _ = child.wait();
            let reason = fs::read_to_string(folder.path().join("stderr")).unwrap_or_default();
            panic!("the SMTP server (python3-aiosmtpd) does not start: run tests/install.sh\n{reason}")
        });
        SmtpServer { folder, child, mode, port }
    }

    /// A configuration for this server.
    pub fn configuration(&self) -> Server {
        let security = match self.mode {
            Mode::Plain | Mode::Old => Security::Plain,
            Mode::StartTls => Security::StartTls,
            Mode::Tls => Security::Tls,
        };
        let mut server = client(self.port, security, self.folder.path());
        if security == Security::Plain {
            server.login = None;
        }
        server
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Every message that the server took, in order.
    pub fn kept(&self) -> Vec<Kept> {
        let read = |number: usize| {
            let path = self.folder.path().join(format!("{number:03}.json"));
            let envelope = serde_json::from_str(&fs::read_to_string(&path).ok()?).ok()?;
            Some(Kept { bytes: fs::read(path.with_extension("eml")).ok()?, envelope })
        };
        (1..).map_while(read).collect()
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("{}", fs::read_to_string(self.folder.path().join("stderr")).unwrap_or_default());
        }
    }
}
