//! Handwriting: whether a cuadro was filled in by pen. The form's own words in it are printed and read clearly, and hardly anything else is.
//!
//! What the pen wrote is not read surely enough to rest a decision on (measured: `docs/recognition.md`): this only tells people why.

use super::super::designee::{DesigneeRow, Field};
use super::lowest;

/// Printed words are read with this confidence at least by every look, and what is written by hand with less than the second by one.
const PRINTED: f32 = 0.95;
const WRITTEN: f32 = 0.7;
/// So many values, and this part of them, are written by hand.
const FEWEST: usize = 4;
const MOST: f32 = 0.8;

/// What the form leaves to be filled in.
const FILLED_IN: [Field; 5] = [Field::Cargo, Field::Nombres, Field::Dni, Field::Correo, Field::Celular];
/// What it has printed.
const OF_THE_FORM: [Field; 2] = [Field::Perfil, Field::Rol];

/// Whether most of what was filled in is hardly read, beside words of the form that are.
pub(super) fn fills(rows: &[DesigneeRow]) -> bool {
    let confidences = |fields: &[Field]| -> Vec<f32> {
        let values = rows.iter().flat_map(|row| fields.iter().filter_map(|field| row.get(*field)));
        values
            .filter(|value| !value.text.is_empty() && !value.looks.is_empty())
            .map(|value| lowest(&value.looks))
            .collect()
    };
    let (written, printed) = (confidences(&FILLED_IN), confidences(&OF_THE_FORM));
    let hardly_read = written.iter().filter(|confidence| **confidence < WRITTEN).count();
    let clear = printed.iter().filter(|confidence| **confidence >= PRINTED).count();
    hardly_read >= FEWEST && hardly_read as f32 >= MOST * written.len() as f32 && clear * 2 > printed.len()
}
