//! Two persons for one act: one asks with a ground, another agrees, and only then it is done. For what must not hang on one
//! person alone, as erasing a matter.
//!
//! [`agree`] makes the only proof there is, [`Agreed`]; an act that needs two persons takes it by value. Whoever asked cannot
//! agree, in whatever session: persons are compared, not sessions. A request is used once and ends by itself after the
//! hours of `site.second_person`. Whether somebody may ask or agree at all is the permit's question, for both of them.

use db::{Fault, Migration, Row, Tx, params};
use jiff::Timestamp;
use uuid::Uuid;

use crate::chance::{self, Chance};
use crate::refusal::{No, Refusal};
use crate::site::Site;

/// Builds the table.
pub const MIGRATION: Migration = Migration {
    name: "0140_second_person",
    sql: "create table second_person (
            jurisdiction bigint not null,
            id uuid not null,
            deed text not null,
            subject text not null,
            ground text not null,
            asked_by uuid not null,
            asked_at bigint not null,
            until bigint not null,
            ended_at bigint,
            primary key (jurisdiction, id));
          create index second_person_subject on second_person (jurisdiction, deed, subject, until);
          create index second_person_open on second_person (jurisdiction, deed, until);
          create index second_person_until on second_person (jurisdiction, until);",
    sql_postgres: None,
};

db::statements! {
    PUT = "insert into second_person (jurisdiction, id, deed, subject, ground, asked_by, asked_at, until)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    GET = "select id, deed, subject, ground, asked_by, asked_at, until from second_person
        where jurisdiction = $1 and id = $2 and ended_at is null and until > $3";
    OPEN = "select id, deed, subject, ground, asked_by, asked_at, until from second_person
        where jurisdiction = $1 and deed = $2 and subject = $3 and until > $4 and ended_at is null order by asked_at, id";
    OPEN_ALL = "select id, deed, subject, ground, asked_by, asked_at, until from second_person
        where jurisdiction = $1 and deed = $2 and until > $3 and ended_at is null order by until, id limit 50";
    END = "update second_person set ended_at = $3 where jurisdiction = $1 and id = $2 and ended_at is null";
    SWEEP = "delete from second_person where jurisdiction = $1 and until < $2";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Names what needs two persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deed {
    /// Destroy the key of a matter whose time is over.
    Erase,
    /// Go on erasing although more is due on one day than can be right.
    EraseMany,
    /// Hand one matter to a body that the law names.
    Disclose,
    /// See who it is that told a matter in confidence.
    Unmask,
}

impl Deed {
    /// Lists all of them.
    pub const ALL: &'static [Self] = &[Self::Erase, Self::EraseMany, Self::Disclose, Self::Unmask];

    /// Returns the code that data and words use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Erase => "erase",
            Self::EraseMany => "erase_many",
            Self::Disclose => "disclose",
            Self::Unmask => "unmask",
        }
    }

    fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|deed| deed.code() == code)
    }
}

/// Is a request that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Names it.
    pub id: Uuid,
    /// What is to be done.
    pub deed: Deed,
    /// To what: the id of a matter, or what the act calls it. No personal text.
    pub subject: String,
    /// Code of the ground, from a list of the rules. Words to it belong into a sealed body, not here.
    pub ground: String,
    /// Who asked.
    pub by: Uuid,
    /// When.
    pub at: Timestamp,
    /// When it ends by itself.
    pub until: Timestamp,
}

/// Proves that two persons agreed, in this transaction. Only [`agree`] makes one.
#[derive(Debug, PartialEq, Eq)]
pub struct Agreed {
    asked: Asked,
    second: Uuid,
}

impl Agreed {
    /// Lends what was asked for.
    pub fn asked(&self) -> &Asked {
        &self.asked
    }

    /// Returns who asked.
    pub fn first(&self) -> Uuid {
        self.asked.by
    }

    /// Returns who agreed: never who asked.
    pub fn second(&self) -> Uuid {
        self.second
    }
}

/// Asks for a second person. While one request about the same waits, another is refused, so that nobody agrees to a ground
/// they did not read.
pub fn ask(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    by: Uuid,
    (deed, subject, ground): (Deed, &str, &str),
) -> Result<Asked, No> {
    if !open(tx, site, now, (deed, subject))?.is_empty() {
        return Err(Refusal::new("second_asked").instead("second_wait").into());
    }
    let until = now.saturating_add(site.rules().clock("site.second_person")).unwrap_or(Timestamp::MAX);
    let id = chance::id_ordered(chance, now);
    let (at, end) = (now.as_microsecond(), until.as_microsecond());
    tx.run(PUT, params![site.jurisdiction, id, deed.code(), subject, ground, by, at, end])?;
    Ok(Asked { id, deed, subject: subject.to_owned(), ground: ground.to_owned(), by, at: now, until })
}

/// Lists what waits about one subject, oldest first.
pub fn open(tx: &mut Tx<'_>, site: &Site, now: Timestamp, (deed, subject): (Deed, &str)) -> Result<Vec<Asked>, Fault> {
    let rows = tx.rows(OPEN, params![site.jurisdiction, deed.code(), subject, now.as_microsecond()])?;
    rows.iter().map(asked).collect()
}

/// Lists what waits for one kind of deed, those first that end first; at most fifty.
pub fn waiting(tx: &mut Tx<'_>, site: &Site, now: Timestamp, deed: Deed) -> Result<Vec<Asked>, Fault> {
    let rows = tx.rows(OPEN_ALL, params![site.jurisdiction, deed.code(), now.as_microsecond()])?;
    rows.iter().map(asked).collect()
}

/// Agrees to a request and uses it up. To be called in the transaction that does the deed: undone with it when it fails.
pub fn agree(tx: &mut Tx<'_>, site: &Site, now: Timestamp, by: Uuid, (id, deed): (Uuid, Deed)) -> Result<Agreed, No> {
    let asked = find(tx, site, now, (id, deed))?;
    if asked.by == by {
        return Err(Refusal::new("second_same").instead("second_colleague").into());
    }
    end(tx, site, now, id)?;
    Ok(Agreed { asked, second: by })
}

/// Ends a request without doing it: whoever asked takes it back, or the other says no.
pub fn decline(tx: &mut Tx<'_>, site: &Site, now: Timestamp, (id, deed): (Uuid, Deed)) -> Result<Asked, No> {
    let asked = find(tx, site, now, (id, deed))?;
    end(tx, site, now, id)?;
    Ok(asked)
}

/// Deletes requests whose time is over: what was done by two persons is an event that names both. Returns how many.
pub fn sweep(tx: &mut Tx<'_>, jurisdiction: i64, now: Timestamp) -> Result<u64, Fault> {
    tx.run(SWEEP, params![jurisdiction, now.as_microsecond()])
}

fn find(tx: &mut Tx<'_>, site: &Site, now: Timestamp, (id, deed): (Uuid, Deed)) -> Result<Asked, No> {
    let row = tx.row(GET, params![site.jurisdiction, id, now.as_microsecond()])?;
    let found = row.as_ref().map(asked).transpose()?.filter(|asked| asked.deed == deed);
    Ok(found.ok_or_else(|| Refusal::new("second_over").instead("second_ask_again"))?)
}

fn end(tx: &mut Tx<'_>, site: &Site, now: Timestamp, id: Uuid) -> Result<(), No> {
    // another node may have ended it since it was read
    match tx.run(END, params![site.jurisdiction, id, now.as_microsecond()])? {
        1 => Ok(()),
        _ => Err(Refusal::new("second_over").instead("second_ask_again").into()),
    }
}

fn asked(row: &Row) -> Result<Asked, Fault> {
    let time = |micros| Timestamp::from_microsecond(micros).map_err(|_| Fault::other("a request's time is out of range"));
    let code: String = row.get("deed")?;
    Ok(Asked {
        id: row.get("id")?,
        deed: Deed::parse(&code).ok_or_else(|| Fault::other(format!("no deed is called {code}")))?,
        subject: row.get("subject")?,
        ground: row.get("ground")?,
        by: row.get("asked_by")?,
        at: time(row.get("asked_at")?)?,
        until: time(row.get("until")?)?,
    })
}
