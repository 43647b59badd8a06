//! The grid on drawn segments and words made by hand and by chance.

#![allow(clippy::needless_range_loop, reason = "rows and columns are the subject here")]

use proptest::prelude::*;

use super::content::{PageContent, Segment, Word};
use super::*;

fn word(text: &str, left: f32, baseline: f32) -> Word {
    let size = 8.0;
    let width = 4.0 * text.chars().count() as f32;
    Word {
        text: text.to_owned(),
        bounds: Bounds { left, right: left + width, top: baseline - 6.0, bottom: baseline + 2.0 },
        baseline,
        size,
        start: left + 2.0,
        cuts: Vec::new(),
        continues: None,
        spaced: false,
    }
}

/// Words set one after the other with normal spaces.
fn text(line: &str, left: f32, baseline: f32) -> Vec<Word> {
    let mut x = left;
    line.split(' ')
        .map(|part| {
            let word = word(part, x, baseline);
            x = word.bounds.right + 2.2;
            word
        })
        .collect()
}

fn page(words: Vec<Word>, segments: Vec<Segment>) -> PageContent {
    PageContent { number: 1, width: 595.0, height: 842.0, words, segments, areas: Vec::new() }
}

fn read(page: &PageContent) -> Vec<Table> {
    let headers = HeaderWords::of_the_form();
    find(page, headers, headers.vocabulary(), &mut None)
}

fn frame(left: f32, top: f32, right: f32, bottom: f32) -> Vec<Segment> {
    vec![
        Segment::horizontal(top, left, right),
        Segment::horizontal(bottom, left, right),
        Segment::vertical(left, top, bottom),
        Segment::vertical(right, top, bottom),
    ]
}

/// Rulings of a plain grid.
fn grid(xs: &[f32], ys: &[f32]) -> Vec<Segment> {
    let (left, right) = (xs[0], xs[xs.len() - 1]);
    let (top, bottom) = (ys[0], ys[ys.len() - 1]);
    ys.iter()
        .map(|y| Segment::horizontal(*y, left, right))
        .chain(xs.iter().map(|x| Segment::vertical(*x, top, bottom)))
        .collect()
}

fn texts(table: &Table) -> Vec<Vec<&str>> {
    let mut rows = vec![Vec::new(); table.rows as usize];
    for cell in &table.cells {
        rows[cell.row as usize].push(cell.text.as_str());
    }
    rows
}

#[test]
fn a_framed_paragraph_is_no_table() {
    let mut words = Vec::new();
    for line in 0..8 {
        words.extend(text("Todos los campos son obligatorios y de no llenarse", 60.0, 120.0 + 11.0 * line as f32));
    }
    assert_eq!(read(&page(words, frame(50.0, 100.0, 545.0, 220.0))), []);
}

#[test]
fn a_signature_box_is_no_table() {
    assert_eq!(read(&page(text("Firma y sello", 110.0, 640.0), frame(100.0, 600.0, 250.0, 660.0))), []);
}

#[test]
fn a_page_border_around_a_table_is_not_joined_to_it() {
    let mut segments = frame(20.0, 20.0, 575.0, 820.0);
    segments.extend(grid(&[50.0, 150.0, 250.0], &[100.0, 120.0, 140.0]));
    let words = [("a", 60.0, 112.0), ("b", 160.0, 112.0), ("c", 60.0, 132.0), ("d", 160.0, 132.0)]
        .map(|(t, x, y)| word(t, x, y))
        .to_vec();
    let tables = read(&page(words, segments));
    assert_eq!(tables.iter().map(texts).collect::<Vec<_>>(), [vec![vec!["a", "b"], vec!["c", "d"]]]);
}

#[test]
fn two_tables_on_a_page_are_two_tables() {
    let mut segments = grid(&[50.0, 150.0, 250.0], &[100.0, 120.0]);
    segments.extend(grid(&[50.0, 150.0, 250.0], &[300.0, 320.0]));
    let words = [("a", 60.0, 112.0), ("b", 160.0, 112.0), ("c", 60.0, 312.0), ("d", 160.0, 312.0)]
        .map(|(t, x, y)| word(t, x, y))
        .to_vec();
    let tables = read(&page(words, segments));
    assert_eq!(tables.iter().map(texts).collect::<Vec<_>>(), [vec![vec!["a", "b"]], vec![vec!["c", "d"]]]);
}

#[test]
fn an_underlined_address_as_wide_as_its_cell_splits_no_row() {
    let mut segments = grid(&[50.0, 150.0, 250.0], &[100.0, 130.0]);
    let mail = word("a.b@munisantacoba.gob.pe", 152.0, 115.0);
    segments.push(Segment::horizontal(116.2, mail.bounds.left, mail.bounds.right));
    let tables = read(&page(vec![word("DNI", 60.0, 115.0), mail], segments));
    assert_eq!(texts(&tables[0]), [["DNI", "a.b@munisantacoba.gob.pe"]]);
}

#[test]
fn an_underlined_address_between_dotted_borders_splits_no_row() {
    let mut segments = grid(&[50.0, 150.0, 250.0], &[100.0, 130.0]);
    let mail = word("a.b@munisantacob.gob.pe", 153.7, 115.0);
    segments.push(Segment::horizontal(116.2, mail.bounds.left, mail.bounds.right));
    // The dots of the borders at the height of the underline.
    segments.extend([149.7, 249.7].map(|x| Segment::horizontal(115.9, x, x + 0.7)));
    let tables = read(&page(vec![word("DNI", 60.0, 115.0), mail], segments));
    assert_eq!(texts(&tables[0]), [["DNI", "a.b@munisantacob.gob.pe"]]);
}

#[test]
fn a_long_word_belongs_to_the_cell_of_its_first_letter() {
    let segments = grid(&[50.0, 100.0, 250.0], &[100.0, 120.0]);
    let words = vec![word("jorge.perez@munisantacoba.gob.pe", 52.0, 112.0), word("987654321", 210.0, 112.0)];
    assert_eq!(texts(&read(&page(words, segments))[0]), [["jorge.perez@munisantacoba.gob.pe", "987654321"]]);
}

#[test]
fn a_string_of_words_that_runs_over_its_border_stays_whole() {
    let segments = grid(&[50.0, 120.0, 250.0], &[100.0, 120.0]);
    let mut words = text("Jefe de Tecnologías de Información", 52.0, 112.0);
    for index in 1..words.len() {
        words[index].continues = Some(index - 1);
    }
    words.push(word("40718263", 205.0, 112.0));
    assert_eq!(texts(&read(&page(words, segments))[0]), [["Jefe de Tecnologías de Información", "40718263"]]);
}

#[test]
fn a_word_in_line_with_its_column_begins_its_own_cell_however_near_the_one_before_ends() {
    let segments = grid(&[50.0, 150.0, 250.0], &[100.0, 120.0, 140.0]);
    // «Patricia» ends two points before the border; «948» stands a space's width after it, where the column's texts begin.
    let words = |below: f32| {
        let mut number = word("948", 152.0, 112.0);
        number.continues = Some(0);
        page(
            vec![word("Patricia", 116.0, 112.0), number, word("Ana", 52.0, 132.0), word("1540", below, 132.0)],
            segments.clone(),
        )
    };
    assert_eq!(texts(&read(&words(152.0))[0]), [["Patricia", "948"], ["Ana", "1540"]]);
    assert_eq!(texts(&read(&words(156.0))[0]), [["Patricia 948", ""], ["Ana", "1540"]]);
}

#[test]
fn a_table_without_side_borders_keeps_its_outer_columns() {
    let mut segments: Vec<Segment> =
        [100.0, 120.0, 140.0].iter().map(|y| Segment::horizontal(*y, 50.0, 350.0)).collect();
    segments.extend([150.0, 250.0].iter().map(|x| Segment::vertical(*x, 100.0, 140.0)));
    let words = ["a", "b", "c", "d", "e", "f"]
        .iter()
        .enumerate()
        .map(|(i, t)| word(t, 60.0 + 100.0 * (i % 3) as f32, 112.0 + 20.0 * (i / 3) as f32))
        .collect();
    assert_eq!(texts(&read(&page(words, segments))[0]), [["a", "b", "c"], ["d", "e", "f"]]);
}

#[test]
fn a_table_that_a_page_break_leaves_open_below_keeps_its_last_row() {
    let mut segments: Vec<Segment> = [100.0, 120.0].iter().map(|y| Segment::horizontal(*y, 50.0, 250.0)).collect();
    segments.extend([50.0, 150.0, 250.0].iter().map(|x| Segment::vertical(*x, 100.0, 150.0)));
    let words = vec![word("a", 60.0, 112.0), word("b", 160.0, 112.0), word("c", 60.0, 132.0), word("d", 160.0, 132.0)];
    assert_eq!(texts(&read(&page(words, segments))[0]), [["a", "b"], ["c", "d"]]);
}

#[test]
fn rules_across_that_meet_at_the_columns_are_a_table() {
    let segments = [100.0, 120.0, 140.0]
        .iter()
        .flat_map(|y| [50.0, 150.0, 250.0].map(|x| Segment::horizontal(*y, x, x + 100.0)))
        .collect();
    let words = (0..6).map(|i| word("x", 60.0 + 100.0 * (i % 3) as f32, 112.0 + 20.0 * (i / 3) as f32)).collect();
    let tables = read(&page(words, segments));
    assert_eq!((tables[0].rows, tables[0].columns), (2, 3));
}

#[test]
fn a_footers_line_is_no_rule_of_the_table_and_a_merged_cell_interrupts_one() {
    let mut segments: Vec<Segment> = [100.0, 120.0, 160.0]
        .iter()
        .flat_map(|y| [50.0, 150.0, 250.0].map(|x| Segment::horizontal(*y, x, x + 100.0)))
        .collect();
    segments.extend([50.0, 150.0].map(|x| Segment::horizontal(140.0, x, x + 100.0)));
    segments.push(Segment::horizontal(700.0, 50.0, 350.0));
    let words =
        [("a", 0, 0), ("b", 1, 0), ("c", 2, 0), ("d", 0, 1), ("e", 1, 1), ("f", 2, 1), ("g", 0, 2), ("h", 1, 2)]
            .map(|(text, column, row)| word(text, 60.0 + 100.0 * column as f32, 112.0 + 20.0 * row as f32));
    let tables = read(&page(words.to_vec(), segments));
    assert_eq!((tables[0].rows, tables[0].columns), (3, 3));
    assert_eq!(tables[0].bounds.bottom, 160.0);
    let merged: Vec<&str> =
        tables[0].cells.iter().filter(|cell| cell.row_span == 2).map(|cell| cell.text.as_str()).collect();
    assert_eq!(merged, ["f"]);
}

#[test]
fn a_line_of_dashes_and_dots_is_a_line() {
    let mut segments = Vec::new();
    for line in grid(&[50.0, 150.0, 250.0], &[100.0, 120.0]) {
        let mut at = line.from;
        while at < line.to {
            segments.push(Segment { from: at, to: at + 2.0, ..line });
            at += 5.0;
        }
    }
    let words = vec![word("a", 60.0, 112.0), word("b", 160.0, 112.0)];
    assert_eq!(texts(&read(&page(words, segments))[0]), [["a", "b"]]);
}

#[test]
fn boxes_with_space_between_them_are_the_cells_of_one_table() {
    let mut page = page(Vec::new(), Vec::new());
    for (row, column) in (0..3).flat_map(|row| (0..3).map(move |column| (row, column))) {
        let (left, top) = (50.0 + 106.0 * column as f32, 100.0 + 26.0 * row as f32);
        page.areas.push(Bounds { left, top, right: left + 100.0, bottom: top + 20.0 });
        page.words.push(word(&format!("{row}{column}"), left + 4.0, top + 12.0));
    }
    assert_eq!(texts(&read(&page)[0]), [["00", "01", "02"], ["10", "11", "12"], ["20", "21", "22"]]);
}

#[test]
fn a_coloured_heading_band_over_a_grid_without_outer_border_is_its_first_row() {
    let mut segments = vec![Segment::horizontal(140.0, 50.0, 350.0)];
    segments.extend([150.0, 250.0].map(|x| Segment::vertical(x, 120.0, 160.0)));
    let words = (0..9).map(|i| word("x", 60.0 + 100.0 * (i % 3) as f32, 112.0 + 20.0 * (i / 3) as f32)).collect();
    let mut page = page(words, segments);
    page.areas.push(Bounds { left: 50.0, top: 100.0, right: 350.0, bottom: 120.0 });
    assert_eq!(texts(&read(&page)[0]), [["x", "x", "x"]; 3]);
}

#[test]
fn a_heading_band_drawn_cell_by_cell_stands_on_rules_across() {
    let ys = [120.0, 140.0, 160.0];
    let pieces = ys.iter().flat_map(|y| (0..3).map(move |i| (*y, 50.0 + 100.0 * i as f32)));
    let segments = pieces.map(|(y, x)| Segment::horizontal(y, x, x + 100.0)).collect();
    let words = (0..9).map(|i| word("x", 60.0 + 100.0 * (i % 3) as f32, 112.0 + 20.0 * (i / 3) as f32)).collect();
    let mut page = page(words, segments);
    page.areas = (0..3)
        .map(|i| 50.0 + 100.0 * i as f32)
        .map(|left| Bounds { left, top: 100.0, right: left + 100.0, bottom: 120.0 })
        .collect();
    assert_eq!(texts(&read(&page)[0]), [["x", "x", "x"]; 3]);
}

#[test]
fn tinted_rows_are_no_table_when_rows_on_paper_follow_in_their_columns() {
    let mut page = page(Vec::new(), Vec::new());
    for (row, column) in (0..3).flat_map(|row| (0..3).map(move |column| (row, column))) {
        let (left, top) = (50.0 + 100.0 * column as f32, 100.0 + 20.0 * row as f32);
        if row < 2 {
            page.areas.push(Bounds { left, top, right: left + 100.0, bottom: top + 20.0 });
        }
        page.words.push(word(&format!("{row}{column}"), left + 4.0, top + 12.0));
    }
    assert_eq!(read(&page), []);
    page.words.truncate(6);
    page.words.extend(text("Atentamente, el alcalde que suscribe este oficio y firma", 50.0, 155.0));
    assert_eq!(texts(&read(&page)[0]), [["00", "01", "02"], ["10", "11", "12"]]);
}

#[test]
fn paragraphs_shaded_inside_their_cells_rule_nothing() {
    let xs = [50.0, 150.0, 250.0, 350.0];
    let words = (0..9).map(|i| word("x", 66.0 + 100.0 * (i % 3) as f32, 112.0 + 20.0 * (i / 3) as f32)).collect();
    let mut page = page(words, grid(&xs, &[100.0, 120.0, 140.0, 160.0]));
    // Margins of 5.7 points, as Word leaves them; two cells of one column, so that their sides are in line.
    page.areas = [100.0, 140.0].map(|top| Bounds { left: 155.7, top, right: 244.3, bottom: top + 20.0 }).to_vec();
    assert_eq!(texts(&read(&page)[0]), [["x", "x", "x"]; 3]);
}

#[test]
fn texts_in_the_middle_of_a_few_columns_each_are_parted_where_no_rule_is() {
    let xs = [50.0, 110.0, 170.0, 230.0, 290.0];
    let mut segments = grid(&xs, &[120.0, 140.0]);
    segments.extend(frame(50.0, 100.0, 290.0, 120.0));
    let under = || (0..4).map(|i| word("x", 60.0 + 60.0 * i as f32, 132.0));
    // 40 points wide each, in the middle of two columns.
    let apart: Vec<Word> =
        [word("31/12/2009", 90.0, 112.0), word("31/12/2010", 210.0, 112.0)].into_iter().chain(under()).collect();
    assert_eq!(texts(&read(&page(apart, segments.clone()))[0]), [vec!["31/12/2009", "31/12/2010"], vec!["x"; 4]]);
    // One text that happens to have a space where a column begins.
    let one: Vec<Word> =
        [word("31/12/2009", 127.0, 112.0), word("31/12/2010", 173.0, 112.0)].into_iter().chain(under()).collect();
    assert_eq!(texts(&read(&page(one, segments))[0]), [vec!["31/12/2009 31/12/2010"], vec!["x"; 4]]);
}

#[test]
fn a_title_over_all_columns_stays_one_cell() {
    let mut segments = grid(&[50.0, 150.0, 250.0, 350.0], &[120.0, 140.0]);
    segments.extend(frame(50.0, 100.0, 350.0, 120.0));
    let mut words = text("CUADRO DE DESIGNADOS", 140.0, 112.0);
    words.extend((0..3).map(|i| word("x", 60.0 + 100.0 * i as f32, 132.0)));
    let tables = read(&page(words, segments));
    assert_eq!(texts(&tables[0]), [vec!["CUADRO DE DESIGNADOS"], vec!["x", "x", "x"]]);
}

const FORM: [(&str, f32); 7] = [
    ("Cargo", 40.0),
    ("Perfil", 120.0),
    ("Nombres y apellidos", 210.0),
    ("DNI", 310.0),
    ("Correo electrónico", 350.0),
    ("Celular", 470.0),
    ("Rol", 520.0),
];

const ROWS: [[&str; 7]; 2] = [
    [
        "Jefe de Imagen",
        "Responsable de",
        "Rosa Quispe Ríos",
        "40718263",
        "rquispe@muniotra.gob.pe",
        "987654321",
        "Coordinador",
    ],
    [
        "Jefa de Sistemas",
        "Responsable de",
        "Luis Apaza Cruz",
        "09718264",
        "lapaza@muniotra.gob.pe",
        "912345678",
        "Coordinador",
    ],
];

fn borderless(leave_out: Option<usize>, pitch: f32) -> PageContent {
    let columns: Vec<usize> = (0..7).filter(|column| Some(*column) != leave_out).collect();
    let mut words = text("para los servidores públicos que designamos a continuación:", 40.0, 80.0);
    for column in &columns {
        let (heading, left) = FORM[*column];
        words.extend(text(heading, left, 100.0));
        for (row, texts) in ROWS.iter().enumerate() {
            words.extend(text(texts[*column], left, 100.0 + pitch * (row + 1) as f32));
        }
    }
    words.extend(text(
        "Consideraciones para completar el cuadro que sigue y todos los campos son obligatorios",
        40.0,
        100.0 + pitch * 3.0 + 4.0,
    ));
    page(words, Vec::new())
}

#[test]
fn a_table_without_any_rule_is_found_under_the_forms_header_words() {
    let tables = read(&borderless(None, 16.0));
    assert_eq!(tables[0].ruling, Ruling::Borderless);
    let header: Vec<&str> = FORM.iter().map(|(heading, _)| *heading).collect();
    assert_eq!(texts(&tables[0]), [header, ROWS[0].to_vec(), ROWS[1].to_vec()]);
}

#[test]
fn rows_as_close_as_lines_are_told_apart_by_their_dni() {
    let tables = read(&borderless(None, 9.5));
    assert_eq!(texts(&tables[0])[1..], [ROWS[0].to_vec(), ROWS[1].to_vec()]);
}

#[test]
fn a_telephone_with_the_countrys_code_on_a_line_of_its_own_is_one_rows() {
    let mut words = borderless(None, 34.0).words;
    // Cells centred in their rows: the code stands above the row's middle, the number below it, the name on three lines.
    words.retain(|word| word.text != "987654321");
    let left = FORM[5].1;
    words.extend(text("0051", left, 129.0));
    words.extend(text("987654321", left, 139.0));
    for (row, first) in [("Quispe", 124.0), ("Rojas", 144.0)] {
        words.retain(|word| word.text != row);
        words.extend(text(row, FORM[2].1, first));
    }
    let tables = read(&page(words, Vec::new()));
    assert_eq!(tables[0].rows, 3, "{:?}", texts(&tables[0]));
}

#[test]
fn what_spells_out_headings_that_are_whole_without_it_is_theirs() {
    let mut words = borderless(None, 19.0).words;
    // One line under the headings' first: «Nombres y apellidos completos»; the rows begin a line below.
    words.push(word("completos", 210.0, 109.5));
    let tables = read(&page(words, Vec::new()));
    assert_eq!(texts(&tables[0]).len(), 3);
    assert_eq!(texts(&tables[0])[0][2], "Nombres y apellidos completos");
}

#[test]
fn the_last_line_of_the_tallest_heading_is_the_headings() {
    let mut words: Vec<Word> =
        borderless(None, 16.0).words.into_iter().filter(|word| word.baseline > 90.0 && word.baseline < 140.0).collect();
    for word in words.iter_mut().filter(|word| word.baseline > 105.0) {
        word.baseline += 30.0;
        word.bounds.top += 30.0;
        word.bounds.bottom += 30.0;
    }
    // «Perfil migració / na», in a column in which the producer breaks words.
    words.extend(text("migració", FORM[1].1 + 26.0, 100.0));
    words.extend(text("na", FORM[1].1, 112.0));
    let tables = read(&page(words, Vec::new()));
    assert_eq!(tables.len(), 1, "{tables:?}");
    assert_eq!((tables[0].rows, tables[0].columns), (3, 7));
}

#[test]
fn a_missing_column_leaves_the_others_in_place() {
    for column in 0..7 {
        let tables = read(&borderless(Some(column), 16.0));
        let mut expected = ROWS[1].to_vec();
        expected.remove(column);
        assert_eq!(texts(&tables[0])[2], expected, "without {}", FORM[column].0);
    }
}

#[test]
fn a_borderless_table_goes_on_over_a_page_break() {
    let whole = borderless(None, 16.0);
    let at = |first: f32, last: f32| {
        page(whole.words.iter().filter(|word| word.baseline > first && word.baseline < last).cloned().collect(), vec![])
    };
    let (headers, vocabulary, mut open) = (HeaderWords::of_the_form(), Vocabulary::default(), None);
    let heading = find(&at(90.0, 110.0), headers, &vocabulary, &mut open);
    let rows = find(&at(110.0, 900.0), headers, &vocabulary, &mut open);
    assert_eq!(texts(&heading[0]), [FORM.map(|(heading, _)| heading)]);
    assert_eq!(texts(&rows[0]), ROWS);
    assert!(find(&at(70.0, 85.0), headers, &vocabulary, &mut open).is_empty());
}

#[test]
fn prose_that_names_the_columns_is_no_table() {
    let prose =
        "El cargo y perfil de la persona con nombres y apellidos DNI correo electrónico celular y rol son obligatorios";
    assert_eq!(read(&page(text(prose, 40.0, 100.0), Vec::new())), []);
}

/// A grid with merged cells, as truth.
#[derive(Clone, Debug)]
struct Made {
    xs: Vec<f32>,
    ys: Vec<f32>,
    /// Row, column, rows, columns.
    cells: Vec<(usize, usize, usize, usize)>,
}

impl Made {
    fn has_edge(&self, upright: bool, line: usize) -> bool {
        self.cells.iter().any(|(row, column, rows, columns)| {
            let (start, span) = if upright { (column, columns) } else { (row, rows) };
            *start == line || start + span == line
        })
    }
}

fn made() -> impl Strategy<Value = Made> {
    let size = (2_usize..6, 1_usize..6);
    size.prop_flat_map(|(columns, rows)| {
        (
            proptest::collection::vec(14.0_f32..90.0, columns),
            proptest::collection::vec(12.0_f32..50.0, rows),
            proptest::collection::vec((0..rows, 0..columns, 1_usize..3, 1_usize..4), 0..4),
        )
    })
    .prop_map(|(widths, heights, merges)| {
        let sums = |start: f32, steps: &[f32]| {
            let mut at = start;
            let mut all = vec![at];
            for step in steps {
                at += step;
                all.push(at);
            }
            all
        };
        let (rows, columns) = (heights.len(), widths.len());
        let mut owner = vec![vec![None; columns]; rows];
        let mut cells = Vec::new();
        for (row, column, high, wide) in merges {
            let (high, wide) = (high.min(rows - row), wide.min(columns - column));
            let places: Vec<_> = (row..row + high).flat_map(|r| (column..column + wide).map(move |c| (r, c))).collect();
            if places.iter().all(|(r, c)| owner[*r][*c].is_none()) {
                for (r, c) in places {
                    owner[r][c] = Some(());
                }
                cells.push((row, column, high, wide));
            }
        }
        for row in 0..rows {
            for column in 0..columns {
                if owner[row][column].is_none() {
                    cells.push((row, column, 1, 1));
                }
            }
        }
        cells.sort_unstable();
        Made { xs: sums(40.0, &widths), ys: sums(60.0, &heights), cells }
    })
    // A line that no cell ends at is not drawn, and no one could tell that it is there.
    .prop_filter("every line is drawn somewhere", |made| {
        (0..made.xs.len()).all(|line| made.has_edge(true, line))
            && (0..made.ys.len()).all(|line| made.has_edge(false, line))
            && made.cells.len() >= 2
    })
}

proptest! {
    #[test]
    fn any_grid_with_merged_cells_comes_back_exactly(made in made(), shift in 0.0_f32..1.2) {
        let mut segments = Vec::new();
        let mut words = Vec::new();
        for (index, (row, column, rows, columns)) in made.cells.iter().enumerate() {
            let (left, right) = (made.xs[*column], made.xs[column + columns]);
            let (top, bottom) = (made.ys[*row], made.ys[row + rows]);
            // Every cell draws its own rectangle, a little inside: every inner line is there twice.
            segments.extend(frame(left + shift, top + shift, right - shift, bottom - shift));
            words.push(word(&format!("{index}"), left + 3.0, (top + bottom) / 2.0 + 2.0));
        }
        let tables = read(&page(words, segments));
        prop_assert_eq!(tables.len(), 1);
        let found: Vec<_> = tables[0]
            .cells
            .iter()
            .map(|cell| (cell.row as usize, cell.column as usize, cell.row_span as usize, cell.column_span as usize))
            .collect();
        prop_assert_eq!(&found, &made.cells);
        for (index, cell) in tables[0].cells.iter().enumerate() {
            prop_assert_eq!(&cell.text, &index.to_string());
        }
    }

    #[test]
    fn no_segments_and_words_make_the_finder_panic_or_lose_its_grid_invariants(
        lines in proptest::collection::vec((any::<bool>(), -50.0_f32..700.0, -50.0_f32..700.0, -50.0_f32..700.0), 0..40),
        places in proptest::collection::vec((0.0_f32..600.0, 0.0_f32..800.0), 0..30),
    ) {
        let segments = lines
            .into_iter()
            .map(|(upright, at, from, to)| if upright { Segment::vertical(at, from, to) } else { Segment::horizontal(at, from, to) })
            .collect();
        let words = places.into_iter().map(|(x, y)| word("palabra", x, y)).collect();
        for table in read(&page(words, segments)) {
            let mut covered = std::collections::HashSet::new();
            for cell in &table.cells {
                prop_assert!(cell.row + cell.row_span <= table.rows && cell.column + cell.column_span <= table.columns);
                for row in cell.row..cell.row + cell.row_span {
                    for column in cell.column..cell.column + cell.column_span {
                        prop_assert!(covered.insert((row, column)), "two cells at one place");
                    }
                }
            }
        }
    }
}
