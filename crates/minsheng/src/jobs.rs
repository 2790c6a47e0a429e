//! What happens by itself: terms that end, days that are closed, letters that go out, sessions, drafts and orphaned files
//! that expire.
//!
//! Each step happens once, however often it is run, so a process that dies in the middle loses nothing.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use appeals::find::Finder;
use channels::mail::{self, Mailer};
use channels::{chat, exchange, hook, hotline, sms};
use civic::account::news;
use civic::file::FileStore;
use civic::hall::Hall;
use civic::{again, draft, guess, inbox, second, session};
use db::{Context, Fault, Target};
use jiff::SignedDuration;
use uuid::Uuid;
use web::Hearing;

use crate::config::{Chat, Config};
use crate::editions::Editions;
use crate::gap::Keeping;
use crate::lessons::Lessons;
use crate::watch::Watch;
use crate::witness::job::Cosigning;

/// Rounds of one kind in a row, so that the others get their turn.
const ROUNDS_MAX: usize = 50;

/// Time between two looks at what the index of words has to take in: what is filed is found within a second.
const INDEX_EVERY: Duration = Duration::from_millis(400);

/// Events in one round from which on the next looks are left out: few large commits cost less than many small ones, and
/// whatever is filed is still found within a second.
const INDEX_BUSY_EVENTS: usize = 200;
/// Looks left out then.
const INDEX_LEFT_OUT: usize = 1;

/// Time between two looks at what issues are formed of: an outbreak is told of within seconds.
const ISSUES_EVERY: Duration = Duration::from_secs(2);

/// Time between two looks at what mail came in.
const MAIL_IN_EVERY: Duration = Duration::from_millis(500);

/// How long an answer of the program of somebody else is waited for.
const HOOK_WAIT: Duration = Duration::from_secs(20);

/// How long an answer of another site is waited for: files may come along.
const EXCHANGE_WAIT: Duration = Duration::from_mins(2);

/// Time between two looks at short messages, both ways: whoever texts is answered within seconds.
const SMS_EVERY: Duration = Duration::from_millis(500);

/// How long what became a matter is kept as it came, in days.
const KEEP_MESSAGE: &str = "site.keep_message";
/// How long the number that called the hotline is kept, in days.
const KEEP_CALL: &str = "site.keep_call";
/// Seconds in a day.
const DAY_SECONDS: i64 = 86_400;
/// Seconds in an hour.
const HOUR_SECONDS: i64 = 3_600;

/// Is the running threads of jobs. Mail and witnesses have one each: a server elsewhere that does not answer delays no term.
pub(crate) struct Jobs {
    stops: Vec<Sender<()>>,
    ended: Receiver<()>,
}

/// Is what the jobs need besides the hall.
pub(crate) struct With {
    /// Attachments.
    pub files: FileStore,
    /// The way to a mail server, where the site has one.
    pub mailer: Option<Mailer>,
    /// What makes matters of mails, where mail comes in.
    pub mail_desk: Option<mail::incoming::Desk>,
    /// The line to a carrier of short messages, where the site has one.
    pub sms_line: Option<sms::Line>,
    /// What makes matters of short messages, where they come in.
    pub sms_desk: Option<sms::Desk>,
    /// What speaks with a chat, where the site has one.
    pub chat: Option<Chat>,
    /// What puts recordings of calls where they belong, where they are handed over.
    pub hotline: Option<hotline::Desk>,
    /// What is kept of the log outside the database.
    pub keeping: Keeping,
    /// What tells other sites.
    pub exchange: exchange::Sender,
    /// Who this process is among those that work on one database.
    pub holder: Uuid,
    /// The way to the log's witnesses, where it has some.
    pub cosigning: Option<Cosigning>,
    /// The index of the words of matters, where this process serves pages.
    pub finder: Option<Arc<Finder>>,
    /// Issues of what residents say, where this process serves pages.
    pub hearing: Option<Arc<Hearing>>,
    /// What is learned from decided matters, where this process reads texts.
    pub lessons: Option<Lessons>,
}

impl With {
    /// Takes everything from the configuration.
    pub(crate) fn of(config: &Config, hall: &Hall, watch: &Arc<Watch>) -> Result<Self, Fault> {
        // on SQLite whoever has the lock is alone: what a process before held is its own, and letters wait for no lease to end
        let alone = !matches!(config.data_target(), Target::Postgres { .. });
        let holder = if alone { Uuid::nil() } else { civic::chance::id_plain(&mut hall.site.chance()) };
        Ok(Self {
            holder,
            exchange: config.sender(holder, EXCHANGE_WAIT)?,
            sms_line: config.sms_line(hall, holder)?,
            sms_desk: config.sms_desk(hall, holder)?,
            chat: config.chat(hall, holder)?,
            hotline: config.hotline_desk(hall)?,
            files: FileStore::open(config.files())?,
            mailer: config.mailer(&hall.site)?,
            mail_desk: config.mail_desk(hall)?,
            keeping: Keeping::begin(config, hall, watch),
            cosigning: Cosigning::of(config, hall, watch)?,
            finder: None,
            hearing: None,
            lessons: None,
        })
    }
}

impl Jobs {
    /// Starts threads that do what is due, again and again.
    pub(crate) fn start(hall: &Hall, with: With, every: Duration) -> Result<Self, Fault> {
        let (end, ended) = channel();
        let With {
            files,
            mailer,
            mail_desk,
            sms_line,
            sms_desk,
            chat,
            hotline,
            exchange: sender,
            holder,
            mut keeping,
            cosigning,
            finder,
            hearing,
            lessons,
        } = with;
        let (time, mut swept) = (hall.clone(), None);
        let terms = move || round(&time).and_then(|()| sweep(&time, &files, &mut swept));
        let mut stops = vec![repeat("jobs", every, end.clone(), terms)?];
        stops.push(repeat("mark", every, end.clone(), move || keeping.round())?);
        if let Some(mut cosigning) = cosigning {
            stops.push(repeat("witnesses", every, end.clone(), move || cosigning.round())?);
        }
        if let Some(finder) = finder {
            let (hall, mut purged, mut left_out) = (hall.clone(), None, 0);
            stops.push(repeat("index", INDEX_EVERY, end.clone(), move || {
                if left_out > 0 {
                    left_out -= 1;
                    return Ok(());
                }
                let events = index(&hall, &finder, &mut purged)?;
                left_out = if events < INDEX_BUSY_EVENTS { 0 } else { INDEX_LEFT_OUT };
                Ok(())
            })?);
        }
        stops.extend(figures(hall, every, &end)?);
        if let Some(hearing) = hearing {
            let hall = hall.clone();
            stops.push(repeat("issues", ISSUES_EVERY, end.clone(), move || hearing.round(&hall, holder).map(drop))?);
        }
        if let Some(mut lessons) = lessons {
            stops.push(repeat("lessons", every, end.clone(), move || lessons.round())?);
        }
        if let Some(desk) = mail_desk {
            stops.push(repeat("mail in", MAIL_IN_EVERY, end.clone(), move || take_mail(&desk))?);
        }
        if let Some(desk) = sms_desk {
            stops.push(repeat("sms in", SMS_EVERY, end.clone(), move || take_sms(&desk))?);
        }
        stops.extend(speak(chat, every, &end)?);
        if let Some(desk) = hotline {
            stops.push(repeat("hotline", SMS_EVERY, end.clone(), move || take_recordings(&desk))?);
        }
        if let Some(mut line) = sms_line {
            stops.push(repeat("sms", SMS_EVERY, end.clone(), move || send_sms(&mut line))?);
        }
        let told = hall.clone();
        stops.push(repeat("exchange", every, end.clone(), move || tell_sites(&told, &sender))?);
        let (told, teller) = (hall.clone(), hook::Teller::new(holder, HOOK_WAIT));
        stops.push(repeat("hooks", every, end.clone(), move || tell(&told, &teller))?);
        if let Some(mailer) = mailer {
            let hall = hall.clone();
            stops.push(repeat("mail", every, end, move || send(&hall, &mailer, holder))?);
        }
        Ok(Self { stops, ended })
    }

    /// Lets the running rounds end, and then the threads. One that takes longer is left behind: its step is done again.
    pub(crate) fn stop(self, within: Duration) {
        let until = Instant::now() + within;
        drop(self.stops);
        while let Ok(()) = self.ended.recv_timeout(until.saturating_duration_since(Instant::now())) {}
    }
}

/// Starts the threads that count what was there before boards were, and that publish reports.
fn figures(hall: &Hall, every: Duration, end: &Sender<()>) -> Result<[Sender<()>; 2], Fault> {
    let (counted, reported, mut editions) = (hall.clone(), hall.clone(), Editions::default());
    let count = repeat("figures", every, end.clone(), move || appeals::rebuild::count(&counted))?;
    Ok([count, repeat("reports", every, end.clone(), move || editions.round(&reported))?])
}

/// Starts the threads of a chat, where the site has one.
fn speak(chat: Option<Chat>, every: Duration, end: &Sender<()>) -> Result<Vec<Sender<()>>, Fault> {
    let Some(Chat { desk, mut line, teller, .. }) = chat else { return Ok(Vec::new()) };
    Ok(vec![
        repeat("chat in", SMS_EVERY, end.clone(), move || take_chat(&desk))?,
        repeat("chat", SMS_EVERY, end.clone(), move || send_chat(&mut line))?,
        repeat("chat groups", every, end.clone(), move || teller.round().map(drop))?,
    ])
}

/// Starts a thread that runs a job again and again until the sender it returns is gone; then it says so.
fn repeat(
    name: &str,
    every: Duration,
    end: Sender<()>,
    mut job: impl FnMut() -> Result<(), Fault> + Send + 'static,
) -> Result<Sender<()>, Fault> {
    let (stop, stopped) = channel::<()>();
    let run = move || {
        loop {
            if let Err(fault) = job() {
                tracing::error!(error = %fault, cause = ?std::error::Error::source(&fault), "a job failed; it is tried again");
            }
            if stopped.recv_timeout(every) != Err(RecvTimeoutError::Timeout) {
                let _nobody_waits_any_more = end.send(());
                return;
            }
        }
    };
    thread::Builder::new().name(name.to_owned()).spawn(run).context("while starting the jobs")?;
    Ok(stop)
}

/// Does everything that is due at this moment.
fn round(hall: &Hall) -> Result<(), Fault> {
    for _ in 0..ROUNDS_MAX {
        let (site, now) = (hall.site.clone(), hall.clock.now());
        if hall.store.write_blocking(move |tx| appeals::tick::tick(tx, &site, now))? == 0 {
            break;
        }
    }
    for _ in 0..ROUNDS_MAX {
        let (site, now) = (hall.site.clone(), hall.clock.now());
        if hall.store.write_blocking(move |tx| oversight::dossier::run::night(tx, &site, now))? == 0 {
            break;
        }
    }
    let (site, now) = (hall.site.clone(), hall.clock.now());
    hall.store.write_blocking(move |tx| {
        let mut chance = site.chance();
        civic::rules::announce(tx, &site, now, &mut chance)?;
        session::sweep(tx, site.jurisdiction, now)?;
        again::sweep(tx, site.jurisdiction, now)?;
        news::sweep(tx, site.jurisdiction, now)?;
        second::sweep(tx, site.jurisdiction, now)?;
        appeals::disclose::sweep(tx, site.jurisdiction, now)?;
        guess::sweep(tx, site.jurisdiction, now)?;
        draft::sweep(tx, site.jurisdiction, now)?;
        sms::sweep(tx, site.jurisdiction, now)?;
        forum::proof::sweep(tx, site.jurisdiction, now)?;
        let kept = i64::from(site.rules().term(KEEP_CALL).value) * DAY_SECONDS;
        civic::hotline::fade(tx, site.jurisdiction, (now - SignedDuration::from_secs(kept), now))?;
        let kept = i64::from(site.rules().term(KEEP_MESSAGE).value) * DAY_SECONDS;
        inbox::sweep(tx, site.jurisdiction, now - SignedDuration::from_secs(kept)).map(drop)
    })?;
    forum::run::finish(hall)?;
    oversight::reception::run::forget(hall, hall.clock.now())?;
    for _ in 0..ROUNDS_MAX {
        if insight::consult::tell::round(hall, hall.clock.now())? == 0 {
            break;
        }
    }
    insight::consult::tell::forget(hall, hall.clock.now())?;
    appeals::erase::finish(hall).map(drop)
}

/// Takes into the index of words what happened, until nothing is left; once an hour what was erased goes from its files. Returns
/// how many events it took in.
fn index(hall: &Hall, finder: &Finder, purged: &mut Option<i64>) -> Result<usize, Fault> {
    let mut events = 0;
    for _ in 0..ROUNDS_MAX {
        let taken = finder.step(hall)?;
        events += taken.events;
        if !taken.more {
            break;
        }
    }
    let hour = hall.clock.now().as_second() / HOUR_SECONDS;
    if purged.replace(hour) != Some(hour) {
        finder.purge()?;
    }
    Ok(events)
}

/// Sends what waits, until nothing does.
fn send(hall: &Hall, mailer: &Mailer, holder: Uuid) -> Result<(), Fault> {
    for _ in 0..ROUNDS_MAX {
        if mail::round(hall, mailer, holder)? == mail::Round::default() {
            break;
        }
    }
    Ok(())
}

/// Tells programs of others what became of what they sent, until they know all of it.
fn tell(hall: &Hall, teller: &hook::Teller) -> Result<(), Fault> {
    for _ in 0..ROUNDS_MAX {
        if teller.round(hall)?.taken == 0 {
            break;
        }
    }
    Ok(())
}

/// Tells other sites what they are to hear, until they know all of it.
fn tell_sites(hall: &Hall, sender: &exchange::Sender) -> Result<(), Fault> {
    for _ in 0..ROUNDS_MAX {
        if sender.round(hall)?.answered == 0 {
            break;
        }
    }
    Ok(())
}

/// Makes something of the mails that wait, until none does.
fn take_mail(desk: &mail::incoming::Desk) -> Result<(), Fault> {
    while mail::incoming::round(desk)? != mail::incoming::Round::default() {}
    Ok(())
}

/// Sends the short messages that wait, until none does.
fn send_sms(line: &mut sms::Line) -> Result<(), Fault> {
    for _ in 0..ROUNDS_MAX {
        if line.round()? == sms::Sent::default() {
            break;
        }
    }
    Ok(())
}

/// Makes something of the short messages that wait, until none does.
fn take_sms(desk: &sms::Desk) -> Result<(), Fault> {
    while sms::round(desk)? != sms::Round::default() {}
    Ok(())
}

/// Sends the messages of a chat that wait, until none does.
fn send_chat(line: &mut chat::Line) -> Result<(), Fault> {
    for _ in 0..ROUNDS_MAX {
        if line.round()? == chat::Sent::default() {
            break;
        }
    }
    Ok(())
}

/// Makes something of the messages of a chat that wait, until none does.
fn take_chat(desk: &chat::Desk) -> Result<(), Fault> {
    while chat::round(desk)? != chat::Round::default() {}
    Ok(())
}

/// Puts the recordings that wait where they belong, until none is due.
fn take_recordings(desk: &hotline::Desk) -> Result<(), Fault> {
    while hotline::round(desk)? != hotline::Round::default() {}
    Ok(())
}

/// Removes files that nothing names, and pictures of boxes whose time is over, at most once an hour.
fn sweep(hall: &Hall, files: &FileStore, swept: &mut Option<i64>) -> Result<(), Fault> {
    let now = hall.clock.now();
    let hour = now.as_second() / HOUR_SECONDS;
    if swept.replace(hour) == Some(hour) {
        return Ok(());
    }
    let removed = files.sweep(now, |address| {
        let address = address.as_str().to_owned();
        let site = hall.site.clone();
        hall.store.read_blocking(move |tx| appeals::store::names_file(tx, &site, now, &address))
    })?;
    if removed > 0 {
        tracing::info!(removed, "files that nothing names were removed");
    }
    Ok(())
}
