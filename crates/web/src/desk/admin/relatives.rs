//! The relatives' register (近亲属备案): who of the staff is close to whom. Contacts are kept as blind indexes, so the
//! page can show that somebody is registered, and never a number.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::chance;
use civic::directory::{Directory, Entry, Relation, Relative, contact_index, normal_contact};
use civic::refusal::{No, Refusal};
use data_encoding::HEXLOWER;
use maud::{Markup, html};
use uuid::Uuid;

use super::Administrator;
use super::set::{mark, set, wrong};
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form};
use crate::kit::Tone;
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, field, select};
use crate::kit::notice::notice;
use crate::kit::table::{Table, table};
use crate::link;
use crate::words::Lang;

/// Shortest contact that can name somebody, in characters.
const CONTACT_CHARS_MIN: usize = 5;
/// Longest contact, in characters.
const CONTACT_CHARS_MAX: usize = 120;
/// Lists how a person can be related, with code and word.
const RELATIONS: &[(Relation, &str, &str)] = &[
    (Relation::Spouse, "spouse", "relation-spouse"),
    (Relation::Parent, "parent", "relation-parent"),
    (Relation::Child, "child", "relation-child"),
    (Relation::Sibling, "sibling", "relation-sibling"),
    (Relation::Other, "other", "relation-other"),
    (Relation::Own, "own", "relation-own"),
];

/// Shows the register and the form.
pub async fn show(Administrator(desk): Administrator) -> Response {
    draw(&desk, &Fields::default(), &Errors::default())
}

/// Adds a declaration, or takes one back.
pub async fn save(Administrator(desk): Administrator, Form(fields): Form) -> Result<Response, Problem> {
    let answer = if fields.get("act") == "remove" { remove(&desk, &fields).await } else { add(&desk, &fields).await };
    match answer {
        Ok(()) => Ok(done(link::ADMIN_RELATIVES, "saved")),
        Err(no) => {
            let errors = wrong(desk.lang(), no)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, &fields, &errors)).into_response())
        }
    }
}

async fn add(desk: &Desk, fields: &Fields) -> Result<(), No> {
    let unknown = |_| Refusal::new("unknown_staff").with("field", "staff").instead("correct_field");
    let staff = fields.get("staff").parse().map_err(unknown)?;
    set(desk, &mark(None), Entry::Relative(from_form(desk, staff, fields)?), "declared").await
}

/// Reads a declaration of a member of staff off a form.
pub fn from_form(desk: &Desk, staff: Uuid, fields: &Fields) -> Result<Relative, Refusal> {
    let contact = normal_contact(fields.get("contact"));
    let length = contact.chars().count();
    if !(CONTACT_CHARS_MIN..=CONTACT_CHARS_MAX).contains(&length) {
        return Err(Refusal::new("contact_wrong").with("field", "contact").instead("correct_field"));
    }
    let relation = RELATIONS.iter().find(|(_, code, _)| *code == fields.get("relation"));
    Ok(Relative {
        id: chance::id_plain(&mut desk.app.chance()),
        staff,
        relation: relation.map_or(Relation::Other, |(relation, _, _)| *relation),
        contact: HEXLOWER.encode(&contact_index(&desk.app.hall.site.keys.index, &contact)),
        active: true,
    })
}

/// Says how somebody is related.
pub fn relation_words(lang: Lang, relation: Relation) -> String {
    RELATIONS.iter().find(|(own, _, _)| *own == relation).map_or_else(String::new, |(_, _, key)| lang.t(key))
}

/// Draws the choice of a relation.
pub fn relation_field(lang: Lang, typed: &Fields, errors: &Errors) -> Markup {
    let relations: Vec<(String, String)> = RELATIONS.iter().map(|(_, code, key)| ((*code).to_owned(), lang.t(key))).collect();
    let relation = Field { name: "relation", label: lang.t("relative-relation"), required: true, ..Field::default() };
    select(lang, &relation, &relations, typed, errors)
}

/// Draws the field for the contact.
pub fn contact_field(lang: Lang, typed: &Fields, errors: &Errors) -> Markup {
    let contact = Field {
        name: "contact",
        label: lang.t("relative-contact"),
        hint: lang.t("relative-contact-hint"),
        required: true,
        chars_max: CONTACT_CHARS_MAX,
        ..Field::default()
    };
    field(lang, &contact, typed, errors)
}

async fn remove(desk: &Desk, fields: &Fields) -> Result<(), No> {
    let known = desk.directory();
    let id: Uuid = fields.get("relative").parse().map_err(|_| No::Absent)?;
    let relative = known.relatives.iter().find(|relative| relative.id == id).ok_or(No::Absent)?;
    let seen = mark(Some(&Entry::Relative(relative.clone())));
    set(desk, &seen, Entry::Relative(Relative { active: false, ..relative.clone() }), "taken_back").await
}

fn row(desk: &Desk, directory: &Directory, relative: &Relative) -> Vec<Markup> {
    let lang = desk.lang();
    vec![
        html! { (directory.staff.get(&relative.staff).map_or("", |staff| staff.name.as_str())) },
        html! { (relation_words(lang, relative.relation)) },
        html! {
            form.inline method="post" action=(link::ADMIN_RELATIVES) {
                input type="hidden" name="act" value="remove";
                button.second name="relative" value=(relative.id) { (lang.t("relative-remove")) }
            }
        },
    ]
}

fn draw(desk: &Desk, typed: &Fields, errors: &Errors) -> Response {
    let (lang, directory) = (desk.lang(), desk.directory());
    let active = directory.relatives.iter().filter(|relative| relative.active);
    let rows: Vec<Vec<Markup>> = active.map(|relative| row(desk, &directory, relative)).collect();
    let heads = ["relative-staff", "relative-relation", "relative-remove"].map(|key| lang.t(key)).to_vec();
    let people: Vec<(String, String)> = directory
        .staff
        .values()
        .filter(|staff| staff.active)
        .map(|staff| (staff.id.to_string(), format!("{} · {}", staff.name, staff.login)))
        .collect();
    let staff = Field { name: "staff", label: lang.t("relative-staff"), required: true, ..Field::default() };
    let body = html! {
        h1 { (lang.t("admin-relatives")) }
        (notice(Tone::Plain, &lang.t("relative-notice"), &html! { p { (lang.t("relative-notice-why")) } }))
        @if rows.is_empty() { p.quiet { (lang.t("relative-none")) } }
        @else { (table(&Table { caption: lang.t("admin-relatives"), heads, rows })) }
        h2 { (lang.t("relative-add")) }
        (summary(lang, errors))
        form method="post" action=(link::ADMIN_RELATIVES) {
            (select(lang, &staff, &people, typed, errors))
            (relation_field(lang, typed, errors))
            (contact_field(lang, typed, errors))
            div.acts { button { (lang.t("relative-add")) } a.button.second href=(link::ADMIN) { (lang.t("back")) } }
        }
    };
    desk.page(&lang.t("admin-relatives"), &body)
}
