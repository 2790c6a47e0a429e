//! The offices, and adding one.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::directory::{Directory, Entry, Office};
use maud::{Markup, html};

use super::Administrator;
use super::places::{name_fields, options as place_options};
use super::set::{mark, set, some, wrong};
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form};
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, field, select};
use crate::kit::table::{Table, table};
use crate::link;
use crate::words::Lang;

/// Shows the offices and the form.
pub async fn show(Administrator(desk): Administrator) -> Response {
    draw(&desk, &Fields::default(), &Errors::default())
}

/// Adds an office.
pub async fn add(Administrator(desk): Administrator, Form(fields): Form) -> Result<Response, Problem> {
    let text = |name: &str| fields.get(name).to_owned();
    let office = Office {
        code: text("code"),
        name: text("name"),
        name_en: text("name_en"),
        place: text("place"),
        superior: some(fields.get("superior")),
        phone: text("phone"),
        address: String::new(),
        hours: String::new(),
        duties: Vec::new(),
        intake_for: Vec::new(),
        supervising: false,
        successor: None,
    };
    let address = link::admin_office(&office.code);
    match set(&desk, &mark(None), Entry::Office(office), "added").await {
        Ok(()) => Ok(done(&address, "added")),
        Err(no) => {
            let errors = wrong(desk.lang(), no)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, &fields, &errors)).into_response())
        }
    }
}

/// Lists the offices that exist, with an empty first choice where one may be left out.
pub(super) fn options(lang: Lang, directory: &Directory, (without, empty): (&str, Option<&str>)) -> Vec<(String, String)> {
    let none = empty.map(|key| (String::new(), lang.t(key)));
    let open = directory.offices.values().filter(|office| directory.open(office) && office.code != without);
    none.into_iter()
        .chain(open.map(|office| (office.code.clone(), lang.pick(&office.name, &office.name_en).to_owned())))
        .collect()
}

fn row(lang: Lang, directory: &Directory, office: &Office) -> Vec<Markup> {
    let named = |code: Option<&String>| {
        code.and_then(|code| directory.offices.get(code)).map_or("", |office| lang.pick(&office.name, &office.name_en)).to_owned()
    };
    let place = directory.places.get(&office.place).map_or("", |place| lang.pick(&place.name, &place.name_en));
    let duties: Vec<&str> = office.duties.iter().map(|duty| duty.category.as_str()).collect();
    vec![
        html! { a href=(link::admin_office(&office.code)) { (lang.pick(&office.name, &office.name_en)) } " " span.quiet { (office.code) } },
        html! { (place) },
        html! { (named(office.superior.as_ref())) },
        html! { (duties.join(" ")) },
        html! { (directory.staff_of(&office.code).count()) },
        html! {
            @if office.successor.is_some() { (lang.say("office-ended", &[("office", named(office.successor.as_ref()).into())])) }
            @else if office.supervising { (lang.t("office-supervising")) }
            @else { (lang.t("office-open")) }
        },
    ]
}

fn draw(desk: &Desk, typed: &Fields, errors: &Errors) -> Response {
    let (lang, directory) = (desk.lang(), desk.directory());
    let heads = ["entry-name", "office-place", "office-superior", "office-duties", "office-people", "office-state"];
    let rows = directory.offices.values().map(|office| row(lang, &directory, office)).collect();
    let list = Table { caption: lang.t("admin-offices"), heads: heads.map(|key| lang.t(key)).to_vec(), rows };
    let [name, name_en] = name_fields(lang);
    let code = Field {
        name: "code",
        label: lang.t("office-code"),
        hint: lang.t("office-code-hint"),
        required: true,
        ..Field::default()
    };
    let phone = Field { name: "phone", label: lang.t("office-phone"), ..Field::default() };
    let place = Field { name: "place", label: lang.t("office-place"), required: true, ..Field::default() };
    let superior = Field { name: "superior", label: lang.t("office-superior"), required: true, ..Field::default() };
    let body = html! {
        h1 { (lang.t("admin-offices")) }
        (table(&list))
        h2 { (lang.t("office-add")) }
        (summary(lang, errors))
        form method="post" action=(link::ADMIN_OFFICES) {
            @for one in [&code, &name, &name_en, &phone] { (field(lang, one, typed, errors)) }
            (select(lang, &place, &place_options(lang, &directory), typed, errors))
            (select(lang, &superior, &options(lang, &directory, ("", Some("office-no-superior"))), typed, errors))
            div.acts { button { (lang.t("office-add")) } a.button.second href=(link::ADMIN) { (lang.t("back")) } }
        }
    };
    desk.page(&lang.t("admin-offices"), &body)
}
