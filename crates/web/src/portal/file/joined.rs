//! "Others have said this too": at the preview, whoever says what many said of the same place joins them with one press. Which many
//! these may be is found by the place and by what a machine takes the own words for, never by the words of others.

use appeals::Kind;
use appeals::joined::{self, Joined};
use maud::{Markup, html};

use super::draft::Typed;
use crate::app::App;
use crate::error::Problem;
use crate::reading::read;
use crate::words::Lang;

/// Finds what many said that this may be the same as. Nothing of an accusation or a complaint, and nothing where no machine shall read.
pub async fn of(app: &App, typed: &Typed) -> Result<Option<Joined>, Problem> {
    let fields = &typed.fields;
    let kind = Kind::parse(fields.get("kind"));
    let joins = kind.filter(|kind| matches!(kind, Kind::Consultation | Kind::Help | Kind::Suggestion));
    let (Some(kind), true) = (joins, fields.has("place") && !fields.has("unread")) else { return Ok(None) };
    let read = read(app, (kind, false), (fields.get("what"), Some(fields.get("place"))));
    let Some(subject) = read.and_then(|read| read.subject) else { return Ok(None) };
    let (site, now, place) = (app.hall.site.clone(), app.now(), fields.get("place").to_owned());
    let found = app.hall.store.read(move |tx| joined::of_place(tx, &site, now, (&place, &subject.code)));
    Ok(found.await?)
}

/// Draws it with the press that sends and joins.
pub fn draw(app: &App, lang: Lang, typed: &Typed) -> Markup {
    let Some(joined) = &typed.joined else { return html! {} };
    let (directory, rules) = (app.hall.site.directory(), app.hall.site.rules());
    let place = directory.places.get(typed.fields.get("place"));
    let (Some(place), Some((zh, en))) = (place, rules.subject(&joined.subject)) else { return html! {} };
    let args = [
        ("place", lang.pick(&place.name, &place.name_en).into()),
        ("people", joined.people.cast_signed().into()),
        ("subject", lang.pick(zh, en).into()),
    ];
    html! {
        section.suggest {
            h2 { (lang.t("joined-title")) }
            p { strong { @if joined.more { (lang.say("joined-more", &args)) } @else { (lang.say("joined-about", &args)) } } }
            p.quiet { (lang.t("joined-why")) }
            div.acts { button.second name="joins" value=(joined.subject) { (lang.t("joined-send")) } }
        }
    }
}
