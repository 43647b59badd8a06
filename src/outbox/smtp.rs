//! The outbox over SMTP (RFC 5321), on lettre's connection.
//!
//! lettre's transport does not tell at which point an attempt broke off, and that decides whether a message may be sent again. So
//! its connection is driven step by step here. The bytes go out as they are stored; a message that could be taken for two is not
//! sent at all.

use std::future::Future;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::{Response, Severity};

use super::line;
use super::message::{Content, Envelope, without_addresses};
use super::{Delivery, Outbox, OutboxError, OutgoingMessage};
use crate::configuration::resolved::Server;

/// Bytes of a message written at once; the time limit holds for each piece.
const PIECE: usize = 64 * 1024;

/// A connection that was idle for longer is not used again: servers hang up on idle clients.
const IDLE: Duration = Duration::from_secs(20);

/// How many times the configured limit the server may take to answer the end of the message. RFC 5321, section 4.5.3.2.6, asks
/// for ten minutes: giving up earlier means not knowing whether the message was delivered.
const LAST_ANSWER: u32 = 10;

/// How long a goodbye may take.
const GOODBYE: Duration = Duration::from_secs(2);

/// Delivers through one server. Keeps one connection open between messages that follow each other closely.
pub struct SmtpOutbox {
    server: Server,
    hello: ClientId,
    idle: Mutex<Option<(AsyncSmtpConnection, Instant)>>,
}

/// Why a step before the end of the message failed. The message is surely not delivered.
enum Failure {
    /// 4xx, a broken line, no answer in time.
    Passing(String),
    /// 5xx, or a message that this server cannot take.
    Lasting(String),
}

impl Failure {
    fn into_delivery(self) -> Delivery {
        match self {
            Failure::Passing(reason) => Delivery::TryLater { reason },
            Failure::Lasting(reason) => Delivery::Refused { reason },
        }
    }
}

impl SmtpOutbox {
    /// # Errors
    /// When the configured name for the greeting is no host name. Nothing is connected yet.
    pub fn new(server: &Server) -> Result<SmtpOutbox, OutboxError> {
        let hello = match server.hello_name.as_deref() {
            None => ClientId::default(),
            Some(name) => match name.trim_matches(['[', ']']).parse() {
                Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
                Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
                Err(_) if is_host_name(name) => ClientId::Domain(name.to_owned()),
                Err(_) => return Err(OutboxError::HelloName(name.to_owned())),
            },
        };
        Ok(SmtpOutbox { server: server.clone(), hello, idle: Mutex::new(None) })
    }

    /// Connects, encrypts and logs in as configured.
    async fn connect(&self) -> Result<AsyncSmtpConnection, Failure> {
        let line = tokio::time::timeout(self.server.timeout, line::open(&self.server, &self.hello));
        let line = match line.await {
            Ok(Ok(line)) => line,
            Ok(Err(reason)) => return Err(Failure::Passing(format!("the connection: {reason}"))),
            Err(_) => return Err(self.silence("the connection")),
        };
        let greeting = AsyncSmtpConnection::connect_with_transport(line, &self.hello);
        let mut connection = self.within("the greeting", greeting).await?;
        if let Some(login) = &self.server.login {
            let source = login.password.clone();
            let password = tokio::task::spawn_blocking(move || source.read())
                .await
                .map_err(|error| Failure::Passing(error.to_string()))?
                .map_err(|error| Failure::Passing(error.to_string()))?;
            let credentials = Credentials::new(login.user.clone(), password.reveal().to_owned());
            self.within("the login", connection.auth(DEFAULT_MECHANISMS, &credentials)).await?;
        }
        Ok(connection)
    }

    /// One step before the end of the message, within the time limit.
    async fn within<T>(
        &self,
        step: &str,
        work: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
    ) -> Result<T, Failure> {
        match tokio::time::timeout(self.server.timeout, work).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => {
                let reason = format!("{step}: {}", without_addresses(&error.to_string()));
                // 530 wants a login (RFC 4954, section 6): the configuration is at fault and not the message.
                let lasting = error.is_permanent() && error.status().is_some_and(|code| code.to_string() != "530");
                Err(if lasting { Failure::Lasting(reason) } else { Failure::Passing(reason) })
            }
            Err(_) => Err(self.silence(step)),
        }
    }

    fn silence(&self, step: &str) -> Failure {
        Failure::Passing(format!("{step}: no answer within {} s", self.server.timeout.as_secs()))
    }

    /// A connection that can be used: the one from before, when it still answers, or a new one.
    async fn connection(&self) -> Result<AsyncSmtpConnection, Failure> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((mut connection, since)) = idle
            && since.elapsed() < IDLE
            && tokio::time::timeout(self.server.timeout, connection.test_connected()).await == Ok(true)
        {
            return Ok(connection);
        }
        // Whatever a server says before it was told of the message says nothing about the message: it goes out when the server or
        // the configuration is mended.
        self.connect().await.map_err(|failure| match failure {
            Failure::Passing(reason) | Failure::Lasting(reason) => Failure::Passing(reason),
        })
    }

    /// Everything before the message itself. Gives what the server said of recipients that it refused for good.
    async fn begin(
        &self,
        connection: &mut AsyncSmtpConnection,
        envelope: &Envelope,
        content: Content,
    ) -> Result<Vec<String>, Failure> {
        let offers = |extension| connection.server_info().supports_feature(extension);
        let mut parameters = Vec::new();
        if envelope.is_international() || content.international_header {
            if !offers(Extension::SmtpUtfEight) {
                let reason = "the message has an address or header in UTF-8, and the server does not offer SMTPUTF8";
                return Err(Failure::Lasting(reason.into()));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if content.eight_bit {
            if !offers(Extension::EightBitMime) {
                let reason = "the message has 8-bit content, and the server does not offer 8BITMIME";
                return Err(Failure::Lasting(reason.into()));
            }
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        self.within("MAIL FROM", connection.command(Mail::new(envelope.from.clone(), parameters))).await?;
        let mut refused = Vec::new();
        for recipient in &envelope.to {
            match self.within("RCPT TO", connection.command(Rcpt::new(recipient.clone(), Vec::new()))).await {
                Ok(_) => {}
                Err(Failure::Lasting(reason)) => refused.push(reason),
                // Later for all: had the others got it now, they would get it twice.
                Err(passing) => return Err(passing),
            }
        }
        if refused.len() == envelope.to.len() {
            return Err(Failure::Lasting(refused.join("; ")));
        }
        let go_ahead = self.within("DATA", connection.command(Data)).await?;
        if go_ahead.has_code(354) {
            Ok(refused)
        } else {
            Err(Failure::Passing(format!("DATA: the server answered {} and not 354", go_ahead.code())))
        }
    }

    /// The message and its end. From the moment the end may be on the line, nobody but the server knows what became of it.
    async fn hand_over(&self, connection: &mut AsyncSmtpConnection, bytes: &[u8], refused: &[String]) -> Delivery {
        // lettre ends the message with CRLF and a dot: the CRLF of ours would make an empty line.
        let bytes = bytes.strip_suffix(b"\r\n").unwrap_or(bytes);
        let end_reached = AtomicBool::new(false);
        let pieces = bytes.chunks(PIECE);
        // lettre asks for the next piece when the one before is written; told that there is none, it writes the end.
        let pieces = pieces.map(Some).chain(std::iter::once(None)).map_while(|piece| {
            if piece.is_none() {
                end_reached.store(true, Ordering::SeqCst);
            }
            piece
        });
        let written = u32::try_from(bytes.len() / PIECE).unwrap_or(u32::MAX);
        let limit = self.server.timeout.saturating_mul(written.saturating_add(LAST_ANSWER));
        let outcome = tokio::time::timeout(limit, connection.message_iter(pieces)).await;
        let reason = match outcome {
            Ok(Ok(response)) if response.code().severity == Severity::PositiveCompletion => {
                return Delivery::Accepted { response: acceptance(&response, refused) };
            }
            Ok(Ok(response)) => format!("the server answered the message with {}", response.code()),
            Ok(Err(error)) => {
                let reason = format!("the end of the message: {}", without_addresses(&error.to_string()));
                if error.is_permanent() {
                    return Delivery::Refused { reason };
                }
                if error.is_transient() {
                    return Delivery::TryLater { reason };
                }
                reason
            }
            Err(_) => format!("the end of the message: no answer within {} s", limit.as_secs()),
        };
        if end_reached.load(Ordering::SeqCst) { Delivery::Unknown { reason } } else { Delivery::TryLater { reason } }
    }
}

impl Outbox for SmtpOutbox {
    async fn deliver(&self, message: &OutgoingMessage) -> Delivery {
        let checked = Envelope::of(message).and_then(|envelope| Ok((envelope, Content::of(&message.bytes)?)));
        let (envelope, content) = match checked {
            Ok(checked) => checked,
            Err(unsendable) => return Delivery::Refused { reason: unsendable.to_string() },
        };
        let mut connection = match self.connection().await {
            Ok(connection) => connection,
            Err(failure) => return failure.into_delivery(),
        };
        match self.begin(&mut connection, &envelope, content).await {
            Ok(refused) => {
                let delivery = self.hand_over(&mut connection, &message.bytes, &refused).await;
                // After anything but an acceptance it is not sure what the server would answer next.
                if let Delivery::Accepted { .. } = delivery {
                    *self.idle.lock().unwrap_or_else(PoisonError::into_inner) = Some((connection, Instant::now()));
                }
                delivery
            }
            Err(failure) => {
                let _ = tokio::time::timeout(GOODBYE, connection.quit()).await;
                failure.into_delivery()
            }
        }
    }

    async fn probe(&self) -> Result<(), String> {
        match self.connect().await {
            Ok(mut connection) => {
                let _ = tokio::time::timeout(GOODBYE, connection.quit()).await;
                Ok(())
            }
            Err(Failure::Passing(reason) | Failure::Lasting(reason)) => {
                Err(format!("{}:{}: {reason}", self.server.host, self.server.port))
            }
        }
    }
}

fn acceptance(response: &Response, refused: &[String]) -> String {
    let words = without_addresses(&response.message().collect::<Vec<_>>().join(" "));
    if refused.is_empty() {
        format!("{} {words}", response.code())
    } else {
        format!(
            "{} {words} ({} other recipient{} refused: {})",
            response.code(),
            refused.len(),
            if refused.len() == 1 { "" } else { "s" },
            refused.join("; ")
        )
    }
}

fn is_host_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-._".contains(letter))
}
