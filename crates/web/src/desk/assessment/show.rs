//! One office's sheet as the log says it now, with the way down to its items; and its objections, decided here by another office.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::permit::Act;
use civic::refusal::No;
use maud::{Markup, html};
use oversight::assessment::sheet::sheet;
use oversight::assessment::{Counts, Objection, run};
use oversight::reception::decide::WORDS_CHARS_MAX;

use super::{choices, live, period, sight};
use crate::desk::admin::wrong;
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form, Path, Query};
use crate::kit::errors::Errors;
use crate::kit::field::{Field, Input, field};
use crate::kit::print::slip;
use crate::link;
use crate::portal::assessment::{periods, signs};
use crate::portal::track::story;
use crate::report::assess::{self, Face};
use crate::report::{period_name, read};

/// Shows it.
pub async fn show(desk: Desk, Path(office): Path<String>, Query(query): Query) -> Result<Response, Problem> {
    let period = period(&desk, &query);
    draw(&desk, (&office, &period), (&Fields::default(), &Errors::default())).await
}

async fn draw(desk: &Desk, (office, period): (&str, &str), (typed, errors): (&Fields, &Errors)) -> Result<Response, Problem> {
    let seen = sight(desk)?;
    if !seen.contains(office) {
        return Err(Problem::Absent);
    }
    let (lang, rules) = (desk.lang(), desk.app.hall.site.rules());
    let snapshot = live(desk, period).await?;
    let nothing = || sheet(&snapshot.assessing, &Counts::new(), &Counts::new());
    let own = assess::all(&snapshot).remove(office).unwrap_or_else(nothing);
    let asked = office.to_owned();
    let objections = desk.read(move |tx, site, _| run::of_office(tx, site, &asked)).await?;
    let name = story::office(lang, &desk.directory(), office);
    let title = format!("{name} · {}", period_name(lang, period));
    let face = Face { lang, rules: &rules, assessing: &snapshot.assessing, sheet: &own };
    let choices = choices(desk).await?;
    let body = html! {
        p.no-print { a href=(link::DESK_ASSESSMENT) { (lang.t("assess-title")) } }
        h1 { (title) }
        p.lead { (lang.t("assess-live")) }
        div.no-print { (periods(lang, &choices, (period, &link::desk_assessment_of(office)))) }
        (slip(lang, &lang.t("assess-title"), &html! {
            h2 { (lang.say("assess-sheet", &[("office", name.as_str().into()), ("period", period_name(lang, period).into())])) }
            (face.draw(|measure| Some(link::desk_assessment_items((office, measure), period))))
            (signs(lang))
        }))
        (assess::objections(lang, (&rules, &snapshot.assessing), &objections, |one| decide(desk, one, (typed, errors))))
        p { a href=(link::assessment(office, period)) { (lang.t("assess-published")) } }
    };
    Ok(desk.page(&title, &body))
}

/// Asks an office of another line for its decision.
fn decide(desk: &Desk, one: &Objection, (typed, errors): (&Fields, &Errors)) -> Markup {
    let may = desk.permit(Act::DecideAssessment, &run::subject(&one.item.office)).is_ok();
    if one.decision.is_some() || !may {
        return html! {};
    }
    let lang = desk.lang();
    let again = typed.get("number") == one.number.to_string();
    let (typed, errors) = if again { (typed.clone(), errors.clone()) } else { (Fields::default(), Errors::default()) };
    let id = format!("words-{}", one.number);
    let words = Field {
        name: "words",
        id: &id,
        label: lang.t("assess-why"),
        hint: lang.t("assess-why-hint"),
        input: Input::Area(3),
        required: true,
        chars_max: WORDS_CHARS_MAX,
        ..Field::default()
    };
    html! {
        details open[again] {
            summary { (lang.t("assess-decide")) }
            form method="post" action=(link::desk_assessment(&one.item.office, &one.item.period)) {
                input type="hidden" name="number" value=(one.number);
                (field(lang, &words, &typed, &errors))
                div.acts { button name="upheld" value="yes" { (lang.t("assess-uphold")) } button.second name="upheld" value="no" { (lang.t("assess-reject")) } }
            }
        }
    }
}

/// Takes a decision.
pub async fn act(desk: Desk, Path(office): Path<String>, Query(query): Query, Form(sent): Form) -> Result<Response, Problem> {
    let period = period(&desk, &query);
    if desk.visit.switched {
        return draw(&desk, (&office, &period), (&sent, &Errors::default())).await;
    }
    let number: i64 = sent.get("number").parse().map_err(|_| Problem::Absent)?;
    let (who, words, upheld) = (desk.staff.who(), sent.get("words").to_owned(), sent.get("upheld") == "yes");
    let decided = desk.write(move |tx, site, by| run::decide(tx, site, by, (&who, number, (upheld, &words)))).await;
    match decided {
        Ok(objection) => {
            if upheld {
                read::after_objection(&desk.app, &objection.item.period).await?;
            }
            Ok(done(&link::desk_assessment(&objection.item.office, &objection.item.period), "assessment_decided"))
        }
        Err(No::Refused(refusal)) if refusal.facts.iter().any(|(name, _)| *name == "field") => {
            let errors = wrong(desk.lang(), refusal.into())?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, (&office, &period), (&sent, &errors)).await?).into_response())
        }
        Err(no) => Err(no.into()),
    }
}
