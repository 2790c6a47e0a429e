//! A site of its own for each test, asked through its router as a browser or a tool does.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use appeals::find::Finder;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use civic::file::FileStore;
use db::Migration;
use testkit::{Engine, World};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;
use uuid::Uuid;
use web::desk::demo::Sample;
use web::{App, Hearing, Limits, Mode, Peer};

fn migrations() -> &'static [Migration] {
    testkit::migrations(&[appeals::MIGRATIONS, forum::MIGRATIONS, insight::MIGRATIONS, oversight::MIGRATIONS])
}

/// Is a site with the invented county in it.
pub struct Site {
    pub world: World,
    finder: Arc<Finder>,
    hearing: Arc<Hearing>,
    router: Router,
    runtime: Runtime,
}

/// Is an answer as tests look at it.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Site {
    pub fn new(engine: Engine) -> Self {
        Self::running(engine, Mode::Serve)
    }

    pub fn demo() -> Self {
        Self::running(Engine::Sqlite, Mode::Demo)
    }

    /// Opens a site whose log holds nothing yet.
    pub fn empty() -> Self {
        Self::over(World::empty(Engine::Sqlite, migrations()), Mode::Serve)
    }

    fn running(engine: Engine, mode: Mode) -> Self {
        Self::over(World::with(engine, migrations()), mode)
    }

    fn over(world: World, mode: Mode) -> Self {
        let finder = Arc::new(Finder::at(world.ground().path().join("search")));
        let hearing = Arc::new(Hearing::at(world.ground().path().join("issues.sealed")));
        let mut app = app(&world, mode);
        (app.finder, app.hearing) = (Arc::clone(&finder), Arc::clone(&hearing));
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        Self { router: web::router(app), finder, hearing, world, runtime }
    }

    /// Takes into the index of words what happened so far.
    pub fn index(&self) {
        while self.finder.step(&self.world.hall).unwrap().more {}
    }

    /// Lets issues be formed of what was said so far, and told early where they have to be. Returns how many were told.
    pub fn hear(&self) -> usize {
        self.hearing.round(&self.world.hall, Uuid::nil()).unwrap()
    }

    /// Begins anew with the issues, as after a death: what was not kept is gone.
    pub fn deaf(mut self) -> Self {
        self.hearing = Arc::new(Hearing::at(self.world.ground().path().join("issues.sealed")));
        let mut app = app(&self.world, Mode::Serve);
        app.hearing = Arc::clone(&self.hearing);
        self.router = web::router(app);
        self
    }

    /// Opens a site that has these addresses only.
    pub fn around(table: Router<App>) -> Self {
        let mut site = Self::sqlite();
        site.router = web::route::dressed(table, app(&site.world, Mode::Serve));
        site
    }

    /// Opens the same demo again, with matters for its visitors.
    pub fn with_samples(mut self, samples: Vec<Sample>) -> Self {
        let mut app = app(&self.world, Mode::Demo);
        app.samples = samples.into();
        self.router = web::router(app);
        self
    }

    /// Opens the same site again, with another way to look into files.
    pub fn looking(mut self, decoder: impl civic::file::Decode + 'static) -> Self {
        let mut app = app(&self.world, Mode::Serve);
        app.decoder = Arc::new(decoder);
        self.router = web::router(app);
        self
    }

    /// Opens the same site again, as one that has no mail server.
    pub fn without_letters(mut self) -> Self {
        let mut app = app(&self.world, Mode::Serve);
        app.writes_letters = false;
        self.router = web::router(app);
        self
    }

    /// Opens the same site again, as one that takes mail in.
    pub fn with_mail(mut self, address: &str) -> Self {
        let mut app = app(&self.world, Mode::Demo);
        app.mail_address = Some(address.to_owned());
        self.router = web::router(app);
        self
    }

    /// Opens the same site again, as one that residents text to.
    pub fn with_sms(mut self, number: &str) -> Self {
        let mut app = app(&self.world, Mode::Demo);
        app.sms_number = Some(number.to_owned());
        self.router = web::router(app);
        self
    }

    /// Opens the same site again, as one that residents write to in a chat.
    pub fn with_chat(mut self, account: &str) -> Self {
        let mut app = app(&self.world, Mode::Demo);
        app.chat = Some(web::Chat { name: "QQ".to_owned(), account: account.to_owned() });
        self.router = web::router(app);
        self
    }

    /// Opens the same site again, as one with a hotline that no exchange tells of calls.
    pub fn with_hotline(mut self, on_duty: &str) -> Self {
        let mut app = app(&self.world, Mode::Demo);
        let number = "12345".to_owned();
        app.hotline = Some(web::Hotline { number, on_duty: on_duty.to_owned(), ..web::Hotline::default() });
        self.router = web::router(app);
        self
    }

    pub fn sqlite() -> Self {
        Self::new(Engine::Sqlite)
    }

    pub fn ask(&self, request: Request<Body>) -> Answer {
        self.runtime.block_on(answer(self.router.clone(), request))
    }

    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Returns the pages of another node over the same data.
    pub fn node(&self) -> Router {
        let files = FileStore::open(self.world.ground().path().join("files")).unwrap();
        web::router(App::new(self.world.beside(), files, Mode::Serve, Limits::default()))
    }

    pub fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(path).body(Body::empty()).unwrap())
    }

    pub fn post(&self, path: &str, body: impl Into<Body>) -> Answer {
        self.ask(form(Method::POST, path, body))
    }
}

/// Asks a router.
pub async fn answer(router: Router, request: Request<Body>) -> Answer {
    let response = router.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
    let answer = Answer { status: parts.status, headers: parts.headers, bytes };
    if answer.header("content-type").starts_with("text/html") {
        assert_eq!(testkit::page::twice(&answer.text()), Vec::<String>::new(), "no page has two things of one id");
    }
    answer
}

/// Asks a router from a thread of its own.
pub fn ask_of(router: &Router, cookie: &str, mut request: Request<Body>) -> Answer {
    request.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
    Builder::new_current_thread().enable_all().build().unwrap().block_on(answer(router.clone(), request))
}

fn app(world: &World, mode: Mode) -> App {
    let files = FileStore::open(world.ground().path().join("files")).unwrap();
    App::new(world.hall.clone(), files, mode, Limits::default())
}

/// Is a person with a browser: it keeps cookies.
pub struct Visitor<'a> {
    site: &'a Site,
    cookies: BTreeMap<String, String>,
    peer: Option<Peer>,
}

impl<'a> Visitor<'a> {
    pub fn new(site: &'a Site) -> Self {
        Self { site, cookies: BTreeMap::new(), peer: None }
    }

    /// Makes a person who has a cookie already.
    pub fn with(site: &'a Site, cookie: &str) -> Self {
        let (name, value) = cookie.split_once('=').unwrap();
        Self { cookies: BTreeMap::from([(name.to_owned(), value.to_owned())]), ..Self::new(site) }
    }

    /// Makes a person who comes over TLS from an address.
    pub fn from(site: &'a Site, address: [u8; 4]) -> Self {
        Self { peer: Some(Peer { address: IpAddr::from(address), ..secure() }), ..Self::new(site) }
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.ask(Request::get(path.split('#').next().unwrap()).body(Body::empty()).unwrap())
    }

    pub fn post(&mut self, path: &str, body: &str) -> Answer {
        self.ask(form(Method::POST, path, body.to_owned()))
    }

    pub fn upload(&mut self, path: &str, name: &str, bytes: &[u8]) -> Answer {
        self.upload_with(path, &[], name, bytes)
    }

    pub fn upload_with(&mut self, path: &str, fields: &[(&str, &str)], name: &str, bytes: &[u8]) -> Answer {
        let mut body = Vec::new();
        for (field, text) in fields {
            body.extend(format!("--x\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{text}\r\n").bytes());
        }
        body.extend(format!("--x\r\ncontent-disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n").bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--x--\r\n");
        let mut request = form(Method::POST, path, body);
        request.headers_mut().insert(header::CONTENT_TYPE, "multipart/form-data; boundary=x".parse().unwrap());
        self.ask(request)
    }

    fn ask(&mut self, mut request: Request<Body>) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(peer);
        }
        let answer = self.site.ask(request);
        for set in answer.headers.get_all(header::SET_COOKIE) {
            let set = set.to_str().unwrap();
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
            if set.contains("Max-Age=0") {
                self.cookies.remove(name);
            }
        }
        answer
    }
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Returns the status and what a person reads in the main part, one line a block.
    pub fn visible(&self) -> String {
        let text = self.text();
        let main = text.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).unwrap_or_default();
        let mut out = format!("{}\n", self.status.as_str());
        let mut rest = main.split_once('>').map_or("", |(_, rest)| rest);
        while let Some((words, after)) = rest.split_once('<') {
            out.push_str(&words.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"));
            let (tag, after) = after.split_once('>').unwrap_or((after, ""));
            let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
            if !["span", "strong", "small", "a", "svg", "path", "circle", "time", "input"].contains(&name) {
                out.push('\n');
            }
            rest = after;
        }
        let lines: Vec<&str> = out.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        lines.join("\n")
    }
}

/// Makes a form as a browser sends it.
pub fn form(method: Method, path: &str, body: impl Into<Body>) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header("sec-fetch-site", "same-origin");
    request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body.into()).unwrap()
}

/// Makes the mark the door puts on a request that came over TLS.
pub fn secure() -> Peer {
    Peer { address: IpAddr::from([203, 0, 113, 9]), secure: true, unlimited: false }
}
