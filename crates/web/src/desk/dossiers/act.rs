//! Doing to a file what was pressed. What a ruling does to its matter, and to the rules by which further ones are passed on, happens in the same
//! transaction.

use appeals::Command;
use appeals::run::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::chance::Chance;
use civic::directory::{self, Entry, Ruling as Route};
use civic::journal::Actor;
use civic::permit::Who;
use civic::refusal::{No, Refusal};
use civic::site::Site;
use db::Tx;
use jiff::Timestamp;
use jiff::civil::Date;
use oversight::dossier::state::Ruling;
use oversight::dossier::{Dossier, Kind, To, What, list, run as files};

use super::known;
use super::show::draw;
use crate::desk::admin::wrong;
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form, Path};
use crate::kit::errors::Errors;
use crate::link;

/// Does it.
pub async fn run(desk: Desk, Path((kind, number)): Path<(String, i64)>, Form(sent): Form) -> Result<Response, Problem> {
    let kind = known(&kind)?;
    if desk.visit.switched {
        return draw(&desk, (kind, number), (&sent, &Errors::default())).await;
    }
    let (who, typed) = (desk.staff.who(), sent.clone());
    let answer = desk.write(move |tx, site, by| act(tx, site, by, (&who, (kind, number), &typed)).map(drop)).await;
    match answer {
        Ok(()) => Ok(done(&link::dossier(kind, number), "dossier_noted")),
        Err(No::Refused(refusal)) if refusal.facts.iter().any(|(name, _)| *name == "field") => {
            let errors = wrong(desk.lang(), refusal.into())?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, (kind, number), (&sent, &errors)).await?).into_response())
        }
        Err(no) => Err(no.into()),
    }
}

fn amiss(code: &'static str, field: &str) -> No {
    Refusal::new(code).with("field", field).instead("correct_field").into()
}

fn act(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (who, (kind, number), typed): (&Who, (Kind, i64), &Fields),
) -> Result<Dossier, No> {
    // guard rule E2: what staff write labels nobody
    typed.iter().try_for_each(|(_, text)| appeals::decide::labels(text))?;
    let text = |name: &str| typed.get(name).to_owned();
    let at = |name: &str| typed.get(name).parse::<usize>().map_err(|_| No::Absent);
    let good = typed.get("good") == "yes";
    let command = match typed.get("act") {
        "note" => To::Note { words: text("words"), matter: text("matter"), good },
        "answer" => To::Answer { adopted: good, words: text("words") },
        "step" => To::Step { words: text("words") },
        "prepare" => To::Prepare { item: at("item")?, papers: text("papers") },
        "attend" => To::Attend { offices: typed.all("offices").map(str::to_owned).collect() },
        "follow" => To::Follow { ruling: at("ruling")?, kept: good, words: text("words") },
        "rule" => return rule(tx, site, (now, chance), (who, (kind, number), (at("item")?, typed))),
        "end" => {
            let row = list::one(tx, site, (kind, number))?.ok_or(No::Absent)?;
            To::End { words: text("words"), settled: settled(tx, site, &row.dossier)? }
        }
        _ => return Err(No::Absent),
    };
    files::execute(tx, site, (now, chance), (who, (kind, number), command))
}

/// Tells whether the matter of a personal case owes nobody a word and has no card any more.
fn settled(tx: &mut Tx<'_>, site: &Site, dossier: &Dossier) -> Result<bool, No> {
    let What::Case { matter, .. } = &dossier.opening.what else { return Ok(true) };
    let loaded = appeals::store::load(tx, site, matter.id)?;
    Ok(loaded.is_none_or(|loaded| !loaded.state.owes_word() && loaded.state.card_open().is_none()))
}

/// Reads a day that may be missing.
fn day(typed: &Fields, name: &'static str) -> Result<Option<Date>, No> {
    match typed.get(name).trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| amiss("dossier_due", name)),
    }
}

/// Rules about a point: the file, the matter's owner, and the rule for further matters of the kind, or none of it.
fn rule(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (who, (kind, number), (item, typed)): (&Who, (Kind, i64), (usize, &Fields)),
) -> Result<Dossier, No> {
    let row = list::one(tx, site, (kind, number))?.ok_or(No::Absent)?;
    let matter = row.dossier.agenda().get(item).map(|item| item.matter.id).ok_or(No::Absent)?;
    let state = appeals::store::load(tx, site, matter)?.ok_or(No::Absent)?.state;
    let binds = state.disputed && state.is_open();
    let (to, words) = (typed.get("to").to_owned(), typed.get("words").to_owned());
    let due = day(typed, "due")?.ok_or_else(|| amiss("dossier_due", "due"))?;
    let route = day(typed, "route")?;
    let ruling = Ruling { item, to: to.clone(), words: words.clone(), day: due, due, route, binds, follow: Vec::new() };
    let done = files::execute(tx, site, (now, &mut *chance), (who, (kind, number), To::Rule(ruling)))?;
    if binds {
        let command = Command::Arbitrate { to: to.clone(), words };
        appeals::run::execute(tx, site, now, &Request { who: who.clone(), matter, seen: None, command })?;
    }
    if let Some(until) = route {
        let about = state.category.clone().zip(state.place.clone());
        let (category, place) = about.ok_or_else(|| amiss("dossier_route_what", "route"))?;
        let code = format!("{number}-{}", item + 1);
        let entry = Entry::Ruling(Route { code, category, place, office: to, until });
        directory::check(&site.directory(), &site.rules(), &entry)?;
        let Who::Staff { id, .. } = who else { return Err(Refusal::new("sign_in").instead("sign_in").into()) };
        directory::set(tx, site, (now, chance), Actor::Staff(*id), (&entry, "ruled"))?;
    }
    Ok(done)
}
