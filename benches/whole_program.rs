//! The whole program on a morning of a thousand born-digital mails: Maildir in, folder out, SQLite ledger between, through the
//! real binary with its reading processes. Mails a second, CPU time a mail, and peak memory of the parent and of its children.
//!
//! `cargo bench --bench whole_program -- [MAILS]`
#![allow(clippy::expect_used, clippy::panic, reason = "a benchmark that does not do its work must fail loudly")]

use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// The demo's mails whose letter is a PDF with text. No scans: they are the recogniser's time.
const MAILS: [&str; 10] = [
    "01-pdf-completo",
    "02-reenviado",
    "03-sin-lineas-verticales",
    "04-hoja-que-no-coincide",
    "05-correo-y-celular",
    "06-seis-designados",
    "07-falta-una-columna",
    "08-sin-fecha",
    "09-misma-persona",
    "10-sin-firma",
];

/// The caps that guard a real mailbox against a flood would hold the replies of a thousand mails back.
const CONFIGURATION: &str = r#"
[office]
address = "mesadeayuda@gobiernodigital.gob.pe"
name = "Mesa de ayuda"

[mailbox]
name = "benchmark"
max_mails_per_cycle = 100000

[mailbox.maildir]
path = "mailbox"

[outbox.folder]
path = "replies"

[replies]
per_correspondent_per_day = 1000
per_hour = 100000

[ledger]
path = "ledger.db"

[log]
level = "error"
"#;

fn main() {
    let count = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(1000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    lay_out(folder.path(), count);
    let started = Instant::now();
    let mut program = Command::new(env!("CARGO_BIN_EXE_oficios"))
        .arg("once")
        .arg("--config")
        .arg(folder.path().join("oficios.toml"))
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let done = AtomicBool::new(false);
    let id = program.id();
    let (summary, peaks) = thread::scope(|scope| {
        let watch = scope.spawn(|| watch(id, &done));
        let summary: Vec<_> = std::io::BufReader::new(program.stdout.take().expect("its standard output"))
            .lines()
            .map_while(Result::ok)
            .collect();
        done.store(true, Ordering::Relaxed);
        (summary, watch.join().expect("the watch"))
    });
    let status = program.wait().expect("its end");
    let seconds = started.elapsed().as_secs_f64();
    assert!(status.success(), "{status}: {}", summary.join("\n"));
    let mails = f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    println!("{}", summary.join("\n"));
    println!("mails                      {count}");
    println!("wall time                  {seconds:.1} s");
    println!("mails a second             {:.1}", mails / seconds);
    println!("peak memory, parent        {:.1} MiB", mebibytes(peaks.parent));
    println!("peak memory, largest child {:.1} MiB", mebibytes(peaks.child));
    println!("peak memory, all together  {:.1} MiB", mebibytes(peaks.together));
    println!("CPU time of all            {:.1} s ({:.2} ms a mail)", peaks.cpu, peaks.cpu * 1000.0 / mails);
}

/// Copies of the mails that no program can take for copies: each with its own Message-ID, sender and body.
fn lay_out(folder: &Path, count: usize) {
    let new = folder.join("mailbox/new");
    for part in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(folder.join("mailbox").join(part)).expect("a folder");
    }
    std::fs::write(folder.join("oficios.toml"), CONFIGURATION).expect("the configuration");
    let samples: Vec<String> = MAILS
        .iter()
        .map(|name| Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo").join(name).with_extension("eml"))
        .map(|path| std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
        .collect();
    for (number, sample) in samples.iter().cycle().take(count).enumerate() {
        std::fs::write(new.join(format!("{number:06}.benchmark")), numbered(sample, number)).expect("a mail");
    }
}

fn numbered(mail: &str, number: usize) -> String {
    let (header, body) = mail.split_once("\r\n\r\n").or_else(|| mail.split_once("\n\n")).expect("a header and a body");
    // The value of a header field may begin on the next line.
    let (before, after) = header.split_once("Message-ID:").expect("a Message-ID");
    let header = format!("{before}Message-ID:{}", after.replacen('<', &format!("<{number}."), 1));
    let (before, after) = header.split_once("From:").expect("a sender");
    let header = format!("{before}From:{}", after.replacen('<', &format!("<oficina{number}."), 1));
    // What stands before the first boundary of a multipart is read by nobody (RFC 2046, section 5.1.1).
    format!("{header}\n\nMail {number}\n{body}").replace("\r\n", "\n")
}

/// Peak memory in KiB, and CPU seconds, of the program and its reading processes.
#[derive(Default)]
struct Peaks {
    parent: u64,
    child: u64,
    together: u64,
    cpu: f64,
}

/// Looks into /proc every two milliseconds. A child's high-water mark (`VmHWM`) stands there up to its end.
fn watch(program: u32, done: &AtomicBool) -> Peaks {
    let mut peaks = Peaks::default();
    while !done.load(Ordering::Relaxed) {
        let mut together = 0;
        if let Some(status) = status(program) {
            peaks.parent = peaks.parent.max(status.peak);
            together += status.now;
        }
        for child in children(program) {
            if let Some(status) = status(child) {
                peaks.child = peaks.child.max(status.peak);
                together += status.now;
            }
        }
        peaks.together = peaks.together.max(together);
        if let Some(cpu) = cpu_seconds(program) {
            peaks.cpu = cpu;
        }
        thread::sleep(Duration::from_millis(2));
    }
    peaks
}

struct Memory {
    peak: u64,
    now: u64,
}

fn status(process: u32) -> Option<Memory> {
    let text = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let fields: BTreeMap<&str, &str> = text.lines().filter_map(|line| line.split_once(':')).collect();
    let kibibytes = |name| fields.get(name)?.trim().strip_suffix(" kB")?.parse().ok();
    Some(Memory { peak: kibibytes("VmHWM")?, now: kibibytes("VmRSS")? })
}

/// The children of every thread of a process.
fn children(process: u32) -> Vec<u32> {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let lists = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>()).collect()
}

/// User and system time of a process and of its children that ended (proc(5): `utime`, `stime`, `cutime`, `cstime` of
/// `/proc/PID/stat`).
fn cpu_seconds(process: u32) -> Option<f64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, after_name) = text.rsplit_once(") ")?;
    let ticks: u32 = after_name.split_whitespace().skip(11).take(4).filter_map(|field| field.parse::<u32>().ok()).sum();
    // USER_HZ is 100 on every machine this program is built for.
    Some(f64::from(ticks) / 100.0)
}

fn mebibytes(kibibytes: u64) -> f64 {
    kibibytes as f64 / 1024.0
}
