//! What the log says, and what it never says; and what a page says when the program breaks.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use axum::routing::get;
use serde_json::Value;

use crate::staff::{PASSWORD, accounts, code, id, login_form};
use crate::world::{Site, form, secure};

/// What breaks while a page is made; it may quote what somebody typed.
const SAID: &str = "罗某 13900000000";

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Does something and returns what was logged meanwhile.
fn logged(act: impl FnOnce()) -> Vec<Value> {
    let kept = Kept::default();
    let writer = kept.clone();
    let subscriber = tracing_subscriber::fmt().json().flatten_event(true).with_writer(move || writer.clone()).finish();
    tracing::subscriber::with_default(subscriber, act);
    let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

async fn broken() -> &'static str {
    panic!("{SAID}")
}

#[test]
fn a_page_that_breaks_gives_a_number_and_the_next_request_is_fine() {
    let site = Site::around(Router::new().route("/broken", get(broken)).route("/fine", get(|| async { "fine" })));
    let mut incidents = Vec::new();
    let lines = logged(|| {
        let page = site.get("/broken");
        assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!page.text().contains(SAID) && !page.text().contains(".rs"), "{}", page.visible());
        incidents.push(page.visible());
        assert_eq!(site.get("/fine").text(), "fine");
        let told = Request::get("/broken").header("accept", "application/json").body(Body::empty()).unwrap();
        let told: Value = serde_json::from_slice(&site.ask(told).bytes).unwrap();
        assert_eq!((told["status"].as_u64(), told["code"].as_str()), (Some(500), Some("fault")));
        incidents.push(told["incident"].as_str().unwrap().to_owned());
        assert_eq!(site.get("/fine").text(), "fine");
    });
    assert_eq!(lines.len(), 2, "{lines:?}");
    for (line, shown) in lines.iter().zip(incidents) {
        let number = line["incident"].as_str().unwrap();
        assert!(number.len() == 8 && shown.contains(number), "{shown} is found in the log by {number}");
        assert!(!line.to_string().contains(SAID), "{line}");
    }
}

#[test]
fn who_comes_in_and_who_is_refused_is_logged_without_a_name() {
    let site = Site::demo();
    accounts(&site);
    let from = |body: String| {
        let mut request = form(Method::POST, "/desk/login", body);
        request.extensions_mut().insert(secure());
        site.ask(request)
    };
    let right = login_form("lin", PASSWORD, &code(&site, "lin"));
    let lines = logged(|| {
        assert_eq!(from(login_form("lin", "a-wrong-password", "000000")).status, StatusCode::FORBIDDEN);
        let cookie = from(right.clone()).header("set-cookie").split(';').next().unwrap().to_owned();
        let mut request = Request::get("/desk/admin").header("cookie", cookie.as_str()).body(Body::empty()).unwrap();
        request.extensions_mut().insert(secure());
        assert_eq!(site.ask(request).status, StatusCode::FORBIDDEN);
        let foreign = Request::post("/settings").header("sec-fetch-site", "cross-site").body(Body::empty()).unwrap();
        assert_eq!(site.ask(foreign).status, StatusCode::FORBIDDEN);
        let mut leave = form(Method::POST, "/desk/logout", "");
        leave.headers_mut().insert("cookie", cookie.parse().unwrap());
        leave.extensions_mut().insert(secure());
        assert!(site.ask(leave).status.is_redirection());
    });
    let told: Vec<&str> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
    assert_eq!(
        told,
        [
            "a log-in was refused",
            "a member of staff showed both factors",
            "a request was refused",
            "a request was refused",
            "a session of staff was left"
        ]
    );
    assert_eq!((&lines[0]["code"], &lines[0]["network"]), (&"login_wrong".into(), &"203.0.113.0".into()));
    assert_eq!(lines[1]["staff"], id("lin").to_string());
    assert_eq!((&lines[2]["route"], &lines[3]["code"]), (&"/desk/admin".into(), &"cross_site".into()));
    for line in &lines {
        assert!(line["timestamp"].as_str().unwrap().ends_with('Z'), "UTC: {line}");
        let text = line.to_string();
        for secret in ["\"lin\"", "林之衡", PASSWORD, "a-wrong-password", "203.0.113.9", &right] {
            assert!(!text.contains(secret), "{text} says {secret}");
        }
    }
}
