//! Rules: every check of the form's rules on one [`Oficio`](crate::oficio::Oficio), one small unit each, giving [`Finding`]s
//! in Spanish that say what was read, why it fails and how to mend it.
//!
//! Pure: the day is an input. Which decision follows is [`crate::verdict`]'s question.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::form::Form;
use crate::oficio::{Cuadro, Evidence, Field, Oficio, Presence};
use crate::verdict::Designee;

mod celular;
mod correo;
mod designees;
mod dni;
mod findings;
mod form_words;
mod nombres;
mod oficio_data;
mod persons;
mod sources;
mod text;

pub use celular::{Celular, CelularFault};
pub use correo::{AddressFault, EmailAddress};
pub use dni::{Dni, DniFault};
pub use nombres::{FullName, NameFault};

use findings::{Findings, Wording};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Aviso,
    Revision,
}

/// The contract's rule codes (design, section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RuleCode {
    #[serde(rename = "cargo.vacio")]
    CargoVacio,
    #[serde(rename = "perfil.vacio")]
    PerfilVacio,
    #[serde(rename = "nombres.vacio")]
    NombresVacio,
    #[serde(rename = "dni.vacio")]
    DniVacio,
    #[serde(rename = "correo.vacio")]
    CorreoVacio,
    #[serde(rename = "celular.vacio")]
    CelularVacio,
    #[serde(rename = "rol.vacio")]
    RolVacio,
    #[serde(rename = "perfil.modificado")]
    PerfilModificado,
    #[serde(rename = "rol.modificado")]
    RolModificado,
    #[serde(rename = "perfil.faltante")]
    PerfilFaltante,
    #[serde(rename = "nombres.incompleto")]
    NombresIncompleto,
    #[serde(rename = "dni.formato")]
    DniFormato,
    #[serde(rename = "dni.duplicado")]
    DniDuplicado,
    #[serde(rename = "dni.otro_documento")]
    DniOtroDocumento,
    #[serde(rename = "dni.cero")]
    DniCero,
    #[serde(rename = "correo.formato")]
    CorreoFormato,
    #[serde(rename = "correo.personal")]
    CorreoPersonal,
    #[serde(rename = "correo.excepcion")]
    CorreoExcepcion,
    #[serde(rename = "correo.duplicado")]
    CorreoDuplicado,
    #[serde(rename = "correo.mixto")]
    CorreoMixto,
    #[serde(rename = "celular.formato")]
    CelularFormato,
    #[serde(rename = "designado.repetido")]
    DesignadoRepetido,
    #[serde(rename = "oficio.numero")]
    OficioNumero,
    #[serde(rename = "oficio.fecha")]
    OficioFecha,
    #[serde(rename = "oficio.entidad")]
    OficioEntidad,
    #[serde(rename = "oficio.ausente")]
    OficioAusente,
    #[serde(rename = "cuadro.ausente")]
    CuadroAusente,
    #[serde(rename = "cuadro.columna")]
    CuadroColumna,
    #[serde(rename = "firma.ausente")]
    FirmaAusente,
    #[serde(rename = "firma.invalida")]
    FirmaInvalida,
    #[serde(rename = "cuadro.discrepancia")]
    CuadroDiscrepancia,
    #[serde(rename = "adjunto.ilegible")]
    AdjuntoIlegible,
}

impl RuleCode {
    pub const ALL: [RuleCode; 32] = [
        RuleCode::CargoVacio,
        RuleCode::PerfilVacio,
        RuleCode::NombresVacio,
        RuleCode::DniVacio,
        RuleCode::CorreoVacio,
        RuleCode::CelularVacio,
        RuleCode::RolVacio,
        RuleCode::PerfilModificado,
        RuleCode::RolModificado,
        RuleCode::PerfilFaltante,
        RuleCode::NombresIncompleto,
        RuleCode::DniFormato,
        RuleCode::DniDuplicado,
        RuleCode::DniOtroDocumento,
        RuleCode::DniCero,
        RuleCode::CorreoFormato,
        RuleCode::CorreoPersonal,
        RuleCode::CorreoExcepcion,
        RuleCode::CorreoDuplicado,
        RuleCode::CorreoMixto,
        RuleCode::CelularFormato,
        RuleCode::DesignadoRepetido,
        RuleCode::OficioNumero,
        RuleCode::OficioFecha,
        RuleCode::OficioEntidad,
        RuleCode::OficioAusente,
        RuleCode::CuadroAusente,
        RuleCode::CuadroColumna,
        RuleCode::FirmaAusente,
        RuleCode::FirmaInvalida,
        RuleCode::CuadroDiscrepancia,
        RuleCode::AdjuntoIlegible,
    ];

    /// The contract's code, e.g. `dni.formato`.
    pub fn code(self) -> &'static str {
        match self {
            RuleCode::CargoVacio => "cargo.vacio",
            RuleCode::PerfilVacio => "perfil.vacio",
            RuleCode::NombresVacio => "nombres.vacio",
            RuleCode::DniVacio => "dni.vacio",
            RuleCode::CorreoVacio => "correo.vacio",
            RuleCode::CelularVacio => "celular.vacio",
            RuleCode::RolVacio => "rol.vacio",
            RuleCode::PerfilModificado => "perfil.modificado",
            RuleCode::RolModificado => "rol.modificado",
            RuleCode::PerfilFaltante => "perfil.faltante",
            RuleCode::NombresIncompleto => "nombres.incompleto",
            RuleCode::DniFormato => "dni.formato",
            RuleCode::DniDuplicado => "dni.duplicado",
            RuleCode::DniOtroDocumento => "dni.otro_documento",
            RuleCode::DniCero => "dni.cero",
            RuleCode::CorreoFormato => "correo.formato",
            RuleCode::CorreoPersonal => "correo.personal",
            RuleCode::CorreoExcepcion => "correo.excepcion",
            RuleCode::CorreoDuplicado => "correo.duplicado",
            RuleCode::CorreoMixto => "correo.mixto",
            RuleCode::CelularFormato => "celular.formato",
            RuleCode::DesignadoRepetido => "designado.repetido",
            RuleCode::OficioNumero => "oficio.numero",
            RuleCode::OficioFecha => "oficio.fecha",
            RuleCode::OficioEntidad => "oficio.entidad",
            RuleCode::OficioAusente => "oficio.ausente",
            RuleCode::CuadroAusente => "cuadro.ausente",
            RuleCode::CuadroColumna => "cuadro.columna",
            RuleCode::FirmaAusente => "firma.ausente",
            RuleCode::FirmaInvalida => "firma.invalida",
            RuleCode::CuadroDiscrepancia => "cuadro.discrepancia",
            RuleCode::AdjuntoIlegible => "adjunto.ilegible",
        }
    }
}

/// One observation. Its message is what the entity (or the operator) reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    #[serde(rename = "regla")]
    pub rule: RuleCode,
    #[serde(rename = "severidad")]
    pub severity: Severity,
    /// The designee, counted from 1; `None` for findings on the document.
    #[serde(rename = "fila")]
    pub row: Option<u32>,
    /// `dni`, `correo`, …, or `oficio`, `cuadro`, `firma`, `numero`, `fecha`, `entidad`.
    #[serde(rename = "campo")]
    pub field: String,
    /// What was read, as written.
    #[serde(rename = "valor")]
    pub value: Option<String>,
    /// What is wrong and how to mend it, in one or two Spanish sentences.
    #[serde(rename = "mensaje")]
    pub message: String,
    /// What to do, as an instruction in Spanish: the reply's last column.
    #[serde(rename = "remedio")]
    pub remedy: String,
    #[serde(rename = "evidencia", skip_serializing_if = "Option::is_none", default)]
    pub evidence: Option<Evidence>,
}

/// What the rules need to know beside the oficio.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    pub form: &'a Form,
    /// Today, in the office's time zone.
    pub today: Date,
    /// The address that sent the mail, lower case, when there is a mail.
    pub sender: Option<&'a str>,
}

/// The designees in normal form, and everything that is to be said about them and the oficio.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    pub designees: Vec<Designee>,
    pub findings: Vec<Finding>,
    /// What only a person can settle, Spanish sentences: values not read for sure, or that can be taken in two ways.
    pub doubts: Vec<String>,
}

/// Checks everything: the oficio's own data, what carries them, every row, and the rows against each other.
///
/// Where there is no oficio, nothing is said of its number, date, entity and signature; where there is no cuadro, nothing of
/// its fields.
pub fn check(oficio: &Oficio, context: &Context) -> Checked {
    let mut findings = Findings::new(context.form);
    oficio_data::check(oficio, context, &mut findings);
    if oficio.presence == Presence::Present {
        sources::signature(oficio.signature, &mut findings);
    }
    if oficio.presence == Presence::Present || oficio.cuadro != Cuadro::Missing {
        sources::cuadro(&oficio.cuadro, &mut findings);
    }
    let designees = rows(oficio, context, &mut findings);
    sources::discrepancies(&oficio.discrepancies, &oficio.cuadro, &mut findings);
    sources::unreadable(&oficio.unreadable, &mut findings);
    let Findings { mut list, doubts, .. } = findings;
    // The oficio first, then person by person: the order in which they are mended.
    list.sort_by_key(|finding| finding.row);
    Checked { designees, findings: list, doubts }
}

fn rows(oficio: &Oficio, context: &Context, findings: &mut Findings) -> Vec<Designee> {
    let rows = oficio.cuadro.rows();
    let words = &context.form.email;
    let sender_host = context.sender.and_then(|sender| correo::institutional_host(sender, words));
    let hosts: Vec<(u32, String)> = rows
        .iter()
        .filter_map(|row| Some((row.number, correo::plain_institutional_host(row.correo.as_ref()?, words)?)))
        .chain(sender_host.clone().map(|host| (0, host)))
        .collect();
    let cuadro = designees::Cuadro { context, entity: oficio.entity.value().map(String::as_str), hosts: &hosts };
    let (designees, persons): (Vec<_>, Vec<_>) = rows.iter().map(|row| designees::read(row, &cuadro, findings)).unzip();
    persons::compare(&persons, rows, findings);
    persons::mixed_addresses(&persons, rows, sender_host.as_deref(), findings);
    if sources::has_column(&oficio.cuadro, Field::Perfil) {
        persons::missing_profiles(&persons, context, findings);
    }
    let most = context.form.values.max_designees;
    if rows.len() > usize::try_from(most).unwrap_or(usize::MAX) {
        findings.doubts.push(format!(
            "El cuadro designa a {} personas y el máximo es {most}: para más se necesita un sustento.",
            rows.len()
        ));
    }
    designees
}
