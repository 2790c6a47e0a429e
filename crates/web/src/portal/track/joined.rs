//! Joining what many said of the place from the page of one's own matter. Number, code and answer stay one's own; a person decides what is
//! handled together.

use appeals::State;
use appeals::joined::Joined;
use appeals::view::Personal;
use civic::permit::Act;
use maud::{Markup, html};

use crate::app::App;
use crate::error::Problem;
use crate::kit::Tone;
use crate::kit::notice::notice;
use crate::portal::joined::{self, Said};
use crate::words::Lang;

/// Finds what many said that this matter may be the same as; never the work that it heads itself.
pub async fn of(app: &App, personal: &Personal) -> Result<Option<Joined>, Problem> {
    let (state, filing) = (&personal.state, &personal.filing);
    let place = filing.place.as_deref().unwrap_or_default();
    let said = Said { kind: Some(state.kind), unread: state.unread, what: &filing.what, place };
    Ok(joined::of(app, said).await?.filter(|joined| joined.main != state.matter))
}

/// Draws it with the press that joins; or, once that was done, that the office knows.
pub fn draw(app: &App, lang: Lang, state: &State, found: Option<&Joined>) -> Markup {
    let place = state.place.as_deref().unwrap_or_default();
    html! {
        @if state.joins.is_some() && appeals::likely::is_early(state) {
            (notice(Tone::Way, &lang.t("waits-joined"), &html! { p { (lang.t("waits-joined-why")) } }))
        }
        @if let Some(found) = found { (joined::draw(app, lang, (found, place), (&lang.t("joined-why-own"), &press(lang, state, found)))) }
    }
}

fn press(lang: Lang, state: &State, found: &Joined) -> Markup {
    html! {
        form method="post" action="/track/act" enctype="multipart/form-data" data-once="" {
            input type="hidden" name="act" value=(Act::Join.code());
            input type="hidden" name="seen" value=(state.version);
            button.second name="joins" value=(found.subject) { (lang.t("joined-send")) }
        }
    }
}
