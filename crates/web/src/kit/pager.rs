//! Leafing through pages by their addresses.

use maud::{Markup, html};

use crate::words::Lang;

/// Says where the pages before and after are.
#[derive(Debug, Clone, Default)]
pub struct Pager {
    /// Address of the page before.
    pub before: Option<String>,
    /// Address of the page after.
    pub after: Option<String>,
    /// Where this page stands, in words.
    pub here: String,
}

/// Draws the pager; nothing when there is one page only.
pub fn pager(lang: Lang, pages: &Pager) -> Markup {
    html! {
        @if pages.before.is_some() || pages.after.is_some() {
            nav.pager aria-label=(lang.t("pager-label")) {
                @if let Some(before) = &pages.before { a.button.second rel="prev" href=(before) { (lang.t("pager-before")) } }
                span { (pages.here) }
                @if let Some(after) = &pages.after { a.button.second rel="next" href=(after) { (lang.t("pager-after")) } }
            }
        }
    }
}
