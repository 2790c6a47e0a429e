//! Asking people (征询): from the people, to the people (R8).
//!
//! - [`consultation`] is one question that an office puts to everybody: points, answers, drafts, decisions, reports; its rounds. Pure.
//! - [`voice`] is what one person said to it, by whatever way: where it went, in which points. Pure.
//! - [`decide`] says what may happen next to either. Pure. No draft is published while a voice stands nowhere: nobody's word is lost.
//! - [`text`] reads a draft with the points that each line comes from, and says what changed between two. Pure.
//! - [`ask`](mod@ask), [`speak`](mod@speak), [`run`] write, each in one transaction with its event; [`list`] is what pages are drawn from; [`tell`]
//!   sends word about the result, and forgets the number; [`check`] compares the tables with the events.
//!
//! A voice has no personal data in it: that is taken out before it is kept. It has a key of its own, and whoever spoke can take it back, with the
//! key. No two voices of one person have anything in common; nothing counts or lists the voices of a person, and nobody is ranked.

pub mod ask;
pub mod check;
pub mod consultation;
pub mod decide;
pub mod list;
pub mod run;
pub mod speak;
pub mod store;
pub mod tell;
pub mod text;
pub mod voice;

use civic::pass::Labels;

pub use consultation::{Consultation, Stage};
pub use voice::{Standing, Voice};

/// Names what passes of voices are derived under.
pub(crate) const LABELS: Labels =
    Labels { pass: "minsheng/voice-pass/1", hash: "minsheng/voice-pass-hash/1", submit: "minsheng/voice-submit-key/1" };
