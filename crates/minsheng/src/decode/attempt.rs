//! What a child could be made to try by a file that is not what it seems: tried on purpose, to see that it is stopped.

use std::fs::File;
use std::hint::black_box;
use std::net::TcpStream;
use std::process::Command;
use std::thread;

use clap::ValueEnum;

/// Names something that a closed child must not get away with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Attempt {
    /// Open a file.
    Open,
    /// Connect to another machine.
    Connect,
    /// Start another process.
    Fork,
    /// Take more memory than there is for it.
    Memory,
    /// Compute without end.
    Spin,
    /// Wait without end.
    Hang,
    /// Panic.
    Panic,
    /// Answer without end.
    Flood,
}

/// Bytes taken at a time.
const PIECE_BYTES: usize = 16 << 20;

impl Attempt {
    /// Returns the word for it on the command line.
    pub fn word(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// Tries it. Returns when nothing stopped it.
    pub fn run(self) {
        match self {
            Self::Open => drop(File::open("/dev/null")),
            Self::Connect => drop(TcpStream::connect("127.0.0.1:9")),
            Self::Fork => drop(Command::new("/proc/self/exe").arg("--version").output()),
            Self::Memory => {
                let mut all = Vec::new();
                while all.len() < 1_000 {
                    all.push(black_box(vec![1_u8; PIECE_BYTES]));
                }
            }
            Self::Spin => loop {
                black_box(0);
            },
            Self::Hang => loop {
                thread::park();
            },
            Self::Panic => panic!("tried on purpose"),
            Self::Flood => loop {
                super::say(&[b'.'; 4_096]);
            },
        }
    }
}
