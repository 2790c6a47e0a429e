//! Turning a problem into a page or into problem+json.

use axum::body::Body;
use axum::extract::MatchedPath;
use axum::http::{HeaderValue, Response as Raw, StatusCode, header};
use axum::response::Response;
use civic::chance;
use civic::refusal::Refusal;
use data_encoding::BASE32_NOPAD;
use maud::{Markup, html};
use serde_json::{Value, json};

use super::{Problem, chain};
use crate::app::App;
use crate::kit::refusal::{reason, refusal_block, way_on};
use crate::kit::shell::Page;
use crate::link;
use crate::visit::Visit;

/// Draws a problem over the bare response that stands for it.
pub(crate) fn draw(app: &App, visit: &Visit, bare: &Response, problem: &Problem) -> Response {
    let status = bare.status();
    let words = words(app, visit, status, problem);
    let mut drawn = if visit.json { as_json(status, &words) } else { as_page(visit, &words) };
    *drawn.status_mut() = if status.is_redirection() && visit.json { StatusCode::UNAUTHORIZED } else { status };
    if drawn.status() == StatusCode::UNAUTHORIZED {
        drawn.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    for name in [header::RETRY_AFTER, header::ALLOW, header::LOCATION] {
        let elsewhere = name == header::LOCATION && visit.json;
        if let Some(value) = bare.headers().get(&name).filter(|_| !elsewhere) {
            drawn.headers_mut().insert(name, value.clone());
        }
    }
    drawn
}

struct Words {
    code: String,
    title: String,
    detail: String,
    instead: Option<String>,
    incident: Option<String>,
    body: Markup,
}

fn words(app: &App, visit: &Visit, status: StatusCode, problem: &Problem) -> Words {
    let lang = visit.lang;
    match problem {
        Problem::Absent => Words {
            code: "absent".into(),
            title: lang.t("absent-title"),
            detail: lang.t("absent-why"),
            instead: None,
            incident: None,
            body: html! { p { (lang.t("absent-why")) } (ways_on(visit)) },
        },
        Problem::Refused(status, refusal) => {
            if matches!(*status, StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS) {
                let route = visit.route.as_ref().map_or("none", MatchedPath::as_str);
                tracing::info!(code = refusal.code, route, status = status.as_u16(), "a request was refused");
            }
            refused(app, visit, *status, refusal)
        }
        Problem::SignIn(_) => refused(app, visit, status, &Refusal::new("sign_in").instead("sign_in")),
        Problem::ShowCode => refused(app, visit, status, &Refusal::new("show_code").instead("track")),
        Problem::Failed(fault) => {
            let incident = BASE32_NOPAD.encode(&chance::bytes::<5>(&mut app.chance()));
            let route = visit.route.as_ref().map_or("none", MatchedPath::as_str);
            tracing::error!(incident, route, status = status.as_u16(), fault = chain(fault), "a request failed");
            let (title, why) = match status {
                StatusCode::SERVICE_UNAVAILABLE => ("busy-title", "busy-why"),
                StatusCode::INSUFFICIENT_STORAGE => ("full-title", "full-why"),
                _ => ("fault-title", "fault-why"),
            };
            let number = lang.say("fault-incident", &[("incident", incident.as_str().into())]);
            Words {
                code: "fault".into(),
                title: lang.t(title),
                detail: lang.t(why),
                instead: None,
                incident: Some(incident),
                body: html! { p { (lang.t(why)) } p.quiet { (number) } (ways_on(visit)) },
            }
        }
    }
}

fn refused(app: &App, visit: &Visit, status: StatusCode, refusal: &Refusal) -> Words {
    let lang = visit.lang;
    let title = match status {
        StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::METHOD_NOT_ALLOWED => "refused-input-title",
        StatusCode::CONFLICT => "refused-conflict-title",
        StatusCode::TOO_MANY_REQUESTS => "refused-slow-title",
        StatusCode::UNPROCESSABLE_ENTITY => "refused-rule-title",
        _ => "refused-who-title",
    };
    Words {
        code: refusal.code.to_owned(),
        title: lang.t(title),
        detail: reason(lang, refusal),
        instead: way_on(lang, refusal),
        incident: None,
        body: html! { (refusal_block(lang, &app.hall.site.rules(), refusal)) (ways_on(visit)) },
    }
}

/// Offers the ways that always lead on.
fn ways_on(visit: &Visit) -> Markup {
    let lang = visit.lang;
    html! {
        h2 { (lang.t("ways-on")) }
        ul.ways {
            li { a href=(link::FILE) { (lang.t("nav-file")) } }
            li { a href=(link::TRACK) { (lang.t("nav-track")) } }
            li { a href=(link::HELP) { (lang.t("nav-help")) } }
            li { a href=(link::HOME) { (lang.t("nav-home")) } }
        }
    }
}

fn as_page(visit: &Visit, words: &Words) -> Response {
    let body = html! { h1 { (words.title) } (words.body) };
    Page::new(visit, &words.title).show(&body)
}

fn as_json(status: StatusCode, words: &Words) -> Response {
    let mut problem = json!({
        "type": format!("urn:minsheng:{}", words.code),
        "title": words.title,
        "status": if status.is_redirection() { 401 } else { status.as_u16() },
        "detail": words.detail,
        "code": words.code,
    });
    if let Some(instead) = &words.instead {
        problem["instead"] = Value::from(instead.as_str());
    }
    if let Some(incident) = &words.incident {
        problem["incident"] = Value::from(incident.as_str());
    }
    let mut response = Raw::new(Body::from(problem.to_string()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}
