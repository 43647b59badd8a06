//! The outbox as a folder: each message becomes a file, for demonstrations and for trying the program on a real mailbox without
//! answering anybody. Nothing is sent.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::{Delivery, Outbox, OutgoingMessage};

/// Keeps every message as `<hash of its Message-ID>.eml`.
#[derive(Clone, Debug)]
pub struct FolderOutbox {
    folder: PathBuf,
}

impl FolderOutbox {
    pub fn new(folder: impl Into<PathBuf>) -> FolderOutbox {
        FolderOutbox { folder: folder.into() }
    }

    /// Where a message's file is. The Message-ID is hashed, so that no name comes out of a message.
    pub fn path_of(&self, message_id: &str) -> PathBuf {
        let hash = Sha256::digest(message_id.as_bytes());
        let name: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        self.folder.join(format!("{name}.eml"))
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&FolderOutbox) -> io::Result<T> + Send + 'static,
    ) -> Result<T, String> {
        let outbox = self.clone();
        let folder = self.folder.display().to_string();
        let outcome =
            tokio::task::spawn_blocking(move || work(&outbox)).await.unwrap_or_else(|error| Err(error.into()));
        outcome.map_err(|error| format!("{folder}: {error}"))
    }
}

impl Outbox for FolderOutbox {
    /// A message that is there already was delivered: doing it again changes nothing.
    async fn deliver(&self, message: &OutgoingMessage) -> Delivery {
        let (path, bytes) = (self.path_of(&message.message_id), message.bytes.clone());
        let outcome = self
            .blocking(move |outbox| {
                fs::create_dir_all(&outbox.folder)?;
                if !path.try_exists()? {
                    write_durably(&outbox.folder, &path, &bytes)?;
                }
                Ok(path.display().to_string())
            })
            .await;
        match outcome {
            Ok(path) => Delivery::Accepted { response: format!("kept as {path}") },
            Err(reason) => Delivery::TryLater { reason },
        }
    }

    async fn probe(&self) -> Result<(), String> {
        self.blocking(|outbox| {
            fs::create_dir_all(&outbox.folder)?;
            let probe = outbox.folder.join(format!(".probe.{}", std::process::id()));
            File::create(&probe)?;
            fs::remove_file(&probe)
        })
        .await
    }
}

/// The file appears whole and durable, or not at all.
fn write_durably(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(message_id: &str, bytes: &[u8]) -> OutgoingMessage {
        OutgoingMessage {
            message_id: message_id.to_owned(),
            envelope_from: None,
            envelope_to: vec!["a@example.org".to_owned()],
            bytes: bytes.to_vec(),
        }
    }

    fn run<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
    }

    #[test]
    fn a_message_is_kept_once_byte_for_byte_under_a_name_of_our_own() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = FolderOutbox::new(folder.path().join("out"));
        let hostile = "../../etc/passwd@x";
        for bytes in [b"first\r\n".as_slice(), b"second\r\n"] {
            let delivery = run(outbox.deliver(&message(hostile, bytes)));
            assert!(matches!(delivery, Delivery::Accepted { .. }), "{delivery:?}");
        }
        let files: Vec<PathBuf> =
            fs::read_dir(folder.path().join("out")).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(files, [outbox.path_of(hostile)]);
        assert_eq!(fs::read(&files[0]).unwrap(), b"first\r\n");
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_a_reason_to_try_later() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("out");
        fs::write(&taken, "a file").unwrap();
        let outbox = FolderOutbox::new(&taken);
        assert!(run(outbox.probe()).unwrap_err().contains("out"));
        assert!(matches!(run(outbox.deliver(&message("a@b", b"x"))), Delivery::TryLater { .. }));
    }
}
