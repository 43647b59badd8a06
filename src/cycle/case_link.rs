//! By what a mail shows that it belongs to a case: the thread, the case number in the subject, the oficio itself.

use crate::form::fold;
use crate::ledger::{CaseNumber, CaseState, Link, OficioKey, RelatedCase};
use crate::mail::Mail;
use crate::verdict::Assessment;

/// So many of the Message-IDs that a mail refers to are looked up, the newest first.
const REFERENCES: usize = 50;

/// The Message-IDs that a mail refers to, without angle brackets.
pub fn refers_to(mail: &Mail) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for id in mail.in_reply_to.iter().chain(mail.references.iter().rev()) {
        if ids.len() == REFERENCES {
            break;
        }
        if !ids.contains(id) {
            ids.push(id.clone());
        }
    }
    ids
}

/// The case numbers in a subject, as our replies write them: `[Caso 2026-000123]`.
pub fn case_numbers(subject: &str) -> Vec<CaseNumber> {
    let mut numbers = Vec::new();
    for piece in subject.split('[').skip(1) {
        let Some((inside, _)) = piece.split_once(']') else { continue };
        let Some((word, number)) = inside.trim().split_once(char::is_whitespace) else { continue };
        if let (true, Ok(number)) = (word.eq_ignore_ascii_case("caso"), number.parse::<CaseNumber>())
            && !numbers.contains(&number)
        {
            numbers.push(number);
        }
    }
    numbers
}

/// Entity and number of the oficio, when both were read.
pub fn oficio_key(assessment: &Assessment) -> Option<OficioKey> {
    let oficio = assessment.oficio.as_ref()?;
    let entity = fold(oficio.entity.as_ref()?);
    let number = fold(oficio.number.as_ref()?).replace(' ', "-");
    (!entity.is_empty() && !number.is_empty()).then_some(OficioKey { entity, number })
}

/// Whether a mail with this oficio belongs to a case that something links it to.
///
/// A thread may be used again for another matter, and a subject may be written by anybody: so what the oficio says must not
/// speak against it, and for a subject something must speak for it.
pub fn belongs(case: &RelatedCase, oficio: Option<&OficioKey>, correspondent: Option<&str>) -> bool {
    let same_entity = match (&case.oficio, oficio) {
        (Some(known), Some(new)) => Some(known.entity == new.entity),
        _ => None,
    };
    let same_number = match (&case.oficio, oficio) {
        (Some(known), Some(new)) => Some(known.number == new.number),
        _ => None,
    };
    // What was confirmed is done: another oficio of the same entity is another case.
    let another_matter =
        same_entity == Some(false) || (case.state == CaseState::Confirmed && same_number == Some(false));
    match case.link {
        Link::Oficio => true,
        Link::Thread => !another_matter,
        Link::Subject => {
            let same_correspondent =
                correspondent.is_some() && case.mails.iter().any(|mail| mail.correspondent.as_deref() == correspondent);
            !another_matter && (same_entity == Some(true) || same_correspondent)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_number_is_found_in_the_subject_of_an_answer() {
        let found = case_numbers("RE: Rv: [EXTERNO] Oficio 45 [Caso 2026-000123] [caso  2026-000007]");
        let expected = [CaseNumber { year: 2026, sequence: 123 }, CaseNumber { year: 2026, sequence: 7 }];
        assert_eq!(found, expected);
        for none in ["Caso 2026-000123", "[Caso 2026-000123", "[Caso]", "[Caso 123]", "]["] {
            assert!(case_numbers(none).is_empty(), "{none}");
        }
    }

    fn key(entity: &str, number: &str) -> OficioKey {
        OficioKey { entity: entity.to_owned(), number: number.to_owned() }
    }

    fn case(link: Link, state: CaseState) -> RelatedCase {
        RelatedCase {
            number: CaseNumber { year: 2026, sequence: 1 },
            state,
            oficio: Some(key("municipalidad de ica", "1-2026")),
            link,
            mails: Vec::new(),
        }
    }

    #[test]
    fn a_thread_that_is_used_again_for_another_entity_is_another_case() {
        let case = case(Link::Thread, CaseState::AwaitingCorrection);
        assert!(belongs(&case, None, None));
        assert!(belongs(&case, Some(&key("municipalidad de ica", "2-2026")), None));
        assert!(!belongs(&case, Some(&key("municipalidad de lima", "1-2026")), None));
    }

    #[test]
    fn another_oficio_after_a_confirmation_is_another_case() {
        let case = case(Link::Thread, CaseState::Confirmed);
        assert!(!belongs(&case, Some(&key("municipalidad de ica", "2-2026")), None));
        assert!(belongs(&case, Some(&key("municipalidad de ica", "1-2026")), None));
    }

    #[test]
    fn a_number_in_the_subject_alone_joins_nobody_to_a_case() {
        let case = case(Link::Subject, CaseState::AwaitingCorrection);
        assert!(!belongs(&case, None, Some("eva@x.pe")));
        assert!(!belongs(&case, Some(&key("otra", "1-2026")), Some("eva@x.pe")));
        assert!(belongs(&case, Some(&key("municipalidad de ica", "1-2026")), Some("eva@x.pe")));
    }
}
