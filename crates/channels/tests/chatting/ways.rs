//! The three ways of OneBot 11, tokens and signatures, and that the other end of these tests is what real bots take it for.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::Duration;

use channels::chat::{Api, Forward, forward, round};
use civic::source;
use serde_json::json;
use testkit::Engine;
use testkit::certificates::{Authority, Certified};

use crate::other_end::{OtherEnd, TOKEN, python};
use crate::room::{CALL_WAIT, Room};

#[test]
fn we_go_to_the_other_end_and_go_again_when_it_hangs_up() {
    let mut room = Room::empty(Engine::Sqlite, None);
    let port = room.other.told(&json!({"do": "serve"}), "listening")["port"].as_u64().unwrap();
    room.go(port);
    room.other.hear("visited");
    room.until(|room| room.hub.asks());
    assert!(room.ask("帮助").contains("查0931"));
    room.other.told(&json!({"do": "drop"}), "dropped");
    room.other.hear("visited");
    room.until(|room| room.hub.asks());
    assert!(room.ask("你好").contains("直接写过来"));
    let ways = room.world.read(|tx, site| source::all(tx, site, "chat")).unwrap();
    assert_eq!((ways[0].name.as_str(), ways[0].trouble.as_ref()), (format!("127.0.0.1:{port}").as_str(), None));
}

#[test]
fn what_was_said_while_no_link_stood_is_asked_for_and_is_none_the_more_for_what_was_heard() {
    for how in ["recent", "friends"] {
        let mut room = Room::empty(Engine::Sqlite, None);
        room.other.told(&json!({"do": "remember", "how": how}), "remembers");
        room.bind("700007", testkit::county::VILLAGE);
        room.come("Universal");
        assert!(room.ask("帮助").contains("查0931"));
        assert_eq!(room.came(), 1, "a first link asks for nothing: what was said before the site was there is not its own");
        room.other.told(&json!({"do": "drop"}), "dropped");
        room.until(|room| room.hub.links() == 0);
        let mention = json!([{"type": "at", "data": {"qq": "10001"}}, {"type": "text", "data": {"text": " 帮助"}}]);
        room.tell(json!({"text": "村口没水了", "unheard": true, "user": 20_003}));
        room.tell(json!({"text": "路灯不亮", "unheard": true}));
        room.tell(json!({"text": "帮助", "message": mention, "group": 700_007, "unheard": true}));
        room.tell(json!({"text": "大家早", "group": 700_007, "unheard": true}));
        room.tell(json!({"text": "很久以前", "unheard": true, "time": room.world.now().as_second() - 86_400}));
        room.come("Universal");
        room.take(4);
        assert_eq!(
            room.came(),
            4,
            "{how}: two accounts and a mention; not what others talk, nor what is long past, nor what was heard"
        );
        // and once more: nothing of it comes twice
        room.other.told(&json!({"do": "drop"}), "dropped");
        room.until(|room| room.hub.links() == 0);
        room.tell(json!({"text": "还有一件", "unheard": true, "user": 20_003}));
        room.come("Universal");
        room.take(5);
        assert_eq!(room.came(), 5);
    }
}

#[test]
fn where_the_other_end_keeps_nothing_it_is_asked_once_and_goes_on() {
    let mut room = Room::sqlite();
    assert!(room.ask("帮助").contains("查0931"));
    room.other.told(&json!({"do": "drop"}), "dropped");
    room.until(|room| room.hub.links() == 0);
    room.come("Universal");
    room.other.hear("asked");
    assert!(room.ask("你好").contains("直接写过来"));
}

#[test]
fn a_wrong_token_is_told_apart_from_nobody_there() {
    let mut room = Room::empty(Engine::Sqlite, None);
    let port = room.other.told(&json!({"do": "serve"}), "listening")["port"].as_u64().unwrap();
    let look = |url: String, token: &str| room.runtime.block_on(Forward::new(&url, token, None).unwrap().look());
    assert_eq!(look(format!("ws://127.0.0.1:{port}/"), TOKEN), Ok(()));
    assert_eq!(look(format!("ws://127.0.0.1:{port}/"), "another-token-of-nobody"), Err("login"));
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert_eq!(look(format!("ws://127.0.0.1:{nobody}/"), TOKEN), Err("unreachable"));
    assert!(Forward::new("http://127.0.0.1/", TOKEN, None).is_err() || Forward::new("wss://127.0.0.1/", TOKEN, None).is_err());
}

#[test]
fn over_tls_the_other_end_shows_a_certificate_that_leads_to_the_named_root() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let mut room = Room::empty(Engine::Sqlite, None);
    let mut served = |certified: Certified| {
        let order = json!({"do": "serve", "certificate": certified.certificate, "key": certified.key});
        room.other.told(&order, "listening")["port"].as_u64().unwrap()
    };
    let way = |host: &str, port: u64, root: &Authority| {
        let tls = db::trust("chat.root", Some(&root.root())).unwrap();
        Forward::new(&format!("wss://{host}:{port}/"), TOKEN, Some(Arc::new(tls))).unwrap()
    };
    let good = served(authority.good("localhost"));
    let bad = [served(authority.expired("localhost")), served(authority.good("elsewhere.example"))];
    let look = |room: &Room, way: &Forward| room.runtime.block_on(way.look());
    assert_eq!(look(&room, &way("localhost", good, &authority)), Ok(()));
    assert_eq!(look(&room, &way("localhost", good, &stranger)), Err("certificate"), "the root of somebody else");
    assert_eq!(look(&room, &way("127.0.0.1", good, &authority)), Err("certificate"), "another name");
    for port in bad {
        assert_eq!(look(&room, &way("localhost", port, &authority)), Err("certificate"), "run out, or of another name");
    }
    // and it is spoken over, both ways
    room.runtime.spawn(forward(way("localhost", good, &authority), Arc::clone(&room.ear)));
    room.until(|room| room.hub.asks());
    assert!(room.ask("帮助").contains("查0931"));
}

#[test]
fn events_and_calls_may_have_a_link_each() {
    let mut room = Room::empty(Engine::Sqlite, None);
    room.come("API");
    room.come("Event");
    assert!(room.ask("帮助").contains("查0931"));
}

#[test]
fn whoever_comes_shows_token_and_account() {
    let mut room = Room::empty(Engine::Sqlite, None);
    let url = room.url();
    let mut status = |more: serde_json::Value| {
        let mut order = json!({"do": "connect", "url": url});
        for (name, value) in more.as_object().unwrap() {
            order[name] = value.clone();
        }
        room.other.told(&order, "refused")["status"].as_u64().unwrap()
    };
    assert_eq!(status(json!({"token": ""})), 401);
    assert_eq!(status(json!({"token": "another-token-of-nobody"})), 403);
    assert_eq!(status(json!({"account": 10_002})), 400);
    assert_eq!(status(json!({"url": url.replace("/onebot/v11/ws", "/elsewhere")})), 404);
    let by_address = format!("{url}?access_token={TOKEN}");
    room.other.told(&json!({"do": "connect", "url": by_address, "token": ""}), "connected");
}

#[test]
fn posts_are_signed_kept_before_they_are_called_taken_and_answered_by_requests() {
    let mut calls = OtherEnd::start();
    let port = calls.told(&json!({"do": "calls"}), "calls")["port"].as_u64().unwrap();
    let api = Api::new(&format!("http://127.0.0.1:{port}/"), TOKEN, CALL_WAIT).unwrap();
    let mut room = Room::empty(Engine::Sqlite, Some(api));
    let at = room.port;
    assert_eq!(room.tell(json!({"post": at, "text": "帮助", "secret": "another-secret-of-nobody"}))["all"], json!([403]));
    assert_eq!(room.tell(json!({"post": at, "text": "帮助", "path": "/elsewhere"}))["all"], json!([404]));
    assert_eq!(room.came(), 0);
    assert_eq!(room.tell(json!({"post": at, "text": "帮助"}))["all"], json!([204]));
    assert_eq!(room.came(), 1, "it is durable by then");
    round(&room.desk).unwrap();
    room.line.round().unwrap();
    let call = calls.call();
    assert!(call.action == "send_private_msg" && call.text.contains("查0931"), "{call:?}");
    // a clock three hours off is heard, one of another year is not, and somebody sees why
    let now = room.world.now().as_second();
    assert_eq!(room.tell(json!({"post": at, "text": "停水", "time": now - 3 * 3_600}))["all"], json!([204]));
    assert_eq!(room.came(), 2);
    assert_eq!(room.tell(json!({"post": at, "text": "停水", "time": 86_400}))["all"], json!([204]));
    assert_eq!(room.came(), 2);
    room.until(|room| {
        let ways = room.world.read(|tx, site| source::all(tx, site, "chat")).unwrap();
        ways.iter().any(|way| way.trouble.as_ref().is_some_and(|(code, _)| code == "clock"))
    });
    // once it is set right, nothing is in the way any more
    assert_eq!(room.tell(json!({"post": at, "text": "停水了"}))["all"], json!([204]));
    let ways = room.world.read(|tx, site| source::all(tx, site, "chat")).unwrap();
    assert!(ways.iter().all(|way| way.trouble.is_none()), "{ways:?}");
}

/// Is a bot as others write them; it ends with this.
struct Bot(Child);

impl Drop for Bot {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn a_bot_made_with_aiocqhttp_takes_the_other_end_of_these_tests_for_real() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let _bot = Bot(python("bot.py").args(["aiocqhttp", &port.to_string()]).stderr(Stdio::null()).spawn().unwrap());
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        std::thread::yield_now();
    }
    let mut other = OtherEnd::start();
    other.told(&json!({"do": "connect", "url": format!("ws://127.0.0.1:{port}/ws/")}), "connected");
    other.order(&json!({"do": "tell", "text": "停水了"}));
    let call = other.call();
    assert_eq!((call.text.as_str(), &call.params["user_id"]), ("听到：停水了", &json!(20_002)));
}

#[test]
fn a_bot_made_with_nonebot_takes_the_other_end_of_these_tests_for_real() {
    let mut other = OtherEnd::start();
    let port = other.told(&json!({"do": "serve"}), "listening")["port"].as_u64().unwrap();
    let url = format!("ws://127.0.0.1:{port}/");
    let mut bot = python("bot.py");
    let mut bot = Bot(bot.args(["nonebot", &url]).stderr(Stdio::piped()).spawn().unwrap());
    let lines = BufReader::new(bot.0.stderr.take().unwrap());
    std::thread::spawn(move || lines.lines().map_while(Result::ok).for_each(|line| println!("nonebot: {line}")));
    other.hear("visited");
    other.order(&json!({"do": "tell", "text": "停水了"}));
    let call = loop {
        let call = other.call();
        if call.action == "send_msg" || call.action == "send_private_msg" {
            break call;
        }
    };
    assert_eq!((call.text.as_str(), &call.params["user_id"]), ("听到：停水了", &json!(20_002)));
}

#[test]
fn a_call_waits_no_longer_than_it_may() {
    let mut room = Room::sqlite();
    room.other.mood(&json!({"*": {"silent": true}}));
    let asked = room.hub.ask("get_status", &json!({}), Duration::from_millis(200));
    assert_eq!(asked, Err(channels::chat::Unasked::Unknown));
    room.other.mood(&json!({"*": {"retcode": 1}}));
    assert!(room.hub.ask("get_status", &json!({}), CALL_WAIT).is_ok(), "done later is done");
}
