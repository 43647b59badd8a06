//! What every command starts from: the configuration, the form, the day, and the judge made of them.

use std::path::Path;

use super::Failure;
use super::judge::Judge;
use crate::configuration::{self, Configuration};
use crate::documents::Limits;
use crate::form::{self, Form};
use crate::reader::Reader;
use crate::triage::OurAddresses;

/// A configuration with the files it names read and checked.
pub struct Office {
    pub configuration: Configuration,
    pub form: Form,
}

impl Office {
    /// # Errors
    /// When the configuration or a file it names cannot be read or is not valid.
    pub fn open(config: Option<&Path>) -> Result<Office, Failure> {
        let configuration = match config {
            Some(path) => configuration::load(path)?,
            None => configuration::embedded()?,
        };
        let form = match &configuration.form_file {
            Some(path) => {
                let text =
                    std::fs::read_to_string(path).map_err(|source| Failure::File { path: path.clone(), source })?;
                Form::parse(&text).map_err(|source| Failure::Form { path: path.clone(), source })?
            }
            None => {
                Form::parse(form::EMBEDDED).map_err(|source| Failure::Form { path: "built-in form".into(), source })?
            }
        };
        Ok(Office { configuration, form })
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

    /// What reads and judges mails by this configuration.
    ///
    /// # Errors
    /// When this program's own file, which is the reading process too, cannot be found.
    pub fn judge(&self) -> Result<Judge, Failure> {
        let reading = &self.configuration.reading;
        let limits = Limits { bytes: reading.max_attachment_bytes, pages: reading.max_pages, ..Limits::default() };
        let program = std::env::current_exe().map_err(Failure::NoProgram)?;
        Ok(Judge {
            reader: Reader::new(program, limits, reading.per_document),
            form: self.form.clone(),
            ours: self.our_addresses(),
            time_zone: self.configuration.office.time_zone.clone(),
        })
    }

    fn our_addresses(&self) -> OurAddresses {
        let office = &self.configuration.office;
        let mut ours = vec![office.address.address.clone()];
        ours.extend(office.other_addresses.iter().cloned());
        OurAddresses(ours)
    }
}
