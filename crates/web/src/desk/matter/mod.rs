//! The page of one matter for staff: everything in it that this person may see, and every act with its reason.
//!
//! `load` asks the permit and reads; the personal part only where an access entry is durable already. `read` writes that
//! entry. `page` puts facts, words, story and acts together.

mod access;
mod acts;
mod facts;
mod file;
mod letter;
mod likely;
mod load;
mod page;
mod print;
mod read;
mod story;
mod strip;
mod suggestion;
mod unmask;

pub use acts::{ACTS, AFTER_RATINGS, BETWEEN_SITES, SUPERVISED, asked};
pub(in crate::desk) use likely::reasons;
pub use likely::{draw as likely, look as look_for_likely};
pub use load::{Matter, find, find_for};
pub use page::{aside, person};
pub use story::bare_since;
pub use strip::due_words;
pub use suggestion::{said, said_kind};

use axum::routing::{get, post};

use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::staff("/desk/matters/{number}", "GET", || get(page::show)),
    Route::staff("/desk/matters/{number}/read", "POST", || post(read::note)),
    Route::staff("/desk/matters/{number}/unmask", "POST", || post(unmask::run)),
    Route::staff("/desk/matters/{number}/print", "GET", || get(print::show)),
    Route::staff("/desk/matters/{number}/letter", "GET", || get(letter::show)),
    Route::staff("/desk/matters/{number}/access", "GET", || get(access::show)),
    Route::staff("/desk/matters/{number}/file/{version}/{at}", "GET", || get(file::show)),
];
