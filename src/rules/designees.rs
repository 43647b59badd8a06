//! One row of the cuadro after another: `*.vacio`, and each field by its own unit. Rows are compared in [`super::persons`].
//!
//! Source of `*.vacio`: «Todos los campos son obligatorios. De no llenarse no se brindarán accesos», the form.

use super::correo::{self, CorreoRead, EmailAddress, Surroundings};
use super::dni::{self, Dni, DniRead};
use super::findings::{Findings, Wording};
use super::nombres::{FullName, without_titles};
use super::text::{is_filler, one_line, shown};
use super::{Context, RuleCode, celular, form_words};
use crate::form::{Term, fold};
use crate::oficio::{Certainty, DesigneeRow, Field, ReadValue};
use crate::verdict::Designee;

/// What the comparison between rows needs of one row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Person {
    pub row: u32,
    /// Only a full name; a faulty one tells nobody apart.
    pub name: Option<String>,
    /// What stands in place of a full name («Delia»): who shares none of its words is somebody else.
    pub part_of_name: Option<String>,
    pub dni: Option<Dni>,
    pub address: Option<EmailAddress>,
    pub address_kind: AddressKind,
    /// The form's name of the profile, when it is one.
    pub profile: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum AddressKind {
    Institutional,
    Exception,
    #[default]
    Other,
}

/// What every row is read against.
pub(crate) struct Cuadro<'a> {
    pub context: &'a Context<'a>,
    pub entity: Option<&'a str>,
    /// The institutional host of each row's address, where it was read without any choice, and the sender's (row 0).
    pub hosts: &'a [(u32, String)],
}

/// Reads one row, adding what is to be said about it.
pub(crate) fn read(row: &DesigneeRow, cuadro: &Cuadro, findings: &mut Findings) -> (Designee, Person) {
    let form = cuadro.context.form;
    let mut designee = Designee { row: row.number, ..Designee::default() };
    let mut person = Person { row: row.number, ..Person::default() };
    for field in Field::ALL {
        let Some(value) = row.get(field) else { continue };
        if let Certainty::Unsure(reason) = &value.certainty {
            findings.doubt_on_field(row.number, field, reason.trim_end_matches('.'));
        }
        let text = one_line(value);
        if is_filler(&text, &form.values.fillers) {
            findings.on_field(empty_rule(field), row.number, field, value, empty(field, &text));
            set(&mut designee, field, (!text.is_empty()).then_some(text));
            continue;
        }
        let normal = match field {
            Field::Cargo => text,
            Field::Perfil => {
                let found = recognise(&text, &form.profiles);
                if found.is_none() {
                    let wording = form_words::profile_changed(&shown(&text), &form.profiles);
                    findings.on_field(RuleCode::PerfilModificado, row.number, field, value, wording);
                }
                person.profile = found.clone();
                found.unwrap_or(text)
            }
            Field::Rol => recognise(&text, &form.roles).unwrap_or_else(|| {
                let wording = form_words::role_changed(&shown(&text), &form.roles);
                findings.on_field(RuleCode::RolModificado, row.number, field, value, wording);
                text
            }),
            Field::Nombres => match FullName::parse(&text, &form.values.titles) {
                Ok(name) => {
                    if name.may_be_more_than_a_name() {
                        let reason = "en el campo hay algo más que el nombre de una persona";
                        findings.doubt_on_field(row.number, field, reason);
                    }
                    person.name = Some(name.as_str().to_owned());
                    name.as_str().to_owned()
                }
                Err(fault) => {
                    let rule = RuleCode::NombresIncompleto;
                    findings.on_field(rule, row.number, field, value, fault.wording(&shown(&text)));
                    let part = without_titles(&text, &form.values.titles);
                    // Of a title alone nothing is left.
                    person.part_of_name = Some(part.clone()).filter(|part| !part.is_empty());
                    if part.is_empty() { text } else { part }
                }
            },
            Field::Dni => read_dni(row.number, value, text, &mut person, cuadro, findings),
            // The address is judged last: it is compared with the name and the post.
            Field::Correo => continue,
            Field::Celular => match celular::read(value) {
                Ok(celular) => celular.as_str().to_owned(),
                Err(fault) => {
                    findings.on_field(RuleCode::CelularFormato, row.number, field, value, fault.wording(&shown(&text)));
                    text
                }
            },
        };
        set(&mut designee, field, Some(normal));
    }
    if let Some(value) = row.correo.as_ref().filter(|value| !is_filler(&one_line(value), &form.values.fillers)) {
        designee.correo = Some(read_correo(row, value, &mut person, cuadro, findings));
    }
    (designee, person)
}

fn recognise(text: &str, terms: &[Term]) -> Option<String> {
    form_words::recognise(text, terms).map(|term| term.name.clone())
}

fn read_dni(
    row: u32,
    value: &ReadValue,
    text: String,
    person: &mut Person,
    cuadro: &Cuadro,
    findings: &mut Findings,
) -> String {
    let read = shown(&text);
    let dni = match dni::read(value, &cuadro.context.form.values) {
        DniRead::Valid(dni) => dni,
        DniRead::ZeroLost(dni) => {
            findings.on_field(RuleCode::DniCero, row, Field::Dni, value, dni::zero_lost(&read, &dni));
            dni
        }
        DniRead::ZerosLost(digits) => {
            findings.doubt_on_field(row, Field::Dni, &dni::zeros_lost(digits));
            return text;
        }
        DniRead::OtherDocument => {
            findings.on_field(RuleCode::DniOtroDocumento, row, Field::Dni, value, dni::other_document(&read));
            return text;
        }
        DniRead::Faulty(fault) => {
            findings.on_field(RuleCode::DniFormato, row, Field::Dni, value, fault.wording(&read));
            return text;
        }
    };
    let normal = dni.as_str().to_owned();
    person.dni = Some(dni);
    normal
}

fn read_correo(
    row: &DesigneeRow,
    value: &ReadValue,
    person: &mut Person,
    cuadro: &Cuadro,
    findings: &mut Findings,
) -> String {
    let hosts: Vec<String> =
        cuadro.hosts.iter().filter(|(of, _)| *of != row.number).map(|(_, host)| host.clone()).collect();
    let cargo = row.cargo.as_ref().map(one_line).unwrap_or_default();
    let known = [person.name.as_deref(), cuadro.entity, Some(cargo.as_str())].into_iter().flatten();
    let vocabulary: Vec<String> =
        known.flat_map(|text| fold(text).split(' ').map(str::to_owned).collect::<Vec<_>>()).collect();
    let about = Surroundings {
        words: &cuadro.context.form.email,
        hosts: &hosts,
        name: person.name.as_deref(),
        entity: cuadro.entity,
        vocabulary: &vocabulary,
    };
    let read = correo::read(value, &about);
    person.address = read.address().cloned();
    match &read {
        CorreoRead::Institutional(_) => person.address_kind = AddressKind::Institutional,
        CorreoRead::Exception(_) => person.address_kind = AddressKind::Exception,
        CorreoRead::Example(address) => {
            findings.on_field(RuleCode::CorreoVacio, row.number, Field::Correo, value, correo::example_left(address));
            person.address = None;
        }
        CorreoRead::Faulty { rule, wording, .. } => {
            findings.on_field(*rule, row.number, Field::Correo, value, wording.clone());
        }
        CorreoRead::Doubtful { reason, .. } => findings.doubt_on_field(row.number, Field::Correo, reason),
    }
    read.address().map_or_else(|| correo::written(value), EmailAddress::to_string)
}

fn set(designee: &mut Designee, field: Field, value: Option<String>) {
    let slot = match field {
        Field::Cargo => &mut designee.cargo,
        Field::Perfil => &mut designee.perfil,
        Field::Nombres => &mut designee.nombres,
        Field::Dni => &mut designee.dni,
        Field::Correo => &mut designee.correo,
        Field::Celular => &mut designee.celular,
        Field::Rol => &mut designee.rol,
    };
    *slot = value;
}

fn empty_rule(field: Field) -> RuleCode {
    match field {
        Field::Cargo => RuleCode::CargoVacio,
        Field::Perfil => RuleCode::PerfilVacio,
        Field::Nombres => RuleCode::NombresVacio,
        Field::Dni => RuleCode::DniVacio,
        Field::Correo => RuleCode::CorreoVacio,
        Field::Celular => RuleCode::CelularVacio,
        Field::Rol => RuleCode::RolVacio,
    }
}

fn empty(field: Field, text: &str) -> Wording {
    let (name, remedy) = match field {
        Field::Cargo => ("El cargo", "Escriba el cargo de la persona en la entidad."),
        Field::Perfil => ("El perfil", "Escriba el perfil tal como figura en el formato."),
        Field::Nombres => {
            ("El campo de nombres y apellidos", "Escriba los nombres y apellidos de la persona designada.")
        }
        Field::Dni => ("El DNI", "Escriba el DNI de la persona (8 dígitos)."),
        Field::Correo => ("El correo electrónico", "Escriba el correo institucional de la persona."),
        Field::Celular => ("El celular", "Escriba el celular de la persona (9 dígitos, empieza con 9)."),
        Field::Rol => ("El rol", "Escriba el rol tal como figura en el formato."),
    };
    let message = if text.is_empty() {
        format!("{name} está vacío; todos los campos son obligatorios.")
    } else {
        format!("{name} no se llenó (se leyó «{}»); todos los campos son obligatorios.", shown(text))
    };
    Wording::new(message, remedy)
}
