//! The sign that stands in a window (窗口码): whoever scans it chooses how well it went and rates with number and query code, looks where their
//! matter stands, or says something new. It names an office and no person, and says nothing of who scanned it.

use axum::response::Response;
use civic::directory::Office;
use civic::permit::{Act, Subject};
use maud::html;

use super::ways;
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::kit::qr::qr;
use crate::link;

/// Shows the sign of the own office, ready to be printed.
pub async fn show(desk: Desk) -> Result<Response, Problem> {
    desk.permit(Act::FileForPerson, &Subject::site())?;
    let office = desk.directory().acting(&desk.person().office).cloned().ok_or(Problem::Absent)?;
    Ok(draw(&desk, &office, link::COUNTER))
}

/// Draws the sign of an office.
pub fn draw(desk: &Desk, office: &Office, back: &str) -> Response {
    let lang = desk.lang();
    let address = format!("{}{}", desk.visit.base, link::window(&office.code));
    let shown = address.split_once("://").map_or_else(String::new, |(_, rest)| rest.to_owned());
    let title = lang.t("window-sign");
    let body = html! {
        div.no-print {
            h1 { (title) }
            @if back == link::COUNTER { (ways(desk, link::COUNTER_SIGN)) }
            p { (lang.t("window-sign-how")) }
            p {
                button type="button" data-print="" hidden { (lang.t("print")) } span.print-hint { (lang.t("print-hint")) } " "
                a.button.second href=(link::window(&office.code)) { (lang.t("window-sign-page")) } " "
                a.button.second href=(back) { (lang.t("back")) }
            }
        }
        div.sheet {
            section.poster aria-label=(title) {
                p.poster-head { span { (desk.visit.site) } span { (lang.pick(&office.name, &office.name_en)) } }
                p.poster-call { (lang.t("window-call")) }
                p.poster-line { (lang.t("window-line")) }
                div.poster-code { (qr(&address, &lang.say("sign-picture", &[("address", shown.as_str().into())]))) p.code { (shown) } }
                ol.poster-steps { @for key in ["window-step-scan", "window-step-code", "window-step-then"] { li { (lang.t(key)) } } }
                div.poster-foot {
                    p { (lang.t("window-lost")) }
                    p { strong { (lang.t("sign-danger")) } }
                }
            }
        }
    };
    desk.page(&title, &body)
}
