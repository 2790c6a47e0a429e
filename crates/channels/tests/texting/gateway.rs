//! The way through a gateway, as `docs/sms-gateway.md` describes it: signed, once each, both ways.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use channels::sms::http::{Gateway, Listen, Secret, listen};
use channels::sms::{Desk, Limits, Line, Round, Sent, Way, round};
use civic::file::FileStore;
use civic::inbox;
use serde_json::{Value, json};
use testkit::{Engine, World};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::carrier::Carrier;
use crate::room::{HOLDER, PHONE, migrations};

struct Room {
    world: World,
    desk: Desk,
    line: Line,
    gateway: Carrier,
    port: u16,
    _runtime: Runtime,
    _folder: tempfile::TempDir,
}

impl Room {
    fn open() -> Self {
        let (world, gateway) = (World::with(Engine::Sqlite, migrations()), Carrier::gateway());
        let folder = tempfile::tempdir().unwrap();
        let files = FileStore::open(folder.path()).unwrap();
        let secret = Secret::new("qinghe", "an-example-secret-of-nobody").unwrap();
        let templates = BTreeMap::from([("filed".to_owned(), "SMS_2001".to_owned())]);
        let url = format!("http://127.0.0.1:{}/minsheng?v=1", gateway.port);
        let way = Way::Http(Gateway::new(&url, secret.clone(), templates, Duration::from_secs(5)).unwrap());
        let line = Line::new(world.hall.clone(), files.clone(), way, HOLDER).speaking("民声", "", "");
        let desk = Desk::new(world.hall.clone(), files.clone(), ("10690931", HOLDER), Limits::default());
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        runtime.spawn(listen(listener, Arc::new(Listen::new(world.hall.clone(), files, secret))));
        Self { world, desk, line, gateway, port, _runtime: runtime, _folder: folder }
    }

    /// Has the gateway send a request, at the time of the world's clock, and returns the answer's status.
    fn post(&mut self, path: &str, body: &Value, more: &Value) -> u64 {
        let mut order =
            json!({"do": "post", "port": self.port, "path": path, "body": body, "time": self.world.now().as_second()});
        for (name, value) in more.as_object().into_iter().flatten() {
            order[name] = value.clone();
        }
        self.gateway.order(&order);
        self.gateway.hear("answered")["status"].as_u64().unwrap()
    }

    fn text(&mut self, id: &str, words: &str) -> u64 {
        self.post("/sms/v1/messages", &json!({"id": id, "from": PHONE, "to": "10690931", "text": words}), &json!({}))
    }
}

#[test]
fn a_text_becomes_a_matter_once_and_its_receipt_goes_out_by_template() {
    let mut room = Room::open();
    for _ in 0..50 {
        assert_eq!(room.text("in-1", "停水三天了"), 200);
    }
    assert_eq!(round(&room.desk).unwrap(), Round { matters: 1, ..Round::default() });
    assert_eq!(room.text("in-2", "停水三天了"), 200, "a name of its own makes it another message");
    assert_eq!(round(&room.desk).unwrap().asked, 1);
    assert_eq!(room.line.round().unwrap().sent, 2);
    let sent = room.gateway.hear("sent");
    assert_eq!(
        (sent["to"].as_str(), sent["template"].as_str(), sent["sign"].as_str()),
        (Some(PHONE), Some("SMS_2001"), Some("民声"))
    );
    assert!(sent["text"].as_str().unwrap().contains(sent["params"]["number"].as_str().unwrap()));
    let asked = room.gateway.hear("sent");
    assert!(asked["template"].is_null() && asked["params"].as_object().unwrap().is_empty());
    let matter = room.world.read(|tx, site| inbox::made(tx, site.jurisdiction, ("sms", "filed"), 1)).unwrap()[0];
    let state = |room: &Room| {
        let all = room.world.read(move |tx, site| civic::outbox::of_matter(tx, site.jurisdiction, matter)).unwrap();
        all.into_iter().find(|one| one.recipient == "resident").unwrap().state
    };
    assert_eq!(state(&room), "sent");
    let id = sent["gateway"].clone();
    assert_eq!(room.post("/sms/v1/receipts", &json!({"id": id, "state": "pending"}), &json!({})), 200);
    assert_eq!(state(&room), "sent");
    assert_eq!(room.post("/sms/v1/receipts", &json!({"id": id, "state": "delivered"}), &json!({})), 200);
    assert_eq!(state(&room), "delivered");
}

#[test]
fn what_is_forged_old_or_sent_again_is_refused() {
    let mut room = Room::open();
    let body = json!({"id": "in-1", "from": PHONE, "text": "停水"});
    let now = room.world.now().as_second();
    let path = "/sms/v1/messages";
    assert_eq!(room.post(path, &body, &json!({"signature": "00".repeat(32)})), 401);
    assert_eq!(room.post(path, &body, &json!({"time": now - 3 * 3_600})), 401, "a clock three hours off");
    let nonce = json!({"nonce": "0123456789abcdef0123456789abcdef"});
    assert_eq!(room.post(path, &body, &nonce), 200);
    assert_eq!(room.post(path, &body, &nonce), 409);
    assert_eq!(room.post("/sms/v1/receipts", &json!({"id": "x", "state": "lost"}), &json!({})), 400);
    assert_eq!(room.post("/sms/v1/other", &body, &json!({})), 404);
    assert_eq!(room.post(path, &json!({"id": "", "from": "", "text": "x".repeat(70_000)}), &json!({})), 413);
    assert_eq!(round(&room.desk).unwrap(), Round { matters: 1, ..Round::default() });
}

#[test]
fn a_gateway_that_is_away_gets_the_message_later_and_once() {
    let mut room = Room::open();
    room.text("in-1", "停水三天了");
    round(&room.desk).unwrap();
    room.gateway.mood(&json!({"status": 503}));
    assert_eq!(room.line.round().unwrap(), Sent { failed: 1, ..Sent::default() });
    room.gateway.mood(&json!({"status": 200}));
    assert_eq!(room.line.round().unwrap(), Sent::default(), "not at once");
    room.world.clock.advance(jiff::ToSpan::minutes(1));
    assert_eq!(room.line.round().unwrap().sent, 1);
}
