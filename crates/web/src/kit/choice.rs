//! Choice cards: one of a few, each with a plain sentence. Radio buttons underneath.

use maud::{Markup, html};

use super::errors::Errors;
use super::field::described;
use crate::extract::Fields;

/// Is one card.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Value that is sent.
    pub value: String,
    /// Word.
    pub title: String,
    /// Plain sentence; empty for none.
    pub hint: String,
}

/// Is a group of cards.
#[derive(Debug, Clone, Default)]
pub struct Choices<'a> {
    /// Name of the field.
    pub name: &'a str,
    /// The question.
    pub legend: String,
    /// What helps to choose; empty for nothing.
    pub hint: String,
    /// The cards.
    pub list: Vec<Choice>,
    /// True for check boxes: several may be chosen.
    pub several: bool,
}

/// Draws the cards. The first one carries the field's name as its id, so that the error summary leads there.
pub fn choices(group: &Choices<'_>, typed: &Fields, errors: &Errors) -> Markup {
    let error = errors.of(group.name);
    let kind = if group.several { "checkbox" } else { "radio" };
    html! {
        fieldset.choices.wrong[error.is_some()] aria-describedby=[described(group.name, !group.hint.is_empty(), error.is_some())] {
            legend { (group.legend) }
            @if !group.hint.is_empty() { p.hint id={ (group.name) "-hint" } { (group.hint) } }
            div.cards.brief[group.list.iter().all(|choice| choice.hint.is_empty())] {
                @for (at, choice) in group.list.iter().enumerate() {
                    @let id = if at == 0 { group.name.to_owned() } else { format!("{}-{}", group.name, choice.value) };
                    label.card for=(id) {
                        input id=(id) type=(kind) name=(group.name) value=(choice.value)
                            checked[typed.all(group.name).any(|value| value == choice.value)];
                        span { strong { (choice.title) } @if !choice.hint.is_empty() { small { (choice.hint) } } }
                    }
                }
            }
            @if let Some(message) = error { p.error id={ (group.name) "-error" } { (super::icon::icon(super::Tone::Late)) span { (message) } } }
        }
    }
}
