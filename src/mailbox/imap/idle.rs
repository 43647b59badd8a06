//! Waiting for new mail with IDLE (RFC 2177).
//!
//! A line that died in silence looks like an inbox where nothing happens. So IDLE is ended and begun anew every few minutes, and
//! the server must answer each time.

use std::time::Duration;

use async_imap::imap_proto::{MailboxDatum, Response};
use tokio::time::Instant;

use super::super::{MailboxError, News};
use super::connection::{Breakdown, Connection, Session, read_until_answer, read_until_continuation, within};
use super::connection::{words_of, words_of_io};

/// RFC 2177 asks for less than 29 minutes; routers forget a silent connection earlier.
const ONE_IDLE: Duration = Duration::from_secs(9 * 60);

const STEP: &str = "IDLE";

/// Counts mails as the server tells of them.
struct Watch {
    messages: u32,
    news: News,
}

impl Watch {
    fn see(&mut self, response: &Response<'_>) {
        match response {
            Response::MailboxData(MailboxDatum::Exists(messages)) => {
                if *messages > self.messages {
                    self.news = News::Changed;
                }
                self.messages = *messages;
            }
            Response::Expunge(_) => self.messages = self.messages.saturating_sub(1),
            _ => {}
        }
    }
}

/// Waits until the selected folder has more than `messages` mails, or `time` is over.
pub(super) async fn wait(connection: &mut Connection, messages: u32, time: Duration) -> Result<News, MailboxError> {
    let end = Instant::now() + time;
    let mut watch = Watch { messages, news: News::TimeOver };
    while watch.news == News::TimeOver && Instant::now() < end {
        let limit = connection.limit();
        let mut session = connection.take(STEP)?;
        let outcome = idle_once(&mut session, &mut watch, end.min(Instant::now() + ONE_IDLE), limit).await;
        if let Idled::Refused = connection.settle(STEP, session, outcome)? {
            tokio::time::sleep_until(end).await;
        }
    }
    Ok(watch.news)
}

enum Idled {
    Ended,
    Refused,
}

async fn idle_once(
    session: &mut Session,
    watch: &mut Watch,
    until: Instant,
    limit: Duration,
) -> Result<Idled, Breakdown> {
    let (tag, refusal) = within(limit, async {
        let tag = session.run_command("IDLE").await.map_err(|error| Breakdown::Failed(words_of(error)))?;
        let refusal = read_until_continuation(session, &tag, &mut |response| watch.see(response)).await?;
        Ok((tag, refusal))
    })
    .await?;
    if refusal.is_some() {
        return Ok(Idled::Refused);
    }
    while watch.news == News::TimeOver {
        // Reading is cancel-safe: what has come stays in the session's buffer.
        let Ok(response) = tokio::time::timeout_at(until, session.read_response()).await else { break };
        match response {
            // Some servers end an IDLE that they find too long.
            Ok(Some(response)) if response.request_id() == Some(&tag) => return Ok(Idled::Ended),
            Ok(Some(response)) => watch.see(response.parsed()),
            Ok(None) => return Err(Breakdown::Failed("the server closed the connection".into())),
            Err(error) => return Err(Breakdown::Failed(words_of_io(&error))),
        }
    }
    within(limit, async {
        session.run_command_untagged("DONE").await.map_err(|error| Breakdown::Failed(words_of(error)))?;
        read_until_answer(session, &tag, &mut |response| watch.see(response)).await
    })
    .await?;
    Ok(Idled::Ended)
}
