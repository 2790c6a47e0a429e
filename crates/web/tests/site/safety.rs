//! What holds of every answer, cookie, method and form, whoever asks: rows of docs/asvs.csv point here.

use std::collections::BTreeSet;

use appeals::Stage;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use civic::directory::{Entry, Role};
use civic::session;
use db::Fault;
use jiff::ToSpan;
use testkit::county;
use web::ROUTES;
use web::route::Who;

use crate::desk::{NAMED, act, filed, look, state};
use crate::routes::{concrete, rows};
use crate::staff::{PASSWORD, accounts, code, enter, id, login_form};
use crate::world::{Answer, Site, Visitor, form, secure};

/// What the content policy must say.
const POLICY: &[&str] = &[
    "default-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
];
/// Seconds of a year.
const YEAR_SECONDS: u64 = 31_536_000;

fn staffed() -> Site {
    let site = Site::demo();
    accounts(&site);
    site
}

fn over_tls(mut request: Request<Body>) -> Request<Body> {
    request.extensions_mut().insert(secure());
    request
}

/// Asks every address by every method it knows, over TLS, as nobody and as somebody, and for what goes wrong.
fn answers(site: &Site) -> Vec<(String, Answer)> {
    let mut all = Vec::new();
    let cookies = ["gu", "tang"].map(|login| {
        let request = form(Method::POST, "/desk/login", login_form(login, PASSWORD, &code(site, login)));
        let answer = site.ask(over_tls(request));
        answer.header("set-cookie").split(';').next().unwrap().to_owned()
    });
    for route in ROUTES.iter().copied().flatten() {
        for method in route.methods.split(' ') {
            for cookie in cookies.iter().map(String::as_str).chain([""]) {
                let mut request = form(method.parse().unwrap(), &concrete(route.path), "");
                request.headers_mut().insert(header::ORIGIN, "https://evil.example".parse().unwrap());
                request.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
                all.push((format!("{method} {} {cookie}", route.path), site.ask(over_tls(request))));
            }
        }
    }
    let wrong = [
        form(Method::GET, "/nothing/here", ""),
        form(Method::PUT, "/help", ""),
        form(Method::POST, "/settings", vec![b'a'; 1_048_577]),
        form(Method::POST, "/settings", "back=%ff"),
        Request::post("/settings").header("sec-fetch-site", "cross-site").body(Body::empty()).unwrap(),
        Request::post("/settings").header("content-type", "text/xml").body(Body::from("<a/>")).unwrap(),
        Request::get("/nothing").header("accept", "application/json").body(Body::empty()).unwrap(),
    ];
    all.extend(wrong.into_iter().map(|request| (format!("{} {}", request.method(), request.uri()), site.ask(over_tls(request)))));
    all
}

#[test]
fn every_answer_keeps_browsers_on_guard() {
    let site = staffed();
    let mut types = BTreeSet::new();
    for (asked, answer) in answers(&site) {
        let policy = answer.header("content-security-policy");
        assert!(POLICY.iter().all(|part| policy.contains(part)) && !policy.contains("unsafe"), "{asked}: {policy}");
        let transport = answer.header("strict-transport-security");
        let age = transport.strip_prefix("max-age=").and_then(|rest| rest.split(';').next()).unwrap_or_default();
        assert!(
            age.parse::<u64>().unwrap() >= YEAR_SECONDS && transport.ends_with("; includeSubDomains"),
            "{asked}: {transport}"
        );
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("x-frame-options", "DENY"),
            // no part of the program names its version
            ("access-control-allow-credentials", ""),
            ("server", ""),
            ("x-powered-by", ""),
        ] {
            assert_eq!(answer.header(name), value, "{asked}: {name}");
        }
        // the public log may be read from everywhere, nothing else from anywhere
        let everywhere = if asked.contains(" /log/") && answer.status == StatusCode::OK { "*" } else { "" };
        assert_eq!(answer.header("access-control-allow-origin"), everywhere, "{asked}");
        let public = asked.contains(" /log/") || asked.contains(" /assets/");
        assert!(public || answer.header("cache-control") == "no-store", "{asked}: {}", answer.header("cache-control"));
        if !answer.bytes.is_empty() {
            types.insert(answer.header("content-type").to_owned());
        }
    }
    let known = [
        "application/atom+xml; charset=utf-8",
        "application/json",
        "application/manifest+json",
        "application/problem+json",
        "application/xml; charset=utf-8",
        "text/calendar; charset=utf-8",
        "text/html; charset=utf-8",
        "text/javascript; charset=utf-8",
        "text/plain; charset=utf-8",
        "text/xml; charset=utf-8",
    ];
    assert_eq!(types.into_iter().collect::<Vec<_>>(), known);
}

#[test]
fn every_cookie_is_bound_to_the_host_and_closed_to_scripts() {
    let site = staffed();
    let mut answers: Vec<Answer> = answers(&site).into_iter().map(|(_, answer)| answer).collect();
    let (number, code_of) = filed(&site, NAMED);
    for (path, body) in [
        ("/appeals/new", "step=what&what=a".to_owned()),
        ("/settings", "lang=en&large=1".to_owned()),
        ("/track", format!("number={number}&query_code={code_of}")),
        ("/track/leave", String::new()),
        ("/desk/logout", String::new()),
        ("/appeals", format!("what=x&kind=help&identity=anonymous&place={}&submit_key=c", county::VILLAGE)),
        ("/desk/login", login_form("lin", PASSWORD, &code(&site, "lin"))),
    ] {
        answers.push(site.ask(over_tls(form(Method::POST, path, body))));
    }
    let mut names = BTreeSet::new();
    for set in answers.iter().flat_map(|answer| answer.headers.get_all(header::SET_COOKIE)) {
        let set = set.to_str().unwrap();
        let (name, rest) = set.split_once('=').unwrap();
        assert!(name.starts_with("__Host-") && set.len() < 4_096, "{set}");
        for part in ["; Path=/", "; HttpOnly", "; Secure"] {
            assert!(rest.contains(part), "{set} lacks {part}");
        }
        assert!(!rest.contains("Domain"), "{set}");
        let strict = rest.contains("; SameSite=Strict");
        let gone = rest.contains("Max-Age=0");
        assert!(strict || (rest.contains("; SameSite=Lax") && (gone || name != "__Host-ms_staff")), "{set}");
        names.insert(name.to_owned());
    }
    assert!(
        names.contains("__Host-ms_staff") && names.contains("__Host-ms_track") && names.contains("__Host-ms_draft"),
        "{names:?}"
    );
}

#[test]
fn trace_and_made_up_methods_are_refused() {
    let site = Site::sqlite();
    for path in ROUTES.iter().copied().flatten().map(|route| concrete(route.path)).chain(["/nothing".to_owned()]) {
        for method in ["TRACE", "BREW", "PROPFIND", "CONNECT"] {
            let mut request = form(method.parse().unwrap(), &path, "");
            request.headers_mut().insert("x-secret", "canary-1".parse().unwrap());
            let answer = site.ask(request);
            let expected = if path == "/nothing" { StatusCode::NOT_FOUND } else { StatusCode::METHOD_NOT_ALLOWED };
            assert_eq!(answer.status, expected, "{method} {path}");
            assert!(!answer.text().contains("canary-1"));
        }
    }
}

#[test]
fn nothing_that_another_site_sends_changes_anything() {
    let site = staffed();
    let (number, _) = filed(&site, NAMED);
    let cookie = enter(&site, "gu");
    let (kept, version) = (rows(&site), state(&site, &number).version);
    for route in ROUTES.iter().copied().flatten().filter(|route| route.methods.contains("POST")) {
        let path = concrete(&route.path.replace("{number}", &number));
        for from in ["cross-site", "same-site"] {
            let mut request = form(Method::POST, &path, "what=x&kind=help&identity=anonymous&submit_key=z&seen=1&words=x");
            request.headers_mut().insert("sec-fetch-site", from.parse().unwrap());
            request.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
            assert_eq!(site.ask(request).status, StatusCode::FORBIDDEN, "{path} {from}");
        }
    }
    assert_eq!((rows(&site), state(&site, &number).version), (kept, version));
}

#[test]
fn a_new_role_counts_at_the_next_request() {
    let site = staffed();
    let cookie = enter(&site, "tang");
    assert_eq!(site.get_as(&cookie, "/desk/admin").status, StatusCode::OK);
    let mut person = site.world.hall.site.directory().staff[&id("tang")].clone();
    person.roles = vec![Role::Officer];
    site.world.set(Entry::Staff(person), "roles");
    assert_eq!(site.get_as(&cookie, "/desk/admin").status, StatusCode::FORBIDDEN, "the session that was open already");
}

#[test]
fn a_site_begins_without_an_account() {
    let site = Site::sqlite();
    let count = site.world.read(|tx, _| Ok::<_, Fault>(tx.rows("select staff from credential", &[])?.len())).unwrap();
    assert_eq!(count, 0);
    for login in ["admin", "root", "tang", "minsheng"] {
        for password in ["", "admin", PASSWORD] {
            let answer = site.post("/desk/login", login_form(login, password, "000000"));
            assert!(answer.status.is_client_error() && answer.header("set-cookie").is_empty(), "{login}");
        }
    }
}

#[test]
fn a_password_does_not_grow_old() {
    let site = staffed();
    site.world.clock.days(800);
    enter(&site, "lin");
}

#[test]
fn passwords_are_hidden_and_may_be_pasted() {
    let site = staffed();
    let cookie = enter(&site, "lin");
    for page in [site.get("/desk/login"), site.get_as(&cookie, "/desk/account/password")] {
        let text = page.text();
        let fields: Vec<&str> = text.split("<input").skip(1).filter_map(|rest| rest.split('>').next()).collect();
        let secret = |field: &&&str| ["password", "again", "old"].iter().any(|name| field.contains(&format!("name=\"{name}\"")));
        let secrets: Vec<&&str> = fields.iter().filter(secret).collect();
        assert!(!secrets.is_empty());
        for field in secrets {
            assert!(field.contains("type=\"password\"") && field.contains("-password\""), "{field}");
            assert!(!field.contains("autocomplete=\"off\"") && !field.contains("onpaste"), "{field}");
        }
    }
}

#[test]
fn every_page_of_the_desk_offers_the_way_out() {
    let site = staffed();
    let (number, _) = filed(&site, NAMED);
    let mut seen = 0;
    for login in ["gu", "tang", "du"] {
        let cookie = enter(&site, login);
        for route in ROUTES.iter().copied().flatten().filter(|route| route.who == Who::Staff && route.methods.starts_with("GET"))
        {
            let answer = site.get_as(&cookie, &concrete(&route.path.replace("{number}", &number)));
            if answer.status == StatusCode::OK && answer.header("content-type").starts_with("text/html") {
                assert!(answer.text().contains("action=\"/desk/logout\"") || route.path.ends_with("/print"), "{}", route.path);
                seen += 1;
            }
        }
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn signing_in_again_ends_the_session_before() {
    let site = staffed();
    let open = |cookie: &str| site.get_as(cookie, "/desk/account").status == StatusCode::OK;
    let (first, elsewhere) = (enter(&site, "lin"), enter(&site, "lin"));
    let again = site.post_as(&first, "/desk/login", login_form("wei", PASSWORD, &code(&site, "wei")));
    let second = again.header("set-cookie").split(';').next().unwrap().to_owned();
    assert!(first != second && open(&second) && open(&elsewhere));
    assert!(!open(&first), "nobody holds it any more");
    site.world.clock.advance(1.minutes());
    let wrong = site.post_as(&second, "/desk/login", login_form("lin", "wrong-password", "000000"));
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    assert!(open(&second), "a wrong try ends nothing");
}

#[test]
fn leaving_clears_what_the_browser_kept() {
    let site = staffed();
    let cookie = enter(&site, "lin");
    for answer in [site.post_as(&cookie, "/desk/logout", ""), site.post("/track/leave", "")] {
        assert_eq!(answer.header("clear-site-data"), "\"cache\"");
    }
}

#[test]
fn no_address_holds_a_secret() {
    let site = staffed();
    let (number, code_of) = filed(&site, NAMED);
    let asked = site.get(&format!("/track?number={number}&query_code={code_of}"));
    assert!(asked.status == StatusCode::OK && asked.header("set-cookie").is_empty(), "an address opens no matter");
    let mut person = Visitor::new(&site);
    let opened = person.post("/track", &format!("number={number}&query_code={code_of}"));
    assert_eq!(opened.header("location"), "/track/matter");
    let cookie = enter(&site, "gu");
    let plain = code_of.replace('-', "");
    let pages = [person.get("/track/matter"), look(&site, &cookie, &number), site.get_as(&cookie, "/desk")];
    for page in pages {
        let text = page.text();
        for name in ["href=\"", "action=\"", "src=\""] {
            let addresses = text.split(name).skip(1).filter_map(|rest| rest.split('"').next());
            for address in addresses.filter(|address| !address.starts_with("tel:")) {
                let secret = [code_of.as_str(), &plain, cookie.split('=').nth(1).unwrap(), "13900000001"];
                assert!(!secret.iter().any(|secret| address.contains(secret)), "{address}");
            }
        }
        assert!(!text.contains("method=\"get\"") || !text.contains("query_code"), "a code is sent in a body");
    }
}

#[test]
fn fields_that_a_form_does_not_have_change_nothing() {
    let site = staffed();
    let more = "&owner=zj&stage=closed&due=2030-01-01&rating=5&version=9&handler=x&people=50&channel=letter&number=MS1&code=A";
    let (number, _) = filed(&site, &format!("{NAMED}{more}"));
    let before = state(&site, &number);
    assert_eq!((before.owner.as_str(), before.stage, before.version), (county::TOWNSHIP_OFFICE, Stage::Received, 1));
    assert!(before.rating.is_none() && before.handler.is_none() && before.due.due.last.to_string() == "2026-12-09");
    let cookie = enter(&site, "gu");
    act(&site, &cookie, (&number, "register"), "category=11&owner=zj&to=zj&stage=closed&rating=5&grade=5");
    let after = state(&site, &number);
    assert_eq!((after.owner.as_str(), after.stage), (county::TOWNSHIP_OFFICE, Stage::Registered));
    assert!(after.rating.is_none());
}

#[test]
fn what_stands_in_the_address_is_no_field_of_a_form() {
    let site = Site::sqlite();
    let answer = site.post("/settings?lang=en&large=1", "back=%2Fhelp");
    let cookies: Vec<&str> = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    assert!(!cookies.iter().any(|cookie| cookie.starts_with("ms_lang=en") || cookie.starts_with("ms_large=1")), "{cookies:?}");
    let filed = "what=x&kind=help&identity=anonymous&submit_key=q";
    assert!(site.post(&format!("/appeals?{filed}"), "").status.is_client_error());
    assert!(site.post("/appeals", filed).status.is_redirection(), "the same fields in the body are a filing");
}

#[test]
fn tokens_do_not_repeat() {
    let site = Site::sqlite();
    let mut seen = BTreeSet::new();
    for _ in 0..20_000 {
        let token = session::token(&mut site.world.hall.site.chance());
        assert_eq!(token.len(), 43, "256 bits");
        assert!(seen.insert(token));
    }
}

#[test]
fn the_desk_hands_out_no_list_for_machines() {
    let site = staffed();
    let (number, _) = filed(&site, NAMED);
    for route in ROUTES.iter().copied().flatten() {
        let bulk = ["export", "dump", "bulk", "feed", "csv", "xlsx", "sync"];
        assert!(!bulk.iter().any(|word| route.path.contains(word)), "{} hands out many matters (guard rule E14)", route.path);
    }
    for login in ["gu", "tang", "du", "meng"] {
        let cookie = enter(&site, login);
        for route in ROUTES.iter().copied().flatten().filter(|route| route.who == Who::Staff && route.methods.starts_with("GET"))
        {
            for accept in ["application/json", "text/csv", "application/vnd.ms-excel"] {
                let request = Request::get(concrete(&route.path.replace("{number}", &number))).header("accept", accept);
                let answer = site.ask(request.header("cookie", cookie.as_str()).body(Body::empty()).unwrap());
                let kind = answer.header("content-type");
                let page = kind.starts_with("text/html") || kind == "application/problem+json" || answer.bytes.is_empty();
                assert!(page && answer.header("content-disposition").is_empty(), "{login} {}: {kind}", route.path);
            }
        }
    }
}
