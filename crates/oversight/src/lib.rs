//! Offices before the people.
//!
//! - [`reception`]: reception days (接访日): leaders sit where people can come, or go down to them (下访); booked ahead or come by,
//!   called by number, recorded on the spot, with promises that anybody can hold them to (R13).
//! - [`assessment`]: what offices are measured by, what it comes to, and what they say against it (R30).
//! - [`edition`]: what was published of a month or a year, as it was (R30, R32).
//!
//! Nothing here counts, scores or ranks people: figures are about leaders and their offices.

pub mod assessment;
pub mod edition;
pub mod reception;

use db::{Guard, Migration};

/// Lists the migrations of this room in order.
pub const MIGRATIONS: &[Migration] = &[reception::store::MIGRATIONS[0], edition::MIGRATION, assessment::store::MIGRATION];

/// Lists what the serving connection may not do to these tables.
pub const GUARDS: &[Guard] =
    &[reception::store::GUARDS[0], reception::store::GUARDS[1], edition::GUARD, assessment::store::GUARD];

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[&[(&str, &str)]] = &[reception::store::STATEMENTS, edition::STATEMENTS, assessment::store::STATEMENTS];
