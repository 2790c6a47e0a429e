//! Statements of the journal.

use db::{Guard, Keep, Migration};

/// Builds the journal's tables.
pub const MIGRATION: Migration = Migration {
    name: "0001_journal",
    sql: "create table event (
            jurisdiction bigint not null,
            position bigint not null,
            matter uuid not null,
            version bigint not null,
            at bigint not null,
            actor text not null,
            kind text not null,
            fact text not null,
            body bytea not null,
            key_id bigint not null,
            leaf bigint not null,
            primary key (jurisdiction, position));
          create unique index event_matter on event (jurisdiction, matter, version);
          create unique index event_leaf on event (jurisdiction, leaf);
          create table log_head (
            jurisdiction bigint not null primary key,
            position bigint not null,
            size bigint not null,
            hashed bigint not null,
            at bigint not null,
            directory bigint not null,
            directory_key bigint not null);
          create table tile (
            jurisdiction bigint not null,
            level bigint not null,
            tile bigint not null,
            hashes bytea not null,
            primary key (jurisdiction, level, tile));
          create table checkpoint (
            jurisdiction bigint not null,
            size bigint not null,
            note text not null,
            primary key (jurisdiction, size));",
    sql_postgres: None,
};

/// Guards the tables: what happened is added and never changed.
pub const GUARDS: &[Guard] = &[
    Guard { table: "event", keep: Keep::Appended },
    Guard { table: "checkpoint", keep: Keep::Appended },
    Guard { table: "log_head", keep: Keep::Kept },
    Guard { table: "tile", keep: Keep::Kept },
];

db::statements! {
    /// Writes the head of a new log.
    pub START_HEAD = "insert into log_head (jurisdiction, position, size, hashed, at, directory, directory_key)
        values ($1, 0, 0, 0, 0, 0, $2) on conflict (jurisdiction) do nothing";
    /// Keeps the checkpoint of the empty log.
    pub START_CHECKPOINT = "insert into checkpoint (jurisdiction, size, note) values ($1, 0, $2)
        on conflict (jurisdiction, size) do nothing";
    pub LOCK_HEAD = "update log_head set size = size where jurisdiction = $1
        returning directory, position, size, at, hashed";
    /// Reads the head of the log.
    pub HEAD = "select position, size, hashed, at, directory, directory_key from log_head where jurisdiction = $1";
    pub NEXT = "update log_head set position = position + 1, size = size + 1,
        at = case when at > $2 then at else $2 end where jurisdiction = $1 returning position, size, at";
    pub INSERT = "insert into event (jurisdiction, position, matter, version, at, actor, kind, fact, body, key_id, leaf)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    pub UNHASHED = "select fact from event where jurisdiction = $1 and leaf >= $2 and leaf < $3
        order by leaf";
    /// Writes how far a batch has come.
    pub SET_HEAD = "update log_head set position = $2, size = $3, at = $4, hashed = $3 where jurisdiction = $1";
    pub SET_HASHED = "update log_head set hashed = $2 where jurisdiction = $1";
    pub PUT_TILE = "insert into tile (jurisdiction, level, tile, hashes) values ($1, $2, $3, $4)
        on conflict (jurisdiction, level, tile) do update set hashes = excluded.hashes";
    pub GET_TILE = "select hashes from tile where jurisdiction = $1 and level = $2 and tile = $3";
    pub PUT_CHECKPOINT = "insert into checkpoint (jurisdiction, size, note) values ($1, $2, $3)";
    pub NEWEST_CHECKPOINT = "select size, note from checkpoint where jurisdiction = $1 order by size desc limit 1";
    pub CHECKPOINTS = "select size, note from checkpoint where jurisdiction = $1 and size > $2 order by size limit $3";
    pub CHECKPOINT_OVER = "select size, note from checkpoint where jurisdiction = $1 and size > $2 order by size limit 1";
    pub FACTS = "select fact from event where jurisdiction = $1 and leaf >= $2 and leaf < $3 order by leaf";
    pub OF_MATTER = "select position, matter, version, at, actor, kind, fact, body, key_id, leaf from event
        where jurisdiction = $1 and matter = $2 and version > $3 order by version";
    pub MATTERS = "select position, matter, version, at, actor, kind, fact, body, key_id, leaf from event
        where jurisdiction = $1 and matter > $2 order by matter, version limit $3";
    pub AT_POSITION = "select position, matter, version, at, actor, kind, fact, body, key_id, leaf from event
        where jurisdiction = $1 and position = $2";
    pub MATTER_AT = "select matter from event where jurisdiction = $1 and leaf = $2";
    pub PAGE = "select position, matter, version, at, actor, kind, fact, body, key_id, leaf from event
        where jurisdiction = $1 and position > $2 order by position limit $3";
    /// Counts one more change of the directory.
    pub ADVANCE_DIRECTORY = "update log_head set directory = directory + 1 where jurisdiction = $1 returning directory";
}
