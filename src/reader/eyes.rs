//! Eyes: the child's reader of pictures. The model's file is opened before the child shuts itself in, and read when the first
//! page needs it: most mails have none.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::OnceLock;

use image::RgbImage;

use super::confinement;
use super::protocol::Event;
use crate::documents::{CellPlace, Glance, Page, PictureReader};
use crate::recognition::{self, Engine};
use crate::tables::{Look, Table};

/// A larger file is no model of ours.
const MODEL_BYTES: u64 = 64 << 20;

/// CPU seconds that one page may take: several times what a dense page of text takes. What a hostile page can ask for beyond
/// pixels, which are limited, is lines and cells, which are counted.
const SECONDS_A_PAGE: u64 = 60;

pub(super) struct Eyes {
    /// The model; without one, pictures stay unread.
    file: Option<File>,
    /// Loaded when the first page needs it; nothing when it cannot be.
    engine: OnceLock<Option<Engine>>,
    reads_twice: bool,
}

impl Eyes {
    pub fn open(model: Option<&Path>, reads_twice: bool) -> Eyes {
        Eyes { file: model.and_then(|path| File::open(path).ok()), engine: OnceLock::new(), reads_twice }
    }

    fn engine(&self) -> Option<&Engine> {
        let load = || {
            let mut bytes = Vec::new();
            self.file.as_ref()?.take(MODEL_BYTES).read_to_end(&mut bytes).ok()?;
            Engine::load(bytes).ok()
        };
        self.engine.get_or_init(load).as_ref()
    }
}

impl PictureReader for Eyes {
    fn read_page(&self, picture: &RgbImage, page: &mut Page) -> Option<Vec<Table>> {
        self.file.as_ref()?;
        begin(page.number)?;
        recognition::read_page(picture, page, self.engine()?)
    }

    fn reads_twice(&self) -> bool {
        self.reads_twice && self.file.is_some()
    }

    fn read_cells(&self, picture: &RgbImage, places: &[CellPlace], glance: Glance) -> Vec<Look> {
        if confinement::grant_cpu(SECONDS_A_PAGE).is_err() {
            return Vec::new();
        }
        self.engine().map(|engine| recognition::read_cells(picture, places, glance, engine)).unwrap_or_default()
    }
}

/// Says that a page is being read, which takes a while. It has a budget of its own: a letter of five scanned pages is not five times as
/// suspicious.
fn begin(page: u32) -> Option<()> {
    confinement::grant_cpu(SECONDS_A_PAGE).ok()?;
    let mut word = serde_json::to_vec(&Event::Recognising(page)).ok()?;
    word.push(b'\n');
    std::io::stdout().write_all(&word).ok()
}
