//! The real binary, started and asked from outside, one file for each command.

mod archive;
mod backup;
mod canary;
mod columns;
mod common;
mod contract;
mod database;
mod decode;
mod doctor;
mod full;
mod handled;
mod help;
mod init;
mod insider;
mod key;
mod learn;
mod postgres;
mod rot;
mod secrets;
mod seed;
mod serve;
mod sockets;
mod tls;
mod town;
mod verify;
mod witness;
