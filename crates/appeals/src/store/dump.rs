//! The derived tables one by one: how all rows of one are read, some at a time, and how one is written.

use db::{Fault, Row, Tx, Value, params};
use uuid::Uuid;

use super::{call, origin, shown, sql, topic};
use crate::exchange::levels;
use crate::followup;
use crate::supervise;

/// Rows read at once.
const PAGE_ROWS: i64 = 2_000;

/// Is one derived table. A row is written with the parameters that reading gives back, the jurisdiction before them.
pub struct Dump {
    /// Its name.
    pub table: &'static str,
    /// The column that names the matter of a row.
    pub matter: &'static str,
    /// Reads rows behind a key.
    page: &'static str,
    /// Columns of the key, the jurisdiction aside.
    key: &'static [&'static str],
    /// Stands before every key.
    start: fn() -> Vec<Value>,
    /// Writes a row.
    put: &'static str,
}

/// Stand in [`DUMPS`] at these places.
pub(super) const MATTER: usize = 0;
pub(super) const PARTY: usize = 1;
pub(super) const CODE: usize = 2;
pub(super) const CONTACT: usize = 3;
pub(super) const SUBMISSION: usize = 4;
pub(super) const FILE: usize = 5;
pub(super) const CALL: usize = 6;
pub(super) const TOPIC: usize = 7;
pub(super) const SHOWN: usize = 8;
pub(super) const ORIGIN: usize = 9;
pub(super) const CRITICISM: usize = 10;
pub(super) const SUPERVISED: usize = 11;
pub(super) const LEVELS: usize = 12;

/// Lists every derived table, for `rebuild --check`.
pub const DUMPS: &[Dump] = &[
    Dump { table: "matter", matter: "id", page: sql::DUMP, key: &["id"], start: || params![Uuid::nil()].to_vec(), put: sql::PUT },
    Dump {
        table: "matter_party",
        matter: "matter",
        page: sql::DUMP_PARTIES,
        key: &["office", "role", "matter"],
        start: || params!["", "", Uuid::nil()].to_vec(),
        put: sql::PUT_PARTY,
    },
    Dump {
        table: "matter_code",
        matter: "matter",
        page: sql::DUMP_CODES,
        key: &["hash"],
        start: || params![[0_u8; 0]].to_vec(),
        put: sql::PUT_CODE,
    },
    Dump {
        table: "matter_contact",
        matter: "matter",
        page: sql::DUMP_CONTACTS,
        key: &["contact", "matter"],
        start: || params![[0_u8; 0], Uuid::nil()].to_vec(),
        put: sql::PUT_CONTACT,
    },
    Dump {
        table: "submission",
        matter: "matter",
        page: sql::DUMP_SUBMISSIONS,
        key: &["submit"],
        start: || params![[0_u8; 0]].to_vec(),
        put: sql::PUT_SUBMISSION,
    },
    Dump {
        table: "matter_file",
        matter: "matter",
        page: sql::DUMP_FILES,
        key: &["address", "matter"],
        start: || params!["", Uuid::nil()].to_vec(),
        put: sql::PUT_FILE,
    },
    Dump {
        table: "matter_call",
        matter: "matter",
        page: call::DUMP_CALLS,
        key: &["matter"],
        start: || params![Uuid::nil()].to_vec(),
        put: call::PUT_CALL,
    },
    Dump {
        table: "matter_topic",
        matter: "matter",
        page: topic::DUMP_TOPICS,
        key: &["matter"],
        start: || params![Uuid::nil()].to_vec(),
        put: topic::PUT,
    },
    Dump {
        table: "matter_shown",
        matter: "matter",
        page: shown::DUMP_SHOWN,
        key: &["matter"],
        start: || params![Uuid::nil()].to_vec(),
        put: shown::PUT_SHOWN,
    },
    Dump {
        table: "matter_origin",
        matter: "matter",
        page: origin::DUMP_ORIGIN,
        key: &["matter"],
        start: || params![Uuid::nil()].to_vec(),
        put: origin::PUT_ORIGIN,
    },
    Dump {
        table: "criticism",
        matter: "matter",
        page: followup::DUMP_CRITICISM,
        key: &["matter", "of"],
        start: || params![Uuid::nil(), 0].to_vec(),
        put: followup::PUT_CRITICISM,
    },
    Dump {
        table: "supervised",
        matter: "matter",
        page: supervise::DUMP_SUPERVISED,
        key: &["matter", "of"],
        start: || params![Uuid::nil(), 0].to_vec(),
        put: supervise::PUT_SUPERVISED,
    },
    Dump {
        table: "matter_levels",
        matter: "matter",
        page: levels::DUMP_LEVELS,
        key: &["matter"],
        start: || params![Uuid::nil()].to_vec(),
        put: levels::PUT_LEVELS,
    },
];

impl Dump {
    /// Finds a table by its name.
    pub fn of(table: &str) -> Result<&'static Self, Fault> {
        DUMPS.iter().find(|dump| dump.table == table).ok_or_else(|| Fault::other(format!("no table {table}")))
    }

    /// Hands on all rows in the order of the key, some at a time.
    pub fn each(
        &self,
        tx: &mut Tx<'_>,
        jurisdiction: i64,
        mut hand: impl FnMut(Vec<Row>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut after = (self.start)();
        loop {
            let asked = [vec![Value::Int(jurisdiction)], after, vec![Value::Int(PAGE_ROWS)]].concat();
            let rows = tx.rows(self.page, &asked)?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = self.key.iter().map(|column| last.get(column)).collect::<Result<_, Fault>>()?;
            hand(rows)?;
        }
    }

    pub(super) fn put(&self, tx: &mut Tx<'_>, row: &[Value]) -> Result<(), Fault> {
        tx.later(self.put, row)
    }

    /// Empties the table, before it is filled anew.
    pub(super) fn clear(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        tx.batch(&format!("delete from {}", self.table))
    }
}
