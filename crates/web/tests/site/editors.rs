//! Fifty editors on one matter at once (F22), on two nodes where the engine has them: every accepted edit is in the journal and
//! no other, and whoever came too late hears 409, sees what changed, and keeps every word.

use std::collections::BTreeSet;
use std::thread;

use appeals::{Event, store};
use axum::Router;
use axum::http::{Method, StatusCode};
use civic::directory::{Entry, Staff};
use testkit::{Engine, on_both};
use uuid::Uuid;

use crate::desk::{NAMED, filed, seen, state};
use crate::staff::{accounts, enter, id};
use crate::world::{Site, ask_of, form};

on_both![fifty_editors_at_once_lose_no_edit_and_no_word];

const EDITORS: usize = 50;
/// Edits that each of them tries in every run; `MINSHENG_TEST_TIMES=17` makes ten thousand of them all.
const EDITS: usize = 12;

/// Gives the township more clerks and signs them in.
fn editors(site: &Site) -> Vec<String> {
    let clerk = site.world.hall.site.directory().staff[&id("gu")].clone();
    let logins: Vec<&'static str> = (0..EDITORS).map(|at| &*Box::leak(format!("clerk{at}").into_boxed_str())).collect();
    for (at, login) in logins.iter().enumerate() {
        let id = Uuid::from_u128(0xed17_0000_4000_8000_0000_0000_0000 + at as u128);
        site.world.set(Entry::Staff(Staff { id, login: (*login).to_owned(), email: None, ..clerk.clone() }), "added");
    }
    accounts(site);
    logins.into_iter().map(|login| enter(site, login)).collect()
}

/// Tries its edits one after another, each from the version it saw last. Returns the words that were accepted.
fn edit(node: &Router, cookie: &str, number: &str, editor: usize) -> Vec<String> {
    let path = format!("/desk/matters/{number}/act/ask_supplement");
    let (mut accepted, mut version) = (Vec::new(), 1_usize);
    for edit in 0..EDITS * testkit::times() {
        let words = format!("请补第{editor}号窗口要的第{edit}张照片");
        let answer = ask_of(node, cookie, form(Method::POST, &path, format!("seen={version}&words={words}")));
        match answer.status {
            StatusCode::SEE_OTHER => {
                accepted.push(words);
                version += 1;
            }
            StatusCode::CONFLICT => {
                let text = answer.text();
                let now: usize = seen(&answer).parse().unwrap();
                let changed = text.split("您打开之后发生了这些").nth(1).and_then(|rest| rest.split("<form").next()).unwrap();
                assert_eq!(changed.matches("<h3>").count(), now - version, "every step since is shown: {}", answer.visible());
                assert!(text.contains(&words), "the loser keeps every word");
                version = now;
            }
            other => panic!("{other}: {}", answer.visible()),
        }
    }
    accepted
}

fn fifty_editors_at_once_lose_no_edit_and_no_word(engine: Engine) {
    let site = Site::new(engine);
    let cookies = editors(&site);
    let (number, _) = filed(&site, NAMED);
    let nodes = [site.router(), site.node()];
    let accepted: Vec<String> = thread::scope(|scope| {
        let mut all = Vec::new();
        for (at, cookie) in cookies.iter().enumerate() {
            let (node, number) = (&nodes[at % nodes.len()], &number);
            all.push(scope.spawn(move || edit(node, cookie, number, at)));
        }
        all.into_iter().flat_map(|editor| editor.join().unwrap()).collect()
    });
    let matter = state(&site, &number).matter;
    let loaded = site.world.read(move |tx, site| store::load(tx, site, matter)).unwrap().unwrap();
    let kept: Vec<&String> = loaded
        .events
        .iter()
        .filter_map(|(_, event)| match event {
            Event::SupplementAsked { words, .. } => Some(words),
            _ => None,
        })
        .collect();
    assert_eq!(kept.len(), accepted.len(), "each accepted edit is one event");
    assert_eq!(kept.into_iter().collect::<BTreeSet<_>>(), accepted.iter().collect::<BTreeSet<_>>());
    let versions: Vec<i64> = loaded.events.iter().map(|(stored, _)| stored.version).collect();
    assert_eq!(versions, (1..=loaded.events.len() as i64).collect::<Vec<_>>());
    let refused = EDITORS * EDITS * testkit::times() - accepted.len();
    assert!(accepted.len() >= EDITS && refused >= EDITORS - 1, "{} accepted, {refused} refused", accepted.len());
    assert_eq!(state(&site, &number).version, versions.len() as i64);
}
