//! What may happen after a rating. Pure, as everything in [`crate::decide`].

use civic::directory::Directory;
use civic::permit::{Act, in_line};
use civic::refusal::Refusal;

use super::{Detail, Way};
use crate::appeal::{Command, Event, FileRef, GRADE_SATISFIED_MIN, Identity, Kind, State, compute};
use crate::code::{rating_holds, rating_text_with};
use crate::decide::{Ctx, optional_words, words};

/// Best grade.
const GRADE_MAX: u8 = 5;

fn no(code: &'static str, way: &'static str) -> Refusal {
    Refusal::new(code).instead(way)
}

fn need(holds: bool, code: &'static str, way: &'static str) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(no(code, way)) }
}

/// Tells whether an act of the follow-up fits the state.
pub fn ready(state: &State, act: Act, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    let follow = &state.followup;
    match act {
        Act::TellGrade => {
            let of = state.reply().map(|reply| reply.leaf).ok_or_else(|| no("nothing_to_rate", "wait_for_reply"))?;
            let signed = state.rating.is_some_and(|rating| rating.of == of);
            let told = follow.told.is_some_and(|(grade, _)| grade.of == of);
            need(!signed && !told, "already_rated", "reopen")
        }
        Act::CallBack => need(state.reply().is_some(), "nothing_to_rate", "wait_for_reply"),
        Act::Rectify => need(follow.to_rectify().is_some(), "nothing_to_rectify", "read_timeline"),
        Act::MarkRectification => need(follow.to_mark().is_some(), "nothing_to_mark", "read_timeline"),
        Act::ObjectRating => {
            let Some(one) = follow.to_object() else { return Err(no("no_rating_to_object", "read_timeline")) };
            let until = compute(ctx.rules, ctx.calendar, "site.rating_object", one.day).due.last;
            need(ctx.today <= until, "objection_late", "rectify")?;
            need(reviewer(ctx.directory, state).is_some(), "no_other_line", "rectify")
        }
        Act::AnswerObjection | Act::HearObjection => {
            let open = follow.pending().is_some_and(|(_, objection)| !objection.heard && ctx.today <= objection.heard_until);
            need(open, "no_objection_to_answer", "read_timeline")
        }
        Act::DecideObjection => {
            let Some((_, objection)) = follow.pending() else { return Err(no("no_objection_here", "read_timeline")) };
            need(ctx.is_mine(&objection.judge), "no_objection_here", "read_timeline")?;
            need(objection.heard || ctx.today > objection.heard_until, "hear_resident_first", "wait_for_resident")
        }
        _ => need(!follow.criticisms.is_empty(), "no_criticism", "read_timeline"),
    }
}

/// Names the office that decides about an objection: the intake of the widest place, or the supervising body, whichever is of another line
/// than everybody who has, or had, to do with the matter.
pub fn reviewer<'a>(directory: &'a Directory, state: &State) -> Option<&'a str> {
    let subject = state.subject();
    let intake = directory.root().and_then(|place| directory.intake(&place.code));
    let all = intake.into_iter().chain(directory.supervising());
    let near = |code: &str| {
        let mut involved = std::iter::once(&subject.owner).chain(&subject.former).chain(&subject.invited);
        involved.any(|office| in_line(directory, code, office))
    };
    all.map(|office| office.code.as_str()).find(|code| !near(code))
}

/// Decides a command of the follow-up.
pub(crate) fn decide(state: &State, command: &Command, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::TellGrade { grade, words: text, way } => {
            let of = of_reply(state)?;
            let told = told((*grade, of, text, *way))?;
            Ok(std::iter::once(told).chain(criticised(state, (*grade, of), ctx)).collect())
        }
        Command::CallBack { of, drawn, reached, words: text, grade } => {
            called_back(state, ((*of, *drawn), *reached, text, *grade), ctx)
        }
        Command::Rectify { words: text, files } => Ok(vec![rectified(state, (text, files), ctx)?]),
        Command::MarkRectification { grade, words: text, signature } => {
            let done = state.followup.to_mark().ok_or_else(|| no("nothing_to_mark", "read_timeline"))?;
            grade_known(*grade)?;
            let signed = rating_text_with(ctx.pseudonym, done.leaf, *grade, &Detail::default());
            if !rating_holds(&state.rating_key, signature, &signed) {
                return Err(no("rating_unsigned", "show_code"));
            }
            let (words, signature) = (optional_words(text)?, signature.clone());
            let marked = Event::RectificationRated { grade: *grade, of: done.leaf, words, signature };
            Ok(std::iter::once(marked).chain(criticised(state, (*grade, done.leaf), ctx)).collect())
        }
        Command::ObjectRating { ground, words: text } => {
            let one = state.followup.to_object().ok_or_else(|| no("no_rating_to_object", "read_timeline"))?;
            ctx.ground("rating_objection", ground)?;
            let judge = reviewer(ctx.directory, state).ok_or_else(|| no("no_other_line", "rectify"))?.to_owned();
            let heard_until = compute(ctx.rules, ctx.calendar, "site.objection_heard", ctx.today).due.last;
            let due = compute(ctx.rules, ctx.calendar, "site.objection_decide", ctx.today);
            let (ground, words) = (ground.clone(), words(text)?);
            Ok(vec![Event::RatingObjected { of: one.version, rating: one.rating, ground, words, judge, heard_until, due }])
        }
        Command::AnswerObjection { words: text } => {
            let (one, _) = state.followup.pending().ok_or_else(|| no("no_objection_to_answer", "read_timeline"))?;
            Ok(vec![Event::ObjectionAnswered { of: one.version, words: words(text)?, spoken: None }])
        }
        Command::HearObjection { words: text, spoken } => {
            let (one, _) = state.followup.pending().ok_or_else(|| no("no_objection_to_answer", "read_timeline"))?;
            Ok(vec![Event::ObjectionAnswered { of: one.version, words: words(text)?, spoken: Some(*spoken) }])
        }
        Command::DecideObjection { upheld, words: text } => {
            let (one, objection) = state.followup.pending().ok_or_else(|| no("no_objection_here", "read_timeline"))?;
            let (of, rating, judge) = (one.version, one.rating, objection.judge.clone());
            Ok(vec![Event::ObjectionDecided { of, rating, judge, upheld: *upheld, words: words(text)? }])
        }
        Command::AnswerCriticism { words: text } => {
            let one = state.followup.criticisms.last().ok_or_else(|| no("no_criticism", "read_timeline"))?;
            Ok(vec![Event::CriticismAnswered { of: one.version, words: words(text)? }])
        }
        _ => unreachable!("decide sends only these commands here"),
    }
}

fn grade_known(grade: u8) -> Result<(), Refusal> {
    need((1..=GRADE_MAX).contains(&grade), "grade_unknown", "choose_grade")
}

fn of_reply(state: &State) -> Result<i64, Refusal> {
    state.reply().map(|reply| reply.leaf).ok_or_else(|| no("nothing_to_rate", "wait_for_reply"))
}

fn told((grade, of, text, way): (u8, i64, &str, Way)) -> Result<Event, Refusal> {
    grade_known(grade)?;
    Ok(Event::GradeTold { grade, of, words: optional_words(text)?, way })
}

/// A bad grade is put before the supervisor in the transaction that brings it; one grade of one answer once.
pub(crate) fn criticised(state: &State, (grade, of): (u8, i64), ctx: &Ctx<'_>) -> Option<Event> {
    let known = state.followup.criticisms.iter().any(|one| one.of == of);
    if grade >= GRADE_SATISFIED_MIN || known || state.kind == Kind::Accusation {
        return None;
    }
    let reachable = state.identity == Identity::Named && !state.contacts.is_empty();
    let call = reachable.then(|| compute(ctx.rules, ctx.calendar, "hp.named_bad_contact", ctx.today));
    let rectify = compute(ctx.rules, ctx.calendar, "hp.rectify", ctx.today);
    Some(Event::Criticised { grade, of, call, rectify })
}

type Owed = (Option<i64>, Option<i64>);

/// A call-back is made for a bad rating, or for an answer that was drawn.
fn called_back(
    state: &State,
    ((of, drawn), reached, text, grade): (Owed, bool, &str, Option<u8>),
    ctx: &Ctx<'_>,
) -> Result<Vec<Event>, Refusal> {
    let call = of.and_then(|of| state.followup.criticism(of)).and_then(|one| one.call_due());
    let tried = drawn.and_then(|leaf| state.followup.drawn.get(&leaf)).copied().unwrap_or_default();
    let of_draw = of.is_none() && drawn.is_some() && !tried.over;
    need(call.is_some() || of_draw, "no_call_back_due", "read_timeline")?;
    let tries = call.map_or(tried.tries, |call| call.tries) + 1;
    let over = !reached && tries >= ctx.rules.term("site.callback_tries").value;
    let mut events = vec![Event::CalledBack { of, drawn, reached, over, words: words(text)? }];
    if let Some(grade) = grade.filter(|_| reached) {
        let rated = of_reply(state)?;
        events.push(told((grade, rated, "", Way::Call))?);
        events.extend(criticised(state, (grade, rated), ctx));
    }
    Ok(events)
}

fn rectified(state: &State, (text, files): (&str, &[FileRef]), ctx: &Ctx<'_>) -> Result<Event, Refusal> {
    let one = state.followup.to_rectify().ok_or_else(|| no("nothing_to_rectify", "read_timeline"))?;
    need(!files.is_empty(), "evidence_missing", "add_evidence")?;
    let (of, late) = (one.version, ctx.today > one.rectify.due.last);
    Ok(Event::Rectified { of, words: words(text)?, files: files.to_vec(), late })
}
