//! Hostile calendar files: a fuzz target, see `cargo x fuzz`.

use proptest::prelude::*;
use worktime::Year;

const GOOD: &str = include_str!("../../../rules/calendar/2026.toml");

proptest! {
    #[test]
    fn parser_of_calendars(changes in prop::collection::vec((any::<prop::sample::Index>(), 0..6_usize, "[-0-9/\", \\[\\]=a-z\n]{0,6}"), 1..4), junk in "\\PC{0,200}") {
        let text = changes.iter().fold(GOOD.to_owned(), |text, (at, out, piece)| {
            let letters: Vec<char> = text.chars().collect();
            let at = at.index(letters.len());
            letters[..at].iter().copied().chain(piece.chars()).chain(letters.iter().skip(at + out).copied()).collect()
        });
        if let Ok(year) = Year::parse(&text) {
            prop_assert!(year.off.is_disjoint(&year.work));
            prop_assert!(year.off.iter().chain(&year.work).all(|day| day.year() == year.year || day.year() == year.year - 1));
        }
        let _ = Year::parse(&junk);
    }
}
