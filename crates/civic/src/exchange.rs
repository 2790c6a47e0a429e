//! What goes to another site, and how far that went: a row for each step of a matter that the other side is to hear of, written in the
//! transaction of the step. A row holds no words: what is sent is made of the journal when it is sent, so it lies nowhere twice, and of an
//! erased matter nothing is left to send. Decision 0048.
//!
//! A row is sent until the other side has answered that it is durable there; the other side knows a step by its matter and number, however
//! often it comes. Rows stay when they are sent: by them both sides compare what each has.

pub mod anchor;
pub mod reads;

use data_encoding::{BASE64, HEXLOWER};
use db::{Fault, Migration, Row, Tx, params};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::clock;
use crate::site::Site;
use crate::vault::derive;

/// Builds the tables.
pub const MIGRATION: Migration = Migration {
    name: "0380_exchange",
    sql: "create table exchange_out (
            jurisdiction bigint not null,
            peer uuid not null,
            matter uuid not null,
            n bigint not null,
            made_at bigint not null,
            sent_at bigint,
            trouble text not null,
            primary key (jurisdiction, peer, matter, n));
          create index exchange_waiting on exchange_out (jurisdiction, peer, made_at, matter, n) where sent_at is null;
          create index exchange_of_matter on exchange_out (jurisdiction, matter);
          create table exchange_peer (
            jurisdiction bigint not null,
            peer uuid not null,
            attempts bigint not null,
            next_at bigint not null,
            reached_at bigint,
            heard_at bigint,
            trouble text not null,
            trouble_since bigint,
            trial boolean not null,
            compared_at bigint,
            ahead bigint not null,
            primary key (jurisdiction, peer));",
    sql_postgres: None,
};

db::statements! {
    PUT = "insert into exchange_out (jurisdiction, peer, matter, n, made_at, trouble) values ($1, $2, $3, $4, $5, '')
        on conflict (jurisdiction, peer, matter, n) do nothing";
    WAITING = "select o.matter, o.n,
            (select max(b.n) from exchange_out b where b.jurisdiction = o.jurisdiction and b.peer = o.peer and b.matter = o.matter
                and b.n < o.n) as prior
        from exchange_out o where o.jurisdiction = $1 and o.peer = $2 and o.sent_at is null and o.trouble = ''
        order by o.made_at, o.matter, o.n limit $3";
    SENT = "update exchange_out set sent_at = $5, trouble = '' where jurisdiction = $1 and peer = $2 and matter = $3 and n = $4";
    REFUSED = "update exchange_out set trouble = $5 where jurisdiction = $1 and peer = $2 and matter = $3 and n >= $4 and sent_at is null";
    AGAIN = "update exchange_out set sent_at = null, trouble = '' where jurisdiction = $1 and peer = $2 and matter = $3 and n > $4";
    HAS = "select n from exchange_out where jurisdiction = $1 and peer = $2 and matter = $3 and n = $4";
    ANEW = "update exchange_out set trouble = '' where jurisdiction = $1 and peer = $2 and sent_at is null and trouble <> ''";
    LAST_SENT = "select matter, max(n) as n from exchange_out where jurisdiction = $1 and peer = $2 and matter > $3 and sent_at is not null
        group by matter order by matter limit $4";
    STANDS = "select cast(count(*) as bigint) as many, min(made_at) as oldest from exchange_out
        where jurisdiction = $1 and peer = $2 and sent_at is null";
    ALL_SENT = "select cast(count(*) as bigint) as many from exchange_out where jurisdiction = $1 and peer = $2 and sent_at is not null";
    STUCK = "select matter, min(n) as n, min(trouble) as trouble from exchange_out
        where jurisdiction = $1 and peer = $2 and sent_at is null and trouble <> '' group by matter order by matter limit $3";
    OF_MATTER = "select cast(count(*) as bigint) as many from exchange_out where jurisdiction = $1 and matter = $2 and sent_at is null";
    FIND = "select attempts, next_at, reached_at, heard_at, trouble, trouble_since, trial, compared_at, ahead from exchange_peer
        where jurisdiction = $1 and peer = $2";
    BEGIN = "insert into exchange_peer (jurisdiction, peer, attempts, next_at, trouble, trial, ahead) values ($1, $2, 0, 0, '', false, 0)
        on conflict (jurisdiction, peer) do nothing";
    REACHED = "update exchange_peer set attempts = 0, next_at = 0, reached_at = $3, trouble = '', trouble_since = null, trial = false
        where jurisdiction = $1 and peer = $2";
    FAILED = "update exchange_peer set attempts = attempts + 1, next_at = $3, trouble = $4, trouble_since = coalesce(trouble_since, $5),
        trial = false where jurisdiction = $1 and peer = $2";
    HEARD = "update exchange_peer set heard_at = $3 where jurisdiction = $1 and peer = $2";
    TRY = "update exchange_peer set trial = true, attempts = 0, next_at = 0, compared_at = null where jurisdiction = $1 and peer = $2";
    COMPARED = "update exchange_peer set compared_at = $3, ahead = $4 where jurisdiction = $1 and peer = $2";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// First line of what is signed of a request.
pub const REQUEST: &str = "minsheng/exchange-request/1";
/// First line of what is signed of an answer.
pub const ANSWER: &str = "minsheng/exchange-answer/1";
/// Where a site takes requests of others.
pub const PATH: &str = "/exchange/1";
/// Header: who sends, by the public half of its key, base64.
pub const FROM: &str = "x-minsheng-from";
/// Header: SHA-256 of the body, hexadecimal.
pub const DIGEST: &str = "x-minsheng-digest";
/// Header: the signature over both, and over whom it is for.
pub const SIGNATURE: &str = "x-minsheng-signature";
/// The first pause after a failure, in seconds; each further one is twice as long.
const PAUSE_SECONDS: i64 = 15;
/// The longest pause, in seconds: a site that is back hears within this time.
const PAUSE_SECONDS_MAX: i64 = 900;
/// How often the pause is doubled at most.
const DOUBLINGS_MAX: i64 = 6;

/// Is a step that the other side is to hear of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owed {
    /// The matter here.
    pub matter: Uuid,
    /// The number of the event within it.
    pub n: i64,
    /// The number of the step that was told before it; 0 for the first.
    pub before: i64,
}

/// Is how it stands with another site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Failures in a row.
    pub attempts: i64,
    /// Nothing is tried before.
    pub next_at: Timestamp,
    /// When it last answered us.
    pub reached_at: Option<Timestamp>,
    /// When it last sent us something.
    pub heard_at: Option<Timestamp>,
    /// What stands in the way, in a word of the sender's, and since when.
    pub trouble: Option<(String, Timestamp)>,
    /// Whether somebody asked for a trial.
    pub trial: bool,
    /// When both sides last compared what each has.
    pub compared_at: Option<Timestamp>,
    /// Matters of which the other side had more than this one when they were compared: this one was put back to an older day.
    pub ahead: i64,
}

impl Default for Contact {
    fn default() -> Self {
        let next_at = Timestamp::UNIX_EPOCH;
        let none = None;
        Self { attempts: 0, next_at, reached_at: none, heard_at: none, trouble: None, trial: false, compared_at: none, ahead: 0 }
    }
}

impl Contact {
    /// Tells whether it is not yet time for another try.
    pub fn waits(&self, now: Timestamp) -> bool {
        clock::waits(self.next_at, now, PAUSE_SECONDS_MAX)
    }
}

/// Counts what waits for another site, and what it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Steps that wait.
    pub waiting: i64,
    /// Since when the oldest of them waits.
    pub oldest: Option<Timestamp>,
    /// Steps that the other side has.
    pub sent: i64,
}

/// Notes that another site is to hear of a step.
pub fn put(tx: &mut Tx<'_>, jurisdiction: i64, (peer, matter, n): (Uuid, Uuid, i64), now: Timestamp) -> Result<(), Fault> {
    tx.run(PUT, params![jurisdiction, peer, matter, n, now.as_microsecond()]).map(drop)
}

/// Lists what waits, oldest first, without what the other side refused.
pub fn waiting(tx: &mut Tx<'_>, jurisdiction: i64, peer: Uuid, count: i64) -> Result<Vec<Owed>, Fault> {
    let rows = tx.rows(WAITING, params![jurisdiction, peer, count])?;
    let read = |row: &Row| {
        Ok(Owed { matter: row.get("matter")?, n: row.get("n")?, before: row.get::<Option<i64>>("prior")?.unwrap_or_default() })
    };
    rows.iter().map(read).collect()
}

/// Notes that the other side has a step.
pub fn sent(tx: &mut Tx<'_>, jurisdiction: i64, (peer, matter, n): (Uuid, Uuid, i64), now: Timestamp) -> Result<(), Fault> {
    tx.run(SENT, params![jurisdiction, peer, matter, n, now.as_microsecond()]).map(drop)
}

/// Notes that the other side refused a step, and why: it and what follows it in its matter wait for a person.
pub fn refused(tx: &mut Tx<'_>, jurisdiction: i64, (peer, matter, n): (Uuid, Uuid, i64), why: &str) -> Result<(), Fault> {
    tx.run(REFUSED, params![jurisdiction, peer, matter, n, why]).map(drop)
}

/// Has everything of a matter behind a step sent once more: the other side has no more than that.
pub fn again(tx: &mut Tx<'_>, jurisdiction: i64, (peer, matter, heard): (Uuid, Uuid, i64)) -> Result<(), Fault> {
    tx.run(AGAIN, params![jurisdiction, peer, matter, heard]).map(drop)
}

/// Tells whether another site was to hear of a step.
pub fn has(tx: &mut Tx<'_>, jurisdiction: i64, (peer, matter, n): (Uuid, Uuid, i64)) -> Result<bool, Fault> {
    Ok(tx.row(HAS, params![jurisdiction, peer, matter, n])?.is_some())
}

/// Has what was refused sent once more.
pub fn anew(tx: &mut Tx<'_>, jurisdiction: i64, peer: Uuid) -> Result<u64, Fault> {
    tx.run(ANEW, params![jurisdiction, peer])
}

/// Lists matters behind one, with the last step of each that the other side has.
pub fn last_sent(tx: &mut Tx<'_>, jurisdiction: i64, peer: Uuid, (after, count): (Uuid, i64)) -> Result<Vec<(Uuid, i64)>, Fault> {
    let rows = tx.rows(LAST_SENT, params![jurisdiction, peer, after, count])?;
    rows.iter().map(|row| Ok((row.get("matter")?, row.get("n")?))).collect()
}

/// Counts what waits for another site, and what it has.
pub fn stands(tx: &mut Tx<'_>, jurisdiction: i64, peer: Uuid) -> Result<Standing, Fault> {
    let none = || Fault::other("a count gave no row");
    let waits = tx.row(STANDS, params![jurisdiction, peer])?.ok_or_else(none)?;
    let has = tx.row(ALL_SENT, params![jurisdiction, peer])?.ok_or_else(none)?;
    let oldest = waits.get::<Option<i64>>("oldest")?.map(time).transpose()?;
    Ok(Standing { waiting: waits.get("many")?, oldest, sent: has.get("many")? })
}

/// Lists matters of which the other side refused a step: the matter, the step, and why.
pub fn stuck(tx: &mut Tx<'_>, jurisdiction: i64, peer: Uuid, count: i64) -> Result<Vec<(Uuid, i64, String)>, Fault> {
    let rows = tx.rows(STUCK, params![jurisdiction, peer, count])?;
    rows.iter().map(|row| Ok((row.get("matter")?, row.get("n")?, row.get("trouble")?))).collect()
}

/// Tells whether something of a matter is still on its way.
pub fn under_way(tx: &mut Tx<'_>, jurisdiction: i64, matter: Uuid) -> Result<bool, Fault> {
    let row = tx.row(OF_MATTER, params![jurisdiction, matter])?;
    Ok(row.map(|row| row.get::<i64>("many")).transpose()?.unwrap_or_default() > 0)
}

/// Reads how it stands with another site.
pub fn find(tx: &mut Tx<'_>, jurisdiction: i64, peer: Uuid) -> Result<Contact, Fault> {
    tx.row(FIND, params![jurisdiction, peer])?.as_ref().map_or_else(|| Ok(Contact::default()), read)
}

/// Notes that another site answered.
pub fn reached(tx: &mut Tx<'_>, jurisdiction: i64, peer: Uuid, now: Timestamp) -> Result<(), Fault> {
    tx.run(BEGIN, params![jurisdiction, peer])?;
    tx.run(REACHED, params![jurisdiction, peer, now.as_microsecond()]).map(drop)
}

/// Notes what stood in the way, and pauses: the longer, the more often in a row.
pub fn failed(tx: &mut Tx<'_>, jurisdiction: i64, (peer, attempts): (Uuid, i64), why: &str, now: Timestamp) -> Result<(), Fault> {
    let next = now.saturating_add(SignedDuration::from_secs(pause(attempts))).unwrap_or(now);
    tx.run(BEGIN, params![jurisdiction, peer])?;
    tx.run(FAILED, params![jurisdiction, peer, next.as_microsecond(), why, now.as_microsecond()]).map(drop)
}

/// Notes that another site sent us something.
pub fn heard(tx: &mut Tx<'_>, jurisdiction: i64, peer: Uuid, now: Timestamp) -> Result<(), Fault> {
    tx.run(BEGIN, params![jurisdiction, peer])?;
    tx.run(HEARD, params![jurisdiction, peer, now.as_microsecond()]).map(drop)
}

/// Asks for a trial and a comparison, at once.
pub fn try_out(tx: &mut Tx<'_>, jurisdiction: i64, peer: Uuid) -> Result<(), Fault> {
    tx.run(BEGIN, params![jurisdiction, peer])?;
    tx.run(TRY, params![jurisdiction, peer]).map(drop)
}

/// Notes that both sides compared what each has, and of how many matters the other one had more.
pub fn compared(tx: &mut Tx<'_>, jurisdiction: i64, (peer, ahead): (Uuid, i64), now: Timestamp) -> Result<(), Fault> {
    tx.run(BEGIN, params![jurisdiction, peer])?;
    tx.run(COMPARED, params![jurisdiction, peer, now.as_microsecond(), ahead]).map(drop)
}

fn pause(failures: i64) -> i64 {
    (PAUSE_SECONDS << failures.clamp(0, DOUBLINGS_MAX)).min(PAUSE_SECONDS_MAX)
}

fn read(row: &Row) -> Result<Contact, Fault> {
    let maybe = |name: &str| row.get::<Option<i64>>(name)?.map(time).transpose();
    let trouble: String = row.get("trouble")?;
    Ok(Contact {
        attempts: row.get("attempts")?,
        next_at: time(row.get("next_at")?)?,
        reached_at: maybe("reached_at")?,
        heard_at: maybe("heard_at")?,
        trouble: maybe("trouble_since")?.map(|since| (trouble, since)),
        trial: row.get("trial")?,
        compared_at: maybe("compared_at")?,
        ahead: row.get("ahead")?,
    })
}

fn time(micros: i64) -> Result<Timestamp, Fault> {
    Timestamp::from_microsecond(micros).map_err(|error| Fault::other("a time of an exchange is out of range").caused_by(error))
}

/// Returns the key by which other sites know this one: the public half, base64.
pub fn public_key(site: &Site) -> String {
    BASE64.encode(signer(site).verifying_key().as_bytes())
}

/// Returns a short form of a key for two people to compare by telephone: eight groups of four figures of its SHA-256.
pub fn fingerprint(key: &str) -> String {
    let hash = HEXLOWER.encode(&Sha256::digest(key.as_bytes())[..16]);
    hash.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect::<Vec<_>>().join(" ")
}

/// Tells whether a text is a key that can check signatures.
pub fn is_key(key: &str) -> bool {
    verifier(key).is_some()
}

/// Signs a request to another site, or an answer: what it is, from whom, to whom, and the SHA-256 of its bytes.
pub fn sign(site: &Site, what: &str, (to, digest): (&str, &str)) -> String {
    let text = text(what, (&public_key(site), to), digest);
    BASE64.encode(&signer(site).sign(text.as_bytes()).to_bytes())
}

/// Checks a signature. Strictly: under a key of small order one signature would fit every text.
pub fn holds(site: &Site, what: &str, (from, digest): (&str, &str), signature: &str) -> bool {
    let signature = BASE64.decode(signature.as_bytes()).ok().and_then(|bytes| Signature::from_slice(&bytes).ok());
    let (Some(key), Some(signature)) = (verifier(from), signature) else { return false };
    key.verify_strict(text(what, (from, &public_key(site)), digest).as_bytes(), &signature).is_ok()
}

fn text(what: &str, (from, to): (&str, &str), digest: &str) -> String {
    format!("{what}\n{from}\n{to}\n{digest}\n")
}

fn signer(site: &Site) -> SigningKey {
    SigningKey::from_bytes(derive(&site.keys.code, "minsheng/exchange/1").bytes())
}

fn verifier(key: &str) -> Option<VerifyingKey> {
    let bytes = BASE64.decode(key.as_bytes()).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())?;
    VerifyingKey::from_bytes(&bytes).ok().filter(|key| !key.is_weak())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_stay_short_enough_to_hear_soon_after_a_bad_day() {
        assert_eq!([0, 1, 2, 5].map(pause), [15, 30, 60, 480]);
        assert!((0..200).all(|failures| pause(failures) <= PAUSE_SECONDS_MAX));
    }

    #[test]
    fn a_key_is_thirty_two_bytes_of_a_point_that_can_sign() {
        assert!(!is_key("") && !is_key("AAAA") && !is_key("not base64"));
        let mut neutral = [0; 32];
        neutral[0] = 1;
        assert!(!is_key(&BASE64.encode(&neutral)), "whoever publishes such a key could be signed for by anybody");
        let key = SigningKey::from_bytes(&[7; 32]).verifying_key();
        assert!(is_key(&BASE64.encode(key.as_bytes())));
        assert_eq!(fingerprint("x").split(' ').count(), 8);
    }
}
