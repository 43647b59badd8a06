//! What reading the pictures of pages costs: `cargo bench --bench recognition -- FILE...` prints, for each page of each file, the
//! seconds, and how many columns of pixels went through the model, and for each file its wall and CPU time; with `--text` also what was read, and with
//! every look at each cell. Mails are not taken apart: give bare files.

use std::time::{Duration, Instant};

use image::RgbImage;
use oficios::documents::{self, Limits, Page, PictureReader};
use oficios::recognition::{self, Engine};
use oficios::tables::Table;
use rustix::time::{ClockId, clock_gettime};

fn cpu() -> Duration {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or(0))
}

fn main() {
    let shows_text = std::env::args().any(|argument| argument == "--text");
    let files: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let Ok(model) = std::fs::read("models/PP-OCRv6_rec_small.onnx") else {
        return println!("recognition: no model in models/: run models/fetch.sh");
    };
    let begin = Instant::now();
    let Ok(engine) = Engine::load(model) else { return println!("recognition: the model cannot be loaded") };
    println!("model loaded in {:.2} s", begin.elapsed().as_secs_f32());
    for file in files {
        let Ok(bytes) = std::fs::read(&file) else { continue };
        let (whole, whole_cpu) = (Instant::now(), cpu());
        let reader = Measured { engine: &engine, file: &file, shows_text };
        documents::read_with(&file, None, &bytes, &Limits::default(), Some(&reader));
        println!("{file}: {:.2} s, CPU {:.2} s", whole.elapsed().as_secs_f32(), (cpu() - whole_cpu).as_secs_f32());
    }
}

/// Reads pictures, and says what each took.
struct Measured<'a> {
    engine: &'a Engine,
    file: &'a str,
    shows_text: bool,
}

impl PictureReader for Measured<'_> {
    fn read_page(&self, picture: &RgbImage, page: &mut Page) -> Option<Vec<Table>> {
        let (start, columns) = (Instant::now(), self.engine.columns_read());
        let tables = recognition::read_page(picture, page, self.engine);
        println!(
            "{} page {}: {} × {} pixels, {:.2} s, {} columns (with those of a page read at the same time), {} lines, {} tables",
            self.file,
            page.number,
            picture.width(),
            picture.height(),
            start.elapsed().as_secs_f32(),
            self.engine.columns_read() - columns,
            page.lines.len(),
            tables.as_ref().map_or(0, Vec::len),
        );
        if self.shows_text {
            page.lines.iter().for_each(|line| println!("  {:?} {}", line.bounds, line.text));
            page.pictures.iter().for_each(|picture| println!("  picture at {:?}", picture.bounds));
            let cells = tables.iter().flatten().flat_map(|table| &table.cells);
            cells.for_each(|cell| println!("  {},{}: {} {:?}", cell.row, cell.column, cell.text, cell.looks));
        }
        tables
    }
}
