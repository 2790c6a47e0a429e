//! The public board and the offices' posts, for residents and for anyone who looks.
//!
//! `list` shows topics, `topic` one of them with what stands below it, `write` takes new ones, `own` is the page of one's own post,
//! `report` tells moderators of one, `measures` what they did and why, `blog` lists what offices wrote, `feed` is for programs.

mod blog;
mod draw;
mod feed;
mod list;
mod measures;
mod own;
mod report;
mod topic;
mod write;

pub(crate) use draw::{Seen, address, fields, reason_line, speaker};
pub(crate) use list::cells;
pub(crate) use topic::read as read_topic;
pub(crate) use write::{accuses, guarded, take, theme_options};

use axum::routing::get;

use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::public("/forum", "GET", || get(list::show)),
    Route::public("/forum/new", "GET POST", || get(write::begin).post(write::send)),
    Route::public("/forum/own", "GET POST", || get(own::ask).post(own::act)),
    Route::public("/forum/moderation", "GET", || get(measures::show)),
    Route::public("/forum/report/{post}", "GET POST", || get(report::show).post(report::send)),
    Route::public("/forum/place/{name}", "GET", || get(feed::of_place)),
    Route::public("/forum/theme/{name}", "GET", || get(feed::of_theme)),
    Route::public("/forum/{topic}", "GET POST", || get(topic::show).post(write::reply)),
    Route::public("/forum.atom", "GET", || get(feed::whole)),
    Route::public("/blog", "GET", || get(blog::show)),
    Route::public("/blog/{topic}", "GET POST", || get(topic::show).post(write::reply)),
    Route::public("/blog.atom", "GET", || get(feed::blog)),
];
