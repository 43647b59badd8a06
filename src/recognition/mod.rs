//! Recognition: the picture of a page becomes text, when the page has no text that can be trusted: scans and photos.
//!
//! The way of a page: `sheet` (the paper in a photo, made a rectangle along its edges) → `straight` (level; `fills`: dark backgrounds made light) → `rules`, `ruled`
//! and `grid` (ruling lines, tables, cells; `trace`: rules followed over bends; `letters`: what goes through them is no rule; `recovery`: rules too pale to be found by
//! themselves; `stretches`: where a rule is drawn; `rivers`: columns that no rules part), all of it held by `sight`, which tells which way is up → `cell`
//! (`cell_frame`: the rules around it go; `background`: what is left of tints behind its letters goes; `band`: its lines) and `ink` (lines of text outside of tables;
//! `leaders`: dots where nothing is said; `colour` parts letters from stamps), read by `lines`, of which `prose` leaves out what nobody asks for; what is neither,
//! `drawings` tells → `unruled` (a table without rules, by its headings) → `looks` and `engine` (a line becomes characters, more than once where it matters;
//! `classifier`: the model's last layer). What comes out, in `page`, is the same [`Table`] and [`TextLine`](crate::documents::TextLine) that born-digital documents
//! give, with several [`Look`]s at each cell. `side_by_side` does what takes long on two cores.
//!
//! `cells` looks at single cells of a page that is drawn from a file's text.
//!
//! Whether a reading is sure enough to rest a decision on is not known here (see [`crate::oficio`]).
//!
//! [`Look`]: crate::tables::Look

mod background;
mod band;
mod cell;
mod cell_frame;
mod cells;
mod classifier;
mod colour;
mod crossings;
mod drawings;
mod engine;
mod fills;
mod grid;
mod grid_cell;
mod ink;
mod leaders;
mod letters;
mod light;
mod lines;
mod looks;
mod marks;
mod one_line;
mod page;
mod plane;
mod recovery;
mod rivers;
mod ruled;
mod rules;
mod sheet;
mod short;
mod side_by_side;
mod sight;
mod straight;
mod stretches;
mod trace;
mod unruled;

use image::RgbImage;

pub use engine::{Engine, EngineError};

use crate::documents::{CellPlace, Glance, Page};
use crate::tables::{HeaderWords, Look, Table};

/// Reads the picture of a page into `page`, which is turned upright, and returns its tables. `None` when it cannot be read: the page
/// then stays as it was.
pub fn read_page(picture: &RgbImage, page: &mut Page, engine: &Engine) -> Option<Vec<Table>> {
    page::read(picture, page, engine, HeaderWords::of_the_form())
}

/// Looks once at each of some cells of a drawn page.
pub fn read_cells(picture: &RgbImage, places: &[CellPlace], glance: Glance, engine: &Engine) -> Vec<Look> {
    cells::read(picture, places, glance, engine)
}
