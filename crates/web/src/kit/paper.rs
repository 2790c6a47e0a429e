//! A page that stands alone: it opens offline, without this site, and prints well. It brings the site's own look with it.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::assets;
use crate::words::Lang;

/// Draws it.
pub fn paper(lang: Lang, title: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(lang.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(assets::STYLE)) }
            }
            body { main { (body) } }
        }
    };
    // what leads into the site leads nowhere offline: it stays as words
    page.into_string().replace(" href=\"/", " data-was=\"/")
}
