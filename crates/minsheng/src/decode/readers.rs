//! Closed children that read mails, one mail after another, for a process for each mail would cost more than the mail (decision 0049).
//! A child is let go after a number of mails and after a large one; one that dies, hangs or answers nonsense takes nothing with it but
//! its answer: the mail is given to a new child that has read no other, and only what that one cannot read either cannot be read.

use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use channels::mail::incoming::{MAIL_BYTES_MAX, Mail, Reader, ask, hear, serve};
use db::{Context, Fault, FaultKind};
use rustix::process::Pid;

use super::turn::Turns;
use super::{Attempt, Cage, OWN_PROGRAM, WAIT_MAX, command, stop, watched};

/// Children at one time; further mails wait for one of them.
const READERS_MAX: usize = 4;
/// Mails one child reads before it is let go.
const MAILS_OF_CHILD_MAX: usize = 200;
/// Largest mail after which a child is kept, in bytes: what a larger one took of its memory is given back.
const KEPT_BYTES_MAX: usize = 256 * 1024;
/// Computing time of one child with all its mails, in seconds.
const CPU_SECONDS_MAX: u64 = 10;

/// Is the child: closes itself in and reads mails until nobody asks any more. One that is to try something forbidden does that when it is
/// asked first.
pub fn child(cpu_seconds: u64, attempt: Option<Attempt>) {
    // what a broken mail said must not reach the log
    std::panic::set_hook(Box::new(|_| {}));
    Cage::close(cpu_seconds);
    let (mut input, mut output) = (BufReader::new(io::stdin().lock()), io::BufWriter::new(io::stdout().lock()));
    let served = match attempt {
        Some(attempt) => input.read_exact(&mut [0]).map(|()| attempt.run()),
        None => serve(&mut input, &mut output),
    };
    if served.is_err() {
        std::process::exit(1);
    }
}

/// Reads mails in closed children.
pub struct Readers {
    wait: Duration,
    turns: Turns,
    idle: Mutex<Vec<Reading>>,
    nursery: Mutex<Sender<Sender<io::Result<Child>>>>,
    started: AtomicUsize,
}

/// Is a child and what it may still read.
struct Reading {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    left: usize,
}

impl Drop for Reading {
    fn drop(&mut self) {
        stop(Pid::from_child(&self.child));
        if let Err(error) = self.child.wait() {
            tracing::warn!(%error, "a child that reads mails could not be waited for");
        }
    }
}

impl Readers {
    /// Reads mails with this program.
    pub fn start() -> Result<Self, Fault> {
        Self::of(OWN_PROGRAM, None, WAIT_MAX)
    }

    /// Reads mails with a program that may be another one than this, and waits no longer than this for one. Has every child try something
    /// forbidden instead, where one is named.
    pub fn of(program: impl Into<PathBuf>, attempt: Option<Attempt>, wait: Duration) -> Result<Self, Fault> {
        let (program, (nursery, wanted)) = (program.into(), channel::<Sender<io::Result<Child>>>());
        // a child ends with the thread that started it, so one thread starts all of them and stays as long as this
        let starting = move || wanted.iter().for_each(|wanted| drop(wanted.send(start(&program, attempt))));
        thread::Builder::new().name("readers".to_owned()).spawn(starting).context("while starting a thread")?;
        let (turns, nursery) = (Turns::new(READERS_MAX), Mutex::new(nursery));
        Ok(Self { wait, turns, idle: Mutex::default(), nursery, started: AtomicUsize::new(0) })
    }

    /// Returns how many children were started so far.
    pub fn started(&self) -> usize {
        self.started.load(Ordering::Relaxed)
    }

    fn idle(&self) -> Option<Reading> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn fresh(&self) -> Result<Reading, Fault> {
        let (send, started) = channel();
        let nursery = self.nursery.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let gone = || Fault::other("the thread that starts children is gone");
        nursery.send(send).map_err(|_| gone())?;
        let child = started.recv().map_err(|_| gone())?;
        let mut child = child.context("while starting the child that reads mails")?;
        self.started.fetch_add(1, Ordering::Relaxed);
        let pipes = (child.stdin.take(), child.stdout.take());
        let (Some(input), Some(output)) = pipes else { return Err(Fault::other("a child has no pipes")) };
        Ok(Reading { child, input, output: BufReader::new(output), left: MAILS_OF_CHILD_MAX })
    }

    /// Has a child read a mail. `None`: it did not; and whether it was stopped because its time was over.
    fn try_with(&self, mut reading: Reading, mail: &[u8]) -> (Option<Mail>, bool) {
        let pid = Pid::from_child(&reading.child);
        let (said, late) = watched((pid, self.wait), || {
            // one that died reads no more, and says nothing either
            ask(&mut reading.input, mail).and_then(|()| hear(&mut reading.output))
        });
        let read = said.ok().filter(|_| !late);
        reading.left -= 1;
        if read.is_some() && reading.left > 0 && mail.len() <= KEPT_BYTES_MAX {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(reading);
        }
        (read, late)
    }
}

impl Reader for Readers {
    fn parse(&self, mail: &[u8]) -> Result<Option<Mail>, Fault> {
        if mail.len() > MAIL_BYTES_MAX {
            return Ok(None);
        }
        let _turn = self.turns.wait(self.wait)?;
        let first = self.idle().map_or_else(|| self.fresh(), Ok)?;
        let (read, late) = self.try_with(first, mail);
        if read.is_some() {
            return Ok(read);
        }
        // what the first one had read before may have been to blame, or a machine without time to spare
        let (read, late_again) = self.try_with(self.fresh()?, mail);
        if read.is_none() {
            tracing::warn!(bytes = mail.len(), "a mail could not be read; its children died, or were stopped");
            if late || late_again {
                return Err(Fault::new(FaultKind::Busy, "there was no time to read a mail"));
            }
        }
        Ok(read)
    }
}

fn start(program: &Path, attempt: Option<Attempt>) -> io::Result<Child> {
    command(program, attempt, CPU_SECONDS_MAX).arg("--mails").spawn()
}
