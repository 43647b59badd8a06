//! Compose: templates and data become a whole RFC 5322 message. What replies to entities and mails to operators share.
//!
//! Pure: no clock, no randomness (dates, Message-IDs and MIME boundaries follow from the input), nothing is sent. It does not
//! know what a message is about; that is [`crate::reply`]'s and [`crate::report`]'s business.

mod message;
mod templates;
mod text;

pub use message::{AttachedFile, AutoSubmitted, Letter, MessageError, Thread, build};
pub use templates::{TemplateError, Templates};
pub use text::shown;
