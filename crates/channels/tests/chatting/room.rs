//! A site that speaks with a chat: a world, links, and what makes matters of messages.

use std::sync::Arc;
use std::time::{Duration, Instant};

use appeals::appeal::{Command as Act, Filing, Outcome, ReplyText};
use appeals::run::{self, Request};
use appeals::{Event, store};
use channels::chat::{Api, CHANNEL, Desk, Ear, Forward, Hub, Limits, Line, Round, Sent, Teller, forward, listen, round};
use civic::directory::{ChatGroup, Entry};
use civic::file::{FileStore, Here};
use civic::permit::Who;
use civic::{inbox, outbox};
use serde_json::{Value, json};
use testkit::{Engine, World, county};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::other_end::{Call, OtherEnd, SECRET, TOKEN};

/// This process.
pub const HOLDER: Uuid = Uuid::from_u128(1);
/// Longest wait of a call for its answer.
pub const CALL_WAIT: Duration = Duration::from_secs(5);

/// Is a site with its links.
pub struct Room {
    pub world: World,
    pub desk: Desk,
    pub line: Line,
    pub teller: Teller,
    pub hub: Arc<Hub>,
    pub ear: Arc<Ear>,
    pub other: OtherEnd,
    /// Where it lets the other end come.
    pub port: u16,
    pub runtime: Runtime,
    next: u64,
    _folder: tempfile::TempDir,
}

impl Room {
    /// Opens a room to which nobody has come yet.
    pub fn empty(engine: Engine, api: Option<Api>) -> Self {
        let (world, folder) = (
            World::with(
                engine,
                testkit::migrations(&[
                    appeals::MIGRATIONS,
                    forum::MIGRATIONS,
                    insight::MIGRATIONS,
                    oversight::MIGRATIONS,
                    channels::MIGRATIONS,
                ]),
            ),
            tempfile::tempdir(),
        );
        let folder = folder.unwrap();
        let files = FileStore::open(folder.path()).unwrap();
        let hub = Arc::new(Hub::new(api));
        let (hall, pages) = (world.hall.clone(), "https://minsheng.example/");
        let looks = (Arc::new(Here) as Arc<_>, None);
        let desk = Desk::new(hall.clone(), files.clone(), looks, (Arc::clone(&hub), HOLDER), Limits::default());
        let line = Line::new(hall.clone(), Arc::clone(&hub), HOLDER).speaking(pages, "0931-1234567").waiting(CALL_WAIT);
        let teller = Teller::new(hall.clone(), Arc::clone(&hub), (pages, HOLDER)).waiting(CALL_WAIT);
        let known = ("10001", TOKEN.to_owned(), SECRET.to_owned());
        let ear = Arc::new(Ear::new((hall, files), Arc::clone(&hub), known));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        runtime.spawn(listen(listener, Arc::clone(&ear)));
        let other = OtherEnd::start();
        Self { world, desk, line, teller, hub, ear, other, port, runtime, next: 1, _folder: folder }
    }

    /// Opens a room to which the other end has come.
    pub fn open(engine: Engine) -> Self {
        let mut room = Self::empty(engine, None);
        room.come("Universal");
        room
    }

    pub fn sqlite() -> Self {
        Self::open(Engine::Sqlite)
    }

    pub fn url(&self) -> String {
        format!("ws://127.0.0.1:{}/onebot/v11/ws", self.port)
    }

    /// Has the other end come to us.
    pub fn come(&mut self, role: &str) {
        let (url, links) = (self.url(), self.hub.links());
        self.other.told(&json!({"do": "connect", "url": url, "role": role}), "connected");
        self.until(|room| room.hub.links() > links);
    }

    /// Goes to the other end.
    pub fn go(&mut self, port: u64) {
        let way = Forward::new(&format!("ws://127.0.0.1:{port}/"), TOKEN, None).unwrap();
        self.runtime.spawn(forward(way, Arc::clone(&self.ear)));
    }

    /// Waits until something is so.
    pub fn until(&self, is: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !is(self) {
            assert!(begun.elapsed() < Duration::from_mins(1), "it does not come to be so");
            std::thread::yield_now();
        }
    }

    /// Has the other end tell an event.
    pub fn tell(&mut self, mut order: Value) -> Value {
        order["do"] = json!("tell");
        if order["time"].is_null() {
            order["time"] = json!(self.world.now().as_second());
        }
        if order["id"].is_null() {
            order["id"] = json!(self.next);
            self.next += 1;
        }
        self.other.told(&order, "told")
    }

    /// Waits until so many messages came in all, and makes something of them.
    pub fn take(&mut self, came: i64) -> Round {
        self.until(|room| room.came() >= came);
        round(&self.desk).unwrap()
    }

    /// Has an account say something, makes something of it, and returns what it heard and the group did.
    pub fn say(&mut self, order: Value) -> Vec<Call> {
        let came = self.came();
        self.tell(order);
        self.take(came + 1);
        self.sent()
    }

    /// Says something to us alone and returns the one answer.
    pub fn ask(&mut self, text: &str) -> String {
        let mut heard = self.say(json!({"text": text}));
        assert_eq!(heard.len(), 1, "{text}: {heard:?}");
        assert_eq!((heard[0].action.as_str(), &heard[0].params["user_id"]), ("send_private_msg", &json!(20002)));
        heard.remove(0).text
    }

    /// Tells and sends a matter, and returns it with its receipt.
    pub fn filed(&mut self, what: &str, place: &str) -> (Uuid, String) {
        for words in [what, place, "跳过"] {
            self.ask(words);
        }
        let receipt = self.ask("发送");
        (self.matters()[0].state.matter, receipt)
    }

    /// Sends what waits and returns the calls that came of it.
    pub fn sent(&mut self) -> Vec<Call> {
        while self.line.round().unwrap() != Sent::default() {}
        self.other.calls()
    }

    /// Counts the messages that are or were in the inbox.
    pub fn came(&self) -> i64 {
        self.stands().iter().map(|(_, _, many)| many).sum()
    }

    pub fn matters(&self) -> Vec<store::Loaded> {
        let ids = self.world.read(|tx, site| inbox::made(tx, site.jurisdiction, (CHANNEL, "filed"), 100)).unwrap();
        ids.into_iter().map(|id| self.load(id)).collect()
    }

    pub fn load(&self, matter: Uuid) -> store::Loaded {
        self.world.read(move |tx, site| store::load(tx, site, matter)).unwrap().unwrap()
    }

    /// Counts messages by state and outcome.
    pub fn stands(&self) -> Vec<(String, String, i64)> {
        let all = self.world.read(|tx, site| inbox::stands(tx, site.jurisdiction, CHANNEL)).unwrap();
        all.into_iter().map(|one| (one.state, one.outcome, one.many)).collect()
    }

    /// Lists template and state of what a matter's resident was sent.
    pub fn letters(&self, matter: Uuid) -> Vec<(String, String)> {
        let mut all = self.world.read(move |tx, site| outbox::of_matter(tx, site.jurisdiction, matter)).unwrap();
        all.sort_by_key(|one| one.event);
        all.into_iter().filter(|one| one.recipient == "resident").map(|one| (one.template, one.state)).collect()
    }

    /// Binds a group to a place.
    pub fn bind(&self, code: &str, place: &str) {
        self.bind_to(code, place, (None, None, false));
    }

    /// Binds a group to a place and a theme or an office; with the topics of the board where they are wanted.
    pub fn bind_to(&self, code: &str, place: &str, (theme, office, topics): (Option<&str>, Option<&str>, bool)) {
        let (name, owned) = ("石桥村群".to_owned(), |text: &str| text.to_owned());
        let (theme, office) = (theme.map(owned), office.map(owned));
        let group = ChatGroup { code: code.to_owned(), name, place: place.to_owned(), theme, office, topics, active: true };
        self.world.set(Entry::Group(group), "added");
    }

    /// Has an officer accept and answer a matter.
    pub fn answer(&self, matter: Uuid) {
        let text = |words: &str| words.to_owned();
        let reply = ReplyText {
            request: text("修路灯"),
            facts: text("线路老化"),
            opinion: text("明天上午修好。"),
            basis: vec![text("xf:32")],
            way_on: text("三十日内可以申请复查"),
            files: Vec::new(),
        };
        for command in [Act::Accept { category: "14".into() }, Act::Reply { reply, outcome: Outcome::Support }] {
            let who = Who::Staff { id: county::staff_id("an"), session: Uuid::nil() };
            let request = Request { who, matter, seen: None, command };
            self.world.write(move |tx, site, (now, _)| run::execute(tx, site, now, &request).map(drop)).unwrap();
        }
    }
}

/// Returns what a matter began with.
pub fn filing(loaded: &store::Loaded) -> &Filing {
    match &loaded.events[0].1 {
        Event::Filed(filing) => filing,
        other => panic!("a matter began with {other:?}"),
    }
}
