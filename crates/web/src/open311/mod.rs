//! Open311 GeoReport v2: programs of others send what residents report and see how it goes on. The specification is the judge:
//! <https://wiki.open311.org/GeoReport_v2/>, with Service Discovery, paging and the extension of updates.

mod doc;
mod fault;
mod list;
mod post;
mod services;
mod updates;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::get;
use civic::directory::{Client, Scope};
use uuid::Uuid;

use self::doc::{Format, Node};
use self::fault::Wrong;
use crate::app::App;
use crate::error::Problem;
use crate::extract::{Fields, Query, Upload};
use crate::route::Route;
use crate::words::Lang;

/// Lists the addresses of this part. The name of a document says how it is written: `services.xml`, `services.json`.
pub const ROUTES: &[Route] = &[
    Route::public("/open311/v2/{document}", "GET POST", || get(read).post(write)),
    Route::public("/open311/v2/{list}/{document}", "GET", || get(read_one)),
];

/// Is a question of a client, with what every answer needs.
struct Ask<'a> {
    app: &'a App,
    fields: Fields,
    lang: Lang,
    headers: &'a HeaderMap,
}

type Answer = Result<Node, Wrong>;

impl<'a> Ask<'a> {
    /// Reads what every question may say: the jurisdiction must be this one, where it is named.
    fn of(app: &'a App, headers: &'a HeaderMap, fields: Fields) -> Result<Self, Wrong> {
        let lang = Lang::parse(fields.get("locale")).unwrap_or_default();
        let (code, named) = (&app.hall.site.code, fields.get("jurisdiction_id"));
        if named.is_empty() || named == code.as_str() {
            return Ok(Self { app, fields, lang, headers });
        }
        Err(Wrong::absent(format!("jurisdiction_id {named} was not found; this is {code}")))
    }

    /// Finds the program that asks; none where it shows no key.
    fn client(&self) -> Result<Option<Client>, Wrong> {
        let key = self.fields.get("api_key");
        if key.is_empty() {
            return Ok(None);
        }
        let client = self.app.hall.site.directory().client(key).cloned();
        client.map(Some).ok_or_else(|| Wrong::key("api_key is not known, or was ended"))
    }

    /// Finds the program that asks, as far as it may see what it sent.
    fn follower(&self) -> Result<Option<Uuid>, Wrong> {
        Ok(self.client()?.filter(|client| client.may(Scope::Follow)).map(|client| client.id))
    }

    /// Finds the program that asks, where nobody may ask without a key that allows it.
    fn known(&self, scope: Scope) -> Result<Client, Wrong> {
        let client = self.client()?.ok_or_else(|| Wrong::key("api_key is missing"))?;
        if client.may(scope) { Ok(client) } else { Err(Wrong::key(format!("api_key does not allow to {}", scope.code()))) }
    }
}

/// Answers a question for a document.
async fn read(State(app): State<App>, Path(name): Path<String>, query: Result<Query, Problem>, headers: HeaderMap) -> Response {
    let Some((name, format)) = Format::split(&name) else { return Wrong::absent("not found").answer(Format::Xml) };
    let answer = async {
        let Query(fields) = query.map_err(|problem| Wrong::of_problem(Lang::default(), &problem))?;
        let ask = Ask::of(&app, &headers, fields)?;
        match name {
            "discovery" => Ok(("discovery", services::discovery(&ask))),
            "services" => Ok(("services", services::list(&ask))),
            "requests" => Ok(("service_requests", list::list(&ask).await?)),
            "servicerequestupdates" => Ok(("service_request_updates", updates::list(&ask).await?)),
            _ => Err(Wrong::absent("not found")),
        }
    };
    written(format, StatusCode::OK, answer.await)
}

/// Answers a question for one of a list.
async fn read_one(
    State(app): State<App>,
    Path((of, name)): Path<(String, String)>,
    query: Result<Query, Problem>,
    headers: HeaderMap,
) -> Response {
    let Some((name, format)) = Format::split(&name) else { return Wrong::absent("not found").answer(Format::Xml) };
    let answer = async {
        let Query(fields) = query.map_err(|problem| Wrong::of_problem(Lang::default(), &problem))?;
        let ask = Ask::of(&app, &headers, fields)?;
        match of.as_str() {
            "services" => Ok(("service_definition", services::definition(&ask, name)?)),
            "requests" => Ok(("service_requests", list::of_numbers(&ask, name).await?)),
            "tokens" => Ok(("service_requests", list::token(&ask, name).await?)),
            _ => Err(Wrong::absent("not found")),
        }
    };
    written(format, StatusCode::OK, answer.await)
}

/// Takes what a client sends.
async fn write(
    State(app): State<App>,
    Path(name): Path<String>,
    headers: HeaderMap,
    upload: Result<Upload, Problem>,
) -> Response {
    let Some((name, format)) = Format::split(&name) else { return Wrong::absent("not found").answer(Format::Xml) };
    let answer = async {
        let upload = upload.map_err(|problem| Wrong::of_problem(Lang::default(), &problem))?;
        let ask = Ask::of(&app, &headers, upload.fields.clone())?;
        match name {
            "requests" => Ok(("service_requests", post::post(&ask, upload).await?)),
            "servicerequestupdates" => Ok(("service_request_updates", updates::post(&ask).await?)),
            _ => Err(Wrong::absent("nothing is sent to this address")),
        }
    };
    written(format, StatusCode::CREATED, answer.await)
}

fn written(format: Format, status: StatusCode, answer: Result<(&'static str, Node), Wrong>) -> Response {
    match answer {
        Ok((root, node)) => format.answer(status, root, &node),
        Err(wrong) => wrong.answer(format),
    }
}
