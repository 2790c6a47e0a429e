//! Working together: co-handling offices, departments called in (吹哨报到), being sent on by word of mouth, groups.

use civic::refusal::Refusal;
use worktime::due_hours;

use super::{Ctx, intake, words};
use crate::appeal::{Command, Event, State, compute};

/// Offices called in by one act at most.
const OFFICES_MAX: usize = 8;
/// Longest name of a spokesperson, in characters.
const NAME_CHARS_MAX: usize = 50;
/// Best grade.
const GRADE_MAX: u8 = 5;

pub(super) fn decide(state: &State, command: &Command, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    Ok(vec![match command {
        Command::CallIn { offices, words: text } => {
            callable(state, offices, ctx)?;
            let until = compute(ctx.rules, ctx.calendar, "site.joint_answer", ctx.today).due.last;
            Event::CalledIn { offices: offices.clone(), words: words(text)?, until }
        }
        Command::CoAnswer { words: text } => {
            let waiting = state.co_handlers.iter().filter(|(_, co)| !co.answered).map(|(code, _)| code);
            Event::CoAnswered { office: named(waiting, ctx)?, words: words(text)? }
        }
        Command::Whistle { offices, words: text } => {
            callable(state, offices, ctx)?;
            let until = due_hours(ctx.now, ctx.rules.term("site.whistle_report").value);
            Event::Whistled { offices: offices.clone(), words: words(text)?, until }
        }
        Command::AnswerWhistle { words: text } => {
            let waiting = state.whistles.iter().filter(|(_, whistle)| whistle.came_late.is_none()).map(|(code, _)| code);
            let office = named(waiting, ctx)?;
            let late = state.whistles.get(&office).is_some_and(|whistle| ctx.now > whistle.until);
            Event::WhistleAnswered { office, words: intake::note(text)?, late }
        }
        Command::GradeWhistle { office, grade } => {
            let came = state.whistles.get(office).is_some_and(|whistle| whistle.came_late.is_some() && whistle.grade.is_none());
            if !came || !(1..=GRADE_MAX).contains(grade) {
                return Err(Refusal::new("no_whistle_to_grade").instead("read_timeline"));
            }
            Event::WhistleGraded { office: office.clone(), grade: *grade }
        }
        Command::ReportReferral { office, words: text } => {
            ctx.other_office(office)?;
            Event::ReferralReported { office: office.clone(), words: words(text)? }
        }
        Command::AnswerReferral { admitted, words: text } => {
            let waiting = state.referrals.iter().filter(|referral| referral.admitted.is_none()).map(|referral| &referral.office);
            Event::ReferralAnswered { office: named(waiting, ctx)?, admitted: *admitted, words: words(text)? }
        }
        Command::NameSpokespersons { names } => Event::SpokespersonsNamed { names: spokespersons(names, ctx)? },
        _ => unreachable!("decide sends only these commands here"),
    }])
}

/// Returns the code under which a matter names the acting office: its own, or that of one it took over.
fn named<'s>(mut codes: impl Iterator<Item = &'s String>, ctx: &Ctx<'_>) -> Result<String, Refusal> {
    let own = ctx.acting()?;
    Ok(codes.find(|code| ctx.is_mine(code)).cloned().unwrap_or_else(|| own.to_owned()))
}

fn callable(state: &State, offices: &[String], ctx: &Ctx<'_>) -> Result<(), Refusal> {
    if offices.is_empty() || offices.len() > OFFICES_MAX {
        return Err(Refusal::new("offices_count").with("max", OFFICES_MAX).instead("choose_office"));
    }
    for code in offices {
        ctx.other_office(code)?;
        if *code == state.owner || state.co_handlers.contains_key(code) || state.whistles.contains_key(code) {
            return Err(Refusal::new("already_called").with("office", code).instead("choose_office"));
        }
    }
    Ok(())
}

fn spokespersons(names: &[String], ctx: &Ctx<'_>) -> Result<Vec<String>, Refusal> {
    let names: Vec<String> = names.iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    let rule = ctx.rules.term("xf.group_reps_max");
    if names.is_empty() || names.len() > rule.value as usize {
        let refusal = Refusal::new("spokespersons_count").with("max", rule.value).by("xf:20");
        return Err(refusal.instead("choose_spokespersons"));
    }
    if names.iter().any(|name| name.chars().count() > NAME_CHARS_MAX) {
        return Err(Refusal::new("words_long").with("max", NAME_CHARS_MAX));
    }
    Ok(names)
}
