//! From the wire to what is durable: what came is kept before anything more is read, and nobody has looked into it yet.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use civic::file::FileStore;
use civic::hall::Hall;
use civic::inbox::{self, Coming};
use civic::source;
use db::Fault;
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::CHANNEL;
use super::event::{self, Heard, Message};
use super::hub::Hub;

/// Wait before what could not be kept is tried again.
const AGAIN: Duration = Duration::from_secs(1);
/// Tries to keep what came, before the link is closed.
const TRIES_MAX: usize = 60;

/// Names what may be in the way of messages themselves, among the ways.
const MESSAGES: &str = "messages";
/// Names when the other end was last heard, among the ways: what was said since is asked for when a link stands again.
const HEARD: &str = "heard";
/// How often that is noted, in microseconds.
const HEARD_MICROS: i64 = 300_000_000;
/// Time within which the same is not noted again of a way: thousands may come at once.
const NOTED: Duration = Duration::from_secs(30);

/// Remembers what was last noted of a way, and when.
type Noted = HashMap<String, (Option<&'static str>, Instant)>;

/// Is what all links and the listener work with.
pub struct Ear {
    /// Site, data, clock.
    pub hall: Hall,
    /// Where large messages are kept.
    pub files: FileStore,
    /// The links that stand.
    pub hub: Arc<Hub>,
    /// Our account's number.
    pub account: String,
    /// What both ends know.
    pub token: String,
    /// What the other end signs the events with that it posts; empty where it posts none.
    pub secret: String,
    noted: Mutex<Noted>,
    /// When the other end was last heard over a link, and when that was last noted, in microseconds; 0 before the first time.
    heard: AtomicI64,
    heard_noted: AtomicI64,
    /// One asks for what was missed.
    fetching: Semaphore,
}

impl Ear {
    /// Makes one for an account, with the token that both ends know and the secret that posts are signed with.
    pub fn new((hall, files): (Hall, FileStore), hub: Arc<Hub>, (account, token, secret): (&str, String, String)) -> Self {
        Self {
            hall,
            files,
            hub,
            account: account.to_owned(),
            token,
            secret,
            noted: Mutex::default(),
            heard: AtomicI64::new(0),
            heard_noted: AtomicI64::new(0),
            fetching: Semaphore::new(1),
        }
    }

    /// Tells whether something is to be noted: it is new, or was noted a while ago.
    fn is_news(&self, name: &str, trouble: Option<&'static str>) -> bool {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.get(name).is_some_and(|(known, at)| *known == trouble && at.elapsed() < NOTED) {
            return false;
        }
        noted.insert(name.to_owned(), (trouble, Instant::now()));
        true
    }

    /// Takes the turn to ask for what was missed; none while another asks.
    pub(super) fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.fetching.try_acquire().ok()
    }

    /// Says since when nothing was heard over a link, at the latest; none where nothing ever was.
    pub(super) async fn heard_until(self: &Arc<Self>) -> Option<Timestamp> {
        let known = self.heard.load(Ordering::Relaxed);
        if known > 0 {
            return Timestamp::from_microsecond(known).ok();
        }
        let ear = Arc::clone(self);
        let read = tokio::task::spawn_blocking(move || {
            let site = ear.hall.site.clone();
            ear.hall.store.read_blocking(move |tx| source::all(tx, &site, CHANNEL))
        });
        let all = read.await.ok()?.ok()?;
        all.into_iter().find(|one| one.name == HEARD).and_then(|one| one.reached_at)
    }

    /// Notes that something was heard over a link, now and then for good.
    pub(super) async fn heard(self: &Arc<Self>) {
        let now = self.hall.clock.now().as_microsecond();
        self.heard.store(now, Ordering::Relaxed);
        if now - self.heard_noted.load(Ordering::Relaxed) >= HEARD_MICROS {
            self.heard_noted.store(now, Ordering::Relaxed);
            self.note(HEARD.to_owned(), None).await;
        }
    }

    /// Reads what the other end said.
    pub(super) fn read(&self, said: &Value) -> Heard {
        event::read(said, &self.account, self.hall.clock.now().as_second())
    }

    /// Keeps messages, those that are here already too. Durable when this returns.
    pub(super) async fn keep(self: &Arc<Self>, messages: Vec<Message>) -> Result<(), Fault> {
        if messages.is_empty() {
            return Ok(());
        }
        let ear = Arc::clone(self);
        let well = self.is_news(MESSAGES, None);
        let done = tokio::task::spawn_blocking(move || {
            keep(&ear.hall, &ear.files, &messages)?;
            if well { ear.clear() } else { Ok(()) }
        });
        done.await.unwrap_or_else(|_| Err(Fault::other("the keeping of messages broke off")))
    }

    /// Keeps messages of a link, on which nobody is told whether they were taken: it is tried for a while, and nothing is read meanwhile.
    pub(super) async fn keep_surely(self: &Arc<Self>, messages: Vec<Message>) -> Result<(), Fault> {
        for _ in 1..TRIES_MAX {
            match self.keep(messages.clone()).await {
                Ok(()) => return Ok(()),
                Err(error) => tracing::warn!(%error, "messages of a chat could not be kept; it is tried again"),
            }
            tokio::time::sleep(AGAIN).await;
        }
        self.keep(messages).await
    }

    /// Forgets that the other end's clock was far off: what it says now can be true.
    fn clear(&self) -> Result<(), Fault> {
        let (site, now) = (self.hall.site.clone(), self.hall.clock.now());
        let of = site.clone();
        let all = self.hall.store.read_blocking(move |tx| source::all(tx, &of, CHANNEL))?;
        if !all.iter().any(|one| one.name == MESSAGES && one.trouble.is_some()) {
            return Ok(());
        }
        self.hall.store.write_blocking(move |tx| source::reached(tx, &site, (CHANNEL, MESSAGES), (0, 0), now))
    }

    /// Notes that a message came whose time cannot be true.
    pub(super) async fn odd(self: &Arc<Self>) {
        self.note(MESSAGES.to_owned(), Some("clock")).await;
    }

    /// Notes how it stands with a way to the other end: nothing in the way, or what, by a code.
    pub(super) async fn note(self: &Arc<Self>, name: String, trouble: Option<&'static str>) {
        if !self.is_news(&name, trouble) {
            return;
        }
        let ear = Arc::clone(self);
        let noted = tokio::task::spawn_blocking(move || {
            let (site, now) = (ear.hall.site.clone(), ear.hall.clock.now());
            ear.hall.store.write_blocking(move |tx| match trouble {
                None => source::reached(tx, &site, (CHANNEL, &name), (0, 0), now),
                Some(trouble) => source::failed(tx, &site, (CHANNEL, &name), trouble, now),
            })
        });
        if !matches!(noted.await, Ok(Ok(()))) {
            tracing::warn!("how it stands with the chat could not be noted");
        }
    }
}

fn keep(hall: &Hall, files: &FileStore, messages: &[Message]) -> Result<(), Fault> {
    let (site, now, jurisdiction) = (&hall.site, hall.clock.now(), hall.site.jurisdiction);
    let names: Vec<Vec<u8>> = messages.iter().map(|message| message.name.clone()).collect();
    let of = site.clone();
    let known: Vec<bool> = hall.store.read_blocking(move |tx| {
        names.iter().map(|name| inbox::is_there(tx, &of, CHANNEL, name)).collect::<Result<_, Fault>>()
    })?;
    let fresh = messages.iter().zip(known).filter(|(_, known)| !known);
    let kept: Vec<Coming> = fresh
        .map(|(one, _)| Coming::seal((site, files, now), (CHANNEL, &one.name), (&one.envelope.written(), &one.content)))
        .collect::<Result<_, _>>()?;
    if kept.is_empty() {
        return Ok(());
    }
    hall.store.write_blocking(move |tx| {
        for coming in &kept {
            inbox::put(tx, jurisdiction, coming, now)?;
        }
        Ok(())
    })
}
