//! What offices ask everybody (征询), for residents: `list` are the questions, `show` one of them with the form to speak, `speak` takes it,
//! `point` opens a point to what was said, `draft` shows a draft and what changed, `record` is all of it on one sheet to print, `own` is where
//! one's own words went, `carry` carries one's own matter in, `feed` is for programs that read news.

mod carry;
mod draft;
mod draw;
mod feed;
mod list;
mod own;
mod point;
mod record;
mod show;
mod speak;

pub(crate) use carry::carried;
pub(crate) use draw::{asked_by, face, outcome, stage_chip};
pub(crate) use speak::{gave_lines, take};

use axum::routing::{get, post};

use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::public("/consult", "GET", || get(list::show)),
    Route::public("/consult/own", "GET POST", || get(own::ask).post(own::act)),
    Route::public("/consult/{number}", "GET POST", || get(show::show).post(speak::send)),
    Route::public("/consult/{number}/points/{point}", "GET", || get(point::show)),
    Route::public("/consult/{number}/drafts/{draft}", "GET", || get(draft::show)),
    Route::public("/consult/{number}/record", "GET", || get(record::show)),
    Route::public("/consult.atom", "GET", || get(feed::show)),
    Route::resident("/track/consult", "POST", || post(carry::act)),
];
