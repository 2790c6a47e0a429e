//! Who of the own office is away, from when until when, and who stands in: for whoever answers for the office. Leave itself
//! is kept by the administrator.

use appeals::queue;
use axum::response::Response;
use civic::directory::{Directory, Staff};
use civic::permit::{Act, Permitted, Subject};
use civic::refusal::Refusal;
use db::Fault;
use jiff::civil::Date;
use maud::{Markup, html};

use super::frame::Desk;
use crate::error::Problem;
use crate::kit::Tone;
use crate::kit::empty::empty;
use crate::kit::state::chip;
use crate::kit::table::{Table, table};
use crate::words::{Lang, day};

/// Asks the permit: whoever grants the office's extensions answers for who is there to keep them.
pub fn permitted(desk: &Desk) -> Result<Permitted, Refusal> {
    desk.permit(Act::Extend, &Subject { owner: desk.person().office.clone(), ..Subject::default() })
}

/// Shows the page.
pub async fn show(desk: Desk) -> Result<Response, Problem> {
    permitted(&desk)?;
    let (lang, directory, today) = (desk.lang(), desk.directory(), desk.app.today());
    let own = directory.staff.values().filter(|staff| staff.active && staff.office == desk.person().office);
    let mut away: Vec<(Date, Date, Staff)> =
        own.filter_map(|staff| staff.away.map(|(first, last)| (first, last, staff.clone()))).collect();
    away.retain(|(_, last, _)| *last >= today);
    away.sort_by(|a, b| (a.0, &a.2.login).cmp(&(b.0, &b.2.login)));
    let ids: Vec<_> = away.iter().map(|(_, _, staff)| staff.id).collect();
    let held = desk.read(move |tx, site, _| -> Result<Vec<usize>, Fault> {
        ids.into_iter().map(|id| Ok(queue::of_handler(tx, site.jurisdiction, id)?.len())).collect()
    });
    let rows = away.iter().zip(held.await?).map(|(one, held)| row(lang, &directory, (one, held), today)).collect();
    let heads = ["leave-who", "leave-days", "leave-held", "staff-deputy"].map(|key| lang.t(key)).to_vec();
    let body = html! {
        h1 { (lang.t("nav-leave")) }
        p.lead { (lang.t("leave-lead")) }
        @if away.is_empty() { (empty(&lang.t("leave-none"), &lang.t("leave-change"), &html! {})) }
        @else {
            (table(&Table { caption: lang.t("nav-leave"), heads, rows }))
            p.quiet { (lang.t("leave-change")) }
        }
    };
    Ok(desk.page(&lang.t("nav-leave"), &body))
}

fn row(
    lang: Lang,
    directory: &Directory,
    ((first, last, staff), held): (&(Date, Date, Staff), usize),
    today: Date,
) -> Vec<Markup> {
    let now = staff.away_on(today);
    vec![
        html! { (staff.name) " " span.quiet { (staff.title) } },
        html! { (day(lang, *first)) " – " (day(lang, *last)) @if now { " " (chip(Tone::Plain, &lang.t("staff-away"))) } },
        html! { (held) },
        deputy(lang, directory, (*first, *last), staff),
    ]
}

/// Names who stands in, and says where nobody does for all of the leave.
fn deputy(lang: Lang, directory: &Directory, (first, last): (Date, Date), staff: &Staff) -> Markup {
    let deputy = staff.deputy.and_then(|id| directory.staff.get(&id)).filter(|deputy| deputy.active);
    let Some(deputy) = deputy else { return chip(Tone::Late, &lang.t("leave-nobody")) };
    let both = deputy.away.is_some_and(|(from, until)| from <= last && first <= until);
    html! { (deputy.name) @if both { " " (chip(Tone::Late, &lang.t("leave-deputy-away"))) } }
}
