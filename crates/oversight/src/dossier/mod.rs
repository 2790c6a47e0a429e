//! Files of supervision: what a supervisor or a leader opens, keeps and ends, each one stream of events.
//!
//! - a task (督查任务): matters of a filter, drawn so that anybody can draw them again, looked at on the spot, one by one;
//! - a case (领导包案): one matter in the hand of one leader until it is settled;
//! - an advice (三项建议): to change a rule, to improve the work, to hold to account; answered in writing, and published with its answer;
//! - an account (作风问责): criticism, a term to put something right, being held to account, in this order, each with its reply;
//! - a conference (信访联席会议): agenda, papers, who came, rulings that bind at once, and what became of each.
//!
//! [`state`] is one of them; [`decide`] says what may happen to it, when; both are pure. [`run`] writes, each in one transaction with its event;
//! [`list`] is what pages are drawn from; [`check`] compares the tables with the events. It knows no matter: whoever opens a file names it by
//! id and number, and what a ruling does to its matter is done in the same transaction by whoever holds both rooms.

pub mod check;
pub mod decide;
pub mod list;
pub mod run;
pub mod state;
pub mod store;

pub use decide::To;
pub use state::{Dossier, Event, Kind, Opening, What};
