//! A calendar that other programs follow (iCalendar, RFC 5545): every entry keeps its id, a change raises its sequence, what was called off says
//! so.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

/// Longest line, in bytes (RFC 5545, 3.1).
const LINE_BYTES_MAX: usize = 75;

/// Says when an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// From one instant to another.
    Between(Timestamp, Timestamp),
    /// On a day, no time said.
    Day(Date),
}

/// Is one entry, in the reader's language.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its id.
    pub id: Uuid,
    /// How often it changed.
    pub version: i64,
    /// When.
    pub when: When,
    /// True where it was called off.
    pub cancelled: bool,
    /// Its title.
    pub title: String,
    /// What people should know.
    pub words: String,
    /// Where.
    pub place: String,
    /// Its page.
    pub address: String,
}

/// Writes a calendar. `product` names the writer (RFC 5545, 3.7.3), `host` is the site's own name.
pub fn calendar((product, name, host): (&str, &str, &str), entries: &[Entry]) -> String {
    let mut out = String::new();
    for text in ["BEGIN:VCALENDAR", "VERSION:2.0", &format!("PRODID:{product}"), "CALSCALE:GREGORIAN", "METHOD:PUBLISH"] {
        line(&mut out, text);
    }
    line(&mut out, &format!("X-WR-CALNAME:{}", escaped(name)));
    for entry in entries {
        line(&mut out, "BEGIN:VEVENT");
        line(&mut out, &format!("UID:{}@{}", entry.id, escaped(host)));
        // the stamp is not the time of asking: the same answer as long as nothing changed
        for text in times(entry.when) {
            line(&mut out, &text);
        }
        line(&mut out, &format!("SEQUENCE:{}", entry.version - 1));
        line(&mut out, &format!("STATUS:{}", if entry.cancelled { "CANCELLED" } else { "CONFIRMED" }));
        line(&mut out, &format!("SUMMARY:{}", escaped(&entry.title)));
        line(&mut out, &format!("DESCRIPTION:{}", escaped(&entry.words)));
        line(&mut out, &format!("LOCATION:{}", escaped(&entry.place)));
        line(&mut out, &format!("URL:{}", entry.address));
        line(&mut out, "END:VEVENT");
    }
    line(&mut out, "END:VCALENDAR");
    out
}

fn times(when: When) -> Vec<String> {
    match when {
        When::Between(from, to) => {
            let shown = |at: Timestamp| at.strftime("%Y%m%dT%H%M%SZ").to_string();
            vec![format!("DTSTAMP:{}", shown(from)), format!("DTSTART:{}", shown(from)), format!("DTEND:{}", shown(to))]
        }
        When::Day(day) => {
            let shown = |day: Date| day.strftime("%Y%m%d").to_string();
            let end = shown(day.tomorrow().unwrap_or(day));
            vec![
                format!("DTSTAMP:{}T000000Z", shown(day)),
                format!("DTSTART;VALUE=DATE:{}", shown(day)),
                format!("DTEND;VALUE=DATE:{end}"),
            ]
        }
    }
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

    #[test]
    fn a_day_without_a_time_is_a_whole_day() {
        let when = When::Day(jiff::civil::date(2026, 12, 31));
        let entry = Entry {
            id: Uuid::nil(),
            version: 2,
            when,
            cancelled: false,
            title: "会".into(),
            words: String::new(),
            place: "二楼".into(),
            address: "https://x/1".into(),
        };
        let text = calendar(("-//x//y//ZH", "会", "x"), &[entry]);
        for part in ["DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270101", "SEQUENCE:1", "STATUS:CONFIRMED"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}
