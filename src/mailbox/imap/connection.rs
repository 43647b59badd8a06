//! One IMAP connection: line, TLS, login, and commands whose answers are all looked at. Every step has a time limit.
//!
//! async-imap frames and parses; its convenience methods are not used for commands, since several of them take a refusal (`NO`)
//! or the end of the line for an empty answer. Nothing here knows what a command is for.

use std::fmt;
use std::time::Duration;

use async_imap::imap_proto::{Capability, RequestId, Response, ResponseCode, Status};
use async_imap::{Authenticator, Client};
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::super::MailboxError;
use crate::configuration::password::Secret;
use crate::configuration::resolved::{Security, Server};
use crate::trust;

/// A byte stream to a server, encrypted or not.
pub(super) trait Line: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug> Line for S {}

pub(super) type Session = async_imap::Session<Box<dyn Line>>;

/// A server's answer to one command; the connection can be used on after both.
pub(super) enum Answer {
    Done,
    /// `NO`, with the server's words.
    Refused(String),
}

/// Why a step did not come to an answer: the connection is over.
pub(super) enum Breakdown {
    TimedOut,
    Failed(String),
}

pub(super) struct Connection {
    mailbox: String,
    limit: Duration,
    /// `None` while a command is on its way, and for good after one that did not come to its answer, or whose future was
    /// dropped: what the server says next would be taken for the answer to something else.
    session: Option<Session>,
}

impl Connection {
    /// Connects, encrypts as configured and logs in.
    pub async fn open(mailbox: &str, server: &Server) -> Result<Connection, MailboxError> {
        let opening = Opening { mailbox, server };
        let client = opening.client().await?;
        let session = opening.log_in(client).await?;
        Ok(Connection { mailbox: mailbox.to_owned(), limit: server.timeout, session: Some(session) })
    }

    pub fn mailbox(&self) -> &str {
        &self.mailbox
    }

    pub fn limit(&self) -> Duration {
        self.limit
    }

    /// Sends one command and gives every response before its answer to `each`.
    ///
    /// # Errors
    /// When the server says `BAD`, does not answer in time, answers what cannot be understood, or hangs up.
    pub async fn command(
        &mut self,
        step: &'static str,
        text: &str,
        mut each: impl FnMut(&Response<'_>) + Send,
    ) -> Result<Answer, MailboxError> {
        let mut session = self.take(step)?;
        let answer = within(self.limit, async {
            let tag = session.run_command(text).await.map_err(|error| Breakdown::Failed(words_of(error)))?;
            read_until_answer(&mut session, &tag, &mut each).await
        })
        .await;
        self.settle(step, session, answer)
    }

    /// As [`Connection::command`], where a refusal is an error too.
    pub async fn must(
        &mut self,
        step: &'static str,
        text: &str,
        each: impl FnMut(&Response<'_>) + Send,
    ) -> Result<(), MailboxError> {
        match self.command(step, text, each).await? {
            Answer::Done => Ok(()),
            Answer::Refused(reason) => Err(self.protocol(step, reason)),
        }
    }

    /// `APPEND`: a command whose last argument is the message itself, sent once the server has said it may come.
    pub async fn append(&mut self, folder: &str, message: &[u8]) -> Result<Answer, MailboxError> {
        let step = "APPEND";
        let mut session = self.take(step)?;
        let answer = within(self.limit, async {
            let command = format!("APPEND {folder} (\\Seen) {{{}}}", message.len());
            let tag = session.run_command(command).await.map_err(|error| Breakdown::Failed(words_of(error)))?;
            if let Some(refusal) = read_until_continuation(&mut session, &tag, &mut |_| {}).await? {
                return Ok(refusal);
            }
            let line = session.as_mut();
            let written = async {
                line.write_all(message).await?;
                line.write_all(b"\r\n").await?;
                line.flush().await
            };
            written.await.map_err(|error| Breakdown::Failed(words_of_io(&error)))?;
            read_until_answer(&mut session, &tag, &mut |_| {}).await
        })
        .await;
        self.settle(step, session, answer)
    }

    /// Takes the session for one exchange; [`Connection::settle`] gives it back.
    pub fn take(&mut self, step: &'static str) -> Result<Session, MailboxError> {
        self.session.take().ok_or_else(|| self.protocol(step, "the connection was given up before".into()))
    }

    pub fn settle<T>(
        &mut self,
        step: &'static str,
        session: Session,
        outcome: Result<T, Breakdown>,
    ) -> Result<T, MailboxError> {
        match outcome {
            Ok(value) => {
                self.session = Some(session);
                Ok(value)
            }
            Err(Breakdown::TimedOut) => Err(timed_out(&self.mailbox, step, self.limit)),
            Err(Breakdown::Failed(reason)) => Err(self.protocol(step, reason)),
        }
    }

    pub fn protocol(&self, step: &'static str, reason: String) -> MailboxError {
        MailboxError::Protocol { mailbox: self.mailbox.clone(), step, reason }
    }
}

fn timed_out(mailbox: &str, step: &'static str, limit: Duration) -> MailboxError {
    MailboxError::TimedOut { mailbox: mailbox.to_owned(), step, seconds: limit.as_secs() }
}

pub(super) async fn within<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, Breakdown>>,
) -> Result<T, Breakdown> {
    tokio::time::timeout(limit, work).await.unwrap_or(Err(Breakdown::TimedOut))
}

/// Reads until the answer tagged `tag`.
pub(super) async fn read_until_answer(
    session: &mut Session,
    tag: &RequestId,
    each: &mut (impl FnMut(&Response<'_>) + Send),
) -> Result<Answer, Breakdown> {
    let mut farewell = None;
    loop {
        let response = session.read_response().await.map_err(|error| Breakdown::Failed(words_of_io(&error)))?;
        let Some(response) = response else {
            return Err(Breakdown::Failed(farewell.unwrap_or_else(|| HUNG_UP.to_owned())));
        };
        match response.parsed() {
            Response::Done { tag: answered, status, outcome } if answered == tag => {
                let words = outcome.information.as_deref().unwrap_or_default().to_owned();
                return match status {
                    Status::Ok => Ok(Answer::Done),
                    Status::No => Ok(Answer::Refused(words)),
                    _ => Err(Breakdown::Failed(words)),
                };
            }
            Response::Data { status: Status::Bye, outcome } => {
                farewell = Some(format!("{HUNG_UP}: {}", outcome.information.as_deref().unwrap_or_default()));
            }
            other => each(other),
        }
    }
}

/// Reads until the server asks for more; `Some` when it refuses instead.
pub(super) async fn read_until_continuation(
    session: &mut Session,
    tag: &RequestId,
    each: &mut (impl FnMut(&Response<'_>) + Send),
) -> Result<Option<Answer>, Breakdown> {
    loop {
        let response = session.read_response().await.map_err(|error| Breakdown::Failed(words_of_io(&error)))?;
        let Some(response) = response else {
            return Err(Breakdown::Failed(HUNG_UP.to_owned()));
        };
        match response.parsed() {
            Response::Continue(_) => return Ok(None),
            Response::Done { tag: answered, status, outcome } if answered == tag => {
                let words = outcome.information.as_deref().unwrap_or_default().to_owned();
                return match status {
                    Status::No => Ok(Some(Answer::Refused(words))),
                    _ => Err(Breakdown::Failed(words)),
                };
            }
            other => each(other),
        }
    }
}

const HUNG_UP: &str = "the server closed the connection";

/// async-imap's error for a person. A parse error quotes what it was parsing, which may be a mail: that part is left out.
pub(super) fn words_of(error: async_imap::error::Error) -> String {
    use async_imap::error::Error;
    match error {
        Error::Io(error) => words_of_io(&error),
        Error::No(text) | Error::Bad(text) => servers_words(&text),
        Error::ConnectionLost => HUNG_UP.to_owned(),
        Error::Parse(_) => NOT_UNDERSTOOD.to_owned(),
        other => other.to_string(),
    }
}

const NOT_UNDERSTOOD: &str = "the server's answer could not be understood";

pub(super) fn words_of_io(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::Other => NOT_UNDERSTOOD.to_owned(),
        std::io::ErrorKind::UnexpectedEof => HUNG_UP.to_owned(),
        _ => error.to_string(),
    }
}

/// What the server said, out of async-imap's `code: …, info: Some("…")`.
fn servers_words(text: &str) -> String {
    match text.split_once("info: Some(\"").and_then(|(_, rest)| rest.strip_suffix("\")")) {
        Some(words) => words.replace("\\\"", "\""),
        None => text.to_owned(),
    }
}

/// What is needed before there is a [`Connection`].
struct Opening<'a> {
    mailbox: &'a str,
    server: &'a Server,
}

struct Greeted {
    client: Client<Box<dyn Line>>,
    /// The greeting announces `AUTHENTICATE PLAIN`.
    plain: bool,
}

impl Opening<'_> {
    async fn client(&self) -> Result<Greeted, MailboxError> {
        let Server { host, port, .. } = self.server;
        let tcp = self
            .step("the connection", async {
                TcpStream::connect((host.as_str(), *port)).await.map_err(|error| error.to_string())
            })
            .await?;
        match self.server.security {
            Security::Plain => self.greeting(Box::new(tcp)).await,
            Security::Tls => {
                let line = self.encrypt(Box::new(tcp)).await?;
                self.greeting(line).await
            }
            Security::StartTls => {
                let mut client = self.greeting(Box::new(tcp)).await?.client;
                self.step("STARTTLS", async {
                    client.run_command_and_check_ok("STARTTLS", None).await.map_err(|error| {
                        format!("the server refuses STARTTLS ({}): check the port and security", words_of(error))
                    })
                })
                .await?;
                // What came in clear text after the answer is thrown away with the old client, so that nothing can be
                // slipped in before the encryption.
                let line = self.encrypt(client.into_inner()).await?;
                Ok(Greeted { client: Client::new(line), plain: false })
            }
        }
    }

    async fn encrypt(&self, line: Box<dyn Line>) -> Result<Box<dyn Line>, MailboxError> {
        let host = self.server.host.clone();
        let ca_file = self.server.ca_file.clone();
        self.step("the TLS handshake", async move {
            let configuration = tokio::task::spawn_blocking(move || trust::client_configuration(ca_file.as_deref()))
                .await
                .map_err(|error| error.to_string())?
                .map_err(|error| error.to_string())?;
            let name = ServerName::try_from(host).map_err(|error| error.to_string())?;
            let line = TlsConnector::from(configuration)
                .connect(name, line)
                .await
                .map_err(|error| trust::handshake_failure(&error))?;
            Ok(Box::new(line) as Box<dyn Line>)
        })
        .await
    }

    async fn greeting(&self, line: Box<dyn Line>) -> Result<Greeted, MailboxError> {
        let mut client = Client::new(line);
        self.step("the greeting", async move {
            let greeting = client.read_response().await.map_err(|error| words_of_io(&error))?;
            let Some(greeting) = greeting else {
                return Err(HUNG_UP.to_owned());
            };
            match greeting.parsed() {
                Response::Data { status: Status::Ok, outcome } => {
                    let plain = matches!(&outcome.code, Some(ResponseCode::Capabilities(capabilities))
                        if capabilities.contains(&Capability::Auth("PLAIN".into())));
                    Ok(Greeted { client, plain })
                }
                Response::Data { status: Status::Bye, outcome } => {
                    Err(outcome.information.as_deref().unwrap_or(HUNG_UP).to_owned())
                }
                _ => Err("the server's greeting is none that comes before a login".to_owned()),
            }
        })
        .await
    }

    async fn log_in(&self, greeted: Greeted) -> Result<Session, MailboxError> {
        let Some(login) = &self.server.login else {
            return Err(self.refused(String::new(), "the configuration names no user".into()));
        };
        let source = login.password.clone();
        let no_password = |reason| MailboxError::Password { mailbox: self.mailbox.to_owned(), reason };
        let reading = tokio::task::spawn_blocking(move || source.read());
        let password = match tokio::time::timeout(self.server.timeout, reading).await {
            Ok(Ok(read)) => read.map_err(|error| no_password(error.to_string()))?,
            Ok(Err(error)) => return Err(no_password(error.to_string())),
            Err(_) => return Err(timed_out(self.mailbox, "the password's source", self.server.timeout)),
        };
        let attempt = async {
            // A quoted string holds no 8-bit letters (RFC 3501, section 4.3); AUTHENTICATE carries any.
            if greeted.plain || !login.user.is_ascii() || !password.reveal().is_ascii() {
                greeted.client.authenticate("PLAIN", Plain { user: &login.user, password: &password }).await
            } else {
                greeted.client.login(&login.user, password.reveal()).await
            }
        };
        match tokio::time::timeout(self.server.timeout, attempt).await {
            Ok(Ok(session)) => Ok(session),
            Ok(Err((error, _))) => Err(self.refused(login.user.clone(), words_of(error))),
            Err(_) => Err(timed_out(self.mailbox, "the login", self.server.timeout)),
        }
    }

    fn refused(&self, user: String, reason: String) -> MailboxError {
        MailboxError::Login { mailbox: self.mailbox.to_owned(), user, reason }
    }

    /// One step on the way to the login: its failure is a failure to connect.
    async fn step<T>(
        &self,
        step: &'static str,
        work: impl Future<Output = Result<T, String>>,
    ) -> Result<T, MailboxError> {
        match tokio::time::timeout(self.server.timeout, work).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(reason)) => Err(MailboxError::Connect {
                mailbox: self.mailbox.to_owned(),
                host: format!("{}:{}", self.server.host, self.server.port),
                reason,
            }),
            Err(_) => Err(timed_out(self.mailbox, step, self.server.timeout)),
        }
    }
}

/// SASL PLAIN (RFC 4616).
struct Plain<'a> {
    user: &'a str,
    password: &'a Secret,
}

impl Authenticator for Plain<'_> {
    type Response = String;

    fn process(&mut self, _challenge: &[u8]) -> String {
        format!("\0{}\0{}", self.user, self.password.reveal())
    }
}
