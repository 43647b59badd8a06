//! Colour: which ink of a page is coloured. Stamps are, letters seldom: where a stamp lies over letters, the letters are told by it.

use super::marks::{Mark, Marks};
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

/// Ink that a picture format washed out is paler than the first, and more coloured than black letters beside it by the second, which is this part of its
/// depth at least.
const PALE: u8 = 90;
const MORE_COLOURED: f32 = 8.0;
const TINGED: f32 = 0.085;
/// The edges of such ink are paler than this.
const EDGE: u8 = 120;
/// Colour is told over so many pixels: single ones are noise.
const SOFT: f32 = 0.8;

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

/// A picture of black letters without the stamp over them whose colour was washed out; `None` when there are no `least` pixels of either.
pub(super) fn without_washed_out(luma: &Plane, brightest: &Plane, least: usize) -> Option<Plane> {
    // A page that is grey has the same in both.
    if (0..luma.height).all(|y| luma.row(y) == brightest.row(y)) {
        return None;
    }
    let (soft, soft_brightest) = (luma.blurred(SOFT), brightest.blurred(SOFT));
    let tinge = |x: usize, y: usize| f32::from(soft_brightest.at(x, y)) - f32::from(soft.at(x, y));
    let places = || (0..luma.height).flat_map(|y| (0..luma.width).map(move |x| (x, y)));
    // Noise makes black brighter in its brightest channel, too.
    let mut black: Vec<f32> = places().filter(|(x, y)| luma.at(*x, *y) < PALE).map(|(x, y)| tinge(x, y)).collect();
    black.sort_by(f32::total_cmp);
    let usual = *black.get(black.len() / 2)?;
    let is_tinged = |x: usize, y: usize| {
        let (own, more) = (luma.at(x, y), tinge(x, y) - usual);
        (PALE..INK).contains(&own) && more >= MORE_COLOURED && more >= TINGED * (255.0 - f32::from(soft.at(x, y)))
    };
    let tinged = Plane::from_fn(luma.width, luma.height, |x, y| if is_tinged(x, y) { 0 } else { 255 });
    let all = places().filter(|(x, y)| tinged.at(*x, *y) == 0).count();
    let is_stamped = all > least && black.len() > least && all * 8 > black.len();
    is_stamped.then(|| {
        Plane::from_fn(luma.width, luma.height, |x, y| {
            let around = |(dx, dy): (isize, isize)| tinged.near(x as isize + dx, y as isize + dy) == 0;
            let beside = || (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (dx, dy))).any(around);
            let own = luma.at(x, y);
            if tinged.at(x, y) == 0 || own >= EDGE && beside() { 255 } else { own }
        })
    })
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
    fn a_stamp_whose_colour_was_washed_out_is_left_out_and_letters_stay() {
        let noise = |x: usize, y: usize| ((x * 7919 + y * 104_729) % 5) as u8;
        let letter = |x: usize, y: usize| x % 12 < 4 && (20..36).contains(&y);
        let stamp = |y: usize| (26..29).contains(&y) || (42..45).contains(&y);
        let plane = |tinge: u8, noisy: bool| {
            Plane::from_fn(120, 60, |x, y| match (letter(x, y), stamp(y)) {
                (true, _) => 40 + if noisy { noise(x, y) } else { 0 },
                (_, true) => 130 + tinge,
                _ => 250,
            })
        };
        let clear = without_washed_out(&plane(0, false), &plane(18, true), 40).expect("a stamp");
        assert!((0..120).all(|x| clear.at(x, 43) == 255 && (clear.at(x, 28) < 60) == letter(x, 28)));
        assert!(without_washed_out(&plane(0, false), &plane(3, true), 40).is_none(), "a grey one");
    }

    #[test]
    fn a_black_page_has_none() {
        let picture =
            RgbImage::from_fn(200, 200, |x, _| if x % 20 < 5 { Rgb([20, 20, 20]) } else { Rgb([240, 240, 240]) });
        let straight = Straight::new(&picture, 100.0);
        assert!(Coloured::new(&straight, &straight.page()).is_none());
    }
}
