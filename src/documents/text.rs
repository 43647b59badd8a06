//! Plain text: its lines, and a table where tabs or bars say that there is one. Nothing else is guessed: text that is merely
//! aligned with spaces stays text.

use super::flow::{Covered, Flow, USUAL_SIZE};
use super::{Document, Format, Limits, Trouble};

/// A table has at least this many columns and rows; two tabs in a letterhead make none.
const FEWEST_COLUMNS: usize = 3;
const FEWEST_ROWS: usize = 2;

pub fn read(name: &str, text: &str, limits: &Limits) -> Document {
    if text.len() as u64 > limits.unpacked_bytes {
        return Document::unread(name, Format::PlainText, Trouble::BeyondLimits("bytes".to_owned()));
    }
    let mut flow = Flow::new(name, Format::PlainText, Covered::Written, limits);
    let lines: Vec<&str> = text.lines().collect();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let rows = ['\t', '|'].into_iter().map(|separator| (separator, rows_from(&lines, at, separator)));
        match rows.into_iter().find(|(_, rows)| *rows >= FEWEST_ROWS) {
            Some((separator, rows)) => {
                flow.open_table();
                let table_lines = lines.iter().skip(at).take(rows);
                for line in table_lines.filter(|line| !is_rule(line)) {
                    flow.open_row();
                    for cell in cells(line, separator) {
                        flow.open_cell(1, 1);
                        flow.paragraph(cell, USUAL_SIZE);
                        flow.close_cell();
                    }
                    flow.close_row();
                }
                flow.close_table();
                at += rows;
            }
            None => {
                flow.paragraph(line, USUAL_SIZE);
                at += 1;
            }
        }
    }
    flow.finish()
}

/// How many lines from `at` on are rows of one table: the same number of cells each.
fn rows_from(lines: &[&str], at: usize, separator: char) -> usize {
    let columns = lines.get(at).map_or(0, |line| cells(line, separator).count());
    if columns < FEWEST_COLUMNS {
        return 0;
    }
    let is_row = |line: &&&str| cells(line, separator).count() == columns || separator == '|' && is_rule(line);
    lines.iter().skip(at).take_while(is_row).count()
}

fn cells(line: &str, separator: char) -> impl Iterator<Item = &str> {
    // Bars may close a row on both sides.
    let bare = if separator == '|' { line.trim().trim_start_matches('|').trim_end_matches('|') } else { line };
    bare.split(separator)
}

/// `|----|:---:|`, the rule under a head.
fn is_rule(line: &str) -> bool {
    line.contains('-')
        && line.contains(['|', '+'])
        && line.chars().all(|c| matches!(c, '-' | '|' | '+' | ':' | '=' | ' '))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_are_lines_and_only_tabs_or_bars_make_a_table() {
        let text = "Señor:\n\nDNI:\t01234567\nNombre   DNI   Celular\nAna      01234567   987654321\n\
                    DNI\tNombre\tCelular\n01234567\tAna\t987654321\nAtentamente\n";
        let document = read("cuerpo.txt", text, &Limits::default());
        assert_eq!(document.troubles, []);
        assert_eq!(document.tables.len(), 1);
        let texts: Vec<_> = document.tables[0].cells.iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(texts, ["DNI", "Nombre", "Celular", "01234567", "Ana", "987654321"]);
        let lines: Vec<_> = document.pages[0].lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(lines[..3], ["Señor:", "DNI: 01234567", "Nombre DNI Celular"]);
        assert_eq!(*lines.last().unwrap(), "Atentamente");
    }

    #[test]
    fn bars_with_a_rule_make_a_table() {
        let document = read("a", "| DNI | Nombre | Rol |\n|-----|:--:|---|\n| 01234567 | | C |\n", &Limits::default());
        let texts: Vec<_> = document.tables[0].cells.iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(texts, ["DNI", "Nombre", "Rol", "01234567", "", "C"]);
    }

    #[test]
    fn a_text_without_letters_is_empty() {
        assert_eq!(read("a", " \n\t\n", &Limits::default()).troubles, [Trouble::Empty]);
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in "([a-z0-9|\t -]{0,12}\n){0,12}\\PC{0,40}") {
            read("a", &text, &Limits::default());
        }
    }
}
