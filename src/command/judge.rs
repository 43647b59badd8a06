//! The judge: raw bytes go through the reading process and the pure core, and an assessment comes out.

use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::cycle::{self, JudgeError, Judgement};
use crate::documents::{Document, Format, Trouble};
use crate::form::Form;
use crate::reader::{ReadFile, Reader};
use crate::triage::{self, OurAddresses};
use crate::verdict::{self, Assessment, Context, Decision, Pictures};

#[derive(Clone, Debug)]
pub struct Judge {
    pub reader: Reader,
    pub form: Form,
    pub ours: OurAddresses,
    pub pictures: Pictures,
    pub time_zone: TimeZone,
}

impl Judge {
    /// Judges one file, a mail or a bare document. What cannot be read is judged too: a person has to look.
    pub async fn judge_file(&self, path: &Path) -> Assessment {
        match self.read_file(path).await {
            Some(ReadFile::Mail(read)) => verdict::assess_mail(&read, &self.context()),
            Some(ReadFile::Documents(documents)) => verdict::assess_documents(&documents, &self.context()),
            None => Assessment {
                decision: Decision::Revision,
                reasons: vec!["No se pudo abrir el archivo: no existe, o falta permiso para leerlo.".to_owned()],
                oficio: None,
                designees: Vec::new(),
                findings: Vec::new(),
                unclear: Vec::new(),
            },
        }
    }

    /// The documents of one file, read; `None` when it cannot be opened, which was said on standard error.
    pub async fn documents_of(&self, path: &Path) -> Option<Vec<Document>> {
        self.read_file(path).await.map(|read| read.documents().to_vec())
    }

    async fn read_file(&self, path: &Path) -> Option<ReadFile> {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let bytes = match tokio::fs::read(path).await {
            Ok(bytes) => bytes,
            Err(error) => {
                eprintln!("oficios: {}: {error}", path.display());
                return None;
            }
        };
        Some(match self.reader.read_file(&name, &bytes).await {
            Ok(read) => read,
            Err(error) => {
                eprintln!("oficios: {}: {error}", path.display());
                let trouble = Trouble::ReaderStopped;
                ReadFile::Documents(vec![Document::unread(&name, Format::Unknown, trouble)])
            }
        })
    }

    fn context(&self) -> Context<'_> {
        let today = Timestamp::now().to_zoned(self.time_zone.clone()).date();
        Context { form: &self.form, ours: &self.ours, today, pictures: self.pictures }
    }
}

impl cycle::Judge for Judge {
    async fn judge(&self, raw: Vec<u8>) -> Result<Judgement, JudgeError> {
        let read = self.reader.read_mail(&raw).await.map_err(|error| JudgeError(error.to_string()))?;
        let assessment = verdict::assess_mail(&read, &self.context());
        let answer = triage::answer(&read.mail, &self.form);
        Ok(Judgement { mail: read.mail, assessment, answer })
    }
}
