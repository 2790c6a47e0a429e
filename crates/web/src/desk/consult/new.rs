//! Putting a question to everybody.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::permit::Act;
use civic::refusal::{No, Refusal};
use civic::session;
use insight::consult::ask;
use insight::consult::consultation::Plan;
use insight::consult::decide::{GATHER, LINE_CHARS_MAX, THEMES, WORDS_CHARS_MAX, soonest};
use maud::html;

use super::own;
use crate::desk::admin::{place_options, wrong};
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form};
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field, select};
use crate::kit::shell::FORM;
use crate::link;

/// Shows the form.
pub async fn begin(desk: Desk) -> Result<Response, Problem> {
    desk.permit(Act::DecideConsultation, &own(&desk))?;
    let mut typed = Fields::default();
    typed.set("submit_key", session::token(&mut desk.app.chance()));
    let directory = desk.directory();
    typed.set("place", directory.offices.get(&desk.person().office).map(|office| office.place.clone()).unwrap_or_default());
    Ok(draw(&desk, (&typed, &Errors::default())))
}

/// Takes it.
pub async fn send(desk: Desk, Form(sent): Form) -> Result<Response, Problem> {
    desk.permit(Act::DecideConsultation, &own(&desk))?;
    if desk.visit.switched {
        return Ok(draw(&desk, (&sent, &Errors::default())));
    }
    match asked(&desk, &sent).await {
        Ok(number) => Ok(done(&link::desk_consult(number), "consult_asked")),
        Err(no) => {
            let errors = wrong(desk.lang(), no)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, (&sent, &errors))).into_response())
        }
    }
}

async fn asked(desk: &Desk, sent: &Fields) -> Result<i64, No> {
    let text = |name: &str| sent.get(name).to_owned();
    let until = sent.get("until").parse();
    let plan = Plan {
        office: desk.person().office.clone(),
        place: text("place"),
        theme: text("theme"),
        title: text("title"),
        question: text("question"),
        until: until.map_err(|_| Refusal::new("consult_date").with("field", "until").instead("correct_field"))?,
    };
    let (who, submit, key) = (desk.staff.who(), text("submit_key"), desk.app.hall.site.keystore.take()?);
    let consult = desk.write(move |tx, site, by| ask::ask(tx, site, by, (&who, (plan, &submit), &key))).await?;
    Ok(consult.number)
}

fn draw(desk: &Desk, (typed, errors): (&Fields, &Errors)) -> Response {
    let (lang, rules) = (desk.lang(), desk.app.hall.site.rules());
    let first = soonest(&rules, desk.app.today(), GATHER);
    let themes: Vec<(String, String)> =
        rules.grounds(THEMES).map(|theme| (theme.code.clone(), lang.pick(&theme.zh, &theme.en).to_owned())).collect();
    let line = |name, key: &str, chars_max| Field { name, label: lang.t(key), required: true, chars_max, ..Field::default() };
    let title_field = Field { hint: lang.t("consult-ask-title-hint"), ..line("title", "consult-ask-title", LINE_CHARS_MAX) };
    let question =
        Field { hint: lang.t("ask-question-hint"), input: Input::Area(6), ..line("question", "ask-question", WORDS_CHARS_MAX) };
    let until = Field {
        input: Input::Day,
        hint: lang.say("ask-until-hint", &[("first", first.to_string().into())]),
        ..line("until", "ask-until", 0)
    };
    let title = lang.t("desk-consult-new");
    let body = html! {
        h1 { (title) }
        p.lead { (lang.t("ask-lead")) }
        (summary(lang, errors))
        form id=(FORM) method="post" action=(link::DESK_CONSULT_NEW) data-once="" {
            input type="hidden" name="submit_key" value=(typed.get("submit_key"));
            (field(lang, &title_field, typed, errors))
            (field(lang, &question, typed, errors))
            (select(lang, &line("theme", "consult-theme", 0), &themes, typed, errors))
            (select(lang, &line("place", "ask-place", 0), &place_options(lang, &desk.directory()), typed, errors))
            (field(lang, &until, typed, errors))
            div.acts { button { (lang.t("ask-publish")) } a.button.second href=(link::DESK_CONSULT) { (lang.t("back")) } }
        }
    };
    desk.form_page(&title, (link::DESK_CONSULT_NEW.to_owned(), &body))
}
