//! Somebody is found out to be close to a matter while they read it (COI-2): from that commit on nothing of it opens for them,
//! on the node that took the declaration and on every other one.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use civic::access::Purpose;
use testkit::{Engine, on_both};

use crate::desk::{NAMED, WORDS, filed, look};
use crate::staff::{accounts, enter, id};
use crate::world::{Site, ask_of, form};

on_both![whoever_is_named_reads_nothing_after_the_commit];

/// Readers on each node.
const READERS: usize = 3;
/// Readings before the naming, and after it, at least.
const READINGS: usize = 12;
/// Everything that shows a matter to the office that holds it.
const PATHS: [&str; 6] = [
    "/desk",
    "/desk?scope=mine",
    "/desk/matters/N",
    "/desk/matters/N/print",
    "/desk/matters/N/access",
    "/desk/matters/N/act/register",
];

/// Counts what readers saw: all readings, and those that were begun after the naming was acknowledged.
#[derive(Default)]
struct Seen {
    named: AtomicBool,
    over: AtomicBool,
    before: AtomicUsize,
    after: AtomicUsize,
}

/// Reads again and again. What is begun once the naming is known must show nothing.
fn read(node: &Router, cookie: &str, number: &str, seen: &Seen) {
    while !seen.over.load(Ordering::SeqCst) {
        for path in PATHS {
            let path = path.replace('N', number);
            let late = seen.named.load(Ordering::SeqCst);
            let answer = ask_of(node, cookie, Request::get(&path).body(Body::empty()).unwrap());
            let text = answer.text();
            if late {
                assert!(!text.contains(WORDS) && !text.contains("田小满"), "{path} still shows it: {}", answer.visible());
                let listed = path.starts_with("/desk?") || path == "/desk";
                assert!(if listed { !text.contains(number) } else { answer.status == StatusCode::FORBIDDEN }, "{path}");
                seen.after.fetch_add(1, Ordering::SeqCst);
            } else if path.ends_with(number) && text.contains(WORDS) {
                seen.before.fetch_add(1, Ordering::SeqCst);
            }
        }
    }
}

fn whoever_is_named_reads_nothing_after_the_commit(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (number, _) = filed(&site, NAMED);
    let (cookie, administrator) = (enter(&site, "gu"), enter(&site, "tang"));
    assert!(look(&site, &cookie, &number).text().contains(WORDS));
    let nodes = [site.router(), site.node()];
    let seen = Seen::default();
    thread::scope(|scope| {
        let (cookie, number, seen) = (&cookie, &number, &seen);
        let readers = nodes.iter().flat_map(|node| [node; READERS]);
        let readers: Vec<_> = readers.map(|node| scope.spawn(move || read(node, cookie, number, seen))).collect();
        let wait = |count: &AtomicUsize, enough: usize| {
            while count.load(Ordering::SeqCst) < enough && readers.iter().all(|reader| !reader.is_finished()) {
                thread::yield_now();
            }
        };
        wait(&seen.before, READINGS);
        let declaration = format!("staff={}&relation=spouse&contact=13900000001", id("gu"));
        let named = ask_of(&nodes[0], &administrator, form(Method::POST, "/desk/admin/relatives", declaration));
        assert_eq!(named.status, StatusCode::SEE_OTHER, "{}", named.visible());
        seen.named.store(true, Ordering::SeqCst);
        wait(&seen.after, READINGS * PATHS.len());
        seen.over.store(true, Ordering::SeqCst);
    });
    for node in &nodes {
        let purpose = format!("purpose={}", Purpose::Handle.code());
        let door = ask_of(node, &cookie, form(Method::POST, &format!("/desk/matters/{number}/read"), purpose));
        assert_eq!(door.status, StatusCode::FORBIDDEN);
        let act = form(Method::POST, &format!("/desk/matters/{number}/act/register"), "seen=1&category=03");
        assert_eq!(ask_of(node, &cookie, act).status, StatusCode::FORBIDDEN);
    }
}
