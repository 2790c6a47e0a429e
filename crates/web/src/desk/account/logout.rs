//! Leaving: the session ends at once, here and in the table.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{Extensions, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use civic::session;

use crate::app::App;
use crate::error::Problem;
use crate::link;
use crate::session::{CLEARED, Staff, staff_cookie_gone};
use crate::visit::Visit;

/// Ends the session. Whoever has none any more is led to the same page.
pub async fn leave(State(app): State<App>, visit: Visit, extensions: Extensions) -> Result<Response, Problem> {
    if let Some(staff) = extensions.get::<Staff>().cloned() {
        let site = Arc::clone(&app.hall.site);
        app.ring.leave(staff.session.id);
        tracing::info!(staff = %staff.person.id, "a session of staff was left");
        app.hall.store.write(move |tx| session::end(tx, site.jurisdiction, staff.person.id, staff.session.id)).await?;
    }
    let gone = AppendHeaders([(header::SET_COOKIE, staff_cookie_gone(visit.peer)), CLEARED]);
    Ok((gone, Redirect::to(link::DESK_LOGIN)).into_response())
}
