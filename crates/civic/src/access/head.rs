//! The head of the access log: how far the chain goes, sealed with a key that is not in the database, so that the newest
//! entries cannot be cut off before their day's root is public.

use data_encoding::HEXLOWER;
use db::{Fault, FaultKind, Mark, Migration, Tx, params};

use crate::site::Site;
use crate::vault::mac;

/// Builds the table.
pub const MIGRATION: Migration = Migration {
    name: "0009_access_head",
    sql: "create table access_head (
            jurisdiction bigint not null primary key,
            seq bigint not null,
            hash bytea not null,
            seal bytea not null);",
    sql_postgres: None,
};

db::statements! {
    GET_END = "select seq, hash, seal from access_head where jurisdiction = $1";
    PUT = "insert into access_head (jurisdiction, seq, hash, seal) values ($1, $2, $3, $4)
        on conflict (jurisdiction) do update set seq = excluded.seq, hash = excluded.hash, seal = excluded.seal";
}

/// Is how far the chain goes: the number of its last entry and the hash up to there.
pub(super) type Head = (i64, [u8; 32]);

/// Is what stands in the table.
pub(super) enum Found {
    /// Nothing.
    Nothing,
    /// A row that nobody sealed who holds the keys.
    Forged(i64),
    /// The head.
    Whole(Head),
}

pub(super) fn find(tx: &mut Tx<'_>, site: &Site) -> Result<Found, Fault> {
    let Some(row) = tx.row(GET_END, params![site.jurisdiction])? else { return Ok(Found::Nothing) };
    let (seq, hash, sealed): (i64, Vec<u8>, Vec<u8>) = (row.get("seq")?, row.get("hash")?, row.get("seal")?);
    let whole = <[u8; 32]>::try_from(hash).ok().filter(|hash| seal(site, (seq, hash)).as_slice() == sealed);
    Ok(whole.map_or(Found::Forged(seq), |hash| Found::Whole((seq, hash))))
}

/// Reads the head to go on from, inside a batch where it left off. One that is not whole lets nobody read: going on would seal what was done to it.
pub(super) fn read(tx: &mut Tx<'_>, site: &Site) -> Result<Head, Fault> {
    if let Some(head) = tx.mark().and_then(|mark| mark.chain) {
        return Ok(head);
    }
    match find(tx, site)? {
        Found::Whole(head) => Ok(head),
        Found::Nothing | Found::Forged(_) => {
            let text = "the access log's head is not the one that was sealed: run minsheng verify --database";
            Err(Fault::new(FaultKind::Corrupt, text))
        }
    }
}

/// Moves the head on. A batch keeps it in mind, and it is sealed and written once, at its end ([`put`]).
pub(super) fn go_on(tx: &mut Tx<'_>, site: &Site, head: &Head) -> Result<(), Fault> {
    match tx.mark() {
        Some(mark) => tx.set_mark(Mark { chain: Some(*head), ..mark }),
        None => put(tx, site, (head.0, &head.1))?,
    }
    Ok(())
}

/// Seals the head and writes it.
pub(super) fn put(tx: &mut Tx<'_>, site: &Site, (seq, hash): (i64, &[u8; 32])) -> Result<(), Fault> {
    let seal = seal(site, (seq, hash)).to_vec();
    tx.later(PUT, params![site.jurisdiction, seq, hash.to_vec(), seal])
}

fn seal(site: &Site, (seq, hash): (i64, &[u8; 32])) -> [u8; 32] {
    let text = format!("access_head|{}|{seq}|{}", site.jurisdiction, HEXLOWER.encode(hash));
    mac(&site.keys.seal, &[text.as_bytes()])
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;
