//! Carrying one's own matter into what an office asks everybody, from the page of the matter; seeing there which point it went into; taking it
//! back. Nothing is carried without its resident: the words are shown as everybody would read them, and can be shortened first. Accusations and
//! anonymous or confidential filings are never offered.

use appeals::view::Personal;
use appeals::{Identity, Kind};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use civic::permit::Who;
use civic::refusal::{No, Refusal};
use db::Fault;
use insight::consult::consultation::Consultation;
use insight::consult::list::Carried;
use insight::consult::speak::{self, New, Source, VOICE_CHARS_MAX, masked};
use insight::consult::voice::Way;
use insight::consult::{list, run};
use maud::{Markup, html};

use super::own::{finish, path};
use crate::app::App;
use crate::error::Problem;
use crate::extract::{Fields, Form};
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field, select};
use crate::kit::shell::Page;
use crate::link;
use crate::portal::forum::{accuses, guarded};
use crate::portal::track::{Found, load};
use crate::session::Resident;
use crate::visit::Visit;
use crate::words::Lang;

/// Tells whether a matter may be carried in by whoever shows its code: by its resident alone, and nothing that was told under guard.
fn may_carry(personal: &Personal, resident: &Resident) -> bool {
    let guarded = personal.filing.kind == Kind::Accusation || personal.filing.identity != Identity::Named;
    !guarded && matches!(resident.who(), Who::Resident { .. })
}

/// Draws what was carried in from a matter, and the way to carry it on; nothing of the latter to whoever may not.
pub(crate) fn carried(app: &App, lang: Lang, resident: &Resident, (personal, carried): (&Personal, &Carried)) -> Markup {
    if !may_carry(personal, resident) {
        return html! {};
    }
    html! {
        @if !carried.own.is_empty() {
            h2 #consult { (lang.t("carry-own")) }
            @for (row, consult) in &carried.own {
                section {
                    h3 { a href=(link::consult(consult.number)) { (consult.plan.title) } }
                    @if let Some(voice) = &row.voice { (path(app, lang, (voice, consult))) }
                    form method="post" action=(link::TRACK_CONSULT) data-once="" {
                        input type="hidden" name="consult" value=(consult.id);
                        div.acts { button.second name="act" value="withdraw" { (lang.t("voice-withdraw")) } }
                    }
                }
            }
        }
        @if carried.more {
            form method="post" action=(link::TRACK_CONSULT) {
                div.acts { button.second name="act" value="choose" { (lang.t("carry-title")) } }
            }
        }
    }
}

/// Reads what is asked now and was not carried in yet.
async fn open(app: &App, carried: &Carried) -> Result<Vec<Consultation>, Fault> {
    let (site, today) = (app.hall.site.clone(), app.today());
    let open = app.hall.store.read(move |tx| list::open(tx, &site)).await?;
    let fits = |consult: &Consultation| consult.until >= today && carried.own.iter().all(|(row, _)| row.consult != consult.id);
    Ok(open.into_iter().map(|row| row.consult).filter(fits).collect())
}

fn form(lang: Lang, open: &[Consultation], (typed, errors): (&Fields, &Errors)) -> Markup {
    let options: Vec<(String, String)> =
        open.iter().map(|consult| (consult.id.to_string(), consult.plan.title.clone())).collect();
    let which = Field { name: "consult", label: lang.t("carry-which"), required: true, ..Field::default() };
    let words = Field {
        name: "carried_words",
        label: lang.t("carry-words"),
        hint: lang.t("carry-words-hint"),
        input: Input::Area(5),
        required: true,
        chars_max: VOICE_CHARS_MAX,
        ..Field::default()
    };
    html! {
        form method="post" action=(link::TRACK_CONSULT) data-once="" {
            p { (lang.t("carry-why")) }
            (select(lang, &which, &options, typed, errors))
            (field(lang, &words, typed, errors))
            label.check { input type="checkbox" name="agree" value="1" required; (lang.t("carry-agree")) }
            div.acts {
                button name="act" value="carry" { (lang.t("carry-send")) }
                a.button.second href=(link::TRACK_MATTER) { (lang.t("track-back")) }
            }
        }
    }
}

fn typed_of(personal: &Personal) -> Fields {
    let mut typed = Fields::default();
    typed.set("carried_words", masked(&personal.filing.what));
    typed
}

/// Carries it in, or takes it back.
pub async fn act(State(app): State<App>, visit: Visit, resident: Resident, Form(sent): Form) -> Result<Response, Problem> {
    let Found::Matter(personal, _, beside) = load(&app, &resident).await? else {
        return Err(Refusal::new("sealed_matter").instead("ask_supervising").into());
    };
    if !may_carry(&personal, &resident) {
        return Err(Refusal::new("carry_guarded").instead("consult_speak").into());
    }
    if visit.switched || sent.get("act") == "choose" {
        let typed = if visit.switched { sent } else { typed_of(&personal) };
        return page(&app, &visit, &beside.carried, (&typed, &Errors::default())).await;
    }
    let (site, now, who, matter) = (app.hall.site.clone(), app.now(), resident.who(), personal.state.matter);
    let consult = sent.get("consult").parse().map_err(|_| Problem::bad("field_name"))?;
    if sent.get("act") == "withdraw" {
        let written = app.hall.store.write(move |tx| {
            let mut chance = site.chance();
            run::withdraw_own(tx, &site, (now, &mut chance), (&who, matter, Some(consult)))
        });
        written.await?;
        finish(&app).await?;
        return Ok(Redirect::to(link::TRACK_MATTER).into_response());
    }
    let words = sent.get("carried_words").to_owned();
    let typed = forum::words::Typed { text: words.clone(), ..forum::words::Typed::default() };
    if accuses(&app, &typed) {
        return Ok(guarded(&visit, &typed, link::TRACK_MATTER));
    }
    if !sent.has("agree") {
        return again(&app, &visit, (&beside.carried, &sent), ("agree", "carry-agree-first")).await;
    }
    let new = New {
        consult,
        way: Way::Matter,
        words,
        day: None,
        present: 0,
        mobile: String::new(),
        language: visit.lang.tag().to_owned(),
        // one matter is carried into one question once; what was taken back may be carried in again
        submit_key: format!("matter-{}", civic::session::token(&mut app.chance())),
        source: Some(Source::Matter(matter)),
        accuses: false,
    };
    let ready = match speak::prepare(&app.hall.site, new) {
        Ok(ready) => ready,
        Err(No::Refused(refusal)) => {
            let why = if refusal.code == "consult_long" { "carry-long" } else { "carry-empty" };
            return again(&app, &visit, (&beside.carried, &sent), ("carried_words", why)).await;
        }
        Err(no) => return Err(no.into()),
    };
    let written = app.hall.store.write(move |tx| {
        let mut chance = site.chance();
        speak::speak(tx, &site, (now, &mut chance), (&ready, Some(&who)))
    });
    match written.await {
        Ok(_) => {}
        // pressed twice: it is in
        Err(No::Refused(refusal)) if refusal.code == "voice_twice" => {}
        Err(no) => return Err(no.into()),
    }
    Ok(Redirect::to(&format!("{}#consult", link::TRACK_MATTER)).into_response())
}

/// Shows the form again with what is wrong.
async fn again(
    app: &App,
    visit: &Visit,
    (carried, sent): (&Carried, &Fields),
    (name, why): (&str, &str),
) -> Result<Response, Problem> {
    let mut errors = Errors::default();
    errors.add(name, visit.lang.t(why));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(app, visit, carried, (sent, &errors)).await?).into_response())
}

/// Shows the words of the matter as everybody would read them, to be shortened and carried in.
async fn page(app: &App, visit: &Visit, carried: &Carried, (typed, errors): (&Fields, &Errors)) -> Result<Response, Problem> {
    let (lang, open) = (visit.lang, open(app, carried).await?);
    let title = lang.t("carry-title");
    let body = html! {
        h1 { (title) }
        (summary(lang, errors))
        (form(lang, &open, (typed, errors)))
    };
    Ok(Page::new(visit, &title).show(&body))
}
