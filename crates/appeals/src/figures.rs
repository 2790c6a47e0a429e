//! Figures about offices: a pure function of the public entries of the log, so anyone can compute them again.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tlog::leaf_hash;

use crate::appeal::GRADE_SATISFIED_MIN;
use crate::disclose;
use crate::followup::draw::{self, Draws};
use crate::followup::{After, Entry};
use crate::measured::{self, Clock, Counted, Measured, Point};

/// Counts what an office did in a month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Matters that came in and were held first.
    pub received: u64,
    /// Replies given.
    pub replied: u64,
    /// Of these, on or before the last day then in force.
    pub in_time: u64,
    /// Ratings given by residents with their own key.
    pub rated: u64,
    /// Of these, satisfied (three or more of five).
    pub satisfied: u64,
    /// Returns it made, and people it sent on by word of mouth unless it denies it.
    pub returned: u64,
    /// Matters that came a third time or more often.
    pub again: u64,
}

impl Count {
    fn add(&mut self, other: &Self) {
        self.received += other.received;
        self.replied += other.replied;
        self.in_time += other.in_time;
        self.rated += other.rated;
        self.satisfied += other.satisfied;
        self.returned += other.returned;
        self.again += other.again;
    }
}

/// Is what has to be known of a matter: small, for there may be millions.
#[derive(Debug, Clone, Copy, Default)]
struct Matter {
    /// Place of its owner in the list of offices.
    owner: u32,
    /// Last day, as the number `20261130`.
    due: u32,
    open: bool,
    owing: bool,
    /// What the office that holds it is measured by.
    clock: Clock,
}

/// Writes a day as a number that sorts like it; nothing for what is no day.
pub(crate) fn number(day: &str) -> u32 {
    day.split('-').try_fold(0_u32, |sum, part| Some(sum * 100 + part.parse::<u32>().ok()?)).unwrap_or_default()
}

/// Tells whether a month is one, or lies in a year.
pub(crate) fn within(month: &str, period: &str) -> bool {
    month == period || (period.len() == 4 && month.strip_prefix(period).is_some_and(|rest| rest.starts_with('-')))
}

/// Is the list of offices that own something.
#[derive(Debug, Clone, Default)]
pub(crate) struct Offices {
    names: Vec<String>,
    places: HashMap<String, u32>,
}

impl Offices {
    pub(crate) fn place(&mut self, office: &str) -> u32 {
        if let Some(place) = self.places.get(office) {
            return *place;
        }
        let place = self.names.len() as u32;
        self.names.push(office.to_owned());
        self.places.insert(office.to_owned(), place);
        place
    }
}

/// Is the month and office that something counts for.
type Place = (String, String);

/// Is the fold over the entries so far.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// Entries read.
    pub entries: u64,
    matters: HashMap<u128, Matter>,
    /// Months and offices of referrals that were reported and not answered yet, by matter.
    referred: HashMap<u128, Vec<Place>>,
    offices: Offices,
    months: BTreeMap<Place, Count>,
    /// How many said in a quarter, such as `2026Q4`, that they were put under pressure because of a matter: of the whole site.
    pub pressed: BTreeMap<String, u64>,
    /// What followed ratings.
    pub after: After,
    /// The draws of answers for independent call-backs.
    pub draws: Draws,
    measured: Measured,
    /// Disclosures by month and ground.
    handed_out: BTreeMap<(String, String), u64>,
}

/// Is what an entry of the log says, as far as figures need it: read apart, so that many hands can read.
#[derive(Debug, Clone, Default)]
pub struct Said {
    kind: String,
    pseudonym: Option<u128>,
    day: String,
    office: String,
    due: Option<u32>,
    /// The kind's own fields.
    more: Value,
    /// Hash of the leaf, where it is drawn from.
    hash: Option<[u8; 32]>,
}

impl Said {
    /// Reads an entry. `None`: it is no JSON, and counts as an entry that says nothing.
    pub fn read(fact: &str) -> Option<Self> {
        let whole = fact.as_bytes();
        let mut fact: Value = serde_json::from_str(fact).ok()?;
        let mut text = |name: &str| match fact.get_mut(name).map(Value::take) {
            Some(Value::String(text)) => text,
            _ => String::new(),
        };
        let (kind, pseudonym, day, office) = (text("k"), text("m"), text("d"), text("o"));
        let more = fact.get_mut("x").map(Value::take).unwrap_or_default();
        let due = more["due"].as_str().map(number);
        let hash = (kind == draw::FROM).then(|| leaf_hash(whole));
        Some(Self { hash, kind, pseudonym: u128::from_str_radix(&pseudonym, 16).ok(), day, office, due, more })
    }

    fn month(&self) -> &str {
        self.day.get(..7).unwrap_or_default()
    }
}

/// Takes a report that somebody was sent on by word of mouth, or the answer of the office that is said to have done so.
fn referral((referred, months): (&mut HashMap<u128, Vec<Place>>, &mut BTreeMap<Place, Count>), entry: &Entry<'_>) {
    let referred = referred.entry(entry.stream).or_default();
    if entry.kind == "referral_reported" {
        let sender = (entry.month.to_owned(), entry.more["to"].as_str().unwrap_or_default().to_owned());
        referred.push(sender.clone());
        months.entry(sender).or_default().returned += 1;
        return;
    }
    let at = referred.iter().position(|(_, sender)| *sender == entry.office);
    let reported = at.map(|at| referred.remove(at)).filter(|_| entry.more["ad"] == false);
    if let Some(count) = reported.and_then(|reported| months.get_mut(&reported)) {
        count.returned -= 1; // it was counted when it was reported, and is denied
    }
}

impl Figures {
    /// Reads the next entry of the log.
    pub fn read(&mut self, fact: &str) {
        self.take(Said::read(fact));
    }

    /// Takes the next entry of the log, as it was read.
    pub fn take(&mut self, said: Option<Said>) {
        self.entries += 1;
        let Some(said) = said else { return };
        let month = said.month().to_owned();
        let Said { kind, pseudonym, day, office, due, more, hash } = said;
        self.draws.take(&kind, (self.entries - 1, &day), &more, hash);
        if kind == disclose::KIND {
            *self.handed_out.entry((month, more["g"].as_str().unwrap_or_default().to_owned())).or_default() += 1;
            return;
        }
        if kind == crate::sealed::pressed::KIND {
            self.pressed.insert(more["q"].as_str().unwrap_or_default().to_owned(), more["n"].as_u64().unwrap_or(0));
            return;
        }
        let Some(pseudonym) = pseudonym else { return };
        let (leaf, day_number) = (self.entries - 1, number(&day));
        let entry =
            Entry { kind: &kind, leaf, month: &month, day: day_number, due, stream: pseudonym, office: &office, more: &more };
        self.measured.pass(day_number);
        let matter = match kind.as_str() {
            "filed" => {
                let new = Matter { open: true, owing: true, ..Matter::default() };
                Some(self.matters.entry(pseudonym).or_insert(new))
            }
            _ => self.matters.get_mut(&pseudonym),
        };
        self.measured.count_work(&entry);
        let Some(matter) = matter else { return self.measured.beside(&entry, &mut self.offices) };
        self.after.take(&entry);
        self.measured.of_matter(&entry, (matter.owner, &mut matter.clock), &mut self.offices);
        let mut count = Count::default();
        match kind.as_str() {
            "filed" => {
                matter.owner = self.offices.place(&office);
                count.received = 1;
            }
            "replied" => {
                count.replied = 1;
                count.in_time = u64::from(number(&day) <= matter.due);
                matter.owing = false;
            }
            "rated" => {
                count.rated = 1;
                count.satisfied = u64::from(more["g"].as_u64().unwrap_or(0) >= u64::from(GRADE_SATISFIED_MIN));
            }
            "returned" | "disputed" => count.returned = 1,
            "came_again" => count.again = 1,
            "referral_reported" | "referral_answered" => referral((&mut self.referred, &mut self.months), &entry),
            "reopened" => (matter.open, matter.owing) = (true, true),
            "closed" | "withdrawn" | "not_accepted" => (matter.open, matter.owing) = (false, false),
            "taken" => matter.owner = self.offices.place(&office),
            "arbitrated" | "moved" => matter.owner = self.offices.place(more["to"].as_str().unwrap_or_default()),
            _ => {}
        }
        if let Some(due) = due.filter(|_| !kind.starts_with("review") && !kind.starts_with("recheck")) {
            matter.due = due;
        }
        self.months.entry((month, office)).or_default().add(&count);
    }

    /// Names every table that can be made now: `offices MONTH`, `overdue DAY`, `followup MONTH`, `draw MONTH`, `disclosed MONTH`, `pressed`;
    /// and of months that are over `measured MONTH` and `work MONTH`.
    pub fn names(&self, today: &str) -> Vec<String> {
        let filled = self.months.iter().filter(|(_, count)| **count != Count::default());
        let offices: BTreeSet<&String> = filled.map(|((month, _), _)| month).collect();
        let disclosed: BTreeSet<&String> = self.handed_out.keys().map(|(month, _)| month).collect();
        let mut names: Vec<String> = offices.into_iter().map(|month| format!("offices {month}")).collect();
        names.push(format!("overdue {today}"));
        names.extend(self.after.months().into_iter().map(|month| format!("followup {month}")));
        names.extend(self.draws.months().map(|month| format!("draw {month}")));
        names.extend(disclosed.into_iter().map(|month| format!("disclosed {month}")));
        names.push("pressed".to_owned());
        names.extend(self.measured.finished().flat_map(|month| [format!("measured {month}"), format!("work {month}")]));
        names
    }

    /// Makes the table of a name (`docs/log-format.md`, section 13): a line for each office, ground or quarter, its fields between tabulators.
    /// `None`: there is no such table.
    pub fn table(&self, name: &str) -> Option<String> {
        let line = |code: &str, counts: &[u64]| {
            let counts: Vec<String> = counts.iter().map(u64::to_string).collect();
            format!("{code}\t{}\n", counts.join("\t"))
        };
        Some(match name.split_once(' ') {
            Some(("offices", month)) => {
                let counts = |c: &Count| [c.received, c.replied, c.in_time, c.rated, c.satisfied, c.returned, c.again];
                self.month(month).iter().map(|(office, count)| line(office, &counts(count))).collect()
            }
            Some(("measured", period)) => {
                let name = |(office, measure): (String, measured::Measure)| format!("{office}\t{}", measure.code());
                self.measured(period).into_iter().map(|(of, c)| line(&name(of), &[c.good, c.of, c.left])).collect()
            }
            Some(("work", period)) => self.measured.work(period).iter().map(|(code, many)| line(code, &[*many])).collect(),
            Some(("overdue", day)) => self.overdue(day).iter().map(|(office, count)| line(office, &[*count])).collect(),
            Some(("followup", month)) => self.after.month(month).iter().map(|(office, counts)| line(office, counts)).collect(),
            Some(("draw", month)) => self.draws.table(month),
            Some(("disclosed", month)) => {
                let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
                for ((_, ground), count) in self.handed_out.iter().filter(|((at, _), _)| within(at, month)) {
                    *sums.entry(ground).or_default() += count;
                }
                sums.iter().map(|(ground, count)| line(ground, &[*count])).collect()
            }
            None if name == "pressed" => self.pressed.iter().map(|(quarter, count)| line(quarter, &[*count])).collect(),
            _ => return None,
        })
    }

    /// Returns the counts of a month, such as `2026-11`, or of a year, by office.
    pub fn month(&self, month: &str) -> BTreeMap<String, Count> {
        let mut sums: BTreeMap<String, Count> = BTreeMap::new();
        for ((_, office), count) in self.months.iter().filter(|((at, _), _)| within(at, month)) {
            sums.entry(office.clone()).or_default().add(count);
        }
        sums.retain(|_, count| *count != Count::default());
        sums
    }

    fn clocks(&self) -> impl Iterator<Item = (u32, Clock)> + '_ {
        self.matters.values().map(|matter| (matter.owner, matter.clock))
    }

    /// Counts what offices are measured by, in a month such as `2026-11` or a year such as `2026`.
    pub fn measured(&self, period: &str) -> BTreeMap<(String, measured::Measure), Counted> {
        let counts = self.measured.counts(period, self.clocks());
        counts.into_iter().map(|((office, measure), c)| ((self.offices.names[office as usize].clone(), measure), c)).collect()
    }

    /// Lists the items that an office is measured by, in a month or a year.
    pub fn points(&self, (period, office): (&str, &str)) -> Vec<Point> {
        let own = self.offices.places.get(office);
        own.map(|own| self.measured.points((period, *own), self.clocks())).unwrap_or_default()
    }

    /// Lists the months that are over, as far as the log tells.
    pub fn finished(&self) -> Vec<String> {
        self.measured.finished().collect()
    }

    /// Returns the counts of a month over all offices.
    pub fn total(&self, month: &str) -> Count {
        self.month(month).values().fold(Count::default(), |mut sum, count| {
            sum.add(count);
            sum
        })
    }

    /// Counts by ground how many matters were handed to bodies that the law names: in a month, and since the log began.
    pub fn handed_out(&self, month: &str) -> BTreeMap<String, (u64, u64)> {
        let mut all: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for ((at, ground), count) in &self.handed_out {
            let sums = all.entry(ground.clone()).or_default();
            sums.0 += if at == month { *count } else { 0 };
            sums.1 += count;
        }
        all
    }

    /// Counts the matters that are past their last day without a reply, by office.
    pub fn overdue(&self, today: &str) -> BTreeMap<String, u64> {
        let (mut all, today) = (vec![0; self.offices.names.len()], number(today));
        for matter in self.matters.values().filter(|matter| matter.open && matter.owing && matter.due < today) {
            all[matter.owner as usize] += 1;
        }
        self.offices.names.iter().cloned().zip(all).filter(|(_, count)| *count > 0).collect()
    }
}

/// First line of a statement.
pub const STATEMENT: &str = "minsheng.figures/1";

/// Is a figure that the site states: what was asked of which log, and the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// A signed note: [`STATEMENT`], the log's origin, its size and root, the name of the table, the SHA-256 of the table.
    pub statement: String,
    /// The table.
    pub table: String,
}

/// Writes the text that is signed.
pub fn statement_text(origin: &str, (size, root): (u64, &str), (name, table): (&str, &str)) -> String {
    format!("{STATEMENT}\n{origin}\n{size}\n{root}\n{name}\n{}\n", HEXLOWER.encode(&Sha256::digest(table)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(facts: &[&str]) -> Figures {
        let mut figures = Figures::default();
        for fact in facts {
            figures.read(fact);
        }
        figures
    }

    const FILED: &str = r#"{"k":"filed","m":"a","d":"2026-10-30","o":"bd","x":{"due":"2026-12-29"}}"#;
    const REPORTED: &str = r#"{"k":"referral_reported","m":"a","d":"2026-10-30","o":"bd","x":{"to":"sw"}}"#;
    const DENIED: &str = r#"{"k":"referral_answered","m":"a","d":"2026-11-02","o":"sw","x":{"ad":false}}"#;
    const ADMITTED: &str = r#"{"k":"referral_answered","m":"a","d":"2026-11-02","o":"sw","x":{"ad":true}}"#;

    fn returned(facts: &[&str]) -> u64 {
        let figures = figures(facts);
        assert_eq!(figures.month("2026-11"), BTreeMap::new(), "it counts for the month in which the person was sent on");
        figures.month("2026-10").get("sw").map_or(0, |count| count.returned)
    }

    #[test]
    fn a_table_of_each_name_holds_what_pages_show_and_no_other_name_has_one() {
        let replied = r#"{"k":"replied","m":"a","d":"2026-11-02","o":"bd","x":{"oc":"support"}}"#;
        let late = r#"{"k":"filed","m":"b","d":"2026-10-30","o":"sw","x":{"due":"2026-11-01"}}"#;
        let figures = figures(&[FILED, replied, late]);
        let names = ["offices 2026-10", "offices 2026-11", "overdue 2026-11-29", "pressed", "measured 2026-10", "work 2026-10"];
        assert_eq!(figures.names("2026-11-29"), names);
        assert_eq!(figures.table("offices 2026-10").unwrap(), "bd\t1\t0\t0\t0\t0\t0\t0\nsw\t1\t0\t0\t0\t0\t0\t0\n");
        assert_eq!(figures.table("offices 2026-11").unwrap(), "bd\t0\t1\t1\t0\t0\t0\t0\n");
        assert_eq!(figures.table("overdue 2026-11-29").unwrap(), "sw\t1\n");
        assert_eq!(figures.table("pressed").unwrap(), "");
        assert_eq!((figures.table("offices"), figures.table("people 2026-11"), figures.table("")), (None, None, None));
    }

    #[test]
    fn an_entry_that_is_no_object_counts_and_says_nothing() {
        let figures = figures(&["7", "[]", "null", "\"x\"", "{\"x\":7}", "no JSON"]);
        assert_eq!((figures.entries, figures.names("2026-11-29").len()), (6, 2));
    }

    #[test]
    fn sending_somebody_on_by_word_of_mouth_counts_as_a_return_by_the_sender() {
        assert_eq!(returned(&[FILED, REPORTED]), 1, "silence does not take it away");
        assert_eq!(returned(&[FILED, REPORTED, ADMITTED]), 1);
        assert_eq!(returned(&[FILED, REPORTED, DENIED]), 0);
        assert_eq!(returned(&[FILED, REPORTED, REPORTED, DENIED]), 1);
        assert_eq!(returned(&[FILED, REPORTED, DENIED, DENIED]), 0, "an answer to nothing changes nothing");
        assert_eq!(figures(&[FILED, REPORTED]).month("2026-10")["bd"].returned, 0, "whoever registers it returned nothing");
    }
}
