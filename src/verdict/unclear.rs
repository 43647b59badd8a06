//! Unclear: the values that were not read for sure, with where they stand and what they look like, for the person who reads them.

use serde::{Deserialize, Serialize};

use crate::oficio::{Certainty, Evidence, Field, Oficio};
use crate::tables::CellImage;

/// Of a case so many pictures are kept at most: a few rows of it. Where more is not read, nobody reads it cell by cell.
const MOST_IMAGES: usize = 24;

/// A value of the cuadro that was not read for sure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnclearValue {
    #[serde(rename = "fila")]
    pub row: u32,
    #[serde(rename = "campo")]
    pub field: String,
    #[serde(rename = "evidencia")]
    pub evidence: Evidence,
    /// The cell, where it was read from a picture.
    #[serde(default, rename = "imagen", skip_serializing_if = "Option::is_none")]
    pub image: Option<CellImage>,
}

/// The values of an oficio that were not read for sure, row by row.
pub(super) fn values(oficio: &Oficio) -> Vec<UnclearValue> {
    let mut images = 0;
    let mut image = |image: Option<&CellImage>| {
        let kept = image.filter(|_| images < MOST_IMAGES).cloned();
        images += usize::from(kept.is_some());
        kept
    };
    let rows = oficio.cuadro.rows().iter();
    rows.flat_map(|row| Field::ALL.into_iter().filter_map(move |field| Some((row.number, field, row.get(field)?))))
        .filter(|(_, _, value)| value.certainty != Certainty::Sure)
        .map(|(row, field, value)| UnclearValue {
            row,
            field: field.key().to_owned(),
            evidence: value.evidence.clone(),
            image: image(value.looks.iter().find_map(|look| look.image.as_ref())),
        })
        .collect()
}
