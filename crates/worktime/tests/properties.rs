//! What must hold for every date and term, whatever the calendar says.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use proptest::prelude::*;
use worktime::*;

/// Notice of an invented year 2027, with a span that reaches into 2026.
const NOTICE: &str = "year = 2027\nsource = \"invented\"\nverified = \"yes\"\n\
    off = [\"2026-12-31/2027-01-03\", \"2027-02-05/2027-02-12\", \"2027-10-01/2027-10-07\"]\n\
    work = [\"2026-12-27\", \"2027-02-14\", \"2027-10-09\"]\n";

fn days() -> impl Strategy<Value = Date> {
    (2023..2029_i16, 1..13_i8, 1..29_i8).prop_map(|(year, month, day)| date(year, month, day))
}

fn terms() -> impl Strategy<Value = Term> {
    let units = prop_oneof![Just(Unit::Day), Just(Unit::WorkingDay), Just(Unit::Month), Just(Unit::Hour)];
    (0..100_u32, units).prop_map(|(value, unit)| Term { value: if unit == Unit::Month { value % 12 } else { value }, unit })
}

fn pauses() -> impl Strategy<Value = Vec<Pause>> {
    let pause = (days(), 0..40_i64).prop_map(|(from, length)| Pause { from, to: from.saturating_add(length.days()) });
    prop::collection::vec(pause, 0..4)
}

fn rests(day: Date, calendar: &Calendar) -> bool {
    !calendar.is_working(day)
}

fn later(day: Date, count: i64) -> Date {
    day.saturating_add(count.days())
}

proptest! {
    #[test]
    fn the_last_day_is_the_first_working_day_from_the_target(start in days(), term in terms(), pauses in pauses()) {
        let calendar = Calendar::builtin();
        let found = due_with(&calendar, start, term, (&pauses, &[]));
        prop_assert!(calendar.is_working(found.last));
        prop_assert!(found.target.series(1.day()).take_while(|day| *day < found.last).all(|day| rests(day, &calendar)));
        prop_assert_eq!(found.provisional, !(calendar.knows(found.target) && calendar.knows(found.last)));
    }

    #[test]
    fn a_later_start_is_never_due_earlier(start in days(), shift in 0..40_i64, term in terms(), pauses in pauses(), more in terms()) {
        let calendar = Calendar::builtin();
        // A clock is stopped after it began to run. A month that begins inside a pause and one that begins after it, in a
        // shorter month, are not the same month longer: 19 January with eleven days stopped ends on 1 March 2028, and
        // 31 January on 29 February.
        let pauses: Vec<Pause> = pauses.into_iter().filter(|pause| pause.from > later(start, shift)).collect();
        let one = due_with(&calendar, start, term, (&pauses, &[more]));
        let two = due_with(&calendar, later(start, shift), term, (&pauses, &[more]));
        prop_assert!(one.target <= two.target && one.last <= two.last, "{} {}", one.target, two.target);
    }

    #[test]
    fn a_pause_never_shortens(start in days(), term in terms(), pauses in pauses(), one in pauses()) {
        let calendar = Calendar::builtin();
        let before = due_with(&calendar, start, term, (&pauses, &[]));
        let after = due_with(&calendar, start, term, (&[pauses, one].concat(), &[]));
        prop_assert!(before.target <= after.target && before.last <= after.last);
    }

    #[test]
    fn a_pause_that_is_over_or_not_yet_begun_changes_nothing(start in days(), term in terms(), length in 0..40_i64) {
        let calendar = Calendar::builtin();
        let plain = due(&calendar, start, term);
        let over = Pause { from: later(start, -length), to: start };
        let ahead = Pause { from: later(plain.target, 1), to: later(plain.target, 1 + length) };
        let found = due_with(&calendar, start, term, (&[over, ahead], &[]));
        prop_assert_eq!((found.target, found.last, found.steps.paused), (plain.target, plain.last, 0));
    }

    #[test]
    fn an_extension_counts_on_from_the_target_and_never_shortens(start in days(), term in terms(), more in terms()) {
        let calendar = Calendar::builtin();
        let plain = due(&calendar, start, term);
        let extended = due_with(&calendar, start, term, (&[], &[more]));
        prop_assert_eq!(extended.target, due(&calendar, plain.target, more).target);
        prop_assert!(extended.target >= plain.target && extended.last >= plain.last);
    }

    #[test]
    fn a_longer_term_is_never_due_earlier(start in days(), term in terms(), more in 0..9_u32) {
        let calendar = Calendar::builtin();
        let longer = Term { value: term.value + more, ..term };
        prop_assert!(due(&calendar, start, term).target <= due(&calendar, start, longer).target);
    }

    #[test]
    fn working_days_are_counted_as_one_would_by_hand(start in days(), value in 1..60_u32) {
        let calendar = Calendar::builtin();
        let (mut day, mut left, mut skipped) = (start, value, Vec::new());
        while left > 0 {
            day = later(day, 1);
            if rests(day, &calendar) { skipped.push(day) } else { left -= 1 }
        }
        skipped.truncate(SKIPPED_DAYS_MAX);
        let found = due(&calendar, start, Term { value, unit: Unit::WorkingDay });
        prop_assert_eq!((found.target, found.last, found.steps.skipped), (day, day, skipped));
    }

    #[test]
    fn a_new_notice_moves_only_dates_it_speaks_about(start in days(), term in terms()) {
        let (before, notice) = (Calendar::builtin(), Year::parse(NOTICE).unwrap());
        let mut after = before.clone();
        after.add(notice.clone());
        let named: BTreeSet<Date> = notice.off.union(&notice.work).copied().collect();
        let (old, new) = (due(&before, start, term), due(&after, start, term));
        let span = start.series(1.day()).skip(1).take_while(|day| *day <= old.last.max(new.last)).collect::<BTreeSet<_>>();
        if span.is_disjoint(&named) {
            prop_assert_eq!((old.target, old.last), (new.target, new.last));
        }
    }

    #[test]
    fn hours_are_counted_from_the_moment(second in 0..2_000_000_000_i64, hours in 0..3_000_u32) {
        let start = jiff::Timestamp::from_second(second).unwrap();
        prop_assert_eq!(due_hours(start, hours).as_second() - second, i64::from(hours) * 3_600);
    }
}

#[test]
fn a_new_notice_changes_no_day_but_those_it_names_and_loading_it_twice_changes_nothing() {
    let (before, notice) = (Calendar::builtin(), Year::parse(NOTICE).unwrap());
    let mut after = before.clone();
    after.add(notice.clone());
    for day in date(2023, 1, 1).series(1.day()).take_while(|day| day.year() < 2030) {
        if !notice.off.contains(&day) && !notice.work.contains(&day) {
            assert_eq!(before.is_working(day), after.is_working(day), "{day}");
        } else {
            assert_eq!(after.is_working(day), notice.work.contains(&day), "{day}");
        }
    }
    let once = after.clone();
    after.add(notice);
    assert_eq!(once, after);
    assert_ne!(before.text(), after.text());
}

#[test]
fn every_day_of_the_shipped_years_is_worked_as_their_notices_say() {
    let calendar = Calendar::builtin();
    for year in calendar.years() {
        assert!(year.work.iter().all(|day| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)));
        assert!(year.work.iter().all(|day| calendar.is_working(*day)));
        assert!(year.off.iter().all(|day| rests(*day, &calendar)));
    }
    for (day, works) in [
        (date(2024, 5, 11), true),
        (date(2024, 5, 6), true),
        (date(2024, 5, 5), false),
        (date(2024, 10, 12), true),
        (date(2025, 1, 26), true),
        (date(2025, 1, 28), false),
        (date(2025, 9, 28), true),
        (date(2025, 10, 11), true),
        (date(2026, 1, 1), false),
        (date(2026, 1, 4), true),
        (date(2026, 2, 15), false),
        (date(2026, 9, 20), true),
    ] {
        assert_eq!(calendar.is_working(day), works, "{day}");
    }
}
