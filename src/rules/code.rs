//! The contract's rule codes.

use serde::{Deserialize, Serialize};

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
