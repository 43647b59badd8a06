//! Eyes: the child's reader of pictures. The model's file is opened before the child shuts itself in, and read when the first
//! page needs it: most mails have none.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use image::RgbImage;

use super::confinement;
use super::protocol::Event;
use crate::documents::Page;
use crate::recognition::{self, Engine};
use crate::tables::Table;

/// A larger file is no model of ours.
const MODEL_BYTES: u64 = 64 << 20;

/// CPU seconds that one page may take: several times what a dense page of text takes. What a hostile page can ask for beyond
/// pixels, which are limited, is lines and cells, which are counted.
const SECONDS_A_PAGE: u64 = 60;

pub(super) struct Eyes {
    state: State,
}

enum State {
    /// No model, or one that cannot be used: pictures stay unread.
    Blind,
    Closed(File),
    Open(Box<Engine>),
}

impl Eyes {
    pub fn open(model: Option<&Path>) -> Eyes {
        let file = model.and_then(|path| File::open(path).ok());
        Eyes { state: file.map_or(State::Blind, State::Closed) }
    }

    pub fn read(&mut self, picture: &RgbImage, page: &mut Page) -> Option<Vec<Table>> {
        if let State::Blind = self.state {
            return None;
        }
        // A page has a budget of its own: a letter of five scanned pages is not five times as suspicious.
        confinement::grant_cpu(SECONDS_A_PAGE).ok()?;
        let mut word = serde_json::to_vec(&Event::Recognising(page.number)).ok()?;
        word.push(b'\n');
        std::io::stdout().write_all(&word).ok()?;
        let engine = self.engine()?;
        recognition::read_page(picture, page, engine)
    }

    fn engine(&mut self) -> Option<&Engine> {
        if let State::Closed(file) = &mut self.state {
            let mut bytes = Vec::new();
            let read = file.take(MODEL_BYTES).read_to_end(&mut bytes).is_ok();
            self.state = match Engine::load(bytes) {
                Ok(engine) if read => State::Open(Box::new(engine)),
                _ => State::Blind,
            };
        }
        match &self.state {
            State::Open(engine) => Some(engine),
            State::Blind | State::Closed(_) => None,
        }
    }
}
