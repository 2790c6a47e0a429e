//! The list of cards as a file, for whoever reports about it: exactly what this person sees in the list. Numbers of matters, offices, days.

use appeals::supervise::list::{self, Listed};
use appeals::supervise::{Card, Ladder};
use axum::response::Response;
use db::Fault;

use super::{rung, sees};
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::Path;
use crate::portal::track::story::office;
use crate::take;

/// Rows of one file at most.
const ROWS_MAX: usize = 2_000;

/// Answers with the file.
pub async fn show(desk: Desk, Path(form): Path<String>) -> Result<Response, Problem> {
    let of = sees(&desk)?;
    let (lang, who) = (desk.lang(), desk.staff.who());
    let read = desk.read(move |tx, site, _| {
        let mut all: Vec<(Ladder, Listed)> = Vec::new();
        for standing in Ladder::ALL {
            let mut after = None;
            loop {
                let (found, next) = list::cards(tx, site, &who, (standing, of.as_deref(), after))?;
                all.extend(found.into_iter().map(|one| (standing, one)));
                after = next;
                if after.is_none() || all.len() >= ROWS_MAX {
                    break;
                }
            }
        }
        all.truncate(ROWS_MAX);
        Ok::<_, Fault>(all)
    });
    let all = read.await?;
    let heads = [
        "queue-matter",
        "fact-kind",
        "dossier-office",
        "take-missed",
        "take-last",
        "supervision-rung",
        "take-since",
        "take-next",
        "dossier-standing",
    ];
    let heads = heads.map(|key| lang.t(key)).to_vec();
    let rows = all.iter().filter_map(|(standing, one)| row(&desk, *standing, one));
    let rows: Vec<Vec<String>> = std::iter::once(heads).chain(rows).collect();
    take::texts(("supervision", &lang.t("supervision-title")), &rows, &form)
}

fn row(desk: &Desk, standing: Ladder, one: &Listed) -> Option<Vec<String>> {
    let (lang, directory, rules) = (desk.lang(), desk.directory(), desk.app.hall.site.rules());
    let state = &one.state;
    let card: &Card = state.supervision.cards.iter().find(|card| card.version == one.of)?;
    let term = rules.find_term(&card.term).map_or_else(|| card.term.clone(), |term| lang.pick(&term.zh, &term.en).to_owned());
    let next = state.climbs(card).map(|day| day.to_string()).unwrap_or_default();
    let stands = match standing {
        Ladder::Evidence => "supervision-waiting",
        Ladder::Climbs => "supervision-climbing",
        Ladder::Lifted => "supervision-lifted",
    };
    Some(vec![
        state.number.clone(),
        lang.code("kind", state.kind.code()),
        office(lang, &directory, &card.office),
        term,
        card.last.to_string(),
        rung(lang, &rules, card.rung),
        card.climbed.to_string(),
        next,
        lang.t(stands),
    ])
}
