//! Attachments: what may come in, what is taken out of it before others see it, and where it lies, sealed.
//!
//! The type is read from the content, never from a name. The original is kept sealed as it came; a cleaned copy, without
//! place, device and author, is what people are shown. It knows no matter: rows elsewhere name the addresses.

mod boxes;
mod clean;
mod decode;
mod exif;
mod gif;
mod inspect;
mod jpeg;
mod kind;
mod scan;
mod sound;
mod store;

#[cfg(test)]
mod tests;

pub use clean::{Cleaned, clean};
pub use decode::{ANSWER_BYTES_MAX, Decode, Decoded, Here, answer, decode, read_answer, unreadable};
pub use inspect::{inspect, inspect_count};
pub use kind::{FileType, Group};
pub use scan::{Scan, Verdict};
pub use store::{Address, FileStore, ORPHAN_HOURS_MAX};

/// Files one matter takes with one message.
pub const FILES_MAX: usize = 9;
/// Largest file, in bytes (20 MiB).
pub const FILE_BYTES_MAX: usize = 20 * 1024 * 1024;
/// Largest picture, in pixels: above it, opening the picture would eat the memory of a small phone.
pub const PIXELS_MAX: u64 = 100_000_000;
