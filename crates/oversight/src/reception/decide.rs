//! What may happen to a day or a booking, when: pure. Who may is asked elsewhere, of the permit.

use civic::directory::Directory;
use civic::refusal::Refusal;
use civic::rules::RuleSet;
use jiff::civil::Date;
use text::personal::mask;

use super::booking::{self, Booking, Standing};
use super::day::{self, Answer, Day, Held, Plan, Promise};

/// The list of reasons why leaders go down to a place.
pub const GROUNDS: &str = "going_down";
/// How long ahead a day must be posted.
pub const NOTICE: &str = "reception.notice";
/// Longest words of a place to sit, a duty or a reason, in characters.
pub const LINE_CHARS_MAX: usize = 120;
/// Longest words of a promise, an answer or a result, in characters.
pub const WORDS_CHARS_MAX: usize = 2_000;
/// Longest words of a record, in characters.
pub const RECORD_CHARS_MAX: usize = 5_000;
/// Longest time of one person, in minutes.
pub const MINUTES: std::ops::RangeInclusive<u16> = 5..=120;
/// How many can be booked for one day.
pub const SLOTS: std::ops::RangeInclusive<u16> = 1..=60;
/// Minutes of a day.
const DAY_MINUTES: u32 = 24 * 60;
/// Promises of one day.
const PROMISES_MAX: usize = 40;
/// How far ahead days are planned, in years.
const AHEAD_YEARS_MAX: i16 = 1;
/// Stands in the place of a character that no keyboard types.
const MARK: char = '\u{fffd}';

/// Is what an office wants done to a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToDay {
    /// Call it off.
    Cancel {
        /// Why.
        reason: String,
    },
    /// Write down what was promised.
    Promise {
        /// What.
        words: String,
        /// The office that does it.
        office: String,
        /// Until when.
        due: Date,
    },
    /// Say what became of a promise.
    Answer {
        /// Which, counted from 0.
        promise: usize,
        /// True where it was kept.
        kept: bool,
        /// What was done, or why not.
        words: String,
    },
    /// Post what came of the day.
    Post {
        /// The words.
        words: String,
        /// How many people were received; counted by whoever asks.
        received: u32,
    },
}

/// Is what somebody wants done to a booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToBooking {
    /// Give it back.
    Cancel {
        /// True where an office does.
        office: bool,
        /// Why, where an office does.
        reason: String,
    },
    /// Note that the person is there.
    Arrive,
    /// Call the person in.
    Call,
    /// Write down what was said and answered.
    Hear {
        /// The words.
        words: String,
        /// Number of the matter that came of it.
        number: String,
    },
    /// Note that the person did not come.
    Miss,
}

fn amiss(code: &'static str, field: &str) -> Refusal {
    Refusal::new(code).with("field", field).instead("correct_field")
}

/// Checks words that an office publishes and takes personal data out of them.
fn published(words: &str, field: &str, max: usize) -> Result<String, Refusal> {
    let words = said(words, field, max)?;
    Ok(mask(&words).as_str().to_owned())
}

/// Checks words that stay sealed.
pub(crate) fn said(words: &str, field: &str, max: usize) -> Result<String, Refusal> {
    let words = words.trim();
    if words.is_empty() {
        return Err(amiss("reception_words", field));
    }
    if words.contains(MARK) {
        return Err(amiss("hidden_characters", field));
    }
    if words.chars().count() > max {
        return Err(amiss("reception_long", field).with("max", max));
    }
    Ok(words.to_owned())
}

/// Checks a plan, and returns it as it is published. `last_notice` is the first day that can still be posted in time.
pub fn plan(directory: &Directory, rules: &RuleSet, (today, first): (Date, Date), mut plan: Plan) -> Result<Plan, Refusal> {
    let known = directory.places.get(&plan.place).is_some_and(|place| place.merged_into.is_none());
    if !known {
        return Err(amiss("reception_place", "place"));
    }
    plan.venue = published(&plan.venue, "venue", LINE_CHARS_MAX)?;
    plan.duty = published(&plan.duty, "duty", LINE_CHARS_MAX)?;
    if plan.date < first {
        return Err(amiss("reception_notice", "date").with("first", first));
    }
    if plan.date.year() > today.year() + AHEAD_YEARS_MAX {
        return Err(amiss("reception_far", "date"));
    }
    if !MINUTES.contains(&plan.minutes) {
        return Err(amiss("reception_minutes", "minutes").with("min", *MINUTES.start()).with("max", *MINUTES.end()));
    }
    if !SLOTS.contains(&plan.slots) {
        return Err(amiss("reception_slots", "slots").with("min", *SLOTS.start()).with("max", *SLOTS.end()));
    }
    let ends = u32::from(plan.from) + u32::from(plan.minutes) * u32::from(plan.slots);
    if ends > DAY_MINUTES {
        return Err(amiss("reception_night", "slots"));
    }
    if let Some(going) = &mut plan.going {
        if rules.ground(GROUNDS, &going.ground).is_none() {
            return Err(amiss("reception_ground", "ground"));
        }
        going.table.retain(|code| *code != plan.office);
        let open = |code: &String| directory.offices.get(code).is_some_and(|office| directory.open(office));
        if !going.table.iter().all(open) {
            return Err(amiss("reception_table", "table"));
        }
    }
    Ok(plan)
}

/// Decides what becomes of a day.
pub fn day(directory: &Directory, (state, today): (&Day, Date), command: ToDay) -> Result<day::Event, Refusal> {
    if state.held == Held::Cancelled {
        return Err(Refusal::new("reception_off").instead("reception_another"));
    }
    match command {
        ToDay::Cancel { .. } if state.held != Held::Planned || state.plan.date < today => {
            Err(Refusal::new("reception_over").instead("reception_post"))
        }
        ToDay::Cancel { reason } => Ok(day::Event::Cancelled { reason: published(&reason, "reason", LINE_CHARS_MAX)? }),
        ToDay::Promise { .. } | ToDay::Post { .. } if state.plan.date > today => {
            Err(Refusal::new("reception_early").with("date", state.plan.date).instead("reception_wait"))
        }
        ToDay::Promise { .. } if state.promises.len() >= PROMISES_MAX => {
            Err(amiss("reception_promises", "words").with("max", PROMISES_MAX))
        }
        ToDay::Promise { words, office, due } => {
            if !directory.offices.get(&office).is_some_and(|office| directory.open(office)) {
                return Err(amiss("reception_table", "office"));
            }
            if due < today {
                return Err(amiss("reception_due", "due"));
            }
            let words = published(&words, "words", WORDS_CHARS_MAX)?;
            Ok(day::Event::Promised { promise: Promise { words, office, due, made: today, answers: Vec::new() } })
        }
        ToDay::Answer { promise, kept, words } => {
            let own =
                state.promises.get(promise).ok_or_else(|| Refusal::new("reception_promise_none").instead("reception_look"))?;
            if own.kept() {
                return Err(Refusal::new("reception_kept").instead("reception_look"));
            }
            let words = published(&words, "words", WORDS_CHARS_MAX)?;
            Ok(day::Event::Answered { promise, answer: Answer { kept, words, day: today } })
        }
        ToDay::Post { .. } if state.held == Held::Posted => Err(Refusal::new("reception_posted").instead("reception_look")),
        ToDay::Post { words, received } => {
            Ok(day::Event::Posted { words: published(&words, "result", WORDS_CHARS_MAX)?, received })
        }
    }
}

/// Decides what becomes of a booking.
pub fn booking((state, day, today): (&Booking, &Day, Date), command: ToBooking) -> Result<booking::Event, Refusal> {
    let wrong = || Refusal::new("booking_state").with("standing", state.standing.code()).instead("reception_look");
    let running = day.plan.date == today && day.held == Held::Planned;
    match command {
        ToBooking::Cancel { office, reason } => {
            if !matches!(state.standing, Standing::Booked | Standing::Waiting) {
                return Err(wrong());
            }
            let reason = if office { published(&reason, "reason", LINE_CHARS_MAX)? } else { String::new() };
            Ok(booking::Event::Cancelled { office, reason })
        }
        _ if !running => Err(Refusal::new("reception_not_today").with("date", day.plan.date).instead("reception_look")),
        ToBooking::Arrive => match state.standing {
            Standing::Booked | Standing::Waiting | Standing::Missed => Ok(booking::Event::Arrived),
            _ => Err(wrong()),
        },
        ToBooking::Call => match state.standing {
            Standing::Arrived => Ok(booking::Event::Called),
            _ => Err(wrong()),
        },
        ToBooking::Hear { words, number } => match state.standing {
            Standing::Arrived | Standing::Called => {
                Ok(booking::Event::Heard { words: said(&words, "words", RECORD_CHARS_MAX)?, number: number.trim().to_owned() })
            }
            _ => Err(wrong()),
        },
        ToBooking::Miss => match state.standing {
            Standing::Booked | Standing::Waiting | Standing::Arrived | Standing::Called => Ok(booking::Event::Missed),
            _ => Err(wrong()),
        },
    }
}
