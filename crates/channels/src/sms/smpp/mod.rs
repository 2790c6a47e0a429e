//! A carrier spoken to by SMPP 3.4, both ways on one connection.

mod link;
mod pdu;

pub use link::{Carrier, Heard, Link, NotBound};
pub use pdu::{Delivered, PDU_BYTES_MAX, Part, Pdu, Receipt, receipt};
