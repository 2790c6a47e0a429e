//! Slowing down wrong tries: of query codes, log-ins, setup codes. Waiting grows with each wrong try, ends by itself, and
//! never locks anybody out for good.
//!
//! Keys are keyed hashes of a number, an address, or a log-in or number seen from an address: so a stranger slows down
//! himself, not the person whose name he tries, and the table tells nobody's address. What all strangers together try at one
//! number is counted too, but makes only those wait who used up their own free tries at it: everybody else's first tries
//! are their own (docs/decisions/0014).

use std::net::IpAddr;

use db::{Fault, Migration, Tx, params, values};
use jiff::Timestamp;

use crate::site::Site;
use crate::vault::mac;

/// Builds the table.
pub const MIGRATION: Migration = Migration {
    name: "0008_guess",
    sql: "create table guess (
            jurisdiction bigint not null,
            key_hash bytea not null,
            failed bigint not null,
            failed_at bigint not null,
            primary key (jurisdiction, key_hash));
          create index guess_failed_at on guess (jurisdiction, failed_at);",
    sql_postgres: None,
};

db::statements! {
    GET = "select failed, failed_at from guess where jurisdiction = $1 and key_hash = $2";
    FAILED = "insert into guess (jurisdiction, key_hash, failed, failed_at) values ($1, $2, 1, $3)
        on conflict (jurisdiction, key_hash) do update set failed_at = excluded.failed_at,
            failed = case when guess.failed_at < $4 then 1 else guess.failed + 1 end";
    FORGET = "delete from guess where jurisdiction = $1 and key_hash = $2";
    SWEEP = "delete from guess where jurisdiction = $1 and failed_at < $2";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Longest wait between two tries, in seconds.
pub const WAIT_SECONDS_MAX: i64 = 300;
/// Wrong tries are forgotten after so many hours without another one.
pub const FORGET_HOURS: i64 = 24;
/// Microseconds in a second.
const SECOND_MICROS: i64 = 1_000_000;

/// Says whose tries are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// One matter's number, or one log-in, from one address.
    Narrow,
    /// One matter's number, whoever tries it.
    Shared,
    /// A whole address, which a village may share.
    Wide,
}

/// Names what is counted, without telling it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuessKey {
    kind: Kind,
    hash: Vec<u8>,
}

impl GuessKey {
    /// Counts tries at one matter's number: those from one address, and those of everybody.
    pub fn number(site: &Site, number: &str, address: IpAddr) -> [Self; 2] {
        let number = number.to_uppercase();
        let own = Self::new(site, Kind::Narrow, &["number", &number, &network(address)]);
        [own, Self::new(site, Kind::Shared, &["number", &number])]
    }

    /// Counts tries at one matter's number: those from one account of a chat, and those of everybody.
    pub fn number_from(site: &Site, number: &str, account: &str) -> [Self; 2] {
        let number = number.to_uppercase();
        let own = Self::new(site, Kind::Narrow, &["number", &number, account]);
        [own, Self::new(site, Kind::Shared, &["number", &number])]
    }

    /// Counts tries at one log-in name from one address.
    pub fn log_in(site: &Site, login: &str, address: IpAddr) -> Self {
        Self::new(site, Kind::Narrow, &["log-in", &login.to_lowercase(), &network(address)])
    }

    /// Counts tries from one address.
    pub fn address(site: &Site, address: IpAddr) -> Self {
        Self::new(site, Kind::Wide, &["address", &network(address)])
    }

    fn new(site: &Site, kind: Kind, parts: &[&str]) -> Self {
        let mut all = vec![&b"guess"[..]];
        all.extend(parts.iter().map(|part| part.as_bytes()));
        Self { kind, hash: mac(&site.keys.index, &all)[..16].to_vec() }
    }

    /// Returns how many wrong tries cost no waiting.
    fn free_tries(&self) -> i64 {
        match self.kind {
            Kind::Narrow | Kind::Shared => 4,
            Kind::Wide => 20,
        }
    }
}

/// Returns the network an address stands for: all of it for version 4, the first 64 bits for version 6.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(four) => four.to_string(),
        IpAddr::V6(six) => format!("{:x}/64", six.to_bits() >> 64),
    }
}

/// Returns how long to wait after so many wrong tries beyond the free ones, in seconds.
pub fn wait_seconds(failed_beyond_free: i64) -> i64 {
    match failed_beyond_free {
        ..=0 => 0,
        count => (1_i64 << (count - 1).min(9)).min(WAIT_SECONDS_MAX),
    }
}

/// Returns how many seconds must still pass before another try counts: the longest wait among the keys. What others tried at
/// a number counts only for an address that has no free try at it left. Every key is read, whatever the others say.
pub fn waiting(tx: &mut Tx<'_>, site: &Site, now: Timestamp, keys: &[GuessKey]) -> Result<i64, Fault> {
    let (mut own, mut shared, mut spent) = (0, 0, false);
    let questions: Vec<_> = keys.iter().map(|key| (GET, values![site.jurisdiction, key.hash.clone()])).collect();
    for (key, rows) in keys.iter().zip(tx.ask(&questions)?) {
        let Some(row) = rows.first() else { continue };
        let (failed, failed_at): (i64, i64) = (row.get("failed")?, row.get("failed_at")?);
        if failed_at < oldest(now) {
            continue;
        }
        let free_at = failed_at + wait_seconds(failed - key.free_tries()) * SECOND_MICROS;
        let left = (free_at - now.as_microsecond() + SECOND_MICROS - 1).div_euclid(SECOND_MICROS);
        match key.kind {
            Kind::Shared => shared = left.max(shared),
            Kind::Narrow | Kind::Wide => own = left.max(own),
        }
        spent |= key.kind == Kind::Narrow && failed >= key.free_tries();
    }
    Ok(if spent { own.max(shared) } else { own })
}

/// Notes a wrong try under each key.
pub fn failed(tx: &mut Tx<'_>, site: &Site, now: Timestamp, keys: &[GuessKey]) -> Result<(), Fault> {
    let at = now.as_microsecond();
    for key in keys {
        tx.later(FAILED, params![site.jurisdiction, key.hash.clone(), at, oldest(now)])?;
    }
    Ok(())
}

/// Notes a right try: what this address tried at the number or the log-in is forgotten. Its other tries are not, or one own
/// matter would buy free tries at others. What all tried at the number is not either: strangers who wait would see by the
/// end of their wait that somebody opened it, and so that it is there, an accusation's too.
pub fn passed(tx: &mut Tx<'_>, site: &Site, keys: &[GuessKey]) -> Result<(), Fault> {
    for key in keys.iter().filter(|key| key.kind == Kind::Narrow) {
        tx.later(FORGET, params![site.jurisdiction, key.hash.clone()])?;
    }
    Ok(())
}

/// Deletes what is forgotten.
pub fn sweep(tx: &mut Tx<'_>, jurisdiction: i64, now: Timestamp) -> Result<u64, Fault> {
    tx.run(SWEEP, params![jurisdiction, oldest(now)])
}

fn oldest(now: Timestamp) -> i64 {
    now.as_microsecond() - FORGET_HOURS * 3_600 * SECOND_MICROS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_doubles_and_stays_bearable() {
        let waits: Vec<i64> = (-1..13).map(wait_seconds).collect();
        assert_eq!(waits, [0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
        assert_eq!(wait_seconds(i64::MAX), WAIT_SECONDS_MAX);
    }

    #[test]
    fn a_version_6_network_counts_as_one() {
        let network = |text: &str| network(text.parse().unwrap());
        assert_eq!(network("2001:db8:1:2::5"), network("2001:db8:1:2:ffff::1"));
        assert_ne!(network("2001:db8:1:2::5"), network("2001:db8:1:3::5"));
        assert_eq!(network("::ffff:192.0.2.7"), network("192.0.2.7"));
    }
}
