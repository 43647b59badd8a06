//! `correo.formato`, `correo.personal`, `correo.excepcion`, and the kind of each address for `correo.mixto`.
//!
//! The e-mail is the key of the account that will be made: whatever leaves two readings open goes to a person.

mod address;
mod exception;
mod host;
mod join;

pub use address::{AddressFault, EmailAddress};

use self::exception::{Proof, Shape};
use self::host::HostKind;
use self::join::{Joined, Known};
use super::text::{letters, lines, one_line, shown, slips};
use super::{RuleCode, Wording};
use crate::form::EmailWords;
use crate::oficio::ReadValue;

/// What is known beside the cell itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surroundings<'a> {
    pub words: &'a EmailWords,
    /// Institutional hosts of the other designees and of the sender, lower case.
    pub hosts: &'a [String],
    /// The designee's name, when it is a full one.
    pub name: Option<&'a str>,
    pub entity: Option<&'a str>,
    /// Words that may be in the address, folded: of the name, the post, the entity.
    pub vocabulary: &'a [String],
}

/// What stands in an e-mail cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CorreoRead {
    Institutional(EmailAddress),
    /// The form's exception, as far as it can be judged.
    Exception(EmailAddress),
    /// The form's own example was left.
    Example(EmailAddress),
    Faulty {
        rule: RuleCode,
        wording: Wording,
        /// The address, when it is one.
        address: Option<EmailAddress>,
    },
    /// Only a person can tell; why, as the rest of a Spanish sentence.
    Doubtful {
        address: Option<EmailAddress>,
        reason: String,
    },
}

impl CorreoRead {
    pub(crate) fn address(&self) -> Option<&EmailAddress> {
        match self {
            CorreoRead::Institutional(address) | CorreoRead::Exception(address) | CorreoRead::Example(address) => {
                Some(address)
            }
            CorreoRead::Faulty { address, .. } | CorreoRead::Doubtful { address, .. } => address.as_ref(),
        }
    }
}

/// The host of an address that is institutional and was read without any choice.
pub(crate) fn plain_institutional_host(value: &ReadValue, words: &EmailWords) -> Option<String> {
    let lines = lines(value);
    let wrapped_at_hyphen = lines.iter().rev().skip(1).any(|line| line.ends_with('-'));
    if wrapped_at_hyphen { None } else { institutional_host(&lines.concat(), words) }
}

pub(crate) fn institutional_host(text: &str, words: &EmailWords) -> Option<String> {
    let address = EmailAddress::parse(text).ok()?;
    (host::kind(address.host(), words) == HostKind::Institutional).then(|| address.host().to_owned())
}

/// Reads an e-mail cell that is not empty.
pub(crate) fn read(value: &ReadValue, about: &Surroundings) -> CorreoRead {
    let lines = lines(value);
    let parsed = match join::join(&lines, &Known { hosts: about.hosts, words: about.vocabulary }) {
        Joined::One(text) => EmailAddress::parse(&text),
        Joined::Two { without_hyphen, with_hyphen } => {
            match (EmailAddress::parse(&without_hyphen), EmailAddress::parse(&with_hyphen)) {
                (Ok(without), Ok(with)) => {
                    let reason = format!(
                        "la dirección se parte en un guion y puede ser «{without}» o «{with}»; nada en el oficio dice cuál"
                    );
                    return CorreoRead::Doubtful { address: Some(without), reason };
                }
                (Err(_), Ok(with)) => Ok(with),
                (without, _) => without,
            }
        }
    };
    match parsed {
        Ok(address) => judge(address, about),
        Err(fault) => not_an_address(fault, &written(value), about.words),
    }
}

/// The cell as a person reads it: lines of one address joined with nothing, of several with a space.
pub(crate) fn written(value: &ReadValue) -> String {
    let joined = lines(value).concat();
    if joined.matches('@').count() > 1 { one_line(value) } else { joined }
}

fn not_an_address(fault: AddressFault, read: &str, words: &EmailWords) -> CorreoRead {
    let doubtful = |reason: String| CorreoRead::Doubtful { address: None, reason };
    match fault {
        AddressFault::OtherScript => {
            return doubtful(format!("«{}» tiene caracteres que no son del alfabeto latino", shown(read)));
        }
        AddressFault::Blank => {
            return doubtful(format!("«{}» tiene un espacio en medio y no se sabe qué va en su lugar", shown(read)));
        }
        _ => {}
    }
    let suggestion = suggestion(fault, read, words);
    CorreoRead::Faulty {
        rule: RuleCode::CorreoFormato,
        wording: fault.wording(&shown(read), suggestion),
        address: None,
    }
}

/// The address that was meant, when only a comma stands where a dot belongs.
fn suggestion(fault: AddressFault, read: &str, words: &EmailWords) -> Option<String> {
    if fault != AddressFault::Comma {
        return None;
    }
    let address = EmailAddress::parse(&read.replace(',', ".")).ok()?;
    match host::kind(address.host(), words) {
        HostKind::Institutional => Some(address.to_string()),
        _ => None,
    }
}

fn judge(address: EmailAddress, about: &Surroundings) -> CorreoRead {
    match host::kind(address.host(), about.words) {
        HostKind::Institutional if is_example(&address, about.words) => CorreoRead::Example(address),
        HostKind::Institutional => {
            if let Some(near) = about.hosts.iter().find(|host| slips(host, address.host()) == Some(1)) {
                let reason = format!(
                    "el dominio «{}» difiere en un solo carácter de «{near}», que lleva otra dirección del mismo caso",
                    address.host()
                );
                return CorreoRead::Doubtful { address: Some(address), reason };
            }
            CorreoRead::Institutional(address)
        }
        HostKind::Slip(meant) => {
            let wording = Wording::new(
                format!("«{address}» parece mal escrito: después de la «@» dice «{}».", address.host()),
                format!("Corrija el correo; quizá quiso escribir «@{meant}»."),
            );
            CorreoRead::Faulty { rule: RuleCode::CorreoFormato, wording, address: Some(address) }
        }
        HostKind::Consumer => personal(address),
        HostKind::Exception => {
            let read = exception(address, about);
            match read.address() {
                Some(address) if is_example(address, about.words) && !matches!(read, CorreoRead::Exception(_)) => {
                    CorreoRead::Example(address.clone())
                }
                _ => read,
            }
        }
    }
}

fn is_example(address: &EmailAddress, words: &EmailWords) -> bool {
    let address = letters(&address.to_string());
    words.form_addresses.iter().any(|example| letters(example) == address)
}

fn exception(address: EmailAddress, about: &Surroundings) -> CorreoRead {
    let shape = exception::shape(address.local(), about.name.unwrap_or_default(), about.entity);
    // A name or an entity that is missing is a finding of its own; the address is judged against it once it is there.
    let (judged_name, judged_entity) = (about.name.is_some(), about.entity.is_some());
    let refuted = |message: String| CorreoRead::Faulty {
        rule: RuleCode::CorreoExcepcion,
        wording: Wording::new(message, EXCEPTION_REMEDY),
        address: Some(address.clone()),
    };
    let (name, entity, group, digits) = match shape {
        Shape::None => return personal(address),
        Shape::Malformed => {
            return refuted(format!(
                "«{address}» no cumple la excepción: son dos partes, sin guiones, unidas por un solo punto (nombredefuncionario.nombredeentidad@gmail.com)."
            ));
        }
        Shape::Tried { name, entity, entity_group } => (name, entity, entity_group, false),
        Shape::WithDigits { name, entity, entity_group } => (name, entity, entity_group, true),
    };
    if judged_name && name == Proof::Refuted {
        return refuted(format!(
            "«{address}» no cumple la excepción: la parte antes del punto no corresponde al nombre de la persona designada."
        ));
    }
    if entity == Proof::Refuted {
        return refuted(format!(
            "«{address}» no cumple la excepción: la parte después del punto («{group}») no corresponde al nombre de la entidad."
        ));
    }
    let open = |reason: &str| CorreoRead::Doubtful {
        address: Some(address.clone()),
        reason: format!("«{address}» parece la excepción de Gmail, pero {reason}"),
    };
    if digits {
        return open("lleva números");
    }
    if judged_name && name == Proof::Open {
        return open("no es seguro que la primera parte sea el nombre de la persona designada");
    }
    if judged_entity && entity == Proof::Open {
        return open("no es seguro que la segunda parte sea el nombre de la entidad");
    }
    CorreoRead::Exception(address)
}

const EXCEPTION_REMEDY: &str = "Escriba el correo institucional de la persona. Solo si la entidad no tiene correos institucionales, puede usar uno creado por ella: nombredefuncionario.nombredeentidad@gmail.com.";

fn personal(address: EmailAddress) -> CorreoRead {
    let wording = Wording::new(
        format!("«{address}» es un correo de uso personal; se necesita el correo institucional."),
        EXCEPTION_REMEDY,
    );
    CorreoRead::Faulty { rule: RuleCode::CorreoPersonal, wording, address: Some(address) }
}

pub(crate) fn example_left(address: &EmailAddress) -> Wording {
    Wording::new(
        format!("«{address}» es un correo que figura en el texto del formato, no el de la persona designada."),
        "Escriba el correo institucional de la persona designada.",
    )
}

pub(crate) fn mixed(address: &EmailAddress, host: &str) -> Wording {
    Wording::new(
        format!(
            "«{address}» usa la excepción de Gmail, pero la entidad parece tener correos institucionales («@{host}»)."
        ),
        "Si la persona tiene correo institucional, comuníquenos cuál es.",
    )
}

impl AddressFault {
    fn wording(self, read: &str, suggestion: Option<String>) -> Wording {
        const COMPLETE: &str = "Escriba la dirección de correo completa, por ejemplo nombre@entidad.gob.pe.";
        match self {
            AddressFault::MissingAt => {
                Wording::new(format!("«{read}» no es una dirección de correo: le falta la «@»."), COMPLETE)
            }
            AddressFault::RepeatedAt => {
                Wording::new(format!("«{read}» no es una dirección de correo: lleva más de una «@»."), COMPLETE)
            }
            AddressFault::Several => Wording::new(
                format!("Se leyó más de una dirección en la celda del correo: «{read}»."),
                "Escriba un solo correo, el de la persona de esa fila.",
            ),
            AddressFault::Comma => Wording::new(
                format!("«{read}» no es una dirección de correo: tiene una coma."),
                match suggestion {
                    Some(address) => format!("Corrija el correo; quizá quiso escribir «{address}»."),
                    None => "Corrija el correo; las partes de la dirección se separan con puntos.".to_owned(),
                },
            ),
            AddressFault::Accent => Wording::new(
                format!("«{read}» no es una dirección de correo: no debe llevar tildes ni «ñ»."),
                "Escriba la dirección de correo exacta, sin tildes ni «ñ».",
            ),
            AddressFault::Local => Wording::new(
                format!("«{read}» no es una dirección de correo: revise lo que está antes de la «@»."),
                COMPLETE,
            ),
            AddressFault::Host => Wording::new(
                format!("«{read}» no es una dirección de correo: revise lo que está después de la «@»."),
                COMPLETE,
            ),
            AddressFault::OtherScript | AddressFault::Blank => {
                Wording::new(format!("«{read}» no es una dirección de correo."), COMPLETE)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::{EMBEDDED, Form};

    fn cell(lines: &[&str]) -> ReadValue {
        ReadValue {
            text: lines.join(" "),
            lines: lines.iter().map(|&line| line.to_owned()).collect(),
            ..ReadValue::default()
        }
    }

    fn read_for(lines: &[&str], hosts: &[&str], name: Option<&str>, entity: Option<&str>) -> CorreoRead {
        let form = Form::parse(EMBEDDED).unwrap();
        let hosts: Vec<String> = hosts.iter().map(|&host| host.to_owned()).collect();
        read(&cell(lines), &Surroundings { words: &form.email, hosts: &hosts, name, entity, vocabulary: &[] })
    }

    fn outcome(text: &str) -> &'static str {
        let entity = Some("Municipalidad Provincial de Santa Coba");
        match read_for(&[text], &["munisantacoba.gob.pe"], Some("Yesenia Huamán Cárdenas"), entity) {
            CorreoRead::Institutional(_) => "institutional",
            CorreoRead::Exception(_) => "exception",
            CorreoRead::Example(_) => "example",
            CorreoRead::Doubtful { .. } => "doubtful",
            CorreoRead::Faulty { rule, .. } => rule.code(),
        }
    }

    #[test]
    fn each_kind_of_address_has_its_outcome() {
        for (text, expected) in [
            ("yhuaman@munisantacoba.gob.pe", "institutional"),
            ("yhuaman@otra.edu.pe", "institutional"),
            ("yhuaman@munisantacova.gob.pe", "doubtful"),
            ("yeseniahuaman.munisantacoba@gmail.com", "exception"),
            ("tomashuanca.munisantacoba@gmail.com", "correo.excepcion"),
            ("yhuaman.municusco@gmail.com", "correo.excepcion"),
            ("yesenia.huaman@gmail.com", "correo.excepcion"),
            ("yesenia.huaman.munisantacoba@gmail.com", "correo.excepcion"),
            ("yesyhuaman.munisantacoba@gmail.com", "doubtful"),
            ("yhuaman.munisanta@gmail.com", "doubtful"),
            ("yhuaman1.munisantacoba@gmail.com", "doubtful"),
            ("yhuaman95@gmail.com", "correo.personal"),
            ("yhuaman.munisantacoba@hotmail.com", "correo.personal"),
            ("jorgeperez.munisantacoba@gmail.com", "example"),
            ("mesadeayuda@gobiernodigital.gob.pe", "example"),
            ("yhuaman@gmial.com", "correo.formato"),
            ("yhuaman@munisantacoba.gob,pe", "correo.formato"),
            ("yhuaman munisantacoba.gob.pe", "correo.formato"),
        ] {
            assert_eq!(outcome(text), expected, "{text}");
        }
    }

    #[test]
    fn an_unsettled_hyphen_is_for_a_person() {
        let parts = ["yhuaman@muni-", "santacoba.gob.pe"];
        assert!(matches!(read_for(&parts, &[], None, None), CorreoRead::Doubtful { .. }));
        assert!(
            matches!(read_for(&parts, &["munisantacoba.gob.pe"], None, None), CorreoRead::Institutional(address) if address.to_string() == "yhuaman@munisantacoba.gob.pe")
        );
    }

    #[test]
    fn without_a_name_or_an_entity_the_exception_waits_for_them() {
        let parts = ["tomashuanca.munisantacoba@gmail.com"];
        assert!(matches!(read_for(&parts, &[], None, None), CorreoRead::Exception(_)));
    }
}
