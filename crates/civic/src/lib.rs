//! The hall: what every room stands on — places, offices, accounts, permit, vault, journal, rules, files,
//! outbox, jobs and the access log. It knows no matter and no page.

pub mod access;
pub mod account;
pub mod again;
pub mod chance;
pub mod chat;
pub mod clock;
pub mod directory;
pub mod draft;
pub mod exchange;
pub mod face;
pub mod file;
pub mod finding;
pub mod guess;
pub mod hall;
pub mod hook;
pub mod hotline;
pub mod inbox;
pub mod journal;
pub mod kept;
pub mod lease;
pub mod outbox;
pub mod pass;
pub mod people;
pub mod permit;
pub mod refusal;
pub mod rules;
pub mod second;
pub mod session;
pub mod site;
pub mod source;
pub mod spelled;
pub mod vault;
