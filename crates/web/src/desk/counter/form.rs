//! The one page on which a matter is typed in for somebody.

use appeals::appeal::Channel;
use appeals::filing::{EMAIL_CHARS_MAX, NAME_CHARS_MAX, PLACE_CHARS_MAX, WHAT_CHARS_MAX};
use appeals::{Identity, Kind};
use axum::response::Response;
use civic::permit::{Act, Subject};
use civic::session;
use maud::{Markup, html};

use super::ways;
use crate::desk::admin::place_options;
use crate::desk::find;
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::Fields;
use crate::kit::Tone;
use crate::kit::choice::{Choice, Choices, choices};
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field, select};
use crate::kit::notice::notice;
use crate::kit::shell::FORM;
use crate::link;
use crate::portal::file::{ACCEPT, danger_calls};
use crate::words::Lang;

/// Shows an empty form.
pub async fn show(desk: Desk) -> Result<Response, Problem> {
    desk.permit(Act::FileForPerson, &Subject::site())?;
    let mut typed = Fields::default();
    typed.set("submit_key", session::token(&mut desk.app.chance()));
    typed.set("channel", Channel::Window.code());
    Ok(draw(&desk, &typed, &Errors::default()))
}

fn card(lang: Lang, family: &str, code: &str) -> Choice {
    Choice { value: code.to_owned(), title: lang.code(family, code), hint: String::new() }
}

fn group(lang: Lang, (name, legend): (&'static str, &str), list: Vec<Choice>) -> Choices<'static> {
    Choices { name, legend: lang.t(legend), hint: String::new(), list, several: false }
}

/// Draws the form with what was typed and what is wrong.
pub fn draw(desk: &Desk, typed: &Fields, errors: &Errors) -> Response {
    let lang = desk.lang();
    let channels = [Channel::Window, Channel::Hotline, Channel::Visit].map(|way| card(lang, "channel", way.code())).to_vec();
    let kinds = Kind::ALL.iter().map(|kind| card(lang, "kind", kind.code())).collect();
    let body = html! {
        h1 { (lang.t("nav-counter")) }
        (ways(desk, link::COUNTER))
        p.lead { (lang.t("counter-lead")) }
        (notice(Tone::Late, &lang.t("danger-title"), &danger_calls(lang)))
        (summary(lang, errors))
        form id=(FORM) method="post" action=(link::COUNTER) enctype="multipart/form-data" data-once="" {
            input type="hidden" name="submit_key" value=(typed.get("submit_key"));
            (choices(&group(lang, ("channel", "counter-channel"), channels), typed, errors))
            (what(lang, typed, errors))
            (place(desk, typed, errors))
            (choices(&group(lang, ("kind", "fact-kind"), kinds), typed, errors))
            (person(lang, typed, errors))
            (referred(desk, typed, errors))
            div.acts { button { (lang.t("counter-send")) } a.button.second href=(link::DESK) { (lang.t("back")) } }
        }
        h2 { (lang.t("find-reissue")) }
        p.quiet { (lang.t("find-reissue-why")) }
        (find::form(desk, ("field-number", "act-reissue-code"), Some(Act::ReissueCode)))
    };
    desk.form_page(&lang.t("nav-counter"), (link::COUNTER.to_owned(), &body))
}

fn what(lang: Lang, typed: &Fields, errors: &Errors) -> Markup {
    let what = Field {
        name: "what",
        label: lang.t("counter-what"),
        hint: lang.t("counter-what-hint"),
        input: Input::Area(7),
        required: true,
        chars_max: WHAT_CHARS_MAX,
        ..Field::default()
    };
    let files = Field { name: "files", label: lang.t("field-files"), input: Input::Files, accept: ACCEPT, ..Field::default() };
    html! {
        (field(lang, &what, typed, errors))
        label.check { input type="checkbox" name="danger" value="1" checked[typed.has("danger")]; (lang.t("counter-danger")) }
        (field(lang, &files, typed, errors))
    }
}

fn place(desk: &Desk, typed: &Fields, errors: &Errors) -> Markup {
    let lang = desk.lang();
    // "unknown" is an answer: browsers would not send it from a list that has to be filled in
    let place = Field { name: "place", label: lang.t("fact-place"), depends: true, ..Field::default() };
    let words =
        Field { name: "place_words", label: lang.t("counter-place-words"), chars_max: PLACE_CHARS_MAX, ..Field::default() };
    let mut options = vec![(String::new(), lang.t("field-place-unknown"))];
    options.extend(place_options(lang, &desk.directory()));
    html! { (select(lang, &place, &options, typed, errors)) (field(lang, &words, typed, errors)) }
}

fn person(lang: Lang, typed: &Fields, errors: &Errors) -> Markup {
    let identities = Identity::ALL.iter().map(|own| card(lang, "identity", own.code())).collect();
    let line = |name: &'static str, key: &str, input, chars_max| Field {
        name,
        label: lang.t(key),
        input,
        chars_max,
        ..Field::default()
    };
    let people = Field { hint: lang.t("counter-people-hint"), ..line("people", "fact-people", Input::Digits, 6) };
    let mobile = Field { hint: lang.t("counter-no-contact"), ..line("mobile", "person-mobile", Input::Phone, 20) };
    html! {
        (choices(&group(lang, ("identity", "fact-identity"), identities), typed, errors))
        (field(lang, &line("name", "person-name", Input::Line, NAME_CHARS_MAX), typed, errors))
        (field(lang, &mobile, typed, errors))
        (field(lang, &line("email", "person-email", Input::Email, EMAIL_CHARS_MAX), typed, errors))
        (field(lang, &people, typed, errors))
    }
}

/// Asks whether another office had sent the person on by word of mouth: that counts for the sender.
fn referred(desk: &Desk, typed: &Fields, errors: &Errors) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    let field = Field {
        name: "referred",
        label: lang.t("counter-referred"),
        hint: lang.t("counter-referred-hint"),
        depends: true,
        ..Field::default()
    };
    let open = directory.offices.values().filter(|office| directory.open(office) && office.code != desk.person().office);
    let mut options = vec![(String::new(), lang.t("counter-referred-nobody"))];
    options.extend(open.map(|office| (office.code.clone(), lang.pick(&office.name, &office.name_en).to_owned())));
    select(lang, &field, &options, typed, errors)
}
