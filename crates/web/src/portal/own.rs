//! Opening something of one's own by its pass: a post of the board, a voice, a booking. The same steps are taken whether there is one or not, and
//! wrong passes slow down by address.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::guess::{self, GuessKey};
use civic::refusal::{No, Refusal};
use civic::site::Site;
use db::{Fault, Tx};
use maud::{Markup, html};

use crate::app::App;
use crate::error::Problem;
use crate::extract::Fields;
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, field};
use crate::kit::shell::Page;
use crate::visit::Visit;

/// Longest pass that is read, in characters.
pub(super) const PASS_CHARS_MAX: usize = 60;

/// Is a form that asks for a pass.
pub(super) struct Asked {
    /// What the page is called, by the key of its words.
    pub title: &'static str,
    /// Name of the field, and the keys of its label and hint.
    pub field: (&'static str, &'static str, &'static str),
    /// Where it goes.
    pub to: &'static str,
}

/// Reads a pass as far as one can be long.
pub(super) fn typed(fields: &Fields, name: &str) -> String {
    fields.get(name).chars().take(PASS_CHARS_MAX).collect()
}

/// Asks for a pass; `wrong` says by a key that the one before was none. What leads elsewhere stands below.
pub(super) fn ask(visit: &Visit, asked: &Asked, (lead, below): (&Markup, &Markup), wrong: Option<&str>) -> Response {
    let (lang, (name, label, hint)) = (visit.lang, asked.field);
    let mut errors = Errors::default();
    if let Some(wrong) = wrong {
        errors.add(name, lang.t(wrong));
    }
    let pass =
        Field { name, label: lang.t(label), hint: lang.t(hint), required: true, chars_max: PASS_CHARS_MAX, ..Field::default() };
    let body = html! {
        h1 { (lang.t(asked.title)) }
        (lead)
        (summary(lang, &errors))
        form method="post" action=(asked.to) {
            (field(lang, &pass, &Fields::default(), &errors))
            div.acts { button { (lang.t("forum-own-open")) } }
        }
        (below)
    };
    let page = Page::new(visit, &lang.t(asked.title)).show(&body);
    if errors.is_empty() { page } else { (StatusCode::FORBIDDEN, page).into_response() }
}

/// Finds what a pass opens; `find` looks for it.
pub(super) async fn open<T, F>(app: &App, visit: &Visit, find: F) -> Result<Option<T>, Problem>
where
    T: Send + 'static,
    F: FnOnce(&mut Tx<'_>, &Site) -> Result<Option<T>, Fault> + Send + 'static,
{
    let keys = [GuessKey::address(&app.hall.site, visit.peer.address)];
    let (site, now, asked, unlimited) = (app.hall.site.clone(), app.now(), keys.clone(), visit.peer.unlimited);
    let found = app.hall.store.read(move |tx| {
        let seconds = if unlimited { 0 } else { guess::waiting(tx, &site, now, &asked)? };
        let found = find(tx, &site)?;
        match seconds {
            0 => Ok(found),
            seconds => Err(No::from(Refusal::new("slow_down").with("seconds", seconds).instead("check_slip"))),
        }
    });
    let found = found.await?;
    if found.is_none() {
        let (site, now) = (app.hall.site.clone(), app.now());
        app.hall.store.write(move |tx| guess::failed(tx, &site, now, &keys)).await?;
    }
    Ok(found)
}
