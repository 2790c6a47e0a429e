//! The matters that others than its resident and staff may see some of: those whose resident agreed that steps and dates are shown, and
//! those that a program of somebody else sent, which sees its own.

use db::{Fault, Migration, Tx, Value, params};

use crate::appeal::State;

/// Builds the table: one row a matter that is shown.
pub const MIGRATION: Migration = Migration {
    name: "0320_shown",
    sql: "create table matter_shown (
            jurisdiction bigint not null,
            matter uuid not null,
            client uuid not null,
            agreed boolean not null,
            topic text not null,
            received_at bigint not null,
            changed_at bigint not null,
            primary key (jurisdiction, matter));
          create index matter_shown_received on matter_shown (jurisdiction, received_at, matter);
          create index matter_shown_changed on matter_shown (jurisdiction, changed_at, matter);",
    sql_postgres: None,
};

/// Builds the index by which a program finds what it sent.
pub const MIGRATION_OWN: Migration = Migration {
    name: "0351_shown_own",
    sql: "create index matter_shown_own on matter_shown (jurisdiction, client, received_at, matter);
          create index matter_shown_fresh on matter_shown (jurisdiction, client, changed_at, matter);",
    sql_postgres: None,
};

db::statements! {
    pub(super) PUT_SHOWN = "insert into matter_shown (jurisdiction, matter, client, agreed, topic, received_at, changed_at)
        values ($1, $2, $3, $4, $5, $6, $7)";
    MOVE_SHOWN = "update matter_shown set changed_at = $3 where jurisdiction = $1 and matter = $2";
    pub(crate) DROP_SHOWN = "delete from matter_shown where jurisdiction = $1 and matter = $2";
    pub(super) DUMP_SHOWN = "select matter, client, agreed, topic, received_at, changed_at from matter_shown
        where jurisdiction = $1 and matter > $2 order by matter limit $3";
    /// Lists what one asker may see, the newest first, behind a place.
    pub(crate) SHOWN_LIST = "select s.matter, s.client, s.agreed, s.topic, s.received_at, s.changed_at, m.number, m.stage, m.is_open,
            m.owner, m.place, m.due
        from matter_shown s join matter m on m.jurisdiction = s.jurisdiction and m.id = s.matter
        where s.jurisdiction = $1 and s.received_at >= $2 and (s.received_at, s.matter) < ($3, $4)
            and (s.agreed = true or s.client = $5)
        order by s.received_at desc, s.matter desc limit $6";
    /// Lists what one program sent, the newest first, behind a place.
    pub(crate) SHOWN_OWN = "select s.matter, s.client, s.agreed, s.topic, s.received_at, s.changed_at, m.number, m.stage, m.is_open,
            m.owner, m.place, m.due
        from matter_shown s join matter m on m.jurisdiction = s.jurisdiction and m.id = s.matter
        where s.jurisdiction = $1 and s.client = $2 and (s.received_at, s.matter) < ($3, $4)
        order by s.received_at desc, s.matter desc limit $5";
    pub(crate) SHOWN_ONE = "select s.matter, s.client, s.agreed, s.topic, s.received_at, s.changed_at, m.number, m.stage, m.is_open,
            m.owner, m.place, m.due
        from matter m join matter_shown s on s.jurisdiction = m.jurisdiction and s.matter = m.id
        where m.jurisdiction = $1 and m.number = $2 and (s.agreed = true or s.client = $3)";
    /// Lists what changed since a time, the oldest change first.
    /// Lists what something happened to of what one program sent, the oldest change first, behind a place.
    pub(crate) SHOWN_FRESH = "select s.matter, s.client, s.agreed, s.topic, s.received_at, s.changed_at, m.number, m.stage, m.is_open,
            m.owner, m.place, m.due
        from matter_shown s join matter m on m.jurisdiction = s.jurisdiction and m.id = s.matter
        where s.jurisdiction = $1 and s.client = $4 and (s.changed_at, s.matter) > ($2, $3)
        order by s.changed_at, s.matter limit $5";
    pub(crate) SHOWN_CHANGED = "select matter, changed_at from matter_shown
        where jurisdiction = $1 and (changed_at, matter) > ($2, $3) and client = $4
        order by changed_at, matter limit $5";
}

/// Puts a matter among those that are shown, or notes that it changed.
pub(super) fn put(tx: &mut Tx<'_>, jurisdiction: i64, before: Option<&State>, after: &State) -> Result<(), Fault> {
    let Some(row) = row(jurisdiction, after) else { return Ok(()) };
    if before.is_none() {
        return tx.later(PUT_SHOWN, &row);
    }
    tx.later(MOVE_SHOWN, params![jurisdiction, after.matter, after.changed_at.as_microsecond()])
}

/// Writes the row of a matter; none where nobody else may see anything.
pub(super) fn row(jurisdiction: i64, state: &State) -> Option<Vec<Value>> {
    if state.came.via.is_none() && !state.agreed {
        return None;
    }
    let (client, topic) = state.came.via.as_ref().map_or((uuid::Uuid::nil(), ""), |via| (via.client, via.topic.as_str()));
    let (received, changed) = (state.received_at.as_microsecond(), state.changed_at.as_microsecond());
    Some(params![jurisdiction, state.matter, client, state.agreed, topic, received, changed].to_vec())
}
