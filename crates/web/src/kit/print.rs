//! The paper slip: what is worth printing and keeping.

use maud::{Markup, html};

use crate::kit::qr::qr;
use crate::link;
use crate::words::Lang;

/// Draws number and query code, large enough to be copied by hand.
pub fn number_and_code(lang: Lang, number: &str, code: &str) -> Markup {
    html! {
        p.quiet { (lang.t("receipt-number")) }
        p.big.code { (number) }
        p.quiet { (lang.t("receipt-code")) }
        p.big.code { (code) }
    }
}

/// Draws the head of a slip: number and code, and a picture that leads to where the number is followed; the code is not in it.
pub fn slip_head(lang: Lang, base: &str, (number, code): (&str, &str)) -> Markup {
    let follow = format!("{base}{}", link::track_number(number));
    html! {
        div.slip-head {
            div { (number_and_code(lang, number, code)) }
            (qr(&follow, &lang.t("receipt-qr")))
        }
    }
}

/// Draws a slip; printed alone, without the page around it. Printing is one key for those with script, a menu otherwise.
pub fn slip(lang: Lang, title: &str, body: &Markup) -> Markup {
    html! {
        section.slip aria-label=(title) {
            (body)
        }
        p.no-print { button.second type="button" data-print="" hidden { (lang.t("print")) } span.print-hint { (lang.t("print-hint")) } }
    }
}
