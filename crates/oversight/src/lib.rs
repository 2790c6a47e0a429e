//! Offices before the people.
//!
//! - [`reception`]: reception days (接访日): leaders sit where people can come, or go down to them (下访); booked ahead or come by,
//!   called by number, recorded on the spot, with promises that anybody can hold them to (R13).
//! - [`assessment`]: what offices are measured by, what it comes to, and what they say against it (R30).
//! - [`edition`]: what was published of a month or a year, as it was (R30, R32).
//! - [`dossier`]: files of supervision: campaigns, leaders' personal cases, the three suggestions, accountability (R11), and the joint
//!   conference with its rulings (R12).
//! - [`ics`]: days as calendars that other programs follow; [`told`]: letters to staff about all of it.
//!
//! Nothing here counts, scores or ranks people: figures are about leaders and their offices.

pub mod assessment;
pub mod dossier;
pub mod edition;
pub mod ics;
pub mod reception;
pub mod told;

use db::{Guard, Migration};

/// Lists the migrations of this room in order.
pub const MIGRATIONS: &[Migration] =
    &[reception::store::MIGRATION, edition::MIGRATION, assessment::store::MIGRATION, dossier::store::MIGRATION];

/// Lists what the serving connection may not do to these tables: what was made stays a row.
pub const GUARDS: &[Guard] =
    &[reception::store::GUARDS[0], reception::store::GUARDS[1], edition::GUARD, assessment::store::GUARD, dossier::store::GUARD];

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[&[(&str, &str)]] =
    &[reception::store::STATEMENTS, edition::STATEMENTS, assessment::store::STATEMENTS, dossier::store::STATEMENTS];
