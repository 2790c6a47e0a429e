//! Filing an appeal: five short steps kept on the server, a preview, the receipt.
//!
//! `draft` keeps what was typed, `device` a copy where the script may, `second` asks when a second one is begun, `steps` draws, `walk` leads from step to step, `send` takes the whole form (from the
//! preview or from a program), `receipt` shows what came of it.

mod attach;
mod copy;
mod device;
mod draft;
mod preview;
mod receipt;
mod second;
mod send;
mod sign;
mod steps;
mod walk;
mod wrong;

pub use attach::{ACCEPT, not_taken, room};
pub use copy::FiledCopy;
pub use device::offer;
pub use draft::{Typed, form};
pub use receipt::{paper, receipt_file};
pub(crate) use send::take;
pub(crate) use steps::tree;
pub use steps::{Step, danger_box, danger_calls, danger_line};
pub use wrong::{incomplete, sentence};

use axum::routing::{get, post};

use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::public("/appeals/new", "GET POST", || get(walk::show).post(walk::keep)),
    Route::public(attach::ADD, "POST", || post(attach::add)),
    Route::public(attach::REMOVE, "POST", || post(attach::remove)),
    Route::public(device::RESTORE, "POST", || post(device::restore)),
    Route::public("/appeals/new/erase", "POST", || post(walk::erase)),
    Route::public("/at/{code}", "GET", || get(sign::go)),
    Route::public("/appeals", "GET POST", || get(walk::begin).post(send::send)),
    Route::public("/appeals/receipt", "GET", || get(receipt::show)),
    Route::public("/appeals/receipt/file", "GET", || get(receipt::download)),
    Route::public("/appeals/receipt/erase", "POST", || post(receipt::erase)),
];
