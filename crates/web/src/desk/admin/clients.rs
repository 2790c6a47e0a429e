//! Programs of others that send matters for residents (接入方): whose they are, a key for each that is shown once, and the end of one.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::chance;
use civic::directory::{Client, Entry, Scope};
use civic::refusal::No;
use civic::session;
use data_encoding::HEXLOWER;
use maud::{Markup, html};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Administrator;
use super::set::{mark, set, wrong};
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form};
use crate::kit::Tone;
use crate::kit::choice::{Choice, Choices, choices};
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, field};
use crate::kit::notice::notice;
use crate::kit::table::{Table, table};
use crate::link;

/// Longest name, in characters.
const NAME_CHARS_MAX: usize = 80;
/// What a program may do.
const SCOPES: &str = "scopes";

/// Shows the programs and the form.
pub async fn show(Administrator(desk): Administrator) -> Response {
    draw(&desk, (&all_ticked(), &Errors::default()))
}

/// Ticks everything, as most programs need it.
fn all_ticked() -> Fields {
    let mut typed = Fields::default();
    for scope in Scope::ALL {
        typed.push(SCOPES, scope.code());
    }
    typed
}

/// Adds a program, or ends one.
pub async fn save(Administrator(desk): Administrator, Form(fields): Form) -> Result<Response, Problem> {
    let answer =
        if fields.get("act") == "end" { end(&desk, &fields).await.map(|()| None) } else { add(&desk, &fields).await.map(Some) };
    match answer {
        Ok(None) => Ok(done(link::ADMIN_CLIENTS, "saved")),
        Ok(Some(key)) => Ok(shown(&desk, (fields.get("name"), &key))),
        Err(no) => {
            let errors = wrong(desk.lang(), no)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, (&fields, &errors))).into_response())
        }
    }
}

async fn add(desk: &Desk, fields: &Fields) -> Result<String, No> {
    let key = session::token(&mut desk.app.chance());
    let hash = HEXLOWER.encode(&Sha256::digest(key.as_bytes()));
    let id = chance::id_plain(&mut desk.app.chance());
    let client = Client { id, name: fields.get("name").to_owned(), key: hash, active: true, scopes: chosen(fields) };
    set(desk, &mark(None), Entry::Client(client), "added").await?;
    Ok(key)
}

/// Reads what is ticked.
fn chosen(fields: &Fields) -> BTreeSet<Scope> {
    Scope::ALL.into_iter().filter(|scope| fields.all(SCOPES).any(|code| code == scope.code())).collect()
}

async fn end(desk: &Desk, fields: &Fields) -> Result<(), No> {
    let directory = desk.directory();
    let id: Uuid = fields.get("client").parse().map_err(|_| No::Absent)?;
    let client = directory.clients.values().find(|client| client.id == id).ok_or(No::Absent)?;
    let seen = mark(Some(&Entry::Client(client.clone())));
    set(desk, &seen, Entry::Client(Client { active: false, ..client.clone() }), "ended").await
}

/// Shows a key, this once.
fn shown(desk: &Desk, (name, key): (&str, &str)) -> Response {
    let lang = desk.lang();
    let body = html! {
        h1 { (name) }
        (notice(Tone::Soon, &lang.t("client-key-once"), &html! { p { (lang.t("client-key-why")) } }))
        p.code { code { (key) } }
        p { (lang.t("client-address")) " " code { "/open311/v2/" } " " code { "/api/v1/openapi.json" } }
        div.acts { a.button href=(link::ADMIN_CLIENTS) { (lang.t("back")) } }
    };
    desk.page(name, &body)
}

fn row(desk: &Desk, client: &Client) -> Vec<Markup> {
    let lang = desk.lang();
    let end = html! {
        form.inline method="post" action=(link::ADMIN_CLIENTS) {
            input type="hidden" name="act" value="end";
            button.second name="client" value=(client.id) { (lang.t("client-end")) }
        }
    };
    vec![
        html! { (client.name) },
        html! { (client.scopes.iter().map(|scope| lang.code("client-scope", scope.code())).collect::<Vec<_>>().join(&lang.t("list-comma"))) },
        if client.active {
            end
        } else {
            html! { (lang.t("client-ended")) }
        },
    ]
}

fn draw(desk: &Desk, (typed, errors): (&Fields, &Errors)) -> Response {
    let (lang, directory) = (desk.lang(), desk.directory());
    let mut all: Vec<&Client> = directory.clients.values().collect();
    all.sort_by(|one, other| other.active.cmp(&one.active).then_with(|| one.name.cmp(&other.name)));
    let rows: Vec<Vec<Markup>> = all.into_iter().map(|client| row(desk, client)).collect();
    let heads = ["client-name", "client-scopes", "client-end"].map(|key| lang.t(key)).to_vec();
    let name = Field {
        name: "name",
        label: lang.t("client-name"),
        hint: lang.t("client-name-hint"),
        required: true,
        chars_max: NAME_CHARS_MAX,
        ..Field::default()
    };
    let scope = |scope: Scope| Choice {
        value: scope.code().to_owned(),
        title: lang.code("client-scope", scope.code()),
        hint: String::new(),
    };
    let scopes = Choices {
        name: SCOPES,
        legend: lang.t("client-scopes"),
        list: Scope::ALL.map(scope).to_vec(),
        several: true,
        ..Choices::default()
    };
    let body = html! {
        h1 { (lang.t("admin-clients")) }
        p.quiet { (lang.t("client-why")) }
        @if rows.is_empty() { p.quiet { (lang.t("client-none")) } }
        @else { (table(&Table { caption: lang.t("admin-clients"), heads, rows })) }
        h2 { (lang.t("client-add")) }
        (summary(lang, errors))
        form method="post" action=(link::ADMIN_CLIENTS) {
            (field(lang, &name, typed, errors))
            (choices(&scopes, typed, errors))
            div.acts { button { (lang.t("client-add")) } a.button.second href=(link::ADMIN) { (lang.t("back")) } }
        }
    };
    desk.page(&lang.t("admin-clients"), &body)
}
