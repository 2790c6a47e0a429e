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
use insight::consult::speak::{self, New, Source, VOICE_CHARS_MAX, masked};
use insight::consult::store::VoiceRow;
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

/// Is what was carried in, and where more can be carried.
#[derive(Default)]
pub struct Carried {
    own: Vec<(VoiceRow, Consultation)>,
    open: Vec<Consultation>,
}

/// Tells whether a matter may be carried in by whoever shows its code: by its resident alone, and nothing that was told under guard.
fn may_carry(personal: &Personal, resident: &Resident) -> bool {
    let guarded = personal.filing.kind == Kind::Accusation || personal.filing.identity != Identity::Named;
    !guarded && matches!(resident.who(), Who::Resident { .. })
}

/// Reads what was carried in from a matter, and what is asked now.
pub(crate) async fn carried(app: &App, resident: &Resident, personal: &Personal) -> Result<Carried, Problem> {
    if !may_carry(personal, resident) {
        return Ok(Carried::default());
    }
    let (site, matter, today) = (app.hall.site.clone(), personal.state.matter, app.today());
    let read = app.hall.store.read(move |tx| {
        let mut carried = Carried::default();
        for row in list::of_source(tx, &site, Source::Matter(matter))? {
            if let Some(consult) = list::by_id(tx, &site, row.consult)? {
                carried.own.push((row, consult.consult));
            }
        }
        let fits =
            |consult: &Consultation| consult.until >= today && carried.own.iter().all(|(row, _)| row.consult != consult.id);
        carried.open = list::open(tx, &site)?.into_iter().map(|row| row.consult).filter(fits).collect();
        Ok::<_, Fault>(carried)
    });
    Ok(read.await?)
}

impl Carried {
    /// Draws it.
    pub(crate) fn draw(&self, app: &App, lang: Lang, personal: &Personal) -> Markup {
        html! {
            @if !self.own.is_empty() {
                h2 #consult { (lang.t("carry-own")) }
                @for (row, consult) in &self.own {
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
            @if !self.open.is_empty() {
                details.act {
                    summary { (lang.t("carry-title")) }
                    (self.form(lang, (&typed_of(personal), &Errors::default())))
                }
            }
        }
    }

    fn form(&self, lang: Lang, (typed, errors): (&Fields, &Errors)) -> Markup {
        let options: Vec<(String, String)> =
            self.open.iter().map(|consult| (consult.id.to_string(), consult.plan.title.clone())).collect();
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
                div.acts { button name="act" value="carry" { (lang.t("carry-send")) } }
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
    let Found::Matter(personal, ..) = load(&app, &resident).await? else {
        return Err(Refusal::new("sealed_matter").instead("ask_supervising").into());
    };
    if !may_carry(&personal, &resident) {
        return Err(Refusal::new("carry_guarded").instead("consult_speak").into());
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
        return again(&app, &visit, (&resident, &personal, &sent), ("agree", "carry-agree-first")).await;
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
            return again(&app, &visit, (&resident, &personal, &sent), ("carried_words", why)).await;
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
    (resident, personal, sent): (&Resident, &Personal, &Fields),
    (name, why): (&str, &str),
) -> Result<Response, Problem> {
    let lang = visit.lang;
    let mut errors = Errors::default();
    errors.add(name, lang.t(why));
    let carried = carried(app, resident, personal).await?;
    let title = lang.t("carry-title");
    let body = html! {
        h1 { (title) }
        (summary(lang, &errors))
        (carried.form(lang, (sent, &errors)))
        div.acts { a.button.second href=(link::TRACK_MATTER) { (lang.t("track-back")) } }
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Page::new(visit, &title).show(&body)).into_response())
}
