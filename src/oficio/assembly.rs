//! Assembly: the parts of this room put together into one [`Oficio`].

use std::borrow::Cow;

use super::columns::HeaderWords;
use super::cuadro::{self, ReadCuadro, is_sheet};
use super::designee::{Cuadro, Field};
use super::elsewhere;
use super::letter::{Letter, Line, begins_with};
use super::presence::{self, Kind};
use super::undated;
use super::value::{Evidence, OficioDatum};
use super::witnesses::{self, Standing};
use super::{
    Oficio, Presence, Signature, Unreadable, body, certainty, date, entity, evidence, number, people, prose, siglas,
    signature,
};
use crate::documents::{Bounds, Document, Format, PictureKind, TextLayer, Trouble};
use crate::form::{Form, Term, fold};
use crate::mail::Mail;

/// Files of one mail that are looked at.
const MOST_DOCUMENTS: usize = 100;
/// Points; a heading and two people in the smallest print are higher.
const LOWEST_TABLE: f32 = 36.0;

/// How the notes begin that the form has under the cuadro, folded.
const NOTES: [&str; 5] = [
    "consideraciones para completar",
    "todos los campos son",
    "debe colocarse unicamente",
    "no modificar este campo",
    "nota",
];

/// Points below a table within which its next row would stand.
const ROW_BELOW: f32 = 30.0;

/// Puts together the oficio of one mail, or of bare documents when there is no mail.
pub fn assemble(mail: Option<&Mail>, documents: &[Document], form: &Form) -> Oficio {
    let upright: Vec<Cow<Document>> = documents.iter().take(MOST_DOCUMENTS).map(Document::upright).collect();
    let all: Vec<&Document> = upright.iter().map(Cow::as_ref).collect();
    let mut oficio = of_upright(mail, &all, form);
    evidence::as_seen(&mut oficio, documents);
    if documents.len() > MOST_DOCUMENTS {
        oficio.doubts.push("El correo trae más archivos de los que se revisan.".to_owned());
    }
    oficio
}

/// As [`assemble`], of documents whose pages all stand upright.
fn of_upright(mail: Option<&Mail>, all: &[&Document], form: &Form) -> Oficio {
    let words = HeaderWords::new(&form.columns);
    let cuadros: Vec<Option<ReadCuadro>> = all.iter().map(|document| cuadro::find(document, &words, form)).collect();
    let kinds: Vec<Kind> = all
        .iter()
        .zip(&cuadros)
        .map(|(document, cuadro)| presence::kind(document, cuadro.as_ref(), mail, form))
        .collect();
    let chosen = presence::choose(all, &kinds, &cuadros);
    let photos = Photos::of(all, &chosen);
    let mut oficio = match (photos.merged.as_ref(), chosen.first().and_then(|index| all.get(*index))) {
        (Some(merged), _) => {
            read_letter(merged, cuadro::find(merged, &words, form), all, &kinds, &cuadros, &chosen, form)
        }
        (None, Some(document)) => {
            let own = chosen.first().and_then(|index| cuadros.get(*index)).cloned().flatten();
            read_letter(document, own, all, &kinds, &cuadros, &chosen, form)
        }
        (None, None) => without_letter(mail, all, &kinds, &cuadros, form),
    };
    photos.name_pages(&mut oficio);
    let sender = mail.and_then(|mail| mail.from.first()).map(|sender| sender.address.to_lowercase());
    certainty::judge(&mut oficio, sender.as_deref(), form);
    let has_oficio = !chosen.is_empty();
    for (document, kind) in all.iter().zip(&kinds) {
        // What is left of a damaged file may look like anything: without an oficio beside it, it may have been the oficio.
        let unread = *kind == Kind::Unreadable || (!has_oficio && presence::is_broken(document));
        if unread && presence::matters(document, has_oficio) {
            oficio.unreadable.push(Unreadable {
                document: document.name.clone(),
                reason: presence::reason(document).to_owned(),
                remedy: presence::remedy(document).to_owned(),
            });
        }
    }
    for (index, document) in all.iter().enumerate() {
        let beside = has_oficio && !chosen.contains(&index) && cuadros.get(index).is_some_and(Option::is_none);
        if beside && cuadro::unread_people(document) {
            oficio.doubts.push(format!(
                "«{}» trae filas con datos de personas y sin cabecera: pueden ser del cuadro del oficio.",
                document.name
            ));
        }
    }
    let said = body::doubts(mail, all, &oficio);
    oficio.doubts.extend(said);
    oficio
}

/// The oficio of one document (or of several photos merged into one).
fn read_letter(
    document: &Document,
    own: Option<ReadCuadro>,
    all: &[&Document],
    kinds: &[Kind],
    cuadros: &[Option<ReadCuadro>],
    chosen: &[usize],
    form: &Form,
) -> Oficio {
    let areas: Vec<(&str, u32, Bounds)> = own
        .iter()
        .flat_map(|cuadro| cuadro.areas.iter().map(|(page, bounds)| (document.name.as_str(), *page, *bounds)))
        .collect();
    let letter = Letter::without(&[document], &areas);
    let mut oficio = Oficio {
        document: Some(document.name.clone()),
        number: number::find(&letter, form),
        date: date::find(&letter, form),
        entity: entity::find(&letter, form),
        signature: signature::find(&[document], &letter),
        ..Oficio::default()
    };
    let others: Vec<(usize, Standing, &ReadCuadro)> = (0..all.len())
        .filter(|index| !chosen.contains(index))
        .filter_map(|index| {
            let standing = standing(*kinds.get(index)?, all.get(index)?)?;
            Some((index, standing, cuadros.get(index)?.as_ref()?))
        })
        .collect();
    doubt_what_was_not_read(document, own.as_ref(), &letter, &mut oficio, form);
    doubt_second_letters(&letter, all, kinds, cuadros, chosen, &mut oficio, form);
    borrow_from_draft(document, all, kinds, &mut oficio, form);
    let heard: Vec<(Standing, &ReadCuadro)> = others.iter().map(|(_, standing, cuadro)| (*standing, *cuadro)).collect();
    hear(own, heard, &mut oficio, form);
    siglas::settle(&mut oficio, document);
    if names_substitutes(document, &letter) {
        oficio.doubts.push("El oficio nombra suplentes o alternos: falta saber a quiénes se da acceso.".to_owned());
    }
    if oficio.cuadro == Cuadro::Missing && (cuadro::unread_people(document) || prose::may_be_a_table(&letter)) {
        oficio.doubts.push("El oficio trae datos de personas que no están en un cuadro con cabecera.".to_owned());
    }
    if pictures_a_table(document, &letter, &oficio.cuadro) {
        oficio.doubts.push(match oficio.cuadro {
            Cuadro::Missing => "El cuadro puede estar en una imagen pegada en el oficio, que no se leyó.".to_owned(),
            Cuadro::Found { .. } => {
                "Junto al cuadro hay una imagen tan grande como una tabla, que no se leyó.".to_owned()
            }
        });
    }
    if oficio.cuadro == Cuadro::Missing && has_heading(&letter) {
        oficio.doubts.push("El oficio tiene la cabecera de un cuadro cuyas filas no se pudieron leer.".to_owned());
    }
    oficio
}

/// What a mail without an oficio gives.
fn without_letter(
    mail: Option<&Mail>,
    all: &[&Document],
    kinds: &[Kind],
    cuadros: &[Option<ReadCuadro>],
    form: &Form,
) -> Oficio {
    let mut oficio = Oficio {
        presence: Presence::Absent { linked: mail.is_some_and(presence::is_linked) },
        signature: Signature::Unknown,
        ..Oficio::default()
    };
    let heard: Vec<(Standing, &ReadCuadro)> = (0..all.len())
        .filter_map(|index| {
            let standing = standing(*kinds.get(index)?, all.get(index)?)?;
            Some((standing, cuadros.get(index)?.as_ref()?))
        })
        .collect();
    hear(None, heard, &mut oficio, form);
    let written_in_mail = all.iter().zip(kinds).zip(cuadros).any(|((document, kind), cuadro)| {
        *kind == Kind::Body && (cuadro.is_some() || lists_people(&Letter::of(&[document])))
    }) || mail.is_some_and(|mail| mentions_dni(&mail.body_text));
    if written_in_mail {
        oficio.doubts.push("Los datos están escritos en el correo y no en un oficio firmado.".to_owned());
    }
    oficio
}

/// Settles the cuadro: the oficio's own, else the best of the other files'.
fn hear(own: Option<ReadCuadro>, mut others: Vec<(Standing, &ReadCuadro)>, oficio: &mut Oficio, form: &Form) {
    let main = own.or_else(|| {
        let best = others.iter().enumerate().min_by_key(|(index, (standing, cuadro))| {
            (
                *standing != Standing::Table,
                cuadro.rows.is_empty(),
                !is_sheet(cuadro.format),
                cuadro.missing.len(),
                *index,
            )
        })?;
        let (_, taken) = others.remove(best.0);
        let mut taken = taken.clone();
        if taken
            .others
            .iter()
            .any(|other| other.rows.iter().any(|row| !taken.rows.iter().any(|mine| people::same(mine, row))))
        {
            taken.doubts.push(format!("«{}» trae más de un cuadro, con personas distintas.", taken.document));
        } else if taken.others.iter().any(|other| people::differ(&taken.rows, &other.rows, form)) {
            taken.doubts.push(format!("«{}» trae más de un cuadro, con datos distintos.", taken.document));
        }
        Some(taken)
    });
    let Some(main) = main else { return };
    let told = witnesses::hear(main, &others, form);
    oficio.cuadro = told.cuadro;
    oficio.discrepancies = told.discrepancies;
    oficio.lost_zeros = told.lost_zeros;
    oficio.doubts.extend(told.doubts);
}

fn standing(kind: Kind, document: &Document) -> Option<Standing> {
    match kind {
        Kind::Table => Some(Standing::Table),
        Kind::Letter if presence::is_editable(document.format) => Some(Standing::Draft),
        Kind::Letter => Some(Standing::Letter),
        Kind::Scan | Kind::Annex => Some(Standing::Table),
        Kind::Body | Kind::Logo | Kind::Unreadable => None,
    }
}

/// Pages that are pictures, limits that cut: said only where what was not read could change the answer.
fn doubt_what_was_not_read(
    document: &Document,
    own: Option<&ReadCuadro>,
    letter: &Letter,
    oficio: &mut Oficio,
    form: &Form,
) {
    let unread: Vec<u32> =
        document.pages.iter().filter(|page| presence::is_unread(document, page)).map(|page| page.number).collect();
    let recognised = document.pages.iter().any(|page| page.text_layer == TextLayer::Recognised);
    if presence::is_broken(document) {
        oficio.doubts.push(format!("«{}» no se leyó completo. {}", document.name, presence::reason(document)));
    }
    let pages = |pages: &[u32]| pages.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match own {
        None if !unread.is_empty() || recognised => {
            oficio.doubts.push(format!(
                "El cuadro del propio oficio no se pudo leer: «{}» está escaneado o es una imagen.",
                document.name
            ));
        }
        Some(cuadro) => {
            let words = HeaderWords::new(&form.columns);
            if cuadro::leaves_people_out(document, cuadro, &words) {
                oficio.doubts.push(
                    "Aparte del cuadro hay filas con datos de personas y sin cabecera: pueden ser suyas.".to_owned(),
                );
            }
            if let Some(next) = goes_on_unread(cuadro, letter, &unread) {
                oficio.doubts.push(format!(
                    "El cuadro puede continuar en la página {next}, que es una imagen y no se pudo leer."
                ));
            }
            if let Some(next) = goes_on_without_lines(cuadro, letter, document, form) {
                oficio
                    .doubts
                    .push(format!("El cuadro parece continuar en la página {next}, donde no se distinguen sus filas."));
            }
            if has_a_row_below(cuadro, letter, form) {
                oficio.doubts.push("Debajo del cuadro hay datos que pueden ser de otra de sus filas.".to_owned());
            }
            // Its rules may be paler than those of its headings.
            if cuadro.recognised && cuadro.rows.is_empty() {
                oficio.doubts.push("En la imagen del oficio no se distinguen las filas del cuadro.".to_owned());
            }
            // Where it is whole, how surely its values were read tells the rest (see `certainty`).
            if cuadro.recognised
                && !cuadro.missing.is_empty()
                && !elsewhere::is_whole_as_drawn(document, cuadro, &words)
            {
                oficio.doubts.push(certainty::unseen_columns(&cuadro.missing));
            }
        }
        None => {}
    }
    if oficio.signature == Signature::NotSeen {
        oficio.doubts.push("En la imagen del oficio no se distingue la firma.".to_owned());
    }
    let first = document.pages.first();
    let head_is_picture = first.is_some_and(|page| page.text_layer != TextLayer::Drawn);
    if matches!(oficio.entity, OficioDatum::Missing) && !head_is_picture && has_picture_in_head(document, letter) {
        oficio.doubts.push("El nombre de la entidad puede estar en la imagen del membrete, que no se leyó.".to_owned());
    }
    let undated = || unread.is_empty() && undated::is_sure(document, letter);
    let missing = [
        ("el número", matches!(oficio.number, OficioDatum::Missing), head_is_picture),
        ("la fecha", matches!(oficio.date, OficioDatum::Missing) && !undated(), head_is_picture || !unread.is_empty()),
        ("la entidad", matches!(oficio.entity, OficioDatum::Missing), head_is_picture),
    ];
    let hidden: Vec<&str> =
        missing.iter().filter(|(_, missing, picture)| *missing && *picture).map(|(name, _, _)| *name).collect();
    if !hidden.is_empty() {
        oficio.doubts.push(match unread.as_slice() {
            [] => format!("En la imagen del oficio no se distingue {}.", hidden.join(" ni ")),
            [one] => format!("Falta leer {} del oficio: la página {one} es una imagen.", listed(&hidden)),
            some => format!("Falta leer {} del oficio: las páginas {} son imágenes.", listed(&hidden), pages(some)),
        });
    }
}

/// Whether a picture stands above the address of the first page: a letterhead that was drawn, and names who writes.
fn has_picture_in_head(document: &Document, letter: &Letter) -> bool {
    let Some(first) = document.pages.first() else { return false };
    let address = letter.lines.get(letter.address).filter(|line| line.page == first.number);
    let end = address.map_or(first.height / 3.0, |line| line.bounds.top);
    first.pictures.iter().any(|picture| picture.bounds.top < end)
}

/// `a, b y c`.
fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} y {last}", first.join(", ")),
    }
}

/// The page after the cuadro's last one, when the cuadro is the last thing on its page, is not complete, and nothing on the next
/// page was read as its rest: a table without lines may go on there.
fn goes_on_without_lines(cuadro: &ReadCuadro, letter: &Letter, document: &Document, form: &Form) -> Option<u32> {
    let (page, bounds) = cuadro.areas.iter().max_by(|a, b| a.0.cmp(&b.0).then(a.1.bottom.total_cmp(&b.1.bottom)))?;
    let next = document.pages.iter().find(|other| other.number == page + 1 && !other.lines.is_empty())?.number;
    let below = || letter.lines.iter().filter(|line| line.page == *page && line.bounds.top >= bounds.bottom - 2.0);
    // The form's own notes stand under the cuadro: after them nothing of it comes.
    if below().any(|line| begins_with(&fold(line.text), &NOTES)) {
        return None;
    }
    (below().count() < 3 && !names_every_profile(cuadro, form) && !is_sheet(cuadro.format)).then_some(next)
}

fn names_every_profile(cuadro: &ReadCuadro, form: &Form) -> bool {
    form.profiles.iter().all(|profile| {
        cuadro.rows.iter().any(|row| {
            row.get(Field::Perfil)
                .is_some_and(|value| people::term(std::slice::from_ref(profile), &value.text).is_some())
        })
    })
}

/// Whether a number of eight digits stands right below one of the cuadro's tables: a row that its lines do not bound. Where a profile is
/// missing from a picture, one of about as many digits may be what was read of it, and so may the text of any other of its cells.
fn has_a_row_below(cuadro: &ReadCuadro, letter: &Letter, form: &Form) -> bool {
    let is_lacking = cuadro.recognised && !names_every_profile(cuadro, form);
    let digits = if is_lacking { 6..=9 } else { 8..=8 };
    let is_dni = |word: &str| digits.contains(&word.len()) && word.chars().all(|letter| letter.is_ascii_digit());
    cuadro.areas.iter().any(|(page, bounds)| {
        let below = |line: &&Line| {
            let gap = line.bounds.top - bounds.bottom;
            line.page == *page && (-4.0..ROW_BELOW).contains(&gap) && line.bounds.right > bounds.left
        };
        let mut rows = letter.lines.iter().filter(below).filter(|line| !begins_with(&fold(line.text), &NOTES));
        rows.any(|line| line.text.split_whitespace().any(is_dni) || is_lacking && is_of_cells(line.text, form))
    })
}

/// Whether a line may be one of a cell of the cuadro, or of several beside one another: parts of numbers, a part of an address by itself, or the
/// beginning of a profile or rol.
fn is_of_cells(text: &str, form: &Form) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_number = |word: &&&str| word.len() >= 3 && word.chars().all(|letter| letter.is_ascii_digit());
    let numbers = words.iter().filter(is_number).count();
    let is_address = words.len() <= 2 && text.contains('@');
    let folded = fold(text);
    let begins_like =
        |term: &Term| fold(&term.name).split(' ').next().is_some_and(|first| begins_with(&folded, &[first]));
    let begins_a_term = form.profiles.iter().chain(&form.roles).any(begins_like);
    numbers >= 2 || numbers == 1 && words.len() == 1 || is_address || begins_a_term
}

/// The unread page after the cuadro's last one, when nothing of the letter stands between.
fn goes_on_unread(cuadro: &ReadCuadro, letter: &Letter, unread: &[u32]) -> Option<u32> {
    let (page, bounds) = cuadro.areas.iter().max_by(|a, b| a.0.cmp(&b.0).then(a.1.bottom.total_cmp(&b.1.bottom)))?;
    let next = unread.iter().find(|number| **number == page + 1)?;
    // A footer is a line or two; the letter going on is more.
    let below = letter.lines.iter().filter(|line| line.page == *page && line.bounds.top >= bounds.bottom - 2.0).count();
    (below < 3).then_some(*next)
}

/// A second letter with another number and other people, or a scan beside a readable letter that may be the signed one.
fn doubt_second_letters(
    letter: &Letter,
    all: &[&Document],
    kinds: &[Kind],
    cuadros: &[Option<ReadCuadro>],
    chosen: &[usize],
    oficio: &mut Oficio,
    form: &Form,
) {
    let mine = oficio.number.value().map(|number| people::compact(number));
    let designates = |document: &Document| {
        document.pages.iter().flat_map(|page| &page.lines).any(|line| {
            let folded = fold(&line.text);
            folded.contains("designa") || folded.contains("gob pe")
        })
    };
    for (index, (document, kind)) in all.iter().zip(kinds).enumerate() {
        if chosen.contains(&index) || *kind != Kind::Letter {
            continue;
        }
        let other = Letter::of(&[*document]);
        let theirs = number::find(&other, form).value().map(|number| people::compact(number));
        let with_cuadro = cuadros.get(index).is_some_and(Option::is_some);
        if with_cuadro
            && mine.is_some()
            && theirs.is_some()
            && mine != theirs
            && designates(document)
            && !letter.lines.is_empty()
        {
            oficio.doubts.push(format!("El correo trae dos oficios distintos: el otro es «{}».", document.name));
        }
    }
}

/// A scan whose editable letter came beside it: number, date and entity are taken from there while the scan is not read.
fn borrow_from_draft(document: &Document, all: &[&Document], kinds: &[Kind], oficio: &mut Oficio, form: &Form) {
    let unread = document
        .pages
        .iter()
        .all(|page| page.text_layer != TextLayer::Drawn && page.text_layer != TextLayer::Recognised);
    if !unread {
        return;
    }
    let draft = all
        .iter()
        .zip(kinds)
        .find(|(other, kind)| **kind == Kind::Letter && presence::is_editable(other.format))
        .map(|(other, _)| Letter::of(&[*other]));
    if let Some(draft) = draft {
        oficio.number = number::find(&draft, form);
        oficio.date = date::find(&draft, form);
        oficio.entity = entity::find(&draft, form);
    }
}

/// Whether a picture as large as a table stands in the body of the letter: the cuadro, or its rest, pasted as a screenshot.
fn pictures_a_table(document: &Document, letter: &Letter, cuadro: &Cuadro) -> bool {
    let Some(first) = letter.lines.get(letter.body) else { return false };
    let last = letter.closing.and_then(|closing| letter.lines.get(closing));
    let below = |page: u32, line: &Line, y: f32| page > line.page || page == line.page && y >= line.bounds.top;
    document.pages.iter().any(|page| {
        page.pictures.iter().any(|picture| {
            let Bounds { left, top, right, bottom } = picture.bounds;
            let large = right - left >= 0.45 * page.width && bottom - top >= LOWEST_TABLE;
            let in_body = below(page.number, first, top) && last.is_none_or(|last| !below(page.number, last, top));
            let could_be = match cuadro {
                Cuadro::Missing => true,
                // Where the letter ends is known, and it is no background with the text on it.
                Cuadro::Found { .. } => last.is_some() && !has_lines_on(letter, page.number, picture.bounds),
            };
            picture.kind == PictureKind::Raster && large && in_body && could_be
        })
    })
}

fn has_lines_on(letter: &Letter, page: u32, place: Bounds) -> bool {
    letter.lines.iter().filter(|line| line.page == page).any(|line| {
        let middle = (line.bounds.top + line.bounds.bottom) / 2.0;
        let beside = line.bounds.right <= place.left || line.bounds.left >= place.right;
        middle > place.top && middle < place.bottom && !beside
    })
}

/// Whether the body or a table of the letter tells titulares from those who stand in for them: the form knows no such people.
fn names_substitutes(document: &Document, letter: &Letter) -> bool {
    let says = |text: &str| {
        let folded = fold(text);
        folded
            .split(' ')
            .any(|word| ["suplente", "suplentes", "alterno", "alterna", "alternos", "alternas"].contains(&word))
    };
    letter.text().iter().any(|line| says(line.text))
        || document.tables.iter().flat_map(|table| &table.cells).any(|cell| says(&cell.text))
}

/// Whether a mail's own text names people by their DNI.
fn lists_people(letter: &Letter) -> bool {
    letter.text().iter().any(|line| mentions_dni(line.text))
}

/// Whether the letter has the heading of a cuadro in its lines: most of the columns' words close together, and no data between
/// them. Running text that names people has their DNI between the words.
fn has_heading(letter: &Letter) -> bool {
    const WORDS: [&[&str]; 7] = [
        &["cargo", "puesto"],
        &["perfil"],
        &["nombres", "nombre", "apellidos"],
        &["dni", "documento"],
        &["correo", "mail", "email"],
        &["celular", "telefono", "movil"],
        &["rol"],
    ];
    letter.lines.windows(3).any(|window| {
        let text = fold(&window.iter().map(|line| line.text).collect::<Vec<_>>().join(" "));
        let words: Vec<&str> = text.split(' ').collect();
        let named = WORDS.iter().filter(|column| column.iter().any(|word| words.contains(word))).count();
        let data = words.iter().any(|word| word.len() >= 7 && word.chars().all(|letter| letter.is_ascii_digit()));
        named >= 5 && !data && text.len() < 300
    })
}

fn mentions_dni(text: &str) -> bool {
    text.lines().any(|line| {
        let folded = fold(line);
        let labelled = folded.split(' ').any(|word| word == "dni")
            || folded.contains("d n i")
            || folded.contains("documento de identidad");
        labelled && folded.split(' ').any(|word| word.len() == 8 && word.chars().all(|letter| letter.is_ascii_digit()))
    })
}

/// Photos of the pages of one oficio, merged so that a cuadro may go on from one to the next.
struct Photos {
    merged: Option<Document>,
    /// Each merged page's own file and page.
    origins: Vec<(String, u32)>,
}

impl Photos {
    fn of(all: &[&Document], chosen: &[usize]) -> Photos {
        let files: Vec<&Document> = chosen.iter().filter_map(|index| all.get(*index).copied()).collect();
        let [first, _, ..] = files.as_slice() else { return Photos { merged: None, origins: Vec::new() } };
        let mut merged = Document {
            name: first.name.clone(),
            place: first.place,
            format: Format::Jpeg,
            pages: Vec::new(),
            tables: Vec::new(),
            signatures: Vec::new(),
            troubles: Vec::new(),
        };
        let mut origins = Vec::new();
        for file in &files {
            let offset = u32::try_from(origins.len()).unwrap_or(u32::MAX);
            for page in &file.pages {
                origins.push((file.name.clone(), page.number));
                let mut page = page.clone();
                page.number = page.number.saturating_add(offset);
                merged.pages.push(page);
            }
            for table in &file.tables {
                let mut table = table.clone();
                table.page = table.page.saturating_add(offset);
                merged.tables.push(table);
            }
            merged.troubles.extend(file.troubles.iter().map(|trouble| match trouble {
                Trouble::PageWithoutText(page) => Trouble::PageWithoutText(page.saturating_add(offset)),
                Trouble::TextMayLie(page) => Trouble::TextMayLie(page.saturating_add(offset)),
                other => other.clone(),
            }));
        }
        Photos { merged: Some(merged), origins }
    }

    /// Gives each value's evidence its own file again.
    fn name_pages(&self, oficio: &mut Oficio) {
        let Some(merged) = &self.merged else { return };
        let name = |evidence: &mut Evidence| {
            let index = evidence.page.checked_sub(1).map(|index| index as usize);
            if evidence.document == merged.name
                && let Some((document, page)) = index.and_then(|index| self.origins.get(index))
            {
                evidence.document.clone_from(document);
                evidence.page = *page;
            }
        };
        evidence::of_each_value(oficio, name);
    }
}
