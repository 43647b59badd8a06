//! Pictures of a page: raster images, and clusters of free-hand vector strokes.

use super::device::{DrawnArea, DrawnImage};
use crate::documents::{Bounds, Picture, PictureKind};
use crate::tables::content::{Rectangle, Word};

/// Smaller than this (points, on its longer side) is a bullet or a check mark.
const SMALLEST: f32 = 14.0;
/// Strokes this near belong to one drawing.
const NEAR: f32 = 8.0;
/// A page of more pieces is a map or an outlined text; its clusters are not followed further.
const MOST_PIECES: usize = 3_000;
/// A drawing around more words than this is a frame.
const FRAMED_WORDS: usize = 12;

/// Images and drawings, in the page's space; `words` must be in the same space.
pub(super) fn find(images: &[DrawnImage], curves: &[DrawnArea], words: &[Word]) -> Vec<Picture> {
    let mut pictures: Vec<Picture> = images
        .iter()
        .filter(|image| image.bounds.width().max(image.bounds.height()) >= SMALLEST)
        .map(|image| Picture { bounds: image.bounds, kind: PictureKind::Raster })
        .collect();
    pictures.extend(
        clusters(curves)
            .into_iter()
            .filter(|bounds| {
                bounds.width().max(bounds.height()) >= SMALLEST && bounds.width().min(bounds.height()) >= 3.0
            })
            .filter(|bounds| {
                words.iter().filter(|word| bounds.contains(word.start, word.baseline)).count() <= FRAMED_WORDS
            })
            .map(|bounds| Picture { bounds, kind: PictureKind::Drawing }),
    );
    pictures
}

fn clusters(curves: &[DrawnArea]) -> Vec<Bounds> {
    let mut clusters: Vec<Bounds> = Vec::new();
    for curve in curves.iter().take(MOST_PIECES) {
        let mut whole = curve.bounds;
        // Joining may bring the cluster near to others: repeat until nothing more touches.
        loop {
            let before = clusters.len();
            clusters.retain(|other| {
                let near = other.touches(&whole, NEAR);
                if near {
                    whole = whole.union(other);
                }
                !near
            });
            if clusters.len() == before {
                break;
            }
        }
        clusters.push(whole);
    }
    clusters
}

/// The part of a page that images cover, 0 to 1; images that overlap count twice, so the whole is capped.
pub(super) fn covered(images: &[DrawnImage], width: f32, height: f32) -> f32 {
    let area: f32 = images.iter().map(|image| image.bounds.width() * image.bounds.height()).sum();
    (area / (width * height).max(1.0)).min(1.0)
}
