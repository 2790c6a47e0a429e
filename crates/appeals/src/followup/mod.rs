//! What follows a rating (评价、回访): reasons and marks that stand beside the grade, grades that nobody signed, and what a bad grade sets
//! in motion in its own transaction: a call-back by an office of another line, something put right and shown, an entry before the
//! supervisor that nobody takes out.
//!
//! A rating that is signed is one thing, and one that somebody told by a short message, in a chat or at an independent call-back is
//! another: the second kind has an event of its own and is published apart.

mod decide;
mod detail;
pub mod draw;
mod figures;
mod late;
pub mod list;
mod state;
mod store;

pub use decide::{ready, reviewer};
pub use detail::{Detail, REASONS_MAX, list_of};
pub use figures::{After, Total};
pub use late::{Climbed, Owing};
pub use state::{Call, Criticism, Followup, Objection, Rectified, Tried};
pub use store::{ALL as STATEMENTS, LATE_MIGRATION, MIGRATION};

pub(crate) use decide::{criticised, decide};
pub(crate) use figures::Entry;
pub(crate) use late::{due as late, told as late_told};
pub(crate) use store::{DROP_CRITICISM, DUMP_CRITICISM, PUT_CRITICISM, put, rows};

use crate::coded::coded;

coded! {
    /// Says how a grade came that nobody signed.
    Way {
        /// 短信
        Sms = "sms",
        /// 群聊和私聊
        Chat = "chat",
        /// 独立回访
        Call = "call",
    }
}

coded! {
    /// Says how a resident told what a member of staff of another line wrote down for them.
    Spoken {
        /// 在窗口说的
        Counter = "counter",
        /// 电话里说的
        Call = "call",
    }
}
