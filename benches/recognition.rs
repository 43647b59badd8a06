//! What reading the pictures of pages costs: `cargo bench --bench recognition -- FILE...` prints, for each page of each file, the
//! seconds of wall and CPU time, and how many columns of pixels went through the model. Mails are not taken apart: give bare files.

use std::time::{Duration, Instant};

use image::RgbImage;
use oficios::documents::{self, Limits, Page};
use oficios::recognition::{self, Engine};
use rustix::time::{ClockId, clock_gettime};

fn cpu() -> Duration {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or(0))
}

fn main() {
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
        let mut see = |picture: &RgbImage, page: &mut Page| {
            let (start, start_cpu, columns) = (Instant::now(), cpu(), engine.columns_read());
            let tables = recognition::read_page(picture, page, &engine);
            println!(
                "{file} page {}: {} × {} pixels, {:.2} s, CPU {:.2} s, {} columns, {} lines, {} tables",
                page.number,
                picture.width(),
                picture.height(),
                start.elapsed().as_secs_f32(),
                (cpu() - start_cpu).as_secs_f32(),
                engine.columns_read() - columns,
                page.lines.len(),
                tables.as_ref().map_or(0, Vec::len),
            );
            tables
        };
        documents::read_with(&file, None, &bytes, &Limits::default(), Some(&mut see));
        println!(
            "{file}: {:.2} s, CPU {:.2} s",
            whole.elapsed().as_secs_f32(),
            (cpu() - whole_cpu).as_secs_f32()
        );
    }
}
