//! What a mail without a designation says to the mail of ours that it answers: whether a person has to hear of it.

use crate::form::Form;
use crate::mail::{Disposition, Mail, split_quoted, without_signature};

use super::evidence::other_matter;
use super::words::Words;

/// The sense of an answer, by the words that its writer added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// «Muchas gracias por la atención».
    Thanks,
    /// A question on something else that the help desk does.
    AnotherMatter,
    /// Anything else: it may be about what we wrote.
    ToThePoint,
}

/// A mail of this many words or fewer says nothing about what it brings, and may be nothing but thanks.
pub(super) const FEW_WORDS: usize = 12;

/// What this mail says, taken for an answer.
pub fn answer(mail: &Mail, form: &Form) -> Answer {
    let conversation = split_quoted(&mail.body_text);
    let raw = without_signature(&conversation.new);
    let text = Words::of(raw);
    let words = &form.subject_matter;
    let objects = raw.contains(['?', '¿']) || text.have(&words.objecting);
    // The logo of a signature block brings nothing.
    let brings_a_file = mail.attachments.iter().any(|file| file.disposition == Disposition::Attachment);
    if !brings_a_file && text.count() <= FEW_WORDS && text.have(&words.thanks) && !objects {
        return Answer::Thanks;
    }
    match other_matter(&text, form) {
        Some(_) => Answer::AnotherMatter,
        None => Answer::ToThePoint,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Attachment;

    fn said(body: &str) -> Answer {
        let form = Form::parse(crate::form::EMBEDDED).unwrap();
        answer(&Mail { body_text: body.to_owned(), ..Mail::default() }, &form)
    }

    #[test]
    fn thanks_are_told_from_an_objection_that_begins_with_thanks() {
        for thanks in ["Muchas gracias por la atención.", "Recibido, gracias.\n\n> Su oficio necesita una corrección"]
        {
            assert_eq!(said(thanks), Answer::Thanks, "{thanks}");
        }
        for objection in [
            "Gracias, pero el apellido de Rosa está mal escrito.",
            "Gracias. ¿El DNI es el de la fila 1?",
            "El DNI está bien escrito en nuestro oficio.",
            "Hay un error en el nombre de la primera persona.",
        ] {
            assert_eq!(said(objection), Answer::ToThePoint, "{objection}");
        }
    }

    #[test]
    fn a_logo_makes_no_more_of_thanks_and_a_file_does() {
        for (disposition, expected) in
            [(Disposition::Inline, Answer::Thanks), (Disposition::Attachment, Answer::ToThePoint)]
        {
            let file = Attachment {
                name: "image001.png".to_owned(),
                media_type: "image/png".to_owned(),
                disposition,
                content_id: None,
                bytes: 9,
            };
            let form = Form::parse(crate::form::EMBEDDED).unwrap();
            let mail = Mail { body_text: "Muchas gracias.".to_owned(), attachments: vec![file], ..Mail::default() };
            assert_eq!(answer(&mail, &form), expected);
        }
    }

    #[test]
    fn a_question_on_something_else_is_another_matter() {
        assert_eq!(said("Quisiéramos una capacitación para el personal."), Answer::AnotherMatter);
    }
}
