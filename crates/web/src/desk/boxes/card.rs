//! The cards of a round, one after the other: each becomes a matter as a form does, or is noted as one that nobody can read.

use appeals::appeal::{Channel, Origin};
use appeals::filing::{self, Form, NAME_CHARS_MAX, NotFiled, PLACE_CHARS_MAX, WHAT_CHARS_MAX};
use appeals::register::{self, Line};
use appeals::rounds::{self, Inside, Round};
use appeals::{Identity, Kind};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::chance;
use civic::directory::OpinionBox;
use civic::permit::{Act, Subject, may};
use civic::refusal::{No, Refusal};
use db::Fault;
use maud::{Markup, html};
use uuid::Uuid;

use super::{find, subject};
use crate::desk::admin::{place_options, wrong};
use crate::desk::frame::Desk;
use crate::desk::letters::told;
use crate::desk::register::lines;
use crate::error::Problem;
use crate::extract::{Fields, File, Path, Upload};
use crate::files;
use crate::kit::Tone;
use crate::kit::choice::{Choice, Choices, choices};
use crate::kit::errors::{Errors, summary};
use crate::kit::facts::facts;
use crate::kit::field::{Field, Input, field, select};
use crate::kit::notice::notice;
use crate::kit::refusal::reason;
use crate::kit::shell::FORM;
use crate::link;
use crate::portal::file::{self, ACCEPT, not_taken, room, sentence};
use crate::words::{Lang, day};

/// Shows the round and the form of the next card.
pub async fn show(desk: Desk, Path((code, round)): Path<(String, Uuid)>) -> Result<Response, Problem> {
    let own = find(&desk, &code)?;
    let typed = fresh(&desk, &own);
    draw(&desk, (&own, round), (&typed, &Errors::default(), &html! {})).await
}

/// Makes an empty form for the next card: the place is that of the box.
fn fresh(desk: &Desk, own: &OpinionBox) -> Fields {
    let mut typed = Fields::default();
    typed.set("submit_key", chance::id_plain(&mut desk.app.chance()).to_string());
    typed.set("place", own.place.as_str());
    typed.set("identity", Identity::Anonymous.code());
    typed
}

/// Takes a card. A form sent twice is one card.
pub async fn enter(desk: Desk, Path((code, round)): Path<(String, Uuid)>, upload: Upload) -> Result<Response, Problem> {
    let own = desk.directory().boxes.get(&code).cloned().ok_or(Problem::Absent)?;
    desk.permit(Act::OpenBox, &subject(&own))?;
    let (lang, chosen) = (desk.lang(), !upload.files.is_empty());
    let Upload { fields, files: sent, refused } = upload;
    let mut errors = Errors::default();
    if desk.visit.switched {
        return draw(&desk, (&own, round), (&fields, &errors, &html! {})).await;
    }
    for (name, refusal) in &refused {
        errors.add("files", not_taken(lang, name, refusal));
    }
    if errors.is_empty() {
        let above = if fields.has("unread") {
            unread(&desk, (&own, round), (&fields, sent)).await
        } else {
            matter(&desk, (&own, round), (&fields, sent)).await?
        };
        match above {
            Ok(above) => return draw(&desk, (&own, round), (&fresh(&desk, &own), &errors, &above)).await,
            Err(no) => errors = no,
        }
    }
    if chosen && errors.of("files").is_none() {
        errors.add("files", lang.t("files-again"));
    }
    let page = draw(&desk, (&own, round), (&fields, &errors, &html! {})).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

type Answer = Result<Markup, Errors>;

/// Files a card as a form is filed.
async fn matter(desk: &Desk, (own, round): (&OpinionBox, Uuid), (fields, sent): (&Fields, Vec<File>)) -> Result<Answer, Problem> {
    let permit = desk.permit(Act::FileForPerson, &Subject::site())?;
    let lang = desk.lang();
    let origin = Origin { of_box: Some(own.code.clone()), round: Some(round), ..Origin::default() };
    let form = Form { channel: Channel::Box, origin: Some(origin), ..file::form(fields, &desk.visit) };
    let (uploads, keeper) = (room(sent), desk.app.clone());
    let keep = move |key: &_, uploads: &[_]| files::keep(&keeper, key, uploads);
    let mut errors = Errors::default();
    match filing::file(&desk.app.hall, &form, &uploads, Some(&permit), keep).await {
        Ok(filed) => return Ok(Ok(told(desk, (&form, filed)).await?)),
        Err(NotFiled::OtherForm) => return Err(Refusal::new("key_reused").instead("begin_anew").into()),
        Err(NotFiled::Fields(list)) => list.iter().for_each(|error| errors.add(error.field, sentence(lang, error))),
        Err(NotFiled::No(No::Refused(refusal))) => errors.add("files", reason(lang, &refusal)),
        Err(NotFiled::No(no)) => return Err(no.into()),
    }
    Ok(Err(errors))
}

/// Notes a card that nobody can read.
async fn unread(desk: &Desk, (own, round): (&OpinionBox, Uuid), (fields, sent): (&Fields, Vec<File>)) -> Answer {
    let lang = desk.lang();
    let noted = async {
        let card: Uuid = fields.get("submit_key").parse().map_err(|_| No::Absent)?;
        let files = files::keep_to_share(&desk.app, &room(sent))?;
        let (who, staff, subject) = (desk.staff.who(), desk.person().id, subject(own));
        desk.write(move |tx, site, by| {
            may(&site.directory(), &who, Act::OpenBox, &subject)?;
            rounds::unread(tx, site, by, (round, staff), (card, files))
        })
        .await
    };
    match noted.await {
        Ok(()) => Ok(html! { div role="status" { (notice(Tone::Done, &lang.t("card-unread-noted"), &html! {})) } }),
        Err(no) => Err(wrong(lang, no).unwrap_or_else(|_| {
            let mut errors = Errors::default();
            errors.add("files", lang.t("absent-why"));
            errors
        })),
    }
}

async fn draw(
    desk: &Desk,
    (own, round): (&OpinionBox, Uuid),
    (typed, errors, above): (&Fields, &Errors, &Markup),
) -> Result<Response, Problem> {
    let (lang, who, code) = (desk.lang(), desk.staff.who(), own.code.clone());
    let found = desk.read(move |tx, site, _| {
        let Some(round) = rounds::get(tx, site, round)?.filter(|round| round.of_box == code) else { return Ok(None) };
        let cards = register::of_round(tx, site, &who, round.id)?;
        let inside = rounds::inside(tx, site, &round)?;
        Ok::<_, Fault>(Some((round, cards, inside)))
    });
    let (round, cards, inside) = found.await?.ok_or(Problem::Absent)?;
    let title =
        lang.say("round-title", &[("name", lang.pick(&own.name, &own.name_en).into()), ("day", day(lang, round.day).into())]);
    let to = link::box_round(&own.code, round.id);
    let opens = desk.permit(Act::OpenBox, &subject(own)).is_ok() && round.cards > 0;
    let body = html! {
        h1 { (title) }
        (about(desk, &round, (&cards, &inside)))
        (above)
        @if opens {
            h2 { (lang.say("card-next", &[("at", (cards.len() + inside.len()).into())])) }
            (summary(lang, errors))
            form.broad id=(FORM) method="post" action=(to) enctype="multipart/form-data" data-once="" {
                input type="hidden" name="submit_key" value=(typed.get("submit_key"));
                (asked(desk, (typed, errors)))
                div.acts {
                    button { (lang.t("card-enter")) }
                    button.second name="unread" value="1" formnovalidate { (lang.t("card-unread")) }
                }
            }
        }
        @if !cards.is_empty() { h2 { (lang.t("cards-entered")) } (lines(desk, &lang.t("cards-entered"), (&cards, &[]))) }
        p { a href=(link::of_box(&own.code)) { (lang.t("back")) } }
    };
    Ok(desk.form_page(&title, (to.clone(), &body)))
}

/// Says what was noted of the round, and how far its cards are.
fn about(desk: &Desk, round: &Round, (cards, inside): (&[Line], &[Inside])) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    let by = directory.staff.get(&round.staff).map(|staff| staff.name.clone()).unwrap_or_default();
    let first = inside.first().cloned().unwrap_or_default();
    let found = if round.cards == 0 { lang.t("box-empty") } else { lang.say("box-cards", &[("count", round.cards.into())]) };
    let unread = inside.len().saturating_sub(1);
    let photos = inside.iter().enumerate().flat_map(|(step, one)| (0..one.files.len()).map(move |at| (step, at)));
    let photos: Vec<(usize, usize)> = photos.collect();
    let kept = rounds::pictures_until(&desk.app.hall.site, round.day);
    let mut list = vec![
        (lang.t("round-by"), html! { (by) " · " (first.beside) }),
        (lang.t("round-found"), html! { (found) }),
        (
            lang.t("cards-done"),
            html! { (lang.say("cards-so-far", &[("matters", cards.len().into()), ("unread", unread.into())])) },
        ),
    ];
    if !first.words.is_empty() {
        list.push((lang.t("round-words"), html! { (first.words) }));
    }
    html! {
        (facts(&list))
        @if round.cards > 0 { p.hint { (lang.t("cards-differ")) } }
        @if !photos.is_empty() && kept < desk.app.today() { p.quiet { (lang.say("round-photos-over", &[("day", day(lang, kept).into())])) } }
        @else if !photos.is_empty() {
            p {
                (lang.t("round-photos")) " "
                @for (number, (step, at)) in photos.iter().enumerate() {
                    a href=(link::box_photo(&round.of_box, round.id, (*step, *at))) { (lang.say("round-photo-at", &[("at", (number + 1).into())])) } " "
                }
                span.quiet { (lang.say("round-photos-until", &[("day", day(lang, kept).into())])) }
            }
        }
    }
}

fn group<'a>(lang: Lang, (name, legend): (&'a str, &str), codes: &[&str]) -> Choices<'a> {
    let card = |code: &&str| Choice { value: (*code).to_owned(), title: lang.code(name, code), hint: String::new() };
    Choices { name, legend: lang.t(legend), hint: String::new(), list: codes.iter().map(card).collect(), several: false }
}

fn asked(desk: &Desk, (typed, errors): (&Fields, &Errors)) -> Markup {
    let lang = desk.lang();
    let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.code()).collect();
    let identities: Vec<&str> = Identity::ALL.iter().map(|own| own.code()).collect();
    let what = Field {
        name: "what",
        label: lang.t("card-what"),
        input: Input::Area(6),
        required: true,
        chars_max: WHAT_CHARS_MAX,
        ..Field::default()
    };
    let files = Field {
        name: "files",
        label: lang.t("card-photo"),
        hint: lang.t("card-photo-hint"),
        input: Input::Files,
        accept: ACCEPT,
        ..Field::default()
    };
    let place = Field { name: "place", label: lang.t("fact-place"), depends: true, ..Field::default() };
    let line = |name, key: &str, input, chars_max| Field {
        name,
        label: lang.t(key),
        input,
        chars_max,
        depends: true,
        ..Field::default()
    };
    let mut options = vec![(String::new(), lang.t("field-place-unknown"))];
    options.extend(place_options(lang, &desk.directory()));
    html! {
        div.beside {
            section {
                (field(lang, &what, typed, errors))
                (choices(&group(lang, ("kind", "fact-kind"), &kinds), typed, errors))
                p.hint { (lang.say("letter-accuses", &[("kind", lang.code("kind", Kind::Accusation.code()).into())])) }
                (field(lang, &files, typed, errors))
            }
            section {
                (select(lang, &place, &options, typed, errors))
                (field(lang, &Field { depends: false, ..line("place_words", "counter-place-words", Input::Line, PLACE_CHARS_MAX) }, typed, errors))
                (choices(&group(lang, ("identity", "letter-identity"), &identities), typed, errors))
                (field(lang, &line("name", "person-name", Input::Line, NAME_CHARS_MAX), typed, errors))
                (field(lang, &line("mobile", "person-mobile", Input::Phone, 20), typed, errors))
                label.check { input type="checkbox" name="danger" value="1" checked[typed.has("danger")]; (lang.t("counter-danger")) }
            }
        }
    }
}
