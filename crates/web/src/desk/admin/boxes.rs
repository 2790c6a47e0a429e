//! Opinion boxes (意见箱): where each hangs, which office holds its key, and the way to its sign and cards.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::directory::{Directory, Entry, LINE_CHARS_MAX, OpinionBox};
use civic::refusal::No;
use maud::{Markup, html};

use super::Administrator;
use super::places::{name_fields, options};
use super::set::{fields as texts, mark, set, wrong};
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form, Path};
use crate::kit::empty::empty;
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, field, select};
use crate::kit::table::{Table, table};
use crate::link;
use crate::portal::track::story::office;
use crate::words::Lang;

/// Shows the boxes and the form.
pub async fn show(Administrator(desk): Administrator) -> Response {
    draw(&desk, &Fields::default(), &Errors::default())
}

/// Adds a box.
pub async fn add(Administrator(desk): Administrator, Form(fields): Form) -> Result<Response, Problem> {
    let own = OpinionBox { code: fields.get("code").to_owned(), ..read(&fields) };
    match set(&desk, &mark(None), Entry::Box(own), "added").await {
        Ok(()) => Ok(done(link::ADMIN_BOXES, "added")),
        Err(no) => {
            let errors = wrong(desk.lang(), no)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, &fields, &errors)).into_response())
        }
    }
}

/// Shows one box.
pub async fn one(Administrator(desk): Administrator, Path(code): Path<String>) -> Result<Response, Problem> {
    let own = desk.directory().boxes.get(&code).cloned().ok_or(Problem::Absent)?;
    let pairs = [
        ("name", own.name.as_str()),
        ("name_en", own.name_en.as_str()),
        ("place", own.place.as_str()),
        ("spot", own.spot.as_str()),
        ("office", own.office.as_str()),
    ];
    Ok(draw_one(&desk, &own, (&texts(&pairs), &Errors::default())))
}

/// Changes a box, takes it down, or puts it up again.
pub async fn save(Administrator(desk): Administrator, Path(code): Path<String>, Form(fields): Form) -> Result<Response, Problem> {
    let own = desk.directory().boxes.get(&code).cloned().ok_or(Problem::Absent)?;
    let (changed, change) = match fields.get("act") {
        "end" => (OpinionBox { active: false, ..own.clone() }, "ended"),
        "again" => (OpinionBox { active: true, ..own.clone() }, "edited"),
        _ => (OpinionBox { code: own.code.clone(), active: own.active, ..read(&fields) }, "edited"),
    };
    match set(&desk, fields.get("seen"), Entry::Box(changed), change).await {
        Ok(()) => Ok(done(link::ADMIN_BOXES, "saved")),
        Err(No::Absent) => Err(Problem::Absent),
        Err(no) => {
            let errors = wrong(desk.lang(), no)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw_one(&desk, &own, (&fields, &errors))).into_response())
        }
    }
}

fn read(fields: &Fields) -> OpinionBox {
    let text = |name: &str| fields.get(name).to_owned();
    OpinionBox {
        code: String::new(),
        name: text("name"),
        name_en: text("name_en"),
        place: text("place"),
        spot: text("spot"),
        office: text("office"),
        active: true,
    }
}

/// Draws the links to what is printed for a box.
fn signs(lang: Lang, code: &str) -> Markup {
    html! {
        a href=(link::admin_sign(code, "poster")) { (lang.t("sign-poster")) span.unseen { (code) } } " · "
        a href=(link::admin_sign(code, "cards")) { (lang.t("sign-cards")) span.unseen { (code) } }
    }
}

fn row(desk: &Desk, directory: &Directory, own: &OpinionBox) -> Vec<Markup> {
    let lang = desk.lang();
    let place = directory.places.get(&own.place).map_or("", |place| lang.pick(&place.name, &place.name_en));
    vec![
        html! { a href=(link::admin_box(&own.code)) { (lang.pick(&own.name, &own.name_en)) } @if !own.active { " " span.quiet { (lang.t("box-down")) } } br; span.quiet { (own.code) } },
        html! { div { (place) @if !own.spot.is_empty() { br; span.quiet { (own.spot) } } } },
        html! { (office(lang, directory, &own.office)) },
        html! { @if own.active { div { (signs(lang, &own.code)) } } },
    ]
}

fn draw(desk: &Desk, typed: &Fields, errors: &Errors) -> Response {
    let (lang, directory) = (desk.lang(), desk.directory());
    let mut all: Vec<&OpinionBox> = directory.boxes.values().collect();
    all.sort_by_key(|own| (!own.active, own.place.clone(), own.code.clone()));
    let rows: Vec<Vec<Markup>> = all.into_iter().map(|own| row(desk, &directory, own)).collect();
    let heads = ["entry-name", "box-where", "box-office", "box-print"].map(|key| lang.t(key)).to_vec();
    let code = Field {
        name: "code",
        label: lang.t("box-code"),
        hint: lang.t("box-code-hint"),
        required: true,
        chars_max: 32,
        ..Field::default()
    };
    let body = html! {
        h1 { (lang.t("admin-boxes")) }
        p.quiet { (lang.t("box-why")) }
        @if rows.is_empty() { (empty(&lang.t("box-none"), &lang.t("box-none-why"), &html! {})) }
        @else { (table(&Table { caption: lang.t("admin-boxes"), heads, rows })) }
        h2 { (lang.t("box-add")) }
        (summary(lang, errors))
        form method="post" action=(link::ADMIN_BOXES) {
            (field(lang, &code, typed, errors))
            (about(lang, &directory, (typed, errors)))
            div.acts { button { (lang.t("box-add")) } a.button.second href=(link::ADMIN) { (lang.t("back")) } }
        }
    };
    desk.page(&lang.t("admin-boxes"), &body)
}

/// Asks for what may change.
fn about(lang: Lang, directory: &Directory, (typed, errors): (&Fields, &Errors)) -> Markup {
    let [name, name_en] = name_fields(lang);
    let place = Field { name: "place", label: lang.t("fact-place"), required: true, ..Field::default() };
    let spot = Field {
        name: "spot",
        label: lang.t("box-spot"),
        hint: lang.t("box-spot-hint"),
        chars_max: LINE_CHARS_MAX,
        ..Field::default()
    };
    let keeper = Field {
        name: "office",
        label: lang.t("box-office"),
        hint: lang.t("box-office-hint"),
        required: true,
        ..Field::default()
    };
    let open = directory.offices.values().filter(|office| directory.open(office));
    let offices: Vec<(String, String)> =
        open.map(|own| (own.code.clone(), lang.pick(&own.name, &own.name_en).to_owned())).collect();
    html! {
        @for one in [&name, &name_en] { (field(lang, one, typed, errors)) }
        (select(lang, &place, &options(lang, directory), typed, errors))
        (field(lang, &spot, typed, errors))
        (select(lang, &keeper, &offices, typed, errors))
    }
}

fn draw_one(desk: &Desk, own: &OpinionBox, (typed, errors): (&Fields, &Errors)) -> Response {
    let (lang, directory) = (desk.lang(), desk.directory());
    let title = lang.pick(&own.name, &own.name_en).to_owned();
    let seen = mark(Some(&Entry::Box(own.clone())));
    let to = link::admin_box(&own.code);
    let body = html! {
        h1 { (title) }
        p.quiet { (own.code) }
        @if own.active { p { (lang.t("box-print")) " " (signs(lang, &own.code)) } }
        (summary(lang, errors))
        form method="post" action=(to) {
            input type="hidden" name="seen" value=(seen);
            (about(lang, &directory, (typed, errors)))
            div.acts { button { (lang.t("save")) } a.button.second href=(link::ADMIN_BOXES) { (lang.t("back")) } }
        }
        h2 { (lang.t(if own.active { "box-end" } else { "box-again" })) }
        p { (lang.t(if own.active { "box-end-why" } else { "box-again-why" })) }
        form method="post" action=(to) {
            input type="hidden" name="seen" value=(seen);
            div.acts {
                @if own.active { button.danger name="act" value="end" { (lang.t("box-end")) } }
                @else { button.second name="act" value="again" { (lang.t("box-again")) } }
            }
        }
    };
    desk.page(&title, &body)
}
