//! Hostile calendar files: a fuzz target, see `cargo x fuzz`.

use proptest::prelude::*;
use testkit::hostile::{bent, changes};
use worktime::Year;

const GOOD: &str = include_str!("../../../rules/calendar/2026.toml");

proptest! {
    #[test]
    fn parser_of_calendars(changes in changes(), junk in "\\PC{0,200}") {
        for text in [bent(GOOD, &changes), junk] {
            if let Ok(year) = Year::parse(&text) {
                prop_assert!(year.off.is_disjoint(&year.work));
                prop_assert!(year.off.iter().chain(&year.work).all(|day| day.year() == year.year || day.year() == year.year - 1));
            }
        }
    }
}
