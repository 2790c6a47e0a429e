//! Who read, at another site, what was handed to it: told to the site above, by number and in order, until it is durable there; so whoever
//! the words are about sees every reading, wherever it was (decision 0051). Neither a name of staff nor a word of a matter goes along.
//!
//! A row is written with the entry of the access log that it tells of, in one transaction, so none is forgotten and none is told that was not.

use data_encoding::HEXLOWER;
use db::{Fault, Migration, Question, Row, Tx, params, values};
use jiff::Timestamp;
use uuid::Uuid;

use super::Owed;
use crate::access::Reading;
use crate::site::Site;

/// Builds the tables.
pub const MIGRATION: Migration = Migration {
    name: "0400_exchange_read",
    sql: "create table exchange_read_out (
            jurisdiction bigint not null,
            peer uuid not null,
            matter uuid not null,
            n bigint not null,
            read_at bigint not null,
            site text not null,
            office text not null,
            office_en text not null,
            role text not null,
            purpose text not null,
            mark text not null,
            made_at bigint not null,
            sent_at bigint,
            trouble text not null,
            primary key (jurisdiction, peer, matter, n));
          create index exchange_read_waiting on exchange_read_out (jurisdiction, peer, made_at, matter, n) where sent_at is null;
          create table exchange_read_in (
            jurisdiction bigint not null,
            peer uuid not null,
            there uuid not null,
            n bigint not null,
            matter uuid not null,
            read_at bigint not null,
            site text not null,
            office text not null,
            office_en text not null,
            role text not null,
            purpose text not null,
            mark text not null,
            heard_at bigint not null,
            primary key (jurisdiction, peer, there, n));
          create index exchange_read_of on exchange_read_in (jurisdiction, matter, read_at);
          create table exchange_grade (
            jurisdiction bigint not null,
            peer uuid not null,
            matter uuid not null,
            grade bigint not null,
            told_at bigint not null,
            primary key (jurisdiction, peer, matter));",
    sql_postgres: None,
};

db::statements! {
    OWE_READ = "insert into exchange_read_out
            (jurisdiction, peer, matter, n, read_at, site, office, office_en, role, purpose, mark, made_at, trouble)
        select o.jurisdiction, o.peer, o.matter,
            1 + coalesce((select max(r.n) from exchange_read_out r where r.jurisdiction = o.jurisdiction and r.peer = o.peer
                and r.matter = o.matter), 0), cast($4 as bigint), cast($5 as text), cast($6 as text), cast($7 as text), cast($8 as text), cast($9 as text),
            cast($10 as text), cast($11 as bigint), ''
        from exchange_out o where o.jurisdiction = $1 and o.peer = $2 and o.matter = $3 order by o.n limit 1";
    READS_WAITING = "select o.matter, o.n, o.read_at, o.site, o.office, o.office_en, o.role, o.purpose, o.mark from exchange_read_out o
        where o.jurisdiction = $1 and o.peer = $2 and o.sent_at is null and o.trouble = '' order by o.made_at, o.matter, o.n limit $3";
    READ_SENT = "update exchange_read_out set sent_at = $5, trouble = '' where jurisdiction = $1 and peer = $2 and matter = $3 and n = $4";
    READ_REFUSED = "update exchange_read_out set trouble = $5
        where jurisdiction = $1 and peer = $2 and matter = $3 and n >= $4 and sent_at is null";
    READS_AGAIN = "update exchange_read_out set sent_at = null, trouble = '' where jurisdiction = $1 and peer = $2 and matter = $3 and n > $4";
    READS_ANEW = "update exchange_read_out set trouble = '' where jurisdiction = $1 and peer = $2 and sent_at is null and trouble <> ''";
    READS_LAST = "select matter, max(n) as n from exchange_read_out where jurisdiction = $1 and peer = $2 and matter > $3
        and sent_at is not null group by matter order by matter limit $4";
    READS_COUNT = "select cast(count(*) as bigint) as many from exchange_read_out where jurisdiction = $1 and peer = $2 and sent_at is null";
    READS_STUCK = "select matter, min(n) as n, min(trouble) as trouble from exchange_read_out
        where jurisdiction = $1 and peer = $2 and sent_at is null and trouble <> '' group by matter order by matter limit $3";
    SHARED = "select n from exchange_out where jurisdiction = $1 and peer = $2 and matter = $3 order by n limit 1";
    HEARD_LAST = "select n, mark from exchange_read_in where jurisdiction = $1 and peer = $2 and there = $3 order by n desc limit 1";
    HEAR = "insert into exchange_read_in
            (jurisdiction, peer, there, n, matter, read_at, site, office, office_en, role, purpose, mark, heard_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    OF_MATTER_ELSEWHERE = "select peer, read_at, site, office, office_en, role, purpose from exchange_read_in
        where jurisdiction = $1 and matter = $2 order by read_at, there, n";
    PUT_GRADE = "insert into exchange_grade (jurisdiction, peer, matter, grade, told_at) values ($1, $2, $3, $4, $5)
        on conflict (jurisdiction, peer, matter) do update set grade = excluded.grade, told_at = excluded.told_at";
    GRADES = "select grade, cast(count(*) as bigint) as many from exchange_grade where jurisdiction = $1 and peer = $2
        group by grade order by grade desc";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Says who read something and what for, without a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// When.
    pub at: Timestamp,
    /// The site where it was, where that is not the one that tells it; else empty.
    pub site: String,
    /// The office, by name.
    pub office: String,
    /// The office, by English name; may be empty.
    pub office_en: String,
    /// Code of the role.
    pub role: String,
    /// Code of the purpose.
    pub purpose: String,
}

/// Is a reading at another site, as it was told here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// The site that told it.
    pub peer: Uuid,
    /// Who read, and what for.
    pub seen: Seen,
}

/// Is a reading that a site above is to hear of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwedRead {
    /// The matter here, the number of the reading within it, and that of the one before.
    pub owed: Owed,
    /// What no other reading under this number bears.
    pub mark: String,
    /// Who read, and what for.
    pub seen: Seen,
}

/// Notes that every site above which handed a matter down is to hear of a reading that was just entered. Costs nothing where no site is above.
pub fn owe(tx: &mut Tx<'_>, site: &Site, now: Timestamp, (reading, mark): (&Reading, &[u8; 32])) -> Result<(), Fault> {
    let directory = site.directory();
    if reading.matter.is_nil() || !directory.peers.values().any(|peer| peer.above) {
        return Ok(());
    }
    let office = directory.offices.get(&reading.office);
    let role = directory.staff.get(&reading.staff).and_then(|staff| staff.roles.first());
    let seen = Seen {
        at: now,
        site: String::new(),
        office: office.map_or_else(|| reading.office.clone(), |office| office.name.clone()),
        office_en: office.map_or_else(String::new, |office| office.name_en.clone()),
        role: role.map_or("", |role| role.code()).to_owned(),
        purpose: reading.purpose.code().to_owned(),
    };
    pass_on(tx, site, (reading.matter, now), (&seen, &HEXLOWER.encode(&mark[..8])))
}

/// Notes that every site above which handed a matter down is to hear of a reading.
pub fn pass_on(tx: &mut Tx<'_>, site: &Site, (matter, now): (Uuid, Timestamp), (seen, mark): (&Seen, &str)) -> Result<(), Fault> {
    let (jurisdiction, read_at, now) = (site.jurisdiction, seen.at.as_microsecond(), now.as_microsecond());
    for peer in site.directory().peers.values().filter(|peer| peer.above) {
        let (place, office, english) = (seen.site.as_str(), seen.office.as_str(), seen.office_en.as_str());
        let (role, purpose) = (seen.role.as_str(), seen.purpose.as_str());
        tx.run(OWE_READ, params![jurisdiction, peer.id, matter, read_at, place, office, english, role, purpose, mark, now])?;
    }
    Ok(())
}

/// Lists readings that wait for another site, oldest first, without what it refused.
pub fn waiting(tx: &mut Tx<'_>, jurisdiction: i64, peer: Uuid, count: i64) -> Result<Vec<OwedRead>, Fault> {
    let rows = tx.rows(READS_WAITING, params![jurisdiction, peer, count])?;
    let read = |row: &Row| {
        let n: i64 = row.get("n")?;
        // they are numbered without a gap
        Ok(OwedRead { owed: Owed { matter: row.get("matter")?, n, before: n - 1 }, mark: row.get("mark")?, seen: seen(row)? })
    };
    rows.iter().map(read).collect()
}

/// Notes that the other side has a reading.
pub fn sent(tx: &mut Tx<'_>, jurisdiction: i64, (peer, matter, n): (Uuid, Uuid, i64), now: Timestamp) -> Result<(), Fault> {
    tx.run(READ_SENT, params![jurisdiction, peer, matter, n, now.as_microsecond()]).map(drop)
}

/// Notes that the other side refused a reading, and why: it and what follows it in its matter wait for a person.
pub fn refused(tx: &mut Tx<'_>, jurisdiction: i64, (peer, matter, n): (Uuid, Uuid, i64), why: &str) -> Result<(), Fault> {
    tx.run(READ_REFUSED, params![jurisdiction, peer, matter, n, why]).map(drop)
}

/// Has every reading of a matter behind a number told once more: the other side has no more than that.
pub fn again(tx: &mut Tx<'_>, jurisdiction: i64, (peer, matter, heard): (Uuid, Uuid, i64)) -> Result<(), Fault> {
    tx.run(READS_AGAIN, params![jurisdiction, peer, matter, heard]).map(drop)
}

/// Has what was refused told once more.
pub fn anew(tx: &mut Tx<'_>, jurisdiction: i64, peer: Uuid) -> Result<u64, Fault> {
    tx.run(READS_ANEW, params![jurisdiction, peer])
}

/// Lists matters behind one, with the last reading of each that the other side has.
pub fn last_sent(tx: &mut Tx<'_>, jurisdiction: i64, peer: Uuid, (after, count): (Uuid, i64)) -> Result<Vec<(Uuid, i64)>, Fault> {
    let rows = tx.rows(READS_LAST, params![jurisdiction, peer, after, count])?;
    rows.iter().map(|row| Ok((row.get("matter")?, row.get("n")?))).collect()
}

/// Counts readings that wait for another site.
pub fn many_waiting(tx: &mut Tx<'_>, jurisdiction: i64, peer: Uuid) -> Result<i64, Fault> {
    let row = tx.row(READS_COUNT, params![jurisdiction, peer])?;
    row.map_or(Ok(0), |row| row.get("many"))
}

/// Lists matters of which the other side refused a reading: the matter, the reading's number, and why.
pub fn stuck(tx: &mut Tx<'_>, jurisdiction: i64, peer: Uuid, count: i64) -> Result<Vec<(Uuid, i64, String)>, Fault> {
    let rows = tx.rows(READS_STUCK, params![jurisdiction, peer, count])?;
    rows.iter().map(|row| Ok((row.get("matter")?, row.get("n")?, row.get("trouble")?))).collect()
}

/// Tells whether a matter was ever shared with another site.
pub fn shared(tx: &mut Tx<'_>, jurisdiction: i64, (peer, matter): (Uuid, Uuid)) -> Result<bool, Fault> {
    Ok(tx.row(SHARED, params![jurisdiction, peer, matter])?.is_some())
}

/// Returns number and mark of the last reading that another site told of a matter of its own; 0 where there is none.
pub fn last_heard(tx: &mut Tx<'_>, jurisdiction: i64, (peer, there): (Uuid, Uuid)) -> Result<(i64, String), Fault> {
    let row = tx.row(HEARD_LAST, params![jurisdiction, peer, there])?;
    row.map_or_else(|| Ok((0, String::new())), |row| Ok((row.get("n")?, row.get("mark")?)))
}

/// Keeps a reading that another site told: of its matter `there`, which is `matter` here.
pub fn hear(
    tx: &mut Tx<'_>,
    jurisdiction: i64,
    ((peer, there, n), matter): ((Uuid, Uuid, i64), Uuid),
    (seen, mark): (&Seen, &str),
    now: Timestamp,
) -> Result<(), Fault> {
    let (read_at, now) = (seen.at.as_microsecond(), now.as_microsecond());
    let (site, office, english) = (seen.site.as_str(), seen.office.as_str(), seen.office_en.as_str());
    let (role, purpose) = (seen.role.as_str(), seen.purpose.as_str());
    let row = params![jurisdiction, peer, there, n, matter, read_at, site, office, english, role, purpose, mark, now];
    tx.run(HEAR, row).map(drop)
}

/// Asks who read a matter at other sites; [`read`] takes its answer.
pub fn question(site: &Site, matter: Uuid) -> Question<'static> {
    (OF_MATTER_ELSEWHERE, values![site.jurisdiction, matter])
}

/// Reads what [`question`] is answered, oldest first.
pub fn read(rows: &[Row]) -> Result<Vec<Elsewhere>, Fault> {
    rows.iter().map(|row| Ok(Elsewhere { peer: row.get("peer")?, seen: seen(row)? })).collect()
}

/// Lists who read a matter at other sites, oldest first.
pub fn of_matter(tx: &mut Tx<'_>, site: &Site, matter: Uuid) -> Result<Vec<Elsewhere>, Fault> {
    read(&tx.rows(OF_MATTER_ELSEWHERE, params![site.jurisdiction, matter])?)
}

/// Notes the grade that an answer of this site got where it was handed down: the newest of a matter counts.
pub fn graded(tx: &mut Tx<'_>, jurisdiction: i64, (peer, matter, grade): (Uuid, Uuid, u8), now: Timestamp) -> Result<(), Fault> {
    tx.run(PUT_GRADE, params![jurisdiction, peer, matter, i64::from(grade), now.as_microsecond()]).map(drop)
}

/// Counts the grades that a site above told of answers of this one, the best first.
pub fn grades(tx: &mut Tx<'_>, jurisdiction: i64, peer: Uuid) -> Result<Vec<(i64, i64)>, Fault> {
    let rows = tx.rows(GRADES, params![jurisdiction, peer])?;
    rows.iter().map(|row| Ok((row.get("grade")?, row.get("many")?))).collect()
}

fn seen(row: &Row) -> Result<Seen, Fault> {
    Ok(Seen {
        at: super::time(row.get("read_at")?)?,
        site: row.get("site")?,
        office: row.get("office")?,
        office_en: row.get("office_en")?,
        role: row.get("role")?,
        purpose: row.get("purpose")?,
    })
}
