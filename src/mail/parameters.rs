//! `Content-Type` and `Content-Disposition`: a word and its parameters, with RFC 2231 pieces and charsets, RFC 2047 words
//! where they do not belong, and quotes that were forgotten.
//!
//! Written here because the pieces of one RFC 2231 value are one text: they may cut a character in two, and only the first of
//! them names the charset.

use super::charset;
use super::encoded_word;
use super::transfer;

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Parameterised {
    /// Lower case, e.g. `application/pdf` or `attachment`.
    pub value: String,
    parameters: Vec<(String, String)>,
}

/// Parameters beyond this many are not looked at.
const MOST_PARAMETERS: usize = 200;

impl Parameterised {
    pub fn parse(field: &str) -> Parameterised {
        let (value, mut rest) = split_at_semicolon(field);
        let value: String = without_comments(&value).split_whitespace().collect::<String>().to_lowercase();
        let mut raw: Vec<(String, String)> = Vec::new();
        while !rest.is_empty() && raw.len() < MOST_PARAMETERS {
            let (parameter, after) = split_at_semicolon(rest);
            rest = after;
            if let Some((name, value)) = parameter.split_once('=') {
                let name = without_comments(name).trim().to_ascii_lowercase();
                if !name.is_empty() {
                    raw.push((name, unquote(value.trim())));
                }
            }
        }
        Parameterised { value, parameters: join_pieces(&raw) }
    }

    /// A parameter's decoded text. An RFC 2231 spelling wins over a plain one of the same name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Up to the next semicolon outside of quotes. A file name with a quote that is never closed ends at the field's end.
fn split_at_semicolon(field: &str) -> (String, &str) {
    let mut quoted = false;
    let mut escaped = false;
    for (position, character) in field.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ';' if !quoted => {
                let (before, after) = field.split_at(position);
                return (before.to_owned(), after.strip_prefix(';').unwrap_or(after));
            }
            _ => {}
        }
    }
    (field.to_owned(), "")
}

/// Drops RFC 5322 comments, `(like this)`.
pub(super) fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut depth = 0u32;
    for character in text.chars() {
        match character {
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            _ if depth == 0 => kept.push(character),
            _ => {}
        }
    }
    kept
}

fn unquote(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"') else { return value.to_owned() };
    let mut text = String::with_capacity(inner.len());
    let mut characters = inner.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            // A backslash escapes a quote or itself; before anything else it is a Windows path's.
            '\\' if matches!(characters.peek(), Some('"' | '\\')) => text.extend(characters.next()),
            '"' => break,
            _ => text.push(character),
        }
    }
    text
}

/// RFC 2231: `name*`, `name*0`, `name*1*`, … become `name`.
fn join_pieces(raw: &[(String, String)]) -> Vec<(String, String)> {
    let mut joined: Vec<(String, String)> = Vec::new();
    for (key, _) in raw.iter().filter(|(key, _)| key.contains('*')) {
        let base = key.split('*').next().unwrap_or_default();
        if base.is_empty() || joined.iter().any(|(name, _)| name == base) {
            continue;
        }
        let mut pieces: Vec<(u32, bool, &str)> = raw
            .iter()
            .filter_map(|(key, value)| {
                let suffix = key.strip_prefix(base)?.strip_prefix('*')?;
                let (number, encoded) = match suffix.strip_suffix('*') {
                    Some(number) => (number, true),
                    None => (suffix, suffix.is_empty()),
                };
                let number = if number.is_empty() { 0 } else { number.parse().ok()? };
                Some((number, encoded, value.as_str()))
            })
            .collect();
        pieces.sort_by_key(|(number, ..)| *number);
        let mut label = None;
        let mut bytes = Vec::new();
        for (position, (_, encoded, value)) in pieces.into_iter().enumerate() {
            let mut value = value;
            if encoded && position == 0 {
                let mut halves = value.splitn(3, '\'');
                if let (Some(charset), Some(_language), Some(text)) = (halves.next(), halves.next(), halves.next()) {
                    label = Some(charset.to_owned()).filter(|charset| !charset.is_empty());
                    value = text;
                }
            }
            match encoded {
                true => bytes.extend(transfer::percent(value)),
                false => bytes.extend_from_slice(value.as_bytes()),
            }
        }
        joined.push((base.to_owned(), encoded_word::decode(&charset::decode(&bytes, label.as_deref()))));
    }
    for (key, value) in raw.iter().filter(|(key, _)| !key.contains('*')) {
        if !joined.iter().any(|(name, _)| name == key) {
            joined.push((key.clone(), encoded_word::decode(value)));
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filename(field: &str) -> Option<String> {
        Parameterised::parse(field).get("filename").map(str::to_owned)
    }

    #[test]
    fn file_names_are_read_in_every_spelling() {
        for (field, expected) in [
            ("attachment; filename=oficio.pdf", "oficio.pdf"),
            ("attachment; filename=OFICIO 045-2026.pdf", "OFICIO 045-2026.pdf"),
            (r#"attachment; filename="a;b \"c\".pdf""#, r#"a;b "c".pdf"#),
            (r#"attachment; filename="C:\Docs\oficio.pdf""#, r"C:\Docs\oficio.pdf"),
            ("attachment; filename=\"oficio.pdf", "oficio.pdf"),
            ("attachment; filename*=UTF-8''OFICIO%20N%C2%BA%2045.pdf", "OFICIO Nº 45.pdf"),
            ("attachment; filename*=iso-8859-1'es'designaci%F3n.pdf", "designación.pdf"),
            ("attachment; filename*=utf-8''designaci%F3n.pdf", "designación.pdf"),
            // The ó is cut in two between pieces, which come in the wrong order.
            ("attachment; filename*1*=%B3n.pdf; filename*0*=utf-8''designaci%C3", "designación.pdf"),
            (r#"attachment; filename*0="OFICIO "; filename*1="045.pdf""#, "OFICIO 045.pdf"),
            ("attachment; filename=\"=?UTF-8?B?ZGVzaWduYWNpw7NuLnBkZg==?=\"", "designación.pdf"),
            ("attachment; filename=plain.pdf; filename*=utf-8''mejor.pdf", "mejor.pdf"),
            ("attachment; FILENAME = \"oficio.pdf\" ; size=3", "oficio.pdf"),
        ] {
            assert_eq!(filename(field).as_deref(), Some(expected), "{field}");
        }
    }

    #[test]
    fn the_value_is_lower_case_and_without_comments() {
        let parsed = Parameterised::parse("Text/HTML (sic); charset=\"utf-8\"");
        assert_eq!(parsed.value, "text/html");
        assert_eq!(parsed.get("charset"), Some("utf-8"));
        assert_eq!(Parameterised::parse("").value, "");
    }
}
