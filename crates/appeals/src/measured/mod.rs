//! What offices are measured by (R30): a pure function of the public entries, so that a stranger gets the same counts. Each item is an
//! entry of the log: a good one, a bad one, or one that is left out for a reason that is told.
//!
//! A clock that lapsed is an item on the day it did. No later answer, extension, merging, renaming or closing takes it away; what another
//! office decided about it does, and is an entry itself.
//!
//! It counts offices. It knows no person, no words, and no weight: those are rules (`oversight::assessment`).

mod item;
mod work;

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use crate::appeal::GRADE_SATISFIED_MIN;
use crate::figures::Offices;
use crate::followup::{Entry, Way};

pub use item::{Counted, Left, Measure, Point, Verdict};
pub use work::STEPS;

/// A day, a month or a year as a number is this much of the next larger one.
const PART: u32 = 100;
/// Kind of the entry by which another office decides about an objection to an item.
pub const DECIDED: &str = "assessment_decided";

/// Says which word of an office a clock runs for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Phase {
    /// Nothing is owed.
    #[default]
    None,
    /// The first word.
    First,
    /// The answer.
    Answer,
}

/// Is the clock of one matter. Small, for there may be millions.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Clock {
    due: u32,
    /// The entry that began it.
    leaf: u32,
    phase: Phase,
    lapsed: bool,
    paused: bool,
}

impl Clock {
    fn begin(&mut self, phase: Phase, leaf: u32) {
        (self.phase, self.leaf, self.lapsed) = (phase, leaf, false);
    }

    fn measure(self) -> Measure {
        if self.phase == Phase::First { Measure::Response } else { Measure::InTime }
    }

    fn runs(self) -> bool {
        self.phase != Phase::None && !self.lapsed
    }

    /// Tells whether its last day is before a day, and this was not noted yet.
    fn lapses(self, day: u32) -> bool {
        self.runs() && !self.paused && self.due > 0 && self.due < day
    }
}

/// Is something an office owes by a day that is no clock of a matter.
#[derive(Debug, Clone, Copy)]
struct Debt {
    measure: Measure,
    office: u32,
    due: u32,
    leaf: u32,
    /// Which promise, or leaf of which grade.
    of: u64,
}

/// Is the fold over the entries so far.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    points: BTreeMap<(u32, u32), Vec<Point>>,
    changed: HashMap<(u32, Measure), Verdict>,
    debts: HashMap<u128, Vec<Debt>>,
    /// Promises of a day so far, by its stream.
    promises: HashMap<u128, u64>,
    reissued: HashSet<u128>,
    /// Returns that were made, by matter; and people sent on.
    returns: HashMap<u128, Vec<(u32, u32)>>,
    referred: HashMap<u128, Vec<(u32, u32)>>,
    /// What the work of a month came to, by code.
    work: BTreeMap<(u32, String), u64>,
    newest: u32,
}

fn month(day: u32) -> u32 {
    day / PART
}

/// Reads a month or a year as its first and last month. `None`: it is neither.
fn span(period: &str) -> Option<(u32, u32)> {
    let number = |text: &str| text.bytes().all(|c| c.is_ascii_digit()).then(|| text.parse::<u32>().ok()).flatten();
    match period.split_once('-') {
        None if period.len() == 4 => number(period).map(|year| (year * PART + 1, year * PART + 12)),
        Some((year, month)) if year.len() == 4 && month.len() == 2 => {
            let (year, month) = (number(year)?, number(month)?);
            (1..=12).contains(&month).then_some((year * PART + month, year * PART + month))
        }
        _ => None,
    }
}

/// Writes a month's number as `2026-11`.
fn written(month: u32) -> String {
    format!("{:04}-{:02}", month / PART, month % PART)
}

/// Returns the first day of the month after one.
fn after(month: u32) -> u32 {
    let next = if month % PART == 12 { (month / PART + 1) * PART + 1 } else { month + 1 };
    next * PART + 1
}

impl Measured {
    /// Notes the day of an entry of whatever kind.
    pub(crate) fn pass(&mut self, day: u32) {
        self.newest = self.newest.max(day);
    }

    fn put(&mut self, (day, office): (u32, u32), point: Point) {
        self.points.entry((month(day), office)).or_default().push(point);
    }

    /// Takes an entry of a matter that was filed before; `owner` is who held it until now.
    pub(crate) fn of_matter(&mut self, entry: &Entry<'_>, (owner, clock): (u32, &mut Clock), offices: &mut Offices) {
        let (leaf, day) = (entry.leaf as u32, entry.day);
        if clock.lapses(day) {
            self.put((clock.due, owner), Point { leaf: clock.leaf, measure: clock.measure(), verdict: Verdict::Bad });
            clock.lapsed = true;
        }
        let mut met = |measure, runs: bool| {
            if runs {
                self.points.entry((month(day), owner)).or_default().push(Point { leaf, measure, verdict: Verdict::Good });
            }
        };
        let first = clock.phase == Phase::First;
        match entry.kind {
            "filed" => clock.begin(Phase::First, leaf),
            "accepted" => {
                met(Measure::Response, first && clock.runs());
                clock.begin(Phase::Answer, leaf);
            }
            "not_accepted" => {
                met(Measure::Response, first && clock.runs());
                clock.begin(Phase::None, leaf);
            }
            "replied" => {
                met(Measure::Response, first && clock.runs());
                met(Measure::InTime, clock.runs());
                clock.begin(Phase::None, leaf);
            }
            "reopened" => clock.begin(Phase::Answer, leaf),
            "withdrawn" | "closed" => {
                let taken_back = entry.kind == "withdrawn" || entry.more["gr"] == "ended_above";
                let verdict = if taken_back { Verdict::Left(Left::Withdrawn) } else { Verdict::Bad };
                if clock.runs() {
                    self.put((day, owner), Point { leaf, measure: clock.measure(), verdict });
                }
                clock.begin(Phase::None, leaf);
            }
            "paused" => clock.paused = true,
            "resumed" => clock.paused = false,
            _ => self.of_residents(entry, owner, offices),
        }
        if let Some(due) = entry.due.filter(|_| !entry.kind.starts_with("review") && !entry.kind.starts_with("recheck")) {
            clock.due = due;
        }
    }

    /// Takes what residents say, and what follows.
    fn of_residents(&mut self, entry: &Entry<'_>, owner: u32, offices: &mut Offices) {
        let (leaf, day, more) = (entry.leaf as u32, entry.day, entry.more);
        let good = more["g"].as_u64().unwrap_or(0) >= u64::from(GRADE_SATISFIED_MIN);
        match entry.kind {
            "rated" => self.rated(entry, owner, good),
            "code_reissued" => drop(self.reissued.insert(entry.stream)),
            "grade_told" if more["wy"] == Way::Call.code() => {
                self.put((day, owner), Point { leaf, measure: Measure::Called, verdict: Verdict::of(good) });
            }
            "criticised" => {
                let due = more["rd"].as_str().map(crate::figures::number).unwrap_or_default();
                let of = more["of"].as_u64().unwrap_or(u64::MAX);
                let office = offices.place(entry.office);
                self.debts.entry(entry.stream).or_default().push(Debt { measure: Measure::Rectified, office, due, leaf, of });
            }
            "rectified" => {
                let (late, measure) = (more["lt"] != false, Measure::Rectified);
                self.settle(entry, |debt| debt.measure == measure, |debt| Verdict::of(!late && debt.due >= day));
            }
            "objection_decided" if more["up"] == true => {
                let of = more["of"].as_u64().unwrap_or(u64::MAX);
                for measure in [Measure::Satisfied, Measure::Solved, Measure::Called] {
                    self.changed.insert((of as u32, measure), Verdict::Left(Left::SetAside));
                }
                self.settle(entry, |debt| debt.of == of, |_| Verdict::Left(Left::SetAside));
            }
            _ => self.of_returns(entry, offices),
        }
    }

    fn rated(&mut self, entry: &Entry<'_>, owner: u32, good: bool) {
        let (leaf, more) = (entry.leaf as u32, entry.more);
        let reissued = self.reissued.contains(&entry.stream).then_some(Verdict::Left(Left::Reissued));
        let place = (entry.day, owner);
        self.put(place, Point { leaf, measure: Measure::Satisfied, verdict: reissued.unwrap_or(Verdict::of(good)) });
        let said = |word: &str| more["rs"].as_str().is_some_and(|all| all.split(',').any(|one| one == word));
        let effect = more["ef"].as_u64().map(|mark| Verdict::of(mark >= u64::from(GRADE_SATISFIED_MIN)));
        let solved = match (said("unsolved"), said("solved"), said("part")) {
            (true, ..) => Some(Verdict::Bad),
            (_, true, _) => Some(Verdict::Good),
            (_, _, true) => Some(Verdict::Left(Left::Partly)),
            _ => effect,
        };
        if let Some(verdict) = solved {
            self.put(place, Point { leaf, measure: Measure::Solved, verdict: reissued.unwrap_or(verdict) });
        }
    }

    fn of_returns(&mut self, entry: &Entry<'_>, offices: &mut Offices) {
        let (leaf, day, more) = (entry.leaf as u32, entry.day, entry.more);
        let to = more["to"].as_str().unwrap_or_default();
        let measure = Measure::Returned;
        match entry.kind {
            "returned" | "disputed" => {
                let office = offices.place(entry.office);
                self.put((day, office), Point { leaf, measure, verdict: Verdict::Good });
                self.returns.entry(entry.stream).or_default().push((office, leaf));
            }
            "arbitrated" => {
                let office = offices.place(to);
                for (_, leaf) in self.returns.remove(&entry.stream).unwrap_or_default().iter().filter(|(of, _)| *of == office) {
                    self.changed.entry((*leaf, measure)).or_insert(Verdict::Bad);
                }
            }
            "referral_reported" => {
                let office = offices.place(to);
                self.put((day, office), Point { leaf, measure, verdict: Verdict::Bad });
                self.referred.entry(entry.stream).or_default().push((office, leaf));
            }
            "referral_answered" => {
                let office = offices.place(entry.office);
                let all = self.referred.entry(entry.stream).or_default();
                if let Some(at) = all.iter().position(|(of, _)| *of == office) {
                    let (_, leaf) = all.remove(at);
                    if more["ad"] == false {
                        self.changed.entry((leaf, measure)).or_insert(Verdict::Left(Left::Denied));
                    }
                }
            }
            _ => {}
        }
    }

    /// Takes an entry of a reception day, or a decision about an objection.
    pub(crate) fn beside(&mut self, entry: &Entry<'_>, offices: &mut Offices) {
        let (leaf, day, more) = (entry.leaf as u32, entry.day, entry.more);
        let date = |name: &str| more[name].as_str().map(crate::figures::number).unwrap_or_default();
        match entry.kind {
            "reception_planned" => {
                let office = offices.place(entry.office);
                let debt = Debt { measure: Measure::Sat, office, due: date("on"), leaf, of: 0 };
                self.debts.entry(entry.stream).or_default().push(debt);
            }
            "reception_cancelled" => {
                self.settle(entry, |debt| debt.measure == Measure::Sat, |_| Verdict::Left(Left::CalledOff));
            }
            "reception_posted" => self.settle(entry, |debt| debt.measure == Measure::Sat, |_| Verdict::Good),
            "reception_promised" => {
                let office = offices.place(entry.office);
                let so_far = self.promises.entry(entry.stream).or_default();
                let debt = Debt { measure: Measure::Kept, office, due: date("due"), leaf, of: *so_far };
                *so_far += 1;
                self.debts.entry(entry.stream).or_default().push(debt);
            }
            "reception_answered" if more["st"] == "kept" => {
                let of = more["no"].as_u64().unwrap_or(u64::MAX);
                let same = |debt: &Debt| debt.measure == Measure::Kept && debt.of == of;
                self.settle(entry, same, |debt| Verdict::of(debt.due >= day));
            }
            DECIDED if more["up"] == true => {
                let leaf = more["lf"].as_u64().and_then(|leaf| u32::try_from(leaf).ok());
                let measure = more["me"].as_str().and_then(Measure::parse);
                if let Some(key) = leaf.zip(measure) {
                    self.changed.insert(key, Verdict::Left(Left::Objected));
                }
            }
            _ => {}
        }
    }

    /// Ends the first debt that fits; it counts for the month in which it was due, or settled before.
    fn settle(&mut self, entry: &Entry<'_>, fits: impl Fn(&Debt) -> bool, verdict: impl Fn(&Debt) -> Verdict) {
        let Some(debts) = self.debts.get_mut(&entry.stream) else { return };
        let Some(at) = debts.iter().position(&fits) else { return };
        let debt = debts.remove(at);
        let at = (debt.due.min(entry.day), debt.office);
        self.put(at, Point { leaf: debt.leaf, measure: debt.measure, verdict: verdict(&debt) });
    }

    /// Lists every item of a month or a year, with the office it is of. `clocks` are those of all matters, with who holds them.
    fn items<'a>(
        &'a self,
        period: &str,
        clocks: impl Iterator<Item = (u32, Clock)> + 'a,
    ) -> impl Iterator<Item = (u32, Point)> + 'a {
        let (first, last) = span(period).unwrap_or((1, 0));
        let until = after(last).min(self.newest);
        let within = move |due: u32| first <= month(due) && month(due) <= last && due < until;
        let noted = self.points.range((first, 0)..=(last.max(first), u32::MAX)).filter(move |((at, _), _)| *at <= last);
        let noted = noted.flat_map(|((_, office), points)| points.iter().map(move |point| (*office, *point)));
        let lapsed = clocks.filter(move |(_, clock)| clock.lapses(until) && within(clock.due));
        let lapsed =
            lapsed.map(|(office, clock)| (office, Point { leaf: clock.leaf, measure: clock.measure(), verdict: Verdict::Bad }));
        let owed = self.debts.values().flatten().filter(move |debt| within(debt.due));
        let owed = owed.map(|debt| (debt.office, Point { leaf: debt.leaf, measure: debt.measure, verdict: Verdict::Bad }));
        noted.chain(lapsed).chain(owed).map(|(office, mut point)| {
            point.verdict = self.changed.get(&(point.leaf, point.measure)).copied().unwrap_or(point.verdict);
            (office, point)
        })
    }

    /// Counts the items of a month or a year, by office and measure.
    pub(crate) fn counts(&self, period: &str, clocks: impl Iterator<Item = (u32, Clock)>) -> BTreeMap<(u32, Measure), Counted> {
        let mut all: BTreeMap<(u32, Measure), Counted> = BTreeMap::new();
        for (office, point) in self.items(period, clocks) {
            all.entry((office, point.measure)).or_default().put(point.verdict);
        }
        all
    }

    /// Lists the items of an office, in the order of the log.
    pub(crate) fn points(&self, (period, office): (&str, u32), clocks: impl Iterator<Item = (u32, Clock)>) -> Vec<Point> {
        let own = self.items(period, clocks).filter(|(of, _)| *of == office).map(|(_, point)| point);
        let mut all: Vec<Point> = own.collect();
        all.sort_unstable_by_key(|point| (point.leaf, point.measure));
        all
    }

    /// Counts what the work of a month came to.
    pub(crate) fn count_work(&mut self, entry: &Entry<'_>) {
        work::work(entry, |code, many| *self.work.entry((month(entry.day), code)).or_default() += many);
    }

    /// Lists what the work of a month or a year came to, by code.
    pub(crate) fn work(&self, period: &str) -> BTreeMap<&str, u64> {
        let (first, last) = span(period).unwrap_or((1, 0));
        let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
        for ((_, code), many) in self.work.iter().filter(|((at, _), _)| first <= *at && *at <= last) {
            *sums.entry(code).or_default() += many;
        }
        sums
    }

    /// Lists the months that are over, as far as the log tells: a later one has begun in it.
    pub(crate) fn finished(&self) -> impl Iterator<Item = String> + '_ {
        let mut months: Vec<u32> = self.work.keys().map(|(month, _)| *month).collect();
        months.dedup();
        let begun = month(self.newest);
        months.into_iter().filter(move |month| *month < begun).map(written)
    }
}

/// Says whether a value is one of the codes that tables carry: they hold no tabulator and no line end.
pub(crate) fn plain(value: &Value) -> &str {
    value.as_str().filter(|text| !text.is_empty() && text.bytes().all(|c| c.is_ascii_graphic())).unwrap_or("none")
}

#[cfg(test)]
mod tests;
