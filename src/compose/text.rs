//! Text that came in a mail, made fit to be shown to a person.

/// Stands for a character that cannot be seen or that changes how its neighbours are shown.
const INVISIBLE: char = '\u{fffd}';

/// One line of at most `limit` characters: white space (line breaks too) becomes single spaces, and what cannot be seen, or
/// turns the direction of writing around, becomes a visible «�», so that what a person reads is what stands there. A cut
/// text ends in «…».
pub fn shown(text: &str, limit: usize) -> String {
    let mut line = String::new();
    let mut length = 0;
    let mut space = false;
    for character in text.chars() {
        let character = match character {
            // Word and web pages leave these inside words and e-mail addresses; they mean nothing.
            '\u{ad}' => continue,
            _ if character.is_whitespace() => {
                space = length > 0;
                continue;
            }
            _ if is_invisible(character) => INVISIBLE,
            _ => character,
        };
        if space {
            line.push(' ');
            length += 1;
            space = false;
        }
        if character == INVISIBLE && line.ends_with(INVISIBLE) {
            continue;
        }
        if length >= limit {
            while line.ends_with(' ') {
                line.pop();
            }
            line.push('…');
            return line;
        }
        line.push(character);
        length += 1;
    }
    line
}

/// Control and format characters: bidirectional marks (Unicode TR 9), zero-width ones, the tag block, non-characters.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn line_breaks_and_repeated_spaces_become_one_space() {
        assert_eq!(shown("  JUAN\r\n  PÉREZ\t ", 50), "JUAN PÉREZ");
    }

    #[test]
    fn marks_that_turn_the_direction_of_writing_are_made_visible() {
        assert_eq!(shown("juan\u{202e}@epm\u{2066}.com", 50), "juan�@epm�.com");
    }

    #[test]
    fn a_soft_hyphen_is_dropped_and_a_nul_is_shown() {
        assert_eq!(shown("muni\u{ad}cipalidad\0", 50), "municipalidad�");
    }

    #[test]
    fn a_long_text_is_cut_with_an_ellipsis() {
        assert_eq!(shown("Municipalidad Distrital", 14), "Municipalidad…");
        assert_eq!(shown("Municipalidad", 13), "Municipalidad");
    }

    proptest! {
        #[test]
        fn whatever_comes_in_one_bounded_visible_line_comes_out(text in any::<String>(), limit in 1usize..80) {
            let line = shown(&text, limit);
            prop_assert!(line.chars().count() <= limit + 2);
            prop_assert!(!line.chars().any(|c| is_invisible(c) || c == '\n' || c == '\r'));
            prop_assert_eq!(line.trim(), line.as_str());
        }
    }
}
