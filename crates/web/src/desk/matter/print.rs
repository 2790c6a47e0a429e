//! The file of a matter on paper: facts, words and steps in the order in which they happened.

use axum::response::Response;
use maud::html;

use super::load::find;
use super::{page, story};
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::Path;
use crate::kit::print::slip;
use crate::link;
use crate::portal::track::story::last_word;
use crate::words::moment;

/// Shows the print view. What may not be read is not printed either.
pub async fn show(desk: Desk, Path(number): Path<String>) -> Result<Response, Problem> {
    let matter = find(&desk, &number).await?;
    let lang = desk.lang();
    let now = moment(lang, desk.app.now(), &desk.app.hall.site.zone);
    let paper = html! {
        (page::aside(&desk, (&matter, true)))
        @if let Some(personal) = &matter.words {
            (last_word(lang, &desk.app.hall.site.rules(), &personal.steps))
        }
        h2 { (lang.t("track-steps")) }
        (story::in_order(&desk, &matter))
        p.quiet { (lang.say("print-by", &[("name", desk.person().name.as_str().into()), ("moment", now.into())])) }
    };
    let body = html! {
        (slip(lang, &matter.state.number, &paper))
        p.no-print { a href=(link::matter(&matter.state.number)) { (lang.t("back")) } }
    };
    Ok(desk.page(&matter.state.number, &body))
}
