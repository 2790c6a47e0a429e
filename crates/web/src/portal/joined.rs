//! "Others have said this too": whoever says what many said of the same place joins them with one press, at the preview or from the
//! page of their own matter. Which many these may be is found by the place and by what a machine takes the own words for, never by the
//! words of others.

use appeals::Kind;
use appeals::joined::{self, Joined};
use maud::{Markup, html};

use crate::app::App;
use crate::error::Problem;
use crate::reading::read;
use crate::words::Lang;

/// Is what somebody says, as far as it is looked at for this.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// What they want; none while that is not chosen.
    pub kind: Option<Kind>,
    /// Whether no machine shall read it.
    pub unread: bool,
    /// In their own words.
    pub what: &'a str,
    /// Place code; empty for "I don't know".
    pub place: &'a str,
}

/// Finds what many said that this may be the same as. Nothing of an accusation or a complaint, and nothing where no machine shall read.
pub async fn of(app: &App, said: Said<'_>) -> Result<Option<Joined>, Problem> {
    let kind = said.kind.filter(|kind| kind.joins());
    let (Some(kind), true) = (kind, !said.place.is_empty() && !said.unread) else { return Ok(None) };
    let read = read(app, (kind, false), (said.what, Some(said.place)));
    let Some(subject) = read.and_then(|read| read.subject) else { return Ok(None) };
    let (site, now, place) = (app.hall.site.clone(), app.now(), said.place.to_owned());
    let found = app.hall.store.read(move |tx| joined::of_place(tx, &site, now, (&place, &subject.code)));
    Ok(found.await?)
}

/// Draws what was found of a place; `why` says what one press does, and `press` is that press.
pub fn draw(app: &App, lang: Lang, (joined, place): (&Joined, &str), (why, press): (&str, &Markup)) -> Markup {
    let (directory, rules) = (app.hall.site.directory(), app.hall.site.rules());
    let (Some(place), Some((zh, en))) = (directory.places.get(place), rules.subject(&joined.subject)) else { return html! {} };
    let args = [
        ("place", lang.pick(&place.name, &place.name_en).into()),
        ("people", joined.people.cast_signed().into()),
        ("subject", lang.pick(zh, en).into()),
    ];
    html! {
        section.suggest {
            h2 { (lang.t("joined-title")) }
            p { strong { @if joined.more { (lang.say("joined-more", &args)) } @else { (lang.say("joined-about", &args)) } } }
            p.quiet { (why) " " (lang.t("joined-hidden")) }
            div.acts { (press) }
        }
    }
}
