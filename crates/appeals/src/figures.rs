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
    /// Returns it made, and people it sent on by word of mouth unless it denies it.
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
    /// Months and offices of referrals that were reported and not answered yet.
    referred: Vec<(String, String)>,
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
            "referral_reported" => {
                let sender = (month.clone(), fact["x"]["to"].as_str().unwrap_or_default().to_owned());
                self.months.entry(sender.clone()).or_default().returned += 1;
                matter.referred.push(sender);
            }
            "referral_answered" => {
                let at = matter.referred.iter().position(|(_, sender)| *sender == office);
                let reported = at.map(|at| matter.referred.remove(at)).filter(|_| fact["x"]["ad"] == false);
                if let Some(count) = reported.and_then(|reported| self.months.get_mut(&reported)) {
                    count.returned -= 1; // it was counted when it was reported, and is denied
                }
            }
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
