//! What every command starts from: the configuration with the files it names (form, holidays, templates), and the rooms that
//! are made of them.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Zoned;

use super::Failure;
use super::judge::Judge;
use crate::calendar::{self, Calendar};
use crate::compose::Templates;
use crate::configuration::{self, Configuration};
use crate::cycle::{Cycle, Rooms, Settings, SystemClock};
use crate::documents::Limits;
use crate::form::{self, Form};
use crate::ledger::SqliteLedger;
use crate::outbox::{self, AnyOutbox};
use crate::reader::Reader;
use crate::triage::OurAddresses;
use crate::{reply, report};

/// A cycle over the rooms that the configuration names.
pub type OfficeCycle = Cycle<SqliteLedger, configuration::resolved::Mailbox, AnyOutbox, Judge, Templates, SystemClock>;

/// A configuration with the files it names read and checked.
pub struct Office {
    pub configuration: Configuration,
    pub form: Form,
    pub calendar: Calendar,
    pub templates: Templates,
}

impl Office {
    /// # Errors
    /// When the configuration or a file it names cannot be read or is not valid.
    pub fn open(config: Option<&Path>) -> Result<Office, Failure> {
        let configuration = match config {
            Some(path) => configuration::load(path)?,
            None => configuration::embedded()?,
        };
        Office::of(configuration)
    }

    /// # Errors
    /// As [`Office::open`].
    pub fn of(configuration: Configuration) -> Result<Office, Failure> {
        // Mail that is passed over is not looked at again: a day to come, set by mistake, would pass over all of it.
        if configuration.mailbox.since.is_some_and(|since| since > jiff::Timestamp::now()) {
            let what = "mailbox.since is a day to come: mail would be passed over. Write today or an earlier day";
            return Err(Failure::Refused(what.to_owned()));
        }
        let form = named_or_embedded(configuration.form_file.as_deref(), form::EMBEDDED)?;
        let form = Form::parse(&form.text).map_err(|source| Failure::Form { path: form.path, source })?;
        let holidays = named_or_embedded(configuration.holidays_file.as_deref(), calendar::EMBEDDED)?;
        let calendar =
            Calendar::parse(&holidays.text).map_err(|source| Failure::Holidays { path: holidays.path, source })?;
        let templates = Templates::load(&edited_templates(configuration.replies.templates.as_deref())?)?;
        reply::check_templates(&templates)?;
        report::check_templates(&templates)?;
        Ok(Office { configuration, form, calendar, templates })
    }

    /// Files or mails read side by side.
    pub fn parallel(&self) -> usize {
        self.configuration.reading.parallel
    }

    /// # Errors
    /// When the runtime does not start.
    pub fn runtime(&self) -> Result<tokio::runtime::Runtime, Failure> {
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::Runtime)
    }

    /// Now, in the office's time zone.
    pub fn now(&self) -> Zoned {
        jiff::Timestamp::now().to_zoned(self.configuration.office.time_zone.clone())
    }

    /// What reads and judges mails by this configuration.
    ///
    /// # Errors
    /// When this program's own file, which is the reading process too, cannot be found.
    pub fn judge(&self) -> Result<Judge, Failure> {
        let reading = &self.configuration.reading;
        let limits = Limits { bytes: reading.max_attachment_bytes, pages: reading.max_pages, ..Limits::default() };
        let program = std::env::current_exe().map_err(Failure::NoProgram)?;
        let model = super::model::find(reading.model.as_deref(), &program);
        Ok(Judge {
            reader: Reader::new(program, limits, reading.per_document)
                .with_model(model)
                .with_second_reading(reading.second_reading),
            form: self.form.clone(),
            ours: self.our_addresses(),
            pictures: reading.pictures,
            time_zone: self.configuration.office.time_zone.clone(),
        })
    }

    /// The ledger for asking it something. An empty one, made where a path is misspelt, would answer that nobody waits.
    ///
    /// # Errors
    /// When there is none yet, or it cannot be opened.
    pub fn existing_ledger(&self) -> Result<SqliteLedger, Failure> {
        let path = &self.configuration.ledger;
        match path.try_exists() {
            Ok(true) => self.ledger(),
            Ok(false) => Err(Failure::Refused(format!(
                "{}: there is no ledger: check ledger.path; the first cycle makes it",
                path.display()
            ))),
            Err(source) => Err(Failure::File { path: path.clone(), source }),
        }
    }

    /// The ledger, made where there is none.
    ///
    /// # Errors
    /// When the ledger cannot be opened.
    pub fn ledger(&self) -> Result<SqliteLedger, Failure> {
        let path = &self.configuration.ledger;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| {
                let folder = folder.display();
                Failure::Refused(format!("{folder}: the ledger's folder cannot be made: {error}: check ledger.path"))
            })?;
        }
        Ok(SqliteLedger::open(path, self.configuration.office.time_zone.clone())?)
    }

    /// # Errors
    /// When the configured outbox is not one.
    pub fn outbox(&self) -> Result<AnyOutbox, Failure> {
        Ok(outbox::open(&self.configuration.outbox)?)
    }

    /// # Errors
    /// When a room cannot be opened, or another process works on the same ledger.
    pub async fn cycle(&self) -> Result<OfficeCycle, Failure> {
        let rooms = Rooms {
            ledger: self.ledger()?,
            mailbox: self.configuration.mailbox.clone(),
            outbox: self.outbox()?,
            judge: self.judge()?,
            writer: self.templates.clone(),
            clock: SystemClock,
        };
        Ok(Cycle::new(rooms, Settings::of(&self.configuration, self.calendar.clone())).await?)
    }

    fn our_addresses(&self) -> OurAddresses {
        let office = &self.configuration.office;
        let mut ours = vec![office.address.address.clone()];
        ours.extend(office.other_addresses.iter().cloned());
        OurAddresses(ours)
    }
}

struct NamedText {
    path: std::path::PathBuf,
    text: String,
}

fn named_or_embedded(path: Option<&Path>, embedded: &str) -> Result<NamedText, Failure> {
    match path {
        Some(path) => {
            let text =
                std::fs::read_to_string(path).map_err(|source| Failure::File { path: path.to_owned(), source })?;
            Ok(NamedText { path: path.to_owned(), text })
        }
        None => Ok(NamedText { path: "built-in file".into(), text: embedded.to_owned() }),
    }
}

/// The templates that an administrator put into the configured folder; other files there are left alone.
fn edited_templates(folder: Option<&Path>) -> Result<BTreeMap<String, String>, Failure> {
    let mut edited = BTreeMap::new();
    let Some(folder) = folder else { return Ok(edited) };
    let fail = |source| Failure::File { path: folder.to_owned(), source };
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        let is_template = path.extension().is_some_and(|extension| extension == "html" || extension == "txt");
        if let Some(name) = path.file_name().and_then(|name| name.to_str())
            && is_template
        {
            let text = std::fs::read_to_string(&path).map_err(|source| Failure::File { path: path.clone(), source })?;
            edited.insert(name.to_owned(), text);
        }
    }
    Ok(edited)
}
