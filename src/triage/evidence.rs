//! Evidence: what a mail and its documents say, sorted for the rules of [`super::subject_matter`].
//!
//! Nothing is decided here about the mail; a document by itself is told to be a designation, another matter, or neither.

use crate::documents::{Document, Place, TextLayer};
use crate::form::{Form, OtherMatter, fold};
use crate::mail::{ATTACHED_MAIL, Disposition, Mail, leads_to_files, split_quoted, without_signature};
use crate::oficio::{Cuadro, Field, Oficio};

use super::machine::is_reply_subject;
use super::words::Words;

/// A document with fewer words than this was not read: a scan without text, a picture, a broken file.
const FEWEST_WORDS: usize = 15;

/// Lines of an oficio's «Asunto» that are looked at.
const SUBJECT_LINES: usize = 6;

/// What one document is by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Designation,
    /// Speaks of our platforms and of designating, and leaves it open whether it designates; the reason is for the operator.
    Mixed(String),
    /// About another matter, as its «Asunto» says.
    Other(String),
    /// Has no «Asunto» of its own, and words of another matter: an annex, or a paper of some other kind.
    Annex(String),
    /// Read, and about nothing that is known here.
    Silent,
    Unread,
}

pub(super) struct DocumentEvidence {
    pub kind: Kind,
    pub words: Words,
    /// Whether it was recognised from a picture, of which not every line is read.
    pub is_picture: bool,
}

pub(super) struct Evidence<'a> {
    pub form: &'a Form,
    pub mail: &'a Mail,
    pub subject: Words,
    /// What the sender wrote now, without quoted mail and signature; of a forwarded mail the forwarded text too.
    pub text: Words,
    /// Subject and text.
    pub said: Words,
    /// The same text as written.
    pub raw_text: String,
    pub is_reply: bool,
    /// Of the attached files; the pictures of a signature block are none.
    pub documents: Vec<DocumentEvidence>,
    /// Whether the cuadro that was found is the form's, by the words in its columns for profile and role.
    pub cuadro: CuadroEvidence,
    pub file_link: bool,
    /// The oficio that was found is the form with nothing filled in: neither number nor date nor anybody's data.
    pub blank_form: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CuadroEvidence {
    Missing,
    /// A table of people, whose profile and role say nothing of our platforms.
    People,
    Forms,
}

impl<'a> Evidence<'a> {
    pub fn of(mail: &'a Mail, documents: &[Document], oficio: &Oficio, form: &'a Form) -> Evidence<'a> {
        let conversation = split_quoted(&mail.body_text);
        let is_forward = is_forward_subject(&mail.subject) || mail.body_text.contains(ATTACHED_MAIL);
        let raw_text = match is_forward {
            true => format!("{}\n{}", without_signature(&conversation.new), conversation.earlier),
            false => without_signature(&conversation.new).to_owned(),
        };
        let subject = Words::of(&mail.subject);
        let text = Words::of(&raw_text);
        let said = subject.followed_by(&text);
        let is_reply = !is_forward && (!mail.in_reply_to.is_empty() || is_reply_subject(mail));
        let documents = documents
            .iter()
            .filter(|document| document.place == Place::Attached && !is_picture_of_signature(document, mail))
            .map(|document| DocumentEvidence::of(document, form))
            .collect();
        Evidence {
            form,
            mail,
            subject,
            text,
            said,
            raw_text,
            is_reply,
            documents,
            cuadro: cuadro(oficio, form),
            blank_form: is_blank_form(oficio),
            file_link: mail.links.iter().any(|link| leads_to_files(link, &form.mail.file_stores)),
        }
    }

    pub fn has_kind(&self, wanted: fn(&Kind) -> bool) -> bool {
        self.documents.iter().any(|document| wanted(&document.kind))
    }

    /// A document that designates, or the form's cuadro wherever it was found in the attached files.
    pub fn documents_designate(&self) -> bool {
        let by_cuadro = self.cuadro == CuadroEvidence::Forms && !self.documents.is_empty();
        self.has_kind(|kind| *kind == Kind::Designation) || by_cuadro
    }

    /// The mail sends an oficio along: «adjunto el oficio», «remito carta». A reply's subject is somebody else's.
    pub fn announces(&self) -> bool {
        let words = &self.form.subject_matter;
        let announced = |text: &Words| text.have_near(&words.announcing, &words.documents, 8, &words.asking);
        announced(&self.text) || !self.is_reply && announced(&self.subject)
    }

    /// The sender puts a question.
    pub fn asks(&self) -> bool {
        self.raw_text.contains(['?', '¿']) || self.mail.subject.contains(['?', '¿'])
    }

    pub fn names_platform(&self) -> bool {
        self.said.have(&self.form.subject_matter.platforms)
    }

    pub fn names_designation(&self) -> bool {
        self.said.have(&self.form.subject_matter.designation)
    }

    pub fn names_access(&self) -> bool {
        self.said.have(&self.form.subject_matter.access)
    }
}

impl DocumentEvidence {
    fn of(document: &Document, form: &Form) -> DocumentEvidence {
        let lines: Vec<&str> =
            document.pages.iter().flat_map(|page| page.lines.iter().map(|line| line.text.as_str())).collect();
        let cells = document.tables.iter().flat_map(|table| table.cells.iter().map(|cell| cell.text.as_str()));
        let text: String = lines.iter().copied().chain(cells).collect::<Vec<_>>().join("\n");
        let words = Words::of(&text);
        let kind = if words.count() < FEWEST_WORDS && !document.troubles.is_empty() || words.count() == 0 {
            Kind::Unread
        } else {
            kind(&words, &Words::of(&subject_of(&lines)), form)
        };
        // That a picture says nothing of a designation is not known.
        let is_picture = document.pages.iter().any(|page| page.text_layer == TextLayer::Recognised);
        let kind = match kind {
            Kind::Silent | Kind::Annex(_) if is_picture && words.have(&form.subject_matter.platforms) => Kind::Mixed(
                "El documento está escaneado y habla de Gob.pe o Facilita Perú; no se leyó si designa a alguien."
                    .to_owned(),
            ),
            kind => kind,
        };
        DocumentEvidence { kind, words, is_picture }
    }
}

fn kind(words: &Words, subject: &Words, form: &Form) -> Kind {
    let lists = &form.subject_matter;
    let in_template_words = words.have(&lists.template);
    let names_platform = words.have(&lists.platforms);
    let subject_designates =
        subject.have(&lists.platforms) && (subject.have(&lists.designation) || subject.have(&lists.template));
    let designates = words.have(&lists.designation) || words.have(&lists.access);
    match (other_matter(subject, form), subject_designates) {
        (Some(other), false) => Kind::Other(other.about.clone()),
        (Some(other), true) => {
            Kind::Mixed(format!("El asunto del documento habla de una designación y de {}.", other.about))
        }
        (None, _) if names_platform && in_template_words && designates => Kind::Designation,
        (None, true) => {
            Kind::Mixed("El documento habla de Gob.pe o Facilita Perú y no nombra los perfiles.".to_owned())
        }
        (None, false) if names_platform && words.have(&lists.designation) => Kind::Mixed(
            "El documento habla de una designación y de Gob.pe o Facilita Perú con otras palabras.".to_owned(),
        ),
        (None, false) => match other_matter(words, form) {
            Some(other) => Kind::Annex(other.about.clone()),
            None => Kind::Silent,
        },
    }
}

/// The first other matter that these words speak of.
pub(super) fn other_matter<'f>(words: &Words, form: &'f Form) -> Option<&'f OtherMatter> {
    form.subject_matter.others.iter().find(|other| words.have(&other.words))
}

/// What stands behind «Asunto» in an oficio, «Sumilla» in a solicitud.
fn subject_of(lines: &[&str]) -> String {
    let starts = |line: &str, words: &[&str]| {
        let folded = fold(line);
        words.iter().any(|word| folded == *word || folded.starts_with(&format!("{word} ")))
    };
    let Some(start) = lines.iter().position(|line| starts(line, &["asunto", "sumilla"])) else { return String::new() };
    let mut subject = String::new();
    for (index, line) in lines.iter().skip(start).take(SUBJECT_LINES).enumerate() {
        let ends = [
            "referencia",
            "ref",
            "atencion",
            "senor",
            "senora",
            "senores",
            "presente",
            "de mi",
            "de nuestra",
            "es grato",
            "me es grato",
            "tengo el",
            "tengo a",
            "por medio",
            "por la presente",
            "mediante",
            "me dirijo",
            "reciba",
            "en cumplimiento",
            "previo",
            "con la finalidad",
            "fecha",
            "en atencion",
            "en el marco",
            "sirva",
        ];
        if index > 0 && starts(line, &ends) {
            break;
        }
        subject.push_str(line);
        subject.push('\n');
    }
    subject
}

fn cuadro(oficio: &Oficio, form: &Form) -> CuadroEvidence {
    let Cuadro::Found { rows, .. } = &oficio.cuadro else { return CuadroEvidence::Missing };
    let terms: Vec<String> = form
        .profiles
        .iter()
        .chain(&form.roles)
        .flat_map(|term| term.words.iter().chain(std::iter::once(&term.name)).cloned())
        .collect();
    let is_forms = rows
        .iter()
        .any(|row| [&row.perfil, &row.rol].into_iter().flatten().any(|value| Words::of(&value.text).have(&terms)));
    if is_forms { CuadroEvidence::Forms } else { CuadroEvidence::People }
}

fn is_blank_form(oficio: &Oficio) -> bool {
    let Cuadro::Found { rows, .. } = &oficio.cuadro else { return false };
    let persons = [Field::Nombres, Field::Dni, Field::Correo, Field::Celular];
    let filled = |text: &str| text.chars().any(char::is_alphanumeric);
    oficio.number.value().is_none()
        && oficio.date.value().is_none()
        && rows
            .iter()
            .all(|row| persons.into_iter().all(|field| row.get(field).is_none_or(|value| !filled(&value.text))))
}

/// A logo that the HTML shows. A photo of an oficio may be shown too: a document with text in it is one.
fn is_picture_of_signature(document: &Document, mail: &Mail) -> bool {
    let shown = mail
        .attachments
        .iter()
        .any(|attachment| attachment.name == document.name && attachment.disposition == Disposition::Inline);
    let words: usize =
        document.pages.iter().flat_map(|page| &page.lines).map(|line| Words::of(&line.text).count()).sum();
    shown && words < FEWEST_WORDS
}

fn is_forward_subject(subject: &str) -> bool {
    let subject = subject.trim().to_lowercase();
    ["rv:", "fw:", "fwd:", "reenv:", "enc:"].iter().any(|start| subject.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::subject_of;

    #[test]
    fn the_subject_of_an_oficio_ends_where_its_text_begins() {
        for (lines, expected) in [
            (
                &["OFICIO", "ASUNTO : Solicita", "capacitación", "REFERENCIA : x"][..],
                "ASUNTO : Solicita\ncapacitación\n",
            ),
            (&["Asunto:", "Incorporación a Gob.pe", "De mi consideración:"][..], "Asunto:\nIncorporación a Gob.pe\n"),
            (&["SUMILLA: pide", "Señor:"][..], "SUMILLA: pide\n"),
            (&["Sin nada"][..], ""),
        ] {
            assert_eq!(subject_of(lines), expected);
        }
    }
}
