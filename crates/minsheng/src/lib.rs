//! The door's parts that others call: the demo county, filling it with very many matters, and the child that looks into files.

pub mod decode;
pub mod demo;
pub mod scan;
pub mod seed;
