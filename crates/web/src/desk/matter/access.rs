//! Who read the personal part of a matter and what for, for those who watch over readings. It opens no word of the matter.

use appeals::view;
use axum::response::Response;
use civic::permit::Act;
use maud::html;

use super::load::find;
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::Path;
use crate::link;
use crate::portal::track::readings;

/// Shows the readings.
pub async fn show(desk: Desk, Path(number): Path<String>) -> Result<Response, Problem> {
    let matter = find(&desk, &number).await?;
    let permit = desk.permit(Act::SeeAccess, &matter.state.subject())?;
    let id = matter.state.matter;
    let (entries, elsewhere) = desk.read(move |tx, site, _| view::readings(tx, site, &permit, id)).await?;
    let (lang, number) = (desk.lang(), &matter.state.number);
    let title = lang.code("act", Act::SeeAccess.code());
    let body = html! {
        p.quiet.code { (number) }
        h1 { (title) }
        p { (lang.t("access-lead")) }
        (readings(lang, &desk.app.hall.site, (&entries, &elsewhere)))
        p.no-print { a href=(link::matter(number)) { (lang.t("back")) } }
    };
    Ok(desk.page(&title, &body))
}
