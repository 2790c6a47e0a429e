//! The worker of short messages: holds the connection while it is this process's turn, and hands over what waits in the outbox.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use appeals::Event;
use appeals::run::{INVITATION, invites};
use appeals::store::{self as matters, Loaded};
use civic::file::FileStore;
use civic::hall::Hall;
use civic::hotline;
use civic::inbox;
use civic::lease::Lease;
use civic::outbox::{self, Waiting};
use civic::site::Site;
use db::{Fault, Tx};
use forum::proof;
use insight::consult::tell;
use jiff::Timestamp;
use jiff::civil::Date;
use oversight::reception::{Day, Held, list, run};
use uuid::Uuid;

use super::http::Gateway;
use super::keep::{Envelope, Text, settle};
use super::number::{self, Caller};
use super::smpp::{Carrier, Heard, Link};
use super::{CHANNEL, coding, keep, short, store, words};
use crate::mail::worker::code_of;
use crate::undelivered::unreachable;
use crate::worker::{NotSent, Round, Turn, note, turn};

/// Messages of one round.
const ROUND_MESSAGES_MAX: i64 = 50;
/// The job's name: of several processes one is bound to the carrier, and sends.
pub(super) const JOB: &str = "sms";
/// Time between two renewals of the job: well within a lease.
const RENEW: Duration = Duration::from_secs(30);
/// Wait after the first failed try to connect, and the longest one, in seconds.
const AGAIN_SECONDS: (u64, u64) = (1, 60);
/// Longest words of an answer told at once, in characters; the whole is a command away.
const OPINION_CHARS_MAX: usize = 80;
/// The answer that lists the next reception days.
const DAYS: &str = "sms_days";
/// Reception days that one message lists.
const DAYS_SHOWN_MAX: usize = 3;
/// Longest words of one message, in characters: what fits its parts.
const TEXT_CHARS_MAX: usize = 520;

/// Is a message in words, ready for a carrier or a gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Its id in the outbox, the same each time it is tried.
    pub id: Uuid,
    /// The number it goes to.
    pub to: String,
    /// The words, without the signature.
    pub text: String,
    /// The code of its template.
    pub template: String,
    /// What fills the gaps of the template.
    pub facts: Vec<(&'static str, String)>,
}

/// Says how messages are handed over.
#[derive(Clone)]
pub enum Way {
    /// By SMPP, on a connection of one's own.
    Smpp(Carrier),
    /// By requests to a gateway.
    Http(Gateway),
}

/// Is the line to a carrier.
pub struct Line {
    hall: Hall,
    files: FileStore,
    way: Way,
    /// What stands before all words, as Chinese carriers demand.
    sign: String,
    /// Where residents find the site.
    pages: String,
    /// Whom to ask about what cannot be said by message.
    hotline: String,
    holder: Uuid,
    link: Option<Arc<Link>>,
    hearing: Option<JoinHandle<()>>,
    renewed: Option<Instant>,
    tried: Option<(Instant, u64)>,
}

impl Line {
    /// Makes a line; it is connected by its first round.
    pub fn new(hall: Hall, files: FileStore, way: Way, holder: Uuid) -> Self {
        let none = String::new;
        Self {
            hall,
            files,
            way,
            sign: none(),
            pages: none(),
            hotline: none(),
            holder,
            link: None,
            hearing: None,
            renewed: None,
            tried: None,
        }
    }

    /// Says what stands before all words, where residents find the site, and whom to ask about what cannot be said by message.
    #[must_use]
    pub fn speaking(mut self, sign: &str, pages: &str, hotline: &str) -> Self {
        sign.clone_into(&mut self.sign);
        pages.trim_end_matches('/').clone_into(&mut self.pages);
        hotline.clone_into(&mut self.hotline);
        self
    }

    /// Tells whether it is connected.
    pub fn is_bound(&self) -> bool {
        self.link.as_ref().is_some_and(|link| !link.is_gone())
    }

    /// Sees to the connection, and hands over what waits. Blocks while it does; not for asynchronous code.
    pub fn round(&mut self) -> Result<Round, Fault> {
        if !self.is_ours()? {
            self.hang_up();
            return Ok(Round::default());
        }
        if let Way::Http(gateway) = &self.way {
            let all = |ready: &[Outgoing]| ready.iter().map(|out| gateway.send(&self.hall, (out, &self.sign))).collect();
            return self.send(all);
        }
        let Some(link) = self.bound()? else { return Ok(Round::default()) };
        self.send(|ready| link.send(&ready.iter().map(|out| (out.to.clone(), self.pieces(out))).collect::<Vec<_>>()))
    }

    /// Takes the job, or goes on with it.
    fn is_ours(&mut self) -> Result<bool, Fault> {
        let stands = self.is_bound() || matches!(self.way, Way::Http(_));
        if stands && self.renewed.is_some_and(|at| at.elapsed() < RENEW) {
            return Ok(true);
        }
        let (jurisdiction, now, holder) = (self.hall.site.jurisdiction, self.hall.clock.now(), self.holder);
        if self.tried.is_some_and(|(at, _)| Instant::now() < at) {
            return Ok(false);
        }
        let lease = self.hall.store.write_blocking(move |tx| Lease::take(tx, jurisdiction, (JOB, holder), now))?;
        self.renewed = lease.map(|_| Instant::now());
        Ok(lease.is_some())
    }

    /// Connects where there is no connection, and not too often.
    fn bound(&mut self) -> Result<Option<Arc<Link>>, Fault> {
        if let Some(link) = self.link.as_ref().filter(|link| !link.is_gone()) {
            return Ok(Some(Arc::clone(link)));
        }
        self.hang_up();
        let Way::Smpp(carrier) = &self.way else { return Ok(None) };
        match Link::open(carrier) {
            Ok(link) => {
                tracing::info!(at = %carrier.at, "bound to the carrier of short messages");
                let (hall, files, heard) = (self.hall.clone(), self.files.clone(), Arc::clone(&link));
                let hear = move || heard.hear(|what| take(&hall, &files, what));
                let thread = std::thread::Builder::new().name("sms link".to_owned()).spawn(hear);
                let broken = |error| Fault::other("a thread for the carrier could not be started").caused_by(error);
                self.hearing = Some(thread.map_err(broken)?);
                self.tried = None;
                self.link = Some(Arc::clone(&link));
                Ok(Some(link))
            }
            Err(why) => {
                let wait = self.tried.map_or(AGAIN_SECONDS.0, |(_, wait)| (wait * 2).min(AGAIN_SECONDS.1));
                tracing::warn!(at = %carrier.at, %why, seconds = wait, "no connection to the carrier of short messages");
                self.tried = Some((Instant::now() + Duration::from_secs(wait), wait));
                self.release()?;
                Ok(None)
            }
        }
    }

    /// Lets another process try, whose way to the carrier may be open.
    fn release(&mut self) -> Result<(), Fault> {
        let (jurisdiction, now, holder) = (self.hall.site.jurisdiction, self.hall.clock.now(), self.holder);
        self.renewed = None;
        self.hall.store.write_blocking(move |tx| Lease::release(tx, jurisdiction, (JOB, holder), now))
    }

    fn hang_up(&mut self) {
        if let Some(link) = self.link.take() {
            link.close();
        }
        // what it was just keeping is kept before this goes on
        self.hearing.take().map(JoinHandle::join);
    }

    /// Writes what waits and hands it over together.
    fn send(&self, all: impl Fn(&[Outgoing]) -> Vec<Result<Vec<String>, NotSent>>) -> Result<Round, Fault> {
        let (hall, now) = (&self.hall, self.hall.clock.now());
        let jurisdiction = hall.site.jurisdiction;
        let due = hall.store.read_blocking(move |tx| outbox::due(tx, jurisdiction, CHANNEL, now, ROUND_MESSAGES_MAX))?;
        let (mut round, mut ready, mut leased) = (Round::default(), Vec::new(), Vec::new());
        for waiting in due {
            let lease = match turn(hall, (JOB, self.holder), waiting.id)? {
                Turn::Own(lease) => lease,
                Turn::Done => continue,
                Turn::Others => break,
            };
            match self.write(&waiting)? {
                Written::Text(text) => {
                    ready.push(text);
                    leased.push((waiting, lease));
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
        for ((waiting, lease), outcome) in leased.into_iter().zip(all(&ready)) {
            let (id, site, at) = (waiting.id, hall.site.clone(), hall.clock.now());
            note(hall, (waiting, lease), outcome, &mut round, move |tx, names| told(tx, &site, at, (id, &names)))?;
        }
        Ok(round)
    }

    fn pieces(&self, text: &Outgoing) -> Vec<coding::Piece> {
        let sign = if self.sign.is_empty() { String::new() } else { format!("【{}】", self.sign) };
        coding::write(&format!("{sign}{}", text.text), text.id.as_bytes()[15])
    }

    fn write(&self, waiting: &Waiting) -> Result<Written, Fault> {
        let (site, now, waiting) = (self.hall.site.clone(), self.hall.clock.now(), waiting.clone());
        let (pages, hotline) = (self.pages.clone(), self.hotline.clone());
        self.hall.store.read_blocking(move |tx| write(tx, (&site, now), (&waiting, &pages, &hotline)))
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.hang_up();
    }
}

/// Keeps what a connection brought.
fn take(hall: &Hall, files: &FileStore, heard: Heard) -> Result<(), Fault> {
    let texts: Vec<Text> = heard
        .texts
        .into_iter()
        .map(|one| Text { from: one.from, to: one.to, coding: one.coding, words: one.words, part: one.part, id: None })
        .collect();
    keep(hall, files, &texts)?;
    if heard.receipts.is_empty() { Ok(()) } else { keep::heard(hall, heard.receipts) }
}

/// Notes the carrier's names of a message, and what it said of them already.
fn told(tx: &mut Tx<'_>, site: &Site, now: Timestamp, (id, names): (Uuid, &[String])) -> Result<(), Fault> {
    for name in names {
        store::put_sent(tx, site.jurisdiction, (name, id), now)?;
    }
    settle(tx, site, now, id)
}

/// Is what became of a message when it was to be written.
enum Written {
    Text(Outgoing),
    Nobody,
    Idle,
}

/// Finds the number of a message and writes its words.
fn write(
    tx: &mut Tx<'_>,
    (site, now): (&Site, Timestamp),
    (waiting, pages, hotline): (&Waiting, &str, &str),
) -> Result<Written, Fault> {
    if let Some(call) = waiting.recipient.strip_prefix("call:") {
        return code(tx, (site, now), (waiting, call));
    }
    if let Some(to) = outbox::number(site, waiting)? {
        return Ok(trial(waiting, to, hotline));
    }
    if waiting.recipient.starts_with(proof::RECIPIENT) {
        return post_code(tx, (site, now), waiting);
    }
    if waiting.recipient.starts_with(run::RECIPIENT) {
        return booking(tx, site, waiting);
    }
    if waiting.recipient.starts_with(tell::RECIPIENT) {
        return voice(tx, site, waiting);
    }
    let loaded = if waiting.matter.is_nil() { None } else { matters::load(tx, site, waiting.matter)? };
    let filing = loaded.as_ref().and_then(|loaded| match loaded.events.first() {
        Some((_, Event::Filed(filing))) => Some(filing),
        _ => None,
    });
    let (to, language) = match waiting.recipient.strip_prefix("message:") {
        // an answer to a command goes to whoever sent it, also where they want no others
        Some(id) => match answers(tx, site, id)? {
            Some(to) => (to, filing.map_or("zh-CN", |filing| filing.language.as_str())),
            None => return Ok(Written::Nobody),
        },
        None => match filing {
            Some(filing) if !filing.mobile.is_empty() => (filing.mobile.clone(), filing.language.as_str()),
            _ => return Ok(Written::Nobody),
        },
    };
    if waiting.recipient == "resident" {
        if loaded.as_ref().is_some_and(|loaded| waiting.template == INVITATION && !invites(&loaded.state)) {
            return Ok(Written::Idle);
        }
        if store::is_stopped(tx, site, &to)? {
            return Ok(Written::Nobody);
        }
    }
    let mut facts = vec![("track", words::track(language, pages)), ("hotline", words::hotline(language, hotline))];
    if waiting.template == DAYS {
        facts.push(("words", coming(tx, site, site.day(now))?));
    }
    if let (Some(loaded), Some(filing)) = (&loaded, filing) {
        facts.extend(about(site, (loaded, language), waiting.event));
        let code = inbox::submit_key_of(tx, site, waiting.matter)?.map(|key| code_of(site, filing, &key)).transpose()?;
        // first, so that nobody's words can name a gap that it fills
        facts.insert(0, ("code", code.map_or_else(String::new, |code| code.shown())));
    }
    let text = words::write(&waiting.template, language, &facts);
    let (id, template) = (waiting.id, waiting.template.clone());
    let out = |text: String| Outgoing { id, to, text: words::short(&text, TEXT_CHARS_MAX), template, facts };
    Ok(text.map_or(Written::Nobody, |text| Written::Text(out(text))))
}

/// Writes to the telephone of an administrator who wants to see that messages arrive.
fn trial(waiting: &Waiting, to: String, hotline: &str) -> Written {
    let facts = vec![("hotline", words::hotline("zh-CN", hotline))];
    let (id, template) = (waiting.id, waiting.template.clone());
    let text = words::write(&template, "zh-CN", &facts);
    text.map_or(Written::Idle, |text| Written::Text(Outgoing { id, to, text, template, facts }))
}

/// Writes the code that shows who has a telephone in hand which calls the hotline; nothing once it is good no more.
fn code(tx: &mut Tx<'_>, (site, now): (&Site, Timestamp), (waiting, call): (&Waiting, &str)) -> Result<Written, Fault> {
    let Ok(call) = call.parse::<Uuid>() else { return Ok(Written::Idle) };
    let Some((to, code)) = hotline::waiting(tx, site, now, call)? else { return Ok(Written::Idle) };
    let facts = vec![("code", code), ("minutes", (hotline::CODE_SECONDS_MAX / 60).to_string())];
    let text = words::write(&waiting.template, "zh-CN", &facts);
    let (id, template) = (waiting.id, waiting.template.clone());
    Ok(text.map_or(Written::Idle, |text| Written::Text(Outgoing { id, to, text, template, facts })))
}

/// Writes the code that shows who has a telephone in hand from which a post of the board was written.
fn post_code(tx: &mut Tx<'_>, (site, now): (&Site, Timestamp), waiting: &Waiting) -> Result<Written, Fault> {
    let Some((contact, code)) = proof::waiting(tx, site, now, &waiting.recipient)? else { return Ok(Written::Idle) };
    let facts = vec![("code", code), ("minutes", (proof::CODE_SECONDS_MAX / 60).to_string())];
    let text = words::write(&waiting.template, &contact.language, &facts);
    let (id, template, to) = (waiting.id, waiting.template.clone(), contact.mobile);
    Ok(text.map_or(Written::Idle, |text| Written::Text(Outgoing { id, to, text, template, facts })))
}

/// Lists the next reception days, each with the number by which it is booked.
fn coming(tx: &mut Tx<'_>, site: &Site, today: Date) -> Result<String, Fault> {
    let days = list::coming(tx, site, today)?;
    let open = days.iter().map(|row| &row.day).filter(|day| day.held == Held::Planned).take(DAYS_SHOWN_MAX);
    let line = |day: &Day| {
        let plan = &day.plan;
        let begins = format!("{:02}:{:02}", plan.from / 60, plan.from % 60);
        format!(
            "{}：{}{}，{}月{}日{begins}，{}",
            day.number,
            plan.name,
            plan.post,
            plan.date.month(),
            plan.date.day(),
            plan.venue
        )
    };
    Ok(open.map(line).collect::<Vec<_>>().join("\n"))
}

/// Writes what became of a booking of a reception day.
fn booking(tx: &mut Tx<'_>, site: &Site, waiting: &Waiting) -> Result<Written, Fault> {
    let Some((booking, day)) = run::waiting(tx, site, &waiting.recipient)? else { return Ok(Written::Idle) };
    let plan = &day.plan;
    let begins = booking.slot.map_or(plan.from, |slot| plan.begins(slot));
    let facts = vec![
        ("leader", format!("{}{}", plan.name, plan.post)),
        ("due", format!("{} {:02}:{:02}", plan.date, begins / 60, begins % 60)),
        ("words", if booking.reason.is_empty() { plan.venue.clone() } else { booking.reason.clone() }),
        ("number", booking.seq.to_string()),
    ];
    let text = words::write(&waiting.template, &booking.person.language, &facts);
    let (id, template, to) = (waiting.id, waiting.template.clone(), booking.person.mobile);
    Ok(text.map_or(Written::Idle, |text| Written::Text(Outgoing { id, to, text, template, facts })))
}

/// Writes to whoever spoke to what an office asked what became of it.
fn voice(tx: &mut Tx<'_>, site: &Site, waiting: &Waiting) -> Result<Written, Fault> {
    let Some((contact, consult)) = tell::waiting(tx, site, &waiting.recipient)? else { return Ok(Written::Idle) };
    let facts = vec![("words", words::short(&consult.plan.title, OPINION_CHARS_MAX)), ("due", consult.until.to_string())];
    let text = words::write(&waiting.template, &contact.language, &facts);
    let (id, template) = (waiting.id, waiting.template.clone());
    Ok(text.map_or(Written::Idle, |text| Written::Text(Outgoing { id, to: contact.mobile, text, template, facts })))
}

/// Reads the number that a message came from.
fn answers(tx: &mut Tx<'_>, site: &Site, id: &str) -> Result<Option<String>, Fault> {
    let Ok(id) = id.parse::<Uuid>() else { return Ok(None) };
    let Some(envelope) = inbox::envelope(tx, site, id)? else { return Ok(None) };
    Ok(match number::read(&Envelope::read(&envelope)?.from) {
        Caller::Here(number) | Caller::Abroad(number) => Some(number),
        Caller::Machine => None,
    })
}

/// Gathers what messages say about a matter.
pub(crate) fn about(site: &Site, (loaded, language): (&Loaded, &str), position: i64) -> Vec<(&'static str, String)> {
    let (directory, rules, state) = (site.directory(), site.rules(), &loaded.state);
    let named = |code: &str| {
        let office = directory.offices.get(code);
        office.map_or("", |office| if language == "en" { &office.name_en } else { &office.name })
    };
    let promise = state.promise(&rules).map(|promise| (promise.what, named(promise.office), promise.due.due.last));
    let promise = crate::mail::words::promise(language, promise);
    let until = state.last_word().and_then(|word| word.until.as_ref());
    let event = loaded.events.iter().find(|(stored, _)| stored.position == position).map(|(_, event)| event);
    let reply = loaded.events.iter().rev().find_map(|(_, event)| match event {
        Event::Replied { reply, .. } => Some(reply),
        _ => None,
    });
    let asked = if let Some(Event::SupplementAsked { words, .. }) = event { words.as_str() } else { "" };
    vec![
        ("number", state.number.clone()),
        ("short", short(site, state.matter)),
        ("office", named(&state.owner).to_owned()),
        ("due", state.shown_due().due.last.to_string()),
        ("until", until.map_or_else(String::new, |until| until.due.last.to_string())),
        ("stage", words::stage(language, state.stage).to_owned()),
        ("words", words::short(asked, OPINION_CHARS_MAX)),
        ("opinion", words::short(reply.map_or("", |reply| &reply.opinion), OPINION_CHARS_MAX)),
        ("reply", reply.map_or_else(|| words::no_reply(language, &promise), |reply| crate::mail::words::reply(language, reply))),
        ("promise", promise),
    ]
}
