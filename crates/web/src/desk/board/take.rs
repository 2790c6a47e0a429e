//! A sheet of a board as a file: the same numbers as on its page, for the same people.

use axum::response::Response;

use super::{Board, sight};
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::{Path, Query};
use crate::take;

/// Sheets that go across offices.
const ACROSS: &[&str] = &[
    "themes_grew",
    "places_grew",
    "said",
    "place_weeks",
    "theme_weeks",
    "levels",
    "needs",
    "themes",
    "place_themes",
    "theme_below",
    "theme_places",
];
/// The sheet that is drawn of the days of a period.
const PERIOD_OFFICES: &str = "period_offices";

/// Answers with the file.
pub async fn show(desk: Desk, Path((name, form)): Path<(String, String)>, Query(query): Query) -> Result<Response, Problem> {
    let seen = sight(&desk)?;
    let (of, period) = (query.get("of").to_owned(), super::needs::period_of(&desk, &query));
    if name.starts_with("office_") && !seen.offices.contains(&of) {
        return Err(Problem::Absent);
    }
    let board =
        if name == PERIOD_OFFICES { Board::of_period(&desk, period).await? } else { Board::recent(&desk, Some(period)).await? };
    if ACROSS.contains(&name.as_str()) && !board.seen.across {
        return Err(Problem::Absent);
    }
    take::answer(&board.sheet(&name, &of).ok_or(Problem::Absent)?, &form)
}
