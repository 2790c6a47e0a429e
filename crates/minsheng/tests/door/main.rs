//! The real binary, started and asked from outside, one file for each command.

mod backup;
mod common;
mod database;
mod init;
mod serve;
mod tls;
mod verify;
