//! Siglas: the letters in an oficio's number that stand for the entity and its offices («MPRQ» of «0965-2026-ALC/MPRQ»).
//!
//! In a picture one capital is read for another that looks like it, by every look alike, and no word tells which it is. The entity's initials
//! and the hosts of its addresses, which are other ink, do. Where they say nothing, what was read is left as it is.

use super::Oficio;
use super::designee::Cuadro;
use super::value::OficioDatum;
use crate::documents::{Document, TextLayer};
use crate::form::fold;

/// Capitals that look alike.
const ALIKE: [(char, char); 9] =
    [('O', 'Q'), ('O', 'D'), ('O', 'C'), ('C', 'G'), ('I', 'J'), ('I', 'L'), ('I', 'T'), ('E', 'F'), ('U', 'V')];
/// Fewer letters are found among an entity's initials by chance; a host's name may be shorter.
const FEWEST_INITIALS: usize = 3;
const SHORTEST_HOST: usize = 2;

/// The groups of letters of an oficio's number, small: «disa», «dg» of «0916-2026-DISA/DG».
pub(super) fn groups(number: &str) -> Vec<String> {
    let groups = number.split(|letter: char| !letter.is_alphabetic()).filter(|group| group.chars().count() >= 2);
    groups.map(str::to_lowercase).collect()
}

/// Puts a letter of a number that was read from a picture right where the entity's initials, or the host of an address, have one that looks like it.
pub(super) fn settle(oficio: &mut Oficio, document: &Document) {
    let Some(entity) = oficio.entity.value() else { return };
    let known = Known::of(entity, &oficio.cuadro);
    let OficioDatum::Found { value, read } = &mut oficio.number else { return };
    let is_recognised =
        document.pages.iter().any(|page| page.number == read.evidence.page && page.text_layer == TextLayer::Recognised);
    if is_recognised {
        *value = settled(value, &known);
    }
}

/// What siglas are made of.
struct Known {
    initials: String,
    /// The first label of each address's host.
    hosts: Vec<String>,
}

impl Known {
    fn of(entity: &str, cuadro: &Cuadro) -> Known {
        let small = ["de", "del", "la", "las", "los", "el", "y", "e", "en", "para"];
        let entity = fold(entity);
        let words = entity.split(' ').filter(|word| !small.contains(word));
        let addresses = cuadro.rows().iter().filter_map(|row| Some(row.correo.as_ref()?.lines.concat()));
        let host = |address: String| address.rsplit_once('@')?.1.split('.').next().map(str::to_uppercase);
        Known {
            initials: words.filter_map(|word| word.chars().next()).collect::<String>().to_uppercase(),
            hosts: addresses.filter_map(host).collect(),
        }
    }

    fn has(&self, siglas: &str) -> bool {
        siglas.len() >= FEWEST_INITIALS && self.initials.contains(siglas)
            || siglas.len() >= SHORTEST_HOST && self.hosts.iter().any(|host| host == siglas)
    }
}

fn settled(number: &str, known: &Known) -> String {
    let mut settled = String::new();
    let is_capital = |letter: char| letter.is_ascii_uppercase();
    let mut rest = number;
    while let Some(start) = rest.find(is_capital) {
        let (before, after) = rest.split_at(start);
        let (group, after) = after.split_at(after.find(|letter| !is_capital(letter)).unwrap_or(after.len()));
        settled.push_str(before);
        settled.push_str(&other_reading(group, known).unwrap_or_else(|| group.to_owned()));
        rest = after;
    }
    settled + rest
}

/// The siglas with one letter otherwise, when these are known and those that were read are not.
fn other_reading(group: &str, known: &Known) -> Option<String> {
    if known.has(group) {
        return None;
    }
    let pairs = ALIKE.into_iter().flat_map(|(one, other)| [(one, other), (other, one)]);
    let mut readings = pairs.flat_map(|(read, meant)| {
        group.match_indices(read).filter_map(move |(at, _)| {
            let (before, after) = group.split_at_checked(at)?;
            Some(format!("{before}{meant}{}", after.strip_prefix(read)?))
        })
    });
    readings.find(|reading| known.has(reading))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(entity: &str, host: &str) -> Known {
        Known { hosts: vec![host.to_owned()], ..Known::of(entity, &Cuadro::Missing) }
    }

    #[test]
    fn a_letter_that_looks_alike_is_put_right_by_the_entitys_initials_or_its_host() {
        let municipality = known("Municipalidad Provincial de Río Quieto", "MUNIRIOQUIETO");
        assert_eq!(settled("0965-2026-ALC/MPRO", &municipality), "0965-2026-ALC/MPRQ");
        let court = known("Corte Superior de Justicia de Yanapuquio", "PJ");
        assert_eq!(settled("668-2026-P-CSJYA-PI", &court), "668-2026-P-CSJYA-PJ");
        assert_eq!(settled("D000668-2026-P-CSIY-PJ", &court), "D000668-2026-P-CSJY-PJ");
    }

    #[test]
    fn siglas_that_nothing_bears_out_stay_as_they_were_read() {
        let municipality = known("Municipalidad Provincial de Río Quieto", "MUNIRIOQUIETO");
        for number in ["045-2026-GM", "045-2026-MPRO-1/GAF", "045-2026-MPR/OC", "045-2026-mpro", "045-2026"] {
            let expected = number.replace("MPRO", "MPRQ");
            assert_eq!(settled(number, &municipality), expected);
        }
    }

    #[test]
    fn groups_have_two_letters_at_least() {
        assert_eq!(groups("0916-2026-DISA/DG-A"), ["disa", "dg"]);
    }
}
