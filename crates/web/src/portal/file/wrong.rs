//! What is wrong with a form, put into words.

use appeals::filing::FieldError;

use crate::kit::errors::Errors;
use crate::words::Lang;

/// Says what is wrong with a field and what to do.
pub fn sentence(lang: Lang, error: &FieldError) -> String {
    let max = error.max.unwrap_or_default();
    lang.say(&format!("wrong-{}", error.code.replace('_', "-")), &[("max", max.into())])
}

/// Collects the errors of some fields; of all when `only` is empty.
pub fn errors(lang: Lang, wrong: &[FieldError], only: &[&str]) -> Errors {
    let mut errors = Errors::default();
    for error in wrong.iter().filter(|error| only.is_empty() || only.contains(&error.field)) {
        errors.add(error.field, sentence(lang, error));
    }
    errors
}
