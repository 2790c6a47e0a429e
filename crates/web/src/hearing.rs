//! Issues of what residents say, as the journal goes on: a derived thing of each process, formed of the matters that came in lately.
//! It is kept sealed between two runs, may be deleted at any time, and is then formed anew while the site is up.
//!
//! It wires two rooms: what is heard comes from [`appeals::heard`], what becomes of it is [`insight::board`].

mod keep;
mod raise;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use appeals::heard::{self, Heard, Looked};
use civic::directory::{Directory, PlaceLevel};
use civic::hall::Hall;
use civic::site::Site;
use db::{Fault, Tx};
use insight::board::{Board, Matter};
use insight::deed::{self, Told};
use insight::rules::HotRules;
use insight::warn::Alert;
use uuid::Uuid;

/// Events looked at in one step.
const EVENTS_MAX: i64 = 2_000;
/// Seconds of a day.
const DAY_SECONDS: i64 = 86_400;
/// Hexadecimal characters of a contact's index that tell one person from another.
const WHO_CHARS: usize = 16;

/// Keeps the issues of one process.
#[derive(Default)]
pub struct Hearing {
    /// Where they are kept between two runs; none: nowhere.
    file: Option<PathBuf>,
    board: RwLock<Option<Board>>,
    /// Whether the board has come to the end of the journal once; pages wait for that.
    ready: AtomicBool,
    /// What the one job goes on with.
    course: Mutex<Option<Course>>,
}

/// Is how far the job has come.
struct Course {
    /// Everything up to this position of the journal is in the board.
    mark: i64,
    /// Matters filed before this position are too old.
    since: i64,
    /// The day the board was tidied on, counted from 1970.
    tidied: i64,
    /// When it was written down last, in seconds since 1970.
    kept: i64,
    /// Whether it has to be written down at once: what was erased must not stay.
    erased: bool,
    /// Alerts that nobody was told of so far, each with the matter that raised it.
    waiting: Vec<(i64, Alert)>,
}

impl Hearing {
    /// Keeps issues in a file between two runs; nothing is opened yet.
    pub fn at(file: impl Into<PathBuf>) -> Self {
        Self { file: Some(file.into()), ..Self::default() }
    }

    /// Lends the issues; none while they are being formed.
    pub fn with<T>(&self, look: impl FnOnce(&Board) -> T) -> Option<T> {
        let board = self.board.read().unwrap_or_else(PoisonError::into_inner);
        board.as_ref().filter(|_| self.ready.load(Ordering::Acquire)).map(look)
    }

    /// Takes in what happened, tells early what has to be told, and tidies up once a day. `holder` names this process among those
    /// that work on one database. Returns how many warnings were told.
    pub fn round(&self, hall: &Hall, holder: Uuid) -> Result<usize, Fault> {
        let mut own = self.course.lock().unwrap_or_else(PoisonError::into_inner);
        let now = hall.clock.now().as_second();
        let mut course = match own.take() {
            Some(course) => course,
            None => self.begin(hall, now)?,
        };
        while self.follow(hall, &mut course)? {}
        let told = self.raise(hall, holder, &mut course)?;
        if told > 0 {
            while self.follow(hall, &mut course)? {}
        }
        let day = now.div_euclid(DAY_SECONDS);
        if course.tidied != day {
            // nobody else changes the board, so it is read while it is made anew beside
            let tidied = self.board.read().unwrap_or_else(PoisonError::into_inner).as_ref().map(|board| board.tidied(now));
            *self.board.write().unwrap_or_else(PoisonError::into_inner) = tidied;
            course.tidied = day;
        }
        self.ready.store(true, Ordering::Release);
        self.keep(hall, &mut course, now)?;
        *own = Some(course);
        Ok(told)
    }

    /// Takes in what happened, unless the job is at it: for a page that follows an act.
    pub fn catch_up(&self, tx: &mut Tx<'_>, site: &Site) -> Result<(), Fault> {
        if let Ok(mut course) = self.course.try_lock()
            && let Some(course) = course.as_mut()
        {
            while {
                let looked = look(tx, site, (course.mark, course.since))?;
                self.apply(&site.directory(), course, looked)
            } {}
        }
        Ok(())
    }

    /// Goes on with what was kept, or begins with the first matter that is not too old.
    fn begin(&self, hall: &Hall, now: i64) -> Result<Course, Fault> {
        let rules = HotRules::builtin();
        let oldest = jiff::Timestamp::from_second(now - rules.kept.days * DAY_SECONDS).unwrap_or(jiff::Timestamp::MIN);
        let site = Arc::clone(&hall.site);
        let since = hall.store.read_blocking(move |tx| heard::since(tx, &site, oldest))?;
        let kept = self.read(hall, &rules);
        let (board, (mark, tidied)) = kept.unwrap_or_else(|| (Board::new(rules), (since - 1, now.div_euclid(DAY_SECONDS))));
        *self.board.write().unwrap_or_else(PoisonError::into_inner) = Some(board);
        Ok(Course { mark, since, tidied, kept: now, erased: false, waiting: Vec::new() })
    }

    /// Takes in what happened after the mark, as far as one look goes. Tells whether there may be more.
    fn follow(&self, hall: &Hall, course: &mut Course) -> Result<bool, Fault> {
        let (site, marks) = (Arc::clone(&hall.site), (course.mark, course.since));
        let looked = hall.store.read_blocking(move |tx| look(tx, &site, marks))?;
        Ok(self.apply(&hall.site.directory(), course, looked))
    }

    fn apply(&self, directory: &Directory, course: &mut Course, (looked, told): (Looked, Vec<Told>)) -> bool {
        let Some(last) = looked.last else { return false };
        let more = looked.more;
        let mut board = self.board.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(board) = board.as_mut() {
            course.take(board, (directory, looked));
            for told in told {
                told.apply(board);
            }
        }
        course.mark = last;
        more
    }
}

/// Looks at what happened after a position, with what is about issues opened.
fn look(tx: &mut Tx<'_>, site: &Site, (mark, since): (i64, i64)) -> Result<(Looked, Vec<Told>), Fault> {
    let looked = heard::look(tx, site, (mark, EVENTS_MAX), since)?;
    let mut told: Vec<Told> = Vec::new();
    for (position, _) in looked.others.iter().filter(|(_, kind)| deed::is_own(kind)) {
        told.extend(deed::read(tx, site, *position)?);
    }
    Ok((looked, told))
}

impl Course {
    fn take(&mut self, board: &mut Board, (directory, looked): (&Directory, Looked)) {
        for (position, heard) in looked.matters {
            if let Some(heard) = heard {
                self.waiting.extend(board.take(said(directory, heard)));
            } else {
                self.erased |= board.holds(position);
                board.forget(position);
            }
        }
    }
}

/// Puts a matter as one room tells it into the words of the other.
fn said(directory: &Directory, heard: Heard) -> insight::board::Heard {
    let Heard { position, number, at, words, contacts, people, grade, open, subject } = heard;
    let who = contacts.first().and_then(|contact| u64::from_str_radix(contact.get(..WHO_CHARS)?, 16).ok());
    let path = subject.place.as_deref().map(|place| directory.path(place)).unwrap_or_default();
    let home = path.into_iter().find(|place| place.level == PlaceLevel::Township).map(|place| place.code.clone());
    let matter = Matter {
        position,
        number,
        at: at.as_second(),
        who,
        joined: people.saturating_sub(1),
        grade,
        open,
        subject,
        title: String::new(),
    };
    insight::board::Heard { matter, words, home }
}
