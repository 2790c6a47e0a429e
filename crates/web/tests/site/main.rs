//! The site asked through its router, as visitors and tools do.

mod account;
mod accused;
mod admin;
mod archive;
mod calls;
mod counter;
mod desk;
mod disclose;
mod draft;
mod editors;
mod erase;
mod file;
mod kept;
mod kit;
mod log;
mod logs;
mod merged;
mod named;
mod parsers;
mod personas;
mod room;
mod routes;
mod safety;
mod staff;
mod track;
mod world;
