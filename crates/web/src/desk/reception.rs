//! Visits in person (来访): who came, for how many, and who speaks for them. People are counted; only those who speak are written down, no more
//! than the law lets speak, and each of them hears the answer.

use appeals::appeal::{Channel, Spokesperson};
use appeals::filing::{self, EMAIL_CHARS_MAX, Filed, Form, NAME_CHARS_MAX, NotFiled, PLACE_CHARS_MAX, WHAT_CHARS_MAX};
use appeals::{Identity, Kind};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use civic::permit::{Act, Subject};
use civic::refusal::{No, Refusal};
use civic::session;
use maud::{Markup, html};

use super::admin::place_options;
use super::counter::ways;
use super::frame::Desk;
use super::slip;
use crate::error::Problem;
use crate::extract::{Fields, Upload};
use crate::files;
use crate::kit::Tone;
use crate::kit::choice::{Choice, Choices, choices};
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field, select};
use crate::kit::icon::icon;
use crate::kit::notice::notice;
use crate::kit::refusal::reason;
use crate::kit::shell::FORM;
use crate::link;
use crate::portal::file::{self, ACCEPT, FiledCopy, danger_calls, not_taken, room, sentence};
use crate::route::Route;
use crate::words::Lang;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[Route::staff("/desk/reception", "GET POST", || get(show).post(send))];

/// Rows of further people that a form is read for; how many may speak, the rules say.
const ROWS_MAX: usize = 20;
/// The term that says how many may speak for the others.
const REPRESENTATIVES: &str = "xf.group_reps_max";

/// Shows an empty form.
async fn show(desk: Desk) -> Result<Response, Problem> {
    desk.permit(Act::FileForPerson, &Subject::site())?;
    let mut typed = Fields::default();
    typed.set("submit_key", session::token(&mut desk.app.chance()));
    typed.set("identity", Identity::Named.code());
    Ok(draw(&desk, &typed, &Errors::default()))
}

/// Files the visit and offers its slip. A form sent twice makes one matter.
async fn send(desk: Desk, upload: Upload) -> Result<Response, Problem> {
    let permit = desk.permit(Act::FileForPerson, &Subject::site())?;
    let chosen = !upload.files.is_empty();
    let Upload { fields, files: sent, refused } = upload;
    let mut errors = Errors::default();
    if desk.visit.switched {
        if fields.has("files") {
            errors.add("files", desk.lang().t("files-again"));
        }
        return Ok(draw(&desk, &fields, &errors));
    }
    for (name, refusal) in &refused {
        errors.add("files", not_taken(desk.lang(), name, refusal));
    }
    if !errors.is_empty() {
        return Ok(again(&desk, &fields, (errors, chosen)));
    }
    let form = Form { channel: Channel::Reception, spokespersons: beside(&fields), ..file::form(&fields, &desk.visit) };
    let (uploads, keeper) = (room(sent), desk.app.clone());
    let keep = move |key: &_, uploads: &[_]| files::keep(&keeper, key, uploads);
    match filing::file(&desk.app.hall, &form, &uploads, Some(&permit), keep).await {
        Ok(filed) => hand_out(&desk, (&form, filed)).await,
        Err(NotFiled::OtherForm) => Err(Refusal::new("key_reused").instead("begin_anew").into()),
        Err(NotFiled::Fields(list)) => {
            for error in &list {
                errors.add(error.field, sentence(desk.lang(), error));
            }
            Ok(again(&desk, &fields, (errors, chosen)))
        }
        Err(NotFiled::No(No::Refused(refusal))) => {
            errors.add("files", reason(desk.lang(), &refusal));
            Ok(again(&desk, &fields, (errors, chosen)))
        }
        Err(NotFiled::No(no)) => Err(no.into()),
    }
}

fn again(desk: &Desk, fields: &Fields, (mut errors, chosen): (Errors, bool)) -> Response {
    if chosen && errors.of("files").is_none() {
        errors.add("files", desk.lang().t("files-again"));
    }
    (StatusCode::UNPROCESSABLE_ENTITY, draw(desk, fields, &errors)).into_response()
}

/// Reads who speaks beside the first.
fn beside(fields: &Fields) -> Vec<Spokesperson> {
    let text = |name: &str, row: usize| fields.get(&format!("{name}{row}")).to_owned();
    let row = |row| Spokesperson { name: text("name", row), mobile: text("mobile", row), email: text("email", row) };
    (2..=ROWS_MAX).map(row).filter(|one| *one != Spokesperson::default()).collect()
}

async fn hand_out(desk: &Desk, (form, filed): (&Form, Filed)) -> Result<Response, Problem> {
    let lang = desk.lang();
    let (number, many) = (filed.number.clone(), form.spokespersons.len() + 1);
    let copy = FiledCopy::new(&desk.app, (form, String::new()), filed);
    let lines = if many > 1 { vec![lang.say("visit-slip-each", &[("count", many.into())])] } else { Vec::new() };
    let ticket = slip::keep_filed(desk, copy, lines).await?;
    Ok(slip::offer(desk, (&number, &ticket), &html! { @if many > 1 { p { (lang.t("visit-told-each")) } } }))
}

fn group<'a>(lang: Lang, (name, legend): (&'a str, &str), codes: &[&str]) -> Choices<'a> {
    let card = |code: &&str| Choice { value: (*code).to_owned(), title: lang.code(name, code), hint: String::new() };
    Choices { name, legend: lang.t(legend), hint: String::new(), list: codes.iter().map(card).collect(), several: false }
}

/// Draws the form with what was typed and what is wrong.
fn draw(desk: &Desk, typed: &Fields, errors: &Errors) -> Response {
    let lang = desk.lang();
    let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.code()).collect();
    let what = Field {
        name: "what",
        label: lang.t("visit-what"),
        hint: lang.t("counter-what-hint"),
        input: Input::Area(7),
        required: true,
        chars_max: WHAT_CHARS_MAX,
        ..Field::default()
    };
    let files = Field { name: "files", label: lang.t("field-files"), input: Input::Files, accept: ACCEPT, ..Field::default() };
    let place = Field { name: "place", label: lang.t("fact-place"), depends: true, ..Field::default() };
    let words =
        Field { name: "place_words", label: lang.t("counter-place-words"), chars_max: PLACE_CHARS_MAX, ..Field::default() };
    let mut options = vec![(String::new(), lang.t("field-place-unknown"))];
    options.extend(place_options(lang, &desk.directory()));
    let body = html! {
        h1 { (lang.t("visit-title")) }
        (ways(desk, link::RECEPTION))
        p.lead { (lang.t("visit-lead")) }
        (notice(Tone::Late, &lang.t("danger-title"), &danger_calls(lang)))
        (summary(lang, errors))
        form.broad id=(FORM) method="post" action=(link::RECEPTION) enctype="multipart/form-data" data-once="" {
            input type="hidden" name="submit_key" value=(typed.get("submit_key"));
            div.beside {
                (people(desk, typed, errors))
                section {
                    h2 { (lang.t("visit-says")) }
                    (field(lang, &what, typed, errors))
                    label.check { input type="checkbox" name="danger" value="1" checked[typed.has("danger")]; (lang.t("counter-danger")) }
                    (choices(&group(lang, ("kind", "fact-kind"), &kinds), typed, errors))
                    (select(lang, &place, &options, typed, errors))
                    (field(lang, &words, typed, errors))
                    (field(lang, &files, typed, errors))
                }
            }
            div.acts { button { (lang.t("visit-enter")) } a.button.second href=(link::DESK) { (lang.t("back")) } }
        }
    };
    desk.form_page(&lang.t("visit-title"), (link::RECEPTION.to_owned(), &body))
}

/// Asks how many came, and who speaks for them.
fn people(desk: &Desk, typed: &Fields, errors: &Errors) -> Markup {
    let lang = desk.lang();
    let max = desk.app.hall.site.rules().term(REPRESENTATIVES).value as usize;
    let identities: Vec<&str> = Identity::ALL.iter().map(|own| own.code()).collect();
    let many = Field {
        name: "people",
        label: lang.t("visit-people"),
        hint: lang.t("visit-people-hint"),
        input: Input::Digits,
        chars_max: 6,
        ..Field::default()
    };
    let wrong = errors.of("spokespersons");
    html! {
        section {
            h2 { (lang.t("visit-who")) }
            (field(lang, &many, typed, errors))
            (choices(&group(lang, ("identity", "fact-identity"), &identities), typed, errors))
            (person(lang, String::new(), (typed, errors)))
            div.field.wrong[wrong.is_some()] #spokespersons tabindex="-1" {
                p { strong { (lang.t("visit-speakers")) } }
                p.hint { (lang.say("visit-speakers-why", &[("max", max.into())])) }
                @if let Some(message) = wrong { p.error { (icon(Tone::Late)) span { (message) } } }
            }
            @for row in 2..=max {
                details open[["name", "mobile", "email"].iter().any(|name| typed.has(&format!("{name}{row}")))] {
                    summary { (lang.say("visit-speaker", &[("at", row.into())])) }
                    (person(lang, row.to_string(), (typed, &Errors::default())))
                }
            }
        }
    }
}

/// Asks for one person; `row` ends the names of the fields.
fn person(lang: Lang, row: String, (typed, errors): (&Fields, &Errors)) -> Markup {
    let names = ["name", "mobile", "email"].map(|name| format!("{name}{row}"));
    let line = |name, key: &str, input, chars_max| Field {
        name,
        label: lang.t(key),
        input,
        chars_max,
        depends: true,
        ..Field::default()
    };
    html! {
        (field(lang, &line(names[0].as_str(), "person-name", Input::Line, NAME_CHARS_MAX), typed, errors))
        (field(lang, &line(names[1].as_str(), "person-mobile", Input::Phone, 20), typed, errors))
        (field(lang, &line(names[2].as_str(), "person-email", Input::Email, EMAIL_CHARS_MAX), typed, errors))
    }
}
