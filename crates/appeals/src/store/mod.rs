//! The clear columns of matters and the few indexes beside them: all of it a consequence of events, written in the same
//! transaction and rebuilt from them byte for byte. No personal text lies here.

/// Lists the columns of a matter that pages are drawn from ([`Row`]), of a table named by a prefix such as `m.`; lists sort by
/// its own rank, or by one that stands elsewhere.
macro_rules! row {
    ($of:literal) => {
        row!($of, concat!($of, "rank"))
    };
    ($of:literal, $rank:expr) => {
        row!(@ $of, $rank, id, number version position key_id kind stage is_open owner handler place category simplified danger
            people received_at received target due, owes provisional returns disputed replied rating merged_into channel identity)
    };
    (@ $of:literal, $rank:expr, $first:ident, $($before:ident)+, $($after:ident)+) => {
        concat!(
            $of, stringify!($first), $(", ", $of, stringify!($before),)+ ", ", $rank, $(", ", $of, stringify!($after)),+
        )
    };
}

mod alarm;
mod call;
mod count;
mod dump;
mod late;
mod load;
mod near;
mod origin;
mod shown;
mod sql;
mod table;
pub mod tally;
mod topic;
pub(crate) mod walk;
mod whole;

pub use alarm::ALL as ALARM_STATEMENTS;
pub use call::ALL as CALL_STATEMENTS;
pub use count::ALL as COUNT_STATEMENTS;
pub use dump::{DUMPS, Dump};
pub use load::{Loaded, Row, by_number, load, load_with, opened, opened_all, opened_at, opened_several, parse, row, row_of};
pub use near::ALL as NEAR_STATEMENTS;
pub use origin::ALL as ORIGIN_STATEMENTS;
pub use shown::ALL as SHOWN_STATEMENTS;
pub use sql::{ALL as STATEMENTS, MIGRATION, children, names_file};
pub use table::apply;
pub(crate) use table::{RANK_ANSWERED, RANK_DANGER, RANK_OWING};
pub use tally::ALL as TALLY_STATEMENTS;
pub use topic::{ALL as TOPIC_STATEMENTS, monday};
pub(crate) use topic::{COUNT_DOWN, DROP_TOPIC, LESSONS, TOPIC_COUNTS, TOPIC_OF, recount};
pub use walk::ALL as WALK_STATEMENTS;
pub use whole::{Whole, Written, clear, put};

pub(crate) use alarm::UNHEARD;
pub(crate) use call::{COUNT_CALLS, IS_CALL, QUEUE_CALLS};
pub(crate) use count::{ASKS, COUNT_ASKED, COUNT_DISPUTED, COUNTS_HELD, COUNTS_SITE, IS_ASKED, QUEUE_ASKED, QUEUE_FRESH};
pub(crate) use count::{NEWS_ASKED, NEWS_HELD};
pub(crate) use near::{JOINED, NEAR_CONTACT, NEAR_PLACE, TEXTED};
pub(crate) use origin::{BY_BOX, DROP_ORIGIN, LAST_LETTER, LAST_REGISTERED, OF_ROUND, PILE, REGISTER};
pub(crate) use shown::{DROP_SHOWN, SHOWN_CHANGED, SHOWN_FRESH, SHOWN_LIST, SHOWN_ONE, SHOWN_OWN};
pub(crate) use sql::{
    AWAKE, BY_NUMBER, FIND_CODE, FIND_SUBMISSION, GET, MERGED, OF_CONTACT, OF_FILING, OF_HANDLER, OF_OWNER, TAKEN,
};
pub(crate) use sql::{QUEUE_DISPUTED, QUEUE_HELD, QUEUE_MINE, QUEUE_SITE};
pub(crate) use sql::{children_from, children_of};

/// Guards this room's tables that are no consequence of events. A row of accusations loses its commitment when its batch is
/// public, and is otherwise as it came in.
pub const GUARDS: &[db::Guard] = &[
    db::Guard { table: "accusation", keep: db::Keep::Columns(&["commitment"]) },
    // a step is sealed anew when somebody loses access; its commitment and its place stay
    db::Guard { table: "accusation_act", keep: db::Keep::Columns(&["sealed"]) },
    db::Guard { table: "accusation_file", keep: db::Keep::Appended },
    db::Guard { table: "sealed_batch", keep: db::Keep::Appended },
    db::Guard { table: "digest_day", keep: db::Keep::Appended },
    db::Guard { table: "room_letter_day", keep: db::Keep::Appended },
    db::Guard { table: "calendar_walk", keep: db::Keep::Kept },
    crate::disclose::GUARD,
    crate::supervise::GUARD,
    db::Guard { table: "box_round", keep: db::Keep::Appended },
    db::Guard { table: "box_unread", keep: db::Keep::Appended },
    db::Guard { table: "box_file", keep: db::Keep::Appended },
];

/// Lists the migrations of this room in order.
pub const MIGRATIONS: &[db::Migration] = &[
    MIGRATION,
    crate::sealed::MIGRATION,
    crate::digest::MIGRATION,
    count::MIGRATION,
    near::MIGRATION,
    crate::sealed::KEPT_MIGRATION,
    late::MIGRATION,
    walk::MIGRATION,
    call::MIGRATION,
    alarm::MIGRATION,
    crate::sealed::ROOM_MIGRATION,
    crate::erase::MIGRATION,
    crate::sealed::PRESSED_MIGRATION,
    crate::disclose::MIGRATION,
    count::FRESH_MIGRATION,
    topic::MIGRATION,
    crate::disclose::DAY_MIGRATION,
    tally::MIGRATION,
    near::JOINED_MIGRATION,
    near::MEANT_MIGRATION,
    shown::MIGRATION,
    shown::MIGRATION_OWN,
    crate::sealed::letter::MIGRATION,
    tally::WEEK_MIGRATION,
    origin::MIGRATION,
    crate::rounds::MIGRATION,
    crate::followup::MIGRATION,
    crate::supervise::MIGRATION,
    crate::followup::LATE_MIGRATION,
    crate::exchange::levels::MIGRATION,
];
