//! Days and lengths of time in free text: 2026年11月5日, 上周三, 昨天, 三个月, 半年多.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

use crate::amount::first_len;
use crate::fold::Folded;
use crate::numeral::number;

/// Says what time was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// From the first day to the last, both counted; one day is twice the same.
    Days(Date, Date),
    /// A length of time; what is no whole number of the unit is said in the next smaller one.
    Length(i64, Unit),
}

/// Names units of a length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unit {
    /// 分钟
    Minute,
    /// 小时
    Hour,
    /// 天
    Day,
    /// 工作日
    WorkingDay,
    /// 周
    Week,
    /// 个月
    Month,
    /// 年
    Year,
}

/// Is a time that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// First byte in the writer's text.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// What was meant.
    pub time: Time,
}

/// Units of lengths, longer words first.
const UNITS: &[(&str, Unit)] = &[
    ("个工作日", Unit::WorkingDay),
    ("工作日", Unit::WorkingDay),
    ("个多小时", Unit::Hour),
    ("个小时", Unit::Hour),
    ("小时", Unit::Hour),
    ("个钟头", Unit::Hour),
    ("分钟", Unit::Minute),
    ("个多月", Unit::Month),
    ("个月", Unit::Month),
    ("个星期", Unit::Week),
    ("个礼拜", Unit::Week),
    ("星期", Unit::Week),
    ("周", Unit::Week),
    ("天", Unit::Day),
    ("日内", Unit::Day),
    ("年", Unit::Year),
];

/// Days counted from today.
const NEAR: &[(&str, i64)] = &[
    ("大前天", -3),
    ("前天", -2),
    ("昨天", -1),
    ("昨日", -1),
    ("昨晚", -1),
    ("昨夜", -1),
    ("今天", 0),
    ("今日", 0),
    ("今早", 0),
    ("今晚", 0),
    ("明天", 1),
    ("明日", 1),
    ("大后天", 3),
    ("后天", 2),
];

/// Finds days and lengths of time, in the order of the text. A day without a year is the last one before or on `today`; a
/// day that there is not, such as 2月30日, is not found.
pub fn find(text: &str, today: Date) -> Vec<Found> {
    let folded = Folded::of(text);
    let (signs, mut found, mut at) = (folded.as_str(), Vec::new(), 0);
    while at < signs.len() {
        let rest = &signs[at..];
        let hit = day(rest, today).or_else(|| near(rest, today)).or_else(|| length(rest));
        let len = match hit {
            Some((time, len)) => {
                let place = folded.origin(at..at + len);
                found.push(Found { start: place.start, end: place.end, time });
                len
            }
            None => number(rest).map_or_else(|| first_len(rest), |number| number.len),
        };
        at += len;
    }
    found
}

/// Reads a number that is a part of a date, and the mark behind it.
fn part(text: &str, marks: &[&str]) -> Option<(i64, usize)> {
    let number = number(text)?;
    let mark = marks.iter().find(|mark| text[number.len..].starts_with(**mark))?;
    Some((number.whole()?, number.len + mark.len()))
}

fn date(year: i64, month: i64, day: i64) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn day(text: &str, today: Date) -> Option<(Time, usize)> {
    if let Some(hit) = written(text) {
        return Some(hit);
    }
    let Some((year, len)) = part(text, &["年"]).filter(|(year, _)| (1949..2200).contains(year)) else {
        return month_and_day(text, None, today);
    };
    let blank = text[len..].len() - text[len..].trim_start().len();
    match month_and_day(&text[len + blank..], Some(year), today) {
        Some((time, more)) => Some((time, len + blank + more)),
        None => Some((Time::Days(date(year, 1, 1)?, date(year, 12, 31)?), len)),
    }
}

/// Reads 2026-11-05, 2026/11/5, 2026.11.5.
fn written(text: &str) -> Option<(Time, usize)> {
    let plain = |text: &str, most: usize| {
        let len = text.bytes().take_while(u8::is_ascii_digit).count();
        (1..=most).contains(&len).then(|| text[..len].parse::<i64>().ok().map(|value| (value, len))).flatten()
    };
    let (year, first) = plain(text, 4).filter(|(year, _)| (1949..2200).contains(year))?;
    let mark = text[first..].chars().next().filter(|mark| ['-', '/', '.'].contains(mark))?;
    let (month, second) = plain(&text[first + 1..], 2)?;
    let rest = text[first + 1 + second..].strip_prefix(mark)?;
    let (day, third) = plain(rest, 2)?;
    let day = date(year, month, day)?;
    Some((Time::Days(day, day), first + second + third + 2))
}

fn month_and_day(text: &str, year: Option<i64>, today: Date) -> Option<(Time, usize)> {
    let (month, len) = part(text, &["月份", "月"])?;
    let blank = text[len..].len() - text[len..].trim_start().len();
    if let Some((day, more)) = part(&text[len + blank..], &["日", "号"]) {
        let this = i64::from(today.year());
        let day = match year {
            Some(year) => date(year, month, day)?,
            None => date(this, month, day).filter(|day| *day <= today).or_else(|| date(this - 1, month, day))?,
        };
        return Some((Time::Days(day, day), len + blank + more));
    }
    let first = if let Some(year) = year {
        date(year, month, 1)?
    } else {
        let first = date(i64::from(today.year()), month, 1)?;
        if first <= today { first } else { first.checked_sub(1.year()).ok()? }
    };
    Some((Time::Days(first, first.last_of_month()), len))
}

fn near(text: &str, today: Date) -> Option<(Time, usize)> {
    if let Some((word, days)) = NEAR.iter().find(|(word, _)| text.starts_with(word)) {
        let day = today.checked_add(days.days()).ok()?;
        return Some((Time::Days(day, day), word.len()));
    }
    week(text, today).or_else(|| month(text, today)).or_else(|| year(text, today))
}

/// Reads 上周, 这周, 本周, 下周, each also with a day of the week; 礼拜 and 星期 too.
fn week(text: &str, today: Date) -> Option<(Time, usize)> {
    let (which, rest) = [("上上", -2), ("上个", -1), ("上", -1), ("这", 0), ("本", 0), ("下个", 1), ("下", 1)]
        .into_iter()
        .find_map(|(word, weeks)| text.strip_prefix(word).map(|rest| (weeks, rest)))?;
    let rest = ["周", "星期", "礼拜"].into_iter().find_map(|word| rest.strip_prefix(word))?;
    let monday = today.checked_sub(i64::from(today.weekday().since(Weekday::Monday)).days()).ok()?;
    let monday = monday.checked_add((which * 7).days()).ok()?;
    let len = text.len() - rest.len();
    let sign = rest.chars().next();
    match sign.and_then(|c| "一二三四五六日天".chars().position(|one| one == c)) {
        Some(place) => {
            let day = monday.checked_add(i64::try_from(place.min(6)).ok()?.days()).ok()?;
            Some((Time::Days(day, day), len + first_len(rest)))
        }
        None => Some((Time::Days(monday, monday.checked_add(6.days()).ok()?), len)),
    }
}

fn month(text: &str, today: Date) -> Option<(Time, usize)> {
    let (word, months) = [("上上个月", -2), ("上个月", -1), ("上月", -1), ("这个月", 0), ("本月", 0), ("下个月", 1), ("下月", 1)]
        .into_iter()
        .find(|(word, _)| text.starts_with(word))?;
    let first = today.first_of_month().checked_add(months.months()).ok()?;
    Some((Time::Days(first, first.last_of_month()), word.len()))
}

fn year(text: &str, today: Date) -> Option<(Time, usize)> {
    let (word, years) = [("前年", -2), ("去年", -1), ("今年", 0), ("本年", 0), ("明年", 1)]
        .into_iter()
        .find(|(word, _)| text.starts_with(word))?;
    let first = today.first_of_year().checked_add(Span::new().try_years(years).ok()?).ok()?;
    let rest = &text[word.len()..];
    match month_and_day(rest, Some(i64::from(first.year())), today) {
        Some((time, len)) => Some((time, word.len() + len)),
        None => Some((Time::Days(first, first.last_of_year()), word.len())),
    }
}

fn length(text: &str) -> Option<(Time, usize)> {
    let number = number(text)?;
    let mut at = number.len;
    for more in ["几", "多", "余", "来"] {
        if text[at..].starts_with(more) {
            at += more.len();
            break;
        }
    }
    let (word, unit) = UNITS.iter().find(|(word, _)| text[at..].starts_with(word))?;
    let count = |factor: i64| Some((number.milli * factor / 1000).max(1));
    let time = match (number.whole(), unit) {
        (Some(whole), Unit::Year) if whole >= 1949 => return None,
        (Some(whole), _) => Time::Length(whole, *unit),
        (None, Unit::Year) => Time::Length(count(12)?, Unit::Month),
        (None, Unit::Month) => Time::Length(count(30)?, Unit::Day),
        (None, Unit::Week) => Time::Length(count(7)?, Unit::Day),
        (None, Unit::Day | Unit::WorkingDay) => Time::Length(count(24)?, Unit::Hour),
        (None, Unit::Hour | Unit::Minute) => Time::Length(count(60)?, Unit::Minute),
    };
    Some((time, at + word.len()))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    /// A Thursday.
    const TODAY: Date = date(2026, 11, 26);

    fn days(text: &str) -> Vec<(Date, Date)> {
        find(text, TODAY)
            .into_iter()
            .filter_map(|one| match one.time {
                Time::Days(first, last) => Some((first, last)),
                Time::Length(..) => None,
            })
            .collect()
    }

    #[test]
    fn days_are_found() {
        for (text, first, last) in [
            ("2026年11月5日起停水", date(2026, 11, 5), date(2026, 11, 5)),
            ("二〇二六年十一月五日", date(2026, 11, 5), date(2026, 11, 5)),
            ("2026-11-05交的钱", date(2026, 11, 5), date(2026, 11, 5)),
            ("２０２６．１１．５", date(2026, 11, 5), date(2026, 11, 5)),
            ("11月5号晚上", date(2026, 11, 5), date(2026, 11, 5)),
            ("12月5日", date(2025, 12, 5), date(2025, 12, 5)),
            ("2024年2月29日", date(2024, 2, 29), date(2024, 2, 29)),
            ("今年3月份", date(2026, 3, 1), date(2026, 3, 31)),
            ("去年12月3日", date(2025, 12, 3), date(2025, 12, 3)),
            ("2019年签的合同", date(2019, 1, 1), date(2019, 12, 31)),
            ("昨晚十点", date(2026, 11, 25), date(2026, 11, 25)),
            ("大前天", date(2026, 11, 23), date(2026, 11, 23)),
            ("上周三报过修", date(2026, 11, 18), date(2026, 11, 18)),
            ("本周日", date(2026, 11, 29), date(2026, 11, 29)),
            ("上个星期", date(2026, 11, 16), date(2026, 11, 22)),
            ("上个月", date(2026, 10, 1), date(2026, 10, 31)),
        ] {
            assert_eq!(days(text), [(first, last)], "{text}");
        }
    }

    #[test]
    fn lengths_are_found() {
        for (text, count, unit) in [
            ("停水三天了", 3, Unit::Day),
            ("等了两个多月", 2, Unit::Month),
            ("拖了半年", 6, Unit::Month),
            ("一年多没人管", 1, Unit::Year),
            ("4个小时", 4, Unit::Hour),
            ("１５个工作日内答复", 15, Unit::WorkingDay),
            ("半个小时", 30, Unit::Minute),
            ("两周", 2, Unit::Week),
        ] {
            let found = find(text, TODAY);
            assert_eq!(found.len(), 1, "{text} {found:?}");
            assert_eq!(found[0].time, Time::Length(count, unit), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_passed_over() {
        for text in ["2月30日", "13月5日", "3号楼", "12345", "每年", "天天", "第3条", "2026.13.40"] {
            assert_eq!(find(text, TODAY), [], "{text}");
        }
    }

    proptest! {
        #[test]
        fn parser_of_times(text in "[0-9一二三十〇年月日号周上下个去前天半多小时 ./-]{0,40}|\\PC{0,30}") {
            let found = find(&text, TODAY);
            for pair in found.windows(2) {
                prop_assert!(pair[0].end <= pair[1].start);
            }
            for one in &found {
                prop_assert!(text.get(one.start..one.end).is_some_and(|part| !part.is_empty()));
                if let Time::Days(first, last) = one.time {
                    prop_assert!(first <= last);
                }
            }
        }
    }
}
