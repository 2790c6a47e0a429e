//! The table of contents of the site: every address, its methods, and who may come.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::Method;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;
use crate::error::Problem;
use crate::visit::Visit;
use crate::{api, assets, desk, exchange, guard, kept, log, open311, portal, session};

/// Says who may come to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anyone.
    Public,
    /// A resident who showed number and query code.
    Resident,
    /// A program of a resident who showed number and query code.
    Bearer,
    /// Signed-in staff.
    Staff,
    /// Staff on the way in: log-in and setup.
    StaffSetup,
}

/// Is one address.
#[derive(Clone, Copy)]
pub struct Route {
    /// Path, in the router's notation.
    pub path: &'static str,
    /// Methods, separated by a space.
    pub methods: &'static str,
    /// Who may come.
    pub who: Who,
    /// Makes the handlers.
    pub on: fn() -> MethodRouter<App>,
}

impl Route {
    /// Names an address that anyone may open.
    pub const fn public(path: &'static str, methods: &'static str, on: fn() -> MethodRouter<App>) -> Self {
        Self { path, methods, who: Who::Public, on }
    }

    /// Names an address for a resident who showed number and query code.
    pub const fn resident(path: &'static str, methods: &'static str, on: fn() -> MethodRouter<App>) -> Self {
        Self { path, methods, who: Who::Resident, on }
    }

    /// Names an address for the program of a resident who showed number and query code.
    pub const fn bearer(path: &'static str, methods: &'static str, on: fn() -> MethodRouter<App>) -> Self {
        Self { path, methods, who: Who::Bearer, on }
    }

    /// Names an address for signed-in staff.
    pub const fn staff(path: &'static str, methods: &'static str, on: fn() -> MethodRouter<App>) -> Self {
        Self { path, methods, who: Who::Staff, on }
    }

    /// Names an address for staff on the way in.
    pub const fn setup(path: &'static str, methods: &'static str, on: fn() -> MethodRouter<App>) -> Self {
        Self { path, methods, who: Who::StaffSetup, on }
    }
}

/// Lists every address, by the part that owns it.
pub const ROUTES: &[&[Route]] = &[
    portal::ROUTES,
    portal::file::ROUTES,
    portal::track::ROUTES,
    portal::forum::ROUTES,
    portal::reception::ROUTES,
    portal::consult::ROUTES,
    log::ROUTES,
    open311::ROUTES,
    api::ROUTES,
    exchange::ROUTES,
    assets::ROUTES,
    desk::ROUTES,
    desk::account::ROUTES,
    desk::admin::ROUTES,
    desk::queue::ROUTES,
    desk::matter::ROUTES,
    desk::act::ROUTES,
    desk::counter::ROUTES,
    desk::boxes::ROUTES,
    desk::letters::ROUTES,
    desk::reception::ROUTES,
    desk::register::ROUTES,
    desk::hotline::ROUTES,
    desk::followup::ROUTES,
    desk::supervision::ROUTES,
    desk::dossiers::ROUTES,
    portal::supervision::ROUTES,
    desk::board::ROUTES,
    desk::assessment::ROUTES,
    desk::forum::ROUTES,
    desk::days::ROUTES,
    desk::consult::ROUTES,
    desk::sealed::ROUTES,
];

/// Makes the router of the whole site.
pub fn router(app: App) -> Router {
    let mut table = Router::new();
    for route in ROUTES.iter().copied().flatten() {
        let admit = from_fn_with_state((app.clone(), route.who), admit);
        table = table.route(route.path, (route.on)().route_layer(admit));
    }
    dressed(table, app)
}

/// Puts around addresses what holds for all of them: limits, no foreign request, a page for every no, safe headers.
pub fn dressed(table: Router<App>, app: App) -> Router {
    let body_bytes_max = app.limits.upload_bytes_max;
    table
        .fallback(|| async { Problem::Absent })
        .layer(DefaultBodyLimit::max(body_bytes_max))
        .layer(from_fn(guard::same_site))
        .layer(CatchPanicLayer::custom(guard::panicked))
        .layer(from_fn_with_state(app.clone(), guard::dress))
        .with_state(app)
}

/// Lets in whom the table names and tells the page who is signed in.
async fn admit(State((app, who)): State<(App, Who)>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let visit = match session::recognise(&app, &mut parts, who).await {
        Ok(visit) => visit,
        Err(problem) => return turned_away(&app, problem, Request::from_parts(parts, body)).await,
    };
    let mut response = next.run(Request::from_parts(parts, body)).await;
    response.extensions_mut().insert(visit);
    response
}

/// Answers whom nobody let in. A form that was typed while its session ran out is not lost.
async fn turned_away(app: &App, problem: Problem, request: Request) -> Response {
    let visit = request.extensions().get::<Visit>().cloned();
    if let (Some(visit), true) = (visit.filter(|visit| !visit.json), request.method() == Method::POST)
        && let Some(answer) = kept::instead(app, &visit, (&problem, request)).await
    {
        return answer;
    }
    problem.into_response()
}
