//! The map of needs: by community what was asked for on the five levels, what was granted, what was left.

use axum::response::Response;
use chart::{Map, bars, map};
use maud::{Markup, html};

use super::page::{filling, only, whole};
use super::period::Period;
use super::{Board, sight};
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::{Fields, Query};
use crate::kit::errors::Errors;
use crate::kit::field::{Field, select};
use crate::link;

/// Returns the period that is asked for, or the present month.
pub(super) fn period_of(desk: &Desk, query: &Fields) -> Period {
    let asked = Period::parse(query.get("period")).or_else(|| Period::parse(query.get("month")));
    asked.unwrap_or_else(|| Period::month_of(desk.app.today()))
}

/// Shows the map.
pub async fn show(desk: Desk, Query(query): Query) -> Result<Response, Problem> {
    sight(&desk)?;
    let period = period_of(&desk, &query);
    let board = Board::recent(&desk, Some(period)).await?;
    let code = period.code();
    let lang = board.lang;
    let known = board.directory.places.get(query.get("place")).or(board.directory.root());
    let place = known.map(|place| place.code.clone()).unwrap_or_default();
    let level: u8 =
        query.get("level").parse().ok().filter(|level| board.rules.needs().any(|need| need.level == *level)).unwrap_or(0);
    let title = lang.t("board-needs");
    let of = format!("{place}.{level}");
    let needs = board.sheet("needs", &of).unwrap_or_default();
    let levels = board.sheet("levels", &place).unwrap_or_default();
    let outlines = board.outlines();
    let drawn = map(&needs, &Map { column: 0, outlines: &outlines, untold: &lang.t("board-hidden") });
    let body = html! {
        p { a href=(link::BOARD) { (lang.t("nav-board")) } }
        h1 { (title) }
        p.lead { (lang.t("board-needs-lead")) }
        (filling(&board))
        @if board.seen.across {
            (choose(&board, (&code, &place, level)))
            (only(&board, &levels, &place))
            (ways(&board, (&code, &place, level)))
            (whole(&board, &needs, &of, &html! { div.board { (drawn) (bars(&needs, 0)) } }))
        } @else { p { (lang.t("board-not-across")) } }
        p.quiet { (lang.t("board-needs-how")) }
    };
    Ok(desk.page(&title, &body))
}

/// Draws the choice of period and place.
fn choose(board: &Board, (period, place, level): (&str, &str, u8)) -> Markup {
    let lang = board.lang;
    let periods: Vec<(String, String)> =
        Period::all(board.today).into_iter().map(|period| (period.code(), period.name(lang))).collect();
    let above = board.directory.places.values().filter(|above| board.directory.children(&above.code).next().is_some());
    let places: Vec<(String, String)> = above.map(|place| (place.code.clone(), board.place_name(&place.code))).collect();
    let (mut typed, errors) = (Fields::default(), Errors::default());
    typed.set("period", period);
    typed.set("place", place);
    let pick = |name: &'static str, key: &str| Field { name, label: lang.t(key), required: true, ..Field::default() };
    html! {
        form.filter-form method="get" action=(link::BOARD_NEEDS) {
            input type="hidden" name="level" value=(level);
            (select(lang, &pick("period", "board-period"), &periods, &typed, &errors))
            (select(lang, &pick("place", "board-place"), &places, &typed, &errors))
            button { (lang.t("board-show")) }
        }
    }
}

/// Draws the ways to one level, or to all together.
fn ways(board: &Board, (period, place, level): (&str, &str, u8)) -> Markup {
    let all = std::iter::once((0, board.lang.t("board-all-levels")));
    let levels = board.rules.needs().map(|need| (need.level, board.lang.pick(&need.zh, &need.en).to_owned()));
    html! {
        nav.tabs aria-label=(board.lang.t("board-level")) {
            @for (of, words) in all.chain(levels) {
                a href=(link::board_needs(period, place, of)) aria-current=[(of == level).then_some("page")] { (words) }
            }
        }
    }
}
