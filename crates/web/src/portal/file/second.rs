//! A second beginning while an unfinished draft is there: nothing of either is lost before the person says which to go on with.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::html;

use super::draft::Typed;
use super::steps::Step;
use crate::extract::Fields;
use crate::kit::shell::{FORM, Filled, Page};
use crate::link;
use crate::visit::Visit;

/// Says that the new words are to be gone on with.
pub const NEW: &str = "new";

/// Says how what was sent stands to the draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// It belongs to it, or there is none.
    Here,
    /// It was sent from a page that knew nothing of it, and holds nothing new.
    Nothing,
    /// It is a second beginning.
    Another,
}

/// Compares what was sent at the first step with the draft. The page that the draft was typed on carries its submit key.
pub fn begun(typed: &Typed, sent: &Fields) -> Begun {
    if typed.is_empty() || sent.get("submit_key") == typed.submit_key {
        return Begun::Here;
    }
    let fresh = sent.has("what") && sent.get("what") != typed.fields.get("what");
    if fresh { Begun::Another } else { Begun::Nothing }
}

/// Asks which to go on with. The first words are shown only where the device may keep them too: of an accusation or an
/// anonymous matter nothing is shown, and nothing before that is known, so that nobody learns which it is.
pub fn ask(visit: &Visit, typed: &Typed, sent: &Fields) -> Response {
    let (lang, title) = (visit.lang, visit.lang.t("second-title"));
    let open = typed.fields.has("kind") && typed.fields.has("identity") && !typed.is_hushed();
    let body = html! {
        h1 { (title) }
        p.lead { (lang.t("second-lead")) }
        h2 { (lang.t("second-old")) }
        @if open { p.words { (typed.fields.get("what")) } } @else { p { (lang.t("second-old-unshown")) } }
        p { a.button.second href=(Step::What.address()) { (lang.t("second-take-old")) } }
        form id=(FORM) method="post" action=(link::FILE) data-draft-erase="" {
            h2 { (lang.t("second-new")) }
            p.words { (sent.get("what")) }
            input type="hidden" name="step" value=(Step::What.code());
            @for name in Step::What.fields() { input type="hidden" name=(name) value=(sent.get(name)); }
            button name="choose" value=(NEW) { (lang.t("second-take-new")) }
        }
    };
    let form = Filled { to: link::FILE.to_owned(), files: false };
    (StatusCode::CONFLICT, Page::new(visit, &title).form(form).show(&body)).into_response()
}
