//! What may happen to a consultation or a voice, when: pure. Who may is asked elsewhere, of the permit.

use std::collections::BTreeMap;

use ::text::personal::mask;
use civic::directory::Directory;
use civic::refusal::Refusal;
use civic::rules::RuleSet;
use jiff::ToSpan;
use jiff::civil::Date;

use super::consultation::{self, Answer, Consultation, Decision, Draft, Line, Outcome, Plan, Report, Round, Stage};
use super::text::read;
use super::voice::{self, Standing, Voice};

/// The list of standing themes.
pub const THEMES: &str = "consult_theme";
/// The list of reasons why a voice is in no point.
pub const ASIDE: &str = "voice_aside";
/// How long people have to speak.
pub const GATHER: &str = "consult.gather";
/// How long a draft stands for comment.
pub const COMMENT: &str = "mad.comment_min";
/// How long it stands at least, where a reason is stated.
pub const COMMENT_LEAST: &str = "consult.comment_least";
/// By when an office says how far it is.
pub const REPORT: &str = "consult.report";
/// Longest line, in characters.
pub const LINE_CHARS_MAX: usize = 120;
/// Longest words of an office, in characters.
pub const WORDS_CHARS_MAX: usize = 3_000;
/// Longest draft, in characters.
pub const DRAFT_CHARS_MAX: usize = 20_000;
/// Paragraphs of a draft.
pub const LINES_MAX: usize = 300;
/// Points of a consultation.
pub const POINTS_MAX: usize = 99;
/// How far ahead people may be heard, in days.
pub const DAYS_MAX: i64 = 366;
/// Stands in the place of a character that no keyboard types.
const MARK: char = '\u{fffd}';

/// Is what an office wants done to a consultation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Give people more time.
    Prolong {
        /// The new last day.
        until: Date,
        /// Why.
        reason: String,
    },
    /// Make a point, or call one otherwise.
    Point {
        /// Which; none for a new one.
        point: Option<u32>,
        /// The point in a line.
        title: String,
    },
    /// Answer a point.
    Answer {
        /// Which.
        point: u32,
        /// What the office makes of it.
        outcome: Outcome,
        /// Why, and how.
        words: String,
    },
    /// Publish a draft.
    Draft {
        /// The text as it is typed.
        text: String,
        /// What the office says about it.
        words: String,
        /// The last day for comment.
        until: Date,
        /// Why that is sooner than usual.
        shorter: String,
    },
    /// Decide.
    Decide {
        /// False where nothing is done.
        adopted: bool,
        /// The text as it is typed.
        text: String,
        /// What the office says about it.
        words: String,
    },
    /// Say how far it is.
    Report {
        /// True where all of it is done.
        done: bool,
        /// How far it is.
        words: String,
    },
    /// Go round again.
    Again {
        /// Why.
        why: String,
        /// The last day on which people can speak.
        until: Date,
    },
    /// Stop.
    Stop {
        /// Why.
        reason: String,
    },
}

/// Is what is known when it is decided what may happen.
pub struct At<'a> {
    /// Today.
    pub today: Date,
    /// The rules.
    pub rules: &'a RuleSet,
    /// Voices that stand nowhere.
    pub unsorted: i64,
    /// How many voices are behind each point.
    pub behind: &'a BTreeMap<u32, i64>,
}

fn amiss(code: &'static str, field: &str) -> Refusal {
    Refusal::new(code).with("field", field).instead("correct_field")
}

/// Checks words and takes personal data out of them. Returns how much was taken out beside them.
pub(crate) fn published(words: &str, field: &str, max: usize) -> Result<(String, usize), Refusal> {
    let words = words.trim();
    if words.is_empty() {
        return Err(amiss("consult_words", field));
    }
    if words.contains(MARK) {
        return Err(amiss("hidden_characters", field));
    }
    if words.chars().count() > max {
        return Err(amiss("consult_long", field).with("max", max));
    }
    let masked = mask(words);
    Ok((masked.as_str().to_owned(), masked.found()))
}

fn line(words: &str, field: &str) -> Result<String, Refusal> {
    Ok(published(words, field, LINE_CHARS_MAX)?.0.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn words(words: &str, field: &str) -> Result<String, Refusal> {
    Ok(published(words, field, WORDS_CHARS_MAX)?.0)
}

/// Returns the first last day that a term allows.
pub fn soonest(rules: &RuleSet, today: Date, term: &str) -> Date {
    // plain days: one may speak on a holiday too
    today.checked_add(i64::from(rules.term(term).value).days()).unwrap_or(today)
}

fn last_day(at: &At<'_>, until: Date, term: &str) -> Result<Date, Refusal> {
    let first = soonest(at.rules, at.today, term);
    if until < first {
        return Err(amiss("consult_soon", "until").with("first", first));
    }
    far(at.today, until)
}

fn far(today: Date, until: Date) -> Result<Date, Refusal> {
    let last = today.checked_add(DAYS_MAX.days()).unwrap_or(today);
    if until > last { Err(amiss("consult_far", "until")) } else { Ok(until) }
}

/// Checks what an office asks, and returns it as it is published.
pub fn plan(directory: &Directory, at: &At<'_>, mut plan: Plan) -> Result<Plan, Refusal> {
    let known = directory.places.get(&plan.place).is_some_and(|place| place.merged_into.is_none());
    if !known {
        return Err(amiss("consult_place", "place"));
    }
    if at.rules.ground(THEMES, &plan.theme).is_none() {
        return Err(amiss("consult_theme", "theme"));
    }
    plan.title = line(&plan.title, "title")?;
    plan.question = words(&plan.question, "question")?;
    plan.until = last_day(at, plan.until, GATHER)?;
    Ok(plan)
}

/// Decides what becomes of a consultation.
pub fn decide(state: &Consultation, at: &At<'_>, command: Command) -> Result<consultation::Event, Refusal> {
    use consultation::Event;
    let (today, round) = (at.today, state.round());
    let stage = |fits: bool| {
        let wrong = || Refusal::new("consult_stage").with("stage", state.stage.code()).instead("consult_look");
        if fits { Ok(()) } else { Err(wrong()) }
    };
    match command {
        Command::Prolong { until, reason } => {
            stage(state.stage.is_open())?;
            if until <= state.until || until < today {
                return Err(amiss("consult_longer", "until").with("first", state.until));
            }
            Ok(Event::Prolonged { until: far(today, until)?, reason: line(&reason, "reason")? })
        }
        Command::Point { point, title } => {
            stage(state.stage.is_open())?;
            let next = u32::try_from(state.points.len() + 1).unwrap_or(u32::MAX);
            let point = point.unwrap_or(next);
            if point != next {
                found(state, point)?;
            } else if state.points.len() >= POINTS_MAX {
                return Err(amiss("consult_points", "title").with("max", POINTS_MAX));
            }
            Ok(Event::Pointed { point, title: line(&title, "title")?, day: today })
        }
        Command::Answer { point, outcome, words: said } => {
            stage(state.stage.is_open())?;
            found(state, point)?;
            Ok(Event::Answered { point, answer: Answer { outcome, words: words(&said, "words")?, round, day: today } })
        }
        Command::Draft { text, words: said, until, shorter } => {
            stage(state.stage.is_open())?;
            let lines = settled(state, at, &text)?;
            let (until, shorter) = comment(at, until, &shorter)?;
            let words = words(&said, "words")?;
            Ok(Event::Drafted { draft: Draft { lines, words, round, day: today, until, shorter } })
        }
        Command::Decide { adopted, text, words: said } => {
            stage(state.stage == Stage::Commenting)?;
            let lines = if adopted { settled(state, at, &text)? } else { all_heard(state, at).map(|()| Vec::new())? };
            let words = words(&said, "words")?;
            Ok(Event::Decided { decision: Decision { adopted, lines, words, round, day: today } })
        }
        Command::Report { done, words: said } => {
            stage(state.stage == Stage::Decided)?;
            Ok(Event::Reported { report: Report { done, words: words(&said, "words")?, round, day: today } })
        }
        Command::Again { why, until } => {
            stage(matches!(state.stage, Stage::Decided | Stage::Done))?;
            let until = last_day(at, until, GATHER)?;
            Ok(Event::Again { round: Round { why: line(&why, "why")?, day: today, until } })
        }
        Command::Stop { reason } => {
            stage(state.stage.is_open())?;
            Ok(Event::Stopped { reason: line(&reason, "reason")?, day: today })
        }
    }
}

fn found(state: &Consultation, point: u32) -> Result<(), Refusal> {
    let none = || Refusal::new("consult_point_none").with("point", i64::from(point)).instead("consult_look");
    state.point(point).map(drop).ok_or_else(none)
}

/// Refuses while people can still speak, a voice stands nowhere, or a point has no answer: nobody's word is lost.
fn all_heard(state: &Consultation, at: &At<'_>) -> Result<(), Refusal> {
    if state.until >= at.today {
        return Err(Refusal::new("consult_running").with("until", state.until).instead("consult_wait"));
    }
    if at.unsorted > 0 {
        return Err(Refusal::new("consult_unsorted").with("count", at.unsorted).instead("consult_sort"));
    }
    let open = numbered(state).find(|(number, point)| at.behind.contains_key(number) && point.answers.is_empty());
    match open {
        Some((number, _)) => Err(Refusal::new("consult_unanswered").with("point", i64::from(number)).instead("consult_answer")),
        None => Ok(()),
    }
}

/// Goes through the points with their numbers, from 1.
pub fn numbered(state: &Consultation) -> impl Iterator<Item = (u32, &consultation::Point)> {
    (1_u32..).zip(&state.points)
}

/// Reads a draft and checks that it keeps what the answers say: what is taken stands in a line, what is not stands in none.
fn settled(state: &Consultation, at: &At<'_>, text: &str) -> Result<Vec<Line>, Refusal> {
    all_heard(state, at)?;
    let mut lines = read(&published(text, "text", DRAFT_CHARS_MAX)?.0);
    if lines.len() > LINES_MAX {
        return Err(amiss("consult_lines", "text").with("max", LINES_MAX));
    }
    lines.retain(|line| !line.words.is_empty());
    for point in lines.iter().flat_map(|line| &line.points) {
        if state.point(*point).is_none() {
            return Err(amiss("consult_point_unknown", "text").with("point", i64::from(*point)));
        }
    }
    for (number, point) in numbered(state) {
        let Some(answer) = point.answer().filter(|_| at.behind.contains_key(&number)) else { continue };
        let stands = lines.iter().any(|line| line.points.contains(&number));
        match answer.outcome {
            Outcome::Taken | Outcome::Partly if !stands => {
                return Err(amiss("consult_line_none", "text").with("point", i64::from(number)));
            }
            Outcome::Not if stands => return Err(amiss("consult_line_against", "text").with("point", i64::from(number))),
            _ => {}
        }
    }
    Ok(lines)
}

/// Checks how long a draft stands for comment: as long as the law says, or shorter with a reason that everybody reads.
fn comment(at: &At<'_>, until: Date, shorter: &str) -> Result<(Date, String), Refusal> {
    let usual = soonest(at.rules, at.today, COMMENT);
    if until >= usual {
        return Ok((far(at.today, until)?, String::new()));
    }
    if shorter.trim().is_empty() {
        let term = at.rules.term(COMMENT);
        return Err(amiss("consult_comment", "until").with("first", usual).with("days", term.value));
    }
    Ok((last_day(at, until, COMMENT_LEAST)?, line(shorter, "shorter")?))
}

/// Decides where a voice goes.
pub fn sort(
    (consult, state): (&Consultation, &Voice),
    rules: &RuleSet,
    (mut points, ground): (Vec<u32>, String),
) -> Result<voice::Event, Refusal> {
    if !consult.stage.is_open() {
        return Err(Refusal::new("consult_stage").with("stage", consult.stage.code()).instead("consult_look"));
    }
    if state.standing == Standing::Withdrawn {
        return Err(Refusal::new("voice_gone").instead("consult_look"));
    }
    points.sort_unstable();
    points.dedup();
    for point in &points {
        found(consult, *point)?;
    }
    match (points.is_empty(), ground.is_empty()) {
        (true, true) | (false, false) => Err(amiss("voice_where", "to")),
        (true, false) if rules.ground(ASIDE, &ground).is_none() => Err(amiss("voice_ground", "to")),
        _ => Ok(voice::Event::Sorted { points, ground }),
    }
}
