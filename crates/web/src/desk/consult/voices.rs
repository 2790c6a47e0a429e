//! Typing in what people said who were asked: on visits, at meetings, in talks, on questionnaires, by telephone, at a counter. At a meeting many
//! speak: each line is a voice of its own. Whoever said it takes the code home.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::directory::Role;
use civic::permit::{Act, Subject};
use civic::refusal::{No, Refusal};
use civic::session;
use insight::consult::Consultation;
use insight::consult::list;
use insight::consult::speak::{self, Done, New};
use insight::consult::voice::Way;
use jiff::civil::Date;
use maud::{Markup, html};

use crate::desk::admin::wrong;
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::{Fields, Form, Path};
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field, select};
use crate::kit::print::slip;
use crate::kit::shell::FORM;
use crate::link;
use crate::portal::consult::gave_lines;
use crate::portal::forum::accuses;

/// Voices typed in at once.
const AT_ONCE_MAX: usize = 40;
/// Longest form, in characters.
const FORM_CHARS_MAX: usize = 20_000;

/// Shows the form.
pub async fn begin(desk: Desk, Path(number): Path<i64>) -> Result<Response, Problem> {
    let consult = find(&desk, number).await?;
    let mut typed = Fields::default();
    typed.set("submit_key", session::token(&mut desk.app.chance()));
    typed.set("day", desk.app.today().to_string());
    if desk.person().is(Role::HotlineOperator) {
        typed.set("way", Way::Phone.code());
    }
    Ok(draw(&desk, &consult, (&typed, &Errors::default())))
}

async fn find(desk: &Desk, number: i64) -> Result<Consultation, Problem> {
    desk.permit(Act::TakeVoice, &Subject::site())?;
    let row = desk.read(move |tx, site, _| list::by_number(tx, site, number)).await?;
    Ok(row.ok_or(Problem::Absent)?.consult)
}

/// Takes them.
pub async fn send(desk: Desk, Path(number): Path<i64>, Form(sent): Form) -> Result<Response, Problem> {
    let consult = find(&desk, number).await?;
    if desk.visit.switched {
        return Ok(draw(&desk, &consult, (&sent, &Errors::default())));
    }
    match typed(&desk, (&consult, &sent)).await {
        Ok(all) => Ok(taken(&desk, &consult, &all)),
        Err(no) => {
            let errors = wrong(desk.lang(), no)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, &consult, (&sent, &errors))).into_response())
        }
    }
}

/// Gives all of them in one transaction; the same form again gets the same answer.
async fn typed(desk: &Desk, (consult, sent): (&Consultation, &Fields)) -> Result<Vec<Done>, No> {
    let amiss = |code: &'static str, field: &str| No::from(Refusal::new(code).with("field", field).instead("correct_field"));
    let way = Way::parse(sent.get("way")).filter(|way| way.is_typed()).ok_or_else(|| amiss("voice_way", "way"))?;
    let day: Date = sent.get("day").parse().map_err(|_| amiss("consult_date", "day"))?;
    let present = match sent.get("present").trim() {
        "" => 0,
        text => text.parse().map_err(|_| amiss("voice_present", "present"))?,
    };
    let whole = [sent.get("words")];
    let many = matches!(way, Way::Meeting | Way::Visit | Way::Talk | Way::Survey);
    let lines: Vec<&str> = if many { sent.get("words").lines().collect() } else { whole.to_vec() };
    let lines: Vec<&str> = lines.into_iter().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        return Err(amiss("consult_words", "words"));
    }
    if lines.len() > AT_ONCE_MAX {
        return Err(Refusal::new("voice_many").with("field", "words").with("max", AT_ONCE_MAX).instead("correct_field").into());
    }
    let mut ready = Vec::with_capacity(lines.len());
    for (at, words) in lines.iter().enumerate() {
        let read = forum::words::Typed { text: (*words).to_owned(), ..forum::words::Typed::default() };
        let new = New {
            consult: consult.id,
            way,
            words: (*words).to_owned(),
            day: Some(day),
            present,
            mobile: if lines.len() == 1 { sent.get("mobile").to_owned() } else { String::new() },
            language: desk.lang().tag().to_owned(),
            submit_key: format!("{}-{at}", sent.get("submit_key")),
            source: None,
            accuses: accuses(&desk.app, &read),
        };
        ready.push(speak::prepare(&desk.app.hall.site, new)?);
    }
    let who = desk.staff.who();
    desk.write(move |tx, site, (now, chance)| {
        let give = |one: &speak::Ready| speak::speak(tx, site, (now, &mut *chance), (one, Some(&who)));
        ready.iter().map(give).collect()
    })
    .await
}

fn taken(desk: &Desk, consult: &Consultation, all: &[Done]) -> Response {
    let lang = desk.lang();
    let title = lang.say("voices-taken", &[("count", all.len().into())]);
    let body = html! {
        h1 { (title) }
        p { (lang.t("voices-taken-why")) }
        @for done in all { (slip(lang, &lang.t("voice-given"), &gave_lines(lang, done))) }
        p { a href=(link::desk_consult_voices(consult.number)) { (lang.t("voices-more")) } " · " a href=(link::DESK_CONSULT) { (lang.t("nav-consult")) } }
    };
    desk.page(&title, &body)
}

fn draw(desk: &Desk, consult: &Consultation, (typed, errors): (&Fields, &Errors)) -> Response {
    let (lang, to) = (desk.lang(), link::desk_consult_voices(consult.number));
    let title = lang.t("desk-consult-type");
    let body = html! {
        h1 { (title) }
        p.lead { (consult.plan.title) }
        p { (consult.plan.question) }
        (summary(lang, errors))
        form id=(FORM) method="post" action=(to) data-once="" {
            input type="hidden" name="submit_key" value=(typed.get("submit_key"));
            (fields(desk, (typed, errors)))
            div.acts { button { (lang.t("voices-send")) } a.button.second href=(link::DESK_CONSULT) { (lang.t("back")) } }
        }
    };
    desk.form_page(&title, (to.clone(), &body))
}

fn fields(desk: &Desk, (typed, errors): (&Fields, &Errors)) -> Markup {
    let lang = desk.lang();
    let ways: Vec<(String, String)> =
        Way::TYPED.iter().map(|way| (way.code().to_owned(), lang.code("voice-by", way.code()))).collect();
    let base = |name, key: &str| Field { name, label: lang.t(key), ..Field::default() };
    let way = Field { required: true, ..base("way", "voices-way") };
    let day = Field { required: true, input: Input::Day, ..base("day", "voices-day") };
    let present =
        Field { input: Input::Digits, chars_max: 4, hint: lang.t("voices-present-hint"), ..base("present", "voices-present") };
    let words = Field {
        required: true,
        input: Input::Area(8),
        chars_max: FORM_CHARS_MAX,
        hint: lang.t("voices-words-hint"),
        ..base("words", "voices-words")
    };
    let mobile =
        Field { input: Input::Phone, chars_max: 20, hint: lang.t("voices-mobile-hint"), ..base("mobile", "voice-mobile") };
    html! {
        (select(lang, &way, &ways, typed, errors))
        (field(lang, &day, typed, errors))
        (field(lang, &present, typed, errors))
        (field(lang, &words, typed, errors))
        (field(lang, &mobile, typed, errors))
    }
}
