//! One field of a form: label above, hint below it, then the input, then the error with what to do.

use maud::{Markup, html};

use super::errors::Errors;
use crate::extract::Fields;
use crate::words::Lang;

/// Names the kinds of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Input {
    /// A line of text.
    #[default]
    Line,
    /// Several lines; the number is how many are shown.
    Area(u8),
    /// A mobile number.
    Phone,
    /// An e-mail address.
    Email,
    /// A day.
    Day,
    /// A number code, such as a one-time code.
    Digits,
    /// A password; never shown again.
    Password,
    /// Files.
    Files,
}

/// Describes a field; the rest of its look follows from the kind.
#[derive(Debug, Clone, Default)]
pub struct Field<'a> {
    /// Name, and id where it has none of its own.
    pub name: &'a str,
    /// Id where another field of the page has the same name; empty for the name. The error summary leads to names, so a form
    /// whose fields have ids of their own stands without one.
    pub id: &'a str,
    /// Label.
    pub label: String,
    /// What helps to fill it in; empty for nothing.
    pub hint: String,
    /// Kind of input.
    pub input: Input,
    /// `autocomplete` token; empty for `off`.
    pub complete: &'a str,
    /// True where an empty field is an error.
    pub required: bool,
    /// True where another answer decides whether it may stay empty; then nothing is marked.
    pub depends: bool,
    /// Most characters; 0 for no mark.
    pub chars_max: usize,
    /// File kinds for a picker.
    pub accept: &'a str,
    /// True where the page begins with it.
    pub focus: bool,
}

impl Field<'_> {
    fn id(&self) -> &str {
        if self.id.is_empty() { self.name } else { self.id }
    }
}

/// Draws a field with what was typed and what is wrong with it.
pub fn field(lang: Lang, field: &Field<'_>, typed: &Fields, errors: &Errors) -> Markup {
    let error = errors.of(field.name);
    html! {
        div.field.wrong[error.is_some()] {
            label for=(field.id()) { (field.label) @if !field.required && !field.depends { span.optional { (lang.t("field-optional")) } } }
            @if !field.hint.is_empty() { p.hint id={ (field.id()) "-hint" } { (field.hint) } }
            (input(field, typed.get(field.name), error.is_some()))
            @if let Some(message) = error { p.error id={ (field.id()) "-error" } { (super::icon::icon(super::Tone::Late)) span { (message) } } }
        }
    }
}

/// Names the texts that describe an input: hint first, error last.
pub(crate) fn described(name: &str, hint: bool, error: bool) -> Option<String> {
    let hint = hint.then(|| format!("{name}-hint"));
    let error = error.then(|| format!("{name}-error"));
    let ids: Vec<String> = hint.into_iter().chain(error).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

fn input(field: &Field<'_>, value: &str, wrong: bool) -> Markup {
    let described = described(field.id(), !field.hint.is_empty(), wrong);
    let invalid = wrong.then_some("true");
    let most = (field.chars_max > 0).then_some(field.chars_max);
    let complete = if field.complete.is_empty() { "off" } else { field.complete };
    let (kind, mode) = match field.input {
        Input::Area(rows) => {
            return html! {
                textarea #(field.id()) name=(field.name) rows=(rows) required[field.required] autofocus[field.focus]
                    autocomplete=(complete) aria-describedby=[described] aria-invalid=[invalid] { (value) }
            };
        }
        Input::Files => {
            return html! {
                input #(field.id()) name=(field.name) type="file" multiple accept=(field.accept)
                    aria-describedby=[described] aria-invalid=[invalid];
            };
        }
        Input::Line => ("text", None),
        Input::Phone => ("tel", Some("tel")),
        Input::Email => ("email", Some("email")),
        Input::Day => ("date", None),
        Input::Digits => ("text", Some("numeric")),
        Input::Password => ("password", None),
    };
    let value = if field.input == Input::Password { "" } else { value };
    html! {
        input #(field.id()) name=(field.name) type=(kind) inputmode=[mode] value=(value) maxlength=[most]
            required[field.required] autofocus[field.focus] autocomplete=(complete) aria-describedby=[described] aria-invalid=[invalid];
    }
}

/// Draws a pull-down list; options are values with their words.
pub fn select(lang: Lang, field: &Field<'_>, options: &[(String, String)], typed: &Fields, errors: &Errors) -> Markup {
    let error = errors.of(field.name);
    let described = described(field.id(), !field.hint.is_empty(), error.is_some());
    let picked = typed.get(field.name);
    html! {
        div.field.wrong[error.is_some()] {
            label for=(field.id()) { (field.label) @if !field.required && !field.depends { span.optional { (lang.t("field-optional")) } } }
            @if !field.hint.is_empty() { p.hint id={ (field.id()) "-hint" } { (field.hint) } }
            select #(field.id()) name=(field.name) required[field.required] autofocus[field.focus] aria-describedby=[described]
                aria-invalid=[error.map(|_| "true")] {
                @for (value, words) in options { option value=(value) selected[value == picked] { (words) } }
            }
            @if let Some(message) = error { p.error id={ (field.id()) "-error" } { (super::icon::icon(super::Tone::Late)) span { (message) } } }
        }
    }
}
