//! One accusation: what was filed, who told it, what was done, what can be done. Not a word before an entry is durable.

use appeals::sealed::room::{self, Handler, Opened, PURPOSES};
use appeals::sealed::step::{self, Deed, Exception, Stage};
use appeals::sealed::{Pressed, term};
use axum::response::{IntoResponse, Redirect, Response};
use civic::access::Purpose;
use maud::{Markup, html};

use super::{act, door, handler, id, list, open, steps};
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::{Form, Path};
use crate::files;
use crate::kit::Tone;
use crate::kit::due::{DueView, due_line};
use crate::kit::facts::facts;
use crate::kit::notice::notice;
use crate::link;
use crate::portal::track::story::{attachments, office, quote};
use crate::words::{day, moment};

/// Shows the accusation, or asks for the purpose, or for password and code.
pub async fn show(desk: Desk, Path(text): Path<String>) -> Result<Response, Problem> {
    let id = id(&text)?;
    let Some(handler) = handler(&desk)? else { return Ok(door::ask_again(&desk, &link::sealed(id))) };
    let opened = open(&desk, &handler, id).await?;
    let lang = desk.lang();
    let covered = desk.app.ring.covers(handler.session, id, desk.app.now());
    let body = html! {
        p { a href=(link::SEALED) { (lang.t("sealed-back")) } }
        p.quiet.code { (opened.own.filing.number) }
        h1 { (lang.t("kind-accusation")) " " (list::stage(lang, step::stage(&opened.steps))) }
        (head(&desk, &opened))
        @if covered {
            (act::waiting(&desk, (&handler, &opened)))
            (acts(&desk, (&handler, &opened)))
            (export(&desk, (&handler, &opened)))
            (words(&desk, (&handler, &opened)))
            h2 { (lang.t("track-steps")) }
            (steps::draw(&desk, &opened.steps))
        } @else {
            (purpose(&desk, &opened))
        }
    };
    Ok(desk.page(&lang.t("kind-accusation"), &body))
}

fn head(desk: &Desk, opened: &Opened) -> Markup {
    let (lang, own, site) = (desk.lang(), &opened.own, &desk.app.hall.site);
    let (rules, due) = (site.rules(), term::of(site, (own, &opened.steps)));
    html! {
        p { (lang.say("sealed-came-on", &[("day", day(lang, own.day).into())])) }
        @if let Some(due) = due {
            @let left = site.calendar().left(desk.app.today(), due.due.last);
            p { (lang.t(if step::stage(&opened.steps) == Stage::Received { "sealed-owes-acceptance" } else { "sealed-owes-result" })) }
            (due_line(lang, &DueView { rules: &rules, due: &due.due, left, rule: rules.find_term(&due.term) }))
        }
        @if let Some(pressed) = &own.pressed { (because(desk, pressed)) }
    }
}

/// Says because of which matter somebody is put under pressure, and who has nothing of this.
fn because(desk: &Desk, pressed: &Pressed) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    let offices: Vec<String> = pressed.offices.iter().map(|code| office(lang, &directory, code)).collect();
    let offices = offices.join(lang.t("list-comma").as_str());
    notice(
        Tone::Soon,
        &lang.t("sealed-pressed-title"),
        &html! {
            p { (lang.t("sealed-pressed-of")) span.code { (pressed.number) } }
            @if pressed.accused.is_empty() { p { (lang.say("sealed-pressed-shut", &[("offices", offices.into())])) } }
            @else { p { (lang.t("sealed-pressed-accused")) } }
        },
    )
}

fn purpose(desk: &Desk, opened: &Opened) -> Markup {
    let lang = desk.lang();
    html! {
        h2 { (lang.t("sealed-what")) }
        form.purpose method="post" action=(link::sealed_read(opened.id)) {
            p { (lang.t("sealed-read-why")) }
            div.acts {
                @for (at, purpose) in PURPOSES.iter().enumerate() {
                    button.second[at > 0] name="purpose" value=(purpose.code()) {
                        (lang.say("personal-open", &[("purpose", lang.code("purpose", purpose.code()).into())]))
                    }
                }
            }
        }
    }
}

fn words(desk: &Desk, (handler, opened): (&Handler, &Opened)) -> Markup {
    let (lang, filing) = (desk.lang(), &opened.own.filing);
    html! {
        h2 { (lang.t("sealed-what")) }
        p.quiet { (lang.t("sealed-read-noted")) }
        @if filing.what.is_empty() { p.quiet { (lang.t("sealed-no-words")) } }
        (quote(&filing.what))
        (attachments(lang, (&link::sealed_files(opened.id), 1), &filing.files))
        @if !filing.place_words.is_empty() { p { (lang.t("fact-place-words")) (filing.place_words) } }
        h2 { (lang.t("sealed-who")) }
        (person(desk, (handler, opened)))
    }
}

/// Draws who told it: nobody where anonymous; where it was told in confidence, only to whom two people opened it, for a time.
fn person(desk: &Desk, (handler, opened): (&Handler, &Opened)) -> Markup {
    let (lang, filing) = (desk.lang(), &opened.own.filing);
    let site = &desk.app.hall.site;
    let until = step::opened(&site.rules(), &opened.steps, (handler.staff, desk.app.now()), Exception::Unmask);
    let shown = facts(&[
        (lang.t("person-name"), html! { (filing.name) }),
        (lang.t("person-mobile"), html! { (filing.mobile) }),
        (lang.t("person-email"), html! { (filing.email) }),
    ]);
    match (filing.identity, until) {
        (appeals::Identity::Anonymous, _) => html! { p { (lang.t("person-anonymous")) } },
        (own, None) if step::is_masked(own) => html! { p { (lang.t("sealed-masked")) } },
        (own, Some(until)) if step::is_masked(own) => html! {
            (notice(Tone::Late, &lang.t("sealed-unmasked"), &html! {
                p { (lang.say("sealed-open-until", &[("until", moment(lang, until, &site.zone).into())])) }
            }))
            (shown)
        },
        _ => shown,
    }
}

/// Draws what can be done now.
fn acts(desk: &Desk, (handler, opened): (&Handler, &Opened)) -> Markup {
    let lang = desk.lang();
    html! {
        div.acts.no-print {
            @for (at, code) in act::possible(desk, (handler, opened)).into_iter().enumerate() {
                a.button.second[at > 0] href=(link::sealed_act(opened.id, code)) { (lang.code("sealed-do", code)) }
            }
        }
    }
}

/// Draws the way to the file, while two people have opened it to this one.
fn export(desk: &Desk, (handler, opened): (&Handler, &Opened)) -> Markup {
    let (lang, site) = (desk.lang(), &desk.app.hall.site);
    let until = step::opened(&site.rules(), &opened.steps, (handler.staff, desk.app.now()), Exception::Export);
    html! {
        @if let Some(until) = until {
            (notice(Tone::Late, &lang.t("sealed-export-open"), &html! {
                p { (lang.say("sealed-open-until", &[("until", moment(lang, until, &site.zone).into())])) }
                p { a href=(link::sealed_export(opened.id)) download { (lang.t("sealed-export-take")) } }
            }))
        }
    }
}

/// Notes the reading and its purpose; it is durable before the page that follows shows a word.
pub async fn read(desk: Desk, Path(text): Path<String>, Form(fields): Form) -> Result<Response, Problem> {
    let id = id(&text)?;
    let Some(own) = handler(&desk)? else { return Ok(door::ask_again(&desk, &link::sealed(id))) };
    let purpose = Purpose::parse(fields.get("purpose")).map_or("", Purpose::code).to_owned();
    let session = own.session;
    desk.write(move |tx, site, by| room::act(tx, site, by, &own, (id, Deed::Read { purpose }))).await?;
    desk.app.ring.note(session, id, desk.app.now());
    Ok(Redirect::to(&link::sealed(id)).into_response())
}

/// Serves an attachment, while an entry covers the accusation.
pub async fn file(desk: Desk, Path((text, _, at)): Path<(String, i64, usize)>) -> Result<Response, Problem> {
    let id = id(&text)?;
    let handler = handler(&desk)?.ok_or(Problem::Absent)?;
    let opened = open(&desk, &handler, id).await?;
    if !desk.app.ring.covers(handler.session, id, desk.app.now()) {
        return Err(Problem::Absent);
    }
    files::serve(&desk.app, &opened.own.files_key()?, opened.own.filing.files.get(at).ok_or(Problem::Absent)?)
}
