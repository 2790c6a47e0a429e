//! A carrier or its gateway spoken to by signed HTTP requests, each way (`docs/sms-gateway.md`).

mod gateway;
mod listen;
mod sign;

pub use gateway::Gateway;
pub use listen::{Listen, listen};
pub use sign::{CLOCK_SECONDS_MAX, Heard, Secret, Signed, Unsigned};
