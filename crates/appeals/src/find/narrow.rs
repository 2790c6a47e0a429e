//! What somebody narrows a search to, in codes; and offices and places found by their names or by the first letters of them.

use std::collections::BTreeSet;

use civic::directory::{Directory, Office, Place};
use jiff::civil::Date;
use pinyin::{Pinyin, ToPinyinMulti};
use search::Filter;
use text::fold::fold;

use super::document::RECEIVED;
use super::document::{DUE, days, mark};

/// Names of the filters that can be typed, as `单位:水务站`, in both languages.
pub const NAMES: &[&str] =
    &["状态", "单位", "地方", "类别", "种类", "时间", "到期", "status", "office", "place", "category", "kind", "date", "due"];
/// Seconds in a day.
const DAY_SECONDS: i64 = 86_400;
/// Names suggested at most for what was typed.
const NAMED_MAX: usize = 5;
/// Shortest run of letters that is read as the first letters of a name.
const INITIALS_MIN: usize = 2;

/// Narrows a search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Narrow {
    /// Only what is open (or what is over).
    pub open: Option<bool>,
    /// Only what is past its last day.
    pub late: bool,
    /// Only where a life may be in danger.
    pub danger: bool,
    /// One of these stages.
    pub stages: Vec<String>,
    /// One of these kinds.
    pub kinds: Vec<String>,
    /// One of these categories.
    pub categories: Vec<String>,
    /// Held by one of these offices.
    pub offices: Vec<String>,
    /// Happened in one of these places or within them.
    pub places: Vec<String>,
    /// Came in on this day or later.
    pub from: Option<Date>,
    /// Came in on this day or earlier.
    pub to: Option<Date>,
    /// Has its last day within these two, both included, and still owes an answer.
    pub due: Option<(Option<Date>, Option<Date>)>,
}

impl Narrow {
    /// Makes it a filter on the day it is `today`; `midnight` tells when a civil day begins, in seconds since 1970.
    pub(super) fn filter(&self, directory: &Directory, today: Date, midnight: impl Fn(Date) -> i64) -> Filter {
        let mut all = Vec::new();
        match self.open {
            Some(true) => all.push(Filter::Mark(mark::OPEN.to_owned())),
            Some(false) => all.push(Filter::Mark(mark::OPEN.to_owned()).denied()),
            None => {}
        }
        if self.late {
            all.push(Filter::Mark(mark::OWES.to_owned()));
            all.push(Filter::Mark(mark::OPEN.to_owned()));
            all.push(Filter::Between(DUE, None, Some(days(today) - 1)));
        }
        if let Some((from, to)) = self.due {
            all.extend([mark::OWES, mark::OPEN].map(|mark| Filter::Mark(mark.to_owned())));
            all.push(Filter::Between(DUE, from.map(days), to.map(days)));
        }
        if self.danger {
            all.push(Filter::Mark(mark::DANGER.to_owned()));
        }
        let mut one_of = |codes: Vec<String>| {
            if !codes.is_empty() {
                all.push(Filter::marks(codes));
            }
        };
        one_of(self.stages.iter().map(|code| mark::stage(code)).collect());
        one_of(self.kinds.iter().map(|code| mark::kind(code)).collect());
        one_of(self.categories.iter().map(|code| mark::category(code)).collect());
        let offices = self.offices.iter().flat_map(|code| directory.codes_of(code));
        one_of(offices.map(mark::owner).collect());
        let within = |code: &&String| self.places.iter().any(|above| directory.within(code, above));
        one_of(directory.places.keys().filter(within).map(|code| mark::place(code)).collect());
        if self.from.is_some() || self.to.is_some() {
            let from = self.from.map(&midnight);
            let to = self.to.map(|day| midnight(day) + DAY_SECONDS - 1);
            all.push(Filter::Between(RECEIVED, from, to));
        }
        Filter::All(all)
    }
}

/// Is an office or a place that may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// An office, by code.
    Office(String),
    /// A place, by code.
    Place(String),
}

impl Named {
    /// Finds offices and places whose name holds a word, or whose name begins with the letters it stands for: `yldz` is
    /// 云岭大寨, its office and its people. The shortest names come first, and there are few: they are suggestions.
    pub fn of(directory: &Directory, word: &str) -> Vec<Self> {
        let (offices, places) = (Self::offices(directory, word), Self::places(directory, word));
        let offices = offices.into_iter().map(|office| (&office.name, Self::Office(office.code.clone())));
        let places = places.into_iter().map(|place| (&place.name, Self::Place(place.code.clone())));
        let mut all: Vec<(&String, Self)> = offices.chain(places).collect();
        all.sort_by_key(|(name, _)| (name.chars().count(), *name));
        all.into_iter().take(NAMED_MAX).map(|(_, named)| named).collect()
    }

    /// Finds every office with such a name: a filter leaves none of them out.
    pub fn offices<'a>(directory: &'a Directory, word: &str) -> Vec<&'a Office> {
        let offices = directory.offices.values().filter(|office| directory.open(office));
        fitting(offices, word, |office| vec![&office.name, &office.name_en])
    }

    /// Finds every place with such a name, or with an estate or a street of such a name in it.
    pub fn places<'a>(directory: &'a Directory, word: &str) -> Vec<&'a Place> {
        let names = |place: &'a Place| [&place.name, &place.name_en].into_iter().chain(&place.also).collect();
        fitting(directory.places.values(), word, names)
    }
}

/// Keeps what has a name that holds a word or begins with the letters it stands for.
fn fitting<'a, T>(all: impl Iterator<Item = &'a T>, word: &str, names: impl Fn(&'a T) -> Vec<&'a String>) -> Vec<&'a T> {
    let word = fold(word.trim());
    if word.chars().count() < INITIALS_MIN {
        return Vec::new();
    }
    let letters = word.bytes().all(|byte| byte.is_ascii_lowercase());
    let fits = |name: &String| {
        let name = fold(name);
        name.contains(&word) || (letters && begins_with(&name, &word))
    };
    all.filter(|one| names(one).into_iter().any(fits)).collect()
}

/// Tells whether the characters of a name begin, in any of their readings, with these letters.
fn begins_with(name: &str, letters: &str) -> bool {
    let mut signs = name.chars().filter(|c| c.is_alphanumeric());
    letters.chars().all(|letter| signs.next().is_some_and(|sign| initials(sign).contains(&letter)))
}

fn initials(sign: char) -> BTreeSet<char> {
    if sign.is_ascii() {
        return [sign].into();
    }
    sign.to_pinyin_multi().into_iter().flatten().filter_map(|reading: Pinyin| reading.plain().chars().next()).collect()
}

#[cfg(test)]
mod tests {
    use civic::directory::PlaceLevel;

    use super::*;

    #[test]
    fn a_filter_knows_every_name_where_suggestions_are_few() {
        let mut directory = Directory::default();
        for (number, name) in ["一", "二", "三", "四", "五", "六", "七"].into_iter().enumerate() {
            let place = Place {
                code: format!("P{number}"),
                name: format!("槐荫{name}组"),
                name_en: format!("Huaiyin {number}"),
                parent: None,
                level: PlaceLevel::Grid,
                also: vec![format!("{name}号院")],
                merged_into: None,
                outline: Vec::new(),
            };
            directory.places.insert(place.code.clone(), place);
        }
        assert_eq!(Named::places(&directory, "槐荫").len(), 7);
        assert_eq!(Named::places(&directory, "hyl")[0].name, "槐荫六组");
        assert_eq!(Named::places(&directory, "三号院")[0].name, "槐荫三组");
        assert_eq!(Named::of(&directory, "槐荫").len(), NAMED_MAX);
        assert!(Named::offices(&directory, "槐荫").is_empty() && Named::places(&directory, "槐").is_empty());
    }

    #[test]
    fn names_are_found_by_their_first_letters_in_any_reading() {
        assert!(begins_with("云岭镇水务站", "ylz"));
        assert!(begins_with("重阳村", "cyc") && begins_with("重阳村", "zyc"));
        assert!(!begins_with("云岭镇", "ylc") && !begins_with("云岭", "ylz"));
    }
}
