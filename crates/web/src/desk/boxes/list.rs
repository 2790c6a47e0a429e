//! The boxes of an office, those that should have been opened first.

use appeals::register;
use appeals::rounds::{self, Round};
use axum::response::Response;
use civic::directory::OpinionBox;
use civic::permit::{Act, Subject};
use db::Fault;
use jiff::ToSpan;
use maud::{Markup, html};

use super::subject;
use crate::desk::counter::ways;
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::kit::Tone;
use crate::kit::empty::empty;
use crate::kit::state::chip;
use crate::kit::table::{Table, table};
use crate::link;
use crate::portal::track::story::office;
use crate::words::day;

/// Hours over which what came by a box is counted (30 days).
const COUNTED_HOURS: i64 = 30 * 24;

/// Is what is known of a box.
pub struct Standing {
    own: OpinionBox,
    last: Option<Round>,
    many: i64,
    scanned: i64,
    overdue: bool,
}

impl Standing {
    /// Tells whether it should have been opened by now.
    pub fn is_overdue(&self) -> bool {
        self.overdue
    }

    /// Returns the code of the box.
    pub fn code(&self) -> &str {
        &self.own.code
    }
}

/// Shows the list.
pub async fn show(desk: Desk) -> Result<Response, Problem> {
    let own = Subject { owner: desk.person().office.clone(), ..Subject::default() };
    if desk.permit(Act::OpenBox, &own).is_err() {
        desk.permit(Act::SeeRegister, &own)?;
    }
    let lang = desk.lang();
    let all = standing(&desk, |desk, own| {
        desk.permit(Act::OpenBox, &subject(own)).is_ok() || desk.permit(Act::SeeRegister, &subject(own)).is_ok()
    });
    let all = all.await?;
    let rows: Vec<Vec<Markup>> = all.iter().map(|one| row(&desk, (one, &link::of_box(one.code())))).collect();
    let heads = ["entry-name", "box-where", "box-last", "box-next", "box-came"].map(|key| lang.t(key)).to_vec();
    let body = html! {
        h1 { (lang.t("boxes-title")) }
        (ways(&desk, link::BOXES))
        p.lead { (lang.t("boxes-lead")) }
        @if rows.is_empty() { (empty(&lang.t("boxes-empty"), &lang.t("boxes-empty-why"), &html! {})) }
        @else { (table(&Table { caption: lang.t("boxes-caption"), heads, rows })) }
    };
    Ok(desk.page(&lang.t("boxes-title"), &body))
}

/// Looks at the boxes that hang and that `wanted` names, those that should have been opened first.
pub async fn standing(desk: &Desk, wanted: impl Fn(&Desk, &OpinionBox) -> bool) -> Result<Vec<Standing>, Problem> {
    let directory = desk.directory();
    let boxes: Vec<OpinionBox> = directory.boxes.values().filter(|own| own.active && wanted(desk, own)).cloned().collect();
    let mut all = desk
        .read(move |tx, site, now| {
            let (since, today) = (now - COUNTED_HOURS.hours(), site.day(now));
            let mut all = Vec::with_capacity(boxes.len());
            for own in boxes {
                let last = rounds::last(tx, site, &own.code)?;
                let (many, scanned) = register::by_box(tx, site, &own.code, since)?;
                let overdue = rounds::is_overdue(site, last.as_ref(), today);
                all.push(Standing { own, last, many, scanned, overdue });
            }
            Ok::<_, Fault>(all)
        })
        .await?;
    all.sort_by_key(|one| (!one.overdue, one.last.as_ref().map(|last| last.day), one.own.code.clone()));
    Ok(all)
}

/// Draws a box; its name leads to an address.
pub fn row(desk: &Desk, (one, to): (&Standing, &str)) -> Vec<Markup> {
    let (lang, directory, site) = (desk.lang(), desk.directory(), &desk.app.hall.site);
    let own = &one.own;
    let place = directory.places.get(&own.place).map_or("", |place| lang.pick(&place.name, &place.name_en));
    let due = rounds::due(site, one.last.as_ref()).map(|due| due.due.last);
    let next = due.map_or_else(|| lang.t("box-now"), |last| lang.say("box-until", &[("day", day(lang, last).into())]));
    vec![
        html! { a href=(to) data-row="" { (lang.pick(&own.name, &own.name_en)) } br; span.quiet { (office(lang, &directory, &own.office)) } },
        html! { div { (place) @if !own.spot.is_empty() { br; span.quiet { (own.spot) } } } },
        html! {
            @match &one.last {
                Some(last) => {
                    div {
                        (day(lang, last.day)) br;
                        span.quiet {
                            @if last.cards == 0 { (lang.t("box-empty")) } @else { (lang.say("box-cards", &[("count", last.cards.into())])) }
                            @if let Some(staff) = directory.staff.get(&last.staff) { " · " (staff.name) }
                        }
                    }
                }
                None => { (lang.t("box-never")) }
            }
        },
        html! { div { @if one.overdue { (chip(Tone::Late, &lang.t("box-overdue"))) br; } (next) } },
        html! { (lang.say("box-count", &[("count", one.many.into()), ("scanned", one.scanned.into())])) },
    ]
}
