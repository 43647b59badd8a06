//! The child's side: reads one request and the bytes from standard input, parses, and prints one event a line.
//!
//! It opens no file but the recognition model's, and that before it reads a byte of a mail; it reaches no address and keeps
//! nothing.

use std::io::{BufRead, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use super::confinement;
use super::eyes::Eyes;
use super::protocol::{Event, Kind, Request};
use crate::documents::{self, Document, Format, Place, Trouble};
use crate::mail;

/// Parsers of nested structures get a roomy stack: it is address space, not memory, until it is used.
const STACK_BYTES: usize = 64 << 20;

/// Runs the child to its end. Exit code 0 after the event [`Event::Finished`].
pub fn run() -> ExitCode {
    // A panic message may quote the bytes at hand: nothing of it may reach a log.
    std::panic::set_hook(Box::new(|_| {}));
    let reading = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(converse);
    match reading.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        _ => ExitCode::from(2),
    }
}

#[derive(Debug, thiserror::Error)]
enum ChildError {
    #[error("standard input or output: {0}")]
    Stream(#[from] std::io::Error),
    #[error("the request or an event is not valid: {0}")]
    Message(#[from] serde_json::Error),
    #[error("{0}")]
    Limits(String),
}

fn converse() -> Result<(), ChildError> {
    let mut input = std::io::stdin().lock();
    let mut line = String::new();
    input.by_ref().take(1 << 20).read_line(&mut line)?;
    let request: Request = serde_json::from_str(&line)?;
    let eyes = Eyes::open(request.model.as_deref(), request.second_reading);
    let confinement = confinement::enter(request.address_space).map_err(ChildError::Limits)?;
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    confinement::grant_cpu(request.cpu_seconds).map_err(ChildError::Limits)?;
    // Not locked: whoever reads pictures says so from its own thread.
    let mut conversation = Conversation { request, eyes, output: std::io::stdout() };
    conversation.say(&Event::Confined(confinement))?;
    let is_mail = conversation.request.kind == Kind::Mail
        || conversation.request.name.to_lowercase().ends_with(".eml")
        || mail::looks_like_mail(&bytes);
    if is_mail {
        conversation.read_mail(&bytes)?
    } else {
        conversation.read_file(&bytes)?
    }
    conversation.say(&Event::Finished)
}

struct Conversation<W> {
    request: Request,
    eyes: Eyes,
    output: W,
}

impl<W: Write> Conversation<W> {
    fn say(&mut self, event: &Event) -> Result<(), ChildError> {
        let mut line = serde_json::to_vec(event)?;
        line.push(b'\n');
        self.output.write_all(&line)?;
        self.output.flush()?;
        Ok(())
    }

    fn read_mail(&mut self, bytes: &[u8]) -> Result<(), ChildError> {
        let limits = self.request.limits;
        let parsed = mail::parse(bytes, &limits);
        self.say(&Event::Mail { mail: Box::new(parsed.mail.clone()) })?;
        let mut index = 0;
        for (attachment, content) in parsed.mail.attachments.iter().zip(&parsed.contents) {
            self.document(index, |eyes| {
                documents::read_with(&attachment.name, Some(&attachment.media_type), content, &limits, Some(eyes))
            })?;
            index += 1;
        }
        self.document(index, |_| vec![body_document(&parsed.mail, &limits)])
    }

    fn read_file(&mut self, bytes: &[u8]) -> Result<(), ChildError> {
        let limits = self.request.limits;
        let name = self.request.name.clone();
        self.document(0, |eyes| documents::read_with(&name, None, bytes, &limits, Some(eyes)))
    }

    fn document(&mut self, index: u32, read: impl FnOnce(&Eyes) -> Vec<Document>) -> Result<(), ChildError> {
        if self.request.skip.contains(&index) {
            return Ok(());
        }
        self.say(&Event::Starting(index))?;
        confinement::grant_cpu(self.request.cpu_seconds).map_err(ChildError::Limits)?;
        let eyes = &self.eyes;
        let read = catch_unwind(AssertUnwindSafe(|| read(eyes)));
        let documents = read
            .unwrap_or_else(|_| vec![Document::unread(&self.request.name, Format::Unknown, Trouble::ReaderStopped)]);
        self.say(&Event::Documents(index, documents))
    }
}

/// The body as a document: a table or a whole oficio may have been pasted into it.
fn body_document(mail: &mail::Mail, limits: &documents::Limits) -> Document {
    let name = "cuerpo del correo";
    let mut document = match &mail.body_html {
        Some(html) => documents::html::read(name, html, limits),
        None => documents::text::read(name, &mail.body_text, limits),
    };
    document.place = Place::Body;
    document
}
