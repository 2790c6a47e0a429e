//! How often a leader has to sit, and who did not: pure. Who sat too seldom is told to everybody, for the law wants the schedule posted.

use civic::directory::{Directory, PlaceLevel, Role, Staff};
use civic::rules::{RuleSet, Unit};
use jiff::civil::Date;
use uuid::Uuid;

/// The term that says within how many months a leader of a county sits once.
pub const COUNTY: &str = "reception.county_leader";
/// Months of a year.
const YEAR_MONTHS: i16 = 12;

/// Is a stretch of months, as calendars have them: a month, a quarter, a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Its first day.
    pub first: Date,
    /// The first day of the next.
    pub next: Date,
}

impl Period {
    /// Finds the stretch of so many months that a day lies in.
    pub fn of(day: Date, months: i16) -> Self {
        let months = months.clamp(1, YEAR_MONTHS);
        let first = (i16::from(day.month()) - 1) / months * months;
        Self { first: month(day.year(), first), next: month(day.year(), first + months) }
    }

    /// Finds the one before.
    #[must_use]
    pub fn before(self, months: i16) -> Self {
        Self::of(self.first.yesterday().unwrap_or(self.first), months)
    }

    /// Tells whether a day lies in it.
    pub fn has(self, day: Date) -> bool {
        self.first <= day && day < self.next
    }
}

/// Returns the first day of a month counted from January of a year, 0 for that January.
fn month(year: i16, months: i16) -> Date {
    let (year, month) = (year + months.div_euclid(YEAR_MONTHS), months.rem_euclid(YEAR_MONTHS) + 1);
    Date::new(year, i8::try_from(month).unwrap_or(1), 1).unwrap_or(Date::MAX)
}

/// Says how it stands with one leader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// The leader's account.
    pub leader: Uuid,
    /// Within how many months the leader sits once.
    pub months: i16,
    /// The stretch that is over.
    pub last: Period,
    /// True where the leader did not sit in it.
    pub missed: bool,
    /// The newest day in the present stretch, held or to come; none where none is planned.
    pub planned: Option<Date>,
}

/// Lists the leaders who have to sit every so often, with how it stands. `days` are the days that were not called off, by leader; `begun`
/// is the first day that this site ever published: of what was before it nobody is told that they missed it.
pub fn look(directory: &Directory, rules: &RuleSet, (today, begun): (Date, Option<Date>), days: &[(Uuid, Date)]) -> Vec<Duty> {
    let term = rules.term(COUNTY);
    let months = i16::try_from(term.value).unwrap_or(YEAR_MONTHS);
    if term.unit != Unit::Month {
        return Vec::new();
    }
    let present = Period::of(today, months);
    let last = present.before(months);
    leaders(directory)
        .map(|leader| {
            let own = || days.iter().filter(|(own, _)| *own == leader.id).map(|(_, day)| *day);
            let watched = begun.is_some_and(|begun| begun < last.first || last.has(begun));
            Duty {
                leader: leader.id,
                months,
                last,
                missed: watched && !own().any(|day| last.has(day)),
                planned: own().filter(|day| present.has(*day)).max(),
            }
        })
        .collect()
}

/// Lists the leaders of the county, those whose days the rule counts.
pub fn leaders(directory: &Directory) -> impl Iterator<Item = &Staff> {
    let county = |office: &str| {
        let place = directory.offices.get(office).and_then(|office| directory.places.get(&office.place));
        place.is_some_and(|place| place.level == PlaceLevel::County)
    };
    directory.staff.values().filter(move |staff| staff.active && staff.is(Role::Leader) && county(&staff.office))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_month_a_quarter_and_a_year_begin_and_end_where_calendars_say() {
        for (day, months, first, next) in [
            (date(2026, 11, 30), 1, date(2026, 11, 1), date(2026, 12, 1)),
            (date(2026, 12, 31), 1, date(2026, 12, 1), date(2027, 1, 1)),
            (date(2026, 12, 31), 3, date(2026, 10, 1), date(2027, 1, 1)),
            (date(2026, 1, 1), 3, date(2026, 1, 1), date(2026, 4, 1)),
            (date(2028, 2, 29), 12, date(2028, 1, 1), date(2029, 1, 1)),
        ] {
            assert_eq!(Period::of(day, months), Period { first, next }, "{day} {months}");
        }
        assert_eq!(Period::of(date(2027, 1, 15), 1).before(1), Period { first: date(2026, 12, 1), next: date(2027, 1, 1) });
        assert_eq!(Period::of(date(2027, 1, 15), 3).before(3), Period { first: date(2026, 10, 1), next: date(2027, 1, 1) });
    }
}
