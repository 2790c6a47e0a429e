//! A list of facts: what on the left, the value on the right, one below the other on a phone.

use maud::{Markup, html};

/// Draws a list of facts.
pub fn facts(list: &[(String, Markup)]) -> Markup {
    html! {
        dl.facts {
            @for (name, value) in list {
                div { dt { (name) } dd { (value) } }
            }
        }
    }
}
