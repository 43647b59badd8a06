//! Rules: every check of the form's rules on one [`Oficio`](crate::oficio::Oficio), one small unit each, giving [`Finding`]s
//! in Spanish that say what was read, why it fails and how to mend it.
//!
//! Pure: the day is an input. Which decision follows is [`crate::verdict`]'s question.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::form::Form;
use crate::oficio::{Evidence, Oficio};
use crate::verdict::Designee;

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
}

/// Checks everything.
pub fn check(_oficio: &Oficio, _context: &Context) -> Checked {
    Checked::default()
}
