//! The window (窗口): filing for a person present, and a new query code for one who lost theirs. Whoever types never sees
//! the code: it is printed once by a page of its own, outside the session.

mod reissue;
mod slip;

use appeals::appeal::{Channel, Command};
use appeals::filing::{self, EMAIL_CHARS_MAX, Filed, NAME_CHARS_MAX, NotFiled, PLACE_CHARS_MAX, WHAT_CHARS_MAX};
use appeals::run::Request;
use appeals::{Identity, Kind, run};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use civic::permit::{Act, Permitted, Subject};
use civic::refusal::Refusal;
use civic::session;
use maud::{Markup, html};

use super::frame::Desk;
use crate::error::Problem;
use crate::extract::{Fields, Upload};
use crate::files;
use crate::kit::choice::{Choice, Choices, choices};
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field, select};
use crate::link;
use crate::portal::file::{ACCEPT, danger_box, form, room, wrong};
use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::staff("/desk/window", "GET POST", || get(show).post(save)),
    Route::staff("/desk/window/code", "GET POST", || get(reissue::show).post(reissue::save)),
    Route::public("/slip", "POST", || post(slip::show)),
];

fn permit(desk: &Desk) -> Result<Permitted, Refusal> {
    desk.permit(Act::FileForPerson, &Subject::site())
}

/// Shows the empty form.
pub async fn show(desk: Desk) -> Result<Response, Problem> {
    permit(&desk)?;
    let mut fields = Fields::default();
    fields.set("submit_key", session::token(&mut desk.app.chance()));
    Ok(draw(&desk, &fields, &Errors::default()))
}

/// Files for the person present; the own office holds it from now on.
pub async fn save(desk: Desk, upload: Upload) -> Result<Response, Problem> {
    let by = permit(&desk)?;
    let Upload { fields, files: sent } = upload;
    let uploads = room(sent);
    let mut form = form(&fields, &desk.visit);
    form.channel = Channel::Window;
    let keeper = desk.app.clone();
    let keep = move |key: &civic::vault::Key, uploads: &[filing::Upload]| files::keep(&keeper, key, uploads);
    match filing::file(&desk.app.hall, &form, &uploads, Some(&by), keep).await {
        Ok(filed) => {
            if form.kind != Kind::Accusation.code() && !filed.repeated {
                note_referral(&desk, &fields, &filed).await?;
            }
            slip::offer(&desk, &slip::Slip::of(&filed)).await
        }
        Err(NotFiled::OtherForm) => Err(Refusal::new("key_reused").instead("begin_anew").into()),
        Err(NotFiled::No(no)) => Err(no.into()),
        Err(NotFiled::Fields(list)) => {
            let errors = wrong::errors(desk.lang(), &list, &[]);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, &fields, &errors)).into_response())
        }
    }
}

/// Notes that another office sent the person here by word of mouth (“你到镇上去”): a return by that office.
async fn note_referral(desk: &Desk, fields: &Fields, filed: &Filed) -> Result<(), Problem> {
    if !fields.has("sent_by") {
        return Ok(());
    }
    let words = if fields.has("sent_words") { fields.get("sent_words") } else { filed.number.as_str() };
    let command = Command::ReportReferral { office: fields.get("sent_by").to_owned(), words: words.to_owned() };
    let request = Request { who: desk.staff.who(), matter: filed.matter, seen: None, command };
    run::act(&desk.app.hall, request).await?;
    Ok(())
}

fn draw(desk: &Desk, typed: &Fields, errors: &Errors) -> Response {
    let lang = desk.lang();
    let body = html! {
        h1 { (lang.t("window-title")) }
        p { (lang.t("window-why")) " " a href="/desk/window/code" { (lang.t("window-code-title")) } }
        (summary(lang, errors))
        form method="post" action="/desk/window" enctype="multipart/form-data" {
            input type="hidden" name="submit_key" value=(typed.get("submit_key"));
            (matter(desk, typed, errors))
            (person(desk, typed, errors))
            (sent(desk, typed, errors))
            div.acts { button { (lang.t("window-file")) } a.button.second href=(link::DESK) { (lang.t("back")) } }
        }
    };
    desk.page(&lang.t("window-title"), &body)
}

fn matter(desk: &Desk, typed: &Fields, errors: &Errors) -> Markup {
    let lang = desk.lang();
    let what = Field {
        name: "what",
        label: lang.t("window-what"),
        hint: lang.t("window-what-hint"),
        input: Input::Area(6),
        required: true,
        chars_max: WHAT_CHARS_MAX,
        ..Field::default()
    };
    let directory = desk.directory();
    let mut places = vec![(String::new(), lang.t("field-place-unknown"))];
    places.extend(directory.places.values().filter(|place| place.merged_into.is_none()).map(|place| {
        let path: Vec<&str> = directory.path(&place.code).iter().rev().map(|step| lang.pick(&step.name, &step.name_en)).collect();
        (place.code.clone(), path.join(" "))
    }));
    let place = Field { name: "place", label: lang.t("field-place"), ..Field::default() };
    let words = Field { name: "place_words", label: lang.t("field-place-words"), chars_max: PLACE_CHARS_MAX, ..Field::default() };
    let kinds = Kind::ALL.iter().map(|kind| Choice {
        value: kind.code().to_owned(),
        title: lang.code("kind", kind.code()),
        hint: String::new(),
    });
    let kinds = Choices { name: "kind", legend: lang.t("field-kind"), list: kinds.collect(), ..Choices::default() };
    let files = Field { name: "files", label: lang.t("window-files"), input: Input::Files, accept: ACCEPT, ..Field::default() };
    html! {
        (field(lang, &what, typed, errors))
        (danger_box(lang, typed.has("danger")))
        (select(lang, &place, &places, typed, errors))
        (field(lang, &words, typed, errors))
        (choices(&kinds, typed, errors))
        (field(lang, &files, typed, errors))
    }
}

fn person(desk: &Desk, typed: &Fields, errors: &Errors) -> Markup {
    let lang = desk.lang();
    let list = Identity::ALL.iter().map(|identity| Choice {
        value: identity.code().to_owned(),
        title: lang.code("identity", identity.code()),
        hint: lang.code("identity-hint", identity.code()),
    });
    let cards = Choices { name: "identity", legend: lang.t("field-identity"), list: list.collect(), ..Choices::default() };
    let line = |name, label: &str, input, chars_max| Field {
        name,
        label: lang.t(label),
        input,
        chars_max,
        depends: true,
        ..Field::default()
    };
    html! {
        (choices(&cards, typed, errors))
        (field(lang, &line("name", "field-name", Input::Line, NAME_CHARS_MAX), typed, errors))
        (field(lang, &line("mobile", "field-mobile", Input::Phone, 20), typed, errors))
        (field(lang, &line("email", "field-email", Input::Email, EMAIL_CHARS_MAX), typed, errors))
        (field(lang, &line("people", "field-people", Input::Digits, 6), typed, errors))
    }
}

fn sent(desk: &Desk, typed: &Fields, errors: &Errors) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    let mut offices = vec![(String::new(), lang.t("window-sent-nobody"))];
    let others = directory.offices.values().filter(|office| directory.open(office) && office.code != desk.person().office);
    offices.extend(others.map(|office| (office.code.clone(), lang.pick(&office.name, &office.name_en).to_owned())));
    let by = Field {
        name: "sent_by",
        label: lang.t("window-sent"),
        hint: lang.t("window-sent-hint"),
        depends: true,
        ..Field::default()
    };
    let words = Field { name: "sent_words", label: lang.t("window-sent-words"), depends: true, ..Field::default() };
    html! { (select(lang, &by, &offices, typed, errors)) (field(lang, &words, typed, errors)) }
}
