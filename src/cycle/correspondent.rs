//! Who may be answered: Reply-To, else From; one address, and never ours (design, section 7).

use super::Settings;
use crate::mail::{Address, Mail};
use crate::triage::is_machines_address;

/// Whom a reply may go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Correspondent {
    Answerable(Address),
    /// Nobody by a machine. `who`: the writer's address as far as it is known; `reason`: Spanish, for the operator.
    NotAnswerable {
        who: Option<String>,
        reason: &'static str,
    },
}

impl Correspondent {
    /// The address, lower case.
    pub fn known(&self) -> Option<String> {
        match self {
            Correspondent::Answerable(address) => Some(address.address.to_lowercase()),
            Correspondent::NotAnswerable { who, .. } => who.clone(),
        }
    }
}

pub fn of(mail: &Mail, settings: &Settings) -> Correspondent {
    let named = if mail.reply_to.is_empty() { &mail.from } else { &mail.reply_to };
    let mut addresses: Vec<&Address> = Vec::new();
    for address in named {
        let known = addresses.iter().any(|other| other.address.trim().eq_ignore_ascii_case(address.address.trim()));
        if !known {
            addresses.push(address);
        }
    }
    let not = |reason| {
        let who = mail.from.first().map(|address| address.address.trim().to_lowercase());
        Correspondent::NotAnswerable { who, reason }
    };
    match addresses.as_slice() {
        [] => not("El correo no dice a quién responder."),
        [one] => {
            let address = one.address.trim();
            if address.parse::<lettre::Address>().is_err() {
                not("La dirección a la que habría que responder no es válida.")
            } else if is_ours(address, settings) {
                not("La respuesta iría a una dirección nuestra.")
            } else if is_machines_address(address) {
                not("La respuesta iría a una dirección que nadie lee (no-reply y semejantes).")
            } else {
                Correspondent::Answerable(Address { name: one.name.clone(), address: address.to_owned() })
            }
        }
        _ => not("El correo pide la respuesta en más de una dirección."),
    }
}

fn is_ours(address: &str, settings: &Settings) -> bool {
    let ours = std::iter::once(&settings.from.address).chain(&settings.ours);
    ours.into_iter().any(|own| own.eq_ignore_ascii_case(address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cycle::tests::settings;

    fn address(address: &str) -> Address {
        Address { name: None, address: address.to_owned() }
    }

    fn of_mail(from: &[&str], reply_to: &[&str]) -> Option<String> {
        let mail = Mail {
            from: from.iter().copied().map(address).collect(),
            reply_to: reply_to.iter().copied().map(address).collect(),
            ..Mail::default()
        };
        match of(&mail, &settings()) {
            Correspondent::Answerable(address) => Some(address.address),
            Correspondent::NotAnswerable { .. } => None,
        }
    }

    #[test]
    fn the_reply_goes_to_reply_to_else_from() {
        assert_eq!(of_mail(&["ana@muni.gob.pe"], &[]).as_deref(), Some("ana@muni.gob.pe"));
        assert_eq!(of_mail(&["ana@muni.gob.pe"], &["mesa@muni.gob.pe"]).as_deref(), Some("mesa@muni.gob.pe"));
    }

    #[test]
    fn it_goes_to_one_address_only() {
        assert_eq!(of_mail(&["ana@muni.gob.pe"], &["a@muni.gob.pe", "b@muni.gob.pe"]), None);
        assert_eq!(of_mail(&[], &["a@muni.gob.pe", "A@muni.gob.pe"]).as_deref(), Some("a@muni.gob.pe"));
        assert_eq!(of_mail(&["a@muni.gob.pe", "b@muni.gob.pe"], &[]), None);
    }

    #[test]
    fn it_never_goes_to_a_machine_that_is_named_for_replies() {
        for machine in ["no-reply@muni.gob.pe", "MAILER-DAEMON@mx.muni.gob.pe", "red-bounces@listas.org.pe"] {
            assert_eq!(of_mail(&["ana@muni.gob.pe"], &[machine]), None, "{machine}");
        }
        assert_eq!(of_mail(&["replyna@muni.gob.pe"], &[]).as_deref(), Some("replyna@muni.gob.pe"));
    }

    #[test]
    fn it_never_goes_to_us_or_to_what_is_no_address() {
        assert_eq!(of_mail(&["MesaDeAyuda@gobiernodigital.gob.pe"], &[]), None);
        assert_eq!(of_mail(&["ana@muni.gob.pe"], &["alias@gobiernodigital.gob.pe"]), None);
        assert_eq!(of_mail(&["ana@muni.gob.pe"], &["ana"]), None);
        assert_eq!(of_mail(&["ana@muni.gob.pe\r\nBcc: b@x.pe"], &[]), None);
        assert_eq!(of_mail(&[], &[]), None);
    }
}
