//! Steps of a longer form: where I am, what comes.

use std::cmp::Ordering;

use maud::{Markup, html};

use crate::words::Lang;

fn place(number: usize, current: usize) -> &'static str {
    match number.cmp(&current) {
        Ordering::Less => "past",
        Ordering::Equal => "here",
        Ordering::Greater => "ahead",
    }
}

/// Draws the steps; `current` counts from 0.
pub fn steps(lang: Lang, titles: &[String], current: usize) -> Markup {
    let (at, of) = (current + 1, titles.len());
    html! {
        nav.steps aria-label=(lang.t("steps-label")) {
            p { (lang.say("steps-here", &[("at", at.into()), ("of", of.into())])) span.now { " · " (titles.get(current).map_or("", String::as_str)) } }
            ol {
                @for (number, title) in titles.iter().enumerate() {
                    li class=(place(number, current))
                        aria-current=[(number == current).then_some("step")] { span { (title) } }
                }
            }
        }
    }
}
