//! Appeals (诉求) from filing to proof: R1 for page and window, R2, R3, R4, R10.
//!
//! The room owns the life of a matter: what may happen when (`decide`, pure), what an event does to it (`appeal`,
//! pure), the clear columns pages filter by (`store`), filing, receipts, queues and the passing of time. It knows no
//! page, no sentence and no address; who may do what is asked from `civic::permit`.

pub mod above;
pub mod alarm;
pub mod appeal;
pub mod archive;
pub mod beside;
pub mod board;
pub mod called;
pub mod changes;
pub mod code;
mod coded;
pub mod decide;
pub mod digest;
pub mod disclose;
pub mod erase;
pub mod exchange;
pub mod figures;
pub mod filing;
pub mod find;
pub mod followup;
pub mod heard;
pub mod joined;
pub mod likely;
pub mod measured;
pub mod number;
pub mod published;
pub mod queue;
pub mod rebuild;
pub mod receipt;
pub mod register;
pub mod report;
pub mod rounds;
pub mod run;
pub mod sealed;
pub mod shown;
pub mod sorting;
pub mod store;
pub mod supervise;
pub mod texted;
pub mod tick;
pub mod track;
pub mod undelivered;
pub mod unmask;
pub mod view;

pub use appeal::{Command, Event, Identity, Kind, Stage, State};
pub use run::{Done, execute};
pub use store::{GUARDS, MIGRATIONS, STATEMENTS};
