//! Reading what was typed: words, and filters by the names that stand on the pages.

use appeals::find::{NAMES, Named, Narrow};
use appeals::{Kind, Stage};
use civic::directory::Directory;
use civic::rules::RuleSet;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use search::Typed;
use text::fold::fold;

use crate::words::Lang;

/// Is what was typed, read.
#[derive(Debug, Clone, Default)]
pub(super) struct Read {
    /// Words, quotes, what must not be there.
    pub typed: Typed,
    /// What the filters mean.
    pub narrow: Narrow,
    /// Filters whose value says nothing here.
    pub unknown: Vec<(String, String)>,
}

/// Reads what was typed on a day.
pub(super) fn read(text: &str, (directory, rules): (&Directory, &RuleSet), today: Date) -> Read {
    let typed = Typed::read(text, NAMES);
    let mut read = Read { typed, ..Read::default() };
    for (name, value) in read.typed.filters.clone() {
        let narrow = &mut read.narrow;
        let known = match name.as_str() {
            "状态" | "status" => status(narrow, &value),
            "单位" | "office" => put(&mut narrow.offices, offices(directory, &value)),
            "地方" | "place" => put(&mut narrow.places, places(directory, &value)),
            "类别" | "category" => put(&mut narrow.categories, categories(rules, &value)),
            "种类" | "kind" => put(&mut narrow.kinds, kinds(&value)),
            "到期" | "due" => {
                narrow.due = ahead(&value, today);
                narrow.due.is_some()
            }
            _ => {
                let came = past(&value, today);
                (narrow.from, narrow.to) = came.unwrap_or_default();
                came.is_some()
            }
        };
        if !known {
            read.unknown.push((name, value));
        }
    }
    read
}

fn put(to: &mut Vec<String>, codes: Vec<String>) -> bool {
    let any = !codes.is_empty();
    to.extend(codes);
    any
}

/// Keeps of what fits the one that fits wholly, where there is such a one.
fn best(all: Vec<(String, bool)>) -> Vec<String> {
    let whole: Vec<String> = all.iter().filter(|(_, whole)| *whole).map(|(code, _)| code.clone()).collect();
    if whole.is_empty() { all.into_iter().map(|(code, _)| code).collect() } else { whole }
}

fn offices(directory: &Directory, value: &str) -> Vec<String> {
    let offices = Named::offices(directory, value).into_iter();
    best(offices.map(|office| (office.code.clone(), is(value, &office.name, &office.name_en))).collect())
}

fn places(directory: &Directory, value: &str) -> Vec<String> {
    let places = Named::places(directory, value).into_iter();
    best(places.map(|place| (place.code.clone(), is(value, &place.name, &place.name_en))).collect())
}

fn categories(rules: &RuleSet, value: &str) -> Vec<String> {
    let fits = |name: &str| fold(name).contains(value);
    let rows = rules.categories().filter(|row| fits(&row.zh) || fits(&row.en) || row.code == value);
    best(rows.map(|row| (row.code.clone(), is(value, &row.zh, &row.en))).collect())
}

fn kinds(value: &str) -> Vec<String> {
    labelled("kind", Kind::ALL.iter().map(|kind| kind.code()), value)
}

/// Finds codes by what they are called on the pages, in either language.
fn labelled<'a>(family: &str, codes: impl Iterator<Item = &'a str>, value: &str) -> Vec<String> {
    let label = |lang: Lang, code: &str| fold(&lang.code(family, code));
    let fits = |code: &&str| [Lang::Zh, Lang::En].into_iter().any(|lang| label(lang, code).contains(value));
    let whole = |code: &str| [Lang::Zh, Lang::En].into_iter().any(|lang| label(lang, code) == value);
    best(codes.filter(fits).map(|code| (code.to_owned(), whole(code))).collect())
}

fn is(value: &str, name: &str, name_en: &str) -> bool {
    fold(name) == value || fold(name_en) == value
}

fn status(narrow: &mut Narrow, value: &str) -> bool {
    match value {
        "超期" | "逾期" | "late" | "overdue" => narrow.late = true,
        "紧急" | "危险" | "danger" | "urgent" => narrow.danger = true,
        "在办" | "未办结" | "未结" | "open" => narrow.open = Some(true),
        "办结" | "已办结" | "已结" | "closed" | "over" => narrow.open = Some(false),
        _ => return put(&mut narrow.stages, labelled("stage", Stage::ALL.iter().map(|stage| stage.code()), value)),
    }
    true
}

/// Is a stretch of days; none where it has no beginning or no end.
type Span = (Option<Date>, Option<Date>);

/// Reads when something came in: a day, a month, a year, a stretch of them, or how people say them.
fn past(value: &str, today: Date) -> Option<Span> {
    let monday = today.saturating_sub(i64::from(today.weekday().to_monday_zero_offset()).days());
    let said = match value {
        "今天" | "today" => (today, today),
        "昨天" | "yesterday" => (today.saturating_sub(1.day()), today.saturating_sub(1.day())),
        "本周" | "week" => (monday, today),
        "本月" | "month" => (today.first_of_month(), today),
        "今年" | "year" => (date(today.year(), 1, 1), today),
        _ => return days(value),
    };
    Some((Some(said.0), Some(said.1)))
}

/// Reads until when an answer is owed.
fn ahead(value: &str, today: Date) -> Option<Span> {
    let sunday = today.saturating_add((6 - i64::from(today.weekday().to_monday_zero_offset())).days());
    let said = match value {
        "今天" | "today" => (today, today),
        "明天" | "tomorrow" => (today.saturating_add(1.day()), today.saturating_add(1.day())),
        "本周" | "week" => (today, sunday),
        "七天内" | "7" => (today, today.saturating_add(6.days())),
        "本月" | "month" => (today, today.last_of_month()),
        _ => return days(value),
    };
    Some((Some(said.0), Some(said.1)))
}

/// Reads days as they are written: `2026-10`, `2026-10..2026-11`, `..2026-11-03`.
fn days(value: &str) -> Option<Span> {
    if let Some((from, to)) = stretch(value) {
        return Some((Some(from), Some(to)));
    }
    let (from, to) = value.split_once("..")?;
    let (from, to) = (stretch(from).map(|(first, _)| first), stretch(to).map(|(_, last)| last));
    (from.is_some() || to.is_some()).then_some((from, to))
}

/// Reads `2026`, `2026-10`, `2026-10-03` and `2026年10月3日` as their first and last day.
fn stretch(text: &str) -> Option<(Date, Date)> {
    let plain = text.replace(['年', '月', '/', '.'], "-").replace(['日', '号'], "");
    let mut parts = plain.trim_end_matches('-').split('-').map(|part| part.parse::<i16>().ok());
    let year = parts.next()??;
    let (month, day, more) = (parts.next(), parts.next(), parts.next());
    if more.is_some() || !(1..=9_999).contains(&year) {
        return None;
    }
    let small = |number: i16| i8::try_from(number).ok();
    match (month, day) {
        (None, _) => Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?)),
        (Some(month), None) => {
            let first = Date::new(year, small(month?)?, 1).ok()?;
            Some((first, first.last_of_month()))
        }
        (Some(month), Some(day)) => {
            let day = Date::new(year, small(month?)?, small(day?)?).ok()?;
            Some((day, day))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn narrowed(text: &str) -> Narrow {
        read(text, (&Directory::default(), &RuleSet::builtin()), date(2026, 11, 29)).narrow
    }

    #[test]
    fn filters_are_read_as_people_say_them() {
        let of = |from, to| Narrow { from: Some(from), to: Some(to), ..Narrow::default() };
        assert_eq!(narrowed("时间:2026-10..2026-11"), of(date(2026, 10, 1), date(2026, 11, 30)));
        assert_eq!(narrowed("时间：2026年10月3日"), of(date(2026, 10, 3), date(2026, 10, 3)));
        assert_eq!(narrowed("时间:本周"), of(date(2026, 11, 23), date(2026, 11, 29)));
        assert_eq!(narrowed("date:2025"), of(date(2025, 1, 1), date(2025, 12, 31)));
        let due = |text: &str| narrowed(text).due.unwrap();
        let day = |month, day| Some(date(2026, month, day));
        assert_eq!((due("到期:今天"), due("到期:七天内")), ((day(11, 29), day(11, 29)), (day(11, 29), day(12, 5))));
        assert_eq!((due("due:week"), due("到期:..2026-12")), ((day(11, 29), day(11, 29)), (None, day(12, 31))));
        assert!(narrowed("状态:超期").late && narrowed("status:late").late);
        assert_eq!(narrowed("状态:办结").open, Some(false));
        assert_eq!(narrowed("种类:投诉").kinds, ["complaint"]);
        let unknown = read("单位:没有 时间:哪天", (&Directory::default(), &RuleSet::builtin()), date(2026, 11, 29)).unknown;
        assert_eq!(unknown, [("单位".to_owned(), "没有".to_owned()), ("时间".to_owned(), "哪天".to_owned())]);
    }

    proptest! {
        #[test]
        fn parser_of_stretches(text in "\\PC{0,20}|[0-9]{1,5}[-年./][0-9]{1,3}[-月]?[0-9日]{0,3}") {
            if let Some((first, last)) = stretch(&text) {
                prop_assert!(first <= last);
            }
        }
    }
}
