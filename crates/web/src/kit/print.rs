//! The paper slip: what is worth printing and keeping.

use maud::{Markup, html};

use crate::words::Lang;

/// Draws a slip; printed alone, without the page around it. Printing is one key for those with script, a menu otherwise.
pub fn slip(lang: Lang, title: &str, body: &Markup) -> Markup {
    html! {
        section.slip aria-label=(title) {
            (body)
        }
        p.no-print { button.second type="button" data-print="" hidden { (lang.t("print")) } span.print-hint { (lang.t("print-hint")) } }
    }
}
