//! Who is signed in: staff after log-in, residents after number and query code.
//!
//! Handlers of guarded addresses take [`Staff`] or [`Resident`] by value. The cookie holds a random token; the database
//! holds its hash.

use std::sync::Arc;

use appeals::above::Above;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use civic::account::news::{DEVICE_DAYS_MAX, is_device_token};
use civic::directory;
use civic::permit::Who as Actor;
use civic::session::{self, Session, TRACK_MINUTES_MAX, TrackSession};
use db::{Fault, Tx};

use crate::app::App;
use crate::cookie::{self, Reach};
use crate::desk::frame;
use crate::error::Problem;
use crate::link;
use crate::portal::track;
use crate::route::Who;
use crate::visit::{Peer, Signed, Visit};

/// Holds the token of a session of staff.
const STAFF_COOKIE: &str = "ms_staff";
/// Holds the token of a device on which staff signed in; it opens nothing.
const DEVICE_COOKIE: &str = "ms_device";
/// Holds the token of a resident's session.
const TRACK_COOKIE: &str = "ms_track";
/// Tells a browser to forget the pages it kept when a session is left: nobody finds them by going back.
pub const CLEARED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\""));
/// Seconds in a minute.
const MINUTE_SECONDS: i64 = 60;
/// Seconds in a day.
const DAY_SECONDS: i64 = 86_400;

/// Is a signed-in member of staff.
#[derive(Debug, Clone)]
pub struct Staff {
    /// The running session.
    pub session: Session,
    /// The person.
    pub person: Arc<directory::Staff>,
    /// The cookie's token.
    pub token: Arc<str>,
}

impl Staff {
    /// Returns this person as the permit knows them.
    pub fn who(&self) -> Actor {
        Actor::Staff { id: self.person.id, session: self.session.id }
    }
}

/// Is a resident who showed number and query code of one matter.
#[derive(Debug, Clone)]
pub struct Resident {
    /// The running session.
    pub track: TrackSession,
    /// The cookie's token.
    pub token: Arc<str>,
}

impl Resident {
    /// Returns this person as the permit knows them.
    pub fn who(&self) -> Actor {
        let matter = self.track.matter;
        if self.track.delegate { Actor::Delegate { matter } } else { Actor::Resident { matter } }
    }
}

/// Makes the cookie of a session of staff; it ends with the browser, or when the table says so.
pub fn staff_cookie(peer: Peer, token: &str) -> HeaderValue {
    cookie::set(peer, STAFF_COOKIE, token, Reach::Strict, None)
}

/// Makes the cookie by which a device is known again at the next log-in.
pub fn device_cookie(peer: Peer, token: &str) -> HeaderValue {
    cookie::set(peer, DEVICE_COOKIE, token, Reach::Strict, Some(DEVICE_DAYS_MAX * DAY_SECONDS))
}

/// Reads the token of a device, where it has one that we drew.
pub fn device_token(headers: &HeaderMap, peer: Peer) -> Option<String> {
    cookie::get(headers, peer, DEVICE_COOKIE).filter(|token| is_device_token(token)).map(str::to_owned)
}

/// Makes the cookie of a resident's session.
pub fn track_cookie(peer: Peer, token: &str) -> HeaderValue {
    cookie::set(peer, TRACK_COOKIE, token, Reach::Lax, Some(TRACK_MINUTES_MAX * MINUTE_SECONDS))
}

/// Takes the cookie of a session of staff back.
pub fn staff_cookie_gone(peer: Peer) -> HeaderValue {
    cookie::forget(peer, STAFF_COOKIE)
}

/// Takes the cookie of a resident's session back.
pub fn track_cookie_gone(peer: Peer) -> HeaderValue {
    cookie::forget(peer, TRACK_COOKIE)
}

/// Reads the token of a resident's session, to end it.
pub fn track_token(headers: &HeaderMap, peer: Peer) -> Option<String> {
    cookie::get(headers, peer, TRACK_COOKIE).map(str::to_owned)
}

/// Reads what a program shows of itself: `Authorization: Bearer …`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Tells whether a request brings the cookie of a session.
pub(crate) fn brings_one(headers: &HeaderMap, peer: Peer) -> bool {
    [STAFF_COOKIE, TRACK_COOKIE].iter().any(|name| cookie::get(headers, peer, name).is_some())
}

/// Finds out who is signed in, and says no where the address asks for more.
pub(crate) async fn recognise(app: &App, parts: &mut Parts, who: Who) -> Result<Visit, Problem> {
    let mut visit = Visit::from_request_parts(parts, app).await?;
    let at_desk = matches!(who, Who::Staff | Who::StaffSetup) || parts.uri.path() == link::HOME;
    // an act leads on to another page, which counts anew
    let above = (who == Who::Staff).then(|| parts.method == Method::GET || parts.method == Method::HEAD);
    let found = if at_desk { find_staff(app, &parts.headers, (visit.peer, above)).await? } else { None };
    let (staff, above) = found.unzip();
    let page = parts.method == Method::GET && parts.uri.path() == link::TRACK_MATTER;
    // a program shows its token in the open; no cookie counts there, so no page of somebody else can press anything
    let token = match who {
        Who::Resident => cookie::get(&parts.headers, visit.peer, TRACK_COOKIE),
        Who::Bearer => bearer(&parts.headers),
        _ => None,
    };
    let found = match token.map(Arc::<str>::from) {
        Some(token) => find_resident(app, token, page).await?,
        None => None,
    };
    let (resident, ahead) = found.unzip();
    match who {
        Who::Staff if staff.is_none() => return Err(Problem::SignIn(way_back(&parts.method, &visit.path))),
        Who::Resident | Who::Bearer if resident.is_none() => return Err(Problem::ShowCode),
        _ => {}
    }
    if let Some(staff) = staff {
        let directory = app.hall.site.directory();
        let office = directory.offices.get(&staff.person.office);
        let office = office.map_or_else(String::new, |office| visit.lang.pick(&office.name, &office.name_en).to_owned());
        visit.signed = Signed::Staff { name: staff.person.name.clone(), office };
        parts.extensions.insert(staff);
        if let Some(above) = above.flatten() {
            parts.extensions.insert(above);
        }
    } else if let Some(resident) = resident {
        visit.signed = Signed::Resident;
        parts.extensions.insert(resident);
        if let Some(ahead) = ahead.flatten() {
            parts.extensions.insert(ahead);
        }
    }
    parts.extensions.insert(visit.clone());
    Ok(visit)
}

/// A page can be come back to; an act cannot.
fn way_back(method: &Method, path: &str) -> String {
    if *method == Method::GET { path.to_owned() } else { link::DESK.to_owned() }
}

/// Finds whoever is signed in, and on the same look what stands above each page for them: counted where it is drawn.
async fn find_staff(
    app: &App,
    headers: &HeaderMap,
    (peer, above): (Peer, Option<bool>),
) -> Result<Option<(Staff, Option<Above>)>, Fault> {
    let Some(token) = cookie::get(headers, peer, STAFF_COOKIE).map(Arc::<str>::from) else { return Ok(None) };
    let (now, site) = (app.now(), Arc::clone(&app.hall.site));
    let (jurisdiction, wanted) = (site.jurisdiction, Arc::clone(&token));
    let find = move |tx: &mut Tx<'_>| {
        let answers = tx.ask(&[site.news(), session::question(jurisdiction, &wanted)])?;
        let [news, found] = answers.as_slice() else { return Err(Fault::other("a session was asked for in vain")) };
        let position = site.take_news(tx, news)?;
        let Some(running) = session::read(found, now)? else { return Ok(None) };
        let person = site.directory().staff.get(&running.staff).filter(|staff| staff.active).cloned();
        let Some(person) = person else { return Ok(None) };
        let who = (&person, running.id);
        let above = above.map(|counted| frame::above(tx, &site, (now, Some(position)), (who, counted))).transpose()?;
        Ok(Some((running, person, above)))
    };
    let Some((running, person, above)) = app.hall.store.read(find).await? else { return Ok(None) };
    if session::wants_touch(&running, now) {
        let touched = Arc::clone(&token);
        app.hall.store.write(move |tx| session::touch(tx, jurisdiction, now, &touched)).await?;
    }
    Ok(Some((Staff { session: running, person: Arc::new(person), token }, above)))
}

/// Finds the resident who showed a code, and on the same look what their page shows, where that is what is asked for.
async fn find_resident(app: &App, token: Arc<str>, page: bool) -> Result<Option<(Resident, Option<track::Ahead>)>, Fault> {
    let (now, site) = (app.now(), Arc::clone(&app.hall.site));
    let find = move |tx: &mut Tx<'_>| {
        if !page {
            tx.last();
        }
        let Some(track) = session::find_track(tx, site.jurisdiction, now, &token)? else { return Ok(None) };
        let resident = Resident { track, token };
        let ahead = if page { track::ahead(tx, &site, (&resident, now))? } else { None };
        Ok(Some((resident, ahead)))
    };
    app.hall.store.read(find).await
}

impl FromRequestParts<App> for Staff {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let path = parts.uri.path().to_owned();
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::SignIn(way_back(&parts.method, &path)))
    }
}

impl FromRequestParts<App> for Resident {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or(Problem::ShowCode)
    }
}
