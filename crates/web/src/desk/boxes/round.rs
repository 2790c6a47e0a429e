//! One box: what was noted of it, and a new round.

use appeals::rounds::{self, Opening, Round};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use civic::chance;
use civic::directory::OpinionBox;
use civic::permit::{Act, may};
use civic::refusal::No;
use maud::{Markup, html};

use super::{find, subject};
use crate::desk::admin::wrong;
use crate::desk::counter::ways;
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::{Fields, Path, Upload};
use crate::files;
use crate::kit::empty::empty;
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field};
use crate::kit::shell::FORM;
use crate::kit::table::{Table, table};
use crate::link;
use crate::portal::file::{ACCEPT, not_taken, room};
use crate::words::{Lang, day};

/// Shows the box and the form of a round.
pub async fn show(desk: Desk, Path(code): Path<String>) -> Result<Response, Problem> {
    let own = find(&desk, &code)?;
    let mut typed = Fields::default();
    typed.set("round", chance::id_plain(&mut desk.app.chance()).to_string());
    draw(&desk, &own, (&typed, &Errors::default())).await
}

/// Notes a round. A form sent twice is one round.
pub async fn open(desk: Desk, Path(code): Path<String>, upload: Upload) -> Result<Response, Problem> {
    let own = desk.directory().boxes.get(&code).filter(|own| own.active).cloned().ok_or(Problem::Absent)?;
    desk.permit(Act::OpenBox, &subject(&own))?;
    let (lang, chosen) = (desk.lang(), !upload.files.is_empty());
    let Upload { fields, files: sent, refused } = upload;
    if desk.visit.switched {
        return draw(&desk, &own, (&fields, &Errors::default())).await;
    }
    let mut errors = Errors::default();
    for (name, refusal) in &refused {
        errors.add("files", not_taken(lang, name, refusal));
    }
    if errors.is_empty() {
        match note(&desk, &own, (&fields, sent)).await {
            Ok(to) => return Ok(Redirect::to(&to).into_response()),
            Err(no) => errors = wrong(lang, no)?,
        }
    }
    if chosen && errors.of("files").is_none() {
        errors.add("files", lang.t("files-again"));
    }
    let page = draw(&desk, &own, (&fields, &errors)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn note(desk: &Desk, own: &OpinionBox, (fields, sent): (&Fields, Vec<crate::extract::File>)) -> Result<String, No> {
    let id = fields.get("round").parse().map_err(|_| No::Absent)?;
    let app = desk.app.clone();
    let files = files::keep_to_share(&app, &room(sent))?;
    let text = |name: &str| fields.get(name).to_owned();
    let cards = if fields.has("empty") { 0 } else { fields.get("cards").parse().unwrap_or(-1) };
    let (of_box, staff) = (own.code.clone(), desk.person().id);
    let opening = Opening { id, of_box, staff, beside: text("beside"), cards, words: text("words"), files };
    let (who, subject) = (desk.staff.who(), subject(own));
    desk.write(move |tx, site, by| {
        may(&site.directory(), &who, Act::OpenBox, &subject)?;
        rounds::open(tx, site, by, &opening)
    })
    .await?;
    Ok(link::box_round(&own.code, id))
}

async fn draw(desk: &Desk, own: &OpinionBox, (typed, errors): (&Fields, &Errors)) -> Result<Response, Problem> {
    let (lang, code) = (desk.lang(), own.code.clone());
    let all = desk.read(move |tx, site, _| rounds::of_box(tx, site, &code)).await?;
    let title = lang.pick(&own.name, &own.name_en).to_owned();
    let opens = own.active && desk.permit(Act::OpenBox, &subject(own)).is_ok();
    let to = link::of_box(&own.code);
    let body = html! {
        h1 { (title) }
        (ways(desk, link::BOXES))
        @if opens {
            h2 { (lang.t("round-new")) }
            (summary(lang, errors))
            form id=(FORM) method="post" action=(to) enctype="multipart/form-data" data-once="" {
                input type="hidden" name="round" value=(typed.get("round"));
                (asked(lang, (typed, errors)))
                div.acts {
                    button { (lang.t("round-note")) }
                    button.second name="empty" value="1" formnovalidate { (lang.t("round-empty")) }
                }
            }
        }
        h2 { (lang.t("rounds-before")) }
        @if all.is_empty() { (empty(&lang.t("rounds-none"), &lang.t("rounds-none-why"), &html! {})) }
        @else { (rounds_table(desk, &all)) }
        p { a href=(link::BOXES) { (lang.t("back")) } }
    };
    Ok(desk.form_page(&title, (to.clone(), &body)))
}

fn asked(lang: Lang, (typed, errors): (&Fields, &Errors)) -> Markup {
    let beside = Field {
        name: "beside",
        label: lang.t("round-beside"),
        hint: lang.t("round-beside-hint"),
        required: true,
        chars_max: 200,
        ..Field::default()
    };
    let cards = Field {
        name: "cards",
        label: lang.t("round-cards"),
        hint: lang.t("round-cards-hint"),
        input: Input::Digits,
        chars_max: 4,
        depends: true,
        ..Field::default()
    };
    let photo = Field {
        name: "files",
        label: lang.t("round-photo"),
        hint: lang.t("round-photo-hint"),
        input: Input::Files,
        accept: ACCEPT,
        depends: true,
        ..Field::default()
    };
    let words = Field { name: "words", label: lang.t("round-words"), chars_max: 200, ..Field::default() };
    html! { @for one in [&beside, &cards, &photo, &words] { (field(lang, one, typed, errors)) } }
}

fn rounds_table(desk: &Desk, all: &[Round]) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    let rows = all.iter().map(|round| {
        let name = directory.staff.get(&round.staff).map(|staff| staff.name.clone()).unwrap_or_default();
        let cards = if round.cards == 0 { lang.t("box-empty") } else { lang.say("box-cards", &[("count", round.cards.into())]) };
        vec![
            html! { a href=(link::box_round(&round.of_box, round.id)) { (day(lang, round.day)) } },
            html! { (cards) },
            html! { (name) },
        ]
    });
    let heads = ["round-day", "round-found", "round-by"].map(|key| lang.t(key)).to_vec();
    table(&Table { caption: lang.t("rounds-before"), heads, rows: rows.collect() })
}
