//! Oficios reads the mailbox of a government help desk, takes the signed oficio out of each mail, checks the people it
//! designates by the form's rules, and answers.
//!
//! The modules follow the way of a mail; see `ARCHITECTURE.md`.

#![forbid(unsafe_code)]

pub mod calendar;
pub mod command;
pub mod compose;
pub mod configuration;
pub mod cycle;
pub mod documents;
pub mod form;
pub mod ledger;
pub mod mail;
pub mod mailbox;
pub mod oficio;
pub mod outbox;
pub mod reader;
pub mod recognition;
pub mod reply;
pub mod report;
pub mod rules;
pub mod tables;
pub mod triage;
pub mod trust;
pub mod verdict;
