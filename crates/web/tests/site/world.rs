//! A site of its own for each test: private database, fixed clock, seeded chance, two places, two offices.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use civic::chance::Chance;
use civic::clock::Clock;
use civic::directory::{self, Entry, Office, Place, PlaceLevel};
use civic::hall::{self, Hall, MIGRATIONS};
use civic::journal::Actor;
use civic::rules::RuleSet;
use civic::site::SiteConfig;
use civic::vault::KeyFiles;
use db::Target;
use jiff::Timestamp;
use rand_core::SeedableRng;
use tower::ServiceExt;
use web::{App, Limits, Mode, Peer};

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        "2026-11-24T02:00:00Z".parse().unwrap()
    }
}

pub struct World {
    pub app: App,
    router: Router,
    _folder: tempfile::TempDir,
}

/// An answer as tests look at it.
pub struct Answer {
    pub status: StatusCode,
    pub headers: axum::http::HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// What a person reads: the main part without tags, one line a block.
    pub fn visible(&self) -> String {
        let text = self.text();
        let main = text.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).unwrap_or(&text);
        let mut out = String::from(self.status.as_str());
        let mut rest = main.split_once('>').map_or("", |(_, rest)| rest);
        while let Some((words, tag)) = rest.split_once('<') {
            push(&mut out, words);
            let (name, after) = tag.split_once('>').unwrap_or((tag, ""));
            if ["/p", "/h", "/l", "/d", "/t", "br", "/s", "/f", "/b"].iter().any(|end| name.starts_with(end))
                && !name.starts_with("/span")
            {
                out.push('\n');
            }
            rest = after;
        }
        let lines: Vec<&str> = out.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        lines.join("\n")
    }
}

fn push(out: &mut String, words: &str) {
    let plain = words.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    if out.len() == 3 {
        out.push('\n');
    }
    out.push_str(&plain);
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("keys");
        KeyFiles::at(&keys).make("age1example", &mut Chance::seed_from_u64(1)).unwrap();
        let config = SiteConfig {
            jurisdiction: 990_121,
            code: "990121".into(),
            origin: "log.example/990121".into(),
            zone: "Asia/Shanghai".into(),
        };
        let place = hall::Place { data: Target::SqliteMemory, keystore: Target::SqliteMemory, keys: &keys };
        let hall = Hall::open(&place, config, RuleSet::builtin(), MIGRATIONS, (Arc::new(Fixed), [7; 32])).unwrap();
        let app = App::new(hall, Mode::Serve, Limits::default());
        let world = Self { router: web::router(app.clone()), app, _folder: folder };
        for entry in entries() {
            world.set(entry);
        }
        world
    }

    pub fn set(&self, entry: Entry) {
        let (site, now) = (Arc::clone(&self.app.hall.site), self.app.now());
        let write = move |tx: &mut db::Tx<'_>| {
            let mut chance = site.chance();
            directory::set(tx, &site, (now, &mut chance), Actor::System, (&entry, "added")).map(drop)
        };
        self.app.hall.store.write_blocking(write).unwrap();
    }

    pub async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, body: impl Into<Body>) -> Answer {
        self.ask(form(Method::POST, path, body)).await
    }
}

/// A form as a browser sends it.
pub fn form(method: Method, path: &str, body: impl Into<Body>) -> Request<Body> {
    let request = Request::builder().method(method).uri(path);
    let request =
        request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").header("sec-fetch-site", "same-origin");
    request.body(body.into()).unwrap()
}

pub fn secure() -> Peer {
    Peer { address: IpAddr::from([203, 0, 113, 9]), secure: true, unlimited: false }
}

fn entries() -> Vec<Entry> {
    let place = |code: &str, name: &str, parent: Option<&str>, level| {
        Entry::Place(Place {
            code: code.into(),
            name: name.into(),
            name_en: format!("{name} (en)"),
            parent: parent.map(Into::into),
            level,
            merged_into: None,
        })
    };
    let office = |code: &str, name: &str, intake: &str, supervising| {
        Entry::Office(Office {
            code: code.into(),
            name: name.into(),
            name_en: format!("{name} (en)"),
            place: "990121".into(),
            superior: None,
            phone: "0990-5550100".into(),
            address: "人民路1号".into(),
            hours: "工作日 9:00-17:00".into(),
            duties: Vec::new(),
            intake_for: if intake.is_empty() { Vec::new() } else { vec![intake.into()] },
            supervising,
            successor: None,
        })
    };
    vec![
        place("990121", "清禾县", None, PlaceLevel::County),
        place("990121101", "柳溪镇", Some("990121"), PlaceLevel::Township),
        place("990121101201", "柳溪村", Some("990121101"), PlaceLevel::Village),
        office("XF", "县群众来访接待中心", "990121", false),
        office("JW", "县纪委监委信访室", "", true),
    ]
}
