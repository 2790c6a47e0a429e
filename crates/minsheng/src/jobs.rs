//! What happens by itself: terms that end, days that are closed, sessions and drafts that expire.
//!
//! Each step happens once, however often it is run, so a process that dies in the middle loses nothing.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use civic::hall::Hall;
use civic::{draft, session};
use db::{Context, Fault};

/// Rounds of one kind in a row, so that the others get their turn.
const ROUNDS_MAX: usize = 50;

/// Is the running thread of jobs.
pub(crate) struct Jobs {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Jobs {
    /// Starts a thread that does what is due, again and again.
    pub(crate) fn start(hall: Hall, every: Duration) -> Result<Self, Fault> {
        let (stop, stopped) = channel();
        let run = move || {
            loop {
                if let Err(fault) = round(&hall) {
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

/// Does everything that is due at this moment.
fn round(hall: &Hall) -> Result<(), Fault> {
    for _ in 0..ROUNDS_MAX {
        let (site, now) = (hall.site.clone(), hall.clock.now());
        if hall.store.write_blocking(move |tx| appeals::tick::tick(tx, &site, now))? == 0 {
            break;
        }
    }
    let (jurisdiction, now) = (hall.site.jurisdiction, hall.clock.now());
    hall.store.write_blocking(move |tx| {
        session::sweep(tx, jurisdiction, now)?;
        draft::sweep(tx, jurisdiction, now).map(drop)
    })
}
