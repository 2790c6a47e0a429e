//! The whole surface: every address, its methods, its headers, its language.

use crate::world::{Site, form, secure};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use web::ROUTES;
use web::route::Who;

/// Fills the gaps of a path with something that is not there.
pub fn concrete(path: &str) -> String {
    path.replace("{*rest}", "0/000")
        .split('/')
        .map(|part| if part.starts_with('{') { "00000000-0000-4000-8000-000000000000" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

#[test]
fn the_table_of_contents() {
    let lines: Vec<String> =
        ROUTES.iter().copied().flatten().map(|route| format!("{:?} {} {}", route.who, route.methods, route.path)).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn every_address_answers_its_methods_and_no_other() {
    let site = Site::sqlite();
    for route in ROUTES.iter().copied().flatten() {
        let path = concrete(route.path);
        for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
            let answer = site.ask(form(method.clone(), &path, ""));
            let listed = route.methods.split(' ').any(|own| own == method.as_str());
            assert_eq!(answer.status != StatusCode::METHOD_NOT_ALLOWED, listed, "{method} {path} gave {}", answer.status);
            assert!(!answer.status.is_server_error(), "{method} {path} gave {}", answer.status);
        }
    }
}

#[test]
fn every_answer_carries_the_safe_headers() {
    let site = Site::sqlite();
    let paths = ROUTES.iter().copied().flatten().map(|route| concrete(route.path)).chain(["/nothing/here".to_owned()]);
    for path in paths {
        for request in [Request::get(&path).extension(secure()).body(Body::empty()).unwrap(), form(Method::POST, &path, "")] {
            let over_tls = request.extensions().get::<web::Peer>().is_some();
            let answer = site.ask(request);
            let policy = answer.header("content-security-policy");
            assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}");
            assert!(!policy.contains("unsafe"), "{path}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
            assert_eq!(!answer.header("strict-transport-security").is_empty(), over_tls, "{path}");
            let cached = answer.header("cache-control");
            let public = path.starts_with("/log/") || path.starts_with("/assets/");
            assert!(cached == "no-store" || public, "{path}: {cached}");
        }
    }
}

#[test]
fn guarded_addresses_send_strangers_to_the_door() {
    let site = Site::sqlite();
    for route in ROUTES.iter().copied().flatten() {
        let method: Method = route.methods.split(' ').next().unwrap().parse().unwrap();
        let answer = site.ask(form(method, &concrete(route.path), ""));
        match route.who {
            Who::Staff => assert!(answer.header("location").starts_with("/desk/login"), "{}", route.path),
            Who::Resident => assert_eq!(answer.header("location"), "/track", "{}", route.path),
            Who::Bearer => assert_eq!(
                (answer.status, answer.header("www-authenticate")),
                (StatusCode::UNAUTHORIZED, "Bearer"),
                "{}",
                route.path
            ),
            Who::Public | Who::StaffSetup => {}
        }
    }
}

#[test]
fn pages_hold_nothing_inline_and_every_own_link_leads_somewhere() {
    let site = Site::sqlite();
    for path in ["/", "/help", "/privacy", "/rules"] {
        let text = site.get(path).text();
        assert!(!text.contains(" style=") && !text.contains(" onclick") && !text.contains("<style"), "{path}");
        assert!(!text.contains('⟦'), "{path} has a missing word");
        for address in text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let own = address.starts_with('/') && !["/appeals/new", "/track", "/desk"].contains(&address);
            if own {
                assert_eq!(site.get(address).status, StatusCode::OK, "{path} links to {address}");
            }
        }
    }
}

#[test]
fn the_privacy_page_says_how_long_things_are_kept_as_the_rules_have_it() {
    let site = Site::sqlite();
    let page = site.get("/privacy").visible();
    assert!(page.contains("从最后一步算起，保存 10 年") && page.contains("从最后一步算起 10 年"), "{page}");
    assert!(page.contains("期满不会自动销毁"), "{page}");
    let request = Request::get("/privacy").header("cookie", "ms_lang=en").body(Body::empty()).unwrap();
    let english = site.ask(request).visible();
    assert!(
        english.contains("For 10 years after the last step") && english.contains("one person asks and another agrees"),
        "{english}"
    );
    // the number is the rule's, not the words'
    for words in [include_str!("../../locales/zh-CN/portal.ftl"), include_str!("../../locales/en/portal.ftl")] {
        let keep = words.lines().find(|line| line.starts_with("privacy-keep-text")).unwrap();
        assert!(keep.contains("{ $time }") && !keep.contains("10"), "{keep}");
    }
}

#[test]
fn the_switches_keep_language_and_print_size_and_come_back() {
    let site = Site::sqlite();
    let answer = site.post("/settings", "lang=en&large=1&back=%2Frules%3Fa%3D1");
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/rules?a=1"));
    let cookies: Vec<&str> = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    assert!(cookies[0].starts_with("ms_lang=en; ") && cookies[1].starts_with("ms_large=1; "));
    let request = Request::get("/help").header("cookie", "ms_lang=en; ms_large=1").body(Body::empty()).unwrap();
    let text = site.ask(request).text();
    assert!(text.contains("<html lang=\"en\" class=\"large\">"));
    assert_eq!(site.post("/settings", "back=%2F%2Fevil.example").header("location"), "/");
}

#[test]
fn a_no_is_a_page_with_ways_on_or_problem_json() {
    let site = Site::sqlite();
    insta::assert_snapshot!(site.get("/nothing").visible(), @r"
    404
    没有找到这一页
    地址可能写错了，或者这一页已经不在了。您的诉求和数据没有受影响。
    接下来可以
    写诉求
    查进度
    帮助
    首页
    ");
    let request = Request::get("/nothing").header("accept", "application/json").body(Body::empty()).unwrap();
    let answer = site.ask(request);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    insta::assert_snapshot!(answer.text(), @r#"{"code":"absent","detail":"地址可能写错了，或者这一页已经不在了。您的诉求和数据没有受影响。","status":404,"title":"没有找到这一页","type":"urn:minsheng:absent"}"#);
    let foreign = Request::post("/settings").header("sec-fetch-site", "cross-site").body(Body::empty()).unwrap();
    insta::assert_snapshot!(site.ask(foreign).visible(), @r"
    403
    不能打开
    这个请求是从别的网站发来的，为了保护您，没有执行。
    请直接打开本站页面，再操作一次。
    接下来可以
    写诉求
    查进度
    帮助
    首页
    ");
    insta::assert_snapshot!(site.ask(form(Method::PUT, "/help", "")).visible(), @r"
    405
    提交的内容读不了
    这个地址不接受这种请求方式。
    接下来可以
    写诉求
    查进度
    帮助
    首页
    ");
}

#[test]
fn bad_input_gives_clear_pages() {
    let site = Site::sqlite();
    let many = "a=1&".repeat(10_000);
    for (body, status) in [
        (many.as_bytes().to_vec(), 413),
        (b"back=%ff".to_vec(), 400),
        (b"back%00=1".to_vec(), 400),
        (b"back=\xff\xfe".to_vec(), 400),
        (vec![b'a'; 1_048_577], 413),
    ] {
        let answer = site.post("/settings", body);
        assert_eq!(answer.status.as_u16(), status);
        assert!(answer.text().contains("没有保存"));
    }
    let wrong = Request::post("/settings").header("content-type", "text/xml").body(Body::from("<a/>")).unwrap();
    assert_eq!(site.ask(wrong).status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    for path in [
        "/assets/..%2f..%2fCargo.toml",
        "/assets/%00",
        "/log/tile/../../x",
        "/log/tile/%2e%2e",
        "/log/tile/0/1",
        "/log/tile/0/000.p/256",
        "/%ff",
    ] {
        assert_eq!(site.get(path).status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[test]
fn the_places_nest() {
    let site = Site::sqlite();
    insta::assert_snapshot!(site.get("/places.json").text(), @r#"{"children":[{"children":[{"children":[],"code":"990121100001","name":"渡口社区"},{"children":[],"code":"990121100201","name":"柳湾村"},{"children":[],"code":"990121100202","name":"石桥村"}],"code":"990121100","name":"北渡镇"},{"children":[{"children":[],"code":"990121101201","name":"上窑村"},{"children":[],"code":"990121101202","name":"下窑村"}],"code":"990121101","name":"南窑乡"}],"code":"990121","name":"清禾县"}"#);
}

/// Counts the rows of every table that a request may write.
pub fn rows(site: &Site) -> Vec<i64> {
    let tables = ["event", "draft", "guess", "session", "track_session", "matter", "outbox", "access_entry"];
    let count = |table: &str| format!("select cast(count(*) as bigint) as many from {table} where jurisdiction = $1");
    let read = move |tx: &mut db::Tx<'_>, at: &civic::site::Site| {
        tables.iter().map(|table| tx.row(&count(table), db::params![at.jurisdiction])?.unwrap().get("many")).collect()
    };
    site.world.read::<Vec<i64>, db::Fault>(read).unwrap()
}

#[test]
fn reading_changes_nothing() {
    let site = Site::sqlite();
    let before = rows(&site);
    for route in ROUTES.iter().copied().flatten() {
        site.get(&concrete(route.path));
    }
    assert_eq!(rows(&site), before);
}

#[test]
fn cookies_over_tls_are_bound_to_the_host() {
    let site = Site::sqlite();
    let mut request = form(Method::POST, "/appeals/new", "step=what&what=a");
    request.extensions_mut().insert(secure());
    let answer = site.ask(request);
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-ms_draft="), "{cookie}");
    for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure", "; Max-Age=86400"] {
        assert!(cookie.contains(part), "{cookie} lacks {part}");
    }
}
