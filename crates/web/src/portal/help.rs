//! Help: how to write, how to follow, what to do when something goes wrong.

use axum::extract::State;
use axum::response::Response;
use maud::html;

use crate::app::App;
use crate::kit::Tone;
use crate::kit::notice::notice;
use crate::kit::shell::Page;
use crate::link;
use crate::portal::file::danger_calls;
use crate::visit::Visit;

/// Questions people have, in the order they come up: `help-NAME` asks, `help-NAME-answer` answers.
pub(super) const QUESTIONS: &[(&str, &str)] = &[
    ("help-write", "help-write-answer"),
    ("help-account", "help-account-answer"),
    ("help-who-sees", "help-who-sees-answer"),
    ("help-when", "help-when-answer"),
    ("help-code", "help-code-answer"),
    ("help-unhappy", "help-unhappy-answer"),
    ("help-forum", "help-forum-answer"),
    ("help-consult", "help-consult-answer"),
    ("help-offline", "help-offline-answer"),
    ("help-proof", "help-proof-answer"),
    ("help-other", "help-other-answer"),
];

/// Shows the page.
pub async fn show(State(app): State<App>, visit: Visit) -> Response {
    let lang = visit.lang;
    let body = html! {
        h1 { (lang.t("help-title")) }
        (notice(Tone::Late, &lang.t("danger-title"), &danger_calls(lang)))
        @for (question, answer) in QUESTIONS {
            section { h2 { (lang.t(question)) } p { (lang.t(answer)) } }
        }
        @if let Some(address) = &app.mail_address {
            section { h2 { (lang.t("help-mail")) } p { (lang.say("help-mail-answer", &[("address", address.as_str().into())])) } }
        }
        @if let Some(number) = &app.sms_number {
            section { h2 { (lang.t("help-sms")) } p { (lang.say("help-sms-answer", &[("number", number.as_str().into())])) } }
        }
        @if let Some(chat) = &app.chat {
            @let facts = [("name", chat.name.as_str().into()), ("account", chat.account.as_str().into())];
            section { h2 { (lang.say("help-chat", &facts)) } p { (lang.say("help-chat-answer", &facts)) } }
        }
        @if app.hall.site.directory().boxes.values().any(|own| own.active) {
            section { h2 { (lang.t("help-boxes")) } p { (lang.t("help-boxes-answer")) " " a href=(link::BOXES_PUBLIC) { (lang.t("boxes-public-caption")) } } }
        }
        @if let Some(hotline) = &app.hotline {
            section {
                h2 { (lang.t("help-hotline")) }
                p { (lang.say("help-hotline-answer", &[("number", hotline.number.as_str().into())])) }
                p { a.button.second href={ "tel:" (hotline.number) } { (hotline.number) } }
            }
        }
    };
    Page::new(&visit, &lang.t("help-title")).show(&body)
}
