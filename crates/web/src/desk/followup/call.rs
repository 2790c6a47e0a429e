//! One call-back: whom to ring up, opened with its own purpose and noted first, and the form for what was said.

use appeals::Command;
use appeals::filing::hides;
use appeals::followup::list::{self, Owed, Person, Which};
use appeals::run::{self, Request};
use axum::response::{IntoResponse, Redirect, Response};
use civic::access::{self, Purpose, Reading};
use civic::refusal::{No, Refusal};
use maud::{Markup, html};

use super::calls::why;
use super::{hear, until};
use crate::desk::frame::{Desk, done};
use crate::error::{Problem, status};
use crate::extract::{Fields, Form, Path};
use crate::kit::Tone;
use crate::kit::choice::{Choice, Choices, choices};
use crate::kit::errors::Errors;
use crate::kit::facts::facts;
use crate::kit::field::{Field, Input, field, select};
use crate::kit::notice::notice;
use crate::kit::refusal::refusal_block;
use crate::link;
use crate::portal::track::story::{office, quote, reply_text};

/// Shows the call-back.
pub async fn show(desk: Desk, Path((number, which)): Path<(String, String)>) -> Result<Response, Problem> {
    let found = find(&desk, (&number, &which)).await?;
    Ok(draw(&desk, &found, (&Fields::default(), None)))
}

/// Opens whom to ring up, or notes what was said.
pub async fn run(desk: Desk, Path((number, which)): Path<(String, String)>, Form(fields): Form) -> Result<Response, Problem> {
    let found = find(&desk, (&number, &which)).await?;
    if desk.visit.switched {
        return Ok(draw(&desk, &found, (&fields, None)));
    }
    if fields.get("what") == "open" {
        open(&desk, &found.0).await?;
        return Ok(Redirect::to(&link::callback(&number, found.0.which)).into_response());
    }
    if matches!(found.0.which, Which::Objection(_)) {
        return hear::note(&desk, &found, &fields).await;
    }
    match note(&desk, &found.0, &fields).await {
        Ok(()) => Ok(done(link::CALLBACKS, "acted")),
        Err(No::Refused(refusal)) => {
            let page = draw(&desk, &found, (&fields, Some(&refusal)));
            Ok((status(refusal.code), page).into_response())
        }
        Err(no) => Err(no.into()),
    }
}

/// Is what is owed, and, while a reading is noted, of whom and about what.
pub(super) type Found = (Owed, Option<Person>);

async fn find(desk: &Desk, (number, which): (&str, &str)) -> Result<Found, Problem> {
    let which = Which::parse(which).ok_or(Problem::Absent)?;
    let (who, session, number) = (desk.staff.who(), desk.staff.session.id, number.to_owned());
    let found = desk.read(move |tx, site, now| {
        let (owed, permit) = list::find(tx, site, (&who, site.day(now)), (&number, which))?;
        let opened = access::covers(tx, site, now, (session, owed.state.matter))?.is_some();
        let person = if opened { list::person(tx, site, &permit, &owed)? } else { None };
        Ok::<_, No>((owed, person))
    });
    Ok(found.await?)
}

/// Notes the reading before a word is shown.
async fn open(desk: &Desk, owed: &Owed) -> Result<(), No> {
    let (who, number, which) = (desk.staff.who(), owed.state.number.clone(), owed.which);
    let (staff, office, session) = (desk.person().id, desk.person().office.clone(), desk.staff.session.id);
    desk.write(move |tx, site, (now, _)| {
        let (owed, _) = list::find(tx, site, (&who, site.day(now)), (&number, which))?;
        let reading = Reading { staff, office, session, matter: owed.state.matter, purpose: Purpose::CallBack };
        Ok(access::record(tx, site, now, &reading)?)
    })
    .await
}

/// Refuses characters that no keyboard types.
pub(super) fn hidden(fields: &Fields) -> Result<(), Refusal> {
    let hidden = fields.iter().any(|(_, text)| text.chars().any(hides));
    if hidden { Err(Refusal::new("hidden_characters").instead("type_anew")) } else { Ok(()) }
}

async fn note(desk: &Desk, owed: &Owed, fields: &Fields) -> Result<(), No> {
    hidden(fields)?;
    let reached = match fields.get("reached") {
        "yes" => true,
        "no" => false,
        _ => return Err(Refusal::new("choice_missing").instead("choose_one").into()),
    };
    let grade = match fields.get("grade") {
        "" => None,
        text => Some(text.parse().map_err(|_| Refusal::new("grade_unknown").instead("choose_grade"))?),
    };
    let (words, matter) = (fields.get("words").to_owned(), owed.state.matter);
    let command = Command::CallBack { of: owed.of(), drawn: owed.drawn(), reached, words, grade };
    let seen = fields.get("seen").parse().ok();
    run::act(&desk.app.hall, Request { who: desk.staff.who(), matter, seen, command }).await.map(drop)
}

fn draw(desk: &Desk, found: &Found, (typed, refusal): (&Fields, Option<&Refusal>)) -> Response {
    let (owed, person) = found;
    if matches!(owed.which, Which::Objection(_)) {
        return hear::draw(desk, found, (typed, refusal));
    }
    let (lang, site, directory) = (desk.lang(), &desk.app.hall.site, desk.directory());
    let state = &owed.state;
    let to = link::callback(&state.number, owed.which);
    let body = html! {
        p.quiet.code { (state.number) }
        h1 { (lang.t("callback-title")) }
        p { (why(desk, owed)) " " (until(desk, owed.until)) }
        (facts(&[
            (lang.t("callback-office"), html! { (office(lang, &directory, &state.owner)) }),
            (lang.t("callback-kind"), html! { (lang.code("kind", state.kind.code())) }),
        ]))
        @if owed.tries > 0 { p.quiet { (lang.say("call-tries", &[("count", owed.tries.into())])) } }
        @if let Some(refusal) = refusal { (refusal_block(lang, &site.rules(), refusal)) }
        @match person {
            None => {
                form method="post" action=(to) {
                    (notice(Tone::Plain, &lang.t("call-closed-number"), &html! { p { (lang.t("personal-why")) } }))
                    div.acts {
                        button name="what" value="open" { (lang.t("call-open")) }
                        a.button.second href=(link::CALLBACKS) { (lang.t("back")) }
                    }
                }
            }
            Some(person) => {
                (whom(desk, person))
                h2 { (lang.t("callback-what")) }
                (quote(&person.what))
                @if let Some(reply) = &person.reply {
                    details { summary { (lang.t("callback-reply")) } (reply_text(lang, &site.rules(), reply)) }
                }
                h2 { (lang.t("callback-said")) }
                p { (lang.t("callback-how")) }
                form #(crate::kit::shell::FORM) method="post" action=(to) data-once="" {
                    input type="hidden" name="seen" value=(state.version);
                    (form(desk, typed))
                    div.acts {
                        button { (lang.t("call-note")) }
                        a.button.second href=(link::CALLBACKS) { (lang.t("back")) }
                    }
                }
            }
        }
    };
    desk.form_page(&lang.t("callback-title"), (to.clone(), &body))
}

/// Draws whom to ring up.
pub(super) fn whom(desk: &Desk, person: &Person) -> Markup {
    let lang = desk.lang();
    let list = [
        (lang.t("person-name"), html! { (person.name) }),
        (
            lang.t("person-mobile"),
            html! { @if !person.mobile.is_empty() { a href={ "tel:" (person.mobile) } { (person.mobile) } } },
        ),
        (lang.t("person-email"), html! { (person.email) }),
    ];
    html! {
        (facts(&list))
    }
}

fn form(desk: &Desk, typed: &Fields) -> Markup {
    let (lang, errors) = (desk.lang(), Errors::default());
    let card = |value: &str, title: &str| Choice { value: value.to_owned(), title: lang.t(title), hint: String::new() };
    let list = vec![card("yes", "callback-reached"), card("no", "callback-not-reached")];
    let reached = Choices { name: "reached", legend: lang.t("piece-reached"), list, ..Choices::default() };
    let words =
        Field { name: "words", label: lang.t("callback-words"), input: Input::Area(4), required: true, ..Field::default() };
    let mut grades = vec![(String::new(), lang.t("rating-mark-none"))];
    grades.extend((1..=5).rev().map(|grade: u8| (grade.to_string(), lang.code("grade", &grade.to_string()))));
    let grade = Field { name: "grade", label: lang.t("callback-grade"), hint: lang.t("callback-grade-hint"), ..Field::default() };
    html! {
        (choices(&reached, typed, &errors))
        (field(lang, &words, typed, &errors))
        (select(lang, &grade, &grades, typed, &errors))
    }
}
