//! Unicode: what a glyph says, by its font, with the known faults of producers mended.

use std::collections::HashMap;

use hayro_interpret::font::{Glyph, PositionedGlyph};
use hayro_interpret::hayro_cmap::BfString;
use unicode_normalization::UnicodeNormalization;

use super::font_file;

/// What a glyph says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Characters {
    Text(String),
    /// The font does not tell.
    Unknown,
    /// A character that is not seen: zero-width, soft hyphen.
    Nothing,
}

/// Maps from glyph to character of embedded fonts without a usable ToUnicode, by the engine's font key.
#[derive(Default)]
pub(super) struct FontMaps {
    inverted: HashMap<u128, HashMap<u32, char>>,
}

impl FontMaps {
    pub fn read(&mut self, glyph: &PositionedGlyph<'_>) -> Characters {
        let told = match glyph.as_unicode() {
            // Some producers name the glyph of «-» a soft hyphen: if it draws something, it is seen as a hyphen.
            Some(BfString::Char('\u{ad}')) if draws(glyph) => Characters::Text("-".to_owned()),
            Some(BfString::Char(character)) => normal(character.encode_utf8(&mut [0; 4])),
            Some(BfString::String(text)) => normal(&unswapped(&text)),
            None => Characters::Unknown,
        };
        if told != Characters::Unknown {
            return told;
        }
        match &**glyph {
            Glyph::Outline(outline) => {
                let Some(font) = outline.font_data() else { return Characters::Unknown };
                let map = self.inverted.entry(font.cache_key).or_insert_with(|| {
                    let data: &dyn AsRef<[u8]> = font.data.as_ref();
                    font_file::characters_by_glyph(data.as_ref())
                });
                let id = outline.glyph_id();
                map.get(&id.to_u32())
                    .map_or(Characters::Unknown, |character| normal(character.encode_utf8(&mut [0; 4])))
            }
            Glyph::Type3(_) => Characters::Unknown,
        }
    }
}

fn draws(glyph: &Glyph<'_>) -> bool {
    match glyph {
        Glyph::Outline(outline) => outline.outline().segments().next().is_some(),
        Glyph::Type3(_) => true,
    }
}

/// Ghostscript 10.00 writes the code units of ligatures with their bytes swapped: «fi» comes as U+6600 U+6900.
fn unswapped(text: &str) -> String {
    let swapped = text.chars().count() >= 2 && text.chars().all(|c| u32::from(c) & 0xff == 0 && c > '\u{ff}');
    if !swapped {
        return text.to_owned();
    }
    text.chars().filter_map(|c| char::from_u32(u32::from(c) >> 8)).collect()
}

/// The characters as the rest of the program compares them: ligatures apart, full-width forms narrow, kinds of space a space.
fn normal(text: &str) -> Characters {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{fffd}' | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => return Characters::Unknown,
            '\0'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => return Characters::Unknown,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' => {}
            '\u{fb00}'..='\u{fb06}' | '\u{ff01}'..='\u{ff5e}' => out.extend(character.nfkc()),
            '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\t' | '\n' | '\r' => {
                out.push(' ')
            }
            '\u{2010}' | '\u{2011}' => out.push('-'),
            _ => out.push(character),
        }
    }
    if out.is_empty() { Characters::Nothing } else { Characters::Text(out) }
}

/// The combining mark of an accent that stands as a glyph of its own (TeX's OT1 fonts draw «á» as «´» over «a»).
pub(super) fn combining(text: &str) -> Option<char> {
    let mut characters = text.chars();
    let mark = match (characters.next()?, characters.next()) {
        ('\u{b4}' | '\u{2ca}' | '\u{301}', None) => '\u{301}',
        ('`' | '\u{2cb}' | '\u{300}', None) => '\u{300}',
        ('\u{a8}' | '\u{308}', None) => '\u{308}',
        ('\u{2dc}' | '~' | '\u{303}', None) => '\u{303}',
        ('\u{2c6}' | '^' | '\u{302}', None) => '\u{302}',
        ('\u{b8}' | '\u{327}', None) => '\u{327}',
        ('\u{2da}' | '\u{30a}', None) => '\u{30a}',
        _ => return None,
    };
    Some(mark)
}

/// Letter and mark as one character.
pub(super) fn compose(letter: &str, mark: char) -> String {
    let base = match letter {
        "\u{131}" => "i",
        "\u{237}" => "j",
        other => other,
    };
    base.chars().chain(std::iter::once(mark)).nfc().collect()
}

/// Whether a word mixes Latin letters with letters of another script that look like them.
pub(super) fn mixes_scripts(word: &str) -> bool {
    let latin = word.chars().any(|c| c.is_alphabetic() && c < '\u{250}' && c != '\u{b5}');
    let other =
        word.chars().any(|c| matches!(c, '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{52f}' | '\u{13a0}'..='\u{13ff}'));
    latin && other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_swapped_ligature_is_mended() {
        assert_eq!(unswapped("\u{6600}\u{6900}"), "fi");
        assert_eq!(unswapped("ffi"), "ffi");
    }

    #[test]
    fn what_a_reader_does_not_see_is_dropped_and_forms_are_unified() {
        assert_eq!(normal("\u{fb01}"), Characters::Text("fi".into()));
        assert_eq!(normal("\u{ff14}"), Characters::Text("4".into()));
        assert_eq!(normal("\u{ad}"), Characters::Nothing);
        assert_eq!(normal("\u{a0}"), Characters::Text(" ".into()));
        assert_eq!(normal("\u{f041}"), Characters::Unknown);
    }

    #[test]
    fn an_accent_and_a_dotless_letter_are_one_character() {
        assert_eq!(compose("\u{131}", '\u{301}'), "í");
    }

    #[test]
    fn a_cyrillic_letter_in_a_latin_word_is_noticed() {
        assert!(mixes_scripts("P\u{435}rez"));
        assert!(!mixes_scripts("Pérez"));
    }
}
