//! Calls of the hotline: what a telephone exchange, or an operator who has none, says of them, and what the desk did with them.
//!
//! A call is known by the exchange's name of it. What is said of it stands together in any order and however often it comes: the
//! first answer and the last end count, and each saying is one step. The number that calls is sealed; its blind index is used for
//! three things only: whoever is close to the caller is kept out, a call that was missed is settled when the same number is reached,
//! and codes sent to one number are counted. Nobody finds calls, or matters, by a number.
//!
//! Of a call that became an accusation, or a matter told without a name or in confidence, nothing stays that leads to a person.

mod code;
mod desk;
mod figures;
mod sql;
mod told;

pub use code::{
    CODE_DIGITS, CODE_SECONDS_MAX, CODE_TRIES_MAX, CODES_DAY_MAX, PROVED_SECONDS_MAX, ask_code, code_of, prove, waiting,
};
pub use desk::{begin, drop_of, fade, filed, hush, note, pass, ring, settled, take, wrap};
pub use figures::{Hour, Last, hours, last, wraps};
pub use sql::{MIGRATION, STATEMENTS};
pub use told::{Told, What, call_of, hear};

use data_encoding::HEXLOWER;
use db::{Fault, Row, Tx, params};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::chance::Chance;
use crate::permit::{self, Act, Subject, Who};
use crate::refusal::No;
use crate::site::Site;
use crate::vault::{Key, derive, open, seal};

/// Names the channel in the inbox: recordings are kept there until they are what they are.
pub const CHANNEL: &str = "hotline";
/// Calls of one list; a page says so where there may be more.
pub const LIST_MAX: usize = 100;
/// A call of which nothing more was heard for so long is over, in seconds.
pub const LOST_SECONDS: i64 = 4 * 3_600;
/// A call stays in the list of those to be ended with a word for so long, in seconds.
const WRAP_SECONDS_MAX: i64 = 3 * 86_400;

/// Says how far a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It rings.
    Ringing,
    /// Somebody talks.
    Talking,
    /// It is over, and somebody talked.
    Ended,
    /// It is over, and nobody answered.
    Missed,
}

impl State {
    /// Returns the code that data and word files use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ringing => "ringing",
            Self::Talking => "talking",
            Self::Ended => "ended",
            Self::Missed => "missed",
        }
    }

    fn parse(code: &str) -> Result<Self, Fault> {
        let all = [Self::Ringing, Self::Talking, Self::Ended, Self::Missed];
        all.into_iter().find(|own| own.code() == code).ok_or_else(|| Fault::other(format!("a call is in no state {code}")))
    }
}

/// Is one call.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its id.
    pub id: Uuid,
    /// How it became known: `exchange`, `manual` where an operator said so, `test` where nobody calls.
    pub way: String,
    /// The office whose desk takes it.
    pub office: String,
    /// The number that calls, as a contact; empty where it is hidden, faded, or must not be kept.
    pub caller: String,
    /// Its blind index; empty where there is no number.
    pub number: Vec<u8>,
    /// When it began to ring.
    pub began_at: Timestamp,
    /// When somebody answered.
    pub answered_at: Option<Timestamp>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// How far it is.
    pub state: State,
    /// Who took it.
    pub staff: Option<Uuid>,
    /// The matter that was filed in it.
    pub matter: Option<Uuid>,
    /// True where nothing may lead from it to a person.
    pub hushed: bool,
    /// The word it was ended with; empty while there is none.
    pub wrapup: String,
    /// Whether somebody has to ring back: empty, `wanted` or `done`.
    pub again: String,
    /// When a code was sent to the number that calls.
    pub code_at: Option<Timestamp>,
    /// Wrong codes since.
    pub code_tries: i64,
    /// When the caller said the right one.
    pub proved_at: Option<Timestamp>,
}

impl Call {
    /// Describes it for the permit: the office at whose desk it is, and whose telephone it comes from.
    pub fn subject(&self) -> Subject {
        let contacts = if self.number.is_empty() { Vec::new() } else { vec![HEXLOWER.encode(&self.number)] };
        Subject { owner: self.office.clone(), contacts, ..Subject::default() }
    }

    /// Tells whether it is still going on.
    pub fn is_live(&self) -> bool {
        matches!(self.state, State::Ringing | State::Talking)
    }

    /// Tells whether the caller has shown at this moment that the telephone is theirs.
    pub fn is_proved(&self, now: Timestamp) -> bool {
        let within = |at: &Timestamp| now.duration_since(*at) < SignedDuration::from_secs(PROVED_SECONDS_MAX);
        self.wrapup.is_empty() && self.proved_at.as_ref().is_some_and(within)
    }
}

/// Is one thing that happened to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What, by code.
    pub what: String,
    /// When.
    pub at: Timestamp,
    /// Who did it, where it was somebody.
    pub staff: Option<Uuid>,
    /// At which office's desk.
    pub office: String,
}

/// Reads a call for a member of staff.
pub fn read(tx: &mut Tx<'_>, site: &Site, who: &Who, id: Uuid) -> Result<Call, No> {
    let call = load(tx, site, id)?.ok_or(No::Absent)?;
    permit::may(&site.directory(), who, Act::TakeCall, &call.subject())?;
    Ok(call)
}

/// Reads a call for the machine: to send a code, to find where a recording belongs.
pub fn load(tx: &mut Tx<'_>, site: &Site, id: Uuid) -> Result<Option<Call>, Fault> {
    tx.row(sql::ONE, params![site.jurisdiction, id])?.map(|row| call(site, &row)).transpose()
}

/// Is what stands on the desk of an office.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Calls that ring, the longest first.
    pub ringing: Vec<Call>,
    /// Calls in which somebody talks.
    pub talking: Vec<Call>,
    /// Calls of this person that are over and have no word yet.
    pub open: Vec<Call>,
    /// Calls that nobody answered and whose caller is to be rung back.
    pub missed: Vec<Call>,
}

/// Reads the desk of a member of staff: calls of the own office, without those whose caller is close to this person.
pub fn table(tx: &mut Tx<'_>, site: &Site, now: Timestamp, who: &Who) -> Result<Table, No> {
    let directory = site.directory();
    let Who::Staff { id, .. } = who else { return Err(No::Absent) };
    let staff = directory.staff.get(id).ok_or(No::Absent)?;
    let office = staff.office.as_str();
    permit::may(&directory, who, Act::TakeCall, &Subject { owner: office.to_owned(), ..Subject::default() })?;
    let list = |rows: Vec<Row>| -> Result<Vec<Call>, Fault> {
        let mut all = rows.iter().map(|row| call(site, row)).collect::<Result<Vec<Call>, Fault>>()?;
        all.retain(|call| permit::may(&directory, who, Act::TakeCall, &call.subject()).is_ok());
        Ok(all)
    };
    let (jurisdiction, most) = (site.jurisdiction, LIST_MAX as i64);
    let since = now.as_microsecond() - WRAP_SECONDS_MAX * 1_000_000;
    Ok(Table {
        ringing: list(tx.rows(sql::IN_STATE, params![jurisdiction, State::Ringing.code(), office, most])?)?,
        talking: list(tx.rows(sql::IN_STATE, params![jurisdiction, State::Talking.code(), office, most])?)?,
        open: list(tx.rows(sql::OPEN_OF, params![jurisdiction, since, *id, most])?)?,
        missed: list(tx.rows(sql::AGAIN, params![jurisdiction, office, most])?)?,
    })
}

/// Lists what happened to a call, in its order.
pub fn steps(tx: &mut Tx<'_>, site: &Site, id: Uuid) -> Result<Vec<Step>, Fault> {
    let rows = tx.rows(sql::STEPS, params![site.jurisdiction, id])?;
    let read = |row: &Row| {
        Ok(Step { what: row.get("what")?, at: time(row.get("at")?)?, staff: row.get("staff")?, office: row.get("office")? })
    };
    let mut steps = rows.iter().map(read).collect::<Result<Vec<Step>, Fault>>()?;
    steps.sort_by(|a, b| (a.at, &a.what).cmp(&(b.at, &b.what)));
    Ok(steps)
}

fn call(site: &Site, row: &Row) -> Result<Call, Fault> {
    let id: Uuid = row.get("id")?;
    let sealed: Vec<u8> = row.get("caller")?;
    let caller = if sealed.is_empty() { Vec::new() } else { open(&key(site), &context(site, id), &sealed)? };
    let at = |name: &str| row.get::<Option<i64>>(name)?.map(time).transpose();
    Ok(Call {
        id,
        way: row.get("way")?,
        office: row.get("office")?,
        caller: String::from_utf8(caller).map_err(|_| Fault::other("a caller's number is no text"))?,
        number: row.get("number")?,
        began_at: time(row.get("began_at")?)?,
        answered_at: at("answered_at")?,
        ended_at: at("ended_at")?,
        state: State::parse(&row.get::<String>("state")?)?,
        staff: row.get("staff")?,
        matter: row.get("matter")?,
        hushed: row.get::<i64>("hushed")? != 0,
        wrapup: row.get("wrapup")?,
        again: row.get("again")?,
        code_at: at("code_at")?,
        code_tries: row.get("code_tries")?,
        proved_at: at("proved_at")?,
    })
}

fn key(site: &Site) -> Key {
    derive(&site.keys.code, "minsheng/hotline/1")
}

fn context(site: &Site, id: Uuid) -> String {
    format!("{}|hotline_call|{id}|caller|1", site.jurisdiction)
}

fn sealed(site: &Site, id: Uuid, caller: &str, chance: &mut Chance) -> Vec<u8> {
    if caller.is_empty() { Vec::new() } else { seal(&key(site), &context(site, id), caller.as_bytes(), chance) }
}

fn time(micros: i64) -> Result<Timestamp, Fault> {
    Timestamp::from_microsecond(micros).map_err(|_| Fault::other("the time of a call is out of range"))
}
