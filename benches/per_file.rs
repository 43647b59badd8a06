//! The shortest of several readings of each file in this one process, in CPU time: what `benches/compare.py` sets beside the
//! peers, in which the start of a process does not count either.
//!
//! `cargo bench --bench per_file -- ROUNDS FILE…` prints one JSON object a file.
#![allow(clippy::expect_used, reason = "a benchmark without its files must fail loudly")]

use std::path::Path;
use std::time::{Duration, Instant};

use oficios::documents::{self, Limits};
use rustix::time::{ClockId, clock_gettime};

fn main() {
    // cargo adds `--bench` of its own.
    let mut words = std::env::args().skip(1).filter(|word| !word.starts_with("--"));
    let Some(rounds) = words.next().and_then(|word| word.parse::<usize>().ok()) else {
        eprintln!("per_file: give the number of rounds and the files: cargo bench --bench per_file -- 20 a.pdf b.xlsx");
        return;
    };
    for path in words {
        let bytes = std::fs::read(&path).expect("the file can be read");
        let name = Path::new(&path).file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut cpu = Duration::MAX;
        let mut wall = Duration::MAX;
        let mut tables = 0;
        for _ in 0..rounds.max(1) {
            let (started, spent_before) = (Instant::now(), cpu_spent());
            tables =
                documents::read(&name, None, &bytes, &Limits::default()).iter().map(|read| read.tables.len()).sum();
            cpu = cpu.min(cpu_spent().saturating_sub(spent_before));
            wall = wall.min(started.elapsed());
        }
        let line = serde_json::json!({
            "file": path,
            "cpu_ms": cpu.as_secs_f64() * 1000.0,
            "wall_ms": wall.as_secs_f64() * 1000.0,
            "tables": tables,
        });
        println!("{line}");
    }
}

/// CPU time of all threads of this process: a PDF is read in a thread of its own.
fn cpu_spent() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}
