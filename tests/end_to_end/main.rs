//! The whole program against real servers: the binary as a user starts it, a Dovecot over TLS, an SMTP server over STARTTLS.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "clippy takes only #[test] functions for tests, and what a test stands on must fail loudly, too"
)]

#[path = "../desk/mod.rs"]
mod desk;
#[path = "../servers/mod.rs"]
mod servers;

mod cycles;
mod daemon;
mod delivery;
mod hostile;
