//! A site's mail room: a world, a listener that mail is handed over to by real clients, and what makes matters of mails.

use std::fs;
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::Arc;

use appeals::appeal::Filing;
use appeals::{Event, store};
use channels::mail::incoming::{self, Answers, CHANNEL, Desk, Limits, Listen, Round, listen, round};
use civic::file::{FileStore, Here};
use civic::inbox;
use testkit::{Engine, World};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use uuid::Uuid;

/// Is a mail room.
pub struct Room {
    /// The county.
    pub world: World,
    /// What makes matters.
    pub desk: Desk,
    /// Where mail is handed over.
    pub at: SocketAddr,
    /// What listens, and fetches.
    pub runtime: Runtime,
    _folder: tempfile::TempDir,
}

impl Room {
    pub fn open(engine: Engine, limits: Limits) -> Self {
        let world = World::with(engine, testkit::migrations(&[appeals::MIGRATIONS]));
        let folder = tempfile::tempdir().unwrap();
        let files = FileStore::open(folder.path()).unwrap();
        let answers = Answers::of(&world.hall.site, "minsheng@qinghe.example").unwrap();
        let desk = Desk {
            hall: world.hall.clone(),
            files: files.clone(),
            reader: Arc::new(incoming::Here),
            decoder: Arc::new(Here),
            scanner: None,
            answers: answers.clone(),
            trusted: Some("mx.qinghe.example".to_owned()),
            check: None,
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let at = listener.local_addr().unwrap();
        runtime.spawn(listen(listener, Arc::new(Listen::new(world.hall.clone(), files, answers, limits))));
        Self { world, desk, at, runtime, _folder: folder }
    }

    pub fn sqlite() -> Self {
        Self::open(Engine::Sqlite, Limits::default())
    }

    /// Hands a mail over with swaks; tells whether it was called taken.
    pub fn hand_over(&self, protocol: &str, (from, to): (&str, &str), mail: &[u8]) -> bool {
        let file = tempfile::NamedTempFile::new().unwrap();
        // nothing is mended on the way: what a server sends byte for byte, its end too
        fs::write(file.path(), [mail, b".\r\n"].concat()).unwrap();
        let (server, data) = (self.at.to_string(), format!("@{}", file.path().display()));
        let (host, port) = server.split_once(':').unwrap();
        let mut swaks = Command::new("swaks");
        swaks.args(["--protocol", protocol, "--server", host, "--port", port, "--from", from, "--to", to, "--data", &data]);
        swaks.args(["--no-data-fixup", "--silent", "3", "--timeout", "20"]).stdout(Stdio::null());
        swaks.status().expect("swaks: `cargo x test` installs it").success()
    }

    /// Hands a mail over to the known address by LMTP and makes something of it.
    pub fn take(&self, mail: &[u8]) -> Round {
        assert!(self.hand_over("LMTP", ("tian@home.example", "minsheng@qinghe.example"), mail));
        round(&self.desk).unwrap()
    }

    pub fn matters(&self) -> Vec<store::Loaded> {
        let ids = self.world.read(|tx, site| inbox::made(tx, site.jurisdiction, (CHANNEL, "filed"), 100)).unwrap();
        ids.into_iter().map(|id| self.load(id)).collect()
    }

    pub fn load(&self, matter: Uuid) -> store::Loaded {
        self.world.read(move |tx, site| store::load(tx, site, matter)).unwrap().unwrap()
    }

    pub fn stands(&self) -> Vec<(String, String, i64)> {
        let all = self.world.read(|tx, site| inbox::stands(tx, site.jurisdiction, CHANNEL)).unwrap();
        all.into_iter().map(|one| (one.state, one.outcome, one.many)).collect()
    }
}

/// Returns what a matter began with.
pub fn filing(loaded: &store::Loaded) -> &Filing {
    match &loaded.events[0].1 {
        Event::Filed(filing) => filing,
        other => panic!("a matter began with {other:?}"),
    }
}

/// Writes a mail of the resident to the known address.
pub fn mail(head: &str, body: &str) -> Vec<u8> {
    let head = head.replace('\n', "\r\n");
    let body = body.replace('\n', "\r\n");
    format!("From: =?utf-8?B?55Sw5bCP5ruh?= <tian@home.example>\r\nTo: minsheng@qinghe.example\r\n{head}\r\n\r\n{body}\r\n")
        .into_bytes()
}
