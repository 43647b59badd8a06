//! Documents made here part by part: what a person sees of them, and what only the file knows.

use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::write::SimpleFileOptions;

use super::*;
use crate::documents::Integrity;
use crate::tables::Table;

const NAMESPACES: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"
    xmlns:o="urn:schemas-microsoft-com:office:office"
    xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
    xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
    xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships""#;

fn package(parts: &[(&str, String)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn relations(entries: &[(&str, &str, &str)]) -> String {
    let entries: String = entries
        .iter()
        .map(|(id, kind, target)| {
            format!(
                r#"<Relationship Id="{id}" Target="{target}"
                   Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"/>"#
            )
        })
        .collect();
    format!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{entries}</Relationships>"#
    )
}

fn part(root: &str, inner: &str) -> String {
    format!("<w:{root} {NAMESPACES}>{inner}</w:{root}>")
}

fn docx(body: &str) -> Vec<u8> {
    package(&[
        ("_rels/.rels", relations(&[("r1", "officeDocument", "word/document.xml")])),
        ("word/document.xml", part("document", &format!("<w:body>{body}</w:body>"))),
    ])
}

fn read_body(body: &str) -> Document {
    read("oficio.docx", &docx(body), &Limits::default()).unwrap()
}

fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn tc(properties: &str, content: &str) -> String {
    format!("<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>")
}

fn lines(document: &Document) -> Vec<&str> {
    document.pages[0].lines.iter().map(|line| line.text.as_str()).collect()
}

fn texts(table: &Table) -> Vec<&str> {
    table.cells.iter().map(|cell| cell.text.as_str()).collect()
}

#[test]
fn runs_breaks_tabs_fields_links_and_controls_are_read_as_printed() {
    let document = read_body(
        r#"<w:p><w:r><w:t xml:space="preserve">OFICIO N.º </w:t></w:r><w:r><w:rPr><w:sz w:val="28"/></w:rPr><w:t>045</w:t>
        <w:noBreakHyphen/><w:t>2026</w:t></w:r></w:p>
        <w:p><w:r><w:t>uno</w:t><w:br/><w:t>dos</w:t><w:tab/><w:t>tres</w:t></w:r></w:p>
        <w:p><w:hyperlink><w:r><w:t>ana@muni.gob.pe</w:t></w:r></w:hyperlink><w:r><w:fldChar w:fldCharType="begin"/></w:r>
        <w:r><w:instrText> DATE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t> hoy</w:t></w:r></w:p>
        <w:sdt><w:sdtPr><w:alias w:val="x"/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>control</w:t></w:r></w:p></w:sdtContent></w:sdt>"#,
    );
    assert_eq!(lines(&document), ["OFICIO N.º 045-2026", "uno", "dos tres", "ana@muni.gob.pe hoy", "control"]);
    assert_eq!(document.pages[0].lines[0].size, 14.0);
    assert_eq!(document.troubles, []);
}

#[test]
fn white_tiny_and_raised_text_prompts_and_row_numbers_in_tables_are_seen_as_a_person_sees_them() {
    let cell = |content: &str| {
        let document = read_body(&format!("<w:tbl><w:tr>{}</w:tr></w:tbl>", tc("", &format!("<w:p>{content}</w:p>"))));
        (document.tables[0].cells[0].text.clone(), document.troubles.len())
    };
    let run = |properties: &str, text: &str| format!("<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>");
    let dni = run("", "01234567");
    let seen = |troubles| ("01234567".to_owned(), troubles);
    assert_eq!(
        cell(&format!("{dni}{}", run(r#"<w:color w:val="auto" w:themeColor="background1"/>"#, " 11223344"))),
        seen(1)
    );
    assert_eq!(cell(&format!("{dni}{}", run(r#"<w:sz w:val="2"/>"#, " 11223344"))), seen(1));
    assert_eq!(cell(&format!("{dni}{}", run(r#"<w:vertAlign w:val="superscript"/>"#, "1"))), seen(0));
    let prompt = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>Escriba el DNI</w:t></w:r></w:sdtContent></w:sdt>";
    assert_eq!(cell(&format!("{prompt}{dni}")), seen(0));
}

#[test]
fn files_put_into_the_text_and_pictures_of_pages_are_read_by_themselves() {
    let body = |inner: &str| part("document", &format!("<w:body>{inner}</w:body>"));
    let of = |inner: &str, relation: (&str, &str, &str)| {
        let bytes = package(&[
            (
                "[Content_Types].xml",
                r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
                <Override PartName="/word/document.xml" ContentType="x.wordprocessingml"/></Types>"#
                    .to_owned(),
            ),
            ("_rels/.rels", relations(&[("r1", "officeDocument", "word/document.xml")])),
            ("word/_rels/document.xml.rels", relations(&[relation])),
            ("word/document.xml", body(inner)),
            ("word/cuadro.csv", "DNI;Nombres\n01234567;Ana\n".to_owned()),
            ("word/a.gif", "GIF89a\u{1}\0\u{1}\0".to_owned()),
        ]);
        let found = crate::documents::read("oficio.docx", None, &bytes, &Limits::default());
        found.into_iter().map(|document| (document.name, document.format)).collect::<Vec<_>>()
    };
    assert_eq!(
        of(&p("Oficio"), ("r5", "aFChunk", "cuadro.csv")),
        [("oficio.docx".to_owned(), Format::Docx), ("oficio.docx/cuadro.csv".to_owned(), Format::Csv)]
    );
    let picture = r#"<w:p><w:r><w:drawing><wp:inline><wp:extent cx="7000000" cy="9000000"/><a:blip r:embed="r6"/></wp:inline>
        </w:drawing></w:r></w:p>"#;
    assert_eq!(of(picture, ("r6", "image", "a.gif")), [("oficio.docx/a.gif".to_owned(), Format::Gif)]);
}

#[test]
fn spans_and_vertical_merges_are_cells_once() {
    let body = format!(
        "<w:tbl><w:tr>{}{}</w:tr><w:tr>{}{}{}</w:tr><w:tr>{}{}{}</w:tr></w:tbl>",
        tc("<w:vMerge w:val=\"restart\"/>", &p("Cargo")),
        tc("<w:gridSpan w:val=\"2\"/>", &p("Persona")),
        tc("<w:vMerge/>", &p("")),
        tc("", &p("DNI")),
        tc("", &p("Nombre")),
        tc("", &(p("Jefe de") + &p("Imagen"))),
        tc("", &p("01234567")),
        tc("", &p("Ana")),
    );
    let document = read_body(&body);
    let table = &document.tables[0];
    assert_eq!((table.rows, table.columns), (3, 3));
    assert_eq!(texts(table), ["Cargo", "Persona", "DNI", "Nombre", "Jefe de Imagen", "01234567", "Ana"]);
    assert_eq!((table.cells[0].row_span, table.cells[1].column_span), (2, 2));
    assert_eq!(table.cells[4].lines, ["Jefe de", "Imagen"]);
    assert_eq!(document.troubles, []);
    // Lines of the table are lines of the page, in order, and inside the table's box.
    assert_eq!(lines(&document)[..2], ["Cargo", "Persona"]);
    let line = &document.pages[0].lines[0];
    assert!(line.bounds.top >= table.bounds.top && line.bounds.bottom <= table.bounds.bottom);
}

#[test]
fn a_nested_table_is_a_table_of_its_own() {
    let inner = format!("<w:tbl><w:tr>{}{}</w:tr></w:tbl>", tc("", &p("DNI")), tc("", &p("Nombre")));
    let alone = read_body(&format!("<w:tbl><w:tr>{}</w:tr></w:tbl>", tc("", &(inner.clone() + &p("")))));
    assert_eq!(alone.tables.len(), 1);
    assert_eq!(texts(&alone.tables[0]), ["DNI", "Nombre"]);
    let beside = format!("<w:tbl><w:tr>{}{}</w:tr></w:tbl>", tc("", &(p("Uno") + &inner)), tc("", &p("Dos")));
    let beside = read_body(&beside);
    assert_eq!(texts(&beside.tables[0]), ["Uno", "Dos"]);
    assert_eq!(texts(&beside.tables[1]), ["DNI", "Nombre"]);
}

#[test]
fn a_text_box_is_read_once() {
    let document = read_body(&format!(
        "<w:p><w:r><w:t>antes</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing><w:txbxContent>{0}
        </w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>{0}</w:txbxContent></v:textbox>
        </w:pict></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>después</w:t></w:r></w:p>",
        p("en el cuadro")
    ));
    assert_eq!(lines(&document), ["antes", "en el cuadro", "después"]);
}

#[test]
fn deleted_and_hidden_text_is_not_seen_and_a_table_with_pending_changes_is_doubtful() {
    let changes =
        "<w:p><w:ins><w:r><w:t>nuevo</w:t></w:r></w:ins><w:del><w:r><w:delText>viejo</w:delText></w:r></w:del>
        <w:moveFrom><w:r><w:t>movido</w:t></w:r></w:moveFrom></w:p>";
    let hidden =
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>oculto</w:t></w:r><w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr>
        <w:t>visible</w:t></w:r></w:p>";
    let outside = read_body(&format!("{changes}{hidden}"));
    assert_eq!(lines(&outside), ["nuevo", "visible"]);
    assert_eq!(outside.troubles, []);
    let struck = "<w:p><w:r><w:rPr><w:strike/></w:rPr><w:t>01234567</w:t></w:r></w:p>";
    for inside in [changes, hidden, struck] {
        let document = read_body(&format!("<w:tbl><w:tr>{}</w:tr></w:tbl>", tc("", inside)));
        assert_eq!(document.troubles, [Trouble::TextMayLie(1)]);
    }
}

#[test]
fn white_data_on_paper_are_not_seen_and_white_headings_or_data_on_a_ground_are() {
    let white =
        |text: &str| format!(r#"<w:p><w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>{text}</w:t></w:r></w:p>"#);
    let read = |cell: String| read_body(&format!("<w:tbl><w:tr>{cell}</w:tr></w:tbl>"));
    let unseen = read(tc("", &white("01234567")));
    assert_eq!((lines(&unseen).len(), unseen.troubles.contains(&Trouble::TextMayLie(1))), (0, true));
    let ground = r#"<w:shd w:val="clear" w:fill="1F3864"/>"#;
    for seen in [tc(ground, &white("01234567")), tc("", &white("Correo"))] {
        assert_eq!(read(seen).troubles, []);
    }
}

#[test]
fn a_picture_stands_where_it_was_put() {
    let picture = |kind: &str, position: &str| {
        format!(
            "<w:p><w:r><w:drawing><wp:{kind}>{position}<wp:extent cx=\"1270000\" cy=\"635000\"/><a:blip r:embed=\"r9\"/></wp:{kind}>
            </w:drawing></w:r></w:p>"
        )
    };
    let document = read_body(&(p("Atentamente,") + &picture("inline", "") + &p("Ana Ríos") + &p("Alcaldesa")));
    let page = &document.pages[0];
    let bounds = page.pictures[0].bounds;
    assert_eq!((bounds.right - bounds.left, bounds.bottom - bounds.top), (100.0, 50.0));
    assert!(page.lines[0].bounds.bottom <= bounds.top && bounds.bottom <= page.lines[1].bounds.top);

    let down = "<wp:positionV relativeFrom=\"paragraph\"><wp:posOffset>508000</wp:posOffset></wp:positionV>";
    let floating = read_body(&(p("Atentamente,") + &picture("anchor", down) + &p("Ana Ríos")));
    let page = &floating.pages[0];
    assert_eq!(page.pictures[0].bounds.top, page.lines[0].bounds.bottom + 40.0);
    assert_eq!(page.lines[1].bounds.top, page.lines[0].bounds.bottom);

    let line = "<w:p><w:r><w:pict><v:shape style=\"width:200pt;height:90pt\"><v:imagedata r:id=\"r1\"/>
        <o:signatureline/></v:shape></w:pict></w:r></w:p>";
    assert_eq!(read_body(&(p("x") + line)).pages[0].pictures, []);
}

#[test]
fn headers_come_first_footers_last_and_lists_have_their_numbers() {
    let item = |text: &str, level: u32| {
        format!(
            "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"5\"/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
        )
    };
    let logo = "<w:p><w:r><w:drawing><wp:anchor><wp:extent cx=\"7560000\" cy=\"10692000\"/><a:blip/></wp:anchor></w:drawing></w:r></w:p>";
    let body = format!(
        "{}{}{}<w:sectPr><w:headerReference w:type=\"default\" r:id=\"h1\"/><w:headerReference w:type=\"even\" r:id=\"h2\"/>
         <w:footerReference w:type=\"default\" r:id=\"f1\"/></w:sectPr>",
        item("uno", 0),
        item("sub", 1),
        item("dos", 0)
    );
    let level = |at: u32, kind: &str, text: &str| {
        format!(
            "<w:lvl w:ilvl=\"{at}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"{kind}\"/><w:lvlText w:val=\"{text}\"/></w:lvl>"
        )
    };
    let numbering = format!(
        "<w:abstractNum w:abstractNumId=\"3\">{}{}</w:abstractNum><w:num w:numId=\"5\"><w:abstractNumId w:val=\"3\"/></w:num>",
        level(0, "decimal", "%1."),
        level(1, "lowerLetter", "%1.%2)")
    );
    let bytes = package(&[
        ("_rels/.rels", relations(&[("r1", "officeDocument", "word/document.xml")])),
        (
            "word/_rels/document.xml.rels",
            relations(&[
                ("h1", "header", "header1.xml"),
                ("h2", "header", "header2.xml"),
                ("f1", "footer", "footer1.xml"),
                ("n1", "numbering", "numbering.xml"),
            ]),
        ),
        ("word/document.xml", part("document", &format!("<w:body>{body}</w:body>"))),
        ("word/header1.xml", part("hdr", &(logo.to_owned() + &p("Municipalidad")))),
        ("word/header2.xml", part("hdr", &p("página par"))),
        ("word/footer1.xml", part("ftr", &(logo.to_owned() + &p("Plaza de Armas")))),
        ("word/numbering.xml", part("numbering", &numbering)),
    ]);
    let document = read("oficio.docx", &bytes, &Limits::default()).unwrap();
    assert_eq!(lines(&document), ["Municipalidad", "1. uno", "1.a) sub", "2. dos", "Plaza de Armas"]);
    let pictures = &document.pages[0].pictures;
    assert_eq!(pictures.len(), 1);
    assert!(pictures[0].bounds.bottom <= 100.0);
}

#[test]
fn a_signed_package_an_embedded_sheet_and_a_document_of_pictures_say_so() {
    let signed = package(&[
        (
            "_rels/.rels",
            relations(&[("r1", "officeDocument", "word/document.xml"), ("r2", "origin", "_xmlsignatures/origin.sigs")]),
        ),
        ("word/document.xml", part("document", &format!("<w:body>{}</w:body>", p("x")))),
    ]);
    let document = read("a.docx", &signed, &Limits::default()).unwrap();
    assert_eq!(document.signatures[0].integrity, Integrity::NotVerified);
    let embedding = package(&[
        ("_rels/.rels", relations(&[("r1", "officeDocument", "word/document.xml")])),
        ("word/_rels/document.xml.rels", relations(&[("r7", "package", "embeddings/hoja.xlsx")])),
        ("word/document.xml", part("document", &format!("<w:body>{}</w:body>", p("x")))),
    ]);
    assert_eq!(read("a.docx", &embedding, &Limits::default()).unwrap().troubles, [Trouble::TextMayLie(1)]);
    let scan = read_body("<w:p><w:r><w:drawing><wp:inline><a:blip/></wp:inline></w:drawing></w:r></w:p>");
    assert_eq!(scan.troubles, [Trouble::PageWithoutText(1)]);
    assert_eq!(read_body("").troubles, [Trouble::Empty]);
}

#[test]
fn broken_and_monstrous_files_are_told() {
    assert_eq!(read("a", &docx("<w:p>")[..200], &Limits::default()), Err(Trouble::Corrupt));
    assert_eq!(read("a", &docx("</w:p>"), &Limits::default()), Err(Trouble::Corrupt));
    let few = Limits { cells: 20, ..Limits::default() };
    let row = format!("<w:tr>{}</w:tr>", tc("", &p("x")).repeat(5));
    let document = read("a", &docx(&format!("<w:tbl>{}</w:tbl>", row.repeat(10))), &few).unwrap();
    assert!(document.troubles.contains(&Trouble::BeyondLimits("cells, text or pictures".to_owned())));
    let deep = "<w:tbl><w:tr><w:tc>".repeat(60) + &"</w:tc></w:tr></w:tbl>".repeat(60);
    assert!(read_body(&deep).troubles.contains(&Trouble::BeyondLimits("cells, text or pictures".to_owned())));
    let bomb = docx(&"<w:p></w:p>".repeat(2_000));
    let small = Limits { unpacked_bytes: 10_000, ..Limits::default() };
    assert_eq!(read("a", &bomb, &small), Err(Trouble::BeyondLimits("unpacked bytes".to_owned())));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn arbitrary_markup_never_panics(inner in r#"(</?(w:(p|r|t|tbl|tr|tc|pPr|rPr|del|vMerge|gridSpan|txbxContent|numId)|mc:(AlternateContent|Choice|Fallback)|wp:posOffset|a:blip)( w:val="[0-9]{0,10}")?/?>|[a-z ]{1,4}){0,30}"#) {
        let _ = read("a", &docx(&inner), &Limits::default());
    }

    #[test]
    fn arbitrary_trees_never_panic(tags in proptest::collection::vec(0usize..9, 0..40), value in 0u64..5_000_000_000) {
        const NAMES: [&str; 9] = ["p", "r", "t", "tbl", "tr", "tc", "gridSpan", "vMerge", "hMerge"];
        let open: String = tags.iter().map(|tag| format!("<w:{} w:val=\"{value}\">x", NAMES[*tag])).collect();
        let close: String = tags.iter().rev().map(|tag| format!("</w:{}>", NAMES[*tag])).collect();
        let _ = read("a", &docx(&format!("{open}{close}")), &Limits::default());
    }
}
