//! The offices whose sheets somebody sees, in the order of their codes, and the objections that wait for a decision.

use axum::response::Response;
use civic::permit::Act;
use maud::html;
use oversight::assessment::run;
use oversight::edition::CLASSES;

use super::{choices, live, period, sight};
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::Query;
use crate::kit::empty::empty;
use crate::link;
use crate::portal::assessment::periods;
use crate::portal::track::story::office;
use crate::report::assess::{self, grade};
use crate::report::period_name;
use crate::words::day;

/// Shows it.
pub async fn show(desk: Desk, Query(query): Query) -> Result<Response, Problem> {
    let seen = sight(&desk)?;
    let (lang, period, directory) = (desk.lang(), period(&desk, &query), desk.directory());
    let snapshot = live(&desk, &period).await?;
    let mut sheets = assess::all(&snapshot);
    sheets.retain(|office, _| seen.contains(office));
    let waiting = desk.read(|tx, site, _| run::open(tx, site)).await?;
    let decides = |office: &str| desk.permit(Act::DecideAssessment, &run::subject(office)).is_ok();
    let waiting: Vec<_> = waiting.into_iter().filter(|one| decides(&one.item.office)).collect();
    let of = |class: &str| {
        let named = |office: &str| snapshot.offices.get(office).is_some_and(|named| named.class == class);
        sheets.iter().filter(|(office, _)| named(office)).collect::<Vec<_>>()
    };
    let body = html! {
        h1 { (lang.t("assess-title")) }
        p.lead { (lang.t("assess-desk-lead")) }
        (periods(lang, &choices(&desk).await?, (&period, link::DESK_ASSESSMENT)))
        @if !waiting.is_empty() {
            h2 { (lang.t("assess-waiting")) }
            ul.finds {
                @for one in &waiting {
                    li {
                        a.find href=(link::desk_assessment(&one.item.office, &one.item.period)) { strong { (office(lang, &directory, &one.item.office)) } " · " (period_name(lang, &one.item.period)) }
                        p.quiet { (lang.say("assess-until", &[("day", day(lang, one.due).into())])) }
                    }
                }
            }
        }
        @if sheets.is_empty() { (empty(&lang.t("assess-none-yet"), &lang.t("assess-none-yet-why"), &html! {})) }
        @for class in CLASSES {
            @let own = of(class);
            @if !own.is_empty() {
                h2 { (lang.code("class", class)) }
                ul.finds {
                    @for (code, sheet) in own {
                        li {
                            a.find href=(link::desk_assessment(code, &period)) data-row="" { strong { (office(lang, &directory, code)) } }
                            p { (grade(lang, &snapshot.assessing, sheet)) }
                        }
                    }
                }
            }
        }
        p.quiet { (lang.t("assess-no-league")) }
        @if desk.permit(Act::PublishReport, &civic::permit::Subject::site()).is_ok() { p { a href=(link::DESK_REPORTS) { (lang.t("report-correct")) } } }
        p { a href=(link::ASSESSMENT) { (lang.t("assess-published")) } }
    };
    Ok(desk.page(&lang.t("assess-title"), &body))
}
