//! Designee: the rows of the cuadro de designados and their seven fields.

use serde::{Deserialize, Serialize};

use super::value::ReadValue;

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
