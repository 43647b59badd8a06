//! What every command starts from: the configuration, the form and the day.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;

use super::Failure;
use crate::configuration::{self, Configuration};
use crate::form::{self, Form};

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

    /// Today, in the office's time zone.
    pub fn today(&self) -> Date {
        Timestamp::now().to_zoned(self.configuration.office.time_zone.clone()).date()
    }
}
