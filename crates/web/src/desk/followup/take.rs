//! The list of criticism as a file: exactly what this person sees in the list. Numbers of matters, offices, grades, days; no word of anybody.

use appeals::followup::Owing;
use appeals::followup::list::{self, Listed};
use axum::response::Response;
use db::Fault;

use super::sees;
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::Path;
use crate::portal::track::followed::late_step;
use crate::portal::track::story::office;
use crate::take;

/// Rows of one file at most.
const ROWS_MAX: usize = 2_000;

/// Answers with the file.
pub async fn show(desk: Desk, Path(form): Path<String>) -> Result<Response, Problem> {
    let of = sees(&desk)?;
    let (lang, who) = (desk.lang(), desk.staff.who());
    let read = desk.read(move |tx, site, _| {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let (found, next) = list::criticisms(tx, site, &who, (of.as_deref(), after))?;
            all.extend(found);
            after = next;
            if after.is_none() || all.len() >= ROWS_MAX {
                break;
            }
        }
        all.truncate(ROWS_MAX);
        Ok::<_, Fault>(all)
    });
    let all: Vec<Listed> = read.await?;
    let heads = [
        "queue-matter",
        "fact-kind",
        "dossier-office",
        "take-day",
        "criticism-what",
        "take-signed",
        "criticism-call",
        "criticism-rectify",
        "take-rectified",
        "take-mark",
        "take-late",
        "criticism-answer",
    ];
    let heads = heads.map(|key| lang.t(key)).to_vec();
    let rows: Vec<Vec<String>> = std::iter::once(heads).chain(all.iter().filter_map(|one| row(&desk, one))).collect();
    take::texts(("criticism", &lang.t("criticism-title")), &rows, &form)
}

fn row(desk: &Desk, one: &Listed) -> Option<Vec<String>> {
    let (lang, directory, rules) = (desk.lang(), desk.directory(), desk.app.hall.site.rules());
    let state = &one.state;
    let own = state.followup.criticism(one.of)?;
    let done = own.rectified.as_ref();
    let call = own.call.as_ref().map(|call| match call.reached {
        Some(true) => lang.t("criticism-called"),
        Some(false) => lang.say("criticism-unreached", &[("count", call.tries.into())]),
        None => call.due.due.last.to_string(),
    });
    let late =
        Owing::ALL.iter().filter_map(|what| own.late.get(what).map(|climbed| late_step(lang, &rules, (*what, climbed.step))));
    Some(vec![
        state.number.clone(),
        lang.code("kind", state.kind.code()),
        office(lang, &directory, &own.office),
        own.day.to_string(),
        lang.code("grade", &own.grade.to_string()),
        lang.t(if own.signed { "criticism-signed" } else { "criticism-told" }),
        call.unwrap_or_else(|| lang.t("criticism-no-call")),
        own.rectify.due.last.to_string(),
        done.map(|done| done.day.to_string()).unwrap_or_default(),
        done.and_then(|done| done.mark).map(|mark| lang.code("grade", &mark.to_string())).unwrap_or_default(),
        late.collect::<Vec<_>>().join(&lang.t("list-comma")),
        lang.t(if own.answers > 0 { "criticism-answered" } else { "criticism-unanswered" }),
    ])
}
