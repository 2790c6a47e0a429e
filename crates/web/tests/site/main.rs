//! The site asked through its router, as visitors and tools do.

mod log;
mod routes;
mod world;
