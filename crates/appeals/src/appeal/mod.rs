//! What an appeal is: its kinds, its events, its state folded from them, and the commands people give.

mod apply;
mod command;
mod disclosed;
mod due;
mod event;
mod handed;
mod kind;
mod noted;
mod origin;
mod promise;
mod public;
mod state;
mod telling;

pub use command::Command;
pub use disclosed::{Disclosure, Part};
pub use due::{DueDate, compute, first_due, recompute};
pub use event::{Event, FileRef, Filing, ReplyText, Suggested, Via};
pub use handed::{Above, Below, Handed, Heard, Manner, Sent, Step};
pub use kind::{Channel, Identity, Kind, Outcome, Sender, Stage};
pub use noted::{GRADE_SATISFIED_MIN, Noted, What};
pub use origin::{Origin, Registered, Spokesperson};
pub use promise::{Promise, Promised};
pub use public::public;
pub use state::{
    ByHand, Came, CoHandler, Escalation, Grade, Offer, Referral, Reply, Review, Sorting, Speakers, State, Whistle, guarded,
};
pub use telling::{Untold, call, message};
