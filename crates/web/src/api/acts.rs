//! What a resident does about the own matter, one address an act.

use appeals::followup::list_of;
use appeals::run;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use civic::again::{self, Again};
use civic::permit::Act;
use civic::refusal::{No, Refusal};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::body::{Attached, Body, unpack};
use super::{again as key, etag, view};
use crate::app::App;
use crate::error::Problem;
use crate::extract::{Fields, File, Path, Upload};
use crate::portal::track::{ACTS, Found, command, load, tell};
use crate::session::Resident;
use crate::visit::Visit;

/// What is said along with an act; which fields count is said beside each.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Deed {
    /// Words: to a supplement, a reopening, a review, a rating, a withdrawal, a report of pressure.
    words: String,
    /// `rate`, `mark_rectification`: 1 (the worst) to 5.
    #[schema(minimum = 1, maximum = 5)]
    grade: Option<u8>,
    /// `rate`: codes of `rules/rating.toml` that fit the grade, four at most.
    reasons: Vec<String>,
    /// `rate`: how what was done is marked, 1 to 5.
    #[schema(minimum = 1, maximum = 5)]
    measures: Option<u8>,
    /// `rate`: how what was put right is marked, 1 to 5.
    #[schema(minimum = 1, maximum = 5)]
    rectification: Option<u8>,
    /// `rate`: how what came of it is marked, 1 to 5.
    #[schema(minimum = 1, maximum = 5)]
    effect: Option<u8>,
    /// `name_delegate`: who.
    name: String,
    /// `name_delegate`: their telephone.
    mobile: String,
    /// `join`: the category or topic that many told of this place.
    joins: String,
    /// `report_pressure`: how many reports the program has seen under this matter, so that one sent twice is one.
    reports: usize,
    /// `supplement`: attachments.
    files: Vec<Attached>,
}

/// What came of an act.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Acted {
    /// The query code of a delegate, shown this once; it is not in the answer to the same act sent again.
    code: Option<String>,
    /// The matter now.
    matter: view::Matter,
}

/// Does an act. Under the same `Idempotency-Key` it is done once; with `If-Match` only on the version that the program saw.
pub(super) async fn act(
    State(app): State<App>,
    (visit, resident): (Visit, Resident),
    Path(name): Path<String>,
    headers: HeaderMap,
    Body(deed): Body<Deed>,
) -> Result<Response, Problem> {
    let key = key::key(&headers)?;
    let act = Act::parse(&name).filter(|act| doable().any(|one| one == *act)).ok_or(Problem::Absent)?;
    let found = load(&app, &resident).await?;
    if act == Act::ReportPressure {
        tell(&app, &resident, &found, (deed.reports, &deed.words)).await?;
        return answer(&app, &visit, &resident, None).await;
    }
    let Found::Matter(personal, ..) = found else {
        return Err(Refusal::new("sealed_matter").instead("ask_supervising").into());
    };
    let seen = etag::seen(&headers)?;
    let sent = sent(&resident, (act, key), &deed);
    let upload = upload(&app, &deed)?;
    let command = command(&app, &resident, &personal, (act, upload))?;
    let request = run::Request { who: resident.who(), matter: personal.state.matter, seen, command };
    let (site, now) = (app.hall.site.clone(), app.now());
    let ask = move |tx: &mut db::Tx<'_>| {
        again::note(tx, &site, now, &sent)?;
        Ok(request)
    };
    match run::act_with(&app.hall, ask, |_, _| Ok(())).await {
        Ok(done) => answer(&app, &visit, &resident, done.code.map(|code| code.shown())).await,
        Err(No::Refused(no)) if no.code == again::DONE => answer(&app, &visit, &resident, None).await,
        Err(No::Refused(no)) if no.code == "changed_meanwhile" => Err(Problem::Refused(StatusCode::PRECONDITION_FAILED, no)),
        Err(no) => Err(no.into()),
    }
}

/// What else can be done than what stands on the page as a form.
const ALSO: [Act; 2] = [Act::Join, Act::ReportPressure];

/// Lists what a resident can do.
pub(super) fn doable() -> impl Iterator<Item = Act> {
    ACTS.iter().copied().chain(ALSO)
}

/// Names what was sent: the key with its matter and act, and all that was said.
fn sent(resident: &Resident, (act, key): (Act, &str), deed: &Deed) -> Again {
    let mut name = Sha256::new();
    name.update(resident.track.matter.as_bytes());
    name.update(act.code().as_bytes());
    name.update([0]);
    name.update(key.as_bytes());
    let said = serde_json::to_vec(deed).unwrap_or_default();
    Again { key: name.finalize().into(), said: Sha256::digest(said).into() }
}

fn upload(app: &App, deed: &Deed) -> Result<Upload, Problem> {
    let mut fields = Fields::default();
    let told = |grade: Option<u8>| grade.map_or_else(String::new, |grade| grade.to_string());
    let grade = told(deed.grade);
    for (name, mark) in [("measures", deed.measures), ("rectification", deed.rectification), ("effect", deed.effect)] {
        fields.set(name, told(mark));
    }
    for reason in &deed.reasons {
        fields.push(list_of(deed.grade.unwrap_or_default()), reason.clone());
    }
    let texts = [
        ("words", &deed.words),
        ("grade", &grade),
        ("mark", &grade),
        ("name", &deed.name),
        ("mobile", &deed.mobile),
        ("joins", &deed.joins),
    ];
    for (name, text) in texts {
        fields.set(name, text.clone());
    }
    let files = unpack(&app.limits, &deed.files)?;
    let files = files.into_iter().map(|file| File { name: file.name, bytes: file.bytes }).collect();
    Ok(Upload { fields, files, refused: Vec::new() })
}

async fn answer(app: &App, visit: &Visit, resident: &Resident, code: Option<String>) -> Result<Response, Problem> {
    let found = load(app, resident).await?;
    let (version, matter) = view::matter(app, visit.lang, (resident, &found));
    let mark = etag::mark(version, &matter);
    let mut response = Json(Acted { code, matter }).into_response();
    if let Ok(mark) = HeaderValue::from_str(&mark) {
        response.headers_mut().insert(header::ETAG, mark);
    }
    Ok(response)
}
