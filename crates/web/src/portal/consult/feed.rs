//! What offices ask everybody and what became of it, for programs that people read news with (Atom, RFC 4287). What has not changed is not
//! sent again.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use insight::consult::Consultation;
use insight::consult::list;
use jiff::civil::Date;

use super::draw::asked_by;
use crate::api::etag;
use crate::app::App;
use crate::error::Problem;
use crate::link;
use crate::portal::news::plain;
use crate::visit::Visit;
use crate::words::{Lang, day};

/// Tells of them.
pub async fn show(State(app): State<App>, visit: Visit, headers: HeaderMap) -> Result<Response, Problem> {
    let site = app.hall.site.clone();
    let rows = app.hall.store.read(move |tx| list::newest(tx, &site, None)).await?;
    let (lang, base, origin) = (visit.lang, &visit.base, &app.hall.site.origin);
    let host = origin.split('/').next().unwrap_or(origin);
    let own = format!("{base}{}", visit.path);
    let when = |day: Date| format!("{day}T00:00:00Z");
    let entry = |shown: &Consultation| {
        format!(
            "<entry><id>tag:{},2026:consult/{}</id><title>{}</title><updated>{}</updated><published>{}</published>\
             <author><name>{}</name></author><link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\
             <content type=\"text\">{}</content></entry>\n",
            plain(host),
            shown.id,
            plain(&shown.plan.title),
            when(changed(shown)),
            when(shown.rounds.first().map_or(shown.until, |round| round.day)),
            plain(&asked_by(&app, lang, shown)),
            plain(&format!("{base}{}", link::consult(shown.number))),
            plain(&news(lang, shown)),
        )
    };
    let updated = rows.iter().map(|row| changed(&row.consult)).max().unwrap_or(Date::constant(1970, 1, 1));
    let entries: Vec<String> = rows.iter().map(|row| entry(&row.consult)).collect();
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n\
         <id>{}</id><title>{}</title><updated>{}</updated><author><name>{}</name></author>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/><link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n{}</feed>\n",
        lang.tag(),
        plain(&own),
        plain(&lang.t("consult-title")),
        when(updated),
        plain(&visit.site),
        plain(&own),
        plain(&format!("{base}{}", link::CONSULT)),
        entries.concat(),
    );
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/atom+xml; charset=utf-8"))];
    let mark = etag::mark(rows.len() as i64, &text);
    Ok(etag::answer(&headers, &mark, (kind, text).into_response()))
}

/// Returns the day of the newest that everybody should hear of.
fn changed(shown: &Consultation) -> Date {
    let days = shown
        .rounds
        .iter()
        .map(|round| round.day)
        .chain(shown.drafts.iter().map(|draft| draft.day))
        .chain(shown.decisions.iter().map(|decision| decision.day))
        .chain(shown.reports.iter().map(|report| report.day))
        .chain(shown.stopped.iter().map(|(_, day)| *day));
    days.max().unwrap_or(shown.until)
}

/// Says what is new.
fn news(lang: Lang, shown: &Consultation) -> String {
    let stage = lang.code("consult-stage", shown.stage.code());
    let words = match (shown.reports.last(), shown.decisions.last(), shown.drafts.last()) {
        _ if shown.stage.is_open() && shown.drafts.is_empty() => shown.plan.question.clone(),
        (Some(report), ..) if !shown.stage.is_open() => report.words.clone(),
        (_, Some(decision), _) if !shown.stage.is_open() => decision.words.clone(),
        (.., Some(draft)) => draft.words.clone(),
        _ => shown.plan.question.clone(),
    };
    let until =
        if shown.stage.is_open() { lang.say("consult-until", &[("day", day(lang, shown.until).into())]) } else { String::new() };
    format!("{stage} {until}\n{words}")
}
