//! Quotation: what a person wrote now, told apart from the older mail below it and from the signature block.
//!
//! Whoever looks for a datum «sent in the body» must look at new text only: the quoted original holds our own words and other
//! people's data.

use std::sync::LazyLock;

use regex::Regex;

/// The line that [`super::parse`] puts before the text of a mail that was attached to the mail.
pub const ATTACHED_MAIL: &str = "---------- Correo adjunto ----------";

/// A body in two.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversation {
    /// What the sender wrote, with the signature block.
    pub new: String,
    /// Quoted originals and forwarded mails, as they stand, without `>`.
    pub earlier: String,
}

/// Lines below a marker that are looked at for what confirms it; a bound, since a body may be a million blank lines.
const CLOSE_BELOW: usize = 12;

/// Lines looked at for the end of an attribution that wraps («El lun, 3 de ago. de 2026 …» / «… escribió:»).
const WRAPPED_ATTRIBUTION: usize = 4;

/// Cuts the quoted originals of Outlook, Gmail, Zimbra, Thunderbird, Yahoo and Apple Mail off a body.
pub fn split_quoted(body: &str) -> Conversation {
    let lines: Vec<&str> = body.lines().collect();
    let mut new: Vec<&str> = Vec::new();
    let mut earlier: Vec<&str> = Vec::new();
    let mut position = 0;
    while let Some(&line) = lines.get(position) {
        let rest = lines.get(position..).unwrap_or_default();
        if let Some(unquoted) = unquoted(line) {
            earlier.push(unquoted);
        } else if starts_original(rest) {
            earlier.extend(rest.iter().map(|line| unquoted(line).unwrap_or(line)));
            break;
        } else if let Some(length) = attribution(rest) {
            earlier.extend(rest.iter().take(length));
            position += length;
            // With `>` below it, more new text may follow; without, everything below is the original.
            let below = lines.get(position..).unwrap_or_default();
            let quoted = below
                .iter()
                .take(CLOSE_BELOW)
                .find(|line| !line.trim().is_empty())
                .is_some_and(|line| unquoted(line).is_some());
            if !quoted {
                earlier.extend(below);
                break;
            }
            continue;
        } else {
            new.push(line);
        }
        position += 1;
    }
    Conversation { new: new.join("\n").trim().to_owned(), earlier: earlier.join("\n").trim().to_owned() }
}

/// Cuts the signature block off new text: after the `-- ` line, or after the last closing formula («Atentamente,»).
pub fn without_signature(new: &str) -> &str {
    let mut end = new.len();
    let mut offset = 0;
    let mut written = false;
    for line in new.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\r', '\n']);
        let separator = matches!(bare, "-- " | "--");
        if written && (separator || is_sent_from_device(bare)) {
            end = offset;
            break;
        }
        // A closing formula is a line of its own; what it closes stands above it.
        if written && is_closing(bare) {
            end = offset + line.len();
            break;
        }
        written |= !bare.trim().is_empty();
        offset += line.len();
    }
    new.get(..end).unwrap_or(new).trim_end()
}

fn unquoted(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix('>')?;
    Some(rest.trim_start_matches(['>', ' ']))
}

fn is_underline(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 10 && line.chars().all(|character| matches!(character, '_' | '-' | '='))
}

fn pattern(expression: &str) -> Option<Regex> {
    Regex::new(expression).ok()
}

fn matches(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// «-----Mensaje original-----» and its kin, in the languages that reach this mailbox.
static ORIGINAL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?ix)^[\s>*]*(?:
            [-–—_=]{2,}\s*(?:mensaje\s+original|original\s+message|mensagem\s+original|mensaje\s+reenviado|
                forwarded\s+message|mensagem\s+encaminhada|mensaje\s+adjunto|correo\s+adjunto|correo\s+original|
                mensaje\s+citado|forwarded\s+by.*)\s*[-–—_=]{2,}
          | (?:inicio\s+del\s+mensaje\s+reenviado|begin\s+forwarded\s+message|comienzo\s+del\s+mensaje\s+reenviado)\s*:
        )\s*$",
    )
});

/// The first line of a header block that Outlook and Zimbra put above the original.
static FROM_LINE: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r#"(?i)^[\s>*_]*(?:de|from|desde|remitente)\s*\*?\s*:\s*\*?\s*\S"#));

static OTHER_HEADER_LINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)^[\s>*_]*(?:enviado(?:\s+el)?|enviada(?:\s+em)?|sent|fecha|date|data|para|to|asunto|subject|assunto|cc)\s*\*?\s*:",
    )
});

static ATTRIBUTION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?ix)^\s*(?:
            el\s.{5,300}\s(?:escribi[oó]|ha\s+escrito)\s*:
          | on\s.{5,300}\swrote\s*:
          | em\s.{5,300}\sescreveu\s*:
          | .{0,200}<[^<>\s]+@[^<>\s]+>\s*(?:escribi[oó]|wrote|escreveu)\s*(?:el\s.{5,60})?:
        )\s*$",
    )
});

/// Whether an original starts here: a separator, or a block of header lines.
fn starts_original(lines: &[&str]) -> bool {
    let Some(first) = lines.first() else { return false };
    if matches(&ORIGINAL, first) {
        return true;
    }
    // Outlook on the web draws a line first.
    let block = if is_underline(first) { lines.get(1..).unwrap_or_default() } else { lines };
    let mut block = block.iter().take(CLOSE_BELOW).filter(|line| !line.trim().is_empty());
    if !block.next().is_some_and(|line| matches(&FROM_LINE, line)) {
        return false;
    }
    block.take(4).filter(|line| matches(&OTHER_HEADER_LINE, line)).count() >= 2
}

/// The number of lines of an attribution that starts here.
fn attribution(lines: &[&str]) -> Option<usize> {
    let mut joined = String::new();
    for (index, line) in lines.iter().take(WRAPPED_ATTRIBUTION).enumerate() {
        if line.trim().is_empty() || joined.len() > 400 {
            return None;
        }
        joined.push_str(line.trim());
        // It names a day or an address; other sentences may end in «escribió:» too.
        let names_one = joined.contains('@') || joined.contains(|character: char| character.is_ascii_digit());
        if names_one && matches(&ATTRIBUTION, &joined) {
            return Some(index + 1);
        }
        joined.push(' ');
    }
    None
}

static CLOSING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?ix)^\s*(?:
            atte | atentamente | muy\s+atentamente | cordialmente | muy\s+cordialmente | respetuosamente
          | (?:un\s+)?(?:cordial|cordiales)\s+saludos? | saludos?(?:\s+(?:cordial|cordiales|atentamente|atentos))? | slds
        )\s*[.,;:]*\s*$",
    )
});

fn is_closing(line: &str) -> bool {
    matches(&CLOSING, line)
}

static SENT_FROM_DEVICE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)^\s*(?:enviado\s+desde\s+(?:mi\s|el\s+correo|outlook|yahoo|gmail|un\s|correo\s)|sent\s+from\s+my\s|get\s+outlook\s+for|obtener\s+outlook\s+para)",
    )
});

fn is_sent_from_device(line: &str) -> bool {
    matches(&SENT_FROM_DEVICE, line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn originals_are_cut_in_the_shapes_of_each_mail_program() {
        for (program, body, new, earlier) in [
            (
                "Gmail in Spanish",
                "Adjunto el oficio corregido.\n\nEl lun, 3 ago 2026 a las 10:15, Mesa de Ayuda (<mesa@x.gob.pe>) escribió:\n\n> Necesitamos que corrija\n> el DNI\n",
                "Adjunto el oficio corregido.",
                "Necesitamos que corrija",
            ),
            (
                "Gmail, attribution wrapped",
                "Gracias\n\nEl lun, 3 de ago. de 2026 a la(s) 10:15, Mesa de Ayuda SGTD (\nmesadeayuda@gobiernodigital.gob.pe) escribió:\n\n> Uno\n",
                "Gracias",
                "Uno",
            ),
            (
                "Outlook in Spanish",
                "El DNI es 41228890.\n\nDe: Mesa de Ayuda <mesa@x.gob.pe>\nEnviado el: lunes, 3 de agosto de 2026 10:15\nPara: a@b.gob.pe\nAsunto: Observaciones\n\nFila 2\n",
                "El DNI es 41228890.",
                "Fila 2",
            ),
            (
                "Outlook on the web",
                "Conforme\n________________________________\nDe: Mesa\nEnviado: lunes\nPara: yo\nAsunto: x\n\nFila 2",
                "Conforme",
                "Fila 2",
            ),
            ("Outlook Express", "Ok\n-----Mensaje original-----\nDe: Mesa\nFila 2", "Ok", "Fila 2"),
            (
                "Zimbra",
                "Se remite\n\n----- Mensaje original -----\nDe: \"Mesa\" <m@x.pe>\nPara: \"y\" <y@x.pe>\nEnviados: Lunes\nFila 2",
                "Se remite",
                "Fila 2",
            ),
            (
                "Yahoo, nothing marked",
                "Listo\n\nEl lunes, 3 de agosto de 2026, 10:15:00 GMT-5, Mesa <m@x.pe> escribió:\n\nFila 2\nFila 3",
                "Listo",
                "Fila 3",
            ),
            (
                "Thunderbird, answered below",
                "El 3/08/2026 a las 10:15, Mesa escribió:\n> Fila 2: DNI\nEl DNI es 41228890\n> Fila 3\nGracias",
                "El DNI es 41228890\nGracias",
                "Fila 2: DNI",
            ),
            (
                "Gmail forward",
                "---------- Forwarded message ---------\nDe: Alcalde <a@b.pe>\nDate: lun\nSubject: Oficio\n\nRemito oficio",
                "",
                "Remito oficio",
            ),
            ("Apple", "Va\n\nInicio del mensaje reenviado:\n\n> De: X\n> Fila", "Va", "Fila"),
        ] {
            let conversation = split_quoted(body);
            assert_eq!(conversation.new, new, "{program}");
            assert!(conversation.earlier.contains(earlier), "{program}: {:?}", conversation.earlier);
            assert!(!conversation.earlier.lines().any(|line| line.starts_with('>')), "{program}");
        }
    }

    #[test]
    fn ordinary_text_is_no_original() {
        for body in [
            "El oficio que remito fue firmado por el alcalde:\n- Uno\n- Dos",
            "De: la Municipalidad de X\nA quien corresponda",
            "De mi consideración:\n\nPara: los fines pertinentes",
            "El alcalde, por este medio, nos escribió:",
        ] {
            assert_eq!(split_quoted(body).new, body);
        }
    }

    #[test]
    fn endless_blank_lines_and_markers_end() {
        let body = format!("{}{}", "De: x\n".repeat(50_000), "\n".repeat(300_000));
        assert_eq!(split_quoted(&body).earlier, "");
    }

    #[test]
    fn signature_blocks_are_cut() {
        for (new, expected) in [
            ("Hola\n-- \nJuan\n987654321", "Hola"),
            ("Remito.\n\nAtentamente,\nJuan\nTeléf. 987654321", "Remito.\n\nAtentamente,"),
            ("Remito.\nSaludos cordiales.\nJuan", "Remito.\nSaludos cordiales."),
            ("Va el oficio\nEnviado desde mi iPhone", "Va el oficio"),
            ("Saludos cordiales\nRemito el oficio", "Saludos cordiales\nRemito el oficio"),
            ("Sin firma", "Sin firma"),
        ] {
            assert_eq!(without_signature(new), expected, "{new:?}");
        }
    }
}
