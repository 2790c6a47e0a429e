//! Outlines of places, for maps: a GeoJSON file whose polygons name their places by code.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::directory::{Entry, Place};
use civic::refusal::{No, Refusal};
use maud::html;

use super::Administrator;
use super::set::{put, wrong};
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Upload};
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field};
use crate::link;

/// Shows which places have an outline, and the form.
pub async fn show(Administrator(desk): Administrator) -> Response {
    draw(&desk, &Errors::default())
}

/// Takes a file: each place that it names gets its outline, all of them or none.
pub async fn load(Administrator(desk): Administrator, upload: Upload) -> Result<Response, Problem> {
    upload.whole()?;
    let text = upload.files.first().map(|file| String::from_utf8_lossy(&file.bytes).into_owned()).unwrap_or_default();
    match keep(&desk, &text).await {
        Ok(()) => Ok(done(link::ADMIN_OUTLINES, "saved")),
        Err(no) => Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, &wrong(desk.lang(), no)?)).into_response()),
    }
}

async fn keep(desk: &Desk, text: &str) -> Result<(), No> {
    let wrong = |code: &'static str| Refusal::new(code).with("field", "files").instead("correct_field");
    let outlines = chart::outlines(text).map_err(|why| wrong("outline_file").with("why", why))?;
    let directory = desk.directory();
    let mut places = Vec::new();
    for (code, outline) in outlines {
        let place = directory.places.get(&code).ok_or_else(|| wrong("place_unknown"))?;
        if place.outline != outline {
            places.push(Entry::Place(Place { outline, ..place.clone() }));
        }
    }
    let who = desk.staff.who();
    desk.write(move |tx, site, (now, chance)| {
        places.iter().try_for_each(|place| put(tx, site, (now, chance), &who, (place, "edited")))
    })
    .await
}

fn draw(desk: &Desk, errors: &Errors) -> Response {
    let (lang, directory) = (desk.lang(), desk.directory());
    let all = directory.places.values().filter(|place| place.merged_into.is_none());
    let (with, count) = all.fold((0_i64, 0_i64), |(with, count), place| (with + i64::from(!place.outline.is_empty()), count + 1));
    let files = Field {
        name: "files",
        label: lang.t("outlines-file"),
        hint: lang.t("outlines-hint"),
        input: Input::Files,
        required: true,
        accept: ".geojson,.json",
        ..Field::default()
    };
    let body = html! {
        h1 { (lang.t("admin-outlines")) }
        p { (lang.say("outlines-count", &[("with", with.into()), ("count", count.into())])) }
        (summary(lang, errors))
        form method="post" action=(link::ADMIN_OUTLINES) enctype="multipart/form-data" {
            (field(lang, &files, &Fields::default(), errors))
            div.acts { button { (lang.t("outlines-load")) } a.button.second href=(link::ADMIN_PLACES) { (lang.t("back")) } }
        }
    };
    desk.page(&lang.t("admin-outlines"), &body)
}
