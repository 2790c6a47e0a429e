//! The boards: ten minutes in the morning for those who lead and those who watch. Each number leads to its matters for whoever may
//! see them, and each page is made of sheets that can be taken away as they are.

mod needs;
mod page;
mod part;
mod period;
mod sheets;
mod take;

use std::collections::BTreeMap;
use std::sync::Arc;

use appeals::board::{self, Seen, Sight};
use appeals::store::tally::{Axis, month, weeks_before};
use axum::routing::get;
use chart::Outline;
use civic::directory::Directory;
use civic::permit::Act;
use civic::refusal::Refusal;
use civic::rules::RuleSet;
use jiff::civil::Date;

use self::period::Period;
use super::frame::Desk;
use crate::error::Problem;
use crate::route::Route;
use crate::words::Lang;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::staff("/desk/board", "GET", || get(page::show)),
    Route::staff("/desk/board/needs", "GET", || get(needs::show)),
    Route::staff("/desk/board/office/{code}", "GET", || get(part::office)),
    Route::staff("/desk/board/place/{code}", "GET", || get(part::place)),
    Route::staff("/desk/board/theme/{code}", "GET", || get(part::theme)),
    Route::staff("/desk/board/table/{name}/{form}", "GET", || get(take::show)),
];

/// Weeks a board looks back, this one included.
pub(super) const WEEKS: i64 = 13;

/// Is what a board is drawn of.
pub(super) struct Board {
    pub lang: Lang,
    pub directory: Arc<Directory>,
    pub rules: Arc<RuleSet>,
    pub today: Date,
    /// The month or quarter whose needs were read.
    pub period: Period,
    pub seen: Seen,
}

/// Says which offices a person sees figures of, for the navigation as well.
pub(super) fn sight(desk: &Desk) -> Result<Sight, Refusal> {
    board::sight(&desk.directory(), desk.person())
        .ok_or_else(|| Refusal::new("not_your_role").with("act", Act::See.code()).instead("ask_office_head"))
}

impl Board {
    /// Reads a board: the last weeks of offices, and across offices where this person may; with the needs of a period where wanted.
    pub(super) async fn recent(desk: &Desk, period: Option<Period>) -> Result<Self, Problem> {
        let today = desk.app.today();
        let (from, yesterday) = (weeks_before(today, WEEKS - 1).to_string(), today.yesterday().unwrap_or(today).to_string());
        let axes = [Axis::Week, Axis::Place, Axis::Topic];
        let mut wanted: Vec<(Axis, String, String)> = axes.map(|axis| (axis, from.clone(), today.to_string())).to_vec();
        wanted.push((Axis::Office, yesterday.clone(), yesterday));
        wanted.extend(period.map(needs));
        Self::read(desk, period.unwrap_or_else(|| Period::month_of(today)), wanted).await
    }

    /// Reads what offices did on the days of a period.
    pub(super) async fn of_period(desk: &Desk, period: Period) -> Result<Self, Problem> {
        let (first, last) = period.days();
        Self::read(desk, period, vec![(Axis::Office, first.to_string(), last.to_string()), needs(period)]).await
    }

    async fn read(desk: &Desk, period: Period, wanted: Vec<(Axis, String, String)>) -> Result<Self, Problem> {
        let sight = sight(desk)?;
        let person = Arc::clone(&desk.staff.person);
        let seen = desk.read(move |tx, site, _| board::read(tx, site, (&person, &sight), &wanted)).await?;
        let (lang, directory, rules, today) = (desk.lang(), desk.directory(), desk.app.hall.site.rules(), desk.app.today());
        Ok(Self { lang, directory, rules, today, period, seen })
    }

    /// Returns the outlines of the places that have one.
    pub(super) fn outlines(&self) -> BTreeMap<String, Outline> {
        let places = self.directory.places.values().filter(|place| !place.outline.is_empty());
        places.map(|place| (place.code.clone(), place.outline.clone())).collect()
    }
}

/// Names the counters of the needs of a period.
fn needs(period: Period) -> (Axis, String, String) {
    let (first, last) = period.days();
    (Axis::Need, month(first), month(last))
}

/// Months that can be chosen.
pub(super) const MONTHS: usize = 12;
