//! Opinion boxes for everybody: where they hang, who has the key, when each was opened last and by when it is opened again. All of it stands
//! in the public log too.

use appeals::rounds::{self, Round};
use axum::extract::State;
use axum::response::Response;
use civic::directory::OpinionBox;
use db::Fault;
use maud::{Markup, html};

use crate::app::App;
use crate::error::Problem;
use crate::kit::Tone;
use crate::kit::empty::empty;
use crate::kit::shell::Page;
use crate::kit::state::chip;
use crate::kit::table::{Table, table};
use crate::link;
use crate::portal::track::story::office;
use crate::visit::Visit;
use crate::words::day;

/// Shows the list.
pub async fn show(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    let (lang, today) = (visit.lang, app.today());
    let all = standing(&app).await?;
    let rows: Vec<Vec<Markup>> = all.iter().map(|(own, last)| row(&app, &visit, (own, last.as_ref()))).collect();
    let heads = ["box-where", "entry-name", "box-last", "box-next"].map(|key| lang.t(key)).to_vec();
    let late = all.iter().filter(|(_, last)| rounds::is_overdue(&app.hall.site, last.as_ref(), today)).count();
    let body = html! {
        h1 { (lang.t("boxes-title")) }
        p { (lang.t("boxes-public-lead")) }
        @if rows.is_empty() { (empty(&lang.t("boxes-public-none"), &lang.t("boxes-public-none-why"), &html! {})) }
        @else {
            (table(&Table { caption: lang.t("boxes-public-caption"), heads, rows }))
            @if late > 0 { p { (lang.say("boxes-public-late", &[("count", late.into())])) } }
            p.quiet { (lang.t("boxes-public-check")) " " a href=(link::CHECK) { (lang.t("foot-check")) } }
        }
        p { a href=(link::NEWS) { (lang.t("atom-link")) } }
    };
    Ok(Page::new(&visit, &lang.t("boxes-title")).show(&body))
}

/// Finds the boxes that hang, by place, each with its newest round.
pub async fn standing(app: &App) -> Result<Vec<(OpinionBox, Option<Round>)>, Problem> {
    let directory = app.hall.site.directory();
    let mut boxes: Vec<OpinionBox> = directory.boxes.values().filter(|own| own.active).cloned().collect();
    boxes.sort_by(|one, other| one.place.cmp(&other.place).then_with(|| one.code.cmp(&other.code)));
    let site = app.hall.site.clone();
    let found = app.hall.store.read(move |tx| {
        let with = |own: OpinionBox| Ok((rounds::last(tx, &site, &own.code)?, own));
        let found: Result<Vec<(Option<Round>, OpinionBox)>, Fault> = boxes.into_iter().map(with).collect();
        found
    });
    Ok(found.await?.into_iter().map(|(last, own)| (own, last)).collect())
}

fn row(app: &App, visit: &Visit, (own, last): (&OpinionBox, Option<&Round>)) -> Vec<Markup> {
    let (lang, site) = (visit.lang, &app.hall.site);
    let directory = site.directory();
    let place = directory.places.get(&own.place).map_or("", |place| lang.pick(&place.name, &place.name_en));
    let due = rounds::due(site, last).map(|due| due.due.last);
    let next = due.map_or_else(|| lang.t("box-now"), |last| lang.say("box-until", &[("day", day(lang, last).into())]));
    vec![
        html! { (place) @if !own.spot.is_empty() { br; span.quiet { (own.spot) } } },
        html! { div #(own.code) { (lang.pick(&own.name, &own.name_en)) br; span.quiet { (office(lang, &directory, &own.office)) } } },
        html! {
            @match last {
                Some(last) => div { (day(lang, last.day)) br; span.quiet { (found(visit, last)) } },
                None => { (lang.t("box-never")) }
            }
        },
        html! { div { @if rounds::is_overdue(site, last, app.today()) { (chip(Tone::Late, &lang.t("box-overdue"))) br; } (next) } },
    ]
}

/// Says what lay in a box.
pub fn found(visit: &Visit, round: &Round) -> String {
    let lang = visit.lang;
    if round.cards == 0 { lang.t("box-empty") } else { lang.say("box-cards", &[("count", round.cards.into())]) }
}
