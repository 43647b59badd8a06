//! The mailbox in a Maildir: the sample mails of `oficios demo`, or a mailbox another program delivers into.
//!
//! A mail stays where it is, unseen in `new`, until it is filed. Its identity is the unique part of its file name. Folders are
//! Maildir++ (`Oficios/Confirmados` is `.Oficios.Confirmados` beside the inbox); keywords are Dovecot's (see `keywords`). Copies of
//! replies go to `.Sent` where there is one.

mod file_name;
mod folder;
mod keywords;

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use self::folder::{Folder, read};
use super::folder_name::FolderName;
use super::{Arrival, Filing, MailKey, Mailbox, MailboxError, News, SentLookup};

/// What stands for UIDVALIDITY in a [`MailKey`].
const VALIDITY: &str = "maildir";

/// How often the directories are looked at while waiting.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Bytes of a message in which its Message-ID is looked for.
const HEADER_LIMIT: u64 = 64 * 1024;

/// How long another program may hold the list of keywords.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);

/// A Maildir as inbox.
#[derive(Clone, Debug)]
pub struct MaildirMailbox {
    name: String,
    inbox: Folder,
    listed: Option<Listed>,
}

/// The inbox as it was when it was last listed.
#[derive(Clone, Debug)]
struct Listed {
    stamp: [Option<SystemTime>; 2],
    mails: HashSet<String>,
}

/// What `doctor` tells of a Maildir.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaildirProbe {
    pub messages: usize,
    pub sent: SentCopies,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SentCopies {
    Kept,
    /// There is no `.Sent`: no copies are kept.
    NotKept,
}

impl MaildirMailbox {
    /// # Errors
    /// When there is no Maildir at `path`.
    pub fn open(name: &str, path: &Path) -> Result<MaildirMailbox, MailboxError> {
        let mailbox = MaildirMailbox { name: name.to_owned(), inbox: Folder { path: path.to_owned() }, listed: None };
        if mailbox.inbox.is_there() {
            return Ok(mailbox);
        }
        let problem = io::Error::other("it is no Maildir: it lacks a directory new or cur");
        Err(mailbox.files_error(path, &problem))
    }

    /// Looks at the Maildir and changes nothing.
    ///
    /// # Errors
    /// When it cannot be listed.
    pub async fn probe(&self) -> Result<MaildirProbe, MailboxError> {
        self.blocking(|mailbox| {
            let messages = mailbox.inbox.mails().map_err(|error| mailbox.files_error(&mailbox.inbox.path, &error))?;
            let sent = if mailbox.sent().is_there() { SentCopies::Kept } else { SentCopies::NotKept };
            Ok(MaildirProbe { messages: messages.len(), sent })
        })
        .await
    }

    fn sent(&self) -> Folder {
        Folder { path: self.inbox.path.join(".Sent") }
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&MaildirMailbox) -> Result<T, MailboxError> + Send + 'static,
    ) -> Result<T, MailboxError> {
        let mailbox = self.clone();
        let path = self.inbox.path.clone();
        match tokio::task::spawn_blocking(move || work(&mailbox)).await {
            Ok(result) => result,
            Err(error) => Err(self.files_error(&path, &io::Error::other(error))),
        }
    }

    fn files_error(&self, path: &Path, error: &io::Error) -> MailboxError {
        MailboxError::Files { mailbox: self.name.clone(), path: path.display().to_string(), reason: error.to_string() }
    }

    fn gone(&self, unique: &str) -> MailboxError {
        MailboxError::Gone { mailbox: self.name.clone(), uid: unique.to_owned() }
    }

    /// Finds a mail and works on its file. Another program may change the flags, and so the name, in between: then once more.
    fn with_mail<T>(&self, key: &MailKey, work: impl Fn(&folder::Found) -> io::Result<T>) -> Result<T, MailboxError> {
        if key.validity != VALIDITY {
            return Err(self.gone(&key.uid));
        }
        for _ in 0..3 {
            let found = self.inbox.find(&key.uid).map_err(|error| self.files_error(&self.inbox.path, &error))?;
            let Some(found) = found else { break };
            match work(&found) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(self.files_error(&found.path, &error)),
                Ok(value) => return Ok(value),
            }
        }
        Err(self.gone(&key.uid))
    }

    fn list(&self) -> Result<(Vec<Arrival>, Listed), MailboxError> {
        let problem = |error: io::Error| self.files_error(&self.inbox.path, &error);
        // The stamp first: what comes while the list is made changes it again.
        let stamp = self.inbox.stamp().map_err(problem)?;
        let mails = self.inbox.mails().map_err(problem)?;
        let names = mails.iter().map(|mail| mail.name.unique.clone()).collect();
        let arrivals = mails
            .into_iter()
            .map(|mail| Arrival {
                key: MailKey { mailbox: self.name.clone(), validity: VALIDITY.to_owned(), uid: mail.name.unique },
                size: mail.size,
                arrived: mail.modified,
            })
            .collect();
        Ok((arrivals, Listed { stamp, mails: names }))
    }

    fn file_blocking(&self, key: &MailKey, filing: &Filing) -> Result<(), MailboxError> {
        match filing {
            Filing::Untouched => Ok(()),
            Filing::Folder(name) => {
                let path = self.folder_path(name)?;
                let target = Folder { path };
                // First the mail: filing what is gone makes no folder.
                self.with_mail(key, |_| Ok(()))?;
                target.provide().map_err(|error| self.files_error(&target.path, &error))?;
                self.with_mail(key, |mail| self.inbox.move_to(mail, &target))
            }
            Filing::Keyword(keyword) => {
                self.with_mail(key, |_| Ok(()))?;
                let letter = keywords::letter_of(&self.inbox.path, keyword, LOCK_PATIENCE)
                    .map_err(|error| self.files_error(&self.inbox.path, &error))?;
                self.with_mail(key, |mail| self.inbox.flag(mail, letter))
            }
        }
    }

    fn folder_path(&self, name: &str) -> Result<PathBuf, MailboxError> {
        let encoded = FolderName::parse(name).and_then(|name| name.encoded(Some('.')));
        let encoded = encoded.map_err(|error| self.files_error(Path::new(name), &io::Error::other(error)))?;
        Ok(self.inbox.path.join(format!(".{encoded}")))
    }

    fn look_up_sent(&self, message_id: &str) -> Result<SentLookup, MailboxError> {
        let sent = self.sent();
        if !sent.is_there() {
            return Ok(SentLookup::NoSentFolder);
        }
        let problem = |error: io::Error| self.files_error(&sent.path, &error);
        for mail in sent.mails().map_err(problem)? {
            match read(&mail.path, HEADER_LIMIT) {
                Ok(bytes) if has_message_id(&bytes, message_id) => return Ok(SentLookup::Found),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(problem(error)),
            }
        }
        Ok(SentLookup::NotFound)
    }
}

impl Mailbox for MaildirMailbox {
    /// Lists everything: file names have no order in which mails surely arrive, so neither `after` nor `limit` may hide one.
    async fn arrivals(&mut self, _after: Option<&MailKey>, _limit: usize) -> Result<Vec<Arrival>, MailboxError> {
        let (arrivals, listed) = self.blocking(MaildirMailbox::list).await?;
        self.listed = Some(listed);
        Ok(arrivals)
    }

    async fn fetch(&mut self, key: &MailKey, max_bytes: u64) -> Result<Vec<u8>, MailboxError> {
        let key = key.clone();
        self.blocking(move |mailbox| mailbox.with_mail(&key, |mail| read(&mail.path, max_bytes))).await
    }

    async fn file(&mut self, key: &MailKey, filing: &Filing) -> Result<(), MailboxError> {
        let (key, filing) = (key.clone(), filing.clone());
        self.blocking(move |mailbox| mailbox.file_blocking(&key, &filing)).await
    }

    async fn sent_holds(&mut self, message_id: &str) -> Result<SentLookup, MailboxError> {
        let message_id = message_id.to_owned();
        self.blocking(move |mailbox| mailbox.look_up_sent(&message_id)).await
    }

    async fn keep_sent(&mut self, message: &[u8]) -> Result<(), MailboxError> {
        let message = message.to_vec();
        self.blocking(move |mailbox| {
            let sent = mailbox.sent();
            if !sent.is_there() {
                return Ok(());
            }
            sent.add(&message).map_err(|error| mailbox.files_error(&sent.path, &error))
        })
        .await
    }

    async fn wait(&mut self, seconds: u64) -> Result<News, MailboxError> {
        let end = tokio::time::Instant::now() + Duration::from_secs(seconds);
        if self.listed.is_none() {
            self.listed = Some(self.blocking(MaildirMailbox::list).await?.1);
        }
        loop {
            let news = self.blocking(MaildirMailbox::news).await?;
            if news == News::Changed || tokio::time::Instant::now() >= end {
                return Ok(news);
            }
            tokio::time::sleep_until(end.min(tokio::time::Instant::now() + LOOK_EVERY)).await;
        }
    }
}

impl MaildirMailbox {
    /// Whether there is a mail that the last listing did not show.
    fn news(&self) -> Result<News, MailboxError> {
        let problem = |error: io::Error| self.files_error(&self.inbox.path, &error);
        let Some(listed) = &self.listed else { return Ok(News::TimeOver) };
        if self.inbox.stamp().map_err(problem)? == listed.stamp {
            return Ok(News::TimeOver);
        }
        let mails = self.inbox.mails().map_err(problem)?;
        let news = mails.iter().any(|mail| !listed.mails.contains(&mail.name.unique));
        Ok(if news { News::Changed } else { News::TimeOver })
    }
}

/// Whether a message's header has this Message-ID.
fn has_message_id(message: &[u8], message_id: &str) -> bool {
    let wanted = format!("<{message_id}>");
    let mut within = false;
    for line in message.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match line.first() {
            None => return false,
            // A folded line belongs to the field above (RFC 5322, section 2.2.3).
            Some(b' ' | b'\t') => {}
            Some(_) => {
                let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
                within = name.trim_ascii_end().eq_ignore_ascii_case(b"Message-ID");
            }
        }
        if within && line.windows(wanted.len()).any(|window| window == wanted.as_bytes()) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests;
