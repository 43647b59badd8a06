//! Small PDFs of many producers, and of some tricks, read whole (`fixtures/generate/pdfs.py` made them).

use std::fmt::Write as _;
use std::path::Path;

use super::*;

fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/pdf").join(format!("{name}.pdf"));
    std::fs::read(path).unwrap()
}

fn read_fixture(name: &str) -> Document {
    read(name, &fixture(name), &Limits::default())
}

/// What a person who looks at the page would say of it.
fn described(document: &Document) -> String {
    let mut out = String::new();
    for page in &document.pages {
        let pictures = page.pictures.len();
        writeln!(
            out,
            "page {}: {:.0} x {:.0}, {:?}, {pictures} pictures",
            page.number, page.width, page.height, page.text_layer
        )
        .unwrap();
    }
    for table in &document.tables {
        writeln!(out, "table on page {}: {} x {}, {:?}", table.page, table.rows, table.columns, table.ruling).unwrap();
        for cell in &table.cells {
            let span = if (cell.row_span, cell.column_span) == (1, 1) {
                String::new()
            } else {
                format!(" ({} x {})", cell.row_span, cell.column_span)
            };
            writeln!(out, "  {},{}{span}: {}", cell.row, cell.column, cell.text).unwrap();
        }
    }
    writeln!(out, "troubles: {:?}", document.troubles).unwrap();
    out
}

macro_rules! reads {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                insta::assert_snapshot!(stringify!($name), described(&read_fixture(stringify!($name))));
            }
        )*
    };
}

mod producers {
    use super::*;

    reads! {
        writer_grid
        writer_merged_role
        writer_no_borders
        chromium_collapse
        chromium_dotted
        chromium_spaced_boxes
        weasyprint_separate
        weasyprint_rules_across
        wkhtmltopdf_dark_header
        ghostscript_shaded
        hand_drawn
        turned_page
        sideways_text
        no_to_unicode
    }
}

mod tricks {
    use super::*;

    reads! {
        twice_in_the_page_tree
        empty_password
        real_password
        cut_short
        white_text_over_a_cell
        number_covered_by_another
        clipped_cell
        cyrillic_letter
        fields_with_appearances
        fields_without_appearances
        field_that_holds_another_value
        free_text_in_a_cell
        layer_switched_off
        scan_with_invisible_text
    }
}

#[test]
fn pages_beyond_the_limit_are_named_and_not_read() {
    let limits = Limits { pages: 0, ..Limits::default() };
    let document = read("a.pdf", &fixture("hand_drawn"), &limits);
    assert_eq!(document.pages, []);
    assert_eq!(document.troubles, [Trouble::BeyondLimits("pages".to_owned())]);
}

#[test]
fn a_file_beyond_the_limit_is_not_opened() {
    let limits = Limits { bytes: 100, ..Limits::default() };
    assert_eq!(read("a.pdf", &fixture("hand_drawn"), &limits).troubles, [Trouble::BeyondLimits("bytes".to_owned())]);
}

#[test]
fn what_is_no_pdf_is_corrupt() {
    assert_eq!(read("a.pdf", b"%PDF-1.7\nnothing more", &Limits::default()).troubles, [Trouble::Corrupt]);
}

#[test]
fn a_flood_of_drawing_is_stopped() {
    let content = "0 0 m 1 1 l S\n".repeat(1_100_000);
    let mut bytes = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj ".to_vec();
    bytes.extend(
        format!(
            "4 0 obj<</Length {}>>stream\n{content}endstream endobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF",
            content.len()
        )
        .bytes(),
    );
    assert_eq!(
        read("a.pdf", &bytes, &Limits::default()).troubles,
        [Trouble::BeyondLimits("drawing operations".to_owned())]
    );
}

#[test]
fn no_cut_or_changed_byte_makes_the_reader_panic() {
    let whole = fixture("hand_drawn");
    for at in (0..whole.len()).step_by(41) {
        let cut = whole.get(..at).unwrap();
        let _ = read("a.pdf", cut, &Limits::default());
        let mut changed = whole.clone();
        changed[at] = changed[at].wrapping_add(101);
        let _ = read("a.pdf", &changed, &Limits::default());
    }
}

#[test]
fn only_a_file_that_names_the_signed_bytes_is_searched_for_signatures() {
    let signed = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/pdf-signatures").join(format!("{name}.pdf"));
        may_be_signed(&std::fs::read(path).unwrap())
    };
    for name in ["rsa", "pades-p256", "p384-sha512", "two", "changed-after"] {
        assert!(signed(name), "{name}");
    }
    assert!(!signed("unsigned"));
}
