//! An empty state: why there is nothing, and what to do.

use maud::{Markup, html};

/// Draws an empty state; `act` is a link or a button, or nothing.
pub fn empty(title: &str, why: &str, act: &Markup) -> Markup {
    html! {
        div.empty {
            p.empty-title { (title) }
            p { (why) }
            (act)
        }
    }
}
