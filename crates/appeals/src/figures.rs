//! Figures about offices: a pure function of the public entries of the log, so anyone can compute them again.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::appeal::GRADE_SATISFIED_MIN;
use crate::disclose;

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
}

/// Writes a day as a number that sorts like it; nothing for what is no day.
fn number(day: &str) -> u32 {
    day.split('-').try_fold(0_u32, |sum, part| Some(sum * 100 + part.parse::<u32>().ok()?)).unwrap_or_default()
}

/// Is the list of offices that own something.
#[derive(Debug, Clone, Default)]
struct Offices {
    names: Vec<String>,
    places: HashMap<String, u32>,
}

impl Offices {
    fn place(&mut self, office: &str) -> u32 {
        if let Some(place) = self.places.get(office) {
            return *place;
        }
        let place = self.names.len() as u32;
        self.names.push(office.to_owned());
        self.places.insert(office.to_owned(), place);
        place
    }
}

/// Is the fold over the entries so far.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// Entries read.
    pub entries: u64,
    matters: HashMap<u128, Matter>,
    /// Months and offices of referrals that were reported and not answered yet, by matter.
    referred: HashMap<u128, Vec<(String, String)>>,
    offices: Offices,
    months: BTreeMap<(String, String), Count>,
    /// How many said in a quarter, such as `2026Q4`, that they were put under pressure because of a matter: of the whole site.
    pub pressed: BTreeMap<String, u64>,
    /// Disclosures by month and ground.
    handed_out: BTreeMap<(String, String), u64>,
}

impl Figures {
    /// Reads the next entry of the log.
    pub fn read(&mut self, fact: &str) {
        self.entries += 1;
        let Ok(fact) = serde_json::from_str::<Value>(fact) else { return };
        let text = |name: &str| fact[name].as_str().unwrap_or_default().to_owned();
        let (kind, pseudonym, day, office) = (text("k"), text("m"), text("d"), text("o"));
        let month = day.get(..7).unwrap_or_default().to_owned();
        if kind == disclose::KIND {
            *self.handed_out.entry((month, fact["x"]["g"].as_str().unwrap_or_default().to_owned())).or_default() += 1;
            return;
        }
        let due = fact["x"]["due"].as_str().map(number);
        if kind == crate::sealed::pressed::KIND {
            self.pressed.insert(fact["x"]["q"].as_str().unwrap_or_default().to_owned(), fact["x"]["n"].as_u64().unwrap_or(0));
            return;
        }
        let Ok(pseudonym) = u128::from_str_radix(&pseudonym, 16) else { return };
        let matter = match kind.as_str() {
            "filed" => self.matters.entry(pseudonym).or_insert(Matter { open: true, owing: true, ..Matter::default() }),
            _ => match self.matters.get_mut(&pseudonym) {
                Some(matter) => matter,
                None => return,
            },
        };
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
                count.satisfied = u64::from(fact["x"]["g"].as_u64().unwrap_or(0) >= u64::from(GRADE_SATISFIED_MIN));
            }
            "returned" | "disputed" => count.returned = 1,
            "came_again" => count.again = 1,
            "referral_reported" => {
                let sender = (month.clone(), fact["x"]["to"].as_str().unwrap_or_default().to_owned());
                self.months.entry(sender.clone()).or_default().returned += 1;
                self.referred.entry(pseudonym).or_default().push(sender);
            }
            "referral_answered" => {
                let referred = self.referred.entry(pseudonym).or_default();
                let at = referred.iter().position(|(_, sender)| *sender == office);
                let reported = at.map(|at| referred.remove(at)).filter(|_| fact["x"]["ad"] == false);
                if let Some(count) = reported.and_then(|reported| self.months.get_mut(&reported)) {
                    count.returned -= 1; // it was counted when it was reported, and is denied
                }
            }
            "reopened" => (matter.open, matter.owing) = (true, true),
            "closed" | "withdrawn" | "not_accepted" => (matter.open, matter.owing) = (false, false),
            "taken" => matter.owner = self.offices.place(&office),
            "arbitrated" | "moved" => matter.owner = self.offices.place(fact["x"]["to"].as_str().unwrap_or_default()),
            _ => {}
        }
        if let Some(due) = due.filter(|_| !kind.starts_with("review") && !kind.starts_with("recheck")) {
            matter.due = due;
        }
        self.months.entry((month, office)).or_default().add(&count);
    }

    /// Returns the counts of a month, such as `2026-11`, by office.
    pub fn month(&self, month: &str) -> BTreeMap<String, Count> {
        let of_month = self.months.iter().filter(|((at, _), count)| at == month && **count != Count::default());
        of_month.map(|((_, office), count)| (office.clone(), *count)).collect()
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
    fn sending_somebody_on_by_word_of_mouth_counts_as_a_return_by_the_sender() {
        assert_eq!(returned(&[FILED, REPORTED]), 1, "silence does not take it away");
        assert_eq!(returned(&[FILED, REPORTED, ADMITTED]), 1);
        assert_eq!(returned(&[FILED, REPORTED, DENIED]), 0);
        assert_eq!(returned(&[FILED, REPORTED, REPORTED, DENIED]), 1);
        assert_eq!(returned(&[FILED, REPORTED, DENIED, DENIED]), 0, "an answer to nothing changes nothing");
        assert_eq!(figures(&[FILED, REPORTED]).month("2026-10")["bd"].returned, 0, "whoever registers it returned nothing");
    }
}
