//! Doing an act: one page each, with its form. `pieces` says what an act asks for, `draw` draws it, `command` reads it
//! back, `run` does it. After a refusal the form comes back with every word that was typed.

mod call;
mod command;
mod draw;
mod pieces;
mod run;

pub use call::{plain_sentences, sentences, words_of};

use axum::routing::get;

use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[Route::staff("/desk/matters/{number}/act/{act}", "GET POST", || get(run::show).post(run::run))];
