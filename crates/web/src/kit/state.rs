//! The state chip: shape, word and colour together.

use maud::{Markup, html};

use super::Tone;
use super::icon::icon;

/// Draws a chip.
pub fn chip(tone: Tone, word: &str) -> Markup {
    html! { span class={ "chip " (tone.class()) } { (icon(tone)) (word) } }
}
