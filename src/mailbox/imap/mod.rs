//! The mailbox on an IMAP server (RFC 3501 and 9051, with MOVE, UIDPLUS and IDLE where the server has them).
//!
//! Listing takes sizes and dates only; bodies come in bounded pieces with `BODY.PEEK`, which marks nothing as read. Nothing here
//! decides what happens to a mail.

mod connection;
mod fetched;
mod filing;
mod idle;

use std::collections::HashSet;
use std::time::Duration;

use async_imap::imap_proto::{Capability, MailboxDatum, NameAttribute, Response, ResponseCode, Status};

use self::connection::{Answer, Connection};
use self::fetched::{arrival, body_of, uid_of};
use super::folder_name::{FolderName, quoted};
use super::{Arrival, Filing, MailKey, Mailbox, MailboxError, News, SentLookup};
use crate::configuration::resolved::{Imap, Switch};

/// Mails listed with one command.
const LISTED_AT_ONCE: u32 = 250;

/// Bytes of a body fetched with one command. The time limit holds for each piece, so a slow line does not end a long mail.
const PIECE: u64 = 1024 * 1024;

/// One connection to one inbox.
pub struct ImapMailbox {
    connection: Connection,
    folder: String,
    sent_folder: Option<String>,
    keep_sent_copies: Switch,
    offers: Offers,
    delimiter: Option<char>,
    selected: Option<Selected>,
    /// The inbox as it was when it was last listed.
    listed: Option<Selected>,
    /// Folders that are known to be there, as they are spelt on the line.
    folders: HashSet<String>,
}

/// Extensions of the server that matter here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    /// RFC 6851: a mail is moved in one step.
    pub moving: bool,
    /// RFC 4315: one mail can be expunged without the others.
    pub uid_plus: bool,
    /// RFC 2177: the server tells when mail arrives.
    pub idle: bool,
}

/// What `doctor` tells of a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImapProbe {
    pub messages: u32,
    pub offers: Offers,
    pub keywords: Keywords,
    pub access: Access,
    pub sent: SentFolder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keywords {
    Kept,
    /// The server forgets keywords: `keyword:` cannot be a filing.
    NotKept,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    ReadWrite,
    /// Mails can be read and not filed.
    ReadOnly,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SentFolder {
    NotConfigured,
    Missing,
    There,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opened {
    Inbox,
    Sent,
}

#[derive(Clone, Debug)]
struct Selected {
    opened: Opened,
    validity: u32,
    messages: u32,
    next_uid: Option<u32>,
    keywords: Keywords,
    access: Access,
}

impl ImapMailbox {
    /// Connects, logs in and looks at the inbox.
    ///
    /// # Errors
    /// When the server cannot be reached, refuses the login, or has no such inbox.
    pub async fn open(name: &str, imap: &Imap) -> Result<ImapMailbox, MailboxError> {
        let mut connection = Connection::open(name, &imap.server).await?;
        let offers = read_offers(&mut connection).await?;
        let delimiter = read_delimiter(&mut connection).await?;
        let mut mailbox = ImapMailbox {
            connection,
            folder: imap.folder.clone(),
            sent_folder: imap.sent_folder.clone(),
            keep_sent_copies: imap.keep_sent_copies,
            offers,
            delimiter,
            selected: None,
            listed: None,
            folders: HashSet::new(),
        };
        mailbox.select_inbox().await?;
        Ok(mailbox)
    }

    /// What the server can do, and how the folders are. Changes nothing.
    ///
    /// # Errors
    /// As the trait's methods.
    pub async fn probe(&mut self) -> Result<ImapProbe, MailboxError> {
        let sent = match self.sent_folder.clone() {
            None => SentFolder::NotConfigured,
            Some(folder) => {
                let encoded = self.encoded(&folder)?;
                if self.is_there(&encoded).await? { SentFolder::There } else { SentFolder::Missing }
            }
        };
        let inbox = self.select_inbox().await?;
        Ok(ImapProbe {
            messages: inbox.messages,
            offers: self.offers,
            keywords: inbox.keywords,
            access: inbox.access,
            sent,
        })
    }

    /// Says goodbye. Leaving without is no fault either.
    pub async fn close(mut self) {
        let _ = tokio::time::timeout(Duration::from_secs(5), self.connection.command("LOGOUT", "LOGOUT", |_| {})).await;
    }

    async fn select_inbox(&mut self) -> Result<Selected, MailboxError> {
        let folder = self.folder.clone();
        let encoded = self.encoded(&folder)?;
        match self.select("SELECT", &encoded, Opened::Inbox).await? {
            Some(selected) => Ok(selected),
            None => Err(MailboxError::NoFolder { mailbox: self.connection.mailbox().to_owned(), folder }),
        }
    }

    /// Selects a folder anew, which also brings its count up to date. `None` when there is no such folder.
    async fn select(
        &mut self,
        verb: &'static str,
        encoded: &str,
        opened: Opened,
    ) -> Result<Option<Selected>, MailboxError> {
        self.selected = None;
        let (mut messages, mut validity, mut next_uid) = (0, None, None);
        let (mut keywords, mut access) = (Keywords::NotKept, Access::ReadWrite);
        let answer = self
            .connection
            .command(verb, &format!("{verb} {encoded}"), |response| match response {
                Response::MailboxData(MailboxDatum::Exists(count)) => messages = *count,
                Response::Data { status: Status::Ok, outcome } => match &outcome.code {
                    Some(ResponseCode::UidValidity(value)) => validity = Some(*value),
                    Some(ResponseCode::UidNext(value)) => next_uid = Some(*value),
                    Some(ResponseCode::PermanentFlags(flags)) if flags.iter().any(|flag| flag == "\\*") => {
                        keywords = Keywords::Kept;
                    }
                    Some(ResponseCode::ReadOnly) => access = Access::ReadOnly,
                    _ => {}
                },
                _ => {}
            })
            .await?;
        if let Answer::Refused(reason) = answer {
            // A server that is ill refuses, too: that there is no folder is known only from its list.
            self.folders.remove(encoded);
            return if self.is_there(encoded).await? { Err(self.connection.protocol(verb, reason)) } else { Ok(None) };
        }
        let Some(validity) = validity else {
            let reason = "the server gives no UIDVALIDITY, so that mails cannot be told apart for sure";
            return Err(self.connection.protocol(verb, reason.into()));
        };
        let selected = Selected { opened, validity, messages, next_uid, keywords, access };
        self.selected = Some(selected.clone());
        Ok(Some(selected))
    }

    /// The UID of a key in the inbox, which is selected then. `Gone` when the server has numbered its mails anew since.
    async fn uid_in_inbox(&mut self, key: &MailKey) -> Result<u32, MailboxError> {
        let selected = match &self.selected {
            Some(selected) if selected.opened == Opened::Inbox => selected.clone(),
            _ => self.select_inbox().await?,
        };
        match key.uid.parse() {
            Ok(uid) if key.validity == selected.validity.to_string() => Ok(uid),
            _ => Err(self.gone(key)),
        }
    }

    fn gone(&self, key: &MailKey) -> MailboxError {
        MailboxError::Gone { mailbox: self.connection.mailbox().to_owned(), uid: key.uid.clone() }
    }

    /// A configured folder as it goes on the line: delimiter, modified UTF-7, quotes.
    fn encoded(&self, folder: &str) -> Result<String, MailboxError> {
        let encoded = FolderName::parse(folder).and_then(|name| name.encoded(self.delimiter));
        let encoded = encoded.map_err(|error| self.connection.protocol("naming a folder", error.to_string()))?;
        quoted(&encoded)
            .ok_or_else(|| self.connection.protocol("naming a folder", "it holds a control character".into()))
    }

    async fn is_there(&mut self, encoded: &str) -> Result<bool, MailboxError> {
        if self.folders.contains(encoded) {
            return Ok(true);
        }
        let mut there = false;
        self.connection
            .must("LIST", &format!("LIST \"\" {encoded}"), |response| {
                if let Response::MailboxData(MailboxDatum::List(entry)) = response
                    && quoted(&entry.name).as_deref() == Some(encoded)
                {
                    there = !entry.name_attributes.iter().any(|attribute| match attribute {
                        NameAttribute::NoSelect => true,
                        NameAttribute::Extension(name) => name.eq_ignore_ascii_case("\\NonExistent"),
                        _ => false,
                    });
                }
            })
            .await?;
        if there {
            self.folders.insert(encoded.to_owned());
        }
        Ok(there)
    }

    /// Makes a folder where there is none.
    async fn provide(&mut self, encoded: &str) -> Result<(), MailboxError> {
        if self.is_there(encoded).await? {
            return Ok(());
        }
        let answer = self.connection.command("CREATE", &format!("CREATE {encoded}"), |_| {}).await?;
        if let Answer::Refused(reason) = answer {
            // Somebody else may have made it in between.
            if !self.is_there(encoded).await? {
                return Err(self.connection.protocol("CREATE", format!("{encoded}: {reason}")));
            }
        }
        self.folders.insert(encoded.to_owned());
        // People see subscribed folders only; a server without subscriptions refuses, which changes nothing.
        self.connection.command("SUBSCRIBE", &format!("SUBSCRIBE {encoded}"), |_| {}).await?;
        Ok(())
    }

    /// The UID of the mail with sequence number `sequence`.
    ///
    /// No server may renumber while only FETCH commands are given (RFC 3501, section 7.4.1), so numbers hold during one listing.
    async fn uid_at(&mut self, sequence: u32) -> Result<Option<u32>, MailboxError> {
        let mut found = None;
        self.connection
            .must("FETCH", &format!("FETCH {sequence} (UID)"), |response| {
                if let Response::Fetch(number, attributes) = response
                    && *number == sequence
                    && let Some(uid) = uid_of(attributes)
                {
                    found = Some(uid);
                }
            })
            .await?;
        Ok(found)
    }

    /// The first sequence number whose UID is above `uid`. UIDs rise with sequence numbers; new mail is at the end, so the search
    /// starts there and doubles its steps. A handful of short answers, however many mails there are.
    async fn first_above(&mut self, uid: u32, messages: u32) -> Result<u32, MailboxError> {
        if uid == 0 {
            return Ok(1);
        }
        // Above `high` every mail is newer; at and below `low` none is.
        let (mut low, mut high, mut step) = (0, messages, 1);
        while high > low {
            let probe = if low == 0 { high.saturating_sub(step - 1).max(1) } else { low + (high - low).div_ceil(2) };
            match self.uid_at(probe).await? {
                Some(found) if found <= uid => low = probe,
                // A number without an answer belongs to a mail that was just removed: nothing is skipped by going on below.
                _ => high = probe - 1,
            }
            step = step.saturating_mul(2);
        }
        Ok(high + 1)
    }

    async fn list(&mut self, from: u32, to: u32, validity: u32) -> Result<Vec<Arrival>, MailboxError> {
        let mailbox = self.connection.mailbox().to_owned();
        let mut arrivals = Vec::new();
        let command = format!("FETCH {from}:{to} (UID RFC822.SIZE INTERNALDATE)");
        self.connection
            .must("FETCH", &command, |response| {
                if let Response::Fetch(_, attributes) = response
                    && arrivals.len() < LISTED_AT_ONCE as usize
                    && let Some(arrival) = arrival(&mailbox, validity, attributes)
                {
                    arrivals.push(arrival);
                }
            })
            .await?;
        Ok(arrivals)
    }
}

impl Mailbox for ImapMailbox {
    async fn arrivals(&mut self, after: Option<&MailKey>, limit: usize) -> Result<Vec<Arrival>, MailboxError> {
        let inbox = self.select_inbox().await?;
        self.listed = Some(inbox.clone());
        let validity = inbox.validity.to_string();
        let known = after
            .filter(|key| key.mailbox == self.connection.mailbox() && key.validity == validity)
            .and_then(|key| key.uid.parse::<u32>().ok())
            .unwrap_or(0);
        if inbox.messages == 0 || inbox.next_uid.is_some_and(|next| next <= known.saturating_add(1)) {
            return Ok(Vec::new());
        }
        let mut from = self.first_above(known, inbox.messages).await?;
        let mut arrivals = Vec::new();
        while from <= inbox.messages && arrivals.len() < limit {
            let wanted = u32::try_from(limit - arrivals.len()).unwrap_or(u32::MAX).min(LISTED_AT_ONCE);
            let to = inbox.messages.min(from.saturating_add(wanted - 1));
            arrivals.extend(self.list(from, to, inbox.validity).await?);
            let Some(next) = to.checked_add(1) else { break };
            from = next;
        }
        arrivals.truncate(limit);
        Ok(arrivals)
    }

    async fn fetch(&mut self, key: &MailKey, max_bytes: u64) -> Result<Vec<u8>, MailboxError> {
        let uid = self.uid_in_inbox(key).await?;
        let mut bytes: Vec<u8> = Vec::new();
        loop {
            let offset = bytes.len() as u64;
            let wanted = PIECE.min(max_bytes.saturating_sub(offset));
            if wanted == 0 {
                return Ok(bytes);
            }
            let mut piece = None;
            let command = format!("UID FETCH {uid} (UID BODY.PEEK[]<{offset}.{wanted}>)");
            let answer = self
                .connection
                .command("UID FETCH", &command, |response| {
                    if let Response::Fetch(_, attributes) = response
                        && uid_of(attributes) == Some(uid)
                        && let Some(data) = body_of(attributes)
                    {
                        let end = data.len().min(usize::try_from(wanted).unwrap_or(usize::MAX));
                        piece = Some(data.get(..end).unwrap_or_default().to_vec());
                    }
                })
                .await?;
            match (answer, piece) {
                (Answer::Done, Some(piece)) => {
                    let last = (piece.len() as u64) < wanted;
                    bytes.extend_from_slice(&piece);
                    if last {
                        return Ok(bytes);
                    }
                }
                (Answer::Done, None) => return Err(self.gone(key)),
                (Answer::Refused(reason), _) if reason.contains("EXPUNGEISSUED") => return Err(self.gone(key)),
                (Answer::Refused(reason), _) => return Err(self.connection.protocol("UID FETCH", reason)),
            }
        }
    }

    async fn file(&mut self, key: &MailKey, filing: &Filing) -> Result<(), MailboxError> {
        if *filing == Filing::Untouched {
            return Ok(());
        }
        let uid = self.uid_in_inbox(key).await?;
        let Some(present) = self.present(uid).await? else {
            return Err(self.gone(key));
        };
        match filing {
            Filing::Folder(folder) => self.file_into(uid, present, folder).await,
            Filing::Keyword(keyword) => self.file_with(uid, keyword).await,
            Filing::Untouched => Ok(()),
        }
    }

    async fn sent_holds(&mut self, message_id: &str) -> Result<SentLookup, MailboxError> {
        let Some(folder) = self.sent_folder.clone() else {
            return Ok(SentLookup::NoSentFolder);
        };
        let Some(header) = quoted(message_id).filter(|_| !message_id.is_empty()) else {
            return Err(self.connection.protocol("SEARCH", "the Message-ID is none".into()));
        };
        let encoded = self.encoded(&folder)?;
        // EXAMINE changes nothing in the folder.
        if self.select("EXAMINE", &encoded, Opened::Sent).await?.is_none() {
            return Ok(match self.keep_sent_copies {
                // The first copy will make it: until then nothing is in it.
                Switch::On => SentLookup::NotFound,
                Switch::Off => SentLookup::NoSentFolder,
            });
        }
        let mut lookup = SentLookup::NotFound;
        self.connection
            .must("SEARCH", &format!("UID SEARCH HEADER Message-ID {header}"), |response| {
                if let Response::MailboxData(MailboxDatum::Search(uids)) = response
                    && !uids.is_empty()
                {
                    lookup = SentLookup::Found;
                }
            })
            .await?;
        Ok(lookup)
    }

    async fn keep_sent(&mut self, message: &[u8]) -> Result<(), MailboxError> {
        let (Some(folder), Switch::On) = (self.sent_folder.clone(), self.keep_sent_copies) else {
            return Ok(());
        };
        let encoded = self.encoded(&folder)?;
        self.provide(&encoded).await?;
        match self.connection.append(&encoded, message).await? {
            Answer::Done => Ok(()),
            Answer::Refused(reason) => Err(self.connection.protocol("APPEND", reason)),
        }
    }

    async fn wait(&mut self, seconds: u64) -> Result<News, MailboxError> {
        let time = Duration::from_secs(seconds);
        let inbox = self.select_inbox().await?;
        // What arrived between the last listing and now would never be told again.
        if let Some(listed) = &self.listed
            && (listed.validity != inbox.validity
                || inbox.messages > listed.messages
                || (inbox.messages > 0 && inbox.next_uid > listed.next_uid))
        {
            return Ok(News::Changed);
        }
        if !self.offers.idle {
            tokio::time::sleep(time).await;
            return Ok(News::TimeOver);
        }
        idle::wait(&mut self.connection, inbox.messages, time).await
    }
}

async fn read_offers(connection: &mut Connection) -> Result<Offers, MailboxError> {
    let mut offers = Offers::default();
    connection
        .must("CAPABILITY", "CAPABILITY", |response| {
            if let Response::Capabilities(capabilities) = response {
                for capability in capabilities {
                    let Capability::Atom(name) = capability else { continue };
                    offers.moving |= name.eq_ignore_ascii_case("MOVE");
                    offers.uid_plus |= name.eq_ignore_ascii_case("UIDPLUS");
                    offers.idle |= name.eq_ignore_ascii_case("IDLE");
                }
            }
        })
        .await?;
    Ok(offers)
}

async fn read_delimiter(connection: &mut Connection) -> Result<Option<char>, MailboxError> {
    let mut delimiter = None;
    connection
        .must("LIST", "LIST \"\" \"\"", |response| {
            if let Response::MailboxData(MailboxDatum::List(root)) = response {
                delimiter = root.delimiter.as_deref().and_then(|text| text.chars().next());
            }
        })
        .await?;
    Ok(delimiter)
}
