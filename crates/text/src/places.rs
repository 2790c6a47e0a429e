//! The places of a site in free text: its own tree of places, streets and estates, nothing learned.

use std::collections::HashMap;

use crate::amount::first_len;
use crate::fold::{Folded, fold};
use crate::words::Words;

/// Words that end the name of a place and are left out in speech, longer ones first.
const ENDS: &[&str] = &["居委会", "村委会", "街道", "社区", "小区", "网格", "县", "区", "乡", "镇", "村"];

/// Is one place to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What the caller calls it.
    pub key: String,
    /// Its names, the full one first.
    pub names: Vec<String>,
    /// The key of the place it lies in.
    pub parent: Option<String>,
}

/// Is a place that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// First byte in the writer's text.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// The key of the place; several where the name is borne by several and nothing else in the text decides.
    pub keys: Vec<String>,
}

/// Knows the names of places.
#[derive(Debug, Clone, Default)]
pub struct Gazetteer {
    entries: Vec<Entry>,
    /// The place of a parent in `entries`.
    parents: Vec<Option<usize>>,
    /// Names by their first character, longest first, each with the places that bear it.
    names: HashMap<char, Vec<(String, Vec<usize>)>>,
}

impl Gazetteer {
    /// Takes the places. A name without its last word, as 青禾 for 青禾镇, counts too unless it is a common word.
    pub fn new(entries: Vec<Entry>) -> Self {
        let by_key: HashMap<&str, usize> = entries.iter().enumerate().map(|(at, entry)| (entry.key.as_str(), at)).collect();
        let parents = entries.iter().map(|entry| by_key.get(entry.parent.as_deref()?).copied()).collect();
        let mut names: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, entry) in entries.iter().enumerate() {
            for name in entry.names.iter().map(|name| fold(name)).filter(|name| !name.is_empty()) {
                for name in short(&name).into_iter().chain([name.clone()]) {
                    let bearers = names.entry(name).or_default();
                    if !bearers.contains(&at) {
                        bearers.push(at);
                    }
                }
            }
        }
        let mut by_first: HashMap<char, Vec<(String, Vec<usize>)>> = HashMap::new();
        for (name, bearers) in names {
            let Some(first) = name.chars().next() else { continue };
            by_first.entry(first).or_default().push((name, bearers));
        }
        for list in by_first.values_mut() {
            list.sort_by(|(a, _), (b, _)| (b.len(), a).cmp(&(a.len(), b)));
        }
        Self { entries, parents, names: by_first }
    }

    /// Finds places, the longest name at each spot. Of several that bear a name those win that lie in, or around, another
    /// place of the text.
    pub fn find(&self, text: &str) -> Vec<Mention> {
        let folded = Folded::of(text);
        let (signs, mut found, mut at) = (folded.as_str(), Vec::new(), 0);
        while at < signs.len() {
            let rest = &signs[at..];
            let list = rest.chars().next().and_then(|first| self.names.get(&first));
            match list.and_then(|list| list.iter().find(|(name, _)| rest.starts_with(name.as_str()))) {
                Some((name, bearers)) => {
                    found.push((folded.origin(at..at + name.len()), bearers));
                    at += name.len();
                }
                None => at += first_len(rest),
            }
        }
        let sure: Vec<usize> = found.iter().filter(|(_, bearers)| bearers.len() == 1).map(|(_, bearers)| bearers[0]).collect();
        let mention = |(place, bearers): (std::ops::Range<usize>, &Vec<usize>)| Mention {
            start: place.start,
            end: place.end,
            keys: self.decide(bearers, &sure).into_iter().map(|at| self.entries[at].key.clone()).collect(),
        };
        found.into_iter().map(mention).collect()
    }

    fn decide(&self, bearers: &[usize], sure: &[usize]) -> Vec<usize> {
        let near = |at: &&usize| sure.iter().any(|other| self.lies_in(**at, *other) || self.lies_in(*other, **at));
        let close: Vec<usize> = bearers.iter().filter(near).copied().collect();
        if close.is_empty() { bearers.to_vec() } else { close }
    }

    /// Tells whether a place is another one or lies in it. A tree that bites its own tail ends the search.
    fn lies_in(&self, place: usize, other: usize) -> bool {
        let up = std::iter::successors(Some(place), |at| self.parents[*at]);
        up.take(self.entries.len()).any(|at| at == other)
    }
}

/// Returns a folded name without its last word, if two characters at least remain and they are no common word.
fn short(name: &str) -> Option<String> {
    let stem = ENDS.iter().find_map(|end| name.strip_suffix(end))?;
    (stem.chars().nth(1).is_some() && !Words::shared().knows(stem)).then(|| stem.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn county() -> Gazetteer {
        let entry = |key: &str, name: &str, parent: &str| Entry {
            key: key.to_owned(),
            names: name.split('/').map(str::to_owned).collect(),
            parent: (!parent.is_empty()).then(|| parent.to_owned()),
        };
        Gazetteer::new(vec![
            entry("c", "云岭县", ""),
            entry("t1", "青禾镇", "c"),
            entry("t2", "白沙乡", "c"),
            entry("v1", "石桥村", "t1"),
            entry("v2", "石桥村", "t2"),
            entry("e", "云岭花园/云岭花园小区", "t1"),
            entry("r", "和平路", "t1"),
        ])
    }

    fn keys(text: &str) -> Vec<String> {
        county().find(text).into_iter().map(|mention| mention.keys.join("|")).collect()
    }

    #[test]
    fn the_longest_name_wins_in_every_spelling() {
        assert_eq!(keys("云嶺花園小区停水"), ["e"]);
        assert_eq!(keys("青禾镇和平路的灯，青禾那边也是"), ["t1", "r", "t1"]);
        assert_eq!(keys("和平是大家的心愿"), [""; 0], "a common word is no short name");
        let text = "在靑禾鎮";
        let found = county().find(text);
        assert!(found.is_empty() || &text[found[0].start..found[0].end] == "靑禾鎮");
    }

    #[test]
    fn one_name_of_two_places_is_decided_by_the_rest_of_the_text() {
        assert_eq!(keys("石桥村没水"), ["v1|v2"]);
        assert_eq!(keys("白沙乡石桥村没水"), ["t2", "v2"]);
        assert_eq!(keys("石桥村没水，镇上的云岭花园有"), ["v1|v2", "e"]);
        assert_eq!(keys("云岭县石桥村"), ["c", "v1|v2"]);
    }

    #[test]
    fn a_tree_that_bites_its_tail_ends() {
        let entry =
            |key: &str, parent: &str| Entry { key: key.into(), names: vec![format!("{key}村")], parent: Some(parent.into()) };
        let places = Gazetteer::new(vec![entry("甲乙", "丙丁"), entry("丙丁", "甲乙")]);
        assert_eq!(places.find("甲乙村和丙丁村").len(), 2);
    }

    proptest! {
        #[test]
        fn parser_of_places(text in "[云岭县青禾镇石桥村白沙乡路 ]{0,30}|\\PC{0,30}") {
            for mention in county().find(&text) {
                prop_assert!(text.get(mention.start..mention.end).is_some_and(|part| !part.is_empty()) && !mention.keys.is_empty());
            }
        }
    }
}
