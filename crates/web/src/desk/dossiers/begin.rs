//! Opening a file: which office, what about, until when; and what its kind asks for.

use std::sync::Arc;

use appeals::State;
use appeals::exchange::levels::stuck;
use appeals::supervise::draw::{self, From};
use appeals::supervise::list::disputes;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::directory::{Role, Staff};
use civic::permit::{Act, Subject, Who};
use civic::refusal::{No, Refusal};
use civic::site::Site;
use db::{Fault, Tx};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use maud::{Markup, html};
use oversight::dossier::decide::{ADVICE, LINE_CHARS_MAX, TRIGGERS, WORDS_CHARS_MAX};
use oversight::dossier::state::{Filter, Item, Named};
use oversight::dossier::{Kind, Opening, What, run};
use uuid::Uuid;

use super::{known, matter};
use crate::desk::admin::{place_options, wrong};
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form, Path};
use crate::kit::choice::{Choice, Choices, choices};
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field, select};
use crate::kit::shell::FORM;
use crate::link;
use crate::portal::track::story::{office, site_name};
use crate::words::Lang;

/// Tells whether this person may open files of a kind; of which office is asked again when one is opened.
pub fn offers(desk: &Desk, kind: Kind) -> bool {
    let leads = desk.permit(Act::LeadSupervision, &Subject { owner: desk.person().office.clone(), ..Subject::default() }).is_ok();
    desk.permit(Act::Supervise, &Subject::site()).is_ok() || (leads && matches!(kind, Kind::Conference | Kind::Case))
}

fn asked(desk: &Desk, kind: Kind) -> Result<(), Problem> {
    if offers(desk, kind) {
        Ok(())
    } else {
        Err(Refusal::new("not_your_role").with("act", Act::Supervise.code()).instead("ask_office_head").into())
    }
}

/// Shows an empty form.
pub async fn show(desk: Desk, Path(kind): Path<String>) -> Result<Response, Problem> {
    let kind = known(&kind)?;
    asked(&desk, kind)?;
    form(&desk, kind, (&Fields::default(), &Errors::default())).await
}

/// Opens it.
pub async fn send(desk: Desk, Path(kind): Path<String>, Form(sent): Form) -> Result<Response, Problem> {
    let kind = known(&kind)?;
    asked(&desk, kind)?;
    if desk.visit.switched {
        return form(&desk, kind, (&sent, &Errors::default())).await;
    }
    let begun = async {
        let (who, key, typed) = (desk.staff.who(), desk.app.hall.site.keystore.take()?, sent.clone());
        desk.write(move |tx, site, (now, chance)| {
            let opening = opening(tx, site, (now, &who), (kind, &typed))?;
            run::begin(tx, site, (now, chance), (&who, opening, &key))
        })
        .await
    };
    match begun.await {
        Ok(dossier) => Ok(done(&link::dossier(kind, dossier.number), "dossier_opened")),
        Err(No::Refused(refusal)) if refusal.facts.iter().any(|(name, _)| *name == "field") => {
            let errors = wrong(desk.lang(), refusal.into())?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, form(&desk, kind, (&sent, &errors)).await?).into_response())
        }
        Err(no) => Err(no.into()),
    }
}

fn amiss(code: &'static str, field: &str) -> No {
    Refusal::new(code).with("field", field).instead("correct_field").into()
}

fn date(typed: &Fields, name: &str) -> Result<Date, No> {
    typed.get(name).parse().map_err(|_| amiss("dossier_due", name))
}

/// Reads a time that may be missing, as people type it.
fn time(typed: &Fields) -> Result<Option<Time>, No> {
    let text = typed.get("time").trim().replace('：', ":");
    if text.is_empty() {
        return Ok(None);
    }
    let read = || {
        let (hour, minute) = text.split_once(':')?;
        Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
    };
    read().map(Some).ok_or_else(|| amiss("reception_time", "time"))
}

fn named(tx: &mut Tx<'_>, site: &Site, who: &Who, number: &str) -> Result<Option<Named>, No> {
    if number.trim().is_empty() {
        return Ok(None);
    }
    let state = matter(tx, site, who, number)?.state;
    Ok(Some(Named { id: state.matter, number: state.number.clone() }))
}

/// Reads a form; matters are found, and drawn, in the writer.
fn opening(tx: &mut Tx<'_>, site: &Site, (now, who): (Timestamp, &Who), (kind, typed): (Kind, &Fields)) -> Result<Opening, No> {
    typed.iter().try_for_each(|(_, text)| appeals::decide::labels(text))?;
    let text = |name: &str| typed.get(name).to_owned();
    let today = site.day(now);
    let (mut office, mut due) = (text("office"), today);
    let what = match kind {
        Kind::Task => {
            due = date(typed, "due")?;
            task(tx, site, who, (typed, &mut office))?
        }
        Kind::Case => {
            due = date(typed, "due")?;
            let leader: Uuid = typed.get("leader").parse().map_err(|_| amiss("dossier_leader", "leader"))?;
            let state = matter(tx, site, who, typed.get("matter"))?.state;
            office.clone_from(&state.owner);
            What::Case { leader, matter: Named { id: state.matter, number: state.number.clone() } }
        }
        Kind::Advice => What::Advice { ground: text("ground"), matter: named(tx, site, who, typed.get("matter"))? },
        Kind::Account => {
            let person = typed.get("person").parse().ok();
            What::Account { ground: text("ground"), person, matter: named(tx, site, who, typed.get("matter"))? }
        }
        Kind::Conference => conference(tx, site, who, (typed, &mut office))?,
    };
    Ok(Opening { title: text("title"), words: text("words"), office, due, what })
}

/// Draws the matters of a task.
fn task(tx: &mut Tx<'_>, site: &Site, who: &Who, (typed, office): (&Fields, &mut String)) -> Result<What, No> {
    let most = site.rules().term("site.task_sample").value as usize;
    let many: usize =
        typed.get("many").parse().ok().filter(|many| (1..=most).contains(many)).ok_or_else(|| {
            No::from(Refusal::new("dossier_many").with("field", "many").with("max", most).instead("correct_field"))
        })?;
    let filter = Filter {
        category: typed.get("category").to_owned(),
        place: typed.get("place").to_owned(),
        office: office.clone(),
        from: date(typed, "from")?,
        to: date(typed, "to")?,
    };
    let from = From { category: &filter.category, place: &filter.place, office: &filter.office, days: (filter.from, filter.to) };
    let drawn = draw::draw(tx, site, who, (&from, many))?;
    if office.is_empty() {
        let own =
            if let Who::Staff { id, .. } = who { site.directory().staff.get(id).map(|staff| staff.office.clone()) } else { None };
        *office = own.unwrap_or_default();
    }
    let list = drawn.drawn.into_iter().map(|(id, number)| Named { id, number }).collect();
    Ok(What::Task { special: typed.has("special"), filter, seed: drawn.seed, of: drawn.of, drawn: list })
}

/// Puts the agenda together: what was ticked of the disputes, and what was typed besides.
fn conference(tx: &mut Tx<'_>, site: &Site, who: &Who, (typed, office): (&Fields, &mut String)) -> Result<What, No> {
    let chair: Uuid = typed.get("chair").parse().map_err(|_| amiss("dossier_leader", "chair"))?;
    let directory = site.directory();
    let leads = directory.staff.get(&chair).filter(|staff| staff.is(Role::Leader));
    office.clone_from(&leads.ok_or_else(|| amiss("dossier_leader", "chair"))?.office);
    let (mut agenda, most): (Vec<Item>, u32) = (Vec::new(), site.rules().term("site.returns_max").value);
    let ticked = typed.all("agenda").map(|number| (number, false)).chain(typed.all("between").map(|number| (number, true)));
    let more = typed
        .get("levels")
        .split([' ', '\n', '\r', ',', '，', '、'])
        .filter(|part| !part.is_empty())
        .map(|number| (number, true));
    for (number, levels) in ticked.chain(more) {
        let state =
            matter(tx, site, who, number).map_err(|no| if levels { amiss("dossier_matter", "levels") } else { no })?.state;
        let why = if levels && !state.disputed {
            "3_levels"
        } else if state.returns > most {
            "2_third"
        } else {
            "1_dispute"
        };
        let known = agenda.iter().any(|item| item.matter.id == state.matter);
        if !known {
            let matter = Named { id: state.matter, number: state.number.clone() };
            agenda.push(Item { matter, why: why.to_owned(), papers: String::new() });
        }
    }
    let members = typed.all("members").map(str::to_owned).collect();
    let (date, time, venue) = (date(typed, "date")?, time(typed)?, typed.get("venue").to_owned());
    Ok(What::Conference { date, time, venue, chair, members, agenda })
}

/// Draws the form of a kind.
async fn form(desk: &Desk, kind: Kind, (typed, errors): (&Fields, &Errors)) -> Result<Response, Problem> {
    let lang = desk.lang();
    let title = lang.code("dossier-new", kind.code());
    let own = match kind {
        Kind::Task => task_fields(desk, (typed, errors)),
        Kind::Case => html! {
            (field(lang, &line(lang, "matter", "dossier-matter"), typed, errors))
            (select(lang, &pick(lang, "leader", "dossier-leader"), &leaders(desk), typed, errors))
            (field(lang, &day(lang, "due", "dossier-until"), typed, errors))
        },
        Kind::Advice | Kind::Account => answering_fields(desk, kind, (typed, errors)),
        Kind::Conference => {
            let (who, today) = (desk.staff.who(), desk.app.today());
            let read = desk.read(move |tx, site, _| {
                let found = disputes(tx, site, &who)?;
                Ok::<_, Fault>((found, stuck(tx, site, (&who, today))?))
            });
            let (found, between) = read.await?;
            conference_fields(desk, (&found, &between), (typed, errors))
        }
    };
    let words = Field { input: Input::Area(6), chars_max: WORDS_CHARS_MAX, ..line(lang, "words", "dossier-words") };
    let words = Field { hint: lang.code("dossier-hint", kind.code()), ..words };
    let body = html! {
        h1 { (title) }
        p.lead { (lang.code("dossier-lead", kind.code())) }
        (summary(lang, errors))
        form id=(FORM) method="post" action=(link::dossier_new(kind)) data-once="" {
            (field(lang, &Field { chars_max: LINE_CHARS_MAX, ..line(lang, "title", "dossier-title") }, typed, errors))
            (field(lang, &words, typed, errors))
            (own)
            div.acts { button { (title) } a.button.second href=(link::dossiers(kind)) { (lang.t("back")) } }
        }
    };
    Ok(desk.form_page(&title, (link::dossier_new(kind), &body)))
}

fn line<'a>(lang: Lang, name: &'a str, label: &str) -> Field<'a> {
    Field { name, label: lang.t(label), required: true, chars_max: LINE_CHARS_MAX, ..Field::default() }
}

fn pick<'a>(lang: Lang, name: &'a str, label: &str) -> Field<'a> {
    Field { chars_max: 0, ..line(lang, name, label) }
}

fn day<'a>(lang: Lang, name: &'a str, label: &str) -> Field<'a> {
    Field { input: Input::Day, chars_max: 0, ..line(lang, name, label) }
}

/// Lists the open offices, with a first line for all or for none.
pub(super) fn offices(desk: &Desk, first: &str) -> Vec<(String, String)> {
    let (lang, directory) = (desk.lang(), desk.directory());
    let open = directory.offices.values().filter(|office| directory.open(office));
    let all = open.map(|own| (own.code.clone(), lang.pick(&own.name, &own.name_en).to_owned()));
    std::iter::once((String::new(), lang.t(first))).chain(all).collect()
}

fn leaders(desk: &Desk) -> Vec<(String, String)> {
    people(desk, |staff| staff.is(Role::Leader))
}

fn people(desk: &Desk, fits: impl Fn(&Staff) -> bool) -> Vec<(String, String)> {
    let (lang, directory) = (desk.lang(), desk.directory());
    let all = directory.staff.values().filter(|staff| staff.active && fits(staff));
    let named = all.map(|staff| {
        (staff.id.to_string(), format!("{} · {} {}", office(lang, &directory, &staff.office), staff.name, staff.title))
    });
    let mut named: Vec<(String, String)> = named.collect();
    named.sort_by(|one, other| one.1.cmp(&other.1));
    named.insert(0, (String::new(), lang.t("piece-choose")));
    named
}

fn grounds(desk: &Desk, list: &str) -> Vec<(String, String)> {
    let (lang, rules) = (desk.lang(), desk.app.hall.site.rules());
    let all = rules.grounds(list).map(|row| (row.code.clone(), lang.pick(&row.zh, &row.en).to_owned()));
    std::iter::once((String::new(), lang.t("piece-choose"))).chain(all).collect()
}

fn task_fields(desk: &Desk, (typed, errors): (&Fields, &Errors)) -> Markup {
    let (lang, rules) = (desk.lang(), desk.app.hall.site.rules());
    let all = |key: &str| (String::new(), lang.t(key));
    let categories = rules.categories().map(|row| (row.code.clone(), format!("{} {}", row.code, lang.pick(&row.zh, &row.en))));
    let categories: Vec<(String, String)> = std::iter::once(all("dossier-all")).chain(categories).collect();
    let places: Vec<(String, String)> =
        std::iter::once(all("dossier-all")).chain(place_options(lang, &desk.directory())).collect();
    let free = |name: &'static str, label: &str| Field { required: false, ..pick(lang, name, label) };
    let most = i64::from(rules.term("site.task_sample").value);
    let many = Field {
        input: Input::Digits,
        chars_max: 3,
        hint: lang.say("dossier-many-hint", &[("max", most.into())]),
        ..line(lang, "many", "dossier-many")
    };
    html! {
        label.check { input type="checkbox" name="special" value="1" checked[typed.has("special")]; (lang.t("dossier-special")) }
        (select(lang, &free("category", "dossier-category"), &categories, typed, errors))
        (select(lang, &free("place", "dossier-place"), &places, typed, errors))
        (select(lang, &free("office", "dossier-office-of"), &offices(desk, "dossier-all"), typed, errors))
        (field(lang, &day(lang, "from", "dossier-from"), typed, errors))
        (field(lang, &day(lang, "to", "dossier-to"), typed, errors))
        (field(lang, &many, typed, errors))
        (field(lang, &day(lang, "due", "dossier-until"), typed, errors))
    }
}

fn answering_fields(desk: &Desk, kind: Kind, (typed, errors): (&Fields, &Errors)) -> Markup {
    let lang = desk.lang();
    let (list, label) = if kind == Kind::Advice { (ADVICE, "dossier-which") } else { (TRIGGERS, "dossier-trigger") };
    let matter = Field { required: false, hint: lang.t("dossier-matter-hint"), ..line(lang, "matter", "dossier-matter") };
    let person = Field { required: false, hint: lang.t("dossier-person-hint"), ..pick(lang, "person", "dossier-person") };
    html! {
        (select(lang, &pick(lang, "ground", label), &grounds(desk, list), typed, errors))
        (select(lang, &pick(lang, "office", "dossier-office"), &offices(desk, "piece-choose"), typed, errors))
        @if kind == Kind::Account {
            (select(lang, &person, &people(desk, |staff| [Role::Officer, Role::OfficeHead, Role::Leader].iter().any(|role| staff.is(*role))), typed, errors))
        }
        (field(lang, &matter, typed, errors))
    }
}

/// Says how a matter stands between two levels.
fn between_levels(desk: &Desk, state: &State) -> String {
    let (lang, directory) = (desk.lang(), desk.directory());
    let below = state.below();
    let key = match (state.above(), below) {
        (Some(above), _) if above.sent_back => "dossier-level-ours-not",
        (_, Some(below)) if below.sent_back || below.last.is_none() && below.stands.is_some() => "dossier-level-theirs-not",
        _ => "dossier-level-late",
    };
    let peer = state.above().map(|above| above.sent.peer).filter(|_| below.is_none()).or(below.map(|below| below.peer));
    let site = peer.map(|peer| site_name(lang, &directory, peer)).unwrap_or_default();
    lang.say(key, &[("site", site.into()), ("office", office(lang, &directory, &state.owner).into())])
}

fn conference_fields(
    desk: &Desk,
    (found, between): (&[Arc<State>], &[Arc<State>]),
    (typed, errors): (&Fields, &Errors),
) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    let open = directory.offices.values().filter(|office| directory.open(office));
    let offices = open.map(|own| Choice {
        value: own.code.clone(),
        title: lang.pick(&own.name, &own.name_en).to_owned(),
        hint: String::new(),
    });
    let members = Choices {
        name: "members",
        legend: lang.t("dossier-members"),
        hint: lang.t("dossier-members-hint"),
        list: offices.collect(),
        several: true,
    };
    let point = |state: &Arc<State>| Choice {
        value: state.number.clone(),
        title: state.number.clone(),
        hint: lang.say(
            "dossier-point",
            &[
                ("kind", lang.code("kind", state.kind.code()).into()),
                ("office", office(lang, &directory, &state.owner).into()),
                ("count", i64::from(state.returns).into()),
            ],
        ),
    };
    let agenda = Choices {
        name: "agenda",
        legend: lang.t("dossier-agenda"),
        hint: lang.t("dossier-agenda-hint"),
        list: found.iter().map(point).collect(),
        several: true,
    };
    let level = |state: &Arc<State>| {
        let (value, title) = (state.number.clone(), state.number.clone());
        Choice { value, title, hint: between_levels(desk, state) }
    };
    let own = |state: &&Arc<State>| !found.iter().any(|known| known.matter == state.matter);
    let between = Choices {
        name: "between",
        legend: lang.t("dossier-between"),
        hint: lang.t("dossier-between-hint"),
        list: between.iter().filter(own).map(level).collect(),
        several: true,
    };
    let levels = Field {
        required: false,
        hint: lang.t("dossier-levels-hint"),
        input: Input::Area(2),
        ..line(lang, "levels", "dossier-levels")
    };
    html! {
        (field(lang, &day(lang, "date", "dossier-date"), typed, errors))
        (field(lang, &Field { required: false, chars_max: 5, hint: lang.t("plan-from-hint"), ..line(lang, "time", "dossier-time") }, typed, errors))
        (field(lang, &line(lang, "venue", "dossier-venue"), typed, errors))
        (select(lang, &pick(lang, "chair", "dossier-chair"), &leaders(desk), typed, errors))
        @if found.is_empty() { p.quiet { (lang.t("dossier-agenda-none")) } } @else { (choices(&agenda, typed, errors)) }
        @if !between.list.is_empty() { (choices(&between, typed, errors)) }
        (field(lang, &levels, typed, errors))
        (choices(&members, typed, errors))
    }
}
