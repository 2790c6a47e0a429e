//! Words that were typed while a session ran out. They come back in the page that asks who it is, as hidden fields, and are
//! offered for sending once that is known: nothing is stored, and every rule is asked anew.

use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use crate::app::App;
use crate::error::Problem;
use crate::extract::{Fields, Upload};
use crate::kit::Tone;
use crate::kit::notice::notice;
use crate::kit::shell::Page;
use crate::visit::Visit;
use crate::{desk, link, portal};

/// Holds the address that the words were sent to.
const TO: &str = "kept_to";
/// Begins the name of every field that is kept.
const BEGIN: &str = "kept.";
/// Fields that are no words of anybody, or secrets: the form they stood in has them anew, or asks again.
const LEFT_OUT: &[&str] = &["password", "again", "old", "code", "second_code", "query_code"];
/// Fields shown again only as hidden ones: they mean nothing to a reader.
const UNSHOWN: &[&str] = &["seen", "act", "submit_key"];
/// Shortest text worth showing as words, in characters.
const WORDS_CHARS_MIN: usize = 2;

/// Answers a form that came after its session had ended: who is it, with the words kept. `None` when it cannot be read.
pub(crate) async fn instead(app: &App, visit: &Visit, (problem, request): (&Problem, Request)) -> Option<Response> {
    let path = request.uri().path().to_owned();
    let Upload { fields, files, refused } = Upload::from_request(request, app).await.ok()?;
    let kept = keep(&path, &fields)?;
    let mut answer = match problem {
        Problem::SignIn(_) => desk::account::ask_again(app, visit, &kept),
        Problem::ShowCode => portal::track::ask_again(visit, &kept, !(files.is_empty() && refused.is_empty())),
        _ => return None,
    };
    *answer.status_mut() = StatusCode::UNAUTHORIZED;
    Some(answer)
}

/// Packs the fields of a form; none when it holds nothing that could be lost.
pub(crate) fn keep(path: &str, fields: &Fields) -> Option<Fields> {
    let mut kept = Fields::default();
    kept.set(TO, path);
    let mut words = false;
    for (name, text) in fields.iter().filter(|(name, _)| !LEFT_OUT.contains(name)) {
        words |= !UNSHOWN.contains(&name) && text.chars().count() >= WORDS_CHARS_MIN;
        kept.push(&format!("{BEGIN}{name}"), text);
    }
    words.then_some(kept)
}

/// Tells whether a form carries kept words.
pub(crate) fn has(fields: &Fields) -> bool {
    fields.has(TO)
}

/// Draws what carries the words through the page that asks who it is, and says so.
pub(crate) fn carried(visit: &Visit, fields: &Fields) -> Markup {
    html! {
        @if has(fields) {
            (notice(Tone::Soon, &visit.lang.t("kept-title"), &html! { p { (visit.lang.t("kept-why")) } }))
            @for (name, text) in fields.iter().filter(|(name, _)| *name == TO || name.starts_with(BEGIN)) {
                input type="hidden" name=(name) value=(text);
            }
        }
    }
}

/// Offers the words for sending, now that it is known who asks. None when the address is none of ours.
pub(crate) fn offered(visit: &Visit, fields: &Fields) -> Option<Response> {
    let to = link::local(fields.get(TO)).filter(|to| to.starts_with("/desk/") || to.starts_with("/track/"))?;
    let (lang, title) = (visit.lang, visit.lang.t("kept-offer-title"));
    let own = || fields.iter().filter_map(|(name, text)| Some((name.strip_prefix(BEGIN)?, text)));
    let body = html! {
        h1 { (title) }
        p.lead { (lang.t("kept-offer-lead")) }
        form method="post" action=(to) data-once="" {
            @for (name, text) in own() {
                input type="hidden" name=(name) value=(text);
                @if !UNSHOWN.contains(&name) && text.chars().count() >= WORDS_CHARS_MIN { p.words { (text) } }
            }
            div.acts { button { (lang.t("kept-send")) } a.button.second href=(back(to)) { (lang.t("kept-drop")) } }
        }
    };
    Some(Page::new(visit, &title).show(&body).into_response())
}

/// Leads to the page that the form stood on, without its words.
fn back(to: &str) -> &str {
    match to.split_once("/act/") {
        Some((matter, _)) => matter,
        None if to.starts_with("/track/") => "/track/matter",
        None => link::DESK,
    }
}
