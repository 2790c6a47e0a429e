//! Days and moments as people read them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Lang, t};

fn weekday(lang: Lang, day: Date) -> String {
    lang.t(match day.weekday().to_monday_one_offset() {
        1 => "weekday-1",
        2 => "weekday-2",
        3 => "weekday-3",
        4 => "weekday-4",
        5 => "weekday-5",
        6 => "weekday-6",
        _ => "weekday-7",
    })
}

/// Writes a day in full: `2026年11月24日(周二)`.
pub fn day(lang: Lang, day: Date) -> String {
    let month = lang.t(&format!("month-{}", day.month()));
    let (year, number) = (day.year().to_string(), day.day());
    t(
        lang,
        "date-full",
        &[("year", year.into()), ("month", month.into()), ("day", number.into()), ("weekday", weekday(lang, day).into())],
    )
}

/// Writes a day without its year: `12月1日`.
pub fn day_short(lang: Lang, day: Date) -> String {
    let month = lang.t(&format!("month-{}", day.month()));
    t(lang, "date-short", &[("month", month.into()), ("day", day.day().into())])
}

/// Writes a month, given as `2026-11`: `2026年11月`.
pub fn month_name(lang: Lang, month: &str) -> String {
    let (year, number) = month.split_once('-').unwrap_or((month, "1"));
    let words = lang.t(&format!("month-{}", number.parse::<u32>().ok().filter(|number| (1..=12).contains(number)).unwrap_or(1)));
    t(lang, "figures-month", &[("year", year.into()), ("month", words.into())])
}

/// Writes a moment to the minute, in the site's zone.
pub fn moment(lang: Lang, at: Timestamp, zone: &TimeZone) -> String {
    let local = at.to_zoned_datetime(zone.clone());
    let time = format!("{:02}:{:02}", local.hour(), local.minute());
    t(lang, "date-moment", &[("day", day(lang, local.date()).into()), ("time", time.into())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_read_as_people_say_them() {
        let date: Date = "2026-11-24".parse().unwrap();
        assert_eq!(day(Lang::Zh, date), "2026年11月24日(周二)");
        assert_eq!(day(Lang::En, date), "Tuesday 24 November 2026");
        assert_eq!(day_short(Lang::Zh, date), "11月24日");
        let at: Timestamp = "2026-11-24T02:05:00Z".parse().unwrap();
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        assert_eq!(moment(Lang::Zh, at, &zone), "2026年11月24日(周二) 10:05");
        assert_eq!(moment(Lang::En, at, &zone), "Tuesday 24 November 2026, 10:05");
    }
}
