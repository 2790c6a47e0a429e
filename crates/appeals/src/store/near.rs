//! Finding matters of one office that may be the same one: over indexes, and only so far back as is asked.

use db::Migration;

/// Adds what finding them goes by.
pub const MIGRATION: Migration = Migration {
    name: "0104_near",
    sql: "create index matter_near on matter (jurisdiction, owner, kind, place, received);",
    sql_postgres: None,
};

/// Adds what finding merged matters of one place goes by.
pub const JOINED_MIGRATION: Migration = Migration {
    name: "0220_joined",
    sql: "create index matter_joined on matter (jurisdiction, place, received) where merged_into is not null;",
    sql_postgres: None,
};

/// Leaves the two indexes that most others could stand in for to the statements that mean them and say so: PostgreSQL, which chooses
/// knowing nothing of the rows, took them for an office's list, which they do not narrow to what is open.
pub const MEANT_MIGRATION: Migration = Migration {
    name: "0250_meant",
    sql: "drop index matter_near;
          create index matter_near on matter (jurisdiction, owner, kind, place, received) where place > '';
          drop index matter_rank;
          create index matter_rank on matter (jurisdiction, is_open, rank, number) where number > '';",
    sql_postgres: None,
};

// By the day alone, as the index has it: a second key would sort a whole day's matters for the few that are asked for.
// A cross join, and the office taken out of what is looked up: from the few matters of a contact to their rows; the other way round
// it would go through all of an office
db::statements! {
    pub(crate) NEAR_PLACE = "select id, version, key_id, received_at, number from matter
        where jurisdiction = $1 and owner = $2 and kind = $3 and place > '' and place = $4 and received >= $5
            and merged_into is null
        order by received desc limit $6";
    pub(crate) NEAR_CONTACT = "select m.id, m.version, m.key_id, m.received_at, m.number from matter_contact c cross join matter m
        where m.jurisdiction = c.jurisdiction and m.id = c.matter and c.jurisdiction = $1 and c.contact = $2 and m.owner || '' = $3 and m.received >= $4 and m.merged_into is null
        order by m.received desc, m.number desc limit $5";
    pub(crate) TEXTED = "select m.id from matter_contact c cross join matter m
        where m.jurisdiction = c.jurisdiction and m.id = c.matter and c.jurisdiction = $1 and c.contact = $2
        order by m.received_at desc, m.number desc limit $3";
    pub(crate) JOINED = "select id, merged_into, kind, identity from matter
        where jurisdiction = $1 and place = $2 and received >= $3 and merged_into is not null order by received desc limit $4";
}
