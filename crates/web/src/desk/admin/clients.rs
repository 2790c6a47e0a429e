//! Programs of others that send matters for residents (接入方): whose they are, a key for each that is shown once, and the end of one.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::chance;
use civic::directory::{Client, Entry, Scope};
use civic::hook::{self, Hook};
use civic::refusal::No;
use civic::session;
use data_encoding::HEXLOWER;
use jiff::Timestamp;
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
use crate::words::moment;

/// Longest name, in characters.
const NAME_CHARS_MAX: usize = 80;
/// Longest address that is told, in characters.
const HOOK_CHARS_MAX: usize = 500;
/// What a program may do.
const SCOPES: &str = "scopes";

/// Shows the programs and the form.
pub async fn show(Administrator(desk): Administrator) -> Result<Response, Problem> {
    draw(&desk, (&all_ticked(), &Errors::default())).await
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
    if fields.get("act") == "try" {
        try_out(&desk, &fields).await?;
        return Ok(done(link::ADMIN_CLIENTS, "hook_tried"));
    }
    let answer =
        if fields.get("act") == "end" { end(&desk, &fields).await.map(|()| None) } else { add(&desk, &fields).await.map(Some) };
    match answer {
        Ok(None) => Ok(done(link::ADMIN_CLIENTS, "saved")),
        Ok(Some(key)) => Ok(shown(&desk, (&fields, &key))),
        Err(no) => {
            let errors = wrong(desk.lang(), no)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, (&fields, &errors)).await?).into_response())
        }
    }
}

async fn add(desk: &Desk, fields: &Fields) -> Result<String, No> {
    let key = session::token(&mut desk.app.chance());
    let hash = HEXLOWER.encode(&Sha256::digest(key.as_bytes()));
    let id = chance::id_plain(&mut desk.app.chance());
    let client = Client {
        id,
        name: fields.get("name").to_owned(),
        key: hash,
        active: true,
        scopes: chosen(fields),
        hook: fields.get("hook").to_owned(),
    };
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
fn shown(desk: &Desk, (fields, key): (&Fields, &str)) -> Response {
    let (lang, name) = (desk.lang(), fields.get("name"));
    let client = desk.directory().client(key).filter(|client| !client.hook.is_empty()).map(|client| client.id);
    let body = html! {
        h1 { (name) }
        (notice(Tone::Soon, &lang.t("client-key-once"), &html! { p { (lang.t("client-key-why")) } }))
        p.code { code { (key) } }
        p { (lang.t("client-address")) " " code { "/open311/v2/" } " " code { "/api/v1/openapi.json" } }
        @if let Some(client) = client { p { (lang.t("hook-secret")) } p.code { code { (hook::secret(&desk.app.hall.site, client)) } } }
        div.acts { a.button href=(link::ADMIN_CLIENTS) { (lang.t("back")) } }
    };
    desk.page(name, &body)
}

/// Asks for a request with nothing in it, at once.
async fn try_out(desk: &Desk, fields: &Fields) -> Result<(), Problem> {
    let id: Uuid = fields.get("client").parse().map_err(|_| Problem::Absent)?;
    let directory = desk.directory();
    directory
        .clients
        .values()
        .find(|client| client.id == id && client.active && !client.hook.is_empty())
        .ok_or(Problem::Absent)?;
    let site = desk.app.hall.site.clone();
    Ok(desk.app.hall.store.write(move |tx| hook::try_out(tx, &site, id)).await?)
}

/// Says where a program is told, how that goes, and offers a trial.
fn told(desk: &Desk, client: &Client, hook: &Hook) -> Markup {
    let (lang, zone) = (desk.lang(), &desk.app.hall.site.zone);
    let at = |when: Timestamp| moment(lang, when, zone);
    let why = |code: &str| match code {
        "timeout" | "unreachable" => lang.code("hook-why", code),
        status => lang.say("hook-why-status", &[("status", status.into())]),
    };
    html! {
        @if client.hook.is_empty() { (lang.t("hook-none")) }
        @else {
            code { (client.hook) }
            @match (&hook.trouble, hook.reached_at) {
                (Some((code, since)), _) => p.error { (lang.say("hook-trouble", &[("why", why(code).into()), ("moment", at(*since).into())])) },
                (None, Some(when)) => p.quiet { (lang.say("hook-reached", &[("moment", at(when).into())])) },
                (None, None) => p.quiet { (lang.t("hook-never")) },
            }
            @if hook.trial { p.quiet { (lang.t("hook-trial")) } }
            @if client.active {
                form.inline method="post" action=(link::ADMIN_CLIENTS) {
                    input type="hidden" name="act" value="try";
                    button.second name="client" value=(client.id) { (lang.t("hook-try")) }
                }
            }
        }
    }
}

fn row(desk: &Desk, (client, hook): (&Client, &Hook)) -> Vec<Markup> {
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
        told(desk, client, hook),
        if client.active {
            end
        } else {
            html! { (lang.t("client-ended")) }
        },
    ]
}

async fn draw(desk: &Desk, (typed, errors): (&Fields, &Errors)) -> Result<Response, Problem> {
    let (lang, directory) = (desk.lang(), desk.directory());
    let mut all: Vec<&Client> = directory.clients.values().collect();
    all.sort_by(|one, other| other.active.cmp(&one.active).then_with(|| one.name.cmp(&other.name)));
    let (site, ids) = (desk.app.hall.site.clone(), all.iter().map(|client| client.id).collect::<Vec<_>>());
    let read =
        move |tx: &mut db::Tx<'_>| ids.into_iter().map(|id| hook::find(tx, &site, id)).collect::<Result<Vec<Hook>, db::Fault>>();
    let hooks = desk.app.hall.store.read(read).await?;
    let rows: Vec<Vec<Markup>> = all.into_iter().zip(&hooks).map(|client| row(desk, client)).collect();
    let heads = ["client-name", "client-scopes", "hook-head", "client-end"].map(|key| lang.t(key)).to_vec();
    let name = Field {
        name: "name",
        label: lang.t("client-name"),
        hint: lang.t("client-name-hint"),
        required: true,
        chars_max: NAME_CHARS_MAX,
        ..Field::default()
    };
    let address = Field {
        name: "hook",
        label: lang.t("hook-address"),
        hint: lang.t("hook-address-hint"),
        chars_max: HOOK_CHARS_MAX,
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
            (field(lang, &address, typed, errors))
            div.acts { button { (lang.t("client-add")) } a.button.second href=(link::ADMIN) { (lang.t("back")) } }
        }
    };
    Ok(desk.page(&lang.t("admin-clients"), &body))
}
