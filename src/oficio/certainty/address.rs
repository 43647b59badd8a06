//! Address: whether an e-mail address was read for sure.
//!
//! Looks share their errors here (a lost `l`, a `.` that was a speck), so their agreement is not enough: the host has to be
//! the sender's or to spell the entity, what stands before the `@` has to be made of the designee's name, and no other spelling
//! may be nearly as likely by all that the looks held possible.

use std::collections::BTreeSet;

use super::super::columns::edit_distance;
use super::super::value::ReadValue;
use super::spelling::{self, Spelling};
use super::surroundings::{
    ENDINGS, Surroundings, is_exception, is_far_from_exception, is_named, may_have_lost_an_initial, spells_entity,
};
use super::{BLAMEABLE, PLAUSIBLE, agreed, lowest, text};
use crate::tables::{Look, Possibilities, is_in_capitals};

/// The logarithm of the probability below which no spelling is what stands there.
const UNLIKELY: f32 = -5.0;
/// A spelling is so much likelier (natural logarithm) than every other one: than one that is an address of the person, too; than one that
/// has a letter twice that looks lose, or a `_` more; than one that is an address; than one that differs in letters that look alike, which the name tells
/// apart, or a known host; than one that is no address at all, which may be likelier.
const EXPLAINED: f32 = 2.5;
const DOUBLED: f32 = 5.0;
const PARTED: f32 = 4.0;
const POSSIBLE: f32 = 0.0;
const ALIKE: f32 = -1.0;
const MISREAD: f32 = -2.0;
const SENSELESS: f32 = -2.0;
/// The same for a spelling with a comma where this one has a dot, which entities type and looks that know hosts read as a dot: where every look is so
/// clear, and where one is not.
const SHARP: f32 = 0.97;
const DOTTED: f32 = 4.0;
const BLURRED: f32 = 7.0;
/// Letters that an `@` may be taken for.
const ROUND: [char; 12] = ['a', 'e', 'o', 'c', 'd', 'q', 'g', '0', '6', '8', '9', '2'];
/// A host with so many slips is still known as the entity's.
const MOST_SLIPS: usize = 2;
/// The same for what is held against the entity, and the least confidence of every look.
const SURELY: f32 = 6.0;
const CLEARLY: f32 = 0.95;
/// As [`SURELY`], for a comma where a dot would be: its tail is seen or not, and no look takes a dot for it so clearly.
const COMMA: f32 = 5.0;
/// The same for an address that nothing bears out but its host.
const VERY_CLEARLY: f32 = 0.98;
/// What people write before an address.
const LABELS: [&str; 8] =
    ["mailto:", "e-mail:", "email:", "correo:", "correoelectrónico:", "correoelectronico:", "e-mail", "mail:"];
/// What stands before the country in longer hosts. Anything else there («.qob.pe») was misread.
const SECOND_LEVEL: [&str; 7] = ["gob", "edu", "org", "com", "mil", "net", "nom"];

/// The address, when it was read for sure.
pub(super) fn read(value: &ReadValue, about: &Surroundings) -> Option<String> {
    if is_parted(value) {
        return None;
    }
    let sender = about.sender.and_then(|sender| sender.rsplit_once('@')).map(|(_, host)| host.to_lowercase());
    let sender = sender.filter(|host| !is_listed(host, &about.words.consumer_hosts));
    let known: Vec<&str> = about.hosts_beside.iter().map(String::as_str).chain(sender.as_deref()).collect();
    let read: BTreeSet<String> = value.looks.iter().flat_map(|look| [written(look), upright(look)]).collect();
    let dressed: Vec<(&Possibilities, [String; 2])> =
        value.looks.iter().map(|look| (&look.possibilities, dress(look))).collect();
    let hosts: Vec<&str> = known.iter().copied().chain([about.words.exception_host.as_str()]).collect();
    let spellings = spelling::spellings(&dressed, &read, &hosts);
    let candidates: Vec<Candidate> = spellings.iter().map(|own| Candidate::new(own, &known, about)).collect();
    let votes = |address: &str| value.looks.iter().filter(|look| shape(&written(look)) == shape(address)).count();
    let dotted = if lowest(&value.looks) >= SHARP { DOTTED } else { BLURRED };
    let sure = |own: &&Candidate| {
        own.likelihood >= UNLIKELY
            && read.contains(own.address)
            && candidates.iter().all(|other| own.address == other.address || own.outdoes(other, dotted))
    };
    if let Some(own) = candidates.iter().find(|own| own.sense == Sense::Explained).filter(sure) {
        let lost =
            own.host.is_some_and(|host| sender.as_deref() != Some(host) && may_have_lost_an_initial(host, about));
        let digits = own.local.map_or(0, digits);
        return (!lost && (digits == 0 || votes(own.address) >= 3)).then(|| own.address.to_owned());
    }
    if let Some(own) = surely_wrong(value, &candidates, &known, &hosts, about) {
        return Some(own);
    }
    if let Some(own) = clear(value, &candidates, about) {
        return Some(own);
    }
    // An address at a provider that is for nobody's office is held against the entity: every look has to say it clearly.
    let own = candidates.iter().find(|own| own.sense != Sense::None).filter(sure)?;
    let (local, host) = (own.local?, own.host?);
    let private = is_listed(host, &about.words.consumer_hosts);
    let all = votes(own.address) >= 3 && lowest(&value.looks) >= BLAMEABLE;
    // An address at the provider of the exception may be the exception misread: nothing of the entity is in it, or no spelling that would be
    // one is nearly as likely.
    let no_exception = || {
        let explained = candidates.iter().filter(|other| other.sense == Sense::Explained);
        lowest(&value.looks) >= CLEARLY && is_far_from(own, explained, SURELY)
    };
    let far = host != about.words.exception_host || is_far_from_exception(local, about) || no_exception();
    (private && all && far).then(|| own.address.to_owned())
}

/// What every look reads alike and very clearly, at a host that is known, when no other spelling is nearly as likely or would be the
/// person's: an address that is not made of the name beside it (another person's, an office's of its own name) stands there none the
/// less.
fn clear(value: &ReadValue, candidates: &[Candidate], about: &Surroundings) -> Option<String> {
    let read = written(value.looks.first()?);
    let alike = value.looks.len() >= 3 && value.looks.iter().all(|look| written(look) == read);
    let own = candidates.iter().find(|candidate| candidate.address == read)?;
    let (local, host) = (own.local?, own.host?);
    let certain = |digit: char| !['0', '1'].contains(&digit);
    let alone = candidates
        .iter()
        .filter(|other| shape(other.address) != shape(own.address))
        .all(|other| own.likelihood - other.likelihood >= SURELY && other.sense != Sense::Explained);
    let whole = own.sense == Sense::Possible && own.host_is_known && !may_have_lost_an_initial(host, about);
    (alike && whole && alone && local.chars().all(certain) && lowest(&value.looks) >= VERY_CLEARLY).then_some(read)
}

/// What every look reads clearly and alike and is no address of an office (`z.riosmunitambo.gob.pe`, `zrios@@munitambo.gob.pe`, `zrios@munitambo.gop.pe`,
/// `zrios@munitambo.gob,pe`), when nothing that would be one is nearly as likely, or looks like it.
fn surely_wrong(
    value: &ReadValue,
    candidates: &[Candidate],
    known: &[&str],
    hosts: &[&str],
    about: &Surroundings,
) -> Option<String> {
    let before_host = |text: &str| {
        hosts.iter().find_map(|host| Some((text.strip_suffix(host)?.to_owned(), *host))).filter(|_| !text.contains('@'))
    };
    // Without an `@` no spelling tells which letter an upright stroke is; the name does.
    let stroke = |look: &Look| before_host(&upright(look)).is_some_and(|(local, _)| is_named(&local, about));
    let said = |look: &Look| if stroke(look) { upright(look) } else { written(look) };
    let own = said(value.looks.first()?);
    let all = value.looks.len() >= 3 && value.looks.iter().all(|look| said(look) == own);
    let plain = own.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-@,".contains(letter));
    let read = candidates.iter().find(|candidate| candidate.address == own)?;
    // A dot at its end or two of them may be specks. Where there is no `@`, spellings that have one before the host were tried.
    // A host that is far from every known one may be a part of one, of which a line was lost, or two cells that run into each other.
    let near = |host: &str| known.iter().any(|other| (1..=MOST_SLIPS).contains(&edit_distance(host, other)));
    let whole = match own.split_once('@') {
        Some((local, host)) if host.starts_with('@') => {
            let host = host.trim_start_matches('@');
            is_address(local, host) && known.contains(&host)
        }
        Some((local, host)) => is_address(&local.replace(',', "."), &host.replace(',', ".")) && near(host),
        None => before_host(&own).is_some_and(|(local, host)| {
            local.ends_with(char::is_alphanumeric) && !is_at_misread(&local, host, candidates)
        }),
    };
    let others = candidates.iter().filter(|other| other.sense != Sense::None && other.address != own);
    let far = is_far_from(read, others, if own.contains(',') { COMMA } else { SURELY });
    (all && plain && whole && far && read.sense == Sense::None && lowest(&value.looks) >= CLEARLY).then_some(own)
}

/// Whether the last letter before the host may be an `@`: it is as round, and without it the person would have the address.
fn is_at_misread(local: &str, host: &str, candidates: &[Candidate]) -> bool {
    let explained = |other: &&Candidate| other.sense == Sense::Explained && other.host == Some(host);
    candidates.iter().filter(explained).any(|other| {
        let letter = other.local.and_then(|own| local.strip_prefix(own)).map(str::chars);
        letter
            .is_some_and(|mut rest| rest.next().is_some_and(|letter| ROUND.contains(&letter)) && rest.next().is_none())
    })
}

/// Whether none of the other spellings is nearly as likely or looks like this one, and none that the person would have differs from it in a
/// dot or the like, which looks lose or see in a speck. (What stands before the `@` with a `_` for a dot is another matter: both are seen.)
fn is_far_from<'a>(own: &Candidate, mut others: impl Iterator<Item = &'a Candidate<'a>>, least: f32) -> bool {
    others.all(|other| {
        own.likelihood - other.likelihood >= least
            && !spelling::look_alike(own.address, other.address)
            && !(other.sense == Sense::Explained && may_differ_by_a_speck(own, other))
    })
}

fn may_differ_by_a_speck(own: &Candidate, other: &Candidate) -> bool {
    let is_seen = own.host == other.host && own.address.len() == other.address.len();
    spelling::has_same_letters(own.address, other.address) && !is_seen
}

/// What speaks for a spelling beside the looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sense {
    /// It is no address.
    None,
    /// It may be an address.
    Possible,
    /// Its host is known or spells the entity, and what stands before the `@` is of the name.
    Explained,
}

/// A spelling that the address may have.
struct Candidate<'a> {
    address: &'a str,
    likelihood: f32,
    local: Option<&'a str>,
    host: Option<&'a str>,
    /// Whether the host is the sender's or another row's.
    host_is_known: bool,
    sense: Sense,
}

impl<'a> Candidate<'a> {
    fn new(spelling: &'a Spelling, known: &[&str], about: &Surroundings) -> Candidate<'a> {
        let address = spelling.address.as_str();
        let (local, host) = address.split_once('@').unzip();
        let sense = match local.zip(host) {
            Some((local, host)) if is_address(local, host) => {
                let explained = if is_listed(host, &about.words.consumer_hosts) {
                    host == about.words.exception_host && is_exception(local, about)
                } else {
                    let hosted = known.contains(&host) || spells_entity(host, about.entity);
                    // A number stands behind a name, not before it.
                    let begins_well = local.starts_with(|letter: char| letter.is_ascii_alphabetic());
                    is_institutional(host) && hosted && begins_well && is_named(local, about)
                };
                let possible = is_listed(host, &about.words.consumer_hosts) || is_institutional(host);
                // Two cells are two pictures: the same address in both was read twice.
                let twice = about.addresses_beside.iter().any(|other| other == address);
                match (explained || (twice && possible), possible) {
                    (true, _) => Sense::Explained,
                    (_, true) => Sense::Possible,
                    _ => Sense::None,
                }
            }
            _ => Sense::None,
        };
        let host_is_known = host.is_some_and(|host| known.contains(&host));
        Candidate { address, likelihood: spelling.likelihood, local, host, host_is_known, sense }
    }

    /// Whether it is the person's at a known host, and the other spelling the same with a letter of the host like another one.
    fn has_known_host_misread_in(&self, other: &Candidate) -> bool {
        let is_persons = self.sense == Sense::Explained && self.host_is_known && !other.host_is_known;
        let is_same_local = self.local.map(shape) == other.local.map(shape);
        is_persons && is_same_local && spelling::look_alike(&shape(self.address), &shape(other.address))
    }

    /// Whether it is so much likelier than another spelling that the other one is not what stands there: by `dotted` than one with commas for its dots.
    fn outdoes(&self, other: &Candidate, dotted: f32) -> bool {
        let apart = self.likelihood - other.likelihood;
        match other.sense {
            Sense::None if spelling::has_commas_for_dots(self.address, other.address) => apart >= dotted,
            Sense::None => apart >= SENSELESS,
            _ if shape(self.address) == shape(other.address) && digits(other.address) > digits(self.address) => {
                apart >= ALIKE
            }
            Sense::Possible if shape(self.address) == shape(other.address) => apart >= ALIKE,
            // A host that nobody else has and that looks like the one of the others is that one, misread in a look.
            Sense::Possible if self.has_known_host_misread_in(other) => apart >= MISREAD,
            Sense::Possible => apart >= POSSIBLE,
            // That a host is known says more than that it may be spelt of the entity's words.
            Sense::Explained if self.host_is_known && !other.host_is_known => apart >= POSSIBLE,
            // Looks lose one of two like letters together.
            Sense::Explained if spelling::doubles_a_narrow_letter(self.address, other.address) => apart >= DOUBLED,
            Sense::Explained if spelling::parts_more(self.address, other.address) => {
                apart >= if spelling::parts_twice(other.address) { EXPLAINED } else { PARTED }
            }
            Sense::Explained => apart >= EXPLAINED,
        }
    }
}

/// Whether most looks saw white between two letters of a line: a `_` or a hyphen was there that left no ink. White beside a sign or a label's
/// colon says nothing.
fn is_parted(value: &ReadValue) -> bool {
    let parted = |line: &String| {
        line.match_indices(' ').any(|(at, _)| {
            let (before, after) = (line.get(..at).unwrap_or_default(), line.get(at..).unwrap_or_default());
            let is_label = LABELS.contains(&before.trim().to_lowercase().as_str());
            !is_label
                && before.trim_end().ends_with(char::is_alphanumeric)
                && after.trim_start().starts_with(char::is_alphanumeric)
        })
    };
    2 * value.looks.iter().filter(|look| look.lines.iter().any(parted)).count() > value.looks.len()
}

/// The lines of an address that was read for sure, as a look that says it has them, but broken after hyphens only.
pub(super) fn broken_at_hyphens(value: &ReadValue) -> Vec<String> {
    let [address] = value.lines.as_slice() else { return value.lines.clone() };
    let says_it = |look: &&Look| [written(look), upright(look)].contains(address);
    let Some(look) = value.looks.iter().filter(says_it).max_by_key(|look| look.lines.len()) else {
        return value.lines.clone();
    };
    let [label, _] = dress(look);
    let mut read = 0;
    let ends = look.lines.iter().map(|line| {
        read += line.chars().filter(|letter| !letter.is_whitespace()).count();
        (line, read)
    });
    let hyphens: Vec<usize> = ends.filter(|(line, _)| line.ends_with('-')).map(|(_, end)| end).collect();
    let first = label.chars().count() + 1;
    let with_break = |(letter, place)| [Some(letter), hyphens.contains(&place).then_some('\n')];
    let broken: String = address.chars().zip(first..).flat_map(with_break).flatten().collect();
    broken.lines().map(str::to_owned).collect()
}

/// The address that two looks read alike.
pub(super) fn agreed_on(value: &ReadValue) -> Option<String> {
    let (look, votes) = agreed(&value.looks, written)?;
    let address = written(look);
    let (local, host) = address.split_once('@')?;
    (votes >= 2 && look.confidence >= PLAUSIBLE && is_address(local, host)).then_some(address)
}

/// The host of an address that two looks read alike, whatever stands before the `@`.
pub(super) fn host(value: &ReadValue) -> Option<String> {
    let host = |look: &Look| written(look).split_once('@').map(|(_, host)| host.to_owned());
    let (look, votes) = agreed(&value.looks, |look| host(look).unwrap_or_default())?;
    host(look)
        .filter(|host| votes >= 2 && look.confidence >= PLAUSIBLE && is_address("a", host) && is_institutional(host))
}

/// What a look says, in the letters that it said it in, without labels and brackets.
fn as_read(look: &Look) -> String {
    let text = text(look);
    // A full stop may follow it.
    let text = text.trim_matches(['*', '<', '>', '(', ')', '[', ']', ',', ';']).trim_end_matches('.');
    let label = LABELS.iter().find_map(|label| {
        let start = text.get(..label.len())?;
        start.to_lowercase().starts_with(label).then(|| text.get(label.len()..)).flatten()
    });
    label.unwrap_or(text).to_owned()
}

fn written(look: &Look) -> String {
    as_read(look).to_lowercase()
}

fn digits(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
}

/// An address with the letters that look alike in most fonts made one: `1`, `l` and `I`, `0` and `O`.
fn shape(address: &str) -> String {
    address.replace('1', "l").replace('0', "o")
}

/// What a look says before and after the address.
fn dress(look: &Look) -> [String; 2] {
    let (whole, own) = (text(look), as_read(look));
    let (before, after) = whole.split_once(own.as_str()).unwrap_or_default();
    [before.to_owned(), after.to_owned()]
}

/// With every capital `I` for the small `l` that it may be, unless all its letters are capitals.
fn upright(look: &Look) -> String {
    let text = as_read(look);
    if is_in_capitals(&text) { text.to_lowercase() } else { text.replace('I', "l").to_lowercase() }
}

fn is_address(local: &str, host: &str) -> bool {
    let plain =
        |text: &str, more: &str| text.chars().all(|letter| letter.is_ascii_alphanumeric() || more.contains(letter));
    let ends_well = |text: &str| text.starts_with(char::is_alphanumeric) && text.ends_with(char::is_alphanumeric);
    let whole = !local.contains("..") && !host.contains("..");
    plain(local, "._+-") && plain(host, ".-") && ends_well(local) && ends_well(host) && whole
}

fn is_institutional(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    let second = match labels.as_slice() {
        [_, .., second, "pe"] => SECOND_LEVEL.contains(second),
        _ => true,
    };
    second && ENDINGS.iter().any(|ending| host.len() > ending.len() && host.ends_with(ending))
}

/// Whether a host is on a list in which `*` stands for any ending.
fn is_listed(host: &str, list: &[String]) -> bool {
    list.iter().any(|entry| match entry.strip_suffix('*') {
        Some(start) => host.starts_with(start),
        None => entry == host,
    })
}
