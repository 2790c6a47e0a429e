//! Looking into files, and reading mails, in a child process of the same program that has nothing: no files, no network, little memory, little
//! time. One child for one file, so that whatever a file makes of its child, no other resident's file passes through it.
//! The file goes in by a pipe and the copy comes out by a pipe.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use civic::file::{self, ANSWER_BYTES_MAX, Decode, Decoded, FILE_BYTES_MAX};
use civic::refusal::{No, Refusal};
use db::{Context, Fault, FaultKind};
use rustix::process::{Pid, Signal, kill_process};

mod attempt;
mod cage;
mod readers;
mod turn;

pub use attempt::Attempt;
pub use cage::Cage;
pub use readers::{Readers, child as reader};
use turn::Turns;

/// Name of the command that is the child.
pub const COMMAND: &str = "decode";
/// This program, also when its file was replaced since it started.
const OWN_PROGRAM: &str = "/proc/self/exe";
/// Children at one time; further files wait for one to end.
const CHILDREN_MAX: usize = 4;
/// Children that look into one file, one after the other, before it is called broken.
const CHILDREN_OF_FILE_MAX: usize = 2;
/// Longest time one child may take, and longest time a file waits for its turn.
const WAIT_MAX: Duration = Duration::from_secs(10);
/// Computing time one child may take, in seconds.
const CPU_SECONDS_MAX: u64 = 5;
/// Has the allocator of a child take memory when it needs it: the 1 GiB it would take at its birth is more than a child may write to, so
/// that nothing could be had afterwards.
const TAKE_WHEN_NEEDED: (&str, &str) = ("MIMALLOC_ARENA_EAGER_COMMIT", "0");

/// Is the child: closes itself in, reads a file, answers, ends.
pub fn child(cpu_seconds: u64, attempt: Option<Attempt>) {
    // what a broken file said must not reach the log
    std::panic::set_hook(Box::new(|_| {}));
    let cage = Cage::close(cpu_seconds);
    if let Some(attempt) = attempt {
        say(format!("{cage}\n").as_bytes());
        attempt.run();
        say(b"survived\n");
        return;
    }
    let mut bytes = Vec::new();
    let read = io::stdin().lock().take(FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes);
    if read.is_err() {
        std::process::exit(1);
    }
    say(&file::answer(file::decode(&bytes)));
}

/// Returns the command that starts a child: nothing of this process's environment, two pipes, no third way out.
fn command(program: &Path, attempt: Option<Attempt>, cpu_seconds: u64) -> Command {
    let mut command = Command::new(program);
    command.arg(COMMAND).arg("--cpu-seconds").arg(cpu_seconds.to_string());
    if let Some(attempt) = attempt {
        command.arg("--attempt").arg(attempt.word());
    }
    let (name, value) = TAKE_WHEN_NEEDED;
    command.env_clear().env(name, value).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// Writes to the parent, if it still listens.
fn say(bytes: &[u8]) {
    let mut out = io::stdout().lock();
    let said = out.write_all(bytes).and_then(|()| out.flush());
    if said.is_err() {
        std::process::exit(1);
    }
}

/// Looks into files in closed children.
#[derive(Debug)]
pub struct Children {
    program: PathBuf,
    wait: Duration,
    cpu_seconds: u64,
    attempt: Option<Attempt>,
    looks: usize,
    turns: Turns,
}

impl Default for Children {
    fn default() -> Self {
        Self {
            program: OWN_PROGRAM.into(),
            wait: WAIT_MAX,
            cpu_seconds: CPU_SECONDS_MAX,
            attempt: None,
            looks: CHILDREN_OF_FILE_MAX,
            turns: Turns::new(CHILDREN_MAX),
        }
    }
}

impl Decode for Children {
    fn decode(&self, bytes: &[u8]) -> Result<Decoded, No> {
        if bytes.is_empty() || bytes.len() > FILE_BYTES_MAX {
            return Ok(file::decode(bytes)?);
        }
        // the threads that serve must not stand still meanwhile
        if let Some(decoded) = tokio::task::block_in_place(|| self.look_into(bytes))? {
            return Ok(decoded?);
        }
        tracing::warn!(bytes = bytes.len(), "a file could not be looked into; its child died, or was stopped");
        Err(file::unreadable().into())
    }
}

impl Children {
    /// Looks into files with a program that may be another one than this.
    pub fn of(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), ..Self::default() }
    }

    /// Has every child try something forbidden instead, and waits no longer than this: to see what then becomes of a file.
    #[must_use]
    pub fn trying(self, attempt: Attempt, wait: Duration) -> Self {
        Self { attempt: Some(attempt), wait, ..self }
    }

    /// Has no second child look where the first one died: to see how often one does.
    #[must_use]
    pub fn once(self) -> Self {
        Self { looks: 1, ..self }
    }

    /// Has a file looked into. A machine without time to spare ends innocent children too, so another one has a look before a
    /// file is called broken, which is what `None` says; and where a child had used up no computing time of its own when it was
    /// stopped, nothing is known of the file: the site is busy.
    fn look_into(&self, bytes: &[u8]) -> Result<Option<Result<Decoded, Refusal>>, Fault> {
        let _turn = self.turns.wait(self.wait)?;
        let mut late = false;
        for _ in 0..self.looks {
            let (said, stopped) = self.ask(bytes)?;
            if let Some(decoded) = file::read_answer(&said) {
                return Ok(Some(decoded));
            }
            late |= stopped;
        }
        if late { Err(Fault::new(FaultKind::Busy, "there was no time to look into a file")) } else { Ok(None) }
    }

    /// Hands bytes to a child of its own and returns what it said until it ended or was stopped, and whether it was stopped
    /// because its time was over.
    fn ask(&self, bytes: &[u8]) -> Result<(Vec<u8>, bool), Fault> {
        let mut child = self.start().context("while starting the child that looks into a file")?;
        let said = self.talk(&mut child, bytes);
        let ended = child.wait().context("while waiting for the child that looks into a file")?;
        // one that was told to try something forbidden is to end like this
        if !ended.success() && self.attempt.is_none() {
            tracing::warn!(%ended, bytes = bytes.len(), "a child that looks into a file did not end well");
        }
        Ok(said)
    }

    fn start(&self) -> io::Result<Child> {
        command(&self.program, self.attempt, self.cpu_seconds).spawn()
    }

    /// Writes everything, reads everything; ends the child when its time is over or it says too much.
    fn talk(&self, child: &mut Child, bytes: &[u8]) -> (Vec<u8>, bool) {
        let pid = Pid::from_child(child);
        let (input, output) = (child.stdin.take(), child.stdout.take());
        watched((pid, self.wait), || {
            let mut said = Vec::new();
            // a child that died reads no more; what it said until then is read all the same
            if let Some(mut input) = input {
                let _died = input.write_all(bytes);
            }
            if let Some(output) = output {
                let read = output.take(ANSWER_BYTES_MAX as u64 + 1).read_to_end(&mut said);
                if read.is_err() || said.len() > ANSWER_BYTES_MAX {
                    stop(pid);
                }
            }
            said
        })
    }
}

/// Speaks with a child; ends the child when its time is over, and tells whether it was.
fn watched<T>((pid, wait): (Pid, Duration), speak: impl FnOnce() -> T) -> (T, bool) {
    let (ended, end) = channel::<()>();
    let late = AtomicBool::new(false);
    let said = thread::scope(|scope| {
        let late = &late;
        scope.spawn(move || {
            if end.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                late.store(true, Ordering::Relaxed);
                stop(pid);
            }
        });
        let said = speak();
        drop(ended);
        said
    });
    (said, late.into_inner())
}

/// Ends a child that was not waited for yet, so that its number is still its own.
fn stop(pid: Pid) {
    if let Err(error) = kill_process(pid, Signal::KILL) {
        tracing::warn!(%error, "a child that looks into a file could not be stopped");
    }
}

/// Says what a child on this machine can and cannot do: what holds it, and what it got away with when it tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// What its kernel has.
    pub cage: Cage,
    /// What it got away with.
    pub survived: Vec<Attempt>,
}

impl Look {
    /// Tells whether nothing is open.
    pub fn is_shut(&self) -> bool {
        self.survived.is_empty() && self.cage.limits && self.cage.landlock && self.cage.seccomp
    }
}

/// Has children try to get out.
pub fn look() -> Result<Look, Fault> {
    look_with(&Children::default())
}

/// Has children of a program try to get out.
pub fn look_with(children: &Children) -> Result<Look, Fault> {
    let mut look = Look { cage: Cage { limits: true, landlock: true, seccomp: true }, survived: Vec::new() };
    for attempt in [Attempt::Open, Attempt::Connect, Attempt::Fork] {
        let said = Children::of(&children.program).trying(attempt, children.wait).ask(b"")?.0;
        let said = String::from_utf8_lossy(&said);
        let cage = said.lines().next().and_then(Cage::parse);
        look.cage = cage.ok_or_else(|| Fault::other("the child that looks into files says nothing"))?;
        if said.contains("survived") {
            look.survived.push(attempt);
        }
    }
    Ok(look)
}

/// Looks, on a thread of its own, and warns of what is open.
pub fn warn_of_gaps() -> Result<(), Fault> {
    let warn = || match look() {
        Ok(look) if look.is_shut() => {}
        Ok(look) => tracing::warn!(
            holds = %look.cage, survived = ?look.survived,
            "the child that looks into files is not closed on this kernel; see `minsheng doctor`"
        ),
        Err(fault) => tracing::error!(error = %fault, "no child can be started, so no file will be taken"),
    };
    thread::Builder::new().name("cage".to_owned()).spawn(warn).map(drop).context("while starting a thread")
}
