//! The board of the morning: what is late and due, what came in, where, what grew, what people say.

use axum::response::Response;
use chart::{Sheet, bars, table, trend};
use jiff::ToSpan;
use maud::{Markup, html};

use super::period::{self, Period};
use super::sheets::find;
use super::{Board, sight};
use crate::desk::frame::Desk;
use crate::desk::issues;
use crate::error::Problem;
use crate::extract::Query;
use crate::kit::Tone;
use crate::kit::notice::{flash, notice};
use crate::link;
use crate::take;

/// Rows of a table on the page at most; the file holds all.
const ROWS_MAX: usize = 100;

/// Shows the board, or a past period.
pub async fn show(desk: Desk, Query(query): Query) -> Result<Response, Problem> {
    sight(&desk)?;
    if let Some(period) = Period::parse(query.get("period")) {
        let body = period::show(&desk, period).await?;
        return Ok(desk.page(&period.name(desk.lang()), &body));
    }
    let board = Board::recent(&desk, None).await?;
    let waiting = issues::waiting(&desk).await?;
    let lang = board.lang;
    let title = lang.t("nav-board");
    let sheet = |name: &str| board.sheet(name, "").unwrap_or_default();
    let (weeks, offices) = (sheet("weeks"), sheet("offices"));
    let body = html! {
        h1 { (title) }
        (period::choose(lang, (board.today, None)))
        (filling(&board))
        @if waiting > 0 {
            (notice(Tone::Late, &lang.say("board-warned", &[("count", (waiting as i64).into())]), &html! {
                div.acts { a.button href=(link::ISSUES) { (lang.t("board-warned-see")) } }
            }))
        }
        (now(&board))
        div.board {
            (part(&board, &weeks, "", &trend(&weeks, &[0, 1])))
            (only(&board, &sheet("due"), ""))
        }
        (whole(&board, &offices, "", &foremost(&board, &offices)))
        @if board.seen.across {
            div.board {
                @for name in ["themes_grew", "places_grew"] { (only(&board, &sheet(name), "")) }
            }
            (only(&board, &sheet("said"), ""))
            p { a href=(link::BOARD_NEEDS) { (lang.t("board-to-needs")) } }
        } @else { p.quiet { (lang.t("board-not-across")) } }
        p.quiet { (lang.t("board-how")) }
    };
    Ok(desk.page(&title, &body))
}

/// Says that older matters are still being counted.
pub(super) fn filling(board: &Board) -> Markup {
    html! { @if board.seen.filling { (flash(Tone::Soon, &board.lang.t("board-filling"))) } }
}

/// Draws the numbers of this morning, each with the way to its matters.
fn now(board: &Board) -> Markup {
    let (lang, today) = (board.lang, board.today);
    let day = today.to_string();
    let week_end = today.saturating_add(6.days()).to_string();
    let yesterday = today.saturating_sub(1.day()).to_string();
    let came = board.came_on(&yesterday);
    let late = board.standing(None, |due| due < day.as_str());
    let numbers = [
        ("board-late-now", late, find("状态:超期")),
        ("board-due-today", board.standing(None, |due| due == day), find("到期:今天")),
        ("board-due-week", board.standing(None, |due| due >= day.as_str() && due <= week_end.as_str()), find("到期:七天内")),
        ("board-came-yesterday", came, find("时间:昨天")),
    ];
    html! {
        dl.numbers {
            @for (key, count, to) in &numbers {
                div {
                    dt { (lang.t(key)) }
                    dd { a href=(to) { (count) } }
                }
            }
        }
    }
}

/// Draws a part: its drawing, and the table below it, folded.
pub(super) fn part(board: &Board, sheet: &Sheet, of: &str, drawing: &Markup) -> Markup {
    html! {
        section {
            h2 { (sheet.title) }
            p.quiet { (sheet.about) }
            (drawing)
            details {
                summary { (board.lang.t("board-table")) }
                (table(sheet))
            }
            (links(board, sheet, of))
        }
    }
}

/// Draws a part that is its table, with bars in it.
pub(super) fn whole(board: &Board, sheet: &Sheet, of: &str, drawing: &Markup) -> Markup {
    html! { section { h2 { (sheet.title) } p.quiet { (sheet.about) } (drawing) (links(board, sheet, of)) } }
}

/// Draws a part that is its table, with bars in the first column.
pub(super) fn only(board: &Board, sheet: &Sheet, of: &str) -> Markup {
    whole(board, sheet, of, &bars(sheet, 0))
}

/// Draws the first rows, and says how many more the file holds.
fn foremost(board: &Board, sheet: &Sheet) -> Markup {
    let more = sheet.lines.len().saturating_sub(ROWS_MAX);
    if more == 0 {
        return bars(sheet, 0);
    }
    let first = Sheet { lines: sheet.lines.iter().take(ROWS_MAX).cloned().collect(), ..sheet.clone() };
    html! { (bars(&first, 0)) p { (board.lang.say("board-more-offices", &[("count", (more as i64).into())])) } }
}

fn links(board: &Board, sheet: &Sheet, of: &str) -> Markup {
    let query = format!("?of={of}&period={}", board.period.code());
    html! { @if !sheet.lines.is_empty() { (take::links(board.lang, (&link::board_table(&sheet.name), &query))) } }
}
