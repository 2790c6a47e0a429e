//! A site that is bound to a message centre: a world, a line, and what makes matters of messages.

use appeals::appeal::{Command as Act, Filing, Outcome, ReplyText};
use appeals::run::{self, Request};
use appeals::{Event, store};
use channels::sms::smpp::Carrier as At;
use channels::sms::{CHANNEL, Desk, Limits, Line, Round, Way, round};
use civic::file::FileStore;
use civic::permit::Who;
use civic::{inbox, outbox};
use testkit::{Engine, World, county};
use uuid::Uuid;

use crate::carrier::Carrier;

/// This process.
pub const HOLDER: Uuid = Uuid::from_u128(1);
/// A resident's telephone.
pub const PHONE: &str = "13900001111";

/// Is a site with its line.
pub struct Room {
    pub world: World,
    pub desk: Desk,
    pub line: Line,
    pub carrier: Carrier,
    _folder: tempfile::TempDir,
}

pub fn migrations() -> &'static [db::Migration] {
    testkit::migrations(&[appeals::MIGRATIONS, insight::MIGRATIONS, oversight::MIGRATIONS, channels::MIGRATIONS])
}

impl Room {
    pub fn open(engine: Engine) -> Self {
        let carrier = Carrier::start();
        let at = carrier.at();
        Self::at(World::with(engine, migrations()), carrier, at)
    }

    pub fn sqlite() -> Self {
        Self::open(Engine::Sqlite)
    }

    pub fn at(world: World, carrier: Carrier, at: At) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files = FileStore::open(folder.path()).unwrap();
        let desk = Desk::new(world.hall.clone(), files.clone(), ("10690931", HOLDER), Limits::default());
        let line = Line::new(world.hall.clone(), files, Way::Smpp(at), HOLDER);
        let line = line.speaking("民声", "https://minsheng.example/", "0931-1234567");
        let mut room = Self { world, desk, line, carrier, _folder: folder };
        room.line.round().unwrap();
        if room.line.is_bound() {
            room.carrier.hear("bound");
        }
        room
    }

    /// Hands a message over and makes something of it.
    pub fn take(&mut self, words: &str) -> Round {
        assert!(self.carrier.deliver(PHONE, words));
        round(&self.desk).unwrap()
    }

    /// Sends what waits and returns what the resident got.
    pub fn sent(&mut self) -> Vec<String> {
        while self.line.round().unwrap() != channels::sms::Sent::default() {}
        self.carrier.taken().into_iter().filter(|(to, _)| to == PHONE).map(|(_, text)| text).collect()
    }

    /// Hands a message over and returns the one answer to it.
    pub fn ask(&mut self, words: &str) -> String {
        self.take(words);
        let mut sent = self.sent();
        assert_eq!(sent.len(), 1, "{words}: {sent:?}");
        sent.remove(0)
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

    /// Has an officer accept and answer a matter.
    pub fn answer(&self, matter: Uuid) {
        let text = |words: &str| words.to_owned();
        let reply = ReplyText {
            request: text("恢复供水"),
            facts: text("主管破裂"),
            opinion: text("明天上午修好，村里有送水车。"),
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
