//! When people do things: offices in their hours on working days, residents when they are awake.

use civic::chance::Chance;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, ZonedDateTime};
use worktime::Calendar;

use super::slots::below;

/// Minutes of the day in which offices work.
const OFFICE: [(i64, i64); 2] = [(8 * 60 + 35, 11 * 60 + 55), (14 * 60 + 5, 17 * 60 + 25)];
/// Minutes of the day in which residents write.
const AWAKE: (i64, i64) = (6 * 60 + 40, 22 * 60 + 50);
/// Days looked ahead for a working day, so that a calendar full of rest cannot hang.
const DAYS_AHEAD_MAX: usize = 20;

/// Knows the zone and the working days.
pub struct Hours<'a> {
    /// The site's zone.
    pub zone: &'a TimeZone,
    /// Working days.
    pub calendar: &'a Calendar,
}

impl Hours<'_> {
    /// Moves on by some minutes and then to the next moment at which an office works.
    pub fn office(&self, at: Timestamp, (least, most): (u32, u32), chance: &mut Chance) -> Timestamp {
        let mut now = self.later(at, (least, most), chance);
        for _ in 0..DAYS_AHEAD_MAX {
            let minute = minute_of(&now);
            let slot = OFFICE.iter().find(|(_, close)| minute <= *close).filter(|_| self.calendar.is_working(now.date()));
            match slot {
                Some((open, _)) if minute >= *open => break,
                Some((open, _)) => {
                    now = at_minute(&now, open + i64::from(below(chance, 40)));
                    break;
                }
                None => now = at_minute(&next_day(&now), 0),
            }
        }
        now.timestamp()
    }

    /// Moves on by some minutes and then to the next moment at which people are awake.
    pub fn awake(&self, at: Timestamp, (least, most): (u32, u32), chance: &mut Chance) -> Timestamp {
        let now = self.later(at, (least, most), chance);
        let (wake, sleep) = AWAKE;
        let minute = minute_of(&now);
        if minute < wake {
            return at_minute(&now, wake + i64::from(below(chance, 90))).timestamp();
        }
        if minute > sleep {
            at_minute(&next_day(&now), wake + i64::from(below(chance, 150))).timestamp()
        } else {
            now.timestamp()
        }
    }

    /// Moves on by some minutes, day and night.
    pub fn any(&self, at: Timestamp, (least, most): (u32, u32), chance: &mut Chance) -> Timestamp {
        self.later(at, (least, most), chance).timestamp()
    }

    fn later(&self, at: Timestamp, (least, most): (u32, u32), chance: &mut Chance) -> ZonedDateTime {
        let seconds = i64::from(least) * 60 + i64::from(below(chance, (most - least).max(1) * 60));
        at.saturating_add(seconds.seconds()).expect("spans of seconds are exact").to_zoned_datetime(self.zone.clone())
    }
}

fn minute_of(now: &ZonedDateTime) -> i64 {
    i64::from(now.hour()) * 60 + i64::from(now.minute())
}

fn next_day(now: &ZonedDateTime) -> ZonedDateTime {
    now.saturating_add(1.day())
}

fn at_minute(now: &ZonedDateTime, minute: i64) -> ZonedDateTime {
    let time = Time::new((minute / 60) as i8, (minute % 60) as i8, now.second(), 0).expect("minutes of a day make a time");
    now.with().time(time).build().expect("every day has these minutes")
}

#[cfg(test)]
mod tests {
    use rand_core::SeedableRng;

    use super::*;

    #[test]
    fn offices_work_in_their_hours_and_residents_sleep() {
        let (zone, calendar) = (TimeZone::get("Asia/Shanghai").unwrap(), Calendar::builtin());
        let hours = Hours { zone: &zone, calendar: &calendar };
        let mut chance = Chance::seed_from_u64(3);
        let friday_evening: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
        for _ in 0..50 {
            let office = hours.office(friday_evening, (5, 60), &mut chance).to_zoned_datetime(zone.clone());
            assert_eq!(office.date().to_string(), "2026-11-23", "the office opens on Monday");
            assert!((8..10).contains(&office.hour()));
            let at_night = hours.awake(friday_evening, (240, 300), &mut chance).to_zoned_datetime(zone.clone());
            assert_eq!(at_night.date().to_string(), "2026-11-21");
            assert!(at_night.hour() >= 6);
        }
    }
}
