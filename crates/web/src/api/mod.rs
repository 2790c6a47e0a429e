//! The JSON API (`/api/v1`): what a resident can do on pages, and the open data, for programs. Described by the document at
//! `/api/v1/openapi.json`, which is made of the same table and types that answer; explained in `docs/api.md`.
//!
//! A resident's program shows number and query code and gets a token for half an hour, the same session that a browser holds in a
//! cookie. No cookie counts here, so no page of somebody else can press anything.

mod acts;
mod again;
mod body;
mod consult;
mod document;
pub(crate) mod etag;
mod matter;
mod matters;
mod open;
mod operations;
mod posts;
mod receptions;
mod sent;
mod sessions;
mod supervision;
mod view;

use axum::routing::{delete, get, post};

use crate::route::Route;

/// Begins the addresses of this part.
pub const PREFIX: &str = "/api/";

/// Lists the addresses of this part.
pub const ROUTES: &[Route] = &[
    Route::public("/api/v1/openapi.json", "GET", || get(document::show)),
    Route::public("/api/v1/matters", "POST", || post(matters::file)),
    Route::public("/api/v1/sessions", "POST", || post(sessions::begin)),
    Route::bearer("/api/v1/session", "DELETE", || delete(sessions::end)),
    Route::bearer("/api/v1/matter", "GET", || get(matter::show)),
    Route::bearer("/api/v1/matter/acts/{act}", "POST", || post(acts::act)),
    Route::bearer("/api/v1/matter/files/{version}/{at}", "GET", || get(matter::file)),
    Route::bearer("/api/v1/matter/receipt", "GET", || get(matter::receipt)),
    Route::bearer("/api/v1/matter/archive", "GET", || get(matter::archive)),
    Route::public("/api/v1/sent", "GET", || get(sent::list)),
    Route::public("/api/v1/sent/changes", "GET", || get(sent::changes)),
    Route::public("/api/v1/sent/replay", "POST", || post(sent::replay)),
    Route::public("/api/v1/topics", "GET POST", || get(posts::list).post(posts::begin)),
    Route::public("/api/v1/topics/{topic}", "GET", || get(posts::show)),
    Route::public("/api/v1/topics/{topic}/replies", "POST", || post(posts::reply)),
    Route::public("/api/v1/supervision", "GET", || get(supervision::files)),
    Route::public("/api/v1/receptions", "GET", || get(receptions::days)),
    Route::public("/api/v1/receptions/{day}", "GET", || get(receptions::day)),
    Route::public("/api/v1/receptions/{day}/bookings", "POST", || post(receptions::booking)),
    Route::public("/api/v1/consultations", "GET", || get(consult::list)),
    Route::public("/api/v1/consultations/{number}", "GET", || get(consult::show)),
    Route::public("/api/v1/consultations/{number}/points/{point}", "GET", || get(consult::point)),
    Route::public("/api/v1/consultations/{number}/voices", "POST", || post(consult::voice)),
    Route::public("/api/v1/places", "GET", || get(open::places)),
    Route::public("/api/v1/offices", "GET", || get(open::offices)),
    Route::public("/api/v1/subjects", "GET", || get(open::subjects)),
    Route::public("/api/v1/terms", "GET", || get(open::terms)),
    Route::public("/api/v1/figures/{name}", "GET", || get(open::figures)),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::ROUTES;
    use super::operations::OPERATIONS;

    #[test]
    fn every_address_is_described_and_every_description_has_an_address() {
        let pairs = |path: &str, methods: &str| -> Vec<(String, String)> {
            methods.split(' ').map(|method| (path.to_owned(), method.to_owned())).collect()
        };
        let routes: BTreeSet<_> = ROUTES.iter().flat_map(|route| pairs(route.path, route.methods)).collect();
        let described: BTreeSet<_> = OPERATIONS.iter().flat_map(|one| pairs(one.path, one.method)).collect();
        assert_eq!(routes, described);
    }
}
