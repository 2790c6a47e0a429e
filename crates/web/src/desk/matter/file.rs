//! An attachment, as the copy that people are shown; only while an access entry covers the matter.

use axum::response::Response;

use super::load::find;
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::Path;
use crate::files;

/// Serves the attachment.
pub async fn show(desk: Desk, Path((number, version, at)): Path<(String, i64, usize)>) -> Result<Response, Problem> {
    let matter = find(&desk, &number).await?;
    let personal = matter.words.ok_or(Problem::Absent)?;
    let step = personal.steps.iter().find(|step| step.version == version).ok_or(Problem::Absent)?;
    let files = step.event.files();
    let key = desk.app.hall.site.keystore.get(matter.state.key_id)?.ok_or(Problem::Absent)?;
    files::serve(&desk.app, &key, files.get(at).ok_or(Problem::Absent)?)
}
