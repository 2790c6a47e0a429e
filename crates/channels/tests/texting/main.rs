//! Short messages against a real message centre: node-smpp, as a process of its own.

mod carrier;
mod commands;
mod gateway;
mod hostile;
mod incoming;
mod out;
mod room;
