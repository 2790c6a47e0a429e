//! One transaction type over SQLite and PostgreSQL.
//!
//! This crate owns connections, the writer with its group commit, readers, migrations, the lock file and backups.
//! It is the only crate that names an engine. It knows no table, no event and no clock.

mod batch;
mod distribute;
pub mod drill;
mod fault;
mod guard;
mod lock;
mod migrate;
mod postgres;
mod row;
mod sqlite;
mod statements;
mod store;
mod sums;
mod trust;
mod tx;
mod value;

pub use batch::{BatchHooks, NoHooks};
pub use fault::{Context, Fault, FaultKind};
pub use guard::{Guard, Guards, Keep};
pub use migrate::{Migration, pending};
pub use row::Row;
pub use statements::prepare_all;
pub use store::{Options, Store, Target};
pub use trust::trust;
pub use tx::{Mark, Question, Tx};
pub use value::{FromValue, Value};
