//! From a number to its page: at the desk, and at the counter for somebody who lost the code.

use appeals::number;
use axum::response::{IntoResponse, Redirect, Response};
use civic::permit::Act;
use civic::refusal::Refusal;
use maud::{Markup, html};

use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::{Fields, Query};
use crate::kit::errors::Errors;
use crate::kit::field::{Field, field};
use crate::link;

/// Longest number that is read, in characters.
const NUMBER_CHARS_MAX: usize = 60;

/// Leads to the matter of a number, or to the act that is asked for.
pub async fn go(_desk: Desk, Query(query): Query) -> Result<Response, Problem> {
    let typed: String = query.get("number").chars().take(NUMBER_CHARS_MAX).collect();
    let number = number::parse(&typed).ok_or_else(|| Refusal::new("number_unknown").instead("check_number"))?;
    let to = match Act::parse(query.get("act")) {
        Some(act @ Act::ReissueCode) => link::matter_act(&number, act),
        _ => link::matter(&number),
    };
    Ok(Redirect::to(&to).into_response())
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
