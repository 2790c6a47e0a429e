//! What a resident says to an office's objection, written down by staff of another line for whoever has no page: at a counter, where the query
//! code on their slip shows that it is theirs, or on the telephone, at the number they left. They get a receipt.

use appeals::Command;
use appeals::followup::Spoken;
use appeals::followup::list::{Owed, Person};
use appeals::run::{self, Done, Request};
use axum::response::{IntoResponse, Response};
use civic::refusal::{No, Refusal};
use maud::{Markup, html};

use super::call::{Found, hidden, whom};
use super::calls::why;
use super::until;
use crate::desk::frame::Desk;
use crate::error::{Problem, status};
use crate::extract::Fields;
use crate::kit::Tone;
use crate::kit::choice::{Choice, Choices, choices};
use crate::kit::errors::Errors;
use crate::kit::facts::facts;
use crate::kit::field::{Field, Input, field};
use crate::kit::notice::notice;
use crate::kit::print::slip;
use crate::kit::refusal::refusal_block;
use crate::link;
use crate::portal::track::look;
use crate::portal::track::story::{ground_words, office, quote, reply_text};
use crate::words::day;

/// Name of the field that holds the code on the slip; it is never given back.
const CODE: &str = "query_code";

/// Notes what they said, and shows the receipt.
pub(super) async fn note(desk: &Desk, found: &Found, fields: &Fields) -> Result<Response, Problem> {
    match said(desk, found, fields).await {
        Ok(done) => Ok(receipt(desk, fields, &done)),
        Err(No::Refused(refusal)) => {
            let page = draw(desk, found, (fields, Some(&refusal)));
            Ok((status(refusal.code), page).into_response())
        }
        Err(no) => Err(no.into()),
    }
}

async fn said(desk: &Desk, (owed, person): &Found, fields: &Fields) -> Result<Done, No> {
    hidden(fields)?;
    if person.is_none() {
        return Err(Refusal::new("call_unread").instead("open_number").into());
    }
    let spoken = Spoken::parse(fields.get("spoken")).ok_or_else(|| Refusal::new("choice_missing").instead("choose_one"))?;
    let state = &owed.state;
    match spoken {
        Spoken::Call if !owed.reachable() => return Err(Refusal::new("nobody_to_ring").instead("ask_for_slip").into()),
        Spoken::Call => {}
        Spoken::Counter => shown(desk, owed, fields).await?,
    }
    let words = fields.get("words").to_owned();
    let command = Command::HearObjection { words, spoken };
    let seen = fields.get("seen").parse().ok();
    run::act(&desk.app.hall, Request { who: desk.staff.who(), matter: state.matter, seen, command }).await
}

/// Checks that whoever stands there holds the slip: tries are counted as on the page of residents.
async fn shown(desk: &Desk, owed: &Owed, fields: &Fields) -> Result<(), No> {
    let mut slip = Fields::default();
    slip.set("number", owed.state.number.clone());
    slip.set(CODE, fields.get(CODE));
    let opened = look(&desk.app, &desk.visit, &slip).await.map_err(|problem| match problem {
        Problem::Refused(_, refusal) => No::Refused(refusal),
        Problem::Failed(fault) => No::Failed(fault),
        _ => No::Absent,
    })?;
    let own = opened.is_some_and(|(opened, _)| opened.matter == owed.state.matter && !opened.accusation);
    if own { Ok(()) } else { Err(Refusal::new("code_wrong").instead("check_slip").into()) }
}

/// Draws the form, or what has to be opened before it.
pub(super) fn draw(desk: &Desk, (owed, person): &Found, (typed, refusal): (&Fields, Option<&Refusal>)) -> Response {
    let (lang, site, directory) = (desk.lang(), &desk.app.hall.site, desk.directory());
    let state = &owed.state;
    let to = link::callback(&state.number, owed.which);
    let judge = state.followup.judge().map(|code| office(lang, &directory, code)).unwrap_or_default();
    let body = html! {
        p.quiet.code { (state.number) }
        h1 { (lang.t("hear-title")) }
        p { (why(desk, owed)) " " (until(desk, owed.until)) }
        (facts(&[
            (lang.t("callback-office"), html! { (office(lang, &directory, &state.owner)) }),
            (lang.t("hear-judge"), html! { (judge) }),
        ]))
        @if let Some(refusal) = refusal { (refusal_block(lang, &site.rules(), refusal)) }
        @match person {
            None => {
                form method="post" action=(to) {
                    (notice(Tone::Plain, &lang.t("hear-closed"), &html! { p { (lang.t("personal-why")) } }))
                    div.acts {
                        button name="what" value="open" { (lang.t("hear-open")) }
                        a.button.second href=(link::CALLBACKS) { (lang.t("back")) }
                    }
                }
            }
            Some(person) => {
                (about(desk, (owed, person)))
                h2 { (lang.t("callback-said")) }
                p { (lang.t("hear-how")) }
                form #(crate::kit::shell::FORM) method="post" action=(to) data-once="" {
                    input type="hidden" name="seen" value=(state.version);
                    (form(desk, owed, typed))
                    div.acts {
                        button { (lang.t("hear-note")) }
                        a.button.second href=(link::CALLBACKS) { (lang.t("back")) }
                    }
                }
            }
        }
    };
    desk.form_page(&lang.t("hear-title"), (to.clone(), &body))
}

/// Draws what it is about: what the office says, what the resident brought, what they were answered, and whom to ring up.
fn about(desk: &Desk, (owed, person): (&Owed, &Person)) -> Markup {
    let (lang, rules) = (desk.lang(), desk.app.hall.site.rules());
    html! {
        @if owed.reachable() { (whom(desk, person)) }
        @if let Some((ground, words)) = &person.objection {
            h2 { (lang.t("hear-office-says")) }
            (ground_words(lang, &rules, ("rating_objection", ground)))
            (quote(words))
        }
        details { summary { (lang.t("callback-what")) } (quote(&person.what)) }
        @if let Some(reply) = &person.reply {
            details { summary { (lang.t("callback-reply")) } (reply_text(lang, &rules, reply)) }
        }
    }
}

fn form(desk: &Desk, owed: &Owed, typed: &Fields) -> Markup {
    let (lang, errors) = (desk.lang(), Errors::default());
    let card = |spoken: Spoken| Choice {
        value: spoken.code().to_owned(),
        title: lang.code("spoken", spoken.code()),
        hint: lang.code("spoken-hint", spoken.code()),
    };
    let ways = Spoken::ALL.iter().filter(|spoken| **spoken == Spoken::Counter || owed.reachable());
    let spoken = Choices {
        name: "spoken",
        legend: lang.t("hear-spoken"),
        list: ways.map(|way| card(*way)).collect(),
        ..Choices::default()
    };
    let code = Field {
        name: CODE,
        label: lang.t("field-query-code"),
        hint: lang.t("hear-code-hint"),
        chars_max: 60,
        ..Field::default()
    };
    let words = Field { name: "words", label: lang.t("hear-words"), input: Input::Area(5), required: true, ..Field::default() };
    let mut typed = typed.clone();
    typed.set(CODE, "");
    html! {
        (choices(&spoken, &typed, &errors))
        (field(lang, &code, &typed, &errors))
        (field(lang, &words, &typed, &errors))
    }
}

/// Draws what the resident takes along: what was written down, by whom, as which entry of the public log, and what comes next.
fn receipt(desk: &Desk, fields: &Fields, done: &Done) -> Response {
    let (lang, directory) = (desk.lang(), desk.directory());
    let state = &done.state;
    let objection = state.followup.pending().map(|(_, objection)| objection);
    let judge = objection.map(|objection| office(lang, &directory, &objection.judge)).unwrap_or_default();
    let due = objection.map(|objection| day(lang, objection.due.due.last)).unwrap_or_default();
    let leaf = done.events.last().map(|(stored, _)| stored.leaf).unwrap_or_default();
    let by = format!("{} {}", office(lang, &directory, &desk.person().office), desk.person().name);
    let title = lang.t("hear-receipt");
    let paper = html! {
        h2 { (title) }
        (facts(&[
            (lang.t("receipt-number"), html! { span.code { (state.number) } }),
            (lang.t("hear-receipt-day"), html! { (day(lang, desk.app.today())) }),
            (lang.t("hear-receipt-by"), html! { (by) " · " (lang.code("spoken", fields.get("spoken"))) }),
            (lang.t("hear-receipt-entry"), html! { span.code { (leaf) } }),
        ]))
        p { strong { (lang.t("hear-words")) } }
        (quote(fields.get("words").trim()))
        p { (lang.say("hear-receipt-next", &[("office", judge.into()), ("day", due.into())])) }
        p.quiet { (lang.t("hear-receipt-check")) }
    };
    let body = html! {
        h1 { (lang.t("hear-noted")) }
        p { (lang.t("hear-noted-how")) }
        (slip(lang, &title, &paper))
        p.no-print { a.button.second href=(link::CALLBACKS) { (lang.t("callbacks-title")) } }
    };
    desk.page(&title, &body)
}
