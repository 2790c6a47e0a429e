//! A joint conference on paper and in calendars: its minutes as PDF, with the same contents as its page, and its invitation as iCalendar.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use jiff::ToSpan;
use maud::{Markup, html};
use oversight::dossier::state::{Item, Ruling};
use oversight::dossier::{Dossier, Kind, What, decide, list, run};
use oversight::ics::{Entry, When, calendar};

use super::known;
use super::show::name;
use crate::api::etag;
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::Path;
use crate::link;
use crate::portal::track::story::office;
use crate::take::paper::{self, Chapter, Paper};
use crate::words::{Lang, day};

/// Names the writer of an invitation (RFC 5545, 3.7.3).
const PRODUCT: &str = "-//Minsheng//Joint conference//ZH";
/// How long a conference is taken to last in a calendar, in hours.
const HOURS: i64 = 2;

/// Leads to both.
pub(super) fn ways(lang: Lang, number: i64) -> Markup {
    html! {
        p.take.no-print {
            (lang.t("take-as"))
            " " a href=(link::dossier_as(Kind::Conference, number, "minutes")) { (lang.t("dossier-minutes")) }
            " " a href=(link::dossier_as(Kind::Conference, number, "invitation")) { (lang.t("dossier-invitation")) }
        }
    }
}

/// Finds a conference, as far as this person may see it.
async fn find(desk: &Desk, (kind, number): (String, i64)) -> Result<Dossier, Problem> {
    let kind = known(&kind).ok().filter(|kind| *kind == Kind::Conference).ok_or(Problem::Absent)?;
    let one = desk.read(move |tx, site, _| list::one(tx, site, (kind, number))).await?.ok_or(Problem::Absent)?.dossier;
    run::sees(&desk.directory(), &desk.staff.who(), &one)?;
    Ok(one)
}

/// Answers with the minutes.
pub async fn paper(desk: Desk, Path(of): Path<(String, i64)>) -> Result<Response, Problem> {
    let one = find(&desk, of).await?;
    let lang = desk.lang();
    let name = format!("conference-{}", one.number);
    let title = lang.say("dossier-minutes-of", &[("title", one.opening.title.as_str().into())]);
    let about = lang.say("dossier-number", &[("number", one.number.into()), ("day", day(lang, one.day).into())]);
    let paper = Paper { lang, title, about, chapters: chapters(&desk, &one), sheets: Vec::new() };
    paper::of(&desk.app, name, paper).await
}

fn chapters(desk: &Desk, one: &Dossier) -> Vec<Chapter> {
    let lang = desk.lang();
    let mut all = vec![Chapter { title: lang.t("dossier-met"), words: met(desk, one) }];
    let points = one.agenda().iter().enumerate().map(|(at, item)| point(desk, one, (at, item)));
    all.extend(points);
    if let Some((words, on)) = &one.ended {
        let title = lang.say("dossier-ended", &[("day", day(lang, *on).into())]);
        all.push(Chapter { title, words: vec![words.clone()] });
    }
    all.push(Chapter {
        title: lang.t("dossier-signed"),
        words: vec![lang.t("dossier-sign-chair"), lang.t("dossier-sign-clerk")],
    });
    all
}

/// Says who met, where, when, and whether that made a conference.
fn met(desk: &Desk, one: &Dossier) -> Vec<String> {
    let (lang, directory) = (desk.lang(), desk.directory());
    let What::Conference { venue, chair, members, .. } = &one.opening.what else { return Vec::new() };
    let percent = desk.app.hall.site.rules().term(decide::QUORUM).value;
    let named = |codes: &[String]| {
        let all: Vec<String> = codes.iter().map(|code| office(lang, &directory, code)).collect();
        if all.is_empty() { lang.t("dossier-came-none") } else { all.join(&lang.t("list-comma")) }
    };
    let quorate = if one.quorate(percent) { "dossier-quorate" } else { "dossier-not-quorate" };
    let counted = [("count", one.attended.len().into()), ("of", members.len().into()), ("percent", i64::from(percent).into())];
    let line = |key: &str, value: String| lang.say("dossier-line", &[("what", lang.t(key).into()), ("value", value.into())]);
    vec![
        line("dossier-date", when_words(lang, one)),
        line("dossier-venue", venue.clone()),
        line("dossier-chair", name(desk, *chair)),
        line("dossier-members", named(members)),
        line("dossier-came", named(&one.attended)),
        lang.say(quorate, &counted),
        one.opening.words.clone(),
    ]
}

fn when_words(lang: Lang, one: &Dossier) -> String {
    let What::Conference { date, time, .. } = &one.opening.what else { return String::new() };
    let clock = time.map_or_else(String::new, |time| format!(" {}", time.strftime("%H:%M")));
    format!("{}{clock}", day(lang, *date))
}

/// Writes down one point: the matter, why it was there, what was prepared, what was ruled and what became of it.
fn point(desk: &Desk, one: &Dossier, (at, item): (usize, &Item)) -> Chapter {
    let (lang, rules) = (desk.lang(), desk.app.hall.site.rules());
    let why = rules.ground(decide::AGENDA, &item.why).map_or_else(String::new, |row| lang.pick(&row.zh, &row.en).to_owned());
    let title = lang.say("dossier-point-of", &[("at", (at + 1).into()), ("number", item.matter.number.as_str().into())]);
    let mut words = vec![why, item.papers.clone()];
    match one.rulings.iter().find(|ruling| ruling.item == at) {
        Some(ruling) => words.extend(ruled(desk, ruling)),
        None => words.push(lang.t("dossier-not-ruled")),
    }
    Chapter { title, words: words.into_iter().filter(|line| !line.is_empty()).collect() }
}

fn ruled(desk: &Desk, ruling: &Ruling) -> Vec<String> {
    let (lang, directory) = (desk.lang(), desk.directory());
    let facts = [
        ("office", office(lang, &directory, &ruling.to).into()),
        ("day", day(lang, ruling.day).into()),
        ("due", day(lang, ruling.due).into()),
    ];
    let mut words = vec![lang.say("dossier-ruled", &facts), ruling.words.clone()];
    if ruling.binds {
        words.push(lang.t("dossier-binds"));
    }
    words.extend(ruling.route.map(|until| lang.say("dossier-routes", &[("day", day(lang, until).into())])));
    for note in &ruling.follow {
        let key = if note.good { "dossier-kept" } else { "dossier-not-yet" };
        words.push(format!("{} {}", day(lang, note.day), lang.t(key)));
        words.push(note.words.clone());
    }
    words
}

/// Answers with the invitation.
pub async fn invitation(desk: Desk, headers: HeaderMap, Path(of): Path<(String, i64)>) -> Result<Response, Problem> {
    let one = find(&desk, of).await?;
    let (lang, site, directory) = (desk.lang(), &desk.app.hall.site, desk.directory());
    let What::Conference { date, time, venue, members, .. } = &one.opening.what else { return Err(Problem::Absent) };
    let begins = time.and_then(|time| date.to_datetime(time).to_zoned_datetime(site.zone.clone()).ok()).map(|at| at.timestamp());
    let when = match begins {
        Some(from) => When::Between(from, from.checked_add(HOURS.hours()).unwrap_or(from)),
        None => When::Day(*date),
    };
    let named: Vec<String> = members.iter().map(|code| office(lang, &directory, code)).collect();
    let invited = lang
        .say("dossier-line", &[("what", lang.t("dossier-members").into()), ("value", named.join(&lang.t("list-comma")).into())]);
    let entry = Entry {
        id: one.id,
        version: one.version,
        when,
        cancelled: false,
        title: one.opening.title.clone(),
        words: format!("{}\n{invited}", one.opening.words),
        place: venue.clone(),
        address: format!("{}{}", desk.visit.base, link::dossier(Kind::Conference, one.number)),
    };
    let host = site.origin.split('/').next().unwrap_or(&site.origin);
    let text = calendar((PRODUCT, &lang.code("dossier-kind", Kind::Conference.code()), host), &[entry]);
    let kind = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"conference.ics\"")),
    ];
    let mark = etag::mark(one.version, &text);
    Ok(etag::answer(&headers, &mark, (kind, text).into_response()))
}
