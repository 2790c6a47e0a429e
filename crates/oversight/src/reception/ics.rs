//! Days as a calendar that other programs follow (iCalendar, RFC 5545): every day keeps its id, a change raises its sequence, what was
//! called off says so. No word about who comes.

use civic::site::Site;
use jiff::Timestamp;
use jiff::civil::Time;

use super::day::{Day, Held, Plan};

/// Longest line, in bytes (RFC 5545, 3.1).
const LINE_BYTES_MAX: usize = 75;
/// Names the writer (RFC 5545, 3.7.3).
const PRODUCT: &str = "-//Minsheng//Reception days//ZH";

/// Is a day as the calendar shows it, in the reader's language.
#[derive(Debug, Clone)]
pub struct Shown<'a> {
    /// The day.
    pub day: &'a Day,
    /// Its title.
    pub title: String,
    /// What people should know.
    pub words: String,
    /// Where.
    pub place: String,
    /// Its page.
    pub address: String,
}

/// Writes a calendar. `host` is the site's own name.
pub fn calendar(site: &Site, (name, host): (&str, &str), days: &[Shown<'_>]) -> String {
    let mut out = String::new();
    for text in ["BEGIN:VCALENDAR", "VERSION:2.0", &format!("PRODID:{PRODUCT}"), "CALSCALE:GREGORIAN", "METHOD:PUBLISH"] {
        line(&mut out, text);
    }
    line(&mut out, &format!("X-WR-CALNAME:{}", escaped(name)));
    for shown in days {
        let Some((from, to)) = times(site, &shown.day.plan) else { continue };
        line(&mut out, "BEGIN:VEVENT");
        line(&mut out, &format!("UID:{}@{}", shown.day.id, escaped(host)));
        // not the time of asking: the same answer as long as nothing changed
        line(&mut out, &format!("DTSTAMP:{from}"));
        line(&mut out, &format!("DTSTART:{from}"));
        line(&mut out, &format!("DTEND:{to}"));
        line(&mut out, &format!("SEQUENCE:{}", shown.day.version - 1));
        line(&mut out, &format!("STATUS:{}", if shown.day.held == Held::Cancelled { "CANCELLED" } else { "CONFIRMED" }));
        line(&mut out, &format!("SUMMARY:{}", escaped(&shown.title)));
        line(&mut out, &format!("DESCRIPTION:{}", escaped(&shown.words)));
        line(&mut out, &format!("LOCATION:{}", escaped(&shown.place)));
        line(&mut out, &format!("URL:{}", shown.address));
        line(&mut out, "END:VEVENT");
    }
    line(&mut out, "END:VCALENDAR");
    out
}

/// Returns when a slot of a day begins.
pub fn begins(site: &Site, plan: &Plan, minutes: u16) -> Option<Timestamp> {
    let time = Time::new(i8::try_from(minutes / 60 % 24).ok()?, i8::try_from(minutes % 60).ok()?, 0, 0).ok()?;
    // a day may end at midnight
    let date = if minutes >= 24 * 60 { plan.date.tomorrow().ok()? } else { plan.date };
    Some(date.to_datetime(time).to_zoned_datetime(site.zone.clone()).ok()?.timestamp())
}

fn times(site: &Site, plan: &Plan) -> Option<(String, String)> {
    let shown = |at: Timestamp| at.strftime("%Y%m%dT%H%M%SZ").to_string();
    Some((shown(begins(site, plan, plan.from)?), shown(begins(site, plan, plan.ends())?)))
}

/// Escapes a text (RFC 5545, 3.3.11).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\\' | ';' | ',' => out.extend(['\\', sign]),
            '\n' => out.push_str("\\n"),
            sign if sign.is_control() => {}
            sign => out.push(sign),
        }
    }
    out
}

/// Writes a line, folded within characters' ends.
fn line(out: &mut String, text: &str) {
    let mut left = LINE_BYTES_MAX;
    for sign in text.chars() {
        if sign.len_utf8() > left {
            out.push_str("\r\n ");
            left = LINE_BYTES_MAX - 1;
        }
        out.push(sign);
        left -= sign.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fold_between_characters_and_text_is_escaped() {
        let mut out = String::new();
        line(&mut out, &format!("SUMMARY:{}", "接访日".repeat(20)));
        assert!(out.ends_with("\r\n"));
        for part in out.trim_end().split("\r\n") {
            assert!(part.len() <= LINE_BYTES_MAX, "{part}");
        }
        assert_eq!(out.replace("\r\n ", "").trim_end(), format!("SUMMARY:{}", "接访日".repeat(20)));
        assert_eq!(escaped("东岗镇; 三楼,左\\右\n二\r行"), "东岗镇\\; 三楼\\,左\\\\右\\n二行");
    }
}
