//! Letter: the lines of the oficio in reading order, and where its parts begin: head, address, body, closing.
//!
//! Lines of the cuadro are left out by its areas, so that nothing in it is taken for the letter's own data. Text that is not
//! to be trusted (invisible, unmapped) is never a line here.

use crate::documents::{Bounds, Document, Legibility, TextLayer};
use crate::form::fold;

/// Lines of one oficio that are looked at.
const MOST_LINES: usize = 4_000;
/// The head of a letter is within so many lines, when no salutation says where it ends.
const LONGEST_HEAD: usize = 30;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Line<'a> {
    pub(super) document: &'a str,
    pub(super) page: u32,
    /// The page's place among all pages of the oficio, from 0.
    pub(super) sheet: usize,
    pub(super) text: &'a str,
    pub(super) bounds: Bounds,
    pub(super) recognised: bool,
    pub(super) legibility: Legibility,
    /// Whether something is drawn around it, as the ring of a stamp is. Only in a picture, where it can be told.
    pub(super) is_encircled: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Letter<'a> {
    pub(super) lines: Vec<Line<'a>>,
    /// The first line that is addressed to somebody («Señor:»), or says subject or reference.
    pub(super) address: usize,
    /// The first line of the body («De mi consideración»).
    pub(super) body: usize,
    /// The line of the closing («Atentamente»).
    pub(super) closing: Option<usize>,
}

impl<'a> Letter<'a> {
    pub(super) fn of(documents: &[&'a Document]) -> Letter<'a> {
        Letter::without(documents, &[])
    }

    /// The letter without the lines inside `areas`: name of the document, page, bounds.
    pub(super) fn without(documents: &[&'a Document], areas: &[(&str, u32, Bounds)]) -> Letter<'a> {
        let mut lines: Vec<Line<'a>> = Vec::new();
        let mut sheet = 0;
        for document in documents {
            for page in &document.pages {
                let trusted = matches!(page.text_layer, TextLayer::Drawn | TextLayer::Recognised);
                for line in page.lines.iter().filter(|line| trusted && !line.text.trim().is_empty()) {
                    let inside = areas.iter().any(|(name, number, bounds)| {
                        *name == document.name && *number == page.number && holds(bounds, &line.bounds)
                    });
                    if !inside && lines.len() < MOST_LINES {
                        lines.push(Line {
                            document: &document.name,
                            page: page.number,
                            sheet,
                            text: line.text.trim(),
                            bounds: line.bounds,
                            recognised: page.text_layer == TextLayer::Recognised,
                            legibility: line.legibility,
                            is_encircled: page.text_layer == TextLayer::Recognised
                                && page.pictures.iter().any(|drawing| holds(&drawing.bounds, &line.bounds)),
                        });
                    }
                }
                sheet += 1;
            }
        }
        let folded: Vec<String> = lines.iter().map(|line| fold(line.text)).collect();
        let body = folded.iter().position(|line| opens_body(line));
        let limit = body.unwrap_or_else(|| lines.len().min(LONGEST_HEAD));
        let address = folded.iter().take(limit).position(|line| opens_address(line)).unwrap_or(limit);
        // A letter whose body was not seen to begin may be shorter than the longest head.
        let closing = closing(&folded, body.unwrap_or(0));
        Letter { lines, address, body: limit, closing }
    }

    /// Lines before the address: letterhead, number, date.
    pub(super) fn head(&self) -> &[Line<'a>] {
        self.lines.get(..self.address).unwrap_or_default()
    }

    /// From the address to the body: addressee, subject, reference; in a memorandum the date too.
    pub(super) fn addressed(&self) -> &[Line<'a>] {
        self.lines.get(self.address..self.body).unwrap_or_default()
    }

    /// The body up to and without the closing.
    pub(super) fn text(&self) -> &[Line<'a>] {
        let end = self.closing.unwrap_or(self.lines.len()).max(self.body);
        self.lines.get(self.body..end).unwrap_or_default()
    }

    /// What follows the closing: signature block, footers.
    pub(super) fn after_closing(&self) -> &[Line<'a>] {
        self.closing.and_then(|closing| self.lines.get(closing + 1..)).unwrap_or_default()
    }

    /// The subject: the text after «Asunto:», up to the reference or the body.
    pub(super) fn subject(&self) -> Option<(String, Line<'a>)> {
        let lines = self.addressed();
        let start = lines.iter().position(|line| begins_with(&fold(line.text), &["asunto", "sumilla"]))?;
        let mut text = String::new();
        for (index, line) in lines.iter().skip(start).enumerate() {
            let folded = fold(line.text);
            if index > 0 && (index > 6 || ends_subject(&folded)) {
                break;
            }
            let piece = if index == 0 { after_label(line.text) } else { line.text };
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(piece);
        }
        lines.get(start).map(|line| (text, *line))
    }

    /// Words of a letter that show in it: number, address, subject, salutation, closing.
    pub(super) fn marks(&self) -> usize {
        let folded: Vec<String> = self.lines.iter().map(|line| fold(line.text)).collect();
        let any = |test: &dyn Fn(&str) -> bool| usize::from(folded.iter().any(|line| test(line)));
        any(&|line| begins_with(line, &["senor", "senora", "senores", "sr", "sra", "sres"]))
            + any(&|line| begins_with(line, &["asunto", "sumilla"]))
            + any(&opens_body)
            + any(&|line| begins_with(line, &["presente", "ciudad"]))
            + any(&|line| {
                line.contains("secretaria de gobierno") || line.contains("presidencia del consejo de ministros")
            })
            + usize::from(self.closing.is_some())
    }
}

/// Text after a label's colon («ASUNTO :   Solicito…»), or after its first word.
pub(super) fn after_label(text: &str) -> &str {
    match text.split_once(':') {
        Some((label, rest)) if label.chars().count() <= 16 => rest.trim(),
        _ => text.split_once(char::is_whitespace).map_or("", |(_, rest)| rest.trim()),
    }
}

/// Whether the folded line begins with one of these words or phrases.
pub(super) fn begins_with(folded: &str, openings: &[&str]) -> bool {
    openings
        .iter()
        .any(|opening| folded.strip_prefix(opening).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
}

/// Whether a text announces the people who leave, rather than those who come.
pub(super) fn opens_outgoing(text: &str) -> bool {
    let folded = fold(text);
    let leaves = [
        "dejar sin efecto",
        "dejando sin efecto",
        "dar de baja",
        "de baja a",
        "dese de baja",
        "baja de los",
        "salientes",
        "saliente",
        "usuarios anteriores",
        "coordinadores anteriores",
        "dejaron el cargo",
        "ya no laboran",
        "ya no labora",
        "cesados",
        "retirar los accesos",
        "designados anteriormente",
        "reemplazar a",
    ];
    let comes = ["designa", "nuevos", "nuevo coordinador", "en su reemplazo", "entrantes", "alta de"];
    let last = |words: &[&str]| words.iter().filter_map(|word| folded.rfind(word)).max();
    match (last(&leaves), last(&comes)) {
        (Some(leaves), Some(comes)) => leaves > comes,
        (Some(_), None) => true,
        _ => false,
    }
}

fn opens_body(line: &str) -> bool {
    // Of a picture, «De mi consideración» is read without one of its spaces, too.
    let squeezed: String = line.split(' ').collect();
    let is_salutation = ["demi", "denuestra"].iter().any(|opening| {
        let rest = squeezed.strip_prefix(opening).unwrap_or_default();
        ["", "mayor", "especial"]
            .iter()
            .any(|degree| rest.strip_prefix(degree).is_some_and(|rest| rest.starts_with("consideracion")))
    });
    is_salutation
        || begins_with(
            line,
            &[
                "es grato",
                "me es grato",
                "nos es grato",
                "tengo el agrado",
                "tengo a bien",
                "mediante el presente",
                "mediante la presente",
                "por medio del presente",
                "por medio de la presente",
                "por intermedio del presente",
                "a traves del presente",
                "me dirijo a usted",
                "me dirijo a ud",
                "por el presente",
                "por la presente",
                "previo un cordial saludo",
                "reciba un cordial saludo",
                "reciban un cordial saludo",
                "cordial saludo",
                "saludos cordiales a nombre",
            ],
        )
}

fn opens_address(line: &str) -> bool {
    // «A» alone or beside another letter may be what is seen of a coat of arms, and «A DE PARTES» of a stamp; where it is a label, the addressee's line follows.
    let labels = ["a", "al", "para"];
    let mut after_label = line.split(' ').skip(1).peekable();
    let goes_on = after_label.next_if(|word| ["de", "del"].contains(word)).is_some();
    let labelled = begins_with(line, &labels) && !goes_on && after_label.any(|word| word.chars().count() > 2);
    labelled
        || begins_with(
            line,
            &[
                "senor",
                "senora",
                "senores",
                "senorita",
                "senor a",
                "sr",
                "sra",
                "sres",
                "asunto",
                "sumilla",
                "referencia",
                "ref",
                "atencion",
                "ciudad",
                "presente",
                "dirigido a",
                "doctor",
                "doctora",
                "ingeniero",
                "ingeniera",
                "secretaria de gobierno",
                "secretario de gobierno",
                "presidencia del consejo",
            ],
        )
}

fn ends_subject(line: &str) -> bool {
    opens_body(line)
        || begins_with(
            line,
            &[
                "referencia",
                "ref",
                "senor",
                "senora",
                "senores",
                "atencion",
                "fecha",
                "lugar",
                "presente",
                "expediente",
            ],
        )
}

/// The last «Atentamente» or «Cordialmente»; else the last sentence that takes leave.
fn closing(folded: &[String], body: usize) -> Option<usize> {
    let last = |openings: &[&str]| {
        folded
            .iter()
            .enumerate()
            .skip(body.min(folded.len()))
            .filter(|(_, line)| begins_with(line, openings) && line.split(' ').count() <= 12)
            .map(|(index, _)| index)
            .next_back()
    };
    last(&[
        "atentamente",
        "muy atentamente",
        "cordialmente",
        "atte",
        "respetuosamente",
        "dios guarde a usted",
        "dios guarde a ud",
    ])
    .or_else(|| {
        last(&[
            // What a signature that was written over the closing leaves of it.
            "atentam",
            "atentame",
            "cordialm",
            // The sentences that take leave.
            "sin otro particular",
            "hago propicia",
            "hago propicio",
            "agradeciendo",
            "agradezco",
            "agradecemos",
            "quedo de",
            "quedamos de",
            "con la seguridad",
            "en la seguridad",
            "me despido",
            "aprovecho la oportunidad",
            "aprovecho la ocasion",
            "es propicia",
            "es propicio",
            "seguros de contar",
            "seguro de contar",
        ])
    })
}

fn holds(area: &Bounds, line: &Bounds) -> bool {
    let (x, y) = ((line.left + line.right) / 2.0, (line.top + line.bottom) / 2.0);
    area.left <= x && x <= area.right && area.top <= y && y <= area.bottom
}
