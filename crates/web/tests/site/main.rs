//! The site asked through its router, as visitors and tools do.

mod file;
mod kit;
mod log;
mod routes;
mod track;
mod world;
