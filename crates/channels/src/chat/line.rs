//! The worker of chats: hands over what waits in the outbox, while a link to the other end stands.

use std::sync::Arc;
use std::time::Duration;

use appeals::run::{INVITATION, invites};
use appeals::store as matters;
use appeals::{Event, shown};
use civic::chat::JOB;
use civic::hall::Hall;
use civic::inbox;
use civic::lease::Lease;
use civic::outbox::{self, Waiting};
use civic::site::Site;
use db::{Fault, Tx};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::event::Envelope;
use super::hub::{Hub, Unasked};
use super::{CHANNEL, TALK_SECONDS, account, contact, segment, store, words};
use crate::mail::worker::code_of;
use crate::sms;
use crate::sms::line::about;
use crate::undelivered::unreachable;
use crate::worker::{NotSent, Round, Turn, note, turn};

/// Messages of one round.
const ROUND_MESSAGES_MAX: i64 = 50;
/// How long the other end may take for an answer.
const WAIT: Duration = Duration::from_secs(20);
/// Longest words of one message, in characters.
const TEXT_CHARS_MAX: usize = 2_000;
/// Longest account that is shown to be looked at, in characters.
const LOOK_CHARS_MAX: usize = 1_000;

/// Is the line to the other end.
pub struct Line {
    hall: Hall,
    hub: Arc<Hub>,
    /// Where residents find the site.
    pages: String,
    /// Whom to ask about what cannot be said here.
    hotline: String,
    holder: Uuid,
    ours: bool,
    wait: Duration,
}

/// Is where a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum To {
    /// To an account alone, over a group where they are no friend; and, where it was told in a group, which one hears that it must be
    /// told to us alone.
    User { user: String, over: String, else_in: String },
    /// Into a group, with a mention where somebody asked.
    Group { group: String, mention: Option<String> },
}

/// Is a message in words.
struct Outgoing {
    to: To,
    text: String,
}

enum Written {
    Text(Box<Outgoing>),
    Nobody,
    Idle,
}

impl Line {
    /// Makes a line over links.
    pub fn new(hall: Hall, hub: Arc<Hub>, holder: Uuid) -> Self {
        Self { hall, hub, pages: String::new(), hotline: String::new(), holder, ours: false, wait: WAIT }
    }

    /// Says where residents find the site, and whom to ask about what cannot be said here.
    #[must_use]
    pub fn speaking(mut self, pages: &str, hotline: &str) -> Self {
        pages.trim_end_matches('/').clone_into(&mut self.pages);
        hotline.clone_into(&mut self.hotline);
        self
    }

    /// Says how long an answer of the other end is waited for.
    #[must_use]
    pub fn waiting(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// Hands over what waits. Blocks while it does; not for asynchronous code.
    pub fn round(&mut self) -> Result<Round, Fault> {
        if !self.is_ours()? {
            return Ok(Round::default());
        }
        let (hall, now) = (&self.hall, self.hall.clock.now());
        let jurisdiction = hall.site.jurisdiction;
        let due = hall.store.read_blocking(move |tx| outbox::due(tx, jurisdiction, CHANNEL, now, ROUND_MESSAGES_MAX))?;
        let mut round = Round::default();
        for waiting in due {
            let lease = match turn(hall, (JOB, self.holder), waiting.id)? {
                Turn::Own(lease) => lease,
                Turn::Done => continue,
                Turn::Others => break,
            };
            match self.write(&waiting)? {
                Written::Text(out) => {
                    let sent = self.send(&out);
                    if sent == Err(Unasked::Away) {
                        // nobody is there: what waits goes on waiting, and none of its tries is used up
                        break;
                    }
                    let outcome = self.outcome(&out, sent)?;
                    note(hall, (waiting, lease), outcome, &mut round, |_, ()| Ok(()))?;
                }
                Written::Nobody => {
                    round.unreachable += 1;
                    unreachable(&self.hall, &waiting)?;
                }
                Written::Idle => {
                    round.dropped += 1;
                    hall.store.write_blocking(move |tx| outbox::dropped(tx, jurisdiction, waiting.id, now))?;
                }
            }
        }
        Ok(round)
    }

    /// Takes the job while a link stands, and lets another process have it when none does.
    fn is_ours(&mut self) -> Result<bool, Fault> {
        let (jurisdiction, now, holder) = (self.hall.site.jurisdiction, self.hall.clock.now(), self.holder);
        if !self.hub.asks() {
            if std::mem::take(&mut self.ours) {
                self.hall.store.write_blocking(move |tx| Lease::release(tx, jurisdiction, (JOB, holder), now))?;
            }
            return Ok(false);
        }
        let lease = self.hall.store.write_blocking(move |tx| Lease::take(tx, jurisdiction, (JOB, holder), now))?;
        self.ours = lease.is_some();
        Ok(self.ours)
    }

    fn send(&self, out: &Outgoing) -> Result<(), Unasked> {
        match &out.to {
            To::User { user, over, .. } => {
                let mut params = json!({"user_id": numbered(user), "message": segment::write(None, &out.text)});
                if !over.is_empty() {
                    params["group_id"] = numbered(over);
                }
                self.hub.ask("send_private_msg", &params, self.wait).map(drop)
            }
            To::Group { group, mention } => say_in(&self.hub, (group, mention.as_deref()), &out.text, self.wait),
        }
    }

    /// Says what became of a message. Whoever told something in a group and cannot be written to hears there to write themselves; what
    /// they told is forgotten, for they will tell it anew.
    fn outcome(&self, out: &Outgoing, sent: Result<(), Unasked>) -> Result<Result<(), NotSent>, Fault> {
        let Err(no) = sent else { return Ok(Ok(())) };
        if let (To::User { user, else_in, .. }, Unasked::Refused(_)) = (&out.to, &no)
            && !else_in.is_empty()
        {
            let (site, contact, now) = (self.hall.site.clone(), contact(user), self.hall.clock.now());
            self.hall.store.write_blocking(move |tx| match store::find(tx, &site, &contact, now)? {
                Some(talk) => store::erase(tx, &site, &contact, &talk),
                None => Ok(()),
            })?;
            let text = words::write("chat_group_private", "zh-CN", &[]).unwrap_or_default();
            let said = say_in(&self.hub, (else_in, Some(user)), &text, self.wait);
            return Ok(said.map_err(|no| not_sent(&no)));
        }
        Ok(Err(not_sent(&no)))
    }

    fn write(&self, waiting: &Waiting) -> Result<Written, Fault> {
        let (site, now, waiting) = (self.hall.site.clone(), self.hall.clock.now(), waiting.clone());
        let (pages, hotline) = (self.pages.clone(), self.hotline.clone());
        self.hall.store.read_blocking(move |tx| write(tx, (&site, now), (&waiting, &pages, &hotline)))
    }
}

/// Says something in a group.
pub(super) fn say_in(hub: &Hub, (group, mention): (&str, Option<&str>), text: &str, wait: Duration) -> Result<(), Unasked> {
    let params = json!({"group_id": numbered(group), "message": segment::write(mention, text)});
    hub.ask("send_group_msg", &params, wait).map(drop)
}

/// Writes the number of an account or a group as the other end expects it.
pub(super) fn numbered(text: &str) -> Value {
    text.parse::<u64>().map_or_else(|_| json!(text), |number| json!(number))
}

fn not_sent(no: &Unasked) -> NotSent {
    match no {
        Unasked::Away => NotSent::Later("away".to_owned()),
        Unasked::Unknown => NotSent::Later("no answer".to_owned()),
        Unasked::Refused(code) if no.is_for_ever() => NotSent::Never(format!("retcode {code}")),
        Unasked::Refused(code) => NotSent::Later(format!("retcode {code}")),
    }
}

/// Reads who wrote a message, and where.
fn envelope(tx: &mut Tx<'_>, site: &Site, id: &str) -> Result<Option<Envelope>, Fault> {
    let Ok(id) = id.parse::<Uuid>() else { return Ok(None) };
    inbox::envelope(tx, site, id)?.map(|bytes| Envelope::read(&bytes)).transpose()
}

/// Finds where a message goes.
fn whereto(
    tx: &mut Tx<'_>,
    (site, waiting): (&Site, &Waiting),
    filing: Option<&appeals::appeal::Filing>,
) -> Result<Option<To>, Fault> {
    let recipient = waiting.recipient.as_str();
    if let Some(id) = recipient.strip_prefix("message:") {
        // somebody who was met in a group is written to over it
        let to = |own: Envelope| To::User {
            user: own.user,
            over: if own.group.is_empty() { own.over } else { own.group.clone() },
            else_in: own.group,
        };
        return Ok(envelope(tx, site, id)?.map(to));
    }
    if let Some(id) = recipient.strip_prefix("group:") {
        return Ok(envelope(tx, site, id)?.map(|own| To::Group { group: own.group, mention: Some(own.user) }));
    }
    if let Some(code) = recipient.strip_prefix("bound:") {
        let bound = site.directory().groups.get(code).filter(|group| group.active).map(|group| group.code.clone());
        return Ok(bound.map(|group| To::Group { group, mention: None }));
    }
    let Some(user) = filing.and_then(|filing| account(&filing.chat)) else { return Ok(None) };
    let came = inbox::made_of(tx, site, waiting.matter)?.map(|id| inbox::envelope(tx, site, id)).transpose()?.flatten();
    let came = came.map(|bytes| Envelope::read(&bytes)).transpose()?.unwrap_or_default();
    let over = if came.group.is_empty() { came.over } else { came.group };
    Ok(Some(To::User { user: user.to_owned(), over, else_in: String::new() }))
}

/// Finds where a message goes and writes its words.
fn write(
    tx: &mut Tx<'_>,
    (site, now): (&Site, Timestamp),
    (waiting, pages, hotline): (&Waiting, &str, &str),
) -> Result<Written, Fault> {
    let loaded = if waiting.matter.is_nil() { None } else { matters::load(tx, site, waiting.matter)? };
    let filing = loaded.as_ref().and_then(|loaded| match loaded.events.first() {
        Some((_, Event::Filed(filing))) => Some(filing),
        _ => None,
    });
    let Some(to) = whereto(tx, (site, waiting), filing)? else { return Ok(Written::Nobody) };
    let language = filing.map_or("zh-CN", |filing| filing.language.as_str());
    if waiting.recipient == "resident" {
        if loaded.as_ref().is_some_and(|loaded| waiting.template == INVITATION && !invites(&loaded.state)) {
            return Ok(Written::Idle);
        }
        if sms::store::is_stopped(tx, site, filing.map_or("", |filing| filing.chat.as_str()))? {
            return Ok(Written::Nobody);
        }
    }
    let in_group = matches!(to, To::Group { .. });
    // whatever is asked for, a group hears nothing but what was written for a group
    if in_group && !waiting.template.starts_with(words::IN_GROUP) {
        return Ok(Written::Idle);
    }
    let mut facts = Vec::new();
    if let (Some(loaded), Some(filing)) = (&loaded, filing) {
        // before a group only what everybody may see, as it stands now
        if in_group && shown::one(tx, site, None, &loaded.state.number)?.is_none() {
            return Ok(Written::Idle);
        }
        let code = inbox::submit_key_of(tx, site, waiting.matter)?.map(|key| code_of(site, filing, &key)).transpose()?;
        // first, so that nobody's words can name a gap that it fills
        facts.push(("code", code.filter(|_| !in_group).map_or_else(String::new, |code| code.shown())));
        facts.extend(about(site, (loaded, language), waiting.event));
    }
    if let (To::User { user, .. }, "chat_look") = (&to, waiting.template.as_str()) {
        let Some(told) = looked_at(tx, (site, now), (user, language))? else { return Ok(Written::Idle) };
        facts.extend(told);
    }
    facts.push(("track", sms::words::track(language, pages)));
    facts.push(("hotline", sms::words::hotline(language, hotline)));
    facts.push(("minutes", (TALK_SECONDS / 60).to_string()));
    if let To::Group { group, .. } = &to {
        let directory = site.directory();
        let place = directory.groups.get(group).and_then(|own| directory.places.get(&own.place));
        facts.push(("name", place.map_or_else(String::new, |place| place.name.clone())));
    }
    let text = words::write(&waiting.template, language, &facts);
    let out = |text: String| Written::Text(Box::new(Outgoing { to, text: sms::words::short(&text, TEXT_CHARS_MAX) }));
    Ok(text.map_or(Written::Idle, out))
}

/// Gathers what somebody told so far, to be looked at. `None`: it was sent or let be meanwhile.
fn looked_at(
    tx: &mut Tx<'_>,
    (site, now): (&Site, Timestamp),
    (user, language): (&str, &str),
) -> Result<Option<Vec<(&'static str, String)>>, Fault> {
    let Some(talk) = store::find(tx, site, &contact(user), now)? else { return Ok(None) };
    let or_nothing = |text: String| if text.is_empty() { words::nothing(language).to_owned() } else { text };
    let pictures = if talk.pictures.is_empty() { String::new() } else { talk.pictures.len().to_string() };
    Ok(Some(vec![
        ("reach", or_nothing(talk.reach)),
        ("pictures", or_nothing(pictures)),
        ("place", or_nothing(talk.place)),
        ("what", sms::words::short(&talk.what, LOOK_CHARS_MAX)),
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_that_stays_is_not_tried_again() {
        assert!(matches!(not_sent(&Unasked::Refused(1_404)), NotSent::Never(_)));
        assert!(matches!(not_sent(&Unasked::Refused(100)), NotSent::Later(_)));
        assert!(matches!(not_sent(&Unasked::Unknown), NotSent::Later(_)));
        assert_eq!((numbered("20002"), numbered("x")), (json!(20_002), json!("x")));
    }
}
