use proptest::prelude::*;

use super::*;

fn read_rtf(body: &str) -> Document {
    let whole = format!(
        "{{\\rtf1\\ansi\\ansicpg1252{{\\fonttbl{{\\f0\\fnil Arial;}}{{\\f1\\fnil\\fcharset238 Arial CE;}}}}{body}}}"
    );
    read("a.rtf", whole.as_bytes(), &Limits::default()).unwrap()
}

fn lines(document: &Document) -> Vec<&str> {
    document.pages[0].lines.iter().map(|line| line.text.as_str()).collect()
}

#[test]
fn text_is_decoded_by_code_page_font_and_unicode() {
    let document = read_rtf(
        "OFICIO N.\\'ba 045\\par{\\f1 \\'e8}\\f0\\'e8\\par\\uc1 Pe\\u241?a \\u-10179?\\u-8704?\\par\\{x\\}\\~y\\line z\\emdash\\par
         {\\field{\\*\\fldinst HYPERLINK \"x\"}{\\fldrslt ana@muni.gob.pe}}",
    );
    assert_eq!(lines(&document), ["OFICIO N.º 045", "čè", "Peña 😀", "{x} y", "z—", "ana@muni.gob.pe"]);
    assert_eq!(document.troubles, []);
}

#[test]
fn rows_with_different_edges_make_one_grid() {
    let document = read_rtf(
        "antes\\par\\trowd\\cellx3000\\pard\\intbl CUADRO\\cell\\row
         \\trowd\\clvmgf\\cellx1000\\cellx2010\\cellx3000\\pard\\intbl Jefe\\par de Imagen\\cell 01234567\\cell Ana\\cell\\row
         \\trowd\\clvmrg\\cellx1000\\cellx2000\\cellx3000\\pard\\intbl\\cell 76543210\\cell Eva\\cell\\row
         \\pard despu\\'e9s\\par",
    );
    assert_eq!(document.tables.len(), 1);
    let table = &document.tables[0];
    let cells: Vec<_> = table
        .cells
        .iter()
        .map(|cell| (cell.row, cell.column, cell.row_span, cell.column_span, cell.text.as_str()))
        .collect();
    assert_eq!(
        cells,
        [
            (0, 0, 1, 3, "CUADRO"),
            (1, 0, 2, 1, "Jefe de Imagen"),
            (1, 1, 1, 1, "01234567"),
            (1, 2, 1, 1, "Ana"),
            (2, 1, 1, 1, "76543210"),
            (2, 2, 1, 1, "Eva"),
        ]
    );
    assert_eq!(lines(&document).first(), Some(&"antes"));
    assert_eq!(lines(&document).last(), Some(&"después"));
}

#[test]
fn hidden_deleted_and_unknown_parts_are_not_seen() {
    let document =
        read_rtf("{\\info{\\author Ana}}{\\*\\algo secreto}visto{\\v oculto}{\\deleted borrado}\\bin3 }}}\\par");
    assert_eq!(lines(&document), ["visto"]);
    assert_eq!(document.troubles, []);
    let in_table = read_rtf("\\trowd\\cellx9\\pard\\intbl x{\\v oculto}\\cell\\row");
    assert_eq!(in_table.troubles, [Trouble::TextMayLie(1)]);
}

#[test]
fn white_struck_and_raised_text_in_tables_is_seen_as_a_person_sees_it() {
    let cell = |text: &str| {
        read_rtf(&format!(
            "{{\\colortbl;\\red0\\green0\\blue0;\\red255\\green255\\blue255;}}\\trowd\\cellx9\\pard\\intbl {text}\\cell\\row"
        ))
    };
    let white = cell("01234567{\\cf2  11223344}");
    assert_eq!((white.tables[0].cells[0].text.as_str(), white.troubles.len()), ("01234567", 1));
    let heading = cell("{\\cf2 DNI}");
    assert_eq!((heading.tables[0].cells[0].text.as_str(), heading.troubles.len()), ("DNI", 0));
    assert_eq!(cell("{\\strike 11223344} 01234567").troubles, [Trouble::TextMayLie(1)]);
    let noted = cell("01234567{\\super 1}");
    assert_eq!((noted.tables[0].cells[0].text.as_str(), noted.troubles.len()), ("01234567", 0));
    assert_eq!(read_rtf("x{\\object{\\*\\objdata 01}}").troubles, [Trouble::TextMayLie(1)]);
}

#[test]
fn pictures_headers_and_footers_are_in_their_places() {
    let document = read_rtf(
        "{\\header{\\pict\\picwgoal2000\\pichgoal20000 ffd8}arriba\\par}{\\footer abajo\\par}Atentamente\\par
         {\\*\\shppict{\\pict\\pngblip\\picwgoal2000\\pichgoal1000 8950}}{\\nonshppict{\\pict\\picwgoal1\\pichgoal1 00}}\\par Ana\\par",
    );
    assert_eq!(lines(&document), ["arriba", "Atentamente", "Ana", "abajo"]);
    let page = &document.pages[0];
    assert_eq!(page.pictures.len(), 2);
    assert!(page.pictures[0].bounds.bottom <= 100.0);
    assert_eq!(page.pictures[1].bounds.top, page.lines[1].bounds.bottom);
    assert_eq!(page.pictures[1].bounds.bottom, page.lines[2].bounds.top);
}

#[test]
fn cut_and_monstrous_files_are_told() {
    let told = |bytes: &[u8]| read("a", bytes, &Limits { cells: 50, ..Limits::default() }).err();
    assert_eq!(told(b"{\\rtf1 hola"), Some(Trouble::Corrupt));
    assert_eq!(told(b"{\\rtf1 hola}}"), Some(Trouble::Corrupt));
    assert_eq!(told(&b"{".repeat(100_000)), Some(Trouble::BeyondLimits("depth".to_owned())));
    let cells = "\\cell".repeat(60);
    assert_eq!(told(format!("{{\\rtf1{cells}}}").as_bytes()), Some(Trouble::BeyondLimits("cells".to_owned())));
}

proptest! {
    #[test]
    fn arbitrary_words_never_panic(body in r"(\\(trowd|cellx|cell|row|intbl|pard|par|u|uc|bin|f|pict|clvmrg|clmrg|header|'e)-?[0-9]{0,10} ?|[{}]|[a-z]{1,3}|\\[*'~]){0,60}") {
        let _ = read("a", format!("{{\\rtf1{body}}}").as_bytes(), &Limits::default());
    }
}
