//! The demo's page of log-ins: who is who, the password, the one-time code of this moment, three things to try, and matters
//! to open as a resident would. It exists in demo mode only; the real site has no default account and no such page.

use appeals::appeal::Stage;
use appeals::{State as Matter, store};
use axum::extract::State;
use axum::response::Response;
use civic::account::{self, step_of};
use civic::directory::{Directory, Office, Place, PlaceLevel, Role, Staff};
use civic::permit::{Act, Subject, Who, may};
use jiff::civil::Date;
use maud::{Markup, html};
use uuid::Uuid;

use crate::app::{App, Mode};
use crate::error::Problem;
use crate::kit::Tone;
use crate::kit::notice::notice;
use crate::kit::shell::Page;
use crate::kit::table::{Table, table};
use crate::link;
use crate::visit::Visit;
use crate::words::Lang;

/// Opens every log-in of the demo, together with a one-time code.
pub const PASSWORD: &str = "liuwan-demo";

/// Steps ahead that a one-time code may be shown for: the log-in takes the next one as well.
const STEPS_AHEAD_MAX: i64 = 1;

/// Is an invented matter with its code, as its invented resident would hold them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Number.
    pub number: String,
    /// Query code.
    pub code: String,
}

/// Shows the page.
pub async fn show(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    if app.mode != Mode::Demo {
        return Err(Problem::Absent);
    }
    let lang = visit.lang;
    let (logins, samples) = (logins(&app).await?, samples(&app).await?);
    let directory = app.hall.site.directory();
    let body = html! {
        h1 { (lang.t("demo-title")) }
        (notice(Tone::Soon, &lang.t("demo-notice"), &html! { p { (lang.t("demo-notice-why")) } }))
        h2 { (lang.t("demo-try")) }
        ol {
            @if let Some((place, office, person)) = to_try(&directory) {
                @let place = lang.pick(&place.name, &place.name_en);
                @let facts = [("office", lang.pick(&office.name, &office.name_en).into()), ("name", person.name.as_str().into())];
                li { a href=(link::FILE) { (lang.t("demo-try-file")) } " " (lang.say("demo-try-file-how", &[("place", place.into())])) }
                li { (lang.say("demo-try-answer", &facts)) }
            }
            li { a href=(link::CHECK) { (lang.t("demo-try-check")) } " " (lang.t("demo-try-check-how")) }
        }
        @if !samples.is_empty() {
            h2 { (lang.t("demo-samples")) }
            p { (lang.t("demo-samples-why")) }
            (sample_list(lang, &samples))
        }
        h2 { (lang.t("demo-logins")) }
        p { (lang.say("demo-password", &[("password", PASSWORD.into())])) }
        (list(&app, lang, &logins))
    };
    Ok(Page::new(&visit, &lang.t("demo-title")).wide().show(&body))
}

/// Picks from the county itself what the page proposes to try: a village or community, the office that takes its matters
/// in, and somebody there who answers them.
pub fn to_try(directory: &Directory) -> Option<(&Place, &Office, &Staff)> {
    let places = directory.places.values().filter(|place| place.level == PlaceLevel::Village && place.merged_into.is_none());
    places.filter_map(|place| Some((place, directory.intake(&place.code)?))).find_map(|(place, office)| {
        let subject = Subject { matter: Uuid::max(), owner: office.code.clone(), ..Subject::default() };
        let answers = |staff: &&Staff| {
            let who = Who::Staff { id: staff.id, session: Uuid::nil() };
            [Act::Register, Act::Accept, Act::Reply].into_iter().all(|act| may(directory, &who, act, &subject).is_ok())
        };
        let mut people = directory.staff_of(&office.code).filter(|staff| staff.is(Role::Officer));
        Some((place, office, people.find(answers)?))
    })
}

/// Finds where each sample stands today; the demo goes on, and so do its matters.
async fn samples(app: &App) -> Result<Vec<(Sample, &'static str)>, Problem> {
    let (site, today, samples) = (app.hall.site.clone(), app.today(), app.samples.clone());
    let found = app.hall.store.read(move |tx| {
        let mut found = Vec::new();
        for sample in samples.iter() {
            let row = store::by_number(tx, site.jurisdiction, &sample.number)?;
            let loaded = row.map(|row| store::load(tx, &site, row.id)).transpose()?.flatten();
            // an accusation lies in a compartment of its own, where its number finds nothing
            found.push((sample.clone(), loaded.map_or("accusation", |loaded| shows(&loaded.state, today))));
        }
        Ok::<_, db::Fault>(found)
    });
    Ok(found.await?)
}

/// Names what there is to see in a matter: what its resident would want to know first.
pub fn shows(state: &Matter, today: Date) -> &'static str {
    match state.stage {
        _ if state.pending_review().is_some() => "review",
        _ if state.merged_into.is_some() => "merged",
        Stage::Replied | Stage::FollowedUp if state.rating.is_none() => "replied",
        _ if !state.is_open() => "closed",
        _ if state.owes_reply() && state.due.due.last < today => "overdue",
        _ if state.supplement_until.is_some() => "supplement",
        _ if state.owes_reply() => "handling",
        _ => "rated",
    }
}

fn sample_list(lang: Lang, samples: &[(Sample, &'static str)]) -> Markup {
    let heads = ["demo-shows", "receipt-number", "receipt-code", "demo-open"].map(|key| lang.t(key)).to_vec();
    let row = |(sample, shows): &(Sample, &'static str)| {
        let shown = lang.code("demo-shows", shows);
        vec![
            html! { (shown) },
            html! { code.code { (sample.number) } },
            html! { code.code { (sample.code) } },
            html! {
                form method="post" action=(link::TRACK) {
                    input type="hidden" name="number" value=(sample.number);
                    input type="hidden" name="query_code" value=(sample.code);
                    button.second { (lang.t("demo-open")) span.unseen { (shown) } }
                }
            },
        ]
    };
    table(&Table { caption: lang.t("demo-samples"), heads, rows: samples.iter().map(row).collect() })
}

async fn logins(app: &App) -> Result<Vec<(Staff, String)>, Problem> {
    let site = std::sync::Arc::clone(&app.hall.site);
    let present = step_of(app.now());
    let found = app.hall.store.read(move |tx| {
        let mut found = Vec::new();
        for staff in site.directory().staff.values().filter(|staff| staff.active) {
            if let Some(known) = account::by_staff(tx, &site, staff.id)?.filter(|known| !known.closed) {
                // a code works once: after a log-in the next one is shown
                let step = (known.last_step + 1).clamp(present, present + STEPS_AHEAD_MAX);
                found.push((staff.clone(), account::code_at(&known.secret, step)));
            }
        }
        Ok::<_, db::Fault>(found)
    });
    let mut found = found.await?;
    found.sort_by(|(a, _), (b, _)| (&a.office, &a.roles, &a.login).cmp(&(&b.office, &b.roles, &b.login)));
    Ok(found)
}

fn list(app: &App, lang: Lang, logins: &[(Staff, String)]) -> Markup {
    let directory = app.hall.site.directory();
    let heads = ["demo-who", "account-office", "account-roles", "login-name", "login-code", "demo-enter"];
    let row = |(staff, code): &(Staff, String)| {
        let office = directory.offices.get(&staff.office).map_or("", |office| lang.pick(&office.name, &office.name_en));
        let roles: Vec<String> = staff.roles.iter().map(|role| lang.code("role", role.code())).collect();
        vec![
            html! { (staff.name) " · " (staff.title) },
            html! { (office) },
            html! { (roles.join(&lang.t("list-comma"))) },
            html! { code.code { (staff.login) } },
            html! { code.code { (code) } },
            html! {
                form method="post" action=(link::DESK_LOGIN) {
                    input type="hidden" name="login" value=(staff.login);
                    input type="hidden" name="password" value=(PASSWORD);
                    input type="hidden" name="code" value=(code);
                    button.second { (lang.say("demo-enter-as", &[("name", staff.name.as_str().into())])) }
                }
            },
        ]
    };
    let rows = logins.iter().map(row).collect();
    table(&Table { caption: lang.t("demo-caption"), heads: heads.map(|key| lang.t(key)).to_vec(), rows })
}
