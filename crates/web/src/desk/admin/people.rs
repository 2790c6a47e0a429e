//! The staff, and inviting somebody: the account's setup code is shown once, to be handed over in person.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::directory::{Directory, Entry, Role, Staff};
use civic::refusal::No;
use civic::{account, chance};
use maud::{Markup, html};

use super::Administrator;
use super::offices::options;
use super::places::{name_fields, options as place_options};
use super::set::{put, some, wrong};
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::{Fields, Form};
use crate::kit::Tone;
use crate::kit::choice::{Choice, Choices, choices};
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field, select};
use crate::kit::notice::notice;
use crate::kit::table::{Table, table};
use crate::link;
use crate::words::Lang;

/// Shows the staff and the form.
pub async fn show(Administrator(desk): Administrator) -> Response {
    draw(&desk, &Fields::default(), &Errors::default())
}

/// Adds a person and makes the account.
pub async fn invite(Administrator(desk): Administrator, Form(fields): Form) -> Result<Response, Problem> {
    let staff = Staff {
        id: chance::id_plain(&mut desk.app.chance()),
        login: fields.get("login").to_lowercase(),
        name: fields.get("name").to_owned(),
        title: fields.get("title").to_owned(),
        office: fields.get("office").to_owned(),
        roles: roles(&fields),
        place: some(fields.get("place")),
        active: true,
        email: some(fields.get("email")),
        deputy: None,
        away: None,
    };
    let (who, new) = (desk.staff.who(), staff.clone());
    let made = desk.write(move |tx, site, (now, chance)| {
        put(tx, site, (now, &mut *chance), &who, (&Entry::Staff(new.clone()), "added"))?;
        Ok::<_, No>(account::invite(tx, site, (now, chance), new.id, &new.login)?)
    });
    match made.await {
        Ok(code) => Ok(handed(&desk, &staff, &code)),
        Err(no) => {
            let errors = wrong(desk.lang(), no)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, &fields, &errors)).into_response())
        }
    }
}

/// Reads the roles a form chose.
pub(super) fn roles(fields: &Fields) -> Vec<Role> {
    fields.all("roles").filter_map(Role::parse).collect()
}

/// Shows a setup code: once, with what to do with it.
pub(super) fn handed(desk: &Desk, staff: &Staff, code: &str) -> Response {
    let lang = desk.lang();
    let groups: Vec<String> = code.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    let body = html! {
        h1 { (lang.say("invited-title", &[("name", staff.name.as_str().into())])) }
        (notice(Tone::Soon, &lang.t("invited-once"), &html! { p { (lang.t("invited-how")) } }))
        p { (lang.t("login-name")) " " code.code { (staff.login) } }
        p { (lang.t("setup-code")) }
        p.big.code { (groups.join("-")) }
        div.acts { a.button.second href=(link::ADMIN_STAFF) { (lang.t("back")) } }
    };
    desk.page(&lang.t("admin-staff"), &body)
}

/// Draws the choice of roles.
pub(super) fn role_choices(lang: Lang, typed: &Fields, errors: &Errors) -> Markup {
    let card = |role: &Role| Choice { value: role.code().into(), title: lang.code("role", role.code()), hint: String::new() };
    let list = Role::ALL.iter().map(card).collect();
    let hint = lang.t("roles-hint");
    choices(&Choices { name: "roles", legend: lang.t("account-roles"), hint, list, several: true }, typed, errors)
}

/// Draws the fields of a person that may change.
pub(super) fn person_fields(lang: Lang, directory: &Directory, (typed, errors): (&Fields, &Errors)) -> Markup {
    let [name, _] = name_fields(lang);
    let name = Field { label: lang.t("account-name"), ..name };
    let title = Field { name: "title", label: lang.t("staff-title"), ..Field::default() };
    let email = Field {
        name: "email",
        label: lang.t("staff-email"),
        hint: lang.t("staff-email-hint"),
        input: Input::Email,
        ..Field::default()
    };
    let office = Field { name: "office", label: lang.t("account-office"), required: true, ..Field::default() };
    let place = Field { name: "place", label: lang.t("staff-place"), hint: lang.t("staff-place-hint"), ..Field::default() };
    let mut places = vec![(String::new(), lang.t("staff-place-none"))];
    places.extend(place_options(lang, directory));
    html! {
        @for one in [&name, &title, &email] { (field(lang, one, typed, errors)) }
        (select(lang, &office, &options(lang, directory, ("", None)), typed, errors))
        (role_choices(lang, typed, errors))
        (select(lang, &place, &places, typed, errors))
    }
}

fn row(desk: &Desk, directory: &Directory, staff: &Staff) -> Vec<Markup> {
    let lang = desk.lang();
    let office = directory.offices.get(&staff.office).map_or("", |office| lang.pick(&office.name, &office.name_en));
    let roles: Vec<String> = staff.roles.iter().map(|role| lang.code("role", role.code())).collect();
    let state = match (staff.active, staff.away_on(desk.app.today())) {
        (false, _) => "staff-left",
        (true, true) => "staff-away",
        (true, false) => "staff-active",
    };
    vec![
        html! { a href=(link::admin_person(staff.id)) { (staff.name) } " " span.quiet { (staff.title) } },
        html! { (office) },
        html! { (roles.join(&lang.t("list-comma"))) },
        html! { (staff.login) },
        html! { (lang.t(state)) },
    ]
}

fn draw(desk: &Desk, typed: &Fields, errors: &Errors) -> Response {
    let (lang, directory) = (desk.lang(), desk.directory());
    let mut people: Vec<&Staff> = directory.staff.values().collect();
    people.sort_by(|a, b| (!a.active, &a.office, &a.login).cmp(&(!b.active, &b.office, &b.login)));
    let heads = ["account-name", "account-office", "account-roles", "login-name", "office-state"].map(|key| lang.t(key)).to_vec();
    let rows = people.into_iter().map(|staff| row(desk, &directory, staff)).collect();
    let login = Field {
        name: "login",
        label: lang.t("login-name"),
        hint: lang.t("staff-login-hint"),
        required: true,
        ..Field::default()
    };
    let body = html! {
        h1 { (lang.t("admin-staff")) }
        (table(&Table { caption: lang.t("admin-staff"), heads, rows }))
        h2 { (lang.t("staff-invite")) }
        (summary(lang, errors))
        form method="post" action=(link::ADMIN_STAFF) {
            (field(lang, &login, typed, errors))
            (person_fields(lang, &directory, (typed, errors)))
            div.acts { button { (lang.t("staff-invite")) } a.button.second href=(link::ADMIN) { (lang.t("back")) } }
        }
    };
    desk.page(&lang.t("admin-staff"), &body)
}
