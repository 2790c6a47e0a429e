//! One place: its names, and merging it into another.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::directory::{ALSO_MAX, Entry, NAME_CHARS_MAX, Place};
use civic::refusal::No;
use maud::html;

use super::Administrator;
use super::places::{name_fields, options};
use super::set::{fields as texts, mark, set, some, wrong};
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form, Path};
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field, select};
use crate::link;

/// Shows the place.
pub async fn show(Administrator(desk): Administrator, Path(code): Path<String>) -> Result<Response, Problem> {
    let place = desk.directory().places.get(&code).cloned().ok_or(Problem::Absent)?;
    let also = place.also.join("\n");
    let typed = texts(&[("name", place.name.as_str()), ("name_en", place.name_en.as_str()), ("also", also.as_str())]);
    Ok(draw(&desk, &place, &typed, &Errors::default()))
}

/// Renames the place, or merges it into another.
pub async fn save(Administrator(desk): Administrator, Path(code): Path<String>, Form(fields): Form) -> Result<Response, Problem> {
    let place = desk.directory().places.get(&code).cloned().ok_or(Problem::Absent)?;
    let (changed, change) = if fields.get("act") == "merge" {
        (Place { merged_into: some(fields.get("merged_into")), ..place.clone() }, "merged")
    } else {
        let (name, name_en) = (fields.get("name").to_owned(), fields.get("name_en").to_owned());
        (Place { name, name_en, also: lines(fields.get("also")), ..place.clone() }, "renamed")
    };
    match set(&desk, fields.get("seen"), Entry::Place(changed), change).await {
        Ok(()) => Ok(done(link::ADMIN_PLACES, "saved")),
        Err(No::Absent) => Err(Problem::Absent),
        Err(no) => {
            let errors = wrong(desk.lang(), no)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, &place, &fields, &errors)).into_response())
        }
    }
}

/// Reads names, one a line, each once.
fn lines(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in text.split(['\n', '、']).map(str::trim).filter(|name| !name.is_empty()) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

fn draw(desk: &Desk, place: &Place, typed: &Fields, errors: &Errors) -> Response {
    let (lang, directory) = (desk.lang(), desk.directory());
    let title = lang.pick(&place.name, &place.name_en).to_owned();
    let seen = mark(Some(&Entry::Place(place.clone())));
    let [name, name_en] = name_fields(lang);
    let also = Field {
        name: "also",
        label: lang.t("place-also"),
        hint: lang.t("place-also-hint"),
        input: Input::Area(6),
        chars_max: (NAME_CHARS_MAX + 1) * ALSO_MAX,
        ..Field::default()
    };
    let into = Field { name: "merged_into", label: lang.t("place-merge-into"), required: true, ..Field::default() };
    let others: Vec<(String, String)> = options(lang, &directory).into_iter().filter(|(code, _)| *code != place.code).collect();
    let body = html! {
        h1 { (title) }
        p.quiet { (place.code) }
        (summary(lang, errors))
        form method="post" action=(link::admin_place(&place.code)) {
            input type="hidden" name="seen" value=(seen);
            @for one in [&name, &name_en, &also] { (field(lang, one, typed, errors)) }
            div.acts { button { (lang.t("save")) } a.button.second href=(link::ADMIN_PLACES) { (lang.t("back")) } }
        }
        @if place.merged_into.is_none() {
            p {
                (lang.t("place-signs")) " "
                a href=(link::admin_sign(&place.code, "poster")) { (lang.t("sign-poster")) } " · "
                a href=(link::admin_sign(&place.code, "cards")) { (lang.t("sign-cards")) }
            }
        }
        @if place.merged_into.is_none() && place.parent.is_some() {
            h2 { (lang.t("place-merge")) }
            p { (lang.t("place-merge-why")) }
            form method="post" action=(link::admin_place(&place.code)) {
                input type="hidden" name="seen" value=(seen);
                input type="hidden" name="act" value="merge";
                (select(lang, &into, &others, typed, errors))
                div.acts { button.danger { (lang.t("place-merge")) } }
            }
        }
    };
    desk.page(&title, &body)
}
