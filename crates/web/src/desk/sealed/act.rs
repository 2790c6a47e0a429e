//! The forms of what is done with an accusation.

use appeals::sealed::about::Accused;
use appeals::sealed::room::{self, Handler, Opened};
use appeals::sealed::step::{self, Deed, Exception, GROUNDS, STEP_CHARS_MAX};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::refusal::{No, Refusal};
use maud::{Markup, html};
use uuid::Uuid;

use super::{door, handler, id, open};
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form, Path};
use crate::kit::Tone;
use crate::kit::choice::{Choice, Choices, choices};
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field, select};
use crate::kit::notice::notice;
use crate::kit::refusal::reason;
use crate::link;
use crate::portal::track::story::quote;
use crate::words::Lang;

/// What can be done, in the order of the buttons.
pub const ACTS: &[&str] = &["accept", "conclude", "answer", "refer", "decline", "name", "unmask", "export"];
/// What a second person presses on the page itself.
const AGREE: &str = "agree";
/// Longest name of another body, in characters.
const BODY_CHARS_MAX: usize = 100;

/// Lists what can be done now. What two people opened already, and a name that is not held back, need no asking.
pub fn possible(desk: &Desk, (handler, opened): (&Handler, &Opened)) -> Vec<&'static str> {
    let (rules, by) = (desk.app.hall.site.rules(), (handler.staff, desk.app.now()));
    let now = |code: &&str| match deed(code, &Fields::default()) {
        Some(Deed::Ask { what, .. }) => {
            let held_back = what != Exception::Unmask || step::is_masked(opened.own.filing.identity);
            held_back && step::opened(&rules, &opened.steps, by, what).is_none()
        }
        Some(deed) => step::ready(&opened.steps, &deed).is_ok(),
        None => false,
    };
    ACTS.iter().copied().filter(|code| now(code)).collect()
}

/// Reads what was typed for an act; none for a name that is no act.
fn deed(code: &str, fields: &Fields) -> Option<Deed> {
    let words = fields.get("words").trim().to_owned();
    Some(match code {
        "accept" => Deed::Accept,
        "conclude" => Deed::Conclude,
        "answer" => Deed::Answer { words },
        "refer" => Deed::Refer { to: fields.get("to").trim().to_owned(), words },
        "decline" => Deed::Decline { ground: fields.get("ground").to_owned(), words },
        "name" => Deed::Name { accused: accused(fields) },
        // what is agreed to, and why, is taken from the step that asked
        AGREE => Deed::Agree { to: fields.get("to").parse().ok()?, what: Exception::Unmask, words: String::new() },
        other => Deed::Ask { what: Exception::parse(other)?, words },
    })
}

fn accused(fields: &Fields) -> Vec<Accused> {
    let person = fields.get("person").parse::<Uuid>().ok().map(Accused::Person);
    let office = Some(fields.get("office")).filter(|code| !code.is_empty()).map(|code| Accused::Office(code.to_owned()));
    person.into_iter().chain(office).collect()
}

/// Shows the form of an act.
pub async fn show(desk: Desk, Path((text, code)): Path<(String, String)>) -> Result<Response, Problem> {
    let id = id(&text)?;
    let Some(handler) = handler(&desk)? else { return Ok(door::ask_again(&desk, &link::sealed_act(id, &code))) };
    let opened = open(&desk, &handler, id).await?;
    let code = ACTS.iter().copied().find(|own| *own == code).ok_or(Problem::Absent)?;
    Ok(draw(&desk, (&opened, code), &Fields::default(), &Errors::default()))
}

/// Does the act.
pub async fn act(desk: Desk, Path((text, code)): Path<(String, String)>, Form(fields): Form) -> Result<Response, Problem> {
    let id = id(&text)?;
    let Some(handler) = handler(&desk)? else { return Ok(door::ask_with(&desk, &link::sealed_act(id, &code), &fields)) };
    let code = ACTS.iter().chain([&AGREE]).copied().find(|own| *own == code).ok_or(Problem::Absent)?;
    let (by, deed) = (handler.clone(), deed(code, &fields).ok_or(Problem::Absent)?);
    let known = known(&desk, &deed);
    let did = match known {
        Ok(()) => desk.write(move |tx, site, at| room::act(tx, site, at, &by, (id, deed))).await,
        Err(refusal) => Err(refusal.into()),
    };
    match did {
        // whoever named somebody may have lost access with that very step
        Ok(()) if code == "name" => Ok(done(link::SEALED, "named")),
        Ok(()) => Ok(done(&link::sealed(id), "acted")),
        Err(No::Refused(refusal)) if code == AGREE => Err(refusal.into()),
        Err(No::Refused(refusal)) => {
            let opened = open(&desk, &handler, id).await?;
            let mut errors = Errors::default();
            errors.add(if code == "name" { "person" } else { "words" }, reason(desk.lang(), &refusal));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, (&opened, code), &fields, &errors)).into_response())
        }
        Err(no) => Err(no.into()),
    }
}

/// Asks whether those who are named are in the directory.
fn known(desk: &Desk, deed: &Deed) -> Result<(), Refusal> {
    let Deed::Name { accused } = deed else { return Ok(()) };
    let directory = desk.directory();
    let there = |one: &Accused| match one {
        Accused::Person(id) => directory.staff.contains_key(id),
        Accused::Office(code) => directory.offices.contains_key(code),
    };
    if accused.iter().all(there) { Ok(()) } else { Err(Refusal::new("choice_missing").instead("choose_one")) }
}

/// Draws what waits for this person to be the second one.
pub fn waiting(desk: &Desk, (handler, opened): (&Handler, &Opened)) -> Markup {
    let (lang, site, directory) = (desk.lang(), &desk.app.hall.site, desk.directory());
    let all = step::waiting(&site.rules(), &opened.steps, (handler.staff, handler.session, desk.app.now()));
    html! {
        @for asked in all {
            @if let Deed::Ask { what, words } = &asked.deed {
                @let name = directory.staff.get(&asked.by).map_or("", |staff| staff.name.as_str());
                (notice(Tone::Soon, &lang.say("sealed-asked", &[("name", name.into()), ("what", lang.code("sealed-exception", what.code()).into())]), &html! {
                    (quote(words))
                    p { (lang.t("sealed-agree-why")) }
                    form method="post" action=(link::sealed_act(opened.id, AGREE)) {
                        input type="hidden" name="to" value=(asked.seq);
                        div.acts { button.second { (lang.t("sealed-agree")) } }
                    }
                }))
            }
        }
    }
}

fn draw(desk: &Desk, (opened, code): (&Opened, &str), typed: &Fields, errors: &Errors) -> Response {
    let lang = desk.lang();
    let title = lang.code("sealed-do", code);
    let body = html! {
        p { a href=(link::sealed(opened.id)) { (lang.t("sealed-back-one")) } }
        p.quiet.code { (opened.own.filing.number) }
        h1 { (title) }
        p.lead { (lang.code("sealed-about", code)) }
        (summary(lang, errors))
        form method="post" action=(link::sealed_act(opened.id, code)) data-once="" {
            (fields(desk, code, typed, errors))
            div.acts { button { (title) } a.button.second href=(link::sealed(opened.id)) { (lang.t("back")) } }
        }
    };
    desk.page(&title, &body)
}

fn fields(desk: &Desk, code: &str, typed: &Fields, errors: &Errors) -> Markup {
    let lang = desk.lang();
    let asks = Exception::parse(code).is_some();
    let words = Field {
        name: "words",
        label: if asks { lang.t("sealed-reason") } else { lang.t("sealed-words") },
        hint: if asks { lang.t("sealed-reason-hint") } else { lang.t("sealed-words-hint") },
        input: Input::Area(7),
        required: true,
        chars_max: STEP_CHARS_MAX,
        ..Field::default()
    };
    let to = Field { name: "to", label: lang.t("sealed-to"), required: true, chars_max: BODY_CHARS_MAX, ..Field::default() };
    match code {
        "answer" | "unmask" | "export" => field(lang, &words, typed, errors),
        "refer" => html! { (field(lang, &to, typed, errors)) (field(lang, &words, typed, errors)) },
        "decline" => html! { (grounds(desk, typed, errors)) (field(lang, &words, typed, errors)) },
        "name" => named(desk, lang, typed, errors),
        _ => html! {},
    }
}

fn grounds(desk: &Desk, typed: &Fields, errors: &Errors) -> Markup {
    let (lang, rules) = (desk.lang(), desk.app.hall.site.rules());
    let list = rules.grounds(GROUNDS).map(|ground| Choice {
        value: ground.code.clone(),
        title: lang.pick(&ground.zh, &ground.en).to_owned(),
        hint: String::new(),
    });
    let group = Choices { name: "ground", legend: lang.t("sealed-ground"), list: list.collect(), ..Choices::default() };
    choices(&group, typed, errors)
}

/// Draws the choice of whom it is about: everybody in the directory, by office, and the offices themselves.
fn named(desk: &Desk, lang: Lang, typed: &Fields, errors: &Errors) -> Markup {
    let directory = desk.directory();
    let person = Field { name: "person", label: lang.t("sealed-person"), hint: lang.t("sealed-person-hint"), ..Field::default() };
    let office = Field { name: "office", label: lang.t("sealed-office"), hint: lang.t("sealed-office-hint"), ..Field::default() };
    let nobody = || vec![(String::new(), lang.t("sealed-nobody"))];
    let name_of = |code: &str| directory.offices.get(code).map_or("", |office| lang.pick(&office.name, &office.name_en));
    let mut people: Vec<(String, String)> = directory
        .staff
        .values()
        .map(|staff| (staff.id.to_string(), format!("{} · {} · {}", name_of(&staff.office), staff.name, staff.title)))
        .collect();
    people.sort_by(|a, b| a.1.cmp(&b.1));
    let offices = directory.offices.values().map(|office| (office.code.clone(), name_of(&office.code).to_owned()));
    html! {
        (select(lang, &person, &[nobody(), people].concat(), typed, errors))
        (select(lang, &office, &nobody().into_iter().chain(offices).collect::<Vec<_>>(), typed, errors))
    }
}
