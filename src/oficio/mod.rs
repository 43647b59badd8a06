//! Oficio: documents of one mail become one [`Oficio`]: number, date, entity and the rows of the cuadro de designados, each
//! value with its evidence and whether it was read for sure.
//!
//! Values are as read here; whether they are right is [`crate::rules`]' question.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::documents::{Bounds, Document};
use crate::form::Form;
use crate::mail::Mail;
use crate::tables::Look;

/// The seven columns of the form's cuadro, in the form's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    Cargo,
    Perfil,
    Nombres,
    Dni,
    Correo,
    Celular,
    Rol,
}

impl Field {
    pub const ALL: [Field; 7] =
        [Field::Cargo, Field::Perfil, Field::Nombres, Field::Dni, Field::Correo, Field::Celular, Field::Rol];

    /// The key of the contract's JSON and of rule codes.
    pub fn key(self) -> &'static str {
        match self {
            Field::Cargo => "cargo",
            Field::Perfil => "perfil",
            Field::Nombres => "nombres",
            Field::Dni => "dni",
            Field::Correo => "correo",
            Field::Celular => "celular",
            Field::Rol => "rol",
        }
    }

    /// What the form's header says, for people.
    pub fn label(self) -> &'static str {
        match self {
            Field::Cargo => "Cargo en la entidad",
            Field::Perfil => "Perfil para la migración a Gob.pe",
            Field::Nombres => "Nombres y apellidos",
            Field::Dni => "DNI",
            Field::Correo => "Correo electrónico",
            Field::Celular => "Celular",
            Field::Rol => "Rol que tendrá en Gob.pe y Facilita",
        }
    }
}

/// Where a value was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    #[serde(rename = "documento")]
    pub document: String,
    #[serde(rename = "pagina")]
    pub page: u32,
    #[serde(rename = "caja")]
    pub bounds: Option<Bounds>,
}

/// Whether what was read is what stands there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Certainty {
    #[default]
    Sure,
    /// Not for sure; the reason is a Spanish sentence for the operator.
    Unsure(String),
}

/// One value as it was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReadValue {
    /// On one line, white space single, footnote asterisks still there.
    pub text: String,
    /// The cell's visual lines: what wraps without a space (e-mail, DNI, celular) is joined from these.
    pub lines: Vec<String>,
    pub origin: Origin,
    pub evidence: Evidence,
    pub certainty: Certainty,
    /// For a value read from pixels: what each look gave (see [`crate::tables::Look`]).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub looks: Vec<Look>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    #[default]
    Text,
    /// A spreadsheet's numeric cell, which cannot hold leading zeros.
    NumericCell,
}

/// One row of the cuadro. A field is `None` when its column is missing, and an empty text when the cell is empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DesigneeRow {
    /// Counted from 1.
    pub number: u32,
    pub cargo: Option<ReadValue>,
    pub perfil: Option<ReadValue>,
    pub nombres: Option<ReadValue>,
    pub dni: Option<ReadValue>,
    pub correo: Option<ReadValue>,
    pub celular: Option<ReadValue>,
    pub rol: Option<ReadValue>,
}

impl DesigneeRow {
    pub fn get(&self, field: Field) -> Option<&ReadValue> {
        match field {
            Field::Cargo => self.cargo.as_ref(),
            Field::Perfil => self.perfil.as_ref(),
            Field::Nombres => self.nombres.as_ref(),
            Field::Dni => self.dni.as_ref(),
            Field::Correo => self.correo.as_ref(),
            Field::Celular => self.celular.as_ref(),
            Field::Rol => self.rol.as_ref(),
        }
    }

    pub fn set(&mut self, field: Field, value: ReadValue) {
        let slot = match field {
            Field::Cargo => &mut self.cargo,
            Field::Perfil => &mut self.perfil,
            Field::Nombres => &mut self.nombres,
            Field::Dni => &mut self.dni,
            Field::Correo => &mut self.correo,
            Field::Celular => &mut self.celular,
            Field::Rol => &mut self.rol,
        };
        *slot = Some(value);
    }
}

/// One of the oficio's own data (number, date, entity), as read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum OficioDatum<T> {
    /// Not found anywhere in the oficio.
    #[default]
    Missing,
    /// The form's placeholder was left, e.g. «(número de oficio)».
    Placeholder(ReadValue),
    Found {
        value: T,
        read: ReadValue,
    },
}

impl<T> OficioDatum<T> {
    pub fn value(&self) -> Option<&T> {
        match self {
            OficioDatum::Found { value, .. } => Some(value),
            OficioDatum::Missing | OficioDatum::Placeholder(_) => None,
        }
    }
}

/// What signs the oficio.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Signature {
    /// Neither a digital signature nor a picture where the signature belongs, in a born-digital document.
    #[default]
    Absent,
    /// A picture (or ink strokes) where the signature belongs.
    Pictured,
    /// At least one digital signature, none broken.
    Digital,
    /// A digital signature that does not verify, or content changed after signing.
    Broken,
    /// Cannot be told (a scan, a format that hides it).
    Unknown,
}

/// The cuadro de designados.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Cuadro {
    #[default]
    Missing,
    Found {
        /// Columns of the seven that the table does not have.
        missing_columns: Vec<Field>,
        rows: Vec<DesigneeRow>,
    },
}

impl Cuadro {
    pub fn rows(&self) -> &[DesigneeRow] {
        match self {
            Cuadro::Missing => &[],
            Cuadro::Found { rows, .. } => rows,
        }
    }
}

/// A cell on which two sources in one mail disagree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Discrepancy {
    pub row: u32,
    pub field: Field,
    pub in_oficio: String,
    pub in_other: String,
    /// The other source's file name.
    pub other_document: String,
}

/// Whether the mail holds an oficio that can be judged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Presence {
    /// A readable document of the oficio.
    #[default]
    Present,
    /// Announced, but there is no document of it (a link, a logo only, the bare spreadsheet).
    Absent {
        /// A link to a file store stands in the mail in its place.
        linked: bool,
    },
}

/// All that was read of one oficio in one mail.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Oficio {
    pub presence: Presence,
    /// The file that is the oficio, when there is one.
    pub document: Option<String>,
    /// E.g. `045-2026-MPSC/A`.
    pub number: OficioDatum<String>,
    pub date: OficioDatum<Date>,
    pub entity: OficioDatum<String>,
    pub signature: Signature,
    pub cuadro: Cuadro,
    pub discrepancies: Vec<Discrepancy>,
    /// Files that could not be read: name and a Spanish reason.
    pub unreadable: Vec<Unreadable>,
    /// Reasons, Spanish sentences, for which a person has to look at the case whatever the rules say.
    pub doubts: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreadable {
    pub document: String,
    pub reason: String,
}

/// Puts together the oficio of one mail, or of bare documents when there is no mail.
pub fn assemble(_mail: Option<&Mail>, _documents: &[Document], _form: &Form) -> Oficio {
    Oficio::default()
}
