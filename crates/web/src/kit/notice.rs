//! A notice: something to know before going on.

use maud::{Markup, html};

use super::Tone;
use super::icon::icon;

/// Draws a notice with a heading of its own.
pub fn notice(tone: Tone, title: &str, body: &Markup) -> Markup {
    html! {
        section class={ "notice " (tone.class()) } {
            p.notice-title { (icon(tone)) strong { (title) } }
            (body)
        }
    }
}

/// Draws what just happened, and says it aloud: on the page after a form was sent.
pub fn flash(tone: Tone, text: &str) -> Markup {
    html! { p #done class={ "notice flash " (tone.class()) } role="status" { (icon(tone)) span { (text) } } }
}
