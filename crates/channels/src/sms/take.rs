//! From the inbox to what a short message is. Each step happens in the transaction that notes it, so a process that dies makes
//! nothing twice and loses nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};

use civic::file::FileStore;
use civic::hall::Hall;
use civic::inbox::{self, Became, Came};
use civic::lease::Lease;
use civic::outbox::{self, Message};
use civic::{chance, site::Site};
use db::{Fault, Tx};
use jiff::Timestamp;
use uuid::Uuid;

use super::command::{self, Ask};
use super::keep::Envelope;
use super::number::{self, Caller};
use super::{CHANNEL, coding, deed, store};
use crate::hands;
use crate::made::{Done, Hourly, Round};

/// Messages of one round.
const ROUND_TEXTS_MAX: i64 = 256;
/// Threads that look into messages; each waits for the writer, which takes many at a time.
const HANDS: usize = 16;
/// The job's name: what one telephone says is heard in its order, so one process at a time hears.
const JOB: &str = "sms in";
/// How long a message waits for the answer to what was asked, in seconds; then it is a matter of its own.
pub const ASKED_SECONDS: i64 = 600;
/// Numbers counted at a time; more are those of a flood, and begin anew.
const NUMBERS_MAX: usize = 50_000;

/// Says how much one telephone may say and is answered in an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Messages heard; further ones lie aside, where a person may have them taken.
    pub heard_hour_max: u32,
    /// Answers to commands; further ones are not answered, so that two machines do not talk for ever.
    pub answered_hour_max: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { heard_hour_max: 30, answered_hour_max: 20 }
    }
}

/// Is what is needed to make something of short messages.
pub struct Desk {
    /// Site, data, clock.
    pub hall: Hall,
    /// Where large messages are kept.
    pub files: FileStore,
    /// The number that residents write to.
    pub number: String,
    /// How much one telephone may say.
    pub limits: Limits,
    /// This process among those that work on one database.
    pub holder: Uuid,
    heard: Hourly,
    answered: Hourly,
}

impl Desk {
    /// Makes a desk.
    pub fn new(hall: Hall, files: FileStore, (number, holder): (&str, Uuid), limits: Limits) -> Self {
        Self {
            hall,
            files,
            number: number.to_owned(),
            limits,
            holder,
            heard: Hourly::new(NUMBERS_MAX),
            answered: Hourly::new(NUMBERS_MAX),
        }
    }

    /// Counts a message of a number, or an answer to it; false when there were too many in this hour.
    pub(super) fn counts(&self, number: &str, is_answer: bool) -> bool {
        let (counted, most) =
            if is_answer { (&self.answered, self.limits.answered_hour_max) } else { (&self.heard, self.limits.heard_hour_max) };
        counted.count(number, self.hall.clock.now()) <= most
    }
}

/// Is one message, opened.
pub(super) struct Said<'a> {
    pub(super) desk: &'a Desk,
    pub(super) came: &'a Came,
    /// The telephone it comes from: as a contact, where it is one here.
    pub(super) caller: Caller,
    pub(super) text: String,
    /// Parts that never came.
    pub(super) missing: u32,
}

impl Said<'_> {
    /// Returns the number it comes from, as far as it can be written back to.
    pub(super) fn number(&self) -> &str {
        match &self.caller {
            Caller::Here(number) | Caller::Abroad(number) => number,
            Caller::Machine => "",
        }
    }

    pub(super) fn site(&self) -> &Site {
        &self.desk.hall.site
    }

    /// Notes what became of it, with an answer where there is one to give and the telephone had not too many of them.
    pub(super) fn noted(&self, became: Became, answer: Option<(&'static str, Uuid)>) -> Result<bool, Fault> {
        let (site, now, id) = (self.desk.hall.site.clone(), self.desk.hall.clock.now(), self.came.id);
        let answer = answer.filter(|_| self.desk.counts(self.number(), true));
        self.desk.hall.store.write_blocking(move |tx| {
            if !inbox::became(tx, site.jurisdiction, (id, now), (became, None))? {
                return Ok(false);
            }
            answer.map_or(Ok(()), |answer| put_answer(tx, (&site, now), id, answer))?;
            Ok(true)
        })
    }

    /// Has it tried again later; after some times it waits for a person.
    pub(super) fn failed(&self, why: &str) -> Result<Option<Done>, Fault> {
        failed(self.desk, (self.came.id, self.came.attempts), why)
    }
}

/// Puts an answer to a message into the outbox; the number is read from the message when it is sent.
pub(super) fn put_answer(
    tx: &mut Tx<'_>,
    (site, now): (&Site, Timestamp),
    message: Uuid,
    (template, matter): (&'static str, Uuid),
) -> Result<(), Fault> {
    let mut chance = site.chance();
    let answer = Message { matter, event: 0, recipient: format!("message:{message}"), template, channel: CHANNEL };
    outbox::put(tx, site.jurisdiction, (chance::id_ordered(&mut chance, now), now), &answer)
}

fn failed(desk: &Desk, came: (Uuid, i64), why: &str) -> Result<Option<Done>, Fault> {
    let (jurisdiction, now, why) = (desk.hall.site.jurisdiction, desk.hall.clock.now(), why.to_owned());
    tracing::warn!(sms = %came.0, %why, "a short message could not be taken; it is tried again, and then waits for a person");
    desk.hall.store.write_blocking(move |tx| inbox::failed(tx, jurisdiction, came, now, &why))?;
    Ok(Some(Done::Failed))
}

/// Makes something of the messages that wait. Blocks; not for asynchronous code.
pub fn round(desk: &Desk) -> Result<Round, Fault> {
    let (jurisdiction, now, holder) = (desk.hall.site.jurisdiction, desk.hall.clock.now(), desk.holder);
    super::join(&desk.hall, &desk.files)?;
    let rows = desk.hall.store.read_blocking(move |tx| inbox::due(tx, jurisdiction, CHANNEL, now, ROUND_TEXTS_MAX))?;
    let mut round = Round::default();
    if rows.is_empty() || desk.hall.store.write_blocking(move |tx| Lease::take(tx, jurisdiction, (JOB, holder), now))?.is_none() {
        return Ok(round);
    }
    // what one telephone said stays in one hand, in its order
    let (came, aside) = hands::opened(&desk.hall, &desk.files, &rows)?;
    round.aside += aside;
    let read = came.into_iter().map(|came| {
        let envelope = Envelope::read(&came.envelope)?;
        Ok((hands::of(&envelope.from), (came, envelope)))
    });
    let read = read.collect::<Result<Vec<_>, Fault>>()?;
    let done = hands::work(HANDS, read, |(came, envelope)| one(desk, &came, &envelope))?;
    for what in done {
        round.count(what);
    }
    Ok(round)
}

/// Makes something of one message. `None`: another process was first.
fn one(desk: &Desk, came: &Came, envelope: &Envelope) -> Result<Option<Done>, Fault> {
    if envelope.from.is_empty() && envelope.to.is_empty() {
        return failed(desk, (came.id, inbox::TRIES_MAX), "it ends where it must not");
    }
    let read = catch_unwind(AssertUnwindSafe(|| coding::read(envelope.coding, &came.bytes)));
    let Ok(text) = read else { return failed(desk, (came.id, came.attempts), "it cannot be read") };
    let text: String = text.chars().filter(|c| !appeals::filing::hides(*c)).collect();
    let said = Said { desk, came, caller: number::read(&envelope.from), text, missing: envelope.missing };
    let aside = |why| Ok(said.noted(Became::Aside(why), None)?.then_some(Done::Aside));
    let digits = |number: &str| number.chars().filter(char::is_ascii_digit).collect::<String>();
    if !desk.number.is_empty() && digits(&envelope.from) == digits(&desk.number) {
        // taking one's own messages would answer them, and so on for ever
        return aside("loop");
    }
    if said.caller == Caller::Machine && !came.sure {
        return aside("machine");
    }
    // what waited for an answer was counted when it came
    let (site, known) = (desk.hall.site.clone(), said.number().to_owned());
    let asked = desk.hall.store.read_blocking(move |tx| store::asked(tx, &site, &known))?;
    if let Some(own) = asked.iter().find(|asked| asked.message == came.id) {
        return deed::placed(&said, own);
    }
    if !came.sure && !desk.counts(said.number(), false) {
        return aside("flood");
    }
    if said.missing > 0 {
        return deed::words(&said, &asked);
    }
    match command::read(&said.text) {
        Ask::Words => deed::words(&said, &asked),
        Ask::Choice(joins) => deed::choice(&said, joins, &asked),
        Ask::Thanks => Ok(said.noted(Became::Done("thanks"), None)?.then_some(Done::Aside)),
        ask => deed::command(&said, ask),
    }
}
