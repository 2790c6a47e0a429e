//! The page of one matter. Its first line answers the only question people have: who has it now, and until when.

use std::collections::BTreeMap;
use std::sync::Arc;

use appeals::appeal::Promised;
use appeals::joined::Joined;
use appeals::run::SPOKESPERSON;
use appeals::sealed::pressed::ready;
use appeals::texted::short;
use appeals::view::Personal;
use appeals::{Stage, State as Standing};
use axum::extract::{Extension, State};
use axum::response::Response;
use civic::access::{self, Purpose};
use civic::exchange::reads::Elsewhere;
use civic::outbox::{self, Waiting};
use civic::site::Site;
use insight::consult::list::Carried;
use jiff::civil::Date;
use maud::{Markup, html};

use super::load::{Ahead, Found, Reported, load, permit, seed};
use super::{acts, danger, declined, joined, pressed, sealed, story};
use crate::app::App;
use crate::error::Problem;
use crate::extract::{Fields, Path, Query};
use crate::files;
use crate::kit::Tone;
use crate::kit::due::{DueView, due_line};
use crate::kit::errors::Errors;
use crate::kit::facts::facts;
use crate::kit::notice::{flash, notice};
use crate::kit::owner::owner_line;
use crate::kit::shell::Page;
use crate::kit::state::chip;
use crate::kit::table::{Table, table};
use crate::portal::consult;
use crate::portal::file::receipt_file;
use crate::session::Resident;
use crate::visit::Visit;
use crate::words::{Lang, day, moment};

/// Shows the matter.
pub async fn show(
    State(app): State<App>,
    visit: Visit,
    resident: Resident,
    Query(query): Query,
    ahead: Option<Extension<Ahead>>,
) -> Result<Response, Problem> {
    let lang = visit.lang;
    let done = Some(query.get("done")).filter(|done| acts::DONE.contains(done)).map(|done| lang.code("done", done));
    let found = match ahead {
        Some(Extension(Ahead(found))) => found,
        None => Arc::new(load(&app, &resident).await?),
    };
    let body = match &*found {
        Found::Matter(personal, reports, beside) => {
            let many = if beside.many { joined::of(&app, personal).await? } else { None };
            let many = (many.as_ref(), &beside.carried);
            html! {
                @if let Some(done) = done { (flash(Tone::Done, &done)) }
                (matter(&app, (lang, acts::grade(query.get("grade"))), &resident, (personal, reports, many)))
            }
        }
        Found::Sealed(own, told, reports) => sealed::draw(&app, lang, (own, told), reports),
    };
    Ok(Page::new(&visit, &lang.t("track-title")).show(&body))
}

fn matter(
    app: &App,
    (lang, chosen): (Lang, Option<u8>),
    resident: &Resident,
    (personal, reports, (many, carried)): (&Personal, &[Reported], (Option<&Joined>, &Carried)),
) -> Markup {
    let (site, state, filing) = (&app.hall.site, &personal.state, &personal.filing);
    let directory = site.directory();
    html! {
        p.quiet.code { (state.number) }
        h1 { (story::title(lang, state.kind)) " " (stage(lang, state.stage)) }
        (danger::told(app, lang, personal))
        @if state.stage == Stage::NotAccepted { (declined::draw(lang, site, (state, &personal.steps))) }
        @else if let Some(office) = directory.acting(now(site, state).as_str()) { (owner_line(lang, office, !state.is_open() && state.pending_review().is_none())) }
        @if state.is_open() { (due(app, lang, state)) }
        (promised(app, lang, state))
        (below_term(lang, site, state))
        (waiting(lang, site, state))
        (texts(app, lang, personal))
        (joined::draw(app, lang, state, many))
        (story::last_word(lang, &site.rules(), &personal.steps))
        (acts::draw(app, lang, resident, (personal, chosen)))
        (consult::carried(app, lang, resident, (personal, carried)))
        (pressed::draw(app, lang, (ready(site, state), reports), (&Fields::default(), &Errors::default())))
        h2 { (lang.t("track-steps")) }
        (story::draw(lang, site, &personal.steps))
        (pressed::questions(app, lang, (personal, reports)))
        h2 { (lang.t("track-words")) }
        (story::quote(&filing.what))
        @if let Some(first) = personal.steps.first() { (story::attachments(lang, (story::OWN_FILES, first.version), &filing.files)) }
        (facts(&[
            (lang.t("field-place"), html! { (place(lang, app, personal)) }),
            (lang.t("label-identity"), html! { (lang.code("identity", filing.identity.code())) }),
            (lang.t("label-contact"), html! { (filing.name) " " (filing.mobile) " " (filing.email) }),
        ]))
        h2 { (lang.t("track-readings")) }
        (readings(lang, site, (&personal.readings, &personal.elsewhere)))
        h2 { (lang.t("track-messages")) }
        (messages(lang, app, &personal.messages))
        (take_away(lang))
    }
}

/// Draws what can be taken away: the receipt, and everything.
pub(super) fn take_away(lang: Lang) -> Markup {
    html! {
        h2 { (lang.t("archive-title")) }
        p { (lang.t("archive-why")) }
        div.acts {
            a.button.second href="/track/archive" download { (lang.t("archive-take")) }
            a.button.second href="/track/receipt" download { (lang.t("receipt-download")) }
        }
    }
}

/// Draws the stage as a chip.
pub fn stage(lang: Lang, stage: Stage) -> Markup {
    let tone = match stage {
        Stage::Received | Stage::Registered | Stage::Accepted | Stage::Assigned | Stage::Handling => Tone::Way,
        Stage::Replied | Stage::FollowedUp | Stage::Closed => Tone::Done,
        Stage::NotAccepted => Tone::Late,
        Stage::Withdrawn => Tone::Plain,
    };
    chip(tone, &lang.code("stage", stage.code()))
}

fn due(app: &App, lang: Lang, state: &Standing) -> Markup {
    let (site, shown) = (&app.hall.site, state.shown_due());
    let rules = site.rules();
    if !state.owes_word() {
        return html! {};
    }
    let left = site.calendar().left(app.today(), shown.due.last);
    due_line(lang, &DueView { rules: &rules, due: &shown.due, left, rule: rules.find_term(&shown.term) })
}

/// Returns the office that has it now: while a review runs, the one that reviews.
pub fn now(site: &Site, state: &Standing) -> String {
    state.promise(&site.rules()).map_or_else(|| state.owner.clone(), |promise| promise.office.to_owned())
}

/// Says what will have happened by the day shown, and by whose hand; or that it has not.
fn promised(app: &App, lang: Lang, state: &Standing) -> Markup {
    let site = &app.hall.site;
    let (rules, directory) = (site.rules(), site.directory());
    let Some(promise) = state.promise(&rules) else { return html! {} };
    let office = story::office(lang, &directory, promise.office);
    let facts = [("office", office.into()), ("day", day(lang, promise.due.due.last).into())];
    let over = promise.due.due.last < app.today() && !state.clock_paused();
    let key = match promise.what {
        _ if over => "promised-missed",
        Promised::Acceptance => "promised-acceptance",
        Promised::Answer => "promised-answer",
        Promised::Review => "promised-review",
        Promised::Recheck => "promised-recheck",
    };
    html! { p { (lang.say(key, &facts)) } }
}

/// Says by when the site that it was handed to has to answer, there and here: beside the term, which runs on.
pub fn below_term(lang: Lang, site: &Site, state: &Standing) -> Markup {
    let Some(below) = state.below().filter(|_| state.owes_reply()) else { return html! {} };
    let name = || story::site_name(lang, &site.directory(), below.peer);
    let said = |key: &str, date: Date| lang.say(key, &[("site", name().into()), ("day", day(lang, date).into())]);
    html! {
        @if let Some(last) = below.last { p { (said("below-last", last)) } }
        @if let Some(back) = below.back.filter(|_| !below.answered) { p { (said("below-back", back)) } }
    }
}

/// Draws what waits for the resident.
fn waiting(lang: Lang, site: &Site, state: &Standing) -> Markup {
    html! {
        @if let Some(until) = state.supplement_until {
            (notice(Tone::Soon, &lang.t("waits-supplement"), &html! { p { (lang.say("story-until", &[("day", day(lang, until).into())])) } }))
        }
        @if let Some(until) = state.withdraw_until {
            (notice(Tone::Soon, &lang.t("waits-withdraw"), &html! { p { (lang.say("story-withdraw-until", &[("moment", moment(lang, until, &site.zone).into())])) } }))
        }
        @if state.merged_into.is_some() { (notice(Tone::Way, &lang.t("waits-merged"), &html! { p { (lang.t("waits-merged-why")) } })) }
    }
}

/// Says how to be told by short message, or that one is. Whoever named no telephone cannot be.
fn texts(app: &App, lang: Lang, personal: &Personal) -> Markup {
    let state = &personal.state;
    let can = state.is_open() && !personal.filing.mobile.is_empty() && state.way() == outbox::MAIL;
    html! {
        @if state.hears.texts { p.quiet { (lang.t("text-on")) } }
        @else if can { (text_hint(app, lang, &short(&app.hall.site, state.matter))) }
    }
}

/// Says what to send from the telephone that was left, to be told by short message; nothing where the site has none.
pub fn text_hint(app: &App, lang: Lang, short: &str) -> Markup {
    let words = format!("订{short}");
    html! {
        @if let Some(number) = &app.sms_number {
            p.quiet {
                (lang.say("text-hint", &[("words", words.as_str().into()), ("number", number.as_str().into())])) " "
                a href={ "sms:" (number) "?body=" (form_urlencoded::byte_serialize(words.as_bytes()).collect::<String>()) } { (lang.t("text-tap")) }
            }
        }
    }
}

pub(super) fn place(lang: Lang, app: &App, personal: &Personal) -> String {
    let directory = app.hall.site.directory();
    let place = personal.filing.place.as_ref().and_then(|code| directory.places.get(code));
    let name = place.map_or_else(|| lang.t("field-place-unknown"), |place| lang.pick(&place.name, &place.name_en).to_owned());
    format!("{name} {}", personal.filing.place_words)
}

/// Draws who read the personal part and what for; what lists showed is summed up by office.
pub fn readings(lang: Lang, site: &Site, (readings, elsewhere): (&[access::Entry], &[Elsewhere])) -> Markup {
    let directory = site.directory();
    if readings.is_empty() && elsewhere.is_empty() {
        return html! { p { (lang.t("track-readings-none")) } };
    }
    let heads = ["readings-when", "readings-who", "readings-why"].map(|key| lang.t(key)).to_vec();
    let (listed, opened): (Vec<_>, Vec<_>) = readings.iter().partition(|entry| entry.purpose == Purpose::List.code());
    let rows = opened.into_iter().map(|entry| {
        let name = directory.staff.get(&entry.staff).map_or_else(|| lang.t("who-staff"), |staff| staff.name.clone());
        vec![
            html! { (moment(lang, entry.at, &site.zone)) },
            html! { (story::office(lang, &directory, &entry.office)) " " (name) },
            html! { (lang.code("purpose", &entry.purpose)) },
        ]
    });
    let rows = rows.chain(lists(lang, site, &listed)).chain(told_elsewhere(lang, site, elsewhere)).collect();
    table(&Table { caption: lang.t("track-readings-caption"), heads, rows })
}

/// Draws who read it at other sites, by office and role; what lists showed there is told as well.
fn told_elsewhere(lang: Lang, site: &Site, elsewhere: &[Elsewhere]) -> Vec<Vec<Markup>> {
    let directory = site.directory();
    let row = |told: &Elsewhere| {
        let seen = &told.seen;
        let name = story::site_name(lang, &directory, told.peer);
        let name = if seen.site.is_empty() { name } else { seen.site.clone() };
        let role = if seen.role.is_empty() { lang.t("who-staff") } else { lang.code("role", &seen.role) };
        vec![
            html! { (moment(lang, seen.at, &site.zone)) },
            html! { (name) " · " (lang.pick(&seen.office, &seen.office_en)) " · " (role) },
            html! { (lang.code("purpose", &seen.purpose)) },
        ]
    };
    elsewhere.iter().map(row).collect()
}

/// Sums up by office on which days its lists showed the beginning of the text.
fn lists(lang: Lang, site: &Site, listed: &[&access::Entry]) -> Vec<Vec<Markup>> {
    let mut days: BTreeMap<&str, Vec<Date>> = BTreeMap::new();
    for entry in listed {
        days.entry(&entry.office).or_default().push(site.day(entry.at));
    }
    let row = |(office, days): (&str, Vec<Date>)| {
        let ends = days.iter().min().zip(days.iter().max());
        let when = match ends {
            Some((first, last)) if first < last => {
                let args = [("first", day(lang, *first).into()), ("last", day(lang, *last).into()), ("days", days.len().into())];
                lang.say("readings-days", &args)
            }
            _ => ends.map_or_else(String::new, |(first, _)| day(lang, *first)),
        };
        vec![html! { (when) }, html! { (story::office(lang, &site.directory(), office)) }, html! { (lang.t("purpose-list")) }]
    };
    days.into_iter().map(row).collect()
}

/// Draws the messages that were sent to the resident.
pub fn messages(lang: Lang, app: &App, messages: &[Waiting]) -> Markup {
    let zone = &app.hall.site.zone;
    // what waits on a site that sends no mail waits for ever, and is not called "waiting"
    let sending = |message: &Waiting| match (message.channel.as_str(), message.state.as_str()) {
        (outbox::MAIL, "waiting") if !app.writes_letters => lang.t("sending-unwritten"),
        (outbox::POST, "phone") => lang.t("sending-post"),
        (outbox::POST, "told") => lang.t("sending-posted"),
        (outbox::SMS, "waiting") if app.sms_number.is_none() => lang.t("sending-sms-unwritten"),
        (outbox::CHAT, "waiting") if app.chat.is_none() => lang.t("sending-chat-unwritten"),
        (outbox::CHAT, "failed") => lang.t("sending-chat-failed"),
        (outbox::CHAT, "unreachable") => lang.t("sending-chat-stopped"),
        (outbox::SMS, "returned") => lang.t("sending-sms-returned"),
        (outbox::SMS, "unreachable") => lang.t("sending-sms-stopped"),
        (_, state) => lang.code("sending", state),
    };
    let own: Vec<&Waiting> = messages
        .iter()
        .filter(|message| message.recipient == "resident" || message.recipient.starts_with(SPOKESPERSON))
        .collect();
    if own.is_empty() {
        return html! { p { (lang.t("track-messages-none")) } };
    }
    let heads = ["messages-when", "messages-what", "messages-state"].map(|key| lang.t(key)).to_vec();
    let rows = own.into_iter().map(|message| {
        vec![
            html! { (moment(lang, message.made_at, zone)) },
            html! { (lang.code("message", &message.template)) },
            html! { (sending(message)) },
        ]
    });
    table(&Table { caption: lang.t("track-messages-caption"), heads, rows: rows.collect() })
}

/// Hands out the receipt again: the same file, byte for byte.
pub async fn receipt(State(app): State<App>, resident: Resident) -> Result<Response, Problem> {
    let (site, matter) = (app.hall.site.clone(), resident.track.matter);
    match load(&app, &resident).await? {
        Found::Matter(personal, ..) => {
            let permit = permit(&app, &resident.who(), matter)?;
            let read = move |tx: &mut db::Tx<'_>| appeals::view::receipt(tx, &site, &permit, matter);
            let text = app.hall.store.read(read).await?.ok_or(Problem::Absent)?;
            Ok(receipt_file(&personal.state.number, text))
        }
        Found::Sealed(own, ..) => {
            let number = own.filing.number.clone();
            let text = app.hall.store.read(move |tx| appeals::sealed::receipt(tx, &site, &own)).await?;
            Ok(receipt_file(&number, text))
        }
    }
}

/// Shows an attachment of the own matter.
pub async fn file(
    State(app): State<App>,
    resident: Resident,
    Path((version, at)): Path<(i64, usize)>,
) -> Result<Response, Problem> {
    match load(&app, &resident).await? {
        Found::Matter(personal, ..) => {
            let step = personal.steps.iter().find(|step| step.version == version).ok_or(Problem::Absent)?;
            let files = step.event.files();
            let key = app.hall.site.keystore.get(personal.state.key_id)?.ok_or(Problem::Absent)?;
            files::serve(&app, &key, files.get(at).ok_or(Problem::Absent)?)
        }
        Found::Sealed(own, ..) => {
            drop(seed(&resident)?);
            files::serve(&app, &own.files_key()?, own.filing.files.get(at).ok_or(Problem::Absent)?)
        }
    }
}
