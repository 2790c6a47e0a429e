//! The load generator: many residents and a few clerks at once, against a demo that is running (`minsheng demo`).
//!
//! `wire` speaks HTTP, `crowd` invents who asks and what they say, `clerk` signs in, `tally` counts; each profile has a file
//! of its own. One thread does it all, so that what is measured keeps most of the machine.

use std::sync::Arc;
use std::time::{Duration, Instant};

use db::{Context, Fault};
use tokio::runtime::Builder;
use tokio::task::JoinSet;

use self::tally::{Report, Tally};
pub(crate) use self::wire::Target;
use self::wire::Wire;

mod clerk;
mod crowd;
mod desk;
mod file;
mod forum;
mod lifecycle;
mod mail;
mod open311;
mod search;
mod sms;
mod spike;
mod tally;
mod track;
mod wire;

/// What is asked of the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Profile {
    /// File appeals.
    File,
    /// File, register, accept, assign, take over, reply, rate, follow: all of it counts as one.
    Lifecycle,
    /// Read the page of one's own matter.
    Track,
    /// Read matters at the desk, words and all.
    Desk,
    /// Find matters at the desk by words.
    Search,
    /// Hand letters over by LMTP; the address is like lmtp://127.0.0.1:2424.
    Mail,
    /// Bring short messages as a carrier does by SMPP; the address is where the generator listens, like smpp://127.0.0.1:2775, and where the
    /// site's `[sms.smpp]` points to.
    Sms,
    /// Send requests as a program does (Open311).
    Open311,
    /// Read the board: its lists, topics, and now and then a search.
    Forum,
    /// File at one pace, then at twenty times as many connections, then at one again.
    Spike,
}

impl Profile {
    /// Names the profile as on the command line.
    const fn code(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Lifecycle => "lifecycle",
            Self::Track => "track",
            Self::Desk => "desk",
            Self::Search => "search",
            Self::Mail => "mail",
            Self::Sms => "sms",
            Self::Open311 => "open311",
            Self::Forum => "forum",
            Self::Spike => "spike",
        }
    }
}

/// Is what to do.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// What is asked.
    pub(crate) profile: Profile,
    /// Connections at once.
    pub(crate) connections: usize,
    /// How long, in seconds.
    pub(crate) seconds: u64,
    /// Where the demo is.
    pub(crate) target: Target,
    /// What is invented follows from this.
    pub(crate) seed: u64,
}

/// Runs the plan.
pub(crate) fn run(plan: Plan) -> Result<Report, Fault> {
    let runtime = Builder::new_current_thread().enable_all().build().context("while starting the runtime")?;
    runtime.block_on(async move {
        let plan = Arc::new(plan);
        match plan.profile {
            Profile::File => file::run(&plan).await,
            Profile::Lifecycle => lifecycle::run(&plan).await,
            Profile::Track => track::run(&plan).await,
            Profile::Desk => desk::run(&plan).await,
            Profile::Search => search::run(&plan).await,
            Profile::Mail => mail::run(&plan).await,
            Profile::Sms => sms::run(&plan).await,
            Profile::Open311 => open311::run(&plan).await,
            Profile::Forum => forum::run(&plan).await,
            Profile::Spike => spike::run(&plan).await,
        }
    })
}

/// Is one connection of the plan, with what it counts.
struct Hand {
    /// Its number, from 0.
    number: usize,
    /// Its way to the site.
    wire: Wire,
    /// When it stops.
    until: Instant,
    /// What it counted.
    tally: Tally,
}

/// Lets every connection act until the time is over, and adds up what they counted.
async fn until_over<A, F>(plan: &Arc<Plan>, numbers: std::ops::Range<usize>, lasting: Duration, act: A) -> Result<Tally, Fault>
where
    A: Fn(Hand) -> F,
    F: Future<Output = Tally> + Send + 'static,
{
    let until = Instant::now() + lasting;
    let mut all = JoinSet::new();
    for number in numbers {
        all.spawn(act(Hand { number, wire: Wire::new(&plan.target), until, tally: Tally::default() }));
    }
    let mut whole = Tally::default();
    while let Some(one) = all.join_next().await {
        whole.add(one.map_err(|error| Fault::other("a connection of the load broke").caused_by(error))?);
    }
    Ok(whole)
}
