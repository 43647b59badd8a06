//! Engine: one picture of one line of text goes through the recognition model (PP-OCRv6 small, `models/fetch.sh`) and comes
//! back as text with the confidence of its least sure character.

use std::cmp::Reverse;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rten::{Model, ModelOptions, NodeId, RunOptions, ThreadPool};
use rten_tensor::NdTensor;

use super::classifier::{Classifier, Step};
use super::plane::Plane;
use super::side_by_side::{self, WORKERS};
use crate::tables::{Possibilities, is_in_capitals};

/// The height of the pictures that the model was made for.
pub(super) const LINE_HEIGHT: usize = 48;
/// A longer line than this is cut short: no line of a letter is.
const LONGEST_LINE: usize = 3_200;
/// A line is read in parts of about this many times its height: the model's work grows faster than a line's length.
const PART: usize = 24;
/// The model looks at a line in steps of so many pixels; a part of a step would be lost.
const STEP: usize = 8;
/// A gap of at least this part of a line's height stands between words.
const WORD_GAP: f32 = 0.17;
/// Where the model keeps its alphabet.
const ALPHABET_KEY: &[u8] = b"character";

#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error("the recognition model could not be loaded: {0}: run models/fetch.sh again")]
    Load(String),
    #[error("the recognition model has no alphabet in it: run models/fetch.sh again")]
    Alphabet,
    #[error(
        "the recognition model's last layer is not one of PP-OCRv6 small, or not of its alphabet: run models/fetch.sh again"
    )]
    Classifier,
}

/// What one look at one line gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct LineText {
    pub text: String,
    /// The lowest confidence of its characters, 0 to 1; 1 for a line without any.
    pub confidence: f32,
    /// The same of its digits.
    pub digits: f32,
    /// The mean confidence.
    pub mean: f32,
    pub possibilities: Possibilities,
}

/// The loaded model.
pub struct Engine {
    model: Model,
    picture: NodeId,
    classifier: Classifier,
    /// Class 0 is the blank between characters; these are the classes from 1.
    alphabet: Vec<String>,
    /// One for each worker.
    pools: Vec<Arc<ThreadPool>>,
    columns: AtomicU64,
}

impl Engine {
    /// # Errors
    /// When the bytes are no model that can be run.
    pub fn load(bytes: Vec<u8>) -> Result<Engine, EngineError> {
        let mut alphabet = alphabet(&bytes).ok_or(EngineError::Alphabet)?;
        // The space is the class after the alphabet's last.
        alphabet.push(" ".to_owned());
        for character in &mut alphabet {
            *character = spanish(std::mem::take(character));
        }
        // Weights laid out as they are multiplied: once, not for each line.
        let mut options = ModelOptions::with_all_ops();
        let model = options.prepack_weights(true).load(bytes).map_err(|error| EngineError::Load(error.to_string()))?;
        let classifier = Classifier::of(&model).filter(|classifier| classifier.classes() == alphabet.len() + 1);
        let (Some(classifier), Some(picture)) = (classifier, model.input_ids().first().copied()) else {
            return Err(EngineError::Classifier);
        };
        let pools = (0..WORKERS).map(|_| Arc::new(ThreadPool::with_num_threads(1))).collect();
        Ok(Engine { model, picture, classifier, alphabet, pools, columns: AtomicU64::new(0) })
    }

    /// The columns of pixels, at [`LINE_HEIGHT`], that went through the model so far: what reading costs, on any machine.
    pub fn columns_read(&self) -> u64 {
        self.columns.load(Ordering::Relaxed)
    }

    /// Reads lines of text, each a grey picture of any size with dark letters on light paper.
    pub(super) fn read(&self, lines: &[Plane]) -> Vec<LineText> {
        let mut pictures = Vec::new();
        let cuts: Vec<Vec<Joint>> = lines
            .iter()
            .map(|line| {
                let (parts, joints): (Vec<Plane>, Vec<Joint>) = in_parts(line).into_iter().unzip();
                pictures.extend(parts);
                joints
            })
            .collect();
        let mut read = self.read_parts(&pictures).into_iter();
        cuts.into_iter().map(|joints| joined(joints.into_iter().zip(read.by_ref()))).collect()
    }

    fn read_parts(&self, lines: &[Plane]) -> Vec<LineText> {
        // The longest first: nobody waits for a long one that was begun last.
        let mut order: Vec<(usize, &Plane)> = lines.iter().enumerate().collect();
        order.sort_by_key(|(_, line)| Reverse(width_to_read(line)));
        let read = side_by_side::each(&order, |worker, (index, line)| {
            let text = self.pools.get(worker).and_then(|pool| self.read_one(line, pool));
            (*index, text.unwrap_or_default())
        });
        let mut in_order = vec![LineText::default(); lines.len()];
        for (index, text) in read {
            if let Some(slot) = in_order.get_mut(index) {
                *slot = text;
            }
        }
        in_order
    }

    fn read_one(&self, line: &Plane, pool: &Arc<ThreadPool>) -> Option<LineText> {
        let width = width_to_read(line);
        let line = line.resized(width, LINE_HEIGHT);
        let padded = width.div_ceil(STEP) * STEP;
        let mut channel = Vec::with_capacity(padded * LINE_HEIGHT);
        for y in 0..LINE_HEIGHT {
            channel.extend(line.row(y).iter().map(|pixel| f32::from(*pixel) / 127.5 - 1.0));
            channel.resize((y + 1) * padded, 1.0);
        }
        let mut input = Vec::with_capacity(3 * channel.len());
        for _ in 0..3 {
            input.extend_from_slice(&channel);
        }
        self.columns.fetch_add(padded as u64, Ordering::Relaxed);
        let input = NdTensor::from_data([1, 3, LINE_HEIGHT, padded], input);
        let options = RunOptions::default().with_thread_pool(Some(pool.clone()));
        let asked = [self.classifier.features()];
        let [features] = self.model.run_n(vec![(self.picture, input.into())], asked, Some(options)).ok()?;
        let steps = self.classifier.likely(&features.try_into().ok()?, pool)?;
        Some(self.decode(&steps))
    }

    /// Whether two classes are one letter to all that is told from a text: an accent is not to be had from pixels for sure, nor which of two upright strokes
    /// stands there. What an address is told by has its own [`Possibilities`].
    fn are_one_letter(&self, class: usize, other: usize) -> bool {
        let letter = |class: usize| self.alphabet.get(class.checked_sub(1)?)?.chars().next().map(unaccented);
        class == other || letter(class).is_some_and(|own| letter(other) == Some(own))
    }

    /// Greedy decoding of connectionist temporal classification: repeats are one, blanks part.
    fn decode(&self, steps: &[Step]) -> LineText {
        let mut text = String::new();
        let (mut lowest, mut digits, mut sum, mut count) = (1.0f32, 1.0f32, 0.0, 0u32);
        // Of a run of one class, its score where that is highest, and the most that it has there with what counts as the same.
        let (mut last, mut peak, mut surest) = (0, 0.0f32, 0.0f32);
        let mut close = |class: usize, peak: f32, surest: f32, text: &mut String| {
            if class > 0
                && let Some(character) = self.alphabet.get(class - 1)
            {
                text.push_str(character);
                // A space is sure or not by the letters beside it.
                if character != " " {
                    lowest = lowest.min(surest);
                    if character.bytes().all(|byte| byte.is_ascii_digit()) {
                        digits = digits.min(peak);
                    }
                    sum += peak;
                    count += 1;
                }
            }
        };
        for step in steps {
            let best = step.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1));
            let Some((class, score)) = best else { continue };
            let sure = step.iter().filter(|(other, _)| self.are_one_letter(class, *other)).map(|(_, own)| own).sum();
            if class == last {
                (peak, surest) = (peak.max(score), surest.max(sure));
            } else {
                close(last, peak, surest, &mut text);
                (last, peak, surest) = (class, score, sure);
            }
        }
        close(last, peak, surest, &mut text);
        let in_capitals = is_in_capitals(&text);
        let letter = |index: usize| {
            let letter = self.alphabet.get(index)?.chars().next()?;
            Some(if in_capitals && "Il|".contains(letter) { 'i' } else { letter })
        };
        let mut possibilities = Possibilities::default();
        for step in steps {
            possibilities.step(step.iter().filter_map(|(class, score)| match class.checked_sub(1) {
                None => Some((None, *score)),
                Some(index) => letter(index).map(|letter| (Some(letter), *score)),
            }));
        }
        let mean = if count == 0 { 0.0 } else { sum / count as f32 };
        LineText { text: text.trim().to_owned(), confidence: lowest, digits, mean, possibilities }
    }
}

/// The model knows letters of other languages, which stand for a smudged accent here.
fn spanish(character: String) -> String {
    let letter = match character.as_str() {
        "İ" | "Ì" | "Î" => "Í",
        "ì" | "î" => "í",
        "À" | "Â" => "Á",
        "à" | "â" => "á",
        "È" | "Ê" => "É",
        "è" | "ê" => "é",
        "Ò" | "Ô" => "Ó",
        "ò" | "ô" => "ó",
        "Ù" | "Û" => "Ú",
        "ù" | "û" => "ú",
        "ı" => "i",
        "Ç" => "C",
        "ç" => "c",
        _ => return character,
    };
    letter.to_owned()
}

/// A vowel without its accent, and an upright stroke as a capital `I`.
fn unaccented(letter: char) -> char {
    match letter {
        'l' | '|' | 'Í' => 'I',
        'á' => 'a',
        'é' => 'e',
        'í' => 'i',
        'ó' => 'o',
        'ú' => 'u',
        'Á' => 'A',
        'É' => 'E',
        'Ó' => 'O',
        'Ú' => 'U',
        _ => letter,
    }
}

/// How many pixels broad a line is when it is as high as the model wants it.
fn width_to_read(line: &Plane) -> usize {
    (line.width * LINE_HEIGHT).div_ceil(line.height.max(1)).clamp(8, LONGEST_LINE)
}

/// What stands before a part of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joint {
    Nothing,
    Space,
}

/// Cuts a line of more than [`PART`] times its height where it has its widest gap, if it can between words.
fn in_parts(line: &Plane) -> Vec<(Plane, Joint)> {
    let most = PART * line.height;
    let blank: Vec<bool> = (0..line.width).map(|x| (0..line.height).all(|y| !line.is_ink(x, y))).collect();
    let mut parts = Vec::new();
    let (mut from, mut joint) = (0, Joint::Nothing);
    while line.width - from > most + most / 3 {
        // The widest gap in the second half of a part, the last of several.
        let (mut gap, mut best) = (0, (0, from + most));
        for x in from + most / 2..=(from + most).min(line.width) {
            if blank.get(x).copied().unwrap_or(true) {
                gap += 1;
                if gap >= best.0 {
                    best = (gap, x + 1 - gap / 2);
                }
            } else {
                gap = 0;
            }
        }
        parts.push((line.cut(from, 0, best.1 - from, line.height), joint));
        from = best.1;
        joint = if best.0 as f32 >= WORD_GAP * line.height as f32 { Joint::Space } else { Joint::Nothing };
    }
    parts.push((line.cut(from, 0, line.width - from, line.height), joint));
    parts
}

fn joined(parts: impl Iterator<Item = (Joint, LineText)>) -> LineText {
    let mut whole = LineText { confidence: 1.0, digits: 1.0, ..LineText::default() };
    let mut letters = 0.0;
    for (joint, part) in parts {
        let count = part.text.chars().count() as f32;
        if count > 0.0 && letters > 0.0 && joint == Joint::Space {
            whole.text.push(' ');
        }
        whole.text.push_str(&part.text);
        whole.confidence = whole.confidence.min(part.confidence);
        whole.digits = whole.digits.min(part.digits);
        whole.mean = (whole.mean * letters + part.mean * count) / (letters + count).max(1.0);
        whole.possibilities.extend(part.possibilities);
        letters += count;
    }
    whole
}

/// The alphabet that the model carries as metadata: the ONNX field `metadata_props` with the key `character`, one character a
/// line (protocol buffers: key, its length as a varint, value).
fn alphabet(model: &[u8]) -> Option<Vec<String>> {
    // It stands behind the weights: looked for from the end.
    let key = model.windows(ALPHABET_KEY.len()).rposition(|window| window == ALPHABET_KEY)?;
    let mut rest = model.get(key + ALPHABET_KEY.len()..)?.iter();
    // Field 2 of an entry, of the kind that has a length.
    if rest.next()? != &0x12 {
        return None;
    }
    let mut length = 0usize;
    for shift in (0..28).step_by(7) {
        let byte = *rest.next()?;
        length |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    let text = std::str::from_utf8(rest.as_slice().get(..length)?).ok()?;
    let characters: Vec<String> = text.split('\n').map(|line| line.trim_end_matches('\r').to_owned()).collect();
    (characters.len() > 100).then_some(characters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accent_that_spanish_has_not_is_the_one_that_it_has() {
        let read = ["Ô", "è", "ı", "ñ", "ü", "É"].map(|letter| spanish(letter.to_owned()));
        assert_eq!(read, ["Ó", "é", "i", "ñ", "ü", "É"]);
    }

    #[test]
    fn what_accents_and_strokes_alone_tell_apart_is_one_letter() {
        for (one, other) in [('l', 'I'), ('Í', 'l'), ('á', 'a'), ('Ú', 'U')] {
            assert_eq!(unaccented(one), unaccented(other));
        }
        for (one, other) in [('ñ', 'n'), ('l', 'i'), ('1', 'l'), ('I', 'J'), ('O', 'o'), ('í', 'l')] {
            assert_ne!(unaccented(one), unaccented(other));
        }
    }

    #[test]
    fn a_long_line_is_cut_between_words() {
        // Words of forty pixels with gaps of eight between them and of one between letters.
        let line = Plane::from_fn(1_000, 20, |x, _| if x % 48 >= 40 || x % 10 == 9 { 255 } else { 0 });
        let parts = in_parts(&line);
        assert_eq!(parts.iter().map(|(part, _)| part.width).sum::<usize>(), 1_000);
        let joints: Vec<Joint> = parts.iter().map(|(_, joint)| *joint).collect();
        assert_eq!((joints[0], joints.len() >= 2), (Joint::Nothing, true));
        assert!(joints.iter().skip(1).all(|joint| *joint == Joint::Space));
        assert!(parts.iter().all(|(part, _)| part.width <= 24 * 20 + 8 * 20));
    }

    #[test]
    fn the_alphabet_is_found_behind_the_weights() {
        let text = (0..130u32).map(|n| char::from_u32(0x100 + n).unwrap().to_string()).collect::<Vec<_>>().join("\n");
        let mut model = b"weights character weights".to_vec();
        model.extend_from_slice(b"character\x12");
        model.push((text.len() & 0x7f) as u8 | 0x80);
        model.push((text.len() >> 7) as u8);
        model.extend_from_slice(text.as_bytes());
        let found = alphabet(&model).unwrap();
        assert_eq!((found.len(), found[0].as_str()), (130, "Ā"));
        assert_eq!(alphabet(b"nothing of the kind"), None);
    }
}
