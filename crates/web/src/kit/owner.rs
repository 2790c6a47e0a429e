//! The owner line: who has it now and how to reach them.

use civic::directory::Office;
use maud::{Markup, html};

use crate::words::Lang;

/// Draws the line for an office.
pub fn owner_line(lang: Lang, office: &Office) -> Markup {
    let name = lang.pick(&office.name, &office.name_en);
    html! {
        p.owner {
            (lang.t("owner-now")) strong { (name) } (lang.t("owner-holds"))
            @if !office.phone.is_empty() {
                (lang.t("owner-phone")) a href={ "tel:" (office.phone) } { (office.phone) }
            }
        }
    }
}
