//! The hotline against a telephone exchange that is a process of its own.

mod events;
mod exchange;
mod recordings;
