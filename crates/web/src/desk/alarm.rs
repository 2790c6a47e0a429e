//! The red line on top of every page of the desk: a life may be in danger and nobody has opened the matter. It stands there
//! for everybody whose reach it lies in, until somebody does.

use appeals::alarm;
use appeals::queue::shown;
use appeals::store::Row;
use civic::permit::Act;
use maud::{Markup, html};

use super::frame::Desk;
use super::queue::everything;
use crate::kit::Tone;
use crate::kit::icon::icon;
use crate::link;
use crate::portal::track::story::office;
use crate::words::{Lang, moment};

/// The line counts so far.
pub const SHOWN_MAX: usize = 99;
/// Seconds in a minute, and minutes up to which a wait is told in minutes.
const MINUTE_SECONDS: i64 = 60;
const WAIT_MINUTES_MAX: i64 = 180;

/// Draws the line, with the way to the matter that waits longest.
pub fn banner(desk: &Desk) -> Markup {
    let Some(first) = desk.unheard.first() else { return html! {} };
    let (lang, directory) = (desk.lang(), desk.directory());
    let count = shown(desk.unheard.len() as i64, SHOWN_MAX as i64);
    let title = lang.say("alarm-title", &[("count", count.into())]);
    let address = link::matter(&first.number);
    // on its own page the way leads to the words, for only whoever opens those has opened it
    let here = desk.visit.path.split('?').next() == Some(address.as_str());
    let opens = desk.permit(Act::ReadPersonal, &first.subject()).is_ok();
    let way = if here { "#personal".to_owned() } else { address };
    html! {
        section.alarm.no-print aria-label=(title) {
            div {
                p.alarm-title { (icon(Tone::Late)) strong { (title) } }
                p {
                    span.code { (first.number) } " · " (office(lang, &directory, &first.owner)) " · " (waited(desk, lang, first))
                }
                @if opens { p { (lang.t("alarm-do")) } } @else { (ring(desk, lang, first)) }
            }
            div.acts {
                @if opens { a.button href=(way) { (lang.t("alarm-open")) } }
                @else if !here { a.button href=(way) { (lang.t("alarm-look")) } }
                @if desk.unheard.len() > 1 { a.button.second href=(everything(desk)) { (lang.t("alarm-all")) } }
            }
        }
    }
}

/// Says whom to ring, to somebody who may not open the words: leaders direct, they do not read.
fn ring(desk: &Desk, lang: Lang, row: &Row) -> Markup {
    let (directory, subject) = (desk.directory(), row.subject());
    let holder = directory.acting(&row.owner);
    let name = office(lang, &directory, holder.map_or(&row.owner, |office| &office.code));
    let phone = holder.map_or("", |office| office.phone.as_str());
    let person = alarm::to_ring(&directory, &subject, desk.app.today());
    html! {
        p {
            @match person {
                Some(person) => (lang.say("alarm-ring", &[("office", name.into()), ("name", format!("{} {}", person.name, person.title).into())])),
                None => (lang.say("alarm-ring-nobody", &[("office", name.into())])),
            }
            @if !phone.is_empty() { " " a href={ "tel:" (phone) } { (phone) } }
        }
        p { (lang.t("alarm-until")) }
    }
}

/// Says how long it waits; of a long wait, since when.
fn waited(desk: &Desk, lang: Lang, row: &Row) -> String {
    let minutes = (desk.app.now().as_second() - row.received_at.as_second()) / MINUTE_SECONDS;
    if minutes <= WAIT_MINUTES_MAX {
        return lang.say("alarm-waits", &[("minutes", minutes.max(0).into())]);
    }
    lang.say("alarm-since", &[("moment", moment(lang, row.received_at, &desk.app.hall.site.zone).into())])
}
