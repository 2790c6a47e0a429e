//! Publishing a corrected edition of a report, with the reason in words. What was published before stays.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::permit::{Act, Subject};
use civic::refusal::{No, Refusal};
use maud::html;
use oversight::edition::{self, New, Reason};
use oversight::reception::decide::WORDS_CHARS_MAX;

use crate::desk::admin::wrong;
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form};
use crate::kit::empty::empty;
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field, select};
use crate::link;
use crate::portal::assessment::known;
use crate::portal::reports::face;
use crate::report::{period_name, read};

/// Shows what was published, and the form.
pub async fn show(desk: Desk) -> Result<Response, Problem> {
    draw(&desk, (&Fields::default(), &Errors::default())).await
}

async fn draw(desk: &Desk, (typed, errors): (&Fields, &Errors)) -> Result<Response, Problem> {
    desk.permit(Act::PublishReport, &Subject::site())?;
    let lang = desk.lang();
    let periods: Vec<(String, String)> =
        known(&desk.app).await?.into_iter().map(|period| (period.clone(), period_name(lang, &period))).collect();
    let all = read::list(&desk.app).await?;
    let period = Field { name: "period", label: lang.t("board-period"), required: true, ..Field::default() };
    let note = Field {
        name: "note",
        label: lang.t("report-note"),
        hint: lang.t("report-note-hint"),
        input: Input::Area(4),
        required: true,
        chars_max: WORDS_CHARS_MAX,
        ..Field::default()
    };
    let body = html! {
        h1 { (lang.t("report-correct")) }
        p.lead { (lang.t("report-correct-lead")) }
        (summary(lang, errors))
        @if periods.is_empty() { (empty(&lang.t("report-none"), &lang.t("report-none-why"), &html! {})) }
        @else {
            form method="post" action=(link::DESK_REPORTS) {
                (select(lang, &period, &periods, typed, errors))
                (field(lang, &note, typed, errors))
                div.acts { button { (lang.t("report-publish")) } }
            }
            h2 { (lang.t("report-editions")) }
            ul.finds { @for listed in &all { li { (face(lang, listed)) } } }
        }
    };
    Ok(desk.page(&lang.t("report-correct"), &body))
}

/// Publishes it.
pub async fn act(desk: Desk, Form(sent): Form) -> Result<Response, Problem> {
    desk.permit(Act::PublishReport, &Subject::site())?;
    if desk.visit.switched {
        return draw(&desk, (&sent, &Errors::default())).await;
    }
    let period = sent.get("period").to_owned();
    if !read::is_period(&period) {
        return Err(Problem::Absent);
    }
    let later = || Refusal::new("figures_counting").instead("try_again");
    let snapshot = read::snapshot(&desk.app, &period).await?.ok_or_else(later)?;
    let key = desk.app.hall.site.keystore.take()?;
    let new = New { period: period.clone(), reason: Reason::Words, note: sent.get("note").to_owned(), snapshot };
    let who = desk.staff.who();
    match desk.write(move |tx, site, by| edition::publish(tx, site, by, (Some(&who), &new, &key)).map(drop)).await {
        Ok(()) => Ok(done(link::DESK_REPORTS, "edition_published")),
        Err(No::Refused(refusal)) if refusal.facts.iter().any(|(name, _)| *name == "field") => {
            let errors = wrong(desk.lang(), refusal.into())?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, (&sent, &errors)).await?).into_response())
        }
        Err(no) => Err(no.into()),
    }
}
