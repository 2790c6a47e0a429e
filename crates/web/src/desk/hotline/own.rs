//! The caller's own matters, once they said the code that went to their telephone: where each stands, never its words; only those that
//! the own office has or had, so that nobody sees a person across offices (E4).

use appeals::{State, called};
use maud::{Markup, html};

use civic::hotline::{self, Call};
use jiff::Timestamp;
use std::sync::Arc;

use crate::desk::frame::Desk;
use crate::desk::queue::note_titles;
use crate::error::Problem;
use crate::extract::Fields;
use crate::kit::Tone;
use crate::kit::errors::Errors;
use crate::kit::field::{Field, Input, field};
use crate::kit::notice::notice;
use crate::link;
use crate::portal::track::stage;
use crate::portal::track::story::office;
use crate::words::day;

/// Reads them; none while the caller has shown nothing. The list is noted before it leaves, and each resident sees that it was shown.
pub async fn read(desk: &Desk, call: &Call, now: Timestamp) -> Result<Option<Vec<Arc<State>>>, Problem> {
    if !call.is_proved(now) || call.staff != Some(desk.person().id) {
        return Ok(None);
    }
    let (who, number) = (desk.staff.who(), call.number.clone());
    let own = desk.read(move |tx, site, _| called::own(tx, site, &who, number)).await?;
    if !own.is_empty() {
        note_titles(desk, own.iter().map(|state| state.matter).collect()).await?;
    }
    Ok(Some(own))
}

/// Draws them, or the way to them.
pub fn draw(desk: &Desk, call: &Call, own: Option<&[Arc<State>]>, now: Timestamp) -> Markup {
    let lang = desk.lang();
    html! {
        section.own aria-labelledby="own" {
            h2 #own { (lang.t("call-own")) }
            @match own {
                Some(own) => (list(desk, own)),
                None if desk.app.sms_number.is_none() => p.quiet { (lang.t("call-own-no-sms")) },
                None => (ask(desk, call, now)),
            }
        }
    }
}

fn ask(desk: &Desk, call: &Call, now: Timestamp) -> Markup {
    let lang = desk.lang();
    let sent = call.code_at.filter(|at| now.as_second() - at.as_second() < hotline::CODE_SECONDS_MAX);
    let code = Field {
        name: "code",
        label: lang.t("call-code"),
        hint: lang.say("call-code-hint", &[("minutes", (hotline::CODE_SECONDS_MAX / 60).into())]),
        input: Input::Digits,
        required: true,
        chars_max: 12,
        ..Field::default()
    };
    html! {
        p.quiet { (lang.t("call-own-why")) }
        @if sent.is_some() {
            @if call.code_tries > 0 {
                (notice(Tone::Soon, &lang.t("call-code-wrong"), &html! { p { (lang.say("call-code-left", &[("left", (hotline::CODE_TRIES_MAX - call.code_tries).max(0).into())])) } }))
            }
            form method="post" action=(link::hotline_act(call.id)) {
                (field(lang, &code, &Fields::default(), &Errors::default()))
                div.acts { button.second name="act" value="prove" { (lang.t("call-prove")) } }
            }
        }
        form method="post" action=(link::hotline_act(call.id)) data-once="" {
            button.second name="act" value="code" accesskey="o" { @if sent.is_some() { (lang.t("call-code-anew")) } @else { (lang.t("call-code-send")) } " " kbd { "Alt+O" } }
        }
    }
}

fn list(desk: &Desk, own: &[Arc<State>]) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    html! {
        p.quiet { (lang.t("call-own-only")) }
        @if own.is_empty() { p { (lang.t("call-own-none")) } }
        ul.plain {
            @for state in own {
                li {
                    a href=(link::matter(&state.number)) { span.code { (state.number) } } " " (lang.code("kind", state.kind.code())) " " (stage(lang, state.stage))
                    br; span.quiet {
                        (office(lang, &directory, &state.owner))
                        @if state.owes_reply() { " · " (lang.say("call-due", &[("day", day(lang, state.shown_due().due.last).into())])) }
                    }
                }
            }
        }
    }
}
