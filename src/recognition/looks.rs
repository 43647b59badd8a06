//! Looks: how often, and how, each cell is read.
//!
//! One reading is no evidence, so a cell is looked at up to three times: as it is, softened (an address that its cell was too narrow
//! for in one line), and without coloured stamps. A look costs as much as reading the cell, so those that can tell nothing new are not taken: the form's own words are looked at once, and whole
//! numbers and words that two clear looks agree on are not looked at again. Which look is to be believed is not decided here.

use super::band::Band;
use super::cell::{CellPicture, Content, Outside};
use super::engine::{Engine, LINE_HEIGHT, LineText};
use super::one_line;
use super::plane::Plane;
use crate::tables::{Look, Possibilities, Vocabulary};

/// In the look that leaves out coloured stamps, what is this part of the way from the line's ink to paper is black, and white.
const STAMP_BLACK: f32 = 0.12;
const STAMP_WHITE: f32 = 0.58;
/// This part of a line's picture is letters at least.
pub(super) const LINE_INK: f32 = 0.04;
/// Ink that is paler than this is a stamp's own.
const PALEST_INK: u8 = 150;
/// A number with more or fewer digits than there are marks is not read more surely than this.
const MISCOUNTED: f32 = 0.7;
/// Nor is what stands in a cell of which a line may be lost, or that may be several.
const LINE_LOST: f32 = 0.3;
/// A line that is paler than ink is read with this confidence at least, or is none.
const PALE_LINE: f32 = 0.5;
/// A number from which such a line was left out, beside which something much paler stands, or whose label is not clear, is not read more surely than this: enough for one that has its
/// form, too little for one that is to be held against the entity (`oficio::certainty`).
const BESIDE_DIRT: f32 = 0.88;
/// The least confidence of a look that no other look is needed beside.
const CLEAR: f32 = 0.9;
/// The same for words.
const VERY_CLEAR: f32 = 0.96;
/// What is left of an address on the next page has so many letters at least.
const SHORTEST_REST: usize = 6;
/// The digits of a DNI, a celular, and a celular with its country's code.
const WHOLE_NUMBERS: [usize; 3] = [8, 9, 11];

/// How a cell is looked at, one after the other.
const WAYS: [Way; 3] = [Way::AsItIs, Way::Softened, Way::WithoutStamps];

/// The looks at each cell. `known` are the words that a text may be made of to be looked at once.
pub(super) fn at_cells(
    engine: &Engine,
    cells: &[CellPicture],
    bands: &[Vec<Band>],
    known: &Vocabulary,
) -> Vec<Vec<Look>> {
    let mut looks: Vec<Vec<Look>> = vec![Vec::new(); cells.len()];
    for way in WAYS {
        let (wanted, asked): (Vec<usize>, Vec<Asked>) = cells
            .iter()
            .zip(bands)
            .zip(&looks)
            .enumerate()
            .filter(|(_, (_, looks))| another_look_tells(looks, known))
            .map(|(index, ((cell, bands), looks))| (index, Asked { cell, bands, way: way.after(looks) }))
            .unzip();
        for (index, look) in wanted.into_iter().zip(once(engine, &asked)) {
            if let Some(looks) = looks.get_mut(index) {
                looks.push(look);
            }
        }
    }
    look_again_in_one_line(engine, cells, bands, &mut looks);
    looks
}

/// What a look read in lines, it bears out as clearly as it reads the same in one: what is left of an address on its last line («l.com») has nothing
/// beside it that tells what it is. What else the lines may say stays as it was. A dot where a line ends («hermoso.com.|pe») is believed when it is read
/// in one line by this way of looking, too.
fn look_again_in_one_line(engine: &Engine, cells: &[CellPicture], bands: &[Vec<Band>], looks: &mut [Vec<Look>]) {
    let (mut unclear, mut asked) = (Vec::new(), Vec::new());
    for ((looks, cell), bands) in
        looks.iter_mut().zip(cells).zip(bands).filter(|((looks, ..), _)| looks.len() == WAYS.len())
    {
        let in_one_line = looks.iter().find(|look| look.lines.len() == 1);
        let Some(whole) = in_one_line.map(|look| look.lines.concat()) else { continue };
        for (look, way) in looks.iter_mut().zip(WAYS).filter(|(look, _)| is_broken_address(look)) {
            if look.confidence < VERY_CLEAR || is_parted_at_line_ends(&look.lines, &whole) {
                unclear.push((look, whole.clone()));
                asked.push(Asked { cell, bands, way: way.in_one_line() });
            }
        }
    }
    for ((look, whole), again) in unclear.into_iter().zip(once(engine, &asked)) {
        let said = again.lines.concat();
        if bare(&look.lines.concat()) == bare(&said) {
            look.confidence = look.confidence.max(again.confidence);
        } else if said == whole && is_parted_at_line_ends(&look.lines, &said) {
            *look = again;
        }
    }
}

/// Whether a text is some lines one after the other, with a sign more that parts words where one ends. After a hyphen it matters where the lines
/// end: it may be none of the address's.
fn is_parted_at_line_ends(lines: &[String], whole: &str) -> bool {
    let (mut rest, mut parts) = (whole, 0);
    for (index, line) in lines.iter().enumerate() {
        if line.ends_with('-') {
            return false;
        }
        if index > 0
            && !rest.starts_with(line.as_str())
            && let Some(after) = rest.strip_prefix(['.', '_', '-'])
        {
            (rest, parts) = (after, parts + 1);
        }
        let Some(after) = rest.strip_prefix(line.as_str()) else { return false };
        rest = after;
    }
    rest.is_empty() && parts > 0
}

/// A cell that is looked at, with its lines.
pub(super) struct Asked<'a> {
    pub cell: &'a CellPicture,
    pub bands: &'a [Band],
    pub way: Way,
}

/// One look at each of some cells.
pub(super) fn once(engine: &Engine, asked: &[Asked]) -> Vec<Look> {
    let pictures: Vec<Vec<Plane>> = asked.iter().map(|asked| asked.way.pictures(asked.cell, asked.bands)).collect();
    let counts: Vec<usize> = pictures.iter().map(Vec::len).collect();
    let mut read = engine.read(&pictures.concat()).into_iter();
    let looks = asked.iter().zip(counts);
    looks.map(|(asked, lines)| look(asked.cell, asked.bands, read.by_ref().take(lines))).collect()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    AsItIs,
    Softened,
    WithoutStamps,
    /// The same with the lines one after the other: a dot at the head of a line is lost, and a lone «e» is taken for another letter, by every look that
    /// sees nothing before it.
    InOneLine,
    SoftenedInOneLine,
    WithoutStampsInOneLine,
}

impl Way {
    /// What is done instead where the looks before say that it tells more.
    fn after(self, before: &[Look]) -> Way {
        match self {
            Way::Softened if before.iter().any(is_broken_address) => self.in_one_line(),
            way => way,
        }
    }

    fn in_one_line(self) -> Way {
        match self {
            Way::AsItIs | Way::InOneLine => Way::InOneLine,
            Way::Softened | Way::SoftenedInOneLine => Way::SoftenedInOneLine,
            Way::WithoutStamps | Way::WithoutStampsInOneLine => Way::WithoutStampsInOneLine,
        }
    }

    fn pictures(self, cell: &CellPicture, bands: &[Band]) -> Vec<Plane> {
        let each = |picture: fn(&CellPicture, &Band) -> Plane| bands.iter().map(|band| picture(cell, band)).collect();
        match self {
            Way::AsItIs => each(|cell, band| cell.line(&cell.luma, band)),
            Way::Softened => each(|cell, band| softened(&cell.line(&cell.luma, band))),
            Way::InOneLine => vec![one_line::of(&cell.luma, bands)],
            Way::SoftenedInOneLine => vec![softened(&one_line::of(&cell.luma, bands))],
            Way::WithoutStampsInOneLine => vec![without_stamps(&one_line::of(&cell.brightest, bands), LINE_INK)],
            Way::WithoutStamps => each(|cell, band| without_stamps(&cell.line(&cell.brightest, band), LINE_INK)),
        }
    }
}

fn is_broken_address(look: &Look) -> bool {
    look.lines.len() > 1 && may_be_address(&look.lines.concat())
}

/// A little wider and softer, so that the model sees the line afresh.
pub(super) fn softened(line: &Plane) -> Plane {
    let tall = line.resized((line.width * LINE_HEIGHT) / line.height.max(1), LINE_HEIGHT);
    tall.resized(tall.width * 6 / 5, tall.height).blurred(0.8)
}

/// A picture of the brightest channel without what is coloured; `part` of it is letters.
pub(super) fn without_stamps(line: &Plane, part: f32) -> Plane {
    let ink = line.darkest(part).min(PALEST_INK);
    let toward_paper = |part: f32| ink + (part * f32::from(255 - ink)) as u8;
    line.levelled(toward_paper(STAMP_BLACK), toward_paper(STAMP_WHITE))
}

fn look(cell: &CellPicture, bands: &[Band], read: impl Iterator<Item = LineText>) -> Look {
    // Nothing there is a sure reading of nothing; something that makes no line is an unsure one.
    let confidence = match cell.content {
        Content::Leaders(leaders) => return Look { lines: vec![leaders.text()], confidence: 1.0, ..Look::default() },
        Content::Blank => 1.0,
        Content::Faint => 0.0,
        Content::Ink => f32::from(u8::from(!bands.is_empty())),
    };
    let outside = cell.outside(bands);
    let is_doubtful = outside == Outside::Ink || (cell.may_be_rows && cell.content == Content::Ink);
    let confidence = if is_doubtful { f32::min(confidence, LINE_LOST) } else { confidence };
    let mut look = Look { confidence, ..Look::default() };
    let read = without_dirt(bands.iter().zip(read).collect());
    let whole = is_whole_number(read.iter().map(|(_, line)| line));
    let is_labelled = is_labelled_number(&read.iter().map(|(_, line)| line.text.as_str()).collect::<String>());
    for (band, mut line) in read {
        if is_labelled {
            line.confidence = behind_label(&line);
        }
        // Of a number it is known how many digits it has without reading it, where they stand apart. Where they do not, a number that is whole
        // is not doubted for it.
        let read = digits(&line.text);
        if is_number(&line.text) {
            let count = cell.digits(band, read);
            let miscounted = count.digits != read && (count.stand_apart || !whole);
            if outside == Outside::Paler {
                line.confidence = line.confidence.min(BESIDE_DIRT);
            }
            if miscounted || (!whole && cell.meets_its_sides(band)) {
                line.confidence = line.confidence.min(MISCOUNTED);
            }
        }
        look.confidence = look.confidence.min(line.confidence);
        if line.text == "0" && look.lines.last().is_some_and(|before| is_broken_word(before)) {
            line.text = "o".to_owned();
        }
        look.lines.push(line.text);
        look.possibilities.extend(line.possibilities);
    }
    let text = look.lines.concat();
    if !may_be_address(&text) && !may_end_address(&text) && !has_strokes_side_by_side(&text) {
        look.possibilities = Possibilities::default();
    }
    look
}

/// Whether a line ends with a letter that no Spanish word ends with: «Administrativ», with its «o» on the line below.
fn is_broken_word(line: &str) -> bool {
    line.chars().next_back().is_some_and(|letter| "bcfgjkmpqtvxi".contains(letter))
}

/// Whether a text may be the last line of an address, in a cell of its own where no rules part the rows: «b.pe».
fn may_end_address(text: &str) -> bool {
    text.chars().all(|letter| letter.is_ascii_lowercase() || ".,".contains(letter))
}

/// Whether a text has upright strokes beside each other, which are taken for others: «Lloclla» is read «Llocila».
fn has_strokes_side_by_side(text: &str) -> bool {
    let is_stroke = |letter: char| "liI".contains(letter);
    text.chars().zip(text.chars().skip(1)).any(|(one, next)| is_stroke(one) && is_stroke(next))
}

/// The lines of a cell; without those that are too pale for ink and no sure letters either, where the others are a whole number.
fn without_dirt(mut read: Vec<(&Band, LineText)>) -> Vec<(&Band, LineText)> {
    let is_line = |(band, line): &(&Band, LineText)| !band.is_pale || line.confidence >= PALE_LINE;
    let has_dirt = !read.iter().all(is_line);
    if has_dirt && is_whole_number(read.iter().filter(|read| is_line(read)).map(|(_, line)| line)) {
        read.retain(is_line);
        read.iter_mut().for_each(|(_, line)| line.confidence = line.confidence.min(BESIDE_DIRT));
    }
    read
}

fn is_whole_number<'a>(lines: impl Iterator<Item = &'a LineText>) -> bool {
    WHOLE_NUMBERS.contains(&lines.map(|line| digits(&line.text)).sum())
}

/// Whether a text is an address or what is left of one, also below a page break («a.gob.pe»): it has an `@`, or is in one piece with dots in it.
fn may_be_address(text: &str) -> bool {
    let dotted = text.chars().zip(text.chars().skip(1)).any(|(dot, next)| ".,".contains(dot) && next.is_alphanumeric());
    text.contains('@') || (dotted && !text.contains(' ') && text.chars().count() >= SHORTEST_REST)
}

fn another_look_tells(looks: &[Look], known: &Vocabulary) -> bool {
    let Some((last, before)) = looks.split_last() else { return true };
    if last.confidence < CLEAR {
        return true;
    }
    let text = bare(&last.lines.concat());
    // Marks that are not read but told.
    if last.confidence >= 1.0 && !text.chars().any(char::is_alphanumeric) {
        return false;
    }
    match before {
        [] => !known.knows_all(&last.lines.join(" ")),
        _ => {
            let least = if is_number(&text) { CLEAR } else { VERY_CLEAR };
            let simple = !may_be_address(&text) && (!is_number(&text) || is_well_formed(&text));
            let agree = last.confidence >= least
                && before.iter().all(|look| look.confidence >= least && bare(&look.lines.concat()) == text);
            text.is_empty() || !(simple && agree)
        }
    }
}

/// The letters and digits and signs that carry meaning, without spaces; the number sign in one shape.
pub(super) fn bare(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_whitespace())
        .map(|letter| if letter == '°' { 'º' } else { letter })
        .collect()
}

/// What two looks at a line of the letter's head have to agree on: letters, digits and what parts a number; «N°» is read «No» too.
pub(super) fn said(text: &str) -> String {
    let said: String =
        text.chars().filter(|letter| (letter.is_alphanumeric() && *letter != 'º') || "-/_".contains(*letter)).collect();
    said.replace("No", "N")
}

/// Whether a number stands behind its label («N.º 40718263»), whose signs are hardly ever read surely and say nothing of its digits.
fn is_labelled_number(text: &str) -> bool {
    let number = text.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    number.len() < text.len() && is_number(number)
}

/// The confidence of a line of a labelled number. Where the label is not clear, its digits bear out a number that has its form, but their marks are not
/// counted beside a label's: nothing is held against the entity.
fn behind_label(line: &LineText) -> f32 {
    line.confidence.max(line.digits.min(BESIDE_DIRT))
}

fn is_number(text: &str) -> bool {
    text.chars().all(|letter| letter.is_ascii_digit() || letter == ' ') && digits(text) >= 5
}

/// Whether a number may be a DNI or a celular: another one is held against the entity, for which two looks have to be clearer.
fn is_well_formed(number: &str) -> bool {
    match number.len() {
        8 => true,
        9 => number.starts_with('9'),
        11 => number.starts_with("519"),
        _ => false,
    }
}

fn digits(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::super::band::Room;
    use super::*;

    #[test]
    fn a_pale_line_beside_a_whole_number_is_dirt_unless_it_is_read_surely() {
        let band = |is_pale: bool| Band { top: 0, bottom: 20, left: 0, right: 90, room: Room::default(), is_pale };
        let (line, pale) = (band(false), band(true));
        let text = |text: &str, confidence: f32| LineText { text: text.to_owned(), confidence, ..LineText::default() };
        let left = |number: &str, below: &str, confidence: f32| {
            let left = without_dirt(vec![(&line, text(number, 0.99)), (&pale, text(below, confidence))]);
            (left.len(), left[0].1.confidence)
        };
        assert_eq!(left("964976335", "r", 0.35), (1, BESIDE_DIRT), "nothing is held against the entity");
        assert_eq!(left("98344182", "7", 0.99), (2, 0.99));
        assert_eq!(left("9834418", "7", 0.35), (2, 0.99), "what is not whole may go on");
    }

    #[test]
    fn digits_behind_an_unclear_label_are_sure_enough_for_a_number_that_has_its_form_only() {
        let line = |confidence, digits| LineText { confidence, digits, ..LineText::default() };
        assert_eq!(behind_label(&line(0.4, 0.99)), BESIDE_DIRT);
        assert_eq!(behind_label(&line(0.4, 0.6)), 0.6, "the digits are not clear either");
        assert_eq!(behind_label(&line(0.97, 0.99)), 0.97, "all of it is clear");
        assert_eq!(behind_label(&line(BESIDE_DIRT, 0.99)), BESIDE_DIRT, "dirt was left out beside it");
    }

    #[test]
    fn a_number_behind_its_label_is_known() {
        assert!(is_labelled_number("N.º 40718263") && is_labelled_number("N.°40718263"));
        assert!(!is_labelled_number("40718263") && !is_labelled_number("N.º 4071826A") && !is_labelled_number("N.º"));
    }

    #[test]
    fn an_address_in_several_lines_is_looked_at_in_one() {
        let look =
            |lines: &[&str]| Look { lines: lines.iter().map(|line| (*line).to_owned()).collect(), ..Look::default() };
        let broken = look(&["arios@muniquilca", ".gob.pe"]);
        assert_eq!(Way::Softened.after(std::slice::from_ref(&broken)), Way::SoftenedInOneLine);
        assert_eq!(Way::WithoutStamps.after(&[broken]), Way::WithoutStamps);
        assert_eq!(Way::Softened.after(&[look(&["arios@muniquilca.gob.pe"])]), Way::Softened);
        assert_eq!(Way::Softened.after(&[look(&["Jefa de", "Imagen"])]), Way::Softened);
    }

    #[test]
    fn a_dot_where_a_line_ends_is_told_from_another_reading() {
        let parted = |lines: &[&str], whole: &str| {
            is_parted_at_line_ends(&lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>(), whole)
        };
        assert!(parted(&["ana@eps", "hermoso.com", "pe"], "ana@epshermoso.com.pe"));
        assert!(parted(&["ana", "rios@muni"], "ana_rios@muni"));
        assert!(!parted(&["ana@eps", "hermoso.com.", "pe"], "ana@epshermoso.com.pe"), "nothing is parted");
        assert!(!parted(&["ana@eps", "hermoso.com", "pe"], "ana@eps.hermoso.com.p"), "less is read");
        assert!(!parted(&["ana@eps", "hermoso.com", "pe"], "ana@epshermo.so.compe"), "inside of a line");
        assert!(!parted(&["ana@eps", "hermoso.com", "pe"], ".ana@epshermoso.compe"), "before the first");
        assert!(!parted(&["ana@eps", "hermoso.com", "pe"], "ana@epshermoso.com,pe"));
        assert!(
            !parted(&["ana.r-", "ios@muni", "gob.pe"], "ana.r-ios@muni.gob.pe"),
            "whose the hyphen is, is asked later"
        );
    }

    #[test]
    fn a_word_that_goes_on_below_is_known() {
        assert!(is_broken_word("Administrativ") && is_broken_word("Secretari"));
        assert!(
            !is_broken_word("Nivel") && !is_broken_word("Sede") && !is_broken_word("Piso N.º") && !is_broken_word("")
        );
    }

    #[test]
    fn strokes_side_by_side_are_known() {
        assert!(has_strokes_side_by_side("Óscar Llocila") && has_strokes_side_by_side("Ana Illanes"));
        assert!(!has_strokes_side_by_side("Luis Ríos Lima"));
    }

    #[test]
    fn looks_that_tell_nothing_new_are_not_taken() {
        let mut known = Vocabulary::default();
        known.add("Responsable de Tecnologías");
        let look = |text: &str, confidence| Look {
            lines: text.split('|').map(str::to_owned).collect(),
            confidence,
            ..Look::default()
        };
        let more = |looks: &[Look]| another_look_tells(looks, &known);
        assert!(more(&[]));
        assert!(!more(&[look("Responsable de|Tecnologías**", 0.99)]));
        assert!(more(&[look("Responsable de|Tecnologías**", 0.8)]));
        assert!(more(&[look("Responsable de|Soporte", 0.99)]));
        assert!(more(&[look("40718263", 0.99)]));
        assert!(!more(&[look("40718263", 0.99), look("407 18263", 0.99)]));
        assert!(more(&[look("40718263", 0.99), look("40718268", 0.99)]));
        assert!(more(&[look("4071826", 0.99), look("4071826", 0.99)]));
        assert!(more(&[look("889030640", 0.99), look("889030640", 0.99)]), "no celular");
        assert!(!more(&[look("989030640", 0.99), look("989030640", 0.99)]));
        let without_at = look("zriosmunitambo.gob.pe", 0.99);
        assert!(more(&[without_at.clone(), without_at]), "an address whose `@` may be lost");
        assert!(!more(&[look("", 1.0)]) && !more(&[look("......", 1.0)]), "nothing is read in these");
    }
}
