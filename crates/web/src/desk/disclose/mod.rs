//! Handing one matter to a body that the law names, by two persons of those who watch and hold none: one asks with a ground
//! and words, another agrees, and whoever asked fetches it for an hour. The resident reads it on their own page.
//!
//! `paper` is what goes. There is no way to ask for more than one matter, and none to fetch a list.

mod paper;

use appeals::appeal::Part;
use appeals::disclose::{self, BODY_CHARS_MAX, Ready, Waiting, Wanted};
use appeals::{number, store, view};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::access::{Purpose, Reading};
use civic::permit::{self, Act, Subject};
use civic::refusal::{No, Refusal};
use civic::second::{self, Deed};
use civic::site::Site;
use db::{Fault, Tx};
use jiff::Timestamp;
use maud::{Markup, html};
use uuid::Uuid;

use super::admin::wrong;
use super::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form};
use crate::kit::Tone;
use crate::kit::choice::{Choice, Choices, choices};
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field, select};
use crate::kit::notice::notice;
use crate::kit::refusal::clause_words;
use crate::kit::table::{Table, table};
use crate::link;
use crate::portal::track::story::disclosed;
use crate::words::{Lang, moment};

/// Longest number that is read, in characters.
const NUMBER_CHARS_MAX: usize = 60;

/// Shows what waits, what may be fetched, and the form.
pub async fn show(desk: Desk) -> Result<Response, Problem> {
    desk.permit(Act::Disclose, &Subject::site())?;
    draw(&desk, &Fields::default(), &Errors::default()).await
}

/// Asks, agrees, or says no.
pub async fn run(desk: Desk, Form(fields): Form) -> Result<Response, Problem> {
    desk.permit(Act::Disclose, &Subject::site())?;
    match act(&desk, fields.clone()).await {
        Ok(()) => Ok(done(link::DISCLOSE, "saved")),
        Err(no) => {
            let errors = wrong(desk.lang(), no)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, &fields, &errors).await?).into_response())
        }
    }
}

async fn act(desk: &Desk, fields: Fields) -> Result<(), No> {
    let (who, by) = (desk.staff.who(), desk.staff.person.id);
    desk.write(move |tx, site, (now, chance)| match fields.get("act") {
        "ask" => {
            let unknown = || Refusal::new("number_unknown").with("field", "number").instead("check_number");
            let number = number::parse(fields.get("number")).ok_or_else(unknown)?;
            let row = store::by_number(tx, site.jurisdiction, &number)?.ok_or_else(unknown)?;
            checked(tx, site, &who, row.id)?;
            disclose::ask(tx, site, (now, chance), by, (row.id, wanted(&fields))).map(drop)
        }
        "decline" => disclose::decline(tx, site, now, id(&fields)?),
        "agree" => {
            let agreed = second::agree(tx, site, now, by, (id(&fields)?, Deed::Disclose))?;
            checked(tx, site, &who, agreed.asked().subject.parse().map_err(|_| No::Absent)?)?;
            disclose::agree(tx, site, (now, chance), &agreed)
        }
        _ => Err(No::Absent),
    })
    .await
}

/// Reads which request is meant.
fn id(fields: &Fields) -> Result<Uuid, No> {
    fields.get("id").parse().map_err(|_| No::Absent)
}

/// Reads the wish off the form.
fn wanted(fields: &Fields) -> Wanted {
    Wanted {
        body: fields.get("body").trim().to_owned(),
        ground: fields.get("ground").to_owned(),
        words: fields.get("words").trim().to_owned(),
        parts: fields.all("parts").filter_map(Part::parse).collect(),
        later: Some(fields.get("later").to_owned()).filter(|later| !later.is_empty()),
    }
}

/// Asks the permit for this very matter, so that nobody hands out a relative's or one they are kept from.
fn checked(tx: &mut Tx<'_>, site: &Site, who: &permit::Who, matter: Uuid) -> Result<(), No> {
    let loaded = store::load(tx, site, matter)?.ok_or(No::Absent)?;
    Ok(permit::may(&site.directory(), who, Act::Disclose, &loaded.state.subject()).map(drop)?)
}

/// Sends what two persons agreed to hand out: an entry of the access log first, then the paper, with the attachments where
/// they are part of it.
pub async fn take(desk: Desk, Form(fields): Form) -> Result<Response, Problem> {
    desk.permit(Act::Disclose, &Subject::site())?;
    let id = id(&fields)?;
    let (staff, office, session) = (desk.person().id, desk.person().office.clone(), desk.staff.session.id);
    let who = desk.staff.who();
    let ready = desk.write(move |tx, site, (now, _)| {
        let reader = Reading { staff, office, session, matter: Uuid::nil(), purpose: Purpose::Disclose };
        let ready = disclose::fetch(tx, site, now, (id, reader))?;
        checked(tx, site, &who, ready.matter)?;
        Ok(ready)
    });
    let ready = ready.await?;
    let (who, matter) = (desk.staff.who(), ready.matter);
    let personal = desk.read(move |tx, site, _| -> Result<_, No> {
        let loaded = store::load(tx, site, matter)?.ok_or(No::Absent)?;
        let permit = permit::may(&site.directory(), &who, Act::ReadPersonal, &loaded.state.subject())?;
        view::personal(tx, site, &permit, matter)?.ok_or(No::Absent)
    });
    paper::send(&desk, &ready, &personal.await?)
}

/// Is what the page shows.
struct Shown {
    waiting: Vec<Waiting>,
    ready: Vec<Ready>,
}

async fn draw(desk: &Desk, typed: &Fields, errors: &Errors) -> Result<Response, Problem> {
    let (lang, by) = (desk.lang(), desk.person().id);
    let look = move |tx: &mut Tx<'_>, site: &Site, now: Timestamp| -> Result<Shown, Fault> {
        Ok(Shown { waiting: disclose::waiting(tx, site, now)?, ready: disclose::fetchable(tx, site, (by, now))? })
    };
    let shown = desk.read(look).await?;
    let body = html! {
        h1 { (lang.t("nav-disclose")) }
        (notice(Tone::Plain, &lang.t("disclose-notice"), &html! { p { (lang.t("disclose-notice-why")) } }))
        (summary(lang, errors))
        @if !shown.ready.is_empty() { (ready(desk, &shown.ready)) }
        h2 { (lang.t("erase-waiting")) }
        @if shown.waiting.is_empty() { p.quiet { (lang.t("erase-none")) } }
        @else { (waiting(desk, &shown.waiting)) }
        h2 { (lang.t("disclose-ask")) }
        (form(desk, typed, errors))
    };
    Ok(desk.page(&lang.t("nav-disclose"), &body))
}

fn button(lang: Lang, (to, act, key): (&str, &str, &str), (id, second): (Uuid, bool)) -> Markup {
    html! {
        form.inline method="post" action=(to) {
            input type="hidden" name="act" value=(act);
            button.second[second] name="id" value=(id) { (lang.t(key)) }
        }
    }
}

fn ready(desk: &Desk, all: &[Ready]) -> Markup {
    let (lang, site) = (desk.lang(), &desk.app.hall.site);
    let row = |one: &Ready| {
        vec![
            html! { a href=(link::matter(&one.number)) { (one.number) } },
            html! { div { (disclosed(lang, site, &one.disclosure)) } },
            html! { (moment(lang, one.until, &site.zone)) },
            button(lang, (link::DISCLOSE_TAKE, "take", "disclose-take"), (one.id, false)),
        ]
    };
    let heads = ["erase-what", "disclose-what", "erase-until", "disclose-fetch"].map(|key| lang.t(key)).to_vec();
    html! {
        h2 { (lang.t("disclose-ready")) }
        p { (lang.t("disclose-ready-why")) }
        (table(&Table { caption: lang.t("disclose-ready"), heads, rows: all.iter().map(row).collect() }))
    }
}

fn waiting(desk: &Desk, all: &[Waiting]) -> Markup {
    let (lang, site, directory) = (desk.lang(), &desk.app.hall.site, desk.directory());
    let row = |Waiting { asked, number, disclosure }: &Waiting| {
        let own = asked.by == desk.person().id;
        vec![
            html! { a href=(link::matter(number)) { (number) } },
            html! { div { (disclosed(lang, site, disclosure)) } },
            html! { (directory.staff.get(&asked.by).map_or("", |staff| staff.name.as_str())) },
            html! { (moment(lang, asked.until, &site.zone)) },
            html! {
                div {
                    @if own { (button(lang, (link::DISCLOSE, "decline", "erase-take-back"), (asked.id, true))) }
                    @else {
                        (button(lang, (link::DISCLOSE, "agree", "disclose-agree"), (asked.id, false))) " "
                        (button(lang, (link::DISCLOSE, "decline", "erase-decline"), (asked.id, true)))
                    }
                }
            },
        ]
    };
    let heads = ["erase-what", "disclose-what", "erase-who", "erase-until", "erase-decide"].map(|key| lang.t(key)).to_vec();
    table(&Table { caption: lang.t("erase-waiting"), heads, rows: all.iter().map(row).collect() })
}

/// Lists the grounds of a list with their clauses, as options.
fn grounds(desk: &Desk, list: &str) -> Vec<(String, String)> {
    let (lang, rules) = (desk.lang(), desk.app.hall.site.rules());
    let option = |ground: &civic::rules::Ground| {
        let cited = clause_words(lang, &rules, &ground.clause);
        let name = lang.pick(&ground.zh, &ground.en);
        (ground.code.clone(), lang.say("disclose-ground", &[("name", name.into()), ("clause", cited.into())]))
    };
    rules.grounds(list).map(option).collect()
}

fn form(desk: &Desk, typed: &Fields, errors: &Errors) -> Markup {
    let lang = desk.lang();
    let line = |name, key: &str, hint: &str| Field {
        name,
        label: lang.t(key),
        hint: if hint.is_empty() { String::new() } else { lang.t(hint) },
        required: true,
        ..Field::default()
    };
    let number = Field { chars_max: NUMBER_CHARS_MAX, ..line("number", "field-number", "") };
    let body = Field { chars_max: BODY_CHARS_MAX, ..line("body", "disclose-body", "disclose-body-hint") };
    let ground = line("ground", "piece-ground", "disclose-ground-hint");
    let words = Field { input: Input::Area(4), ..line("words", "disclose-words", "disclose-words-hint") };
    let later = Field { required: false, depends: true, ..line("later", "disclose-later", "disclose-later-hint") };
    let parts = Part::ALL.iter().map(|part| Choice {
        value: part.code().to_owned(),
        title: lang.code("part", part.code()),
        hint: lang.code("part-hint", part.code()),
    });
    let parts =
        Choices { name: "parts", legend: lang.t("disclose-parts"), list: parts.collect(), several: true, ..Choices::default() };
    // nothing is chosen beforehand: a ground that stood there by itself would be nobody's reason
    let first = |key: &str, list| std::iter::once((String::new(), lang.t(key))).chain(grounds(desk, list)).collect::<Vec<_>>();
    html! {
        form method="post" action=(link::DISCLOSE) {
            input type="hidden" name="act" value="ask";
            (field(lang, &number, typed, errors))
            (field(lang, &body, typed, errors))
            (select(lang, &ground, &first("disclose-choose", disclose::GROUNDS), typed, errors))
            (field(lang, &words, typed, errors))
            (choices(&parts, typed, errors))
            (select(lang, &later, &first("disclose-at-once", disclose::LATER), typed, errors))
            div.acts { button { (lang.t("disclose-ask")) } }
        }
    }
}
