//! Fakes of the edges and of the core. A sample mail says in its body what it will be judged to be.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;

use crate::cycle::{Clock, Judge, JudgeError, Judgement, MailboxSource, NotWritten, ReplyWriter};
use crate::mail::{Address, Mail, Undelivered};
use crate::mailbox::{Arrival, Filing, MailKey, Mailbox, MailboxError, News, SentLookup};
use crate::outbox::{Delivery, Outbox, OutgoingMessage};
use crate::reply::ReplyInput;
use crate::rules::{Finding, RuleCode, Severity};
use crate::triage::Answer;
use crate::verdict::{Assessment, Decision, Designee, OficioData};

#[derive(Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl Default for TestClock {
    fn default() -> TestClock {
        // Tuesday, 24 November 2026, 9 o'clock in Lima.
        TestClock(Arc::new(AtomicI64::new(1_795_528_800)))
    }
}

impl TestClock {
    pub fn pass_minutes(&self, minutes: i64) {
        self.0.fetch_add(minutes * 60, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

/// A sample mail. Its text is an RFC 5322 message with what it will be judged to be in the body.
#[derive(Clone, Debug)]
pub struct Sample {
    pub message_id: Option<&'static str>,
    pub from: String,
    pub subject: String,
    pub in_reply_to: Option<String>,
    /// Of the mail that a server reports as not delivered.
    pub undelivered: Option<String>,
    pub received: u32,
    pub decision: &'static str,
    pub entity: &'static str,
    pub number: String,
    pub dni: &'static str,
    pub finding: &'static str,
}

impl Default for Sample {
    fn default() -> Sample {
        Sample {
            message_id: Some("1@muni"),
            from: "ana@muni.gob.pe".to_owned(),
            subject: "Oficio".to_owned(),
            in_reply_to: None,
            undelivered: None,
            received: 0,
            decision: "confirmado",
            entity: "Municipalidad de Ica",
            number: "1-2026".to_owned(),
            dni: "12345670",
            finding: "dni.formato",
        }
    }
}

impl Sample {
    pub fn raw(&self) -> Vec<u8> {
        let mut text = format!("Received: {}\r\nFrom: {}\r\nSubject: {}\r\n", self.received, self.from, self.subject);
        if let Some(id) = self.message_id {
            text.push_str(&format!("Message-ID: {id}\r\n"));
        }
        if let Some(id) = &self.in_reply_to {
            text.push_str(&format!("In-Reply-To: {id}\r\n"));
        }
        if let Some(id) = &self.undelivered {
            text.push_str(&format!("Undelivered: {id}\r\n"));
        }
        text.push_str(&format!("\r\n{}|{}|{}|{}|{}", self.decision, self.entity, self.number, self.dni, self.finding));
        text.into_bytes()
    }
}

/// What it judges changes when its form is changed: `a>b` is first `a`, then `b`.
#[derive(Clone, Default)]
pub struct FakeJudge {
    pub form_changed: Arc<AtomicBool>,
}

impl Judge for FakeJudge {
    async fn judge(&self, raw: Vec<u8>) -> Result<Judgement, JudgeError> {
        let text = String::from_utf8(raw).unwrap();
        let (header, body) = text.split_once("\r\n\r\n").unwrap();
        let field = |name: &str| -> Option<String> {
            header.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned))
        };
        let parts: Vec<&str> = body.split('|').collect();
        let (before, after) = parts[0].split_once('>').unwrap_or((parts[0], parts[0]));
        let decision = match if self.form_changed.load(Ordering::Relaxed) { after } else { before } {
            "confirmado" => Decision::Confirmado,
            "subsanacion" => Decision::Subsanacion,
            "revision" => Decision::Revision,
            "ajeno" => Decision::Ajeno,
            "automatico" => Decision::Automatico,
            _ => return Err(JudgeError("it died".to_owned())),
        };
        let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let finding = Finding {
            rule: match parts[4] {
                "dni.formato" => RuleCode::DniFormato,
                "oficio.ausente" => RuleCode::OficioAusente,
                _ => RuleCode::CorreoFormato,
            },
            severity: Severity::Error,
            row: Some(1),
            field: "dni".to_owned(),
            value: Some(parts[3].to_owned()),
            message: "m".to_owned(),
            remedy: "r".to_owned(),
            evidence: None,
        };
        let assessment = Assessment {
            decision,
            reasons: Vec::new(),
            oficio: Some(OficioData { number: known(parts[2]), date: None, entity: known(parts[1]) }),
            designees: vec![Designee { row: 1, dni: known(parts[3]), ..Designee::default() }],
            findings: if decision == Decision::Subsanacion { vec![finding] } else { Vec::new() },
            unclear: Vec::new(),
        };
        let mail = Mail {
            message_id: field("Message-ID"),
            in_reply_to: field("In-Reply-To").into_iter().collect(),
            from: field("From").into_iter().map(|address| Address { name: None, address }).collect(),
            subject: field("Subject").unwrap_or_default(),
            undelivered: field("Undelivered")
                .map(|id| Undelivered { message_ids: vec![id], status: Some("5.1.1".to_owned()) }),
            ..Mail::default()
        };
        let answer = if mail.subject.contains("gracias") { Answer::Thanks } else { Answer::ToThePoint };
        Ok(Judgement { mail, assessment, answer })
    }
}

#[derive(Clone)]
pub struct FakeWriter;

impl ReplyWriter for FakeWriter {
    fn write(&self, input: &ReplyInput) -> Result<OutgoingMessage, NotWritten> {
        if input.original_subject == "unwritable" {
            return Err(NotWritten("template".to_owned()));
        }
        Ok(OutgoingMessage {
            message_id: input.message_id.to_owned(),
            envelope_from: Some(input.from.address.clone()),
            envelope_to: vec![input.to.address.clone()],
            bytes: format!("{}\n{:?} {}", input.message_id, input.kind, input.case_number).into_bytes(),
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Inbox,
    Folder(String),
}

#[derive(Clone, Debug)]
pub struct InboxMail {
    pub key: MailKey,
    pub raw: Vec<u8>,
    /// Seconds since 1970.
    pub arrived: i64,
    pub place: Place,
    pub keywords: HashSet<String>,
}

#[derive(Debug, Default)]
pub struct InboxState {
    pub mails: Vec<InboxMail>,
    pub validity: u32,
    pub next_uid: u32,
    /// `None`: there is no Sent folder.
    pub sent: Option<HashSet<String>>,
    /// UIDs on which the server breaks the connection.
    pub unfetchable: HashSet<String>,
    pub unfileable: HashSet<String>,
    pub down: bool,
}

/// The mailbox on the server: outlives every connection and every crash.
#[derive(Clone, Default)]
pub struct Inbox(pub Arc<Mutex<InboxState>>);

impl Inbox {
    pub fn deliver(&self, raw: Vec<u8>) -> MailKey {
        let mut state = self.0.lock().unwrap();
        state.next_uid += 1;
        let key = MailKey {
            mailbox: "mesa".to_owned(),
            validity: state.validity.to_string(),
            uid: state.next_uid.to_string(),
        };
        state.mails.push(InboxMail {
            key: key.clone(),
            raw,
            arrived: 1_795_528_000,
            place: Place::Inbox,
            keywords: HashSet::new(),
        });
        key
    }

    /// What a server does that was restored from a copy: every mail has another identity.
    pub fn change_validity(&self) {
        let mut state = self.0.lock().unwrap();
        state.validity += 1;
        state.next_uid = 0;
        let InboxState { mails, validity, next_uid, .. } = &mut *state;
        for mail in mails {
            *next_uid += 1;
            mail.key.validity = validity.to_string();
            mail.key.uid = next_uid.to_string();
        }
    }

    pub fn place_of(&self, key: &MailKey) -> (Place, Vec<String>) {
        let state = self.0.lock().unwrap();
        let mail = state.mails.iter().find(|mail| mail.key == *key).unwrap();
        (mail.place.clone(), mail.keywords.iter().cloned().collect())
    }
}

fn broken(step: &'static str) -> MailboxError {
    MailboxError::Protocol { mailbox: "mesa".to_owned(), step, reason: "broken".to_owned() }
}

impl MailboxSource for Inbox {
    type Mailbox = Inbox;

    async fn open(&self) -> Result<Inbox, MailboxError> {
        if self.0.lock().unwrap().down {
            return Err(broken("connect"));
        }
        Ok(self.clone())
    }
}

impl Mailbox for Inbox {
    async fn arrivals(&mut self, after: Option<&MailKey>, limit: usize) -> Result<Vec<Arrival>, MailboxError> {
        let state = self.0.lock().unwrap();
        let validity = state.validity.to_string();
        let after: u32 = after.filter(|key| key.validity == validity).map_or(0, |key| key.uid.parse().unwrap());
        let inbox = state.mails.iter().filter(|mail| mail.place == Place::Inbox);
        let later = inbox.filter(|mail| mail.key.uid.parse::<u32>().unwrap() > after);
        let arrival =
            |mail: &InboxMail| Arrival { key: mail.key.clone(), size: mail.raw.len() as u64, arrived: mail.arrived };
        Ok(later.map(arrival).take(limit).collect())
    }

    async fn fetch(&mut self, key: &MailKey, max_bytes: u64) -> Result<Vec<u8>, MailboxError> {
        let state = self.0.lock().unwrap();
        if state.unfetchable.contains(&key.uid) {
            return Err(broken("fetch"));
        }
        let mail = state.mails.iter().find(|mail| mail.key == *key && mail.place == Place::Inbox);
        match mail {
            Some(mail) => Ok(mail.raw.iter().take(usize::try_from(max_bytes).unwrap()).copied().collect()),
            None => Err(MailboxError::Gone { mailbox: "mesa".to_owned(), uid: key.uid.clone() }),
        }
    }

    async fn file(&mut self, key: &MailKey, filing: &Filing) -> Result<(), MailboxError> {
        let mut state = self.0.lock().unwrap();
        if state.unfileable.contains(&key.uid) {
            return Err(broken("file"));
        }
        let Some(mail) = state.mails.iter_mut().find(|mail| mail.key == *key && mail.place == Place::Inbox) else {
            return Err(MailboxError::Gone { mailbox: "mesa".to_owned(), uid: key.uid.clone() });
        };
        match filing {
            Filing::Folder(name) => mail.place = Place::Folder(name.clone()),
            Filing::Keyword(word) => {
                mail.keywords.insert(word.clone());
            }
            Filing::Untouched => panic!("what is to be left untouched is not filed"),
        }
        Ok(())
    }

    async fn sent_holds(&mut self, message_id: &str) -> Result<SentLookup, MailboxError> {
        Ok(match &self.0.lock().unwrap().sent {
            None => SentLookup::NoSentFolder,
            Some(sent) if sent.contains(message_id) => SentLookup::Found,
            Some(_) => SentLookup::NotFound,
        })
    }

    async fn keep_sent(&mut self, message: &[u8]) -> Result<(), MailboxError> {
        let text = String::from_utf8(message.to_vec()).unwrap();
        if let Some(sent) = &mut self.0.lock().unwrap().sent {
            let message_id = text.lines().next().unwrap();
            assert!(sent.insert(message_id.to_owned()), "a copy was kept twice");
        }
        Ok(())
    }

    async fn wait(&mut self, _seconds: u64) -> Result<News, MailboxError> {
        Ok(News::TimeOver)
    }
}

#[derive(Default)]
pub struct PostState {
    pub delivered: Vec<OutgoingMessage>,
    /// What the server says next to an address, first to last; then it accepts.
    pub answers: HashMap<String, Vec<Delivery>>,
    /// The server puts what it accepts into the Sent folder.
    pub keeps_copies_in: Option<Inbox>,
    /// A folder: the same message again is the same file.
    pub is_folder: bool,
}

#[derive(Clone, Default)]
pub struct Post(pub Arc<Mutex<PostState>>);

impl Post {
    pub fn delivered(&self) -> Vec<OutgoingMessage> {
        self.0.lock().unwrap().delivered.clone()
    }

    pub fn answer(&self, address: &str, answers: Vec<Delivery>) {
        self.0.lock().unwrap().answers.insert(address.to_owned(), answers);
    }
}

impl Outbox for Post {
    async fn deliver(&self, message: &OutgoingMessage) -> Delivery {
        let mut state = self.0.lock().unwrap();
        if let Some(answers) = state.answers.get_mut(&message.envelope_to[0])
            && !answers.is_empty()
        {
            return answers.remove(0);
        }
        let known = state.is_folder && state.delivered.contains(message);
        if !known {
            state.delivered.push(message.clone());
        }
        if let Some(inbox) = &state.keeps_copies_in {
            inbox.0.lock().unwrap().sent.get_or_insert_default().insert(message.message_id.clone());
        }
        Delivery::Accepted { response: "250 OK".to_owned() }
    }

    async fn probe(&self) -> Result<(), String> {
        Ok(())
    }
}
