//! Whether an act fits the state of a matter, apart from its arguments.

use civic::permit::Act;
use civic::refusal::Refusal;

use super::Ctx;
use super::again::another;
use super::handed;
use super::owner::ruled;
use crate::appeal::{Channel, Identity, Kind, Review, Stage, State};
use crate::followup;
use crate::joined::may_join;
use crate::supervise;

type Answer = Result<(), Refusal>;

fn no(code: &'static str, way: &'static str) -> Answer {
    Err(Refusal::new(code).instead(way))
}

fn need(holds: bool, code: &'static str, way: &'static str) -> Answer {
    if holds { Ok(()) } else { no(code, way) }
}

/// Tells whether an act is possible in this state, and if not, why and what instead.
pub fn ready(state: &State, act: Act, ctx: &Ctx<'_>) -> Answer {
    match act {
        Act::Register => {
            working(state)?;
            need(state.stage == Stage::Received, "already_registered", "read_timeline")
        }
        Act::Sort => {
            need(state.is_open(), "closed", "read_timeline")?;
            need(state.merged_into.is_none(), "merged", "open_main")
        }
        Act::NameKind => {
            working(state)?;
            need(state.channel == Channel::Mail, "kind_chosen", "read_timeline")?;
            need(state.accepted.is_none(), "already_accepted", "read_timeline")
        }
        Act::Accept | Act::NotAccept => {
            working(state)?;
            need(state.accepted.is_none(), "already_accepted", "read_timeline")?;
            settled(state)
        }
        Act::Simplify => {
            handling(state)?;
            need(!state.simplified && state.kind != Kind::Accusation, "already_simplified", "read_timeline")
        }
        Act::Assign => {
            working(state)?;
            settled(state)?;
            need(!state.arbitrated, "ruling_binds", "call_in")
        }
        Act::TakeOver => offered_to_me(state, ctx),
        Act::Return => may_return(state, ctx),
        Act::Arbitrate => need(state.disputed && state.is_open(), "no_dispute", "read_timeline"),
        Act::CallIn | Act::Whistle | Act::ReportReferral | Act::AskSupplement => working(state),
        Act::CoAnswer => {
            let mine = state.co_handlers.iter().any(|(code, co)| ctx.is_mine(code) && !co.answered);
            need(mine, "not_called_in", "read_timeline")
        }
        Act::AnswerWhistle => {
            let mine = state.whistles.iter().any(|(code, whistle)| ctx.is_mine(code) && whistle.came_late.is_none());
            need(mine, "not_whistled", "read_timeline")
        }
        Act::GradeWhistle => {
            let open = state.whistles.values().any(|whistle| whistle.came_late.is_some() && whistle.grade.is_none());
            need(open, "no_whistle_to_grade", "read_timeline")
        }
        Act::AnswerReferral => {
            let mine = state.referrals.iter().any(|r| ctx.is_mine(&r.office) && r.admitted.is_none());
            need(mine, "no_referral", "read_timeline")
        }
        Act::Extend => may_extend(state, ctx),
        Act::Pause => may_pause(state, ctx),
        Act::Resume => {
            need(state.clock_paused() && (state.is_open() || state.pending_review().is_some()), "not_paused", "read_timeline")?;
            own_clock(state, ctx)
        }
        other => ready_later(state, other, ctx),
    }
}

fn ready_later(state: &State, act: Act, ctx: &Ctx<'_>) -> Answer {
    match act {
        Act::Reply => {
            working(state)?;
            settled(state)?;
            need(state.paused.is_none(), "clock_paused", "resume")?;
            another(state, ctx)?;
            let at_once = ctx.rules.track(state.kind.code()).simplified;
            need(state.accepted.is_some() || at_once, "accept_first", "accept")
        }
        Act::RecordDelivery => {
            let word = state.last_word();
            need(word.is_some(), "nothing_to_deliver", "reply")?;
            need(word.is_some_and(|word| word.delivered.is_none()), "already_delivered", "read_timeline")
        }
        Act::TellByPhone => need(!state.untold.is_empty(), "nothing_to_tell", "read_timeline"),
        Act::FollowUp => {
            need(matches!(state.stage, Stage::Replied | Stage::FollowedUp), "reply_first", "reply")?;
            need(state.last_word().is_some_and(|word| word.delivered.is_some()), "deliver_first", "record_delivery")
        }
        Act::Close => {
            need(state.is_open(), "closed", "read_timeline")?;
            need(matches!(state.stage, Stage::Replied | Stage::FollowedUp), "reply_first", "reply")?;
            need(state.pending_review().is_none(), "review_pending", "read_timeline")?;
            need(state.card_open().is_none(), "card_open", "show_evidence")
        }
        Act::Merge => working(state),
        Act::Unmerge => need(state.merged_into.is_some() && state.is_open(), "not_merged", "read_timeline"),
        Act::NameSpokespersons | Act::HandOver => need(state.is_open(), "closed", "read_timeline"),
        Act::ReissueCode => need(state.identity != Identity::Anonymous, "anonymous_code", "file_anew"),
        Act::DecideReview => my_review(state.review.as_ref(), ctx),
        Act::DecideRecheck => my_review(state.recheck.as_ref(), ctx),
        Act::HandDown | Act::TakeBack | Act::Remind | Act::SendBack => handed::ready(state, act, ctx),
        Act::TellGrade
        | Act::CallBack
        | Act::Rectify
        | Act::MarkRectification
        | Act::ObjectRating
        | Act::AnswerObjection
        | Act::HearObjection
        | Act::DecideObjection
        | Act::AnswerCriticism => followup::ready(state, act, ctx),
        Act::ShowEvidence | Act::JudgeEvidence | Act::NoteMeasure => supervise::ready(state, act),
        other => ready_resident(state, other, ctx),
    }
}

fn ready_resident(state: &State, act: Act, ctx: &Ctx<'_>) -> Answer {
    if matches!(act, Act::Supplement | Act::Rate | Act::Reopen | Act::AskReview | Act::AskRecheck) {
        unanswered(state, act)?;
    }
    match act {
        Act::Supplement => need(state.is_open(), "closed", on_from_here(state, ctx)),
        Act::Join => {
            need(state.joins.is_none(), "already_joined", "read_timeline")?;
            need(may_join(state), "nothing_to_join", on_from_here(state, ctx))
        }
        Act::AskWithdraw => {
            need(state.is_open(), "closed", "read_timeline")?;
            need(state.withdraw_until.is_none(), "already_withdrawing", "revoke_withdraw")
        }
        // a channel of its own, by which everything is told already
        Act::FollowByText => {
            need(!matches!(state.channel, Channel::Sms | Channel::Chat | Channel::Above), "texts_by_channel", "read_timeline")?;
            need(!state.hears.texts, "texts_already", "stop_texts")
        }
        Act::StopTexts => need(state.hears.texts, "no_texts", "text_to_follow"),
        Act::RevokeWithdraw => need(state.withdraw_until.is_some(), "not_withdrawing", "read_timeline"),
        Act::Rate => {
            let reply = state.reply();
            need(reply.is_some(), "nothing_to_rate", "wait_for_reply")?;
            let rated = state.rating.map(|rating| rating.of);
            need(reply.map(|reply| reply.leaf) != rated, "already_rated", on_from_here(state, ctx))
        }
        Act::Reopen => {
            need(matches!(state.stage, Stage::Replied | Stage::FollowedUp | Stage::Closed), "not_answered_yet", "supplement")?;
            need(state.review.is_none(), "review_chain", "ask_recheck")?;
            in_time(state, ctx, "reopen_late")
        }
        Act::AskReview => {
            claims_only(state, ctx)?;
            need(state.stage != Stage::Withdrawn, "withdrawn", "file_new_facts")?;
            need(state.review.is_none(), "already_reviewed", "ask_recheck")?;
            need(state.reply().is_some(), "not_answered_yet", "wait_for_reply")?;
            open_above(state, ctx)?;
            above(ctx, &state.owner)
        }
        Act::AskRecheck => {
            let review = state.review.as_ref();
            need(review.is_some_and(|review| review.decided.is_some()), "review_first", "ask_review")?;
            need(state.recheck.is_none(), "already_rechecked", "court")?;
            need(state.stage != Stage::Withdrawn, "withdrawn", "file_new_facts")?;
            in_time(state, ctx, "recheck_late")?;
            above(ctx, review.map_or("", |review| review.office.as_str()))
        }
        Act::NameDelegate => need(!state.delegate, "already_delegate", "remove_delegate"),
        Act::RemoveDelegate => need(state.delegate, "no_delegate", "name_delegate"),
        _ => Ok(()),
    }
}

/// A matter that was not accepted, or taken back, goes on no more. What the Regulations give then is the written ground with
/// the lawful route (art. 23), and a new filing with what was missing; rating and review are of an answer, where there was one.
fn unanswered(state: &State, act: Act) -> Answer {
    let of_answer = state.reply().is_some() && !matches!(act, Act::Supplement | Act::Reopen);
    need(of_answer || state.stage != Stage::NotAccepted, "not_accepted", "see_the_ground")?;
    need(of_answer || state.stage != Stage::Withdrawn, "withdrawn", "file_new_facts")
}

/// Names the way on from a matter that is over: reopening while that is possible, else a new filing.
fn on_from_here(state: &State, ctx: &Ctx<'_>) -> &'static str {
    if ready_resident(state, Act::Reopen, ctx).is_ok() { "reopen" } else { "file_new_facts" }
}

/// The office still owes a reply of this matter's own.
pub(super) fn working(state: &State) -> Answer {
    need(state.is_open(), "closed", "read_timeline")?;
    need(state.merged_into.is_none(), "merged", "open_main")?;
    need(state.owes_reply(), "already_replied", "follow_up")
}

fn handling(state: &State) -> Answer {
    working(state)?;
    need(state.accepted.is_some(), "accept_first", "accept")
}

/// Nobody else is being asked to take it.
pub(super) fn settled(state: &State) -> Answer {
    need(state.offer.is_none(), "offer_pending", "wait_for_office")?;
    need(!state.disputed, "in_conference", "wait_for_ruling")
}

fn offered_to_me(state: &State, ctx: &Ctx<'_>) -> Answer {
    let mine = state.offer.as_ref().is_some_and(|offer| ctx.is_mine(&offer.to));
    need(state.is_open() && mine, "not_offered", "read_timeline")
}

/// Whoever was offered it may return it; a holder to whom it was given may dispute it; the first-asked office may not.
fn may_return(state: &State, ctx: &Ctx<'_>) -> Answer {
    if offered_to_me(state, ctx).is_ok() {
        return Ok(());
    }
    working(state)?;
    settled(state)?;
    need(!state.arbitrated, "ruling_binds", "call_in")?;
    let ruled = ruled(state, ctx).is_some_and(|office| ctx.is_mine(&office));
    need(!ruled, "ruling_binds", "call_in")?;
    need(!state.former.is_empty(), "first_asked", "assign")
}

fn may_extend(state: &State, ctx: &Ctx<'_>) -> Answer {
    handling(state)?;
    need(!state.extended, "already_extended", "reply")?;
    let term = ctx.rules.find_term(&state.due.term);
    need(term.is_some_and(|term| term.extension.is_some()), "no_extension", "reply")?;
    need(ctx.today <= state.due.due.last, "extend_late", "reply")
}

/// The clock of a pending review is its reviewer's, else it is the holder's.
fn own_clock(state: &State, ctx: &Ctx<'_>) -> Answer {
    match state.pending_review() {
        Some(review) => need(ctx.is_mine(&review.office), "no_review_here", "read_timeline"),
        None => need(ctx.is_mine(&state.owner), "other_office", "read_timeline"),
    }
}

/// A clock stands still only where a clause says so: each ground names the terms that it may stop.
fn may_pause(state: &State, ctx: &Ctx<'_>) -> Answer {
    if state.pending_review().is_none() {
        handling(state)?;
    }
    if ctx.rules.pauses(&state.shown_due().term).next().is_none() {
        return Err(Refusal::new("no_pause").by("xf:36").instead("reply"));
    }
    own_clock(state, ctx)?;
    need(!state.clock_paused(), "already_paused", "resume")
}

fn my_review(review: Option<&Review>, ctx: &Ctx<'_>) -> Answer {
    let mine = review.is_some_and(|review| review.decided.is_none() && ctx.is_mine(&review.office));
    need(mine, "no_review_here", "read_timeline")?;
    need(review.is_none_or(|review| review.paused.is_none()), "clock_paused", "resume")
}

/// The time after the last word has not run out; it starts with the delivery.
fn in_time(state: &State, ctx: &Ctx<'_>, late: &'static str) -> Answer {
    let Some(word) = state.last_word() else { return no("not_answered_yet", "wait_for_reply") };
    let open = word.until.as_ref().is_none_or(|until| ctx.today <= until.due.last);
    need(open, late, "file_new_facts")
}

/// While the holder handles a reopened matter within its term, the office above does not take it (《信访工作条例》第十九条);
/// the time to ask for a review starts anew with the new reply. A holder who lets the term pass bars nobody from it, and
/// the old time does not count against a resident who waited for that holder.
fn open_above(state: &State, ctx: &Ctx<'_>) -> Answer {
    if !state.owes_reply() {
        return in_time(state, ctx, "review_late");
    }
    if ctx.today > state.due.due.last {
        return Ok(());
    }
    Err(Refusal::new("handled_again").with("day", state.due.due.last).by("xf:19").instead("wait_for_new_reply"))
}

fn claims_only(state: &State, ctx: &Ctx<'_>) -> Answer {
    need(ctx.rules.track(state.kind.code()).track == "claims", "no_review_for_kind", "reopen")
}

fn above(ctx: &Ctx<'_>, office: &str) -> Answer {
    let superior = ctx.directory.offices.get(office).and_then(|office| office.superior.as_ref());
    need(superior.is_some(), "no_superior_here", "higher_site")
}
