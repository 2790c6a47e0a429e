//! What two texts have in common, in the people's own words.

use search::Likeness;
use text::fold::Folded;
use text::words::{Words, is_word};

/// Stretches shown at most.
const SHOWN_MAX: usize = 3;
/// Longest stretch, in characters: longer ones are whole sentences, and those are read where they stand.
const CHARS_MAX: usize = 12;

/// Lists the most telling stretches of a text that stand in another one too, as their writer wrote them.
pub fn shared(own: &str, likeness: &Likeness, other: &str) -> Vec<String> {
    let (folded, other) = (Folded::of(own), text::fold::fold(other));
    let line = folded.as_str();
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    for word in Words::shared().cut(line) {
        let (from, to) = (at, at + word.len());
        at = to;
        if !word.chars().all(char::is_alphanumeric) || !other.contains(word) {
            continue;
        }
        match runs.last_mut() {
            Some(last)
                if last.1 == from && line[last.0..to].chars().count() <= CHARS_MAX && other.contains(&line[last.0..to]) =>
            {
                last.1 = to;
            }
            _ => runs.push((from, to)),
        }
    }
    let mut all: Vec<(f64, usize, usize)> = Vec::new();
    for (from, to) in runs {
        let stretch = &line[from..to];
        let known = all.iter().any(|(_, from, to)| line[*from..*to].contains(stretch));
        let weight = likeness.weight_of(stretch);
        if is_word(stretch) && weight > 0.0 && !known {
            all.push((weight, from, to));
        }
    }
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    all.truncate(SHOWN_MAX);
    all.into_iter().map(|(_, from, to)| own[folded.origin(from..to)].to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said(own: &str, other: &str) -> Vec<String> {
        shared(own, &Likeness::plain(own), other)
    }

    #[test]
    fn what_both_say_is_shown_as_it_was_written() {
        assert_eq!(said("村口的水管漏了三天，没人来修", "村口水管一直在漏，三天了没人修"), ["村口", "水管", "三天"]);
        assert_eq!(said("我們小區停水了", "小区停水两天"), ["小區停水"]);
        assert!(said("路灯坏了", "水管漏了").is_empty() && said("", "").is_empty());
    }

    proptest! {
        #[test]
        fn parser_of_shared(own in "\\PC{0,60}|[小區停水了三天 ，]{0,40}", other in "[小区停水了三天 ，]{0,40}") {
            for stretch in said(&own, &other) {
                prop_assert!(own.contains(&stretch) && text::fold::fold(&other).contains(&text::fold::fold(&stretch)));
            }
        }
    }
}
