//! The journal: everything that happens, appended once and never changed.
//!
//! It owns the tables `event`, `log_head`, `tile`, `checkpoint`, `witnessed` and `log_watch`, the public entry and the sealed body.
//! It does not know what events mean; nouns do. Positions count from 1 and have no gaps.

mod append;
mod canonical;
mod fact;
mod fresh;
mod log;
mod nodes;
mod own;
mod read;
mod seal;
mod sql;
mod watched;
mod witnessed;

pub use append::{Actor, NewEvent, SEALED_KIND, Stored, append, append_sealed, reached};
pub use canonical::canonical;
pub use fact::{FACT_BYTES_MAX, Public, commitment, pseudonym, render};
pub(crate) use fresh::Fresh;
pub use fresh::fresh_proof;
pub use log::{Hooks, Tiles, checkpoints, entries, head, proof_for, receipt_note, start};
pub(crate) use nodes::Nodes;
pub use own::{OwnEvent, append_own, own_stream};
pub use read::{
    Raw, examine, examine_sealed, matter_at, matters, of_matter, of_matter_after, open_body, page, question, raws, stored,
};
pub use seal::Damage;
pub use sql::{ADVANCE_DIRECTORY, ALL as STATEMENTS, GUARDS, HEAD, MIGRATION};
pub use watched::{
    MIGRATION as WATCHED_MIGRATION, OWN, STATEMENTS as WATCHED_STATEMENTS, Verdict, Watcher, forget_watcher, note_verdict,
    watchers,
};
pub use witnessed::{
    GUARDS as WITNESSED_GUARDS, MIGRATION as WITNESSED_MIGRATION, STATEMENTS as WITNESSED_STATEMENTS, all_witnessed,
    note_witnessed, published, witnessed,
};
