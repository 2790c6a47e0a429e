//! Waking the matters whose last day passes.

use db::Migration;

/// Wakes what owed a word before anything followed from a missed day; `decide::due_now` looks closer.
pub const MIGRATION: Migration = Migration {
    name: "0106_late",
    sql: "update matter set wake = due where is_open = true and owes = true and (wake is null or wake > due);",
    sql_postgres: None,
};
