//! Statements of the directory.

use db::{Guard, Keep, Migration};

/// Builds the directory's table.
pub const MIGRATION: Migration = Migration {
    name: "0002_directory",
    sql: "create table directory (
            jurisdiction bigint not null,
            noun text not null,
            code text not null,
            doc text not null,
            primary key (jurisdiction, noun, code));",
    sql_postgres: None,
};

/// Guards the table: a place, an office or a member of staff may change and never goes.
pub const GUARDS: &[Guard] = &[Guard { table: "directory", keep: Keep::Kept }];

db::statements! {
    pub PUT = "insert into directory (jurisdiction, noun, code, doc) values ($1, $2, $3, $4)
        on conflict (jurisdiction, noun, code) do update set doc = excluded.doc";
    pub ROWS = "select noun, code, doc from directory where jurisdiction = $1 order by noun, code";
    pub LIST = "select doc from directory where jurisdiction = $1 order by noun, code";
}
