//! Reception days of leaders (接访日), for residents: `list` is the schedule, `day` one of them with the form that books it, `book` takes
//! that form, `own` is the page of one's own booking, `feed` is for calendars.

mod book;
mod day;
mod draw;
mod feed;
mod list;
mod own;

pub(crate) use book::{booked_lines, person_fields, read_person, slot_options, take, taken};
pub(crate) use draw::{clock, duty_words, face, facts, promises};

use axum::routing::get;

use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::public("/reception", "GET", || get(list::show)),
    Route::public("/reception/own", "GET POST", || get(own::ask).post(own::act)),
    Route::public("/reception/office/{name}", "GET", || get(feed::of_office)),
    Route::public("/reception/{day}", "GET POST", || get(day::show).post(book::send)),
    Route::public("/reception.ics", "GET", || get(feed::whole)),
];
