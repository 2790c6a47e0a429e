//! The signs of opinion boxes and places: whoever scans one comes to the form, and the place is filled in already.

use axum::response::{IntoResponse, Redirect, Response};
use civic::directory::Directory;
use maud::{Markup, html};

use crate::app::App;
use crate::extract::Path;
use crate::kit::Tone;
use crate::kit::notice::notice;
use crate::link;
use crate::words::Lang;

/// Characters of a code on a sign.
const CODE_CHARS: std::ops::RangeInclusive<usize> = 2..=32;

/// Leads from the short address on a sign to the form. A sign that outlived its box leads there too: nobody is turned away.
pub async fn go(Path(code): Path<String>) -> Response {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'_');
    let fits = CODE_CHARS.contains(&code.len()) && code.bytes().all(plain);
    let to = if fits { link::file_at(&code) } else { link::FILE.to_owned() };
    Redirect::to(&to).into_response()
}

/// Names the place that a sign stands for, by code.
pub fn place<'a>(directory: &'a Directory, code: &str) -> Option<&'a str> {
    let code = directory.boxes.get(code).map_or(code, |own| own.place.as_str());
    directory.places.get(code).filter(|place| place.merged_into.is_none()).map(|place| place.code.as_str())
}

/// Says which sign was scanned, and what that filled in.
pub fn said(app: &App, lang: Lang, code: &str) -> Markup {
    let directory = app.hall.site.directory();
    let Some(place) = place(&directory, code).and_then(|place| directory.places.get(place)) else { return html! {} };
    let place = lang.pick(&place.name, &place.name_en);
    let title = match directory.boxes.get(code) {
        Some(own) => lang.say("sign-box", &[("name", lang.pick(&own.name, &own.name_en).into())]),
        None => lang.say("sign-place", &[("place", place.into())]),
    };
    html! {
        input type="hidden" name="at" value=(code);
        (notice(Tone::Way, &title, &html! { p { (lang.say("sign-filled", &[("place", place.into())])) } }))
    }
}
