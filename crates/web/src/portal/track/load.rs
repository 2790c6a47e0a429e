//! Reading the own matter: the resident's permit, the words, and the accusation in its own compartment.

use std::sync::Arc;

use appeals::code::{Seed, open_seed};
use appeals::joined;
use appeals::sealed::pressed;
use appeals::sealed::room::{self, Told};
use appeals::sealed::step::Stage;
use appeals::sealed::{self, Own};
use appeals::track::Opened;
use appeals::view::{self, Personal};
use axum::Json;
use axum::response::{IntoResponse, Response};
use civic::directory::Directory;
use civic::permit::{Act, Permitted, Subject, Who, may};
use civic::refusal::No;
use civic::site::Site;
use db::{Fault, Tx};
use insight::consult::list::{self, Carried};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};
use uuid::Uuid;

use super::story;
use crate::app::App;
use crate::error::Problem;
use crate::session::Resident;
use crate::visit::Visit;
use crate::words::Lang;

/// Is what lies behind number and code.
pub enum Found {
    /// An ordinary matter, what was reported under this code of somebody being put under pressure because of it, and whether many
    /// said something of its place that it may still join, and what was carried from it into consultations.
    Matter(Box<Personal>, Vec<Reported>, Beside),
    /// An accusation: the resident's own copy, what the supervising body did, and what was reported as above.
    Sealed(Box<Own>, Vec<Told>, Vec<Reported>),
}

/// Is what may be done with a matter beside what its stage allows.
pub struct Beside {
    /// Whether many said something of its place that it may still join.
    pub many: bool,
    /// What was carried from it into consultations.
    pub carried: Carried,
}

/// Is a report of pressure: the own copy, and what the supervising body did.
pub type Reported = (Own, Vec<Told>);

/// Asks the permit to follow a matter.
pub fn permit(app: &App, who: &Who, matter: Uuid) -> Result<Permitted, No> {
    let subject = Subject { matter, ..Subject::default() };
    Ok(may(&app.hall.site.directory(), who, Act::Track, &subject)?)
}

/// Opens the seed of a session.
pub fn seed(resident: &Resident) -> Result<Seed, Problem> {
    let sealed = resident.track.rating_seed.as_deref().ok_or(Problem::ShowCode)?;
    Ok(open_seed(&resident.token, sealed)?)
}

/// Reads the matter of a session.
pub async fn load(app: &App, resident: &Resident) -> Result<Found, Problem> {
    let permit = permit(app, &resident.who(), resident.track.matter)?;
    find(app, permit, (resident.track.matter, seed(resident)?)).await
}

async fn find(app: &App, permit: Permitted, (matter, seed): (Uuid, Seed)) -> Result<Found, Problem> {
    let site = app.hall.site.clone();
    let today = app.today();
    app.hall.store.read(move |tx| look(tx, &site, &permit, (matter, &seed, today))).await?.ok_or(Problem::Absent)
}

fn look(
    tx: &mut Tx<'_>,
    site: &Site,
    permit: &Permitted,
    (matter, seed, today): (Uuid, &Seed, Date),
) -> Result<Option<Found>, Fault> {
    let mut further = list::beside(site, matter, today).to_vec();
    further.push(pressed::first(site, seed));
    let (personal, mut told) = view::personal_with(tx, site, permit, matter, further)?;
    let first = told.pop().unwrap_or_default();
    if let Some(personal) = personal {
        let reports = reported(tx, site, (seed, first))?;
        let many = joined::is_near(tx, site, &personal.state)?;
        let carried = list::carried(tx, site, &told)?;
        return Ok(Some(Found::Matter(Box::new(personal), reports, Beside { many, carried })));
    }
    let Some(own) = sealed::own(tx, site, matter, seed)? else { return Ok(None) };
    let told = room::told(tx, site, (matter, &own))?;
    let reports = reported(tx, site, (seed, first))?;
    Ok(Some(Found::Sealed(Box::new(own), told, reports)))
}

/// Reads what was told of pressure under a code.
fn reported(tx: &mut Tx<'_>, site: &Site, (seed, first): (&Seed, Vec<db::Row>)) -> Result<Vec<Reported>, Fault> {
    let found = pressed::find_from(tx, site, seed, first)?;
    let told = |(id, own): (Uuid, Own)| {
        let told = room::told(tx, site, (id, &own))?;
        Ok((own, told))
    };
    found.into_iter().map(told).collect()
}

/// Is what the look that found the session has read of its page.
#[derive(Clone)]
pub struct Ahead(pub Arc<Found>);

/// Reads the page of a session on the look that found it; nothing where that does not come about, for the page says why.
pub fn ahead(tx: &mut Tx<'_>, site: &Site, (resident, now): (&Resident, Timestamp)) -> Result<Option<Ahead>, Fault> {
    let (matter, seed) = (resident.track.matter, seed(resident));
    let permit = may(&site.directory(), &resident.who(), Act::Track, &Subject { matter, ..Subject::default() });
    let (Ok(seed), Ok(permit)) = (seed, permit) else { return Ok(None) };
    Ok(look(tx, site, &permit, (matter, &seed, site.day(now)))?.map(|found| Ahead(Arc::new(found))))
}

/// Answers a program that showed number and code.
pub async fn as_json(app: &App, visit: &Visit, opened: &Opened) -> Result<Response, Problem> {
    let matter = opened.matter;
    let who = if opened.delegate { Who::Delegate { matter } } else { Who::Resident { matter } };
    let found = find(app, permit(app, &who, matter)?, (matter, opened.seed.clone())).await?;
    let directory = app.hall.site.directory();
    let lang = visit.lang;
    let body = match found {
        Found::Matter(personal, ..) => {
            let state = &personal.state;
            let steps = personal.steps.iter().map(|step| {
                let told = story::tell(lang, &app.hall.site, step);
                json!({"at": step.at.to_string(), "kind": step.event.kind(), "who": told.who, "what": told.what})
            });
            let timeline: Vec<Value> = steps.collect();
            json!({
                "number": state.number,
                "state": state.stage.code(),
                "owner": owner(lang, &directory, &super::now(&app.hall.site, state)),
                "due": state.shown_due().due.last.to_string(),
                "what": personal.filing.what,
                "timeline": timeline,
            })
        }
        Found::Sealed(own, told, _) => sealed_json(app, lang, (&own, &told)),
    };
    Ok(Json(body).into_response())
}

fn sealed_json(app: &App, lang: Lang, (own, told): (&Own, &[Told])) -> Value {
    let filed = json!({"at": own.day.to_string(), "kind": "filed", "who": lang.t("who-you"), "what": lang.t("event-filed")});
    let office =
        app.hall.site.directory().acting(&own.filing.owner).map(|office| lang.pick(&office.name, &office.name_en).to_owned());
    let step = |told: &Told| {
        let what = lang.code("sealed-step", told.deed.code());
        json!({"at": told.day.to_string(), "kind": told.deed.code(), "who": office, "what": what})
    };
    let timeline: Vec<Value> = std::iter::once(filed).chain(told.iter().map(step)).collect();
    json!({
        "number": own.filing.number,
        "state": told.iter().rev().find_map(|told| told.deed.stage()).unwrap_or(Stage::Received).code(),
        "owner": owner(lang, &app.hall.site.directory(), &own.filing.owner),
        "due": own.filing.due.due.last.to_string(),
        "what": own.filing.what,
        "timeline": timeline,
    })
}

fn owner(lang: Lang, directory: &Directory, code: &str) -> Value {
    json!({"code": code, "name": directory.offices.get(code).map_or("", |office| lang.pick(&office.name, &office.name_en))})
}
