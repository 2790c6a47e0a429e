//! Shapes that stand beside words: one a tone, so that a state reads without colour.

use maud::{Markup, html};

use super::Tone;

/// Draws the shape of a tone, hidden from screen readers: the word says it.
pub fn icon(tone: Tone) -> Markup {
    html! {
        svg.icon viewBox="0 0 16 16" aria-hidden="true" focusable="false" {
            @match tone {
                Tone::Way => { path d="M2 8h9M8 4l4 4-4 4" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" {} }
                Tone::Soon => {
                    circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2" {}
                    path d="M8 4.5V8l2.5 1.5" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" {}
                }
                Tone::Late => {
                    path d="M8 1.8 15 14H1Z" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" {}
                    path d="M8 6v4M8 12v.1" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" {}
                }
                Tone::Done => { path d="m2.5 8.5 3.5 3.5 7.5-8" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round" {} }
                Tone::Plain => { circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" stroke-width="2" {} }
            }
        }
    }
}
