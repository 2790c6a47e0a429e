//! A site that listens, on a thread of its own, and a browser that looks at it.

use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use appeals::appeal::{Outcome, ReplyText};
use appeals::filing::{Filed, Form, file};
use appeals::{Command, run};
use civic::account::{self, Cost};
use civic::file::FileStore;
use civic::permit::Who;
use db::Fault;
use testkit::browser::{Browser, Locator};
use testkit::{Engine, World, county};
use tokio::net::TcpListener;
use uuid::Uuid;
use web::{App, Hearing, Limits, Mode};

/// Opens every account of the staff.
pub const PASSWORD: &str = "liuwan-demo";

/// Longest time a page may take to come.
const PAGE_SECONDS_MAX: u64 = 20;

/// Is a listening site; it goes away with the test.
pub struct Site {
    pub world: World,
    hearing: Arc<Hearing>,
    app: App,
    address: SocketAddr,
    listening: Option<Listening>,
}

/// Is the thread on which a site listens.
struct Listening {
    stop: tokio::sync::oneshot::Sender<()>,
    thread: thread::JoinHandle<()>,
}

impl Listening {
    /// Listens at an address and returns the one it got.
    fn at(address: SocketAddr, app: App) -> (Self, SocketAddr) {
        let (told, heard) = mpsc::channel();
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = TcpListener::bind(address).await.unwrap();
                told.send(listener.local_addr().unwrap()).unwrap();
                let pages = axum::serve(listener, web::router(app));
                tokio::select! {
                    served = async { pages.await } => served.unwrap(),
                    _ = stopped => {}
                }
            });
        });
        (Self { stop, thread }, heard.recv().unwrap())
    }

    /// Stops listening and breaks off every conversation.
    fn end(self) {
        drop(self.stop);
        drop(self.thread.join());
    }
}

impl Site {
    pub fn new() -> Self {
        let world = World::with(
            Engine::Sqlite,
            testkit::migrations(&[appeals::MIGRATIONS, forum::MIGRATIONS, insight::MIGRATIONS, oversight::MIGRATIONS]),
        );
        let files = FileStore::open(world.ground().path().join("files")).unwrap();
        let mut app = App::new(world.hall.clone(), files, Mode::Demo, Limits::default());
        let hearing = Arc::new(Hearing::at(world.ground().path().join("issues.sealed")));
        app.hearing = Arc::clone(&hearing);
        app.chat = Some(web::Chat { name: "QQ".to_owned(), account: "1000001".to_owned() });
        let (listening, address) = Listening::at(SocketAddr::from(([127, 0, 0, 1], 0)), app.clone());
        Self { world, hearing, app, address, listening: Some(listening) }
    }

    pub fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Takes the site out of reach: nothing listens, and every conversation breaks off.
    pub fn leave(&mut self) {
        self.listening.take().unwrap().end();
    }

    /// Brings the site back where it was.
    pub fn come_back(&mut self) {
        self.listening = Some(Listening::at(self.address, self.app.clone()).0);
    }

    /// Lists the numbers of all matters.
    pub fn numbers(&self) -> Vec<String> {
        let query = "select number from matter where jurisdiction = $1";
        let rows = self.world.read(move |tx, at| tx.rows(query, db::params![at.jurisdiction])).unwrap();
        rows.iter().map(|row| row.get("number").unwrap()).collect()
    }

    /// Waits until the browser has arrived at a path.
    pub async fn arrive(&self, browser: &Browser, path: &str) {
        let wanted = self.at(path).parse().unwrap();
        let arrived = browser.wait().at_most(Duration::from_secs(PAGE_SECONDS_MAX)).for_url(&wanted).await;
        if arrived.is_err() {
            let (here, words) = (browser.current_url().await.unwrap(), browser.words().await);
            panic!("{path} does not come; the browser is at {here} and shows:\n{words}");
        }
    }

    /// Gives every member of staff an account.
    pub fn accounts(&self) {
        let made = self.world.write(|tx, site, (now, chance)| {
            let phc = account::hash(PASSWORD, Cost::CHEAP, chance)?;
            for staff in site.directory().staff.values() {
                account::invite(tx, site, (now, chance), staff.id, &staff.login)?;
                account::finish_setup(tx, site, staff.id, &phc, 0)?;
            }
            Ok::<_, Fault>(())
        });
        made.unwrap();
    }

    /// Returns a one-time code that is good now: the next unused one.
    pub fn code(&self, login: &'static str) -> String {
        let known = self.world.read(move |tx, site| account::by_login(tx, site, login)).unwrap().unwrap();
        account::code_at(&known.secret, account::step_of(self.world.now()).max(known.last_step + 1))
    }

    /// Files a matter of the township and returns its number.
    pub async fn filed(&self) -> String {
        self.file().await.number
    }

    /// Files a matter of the township.
    pub async fn file(&self) -> Filed {
        let form = Form {
            what: "村口的路灯坏了三天".into(),
            place: county::VILLAGE.into(),
            kind: "help".into(),
            identity: "named".into(),
            name: "田小满".into(),
            mobile: "13900000001".into(),
            submit_key: "k".into(),
            ..Form::default()
        };
        file(&self.world.hall, &form, &[], None, |_, _| Ok(Vec::new())).await.unwrap()
    }

    /// Files what several people say of one thing, and hears it; returns the number of one of their matters.
    pub async fn several(&self) -> String {
        let mut last = String::new();
        for (at, what) in
            ["整条街停水，水管爆了", "水管爆了，水冲到街上", "水管爆了以后一直停水", "停水半天，说是水管爆了"].iter().enumerate()
        {
            let form = Form {
                what: format!("和平路{what}"),
                place: county::VILLAGE.into(),
                kind: "help".into(),
                identity: "anonymous".into(),
                submit_key: format!("burst-{at}"),
                ..Form::default()
            };
            last = file(&self.world.hall, &form, &[], None, |_, _| Ok(Vec::new())).await.unwrap().number;
        }
        self.hearing.round(&self.world.hall, Uuid::nil()).unwrap();
        last
    }

    /// Lets twelve people of the village say one thing, which the township office handles together; somebody who says the same comes
    /// after them.
    pub async fn many(&self) -> Filed {
        let file_at = async |at: usize| {
            let form = Form {
                what: format!("村里停水三天了，自来水管爆裂，第{at}户没有水喝"),
                place: county::VILLAGE.into(),
                kind: "help".into(),
                identity: "anonymous".into(),
                submit_key: format!("water-{at}"),
                ..Form::default()
            };
            file(&self.world.hall, &form, &[], None, |_, _| Ok(Vec::new())).await.unwrap()
        };
        let act = async |matter, command| {
            let who = Who::Staff { id: county::staff_id("gu"), session: Uuid::nil() };
            run::act(&self.world.hall, run::Request { who, matter, seen: None, command }).await.unwrap()
        };
        let main = file_at(0).await;
        act(main.matter, Command::Accept { category: "03".into() }).await;
        for at in 1..12 {
            let into = Command::Merge { into: main.matter, number: main.number.clone() };
            act(file_at(at).await.matter, into).await;
        }
        file_at(12).await
    }

    /// Lets the township office register, accept and answer the only matter.
    pub async fn answer(&self) {
        let reply = ReplyText {
            request: "修好村口的路灯".into(),
            facts: "灯头进水短路".into(),
            opinion: "11月26日前由镇电工换新".into(),
            basis: vec!["xf:32".into()],
            way_on: "收到之日起30日内可以向县政府申请复查".into(),
            files: Vec::new(),
        };
        let category = || "11".to_owned();
        for command in [
            Command::Register { category: category() },
            Command::Accept { category: category() },
            Command::Reply { reply, outcome: Outcome::Support },
        ] {
            let query = "select id from matter where jurisdiction = $1";
            let matter = self.world.read(move |tx, at| tx.row(query, db::params![at.jurisdiction])?.unwrap().get("id")).unwrap();
            let who = Who::Staff { id: county::staff_id("gu"), session: Uuid::nil() };
            run::act(&self.world.hall, run::Request { who, matter, seen: None, command }).await.unwrap();
        }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Some(listening) = self.listening.take() {
            listening.end();
        }
    }
}

/// Fills in a field by its id.
pub async fn fill(browser: &Browser, id: &str, text: &str) {
    browser.find(Locator::Id(id)).await.unwrap().send_keys(text).await.unwrap();
}

/// Clicks on what a selector finds first.
pub async fn click(browser: &Browser, css: &str) {
    browser.find(Locator::Css(css)).await.unwrap().click().await.unwrap();
}

/// Waits until something is there: after a press that leads to the same address anew.
pub async fn there(browser: &Browser, css: &str) {
    let wait = browser.wait().at_most(Duration::from_secs(PAGE_SECONDS_MAX));
    wait.for_element(Locator::Css(css)).await.unwrap();
}

/// Clicks on something once it is there.
pub async fn click_when_there(browser: &Browser, css: &str) {
    there(browser, css).await;
    click(browser, css).await;
}

/// Reads what a selector finds first.
pub async fn read(browser: &Browser, css: &str) -> String {
    browser.find(Locator::Css(css)).await.unwrap().text().await.unwrap()
}
