//! Sending a matter: the same form as on the pages, the same limits, the same receipt.

use appeals::appeal::{Channel, Via};
use appeals::filing::{self, Filed, Form, NotFiled};
use appeals::{Identity, Kind};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use civic::directory::{Client, Scope};
use civic::refusal::Refusal;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use utoipa::openapi::{Object, ObjectBuilder, Type};

use super::again::key;
use super::body::{Attached, Body, unpack};
use super::sessions::program;
use super::view::Office;
use crate::app::App;
use crate::error::Problem;
use crate::files;
use crate::portal::file::{incomplete, take};
use crate::visit::Visit;

/// What a resident says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMatter {
    /// What happened, in own words.
    #[schema(min_length = 1, max_length = 5000, example = "枣林桥下的路灯坏了三天，晚上孩子放学看不见路。")]
    what: String,
    /// What is wanted, by code; the pages say what each leads to.
    #[schema(schema_with = kinds)]
    kind: String,
    /// By whom, by code.
    #[schema(schema_with = identities)]
    identity: String,
    /// Code of a place, from `/api/v1/places`; empty for "I don't know".
    #[serde(default)]
    place: String,
    /// The place in own words.
    #[serde(default)]
    place_words: String,
    /// Name; not for anonymous ones.
    #[serde(default)]
    name: String,
    /// Telephone.
    #[serde(default)]
    mobile: String,
    /// E-mail.
    #[serde(default)]
    email: String,
    /// Whether somebody's life is in danger. Call 110, 119 or 120 first.
    #[serde(default)]
    danger: bool,
    /// How many people stand behind it; empty for one.
    #[serde(default)]
    people: String,
    /// Language of the answers: `zh-CN` or `en`.
    #[serde(default)]
    language: String,
    /// Whether no machine shall read it for a suggestion.
    #[serde(default)]
    unread: bool,
    /// Category or topic of what many said of this place, to join them; from `/api/v1/subjects`.
    #[serde(default)]
    joins: String,
    /// Whether everybody may see steps and days, never words or a person.
    #[serde(default)]
    agreed: bool,
    /// Attachments.
    #[serde(default)]
    files: Vec<Attached>,
}

fn kinds() -> Object {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(Kind::ALL.iter().map(|kind| kind.code()))).build()
}

fn identities() -> Object {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(Identity::ALL.iter().map(|one| one.code()))).build()
}

/// A matter that was taken. The query code is shown this once: only who holds it can follow the matter.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NewReceipt {
    /// The matter's number.
    number: String,
    /// The query code.
    query_code: String,
    /// The office that holds it.
    owner: Office,
    /// The last day of the first term.
    due: String,
    /// The receipt file, which a stranger can check (`docs/log-format.md`).
    receipt: String,
}

/// Takes a matter. The same one sent again under its `Idempotency-Key` gets the same answer with 200; another one under that key is 409.
pub(super) async fn file(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Body(new): Body<NewMatter>,
) -> Result<Response, Problem> {
    let client = program(&app, &headers)?;
    if let Some(client) = &client
        && !client.may(Scope::Send)
    {
        return Err(Refusal::new("scope_missing").with("scope", Scope::Send.code()).instead("ask_administrator").into());
    }
    // an accusation passes through no stranger's hands (decision 0037)
    if client.is_some() && new.kind == Kind::Accusation.code() {
        return Err(Refusal::new("accusation_itself").instead("accuse_here").into());
    }
    let uploads = unpack(&app.limits, &new.files)?;
    let form = form(&visit, (client.as_ref(), key(&headers)?), new);
    let taken = match &client {
        Some(_) => {
            let keeper = app.clone();
            let keep = move |key: &_, uploads: &_| files::keep(&keeper, key, uploads);
            filing::file(&app.hall, &form, &uploads, None, keep).await
        }
        None => take(&app, &visit, &form, &uploads).await,
    };
    match taken {
        Ok(filed) => Ok(answer(&app, &visit, filed)),
        Err(NotFiled::OtherForm) => Err(Refusal::new("key_reused").instead("begin_anew").into()),
        Err(NotFiled::No(no)) => Err(no.into()),
        Err(NotFiled::Fields(errors)) => Ok(incomplete(visit.lang, &errors)),
    }
}

fn answer(app: &App, visit: &Visit, filed: Filed) -> Response {
    let status = if filed.repeated { StatusCode::OK } else { StatusCode::CREATED };
    let body = NewReceipt {
        number: filed.number,
        query_code: filed.code.shown(),
        owner: Office::of(visit.lang, &app.hall.site.directory(), &filed.owner),
        due: filed.due.due.last.to_string(),
        receipt: filed.receipt,
    };
    (status, Json(body)).into_response()
}

fn form(visit: &Visit, (client, key): (Option<&Client>, &str), new: NewMatter) -> Form {
    let language = if new.language.is_empty() { visit.lang.tag().to_owned() } else { new.language };
    // keys of two programs, or of somebody without one, never meet
    let mut hash = Sha256::new();
    hash.update(client.map_or(uuid::Uuid::nil(), |client| client.id).as_bytes());
    hash.update(key.as_bytes());
    Form {
        what: new.what,
        place: new.place,
        place_words: new.place_words,
        kind: new.kind,
        identity: new.identity,
        name: new.name,
        mobile: new.mobile,
        email: new.email,
        danger: new.danger,
        people: new.people,
        submit_key: HEXLOWER.encode(&hash.finalize()),
        language,
        channel: if client.is_some() { Channel::Client } else { Channel::Web },
        unread: new.unread,
        joins: new.joins,
        via: client.map(|client| Via { client: client.id, topic: String::new() }),
        agreed: new.agreed,
        ..Form::default()
    }
}
