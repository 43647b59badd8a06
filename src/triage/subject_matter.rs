//! Subject matter: is the mail of a person a designation for Gob.pe and Facilita Perú? A list of named rules, of which the first
//! that speaks decides.
//!
//! Documents weigh more than the words of the mail, an oficio's «Asunto» more than its text, new text more than quoted text
//! (which is not looked at). Where the evidence points both ways a person decides.

use std::sync::LazyLock;

use regex::Regex;

use crate::documents::Document;
use crate::form::Form;
use crate::mail::Mail;
use crate::oficio::Oficio;

use super::answer::FEW_WORDS;
use super::evidence::{CuadroEvidence, Evidence, Kind, other_matter};
use super::machine::is_unread_sender;

/// What a mail of a person is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubjectMatter {
    /// It brings, or announces, an oficio that designates people for Gob.pe and Facilita Perú.
    Designation,
    /// Other help-desk mail; the reason is a Spanish sentence for the operator.
    Other { reason: String },
    /// It may be a designation, or ask something that only a person can settle.
    Unclear { reason: String },
}

impl SubjectMatter {
    fn other(reason: &str) -> Option<SubjectMatter> {
        Some(SubjectMatter::Other { reason: reason.to_owned() })
    }

    fn unclear(reason: &str) -> Option<SubjectMatter> {
        Some(SubjectMatter::Unclear { reason: reason.to_owned() })
    }

    fn about(matter: &str) -> Option<SubjectMatter> {
        Some(SubjectMatter::Other { reason: format!("Trata de {matter}.") })
    }
}

/// Whether this mail is a designation for us, by what the mail and its documents say.
pub fn subject_matter(mail: &Mail, documents: &[Document], oficio: &Oficio, form: &Form) -> SubjectMatter {
    let evidence = Evidence::of(mail, documents, oficio, form);
    RULES
        .iter()
        .find_map(|rule| (rule.judge)(&evidence))
        .unwrap_or_else(|| SubjectMatter::Other { reason: "No trae ni anuncia un oficio de designación.".to_owned() })
}

struct Rule {
    /// For tests and readers.
    #[cfg_attr(not(test), expect(dead_code))]
    name: &'static str,
    judge: fn(&Evidence) -> Option<SubjectMatter>,
}

const RULES: &[Rule] = &[
    Rule { name: "acknowledgement of a document system", judge: acknowledgement },
    Rule { name: "sender nobody reads", judge: sender_nobody_reads },
    Rule { name: "one person for another", judge: change_of_people },
    Rule { name: "question about the blank form", judge: question_about_the_blank_form },
    Rule { name: "two matters in one mail", judge: two_matters },
    Rule { name: "documents designate", judge: documents_designate },
    Rule { name: "document says both", judge: mixed_document },
    Rule { name: "documents about another matter", judge: documents_about_another_matter },
    Rule { name: "oficio in the body", judge: oficio_in_the_body },
    Rule { name: "asks after an earlier oficio", judge: follow_up },
    Rule { name: "announced", judge: announced },
    Rule { name: "mail about another matter", judge: mail_about_another_matter },
    Rule { name: "data in a reply", judge: data_in_a_reply },
    Rule { name: "accesses asked in the body", judge: accesses_asked_in_the_body },
    Rule { name: "thanks", judge: thanks },
    Rule { name: "unread file without words", judge: unread_file },
    Rule { name: "table of people without words", judge: table_of_people },
    Rule { name: "link to files", judge: link_to_files },
    Rule { name: "documents say nothing of it", judge: silent_documents },
];

fn acknowledgement(evidence: &Evidence) -> Option<SubjectMatter> {
    let from_machine = is_unread_sender(evidence.mail);
    let acknowledges = evidence.said.have(&evidence.form.subject_matter.acknowledgements);
    if from_machine && acknowledges && !evidence.documents_designate() {
        return SubjectMatter::other("Es el acuse automático de un sistema de trámite documentario.");
    }
    None
}

/// A document system, or a service for files, in a person's place: the oficio may be real, and an answer would reach nobody.
fn sender_nobody_reads(evidence: &Evidence) -> Option<SubjectMatter> {
    let shared = evidence.file_link
        && (evidence.names_platform() || evidence.said.have(&evidence.form.subject_matter.documents));
    if is_unread_sender(evidence.mail) && (evidence.documents_designate() || shared) {
        return SubjectMatter::unclear(
            "Llega de una dirección que nadie lee (no-reply): hay que ubicar a la entidad por otro medio.",
        );
    }
    None
}

fn change_of_people(evidence: &Evidence) -> Option<SubjectMatter> {
    let change = &evidence.form.subject_matter.change;
    // In an annex such words are about posts and resolutions, not about our platforms.
    let in_documents = evidence
        .documents
        .iter()
        .any(|document| matches!(document.kind, Kind::Designation | Kind::Mixed(_)) && document.words.have(change));
    let designates = evidence.documents_designate() || evidence.names_platform() && evidence.announces();
    // A bare request to remove somebody is another matter, that the rule below names.
    let names_newcomers = evidence.documents_designate() || evidence.names_designation();
    if designates && names_newcomers && (in_documents || evidence.said.have(change)) {
        return SubjectMatter::unclear(
            "Cambia a una persona por otra: hay que ver quién entra y a quién se le retiran los accesos.",
        );
    }
    None
}

/// The form as it was downloaded, beside a question on how to fill it.
fn question_about_the_blank_form(evidence: &Evidence) -> Option<SubjectMatter> {
    if evidence.blank_form && evidence.asks() {
        return SubjectMatter::other("Pregunta por el formato del oficio, que adjunta sin llenar.");
    }
    None
}

fn two_matters(evidence: &Evidence) -> Option<SubjectMatter> {
    let other = evidence.documents.iter().find_map(|document| match &document.kind {
        Kind::Other(about) => Some(about),
        _ => None,
    })?;
    if evidence.documents_designate() {
        return Some(SubjectMatter::Unclear {
            reason: format!("Además de la designación trae un documento sobre {other}."),
        });
    }
    None
}

fn documents_designate(evidence: &Evidence) -> Option<SubjectMatter> {
    evidence.documents_designate().then_some(SubjectMatter::Designation)
}

fn mixed_document(evidence: &Evidence) -> Option<SubjectMatter> {
    let reason = evidence.documents.iter().find_map(|document| match &document.kind {
        Kind::Mixed(reason) => Some(reason),
        _ => None,
    })?;
    // A table of people beside words of ours is a designation in an entity's own words.
    if evidence.cuadro == CuadroEvidence::People && !evidence.has_kind(|kind| matches!(kind, Kind::Other(_))) {
        let speaks_of_another_matter = other_matter(&evidence.said, evidence.form).is_some();
        if !speaks_of_another_matter {
            return Some(SubjectMatter::Designation);
        }
    }
    SubjectMatter::unclear(reason)
}

fn documents_about_another_matter(evidence: &Evidence) -> Option<SubjectMatter> {
    let about = evidence.documents.iter().find_map(|document| match &document.kind {
        Kind::Other(about) | Kind::Annex(about) => Some(about),
        _ => None,
    })?;
    let is_annex = !evidence.has_kind(|kind| matches!(kind, Kind::Other(_)));
    if is_annex && evidence.announces() && evidence.names_platform() {
        // The oficio itself is missing, or is the file that could not be read.
        return None;
    }
    if evidence.announces() && evidence.names_platform() && evidence.names_designation() {
        return Some(SubjectMatter::Unclear {
            reason: format!("El correo anuncia una designación, pero el documento trata de {about}."),
        });
    }
    SubjectMatter::about(about)
}

/// The oficio's text pasted into the mail: nobody signed it.
fn oficio_in_the_body(evidence: &Evidence) -> Option<SubjectMatter> {
    let words = &evidence.form.subject_matter;
    let pasted = evidence.text.have(&words.platforms)
        && evidence.text.have(&words.template)
        && data(&evidence.raw_text).identity_numbers > 0
        && other_matter(&evidence.subject, evidence.form).is_none();
    // «Soy coordinador de entidad, mi DNI es …, no me aparece el botón»: whoever asks for help says who he is.
    let asks_for_help = evidence.asks() && other_matter(&evidence.text, evidence.form).is_some();
    if pasted && evidence.documents.is_empty() && !asks_for_help {
        return SubjectMatter::unclear("El texto o los datos del oficio están en el cuerpo del correo, sin firma.");
    }
    None
}

fn follow_up(evidence: &Evidence) -> Option<SubjectMatter> {
    if evidence.documents.is_empty()
        && !evidence.file_link
        && evidence.text.have(&evidence.form.subject_matter.follow_up)
    {
        return SubjectMatter::other("Pregunta por un trámite anterior.");
    }
    None
}

fn announced(evidence: &Evidence) -> Option<SubjectMatter> {
    if !evidence.names_platform() || !evidence.announces() {
        return None;
    }
    let other = other_matter(&evidence.said, evidence.form);
    if evidence.names_designation() {
        return match other_matter(&evidence.subject, evidence.form) {
            Some(other) => Some(SubjectMatter::Unclear {
                reason: format!("Anuncia una designación y trata también de {}.", other.about),
            }),
            None => Some(SubjectMatter::Designation),
        };
    }
    (evidence.names_access() && other.is_none()).then_some(SubjectMatter::Designation)
}

fn mail_about_another_matter(evidence: &Evidence) -> Option<SubjectMatter> {
    // Of a reply the subject is that of the mail it answers.
    let other = match evidence.is_reply {
        true => other_matter(&evidence.text, evidence.form),
        false => other_matter(&evidence.subject, evidence.form).or_else(|| other_matter(&evidence.text, evidence.form)),
    };
    other.and_then(|other| SubjectMatter::about(&other.about))
}

fn data_in_a_reply(evidence: &Evidence) -> Option<SubjectMatter> {
    let data = data(&evidence.raw_text);
    if evidence.is_reply && data.any() {
        return SubjectMatter::unclear("La respuesta trae datos en el cuerpo del correo, no en un oficio.");
    }
    None
}

fn accesses_asked_in_the_body(evidence: &Evidence) -> Option<SubjectMatter> {
    let asks = evidence.names_platform() && (evidence.names_designation() || evidence.names_access());
    if asks && data(&evidence.raw_text).identity_numbers > 0 {
        return SubjectMatter::unclear(
            "Pide accesos con los datos de las personas en el cuerpo del correo, sin oficio.",
        );
    }
    None
}

fn thanks(evidence: &Evidence) -> Option<SubjectMatter> {
    let short = evidence.text.count() <= FEW_WORDS;
    if evidence.documents.is_empty() && short && evidence.text.have(&evidence.form.subject_matter.thanks) {
        return SubjectMatter::other("Agradece o confirma la recepción.");
    }
    None
}

fn unread_file(evidence: &Evidence) -> Option<SubjectMatter> {
    if !evidence.has_kind(|kind| *kind == Kind::Unread) {
        return None;
    }
    // The mail says in its own words that it is the oficio, if not that it is attached.
    if evidence.subject.have(&evidence.form.subject_matter.platforms)
        && evidence.subject.have(&evidence.form.subject_matter.designation)
        && !evidence.is_reply
    {
        return Some(SubjectMatter::Designation);
    }
    if evidence.names_platform()
        || evidence.names_designation()
        || evidence.announces()
        || evidence.is_reply
        || evidence.said.count() <= FEW_WORDS
    {
        return SubjectMatter::unclear("Trae un archivo que no se pudo leer y no dice qué es.");
    }
    None
}

fn table_of_people(evidence: &Evidence) -> Option<SubjectMatter> {
    if evidence.cuadro == CuadroEvidence::People && !evidence.documents.is_empty() {
        return SubjectMatter::unclear("Trae un cuadro de personas y no dice para qué plataforma.");
    }
    None
}

fn link_to_files(evidence: &Evidence) -> Option<SubjectMatter> {
    let speaks = evidence.announces() || evidence.names_platform() && evidence.names_designation();
    if evidence.file_link && speaks {
        return SubjectMatter::unclear("Anuncia un documento y en su lugar trae un enlace.");
    }
    None
}

fn silent_documents(evidence: &Evidence) -> Option<SubjectMatter> {
    if evidence.documents.is_empty() {
        return None;
    }
    if evidence.names_platform() && evidence.names_designation() {
        return SubjectMatter::unclear("El correo habla de una designación y sus documentos no.");
    }
    let is_picture = evidence.documents.iter().any(|document| document.is_picture);
    if is_picture && evidence.announces() && (evidence.names_designation() || evidence.names_access()) {
        return SubjectMatter::unclear("El correo anuncia un oficio y no se leyó de qué trata el documento escaneado.");
    }
    SubjectMatter::other("Ningún documento adjunto habla de una designación para Gob.pe o Facilita Perú.")
}

/// Data of people in a text.
struct Data {
    identity_numbers: usize,
    telephones: usize,
    addresses: usize,
}

impl Data {
    fn any(&self) -> bool {
        self.identity_numbers + self.telephones + self.addresses > 0
    }
}

static IDENTITY_NUMBER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:^|[^\d.,/-])(?:\d{8}|\d{2}[ .]\d{3}[ .]\d{3})(?:-\d)?(?:$|[^\d/-])").ok());
static TELEPHONE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:^|\D)9\d{2}[ .-]?\d{3}[ .-]?\d{3}(?:$|\D)").ok());
static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[\w.+-]+@[\w-]+\.[\w.-]+").ok());

fn data(text: &str) -> Data {
    let count = |pattern: &LazyLock<Option<Regex>>| pattern.iter().map(|pattern| pattern.find_iter(text).count()).sum();
    Data { identity_numbers: count(&IDENTITY_NUMBER), telephones: count(&TELEPHONE), addresses: count(&ADDRESS) }
}

#[cfg(test)]
mod tests;
