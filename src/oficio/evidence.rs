//! Evidence: where the values of an oficio stand, for those who look them up.

use super::Oficio;
use super::designee::{Cuadro, Field};
use super::value::{Evidence, OficioDatum};
use crate::documents::{Document, Turn};

/// Changes the evidence of each value.
pub(super) fn of_each_value(oficio: &mut Oficio, change: impl Fn(&mut Evidence)) {
    fn read<T>(datum: &mut OficioDatum<T>) -> Option<&mut Evidence> {
        match datum {
            OficioDatum::Missing => None,
            OficioDatum::Placeholder { read, .. } | OficioDatum::Found { read, .. } => Some(&mut read.evidence),
        }
    }
    read(&mut oficio.number).map(&change);
    read(&mut oficio.date).map(&change);
    read(&mut oficio.entity).map(&change);
    if let Cuadro::Found { rows, .. } = &mut oficio.cuadro {
        for row in rows {
            for field in Field::ALL {
                if let Some(value) = row.get(field) {
                    let mut value = value.clone();
                    change(&mut value.evidence);
                    row.set(field, value);
                }
            }
        }
    }
}

/// Says of values that were read with the pages upright (see [`Document::upright`]) where they are on the pages as they are seen.
pub(super) fn as_seen(oficio: &mut Oficio, documents: &[Document]) {
    if documents.iter().flat_map(|document| &document.pages).all(|page| page.turn == Turn::None) {
        return;
    }
    of_each_value(oficio, |evidence| {
        let document = documents.iter().find(|document| document.name == evidence.document);
        let page = document.and_then(|document| document.pages.iter().find(|page| page.number == evidence.page));
        if let Some(page) = page {
            evidence.bounds = evidence.bounds.map(|bounds| page.turn.back(&bounds, page.width, page.height));
        }
    });
}
