//! Where an exchange tells of calls, and hands recordings over.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use appeals::filing::{hides, phone};
use civic::file::FileStore;
use civic::hall::Hall;
use civic::hotline::{self, Told, What};
use civic::inbox::{self, Coming};
use civic::site::Site;
use civic::source;
use db::{Fault, Tx};
use hyper::body::Incoming;
use hyper::{Request, StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::fetch::is_plain;
use super::{CHANNEL, RECORDING_BYTES_MAX};
use crate::door::{self, Door};
use crate::sms::http::{CLOCK_SECONDS_MAX, Secret};
use crate::sms::number::{self, Caller};

/// Where is told of calls.
const EVENTS: &str = "/hotline/v1/events";
/// Where recordings are handed over.
const RECORDINGS: &str = "/hotline/v1/recordings";
/// Largest saying, in bytes.
const EVENT_BYTES_MAX: usize = 16 * 1024;
/// Recordings that are taken at a time, each in memory.
const RECORDINGS_AT_ONCE_MAX: usize = 4;
/// Longest name of a call, in characters.
const CALL_CHARS_MAX: usize = 100;
/// How long ago may have happened what is told now, in seconds: an exchange that was cut off tells it later.
const LATE_SECONDS_MAX: i64 = 7 * 86_400;
/// How often is noted that the exchange was heard of, or what stands in the way, in seconds.
const NOTED_SECONDS: i64 = 30;
/// What the exchange is called among sources.
pub(super) const SOURCE: &str = "exchange";

/// Says whose desk takes the calls of which number.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    /// The office of each number, by code.
    pub of: BTreeMap<String, String>,
    /// The office of all others; the intake office of the whole place where it is empty.
    pub office: String,
}

impl Lines {
    fn office(&self, site: &Site, to: &str) -> String {
        let named = self.of.get(to).cloned().or_else(|| (!self.office.is_empty()).then(|| self.office.clone()));
        named.unwrap_or_else(|| {
            let directory = site.directory();
            let root = directory.root().map(|root| root.code.clone()).unwrap_or_default();
            directory.intake(&root).map_or_else(String::new, |office| office.code.clone())
        })
    }
}

/// Is everything the listener works with.
pub struct Listen {
    hall: Hall,
    files: FileStore,
    lines: Lines,
    door: Door,
    recordings: Semaphore,
    noted: Mutex<(i64, &'static str)>,
}

/// Is what an exchange says of a call.
#[derive(Debug, Deserialize)]
struct Event {
    call: String,
    state: String,
    #[serde(default)]
    at: i64,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    recording: String,
}

/// Is what stands on a recording while it waits in the inbox.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Label {
    /// The exchange's name of the call.
    pub call: String,
    /// True where it was left for somebody to hear: it becomes a matter.
    pub voicemail: bool,
    /// The number that calls, as a contact.
    pub from: String,
    /// When, in seconds.
    pub at: i64,
    /// Where it lies; empty where it is here.
    pub reference: String,
}

/// Is an answer: status and code.
type Answer = (StatusCode, &'static str);

impl Listen {
    /// Makes a listener's state.
    pub fn new(hall: Hall, files: FileStore, (lines, secret): (Lines, Secret)) -> Self {
        let recordings = Semaphore::new(RECORDINGS_AT_ONCE_MAX);
        Self { hall, files, lines, door: Door::new(secret), recordings, noted: Mutex::default() }
    }

    async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Answer {
        let now = self.hall.clock.now();
        let query = request.uri().query().unwrap_or_default().to_owned();
        let answer = match request.uri().path() {
            EVENTS => match self.door.read(request, (now, EVENT_BYTES_MAX)).await {
                Ok(body) => Arc::clone(&self).event(&body).await,
                Err(no) => no,
            },
            RECORDINGS => {
                let Ok(_place) = self.recordings.acquire().await else { return (StatusCode::SERVICE_UNAVAILABLE, "later") };
                match self.door.read(request, (now, RECORDING_BYTES_MAX)).await {
                    Ok(body) => Arc::clone(&self).recording(&query, body.to_vec()).await,
                    Err(no) => no,
                }
            }
            _ => (StatusCode::NOT_FOUND, "not_found"),
        };
        self.note(answer.1, now).await;
        answer
    }

    /// Takes what is told of a call.
    async fn event(self: Arc<Self>, body: &[u8]) -> Answer {
        let Ok(event) = serde_json::from_slice::<Event>(body) else { return (StatusCode::BAD_REQUEST, "json") };
        if event.state == "test" {
            return (StatusCode::OK, "heard");
        }
        if !is_name(&event.call) {
            return (StatusCode::BAD_REQUEST, "call");
        }
        let Some(what) = What::parse(&event.state) else { return (StatusCode::BAD_REQUEST, "state") };
        let now = self.hall.clock.now();
        let Some(at) = moment(event.at, now) else { return (StatusCode::BAD_REQUEST, "time") };
        if !event.recording.is_empty() && !is_plain(&event.recording) {
            return (StatusCode::BAD_REQUEST, "recording");
        }
        self.durable(move |own| {
            let (site, from, office) = (own.hall.site.clone(), contact(&event.from), own.lines.office(&own.hall.site, &event.to));
            let label = Label {
                call: event.call.clone(),
                from: from.clone(),
                at: event.at,
                reference: event.recording,
                ..Label::default()
            };
            let coming = if label.reference.is_empty() { None } else { own.seal(&label, &[])? };
            own.hall.store.write_blocking(move |tx| {
                let told = Told { call: &event.call, what, at, caller: &from, office: &office };
                hotline::hear(tx, &site, now, &told)?;
                keep(tx, &site, coming.as_ref(), now)
            })
        })
        .await
    }

    /// Takes a recording.
    async fn recording(self: Arc<Self>, query: &str, bytes: Vec<u8>) -> Answer {
        let mut label = Label::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "call" => label.call = value.into_owned(),
                "kind" if value == "call" => label.voicemail = false,
                "kind" if value == "voicemail" => label.voicemail = true,
                "kind" => return (StatusCode::BAD_REQUEST, "kind"),
                "from" => label.from = contact(&value),
                "at" => label.at = value.parse().unwrap_or_default(),
                _ => {}
            }
        }
        if !is_name(&label.call) {
            return (StatusCode::BAD_REQUEST, "call");
        }
        if moment(label.at, self.hall.clock.now()).is_none() {
            return (StatusCode::BAD_REQUEST, "time");
        }
        if bytes.is_empty() {
            return (StatusCode::BAD_REQUEST, "empty");
        }
        self.durable(move |own| {
            let (site, now) = (own.hall.site.clone(), own.hall.clock.now());
            let coming = own.seal(&label, &bytes)?;
            own.hall.store.write_blocking(move |tx| keep(tx, &site, coming.as_ref(), now))
        })
        .await
    }

    /// Seals a recording for the inbox; none where it was kept before.
    fn seal(&self, label: &Label, bytes: &[u8]) -> Result<Option<Coming>, Fault> {
        let (site, now) = (&self.hall.site, self.hall.clock.now());
        let digest: [u8; 32] = Sha256::digest(bytes).into();
        let print = format!("{}|{}|{}|{}", label.call, label.voicemail, label.reference, data_encoding::HEXLOWER.encode(&digest));
        let (own, known) = (self.hall.site.clone(), print.clone());
        if self.hall.store.read_blocking(move |tx| inbox::is_there(tx, &own, CHANNEL, known.as_bytes()))? {
            return Ok(None);
        }
        let envelope = serde_json::to_vec(label).map_err(|error| Fault::other("a label is no JSON").caused_by(error))?;
        Coming::seal((site, &self.files, now), (CHANNEL, print.as_bytes()), (&envelope, bytes)).map(Some)
    }

    async fn durable(self: Arc<Self>, act: impl FnOnce(&Self) -> Result<(), Fault> + Send + 'static) -> Answer {
        let done = tokio::task::spawn_blocking(move || act(&self)).await;
        match done.unwrap_or_else(|_| Err(Fault::other("the keeping of a call broke off"))) {
            Ok(()) => (StatusCode::OK, "taken"),
            Err(fault) => {
                tracing::warn!(error = %fault, "what an exchange told could not be kept; it is asked to tell it again");
                (StatusCode::SERVICE_UNAVAILABLE, "later")
            }
        }
    }

    /// Notes for the page of channels that the exchange was heard of, or why it is not; not more often than needed.
    async fn note(self: &Arc<Self>, code: &'static str, now: Timestamp) {
        let trouble = match code {
            "taken" | "heard" => "",
            "clock" | "signature" => code,
            _ => return,
        };
        {
            let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
            if noted.1 == trouble && (now.as_second() - noted.0).abs() < NOTED_SECONDS {
                return;
            }
            *noted = (now.as_second(), trouble);
        }
        let own = Arc::clone(self);
        let write = move || {
            let site = own.hall.site.clone();
            own.hall.store.write_blocking(move |tx| match trouble {
                "" => source::reached(tx, &site, (CHANNEL, SOURCE), (0, 0), now),
                why => source::failed(tx, &site, (CHANNEL, SOURCE), why, now),
            })
        };
        if !matches!(tokio::task::spawn_blocking(write).await, Ok(Ok(()))) {
            tracing::debug!("when the exchange was heard of could not be noted");
        }
    }
}

fn keep(tx: &mut Tx<'_>, site: &Site, coming: Option<&Coming>, now: Timestamp) -> Result<(), Fault> {
    coming.map_or(Ok(()), |coming| inbox::put(tx, site.jurisdiction, coming, now).map(drop))
}

/// Tells whether a call is named as calls are.
fn is_name(call: &str) -> bool {
    !call.is_empty() && call.chars().count() <= CALL_CHARS_MAX && !call.chars().any(|c| c.is_control() || hides(c))
}

/// Reads a time that an exchange tells: not ahead of this site's by more than clocks may differ, nor long past.
fn moment(at: i64, now: Timestamp) -> Option<Timestamp> {
    let since = now.as_second() - at;
    (-CLOCK_SECONDS_MAX..=LATE_SECONDS_MAX).contains(&since).then(|| Timestamp::from_second(at).ok()).flatten()
}

/// Reads the number that calls; empty where it is hidden or no person's.
fn contact(from: &str) -> String {
    match number::read(from) {
        Caller::Here(number) | Caller::Abroad(number) => number,
        // a telephone of this place is shown without its area
        Caller::Machine => phone(from).unwrap_or_default(),
    }
}

/// Says in words what is wrong, for whoever sets the exchange up.
fn words(code: &str) -> &'static str {
    match code {
        "clock" => {
            "对方的时钟与本站相差超过五分钟，请先对时。 The clocks are more than five minutes apart: set yours by a time server."
        }
        "signature" => "签名不对：密钥、路径或正文与签名时不同。 The signature does not fit secret, path and body.",
        "replayed" => "这个请求来过了：再试要换新的随机串。 This very request was heard: a new try needs a new nonce.",
        "too_large" => "太大了。 It is too large.",
        "json" => "正文不是要求的 JSON。 The body is not the JSON that is asked for.",
        "call" => "没有通话编号，或者太长。 The name of the call is missing, or too long.",
        "state" => "state 只能是 ringing、answered、ended 或 test。 state is none of ringing, answered, ended, test.",
        "time" => "at 不是最近七天里的时刻。 at is no time of the last seven days.",
        "kind" => "kind 只能是 call 或 voicemail。 kind is neither call nor voicemail.",
        "recording" => {
            "录音的引用只能是录音目录下面的相对路径。 The reference must be a plain path below the place of recordings."
        }
        "empty" => "录音是空的。 The recording is empty.",
        "later" | "busy" | "slow" => "请稍后再试。 Please try again later.",
        "not_found" | "post" => "没有这个地址，或者要用 POST。 No such address, or it wants POST.",
        _ => "",
    }
}

/// Takes requests until it is dropped.
pub async fn listen(listener: TcpListener, listen: Arc<Listen>) {
    let answer = move |request| {
        let answer = Arc::clone(&listen).answer(request);
        async move {
            let (status, code) = answer.await;
            (status, serde_json::json!({"code": code, "words": words(code)}).to_string())
        }
    };
    door::serve(listener, answer).await;
}
