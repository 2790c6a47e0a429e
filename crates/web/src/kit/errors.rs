//! What is wrong with a form: kept while it is checked, shown at the top and beside each field.

use maud::{Markup, html};

use crate::words::Lang;

/// Collects messages by field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Errors(Vec<(String, String)>);

impl Errors {
    /// Adds a message in the visitor's language; an empty field name concerns the form as a whole.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.push((field.to_owned(), message.into()));
    }

    /// Returns the first message of a field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == field).map(|(_, message)| message.as_str())
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Lists fields and messages.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(field, message)| (field.as_str(), message.as_str()))
    }
}

/// Draws the summary at the top of a form, with a link to each field; nothing when all is well.
pub fn summary(lang: Lang, errors: &Errors) -> Markup {
    html! {
        @if !errors.is_empty() {
            section.notice.late.summary #errors role="alert" tabindex="-1" aria-labelledby="errors-title" {
                h2 #errors-title { (lang.t("errors-title")) }
                p { (lang.t("errors-kept")) }
                ul {
                    @for (field, message) in errors.iter() {
                        li { @if field.is_empty() { (message) } @else { a href={ "#" (field) } { (message) } } }
                    }
                }
            }
        }
    }
}
