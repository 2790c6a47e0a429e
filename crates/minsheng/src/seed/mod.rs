//! A big database: very many matters of the invented county, made by the same commands as everything else, in bulk.
//!
//! What happens follows from the seed and the day it ends with: the same two make the same public log, entry by entry, on
//! either engine. One thread invents the lives of matters, the writer plays them, some thousand steps in one commit.

mod lives;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use appeals::tick::tick;
use civic::chance::{self, Chance};
use civic::hall::Hall;
use civic::journal;
use civic::site::Site;
use data_encoding::HEXLOWER;
use db::{Context, Fault, Tx};
use jiff::ToSpan;
use jiff::civil::Date;
use rand_core::SeedableRng;
use tlog::checkpoint::Checkpoint;

use crate::demo::play::{self, Book, NIGHT, Part};
use crate::demo::setting::Setting;
use crate::demo::{account, found, sample, story};
use lives::Lives;

/// Parts of days that wait for the writer, so that memory stays small.
const PARTS_WAITING: usize = 2;

/// Says how much of a life each matter has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// From the filing to the closing, spread over months.
    Full,
    /// Filed and offered to another office, all on the last day.
    Short,
}

/// Says what to make.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// How many matters.
    pub matters: usize,
    /// What is invented follows from this.
    pub seed: u64,
    /// How much of a life each has.
    pub form: Form,
    /// Days over which they are spread.
    pub days: i64,
    /// The day at whose beginning it all ends.
    pub until: Date,
}

impl Plan {
    /// Returns the chance of the keys and of everything drawn in the house: it follows from the seed as well.
    pub fn own_seed(&self) -> [u8; 32] {
        chance::bytes(&mut Chance::seed_from_u64(self.seed))
    }
}

/// Says what was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Entries of the public log.
    pub entries: u64,
    /// Root of the public log, hexadecimal.
    pub root: String,
    /// Matters to try.
    pub samples: Vec<sample::Sample>,
}

/// Is what the writer gets at once.
struct Work {
    /// Matters that begin: number and story.
    begin: Vec<(usize, String)>,
    /// What happens.
    part: Part,
    /// Matters that no act is to come for.
    aside: Vec<usize>,
    /// Matters that nothing more is told of.
    strike: Vec<usize>,
}

/// Fills an empty site. `progress` hears how many matters have begun.
pub fn fill(hall: &Hall, plan: &Plan, progress: &mut dyn FnMut(usize)) -> Result<Made, Fault> {
    let first = plan.until.saturating_sub(plan.days.days());
    found(hall, (first.saturating_sub(1.day()), plan.until))?;
    let now = plan.until.to_zoned_datetime(hall.site.zone.clone());
    let now = now.map_err(|_| Fault::other("the last day is out of range"))?.timestamp();
    let setting = Setting::of(&hall.site, now);
    let (send, parts) = sync_channel::<Work>(PARTS_WAITING);
    let stories = story::all();
    let book = thread::scope(|scope| {
        let (site, setting, stories) = (&*hall.site, &setting, &stories);
        let invent = move || {
            // the other end is gone when the writer failed, which is told there
            Lives::new(site, (setting, stories), *plan).try_for_each(|work| send.send(work)).ok();
        };
        thread::Builder::new().name("lives".to_owned()).spawn_scoped(scope, invent).context("while starting to invent")?;
        play_all(hall, parts, progress)
    })?;
    account::open(hall, now)?;
    let samples = sample::pick(hall, plan.until, &book)?;
    let jurisdiction = hall.site.jurisdiction;
    let head = hall.store.read_blocking(move |tx| journal::head(tx, jurisdiction))?;
    let (entries, note) = head.ok_or_else(|| Fault::other("the site has no log"))?;
    let checkpoint = Checkpoint::peek(&note).map_err(|wrong| Fault::other(wrong.to_string()))?;
    Ok(Made { entries, root: HEXLOWER.encode(&checkpoint.root), samples })
}

/// Plays what is invented. The receiver ends with this, so that inventing ends with a failure as well.
fn play_all(hall: &Hall, parts: Receiver<Work>, progress: &mut dyn FnMut(usize)) -> Result<Book, Fault> {
    let (mut book, mut begun) = (Book::default(), 0);
    while let Ok(Work { begin, part, aside, strike }) = parts.recv() {
        begun += begin.len();
        for (number, story) in &begin {
            book.enter(*number, story);
        }
        let site = Arc::clone(&hall.site);
        // one command, and so one commit, for the night and what follows: without a savepoint its length costs nothing
        let played = hall.store.write_all_blocking([move |tx: &mut Tx<'_>| {
            if part.night {
                pass(tx, &site, part.day)?;
            }
            play::play(tx, &site, Part { night: false, ..part }, &mut book).map(|()| book)
        }])?;
        book = played.into_iter().next().ok_or_else(|| Fault::other("a part was played and its book is gone"))?;
        for number in aside {
            book.lay_aside(number);
        }
        for number in strike {
            book.strike(number);
        }
        progress(begun);
    }
    Ok(book)
}

/// Lets a night pass: what is due happens by itself.
fn pass(tx: &mut Tx<'_>, site: &Site, day: Date) -> Result<(), Fault> {
    let midnight = day.to_zoned_datetime(site.zone.clone()).map_err(|_| Fault::other("a day has no beginning"))?;
    let now = midnight.timestamp() + NIGHT;
    while tick(tx, site, now)? > 0 {}
    Ok(())
}
