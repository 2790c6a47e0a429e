//! Doing to a post what was pressed, and answering.

use axum::response::Response;
use civic::refusal::{No, Refusal};
use forum::Kind;
use forum::post::{Command, Contact};
use forum::run::{self, Request};
use forum::words::{Typed, publishable};
use forum::write::{self, New};
use uuid::Uuid;

use super::permitted;
use super::topic::draw;
use crate::desk::admin::wrong;
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form, Path};
use crate::kit::errors::Errors;
use crate::link;
use crate::portal::forum::accuses;

/// Does it.
pub async fn act(desk: Desk, Path(id): Path<Uuid>, Form(sent): Form) -> Result<Response, Problem> {
    permitted(&desk)?;
    if desk.visit.switched {
        return draw(&desk, (id, None), (&sent, &Errors::default())).await;
    }
    let (answer, said) = match sent.get("act") {
        "answer" => (answered(&desk, id, &sent).await, "post_answered"),
        "correct" => (corrected(&desk, &sent).await, "post_corrected"),
        act => (moderated(&desk, act, &sent).await, "post_done"),
    };
    match answer {
        Ok(()) => Ok(done(&link::desk_topic(id), said)),
        Err(No::Refused(refusal)) if refusal.facts.iter().any(|(name, _)| *name == "field") => {
            let errors = wrong(desk.lang(), refusal.into())?;
            draw(&desk, (id, None), (&sent, &errors)).await
        }
        Err(no) => Err(no.into()),
    }
}

async fn moderated(desk: &Desk, act: &str, sent: &Fields) -> Result<(), No> {
    let text = |name: &str| sent.get(name).to_owned();
    let (ground, words) = (text("ground"), text("words"));
    let command = match act {
        "publish" => Command::Publish,
        "leave" => Command::Leave { words },
        "hide" => Command::Hide { ground, words },
        "lock" => Command::Lock { ground, words },
        "unlock" => Command::Unlock { words },
        "decide" => Command::Decide { stays: sent.get("stays") != "0", words },
        "move" => {
            let (directory, rules) = (desk.directory(), desk.app.hall.site.rules());
            let known = directory.places.contains_key(sent.get("place"))
                && rules.category(sent.get("theme")).is_some()
                && directory.offices.get(sent.get("to")).is_some_and(|office| directory.open(office));
            if !known {
                return Err(Refusal::new("post_place").with("field", "place").instead("correct_field").into());
            }
            Command::Move { ground, words, place: text("place"), theme: text("theme"), to: text("to") }
        }
        _ => return Err(No::Absent),
    };
    let post: Uuid = sent.get("post").parse().map_err(|_| No::Absent)?;
    let request = Request { who: desk.staff.who(), post, seen: sent.get("seen").parse().ok(), command };
    desk.write(move |tx, site, by| run::execute(tx, site, by, &request).map(drop)).await
}

/// Gives a published answer of the own office other words: a new edition with its reason; the old one can still be read.
async fn corrected(desk: &Desk, sent: &Fields) -> Result<(), No> {
    let typed = Typed { text: sent.get("text").to_owned(), ..Typed::default() };
    let accuses = accuses(&desk.app, &typed);
    let words = publishable(&desk.directory(), &typed, false)?;
    let post: Uuid = sent.get("post").parse().map_err(|_| No::Absent)?;
    let command = Command::Edit { words, reason: sent.get("words").to_owned(), accuses };
    let request = Request { who: desk.staff.who(), post, seen: sent.get("seen").parse().ok(), command };
    desk.write(move |tx, site, by| run::execute(tx, site, by, &request).map(drop)).await
}

async fn answered(desk: &Desk, topic: Uuid, sent: &Fields) -> Result<(), No> {
    let typed = Typed { text: sent.get("text").to_owned(), ..Typed::default() };
    let new = New {
        kind: Kind::Answer,
        topic: Some(topic),
        place: String::new(),
        theme: String::new(),
        office: desk.person().office.clone(),
        head: sent.has("head"),
        accuses: accuses(&desk.app, &typed),
        typed,
        contact: Contact::default(),
        submit_key: sent.get("submit_key").to_owned(),
    };
    let ready = write::prepare(&desk.app.hall.site, new)?;
    let who = desk.staff.who();
    desk.write(move |tx, site, by| write::write(tx, site, by, (&ready, Some(&who))).map(drop)).await
}
