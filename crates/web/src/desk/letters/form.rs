//! The page of one letter, above those of its pile that are entered already.

use appeals::appeal::Channel;
use appeals::filing::{ADDRESS_CHARS_MAX, EMAIL_CHARS_MAX, NAME_CHARS_MAX, PLACE_CHARS_MAX, WHAT_CHARS_MAX};
use appeals::register::{self, Line};
use appeals::{Identity, Kind};
use axum::response::Response;
use civic::chance;
use civic::permit::{Act, Subject};
use civic::session;
use maud::{Markup, html};
use uuid::Uuid;

use crate::desk::admin::place_options;
use crate::desk::counter::ways;
use crate::desk::frame::Desk;
use crate::desk::register::lines;
use crate::error::Problem;
use crate::extract::Fields;
use crate::kit::choice::{Choice, Choices, choices};
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field, select};
use crate::kit::shell::FORM;
use crate::link;
use crate::portal::file::ACCEPT;
use crate::words::Lang;

/// Letters of a pile at most, as somebody counts them before they begin.
const PILE_MAX: usize = 500;

/// Shows an empty form, which begins a pile.
pub async fn show(desk: Desk) -> Result<Response, Problem> {
    desk.permit(Act::FileForPerson, &Subject::site())?;
    let mut typed = Fields::default();
    typed.set("pile", chance::id_plain(&mut desk.app.chance()).to_string());
    typed.set("came", desk.app.today().to_string());
    typed.set("identity", Identity::Named.code());
    next(&desk, &mut typed);
    draw(&desk, &typed, (&Errors::default(), &html! {})).await
}

/// Draws a key for one more letter.
pub fn next(desk: &Desk, typed: &mut Fields) {
    typed.set("submit_key", session::token(&mut desk.app.chance()));
}

/// Draws the form with what was typed and what is wrong; `above` says what became of the letter before.
pub async fn draw(desk: &Desk, typed: &Fields, (errors, above): (&Errors, &Markup)) -> Result<Response, Problem> {
    let lang = desk.lang();
    let pile: Uuid = typed.get("pile").parse().unwrap_or(Uuid::nil());
    let own = Subject { owner: desk.person().office.clone(), ..Subject::default() };
    let entered = if desk.permit(Act::SeeRegister, &own).is_ok() { pile_of(desk, pile).await? } else { Vec::new() };
    let total = Field {
        name: "total",
        label: lang.t("letter-total"),
        hint: lang.t("letter-total-hint"),
        input: Input::Digits,
        chars_max: 3,
        ..Field::default()
    };
    let body = html! {
        h1 { (lang.t("letters-title")) }
        (ways(desk, link::LETTERS))
        p.lead { (lang.t("letters-lead")) }
        (above)
        (progress(lang, typed))
        (summary(lang, errors))
        form.broad id=(FORM) method="post" action=(link::LETTERS) enctype="multipart/form-data" data-once="" {
            @for name in ["submit_key", "pile", "done"] { input type="hidden" name=(name) value=(typed.get(name)); }
            div.beside { (sender(lang, typed, errors)) (letter(desk, typed, errors)) }
            @if typed.get("done").is_empty() { (field(lang, &total, typed, errors)) }
            @else { input type="hidden" name="total" value=(typed.get("total")); }
            div.acts { button { (lang.t("letter-enter")) } @if !entered.is_empty() { a.button.second href=(link::register_pile(pile)) { (lang.t("letter-finish")) } } }
        }
        @if !entered.is_empty() {
            h2 { (lang.t("letters-pile")) }
            (lines(desk, &lang.t("letters-pile"), (&entered, &[])))
        }
    };
    Ok(desk.form_page(&lang.t("letters-title"), (link::LETTERS.to_owned(), &body)))
}

async fn pile_of(desk: &Desk, pile: Uuid) -> Result<Vec<Line>, Problem> {
    let (who, office) = (desk.staff.who(), desk.person().office.clone());
    Ok(desk.read(move |tx, site, _| register::pile(tx, site, &who, (pile, &office))).await?)
}

/// Says how far the pile has come.
fn progress(lang: Lang, typed: &Fields) -> Markup {
    let (done, total) = (typed.get("done").parse().unwrap_or(0), typed.get("total").parse::<usize>().unwrap_or(0).min(PILE_MAX));
    let counts = [("done", (done + 1).into()), ("total", total.into()), ("left", total.saturating_sub(done).into())];
    html! {
        @if total > 0 && done >= total { p { strong { (lang.say("letter-all", &counts)) } } }
        @else if total > 0 {
            p { strong { (lang.say("letter-of", &counts)) } }
            progress max=(total) value=(done) aria-label=(lang.t("letter-progress")) {}
        } @else if done > 0 { p { strong { (lang.say("letter-so-far", &counts)) } } }
    }
}

fn line<'a>(lang: Lang, name: &'a str, (key, input, chars_max): (&str, Input, usize)) -> Field<'a> {
    Field { name, label: lang.t(key), input, chars_max, ..Field::default() }
}

fn group<'a>(lang: Lang, (name, legend): (&'a str, &str), family: &str, codes: &[&str]) -> Choices<'a> {
    let card = |code: &&str| Choice { value: (*code).to_owned(), title: lang.code(family, code), hint: String::new() };
    Choices { name, legend: lang.t(legend), hint: String::new(), list: codes.iter().map(card).collect(), several: false }
}

/// Asks who wrote, and on which days. The first of it has the focus: the next letter can be typed at once.
fn sender(lang: Lang, typed: &Fields, errors: &Errors) -> Markup {
    let identities: Vec<&str> = Identity::ALL.iter().map(|own| own.code()).collect();
    let address = Field {
        hint: lang.t("letter-address-hint"),
        depends: true,
        ..line(lang, "address", ("letter-address", Input::Line, ADDRESS_CHARS_MAX))
    };
    let name = Field { depends: true, ..line(lang, "name", ("letter-sender", Input::Line, NAME_CHARS_MAX)) };
    html! {
        section {
            h2 { (lang.t("letter-who")) }
            (first(&field(lang, &name, typed, errors)))
            (field(lang, &address, typed, errors))
            (field(lang, &line(lang, "mobile", ("person-mobile", Input::Phone, 20)), typed, errors))
            (field(lang, &line(lang, "email", ("person-email", Input::Email, EMAIL_CHARS_MAX)), typed, errors))
            (choices(&group(lang, ("identity", "letter-identity"), "identity", &identities), typed, errors))
            div.days {
                (field(lang, &line(lang, "posted", ("letter-posted", Input::Day, 0)), typed, errors))
                (field(lang, &Field { required: true, ..line(lang, "came", ("letter-came", Input::Day, 0)) }, typed, errors))
            }
        }
    }
}

/// Gives the focus to the only input of a field.
fn first(field: &Markup) -> Markup {
    maud::PreEscaped(field.0.replacen("<input ", "<input autofocus ", 1))
}

/// Asks what the letter says.
fn letter(desk: &Desk, typed: &Fields, errors: &Errors) -> Markup {
    let lang = desk.lang();
    let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.code()).collect();
    let what = Field {
        hint: lang.t("letter-what-hint"),
        required: true,
        ..line(lang, "what", ("letter-what", Input::Area(7), WHAT_CHARS_MAX))
    };
    let files =
        Field { accept: ACCEPT, hint: lang.t("letter-files-hint"), ..line(lang, "files", ("letter-files", Input::Files, 0)) };
    let place = Field { depends: true, ..line(lang, "place", ("fact-place", Input::Line, 0)) };
    let mut options = vec![(String::new(), lang.t("field-place-unknown"))];
    options.extend(place_options(lang, &desk.directory()));
    html! {
        section {
            h2 { (lang.t("letter-says")) }
            (field(lang, &what, typed, errors))
            (choices(&group(lang, ("kind", "fact-kind"), "kind", &kinds), typed, errors))
            p.hint { (lang.say("letter-accuses", &[("kind", lang.code("kind", Kind::Accusation.code()).into())])) }
            (select(lang, &place, &options, typed, errors))
            (field(lang, &line(lang, "place_words", ("counter-place-words", Input::Line, PLACE_CHARS_MAX)), typed, errors))
            (field(lang, &files, typed, errors))
            label.check { input type="checkbox" name="danger" value="1" checked[typed.has("danger")]; (lang.t("counter-danger")) }
        }
    }
}

/// Names the channel of this page.
pub const CHANNEL: Channel = Channel::Letter;
