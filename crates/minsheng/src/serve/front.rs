//! What stands behind the listener: a page that says "starting" first, then the site.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use appeals::filing::Scanner;
use appeals::find::Finder;
use axum::Router;
use axum::http::{StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::routing::get;
use civic::file::FileStore;
use civic::hall::Hall;
use minsheng::decode::Children;
use minsheng::demo::sample;
use web::desk::demo::Sample;
use web::{App, Chat, Hearing, Hotline, Mode, Readings};

use super::crowd::Crowd;
use super::handles;
use super::health::Health;
use super::metrics::{self, Metrics};
use crate::config::{Config, FilesSection, ScannerDown};
use crate::watch::Watch;

/// The account of the demo's chat: nobody's, for its number is too long.
const DEMO_ACCOUNT: &str = "99012100000001";
/// The demo's office on duty.
const DEMO_ON_DUTY: &str = "990121-gov";

/// Is what the listeners show.
pub(super) struct Front {
    /// Everyone connected to the pages.
    pub crowd: Arc<Crowd>,
    /// What jobs find out about the log.
    pub watch: Arc<Watch>,
    /// What was learned from decided matters, for the pages.
    pub readings: Arc<Readings>,
    metrics: Arc<Metrics>,
    mode: Mode,
    limits: web::Limits,
    mail_address: Option<String>,
    sms_number: Option<String>,
    chat: Option<Chat>,
    hotline: Option<Hotline>,
    writes_letters: bool,
    files: FilesSection,
    /// Issues of what residents say; a job forms them.
    pub hearing: Arc<Hearing>,
    /// The index of the words of matters; a job fills it.
    pub finder: Arc<Finder>,
    data: PathBuf,
    house: OnceLock<(Hall, Router)>,
    starting: Router,
}

impl Front {
    /// Starts with the page that says "starting".
    pub(super) fn new(config: &Config, mode: Mode) -> Self {
        let all_max = handles::within(config.limits.connections_max);
        let crowd = Crowd::new(all_max, config.limits.connections_per_address_max);
        Self {
            crowd,
            watch: Arc::default(),
            readings: Arc::default(),
            metrics: Arc::default(),
            mode,
            limits: config.limits.to_web(),
            writes_letters: config.smtp.is_some(),
            mail_address: config.mail.as_ref().map(|mail| mail.address.clone()),
            sms_number: config.sms.as_ref().map(|sms| sms.number.clone()),
            chat: config.chat.as_ref().map(|chat| Chat { name: chat.name.clone(), account: chat.account.clone() }),
            hotline: config.hotline.as_ref().map(|hotline| Hotline {
                number: hotline.number.clone(),
                heard: hotline.listen.is_some(),
                office: hotline.office.clone(),
                on_duty: hotline.on_duty.clone(),
            }),
            files: config.files.clone(),
            hearing: Arc::new(Hearing::at(config.issues())),
            finder: Arc::new(Finder::at(config.search())),
            data: config.data.clone(),
            house: OnceLock::new(),
            starting: starting(),
        }
    }

    /// Opens the site.
    pub(super) fn open(&self, hall: Hall, files: FileStore) {
        let observed = from_fn_with_state(Arc::clone(&self.metrics), metrics::observe);
        let mut app = App::new(hall.clone(), files, self.mode, self.limits.clone());
        app.decoder = Arc::new(Children::default());
        let holds = self.files.scanner_down == ScannerDown::Hold;
        app.scanner = self.files.clamd().map(|clamd| Arc::new(Scanner { by: Box::new(clamd), holds }));
        app.writes_letters = self.writes_letters;
        app.mail_address.clone_from(&self.mail_address);
        app.sms_number.clone_from(&self.sms_number);
        app.chat.clone_from(&self.chat);
        app.hotline.clone_from(&self.hotline);
        if self.mode == Mode::Demo && app.hotline.is_none() {
            let (number, on_duty) = ("12345".to_owned(), DEMO_ON_DUTY.to_owned());
            app.hotline = Some(Hotline { number, on_duty, ..Hotline::default() });
        }
        if self.mode == Mode::Demo && app.chat.is_none() {
            app.chat = Some(Chat { name: "QQ".to_owned(), account: DEMO_ACCOUNT.to_owned() });
        }
        app.finder = Arc::clone(&self.finder);
        app.hearing = Arc::clone(&self.hearing);
        app.readings = Arc::clone(&self.readings);
        if self.mode == Mode::Demo {
            let samples = sample::read(&self.data).into_iter();
            app.samples = samples.map(|sample| Sample { number: sample.number, code: sample.code }).collect();
        }
        let site = web::router(app).layer(observed);
        let router = site.merge(Health::new(hall.clone(), &self.data, Arc::clone(&self.watch)).router());
        let first = self.house.set((hall, router)).is_ok();
        debug_assert!(first, "a house is opened once");
    }

    /// Returns what is shown at this moment.
    pub(super) fn pages(&self) -> Router {
        self.house.get().map_or_else(|| self.starting.clone(), |(_, router)| router.clone())
    }

    /// Returns the page of the metrics.
    pub(super) fn metrics_page(self: Arc<Self>) -> Router {
        let page = move || async move {
            self.metrics.render(self.house.get().map(|(hall, _)| hall), self.crowd.count(), &self.watch).await
        };
        Router::new().route("/metrics", get(page))
    }
}

fn starting() -> Router {
    let words = "民声正在启动，请稍候。\nMinsheng is starting; one moment, please.\n";
    let busy = move || async move { (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "1")], words).into_response() };
    Router::new().route("/healthz", get(|| async { "ok\n" })).fallback(busy)
}
