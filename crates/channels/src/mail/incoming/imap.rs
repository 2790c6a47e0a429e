//! Fetching mail from a mailbox elsewhere by IMAP (RFC 3501, RFC 2177): where nobody can hand it over.
//!
//! A cursor says up to which number the mailbox was read. It is moved after the mails before it are durable, so a process that dies
//! reads some twice, which is one time here. A mailbox that was made anew has other numbers, and is read from its beginning.

use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_imap::Session;
use async_imap::extensions::idle::IdleResponse;
use civic::file::FileStore;
use civic::hall::Hall;
use civic::lease::Lease;
use civic::source;
use db::Fault;
use futures_util::TryStreamExt;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;
use uuid::Uuid;

use super::address::Answers;
use super::head::fields;
use super::listen::keep;
use super::{CHANNEL, MAIL_BYTES_MAX};

/// The job's name: of several processes one fetches.
const JOB: &str = "mail_fetch";
/// How long one mail may take to come.
const MAIL_MAX: Duration = Duration::from_mins(10);
/// How long the server is listened to for news before the lease is taken anew.
const NEWS_WAIT: Duration = Duration::from_secs(20);
/// Wait after the first failure; doubled after each further one.
const AGAIN_FIRST: Duration = Duration::from_secs(5);
/// Longest wait after failures.
const AGAIN_MAX: Duration = Duration::from_mins(5);
/// Mails read before the cursor is moved.
const CURSOR_EVERY: usize = 50;
/// Field that says of a mail too large to be fetched how large it is; only its head is kept.
pub(super) const CUT: &str = "X-Minsheng-Cut";

/// Describes a mailbox.
#[derive(Clone)]
pub struct Mailbox {
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// User.
    pub user: String,
    /// Password.
    pub password: String,
    /// Name of the mailbox, `INBOX` as a rule.
    pub folder: String,
    /// How the connection is protected; none for a server on this machine.
    pub tls: Option<Arc<ClientConfig>>,
    /// How long one step of the conversation may take.
    pub step: Duration,
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}:{}/{}", self.user, self.host, self.port, self.folder)
    }
}

/// Is everything fetching works with.
pub struct Fetch {
    /// Site, data, clock.
    pub hall: Hall,
    /// Where large mails are kept.
    pub files: FileStore,
    /// The site's own addresses.
    pub answers: Answers,
    /// The mailbox.
    pub mailbox: Mailbox,
    /// Who this process is among those that work on one database.
    pub holder: Uuid,
}

/// Is a connection, protected or not.
trait Wire: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug> Wire for T {}

/// Is a conversation with a mail server that has let us in.
struct Talk {
    session: Session<Box<dyn Wire>>,
    /// How long one step of it may take.
    step: Duration,
}

/// Is what stands in the way to a mailbox.
#[derive(Debug)]
pub struct Hindered {
    /// What kind of obstacle it is, for a person: one of [`TROUBLES`]; none where it is this site's own data.
    pub code: Option<&'static str>,
    /// The whole of it.
    pub why: Fault,
}

impl From<Fault> for Hindered {
    fn from(why: Fault) -> Self {
        Self { code: None, why }
    }
}

impl fmt::Display for Hindered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.why, f)
    }
}

/// Lists what may stand in the way to a mailbox.
pub const TROUBLES: [&str; 5] = ["unreachable", "certificate", "login", "folder", "silent"];
const UNREACHABLE: &str = TROUBLES[0];
const CERTIFICATE: &str = TROUBLES[1];
const LOGIN: &str = TROUBLES[2];
const FOLDER: &str = TROUBLES[3];
const SILENT: &str = TROUBLES[4];

/// Fetches mail until it is dropped. What stands in the way is noted for a person, and tried again.
pub async fn fetch(fetch: Arc<Fetch>) {
    let mut again = AGAIN_FIRST;
    loop {
        match Box::pin(visit(&fetch)).await {
            Ok(()) => again = AGAIN_FIRST,
            Err(hindered) => {
                tracing::warn!(error = %hindered, mailbox = ?fetch.mailbox, "mail cannot be fetched; it is tried again");
                fetch.note(&hindered).await;
                sleep(again).await;
                again = (again * 2).min(AGAIN_MAX);
            }
        }
    }
}

impl Fetch {
    /// Notes what stands in the way. If that fails too, the database is down, which others tell of.
    pub async fn note(&self, hindered: &Hindered) {
        let Some(code) = hindered.code else { return };
        let (site, name, now) = (Arc::clone(&self.hall.site), self.mailbox.name(), self.hall.clock.now());
        let noted = self.hall.store.write(move |tx| source::failed(tx, &site, (CHANNEL, &name), code, now)).await;
        if let Err(fault) = noted {
            tracing::warn!(error = %fault, "what stands in the way to the mailbox could not be noted");
        }
    }

    /// Notes up to which number the mailbox was read.
    async fn reached(&self, validity: i64, position: i64) -> Result<(), Fault> {
        let (site, name, now) = (Arc::clone(&self.hall.site), self.mailbox.name(), self.hall.clock.now());
        self.hall.store.write(move |tx| source::reached(tx, &site, (CHANNEL, &name), (validity, position), now)).await
    }
}

/// Reads what is new, and then listens for news as long as the lease is this process's.
async fn visit(fetch: &Fetch) -> Result<(), Hindered> {
    if !turn(fetch).await? {
        sleep(NEWS_WAIT).await;
        return Ok(());
    }
    let mut talk = enter(&fetch.mailbox).await?;
    let can_wait = step((SILENT, "asking what it can", talk.step), talk.session.capabilities()).await?.has_str("IDLE");
    loop {
        read_new(fetch, &mut talk).await?;
        talk = if can_wait {
            listen(talk).await?
        } else {
            sleep(NEWS_WAIT).await;
            talk
        };
        if !turn(fetch).await? {
            return Ok(());
        }
    }
}

/// Takes the job, or says that another process has it.
async fn turn(fetch: &Fetch) -> Result<bool, Fault> {
    let (jurisdiction, now, holder) = (fetch.hall.site.jurisdiction, fetch.hall.clock.now(), fetch.holder);
    fetch.hall.store.write(move |tx| Ok(Lease::take(tx, jurisdiction, (JOB, holder), now)?.is_some())).await
}

/// Reads what is new once. Returns how many mails were kept that were not here before.
pub async fn read_once(fetch: &Fetch) -> Result<usize, Hindered> {
    let mut talk = enter(&fetch.mailbox).await?;
    let kept = read_new(fetch, &mut talk).await?;
    leave(talk).await?;
    Ok(kept)
}

impl Mailbox {
    /// Returns the name by which what was read of it is remembered.
    pub fn name(&self) -> String {
        format!("{}@{}/{}", self.user, self.host, self.folder)
    }

    /// Goes in, looks at the mailbox and leaves; for a person who asks whether the way is free. Returns how many mails lie there.
    pub async fn look(&self) -> Result<u32, Hindered> {
        let mut talk = enter(self).await?;
        let there = select(&mut talk, &self.folder).await?.exists;
        leave(talk).await?;
        Ok(there)
    }
}

async fn enter(mailbox: &Mailbox) -> Result<Talk, Hindered> {
    let wait = mailbox.step;
    let stream = step((UNREACHABLE, "connecting", wait), TcpStream::connect((mailbox.host.as_str(), mailbox.port))).await?;
    let stream: Box<dyn Wire> = match &mailbox.tls {
        None => Box::new(stream),
        Some(tls) => {
            let name = ServerName::try_from(mailbox.host.clone());
            let name = name.map_err(|error| hindered((CERTIFICATE, "reading its name"), error))?;
            let connector = TlsConnector::from(Arc::clone(tls));
            Box::new(step((CERTIFICATE, "securing the way", wait), connector.connect(name, stream)).await?)
        }
    };
    let mut client = async_imap::Client::new(stream);
    step((SILENT, "hearing its greeting", wait), client.read_response()).await?;
    let login = async { client.login(&mailbox.user, &mailbox.password).await.map_err(|(error, _)| error) };
    Ok(Talk { session: step((LOGIN, "logging in", wait), login).await?, step: wait })
}

async fn leave(mut talk: Talk) -> Result<(), Hindered> {
    step((SILENT, "leaving", talk.step), talk.session.logout()).await
}

async fn select(talk: &mut Talk, folder: &str) -> Result<async_imap::types::Mailbox, Hindered> {
    step((FOLDER, "opening the mailbox", talk.step), talk.session.select(folder)).await
}

/// Reads the mails behind the cursor, in the order of their numbers, and moves it.
async fn read_new(fetch: &Fetch, talk: &mut Talk) -> Result<usize, Hindered> {
    let selected = select(talk, &fetch.mailbox.folder).await?;
    let validity = i64::from(selected.uid_validity.unwrap_or_default());
    let (site, name) = (Arc::clone(&fetch.hall.site), fetch.mailbox.name());
    let cursor = fetch.hall.store.read(move |tx| source::cursor(tx, &site, (CHANNEL, &name), validity)).await?;
    let asked = talk.session.uid_search(format!("UID {}:*", cursor + 1));
    let found = step((SILENT, "asking what is new", talk.step), asked).await?;
    // `n:*` names the last mail also where it lies before n
    let new: BTreeSet<i64> = found.into_iter().map(i64::from).filter(|uid| *uid > cursor).collect();
    let mut kept = 0;
    for (at, uid) in new.iter().enumerate() {
        kept += usize::from(read_one(fetch, talk, *uid).await?);
        if (at + 1) % CURSOR_EVERY == 0 {
            fetch.reached(validity, *uid).await?;
        }
    }
    fetch.reached(validity, new.last().copied().unwrap_or(cursor)).await?;
    Ok(kept)
}

/// Reads one mail and keeps it. One that is gone meanwhile is none. Returns whether it was kept just now.
async fn read_one(fetch: &Fetch, talk: &mut Talk, uid: i64) -> Result<bool, Hindered> {
    let size = part(talk, uid, "RFC822.SIZE").await?.and_then(|fetched| fetched.size).map_or(0, |size| size as usize);
    let mail = if size > MAIL_BYTES_MAX {
        let Some(fetched) = part(talk, uid, "BODY.PEEK[HEADER]").await? else { return Ok(false) };
        let head = fetched.header().unwrap_or_default();
        [format!("{CUT}: {size}\r\n").as_bytes(), head].concat()
    } else {
        let Some(fetched) = part(talk, uid, "BODY.PEEK[]").await? else { return Ok(false) };
        fetched.body().unwrap_or_default().to_vec()
    };
    let (from, to) = envelope(&mail, &fetch.answers);
    Ok(keep(&fetch.hall, &fetch.files, (&from, &to), mail).await?)
}

/// Asks for a part of one mail.
async fn part(talk: &mut Talk, uid: i64, what: &str) -> Result<Option<async_imap::types::Fetch>, Hindered> {
    let asked = async {
        let mut fetched: Vec<_> = talk.session.uid_fetch(uid.to_string(), what).await?.try_collect().await?;
        Ok::<_, async_imap::error::Error>(fetched.pop())
    };
    step((SILENT, "fetching a mail", MAIL_MAX), asked).await
}

/// Reads what a mail server wrote on a mail when it put it into the mailbox: who it comes back to, and the addresses of ours it was for.
/// What the mailbox cannot say was for the address everybody knows.
fn envelope(mail: &[u8], answers: &Answers) -> (String, Vec<String>) {
    let text = |name: &str| fields(mail, name.as_bytes()).into_iter().map(|value| String::from_utf8_lossy(&value).into_owned());
    let from = text("return-path").next().map(|path| path.trim_matches(['<', '>', ' ']).to_owned()).unwrap_or_default();
    let named = ["delivered-to", "x-original-to", "envelope-to", "to", "cc"].into_iter().flat_map(text);
    let split = |c: char| matches!(c, '<' | '>' | ',' | ';' | ' ' | '\t' | '"');
    let mut to: Vec<String> = Vec::new();
    for value in named {
        let ours = value.split(split).filter(|word| word.contains('@') && answers.read(word).is_some());
        for word in ours.map(str::to_owned) {
            if !to.contains(&word) {
                to.push(word);
            }
        }
    }
    if to.is_empty() {
        to.push(answers.intake());
    }
    (from, to)
}

/// Listens until the server says that something is new, or a while has passed.
async fn listen(talk: Talk) -> Result<Talk, Hindered> {
    let mut idle = talk.session.idle();
    step((SILENT, "listening", talk.step), idle.init()).await?;
    let (news, _stop) = idle.wait_with_timeout(NEWS_WAIT);
    let heard = news.await.map_err(|error| hindered((SILENT, "listening"), error))?;
    if let IdleResponse::NewData(_) = heard {
        tracing::debug!("the mail server has news");
    }
    Ok(Talk { session: step((SILENT, "listening no more", talk.step), idle.done()).await?, ..talk })
}

/// Waits for one step of the conversation. `code` is the kind of obstacle it is where it fails.
async fn step<T, E>(
    (code, what, wait): (&'static str, &str, Duration),
    asked: impl Future<Output = Result<T, E>>,
) -> Result<T, Hindered>
where
    E: std::error::Error + Send + Sync + 'static,
{
    match timeout(wait, asked).await {
        Ok(answered) => answered.map_err(|error| hindered((code, what), error)),
        Err(late) => Err(hindered((code, what), late)),
    }
}

fn hindered((code, what): (&'static str, &str), error: impl std::error::Error + Send + Sync + 'static) -> Hindered {
    Hindered { code: Some(code), why: Fault::other(format!("the mail server failed: {what}")).caused_by(error) }
}
