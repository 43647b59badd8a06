//! Font file: the `cmap` table of an embedded TrueType or OpenType font, inverted, for fonts that come without ToUnicode.
//!
//! Reads formats 4, 6 and 12 (OpenType specification, «cmap»); anything else gives nothing. Knows no glyph outlines.

use std::collections::HashMap;

/// A font maps no more characters than Unicode has planes worth speaking of; a table that claims more is hostile.
const MOST_CHARACTERS: usize = 70_000;

/// The character of each glyph, as far as the font's own character map tells.
pub(super) fn characters_by_glyph(font: &[u8]) -> HashMap<u32, char> {
    let mut characters = HashMap::new();
    if let Some(table) = character_map(font) {
        match u16_at(table, 0) {
            Some(4) => segments(table, &mut characters),
            Some(6) => trimmed(table, &mut characters),
            Some(12) => groups(table, &mut characters),
            _ => None,
        };
    }
    characters
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_be_bytes(pair.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(four.try_into().ok()?))
}

/// The best Unicode subtable.
fn character_map(font: &[u8]) -> Option<&[u8]> {
    let tables = usize::from(u16_at(font, 4)?);
    let record = (0..tables).map(|index| 12 + 16 * index).find(|at| font.get(*at..*at + 4) == Some(b"cmap"))?;
    let cmap = font.get(u32_at(font, record + 8)? as usize..)?;
    let count = usize::from(u16_at(cmap, 2)?);
    let mut best: Option<(u8, &[u8])> = None;
    for index in 0..count {
        let at = 4 + 8 * index;
        let (platform, encoding) = (u16_at(cmap, at)?, u16_at(cmap, at + 2)?);
        let rank = match (platform, encoding) {
            (3, 10) | (0, 4..=6) => 3,
            (3, 1) | (0, _) => 2,
            _ => continue,
        };
        let table = cmap.get(u32_at(cmap, at + 4)? as usize..)?;
        if best.is_none_or(|(other, _)| rank > other) {
            best = Some((rank, table));
        }
    }
    best.map(|(_, table)| table)
}

fn add(characters: &mut HashMap<u32, char>, glyph: u32, code: u32) -> Option<()> {
    if characters.len() >= MOST_CHARACTERS {
        return None;
    }
    if glyph != 0
        && let Some(character) = char::from_u32(code)
    {
        characters.entry(glyph).or_insert(character);
    }
    Some(())
}

fn segments(table: &[u8], characters: &mut HashMap<u32, char>) -> Option<()> {
    let twice = usize::from(u16_at(table, 6)?);
    for index in (0..twice).step_by(2) {
        let end = u16_at(table, 14 + index)?;
        let start = u16_at(table, 16 + twice + index)?;
        let delta = u16_at(table, 16 + 2 * twice + index)?;
        let range_at = 16 + 3 * twice + index;
        let range = usize::from(u16_at(table, range_at)?);
        for code in start..=end {
            if code == u16::MAX {
                break;
            }
            let glyph = if range == 0 {
                code.wrapping_add(delta)
            } else {
                match u16_at(table, range_at + range + 2 * usize::from(code - start)) {
                    Some(0) | None => 0,
                    Some(glyph) => glyph.wrapping_add(delta),
                }
            };
            add(characters, u32::from(glyph), u32::from(code))?;
        }
    }
    Some(())
}

fn trimmed(table: &[u8], characters: &mut HashMap<u32, char>) -> Option<()> {
    let (first, count) = (u32::from(u16_at(table, 6)?), u32::from(u16_at(table, 8)?));
    for index in 0..count {
        let glyph = u16_at(table, 10 + 2 * index as usize)?;
        add(characters, u32::from(glyph), first + index)?;
    }
    Some(())
}

fn groups(table: &[u8], characters: &mut HashMap<u32, char>) -> Option<()> {
    let count = u32_at(table, 12)?;
    let mut steps = 0;
    for index in 0..count {
        let at = 16 + 12 * index as usize;
        let (start, end, glyph) = (u32_at(table, at)?, u32_at(table, at + 4)?, u32_at(table, at + 8)?);
        for code in start..=end.min(0x0010_ffff) {
            steps += 1;
            if steps > MOST_CHARACTERS {
                return None;
            }
            add(characters, glyph.checked_add(code - start)?, code)?;
        }
    }
    Some(())
}
