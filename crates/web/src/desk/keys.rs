//! The sheet of keys, at the foot of every page of the desk; the script opens it with `?`. Letters can be switched off by
//! those whom they disturb.

use maud::{Markup, html};

use crate::words::Lang;

/// Draws the sheet.
pub fn sheet(lang: Lang) -> Markup {
    html! {
        details.keys.no-print #keys {
            summary { (lang.t("keys-title")) }
            dl {
                div { dt { kbd { "j" } " " kbd { "k" } } dd { (lang.t("keys-move")) } }
                div { dt { kbd { "Enter" } } dd { (lang.t("keys-open")) } }
                div { dt { (lang.t("keys-letters-name")) } dd { (lang.t("keys-letters")) } }
                div { dt { kbd { "/" } } dd { (lang.t("keys-search")) } }
                div { dt { kbd { "?" } } dd { (lang.t("keys-help")) } }
            }
            label.check data-keys-switch="" hidden { input type="checkbox" checked; (lang.t("keys-switch")) }
        }
    }
}
