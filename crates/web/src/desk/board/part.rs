//! The pages of one office, one place, one topic.

use axum::response::Response;
use chart::trend;
use maud::html;

use super::needs::period_of;
use super::page::{filling, only, part};
use super::{Board, sight};
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::{Path, Query};
use crate::link;

/// Shows one office.
pub async fn office(desk: Desk, Path(code): Path<String>) -> Result<Response, Problem> {
    let seen = sight(&desk)?;
    let office = desk.directory().offices.get(&code).cloned().filter(|office| seen.offices.contains(&office.code));
    let office = office.ok_or(Problem::Absent)?;
    let board = Board::recent(&desk, None).await?;
    let lang = board.lang;
    let title = lang.pick(&office.name, &office.name_en).to_owned();
    let sheet = |name: &str| board.sheet(name, &code).unwrap_or_default();
    let weeks = sheet("office_weeks");
    let late = board.standing(Some(&code), |due| due < board.today.to_string().as_str());
    let body = html! {
        p { a href=(link::BOARD) { (lang.t("nav-board")) } }
        h1 { (title) }
        (filling(&board))
        ul.counts {
            li { a href=(board.find_of(&code, "状态:超期")) { strong { (late) } span { (lang.t("board-late-now")) } } }
            li { a href=(board.find_of(&code, "状态:在办")) { strong { (board.standing(Some(&code), |_| true)) } span { (lang.t("board-on-table")) } } }
        }
        (part(&board, &weeks, &code, &trend(&weeks, &[0, 1])))
        (only(&board, &sheet("office_due"), &code))
    };
    Ok(desk.page(&title, &body))
}

/// Shows one place with what lies in it.
pub async fn place(desk: Desk, Path(code): Path<String>, Query(query): Query) -> Result<Response, Problem> {
    sight(&desk)?;
    let place = desk.directory().places.get(&code).cloned().ok_or(Problem::Absent)?;
    let board = Board::recent(&desk, Some(period_of(&desk, &query))).await?;
    let lang = board.lang;
    let title = lang.pick(&place.name, &place.name_en).to_owned();
    let sheet = |name: &str| board.sheet(name, &code).unwrap_or_default();
    let weeks = sheet("place_weeks");
    let find = super::sheets::find(&format!("地方:{}", place.name));
    let body = html! {
        p { a href=(link::BOARD) { (lang.t("nav-board")) } " › " a href=(link::board_needs(&board.period.code(), place.parent.as_deref().unwrap_or(&code), 0)) { (lang.t("board-needs")) } }
        h1 { (title) }
        (filling(&board))
        @if board.seen.across {
            p { a href=(find) { (lang.t("board-matters-here")) } }
            (part(&board, &weeks, &code, &trend(&weeks, &[0, 1, 2])))
            h2 { (board.period.name(lang)) }
            (only(&board, &sheet("levels"), &code))
            (only(&board, &sheet("place_themes"), &code))
        } @else { p { (lang.t("board-not-across")) } }
    };
    Ok(desk.page(&title, &body))
}

/// Shows one topic with what lies below it.
pub async fn theme(desk: Desk, Path(code): Path<String>, Query(query): Query) -> Result<Response, Problem> {
    sight(&desk)?;
    let board = Board::recent(&desk, Some(period_of(&desk, &query))).await?;
    if !board.rules.is_subject(&code) {
        return Err(Problem::Absent);
    }
    let lang = board.lang;
    let title = crate::reading::path(lang, &board.rules, &code);
    let sheet = |name: &str| board.sheet(name, &code).unwrap_or_default();
    let weeks = sheet("theme_weeks");
    let category = board.rules.category(code.get(..2).unwrap_or(&code)).map(|row| row.zh.clone()).unwrap_or_default();
    let body = html! {
        p { a href=(link::BOARD) { (lang.t("nav-board")) } }
        h1 { (title) }
        (filling(&board))
        @if board.seen.across {
            p { a href=(super::sheets::find(&format!("类别:{category}"))) { (lang.t("board-matters-category")) } }
            (part(&board, &weeks, &code, &trend(&weeks, &[0, 1, 2])))
            h2 { (board.period.name(lang)) }
            @let below = sheet("theme_below");
            @if below.lines.len() > 1 { (only(&board, &below, &code)) }
            (only(&board, &sheet("theme_places"), &code))
        } @else { p { (lang.t("board-not-across")) } }
    };
    Ok(desk.page(&title, &body))
}
