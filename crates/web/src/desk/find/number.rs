//! From a number to its page: at the desk, and at the counter for somebody who lost the code.

use appeals::number;
use civic::permit::Act;
use maud::{Markup, html};

use crate::desk::frame::Desk;
use crate::extract::Fields;
use crate::kit::errors::Errors;
use crate::kit::field::{Field, field};
use crate::link;

/// Longest number that is read, in characters.
const NUMBER_CHARS_MAX: usize = 60;

/// Returns where a number leads: to its matter, or to the act that is asked for. None when it cannot be a number.
pub(super) fn leads(typed: &str, act: &str) -> Option<String> {
    let typed: String = typed.chars().take(NUMBER_CHARS_MAX).collect();
    let number = number::parse(&typed)?;
    Some(match Act::parse(act) {
        Some(act @ Act::ReissueCode) => link::matter_act(&number, act),
        _ => link::matter(&number),
    })
}

/// Draws the box for a number.
pub fn form(desk: &Desk, (title, button): (&str, &str), act: Option<Act>) -> Markup {
    let lang = desk.lang();
    let number = Field {
        name: "number",
        label: lang.t(title),
        hint: lang.t("field-number-hint"),
        required: true,
        chars_max: NUMBER_CHARS_MAX,
        ..Field::default()
    };
    html! {
        form.find-form method="get" action=(link::FIND) {
            @if let Some(act) = act { input type="hidden" name="act" value=(act.code()); }
            (field(lang, &number, &Fields::default(), &Errors::default()))
            button.second { (lang.t(button)) }
        }
    }
}
