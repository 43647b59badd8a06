//! A group of letters as a row of beginnings of words.

use crate::rules::nombres::PARTICLES;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Any,
    /// As in the name; words may be left out.
    Kept,
}

/// Whether the group is a row of beginnings of the words, each word used once, particles allowed before them, such that
/// `enough` says yes to how many letters of each word were used.
///
/// The search is bounded: names have few words, and it stops after so many steps with `false`.
pub(super) fn segments(group: &str, words: &[String], order: Order, enough: impl Fn(&[usize]) -> bool) -> bool {
    const STEPS: usize = 5_000;
    const MOST_WORDS: usize = 16;
    if words.len() > MOST_WORDS {
        return false;
    }
    let mut open: Vec<(usize, Vec<usize>, usize)> = vec![(0, vec![0; words.len()], 0)];
    for _ in 0..STEPS {
        let Some((place, used, first_free)) = open.pop() else { return false };
        let Some(rest) = group.get(place..) else { continue };
        if rest.is_empty() {
            if enough(&used) {
                return true;
            }
            continue;
        }
        for particle in PARTICLES {
            // A lone «e» or «y» is no particle of a group but an initial.
            if particle.len() > 1 && rest.starts_with(particle) {
                open.push((place + particle.len(), used.clone(), first_free));
            }
        }
        for (index, word) in words.iter().enumerate() {
            let free = used.get(index) == Some(&0) && (order == Order::Any || index >= first_free);
            if !free {
                continue;
            }
            let common = rest.bytes().zip(word.bytes()).take_while(|(a, b)| a == b).count();
            for length in 1..=common {
                let mut used = used.clone();
                if let Some(part) = used.get_mut(index) {
                    *part = length;
                }
                open.push((place + length, used, index + 1));
            }
        }
    }
    false
}
