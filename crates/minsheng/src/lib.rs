//! The door's parts that others call: the demo county, and filling it with very many matters.

pub mod demo;
pub mod seed;
