//! The issues of a site, as its matters come: formed, watched, kept.
//!
//! A matter comes in once ([`Board::take`]), changes ([`Board::change`]) and goes ([`Board::forget`]). Who sees an issue sees the matters in
//! it that they may see, and every figure is counted over these alone ([`Board::list`]): nothing else exists for them. Once a day
//! [`Board::tidied`] makes the board anew. Accusations never come here; whoever feeds a board sees to that.

mod keep;
mod look;
mod told;

use std::collections::{BTreeMap, HashMap};

use civic::permit::Subject;
use serde::{Deserialize, Serialize};

use crate::Message;
use crate::issues::Issues;
use crate::rules::HotRules;
use crate::title::title;
use crate::warn::{Alert, Watch};

pub use look::{Seen, TREND_WEEKS};
pub use told::{Answer, Warning};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Is a matter as it comes in.
#[derive(Debug, Clone)]
pub struct Heard {
    /// What stands beside its words.
    pub matter: Matter,
    /// The resident's own words. Only single words of them, and a title without personal data, are kept.
    pub words: String,
    /// The township it is at home in.
    pub home: Option<String>,
}

/// Is what is known of a matter beside its words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Matter {
    /// The position of its filing in the journal: its name here.
    pub position: i64,
    /// Its number.
    pub number: String,
    /// When it came in, in seconds since 1970.
    pub at: i64,
    /// Who wrote, as a number of the contact's blind index; `None` counts as somebody else each time.
    pub who: Option<u64>,
    /// How many more stand behind it.
    pub joined: u32,
    /// The newest grade, 1 to 5.
    pub grade: Option<u8>,
    /// Whether something is still owed.
    pub open: bool,
    /// What the permit asks about.
    pub subject: Subject,
    /// Its own beginning, without personal data.
    #[serde(default)]
    pub title: String,
}

/// Holds the issues of a site.
#[derive(Debug, Clone)]
pub struct Board {
    rules: HotRules,
    issues: Issues,
    watch: Watch,
    /// By the number of the message in `issues`; none where it went.
    matters: Vec<Option<Matter>>,
    by_position: BTreeMap<i64, u32>,
    homes: HashMap<String, u32>,
    /// Titles that people put right, by the matter they stood at.
    titles: BTreeMap<i64, String>,
    warnings: Vec<Warning>,
    acts: Vec<(i64, told::Done)>,
}

impl Board {
    /// Begins with none.
    pub fn new(rules: HotRules) -> Self {
        Self {
            issues: Issues::with(rules.place.apart),
            watch: Watch::new(rules.clone()),
            rules,
            matters: Vec::new(),
            by_position: BTreeMap::new(),
            homes: HashMap::new(),
            titles: BTreeMap::new(),
            warnings: Vec::new(),
            acts: Vec::new(),
        }
    }

    /// Lends the rules.
    pub fn rules(&self) -> &HotRules {
        &self.rules
    }

    /// Returns how many matters are held.
    pub fn len(&self) -> usize {
        self.by_position.len()
    }

    /// Tells whether no matter is held.
    pub fn is_empty(&self) -> bool {
        self.by_position.is_empty()
    }

    /// Tells whether a matter is held.
    pub fn holds(&self, position: i64) -> bool {
        self.by_position.contains_key(&position)
    }

    /// Takes a matter in. One that is here already changes as [`Board::change`] says. An alert names the matter that raised it.
    pub fn take(&mut self, heard: Heard) -> Option<(i64, Alert)> {
        let Heard { mut matter, words, home } = heard;
        if self.holds(matter.position) {
            self.change(matter);
            return None;
        }
        let next = u32::try_from(self.homes.len()).unwrap_or(u32::MAX);
        let home = home.map(|home| *self.homes.entry(home).or_insert(next));
        let Matter { at, who, joined, .. } = matter;
        let placed = self.issues.add(&Message { subject: "", body: &words, at, who, joined, home });
        title("", &words).as_str().clone_into(&mut matter.title);
        let position = matter.position;
        self.matters.resize(placed.message as usize, None);
        self.matters.push(Some(matter));
        self.by_position.insert(position, placed.message);
        let alert = self.watch.see(placed.issue, at, who);
        if self.len() > self.rules.kept.most {
            let oldest = self.by_position.first_key_value().map(|(oldest, _)| *oldest);
            self.forget(oldest.unwrap_or(position));
        }
        alert.map(|alert| (position, alert))
    }

    /// Changes what is known of a matter; its words and its title stay.
    pub fn change(&mut self, matter: Matter) {
        let Some(message) = self.by_position.get(&matter.position) else { return };
        if let Some(known) = self.matters.get_mut(*message as usize).and_then(Option::as_mut) {
            *known = Matter { title: std::mem::take(&mut known.title), ..matter };
        }
    }

    /// Lets a matter go: it counts nowhere any more.
    pub fn forget(&mut self, position: i64) {
        let Some(message) = self.by_position.remove(&position) else { return };
        if let Some(matter) = self.matters.get_mut(message as usize).and_then(Option::take)
            && let Some(issue) = self.issues.issue_of(message)
        {
            self.watch.forget(issue, (matter.at, matter.who));
        }
        self.issues.forget(message);
        self.titles.remove(&position);
    }

    /// Makes the board anew: what is older than it shall be goes, words that nobody uses go, and issues are looked at again.
    #[must_use]
    pub fn tidied(&self, now: i64) -> Self {
        let mut board = self.packed();
        let old = now - board.rules.kept.days * DAY;
        let gone: Vec<i64> = board.living().filter(|matter| matter.at < old).map(|matter| matter.position).collect();
        for position in gone {
            board.forget(position);
        }
        board.warnings.retain(|warning| warning.at >= old);
        board.watch.prune(old);
        for (gone, into) in board.issues.settle() {
            board.watch.join(gone, into);
        }
        board.packed()
    }

    fn living(&self) -> impl Iterator<Item = &Matter> {
        self.by_position.values().filter_map(|message| self.matters.get(*message as usize)?.as_ref())
    }

    fn matter(&self, message: u32) -> Option<&Matter> {
        self.matters.get(message as usize)?.as_ref()
    }

    fn issue_at(&self, position: i64) -> Option<u32> {
        self.issues.issue_of(*self.by_position.get(&position)?)
    }
}
