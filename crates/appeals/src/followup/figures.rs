//! Figures of the follow-up, by month and office: a pure function of the public entries, as all figures are. Grades that nobody signed stand in
//! columns of their own, and a rating that another office set aside is counted where it was given, beside all others: so everybody has the
//! figure with it and without.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use super::Way;
use crate::appeal::GRADE_SATISFIED_MIN;
use crate::figures::within;

/// Columns of the table, in their order.
const COLUMNS: usize = 11;

/// Names the columns by their places.
#[derive(Debug, Clone, Copy)]
enum Column {
    Told,
    ToldSatisfied,
    Called,
    CalledSatisfied,
    Bad,
    Rectified,
    RectifiedInTime,
    Marked,
    MarkedSatisfied,
    SetAside,
    ToldSetAside,
}

/// Is the month and office that something counts for.
type Place = (String, String);

/// Is the fold over the entries so far.
#[derive(Debug, Clone, Default)]
pub struct After {
    months: BTreeMap<Place, [u64; COLUMNS]>,
    /// Bad grades by their leaves: where each counts, and whether it was signed.
    bad: HashMap<u64, (Place, bool)>,
}

/// Is what an entry says, as far as the follow-up needs it.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    pub kind: &'a str,
    pub leaf: u64,
    pub month: &'a str,
    /// The day, as the number `20261130`.
    pub day: u32,
    /// The last day that it sets, in the same way.
    pub due: Option<u32>,
    /// The pseudonym of the matter.
    pub stream: u128,
    pub office: &'a str,
    pub more: &'a Value,
}

impl After {
    /// Takes an entry of a matter that was filed before.
    pub(crate) fn take(&mut self, entry: &Entry<'_>) {
        let (more, place) = (entry.more, || (entry.month.to_owned(), entry.office.to_owned()));
        let grade = more["g"].as_u64().unwrap_or(0);
        let satisfied = grade >= u64::from(GRADE_SATISFIED_MIN);
        let mut put = |column: Column| self.months.entry(place()).or_default()[column as usize] += 1;
        match entry.kind {
            "grade_told" => {
                let called = more["wy"] == Way::Call.code();
                put(if called { Column::Called } else { Column::Told });
                if satisfied {
                    put(if called { Column::CalledSatisfied } else { Column::ToldSatisfied });
                }
            }
            "criticised" => put(Column::Bad),
            "rectified" => {
                put(Column::Rectified);
                if more["lt"] == false {
                    put(Column::RectifiedInTime);
                }
            }
            "rectification_rated" => {
                put(Column::Marked);
                if satisfied {
                    put(Column::MarkedSatisfied);
                }
            }
            "objection_decided" if more["up"] == true => {
                let of = more["of"].as_u64().and_then(|leaf| self.bad.remove(&leaf));
                if let Some((place, signed)) = of {
                    let column = if signed { Column::SetAside } else { Column::ToldSetAside };
                    self.months.entry(place).or_default()[column as usize] += 1;
                }
                return;
            }
            _ => {}
        }
        let signed = entry.kind == "rated";
        if !satisfied && (signed || entry.kind == "grade_told") {
            self.bad.insert(entry.leaf, (place(), signed));
        }
    }

    /// Lists the months that have something.
    pub(crate) fn months(&self) -> BTreeSet<&str> {
        self.months.keys().map(|(month, _)| month.as_str()).collect()
    }

    /// Lists the columns of a month, or of a year, by office.
    pub(crate) fn month(&self, month: &str) -> BTreeMap<&str, [u64; COLUMNS]> {
        let mut sums: BTreeMap<&str, [u64; COLUMNS]> = BTreeMap::new();
        for ((_, office), counts) in self.months.iter().filter(|((at, _), _)| within(at, month)) {
            let own = sums.entry(office).or_default();
            own.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
        sums
    }

    /// Returns what pages say of a month over all offices.
    pub fn total(&self, month: &str) -> Total {
        let sum = |column: Column| self.month(month).values().map(|counts| counts[column as usize]).sum();
        Total {
            told: sum(Column::Told),
            told_satisfied: sum(Column::ToldSatisfied),
            called: sum(Column::Called),
            called_satisfied: sum(Column::CalledSatisfied),
            bad: sum(Column::Bad),
            rectified: sum(Column::Rectified),
            rectified_in_time: sum(Column::RectifiedInTime),
            marked: sum(Column::Marked),
            marked_satisfied: sum(Column::MarkedSatisfied),
            set_aside: sum(Column::SetAside),
        }
    }
}

/// Is the follow-up of a month over all offices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Total {
    /// Grades told by short messages and in chats.
    pub told: u64,
    /// Of these, satisfied.
    pub told_satisfied: u64,
    /// Grades told at independent call-backs.
    pub called: u64,
    /// Of these, satisfied.
    pub called_satisfied: u64,
    /// Bad grades put before the supervisor.
    pub bad: u64,
    /// How often something was put right and shown.
    pub rectified: u64,
    /// Of these, in time.
    pub rectified_in_time: u64,
    /// How often a resident marked that.
    pub marked: u64,
    /// Of these, satisfied.
    pub marked_satisfied: u64,
    /// Signed ratings that another office set aside.
    pub set_aside: u64,
}
