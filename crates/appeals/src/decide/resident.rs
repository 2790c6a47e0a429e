//! What residents do with their own matters; and the new code they get at a window.

use civic::refusal::Refusal;
use worktime::due_hours;

use super::again::came_again;
use super::owner::reorganised;
use super::{Ctx, intake, words};
use crate::appeal::{Command, Event, State, compute};
use crate::code::{rating_holds, rating_text_with};
use crate::followup::{Detail, criticised};
use crate::joined::TOPIC_DIGITS;

/// Best grade.
const GRADE_MAX: u8 = 5;
/// Longest name or number of a delegate, in characters.
const NAME_CHARS_MAX: usize = 50;

pub(super) fn decide(state: &State, command: &Command, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    let mut events = vec![match command {
        Command::Supplement { words: text, files } => {
            let text = if files.is_empty() { words(text)? } else { intake::note(text)? };
            Event::Supplemented { words: text, files: files.clone() }
        }
        Command::Join { subject } => {
            let known = ctx.rules.subject(subject).filter(|_| subject.len() <= TOPIC_DIGITS);
            known.ok_or_else(|| Refusal::new("unknown_category").instead("choose_category"))?;
            Event::Joined { subject: subject.clone() }
        }
        Command::AskWithdraw { words: text } => {
            let until = due_hours(ctx.now, ctx.rules.term("site.withdraw_cooling").value);
            Event::WithdrawAsked { words: intake::note(text)?, until }
        }
        Command::RevokeWithdraw => Event::WithdrawRevoked,
        Command::FollowByText => Event::TextsWanted,
        Command::StopTexts => Event::TextsStopped,
        Command::Rate { grade, words: text, signature, detail } => rated(state, (*grade, text, signature), detail, ctx)?,
        Command::Reopen { words: text } => {
            let term = &ctx.rules.track(state.kind.code()).handle;
            Event::Reopened { words: words(text)?, due: compute(ctx.rules, ctx.calendar, term, ctx.today) }
        }
        Command::NameDelegate { name, mobile } => {
            let (name, mobile) = (words(name)?, intake::note(mobile)?);
            if name.chars().count() > NAME_CHARS_MAX || mobile.chars().count() > NAME_CHARS_MAX {
                return Err(Refusal::new("words_long").with("max", NAME_CHARS_MAX));
            }
            Event::DelegateNamed { name, mobile, code: fresh(ctx)?.hash.clone() }
        }
        Command::RemoveDelegate => Event::DelegateRemoved,
        Command::ReissueCode { shown, second } => {
            let beside = ctx.directory.staff.get(second).filter(|staff| staff.active && Some(staff.id) != ctx.staff);
            beside.ok_or_else(|| Refusal::new("second_person").instead("choose_colleague"))?;
            let code = fresh(ctx)?;
            Event::CodeReissued {
                code: code.hash.clone(),
                rating_key: code.rating_key.clone(),
                shown: words(shown)?,
                second: *second,
            }
        }
        _ => unreachable!("decide sends only these commands here"),
    }];
    if let Some(Event::Rated { grade, of, .. }) = events.first() {
        events.extend(criticised(state, (*grade, *of), ctx));
    }
    if matches!(command, Command::Reopen { .. }) {
        // who is not content with the answer to many gets one of their own
        events.extend(state.merged_into.map(|from| Event::Unmerged { from }));
        events.extend(reorganised(state, ctx.directory, "reopened"));
        events.extend(came_again(state, ctx));
    }
    Ok(events)
}

fn fresh<'a>(ctx: &'a Ctx<'_>) -> Result<&'a super::FreshCode, Refusal> {
    ctx.fresh.as_ref().ok_or_else(|| Refusal::new("no_code").instead("try_again"))
}

fn rated(state: &State, (grade, text, signature): (u8, &str, &str), detail: &Detail, ctx: &Ctx<'_>) -> Result<Event, Refusal> {
    let Some(of) = state.reply().map(|reply| reply.leaf) else {
        return Err(Refusal::new("nothing_to_rate").instead("wait_for_reply"));
    };
    if !(1..=GRADE_MAX).contains(&grade) {
        return Err(Refusal::new("grade_unknown").instead("choose_grade"));
    }
    detail.check(ctx.rules, grade)?;
    if !rating_holds(&state.rating_key, signature, &rating_text_with(ctx.pseudonym, of, grade, detail)) {
        return Err(Refusal::new("rating_unsigned").instead("show_code"));
    }
    Ok(Event::Rated { grade, of, words: intake::note(text)?, signature: signature.to_owned(), detail: detail.clone() })
}
