//! From the inbox to what a message of a chat is. Each step happens in the transaction that notes it, so a process that dies makes nothing
//! twice and loses nothing.

use std::sync::Arc;

use appeals::filing::Scanner;
use civic::file::{Decode, FileStore};
use civic::hall::Hall;
use civic::inbox::{self, Became, Came};
use civic::lease::Lease;
use civic::outbox::{self, Message};
use civic::{chance, site::Site};
use db::{Fault, Tx};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::event::Envelope;
use super::hub::Hub;
use super::{CHANNEL, contact, deed, segment, store};
use crate::hands;
use crate::made::{Done, Hourly, Round};

/// Messages of one round.
const ROUND_MESSAGES_MAX: i64 = 256;
/// Threads that look into messages; each waits for the writer, which takes many at a time.
const HANDS: usize = 16;
/// The job's name: what one account says is heard in its order, so one process at a time hears.
const JOB: &str = "chat in";
/// Accounts counted at a time; more are those of a flood, and begin anew.
const ACCOUNTS_MAX: usize = 50_000;

/// Says how much one account may say and is answered in an hour, and a group is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Messages heard; further ones lie aside, where a person may have them taken.
    pub heard_hour_max: u32,
    /// Answers; further ones are not given, so that two machines do not talk for ever.
    pub answered_hour_max: u32,
    /// Answers in one group, whoever asks.
    pub group_hour_max: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { heard_hour_max: 60, answered_hour_max: 60, group_hour_max: 60 }
    }
}

/// Is what is needed to make something of the messages of a chat.
pub struct Desk {
    /// Site, data, clock.
    pub hall: Hall,
    /// Where large messages and pictures are kept.
    pub files: FileStore,
    /// Looks into pictures.
    pub decoder: Arc<dyn Decode>,
    /// Looks for viruses, where the site has a scanner.
    pub scanner: Option<Arc<Scanner>>,
    /// The links to the other end, which is asked for pictures.
    pub hub: Arc<Hub>,
    /// How much one account may say.
    pub limits: Limits,
    /// This process among those that work on one database.
    pub holder: Uuid,
    heard: Hourly,
    answered: Hourly,
}

impl Desk {
    /// Makes a desk; `decoder` and `scanner` look into pictures.
    pub fn new(
        hall: Hall,
        files: FileStore,
        (decoder, scanner): (Arc<dyn Decode>, Option<Arc<Scanner>>),
        (hub, holder): (Arc<Hub>, Uuid),
        limits: Limits,
    ) -> Self {
        Self {
            hall,
            files,
            decoder,
            scanner,
            hub,
            limits,
            holder,
            heard: Hourly::new(ACCOUNTS_MAX),
            answered: Hourly::new(ACCOUNTS_MAX),
        }
    }

    /// Counts a message, or an answer, under a name; false when there were too many in this hour.
    fn counts(&self, name: &str, is_answer: bool) -> bool {
        let Limits { heard_hour_max, answered_hour_max, group_hour_max } = self.limits;
        let most_answered = if name.starts_with("group:") { group_hour_max } else { answered_hour_max };
        let (counted, most) = if is_answer { (&self.answered, most_answered) } else { (&self.heard, heard_hour_max) };
        counted.count(name, self.hall.clock.now()) <= most
    }
}

/// Is one message, opened.
pub(super) struct Said<'a> {
    pub(super) desk: &'a Desk,
    pub(super) came: &'a Came,
    /// Who wrote it, and where.
    pub(super) envelope: &'a Envelope,
    /// The account it comes from, as a contact.
    pub(super) contact: String,
    pub(super) text: String,
    /// Whether it brings a picture.
    pub(super) has_picture: bool,
    /// Whether it brings something else that is told: a voice, a film, a card.
    pub(super) has_more: bool,
}

/// Is an answer: to whoever wrote, or in the group they wrote in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// To them alone.
    Own(&'static str, Uuid),
    /// In the group: nothing personal stands in it.
    Group(&'static str, Uuid),
}

impl Said<'_> {
    pub(super) fn site(&self) -> &Site {
        &self.desk.hall.site
    }

    /// Leaves an answer out where this account, or this group, had too many of them.
    pub(super) fn may(&self, answer: Option<Answer>) -> Option<Answer> {
        answer.filter(|answer| match answer {
            Answer::Own(..) => self.desk.counts(&self.contact, true),
            Answer::Group(..) => self.desk.counts(&format!("group:{}", self.envelope.group), true),
        })
    }

    /// Notes what became of it in one step with what else is done, with an answer where there is one. What it said is not kept.
    pub(super) fn noted(
        &self,
        became: Became,
        answer: Option<Answer>,
        also: impl FnOnce(&mut Tx<'_>, &Site, Timestamp) -> Result<(), Fault> + Send + 'static,
    ) -> Result<bool, Fault> {
        let (site, now, id) = (self.desk.hall.site.clone(), self.desk.hall.clock.now(), self.came.id);
        let (answer, keeps) = (self.may(answer), self.has_picture || matches!(became, Became::Aside(_)));
        self.desk.hall.store.write_blocking(move |tx| {
            if !inbox::became(tx, site.jurisdiction, (id, now), (became, None))? {
                return Ok(false);
            }
            if !keeps {
                inbox::hollow(tx, site.jurisdiction, id)?;
            }
            also(tx, &site, now)?;
            answer.map_or(Ok(()), |answer| put_answer(tx, (&site, now), id, answer))?;
            Ok(true)
        })
    }

    /// Answers a command.
    pub(super) fn answered(&self, answer: Answer) -> Result<Option<Done>, Fault> {
        Ok(self.noted(Became::Done("command"), Some(answer), |_, _, _| Ok(()))?.then_some(Done::Command))
    }

    /// Has it tried again later; after some times it waits for a person.
    pub(super) fn failed(&self, why: &str) -> Result<Option<Done>, Fault> {
        let (jurisdiction, now, why) = (self.site().jurisdiction, self.desk.hall.clock.now(), why.to_owned());
        let came = (self.came.id, self.came.attempts);
        tracing::warn!(message = %came.0, %why, "a message of a chat could not be taken; it is tried again, and then waits for a person");
        self.desk.hall.store.write_blocking(move |tx| inbox::failed(tx, jurisdiction, came, now, &why))?;
        Ok(Some(Done::Failed))
    }
}

/// Puts an answer to a message into the outbox; where it goes is read from the message when it is sent.
pub(super) fn put_answer(tx: &mut Tx<'_>, (site, now): (&Site, Timestamp), message: Uuid, answer: Answer) -> Result<(), Fault> {
    let (to, template, matter) = match answer {
        Answer::Own(template, matter) => ("message", template, matter),
        Answer::Group(template, matter) => ("group", template, matter),
    };
    let answer = Message { matter, event: 0, recipient: format!("{to}:{message}"), template, channel: CHANNEL };
    outbox::put(tx, site.jurisdiction, (chance::id_ordered(&mut site.chance(), now), now), &answer)
}

/// Makes something of the messages that wait. Blocks; not for asynchronous code.
pub fn round(desk: &Desk) -> Result<Round, Fault> {
    let jurisdiction = desk.hall.site.jurisdiction;
    let (now, holder) = (desk.hall.clock.now(), desk.holder);
    let rows = desk.hall.store.read_blocking(move |tx| inbox::due(tx, jurisdiction, CHANNEL, now, ROUND_MESSAGES_MAX))?;
    let mut round = Round { ended: end_old(desk)?, ..Round::default() };
    if rows.is_empty() || desk.hall.store.write_blocking(move |tx| Lease::take(tx, jurisdiction, (JOB, holder), now))?.is_none() {
        return Ok(round);
    }
    // what one account said stays in one hand, in its order
    let (came, aside) = hands::opened(&desk.hall, &desk.files, &rows)?;
    round.aside += aside;
    let read = came.into_iter().map(|came| {
        let envelope = Envelope::read(&came.envelope)?;
        Ok((hands::of(&envelope.user), (came, envelope)))
    });
    let read = read.collect::<Result<Vec<_>, Fault>>()?;
    let done = hands::work(HANDS, read, |(came, envelope)| one(desk, &came, &envelope))?;
    for what in done {
        round.count(what);
    }
    Ok(round)
}

/// Forgets what nobody went on telling, and says so.
fn end_old(desk: &Desk) -> Result<usize, Fault> {
    let (site, now) = (desk.hall.site.clone(), desk.hall.clock.now());
    let of = site.clone();
    if !desk.hall.store.read_blocking(move |tx| store::has_old(tx, &of, now))? {
        return Ok(0);
    }
    desk.hall.store.write_blocking(move |tx| {
        let ended = store::end_old(tx, &site, now)?;
        for message in &ended {
            put_answer(tx, (&site, now), *message, Answer::Own("chat_expired", Uuid::nil()))?;
        }
        Ok(ended.len())
    })
}

/// Makes something of one message. `None`: another process was first.
fn one(desk: &Desk, came: &Came, envelope: &Envelope) -> Result<Option<Done>, Fault> {
    let message = serde_json::from_slice::<Value>(&came.bytes).unwrap_or_default();
    let segments = segment::read(&message);
    let text: String = segment::words(&segments).chars().filter(|c| !appeals::filing::hides(*c)).collect();
    let has_more = segment::has_more(&segments);
    let has_picture = !segment::pictures(segments).is_empty();
    let said = Said { desk, came, envelope, contact: contact(&envelope.user), text, has_picture, has_more };
    if !came.sure && !desk.counts(&said.contact, false) {
        let flood = said.noted(Became::Aside("flood"), None, |_, _, _| Ok(()))?;
        return Ok(flood.then_some(Done::Aside));
    }
    if envelope.group.is_empty() { deed::private(&said) } else { deed::group(&said) }
}
