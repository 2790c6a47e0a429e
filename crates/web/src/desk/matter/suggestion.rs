//! What a machine suggests a matter is about, with its reasons, beside the words it read: taken or put right with one tap, or left.

use appeals::appeal::Suggested;
use appeals::{Kind, State};
use civic::permit::Act;
use insight::reading::{Said, Suggestion};
use maud::{Markup, html};

use super::acts::asked;
use super::load::Matter;
use crate::desk::frame::Desk;
use crate::kit::Tone;
use crate::kit::notice::notice;
use crate::kit::state::chip;
use crate::link;
use crate::portal::track::story::office;
use crate::reading::{because, path, read};
use crate::words::Lang;

/// Reads the words of a matter, where they are open to this person and may be read.
pub fn of(desk: &Desk, matter: &Matter) -> Option<Suggestion> {
    let (state, filing) = (&matter.state, &matter.words.as_ref()?.filing);
    read(&desk.app, (state.kind, state.unread), (&filing.what, state.place.as_deref()))
}

/// Says what was suggested, for the event of whoever decides.
pub fn said(desk: &Desk, matter: &Matter) -> Option<Suggested> {
    let subject = of(desk, matter)?.subject?;
    Some(Suggested { code: subject.code, sure: (subject.confidence * 1_000.0) as u16 })
}

/// Says which kind was suggested, for the event of whoever decides.
pub fn said_kind(desk: &Desk, matter: &Matter) -> Option<Kind> {
    of(desk, matter)?.kind.and_then(|kind| Kind::parse(&kind.code))
}

/// Draws the suggestion, while somebody may still decide.
pub fn draw(desk: &Desk, matter: &Matter) -> Markup {
    let (lang, state) = (desk.lang(), &matter.state);
    if matter.words.is_none() || !state.owes_reply() {
        return html! {};
    }
    if state.unread {
        return html! { section.suggest { h2 { (lang.t("suggest-title")) } p { (lang.t("suggest-unread")) } (change(desk, state, true)) } };
    }
    let Some(suggestion) = of(desk, matter) else { return html! {} };
    html! {
        section.suggest {
            h2 { (lang.t("suggest-title")) }
            (pressing(desk, state, &suggestion))
            (kind(desk, state, &suggestion))
            @match &state.sorted {
                Some(sorted) => {
                    p { (lang.t("suggest-decided")) strong { (path(lang, &desk.app.hall.site.rules(), &sorted.to)) } }
                    (change(desk, state, true))
                }
                None => { (open(desk, state, &suggestion)) }
            }
            p.quiet {
                @if suggestion.learned { (lang.t("suggest-only-learned")) } @else { (lang.t("suggest-only")) }
                " " a href=(link::READING) { (lang.t("reading-title")) }
            }
        }
    }
}

/// Draws what it may be about, with the tap that takes it and the way to another one.
fn open(desk: &Desk, state: &State, suggestion: &Suggestion) -> Markup {
    let (lang, rules, directory) = (desk.lang(), desk.app.hall.site.rules(), desk.directory());
    let others = suggestion.others.iter().filter_map(|code| rules.subject(code)).map(|(zh, en)| lang.pick(zh, en));
    let others = others.collect::<Vec<_>>().join(&lang.t("suggest-or"));
    let Some(subject) = &suggestion.subject else {
        return html! {
            p { strong { (lang.t("suggest-unsure")) } @if !others.is_empty() { " " (lang.say("suggest-others", &[("others", others.into())])) } }
            (change(desk, state, true))
        };
    };
    let need = suggestion.need.and_then(|level| rules.need(level));
    html! {
        p { strong { (path(lang, &rules, &subject.code)) } " " (sure(lang, subject)) }
        p { (because(lang, &subject.because)) }
        p.quiet {
            @if let Some(need) = need { (lang.say("suggest-need", &[("need", lang.pick(&need.zh, &need.en).into())])) " " }
            @if let Some(own) = &suggestion.office { (lang.say("suggest-office", &[("office", office(lang, &directory, &own.code).into())])) }
            @else { (lang.t("suggest-office-unsure")) }
        }
        @if may(desk, state) {
            form.suggest-take method="post" action=(link::matter_act(&state.number, Act::Sort)) data-once="" {
                input type="hidden" name="seen" value=(state.version);
                input type="hidden" name="subject" value=(subject.code);
                div.acts { button { (lang.t("suggest-take")) } (change(desk, state, false)) }
            }
        }
    }
}

/// Draws the way to another decision.
fn change(desk: &Desk, state: &State, alone: bool) -> Markup {
    let lang = desk.lang();
    let key = if alone { "suggest-choose" } else { "suggest-other" };
    html! { @if may(desk, state) { a.button.second href=(link::matter_act(&state.number, Act::Sort)) { (lang.t(key)) } } }
}

fn may(desk: &Desk, state: &State) -> bool {
    can(desk, state, Act::Sort)
}

fn can(desk: &Desk, state: &State, wanted: Act) -> bool {
    asked(desk, state).into_iter().any(|(act, _, answer)| act == wanted && answer.is_ok())
}

/// Draws which kind it may be, where its resident did not say so, with the tap that takes it.
fn kind(desk: &Desk, state: &State, suggestion: &Suggestion) -> Markup {
    if !can(desk, state, Act::NameKind) {
        return html! {};
    }
    let lang = desk.lang();
    let name = |kind: Kind| lang.code("kind", kind.code());
    let said = suggestion.kind.as_ref().and_then(|said| Some((Kind::parse(&said.code)?, said)));
    let other =
        html! { a.button.second href=(link::matter_act(&state.number, Act::NameKind)) { (lang.t("suggest-kind-other")) } };
    html! {
        p { (lang.say("suggest-kind-came", &[("kind", name(state.kind).into())])) }
        @match said {
            Some((Kind::Accusation, said)) => {
                (notice(Tone::Late, &lang.t("suggest-accusation"), &html! { p { (because(lang, &said.because)) " " (lang.t("suggest-accusation-mail")) } }))
                (other)
            }
            Some((kind, said)) if kind != state.kind => {
                p { (lang.t("suggest-looks")) strong { (name(kind)) } " " (sure(lang, said)) }
                p { (because(lang, &said.because)) }
                form.suggest-take method="post" action=(link::matter_act(&state.number, Act::NameKind)) data-once="" {
                    input type="hidden" name="seen" value=(state.version);
                    input type="hidden" name="kind" value=(kind.code());
                    div.acts { button { (lang.say("suggest-kind-take", &[("kind", name(kind).into())])) } (other) }
                }
            }
            Some((_, said)) => { p { (lang.t("suggest-kind-same")) " " (because(lang, &said.because)) } (other) }
            None => { p { (lang.t("suggest-unsure")) } (other) }
        }
    }
}

fn sure(lang: Lang, said: &Said) -> Markup {
    let sure = (said.confidence * 100.0).round() as u32;
    chip(Tone::Way, &lang.say("suggest-sure", &[("sure", sure.into())]))
}

/// Says that it may press, where the resident has not said so.
fn pressing(desk: &Desk, state: &State, suggestion: &Suggestion) -> Markup {
    let (lang, rules) = (desk.lang(), desk.app.hall.site.rules());
    let Some(pressing) = suggestion.pressing.as_ref().filter(|_| !state.danger) else { return html! {} };
    let Some(row) = rules.urgencies().find(|row| row.level == pressing.level) else { return html! {} };
    let tone = if pressing.level == 1 { Tone::Late } else { Tone::Soon };
    let way = if pressing.level == 1 { lang.t("suggest-danger") } else { lang.t("suggest-today") };
    notice(tone, lang.pick(&row.zh, &row.en), &html! { p { (because(lang, &pressing.because)) " " (way) } })
}
