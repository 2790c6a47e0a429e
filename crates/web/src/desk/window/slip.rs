//! The slip: number and query code on paper, drawn once for whoever holds its one-time key, without a session.

use axum::extract::State;
use axum::response::Response;
use civic::draft::{self, Draft};
use civic::refusal::Refusal;
use civic::session;
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::Form;
use crate::kit::print::slip;
use crate::kit::qr::qr;
use crate::kit::shell::Page;
use crate::link;
use crate::visit::Visit;
use crate::words::Lang;

/// Name under which a slip is kept, sealed under its key, until it is printed or a day old.
const STEP: &str = "slip";

/// Is what stands on the paper.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Slip {
    number: String,
    code: String,
    owner: String,
    due: String,
}

impl Slip {
    /// Takes a slip from a filing.
    pub(super) fn of(filed: &appeals::filing::Filed) -> Self {
        Self {
            number: filed.number.clone(),
            code: filed.code.shown(),
            owner: filed.owner.clone(),
            due: filed.due.due.last.to_string(),
        }
    }

    /// Takes a slip for a code that was given anew.
    pub(super) fn anew(state: &appeals::State, code: &appeals::code::Code) -> Self {
        let due = state.shown_due().due.last.to_string();
        Self { number: state.number.clone(), code: code.shown(), owner: state.owner.clone(), due }
    }
}

/// Keeps a slip for one printing and shows staff the number and the way to the printer.
pub(super) async fn offer(desk: &Desk, kept: &Slip) -> Result<Response, Problem> {
    let token = session::token(&mut desk.app.chance());
    let content = serde_json::to_vec(kept).expect("a slip is plain data");
    let key = token.clone();
    desk.write(move |tx, site, (now, chance)| {
        let draft = Draft { jurisdiction: site.jurisdiction, token: &key };
        draft::put(tx, draft, (now, chance), (STEP, &content))
    })
    .await?;
    let lang = desk.lang();
    let body = html! {
        h1 { (lang.t("slip-ready")) }
        p.big.code { (kept.number) }
        p { (lang.t("slip-ready-why")) }
        form method="post" action="/slip" target="_blank" {
            input type="hidden" name="key" value=(token);
            div.acts {
                button { (lang.t("slip-print")) }
                a.button.second href="/desk/window" { (lang.t("slip-next")) }
            }
        }
    };
    Ok(desk.page(&lang.t("slip-ready"), &body))
}

/// Draws a slip once; the second time its key opens nothing.
pub(super) async fn show(State(app): State<App>, visit: Visit, Form(fields): Form) -> Result<Response, Problem> {
    let (token, site, now) = (fields.get("key").to_owned(), app.hall.site.clone(), app.now());
    let jurisdiction = site.jurisdiction;
    let found = app.hall.store.write(move |tx| {
        let draft = || Draft { jurisdiction, token: &token };
        let found = draft::get(tx, draft(), now, STEP)?;
        draft::erase(tx, draft())?;
        Ok::<_, db::Fault>(found)
    });
    let found = found.await?.and_then(|content| serde_json::from_slice::<Slip>(&content).ok());
    let Some(kept) = found else { return Err(Refusal::new("slip_gone").instead("reissue_code").into()) };
    let lang = visit.lang;
    let body = html! { h1 { (lang.t("slip-title")) } (slip(lang, &lang.t("slip-title"), &paper(&app, lang, &kept))) };
    Ok(Page::new(&visit, &lang.t("slip-title")).show(&body))
}

fn paper(app: &App, lang: Lang, kept: &Slip) -> Markup {
    let directory = app.hall.site.directory();
    let office = directory.offices.get(&kept.owner);
    let name = office.map_or("", |office| lang.pick(&office.name, &office.name_en)).to_owned();
    html! {
        div.slip-head {
            div {
                p.quiet { (lang.t("receipt-number")) }
                p.big.code { (kept.number) }
                p.quiet { (lang.t("receipt-code")) }
                p.big.code { (kept.code) }
            }
            (qr(&kept.number, &lang.t("receipt-qr")))
        }
        p { (lang.say("slip-owner", &[("office", name.into()), ("day", kept.due.as_str().into())])) }
        @if let Some(office) = office { p { (lang.t("owner-phone")) " " (office.phone) } }
        p { (lang.say("slip-how", &[("address", link::TRACK.into())])) }
        p { (lang.t("slip-keep")) }
    }
}
