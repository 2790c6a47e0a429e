//! What a resident has typed so far. The cookie holds a token; the words lie on the server, sealed under it, for a day.

use std::collections::BTreeMap;
use std::sync::Arc;

use appeals::appeal::{Channel, FileRef, Origin};
use appeals::filing::Form;
use appeals::joined::Joined;
use appeals::{Identity, Kind};
use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::request::Parts;
use civic::draft::{self, DRAFT_HOURS_MAX, Draft};
use civic::refusal::No;
use civic::session;
use db::Fault;
use jiff::Timestamp;
use serde::Serialize;

use super::copy::FiledCopy;
use super::steps::Step;
use crate::app::App;
use crate::cookie::{self, Reach};
use crate::error::Problem;
use crate::extract::Fields;
use crate::visit::{Peer, Visit};

/// Holds the token of the draft.
const COOKIE: &str = "ms_draft";
/// How long the answer to a filing can be looked at again, in seconds (half an hour).
const RECEIPT_SECONDS_MAX: i64 = 1_800;
/// Seconds in an hour.
const HOUR_SECONDS: i64 = 3_600;
/// Longest submit key, in characters.
const SUBMIT_KEY_CHARS_MAX: usize = 64;
/// Row of the attachments.
const FILES: &str = "files";
/// Row of the submit key.
const KEY: &str = "key";
/// Row of the answer to a filing.
const FILED: &str = "filed";

/// Is the draft of a request: the cookie's token and what lies under it.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    token: Option<Arc<str>>,
    /// Everything typed so far, over all steps.
    pub fields: Fields,
    /// Attachments so far.
    pub files: Vec<FileRef>,
    /// The submit key of this draft; empty before the first step was kept.
    pub submit_key: String,
    /// What was filed from here in the last half hour.
    pub filed: Option<FiledCopy>,
    /// What others said of the same place and about the same, for the preview; not kept.
    pub joined: Option<Joined>,
}

impl FromRequestParts<App> for Typed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let visit = Visit::from_request_parts(parts, app).await?;
        let token: Option<Arc<str>> = cookie::get(&parts.headers, visit.peer, COOKIE).map(Into::into);
        match token {
            Some(token) => Ok(Self::read(app, token).await?),
            None => Ok(Self::default()),
        }
    }
}

impl Typed {
    async fn read(app: &App, token: Arc<str>) -> Result<Self, Fault> {
        let (jurisdiction, now, asked) = (app.hall.site.jurisdiction, app.now(), Arc::clone(&token));
        let rows = app.hall.store.read(move |tx| draft::all(tx, Draft { jurisdiction, token: &asked }, now)).await?;
        let mut typed = Self { token: Some(token), ..Self::default() };
        for (step, content) in rows {
            typed.take(&step, &content, now)?;
        }
        Ok(typed)
    }

    fn take(&mut self, step: &str, content: &[u8], now: Timestamp) -> Result<(), Fault> {
        let damaged = |_| Fault::other("a draft cannot be read");
        match step {
            FILES => self.files = serde_json::from_slice(content).map_err(damaged)?,
            KEY => self.submit_key = serde_json::from_slice(content).map_err(damaged)?,
            FILED => {
                let filed: FiledCopy = serde_json::from_slice(content).map_err(damaged)?;
                self.filed = Some(filed).filter(|filed| now.as_second() - filed.at.as_second() < RECEIPT_SECONDS_MAX);
            }
            _ => {
                let typed: BTreeMap<String, String> = serde_json::from_slice(content).map_err(damaged)?;
                for (name, text) in typed {
                    self.fields.set(&name, text);
                }
            }
        }
        Ok(())
    }

    /// Returns the token, drawing one where there is none yet.
    fn token(&mut self, app: &App) -> Arc<str> {
        Arc::clone(self.token.get_or_insert_with(|| session::token(&mut app.chance()).into()))
    }

    /// Keeps the texts of a step, in place of what was typed there before.
    pub async fn keep_step(&mut self, app: &App, step: &'static str, names: &[&str], sent: &Fields) -> Result<(), Problem> {
        let texts: BTreeMap<&str, &str> = names.iter().map(|name| (*name, sent.get(name))).collect();
        for (name, text) in &texts {
            self.fields.set(name, *text);
        }
        if self.submit_key.is_empty() {
            let fits = |key: &str| (1..=SUBMIT_KEY_CHARS_MAX).contains(&key.chars().count());
            let sent = Some(sent.get("submit_key")).filter(|key| fits(key)).map(str::to_owned);
            self.submit_key = sent.unwrap_or_else(|| session::token(&mut app.chance()));
            let key = self.submit_key.clone();
            self.put(app, KEY, &key).await?;
        }
        self.put(app, step, &texts).await
    }

    /// Keeps the texts of all steps.
    pub async fn keep_all(&mut self, app: &App, sent: &Fields) -> Result<(), Problem> {
        for step in Step::TYPED {
            self.keep_step(app, step.code(), step.fields(), sent).await?;
        }
        Ok(())
    }

    /// Keeps the list of attachments.
    pub async fn keep_files(&mut self, app: &App, files: Vec<FileRef>) -> Result<(), Problem> {
        self.put(app, FILES, &files).await?;
        self.files = files;
        Ok(())
    }

    /// Erases every word and keeps the answer instead, in one write, for the receipt page.
    pub async fn finish(&mut self, app: &App, filed: FiledCopy) -> Result<(), Problem> {
        let content = serde_json::to_vec(&filed).expect("an answer is plain data");
        let (jurisdiction, now, token) = (app.hall.site.jurisdiction, app.now(), self.token(app));
        let mut chance = app.chance();
        let write = move |tx: &mut db::Tx<'_>| {
            let own = Draft { jurisdiction, token: &token };
            draft::erase(tx, own)?;
            draft::put(tx, own, (now, &mut chance), (FILED, &content))
        };
        app.hall.store.write::<_, No, _>(write).await?;
        *self = Self { token: self.token.take(), filed: Some(filed), ..Self::default() };
        Ok(())
    }

    /// Erases everything under the token. The sealed attachments go with the daily sweep.
    pub async fn erase(&mut self, app: &App) -> Result<(), Problem> {
        let (jurisdiction, token) = (app.hall.site.jurisdiction, self.token(app));
        app.hall.store.write(move |tx| draft::erase(tx, Draft { jurisdiction, token: &token })).await?;
        *self = Self { token: self.token.take(), ..Self::default() };
        Ok(())
    }

    async fn put(&mut self, app: &App, step: &'static str, content: &impl Serialize) -> Result<(), Problem> {
        let content = serde_json::to_vec(content).expect("a draft is plain data");
        let (jurisdiction, now, token) = (app.hall.site.jurisdiction, app.now(), self.token(app));
        let mut chance = app.chance();
        let write = move |tx: &mut db::Tx<'_>| {
            draft::put(tx, Draft { jurisdiction, token: &token }, (now, &mut chance), (step, &content))
        };
        app.hall.store.write::<_, No, _>(write).await?;
        Ok(())
    }

    /// Lends the key that attachments of the draft are sealed under.
    pub fn files_key(&mut self, app: &App) -> civic::vault::Key {
        let (jurisdiction, token) = (app.hall.site.jurisdiction, self.token(app));
        Draft { jurisdiction, token: &token }.key()
    }

    /// Makes the cookie, for a day.
    pub fn cookie(&mut self, app: &App, peer: Peer) -> HeaderValue {
        let seconds = (!self.is_hushed()).then_some(DRAFT_HOURS_MAX * HOUR_SECONDS);
        cookie::set(peer, COOKIE, &self.token(app), Reach::Lax, seconds)
    }

    /// Makes the cookie of a receipt, for half an hour.
    pub fn receipt_cookie(&mut self, app: &App, peer: Peer) -> HeaderValue {
        let hushed = self.filed.as_ref().is_some_and(|filed| filed.sealed || filed.anonymous);
        cookie::set(peer, COOKIE, &self.token(app), Reach::Lax, (!hushed).then_some(RECEIPT_SECONDS_MAX))
    }

    /// Tells whether nothing was typed yet.
    pub fn is_empty(&self) -> bool {
        self.fields.iter().all(|(name, text)| name == "at" || text.trim().is_empty())
    }

    /// Tells whether the device may keep nothing: no copy of the words, and the cookie only until the browser closes.
    pub fn is_hushed(&self) -> bool {
        let chosen = |name, code| self.fields.get(name) == code;
        chosen("kind", Kind::Accusation.code()) || chosen("identity", Identity::Anonymous.code())
    }
}

/// Takes the cookie back.
pub fn cookie_gone(peer: Peer) -> HeaderValue {
    cookie::forget(peer, COOKIE)
}

/// Puts fields into the form of the room.
pub fn form(fields: &Fields, visit: &Visit) -> Form {
    let text = |name: &str| fields.get(name).to_owned();
    let at = Some(text("at")).filter(|code| !code.is_empty());
    Form {
        channel: if at.is_some() { Channel::Box } else { Channel::Web },
        origin: at.map(|code| Origin { of_box: Some(code), ..Origin::default() }),
        what: text("what"),
        place: text("place"),
        place_words: text("place_words"),
        kind: text("kind"),
        identity: text("identity"),
        name: text("name"),
        mobile: text("mobile"),
        email: text("email"),
        danger: fields.has("danger"),
        people: text("people"),
        unread: fields.has("unread"),
        joins: text("joins"),
        submit_key: text("submit_key"),
        language: visit.lang.tag().to_owned(),
        ..Form::default()
    }
}
