//! Colour: which ink of a page is coloured. Stamps are, letters seldom: where a stamp lies over letters, the letters are told by it.

use super::ink::{Mark, Marks};
use super::plane::{INK, Plane};
use super::straight::Straight;

/// Ink whose brightest channel is this much brighter than it is coloured; less than the second, it is black or grey.
const COLOURED: u8 = 40;
const BLACK: u8 = 25;
/// Black ink is darker than this: grey edges of letters are as bright in all channels too.
const DARK: u8 = 130;
/// Pages with less coloured ink than this part of their ink are black and white.
const SOME: f32 = 0.01;
/// A mark has this part of its ink in either colour when a stamp and letters touch in it.
const MIXED: f32 = 0.12;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Coloured,
    Black,
    /// An edge, or too pale to tell.
    Unclear,
}

/// The colour of a pixel of ink, by its luma and its brightest channel.
pub(super) fn of(luma: u8, brightest: u8) -> Ink {
    match brightest.saturating_sub(luma) {
        COLOURED.. => Ink::Coloured,
        ..BLACK if brightest < DARK => Ink::Black,
        _ => Ink::Unclear,
    }
}

/// A straight page that has coloured ink.
pub(super) struct Coloured {
    brightest: Plane,
}

impl Coloured {
    /// `None` for a page that is black and white.
    pub fn new(straight: &Straight, page: &Plane) -> Option<Coloured> {
        let (mut ink, mut coloured) = (0usize, 0usize);
        for y in 0..straight.luma.height {
            for (luma, brightest) in straight.luma.row(y).iter().zip(straight.brightest.row(y)) {
                if *luma < INK {
                    ink += 1;
                    coloured += usize::from(of(*luma, *brightest) == Ink::Coloured);
                }
            }
        }
        (coloured as f32 > SOME * ink as f32).then(|| Coloured {
            brightest: Plane::from_fn(page.width, page.height, |x, y| {
                let (x, y) = straight.source(x as f32, y as f32);
                straight.brightest.sample(x, y)
            }),
        })
    }

    fn ink(&self, page: &Plane, x: usize, y: usize) -> Ink {
        of(page.at(x, y), self.brightest.at(x, y))
    }

    /// The marks of a page and whether each is coloured, with stamps and letters that touch each other parted.
    pub fn marks(&self, page: &Plane, is_ink: impl Fn(usize, usize) -> bool) -> (Marks, Vec<bool>) {
        let touching = Marks::find(page.width, page.height, &is_ink);
        let shares = self.shares(page, &touching);
        let is_mixed =
            |index: usize| shares.get(index).is_some_and(|(coloured, black)| *coloured > MIXED && *black > MIXED);
        let mixed: Vec<bool> = (0..touching.list.len()).map(is_mixed).collect();
        let in_mixed = |x, y| touching.at(x, y).and_then(|index| mixed.get(index)).copied().unwrap_or_default();
        let marks = Marks::find(page.width, page.height, |x, y| {
            is_ink(x, y) && !(in_mixed(x, y) && self.brightest.at(x, y) >= INK)
        });
        let coloured = self.shares(page, &marks).iter().map(|(coloured, black)| coloured > black).collect();
        (marks, coloured)
    }

    /// Of each mark, the part of it that is coloured and the part that is black.
    fn shares(&self, page: &Plane, marks: &Marks) -> Vec<(f32, f32)> {
        let mut counts = vec![(0usize, 0usize); marks.list.len()];
        for y in 0..page.height {
            for x in 0..page.width {
                if let Some(count) = marks.at(x, y).and_then(|index| counts.get_mut(index)) {
                    match self.ink(page, x, y) {
                        Ink::Coloured => count.0 += 1,
                        Ink::Black => count.1 += 1,
                        Ink::Unclear => {}
                    }
                }
            }
        }
        let part = |count: usize, mark: &Mark| count as f32 / mark.area.max(1) as f32;
        counts
            .iter()
            .zip(&marks.list)
            .map(|((coloured, black), mark)| (part(*coloured, mark), part(*black, mark)))
            .collect()
    }

    /// Whether coloured ink stands in a rectangle of the page.
    pub fn is_in(&self, page: &Plane, (left, top): (usize, usize), (right, bottom): (usize, usize)) -> bool {
        let rows = top..bottom.min(page.height);
        let coloured = rows
            .flat_map(|y| (left..right.min(page.width)).map(move |x| (x, y)))
            .filter(|(x, y)| page.is_ink(*x, *y) && self.ink(page, *x, *y) == Ink::Coloured)
            .count();
        coloured * 150 > (right.saturating_sub(left)) * (bottom.saturating_sub(top))
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    #[test]
    fn a_blue_stamp_over_black_letters_is_parted_from_them() {
        let picture = RgbImage::from_fn(400, 200, |x, y| {
            let letter = (100..112).contains(&x) && (80..120).contains(&y);
            let stamp = (60..160).contains(&x) && (96..102).contains(&y);
            let alone = (300..330).contains(&x) && (20..30).contains(&y);
            match (letter, stamp || alone) {
                (true, _) => Rgb([15, 15, 20]),
                (_, true) => Rgb([70, 60, 215]),
                _ => Rgb([240, 240, 240]),
            }
        });
        let straight = Straight::new(&picture, 100.0);
        let page = straight.page();
        let coloured = Coloured::new(&straight, &page).expect("a stamp");
        let (marks, colours) = coloured.marks(&page, |x, y| page.is_ink(x, y));
        let letter = marks.at(105, 90).unwrap();
        assert!(marks.list[letter].width() < 20, "{:?}", marks.list[letter]);
        assert!(!colours[letter]);
        assert!(colours[marks.at(315, 25).unwrap()], "a stamp alone stays");
        assert!(coloured.is_in(&page, (90, 80), (130, 120)) && !coloured.is_in(&page, (180, 80), (250, 120)));
    }

    #[test]
    fn a_black_page_has_none() {
        let picture =
            RgbImage::from_fn(200, 200, |x, _| if x % 20 < 5 { Rgb([20, 20, 20]) } else { Rgb([240, 240, 240]) });
        let straight = Straight::new(&picture, 100.0);
        assert!(Coloured::new(&straight, &straight.page()).is_none());
    }
}
