use super::*;
use crate::form::EMBEDDED;
use crate::tables::Possibilities;

fn form() -> Form {
    Form::parse(EMBEDDED).unwrap()
}

fn value(looks: [&str; 3], confidence: f32) -> ReadValue {
    let looks = looks
        .iter()
        .map(|look| Look {
            lines: look.split('|').map(str::to_owned).collect(),
            confidence,
            possibilities: possibilities(&look.replace('|', ""), confidence),
            image: None,
        })
        .collect::<Vec<_>>();
    ReadValue { text: looks[0].lines.join(" "), lines: looks[0].lines.clone(), looks, ..ReadValue::default() }
}

/// As if the first letter had been read with a confidence, and the others for sure.
fn possibilities(text: &str, confidence: f32) -> Possibilities {
    let mut line = Possibilities::default();
    for (index, letter) in text.chars().enumerate() {
        let own = if index == 0 { confidence } else { 0.99 };
        line.step(std::iter::once((Some(letter), own)));
        line.step(std::iter::once((None, 1.0)));
    }
    line
}

/// The same text in every look, its last sign with what else it may be.
fn sign_or(text: &str, other: char, share: f32) -> ReadValue {
    let mut value = value([text; 3], 0.99);
    let last = text.rfind([',', '.']).unwrap();
    value.looks.iter_mut().for_each(|look| look.possibilities = letter_or(text, last, other, share));
    value
}

/// A text of which the letter at a place may be another one.
fn letter_or(text: &str, place: usize, other: char, share: f32) -> Possibilities {
    let mut line = Possibilities::default();
    for (at, letter) in text.char_indices() {
        let other = Some((Some(other), share)).filter(|_| at == place);
        let own = if at == place { 1.0 - share } else { 0.99 };
        line.step(std::iter::once((Some(letter), own)).chain(other));
        line.step(std::iter::once((None, 1.0)));
    }
    line
}

fn row() -> DesigneeRow {
    DesigneeRow {
        number: 1,
        cargo: Some(value(["Jefa de Imagen"; 3], 0.99)),
        perfil: Some(value(["Responsable de|Comunicación"; 3], 0.99)),
        nombres: Some(value(["Ana Lucía|Ríos Pérez"; 3], 0.99)),
        dni: Some(value(["40718263"; 3], 0.99)),
        correo: Some(value(["arios@muni|quilcapampa.gob.pe"; 3], 0.99)),
        celular: Some(value(["987654321"; 3], 0.99)),
        rol: Some(value(["Coordinador de entidad"; 3], 0.99)),
    }
}

/// The fields that are not sure after judging the row.
fn beside() -> Beside<'static> {
    Beside {
        sender: Some("mesa@muniquilcapampa.gob.pe"),
        entity: Some("Municipalidad Distrital de Quilcapampa"),
        siglas: &[],
        hosts: &[],
        addresses: &[],
    }
}

fn unsure(mut row: DesigneeRow) -> Vec<Field> {
    judge_row(&mut row, &beside(), &form());
    Field::ALL.into_iter().filter(|field| row.get(*field).unwrap().certainty != Certainty::Sure).collect()
}

#[test]
fn a_row_that_all_looks_agree_on_is_sure() {
    assert_eq!(unsure(row()), []);
}

#[test]
fn a_form_that_was_filled_in_by_pen_is_told_from_a_bad_scan() {
    let with = |filled_in: f32, printed: f32| DesigneeRow {
        cargo: Some(value(["Sefa delaChidad"; 3], filled_in)),
        perfil: Some(value(["Responsable de|Comunicación"; 3], printed)),
        nombres: Some(value(["SOSUE MESTANLA"; 3], filled_in)),
        dni: Some(value(["78064674"; 3], filled_in)),
        correo: Some(value(["jmestamal@rnicpaccopatasolpe"; 3], filled_in)),
        celular: Some(value(["955241131"; 3], filled_in)),
        rol: Some(value(["Coordinador de entidad"; 3], printed)),
        ..row()
    };
    assert!(handwriting::fills(&[with(0.5, 0.99), with(0.4, 0.98)]));
    assert!(!handwriting::fills(&[with(0.5, 0.6)]), "nothing is read clearly");
    assert!(!handwriting::fills(&[with(0.5, 0.99), row(), row()]), "two rows are printed");
}

#[test]
fn a_dni_needs_two_looks_and_no_other_number() {
    let with = |looks| DesigneeRow { dni: Some(value(looks, 0.9)), ..row() };
    assert_eq!(unsure(with(["40718263", "4071826E", "40718263"])), []);
    assert_eq!(unsure(with(["40718263", "4071826E", "4O718263"])), [Field::Dni]);
    assert_eq!(unsure(with(["40718263", "40718263", "40718268"])), [Field::Dni]);
    assert_eq!(unsure(with(["4071B263", "4071B263", "4071B263"])), [Field::Dni]);
}

#[test]
fn seven_digits_are_held_against_the_entity_only_when_all_looks_are_clear() {
    let with = |looks, confidence| DesigneeRow { dni: Some(value(looks, confidence)), ..row() };
    assert_eq!(unsure(with(["4071826"; 3], 0.99)), []);
    assert_eq!(unsure(with(["4071826"; 3], 0.8)), [Field::Dni]);
    assert_eq!(unsure(with(["4071826", "4071826", "40718261"], 0.99)), [Field::Dni]);
}

#[test]
fn an_address_that_the_name_does_not_bear_out_is_unsure_however_clear() {
    let with = |address| DesigneeRow { correo: Some(value([address; 3], 1.0)), ..row() };
    assert_eq!(unsure(with("aríos@muniquilcapampa.gob.pe")), [Field::Correo]);
    assert_eq!(unsure(with("aros@muniquilcapampa.gob.pe")), [Field::Correo]);
    assert_eq!(unsure(with("arios@muniquilcapampa.qob.pe")), [Field::Correo]);
    assert_eq!(unsure(with("arios@muniquilcapanpa.gob.pe")), [Field::Correo]);
    assert_eq!(unsure(with("rios.ana@muniquilcapampa.gob.pe")), []);
    assert_eq!(unsure(with("imagen@muniquilcapampa.gob.pe")), []);
}

#[test]
fn another_persons_address_that_every_look_reads_very_clearly_stands_there() {
    let with = |address, confidence| DesigneeRow { correo: Some(value([address; 3], confidence)), ..row() };
    assert_eq!(unsure(with("bquispe@muniquilcapampa.gob.pe", 0.99)), []);
    assert_eq!(unsure(with("bquispe@muniquilcapampa.gob.pe", 0.9)), [Field::Correo], "not so clear");
    assert_eq!(unsure(with("bquispe@muniquilca.gob.pe", 0.99)), [Field::Correo], "of a host that nobody else has");
    assert_eq!(unsure(with("bquispe1@muniquilcapampa.gob.pe", 0.99)), [Field::Correo], "1 or l");
}

#[test]
fn whose_the_hyphen_is_that_an_address_breaks_after_is_left_to_the_rules() {
    let lines = |looks: [&str; 3]| {
        let mut row = DesigneeRow { correo: Some(value(looks, 0.99)), ..row() };
        judge_row(&mut row, &beside(), &form());
        let correo = row.correo.unwrap();
        assert_eq!(correo.certainty, Certainty::Sure, "{looks:?}");
        correo.lines
    };
    let broken = ["ana.r-", "ios@muniquilcapampa.gob.pe"];
    assert_eq!(lines(["ana.r-|ios@muniquilcapampa.gob.pe"; 3]), broken);
    assert_eq!(lines(["Correo:|Ana.r-|ios@muni|quilcapampa.gob.pe"; 3]), broken);
    let in_one_line = ["ana.r-ios@muniquilcapampa.gob.pe"; 3];
    assert_eq!(lines(in_one_line), [in_one_line[0]]);
    let of_one_look = ["ana.r-ios@muniquilcapampa.gob.pe", "ana.r-|ios@muniquilcapampa.gob.pe", in_one_line[0]];
    assert_eq!(lines(of_one_look), broken);
}

#[test]
fn an_address_that_stands_in_two_cells_was_read_twice() {
    let addresses = ["bquispe@muniquilcapampa.gob.pe".to_owned()];
    let faint = || DesigneeRow { correo: Some(value(["bquispe@muniquilcapampa.gob.pe"; 3], 0.7)), ..row() };
    let sure = |addresses: &[String]| {
        let mut row = faint();
        judge_row(&mut row, &Beside { addresses, ..beside() }, &form());
        row.correo.unwrap().certainty == Certainty::Sure
    };
    assert!(sure(&addresses));
    assert!(!sure(&[]));
}

#[test]
fn a_name_of_one_word_is_held_against_the_entity_only_when_all_looks_are_clear() {
    let with = |confidence| DesigneeRow {
        nombres: Some(value(["Ana"; 3], confidence)),
        correo: Some(value(["imagen@muniquilcapampa.gob.pe"; 3], 0.99)),
        ..row()
    };
    assert_eq!(unsure(with(0.99)), []);
    assert_eq!(unsure(with(0.8)), [Field::Nombres]);
}

#[test]
fn the_initial_of_a_name_that_was_left_out_bears_out_an_address() {
    let with = |address| DesigneeRow {
        nombres: Some(value(["Ríos"; 3], 0.99)),
        correo: Some(value([address; 3], 0.99)),
        ..row()
    };
    assert_eq!(unsure(with("arios@muniquilcapampa.gob.pe")), []);
    assert_eq!(unsure(with("marios@muniquilcapampa.gob.pe")), []);
    assert_eq!(unsure(with("abcdrios@munixquilca.gob.pe")), [Field::Correo]);
}

#[test]
fn what_every_look_clearly_reads_as_no_address_is_held_against_the_entity() {
    let with = |address| DesigneeRow { correo: Some(value([address; 3], 0.99)), ..row() };
    assert_eq!(unsure(with("ariosmuniquilcapampa.gob.pe")), []);
    assert_eq!(unsure(with("ariosamuniquilcapampa.gob.pe")), [Field::Correo], "perhaps a misread @");
    assert_eq!(unsure(with("arios@muniquilcapampa.gop.pe")), []);
    assert_eq!(unsure(with("arios@muniquilca")), [Field::Correo], "a line lost");
    assert_eq!(unsure(with("arios@muniquilcapampa.gob.pejefa")), [Field::Correo], "two cells in one");
    assert_eq!(unsure(with("arios@muniquilcapampa.qob.pe")), [Field::Correo], "a misread g");
    assert_eq!(unsure(with("arios@muniquilcapampa.gob,pe")), []);
    let comma = |dot| DesigneeRow { correo: Some(sign_or("arios@muniquilcapampa.gob,pe", '.', dot)), ..row() };
    assert_eq!(unsure(comma(0.004)), []);
    assert_eq!(unsure(comma(0.02)), [Field::Correo], "perhaps a dot");
    assert_eq!(unsure(with("arios@@muniquilcapampa.gob.pe")), []);
    assert_eq!(unsure(with("arios@@muniquilca.gob.pe")), [Field::Correo], "of a host that nobody else has");
    assert_eq!(unsure(with("ariosomuniquilcapampa.gob.pe")), [Field::Correo], "perhaps a misread @");
    assert_eq!(unsure(with("ariospmuniquilcapampa.gob.pe")), [], "no @ looks like this");
    let pale = DesigneeRow { correo: Some(value(["ariosmuniquilcapampa.gob.pe"; 3], 0.9)), ..row() };
    assert_eq!(unsure(pale), [Field::Correo]);
}

#[test]
fn a_dot_that_may_be_a_comma_is_not_confirmed() {
    let dot = |comma, confidence| {
        let mut value = sign_or("arios@muniquilcapampa.gob.pe", ',', comma);
        value.looks.iter_mut().for_each(|look| look.confidence = confidence);
        unsure(DesigneeRow { correo: Some(value), ..row() })
    };
    assert_eq!((dot(0.0005, 0.9), dot(0.01, 0.9)), (vec![], vec![Field::Correo]));
    assert_eq!((dot(0.01, 0.98), dot(0.03, 0.98)), (vec![], vec![Field::Correo]), "where every look is clear");
}

#[test]
fn two_numbers_with_a_slash_between_them_stand_in_one_cell() {
    let with = |text, confidence| DesigneeRow { celular: Some(value([text; 3], confidence)), ..row() };
    assert_eq!(unsure(with("907051918 / 981915070", 0.96)), []);
    assert_eq!(unsure(with("907051918 / 981915070", 0.8)), [Field::Celular]);
    assert_eq!(unsure(with("907051918 / 98191507", 0.96)), [Field::Celular], "a digit may be lost");
    assert_eq!(unsure(with("907051918 981915070", 0.96)), [Field::Celular], "a rule may be lost");
}

#[test]
fn words_among_the_digits_are_no_digits_misread() {
    let with = |celular| DesigneeRow { celular: Some(value([celular; 3], 0.95)), ..row() };
    assert_eq!(unsure(with("223344 anexo 12")), []);
    assert_eq!(unsure(with("9876S4321")), [Field::Celular]);
}

#[test]
fn a_private_address_is_sure_and_a_lost_dot_of_the_exception_is_not() {
    let with = |address| DesigneeRow { correo: Some(value([address; 3], 0.99)), ..row() };
    assert_eq!(unsure(with("anita25@hotmail.com")), []);
    assert_eq!(unsure(with("rios_ana@yahoo.es")), []);
    assert_eq!(unsure(with("arios@gmail.com")), []);
    assert_eq!(unsure(with("anarios.muniquilcapampa@gmail.com")), []);
    assert_eq!(unsure(with("anariosmuniquilcapampa@gmail.com")), [Field::Correo]);
    assert_eq!(unsure(with("anarios_muniquilcapampa@gmail.com")), [], "a `_` is no dot");
    let doubtful =
        DesigneeRow { correo: Some(value(["x@hotmail.com", "x@hotmail.com", "x@hotmai.com"], 0.99)), ..row() };
    assert_eq!(unsure(doubtful), [Field::Correo]);
}

#[test]
fn an_empty_cell_is_sure_and_one_with_traces_is_not() {
    let empty =
        |confidence| ReadValue { looks: vec![Look { confidence, ..Look::default() }; 3], ..ReadValue::default() };
    assert_eq!(unsure(DesigneeRow { celular: Some(empty(1.0)), ..row() }), []);
    assert_eq!(unsure(DesigneeRow { celular: Some(empty(0.0)), ..row() }), [Field::Celular]);
}

#[test]
fn a_row_whose_profile_is_not_the_forms_is_believed_only_as_a_whole() {
    let merged = DesigneeRow {
        perfil: Some(value(["Responsable de Comunicación Responsable de Tecnologías"; 3], 0.8)),
        ..row()
    };
    assert_eq!(unsure(merged.clone()), [Field::Perfil]);
    let broken = DesigneeRow { dni: Some(value(["40718263|10499629"; 3], 0.99)), ..merged };
    assert_eq!(unsure(broken).len(), 7);
}

#[test]
fn a_name_needs_all_looks_and_its_accents_do_not_count() {
    let with = |looks| DesigneeRow { nombres: Some(value(looks, 0.9)), ..row() };
    assert_eq!(unsure(with(["Ana Ríos Pérez", "Ana Rios Pérez", "Ana Ríos Perez"])), []);
    assert_eq!(unsure(with(["Ana Ríos Pérez", "Ana Ríos Pérez", "Ana Rios Penez"])), [Field::Nombres]);
}

#[test]
fn a_tilde_that_one_look_saw_is_part_of_the_name() {
    let of = |looks| {
        let mut row = DesigneeRow { nombres: Some(value(looks, 0.9)), ..row() };
        judge_row(&mut row, &beside(), &form());
        row.nombres.unwrap().text
    };
    assert_eq!(of(["PEÑA DÍAZ,|Nusta", "PENA DIAZ,|Nusta", "PEÑA DÍAZ.|Ñusta"]), "PEÑA DÍAZ, Ñusta");
    assert_eq!(of(["Ana Pena", "Ana Pena", "Ana Pena"]), "Ana Pena");
}

#[test]
fn the_forms_words_are_known_with_a_slip() {
    let mut row = DesigneeRow {
        perfil: Some(value(["Responsable de|Comunícacion", "Responsoble de|Comunicacián", "x"], 0.6)),
        ..row()
    };
    judge_row(&mut row, &Beside { sender: None, entity: None, ..beside() }, &form());
    assert_eq!(row.perfil.unwrap().text, "Responsable de Comunicación");
}

#[test]
fn another_profile_of_the_forms_words_is_sure_after_one_very_clear_look() {
    let with = |confidence| {
        let mut perfil = value(["Comunicaciones"; 3], confidence);
        perfil.looks.truncate(1);
        unsure(DesigneeRow { perfil: Some(perfil), ..row() }).contains(&Field::Perfil)
    };
    assert_eq!((with(0.99), with(0.95)), (false, true));
}

#[test]
fn what_is_left_of_a_profile_is_not_held_against_the_entity() {
    let of = |text: &str| of_the_form(&value([text; 3], 0.99), &form().profiles);
    assert_eq!(of("R Comunicación"), None);
    assert_eq!(of("Encargado de Prensa").as_deref(), Some("Encargado de Prensa"));
}

#[test]
fn what_every_look_may_misread_alike_is_unsure() {
    let named = |name| DesigneeRow { nombres: Some(value([name; 3], 0.99)), ..row() };
    assert_eq!(unsure(named("Ana Lucía Ríos Aliaqa")), [Field::Nombres]);
    assert_eq!(unsure(named("Ana Lucía Ríos Quispe")), []);
    let cargo = |text| DesigneeRow { cargo: Some(value([text; 3], 0.99)), ..row() };
    assert_eq!(unsure(cargo("Asistente Administrativ 0")), [Field::Cargo]);
    let correo = |text| DesigneeRow { correo: Some(value([text; 3], 0.99)), ..row() };
    assert_eq!(unsure(correo("Correo: ana rios@muni|quilcapampa.gob.pe")), [Field::Correo], "a `_` without ink");
    assert_eq!(unsure(correo("Correo: anarios @muni|quilcapampa. gob.pe")), []);
    let mut glued = DesigneeRow { correo: Some(value(["anarios@muniquilcapampa.gob.pe"; 3], 0.99)), ..row() };
    assert_eq!(unsure(glued.clone()), []);
    // Between the two words the looks saw something.
    for look in &mut glued.correo.as_mut().unwrap().looks {
        let mut line = possibilities("ana", 0.99);
        line.step([(None, 0.96), (Some('_'), 0.04)].into_iter());
        line.extend(possibilities("rios@muniquilcapampa.gob.pe", 0.99));
        look.possibilities = line;
    }
    assert_eq!(unsure(glued), [Field::Correo]);
}

#[test]
fn labels_are_no_part_of_a_value() {
    let with = DesigneeRow {
        dni: Some(value(["DNI N° 407182|63", "D.N.1.: 40718263", "D.N.1.:40718263"], 0.95)),
        celular: Some(value(["Cel.: 987654321"; 3], 0.95)),
        correo: Some(value(["mailto:arios@muni|quilcapampa.gob.pe"; 3], 0.95)),
        ..row()
    };
    assert_eq!(unsure(with), []);
}

#[test]
fn a_cell_that_was_not_found_is_not_an_empty_one() {
    assert_eq!(unsure(DesigneeRow { rol: Some(ReadValue::default()), ..row() }), [Field::Rol]);
}

#[test]
fn a_host_that_another_row_has_too_and_a_name_bear_out_a_faint_address() {
    let faint = || DesigneeRow { correo: Some(value(["arios@dreqk.gob.pe"; 3], 0.7)), ..row() };
    let unsure_beside = |hosts: &[String]| {
        let mut row = faint();
        judge_row(&mut row, &Beside { hosts, ..beside() }, &form());
        row.correo.unwrap().certainty != Certainty::Sure
    };
    assert!(unsure_beside(&[]));
    assert!(unsure_beside(&["drequ.gob.pe".to_owned()]));
    let mut misread = DesigneeRow { correo: Some(value(["arios@dreqk.qob.pe"; 3], 0.99)), ..row() };
    judge_row(&mut misread, &Beside { hosts: &["dreqk.qob.pe".to_owned()], ..beside() }, &form());
    assert_ne!(misread.correo.unwrap().certainty, Certainty::Sure);
    assert!(!unsure_beside(&["dreqk.gob.pe".to_owned()]));
}

#[test]
fn a_known_host_that_one_look_misread_is_that_host() {
    let unsure_with = |host: &str, misread: &str| {
        let (right, wrong) = (format!("arios@{host}"), format!("arios@{misread}"));
        let place = right.bytes().zip(wrong.bytes()).position(|(a, b)| a != b).unwrap();
        let [own, other] = [&right, &wrong].map(|text| char::from(text.as_bytes()[place]));
        let mut correo = value([right.as_str(), right.as_str(), wrong.as_str()], 0.99);
        correo.looks[0].possibilities = letter_or(&right, place, other, 0.4);
        correo.looks[1].possibilities = letter_or(&right, place, other, 0.4);
        correo.looks[2].possibilities = letter_or(&wrong, place, own, 0.02);
        unsure(DesigneeRow { correo: Some(correo), ..row() })
    };
    assert_eq!(unsure_with("muniquilcapampa.gob.pe", "muniquiicapampa.gob.pe"), []);
    assert_eq!(unsure_with("muniquilcapampa.gob.pe", "muniquipcapampa.gob.pe"), [Field::Correo], "no letter like it");
}

#[test]
fn letters_that_look_alike_are_told_apart_by_the_name() {
    let with = |looks| {
        let mut row = DesigneeRow {
            correo: Some(value(looks, 0.96)),
            nombres: Some(value(["Paola|Lloclla Ríos"; 3], 0.99)),
            ..row()
        };
        judge_row(&mut row, &beside(), &form());
        let correo = row.correo.unwrap();
        (correo.certainty == Certainty::Sure).then_some(correo.text)
    };
    let sure = Some("p.lloclla@muniquilcapampa.gob.pe".to_owned());
    assert_eq!(
        with([
            "p.lloclla@muniquilcapampa.gob.pe",
            "p.lloc1la@muniquilcapampa.gob.pe",
            "p.lloclla@muniquilcapampa.gob.pe"
        ]),
        sure
    );
    assert_eq!(
        with([
            "p.lloc1la@muniquilcapampa.gob.pe",
            "p.lloc1la@muniquilcapampa.gob.pe",
            "p.lloclla@muniquilcapampa.gob.pe"
        ]),
        sure
    );
    assert_eq!(with(["p.lloc1la@muniquilcapampa.gob.pe"; 3]), None);
}

#[test]
fn a_figure_before_the_name_is_its_initial_misread() {
    let mut row = DesigneeRow {
        correo: Some(value(["z.rios@muniquilcapampa.gob.pe"; 3], 0.96)),
        nombres: Some(value(["Zoila|Ríos Paz"; 3], 0.99)),
        ..row()
    };
    for look in &mut row.correo.as_mut().unwrap().looks {
        look.possibilities = letter_or("z.rios@muniquilcapampa.gob.pe", 0, '2', 0.2);
    }
    assert_eq!(unsure(row.clone()), []);
    for look in &mut row.correo.as_mut().unwrap().looks {
        look.possibilities = letter_or("z.rios@muniquilcapampa.gob.pe", 0, '2', 0.6);
    }
    assert_eq!(unsure(row), [Field::Correo], "the figure is likelier");
}

#[test]
fn a_second_separator_is_hardly_ever_meant() {
    let with = |share: f32| {
        let mut row = DesigneeRow { correo: Some(value(["ana_rios@muniquilcapampa.gob.pe"; 3], 0.96)), ..row() };
        for look in &mut row.correo.as_mut().unwrap().looks {
            let mut line = possibilities("ana_", 0.99);
            line.step([(None, 1.0 - share), (Some('_'), share)].into_iter());
            line.step([(None, 1.0)].into_iter());
            line.extend(possibilities("rios@muniquilcapampa.gob.pe", 0.99));
            look.possibilities = line;
        }
        unsure(row)
    };
    assert_eq!(with(0.04), []);
    assert_eq!(with(0.2), [Field::Correo]);
}

#[test]
fn that_a_profile_is_missing_is_sure_where_every_field_of_every_row_is() {
    let doubts = |row: DesigneeRow| {
        let cuadro = Cuadro::Found { missing_columns: Vec::new(), rows: vec![row] };
        let mut oficio = Oficio { cuadro, ..Oficio::default() };
        judge(&mut oficio, Some("mesa@muniquilcapampa.gob.pe"), &form());
        oficio.doubts
    };
    assert_eq!(doubts(row()), [] as [String; 0]);
    let unsure = DesigneeRow { dni: Some(value(["40718263", "40718268", "40718"], 0.6)), ..row() };
    assert_eq!(doubts(unsure).len(), 1);
}

#[test]
fn that_a_column_is_missing_is_sure_where_every_other_field_is() {
    let doubts = |row: DesigneeRow| {
        let cuadro = Cuadro::Found { missing_columns: vec![Field::Celular], rows: vec![row] };
        let mut oficio = Oficio { cuadro, ..Oficio::default() };
        judge(&mut oficio, Some("mesa@muniquilcapampa.gob.pe"), &form());
        oficio.doubts
    };
    let without = DesigneeRow { celular: None, ..row() };
    assert_eq!(doubts(without.clone()), [] as [String; 0]);
    let unsure = DesigneeRow { dni: Some(value(["40718263", "40718268", "40718"], 0.6)), ..without };
    assert!(doubts(unsure).iter().any(|doubt| doubt.contains("columna: Celular")));
}

#[test]
fn an_address_may_be_in_capitals_and_end_with_a_full_stop() {
    let with = |looks: &str, possible: &str| {
        let mut correo = value([looks; 3], 0.99);
        for look in &mut correo.looks {
            look.possibilities = possibilities(possible, 0.99);
        }
        let mut row = DesigneeRow { correo: Some(correo), ..row() };
        judge_row(&mut row, &beside(), &form());
        let correo = row.correo.unwrap();
        (correo.certainty == Certainty::Sure).then_some(correo.text)
    };
    let sure = Some("arios@muniquilcapampa.gob.pe".to_owned());
    assert_eq!(with("ARIOS@MUNIQUILCAPAMPA.GOB.PE", "arios@muniquilcapampa.gob.pe"), sure);
    assert_eq!(with("arios@muniquilcapampa.gob.pe.", "arios@muniquilcapampa.gob.pe."), sure);
}

#[test]
fn a_check_character_bears_out_a_dni_that_it_fits() {
    let with = |dni| DesigneeRow { dni: Some(value([dni; 3], 0.9)), ..row() };
    assert_eq!(unsure(with("12345678-E")), []);
    assert_eq!(unsure(with("12345678-B")), [Field::Dni]);
}

#[test]
fn a_letter_that_may_have_stood_twice_is_unsure() {
    let with = |name, address| DesigneeRow {
        nombres: Some(value([name; 3], 0.99)),
        correo: Some(value([address; 3], 0.99)),
        ..row()
    };
    // «iillanesc» of Ilich Illanes Cóndor, of which the looks saw the second `i` a little.
    let mut lost = with("Ilich Illanes Cóndor", "illanesc@muniquilcapampa.gob.pe");
    for look in &mut lost.correo.as_mut().unwrap().looks {
        let mut line = Possibilities::default();
        line.step([(Some('i'), 1.0)].into_iter());
        line.step([(None, 0.97), (Some('i'), 0.01)].into_iter());
        line.step([(None, 0.97), (Some('i'), 0.02)].into_iter());
        line.extend(possibilities("llanesc@muniquilcapampa.gob.pe", 0.99));
        look.possibilities = line;
    }
    assert_eq!(unsure(lost), [Field::Correo]);
    assert_eq!(unsure(with("Ilich Illanes Cóndor", "iillanesc@muniquilcapampa.gob.pe")), []);
    assert_eq!(unsure(with("Oscar Illanes Cóndor", "oillanesc@muniquilcapampa.gob.pe")), []);
    assert_eq!(unsure(with("YUPANQUI ORDÓÑEZ, Abdón", "abdon.yupanqui@muniquilcapampa.gob.pe")), []);
    let mut valle = with("Juan Paz Soto", "jpaz@mvallesereno.gob.pe");
    let mancomunidad = || Beside { sender: None, entity: Some("Mancomunidad Municipal del Valle Sereno"), ..beside() };
    judge_row(&mut valle, &mancomunidad(), &form());
    assert_ne!(valle.correo.unwrap().certainty, Certainty::Sure);
    let mut health = with("Juan Paz Soto", "jpaz@disaquilcapampa.gob.pe");
    let office = || Beside { sender: None, entity: Some("Dirección Subregional de Salud de Quilcapampa"), ..beside() };
    let mut borne_out = health.clone();
    judge_row(&mut borne_out, &Beside { siglas: &siglas::groups("0916-2026-DISA/DG"), ..office() }, &form());
    assert_eq!(borne_out.correo.unwrap().certainty, Certainty::Sure);
    judge_row(&mut health, &office(), &form());
    assert_ne!(health.correo.unwrap().certainty, Certainty::Sure);
    let mut whole = with("Juan Paz Soto", "jpaz@mmvallesereno.gob.pe");
    judge_row(&mut whole, &mancomunidad(), &form());
    assert_eq!(whole.correo.unwrap().certainty, Certainty::Sure);
    let mut initials = with("Juan Paz Soto", "jpaz@inchaquimayo.pe");
    let institute = Beside { sender: None, entity: Some("Instituto Nacional de Chaquimayo"), ..beside() };
    judge_row(&mut initials, &institute, &form());
    assert_eq!(initials.correo.unwrap().certainty, Certainty::Sure);
}

#[test]
fn the_senders_host_tells_which_spelling_of_the_entity_is_right() {
    let settled = |value: &str, other: &str, sender: &str| {
        let looks = vec![Look { lines: vec![other.to_owned()], ..Look::default() }];
        let certainty = Certainty::Unsure("dos maneras".to_owned());
        let read = ReadValue { text: value.to_owned(), looks, certainty, ..ReadValue::default() };
        let mut entity = OficioDatum::Found { value: value.to_owned(), read };
        settle_entity(&mut entity, Some(sender));
        match entity {
            OficioDatum::Found { value, read } if read.certainty == Certainty::Sure => Some(value),
            _ => None,
        }
    };
    let (right, wrong) = ("Municipalidad Provincial de Santa Coba", "Municipalidad Provincial de Santa Cobao");
    let sure = Some(right.to_owned());
    assert_eq!(settled(right, wrong, "mesa@munisantacoba.gob.pe"), sure);
    assert_eq!(settled(wrong, right, "mesa@munisantacoba.gob.pe"), sure);
    assert_eq!(settled(right, wrong, "mesa@munisantacobao.gob.pe"), None, "both are in it");
    assert_eq!(settled(right, wrong, "santacoba@gmail.com"), None);
}

#[test]
fn a_cargos_grade_is_in_capitals() {
    let cargo = |text| DesigneeRow { cargo: Some(value([text; 3], 0.99)), ..row() };
    assert_eq!(unsure(cargo("Técnico de Nivel 1")), [Field::Cargo], "a figure, or a letter misread");
    for grade in ["Analista de Sistemas|1", "Analista de Sistemas l", "Analista de Sistemas I"] {
        let mut row = cargo(grade);
        assert_eq!(unsure(row.clone()), []);
        judge_row(&mut row, &beside(), &form());
        assert_eq!(row.cargo.unwrap().text, "Analista de Sistemas I");
    }
}

#[test]
fn dots_told_from_their_marks_surely_say_nothing() {
    let told = |confidence| {
        let look = Look { lines: vec!["......".to_owned()], confidence, ..Look::default() };
        let dots = ReadValue { text: "......".to_owned(), looks: vec![look], ..ReadValue::default() };
        unsure(DesigneeRow { cargo: Some(dots.clone()), celular: Some(dots), ..row() })
    };
    assert_eq!(told(1.0), []);
    assert_eq!(told(0.8), [Field::Cargo, Field::Celular], "read by the model, they may be anything");
}

#[test]
fn a_word_for_nothing_that_every_look_reads_clearly_is_sure() {
    let with = |text, confidence| DesigneeRow { correo: Some(value([text; 3], confidence)), ..row() };
    assert_eq!(unsure(with("N/A", 0.99)), []);
    assert_eq!(unsure(with("pendiente", 0.99)), []);
    assert_eq!(unsure(with("N/A", 0.9)), [Field::Correo]);
    assert_eq!(unsure(with("x", 0.99)), [Field::Correo], "one letter may be a stroke of the pen");
}

#[test]
fn a_cargo_with_a_q_that_no_u_follows_was_misread() {
    let with = |cargo| DesigneeRow { cargo: Some(value([cargo; 3], 0.99)), ..row() };
    assert_eq!(unsure(with("Sub Gerente de Tecnoloqías")), [Field::Cargo]);
    assert_eq!(unsure(with("SUB GERENTE DE TECNOLOQIAS")), [Field::Cargo]);
    assert_eq!(unsure(with("Jefe de Química Q.F.")), []);
}

#[test]
fn a_speck_beside_a_cargo_is_no_part_of_it() {
    let mut row = DesigneeRow { cargo: Some(value(["\"Jefa de Imagen"; 3], 0.99)), ..row() };
    judge_row(&mut row, &beside(), &form());
    assert_eq!(row.cargo.unwrap().text, "Jefa de Imagen");
}
