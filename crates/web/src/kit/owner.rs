//! The owner line: who has it now and how to reach them.

use civic::directory::Office;
use maud::{Markup, html};

use crate::words::Lang;

/// Draws the line for an office that has it, or had it where it is over.
pub fn owner_line(lang: Lang, office: &Office, over: bool) -> Markup {
    let (before, after) = if over { ("owner-was", "owner-handled") } else { ("owner-now", "owner-holds") };
    let name = lang.pick(&office.name, &office.name_en);
    html! {
        p.owner {
            (lang.t(before)) strong { (name) } (lang.t(after))
            @if !office.phone.is_empty() {
                (lang.t("owner-phone")) a href={ "tel:" (office.phone) } { (office.phone) }
            }
        }
    }
}
