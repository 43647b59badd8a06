//! Background: what is left of tints and shadows behind the letters of a cell. The light of the page is evened out in squares
//! ([`Plane::evenly_lit`]), so that a tint that begins in the middle of one leaves a grey seam, which would be taken for ink.
//!
//! Nothing is found or read here.

use super::light::WHITE;
use super::plane::Plane;

/// Darker things that are narrower than this, in inches, stand on the background.
const WIDEST_STROKE: f32 = 0.06;
/// The background is looked at in squares of so many pixels.
const SQUARE: usize = 3;
/// Above this it is paper already.
const PAPER: u8 = 236;
/// What is as wide and darker than this is no background but ink.
const DARKEST: u8 = 140;

/// A small picture as if all that stands in it stood on white paper.
pub(super) fn on_paper(picture: Plane, pixels_per_inch: f32) -> Plane {
    let reach = ((WIDEST_STROKE * pixels_per_inch) as usize / (2 * SQUARE)).max(1);
    let (across, down) = (picture.width.div_ceil(SQUARE), picture.height.div_ceil(SQUARE));
    let brightest = Plane::from_fn(across, down, |column, row| {
        let square = (0..SQUARE).flat_map(|y| (0..SQUARE).map(move |x| (column * SQUARE + x, row * SQUARE + y)));
        let inside = square.filter(|(x, y)| *x < picture.width && *y < picture.height);
        inside.map(|(x, y)| picture.at(x, y)).max().unwrap_or(255)
    });
    let background = extremes(&extremes(&brightest, reach, u8::max), reach, u8::min);
    if (0..down).all(|row| background.row(row).iter().all(|value| *value >= PAPER)) {
        return picture;
    }
    let place = |pixel: usize, count: usize| {
        ((pixel as f32 + 0.5) / SQUARE as f32 - 0.5).clamp(0.0, count.saturating_sub(1) as f32)
    };
    Plane::from_fn(picture.width, picture.height, |x, y| {
        let behind = background.sample(place(x, across), place(y, down)).max(DARKEST);
        (f32::from(picture.at(x, y)) * WHITE / f32::from(behind)).min(255.0) as u8
    })
}

/// Each pixel the extreme of those at most `reach` pixels away, across and down.
fn extremes(plane: &Plane, reach: usize, of: fn(u8, u8) -> u8) -> Plane {
    let (width, height) = (plane.width, plane.height);
    let near = |at: usize, size: usize| at.saturating_sub(reach)..(at + reach + 1).min(size);
    let across = Plane::from_fn(width, height, |x, y| near(x, width).map(|x| plane.at(x, y)).reduce(of).unwrap_or(255));
    Plane::from_fn(width, height, |x, y| near(y, height).map(|y| across.at(x, y)).reduce(of).unwrap_or(255))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seam_of_grey_goes_and_the_letters_on_it_stay() {
        // Grey at the upper edge, fading down; strokes of three pixels; a blot.
        let picture = Plane::from_fn(240, 90, |x, y| {
            let paper = 170 + (2 * y).min(75) as u8;
            let letter = (20..200).contains(&x) && (10..30).contains(&y) && x % 9 < 3;
            let blot = (205..235).contains(&x) && (40..75).contains(&y);
            if letter || blot { 60 } else { paper }
        });
        let even = on_paper(picture, 200.0);
        for (x, y) in [(5, 2), (110, 2), (110, 45), (5, 85), (26, 20)] {
            assert!(even.at(x, y) > 225, "{x} {y}: {}", even.at(x, y));
        }
        assert!(even.is_ink(100, 12) && even.is_ink(100, 28), "letters");
        assert!(even.is_ink(220, 60), "what is broad and dark is ink");
    }

    #[test]
    fn white_paper_stays_as_it_is() {
        let picture = Plane::from_fn(60, 30, |x, y| if (20..23).contains(&x) && y > 5 { 40 } else { 244 });
        assert_eq!(on_paper(picture.clone(), 200.0), picture);
    }
}
