//! An accusation as a file, to be handed to whoever the law names: only to whom two people opened it, for as long as that
//! holds. The name of somebody who told it in confidence stays out of it, unless two people opened that too.

use appeals::sealed::room::{Handler, Opened};
use appeals::sealed::step::{self, Exception};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use civic::refusal::Refusal;

use super::{handler, id, open, steps};
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::Path;
use crate::words::{day, moment};

/// Serves the file.
pub async fn take(desk: Desk, Path(text): Path<String>) -> Result<Response, Problem> {
    let id = id(&text)?;
    let handler = handler(&desk)?.ok_or(Problem::Absent)?;
    let opened = open(&desk, &handler, id).await?;
    let (rules, by) = (desk.app.hall.site.rules(), (handler.staff, desk.app.now()));
    if step::opened(&rules, &opened.steps, by, Exception::Export).is_none() {
        return Err(Refusal::new("second_over").instead("second_ask_again").into());
    }
    let name = format!("attachment; filename=\"{}.txt\"", opened.own.filing.number);
    let head = [(header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((head, text_of(&desk, (&handler, &opened))).into_response())
}

fn text_of(desk: &Desk, (handler, opened): (&Handler, &Opened)) -> String {
    let (lang, site, filing) = (desk.lang(), &desk.app.hall.site, &opened.own.filing);
    let mut lines = vec![format!("{} {}", lang.t("kind-accusation"), filing.number), day(lang, opened.own.day), String::new()];
    if let Some(pressed) = &opened.own.pressed {
        lines.extend([
            lang.t("sealed-pressed-title"),
            format!("{}{}", lang.t("sealed-pressed-of"), pressed.number),
            String::new(),
        ]);
    }
    lines.push(filing.what.clone());
    lines.extend(Some(filing.place_words.clone()).filter(|words| !words.is_empty()));
    lines.push(String::new());
    let open = step::opened(&site.rules(), &opened.steps, (handler.staff, desk.app.now()), Exception::Unmask).is_some();
    if step::is_masked(filing.identity) && !open {
        lines.push(lang.t("sealed-masked"));
    } else {
        lines.extend([&filing.name, &filing.mobile, &filing.email].into_iter().filter(|own| !own.is_empty()).cloned());
    }
    lines.push(String::new());
    for file in &filing.files {
        lines.push(format!("{} SHA-256 {}", file.name, file.sha256));
    }
    lines.push(String::new());
    for step in &opened.steps {
        lines.push(format!("{} {}", moment(lang, step.at, &site.zone), steps::what(lang, &step.deed)));
    }
    lines.join("\n") + "\n"
}
