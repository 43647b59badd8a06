//! The parent's side: spawns the reading child, feeds it, takes its events, and outlives its death.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::{Instant, timeout};

use super::confinement::Confinement;
use super::protocol::{Event, Kind, Request};
use super::{ReadFile, ReadMail};
use crate::documents::{Document, Format, Limits, Trouble};
use crate::mail::Mail;

/// Address space of a child. What engines need at most was measured (see `docs/`); a bomb ends here.
const ADDRESS_SPACE: u64 = 1 << 30;

/// The least that a page which is read from its picture is waited for is three times this.
const PAGE: Duration = Duration::from_secs(40);

/// All events of one child together.
const EVENT_BYTES: u64 = 128 << 20;

#[derive(Debug, thiserror::Error)]
pub enum ReaderError {
    #[error("the reading process could not be started: {0}: is the program's file still there and executable?")]
    Spawn(std::io::Error),
    #[error("the reading process stopped before it could take the mail apart ({0}): a person has to look at this mail")]
    Stopped(String),
}

/// Reads mails and files in child processes. Cheap to clone; several may read side by side.
#[derive(Clone, Debug)]
pub struct Reader {
    program: PathBuf,
    limits: Limits,
    per_document: Duration,
    model: Option<PathBuf>,
    second_reading: bool,
}

/// How one child ended.
enum End {
    Finished,
    Died { reason: String },
}

#[derive(Default)]
struct Progress {
    confinement: Option<Confinement>,
    mail: Option<Box<Mail>>,
    documents: BTreeMap<u32, Vec<Document>>,
    /// The document that the child is reading.
    at: Option<u32>,
}

impl Reader {
    /// `program` is this program's own file; `per_document` bounds both CPU and (threefold) wall time of one document.
    pub fn new(program: PathBuf, limits: Limits, per_document: Duration) -> Reader {
        Reader { program, limits, per_document, model: None, second_reading: false }
    }

    /// With the recognition model of this file, pages that are pictures are read too.
    #[must_use]
    pub fn with_model(self, model: Option<PathBuf>) -> Reader {
        Reader { model, ..self }
    }

    /// Whether, with a model, the deciding values of drawn text are read once more from the page as it is drawn.
    #[must_use]
    pub fn with_second_reading(self, second_reading: bool) -> Reader {
        Reader { second_reading, ..self }
    }

    /// Takes one mail apart and reads its documents.
    ///
    /// # Errors
    /// When the child cannot be started, or dies before the mail is taken apart. A document it dies on is no error.
    pub async fn read_mail(&self, raw: &[u8]) -> Result<ReadMail, ReaderError> {
        match self.read(Kind::Mail, "correo.eml", raw).await? {
            ReadFile::Mail(read) => Ok(*read),
            ReadFile::Documents(documents) => Ok(ReadMail { mail: Mail::default(), documents }),
        }
    }

    /// Reads one bare file, a mail or a document.
    ///
    /// # Errors
    /// As [`Reader::read_mail`].
    pub async fn read_file(&self, name: &str, bytes: &[u8]) -> Result<ReadFile, ReaderError> {
        self.read(Kind::File, name, bytes).await
    }

    /// How far a child is shut in on this machine.
    ///
    /// # Errors
    /// When a child cannot be started or cannot set its limits.
    pub async fn confinement(&self) -> Result<Confinement, ReaderError> {
        let mut progress = Progress::default();
        let end = self.one_child(Kind::File, "prueba.txt", b"prueba", &mut progress).await?;
        match (progress.confinement, end) {
            (Some(confinement), End::Finished) => Ok(confinement),
            (_, End::Died { reason }) => Err(ReaderError::Stopped(reason)),
            (None, End::Finished) => Err(ReaderError::Stopped("it did not say how far it is shut in".to_owned())),
        }
    }

    async fn read(&self, kind: Kind, name: &str, bytes: &[u8]) -> Result<ReadFile, ReaderError> {
        let mut progress = Progress::default();
        // However many documents a mail has, it may not hold the cycle up for ever.
        let last_moment = Instant::now() + self.per_document * 30;
        loop {
            match self.one_child(kind, name, bytes, &mut progress).await? {
                End::Finished => break,
                End::Died { reason } => {
                    let Some(at) = progress.at.take() else { return Err(ReaderError::Stopped(reason)) };
                    tracing::warn!(document = at, reason, "the reading process stopped on a document");
                    let stopped =
                        |index| Document::unread(&progress.name(index, name), Format::Unknown, Trouble::ReaderStopped);
                    let document = stopped(at);
                    progress.documents.insert(at, vec![document]);
                    if Instant::now() >= last_moment {
                        let attachments = progress.mail.as_ref().map_or(1, |mail| mail.attachments.len() + 1);
                        for index in 0..u32::try_from(attachments).unwrap_or(u32::MAX) {
                            if !progress.documents.contains_key(&index) {
                                let document = Document::unread(
                                    &progress.name(index, name),
                                    Format::Unknown,
                                    Trouble::ReaderStopped,
                                );
                                progress.documents.insert(index, vec![document]);
                            }
                        }
                        break;
                    }
                }
            }
        }
        let documents = progress.documents.into_values().flatten().collect();
        Ok(match progress.mail {
            Some(mail) => ReadFile::Mail(Box::new(ReadMail { mail: *mail, documents })),
            None => ReadFile::Documents(documents),
        })
    }

    async fn one_child(
        &self,
        kind: Kind,
        name: &str,
        bytes: &[u8],
        progress: &mut Progress,
    ) -> Result<End, ReaderError> {
        let request = Request {
            kind,
            name: name.to_owned(),
            limits: self.limits,
            cpu_seconds: self.per_document.as_secs().max(1),
            address_space: ADDRESS_SPACE,
            model: self.model.clone(),
            second_reading: self.second_reading,
            skip: progress.documents.keys().copied().collect(),
        };
        let mut child = Command::new(&self.program)
            .arg("read-untrusted")
            .env_clear()
            // An allocator's arena for each thread would take 64 MiB of the address space each.
            .env("MALLOC_ARENA_MAX", "2")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(ReaderError::Spawn)?;
        let end = self.listen(&mut child, &request, bytes, progress).await;
        if let End::Died { .. } = end {
            // It may be hanging rather than dead. An error means that it is gone already.
            let _ = child.start_kill();
        }
        let status = child.wait().await.map_err(ReaderError::Spawn)?;
        Ok(match end {
            End::Died { reason } if reason.is_empty() => End::Died { reason: status.to_string() },
            end => end,
        })
    }

    async fn listen(&self, child: &mut Child, request: &Request, bytes: &[u8], progress: &mut Progress) -> End {
        let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return End::Died { reason: "no pipes".to_owned() };
        };
        let feeding = async move {
            let mut line = serde_json::to_vec(request)?;
            line.push(b'\n');
            input.write_all(&line).await?;
            input.write_all(bytes).await?;
            input.shutdown().await
        };
        let mut wall = self.per_document * 3;
        let listening = async {
            let mut events = BufReader::new(output.take(EVENT_BYTES)).lines();
            loop {
                let line = match timeout(wall, events.next_line()).await {
                    Err(_) => return End::Died { reason: format!("no word for {} s", wall.as_secs()) },
                    Ok(Ok(Some(line))) => line,
                    Ok(_) => return End::Died { reason: String::new() },
                };
                match serde_json::from_str(&line) {
                    Ok(Event::Confined(confinement)) => progress.confinement = Some(confinement),
                    Ok(Event::Mail { mail }) => progress.mail = Some(mail),
                    Ok(Event::Starting(index)) => progress.at = Some(index),
                    Ok(Event::Documents(index, documents)) => {
                        progress.documents.insert(index, documents);
                        progress.at = None;
                    }
                    // A word that it goes on: the wall clock starts anew, and a page that is a picture takes longer.
                    Ok(Event::Recognising(_)) => wall = self.per_document.max(PAGE) * 3,
                    Ok(Event::Finished) => return End::Finished,
                    Err(_) => return End::Died { reason: "an event was cut off".to_owned() },
                }
            }
        };
        // A child that died does not read on: then feeding fails, and listening says why.
        let (_, end) = tokio::join!(feeding, listening);
        end
    }
}

impl Progress {
    fn name(&self, index: u32, file: &str) -> String {
        let attachment = self.mail.as_ref().and_then(|mail| mail.attachments.get(usize::try_from(index).ok()?));
        attachment.map_or_else(|| file.to_owned(), |attachment| attachment.name.clone())
    }
}
