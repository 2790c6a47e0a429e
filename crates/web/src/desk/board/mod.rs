//! The boards: ten minutes in the morning for those who lead and those who watch. Each number leads to its matters for whoever may
//! see them, and each page is made of sheets that can be taken away as they are.

mod needs;
mod page;
mod part;
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
    pub seen: Seen,
}

/// Says which offices a person sees figures of, for the navigation as well.
pub(super) fn sight(desk: &Desk) -> Result<Sight, Refusal> {
    board::sight(&desk.directory(), desk.person())
        .ok_or_else(|| Refusal::new("not_your_role").with("act", Act::See.code()).instead("ask_office_head"))
}

impl Board {
    /// Reads a board: the last weeks of offices, and across offices where this person may; with the needs of a month where wanted.
    pub(super) async fn read(desk: &Desk, of_month: Option<String>) -> Result<Self, Problem> {
        let (sight, today) = (sight(desk)?, desk.app.today());
        let (from, to) = (weeks_before(today, WEEKS - 1).to_string(), today.to_string());
        let axes = [Axis::Office, Axis::Place, Axis::Topic];
        let mut wanted: Vec<(Axis, String, String)> = axes.map(|axis| (axis, from.clone(), to.clone())).to_vec();
        wanted.extend(of_month.map(|month| (Axis::Need, month.clone(), month)));
        let person = Arc::clone(&desk.staff.person);
        let seen = desk.read(move |tx, site, _| board::read(tx, site, (&person, &sight), &wanted)).await?;
        Ok(Self { lang: desk.lang(), directory: desk.directory(), rules: desk.app.hall.site.rules(), today, seen })
    }

    /// Returns the outlines of the places that have one.
    pub(super) fn outlines(&self) -> BTreeMap<String, Outline> {
        let places = self.directory.places.values().filter(|place| !place.outline.is_empty());
        places.map(|place| (place.code.clone(), place.outline.clone())).collect()
    }

    /// Returns this month, and the months before it that can be chosen, the newest first.
    pub(super) fn months(&self) -> Vec<String> {
        let mut first = self.today.first_of_month();
        let mut all = Vec::new();
        for _ in 0..MONTHS {
            all.push(month(first));
            first = first.yesterday().unwrap_or(first).first_of_month();
        }
        all
    }
}

/// Months that can be chosen.
const MONTHS: usize = 12;
