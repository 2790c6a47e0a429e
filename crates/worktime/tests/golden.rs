//! Published figures: working days of the years, worked weekends, and examples of each unit.

use jiff::civil::{Date, date};
use proptest::prelude::*;
use worktime::*;

fn term(value: u32, unit: Unit) -> Term {
    Term { value, unit }
}

#[test]
fn years_have_the_published_number_of_working_days() {
    let calendar = Calendar::builtin();
    assert_eq!(calendar.working_days(2024), 251);
    assert_eq!(calendar.working_days(2025), 248);
    assert_eq!(calendar.working_days(2026), 248);
}

#[test]
fn exchanged_days_are_worked_and_holidays_are_not() {
    let calendar = Calendar::builtin();
    for (day, works) in [
        (date(2026, 2, 14), true),
        (date(2026, 2, 23), false),
        (date(2026, 2, 24), true),
        (date(2026, 2, 28), true),
        (date(2026, 10, 10), true),
        (date(2026, 10, 7), false),
        (date(2024, 2, 18), true),
        (date(2023, 12, 31), false),
        (date(2025, 10, 8), false),
        (date(2026, 11, 28), false),
    ] {
        assert_eq!(calendar.is_working(day), works, "{day}");
    }
}

#[test]
fn fifteen_days_from_a_filing_in_november_end_in_december() {
    let found = due(&Calendar::builtin(), date(2026, 11, 24), term(15, Unit::Day));
    assert_eq!((found.target, found.last), (date(2026, 12, 9), date(2026, 12, 9)));
    assert!(!found.provisional);
    assert_eq!(found.steps.first, date(2026, 11, 25));
}

#[test]
fn a_last_day_in_the_spring_festival_moves_behind_it() {
    let found = due(&Calendar::builtin(), date(2026, 2, 5), term(15, Unit::Day));
    assert_eq!((found.target, found.last), (date(2026, 2, 20), date(2026, 2, 24)));
}

#[test]
fn five_working_days_step_over_the_national_holidays() {
    let found = due(&Calendar::builtin(), date(2026, 9, 30), term(5, Unit::WorkingDay));
    assert_eq!(found.target, date(2026, 10, 13));
    assert_eq!(found.steps.skipped.len(), 8);
}

#[test]
fn months_end_on_the_same_number_or_on_the_last_day() {
    let calendar = Calendar::builtin();
    assert_eq!(due(&calendar, date(2025, 10, 31), term(1, Unit::Month)).target, date(2025, 11, 30));
    assert_eq!(due(&calendar, date(2024, 1, 31), term(1, Unit::Month)).target, date(2024, 2, 29));
    assert_eq!(due(&calendar, date(2025, 11, 24), term(3, Unit::Month)).target, date(2026, 2, 24));
}

#[test]
fn a_year_without_notice_gives_a_provisional_date_and_a_loaded_one_a_firm_date() {
    let mut calendar = Calendar::builtin();
    let before = due(&calendar, date(2026, 12, 30), term(3, Unit::WorkingDay));
    assert!(before.provisional);
    assert_eq!(before.last, date(2027, 1, 4));
    let text = "year = 2027\nsource = \"test\"\nverified = \"yes\"\noff = [\"2027-01-01/2027-01-03\"]\nwork = []\n";
    calendar.add(Year::parse(text).unwrap());
    let after = due(&calendar, date(2026, 12, 30), term(3, Unit::WorkingDay));
    assert!(!after.provisional);
    assert_eq!(after.last, date(2027, 1, 5));
}

#[test]
fn extensions_count_on_from_the_unrolled_target() {
    let calendar = Calendar::builtin();
    let found = due_with(&calendar, date(2026, 8, 3), term(60, Unit::Day), (&[], &[term(30, Unit::Day)]));
    assert_eq!(found.target, date(2026, 11, 1));
    assert_eq!(found.last, date(2026, 11, 2));
}

#[test]
fn wrong_calendar_files_are_refused_with_the_day_named() {
    let wrong = |off: &str, work: &str| {
        let text = format!("year = 2027\nsource = \"x\"\nverified = \"yes\"\noff = [{off}]\nwork = [{work}]\n");
        Year::parse(&text).unwrap_err().to_string()
    };
    assert!(wrong("\"2027-13-01\"", "").contains("2027-13-01"));
    assert!(wrong("\"2027-01-05/2027-01-01\"", "").contains("2027-01-05"));
    assert!(wrong("\"2027-01-01/2027-12-31\"", "").contains("span"));
    assert!(wrong("", "\"2027-01-04\"").contains("2027-01-04"));
    assert!(wrong("", "\"2035-01-06\"").contains("2035-01-06"));
}

#[test]
fn what_is_over_is_told_by_dates_through_every_holiday() {
    let calendar = Calendar::builtin();
    // the Spring Festival of 2026: off from Sunday 15 to Monday 23 February, worked on Saturday the 14th
    let last = date(2026, 2, 14);
    assert_eq!(calendar.left(date(2026, 2, 13), last), Left::Ahead(1));
    assert_eq!(calendar.left(last, last), Left::Today);
    for day in 15..=23 {
        assert_eq!(calendar.left(date(2026, 2, day), last), Left::Over(0), "on the {day}th");
    }
    assert_eq!(calendar.left(date(2026, 2, 24), last), Left::Over(1));
    assert_eq!(calendar.left(date(2026, 11, 28), date(2026, 11, 30)), Left::Ahead(1));
    assert_eq!(calendar.left(date(2026, 11, 28), date(2026, 11, 29)), Left::Ahead(0));
}

fn days() -> impl Strategy<Value = Date> {
    (2023..2029_i16, 1..13_i8, 1..29_i8).prop_map(|(year, month, day)| date(year, month, day))
}

fn terms() -> impl Strategy<Value = Term> {
    let units = prop_oneof![Just(Unit::Day), Just(Unit::WorkingDay), Just(Unit::Month), Just(Unit::Hour)];
    (0..120_u32, units).prop_map(|(value, unit)| Term { value, unit })
}

proptest! {
    #[test]
    fn due_dates_are_monotone_in_the_start(start in days(), later in 0..40_i64, term in terms()) {
        let calendar = Calendar::builtin();
        let second = start.checked_add(jiff::Span::new().days(later)).unwrap();
        let (one, two) = (due(&calendar, start, term), due(&calendar, second, term));
        prop_assert!(one.target <= two.target && one.last <= two.last);
        prop_assert!(start <= one.target && one.target <= one.last);
        prop_assert!(calendar.is_working(one.last));
    }

    #[test]
    fn a_working_day_term_counts_exactly_its_days(start in days(), value in 1..60_u32) {
        let calendar = Calendar::builtin();
        let found = due(&calendar, start, term(value, Unit::WorkingDay));
        prop_assert_eq!(calendar.working_days_left(start, found.target), i64::from(value));
        prop_assert_eq!(calendar.working_days_left(found.target, start), -i64::from(value));
    }

    #[test]
    fn working_days_are_counted_as_if_one_by_one(today in days(), apart in -800..800_i64) {
        let calendar = Calendar::builtin();
        let last = today.checked_add(jiff::Span::new().days(apart)).unwrap();
        let (from, to) = (today.min(last), today.max(last));
        let one_by_one = from.series(jiff::Span::new().days(1)).skip(1).take_while(|day| *day <= to);
        let counted = one_by_one.filter(|day| calendar.is_working(*day)).count();
        prop_assert_eq!(calendar.working_days_left(today, last), apart.signum() * i64::try_from(counted).unwrap());
    }

    #[test]
    fn today_is_one_day_only_and_dates_decide_what_is_over(last in days(), apart in -60..60_i64) {
        let calendar = Calendar::builtin();
        let today = last.checked_add(jiff::Span::new().days(apart)).unwrap();
        let count = calendar.working_days_left(today, last).abs();
        let expected = match apart {
            ..0 => Left::Ahead(count),
            0 => Left::Today,
            1.. => Left::Over(count),
        };
        prop_assert_eq!(calendar.left(today, last), expected);
    }

    #[test]
    fn a_pause_inside_a_term_moves_the_target_by_its_length(start in days(), value in 20..60_u32, at in 1..10_i64, length in 1..9_i64) {
        let calendar = Calendar::builtin();
        let from = start.checked_add(jiff::Span::new().days(at)).unwrap();
        let to = from.checked_add(jiff::Span::new().days(length - 1)).unwrap();
        let plain = due(&calendar, start, term(value, Unit::Day));
        let paused = due_with(&calendar, start, term(value, Unit::Day), (&[Pause { from, to }], &[]));
        prop_assert_eq!(plain.target.until(paused.target).unwrap().get_days(), i32::try_from(length).unwrap());
        prop_assert_eq!(i64::from(paused.steps.paused), length);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn dates_far_away_and_huge_terms_do_not_panic(year in 1..9999_i16, value: u32) {
        for unit in [Unit::Day, Unit::WorkingDay, Unit::Month, Unit::Hour] {
            due(&Calendar::builtin(), date(year, 12, 31), Term { value, unit });
        }
    }
}
