//! The mailbox against real peers: letters out to a mail server's process, mail in from real clients, and both in turn.

mod answered;
mod dovecot;
mod fetched;
mod hostile;
mod incoming;
mod out;
mod room;
mod server;
mod signed;
mod vouched;
