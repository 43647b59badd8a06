use super::*;

/// Three columns and three rows at an inch of 100 pixels, the last two cells of the last row merged, lines a little bent.
fn page(broken: bool) -> Plane {
    Plane::from_fn(600, 400, |x, y| {
        let bend = 4.0 * (x as f32 / 600.0).powi(2);
        let down = y as f32 - bend;
        let inside_x = (50..=551).contains(&x);
        let level = [60.0, 120.0, 200.0, 280.0].iter().any(|at| (down - at).abs() <= 1.0) && inside_x;
        let gap = broken && (280..300).contains(&x);
        let inside_y = (60.0..=280.0).contains(&down);
        let upright = [50usize, 200, 400, 550].iter().any(|at| x.abs_diff(*at) <= 1) && inside_y;
        let merged = x.abs_diff(400) <= 1 && down > 201.5 && down < 278.5;
        if (level && !gap) || (upright && !merged) { 0 } else { 255 }
    })
}

#[test]
fn a_bent_table_with_a_merged_cell_is_read() {
    for broken in [false, true] {
        let found = find(&page(broken), 100.0, |_, _| false);
        let grid = &found.grids[0];
        assert_eq!((found.grids.len(), grid.rows, grid.columns, grid.cells.len()), (1, 3, 3, 8));
        let last = grid.cells.last().unwrap();
        assert_eq!((last.row, last.column, last.columns), (2, 1, 2));
        let (x, y) = last.place(0.0, 0.0);
        assert!((x - 200.0).abs() < 2.0 && (y - 200.5).abs() < 2.0, "{x} {y}");
    }
}

#[test]
fn a_dashed_table_and_one_that_a_page_break_cuts_are_read() {
    let solid = page(false);
    let dashed = Plane::from_fn(600, 400, |x, y| if (x + y) % 9 < 5 { solid.at(x, y) } else { 255 });
    let pale = Plane::from_fn(600, 400, |x, y| if solid.at(x, y) == 0 { 200 } else { 255 });
    let cut = Plane::from_fn(600, 400, |x, y| if y > 80 { solid.at(x, y) } else { 255 });
    for page in [dashed, pale, cut] {
        let found = find(&page, 100.0, |_, _| false);
        assert_eq!(found.grids.len(), 1);
        assert_eq!((found.grids[0].rows, found.grids[0].columns, found.grids[0].cells.len()), (3, 3, 8));
    }
}

#[test]
fn a_table_without_rules_at_its_sides_ends_where_its_rules_across_do() {
    for (left, right) in [(true, false), (false, true), (false, false)] {
        let page = Plane::from_fn(600, 400, |x, y| {
            let level = [60usize, 120, 200, 280].iter().any(|at| y.abs_diff(*at) <= 1) && (50..=551).contains(&x);
            let sides = left && x.abs_diff(50) <= 1 || right && x.abs_diff(550) <= 1;
            let between = [130usize, 210, 300, 390, 470].iter().any(|at| x.abs_diff(*at) <= 1);
            if level || (sides || between) && (60..=280).contains(&y) { 0 } else { 255 }
        });
        let grid = &find(&page, 100.0, |_, _| false).grids[0];
        assert_eq!((grid.rows, grid.columns, grid.cells.len()), (3, 6, 18), "{left} {right}");
    }
}

#[test]
fn a_side_that_is_hardly_drawn_ends_the_table_where_its_rules_across_end() {
    let page = Plane::from_fn(600, 400, |x, y| {
        let level = [60usize, 120, 200, 280].iter().any(|at| y.abs_diff(*at) <= 1) && (50..=551).contains(&x);
        let between = [50usize, 130, 210, 300, 390, 470].iter().any(|at| x.abs_diff(*at) <= 1);
        // Of the last rule a half is left, here and there.
        let worn = x.abs_diff(550) <= 1 && y % 80 >= 44;
        if level || (between || worn) && (60..=280).contains(&y) { 0 } else { 255 }
    });
    let grid = &find(&page, 100.0, |_, _| false).grids[0];
    assert_eq!((grid.rows, grid.columns, grid.cells.len()), (3, 6, 18));
}

#[test]
fn a_rule_too_pale_to_be_ink_is_found_between_solid_ones() {
    let page = Plane::from_fn(600, 400, |x, y| {
        let (inside_x, inside_y) = ((50..=551).contains(&x), (60..=280).contains(&y));
        let level = [60usize, 120, 200, 280].iter().any(|at| y.abs_diff(*at) <= 1) && inside_x;
        let upright = [50usize, 200, 550].iter().any(|at| x.abs_diff(*at) <= 1) && inside_y;
        match (level || upright, x == 400 && inside_y) {
            (true, _) => 0,
            (_, true) => 210,
            _ => 250,
        }
    });
    let found = find(&page, 100.0, |_, _| false);
    assert_eq!((found.grids[0].rows, found.grids[0].columns, found.grids[0].cells.len()), (3, 3, 9));
}

/// Grain of eight levels about 240.
fn grain(x: usize, y: usize) -> u8 {
    232 + ((x * 7919 + y * 104_729 + x * y * 31) % 17) as u8
}

#[test]
fn rules_hardly_darker_than_the_grain_are_found_all_along() {
    // Rules that are fourteen darker than the grain.
    let page = Plane::from_fn(600, 400, |x, y| {
        let (inside_x, inside_y) = ((50..=551).contains(&x), (60..=280).contains(&y));
        let level = [60usize, 120, 200, 280].iter().any(|at| y.abs_diff(*at) <= 1) && inside_x;
        let upright = [50usize, 150, 250, 350, 450, 550].iter().any(|at| x.abs_diff(*at) <= 1) && inside_y;
        let letters =
            (x % 100 > 65 && x % 100 < 95) && x % 6 < 3 && inside_x && inside_y && (y % 20) < 7 && y % 80 > 10;
        match (letters, level || upright) {
            (true, _) => 30,
            (_, true) => grain(x, y) - 14,
            _ => grain(x, y),
        }
    });
    let grid = &find(&page, 200.0, |_, _| false).grids[0];
    assert_eq!((grid.rows, grid.columns, grid.cells.len()), (3, 5, 15));
}

#[test]
fn hair_rules_of_which_some_are_darker_make_one_table() {
    let page = Plane::from_fn(900, 400, |x, y| {
        let (inside_x, inside_y) = ((50..=851).contains(&x), (60..=280).contains(&y));
        let level = [60usize, 120, 200, 280].iter().any(|at| y.abs_diff(*at) <= 1) && inside_x;
        let upright = |every: usize| (x + every - 50) % every <= 1 && inside_x && inside_y;
        match (level || upright(200), upright(100)) {
            (true, _) => 190,
            (_, true) => grain(x, y) - 14,
            _ => grain(x, y),
        }
    });
    let grid = &find(&page, 200.0, |_, _| false).grids[0];
    assert_eq!((grid.rows, grid.columns, grid.cells.len()), (3, 8, 24));
}

#[test]
fn a_rule_that_is_lost_between_two_headings_parts_them() {
    // Of the rule at 300 nothing is left beside the headings; letters stand on both sides of it.
    let page = |crossing: bool| {
        Plane::from_fn(600, 400, |x, y| {
            let inside_y = (60..=280).contains(&y);
            let level = [60usize, 120, 200, 280].iter().any(|at| y.abs_diff(*at) <= 1) && (50..=551).contains(&x);
            let upright = [50usize, 150, 400, 550].iter().any(|at| x.abs_diff(*at) <= 1) && inside_y;
            let lost = x.abs_diff(300) <= 1 && (120..=280).contains(&y);
            let words = (170..280).contains(&x) || (320..390).contains(&x) || crossing && (284..316).contains(&x);
            let heading = words && (84..96).contains(&y) && x % 9 < 6;
            if level || upright || lost || heading { 0 } else { 255 }
        })
    };
    let cells = |crossing: bool| find(&page(crossing), 100.0, |_, _| false).grids[0].cells.len();
    assert_eq!((cells(false), cells(true)), (12, 11));
}

#[test]
fn a_rule_that_is_lost_between_two_people_parts_them_or_leaves_a_doubt() {
    // Of the rule at 200 nothing is left in one of five columns, where a line stands above it and one below, so far from it; or across it.
    let page = |apart: usize, crossing: bool| {
        Plane::from_fn(600, 400, |x, y| {
            let (inside_x, inside_y) = ((50..=551).contains(&x), (60..=280).contains(&y));
            let lost = (152..249).contains(&x) && y.abs_diff(200) <= 1;
            let level = [60usize, 120, 200, 280].iter().any(|at| y.abs_diff(*at) <= 1) && inside_x && !lost;
            let upright = [50usize, 150, 250, 350, 450, 550].iter().any(|at| x.abs_diff(*at) <= 1) && inside_y;
            let line = (200 + apart..210 + apart).contains(&y) || (190 - apart..200 - apart).contains(&y);
            let across = crossing && (195..206).contains(&y);
            let letters = (160..240).contains(&x) && x % 9 < 6 && (line || across);
            if level || upright || letters { 0 } else { 255 }
        })
    };
    let cells = |apart: usize, crossing: bool| {
        let cells = find(&page(apart, crossing), 100.0, |_, _| false).grids[0].cells.clone();
        (cells.len(), cells.iter().any(|cell| cell.may_be_rows))
    };
    assert_eq!(cells(10, false), (15, false), "far from each other");
    assert_eq!(cells(4, false), (14, true), "as the lines of one cell");
    assert_eq!(cells(12, true), (14, false), "one cell");
}

#[test]
fn letters_in_a_merged_cell_are_no_part_of_the_rule_that_ends_at_it() {
    let page = Plane::from_fn(600, 400, |x, y| {
        let (inside_x, inside_y) = ((50..=551).contains(&x), (60..=280).contains(&y));
        let merged = (402..549).contains(&x) && y.abs_diff(200) <= 1;
        let level = [60usize, 120, 200, 280].iter().any(|at| y.abs_diff(*at) <= 1) && inside_x && !merged;
        let upright = [50usize, 200, 400, 550].iter().any(|at| x.abs_diff(*at) <= 1) && inside_y;
        let letters = (408..544).contains(&x) && (195..206).contains(&y) && x % 9 < 6;
        if level || upright || letters { 40 } else { 250 }
    });
    let grid = &find(&page, 100.0, |_, _| false).grids[0];
    assert_eq!((grid.rows, grid.columns, grid.cells.len()), (3, 3, 8));
    assert!(grid.cells.iter().any(|cell| (cell.column, cell.rows) == (2, 2)));
}

#[test]
fn stems_that_stand_over_one_another_are_no_rule_and_no_stroke_of_one() {
    let solid = page(false);
    // «de» in the middle of a cell, and a letter beside the rule, each over the same in the next row.
    let lettered = |rule: u8| {
        Plane::from_fn(600, 400, |x, y| {
            let line = (78..104).contains(&y) || (140..172).contains(&y) || (220..252).contains(&y);
            let stem = [300usize, 304, 205].iter().any(|at| x.abs_diff(*at) <= 1) && y > 70;
            match (solid.at(x, y), line && stem) {
                (_, true) => 30,
                (0, _) => rule,
                _ => 250,
            }
        })
    };
    for rule in [40, 150, 190, 200, 210, 215] {
        let found = find(&lettered(rule), 100.0, |_, _| false);
        let grid = &found.grids[0];
        assert_eq!((grid.rows, grid.columns, grid.cells.len()), (3, 3, 8), "{rule}");
        let left = grid.cells.iter().find(|cell| (cell.row, cell.column) == (1, 1)).unwrap().corners[0].0;
        assert!((left - 200.0).abs() < 2.0, "{left} {rule}");
    }
}

#[test]
fn letters_that_run_into_each_other_under_pale_rules_are_no_rules() {
    let solid = page(false);
    // Two lines of blurred letters fill the middle cell of the second row.
    let lettered = Plane::from_fn(600, 400, |x, y| {
        let line = (206..396).contains(&x) && ((140..150).contains(&y) || (160..170).contains(&y));
        match (solid.at(x, y), line, x % 9 < 5) {
            (0, ..) => 180,
            (_, true, true) => 40,
            (_, true, false) => 190,
            _ => 255,
        }
    });
    let found = find(&lettered, 100.0, |_, _| false);
    assert_eq!((found.grids[0].rows, found.grids[0].columns, found.grids[0].cells.len()), (3, 3, 8));
}

#[test]
fn a_rule_across_one_of_many_columns_is_a_line_of_letters() {
    let page = |struck: std::ops::Range<usize>| {
        Plane::from_fn(600, 300, |x, y| {
            let inside = (50..=551).contains(&x) && (60..=240).contains(&y);
            let level = [60usize, 120, 180, 240].iter().any(|at| y.abs_diff(*at) <= 1);
            let upright = (x + 50) % 100 <= 1;
            let line = (88..91).contains(&y) && struck.contains(&x);
            if inside && (level || upright || line) { 0 } else { 255 }
        })
    };
    let rows = |struck| find(&page(struck), 100.0, |_, _| false).grids[0].rows;
    assert_eq!((rows(154..248), rows(154..348)), (3, 4));
}

#[test]
fn lines_of_letters_beside_a_dashed_table_are_no_rules() {
    let solid = page(false);
    let dashed = Plane::from_fn(600, 400, |x, y| {
        let letters = (320..330).contains(&y) && (60..400).contains(&x) && x % 9 < 5;
        if letters || ((x + y) % 9 < 5 && solid.at(x, y) == 0) { 0 } else { 255 }
    });
    let found = find(&dashed, 100.0, |_, _| false);
    assert_eq!((found.grids[0].rows, found.grids[0].cells.len()), (3, 8));
    assert!(found.across.iter().all(|rule| rule.at(200.0) < 300.0), "{:?}", found.across);
}

#[test]
fn a_table_seen_from_the_side_is_read() {
    let solid = page(false);
    let leaning = Plane::from_fn(600, 400, |x, y| {
        let source = x as f32 - 0.06 * (y as f32 - 200.0);
        if source >= 0.0 { solid.at(source as usize, y) } else { 255 }
    });
    let found = find(&leaning, 100.0, |_, _| false);
    assert_eq!((found.grids[0].rows, found.grids[0].columns, found.grids[0].cells.len()), (3, 3, 8));
}

#[test]
fn a_header_that_hides_its_rules_is_parted_as_the_rows_below() {
    let solid = page(false);
    let header =
        Plane::from_fn(
            600,
            400,
            |x, y| {
                if (66..116).contains(&y) && (56..546).contains(&x) { 255 } else { solid.at(x, y) }
            },
        );
    let found = find(&header, 100.0, |_, y| (60.0..124.0).contains(&y));
    assert_eq!((found.grids[0].rows, found.grids[0].cells.len()), (3, 8));
    let plain = find(&header, 100.0, |_, _| false);
    assert_eq!(plain.grids[0].cells.len(), 6);
}

#[test]
fn a_line_under_a_word_parts_no_cell() {
    let solid = page(false);
    let underlined = Plane::from_fn(600, 400, |x, y| {
        let word = (220..380).contains(&x) && (152..164).contains(&y) && x % 12 < 7;
        let line = (220..380).contains(&x) && (166..168).contains(&y);
        if word || line { 0 } else { solid.at(x, y) }
    });
    let found = find(&underlined, 100.0, |_, _| false);
    assert_eq!((found.grids[0].rows, found.grids[0].cells.len()), (3, 8));
}

#[test]
fn cells_in_boxes_of_their_own_are_cells_of_one_table() {
    // Boxes of one pixel, four pixels apart, as HTML draws `border="1"`.
    let page = Plane::from_fn(600, 400, |x, y| {
        let (x, y) = (x as isize - 50, y as isize - 60);
        let (column, row) = (x.div_euclid(100), y.div_euclid(60));
        let (inner_x, inner_y) = (x.rem_euclid(100), y.rem_euclid(60));
        let inside = (0..5).contains(&column) && (0..3).contains(&row);
        let frame = (2..98).contains(&inner_x) && (2..58).contains(&inner_y);
        let hollow = (3..97).contains(&inner_x) && (3..57).contains(&inner_y);
        if inside && frame && !hollow { 0 } else { 255 }
    });
    let found = find(&page, 100.0, |_, _| false);
    assert_eq!((found.grids.len(), found.grids[0].rows, found.grids[0].columns), (1, 3, 5));
    assert_eq!(found.grids[0].cells.len(), 15);
}

#[test]
fn a_table_that_is_ruled_across_only_is_parted_by_white() {
    // Five columns of text of other widths in each line; the last column's text in the second and third row is one.
    let page = Plane::from_fn(600, 400, |x, y| {
        let level = [60usize, 100, 160, 220].iter().any(|at| y.abs_diff(*at) <= 1) && (40..560).contains(&x);
        let spans = y.abs_diff(160) <= 1 && x > 460;
        let (column, inside) = (x.saturating_sub(40) / 105, x.saturating_sub(40) % 105);
        let word = (6..92usize.saturating_sub(5 * ((y / 20 + column) % 4))).contains(&inside)
            && (inside + 3 * (y / 20)) % 8 < 6;
        let text = (70..215).contains(&y) && (6..14).contains(&(y % 20));
        if (level && !spans) || (word && text && column < 5) { 0 } else { 255 }
    });
    let found = find(&page, 100.0, |_, _| false);
    assert_eq!((found.grids[0].rows, found.grids[0].columns, found.grids[0].cells.len()), (3, 5, 14));
    assert!(found.grids[0].cells.iter().all(|cell| !cell.has_sides));
}

#[test]
fn a_rule_that_parts_one_row_of_a_card_is_found() {
    // Rows of a sixth of an inch: what parts the second one is too short for a rule elsewhere.
    let levels = [60usize, 77, 94, 111, 128];
    let page = Plane::from_fn(600, 400, |x, y| {
        let level = levels.iter().any(|at| y.abs_diff(*at) <= 1) && (50..=551).contains(&x);
        let upright = [50usize, 200, 550].iter().any(|at| x.abs_diff(*at) <= 1) && (60..=128).contains(&y);
        let short = x.abs_diff(380) <= 1 && (77..=94).contains(&y);
        if level || upright || short { 0 } else { 255 }
    });
    let grid = &find(&page, 100.0, |_, _| false).grids[0];
    let in_row = |row: usize| grid.cells.iter().filter(|cell| cell.row == row).count();
    assert_eq!([0, 1, 2, 3].map(in_row), [2, 3, 2, 2]);
}

#[test]
fn a_fold_across_the_page_parts_no_row() {
    let rows = |fold: std::ops::Range<usize>| {
        let page = Plane::from_fn(800, 400, |x, y| {
            let level = [60usize, 120, 200, 280].iter().any(|at| y.abs_diff(*at) <= 1) && (150..=651).contains(&x);
            let upright = [150usize, 300, 400, 500, 650].iter().any(|at| x.abs_diff(*at) <= 1);
            let folded = y == 160 && fold.contains(&x);
            if level || folded || upright && (60..=280).contains(&y) { 0 } else { 255 }
        });
        find(&page, 100.0, |_, _| false).grids[0].rows
    };
    assert_eq!((rows(0..800), rows(150..651)), (3, 4));
}

#[test]
fn a_page_of_text_is_no_table() {
    let text = Plane::from_fn(600, 400, |x, y| if y % 20 < 8 && x % 11 < 6 { 0 } else { 255 });
    assert!(find(&text, 100.0, |_, _| false).grids.is_empty());
}
