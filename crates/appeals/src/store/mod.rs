//! The clear columns of matters and the few indexes beside them: all of it a consequence of events, written in the same
//! transaction and rebuilt from them byte for byte. No personal text lies here.

mod load;
mod sql;
mod table;

pub use load::{Loaded, Row, by_number, load, parse, row, row_of};
pub use sql::{ALL as STATEMENTS, DUMPS, MIGRATION, children, clear, names_file};
pub use table::apply;

pub(crate) use sql::{
    AWAKE, COUNTS_HELD, COUNTS_SITE, FIND_CODE, FIND_SUBMISSION, OF_CONTACT, OF_HANDLER, OF_OWNER, PROVISIONAL,
};
pub(crate) use sql::{COUNT_ASKED, COUNT_DISPUTED, QUEUE_ASKED, QUEUE_DISPUTED, QUEUE_HELD, QUEUE_MINE, QUEUE_SITE};

/// Lists the migrations of this room in order.
pub const MIGRATIONS: &[db::Migration] = &[MIGRATION, crate::sealed::MIGRATION, crate::digest::MIGRATION];
