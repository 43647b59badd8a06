//! Rules: the ruling lines of a page found in its pixels: long thin runs of ink, pieces of one line joined over gaps, each line
//! a smooth curve (paper curls, lenses bend).
//!
//! The lines down a page are found as the lines across the page on its side.

use super::plane::Plane;

/// The soft edge of a rule is so many pixels wide.
const SOFT_EDGE: f32 = 2.0;
/// A rule has ink beside it along this part of its length at most.
const MOST_BESIDE: f32 = 0.33;
/// Unless that ink is another rule: whole along this part of it, at most this part of an inch away. Letters are never so whole.
const TWIN: f32 = 0.8;
const TWIN_APART: f32 = 0.06;

/// The feet of letters that touch make a broken line; a line under words is whole along this part of it.
const UNBROKEN: f32 = 0.97;

/// The lean of rules is looked for in a picture of this many pixels an inch, in which rules are darker than this.
const LEAN_PIXELS_PER_INCH: f32 = 75.0;
const LEAN_INK: u8 = 205;
/// A curve is kept as so many straight pieces.
const PIECES: usize = 12;
/// Up to this many pixels a pixel along, in steps.
const MOST_LEAN: f32 = 0.12;
const LEAN_STEP: f32 = 0.01;

/// A double border is thicker than this many of its strokes.
pub(super) const DOUBLE: f32 = 2.0;

/// A rule, as a curve over the coordinate along it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rule {
    /// Places on it, along and across, two at least, in order: it is straight between them, and goes on so beyond the last.
    pub knots: Vec<(f32, f32)>,
    pub from: f32,
    pub to: f32,
    /// Its usual thickness in pixels; a double border is as thick as both its strokes and the gap.
    pub thickness: f32,
    /// The thickness of one stroke.
    pub stroke: f32,
    /// Where a page break cuts a table: nothing is drawn there.
    pub is_open: bool,
}

impl Rule {
    pub fn at(&self, along: f32) -> f32 {
        self.at_piece(self.knots.partition_point(|knot| knot.0 < along), along)
    }

    /// The same at places of which each is further along than the one before.
    pub fn follow(&self) -> impl FnMut(f32) -> f32 {
        let mut after = 0;
        move |along| {
            while self.knots.get(after).is_some_and(|knot| knot.0 < along) {
                after += 1;
            }
            self.at_piece(after, along)
        }
    }

    /// Where it is at a place before the knot of an index.
    fn at_piece(&self, after: usize, along: f32) -> f32 {
        let after = after.min(self.knots.len().saturating_sub(1)).max(1);
        match (self.knots.get(after - 1), self.knots.get(after)) {
            (Some(first), Some(second)) => {
                first.1 + (second.1 - first.1) * (along - first.0) / (second.0 - first.0).max(1e-3)
            }
            (Some(only), None) => only.1,
            _ => 0.0,
        }
    }

    /// Makes another piece of the same line, before or behind this one, a part of it.
    pub fn go_on_with(&mut self, piece: &Rule) {
        self.knots.extend(piece.knots.iter().copied());
        self.knots.sort_by(|a, b| a.0.total_cmp(&b.0));
        self.from = self.from.min(piece.from);
        self.to = self.to.max(piece.to);
    }

    /// The same rule, `off` pixels across.
    pub fn moved(&self, off: f32) -> Rule {
        Rule { knots: self.knots.iter().map(|(along, across)| (*along, across + off)).collect(), ..self.clone() }
    }

    pub fn length(&self) -> f32 {
        self.to - self.from
    }

    /// Whether it is the two strokes of a double border.
    pub fn is_double(&self) -> bool {
        self.thickness > DOUBLE * self.stroke
    }

    /// A rule between two others, at a share of the way.
    pub fn between(first: &Rule, second: &Rule, share: f32) -> Rule {
        let (from, to) = (first.from.max(second.from), first.to.min(second.to));
        let mix = |along: f32| first.at(along) * (1.0 - share) + second.at(along) * share;
        Rule {
            knots: sampled(from, to, mix),
            from,
            to,
            thickness: (first.thickness + second.thickness) / 2.0,
            stroke: (first.stroke + second.stroke) / 2.0,
            is_open: false,
        }
    }

    /// Whether a place of the page is on this rule across it, or on its soft edge.
    pub fn is_at(&self, x: f32, y: f32) -> bool {
        (self.from..=self.to).contains(&x) && (self.at(x) - y).abs() <= self.thickness / 2.0 + SOFT_EDGE
    }

    /// The nearer place across right beside the soft edge of the rule.
    pub fn beside(&self, x: f32, y: f32) -> f32 {
        let (middle, apart) = (self.at(x), self.thickness / 2.0 + SOFT_EDGE + 1.0);
        if y < middle { middle - apart } else { middle + apart }
    }

    /// The straight line through places (along, across) where the rules of a table end at a page break.
    pub fn through(places: Vec<(f32, f32)>) -> Option<Rule> {
        let from = places.iter().map(|place| place.0).fold(f32::INFINITY, f32::min);
        let to = places.iter().map(|place| place.0).fold(f32::NEG_INFINITY, f32::max);
        let (a, b) = straight_fit(&places.iter().map(|(along, across)| (*along, *across, 1.0)).collect::<Vec<_>>())?;
        let knots = [from, to.max(from + 1.0)].map(|along| (along, a + b * along)).to_vec();
        Some(Rule { knots, from, to, thickness: 1.0, stroke: 1.0, is_open: true })
    }
}

/// How far rules reach across: where the first and the last of them are.
pub(super) fn reach(rules: &[Rule]) -> (f32, f32) {
    let middles = rules.iter().map(|rule| rule.at((rule.from + rule.to) / 2.0));
    middles.fold((f32::INFINITY, f32::NEG_INFINITY), |(least, most), at| (least.min(at), most.max(at)))
}

/// Places on a curve, evenly between two ends.
fn sampled(from: f32, to: f32, across: impl Fn(f32) -> f32) -> Vec<(f32, f32)> {
    let along = |index: usize| from + (to - from).max(1.0) * index as f32 / PIECES as f32;
    (0..=PIECES).map(|index| (along(index), across(along(index)))).collect()
}

/// A stretch of ink along one row.
#[derive(Clone, Copy, Debug)]
struct Run {
    row: usize,
    from: usize,
    to: usize,
    /// How many of its pixels are ink.
    ink: usize,
}

/// Connected runs: a piece of a rule.
#[derive(Clone, Debug)]
struct Piece {
    /// Points on it: along, across, weight.
    points: Vec<(f32, f32, f32)>,
    from: f32,
    to: f32,
    thickness: f32,
    crowded: Crowded,
    /// The part of its runs that is ink.
    covered: f32,
}

/// On which sides of a thin stroke stands ink all along it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Crowded {
    Neither,
    Above,
    Below,
    Both,
}

/// The rules across a page, and the lines under words, which would make one mark of all the letters that touch them. `shortest` is the
/// least length in pixels of a piece.
pub(super) fn across(page: &Plane, pixels_per_inch: f32, shortest: f32) -> (Vec<Rule>, Vec<Rule>) {
    let pieces = pieces(page, shortest as usize, pixels_per_inch);
    let is_underline = |piece: &&Piece| piece.crowded == Crowded::Above && piece.covered >= UNBROKEN;
    let underlines = pieces.iter().filter(is_underline).filter_map(fit).collect();
    (among(pieces, pixels_per_inch, f32::INFINITY), underlines)
}

/// The rules that pieces make; those of at least `certain` pixels may have ink beside them.
fn among(mut pieces: Vec<Piece>, pixels_per_inch: f32, certain: f32) -> Vec<Rule> {
    pieces.retain(|piece| piece.crowded == Crowded::Neither || piece.to - piece.from >= certain);
    pieces.sort_by(|a, b| (b.to - b.from).total_cmp(&(a.to - a.from)));
    pieces.truncate(600);
    let mut taken = vec![false; pieces.len()];
    let mut rules = Vec::new();
    for index in 0..pieces.len() {
        if taken.get(index).copied().unwrap_or(true) {
            continue;
        }
        let Some(first) = pieces.get(index) else { continue };
        if let Some(slot) = taken.get_mut(index) {
            *slot = true;
        }
        let mut line = first.clone();
        while let Some(next) = nearest(&line, &pieces, &taken, pixels_per_inch) {
            if let (Some(piece), Some(slot)) = (pieces.get(next), taken.get_mut(next)) {
                *slot = true;
                line.points.extend(piece.points.iter().copied());
                line.from = line.from.min(piece.from);
                line.to = line.to.max(piece.to);
            }
        }
        rules.extend(fit(&line));
    }
    rules
}

/// The rules of a page on its side that lean by so many pixels a pixel along. Letters may fill the cells beside them, but none is as
/// high as `certain` pixels.
pub(super) fn leaning(side: &Plane, pixels_per_inch: f32, shortest: f32, certain: f32, lean: f32) -> Vec<Rule> {
    if lean == 0.0 {
        return among(pieces(side, shortest as usize, pixels_per_inch), pixels_per_inch, certain);
    }
    let middle = side.width as f32 / 2.0;
    let off = |along: f32| lean * (along - middle);
    let offs: Vec<isize> = (0..side.width).map(|x| off(x as f32).round() as isize).collect();
    let straight = Plane::from_fn(side.width, side.height, |x, y| {
        side.near(x as isize, y as isize + offs.get(x).copied().unwrap_or_default())
    });
    let rules = among(pieces(&straight, shortest as usize, pixels_per_inch), pixels_per_inch, certain);
    let leaned = |knots: &[(f32, f32)]| knots.iter().map(|(along, across)| (*along, across + off(*along))).collect();
    rules.into_iter().map(|rule| Rule { knots: leaned(&rule.knots), ..rule }).collect()
}

/// How much the rules of a page on its side lean; 0 when they do not, or there are none.
pub(super) fn lean(side: &Plane, pixels_per_inch: f32) -> f32 {
    let factor = (pixels_per_inch / LEAN_PIXELS_PER_INCH).max(1.0) as usize;
    let small = side.shrunk(factor);
    let shortest = (0.35 * pixels_per_inch) as usize / factor;
    let middle = small.width as f32 / 2.0;
    // Long stretches of ink count by their square: letters make none.
    let drawn = |lean: f32| -> usize {
        let off = |x: usize| (lean * (x as f32 - middle)).round() as isize;
        // Parts of a row that lean alike: from, to, how far.
        let mut parts: Vec<(usize, usize, isize)> = Vec::new();
        for x in 0..small.width {
            match parts.last_mut().filter(|part| part.2 == off(x)) {
                Some(part) => part.1 = x + 1,
                None => parts.push((x, x + 1, off(x))),
            }
        }
        let stretches = |y: usize| {
            let (mut sum, mut run) = (0, 0);
            let mut close = |run: usize| sum += if run >= shortest { run * run } else { 0 };
            for (from, to, off) in &parts {
                // Outside of the picture is paper.
                let row = y.checked_add_signed(*off).filter(|y| *y < small.height).map(|y| small.row(y));
                let Some(part) = row.and_then(|row| row.get(*from..*to)) else {
                    close(std::mem::take(&mut run));
                    continue;
                };
                for pixel in part {
                    match *pixel < LEAN_INK {
                        true => run += 1,
                        false if run > 0 => close(std::mem::take(&mut run)),
                        false => {}
                    }
                }
            }
            close(run);
            sum
        };
        (0..small.height).map(stretches).sum()
    };
    let steps = (MOST_LEAN / LEAN_STEP) as i32;
    let best =
        (-steps..=steps).map(|step| step as f32 * LEAN_STEP).map(|lean| (drawn(lean), lean)).max_by_key(|best| best.0);
    best.filter(|(most, _)| *most * 4 > drawn(0.0) * 5).map_or(0.0, |(_, lean)| lean)
}

/// The piece that goes on the line, the nearest one first.
fn nearest(line: &Piece, pieces: &[Piece], taken: &[bool], pixels_per_inch: f32) -> Option<usize> {
    let tolerance = 0.03 * pixels_per_inch;
    let candidates = pieces.iter().enumerate().filter(|(index, _)| !taken.get(*index).copied().unwrap_or(true));
    candidates
        .filter_map(|(index, piece)| {
            let overlap = line.to.min(piece.to) - line.from.max(piece.from);
            let gap = (-overlap).max(0.0);
            if overlap > 0.3 * (piece.to - piece.from) || gap > 1.6 * pixels_per_inch {
                return None;
            }
            // Only the line's end at the gap says where it goes on: two inches of it.
            let after = (piece.from + piece.to) / 2.0 > (line.from + line.to) / 2.0;
            let (near, inch) = (if after { line.to } else { line.from }, pixels_per_inch);
            let end: Vec<_> = line.points.iter().filter(|point| (point.0 - near).abs() < 2.0 * inch).copied().collect();
            let (a, b) = straight_fit(&end)?;
            let edge = if after { piece.from } else { piece.to };
            let own = straight_fit(&piece.points)?;
            let miss = (a + b * edge - (own.0 + own.1 * edge)).abs();
            let bend = (b - own.1).abs();
            (miss < tolerance + 0.012 * gap && bend < 0.05).then_some((index, gap + 4.0 * miss))
        })
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(index, _)| index)
}

/// Runs of ink that are long and thin, joined where they touch.
fn pieces(page: &Plane, shortest: usize, pixels_per_inch: f32) -> Vec<Piece> {
    let (gap, thickest) = ((pixels_per_inch / 100.0) as usize, 0.035 * pixels_per_inch);
    let mut runs: Vec<Run> = Vec::new();
    for row in 0..page.height {
        let mut current: Option<(usize, usize, usize)> = None;
        let mut close = |current: Option<(usize, usize, usize)>| {
            if let Some((from, to, ink)) = current
                && to - from >= shortest
                && ink * 100 >= (to - from) * 88
            {
                runs.push(Run { row, from, to, ink });
            }
        };
        for (x, pixel) in page.row(row).iter().enumerate() {
            if *pixel >= super::plane::INK {
                continue;
            }
            current = match current {
                Some((from, to, ink)) if x <= to + gap => Some((from, x + 1, ink + 1)),
                other => {
                    close(other);
                    Some((x, x + 1, 1))
                }
            };
        }
        close(current);
    }
    join(&runs)
        .into_iter()
        .filter_map(|members| {
            let from = members.iter().map(|run| run.from).min()?;
            let to = members.iter().map(|run| run.to).max()?;
            let area: usize = members.iter().map(|run| run.to - run.from).sum();
            let thickness = area as f32 / (to - from).max(1) as f32;
            let points = members
                .iter()
                .flat_map(|run| {
                    let (from, to, row) = (run.from as f32, run.to as f32, run.row as f32);
                    let weight = to - from;
                    [0.0, 0.5, 1.0].map(|share| (from + share * (to - from), row, weight))
                })
                .collect();
            // Under the tops of letters stand their stems; beside a rule there is paper.
            let beside = thickness.ceil() as isize + 2;
            let ink_at = |offset: isize| {
                let ink = members.iter().flat_map(|run| (run.from..run.to).map(|x| (x as isize, run.row as isize)));
                let hits = ink.filter(|(x, row)| page.near(*x, row + offset) < super::plane::INK).count();
                hits as f32 / area.max(1) as f32
            };
            // A border may be of two rules.
            let twin_apart = (TWIN_APART * pixels_per_inch) as isize;
            let crowded = |side: isize| {
                ink_at(side * beside) > MOST_BESIDE
                    && (beside - 1..=twin_apart).all(|offset| ink_at(side * offset) < TWIN)
            };
            (thickness <= thickest).then(|| {
                let crowded = match (crowded(-1), crowded(1)) {
                    (false, false) => Crowded::Neither,
                    (true, false) => Crowded::Above,
                    (false, true) => Crowded::Below,
                    (true, true) => Crowded::Both,
                };
                let covered = members.iter().map(|run| run.ink).sum::<usize>() as f32 / area.max(1) as f32;
                Piece { points, from: from as f32, to: to as f32, thickness, crowded, covered }
            })
        })
        .collect()
}

/// Groups runs that lie on each other in neighbouring rows. `runs` come row by row.
fn join(runs: &[Run]) -> Vec<Vec<Run>> {
    let mut group: Vec<usize> = (0..runs.len()).collect();
    fn root(group: &mut [usize], mut at: usize) -> usize {
        while let Some(up) = group.get(at).copied().filter(|up| *up != at) {
            let above = group.get(up).copied().unwrap_or(up);
            if let Some(slot) = group.get_mut(at) {
                *slot = above;
            }
            at = above;
        }
        at
    }
    let mut first = 0;
    for (index, run) in runs.iter().enumerate() {
        while runs.get(first).is_some_and(|other| other.row + 2 < run.row) {
            first += 1;
        }
        for (other_index, other) in runs.iter().enumerate().take(index).skip(first) {
            if other.row < run.row && other.from < run.to && run.from < other.to {
                let (a, b) = (root(&mut group, index), root(&mut group, other_index));
                if let Some(slot) = group.get_mut(a) {
                    *slot = b;
                }
            }
        }
    }
    let mut members: std::collections::BTreeMap<usize, Vec<Run>> = std::collections::BTreeMap::new();
    for (index, run) in runs.iter().enumerate() {
        members.entry(root(&mut group, index)).or_default().push(*run);
    }
    members.into_values().collect()
}

fn straight_fit(points: &[(f32, f32, f32)]) -> Option<(f32, f32)> {
    let total: f32 = points.iter().map(|point| point.2).sum();
    if total <= 0.0 {
        return None;
    }
    let mean = |value: &dyn Fn(&(f32, f32, f32)) -> f32| {
        points.iter().map(|point| value(point) * point.2).sum::<f32>() / total
    };
    let (along, across) = (mean(&|point| point.0), mean(&|point| point.1));
    let spread = mean(&|point| (point.0 - along).powi(2));
    let joint = mean(&|point| (point.0 - along) * (point.1 - across));
    let slope = if spread > 1.0 { joint / spread } else { 0.0 };
    Some((across - slope * along, slope))
}

/// A curve of second degree through the points, those far off weighing little.
fn fit(line: &Piece) -> Option<Rule> {
    let origin = (line.from + line.to) / 2.0;
    let scale = ((line.to - line.from) / 2.0).max(1.0);
    let (offset, slope) = straight_fit(&line.points)?;
    let mut curve = [offset + slope * origin, slope * scale, 0.0];
    for _ in 0..3 {
        let off = |point: &(f32, f32, f32)| {
            let t = (point.0 - origin) / scale;
            point.1 - (curve[0] + curve[1] * t + curve[2] * t * t)
        };
        let typical = {
            let mut misses: Vec<f32> = line.points.iter().map(|point| off(point).abs()).collect();
            misses.sort_by(f32::total_cmp);
            misses.get(misses.len() / 2).copied().unwrap_or(0.0).max(0.7)
        };
        // Normal equations of the weighted least squares.
        let mut sums = [0.0f64; 5];
        let mut values = [0.0f64; 3];
        for point in &line.points {
            let t = f64::from((point.0 - origin) / scale);
            let weight = f64::from(point.2 / (1.0 + (off(point) / (2.0 * typical)).powi(2)));
            let mut power = weight;
            for (degree, sum) in sums.iter_mut().enumerate() {
                *sum += power;
                if let Some(value) = values.get_mut(degree) {
                    *value += power * f64::from(point.1);
                }
                power *= t;
            }
        }
        curve = solve(sums, values)?.map(|value| value as f32);
    }
    let across = |along: f32| {
        let t = (along - origin) / scale;
        curve[0] + curve[1] * t + curve[2] * t * t
    };
    Some(Rule {
        knots: sampled(line.from, line.to, across),
        from: line.from,
        to: line.to,
        thickness: line.thickness,
        stroke: line.thickness,
        is_open: false,
    })
}

/// Solves the three normal equations of moments `s` and right sides `v` by Cramer's rule.
fn solve(s: [f64; 5], v: [f64; 3]) -> Option<[f64; 3]> {
    let [s0, s1, s2, s3, s4] = s;
    let determinant = |m: [[f64; 3]; 3]| {
        let [[a, b, c], [d, e, f], [g, h, i]] = m;
        a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    };
    let rows = [[s0, s1, s2], [s1, s2, s3], [s2, s3, s4]];
    let whole = determinant(rows);
    if whole.abs() < 1e-9 * s0.max(1.0).powi(3) {
        return None;
    }
    let replaced = |column: usize| {
        let mut rows = rows;
        for (row, value) in rows.iter_mut().zip(v) {
            if let Some(slot) = row.get_mut(column) {
                *slot = value;
            }
        }
        determinant(rows) / whole
    };
    Some([replaced(0), replaced(1), replaced(2)])
}

/// A page on its side: what ran down it runs across.
#[cfg(test)]
mod tests {
    use super::*;

    /// A bent rule with gaps, and a line of letters under it.
    fn page() -> Plane {
        Plane::from_fn(1000, 200, |x, y| {
            let bent = 60.0 + 0.01 * x as f32 + 8.0 * (x as f32 / 1000.0).powi(2);
            let rule = (y as f32 - bent).abs() <= 1.5 && (50..950).contains(&x) && !(400..440).contains(&x);
            let letters = (120..140).contains(&y) && x % 17 < 9;
            if rule || letters { 0 } else { 255 }
        })
    }

    #[test]
    fn a_line_under_words_is_no_rule_but_an_underline() {
        let page = Plane::from_fn(600, 100, |x, y| {
            let line = (50..500).contains(&x) && (60..63).contains(&y);
            let letters = (50..500).contains(&x) && x % 20 < 11 && (40..60).contains(&y);
            if line || letters { 0 } else { 255 }
        });
        let (rules, found) = across(&page, 200.0, 60.0);
        assert!(rules.is_empty());
        assert_eq!(found.len(), 1, "{found:?}");
        assert!((found[0].at(300.0) - 61.0).abs() < 1.5, "{found:?}");
    }

    #[test]
    fn a_bent_rule_with_a_gap_is_one_rule_and_letters_are_none() {
        let (rules, _) = across(&page(), 200.0, 60.0);
        assert_eq!(rules.len(), 1, "{rules:?}");
        let rule = &rules[0];
        assert!((rule.at(50.0) - 60.5).abs() < 1.5 && (rule.at(940.0) - 76.5).abs() < 1.5, "{rule:?}");
        assert!(rule.from < 60.0 && rule.to > 940.0);
    }
}
