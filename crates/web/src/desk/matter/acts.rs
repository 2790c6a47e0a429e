//! What this person can do now, the next thing first, and why the rest is not possible.

use appeals::State;
use appeals::decide::{Ctx, ready};
use civic::permit::Act;
use civic::refusal::Refusal;
use maud::{Markup, html};

use crate::desk::frame::Desk;
use crate::kit::refusal::{reason, way_on};
use crate::link;

/// Lists the acts of staff with the letter that opens each, in the order in which they come up.
pub const ACTS: &[(Act, char)] = &[
    (Act::TakeOver, 't'),
    (Act::Register, 'r'),
    (Act::Accept, 'a'),
    (Act::Arbitrate, 'u'),
    (Act::DecideRecheck, 'z'),
    (Act::DecideReview, 'v'),
    (Act::CoAnswer, 'o'),
    (Act::AnswerWhistle, 'h'),
    (Act::AnswerReferral, 'i'),
    (Act::Resume, 'e'),
    (Act::Reply, 'f'),
    (Act::RecordDelivery, 'd'),
    (Act::TellByPhone, '7'),
    (Act::DecideObjection, '.'),
    (Act::JudgeEvidence, '`'),
    (Act::ShowEvidence, '\''),
    (Act::NoteMeasure, '\\'),
    (Act::Rectify, ';'),
    (Act::ObjectRating, ','),
    (Act::AnswerCriticism, '0'),
    (Act::FollowUp, 'w'),
    (Act::Close, 'c'),
    (Act::Assign, 's'),
    (Act::Return, 'b'),
    (Act::NotAccept, 'n'),
    (Act::Sort, '8'),
    (Act::NameKind, '9'),
    (Act::AskSupplement, 'q'),
    (Act::CallIn, 'l'),
    (Act::Whistle, 'x'),
    (Act::GradeWhistle, 'g'),
    (Act::Extend, 'y'),
    (Act::Pause, 'p'),
    (Act::Simplify, '1'),
    (Act::HandOver, 'm'),
    (Act::HandDown, '['),
    (Act::TakeBack, ']'),
    (Act::Remind, '='),
    (Act::SendBack, '-'),
    (Act::ReportReferral, '2'),
    (Act::NameSpokespersons, '3'),
    (Act::Merge, '4'),
    (Act::Unmerge, '5'),
    (Act::ReissueCode, '6'),
];

/// Acts between two sites: where no other site is connected nobody is told that they are not possible.
pub const BETWEEN_SITES: &[Act] = &[Act::HandDown, Act::TakeBack, Act::Remind, Act::SendBack];

/// Acts after a bad rating: where there is none nobody is told that they are not possible.
pub const AFTER_RATINGS: &[Act] = &[Act::DecideObjection, Act::Rectify, Act::ObjectRating, Act::AnswerCriticism];

/// Acts of supervision: where no last day was missed nobody is told that they are not possible.
pub const SUPERVISED: &[Act] = &[Act::ShowEvidence, Act::JudgeEvidence, Act::NoteMeasure];

/// Asks for every act whether this person may do it to this matter now: first the permit, then the state.
pub fn asked(desk: &Desk, state: &State) -> Vec<(Act, char, Result<(), Refusal>)> {
    let site = &desk.app.hall.site;
    let (rules, calendar, directory, subject) = (site.rules(), site.calendar(), site.directory(), state.subject());
    let ctx = Ctx {
        office: Some(&desk.person().office),
        staff: Some(desk.person().id),
        ..Ctx::new((desk.app.now(), desk.app.today()), (&rules, &calendar), &directory)
    };
    let answer = |act: Act| desk.permit(act, &subject).and_then(|_| ready(state, act, &ctx));
    let criticised = !state.followup.criticisms.is_empty();
    let card = state.card_open().is_some();
    let here = |act: &Act| {
        (!BETWEEN_SITES.contains(act) || !directory.peers.is_empty())
            && (!AFTER_RATINGS.contains(act) || criticised)
            && (!SUPERVISED.contains(act) || card)
    };
    ACTS.iter().filter(|(act, _)| here(act)).map(|(act, key)| (*act, *key, answer(*act))).collect()
}

/// Draws the acts.
pub fn draw(desk: &Desk, state: &State) -> Markup {
    let lang = desk.lang();
    let (all, next) = (asked(desk, state), desk.goes_on());
    let (can, cannot): (Vec<_>, Vec<_>) = all.iter().partition(|(_, _, answer)| answer.is_ok());
    html! {
        section.acts-column aria-labelledby="acts" {
            h2 #acts { (lang.t("acts-staff")) }
            @if can.is_empty() { p { (lang.t("acts-none")) } }
            ul.act-list {
                @for (at, (act, key, _)) in can.iter().enumerate() {
                    li {
                        a.button.second[at > 0] href=(link::matter_act(&state.number, *act)) data-key=(key)
                            autofocus[at == 0 && next] aria-describedby=[(at == 0 && next).then_some("done")] {
                            (lang.code("act", act.code())) " " kbd aria-hidden="true" { (key) }
                        }
                    }
                }
            }
            @if !cannot.is_empty() {
                details {
                    summary { (lang.t("acts-not-now")) }
                    ul.reasons {
                        @for (act, _, answer) in cannot {
                            @if let Err(refusal) = answer {
                                li {
                                    strong { (lang.code("act", act.code())) } " — " (reason(lang, refusal)) " "
                                    (way_on(lang, refusal).unwrap_or_default())
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
