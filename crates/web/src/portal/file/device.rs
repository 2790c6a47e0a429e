//! The copy on the device: the script alone makes it, and only once it is certain that the matter is no accusation and that
//! its writer leaves a name.
//!
//! Kind and identity are asked for after the words. Before both are chosen nothing is written to the device, for nobody
//! knows yet whether it may be; the sealed draft on the server holds the words until then. Attachments and the submit key
//! never enter the copy. It goes with the filing, with the draft, a day after the last word, and as soon as the matter
//! becomes an accusation or anonymous.

use axum::extract::State;
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde_json::{Map, Value};

use super::draft::Typed;
use super::steps::Step;
use crate::app::App;
use crate::error::Problem;
use crate::extract::Form;
use crate::kit::Tone;
use crate::kit::notice::notice;
use crate::visit::Visit;
use crate::words::Lang;

/// Takes the copy back into the draft.
pub const RESTORE: &str = "/appeals/new/restore";

/// Says what the script may copy: every field as it stands, or nothing at all.
pub fn copy(typed: &Typed) -> String {
    if typed.is_hushed() {
        return String::new();
    }
    let names = Step::TYPED.iter().flat_map(|step| step.fields());
    let texts = names.map(|name| ((*name).to_owned(), Value::from(typed.fields.get(name))));
    Value::Object(texts.collect::<Map<_, _>>()).to_string()
}

/// Draws the offer to go on from the copy, and to take it off this device. The script shows it where there is one.
pub fn offer(lang: Lang) -> Markup {
    let body = html! {
        p { (lang.t("device-offer-why")) }
        form.acts method="post" action=(RESTORE) {
            button data-draft-restore="" { (lang.t("device-restore")) }
            button.second type="button" data-draft-forget="" { (lang.t("device-forget")) }
        }
    };
    html! { div data-draft-offer="" hidden { (notice(Tone::Way, &lang.t("device-offer"), &body)) } }
}

/// Draws the word that a copy lies on this device. The script shows it once that is true.
pub fn kept(lang: Lang) -> Markup {
    html! { p.quiet data-draft-kept="" hidden { (lang.t("device-kept")) } }
}

/// Keeps what the copy holds as if it had been typed again, and leads to the preview, or to what is missing before it.
pub async fn restore(State(app): State<App>, visit: Visit, mut typed: Typed, Form(sent): Form) -> Result<Response, Problem> {
    typed.keep_all(&app, &sent).await?;
    let cookie = AppendHeaders([(header::SET_COOKIE, typed.cookie(&app, visit.peer))]);
    Ok((cookie, Redirect::to(&Step::Check.address())).into_response())
}
