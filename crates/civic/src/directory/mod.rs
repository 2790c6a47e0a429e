//! The directory: places, offices, staff, relatives and calendar years of the site.
//!
//! It is small (thousands of entries), read at every act and changed rarely: so every change is one event that
//! carries the whole new entry, the table `directory` holds the newest entries, and each process keeps a snapshot.
//! It does not know matters; what a reorganisation does to them is a reaction in the rooms.

mod absorb;
mod check;
mod compare;
mod entry;
mod relative;
mod roles;
mod snapshot;
mod sql;
mod write;

pub use absorb::absorb;
pub use check::{ALSO_MAX, LINE_CHARS_MAX, NAME_CHARS_MAX, check};
pub use compare::compare;
pub use entry::{
    CalendarYear, ChatGroup, Client, Duty, Entry, Office, OpinionBox, Peer, Place, PlaceLevel, Ruling, Scope, Staff,
};
pub use relative::{Relation, Relative, contact_index, normal_contact};
pub use roles::Role;
pub use snapshot::{Directory, load};
pub use sql::{ALL as STATEMENTS, GUARDS, MIGRATION};
pub use write::{KIND, apply, set, stream};

#[cfg(test)]
mod tests;
