//! Rtf, as Word, WordPad and LibreOffice write it (RTF 1.9.1): text, tables, pictures, headers.
//!
//! A table in a table's cell is read as lines of that cell, and doubted. Lists print the number that the file stores.

mod rows;
mod tokens;

use std::collections::{BTreeSet, HashMap};

use encoding_rs::Encoding;

use crate::documents::flow::{Covered, Flow, Placing, USUAL_SIZE};
use crate::documents::{Document, Format, Limits, PictureKind, Trouble};

use super::TINY;
use rows::{CellMerge, Piece, Rows};
use tokens::{Token, Tokens};

/// No honest file nests its groups this deep.
const DEEPEST: usize = 500;
/// A header's picture is a logo, which must not seem to lie over the text.
const HIGHEST_HEADER_PICTURE: f32 = 60.0;

pub(super) fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Document, Trouble> {
    let mut reader = Reader::new(Flow::new(name, Format::Rtf, Covered::Written, limits), limits);
    for token in Tokens::new(bytes) {
        reader.token(token)?;
        if reader.flow.is_over_limit() {
            return Ok(reader.finish());
        }
    }
    if reader.groups.len() > 1 {
        return Err(Trouble::Corrupt);
    }
    Ok(reader.finish())
}

/// Where the text of a group goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Destination {
    #[default]
    Body,
    Header,
    Footer,
    FontTable,
    ColourTable,
    Picture,
    /// Read by nobody: data of the program that wrote the file.
    Nowhere,
}

/// What a group inherits and gives back at its end.
#[derive(Clone, Copy, Debug, Default)]
struct Group {
    destination: Destination,
    font: i32,
    is_hidden: bool,
    is_deleted: bool,
    is_white: bool,
    is_raised: bool,
    is_struck: bool,
    is_tiny: bool,
    /// How many bytes stand for a `\u` in readers that know no Unicode.
    substitutes: u32,
    /// The group has just begun with `\*`: unknown words make it unread.
    is_optional: bool,
}

struct Reader {
    flow: Flow,
    rows: Rows,
    most_cells: u32,
    cells: u32,
    groups: Vec<Group>,
    code_page: &'static Encoding,
    fonts: HashMap<i32, &'static Encoding>,
    open_font: i32,
    /// Of the colours in the file's table, the numbers of the white ones; and the colour that is being read.
    white: BTreeSet<i32>,
    colour_number: i32,
    colour: [i32; 3],
    /// The row has cells on a ground of their own.
    is_shaded: bool,
    /// Bytes of text not decoded yet, in the current font's charset.
    bytes: Vec<u8>,
    text: String,
    size: f32,
    high_surrogate: Option<u16>,
    substitutes_left: u32,
    in_table: bool,
    /// Of the picture that is open, in twips.
    picture: (i32, i32),
    footer: Vec<String>,
}

impl Reader {
    fn new(flow: Flow, limits: &Limits) -> Self {
        Reader {
            flow,
            rows: Rows::default(),
            most_cells: limits.cells,
            cells: 0,
            groups: vec![Group { substitutes: 1, ..Group::default() }],
            code_page: encoding_rs::WINDOWS_1252,
            fonts: HashMap::new(),
            open_font: 0,
            white: BTreeSet::new(),
            colour_number: 0,
            colour: [0; 3],
            is_shaded: false,
            bytes: Vec::new(),
            text: String::new(),
            size: 0.0,
            high_surrogate: None,
            substitutes_left: 0,
            in_table: false,
            picture: (0, 0),
            footer: Vec::new(),
        }
    }

    fn finish(mut self) -> Document {
        self.end_paragraph();
        self.rows.write(&mut self.flow);
        for line in std::mem::take(&mut self.footer) {
            self.flow.paragraph(&line, USUAL_SIZE);
        }
        self.flow.finish()
    }

    fn group(&self) -> Group {
        self.groups.last().copied().unwrap_or_default()
    }

    fn change(&mut self, change: impl FnOnce(&mut Group)) {
        if let Some(group) = self.groups.last_mut() {
            change(group);
        }
    }

    fn token(&mut self, token: Token<'_>) -> Result<(), Trouble> {
        match token {
            Token::Open => {
                self.decode();
                if self.groups.len() >= DEEPEST {
                    return Err(Trouble::BeyondLimits("depth".to_owned()));
                }
                self.groups.push(Group { is_optional: false, ..self.group() });
                self.substitutes_left = 0;
            }
            Token::Close => {
                self.decode();
                self.substitutes_left = 0;
                if self.groups.len() < 2 {
                    return Err(Trouble::Corrupt);
                }
                let closed = self.groups.pop().unwrap_or_default();
                let outer = self.group().destination;
                if closed.destination != outer {
                    self.leave(closed.destination, outer);
                }
            }
            Token::Symbol(b'*') => self.change(|group| group.is_optional = true),
            Token::Symbol(symbol) => self.symbol(symbol),
            Token::Byte(byte) => {
                if self.substitutes_left > 0 {
                    self.substitutes_left -= 1;
                } else if self.group().destination == Destination::ColourTable {
                    self.end_colour(byte);
                } else if self.is_read() && self.is_seen(byte) {
                    self.bytes.push(byte);
                }
            }
            Token::Word(word, number) => {
                self.decode();
                self.word(word, number)?;
            }
        }
        Ok(())
    }

    /// Whether text that stands here is seen. Hidden and deleted text is not.
    fn is_read(&mut self) -> bool {
        let group = self.group();
        let is_text = matches!(group.destination, Destination::Body | Destination::Header | Destination::Footer);
        let is_gone = group.is_hidden || group.is_deleted;
        if is_text && is_gone && self.in_table {
            self.flow.doubt();
        }
        is_text && !is_gone
    }

    /// Whether a byte of text is seen: data in white letters on paper, or too small to read, is not; the number of a note is no
    /// part of the text.
    fn is_seen(&mut self, byte: u8) -> bool {
        let group = self.group();
        let is_datum = byte.is_ascii_digit() || byte == b'@';
        if self.in_table && group.is_struck && !byte.is_ascii_whitespace() {
            self.flow.doubt();
        }
        if is_datum && (group.is_tiny || (group.is_white && !self.is_shaded)) {
            if self.in_table {
                self.flow.doubt();
            }
            return false;
        }
        let follows_text = !self.text.is_empty() || !self.bytes.is_empty();
        !(self.in_table && group.is_raised && byte.is_ascii_digit() && follows_text)
    }

    /// A semicolon ends a colour of the table; the first one, without values, is the usual colour.
    fn end_colour(&mut self, byte: u8) {
        if byte == b';' {
            if self.colour == [255; 3] {
                self.white.insert(self.colour_number);
            }
            self.colour = [0; 3];
            self.colour_number = self.colour_number.saturating_add(1);
        }
    }

    fn leave(&mut self, closed: Destination, outer: Destination) {
        match closed {
            Destination::Header | Destination::Footer => self.end_paragraph_of(closed),
            Destination::Picture => {
                let points = |twips: i32| twips as f32 / 20.0;
                let (width, height) = (points(self.picture.0), points(self.picture.1));
                self.end_line();
                match outer {
                    Destination::Header => {
                        let top = Placing::Floating { down: 0.0 };
                        self.flow.picture(width, height.min(HIGHEST_HEADER_PICTURE), PictureKind::Raster, top);
                    }
                    Destination::Body if self.in_table => self.rows.push(Piece::Picture { width, height }),
                    Destination::Body => {
                        self.rows.write(&mut self.flow);
                        self.flow.picture(width, height, PictureKind::Raster, Placing::Inline);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn symbol(&mut self, symbol: u8) {
        match symbol {
            b'~' => self.character('\u{a0}'),
            b'_' => self.character('-'),
            b'{' | b'}' | b'\\' => self.character(char::from(symbol)),
            b'\r' | b'\n' => self.end_paragraph(),
            _ => {}
        }
    }

    /// A character that the file names instead of writing its byte.
    fn character(&mut self, character: char) {
        self.decode();
        if self.substitutes_left > 0 {
            self.substitutes_left -= 1;
        } else if self.is_read() {
            self.text.push(character);
        }
    }

    /// Bytes collected so far become text, in the charset of the font they stand in.
    fn decode(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        let encoding = self.fonts.get(&self.group().font).copied().unwrap_or(self.code_page);
        let (text, _) = encoding.decode_without_bom_handling(&self.bytes);
        self.text.push_str(&text);
        self.bytes.clear();
    }

    fn word(&mut self, word: &str, number: Option<i32>) -> Result<(), Trouble> {
        // A switch without a number is on.
        let is_on = number != Some(0);
        let was_optional = self.group().is_optional;
        self.change(|group| group.is_optional = false);
        match word {
            "u" => self.unicode(number.unwrap_or(0)),
            "uc" => self.change(|group| group.substitutes = number.unwrap_or(1).clamp(0, 16) as u32),
            "ansicpg" => self.code_page = code_page(number.unwrap_or(1252)),
            "mac" => self.code_page = encoding_rs::MACINTOSH,
            "f" if self.group().destination == Destination::FontTable => self.open_font = number.unwrap_or(0),
            "f" => self.change(|group| group.font = number.unwrap_or(0)),
            "fcharset" => {
                if let Some(encoding) = charset(number.unwrap_or(0)) {
                    self.fonts.insert(self.open_font, encoding);
                }
            }
            "red" | "green" | "blue" if self.group().destination == Destination::ColourTable => {
                let [red, green, blue] = &mut self.colour;
                *(match word {
                    "red" => red,
                    "green" => green,
                    _ => blue,
                }) = number.unwrap_or(0);
            }
            "cf" => {
                let is_white = self.white.contains(&number.unwrap_or(0));
                self.change(|group| group.is_white = is_white);
            }
            "super" => self.change(|group| group.is_raised = is_on),
            "nosupersub" | "sub" => self.change(|group| group.is_raised = false),
            "strike" | "striked" => self.change(|group| group.is_struck = is_on),
            "fs" if (1..=(2.0 * TINY) as i32).contains(&number.unwrap_or(0)) => {
                self.change(|group| group.is_tiny = true)
            }
            "fs" => {
                self.change(|group| group.is_tiny = false);
                self.size = self.size.max((number.unwrap_or(0) as f32 / 2.0).clamp(0.0, 200.0));
            }
            "plain" => self.change(|group| {
                *group = Group {
                    destination: group.destination,
                    font: group.font,
                    substitutes: group.substitutes,
                    ..Group::default()
                };
            }),
            "v" => self.change(|group| group.is_hidden = is_on),
            "deleted" => self.change(|group| group.is_deleted = is_on),
            "revised" if is_on && self.in_table => self.flow.doubt(),
            "par" | "sect" | "page" => self.end_paragraph(),
            "line" => self.character('\n'),
            "tab" => self.character('\t'),
            "emdash" => self.character('—'),
            "endash" => self.character('–'),
            "lquote" => self.character('‘'),
            "rquote" => self.character('’'),
            "ldblquote" => self.character('“'),
            "rdblquote" => self.character('”'),
            "bullet" => self.character('•'),
            "enspace" | "emspace" | "qmspace" => self.character(' '),
            "picwgoal" => self.picture.0 = number.unwrap_or(0),
            "pichgoal" => self.picture.1 = number.unwrap_or(0),
            _ if self.destination(word) => {}
            _ if was_optional => self.change(|group| group.destination = Destination::Nowhere),
            _ if self.group().destination == Destination::Body => self.table_word(word, number)?,
            _ => {}
        }
        Ok(())
    }

    /// Words that begin a group of their own kind.
    fn destination(&mut self, word: &str) -> bool {
        if self.group().destination == Destination::Nowhere {
            return true;
        }
        let destination = match word {
            "fonttbl" => Destination::FontTable,
            "header" | "headerf" | "headerr" => Destination::Header,
            "footer" | "footerf" | "footerr" => Destination::Footer,
            "pict" => {
                self.picture = (2_000, 1_000);
                Destination::Picture
            }
            "colortbl" => Destination::ColourTable,
            // A sheet, or a whole document, put into this one: it shows a picture of itself.
            "object" => {
                self.flow.doubt();
                Destination::Nowhere
            }
            // Text boxes, and pictures in their better form.
            "shppict" | "shpinst" => return true,
            "stylesheet" | "info" | "listtable" | "listoverridetable" | "nonshppict" | "fldinst" | "objdata"
            | "footnote" | "annotation" | "shprslt" | "sp" | "headerl" | "footerl" | "filetbl" | "revtbl" | "tc"
            | "xe" => Destination::Nowhere,
            _ => return false,
        };
        self.change(|group| group.destination = destination);
        true
    }

    fn table_word(&mut self, word: &str, number: Option<i32>) -> Result<(), Trouble> {
        match word {
            "pard" => self.in_table = false,
            "intbl" => self.in_table = true,
            "itap" => self.in_table |= number.unwrap_or(0) > 0,
            "trowd" => {
                self.is_shaded = false;
                self.rows.define();
            }
            "clcbpat" | "clshdng" if number.unwrap_or(0) > 0 => self.is_shaded = true,
            "clvmrg" => self.rows.next_merge(CellMerge::Above),
            "clmrg" => self.rows.next_merge(CellMerge::Left),
            "cellx" => self.rows.define_cell(number.unwrap_or(0)),
            "nestcell" => {
                self.end_line();
                self.flow.doubt();
            }
            "cell" => {
                self.end_line();
                self.cells += 1;
                if self.cells > self.most_cells {
                    return Err(Trouble::BeyondLimits("cells".to_owned()));
                }
                self.rows.end_cell();
            }
            "row" => self.rows.end_row(),
            _ => {}
        }
        Ok(())
    }

    /// UTF-16, one unit a word; beyond 32767 the number is negative.
    fn unicode(&mut self, number: i32) {
        self.substitutes_left = self.group().substitutes;
        if !self.is_read() {
            return;
        }
        let unit = number as u16;
        let units = [self.high_surrogate.take().unwrap_or(unit), unit];
        match unit {
            0xd800..=0xdbff => self.high_surrogate = Some(unit),
            0xdc00..=0xdfff => self.text.extend(char::decode_utf16(units).flatten()),
            _ => self.text.extend(char::from_u32(u32::from(unit))),
        }
    }

    fn end_paragraph(&mut self) {
        self.decode();
        self.end_paragraph_of(self.group().destination);
    }

    fn end_paragraph_of(&mut self, destination: Destination) {
        match destination {
            Destination::Header | Destination::Footer => {
                let text = std::mem::take(&mut self.text);
                if destination == Destination::Header {
                    self.flow.paragraph(&text, USUAL_SIZE);
                } else {
                    self.footer.push(text);
                }
            }
            Destination::Body => self.end_line(),
            _ => {}
        }
    }

    /// What the body's paragraph has so far goes into the cell that is open, or below the table that has ended.
    fn end_line(&mut self) {
        self.decode();
        let text = std::mem::take(&mut self.text);
        let size = std::mem::take(&mut self.size);
        if text.trim().is_empty() {
            return;
        }
        if self.in_table {
            self.rows.push(Piece::Text(text));
        } else {
            self.rows.write(&mut self.flow);
            self.flow.paragraph(&text, if size > 0.0 { size } else { USUAL_SIZE });
        }
    }
}

fn code_page(number: i32) -> &'static Encoding {
    match number {
        65001 => encoding_rs::UTF_8,
        10000 => encoding_rs::MACINTOSH,
        866 => encoding_rs::IBM866,
        874 | 1250..=1258 => {
            Encoding::for_label(format!("windows-{number}").as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252)
        }
        _ => encoding_rs::WINDOWS_1252,
    }
}

/// The charset of a font; none for the ones that follow the file's code page.
fn charset(number: i32) -> Option<&'static Encoding> {
    Some(match number {
        77 => encoding_rs::MACINTOSH,
        128 => encoding_rs::SHIFT_JIS,
        129 => encoding_rs::EUC_KR,
        134 => encoding_rs::GBK,
        136 => encoding_rs::BIG5,
        161 => encoding_rs::WINDOWS_1253,
        162 => encoding_rs::WINDOWS_1254,
        163 => encoding_rs::WINDOWS_1258,
        177 => encoding_rs::WINDOWS_1255,
        178 => encoding_rs::WINDOWS_1256,
        186 => encoding_rs::WINDOWS_1257,
        204 => encoding_rs::WINDOWS_1251,
        222 => encoding_rs::WINDOWS_874,
        238 => encoding_rs::WINDOWS_1250,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
