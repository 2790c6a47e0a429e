//! Where the sign in a window leads: how it went, chosen here and rated with number and query code; where a matter stands; something new. The
//! page names an office and nobody else, and keeps nothing of who came.

use axum::extract::State;
use axum::response::Response;
use maud::html;

use crate::app::App;
use crate::error::Problem;
use crate::extract::Path;
use crate::kit::Tone;
use crate::kit::notice::notice;
use crate::kit::shell::Page;
use crate::link;
use crate::portal::file::danger_calls;
use crate::visit::Visit;

/// The grades, best first.
const GRADES: [u8; 5] = [5, 4, 3, 2, 1];

/// Shows the page; the sign of an office that ended leads to the one that took over.
pub async fn show(State(app): State<App>, visit: Visit, Path(code): Path<String>) -> Result<Response, Problem> {
    let (lang, directory) = (visit.lang, app.hall.site.directory());
    let office = directory.acting(&code).ok_or(Problem::Absent)?;
    let name = lang.pick(&office.name, &office.name_en).to_owned();
    let title = lang.say("window-title", &[("office", name.as_str().into())]);
    let body = html! {
        h1 { (title) }
        p.lead { (lang.t("window-lead")) }
        nav aria-label=(lang.t("window-grades")) {
            ul.act-list {
                @for grade in GRADES {
                    li { a.button.second href=(link::track_graded(grade)) { (lang.code("grade", &grade.to_string())) } }
                }
            }
        }
        p.quiet { (lang.t("window-how")) }
        h2 { (lang.t("window-other")) }
        ul.act-list {
            li { a.button.second href=(link::TRACK) { (lang.t("window-look")) } }
            li { a.button.second href=(link::file_at(&office.place)) { (lang.t("window-say")) } }
        }
        (notice(Tone::Late, &lang.t("danger-title"), &danger_calls(lang)))
    };
    Ok(Page::new(&visit, &title).show(&body))
}
