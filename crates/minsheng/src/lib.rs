//! The door's parts that others call: the demo county.

pub mod demo;
