//! Assessment at the desk (考核): the own office's sheet, for those who watch all of them; each measure opens down to its items, an office
//! objects to one, another office decides.
//!
//! `list` is the offices, `show` one office's sheet, `items` what a measure of it is made of, `publish` a corrected edition.

mod items;
mod list;
mod publish;
mod show;

use std::collections::BTreeSet;

use appeals::board;
use axum::routing::get;
use civic::refusal::Refusal;
use oversight::edition::Snapshot;

use super::frame::Desk;
use crate::error::Problem;
use crate::extract::Fields;
use crate::report::read;
use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::staff("/desk/assessment", "GET", || get(list::show)),
    Route::staff("/desk/assessment/{office}", "GET POST", || get(show::show).post(show::act)),
    Route::staff("/desk/assessment/{office}/{measure}", "GET POST", || get(items::show).post(items::act)),
    Route::staff("/desk/reports", "GET POST", || get(publish::show).post(publish::act)),
];

/// Says whose sheets somebody sees at the desk: those of the offices whose matters they may see.
pub fn sight(desk: &Desk) -> Result<BTreeSet<String>, Refusal> {
    let seen = board::sight(&desk.directory(), desk.person());
    seen.map(|sight| sight.offices).ok_or_else(|| Refusal::new("not_your_role").with("act", "see").instead("ask_office_head"))
}

/// Returns the month or year that is asked for, or the present month.
fn period(desk: &Desk, query: &Fields) -> String {
    let asked = query.get("period");
    if read::is_period(asked) { asked.to_owned() } else { desk.app.today().to_string()[..7].to_owned() }
}

/// Lists what can be chosen: the present month, what has an edition, this year.
async fn choices(desk: &Desk) -> Result<Vec<String>, Problem> {
    let today = desk.app.today().to_string();
    let mut all = vec![today[..7].to_owned()];
    all.extend(crate::portal::assessment::known(&desk.app).await?);
    all.push(today[..4].to_owned());
    let mut seen = BTreeSet::new();
    all.retain(|period| seen.insert(period.clone()));
    Ok(all)
}

/// Puts together what the log says now; refused while it is still being read.
async fn live(desk: &Desk, period: &str) -> Result<Snapshot, Problem> {
    let later = || Refusal::new("figures_counting").instead("try_again");
    Ok(read::snapshot(&desk.app, period).await?.ok_or_else(later)?)
}
