//! The tree of places, and adding one.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::directory::{Directory, Entry, Place, PlaceLevel};
use maud::{Markup, html};

use super::Administrator;
use super::set::{mark, set, some, wrong};
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form};
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, field, select};
use crate::link;
use crate::words::Lang;

/// Lists the heights of the tree with code and word.
pub(super) const LEVELS: &[(PlaceLevel, &str, &str)] = &[
    (PlaceLevel::County, "county", "level-county"),
    (PlaceLevel::Township, "township", "level-township"),
    (PlaceLevel::Village, "village", "level-village"),
    (PlaceLevel::Grid, "grid", "level-grid"),
    (PlaceLevel::Unit, "unit", "level-unit"),
];

/// Shows the tree and the form.
pub async fn show(Administrator(desk): Administrator) -> Response {
    draw(&desk, &Fields::default(), &Errors::default())
}

/// Adds a place.
pub async fn add(Administrator(desk): Administrator, Form(fields): Form) -> Result<Response, Problem> {
    let level =
        LEVELS.iter().find(|(_, code, _)| *code == fields.get("level")).map_or(PlaceLevel::Village, |(level, _, _)| *level);
    let place = Place {
        code: fields.get("code").to_owned(),
        name: fields.get("name").to_owned(),
        name_en: fields.get("name_en").to_owned(),
        parent: some(fields.get("parent")),
        level,
        also: Vec::new(),
        merged_into: None,
        outline: Vec::new(),
    };
    match set(&desk, &mark(None), Entry::Place(place), "added").await {
        Ok(()) => Ok(done(link::ADMIN_PLACES, "added")),
        Err(no) => {
            let errors = wrong(desk.lang(), no)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, &fields, &errors)).into_response())
        }
    }
}

/// Lists the places that still take matters, each under the one above it.
pub fn options(lang: Lang, directory: &Directory) -> Vec<(String, String)> {
    let mut list = Vec::new();
    if let Some(root) = directory.root() {
        indent(lang, directory, root, (0, &mut list));
    }
    list
}

fn indent(lang: Lang, directory: &Directory, place: &Place, (depth, list): (usize, &mut Vec<(String, String)>)) {
    if place.merged_into.is_some() || depth > LEVELS.len() {
        return;
    }
    list.push((place.code.clone(), format!("{}{}", "\u{3000}".repeat(depth), lang.pick(&place.name, &place.name_en))));
    for child in directory.children(&place.code) {
        indent(lang, directory, child, (depth + 1, list));
    }
}

fn tree(lang: Lang, directory: &Directory, place: &Place, depth: usize) -> Markup {
    let level = LEVELS.iter().find(|(level, _, _)| *level == place.level).map_or("", |(_, _, key)| key);
    html! {
        li {
            a href=(link::admin_place(&place.code)) { (lang.pick(&place.name, &place.name_en)) }
            " " span.quiet { (lang.t(level)) " · " (place.code) }
            @if let Some(into) = place.merged_into.as_ref().and_then(|code| directory.places.get(code)) {
                " " span.quiet { (lang.say("place-merged", &[("place", lang.pick(&into.name, &into.name_en).into())])) }
            }
            @if depth < LEVELS.len() && directory.children(&place.code).next().is_some() {
                ul { @for child in directory.children(&place.code) { (tree(lang, directory, child, depth + 1)) } }
            }
        }
    }
}

/// Describes the two names every entry has.
pub(super) fn name_fields(lang: Lang) -> [Field<'static>; 2] {
    let max = civic::directory::NAME_CHARS_MAX;
    let name = Field { name: "name", label: lang.t("entry-name"), required: true, chars_max: max, ..Field::default() };
    let name_en = Field { name: "name_en", label: lang.t("entry-name-en"), chars_max: max, ..Field::default() };
    [name, name_en]
}

fn draw(desk: &Desk, typed: &Fields, errors: &Errors) -> Response {
    let (lang, directory) = (desk.lang(), desk.directory());
    let [name, name_en] = name_fields(lang);
    let code =
        Field { name: "code", label: lang.t("place-code"), hint: lang.t("place-code-hint"), required: true, ..Field::default() };
    let parent = Field { name: "parent", label: lang.t("place-parent"), required: true, ..Field::default() };
    let level = Field { name: "level", label: lang.t("place-level"), required: true, ..Field::default() };
    let levels: Vec<(String, String)> = LEVELS[1..].iter().map(|(_, code, key)| ((*code).to_owned(), lang.t(key))).collect();
    let body = html! {
        h1 { (lang.t("admin-places")) }
        @if let Some(root) = directory.root() { ul.tree { (tree(lang, &directory, root, 0)) } }
        p { a href=(link::ADMIN_OUTLINES) { (lang.t("admin-outlines")) } }
        h2 { (lang.t("place-add")) }
        (summary(lang, errors))
        form method="post" action=(link::ADMIN_PLACES) {
            (select(lang, &parent, &options(lang, &directory), typed, errors))
            (select(lang, &level, &levels, typed, errors))
            @for one in [&code, &name, &name_en] { (field(lang, one, typed, errors)) }
            div.acts { button { (lang.t("place-add")) } a.button.second href=(link::ADMIN) { (lang.t("back")) } }
        }
    };
    desk.page(&lang.t("admin-places"), &body)
}
