//! Updates of requests (the extension that FixMyStreet speaks): what happened to those that a program sent, for the program to tell its
//! residents, answers included; and what a resident adds through it.

use appeals::appeal::ReplyText;
use appeals::{Command, Event, run, shown, store};
use civic::directory::Scope;
use civic::permit::Who;
use civic::refusal::No;
use db::{Fault, Tx};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::doc::Node;
use super::fault::Wrong;
use super::list::{moment, span};
use super::{Answer, Ask};
use crate::words::Lang;

/// Updates in one answer, at most; whoever gets as many asks again from the last one on.
const UPDATES_MAX: usize = 1_000;
/// Requests opened at once.
const PAGE: i64 = 100;

/// Is one thing that happened.
struct Update {
    number: String,
    version: i64,
    at: Timestamp,
    event: Event,
}

/// Lists what happened between two instants to what the program sent, the oldest first.
pub(super) async fn list(ask: &Ask<'_>) -> Answer {
    let (client, (since, until)) = (ask.known(Scope::Follow)?, span(ask)?);
    let (site, id) = (ask.app.hall.site.clone(), client.id);
    let read = move |tx: &mut Tx<'_>| {
        let mut updates: Vec<Update> = Vec::new();
        let mut after = (since.saturating_sub(SignedDuration::from_micros(1)).unwrap_or(since), Uuid::max());
        loop {
            let changed = shown::changed(tx, &site, id, after, PAGE)?;
            for (matter, _) in &changed {
                if let Some(loaded) = store::load(tx, &site, *matter)? {
                    collect(&loaded, (since, until), &mut updates);
                }
            }
            let Some((matter, at)) = changed.last() else { break };
            if changed.len() < PAGE as usize || updates.len() >= UPDATES_MAX {
                break;
            }
            after = (*at, *matter);
        }
        Ok::<_, Fault>(updates)
    };
    let mut updates = ask.app.hall.store.read(read).await?;
    updates.sort_by(|one, other| (one.at, &one.number, one.version).cmp(&(other.at, &other.number, other.version)));
    updates.truncate(UPDATES_MAX);
    Ok(Node::List("request_update", updates.iter().filter_map(|update| node(ask, update)).collect()))
}

fn collect(loaded: &store::Loaded, (since, until): (Timestamp, Timestamp), updates: &mut Vec<Update>) {
    let within = loaded.events.iter().filter(|(stored, _)| (since..=until).contains(&stored.at));
    updates.extend(within.map(|(stored, event)| Update {
        number: loaded.state.number.clone(),
        version: stored.version,
        at: stored.at,
        event: event.clone(),
    }));
}

/// Writes an update. What concerns offices among themselves is none.
fn node(ask: &Ask<'_>, update: &Update) -> Option<Node> {
    let status = status(&update.event)?;
    let mut words = ask.lang.code("event", update.event.kind());
    if let Event::Replied { reply, .. } = &update.event {
        words = format!("{words}\n{}", text(ask.lang, reply));
    }
    Some(Node::Fields(vec![
        ("update_id", Node::text(format!("{}-{}", update.number, update.version))),
        ("service_request_id", Node::text(update.number.as_str())),
        ("status", Node::text(status)),
        ("updated_datetime", moment(&ask.app.hall.site, update.at)),
        ("description", Node::text(words)),
        ("media_url", Node::none()),
    ]))
}

/// Says in the extension's words where a request stands after an event.
fn status(event: &Event) -> Option<&'static str> {
    Some(match event {
        Event::Filed(_) => "OPEN",
        Event::Registered { .. } | Event::Accepted { .. } => "INVESTIGATING",
        Event::NotAccepted { .. } => "NOT_COUNCILS_RESPONSIBILITY",
        Event::Assigned { .. } => "INTERNAL_REFERRAL",
        Event::Taken { .. }
        | Event::Extended { .. }
        | Event::Paused { .. }
        | Event::Resumed { .. }
        | Event::SupplementAsked { .. } => "IN_PROGRESS",
        Event::Replied { .. } => "ACTION_SCHEDULED",
        Event::Reopened { .. } => "REOPEN",
        Event::Merged { .. } => "DUPLICATE",
        Event::Withdrawn => "CANCELLED",
        Event::Closed { .. } => "CLOSED",
        _ => return None,
    })
}

/// Writes an answer for its resident.
fn text(lang: Lang, reply: &ReplyText) -> String {
    let parts = [&reply.request, &reply.facts, &reply.opinion, &reply.way_on];
    let parts: Vec<&str> = parts.into_iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    format!("{}\n{}", parts.join("\n"), lang.t("open311-rate"))
}

/// Takes what a resident adds to a request of the program.
pub(super) async fn post(ask: &Ask<'_>) -> Answer {
    let client = ask.known(Scope::Send)?;
    let (number, words) = (ask.fields.get("service_request_id").to_owned(), ask.fields.get("description").to_owned());
    if number.is_empty() || words.is_empty() {
        let missing = |(name, text): &(&str, &String)| text.is_empty().then(|| format!("{name} is missing"));
        let errors = [("service_request_id", &number), ("description", &words)].iter().filter_map(missing).collect();
        return Err(Wrong { status: axum::http::StatusCode::BAD_REQUEST, errors });
    }
    let (site, asked, id) = (ask.app.hall.site.clone(), number.clone(), client.id);
    let found = ask.app.hall.store.read(move |tx| shown::one(tx, &site, Some(id), &asked)).await?;
    let own = found.filter(|one| one.client == Some(client.id));
    let own = own.ok_or_else(|| Wrong::absent(format!("service_request_id {number} was not found")))?;
    let command = Command::Supplement { words, files: Vec::new() };
    let request = run::Request { who: Who::Resident { matter: own.matter }, matter: own.matter, seen: None, command };
    let done = run::act(&ask.app.hall, request).await.map_err(|no: No| Wrong::of_no(ask.lang, &no))?;
    let update = Node::Fields(vec![("update_id", Node::text(format!("{number}-{}", done.state.version)))]);
    Ok(Node::List("request_update", vec![update]))
}
