//! What was done where a resident said that somebody is in danger: who was told, how often, whether anybody opened it. It
//! promises nothing that was not done, and puts the telephone first.

use appeals::alarm;
use appeals::decide::next_alarm;
use appeals::view::Personal;
use appeals::{Event, State};
use maud::{Markup, html};

use super::story;
use crate::app::App;
use crate::kit::Tone;
use crate::kit::notice::notice;
use crate::portal::file::danger_calls;
use crate::words::{Lang, moment};

/// Draws it on the tracking page; nothing where nobody is in danger, or once the office has answered.
pub fn told(app: &App, lang: Lang, personal: &Personal) -> Markup {
    let state = &personal.state;
    if !state.danger || !state.owes_reply() {
        return html! {};
    }
    let title = if state.unheard() { "danger-unheard" } else { "danger-heard" };
    let tone = if state.unheard() { Tone::Late } else { Tone::Way };
    let body = html! {
        (danger_calls(lang))
        @if let Some(heard) = heard(app, lang, personal) { p { (heard) } }
        p { (letters(lang, personal)) }
        @if state.unheard() { (next(app, lang, state)) }
    };
    notice(tone, &lang.t(title), &body)
}

/// Says when somebody opened it, or acted on it first.
fn heard(app: &App, lang: Lang, personal: &Personal) -> Option<String> {
    if personal.state.unheard() {
        return None;
    }
    let site = &app.hall.site;
    let opened = personal.steps.iter().find(|step| matches!(step.event, Event::AlarmAnswered { .. }));
    let first = opened.or_else(|| personal.steps.iter().find(|step| matches!(step.actor, civic::journal::Actor::Staff(_))))?;
    let who = story::who(lang, &site.directory(), first.actor);
    Some(lang.say("danger-heard-by", &[("who", who.into()), ("moment", moment(lang, first.at, &site.zone).into())]))
}

/// Counts the letters to staff, and how many of them have left.
fn letters(lang: Lang, personal: &Personal) -> String {
    let alarms = || personal.messages.iter().filter(|letter| [alarm::FIRST, alarm::AGAIN].contains(&letter.template.as_str()));
    let people: std::collections::BTreeSet<&str> = alarms().map(|letter| letter.recipient.as_str()).collect();
    let sent = alarms().filter(|letter| letter.state == "sent").count();
    lang.say("danger-letters", &[("people", people.len().into()), ("sent", sent.into())])
}

/// Says when it is told again.
fn next(app: &App, lang: Lang, state: &State) -> Markup {
    let site = &app.hall.site;
    let next = next_alarm(state, &site.rules()).map(|at| at.max(app.now()));
    html! { @if let Some(next) = next { p { (lang.say("danger-next", &[("moment", moment(lang, next, &site.zone).into())])) } } }
}
