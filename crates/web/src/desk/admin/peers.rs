//! Other sites that matters are handed to, or come from (对接站): our own card for them, theirs, how it stands with each, and what they refused.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::chance;
use civic::directory::{Directory, Entry, Peer};
use civic::exchange::{self, Contact, Standing, reads};
use civic::refusal::No;
use jiff::Timestamp;
use maud::{Markup, html};
use uuid::Uuid;

use super::Administrator;
use super::set::{mark, set, wrong};
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form};
use crate::kit::Tone;
use crate::kit::choice::{Choice, Choices, choices};
use crate::kit::empty::empty;
use crate::kit::errors::{Errors, summary};
use crate::kit::facts::facts;
use crate::kit::field::{Field, field, select};
use crate::kit::notice::notice;
use crate::link;
use crate::words::moment;

/// Longest name, in characters.
const NAME_CHARS_MAX: usize = 80;
/// Longest address or key, in characters.
const LINE_CHARS_MAX: usize = 500;
/// Matters shown of which another site refused a step.
const STUCK_MAX: i64 = 20;
/// Says that a site stands above.
const ABOVE: &str = "above";

/// Words of troubles that pages put into words; others are statuses.
pub const TROUBLES: &[&str] = &["timeout", "unreachable", "certificate", "unsigned", "nothing_taken"];

/// Is another site, and how it stands with it.
struct Seen {
    peer: Peer,
    contact: Contact,
    standing: Standing,
    stuck: Vec<(Uuid, i64, String)>,
    /// Readings that wait, and grades that were told: the grade, and how many.
    reads: i64,
    grades: Vec<(i64, i64)>,
}

/// Shows the sites and the form.
pub async fn show(Administrator(desk): Administrator) -> Result<Response, Problem> {
    draw(&desk, (&Fields::default(), &Errors::default())).await
}

/// Adds a site, stops or resumes one, tries one, or has what was refused sent once more.
pub async fn save(Administrator(desk): Administrator, Form(fields): Form) -> Result<Response, Problem> {
    let answer = match fields.get("act") {
        "try" => {
            try_out(&desk, &fields).await?;
            return Ok(done(link::ADMIN_PEERS, "peer_tried"));
        }
        "again" => {
            again(&desk, &fields).await?;
            return Ok(done(link::ADMIN_PEERS, "again"));
        }
        "switch" => switch(&desk, &fields).await,
        "move" => moved(&desk, &fields).await,
        _ => add(&desk, &fields).await,
    };
    match answer {
        Ok(()) => Ok(done(link::ADMIN_PEERS, "saved")),
        Err(no) => {
            let errors = wrong(desk.lang(), no)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, (&fields, &errors)).await?).into_response())
        }
    }
}

async fn add(desk: &Desk, fields: &Fields) -> Result<(), No> {
    let text = |name: &str| fields.get(name).trim().to_owned();
    let above = fields.get("side") == ABOVE;
    let peer = Peer {
        id: chance::id_plain(&mut desk.app.chance()),
        name: text("name"),
        name_en: text("name_en"),
        address: text("address").trim_end_matches('/').to_owned(),
        key: text("key"),
        above,
        office: Some(text("office")).filter(|office| above && !office.is_empty()),
        active: true,
    };
    set(desk, &mark(None), Entry::Peer(peer), "added").await
}

fn chosen(desk: &Desk, fields: &Fields) -> Result<Peer, No> {
    let id: Uuid = fields.get("peer").parse().map_err(|_| No::Absent)?;
    desk.directory().peers.get(&id).cloned().ok_or(No::Absent)
}

async fn switch(desk: &Desk, fields: &Fields) -> Result<(), No> {
    let peer = chosen(desk, fields)?;
    let (seen, active) = (mark(Some(&Entry::Peer(peer.clone()))), !peer.active);
    set(desk, &seen, Entry::Peer(Peer { active, ..peer }), if active { "resumed" } else { "stopped" }).await
}

/// Notes that a site is reached elsewhere now; its key is the same, or it would be another site.
async fn moved(desk: &Desk, fields: &Fields) -> Result<(), No> {
    let peer = chosen(desk, fields)?;
    let seen = mark(Some(&Entry::Peer(peer.clone())));
    let address = fields.get("address").trim().trim_end_matches('/').to_owned();
    set(desk, &seen, Entry::Peer(Peer { address, ..peer }), "moved").await
}

async fn try_out(desk: &Desk, fields: &Fields) -> Result<(), Problem> {
    let (jurisdiction, id) = (desk.app.hall.site.jurisdiction, chosen(desk, fields)?.id);
    Ok(desk.app.hall.store.write(move |tx| exchange::try_out(tx, jurisdiction, id)).await?)
}

async fn again(desk: &Desk, fields: &Fields) -> Result<(), Problem> {
    let (jurisdiction, id) = (desk.app.hall.site.jurisdiction, chosen(desk, fields)?.id);
    Ok(desk
        .app
        .hall
        .store
        .write(move |tx| {
            exchange::anew(tx, jurisdiction, id)?;
            reads::anew(tx, jurisdiction, id).map(drop)
        })
        .await?)
}

async fn look(desk: &Desk) -> Result<Vec<Seen>, Problem> {
    let mut peers: Vec<Peer> = desk.directory().peers.values().cloned().collect();
    peers.sort_by(|one, other| other.active.cmp(&one.active).then_with(|| one.name.cmp(&other.name)));
    let jurisdiction = desk.app.hall.site.jurisdiction;
    let read = move |tx: &mut db::Tx<'_>| {
        let seen = peers.into_iter().map(|peer| {
            let contact = exchange::find(tx, jurisdiction, peer.id)?;
            let standing = exchange::stands(tx, jurisdiction, peer.id)?;
            let mut stuck = exchange::stuck(tx, jurisdiction, peer.id, STUCK_MAX)?;
            stuck.extend(reads::stuck(tx, jurisdiction, peer.id, STUCK_MAX)?);
            let (waiting, grades) = (reads::many_waiting(tx, jurisdiction, peer.id)?, reads::grades(tx, jurisdiction, peer.id)?);
            Ok(Seen { peer, contact, standing, stuck, reads: waiting, grades })
        });
        seen.collect::<Result<Vec<_>, db::Fault>>()
    };
    Ok(desk.app.hall.store.read(read).await?)
}

/// Draws what another site has to know of us: its administrator types it in there.
fn own_card(desk: &Desk) -> Markup {
    let (lang, key) = (desk.lang(), exchange::public_key(&desk.app.hall.site));
    let rows = vec![
        (lang.t("peer-key"), html! { code { (key) } }),
        (lang.t("peer-fingerprint"), html! { strong { (exchange::fingerprint(&key)) } }),
    ];
    html! {
        section aria-labelledby="own-card" {
            h2 #own-card { (lang.t("peer-own")) }
            p { (lang.t("peer-own-why")) }
            (facts(&rows))
        }
    }
}

/// Draws one site.
fn card(desk: &Desk, seen: &Seen) -> Markup {
    let (lang, peer) = (desk.lang(), &seen.peer);
    let directory = desk.directory();
    let side = lang.t(if peer.above { "peer-above" } else { "peer-below" });
    let mut rows = vec![
        (lang.t("peer-address"), html! { code { (peer.address) } }),
        (lang.t("peer-fingerprint"), html! { (exchange::fingerprint(&peer.key)) }),
    ];
    if let Some(office) = peer.office.as_ref().and_then(|code| directory.offices.get(code)) {
        rows.push((lang.t("peer-office"), html! { (lang.pick(&office.name, &office.name_en)) }));
    }
    rows.push((lang.t("peer-stands"), stands(desk, seen)));
    if !seen.grades.is_empty() {
        let each = |(grade, many): &(i64, i64)| {
            lang.say("peer-grade", &[("grade", lang.code("grade", &grade.to_string()).into()), ("count", (*many).into())])
        };
        rows.push((lang.t("peer-grades"), html! { ul.plain-list { @for one in &seen.grades { li { (each(one)) } } } }));
    }
    html! {
        section aria-labelledby={ "peer-" (peer.id) } {
            h3 id={ "peer-" (peer.id) } { (lang.pick(&peer.name, &peer.name_en)) " " span.quiet { (side) @if !peer.active { " · " (lang.t("peer-stopped")) } } }
            (troubles(desk, seen))
            (facts(&rows))
            details {
                summary { (lang.t("peer-move")) }
                (elsewhere(desk, peer))
            }
            @if peer.active { (presses(desk, peer, &[("try", "peer-try"), ("switch", "peer-stop")])) }
            @else { (presses(desk, peer, &[("switch", "peer-resume")])) }
        }
    }
}

/// Asks where a site is reached now.
fn elsewhere(desk: &Desk, peer: &Peer) -> Markup {
    let lang = desk.lang();
    let id = format!("address-{}", peer.id);
    let address = Field {
        name: "address",
        id: &id,
        label: lang.t("peer-address"),
        hint: lang.t("peer-address-hint"),
        required: true,
        chars_max: LINE_CHARS_MAX,
        ..Field::default()
    };
    let mut typed = Fields::default();
    typed.push("address", &peer.address);
    html! {
        form method="post" action=(link::ADMIN_PEERS) {
            input type="hidden" name="act" value="move";
            (field(lang, &address, &typed, &Errors::default()))
            input type="hidden" name="peer" value=(peer.id);
            button.second { (lang.t("save")) }
        }
    }
}

/// Draws what can be done to a site: one form, so that the buttons stand in a row.
fn presses(desk: &Desk, peer: &Peer, acts: &[(&str, &str)]) -> Markup {
    html! {
        form.acts method="post" action=(link::ADMIN_PEERS) {
            input type="hidden" name="peer" value=(peer.id);
            @for (act, words) in acts {
                @let words = desk.lang().t(words);
                button.second name="act" value=(act) { (words) span.unseen { (peer.name) } }
            }
        }
    }
}

/// Says what was told, what waits, and when both sides were last heard and compared.
fn stands(desk: &Desk, seen: &Seen) -> Markup {
    let (lang, zone) = (desk.lang(), &desk.app.hall.site.zone);
    let at = |when: Timestamp| moment(lang, when, zone);
    let never = |when: Option<Timestamp>| when.map_or_else(|| lang.t("peer-never"), at);
    let Contact { reached_at, heard_at, compared_at, trial, .. } = &seen.contact;
    html! {
        p { (lang.say("peer-counts", &[("sent", seen.standing.sent.into()), ("waiting", seen.standing.waiting.into())])) }
        @if seen.reads > 0 { p.quiet { (lang.say("peer-reads", &[("count", seen.reads.into())])) } }
        @if let Some(oldest) = seen.standing.oldest { p.quiet { (lang.say("peer-oldest", &[("moment", at(oldest).into())])) } }
        p.quiet { (lang.say("peer-last", &[("reached", never(*reached_at).into()), ("heard", never(*heard_at).into())])) }
        p.quiet { (lang.say("peer-compared", &[("moment", never(*compared_at).into())])) }
        @if *trial { p.quiet { (lang.t("hook-trial")) } }
    }
}

/// Says what stands in the way, and what the other side refused.
fn troubles(desk: &Desk, seen: &Seen) -> Markup {
    let (lang, zone) = (desk.lang(), &desk.app.hall.site.zone);
    let why = |code: &str| match TROUBLES.iter().find(|known| **known == code) {
        Some(known) => lang.code("peer-why", known),
        None => lang.say("hook-why-status", &[("status", code.into())]),
    };
    html! {
        @if let Some((code, since)) = &seen.contact.trouble {
            @let since = moment(lang, *since, zone);
            (notice(Tone::Late, &lang.say("peer-trouble", &[("why", why(code).into()), ("moment", since.into())]), &html! { p { (lang.t("peer-trouble-why")) } }))
        }
        @if seen.contact.ahead > 0 {
            (notice(Tone::Late, &lang.say("peer-ahead", &[("count", seen.contact.ahead.into())]), &html! { p { (lang.t("peer-ahead-why")) } }))
        }
        @if !seen.stuck.is_empty() {
            (notice(Tone::Soon, &lang.say("peer-stuck", &[("count", seen.stuck.len().into())]), &html! {
                p { (lang.t("peer-stuck-why")) }
                ul.plain-list { @for (_, n, why) in &seen.stuck { li { (lang.say("peer-stuck-one", &[("step", (*n).into()), ("code", why.as_str().into())])) } } }
                (presses(desk, &seen.peer, &[("again", "peer-again")]))
            }))
        }
    }
}

async fn draw(desk: &Desk, (typed, errors): (&Fields, &Errors)) -> Result<Response, Problem> {
    let (lang, directory) = (desk.lang(), desk.directory());
    let all = look(desk).await?;
    let body = html! {
        h1 { (lang.t("admin-peers")) }
        p.quiet { (lang.t("peer-why")) }
        @if all.is_empty() { (empty(&lang.t("peer-none"), &lang.t("peer-none-why"), &html! {})) }
        @for seen in &all { (card(desk, seen)) }
        (own_card(desk))
        h2 { (lang.t("peer-add")) }
        (summary(lang, errors))
        form method="post" action=(link::ADMIN_PEERS) {
            (asked(desk, &directory, (typed, errors)))
            div.acts { button { (lang.t("peer-add")) } a.button.second href=(link::ADMIN) { (lang.t("back")) } }
        }
    };
    Ok(desk.page(&lang.t("admin-peers"), &body))
}

/// Asks for what the other site's own page shows.
fn asked(desk: &Desk, directory: &Directory, (typed, errors): (&Fields, &Errors)) -> Markup {
    let lang = desk.lang();
    let line = |name: &'static str, (label, hint): (&str, &str), (required, chars_max): (bool, usize)| Field {
        name,
        label: lang.t(label),
        hint: lang.t(hint),
        required,
        chars_max,
        ..Field::default()
    };
    let name = line("name", ("peer-name", "peer-name-hint"), (true, NAME_CHARS_MAX));
    let name_en = Field { name: "name_en", label: lang.t("peer-name-en"), chars_max: NAME_CHARS_MAX, ..Field::default() };
    let address = line("address", ("peer-address", "peer-address-hint"), (true, LINE_CHARS_MAX));
    let key = line("key", ("peer-key", "peer-key-hint"), (true, LINE_CHARS_MAX));
    let office = line("office", ("peer-office", "peer-office-hint"), (false, 0));
    let sides = [(ABOVE, "peer-above", "peer-above-hint"), ("below", "peer-below", "peer-below-hint")];
    let sides = Choices {
        name: "side",
        legend: lang.t("peer-side"),
        list: sides
            .map(|(value, title, hint)| Choice { value: value.to_owned(), title: lang.t(title), hint: lang.t(hint) })
            .to_vec(),
        ..Choices::default()
    };
    let open = directory.offices.values().filter(|office| directory.open(office));
    let named = open.map(|own| (own.code.clone(), lang.pick(&own.name, &own.name_en).to_owned()));
    let offices: Vec<(String, String)> = std::iter::once((String::new(), lang.t("peer-office-place"))).chain(named).collect();
    html! {
        (field(lang, &name, typed, errors))
        (field(lang, &name_en, typed, errors))
        (choices(&sides, typed, errors))
        (field(lang, &address, typed, errors))
        (field(lang, &key, typed, errors))
        (select(lang, &office, &offices, typed, errors))
    }
}
