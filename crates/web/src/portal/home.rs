//! The home page: one sentence, one box that is the first step of filing, three doors, four honest numbers.

use appeals::figures::{Count, Figures};
use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};

use crate::app::App;
use crate::error::Problem;
use crate::kit::shell::{FORM, Filled, Page};
use crate::link;
use crate::portal::figures::share;
use crate::portal::file::{Typed, danger_box, danger_line, offer};
use crate::portal::watch;
use crate::visit::Visit;
use crate::words::Lang;

/// Shows the page.
pub async fn show(State(app): State<App>, visit: Visit, typed: Typed) -> Result<Response, Problem> {
    let lang = visit.lang;
    let month = app.today().to_string()[..7].to_owned();
    let count = app.figures.clone().current(&app, move |figures: &Figures| figures.total(&month)).await?;
    let doors = [
        (link::TRACK, "door-track", "door-track-hint"),
        (link::FORUM, "door-forum", "door-forum-hint"),
        (link::DAYS, "door-days", "door-days-hint"),
        (link::CONSULT, "door-consult", "door-consult-hint"),
        (link::HELP, "door-help", "door-help-hint"),
        (link::RULES, "door-rules", "door-rules-hint"),
    ];
    let watchers = watch::watchers(&app).await?;
    let body = html! {
        (watch::alarm(&app, lang, &watchers))
        h1 { (lang.t("home-title")) }
        p { (lang.t("home-sentence")) }
        (unfinished(lang, &typed))
        form.first id=(FORM) method="post" action=(link::FILE) {
            input type="hidden" name="step" value="what";
            label.unseen for="what" { (lang.t("field-what")) }
            textarea #what name="what" rows="5" required aria-describedby="what-hint" {}
            p.hint #what-hint { (lang.t("home-hint")) }
            (danger_line(lang))
            (danger_box(lang, false))
            button { (lang.t("home-go")) }
        }
        ul.doors {
            @for (address, title, hint) in doors {
                li { a href=(address) { strong { (lang.t(title)) } span { (lang.t(hint)) } } }
            }
        }
        (numbers(lang, count.as_ref()))
    };
    let form = Filled { to: link::FILE.to_owned(), files: false };
    Ok(Page::new(&visit, &lang.t("home-title")).form(form).show(&body))
}

/// Leads back to what was typed before, so that a second beginning does not overwrite it: the draft here, else the copy on
/// the device. Of an accusation or an anonymous matter nothing is said on a page that anybody opens.
fn unfinished(lang: Lang, typed: &Typed) -> Markup {
    html! {
        @if typed.is_empty() { (offer(lang)) }
        @else if !typed.is_hushed() { p { (lang.t("home-unfinished")) " " a href=(link::FILE) { (lang.t("device-restore")) } } }
    }
}

/// Draws this month's four numbers, with the link to check them.
fn numbers(lang: Lang, count: Option<&Count>) -> Markup {
    let Some(count) = count else {
        return html! { section { h2 { (lang.t("numbers-title")) } p { (lang.t("figures-counting")) } } };
    };
    let four = [
        (count.received.to_string(), "number-received"),
        (count.replied.to_string(), "number-replied"),
        (share(count.in_time, count.replied), "number-in-time"),
        (share(count.satisfied, count.rated), "number-satisfied"),
    ];
    html! {
        section {
            h2 { (lang.t("numbers-title")) }
            dl.numbers { @for (value, key) in &four { div { dt { (lang.t(key)) } dd { (value) } } } }
            p { a href=(link::FIGURES) { (lang.t("numbers-check")) } }
        }
    }
}
