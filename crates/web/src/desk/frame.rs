//! What every handler of the desk has at hand: the site, the request, the person; and the frame around each page.

use std::sync::Arc;

use appeals::above::{self, Above};
use appeals::number;
use appeals::queue::{self, Counts, Reach};
use appeals::store::Row;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use civic::chance::Chance;
use civic::directory::{self, Directory, Role};
use civic::permit::{self, Act, Permitted, Subject, Who};
use civic::refusal::{No, Refusal};
use civic::site::Site;
use db::{Fault, Tx};
use jiff::Timestamp;
use maud::{Markup, html};
use uuid::Uuid;

use super::{alarm, assessment, board, consult, days, followup, forum, hotline, keys, leave, queue::soon, sealed, supervision};
use crate::app::App;
use crate::error::Problem;
use crate::extract::Fields;
use crate::kit::Tone;
use crate::kit::notice::flash;
use crate::kit::shell::{Filled, Page, Way};
use crate::link;
use crate::session::Staff;
use crate::visit::Visit;
use crate::words::Lang;

/// Names what was just done, as the address of the next page carries it: `?done=CODE` shows `done-CODE`.
const DONE: &[(&str, &str)] = &[
    ("saved", "done-saved"),
    ("added", "done-added"),
    ("ended", "done-ended"),
    ("password", "done-password"),
    ("acted", "done-acted"),
    ("admitted", "done-admitted"),
    ("named", "done-named"),
    ("trial", "done-trial"),
    ("hook_tried", "done-hook-tried"),
    ("peer_tried", "done-peer-tried"),
    ("again", "done-again"),
    ("call_ended", "done-call-ended"),
    ("group_bound", "done-bound"),
    ("group_unbound", "done-unbound"),
    ("group_trial", "done-group-trial"),
    ("rung", "done-rung"),
    ("texted", "done-texted"),
    ("call_passed", "done-call-passed"),
    ("post_answered", "done-post-answered"),
    ("post_corrected", "done-post-corrected"),
    ("post_done", "done-post-done"),
    ("post_drafted", "done-post-drafted"),
    ("post_published", "done-post-published"),
    ("day_planned", "done-day-planned"),
    ("day_noted", "done-day-noted"),
    ("assessment_objected", "done-assessment-objected"),
    ("assessment_decided", "done-assessment-decided"),
    ("edition_published", "done-edition-published"),
    ("consult_asked", "done-consult-asked"),
    ("consult_noted", "done-consult-noted"),
    ("dossier_opened", "done-dossier-opened"),
    ("dossier_noted", "done-dossier-noted"),
    (AWAY, AWAY_KEY),
];
/// Says what was done to a matter that is no longer in sight; the address names act and number as well.
const AWAY: &str = "away";
const AWAY_KEY: &str = "done-away";

/// The badge in the navigation counts so far; the desk itself counts further.
const BADGE_MAX: i64 = 99;

/// Is one request of a signed-in member of staff.
pub struct Desk {
    /// Site, data, clock.
    pub app: App,
    /// The request.
    pub visit: Visit,
    /// The person and the session.
    pub staff: Staff,
    /// What lies on the own office's table and wants somebody, counted as far as the badge needs; zero for people without one,
    /// and where a form comes in.
    pub news: i64,
    /// Matters of danger to life within this person's reach that nobody opened, the one that waits longest first; one more
    /// than [`alarm::SHOWN_MAX`] at most.
    pub unheard: Vec<Row>,
}

impl FromRequestParts<App> for Desk {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let staff = Staff::from_request_parts(parts, app).await?;
        let visit = Visit::from_request_parts(parts, app).await?;
        let above = match parts.extensions.get::<Above>() {
            Some(above) => above.clone(),
            None => look(app, &staff).await?,
        };
        Ok(Self { app: app.clone(), visit, staff, news: above.news, unheard: above.unheard })
    }
}

/// Reads what stands above each page where nobody did so when the person was recognised.
async fn look(app: &App, staff: &Staff) -> Result<Above, Fault> {
    let (site, now, staff) = (Arc::clone(&app.hall.site), app.now(), staff.clone());
    app.hall.store.read(move |tx| above(tx, &site, (now, None), ((&staff.person, staff.session.id), true))).await
}

/// Reads what stands above each page for a person in a session: counted where it is drawn. Where this look has read the position of the
/// journal, what was read there before is remembered.
pub fn above(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, position): (Timestamp, Option<i64>),
    ((person, session), counted): ((&directory::Staff, Uuid), bool),
) -> Result<Above, Fault> {
    let who = Who::Staff { id: person.id, session };
    let reach = if counted { reach(site, (&who, person), now, BADGE_MAX) } else { None };
    let asked = (reach, alarm::SHOWN_MAX);
    match position {
        Some(position) => above::read_at(tx, site, person, (position, asked)),
        None => above::read(tx, site, person, asked),
    }
}

impl Desk {
    /// Returns the language of the page.
    pub fn lang(&self) -> Lang {
        self.visit.lang
    }

    /// Returns the present snapshot of places, offices and staff.
    pub fn directory(&self) -> Arc<Directory> {
        self.app.hall.site.directory()
    }

    /// Returns the person.
    pub fn person(&self) -> &directory::Staff {
        &self.staff.person
    }

    /// Asks the permit for an act.
    pub fn permit(&self, act: Act, subject: &Subject) -> Result<Permitted, Refusal> {
        permit::may(&self.directory(), &self.staff.who(), act, subject)
    }

    /// Asks the permit to change the site.
    pub fn administer(&self) -> Result<Permitted, Refusal> {
        self.permit(Act::Administer, &Subject::site())
    }

    /// Runs a query with the site and the time.
    pub async fn read<T, E>(
        &self,
        act: impl FnOnce(&mut Tx<'_>, &Site, Timestamp) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        E: From<Fault> + Send + 'static,
        T: Send + 'static,
    {
        let (site, now) = (Arc::clone(&self.app.hall.site), self.app.now());
        self.app.hall.store.read(move |tx| act(tx, &site, now)).await
    }

    /// Runs a command with the site, the time and fresh chance.
    pub async fn write<T>(
        &self,
        act: impl FnOnce(&mut Tx<'_>, &Site, (Timestamp, &mut Chance)) -> Result<T, No> + Send + 'static,
    ) -> Result<T, No>
    where
        T: Send + 'static,
    {
        let (site, now) = (Arc::clone(&self.app.hall.site), self.app.now());
        self.app
            .hall
            .store
            .write(move |tx| {
                let mut chance = site.chance();
                act(tx, &site, (now, &mut chance))
            })
            .await
    }

    /// Draws a page of the desk.
    pub fn page(&self, title: &str, body: &Markup) -> Response {
        let body = html! { (alarm::banner(self)) (self.done()) (body) (keys::sheet(self.lang())) };
        Page::new(&self.visit, title).wide().ways(self.ways()).search(link::FIND).show(&body)
    }

    /// Draws a page whose switches keep what was typed in its form.
    pub fn form_page(&self, title: &str, (to, body): (String, &Markup)) -> Response {
        let body = html! { (alarm::banner(self)) (body) (keys::sheet(self.lang())) };
        Page::new(&self.visit, title).wide().ways(self.ways()).search(link::FIND).form(Filled { to, files: false }).show(&body)
    }

    /// Says what was just done, when the address names it.
    fn done(&self) -> Markup {
        let query = self.visit.path.split_once('?').map_or("", |(_, query)| query);
        let value = |name: &str| query.split('&').find_map(|pair| pair.split_once('=').filter(|(own, _)| *own == name));
        let known = value("done").and_then(|(_, code)| DONE.iter().find(|(own, _)| *own == code));
        let lang = self.lang();
        // only codes and numbers of the right form are said again, whatever an address carries
        let act = value("act").and_then(|(_, code)| Act::parse(code));
        let number = value("number").and_then(|(_, number)| number::parse(number));
        html! {
            @match (known, act, number) {
                (Some((AWAY, key)), Some(act), Some(number)) => {
                    (flash(Tone::Done, &lang.say(key, &[("act", lang.code("act", act.code()).into()), ("number", number.into())])))
                }
                (Some((AWAY, _)) | None, _, _) => {}
                (Some((_, key)), _, _) => { (flash(Tone::Done, &lang.t(key))) }
            }
        }
    }

    /// Tells whether something was just done: then the focus begins on what can be done next.
    pub fn goes_on(&self) -> bool {
        let query = self.visit.path.split_once('?').map_or("", |(_, query)| query);
        query.split('&').any(|pair| pair.starts_with("done="))
    }

    fn ways(&self) -> Vec<Way> {
        let administrator = self.person().is(Role::Administrator);
        let own = Subject { owner: self.person().office.clone(), ..Subject::default() };
        let counter = self.permit(Act::FileForPerson, &Subject::site()).is_ok();
        let desk = match self.news {
            0 => self.lang().t("nav-desk"),
            news => self.lang().say("nav-desk-news", &[("count", queue::shown(news, BADGE_MAX).into())]),
        };
        let more = [
            (link::BOARD, "nav-board", board::sight(self).is_ok()),
            (link::DESK_ASSESSMENT, "nav-assessment", assessment::sight(self).is_ok()),
            (link::COUNTER, "nav-counter", counter),
            (link::HOTLINE, "nav-hotline", hotline::permitted(self).is_ok()),
            (link::CALLBACKS, "nav-callbacks", followup::calls_back(self).is_ok()),
            (link::CRITICISM, "nav-criticism", followup::sees(self).is_ok()),
            (link::SUPERVISION, "nav-supervision", supervision::sees(self).is_ok()),
            (link::DESK_FORUM, "nav-forum", forum::permitted(self).is_ok()),
            (link::DESK_DAYS, "nav-days", days::permitted(self).is_ok()),
            (link::DESK_CONSULT, "nav-consult", consult::permitted(self).is_ok()),
            (link::ISSUES, "nav-issues", self.permit(Act::See, &own).is_ok()),
            (link::LEAVE, "nav-leave", leave::permitted(self).is_ok()),
            (link::ERASE, "nav-erase", self.permit(Act::Erase, &Subject::site()).is_ok()),
            (link::DISCLOSE, "nav-disclose", self.permit(Act::Disclose, &Subject::site()).is_ok()),
            (link::SEALED, "nav-sealed", sealed::permitted(self)),
            (link::ADMIN, "nav-admin", administrator),
            (link::ACCOUNT, "nav-account", true),
        ];
        let shown = more.into_iter().filter(|(_, _, shown)| *shown);
        let ways = shown.map(|(address, key, _)| (address.to_owned(), self.lang().t(key)));
        std::iter::once((link::DESK.to_owned(), desk)).chain(ways).collect()
    }
}

/// Counts what lies on the own office's table: what is new, due soon, late, and asked by others. Nobody sees counts of
/// matters they may not see.
pub async fn counts(app: &App, staff: &Staff, max: i64) -> Result<Counts, Fault> {
    let (site, person) = (Arc::clone(&app.hall.site), Arc::clone(&staff.person));
    let Some(reach) = reach(&site, (&staff.who(), &person), app.now(), max) else { return Ok(Counts::default()) };
    app.hall.store.read(move |tx| queue::counts(tx, &site, &person, reach)).await
}

/// Says what is counted for somebody; nothing for people without a table of their own.
fn reach(site: &Site, (who, person): (&Who, &directory::Staff), now: Timestamp, max: i64) -> Option<Reach> {
    let own = Subject { owner: person.office.clone(), ..Subject::default() };
    permit::may(&site.directory(), who, Act::See, &own).ok()?;
    let today = site.day(now);
    Some(Reach { whole: false, today, soon: soon(&site.calendar(), today), max })
}

/// Tells whether this person opens titles at all: somebody who reads no words at their own table reads none anywhere.
pub fn reads_titles(desk: &Desk) -> bool {
    let own = Subject { owner: desk.person().office.clone(), ..Subject::default() };
    desk.permit(Act::ReadPersonal, &own).is_ok()
}

/// Leads on after something was done.
pub fn done(address: &str, code: &'static str) -> Response {
    debug_assert!(DONE.iter().any(|(own, _)| *own == code), "a page must know what {code} means");
    let joint = if address.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{address}{joint}done={code}")).into_response()
}

/// Leads on after an act whose actor no longer sees the matter: to the queue, which says what was done to which.
pub fn done_away(act: Act, number: &str) -> Response {
    done(&format!("{}?act={}&number={number}", link::DESK, act.code()), AWAY)
}

/// Keeps of a form what may be shown again: everything but secrets.
pub fn kept(fields: &Fields) -> Fields {
    let mut kept = fields.clone();
    for secret in ["password", "again", "old", "code"] {
        kept.set(secret, "");
    }
    kept
}
