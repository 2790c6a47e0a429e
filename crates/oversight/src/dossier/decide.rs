//! What may happen to a file of supervision, when: pure. Who may is asked elsewhere, of the permit.

use civic::directory::Directory;
use civic::refusal::Refusal;
use civic::rules::RuleSet;
use jiff::civil::Date;
use text::personal::mask;
use uuid::Uuid;
use worktime::{Calendar, due};

use super::state::{Dossier, Event, Kind, Note, Opening, Ruling, Step, What};

/// The three suggestions.
pub const ADVICE: &str = "advice";
/// Why somebody is held to account.
pub const TRIGGERS: &str = "account_trigger";
/// The steps, in their order.
pub const STEPS: &str = "account_step";
/// Why a matter is on an agenda.
pub const AGENDA: &str = "agenda";
/// More than so many of a hundred make a conference.
pub const QUORUM: &str = "site.conference_quorum";
/// How long a ruling may hold for further matters.
const ROUTE: &str = "site.ruling_route";
/// Within what an advice is answered.
pub const ANSWER: &str = "site.advice_answer";
/// Within what a step is replied to.
const REPLY: &str = "site.account_reply";
/// Within what something is put right.
const RECTIFY: &str = "site.account_rectify";
/// The step that gives a term.
const RECTIFIES: &str = "2_rectify";
/// Longest title or place, in characters.
pub const LINE_CHARS_MAX: usize = 120;
/// Longest words, in characters.
pub const WORDS_CHARS_MAX: usize = 4_000;
/// Points on one agenda.
pub const ITEMS_MAX: usize = 60;
/// Stands in the place of a character that no keyboard types.
const MARK: char = '\u{fffd}';

/// Is what somebody wants done to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// Write something into it.
    Note {
        /// What.
        words: String,
        /// The matter that was looked at, by number.
        matter: String,
        /// True where it was found well.
        good: bool,
    },
    /// Answer it, or reply to a step.
    Answer {
        /// True where it is adopted.
        adopted: bool,
        /// What.
        words: String,
    },
    /// Take the next step of holding to account.
    Step {
        /// Why, with the evidence.
        words: String,
    },
    /// Prepare papers about a point of the agenda.
    Prepare {
        /// Which, from 0.
        item: usize,
        /// What.
        papers: String,
    },
    /// Note which offices came.
    Attend {
        /// By code.
        offices: Vec<String>,
    },
    /// Rule.
    Rule(Ruling),
    /// Say what became of a ruling.
    Follow {
        /// Which, from 0.
        ruling: usize,
        /// True where it was carried out.
        kept: bool,
        /// What.
        words: String,
    },
    /// End it.
    End {
        /// What came of it.
        words: String,
        /// True where whoever asks has seen that the matter behind it is settled.
        settled: bool,
    },
}

/// Holds what a decision may know besides the file.
pub struct Ctx<'a> {
    /// The day.
    pub today: Date,
    /// Who acts.
    pub by: Uuid,
    /// Rules in force.
    pub rules: &'a RuleSet,
    /// Calendar in force.
    pub calendar: &'a Calendar,
    /// Offices and staff.
    pub directory: &'a Directory,
}

impl Ctx<'_> {
    /// Returns the last day of a term that begins today.
    pub fn last(&self, term: &str) -> Date {
        due(self.calendar, self.today, self.rules.count(term)).last
    }
}

fn amiss(code: &'static str, field: &str) -> Refusal {
    Refusal::new(code).with("field", field).instead("correct_field")
}

fn look(code: &'static str) -> Refusal {
    Refusal::new(code).instead("dossier_look")
}

/// Checks words and takes personal data out of them.
fn published(words: &str, field: &str, max: usize) -> Result<String, Refusal> {
    let words = words.trim();
    if words.is_empty() {
        return Err(amiss("dossier_words", field));
    }
    if words.contains(MARK) {
        return Err(amiss("hidden_characters", field));
    }
    if words.chars().count() > max {
        return Err(amiss("dossier_long", field).with("max", max));
    }
    Ok(mask(words).as_str().to_owned())
}

fn open_office(ctx: &Ctx<'_>, code: &str, field: &str) -> Result<(), Refusal> {
    let open = ctx.directory.offices.get(code).is_some_and(|office| ctx.directory.open(office));
    if open { Ok(()) } else { Err(amiss("dossier_office", field)) }
}

fn ground(ctx: &Ctx<'_>, (list, code): (&str, &str)) -> Result<(), Refusal> {
    ctx.rules.ground(list, code).map(drop).ok_or_else(|| amiss("dossier_ground", "ground"))
}

/// Checks what a file is to be opened with, and returns it as it is kept.
pub fn open(ctx: &Ctx<'_>, mut opening: Opening) -> Result<Opening, Refusal> {
    opening.title = published(&opening.title, "title", LINE_CHARS_MAX)?;
    opening.words = published(&opening.words, "words", WORDS_CHARS_MAX)?;
    open_office(ctx, &opening.office, "office")?;
    if opening.due < ctx.today {
        return Err(amiss("dossier_due", "due"));
    }
    match &mut opening.what {
        What::Task { filter, drawn, .. } => {
            if filter.to < filter.from {
                return Err(amiss("dossier_days", "to"));
            }
            if drawn.is_empty() {
                return Err(amiss("dossier_none_drawn", "from"));
            }
        }
        What::Case { leader, .. } => {
            let leads = |staff: &civic::directory::Staff| staff.active && staff.is(civic::directory::Role::Leader);
            if !ctx.directory.staff.get(leader).is_some_and(leads) {
                return Err(amiss("dossier_leader", "leader"));
            }
        }
        What::Advice { ground: code, .. } => {
            ground(ctx, (ADVICE, code))?;
            opening.due = ctx.last(ANSWER);
        }
        What::Account { ground: code, person, .. } => {
            ground(ctx, (TRIGGERS, code))?;
            let works = |id: &Uuid| ctx.directory.staff.get(id).is_some_and(|staff| staff.office == opening.office);
            if !person.as_ref().is_none_or(works) {
                return Err(amiss("dossier_person", "person"));
            }
        }
        What::Conference { date, venue, members, agenda, .. } => {
            *venue = published(venue, "venue", LINE_CHARS_MAX)?;
            opening.due = *date;
            members.sort();
            members.dedup();
            members.iter().try_for_each(|code| open_office(ctx, code, "members"))?;
            if members.len() < 2 {
                return Err(amiss("dossier_members", "members"));
            }
            if agenda.is_empty() || agenda.len() > ITEMS_MAX {
                return Err(amiss("dossier_agenda", "agenda"));
            }
            agenda.iter().try_for_each(|item| ground(ctx, (AGENDA, &item.why)))?;
        }
    }
    Ok(opening)
}

/// Decides what becomes of a file.
pub fn decide(ctx: &Ctx<'_>, state: &Dossier, command: To) -> Result<Event, Refusal> {
    let follows = matches!(command, To::Follow { .. });
    if state.ended.is_some() && !follows {
        return Err(look("dossier_over"));
    }
    let (kind, today, by) = (state.kind(), ctx.today, ctx.by);
    let note = |words: &str, good: bool, matter: &str| {
        Ok::<_, Refusal>(Note {
            day: today,
            by,
            words: published(words, "words", WORDS_CHARS_MAX)?,
            matter: matter.to_owned(),
            good,
        })
    };
    match (kind, command) {
        (Kind::Task | Kind::Case, To::Note { words, matter, good }) => {
            let known = matter.is_empty() || drawn(state).any(|number| number == matter);
            if !known {
                return Err(amiss("dossier_not_drawn", "matter"));
            }
            Ok(Event::Noted { note: note(&words, good, &matter)? })
        }
        (Kind::Advice, To::Answer { .. }) if state.answer.is_some() => Err(look("dossier_answered")),
        (Kind::Advice, To::Answer { adopted, words }) => Ok(Event::Answered { note: note(&words, adopted, "")? }),
        (Kind::Account, To::Answer { words, .. }) => match state.steps.last() {
            Some(step) if step.reply.is_none() => Ok(Event::Answered { note: note(&words, false, "")? }),
            _ => Err(look("dossier_no_step")),
        },
        (Kind::Account, To::Step { words }) => step(ctx, state, &words),
        (Kind::Conference, command) => conference(ctx, state, command),
        (_, To::End { words, settled }) => end(ctx, state, (&words, settled)),
        _ => Err(look("dossier_not_this")),
    }
}

/// Lists the numbers of the matters that a task has to look at.
pub fn drawn(state: &Dossier) -> impl Iterator<Item = &str> {
    let list = if let What::Task { drawn, .. } = &state.opening.what { drawn.as_slice() } else { &[] };
    list.iter().map(|named| named.number.as_str())
}

/// One step after the other, each once, and none before whoever is meant could reply to the one before.
fn step(ctx: &Ctx<'_>, state: &Dossier, words: &str) -> Result<Event, Refusal> {
    let heard = state.steps.last().is_none_or(|last| last.reply.is_some() || ctx.today > last.due);
    if !heard {
        return Err(Refusal::new("dossier_hear_first").instead("dossier_wait"));
    }
    let next = ctx.rules.grounds(STEPS).nth(state.steps.len()).ok_or_else(|| look("dossier_last_step"))?;
    let due = ctx.last(if next.code == RECTIFIES { RECTIFY } else { REPLY });
    let (code, words) = (next.code.clone(), published(words, "words", WORDS_CHARS_MAX)?);
    Ok(Event::Stepped { step: Step { code, words, day: ctx.today, due, reply: None } })
}

/// A file is ended with evidence, each kind with its own.
fn end(ctx: &Ctx<'_>, state: &Dossier, (words, settled): (&str, bool)) -> Result<Event, Refusal> {
    let all_seen = drawn(state).all(|number| state.notes.iter().any(|note| note.matter == number));
    let fits = match state.kind() {
        Kind::Task => all_seen.then_some(()).ok_or("dossier_unseen"),
        Kind::Case => settled.then_some(()).ok_or("dossier_unsettled"),
        Kind::Advice => state.answer.as_ref().map(drop).ok_or("dossier_unanswered"),
        Kind::Account => {
            let heard = state.steps.last().is_some_and(|last| last.reply.is_some() || ctx.today > last.due);
            heard.then_some(()).ok_or("dossier_unheard")
        }
        Kind::Conference => Ok(()),
    };
    match fits {
        Ok(()) => Ok(Event::Ended { words: published(words, "words", WORDS_CHARS_MAX)?, day: ctx.today }),
        Err(code) => Err(look(code)),
    }
}

fn conference(ctx: &Ctx<'_>, state: &Dossier, command: To) -> Result<Event, Refusal> {
    let What::Conference { date, agenda, members, .. } = &state.opening.what else { return Err(look("dossier_not_this")) };
    let quorum = ctx.rules.term(QUORUM).value;
    match command {
        To::Prepare { item, papers } => {
            if item >= agenda.len() {
                return Err(look("dossier_no_item"));
            }
            Ok(Event::Prepared { item, papers: published(&papers, "papers", WORDS_CHARS_MAX)? })
        }
        To::Follow { ruling, kept, words } => {
            let open = state.rulings.get(ruling).is_some_and(|ruling| !ruling.kept());
            if !open {
                return Err(look("dossier_no_ruling"));
            }
            let words = published(&words, "words", WORDS_CHARS_MAX)?;
            let note = Note { day: ctx.today, by: ctx.by, words, matter: String::new(), good: kept };
            Ok(Event::Followed { ruling, note })
        }
        _ if ctx.today < *date => Err(look("dossier_early").with("day", date)),
        To::Attend { mut offices } => {
            offices.sort();
            offices.dedup();
            if offices.iter().any(|code| !members.contains(code)) {
                return Err(amiss("dossier_not_invited", "offices"));
            }
            Ok(Event::Attended { offices })
        }
        _ if !state.quorate(quorum) => Err(look("dossier_quorum").with("percent", quorum)),
        To::Rule(ruling) => rule(ctx, state, ruling),
        To::End { words, .. } => {
            let ruled = |at: usize| state.rulings.iter().any(|ruling| ruling.item == at);
            if !(0..agenda.len()).all(ruled) {
                return Err(look("dossier_unruled"));
            }
            Ok(Event::Ended { words: published(&words, "words", WORDS_CHARS_MAX)?, day: ctx.today })
        }
        _ => Err(look("dossier_not_this")),
    }
}

fn rule(ctx: &Ctx<'_>, state: &Dossier, mut ruling: Ruling) -> Result<Event, Refusal> {
    if ruling.item >= state.agenda().len() {
        return Err(look("dossier_no_item"));
    }
    if state.rulings.iter().any(|known| known.item == ruling.item) {
        return Err(look("dossier_ruled"));
    }
    open_office(ctx, &ruling.to, "to")?;
    ruling.words = published(&ruling.words, "words", WORDS_CHARS_MAX)?;
    if ruling.due < ctx.today {
        return Err(amiss("dossier_due", "due"));
    }
    let longest = ctx.last(ROUTE);
    if ruling.route.is_some_and(|until| until < ctx.today || until > longest) {
        return Err(amiss("dossier_route", "route").with("day", longest));
    }
    (ruling.day, ruling.follow) = (ctx.today, Vec::new());
    Ok(Event::Ruled { ruling })
}
