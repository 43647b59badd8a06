//! `oficios demo`: the whole job on a morning's sample mails, with nothing installed and no configuration. A Maildir is the
//! mailbox, a folder the outbox, SQLite the ledger; nothing leaves the folder.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use super::daily_report::{self, ReportFormat};
use super::office::Office;
use super::{Failure, check};
use crate::configuration;
use crate::cycle::{Event, StopSignal};
use crate::ledger::{MailQuery, MailRecord, MailState, Register};
use crate::verdict::Decision;

/// The sample mails (`fixtures/generate/demo.py` makes them): everything in them is invented.
const MAILS: &[(&str, &[u8])] = &[
    ("01-pdf-completo", include_bytes!("../../fixtures/demo/01-pdf-completo.eml")),
    ("02-reenviado", include_bytes!("../../fixtures/demo/02-reenviado.eml")),
    ("03-sin-lineas-verticales", include_bytes!("../../fixtures/demo/03-sin-lineas-verticales.eml")),
    ("04-hoja-que-no-coincide", include_bytes!("../../fixtures/demo/04-hoja-que-no-coincide.eml")),
    ("05-correo-y-celular", include_bytes!("../../fixtures/demo/05-correo-y-celular.eml")),
    ("06-seis-designados", include_bytes!("../../fixtures/demo/06-seis-designados.eml")),
    ("07-falta-una-columna", include_bytes!("../../fixtures/demo/07-falta-una-columna.eml")),
    ("08-sin-fecha", include_bytes!("../../fixtures/demo/08-sin-fecha.eml")),
    ("09-misma-persona", include_bytes!("../../fixtures/demo/09-misma-persona.eml")),
    ("10-sin-firma", include_bytes!("../../fixtures/demo/10-sin-firma.eml")),
    ("11-con-clave", include_bytes!("../../fixtures/demo/11-con-clave.eml")),
    ("12-escaneado", include_bytes!("../../fixtures/demo/12-escaneado.eml")),
    ("13-solo-enlace", include_bytes!("../../fixtures/demo/13-solo-enlace.eml")),
    ("14-consulta", include_bytes!("../../fixtures/demo/14-consulta.eml")),
    ("15-otro-oficio", include_bytes!("../../fixtures/demo/15-otro-oficio.eml")),
    ("16-fuera-de-oficina", include_bytes!("../../fixtures/demo/16-fuera-de-oficina.eml")),
    ("17-rebote", include_bytes!("../../fixtures/demo/17-rebote.eml")),
    ("18-copia-repetida", include_bytes!("../../fixtures/demo/18-copia-repetida.eml")),
];

const CONFIGURATION: &str = r#"# The demo's configuration. See config/oficios.toml for every key.
[office]
address = "mesadeayuda@gobiernodigital.gob.pe"
name = "Mesa de ayuda - Secretaría de Gobierno y Transformación Digital"

[mailbox]
name = "demo"

[mailbox.maildir]
path = "mailbox"

[outbox.folder]
path = "replies"

[ledger]
path = "ledger.db"

[report]
folder = "reports"
"#;

/// The file that marks a folder as a demo's, so that no other folder is ever written over.
const MARK: &str = "oficios.toml";

pub fn run(dir: &Path) -> Result<ExitCode, Failure> {
    lay_out(dir)?;
    let office = Office::of(configuration::load(&dir.join(MARK))?)?;
    office.runtime()?.block_on(async {
        let started = Instant::now();
        println!("{} sample mails are in {}", MAILS.len(), dir.join("mailbox").display());
        let mut cycle = office.cycle().await?;
        let summary = cycle.run(&StopSignal::default(), &progress).await?;
        let seconds = started.elapsed().as_secs_f64();
        for trouble in &summary.troubles {
            println!("not done: {}: {}", trouble.kind.word(), trouble.detail);
        }
        let ledger = &cycle.rooms().ledger;
        let mails = ledger.mails(MailQuery::All).await?;
        let report = daily_report::day(&office, ledger, office.now().date()).await?;
        let page = dir.join("report.html");
        for (format, path) in [(ReportFormat::Html, page.clone()), (ReportFormat::Xlsx, page.with_extension("xlsx"))] {
            let bytes = daily_report::rendered(&office, &report, format)?;
            std::fs::write(&path, bytes).map_err(|source| Failure::File { path, source })?;
        }
        let mut out = std::io::stdout().lock();
        writeln!(out, "\n  {} mails in {seconds:.1} s:", mails.len())?;
        for (kind, meaning) in KINDS {
            let count = mails.iter().filter(|mail| Kind::of(mail) == kind).count();
            if count > 0 {
                writeln!(out, "  {count:>5}  {meaning}")?;
            }
        }
        writeln!(out, "\n  replies  {} ({} mails)", dir.join("replies").display(), summary.sent)?;
        writeln!(out, "  report   {} (and report.xlsx)", page.display())?;
        writeln!(out, "  cases    oficios cases --config {} list", dir.join(MARK).display())?;
        Ok(if summary.troubles.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
    })
}

/// What became of a mail.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Decided(Decision),
    Copy,
    Unprocessed,
}

const KINDS: [(Kind, &str); 7] = [
    (Kind::Decided(Decision::Confirmado), "confirmado: everything is right, and the reply says what was registered"),
    (Kind::Decided(Decision::Subsanacion), "subsanación: the reply lists what has to be corrected, and how"),
    (Kind::Decided(Decision::Revision), "revisión: a person has to look, nothing is answered"),
    (Kind::Decided(Decision::Ajeno), "ajeno: no designation, left unread for people"),
    (Kind::Decided(Decision::Automatico), "automático: written by a machine, not answered"),
    (Kind::Copy, "copy of another mail, not answered again"),
    (Kind::Unprocessed, "could not be processed: a person has to look"),
];

impl Kind {
    fn of(mail: &MailRecord) -> Kind {
        match (mail.state, mail.decision) {
            (MailState::Duplicate, _) => Kind::Copy,
            (_, Some(decision)) => Kind::Decided(decision),
            (_, None) => Kind::Unprocessed,
        }
    }
}

fn progress(event: &Event) {
    match event {
        Event::Judged { .. } | Event::Duplicate { .. } | Event::Quarantined { .. } | Event::ReplySent { .. } => {
            println!("  {}", check::printable(&event.to_string()));
        }
        _ => {}
    }
}

/// Makes the folder anew. An earlier demo is replaced; anything else is left alone.
fn lay_out(dir: &Path) -> Result<(), Failure> {
    let fail = |path: &Path, source| Failure::File { path: path.to_owned(), source };
    if dir.exists() {
        let is_empty = std::fs::read_dir(dir).map_err(|source| fail(dir, source))?.next().is_none();
        let config = std::fs::read_to_string(dir.join(MARK)).unwrap_or_default();
        if !is_empty && config != CONFIGURATION {
            return Err(Failure::Refused(format!(
                "{} holds something else than an earlier demo: give another folder with --dir",
                dir.display()
            )));
        }
        std::fs::remove_dir_all(dir).map_err(|source| fail(dir, source))?;
    }
    let new = dir.join("mailbox").join("new");
    for folder in [&new, &dir.join("mailbox").join("cur"), &dir.join("mailbox").join("tmp")] {
        std::fs::create_dir_all(folder).map_err(|source| fail(folder, source))?;
    }
    let config = dir.join(MARK);
    std::fs::write(&config, CONFIGURATION).map_err(|source| fail(&config, source))?;
    for (name, bytes) in MAILS {
        let path = new.join(format!("{name}.demo"));
        std::fs::write(&path, bytes).map_err(|source| fail(&path, source))?;
    }
    Ok(())
}
