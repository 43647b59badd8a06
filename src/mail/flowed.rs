//! `format=flowed` (RFC 3676): lines that end in a blank go on in the next one.

/// Joins flowed lines of the same quote depth and drops space stuffing. `delete_space` is the `delsp=yes` parameter.
pub(super) fn unflow(text: &str, delete_space: DeleteSpace) -> String {
    let mut unflowed = String::with_capacity(text.len());
    // The quote depth of a line that goes on.
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let depth = line.chars().take_while(|&character| character == '>').count();
        let content = line.trim_start_matches('>');
        let content = content.strip_prefix(' ').unwrap_or(content);
        // The signature separator is never flowed (section 4.3).
        let separator = content == "-- ";
        if open.is_some_and(|quoted| quoted != depth || separator) {
            unflowed.push('\n');
            open = None;
        }
        if open.is_none() && depth > 0 {
            unflowed.extend(std::iter::repeat_n('>', depth));
            unflowed.push(' ');
        }
        if content.ends_with(' ') && !separator {
            let content = match delete_space {
                DeleteSpace::Yes => content.strip_suffix(' ').unwrap_or(content),
                DeleteSpace::No => content,
            };
            unflowed.push_str(content);
            open = Some(depth);
        } else {
            unflowed.push_str(content);
            unflowed.push('\n');
            open = None;
        }
    }
    unflowed
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DeleteSpace {
    Yes,
    No,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flowed_lines_are_joined_and_quotes_and_signatures_kept_apart() {
        for (text, expected) in [
            ("Remito el \noficio\nGracias\n", "Remito el oficio\nGracias\n"),
            ("> uno \n> dos\ntres\n", "> uno dos\ntres\n"),
            ("> uno \ntres\n", "> uno \ntres\n"),
            (" >no es cita\n", ">no es cita\n"),
            ("fin \n-- \nFirma\n", "fin \n-- \nFirma\n"),
        ] {
            assert_eq!(unflow(text, DeleteSpace::No), expected, "{text:?}");
        }
        assert_eq!(unflow("par \ntido\n", DeleteSpace::Yes), "partido\n");
    }
}
