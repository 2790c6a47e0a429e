//! What may happen to a post, by whom, when: pure.

use civic::refusal::Refusal;
use civic::rules::RuleSet;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::event::Event;
use super::{Kind, Standing, State, Words};

/// The list of reasons for hiding.
pub const HIDE: &str = "forum_hide";
/// The list of reasons for closing a topic to replies.
pub const LOCK: &str = "forum_lock";
/// The list of reasons for moving.
pub const MOVE: &str = "forum_move";
/// The list of reasons for reporting.
pub const REPORTS: &str = "forum_report";
/// Longest own words to an act, in characters.
pub const SAID_CHARS_MAX: usize = 500;

/// Says who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By<'a> {
    /// Whoever wrote it, by its code.
    Author,
    /// An office, by code.
    Office(&'a str),
    /// Anybody.
    Anyone,
}

/// Is what somebody wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Let it be seen: a contact was proven, or somebody of an office looked.
    Publish,
    /// Give it other words. `accuses`: what reads texts takes them for an accusation.
    Edit {
        /// The words.
        words: Words,
        /// Why, where an office corrects itself.
        reason: String,
        /// True where they read like an accusation.
        accuses: bool,
    },
    /// Take it back.
    Withdraw,
    /// Report it.
    Report {
        /// The reason.
        ground: String,
        /// Own words.
        words: String,
    },
    /// Leave it as it is after reports.
    Leave {
        /// Own words.
        words: String,
    },
    /// Hide it.
    Hide {
        /// The reason.
        ground: String,
        /// Own words.
        words: String,
    },
    /// Say why that is wrong.
    Object {
        /// Own words.
        words: String,
    },
    /// Decide about that.
    Decide {
        /// True where it stays hidden.
        stays: bool,
        /// Why.
        words: String,
    },
    /// Let nobody reply any more.
    Lock {
        /// The reason.
        ground: String,
        /// Own words.
        words: String,
    },
    /// Let everybody reply again.
    Unlock {
        /// Own words.
        words: String,
    },
    /// Put it elsewhere.
    Move {
        /// The reason.
        ground: String,
        /// Own words.
        words: String,
        /// Where it belongs.
        place: String,
        /// What it is about.
        theme: String,
        /// The office that is asked.
        to: String,
    },
    /// Note that the office that was asked has answered.
    Answer {
        /// The answer.
        post: Uuid,
    },
    /// Show the number of the matter that was made of it.
    Matter {
        /// The number.
        number: String,
    },
}

/// Is what stands around an act.
#[derive(Debug, Clone, Copy)]
pub struct At<'a> {
    /// When.
    pub now: Timestamp,
    /// The day.
    pub today: Date,
    /// The rules in force.
    pub rules: &'a RuleSet,
    /// The last day for an objection, where the post is hidden.
    pub object_until: Option<Date>,
    /// Who acts.
    pub by: By<'a>,
    /// Offices that may moderate it, by code: none that it is about.
    pub moderators: &'a [String],
    /// True where the office that acts hid it, or took over the one that did.
    pub hid_itself: bool,
}

/// Decides whether something may happen.
pub fn decide(state: &State, command: Command, at: &At<'_>) -> Result<Event, Refusal> {
    if state.standing == Standing::Withdrawn {
        return Err(Refusal::new("post_withdrawn").instead("post_write_anew"));
    }
    match command {
        Command::Publish => publish(state, at),
        Command::Edit { words, reason, accuses } => edit(state, at, (words, reason, accuses)),
        Command::Withdraw => withdraw(state, at),
        Command::Report { ground, words } => {
            public(state)?;
            listed(at, REPORTS, &ground)?;
            Ok(Event::Reported { ground, words: short(words, false)? })
        }
        Command::Leave { words } => {
            let office = moderator(state, at)?;
            public(state)?;
            Ok(Event::Left { office, words: short(words, false)? })
        }
        Command::Hide { ground, words } => {
            let office = moderator(state, at)?;
            hideable(state)?;
            listed(at, HIDE, &ground)?;
            Ok(Event::Hidden { office, ground, words: short(words, true)? })
        }
        Command::Object { words } => object(state, at, words),
        Command::Decide { stays, words } => settle(state, at, (stays, words)),
        Command::Lock { ground, words } => {
            let office = moderator(state, at)?;
            first(state)?;
            listed(at, LOCK, &ground)?;
            no(state.lock.is_some(), "topic_locked_already", "post_look_again")?;
            Ok(Event::Locked { office, ground, words: short(words, true)?, on: true })
        }
        Command::Unlock { words } => {
            let office = moderator(state, at)?;
            no(state.lock.is_none(), "topic_open_already", "post_look_again")?;
            Ok(Event::Locked { office, ground: String::new(), words: short(words, false)?, on: false })
        }
        Command::Move { ground, words, place, theme, to } => {
            let office = moderator(state, at)?;
            no(state.kind != Kind::Topic, "post_no_topic", "post_look_again")?;
            listed(at, MOVE, &ground)?;
            Ok(Event::Moved { office, ground, words: short(words, true)?, place, theme, to })
        }
        Command::Answer { post } => {
            no(at.by != By::Office(&state.office), "post_other_office", "post_answer_own")?;
            Ok(Event::Answered { post })
        }
        Command::Matter { number } => {
            author(at)?;
            Ok(Event::Matter { number })
        }
    }
}

/// Refuses where something is so.
fn no(so: bool, code: &'static str, way: &'static str) -> Result<(), Refusal> {
    if so { Err(Refusal::new(code).instead(way)) } else { Ok(()) }
}

fn author(at: &At<'_>) -> Result<(), Refusal> {
    no(at.by != By::Author, "post_not_yours", "post_own_code")
}

fn public(state: &State) -> Result<(), Refusal> {
    no(state.standing != Standing::Public, "post_not_public", "post_look_again")
}

fn first(state: &State) -> Result<(), Refusal> {
    no(!state.kind.is_first(), "post_no_topic", "post_look_again")
}

/// Lets an office moderate that a post is not about: criticism is never put away by whoever is criticised.
fn moderator(state: &State, at: &At<'_>) -> Result<String, Refusal> {
    match at.by {
        By::Office(office) if at.moderators.iter().any(|own| own == office) => Ok(office.to_owned()),
        By::Office(office) if office == state.office || state.words.named.iter().any(|own| own == office) => {
            Err(Refusal::new("post_about_you").instead("post_answer_it"))
        }
        By::Office(_) => Err(Refusal::new("post_other_moderators").instead("post_report_it")),
        By::Author | By::Anyone => Err(Refusal::new("post_not_yours").instead("post_own_code")),
    }
}

fn listed(at: &At<'_>, list: &str, ground: &str) -> Result<(), Refusal> {
    let known = at.rules.ground(list, ground).is_some();
    if known { Ok(()) } else { Err(Refusal::new("unknown_ground").with("field", "ground").instead("choose_ground")) }
}

/// Checks own words to an act: whoever takes something from others says why.
fn short(words: String, needed: bool) -> Result<String, Refusal> {
    let words = words.trim().to_owned();
    let (empty, long) = (needed && words.is_empty(), words.chars().count() > SAID_CHARS_MAX);
    if empty {
        return Err(Refusal::new("post_say_why").with("field", "words").instead("correct_field"));
    }
    if long {
        return Err(Refusal::new("post_said_long").with("max", SAID_CHARS_MAX).with("field", "words").instead("correct_field"));
    }
    Ok(words)
}

fn publish(state: &State, at: &At<'_>) -> Result<Event, Refusal> {
    no(state.standing != Standing::Held, "post_not_held", "post_look_again")?;
    let own = |office: &str| office == state.office;
    match at.by {
        // an office lets its own posts out itself; what residents write is let through by whoever may moderate, or is asked
        By::Office(office) if own(office) || (!state.kind.is_of_office() && moderator(state, at).is_ok()) => {
            Ok(Event::Published { office: office.to_owned() })
        }
        By::Office(_) => Err(Refusal::new("post_other_moderators").instead("post_report_it")),
        // the code that came to the contact was right
        By::Author if !state.kind.is_of_office() => Ok(Event::Published { office: String::new() }),
        By::Author | By::Anyone => Err(Refusal::new("post_not_yours").instead("post_own_code")),
    }
}

fn edit(state: &State, at: &At<'_>, (words, reason, accuses): (Words, String, bool)) -> Result<Event, Refusal> {
    let held = state.standing == Standing::Held;
    if state.kind.is_of_office() {
        no(at.by != By::Office(&state.office), "post_other_office", "post_answer_own")?;
        no(state.standing == Standing::Hidden, "post_not_public", "post_look_again")?;
        return Ok(Event::Edited { words, reason: short(reason, !held)? });
    }
    author(at)?;
    no(state.standing == Standing::Hidden, "post_not_public", "post_object")?;
    no(accuses, "post_accuses", "post_accuse_guarded")?;
    let since = at.now.duration_since(state.shown.unwrap_or(state.written));
    no(since > edit_time(at.rules), "post_edit_late", "post_reply_or_withdraw")?;
    Ok(Event::Edited { words, reason: String::new() })
}

/// Residents take back what is theirs whenever they like; an office what it has not published: what it said stays, and is corrected.
fn withdraw(state: &State, at: &At<'_>) -> Result<Event, Refusal> {
    if state.kind.is_of_office() {
        no(at.by != By::Office(&state.office), "post_other_office", "post_answer_own")?;
        no(state.standing != Standing::Held, "post_said", "post_correct")?;
    } else {
        author(at)?;
    }
    Ok(Event::Withdrawn)
}

/// Returns how long whoever wrote may change it.
pub fn edit_time(rules: &RuleSet) -> SignedDuration {
    rules.clock("forum.edit")
}

/// Lets hide what is public or held, unless another office decided that it is right as it stands.
fn hideable(state: &State) -> Result<(), Refusal> {
    no(state.standing == Standing::Hidden, "post_hidden_already", "post_look_again")?;
    let decided = state.objection.as_ref().and_then(|own| own.decided.as_ref());
    no(decided.is_some_and(|decided| !decided.stays), "post_decided", "post_look_again")
}

fn object(state: &State, at: &At<'_>, words: String) -> Result<Event, Refusal> {
    author(at)?;
    no(state.standing != Standing::Hidden, "post_not_hidden", "post_look_again")?;
    no(state.objection.is_some(), "post_objected_once", "post_look_again")?;
    if let Some(until) = at.object_until.filter(|until| at.today > *until) {
        return Err(Refusal::new("post_object_late").with("day", until).instead("post_write_anew"));
    }
    Ok(Event::Objected { words: short(words, true)? })
}

fn settle(state: &State, at: &At<'_>, (stays, words): (bool, String)) -> Result<Event, Refusal> {
    let office = moderator(state, at)?;
    no(!state.objects(), "post_no_objection", "post_look_again")?;
    // whoever hid it does not judge that
    no(at.hid_itself, "post_hid_itself", "post_another_decides")?;
    Ok(Event::Decided { office, stays, words: short(words, true)? })
}
