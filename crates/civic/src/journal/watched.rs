//! How it stands with those who look at the log from outside: who agrees with it, since when, and who saw another one. It is what they
//! said last and no consequence of events, so nothing builds it again; the next round of asking does.

use db::{Fault, FaultKind, Migration, Tx, params};
use jiff::Timestamp;

/// Builds the table.
pub const MIGRATION: Migration = Migration {
    name: "0470_log_watch",
    sql: "create table log_watch (
            jurisdiction bigint not null,
            witness text not null,
            verdict text not null,
            since bigint not null,
            size bigint not null,
            agreed bigint not null,
            primary key (jurisdiction, witness));",
    sql_postgres: None,
};

db::statements! {
    NOTE_VERDICT = "insert into log_watch (jurisdiction, witness, verdict, since, size, agreed) values ($1, $2, $3, $4, $5, $6)
        on conflict (jurisdiction, witness) do update set
            since = case when log_watch.verdict = excluded.verdict then log_watch.since else excluded.since end,
            verdict = excluded.verdict,
            size = case when excluded.size > 0 then excluded.size else log_watch.size end,
            agreed = case when excluded.agreed > 0 then excluded.agreed else log_watch.agreed end";
    VERDICTS = "select witness, verdict, since, size, agreed from log_watch where jurisdiction = $1 order by witness";
    FORGET_WITNESS = "delete from log_watch where jurisdiction = $1 and witness = $2";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// The name under which the site's own look at its log stands: whether it goes on from what was published before.
pub const OWN: &str = "";

/// Says what somebody who looks at the log said last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on from what they saw before.
    Agrees,
    /// They did not answer.
    Silent,
    /// They saw another log of this name, or a longer one.
    Differs,
}

impl Verdict {
    /// Lists all of them.
    pub const ALL: &'static [Self] = &[Self::Agrees, Self::Silent, Self::Differs];

    /// Returns the code that the table and words use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::Silent => "silent",
            Self::Differs => "differs",
        }
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|verdict| verdict.code() == code)
    }
}

/// Is how it stands with one who looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watcher {
    /// The witness's name; [`OWN`] for the site itself.
    pub name: String,
    /// What was said last.
    pub verdict: Verdict,
    /// Since when that is so.
    pub since: Timestamp,
    /// The size and the time at which they agreed last; none where they never did.
    pub agreed: Option<(u64, Timestamp)>,
}

/// Notes what somebody said now; `agreed` is the size they agreed to and when.
pub fn note_verdict(
    tx: &mut Tx<'_>,
    jurisdiction: i64,
    now: Timestamp,
    (name, verdict, agreed): (&str, Verdict, Option<(u64, Timestamp)>),
) -> Result<(), Fault> {
    let (size, at) = agreed.map_or((0, 0), |(size, at)| (size as i64, at.as_microsecond()));
    tx.run(NOTE_VERDICT, params![jurisdiction, name, verdict.code(), now.as_microsecond(), size, at]).map(drop)
}

/// Forgets a witness that is asked no more.
pub fn forget_watcher(tx: &mut Tx<'_>, jurisdiction: i64, name: &str) -> Result<(), Fault> {
    tx.run(FORGET_WITNESS, params![jurisdiction, name]).map(drop)
}

/// Lists everybody who looks, by name; the site itself first.
pub fn watchers(tx: &mut Tx<'_>, jurisdiction: i64) -> Result<Vec<Watcher>, Fault> {
    let time = |micros: i64| {
        Timestamp::from_microsecond(micros).map_err(|_| Fault::new(FaultKind::Corrupt, "the time of a witness is out of range"))
    };
    let read = |row: &db::Row| {
        let verdict = Verdict::parse(&row.get::<String>("verdict")?);
        let (size, agreed): (i64, i64) = (row.get("size")?, row.get("agreed")?);
        Ok(Watcher {
            name: row.get("witness")?,
            verdict: verdict.ok_or_else(|| Fault::new(FaultKind::Corrupt, "a witness said what nobody says"))?,
            since: time(row.get("since")?)?,
            agreed: if agreed > 0 { Some((size as u64, time(agreed)?)) } else { None },
        })
    };
    tx.rows(VERDICTS, params![jurisdiction])?.iter().map(read).collect()
}
