//! The map of needs: by community what was asked for on the five levels, what was granted, what was left.

use axum::response::Response;
use chart::{Map, bars, map};
use maud::{Markup, html};

use super::page::{filling, only, whole};
use super::{Board, sight};
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::{Fields, Query};
use crate::kit::errors::Errors;
use crate::kit::field::{Field, select};
use crate::link;

/// Returns the month that is asked for, or the present one.
pub(super) fn month_of(desk: &Desk, asked: &str) -> String {
    let plain = asked.len() == 7
        && asked.bytes().enumerate().all(|(at, byte)| if at == 4 { byte == b'-' } else { byte.is_ascii_digit() });
    if plain { asked.to_owned() } else { appeals::store::tally::month(desk.app.today()) }
}

/// Shows the map.
pub async fn show(desk: Desk, Query(query): Query) -> Result<Response, Problem> {
    sight(&desk)?;
    let month = month_of(&desk, query.get("month"));
    let board = Board::read(&desk, Some(month.clone())).await?;
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
            (choose(&board, (&month, &place, level)))
            (only(&board, &levels, &place))
            (ways(&board, (&month, &place, level)))
            (whole(&board, &needs, &of, &html! { div.board { (drawn) (bars(&needs, 0)) } }))
        } @else { p { (lang.t("board-not-across")) } }
        p.quiet { (lang.t("board-needs-how")) }
    };
    Ok(desk.page(&title, &body))
}

/// Draws the choice of month and place.
fn choose(board: &Board, (month, place, level): (&str, &str, u8)) -> Markup {
    let lang = board.lang;
    let months: Vec<(String, String)> =
        board.months().into_iter().map(|month| (month.clone(), board.month_name(&month))).collect();
    let above = board.directory.places.values().filter(|above| board.directory.children(&above.code).next().is_some());
    let places: Vec<(String, String)> = above.map(|place| (place.code.clone(), board.place_name(&place.code))).collect();
    let (mut typed, errors) = (Fields::default(), Errors::default());
    typed.set("month", month);
    typed.set("place", place);
    let pick = |name: &'static str, key: &str| Field { name, label: lang.t(key), required: true, ..Field::default() };
    html! {
        form.filter-form method="get" action=(link::BOARD_NEEDS) {
            input type="hidden" name="level" value=(level);
            (select(lang, &pick("month", "board-month"), &months, &typed, &errors))
            (select(lang, &pick("place", "board-place"), &places, &typed, &errors))
            button { (lang.t("board-show")) }
        }
    }
}

/// Draws the ways to one level, or to all together.
fn ways(board: &Board, (month, place, level): (&str, &str, u8)) -> Markup {
    let all = std::iter::once((0, board.lang.t("board-all-levels")));
    let levels = board.rules.needs().map(|need| (need.level, board.lang.pick(&need.zh, &need.en).to_owned()));
    html! {
        nav.tabs aria-label=(board.lang.t("board-level")) {
            @for (of, words) in all.chain(levels) {
                a href=(link::board_needs(month, place, of)) aria-current=[(of == level).then_some("page")] { (words) }
            }
        }
    }
}
