//! A private Dovecot with one user, whose mail is a Maildir that the test can look into.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use oficios::configuration::resolved::{Imap, Security, Switch};

use super::{Certificates, OTHER_PASSWORD, OTHER_USER, PASSWORD, PATIENCE, USER, client, until};

/// What the server is able to do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Abilities {
    All,
    /// No MOVE.
    NoMove,
    /// Neither MOVE nor UIDPLUS.
    Old,
}

pub struct Dovecot {
    folder: tempfile::TempDir,
    child: Child,
    plain_port: u16,
    tls_port: u16,
}

impl Dovecot {
    pub fn start(abilities: Abilities) -> Dovecot {
        let program = ["/usr/sbin/dovecot", "/usr/local/sbin/dovecot", "/usr/bin/dovecot"]
            .into_iter()
            .find(|path| Path::new(path).exists())
            .expect("dovecot is not installed: run tests/install.sh");
        // A port that was free a moment ago may be taken by the time Dovecot wants it.
        for _ in 0..5 {
            if let Some(server) = Dovecot::try_start(program, abilities) {
                return server;
            }
        }
        panic!("dovecot did not start five times");
    }

    fn try_start(program: &str, abilities: Abilities) -> Option<Dovecot> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        Certificates::write(path);
        let ports = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let [plain_port, tls_port] = ports.map(|listener| listener.local_addr().unwrap().port());
        let root = rustix::process::getuid().is_root();
        // Dovecot gives no mail to root. As another user, everything runs as that user.
        let (uid, gid) = if root {
            (65534, 65534)
        } else {
            (rustix::process::getuid().as_raw(), rustix::process::getgid().as_raw())
        };
        let home = path.join("home");
        for directory in ["", "Maildir", "Maildir/new", "Maildir/cur", "Maildir/tmp"] {
            fs::create_dir_all(home.join(directory)).unwrap();
            chown(home.join(directory), Some(uid), Some(gid)).unwrap();
        }
        fs::write(path.join("users"), format!("{USER}:{{PLAIN}}{PASSWORD}\n{OTHER_USER}:{{PLAIN}}{OTHER_PASSWORD}\n"))
            .unwrap();
        fs::set_permissions(path.join("users"), fs::Permissions::from_mode(0o644)).unwrap();
        let mut configuration = format!(
            "base_dir = {path}/run
state_dir = {path}/state
log_path = {path}/dovecot.log
listen = 127.0.0.1
protocols = imap
ssl = yes
ssl_cert = <{path}/certificate.pem
ssl_key = <{path}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain
auth_failure_delay = 0
mail_location = maildir:{path}/home/Maildir
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = {path}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={path}/home
}}
namespace inbox {{
  inbox = yes
  separator = .
}}
service imap-login {{
  inet_listener imap {{
    port = {plain_port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
",
            path = path.display()
        );
        if !root {
            let user = command_output("id", &["-un"]);
            let group = command_output("id", &["-gn"]);
            configuration += &format!(
                "default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}\n\
                 service anvil {{\n  chroot =\n}}\nservice imap-login {{\n  chroot =\n}}\nservice stats {{\n  chroot =\n}}\n"
            );
        }
        let capability = match abilities {
            Abilities::All => None,
            Abilities::NoMove => Some("IMAP4rev1 UIDPLUS IDLE CHILDREN NAMESPACE LITERAL+"),
            Abilities::Old => Some("IMAP4rev1 CHILDREN NAMESPACE LITERAL+"),
        };
        if let Some(capability) = capability {
            configuration += &format!("imap_capability = {capability}\n");
        }
        let file = path.join("dovecot.conf");
        fs::write(&file, configuration).unwrap();
        let child = Command::new(program)
            .args(["-F", "-c"])
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(path.join("stderr")).unwrap())
            .spawn()
            .expect("dovecot cannot be run: run tests/install.sh");
        let mut server = Dovecot { folder, child, plain_port, tls_port };
        let mut ended = false;
        until("dovecot", || {
            ended = server.child.try_wait().unwrap().is_some();
            ended || [plain_port, tls_port].iter().all(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok())
        });
        if ended {
            eprintln!("dovecot ended: {}", server.log());
            return None;
        }
        Some(server)
    }

    pub fn log(&self) -> String {
        ["stderr", "dovecot.log"]
            .map(|name| fs::read_to_string(self.folder.path().join(name)).unwrap_or_default())
            .concat()
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A configuration for this server.
    pub fn imap(&self, security: Security) -> Imap {
        let port = if security == Security::Tls { self.tls_port } else { self.plain_port };
        Imap {
            server: client(port, security, self.folder.path()),
            folder: "INBOX".to_owned(),
            sent_folder: Some("Sent".to_owned()),
            keep_sent_copies: Switch::On,
        }
    }

    /// The Maildir of the inbox, or of a folder as Maildir++ spells it (`.Sent`).
    pub fn maildir(&self, folder: &str) -> PathBuf {
        self.folder.path().join("home/Maildir").join(folder)
    }

    /// Delivers a mail the way a delivery agent does: into `tmp`, then into `new`.
    pub fn deliver(&self, name: &str, message: &[u8]) {
        self.deliver_into("", name, message);
    }

    /// The same into a folder that is there.
    pub fn deliver_into(&self, folder: &str, name: &str, message: &[u8]) {
        let [tmp, new] = ["tmp", "new"].map(|directory| self.maildir(folder).join(directory).join(name));
        fs::write(&tmp, message).unwrap();
        if rustix::process::getuid().is_root() {
            chown(&tmp, Some(65534), Some(65534)).unwrap();
        }
        fs::rename(tmp, new).unwrap();
    }

    /// Unique name and flags of every mail in a folder, whether in `new` or in `cur`, sorted. Flags are `None` in `new`.
    pub fn mails(&self, folder: &str) -> Vec<(String, Option<String>)> {
        let mut mails = Vec::new();
        for directory in ["new", "cur"] {
            let Ok(entries) = fs::read_dir(self.maildir(folder).join(directory)) else { continue };
            for entry in entries {
                let name = entry.unwrap().file_name().into_string().unwrap();
                let (unique, flags) = match name.split_once(":2,") {
                    Some((unique, flags)) => (unique, Some(flags.to_owned())),
                    None => (name.as_str(), None),
                };
                // Dovecot appends sizes to names that it moves: `unique,S=…`.
                let unique = unique.split(',').next().unwrap().to_owned();
                mails.push((unique, flags));
            }
        }
        mails.sort();
        mails
    }

    /// The inbox loses its numbers: its list says so with another UIDVALIDITY (4242) in its first line.
    pub fn forget_numbers(&self) {
        let files =
            ["dovecot-uidlist", "dovecot.index.log", "dovecot.index", "dovecot.index.cache", "dovecot-uidvalidity"];
        for name in files {
            let _ = fs::remove_file(self.maildir(name));
        }
        fs::write(self.maildir("dovecot-uidlist"), "3 V4242 N1 G0123456789abcdef0123456789abcdef\n").unwrap();
    }

    /// How many mails of a folder are marked as read.
    pub fn read_mails(&self, folder: &str) -> usize {
        self.mails(folder).iter().filter(|(_, flags)| flags.as_ref().is_some_and(|flags| flags.contains('S'))).count()
    }
}

fn command_output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

impl Dovecot {
    /// Ends the server; its files stay until it is dropped.
    pub fn stop(&mut self) {
        // TERM, so that the master ends its children, too.
        if let Some(pid) = rustix::process::Pid::from_raw(self.child.id().cast_signed())
            && let Ok(None) = self.child.try_wait()
        {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if let Ok(Some(_)) = self.child.try_wait() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.log());
        }
        self.stop();
    }
}
