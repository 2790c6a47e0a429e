//! The one binary: parses the command line, reads the configuration, wires floors together and serves them.
//!
//! It owns the clock, chance, the network and the environment; everything below receives them as parameters.

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;

use crate::commands::Cli;

mod backup;
mod chance;
mod check;
mod clock;
mod commands;
mod config;
mod control;
mod doctor;
mod editions;
mod expiry;
mod gap;
mod house;
mod init;
mod jobs;
mod lessons;
mod load;
mod logs;
mod rotate;
mod serve;
mod watch;
mod witness;

/// What a database thread reads a page's thread frees: an allocator that is made for it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(code) => code,
        Err(fault) => {
            eprintln!("minsheng: {fault}");
            let mut source = fault.source();
            while let Some(cause) = source {
                eprintln!("  因为 because: {cause}");
                source = cause.source();
            }
            ExitCode::FAILURE
        }
    }
}
