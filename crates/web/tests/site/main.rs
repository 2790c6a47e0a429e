//! The site asked through its router, as visitors and tools do.

mod account;
mod admin;
mod file;
mod kit;
mod log;
mod parsers;
mod routes;
mod staff;
mod track;
mod world;
