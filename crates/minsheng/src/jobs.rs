//! What happens by itself: terms that end, days that are closed, letters that go out, sessions, drafts and orphaned files
//! that expire.
//!
//! Each step happens once, however often it is run, so a process that dies in the middle loses nothing.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use channels::mail::{self, Mailer};
use civic::file::FileStore;
use civic::hall::Hall;
use civic::{draft, session};
use db::{Context, Fault};

/// Rounds of one kind in a row, so that the others get their turn.
const ROUNDS_MAX: usize = 50;

/// Seconds in an hour.
const HOUR_SECONDS: i64 = 3_600;

/// Is the running thread of jobs.
pub(crate) struct Jobs {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Jobs {
    /// Starts a thread that does what is due, again and again.
    pub(crate) fn start(hall: Hall, with: With, every: Duration) -> Result<Self, Fault> {
        let (stop, stopped) = channel();
        let run = move || {
            let mut swept = None;
            loop {
                let done = round(&hall, &with).and_then(|()| sweep(&hall, &with, &mut swept));
                if let Err(fault) = done {
                    tracing::error!(error = %fault, cause = ?std::error::Error::source(&fault), "a job failed; it is tried again");
                }
                if stopped.recv_timeout(every) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("jobs".to_owned()).spawn(run).context("while starting the jobs")?;
        Ok(Self { stop, thread })
    }

    /// Lets the running round end, and then the thread.
    pub(crate) fn stop(self) {
        drop(self.stop);
        // a panic in it was logged by the hook
        drop(self.thread.join());
    }
}

/// Is what the jobs need besides the hall.
pub(crate) struct With {
    /// Attachments.
    pub files: FileStore,
    /// The way to a mail server, where the site has one.
    pub mailer: Option<Mailer>,
}

/// Does everything that is due at this moment.
fn round(hall: &Hall, with: &With) -> Result<(), Fault> {
    for _ in 0..ROUNDS_MAX {
        let (site, now) = (hall.site.clone(), hall.clock.now());
        if hall.store.write_blocking(move |tx| appeals::tick::tick(tx, &site, now))? == 0 {
            break;
        }
    }
    let (site, now) = (hall.site.clone(), hall.clock.now());
    hall.store.write_blocking(move |tx| {
        let mut chance = site.chance();
        civic::rules::announce(tx, &site, now, &mut chance).map(drop)
    })?;
    if let Some(mailer) = &with.mailer {
        for _ in 0..ROUNDS_MAX {
            if mail::round(hall, mailer)? == mail::Round::default() {
                break;
            }
        }
    }
    let (jurisdiction, now) = (hall.site.jurisdiction, hall.clock.now());
    hall.store.write_blocking(move |tx| {
        session::sweep(tx, jurisdiction, now)?;
        draft::sweep(tx, jurisdiction, now).map(drop)
    })
}

/// Removes files that nothing names, at most once an hour.
fn sweep(hall: &Hall, with: &With, swept: &mut Option<i64>) -> Result<(), Fault> {
    let (jurisdiction, now) = (hall.site.jurisdiction, hall.clock.now());
    let hour = now.as_second() / HOUR_SECONDS;
    if swept.replace(hour) == Some(hour) {
        return Ok(());
    }
    let removed = with.files.sweep(now, |address| {
        let address = address.as_str().to_owned();
        hall.store.read_blocking(move |tx| appeals::store::names_file(tx, jurisdiction, &address))
    })?;
    if removed > 0 {
        tracing::info!(removed, "files that nothing names were removed");
    }
    Ok(())
}
