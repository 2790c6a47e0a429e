//! Matters of danger to life that nobody opened: every page of the desk asks for them.

use db::Migration;

/// Adds what finding them goes by, and wakes those that wait.
pub const MIGRATION: Migration = Migration {
    name: "0109_alarm",
    sql: "alter table matter add column unheard boolean not null default false;
          update matter set unheard = true, wake = received
            where is_open = true and danger = true and stage = 'received' and merged_into is null;
          create index matter_unheard on matter (jurisdiction, unheard, received_at, number) where unheard = true;",
    sql_postgres: None,
};

db::statements! {
    pub(crate) UNHEARD = concat!("select ", row!(""), " from matter
        where jurisdiction = $1 and unheard = true and (received_at, number) > ($2, $3)
        order by received_at, number limit $4");
}
