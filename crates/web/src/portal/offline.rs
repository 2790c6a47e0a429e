//! Writing without a network (没网也能写): the form waits on the device and is sent, once, when the network is back. The script does it all;
//! the worker shows this very page when no other can come.
//!
//! Accusations and anonymous matters are not offered here, and the script keeps none: nothing of them stays on a device.

use appeals::filing::{EMAIL_CHARS_MAX, NAME_CHARS_MAX, PLACE_CHARS_MAX, WHAT_CHARS_MAX};
use appeals::{Identity, Kind};
use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};

use super::file::{ACCEPT, danger_box, danger_calls, tree};
use crate::app::App;
use crate::assets;
use crate::error::Problem;
use crate::extract::{Fields, Path};
use crate::kit::Tone;
use crate::kit::choice::{Choice, Choices, choices};
use crate::kit::errors::Errors;
use crate::kit::field::{Field, Input, field};
use crate::kit::notice::notice;
use crate::kit::shell::Page;
use crate::link;
use crate::visit::Visit;
use crate::words::Lang;

/// What the script says, by the name it says it under.
const SAID: [&str; 13] = [
    "waiting",
    "taken",
    "refused",
    "number",
    "code",
    "owner",
    "due",
    "done",
    "mend",
    "for-somebody",
    "sign-in",
    "print",
    "handed",
];

/// Lists what the script says.
pub(crate) fn said() -> impl Iterator<Item = &'static str> {
    SAID.into_iter().chain(["forget"])
}

/// Shows the page in a language, whatever the visitor chose: for the worker, which keeps it in each.
pub async fn show_in(State(app): State<App>, visit: Visit, Path(language): Path<String>) -> Result<Response, Problem> {
    let lang = Lang::parse(&language).ok_or(Problem::Absent)?;
    let site = app.hall.site.directory().root().map(|root| lang.pick(&root.name, &root.name_en).to_owned()).unwrap_or_default();
    Ok(show(State(app), Visit { lang, site, path: link::OFFLINE.to_owned(), ..visit }).await)
}

/// Shows the page.
pub async fn show(State(app): State<App>, visit: Visit) -> Response {
    let lang = visit.lang;
    let title = lang.t("offline-title");
    let body = html! {
        h1 { (title) }
        p.lead { (lang.t("offline-lead")) }
        noscript { p { (lang.t("offline-no-script")) " " a href=(link::FILE) { (lang.t("nav-file")) } } }
        div #cut-off hidden { (notice(Tone::Soon, &lang.t("offline-cut-off"), &html! { p { (lang.t("offline-cut-off-why")) } })) }
        (notice(Tone::Late, &lang.t("danger-title"), &danger_calls(lang)))
        section {
            h2 #kept tabindex="-1" { (lang.t("offline-kept")) }
            p.quiet #none { (lang.t("offline-none")) }
            ul.waiting #waiting aria-live="polite" {}
        }
        section hidden { h2 { (lang.t("offline-write")) } p.quiet { (lang.t("offline-never")) } (form(&app, lang)) }
        @for name in said() {
            template data-say=(name) { (lang.code("offline-say", name)) }
        }
    };
    Page::new(&visit, &title).script(assets::offline()).show(&body)
}

fn form(app: &App, lang: Lang) -> Markup {
    let directory = app.hall.site.directory();
    let (typed, errors) = (Fields::default(), Errors::default());
    let line = |name, label, input, chars_max, required| Field {
        name,
        label: lang.t(label),
        input,
        chars_max,
        required,
        ..Field::default()
    };
    let card = |family: &str, code: &str| Choice { value: code.to_owned(), title: lang.code(family, code), hint: String::new() };
    let kinds = Kind::ALL.iter().filter(|kind| **kind != Kind::Accusation).map(|kind| card("kind", kind.code())).collect();
    let who = [Identity::Named, Identity::Confidential].map(|one| card("identity", one.code())).to_vec();
    let group = |name, legend: &str, list| Choices { name, legend: lang.t(legend), list, ..Choices::default() };
    let files = Field { name: "files", label: lang.t("field-files"), input: Input::Files, accept: ACCEPT, ..Field::default() };
    html! {
        form #typed {
            (field(lang, &line("what", "field-what", Input::Area(7), WHAT_CHARS_MAX, true), &typed, &errors))
            div.field {
                label for="place" { (lang.t("field-place")) }
                select #place name="place" {
                    option value="" { (lang.t("field-place-unknown")) }
                    @if let Some(root) = directory.root() { (tree(lang, &directory, root, "")) }
                }
            }
            (field(lang, &line("place_words", "field-place-words", Input::Line, PLACE_CHARS_MAX, false), &typed, &errors))
            (choices(&group("kind", "fact-kind", kinds), &typed, &errors))
            (choices(&group("identity", "label-identity", who), &typed, &errors))
            (field(lang, &line("name", "field-name", Input::Line, NAME_CHARS_MAX, true), &typed, &errors))
            (field(lang, &line("mobile", "field-mobile", Input::Phone, NAME_CHARS_MAX, false), &typed, &errors))
            (field(lang, &line("email", "field-email", Input::Email, EMAIL_CHARS_MAX, false), &typed, &errors))
            (danger_box(lang, false))
            label.check { input type="checkbox" name="by_staff" value="1"; span { (lang.t("offline-by-staff")) br; small.quiet { (lang.t("offline-by-staff-why")) } } }
            (field(lang, &files, &typed, &errors))
            div.acts { button { (lang.t("offline-keep")) } }
        }
    }
}
