//! Figures about offices: a pure function of the public entries of the log, so anyone can compute them again.

use std::collections::BTreeMap;

use serde_json::Value;

/// Lowest grade that counts as satisfied (基本满意).
const GRADE_SATISFIED_MIN: u64 = 3;

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
    /// Returns it made.
    pub returned: u64,
}

impl Count {
    fn add(&mut self, other: &Self) {
        self.received += other.received;
        self.replied += other.replied;
        self.in_time += other.in_time;
        self.rated += other.rated;
        self.satisfied += other.satisfied;
        self.returned += other.returned;
    }
}

#[derive(Debug, Clone, Default)]
struct Matter {
    owner: String,
    due: String,
    open: bool,
    owing: bool,
}

/// Is the fold over the entries so far.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// Entries read.
    pub entries: u64,
    matters: BTreeMap<String, Matter>,
    months: BTreeMap<(String, String), Count>,
}

impl Figures {
    /// Reads the next entry of the log.
    pub fn read(&mut self, fact: &str) {
        self.entries += 1;
        let Ok(fact) = serde_json::from_str::<Value>(fact) else { return };
        let text = |name: &str| fact[name].as_str().unwrap_or_default().to_owned();
        let (kind, pseudonym, day, office) = (text("k"), text("m"), text("d"), text("o"));
        let month = day.get(..7).unwrap_or_default().to_owned();
        let due = fact["x"]["due"].as_str().map(str::to_owned);
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
                matter.owner.clone_from(&office);
                count.received = 1;
            }
            "replied" => {
                count.replied = 1;
                count.in_time = u64::from(day <= matter.due);
                matter.owing = false;
            }
            "rated" => {
                count.rated = 1;
                count.satisfied = u64::from(fact["x"]["g"].as_u64().unwrap_or(0) >= GRADE_SATISFIED_MIN);
            }
            "returned" | "disputed" => count.returned = 1,
            "reopened" => (matter.open, matter.owing) = (true, true),
            "closed" | "withdrawn" | "not_accepted" => (matter.open, matter.owing) = (false, false),
            "taken" => matter.owner.clone_from(&office),
            "arbitrated" | "moved" => fact["x"]["to"].as_str().unwrap_or_default().clone_into(&mut matter.owner),
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

    /// Counts the matters that are past their last day without a reply, by office.
    pub fn overdue(&self, today: &str) -> BTreeMap<String, u64> {
        let mut all = BTreeMap::new();
        for matter in self.matters.values().filter(|matter| matter.open && matter.owing && matter.due.as_str() < today) {
            *all.entry(matter.owner.clone()).or_insert(0) += 1;
        }
        all
    }
}
