//! Statements of the matters' tables.

use civic::site::Site;
use db::{Fault, Migration, Question, Row, Tx, params, values};
use jiff::Timestamp;
use uuid::Uuid;

/// Builds the tables.
pub const MIGRATION: Migration = Migration {
    name: "0100_matter",
    sql: "create table matter (
            jurisdiction bigint not null,
            id uuid not null,
            number text not null,
            version bigint not null,
            position bigint not null,
            key_id bigint not null,
            kind text not null,
            identity text not null,
            channel text not null,
            stage text not null,
            is_open boolean not null,
            owner text not null,
            handler uuid,
            place text,
            category text,
            simplified boolean not null,
            danger boolean not null,
            people bigint not null,
            received_at bigint not null,
            received text not null,
            term text not null,
            target text not null,
            due text not null,
            rank text not null,
            owes boolean not null,
            provisional boolean not null,
            returns bigint not null,
            disputed boolean not null,
            replied text,
            rating bigint,
            merged_into uuid,
            wake text,
            primary key (jurisdiction, id));
          create unique index matter_number on matter (jurisdiction, number);
          create index matter_owner on matter (jurisdiction, owner, is_open, rank, number);
          create index matter_handler on matter (jurisdiction, handler, is_open, rank, number);
          create index matter_rank on matter (jurisdiction, is_open, rank, number);
          create index matter_wake on matter (jurisdiction, wake);
          create index matter_merged on matter (jurisdiction, merged_into);
          create table matter_party (
            jurisdiction bigint not null,
            office text not null,
            role text not null,
            matter uuid not null,
            done boolean not null,
            until text not null,
            primary key (jurisdiction, office, role, matter));
          create index matter_party_matter on matter_party (jurisdiction, matter);
          create table matter_code (
            jurisdiction bigint not null,
            hash bytea not null,
            matter uuid not null,
            delegate boolean not null,
            primary key (jurisdiction, hash));
          create index matter_code_matter on matter_code (jurisdiction, matter);
          create table matter_contact (
            jurisdiction bigint not null,
            contact bytea not null,
            matter uuid not null,
            primary key (jurisdiction, contact, matter));
          create table submission (
            jurisdiction bigint not null,
            submit bytea not null,
            form bytea not null,
            matter uuid not null,
            primary key (jurisdiction, submit));
          create table matter_file (
            jurisdiction bigint not null,
            address text not null,
            matter uuid not null,
            primary key (jurisdiction, address, matter));",
    sql_postgres: None,
};

db::statements! {
    pub(crate) PUT = "insert into matter (jurisdiction, id, number, version, position, key_id, kind, identity, channel, stage, is_open,
            owner, handler, place, category, simplified, danger, people, received_at, received, term, target, due, rank, owes,
            provisional, returns, disputed, replied, rating, merged_into, wake, unheard)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
            $26, $27, $28, $29, $30, $31, $32, $33)";
    /// Changes what no index holds, in the order of `KEPT`.
    pub(crate) KEEP = "update matter set version = $3, stage = $4, category = $5, simplified = $6, term = $7, target = $8, due = $9,
            owes = $10, provisional = $11, returns = $12, replied = $13, rating = $14
        where jurisdiction = $1 and id = $2";
    /// Changes everything that may, in the order of `KEPT` and then of `MOVED`.
    pub(crate) MOVE = "update matter set version = $3, stage = $4, category = $5, simplified = $6, term = $7, target = $8, due = $9,
            owes = $10, provisional = $11, returns = $12, replied = $13, rating = $14, kind = $15, is_open = $16, owner = $17, handler = $18,
            rank = $19, disputed = $20, merged_into = $21, wake = $22, unheard = $23
        where jurisdiction = $1 and id = $2";
    pub(crate) GET = concat!("select ", row!(""), " from matter where jurisdiction = $1 and id = $2");
    /// Finds a matter by the position of its filing.
    pub(crate) OF_FILING = concat!("select ", row!("m."), " from event e
        join matter m on m.jurisdiction = e.jurisdiction and m.id = e.matter where e.jurisdiction = $1 and e.position = $2");
    pub(crate) BY_NUMBER = concat!("select ", row!(""), " from matter where jurisdiction = $1 and number = $2");
    pub(crate) CHILDREN = "select id from matter where jurisdiction = $1 and merged_into = $2 order by number";
    pub(crate) MERGED = "select id, number, is_open from matter where jurisdiction = $1 and merged_into = $2 order by number";
    pub(crate) OF_OWNER = "select id from matter where jurisdiction = $1 and is_open = true and owner = $2
        order by rank, number";
    pub(crate) OF_HANDLER = "select id from matter where jurisdiction = $1 and is_open = true and handler = $2
        order by rank, number";
    pub(crate) AWAKE = "select id, wake, number from matter where jurisdiction = $1 and wake is not null and wake <= $2
        and (wake, number) > ($3, $4) order by wake, number limit $5";
    pub(crate) DROP_PARTY = "delete from matter_party where jurisdiction = $1 and office = $2 and role = $3 and matter = $4";
    pub(crate) PUT_PARTY = "insert into matter_party (jurisdiction, office, role, matter, done, until, live, rank, number)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (jurisdiction, office, role, matter) do update set done = excluded.done, until = excluded.until,
            live = excluded.live, rank = excluded.rank, number = excluded.number";
    pub(crate) PUT_CODE = "insert into matter_code (jurisdiction, hash, matter, delegate) values ($1, $2, $3, $4)";
    pub(crate) DROP_CODES = "delete from matter_code where jurisdiction = $1 and matter = $2 and delegate = $3";
    pub(crate) FIND_CODE = "select matter, delegate from matter_code where jurisdiction = $1 and hash = $2";
    pub(crate) PUT_CONTACT = "insert into matter_contact (jurisdiction, contact, matter) values ($1, $2, $3)
        on conflict (jurisdiction, contact, matter) do nothing";
    pub(crate) OF_CONTACT = "select matter from matter_contact where jurisdiction = $1 and contact = $2";
    pub(crate) PUT_SUBMISSION = "insert into submission (jurisdiction, submit, form, matter) values ($1, $2, $3, $4)";
    pub(crate) TAKEN = "select true as by_submit from submission where jurisdiction = $1 and submit = $2
        union all select false as by_submit from matter where jurisdiction = $1 and number = $3";
    pub(crate) FIND_SUBMISSION = "select form, matter from submission where jurisdiction = $1 and submit = $2";
    pub(crate) PUT_FILE = "insert into matter_file (jurisdiction, address, matter) values ($1, $2, $3)
        on conflict (jurisdiction, address, matter) do nothing";
    pub(crate) HAS_FILE = "select matter from matter_file where jurisdiction = $1 and address = $2 limit 1";
    pub(crate) QUEUE_HELD = concat!("select ", row!(""), " from matter
        where jurisdiction = $1 and owner = $2 and is_open = $3 and (rank, number) > ($4, $5)
            and (cast($6 as text) is null or stage = $6) and (cast($7 as text) is null or kind = $7)
            and (cast($8 as text) is null or category = $8) and rank < $9
            and (cast($10 as boolean) is null or owes = $10)
        order by rank, number limit $11");
    pub(crate) QUEUE_MINE = concat!("select ", row!(""), " from matter
        where jurisdiction = $1 and handler = $2 and is_open = $3 and (rank, number) > ($4, $5)
            and (cast($6 as text) is null or stage = $6) and (cast($7 as text) is null or kind = $7)
            and (cast($8 as text) is null or category = $8) and rank < $9
            and (cast($10 as boolean) is null or owes = $10)
        order by rank, number limit $11");
    pub(crate) QUEUE_SITE = concat!("select ", row!(""), " from matter
        where jurisdiction = $1 and is_open = $2 and number > '' and (rank, number) > ($3, $4)
            and (cast($5 as text) is null or stage = $5) and (cast($6 as text) is null or kind = $6)
            and (cast($7 as text) is null or category = $7) and rank < $8
            and (cast($9 as boolean) is null or owes = $9)
        order by rank, number limit $10");
    pub(crate) QUEUE_DISPUTED = concat!("select ", row!(""), " from matter
        where jurisdiction = $1 and is_open = true and disputed = true and (rank, number) > ($2, $3) order by rank, number limit $4");
    pub(crate) DUMP = "select id, number, version, position, key_id, kind, identity, channel, stage, is_open, owner, handler, place, category,
            simplified, danger, people, received_at, received, term, target, due, rank, owes, provisional, returns, disputed,
            replied, rating, merged_into, wake, unheard from matter where jurisdiction = $1 and id > $2 order by id limit $3";
    pub(crate) DUMP_PARTIES = "select office, role, matter, done, until, live, rank, number from matter_party
        where jurisdiction = $1 and (office, role, matter) > ($2, $3, $4) order by office, role, matter limit $5";
    pub(crate) DUMP_CODES = "select hash, matter, delegate from matter_code where jurisdiction = $1 and hash > $2
        order by hash limit $3";
    pub(crate) DUMP_CONTACTS = "select contact, matter from matter_contact
        where jurisdiction = $1 and (contact, matter) > ($2, $3) order by contact, matter limit $4";
    pub(crate) DUMP_SUBMISSIONS = "select submit, form, matter from submission where jurisdiction = $1 and submit > $2
        order by submit limit $3";
    pub(crate) DUMP_FILES = "select address, matter from matter_file where jurisdiction = $1 and (address, matter) > ($2, $3)
        order by address, matter limit $4";
}

/// Lists the matters merged into one.
pub fn children(tx: &mut Tx<'_>, jurisdiction: i64, matter: Uuid) -> Result<Vec<Uuid>, Fault> {
    children_from(Some(&tx.rows(CHILDREN, params![jurisdiction, matter])?))
}

/// Returns the question that [`children`] asks, for whoever asks more with it.
pub(crate) fn children_of(jurisdiction: i64, matter: Uuid) -> Question<'static> {
    (CHILDREN, values![jurisdiction, matter])
}

/// Takes its answer.
pub(crate) fn children_from(rows: Option<&Vec<Row>>) -> Result<Vec<Uuid>, Fault> {
    rows.into_iter().flatten().map(|row| row.get("id")).collect()
}

/// Tells whether anything names a stored file that is still to be kept: for the sweep of the others.
pub fn names_file(tx: &mut Tx<'_>, site: &Site, now: Timestamp, address: &str) -> Result<bool, Fault> {
    let jurisdiction = site.jurisdiction;
    let named = tx.row(HAS_FILE, params![jurisdiction, address])?.is_some();
    Ok(named
        || crate::sealed::has_file(tx, jurisdiction, address)?
        || civic::inbox::names_file(tx, jurisdiction, address)?
        || crate::rounds::names_file(tx, site, site.day(now), address)?)
}
