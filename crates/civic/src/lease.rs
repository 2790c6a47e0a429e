//! Leases: which of several processes does a job that two must not do at once, such as handing letters to a mail server.
//!
//! A lease is taken in a write and lasts some minutes. Whoever takes it from another gets a higher number, its fence. A process
//! that stood still past its lease and goes on does not know that another has begun; so what such a job writes down names its
//! fence, and an old one is refused.

use db::{Fault, Migration, Row, Tx, params};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::clock;

/// Builds the table.
pub const MIGRATION: Migration = Migration {
    name: "0013_lease",
    sql: "create table lease (
            jurisdiction bigint not null,
            job text not null,
            fence bigint not null,
            holder uuid not null,
            until bigint not null,
            primary key (jurisdiction, job));",
    sql_postgres: None,
};

db::statements! {
    GET = "select fence, holder, until from lease where jurisdiction = $1 and job = $2";
    TAKE = "insert into lease (jurisdiction, job, fence, holder, until) values ($1, $2, $3, $4, $5)
        on conflict (jurisdiction, job) do update set fence = excluded.fence, holder = excluded.holder, until = excluded.until";
    RELEASE = "update lease set until = $4 where jurisdiction = $1 and job = $2 and holder = $3";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// How long a lease lasts, in seconds: longer than any step of a job that is done under it.
pub const LEASE_SECONDS: i64 = 120;

/// Is a job that this process may do, for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    job: &'static str,
    fence: i64,
}

impl Lease {
    /// Takes a job, or goes on with it. `None` = another process has it.
    pub fn take(
        tx: &mut Tx<'_>,
        jurisdiction: i64,
        (job, holder): (&'static str, Uuid),
        now: Timestamp,
    ) -> Result<Option<Self>, Fault> {
        let row = tx.row(GET, params![jurisdiction, job])?;
        let fence = match row {
            None => 1,
            Some(row) => {
                let (fence, own) = (row.get::<i64>("fence")?, row.get::<Uuid>("holder")? == holder);
                match (own, lasts(&row, now)?) {
                    (false, true) => return Ok(None),
                    (true, true) => fence,
                    (_, false) => fence + 1,
                }
            }
        };
        let until = now.saturating_add(SignedDuration::from_secs(LEASE_SECONDS)).unwrap_or(Timestamp::MAX);
        tx.run(TAKE, params![jurisdiction, job, fence, holder, until.as_microsecond()])?;
        Ok(Some(Self { job, fence }))
    }

    /// Gives a job back before its time, where this process has it and cannot do it.
    pub fn release(tx: &mut Tx<'_>, jurisdiction: i64, (job, holder): (&str, Uuid), now: Timestamp) -> Result<(), Fault> {
        tx.run(RELEASE, params![jurisdiction, job, holder, now.as_microsecond()]).map(drop)
    }

    /// Tells whether some process does a job now.
    pub fn is_held(tx: &mut Tx<'_>, jurisdiction: i64, job: &str, now: Timestamp) -> Result<bool, Fault> {
        let row = tx.row(GET, params![jurisdiction, job])?;
        row.map_or(Ok(false), |row| lasts(&row, now))
    }

    /// Tells whether nobody has taken the job since; what is written under it must not be otherwise.
    pub fn holds(&self, tx: &mut Tx<'_>, jurisdiction: i64) -> Result<bool, Fault> {
        let row = tx.row(GET, params![jurisdiction, self.job])?;
        Ok(row.is_some_and(|row| row.get::<i64>("fence").is_ok_and(|fence| fence == self.fence)))
    }
}

/// Tells whether a lease has not ended. One that would last longer than any was taken by a clock that ran ahead.
fn lasts(row: &Row, now: Timestamp) -> Result<bool, Fault> {
    let until = Timestamp::from_microsecond(row.get("until")?).unwrap_or(Timestamp::MAX);
    Ok(clock::waits(until, now, LEASE_SECONDS))
}
