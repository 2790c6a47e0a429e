//! An accusation as its author sees it: the own copy that only the query code opens.

use appeals::sealed::Own;
use civic::vault::Key;
use data_encoding::HEXLOWER;
use db::Fault;
use maud::{Markup, html};

use super::story;
use crate::app::App;
use crate::kit::Tone;
use crate::kit::notice::notice;
use crate::kit::owner::owner_line;
use crate::words::{Lang, day};

/// Draws it. What the supervising body does with it is told by that body; no step of it is public.
pub fn draw(app: &App, lang: Lang, own: &Own) -> Markup {
    let directory = app.hall.site.directory();
    html! {
        p.quiet.code { (own.filing.number) }
        h1 { (story::title(lang, own.filing.kind)) }
        @if let Some(office) = directory.acting(&own.filing.owner) { (owner_line(lang, office, false)) }
        (notice(Tone::Way, &lang.t("sealed-title"), &html! { p { (lang.t("sealed-why")) } }))
        p { (lang.say("sealed-day", &[("day", day(lang, own.day).into()), ("due", day(lang, own.filing.due.due.last).into())])) }
        h2 { (lang.t("track-words")) }
        (story::quote(&own.filing.what))
        (story::attachments(lang, (story::OWN_FILES, 1), &own.filing.files))
        div.acts { a.button.second href="/track/receipt" download { (lang.t("receipt-download")) } }
    }
}

/// Returns the key its attachments are sealed with.
pub fn files_key(own: &Own) -> Result<Key, Fault> {
    let bytes = HEXLOWER.decode(own.files_key.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.map(Key::new).ok_or_else(|| Fault::other("an own copy holds a wrong key"))
}
