//! One's own account: who I am here, and where I am signed in.

use axum::response::Response;
use civic::refusal::No;
use civic::session::{self, Session};
use maud::{Markup, html};

use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::Form;
use crate::kit::facts::facts;
use crate::kit::table::{Table, table};
use crate::link;
use crate::words::moment;

/// Shows the page.
pub async fn show(desk: Desk) -> Result<Response, Problem> {
    let (lang, person) = (desk.lang(), desk.staff.person.clone());
    let id = person.id;
    let sessions = desk.read(move |tx, site, _| session::list(tx, site.jurisdiction, id)).await?;
    let directory = desk.directory();
    let office = directory.offices.get(&person.office).map_or("", |office| lang.pick(&office.name, &office.name_en));
    let roles: Vec<String> = person.roles.iter().map(|role| lang.code("role", role.code())).collect();
    let about = [
        (lang.t("account-name"), html! { (person.name) " · " (person.title) }),
        (lang.t("account-office"), html! { (office) }),
        (lang.t("account-roles"), html! { (roles.join(&lang.t("list-comma"))) }),
        (lang.t("login-name"), html! { (person.login) }),
    ];
    let body = html! {
        h1 { (lang.t("nav-account")) }
        (facts(&about))
        div.acts { a.button.second href=(link::ACCOUNT_PASSWORD) { (lang.t("password-title")) } " " a.button.second href=(link::ACCOUNT_RELATIVES) { (lang.t("own-relatives")) } }
        h2 { (lang.t("sessions-title")) }
        p { (lang.t("sessions-why")) }
        (list(&desk, &sessions))
    };
    Ok(desk.page(&lang.t("nav-account"), &body))
}

fn list(desk: &Desk, sessions: &[Session]) -> Markup {
    let lang = desk.lang();
    let zone = &desk.app.hall.site.zone;
    let heads = ["session-device", "session-began", "session-seen", "session-end"].map(|key| lang.t(key)).to_vec();
    let row = |session: &Session| {
        let own = session.id == desk.staff.session.id;
        let device = if session.device.is_empty() { lang.t("session-unknown") } else { session.device.clone() };
        vec![
            html! { (device) @if own { " " strong { (lang.t("session-this")) } } },
            html! { (moment(lang, session.created_at, zone)) },
            html! { (moment(lang, session.seen_at, zone)) },
            html! {
                @if own { (lang.t("session-sign-out")) }
                @else {
                    form method="post" action=(link::ACCOUNT_END) {
                        input type="hidden" name="session" value=(session.id);
                        button.second { (lang.t("session-end")) }
                    }
                }
            },
        ]
    };
    table(&Table { caption: lang.t("sessions-caption"), heads, rows: sessions.iter().map(row).collect() })
}

/// Ends one of the own sessions. One of another person is not there.
pub async fn end(desk: Desk, Form(fields): Form) -> Result<Response, Problem> {
    let id = fields.get("session").parse().map_err(|_| Problem::Absent)?;
    let staff = desk.person().id;
    let ended = desk.write(move |tx, site, _| Ok::<_, No>(session::end(tx, site.jurisdiction, staff, id)?)).await?;
    if ended { Ok(done(link::ACCOUNT, "ended")) } else { Err(Problem::Absent) }
}
