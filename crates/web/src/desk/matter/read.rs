//! Reading the personal part: the purpose is chosen, the access entry becomes durable, and only then does the page show a
//! word. The resident sees the entry.

use appeals::{State, alarm};
use axum::response::{IntoResponse, Redirect, Response};
use civic::access::{self, Purpose, Reading};
use civic::directory::{Directory, Role, Staff};
use civic::permit::{Act, Relation, may, relation};
use civic::refusal::{No, Refusal};

use super::load::find;
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::{Form, Path};
use crate::link;

/// Lists the purposes for which a member of staff can read this matter, the likeliest first.
pub fn purposes(directory: &Directory, staff: &Staff, state: &State) -> Vec<Purpose> {
    let relation = relation(directory, staff, &state.subject());
    let mut found = Vec::new();
    match relation {
        Relation::Reviewer => found.push(Purpose::Review),
        Relation::Holder | Relation::Invited => found.push(Purpose::Handle),
        Relation::Superior | Relation::Former | Relation::Unrelated => {}
    }
    if relation == Relation::Holder && staff.is(Role::WindowOperator) {
        found.push(Purpose::Counter);
    }
    if relation == Relation::Holder && !state.untold.is_empty() {
        found.push(Purpose::Tell);
    }
    if staff.is(Role::Supervisor) {
        found.push(Purpose::Supervise);
    }
    if staff.is(Role::Auditor) {
        found.push(Purpose::Audit);
    }
    found
}

/// Writes the access entry and shows the matter.
pub async fn note(desk: Desk, Path(number): Path<String>, Form(fields): Form) -> Result<Response, Problem> {
    let matter = find(&desk, &number).await?;
    let purpose = Purpose::parse(fields.get("purpose"));
    let (staff, office, session) = (desk.person().id, desk.person().office.clone(), desk.staff.session.id);
    let (who, state) = (desk.staff.who(), matter.state);
    desk.write(move |tx, site, (now, _)| {
        let directory = site.directory();
        may(&directory, &who, Act::ReadPersonal, &state.subject())?;
        let person = directory.staff.get(&staff).ok_or(No::Absent)?;
        let purpose = purpose.filter(|purpose| purposes(&directory, person, &state).contains(purpose));
        let purpose = purpose.ok_or_else(|| Refusal::new("purpose_missing").instead("choose_purpose"))?;
        let reading = Reading { staff, office, session, matter: state.matter, purpose };
        access::record(tx, site, now, &reading)?;
        Ok::<_, No>(alarm::answer(tx, site, now, (staff, state.matter), purpose)?)
    })
    .await?;
    // whoever opened it to ring up goes on there
    let call = fields.get("next") == Act::TellByPhone.code();
    let next = if call { link::matter_act(&number, Act::TellByPhone) } else { link::matter(&number) };
    Ok(Redirect::to(&next).into_response())
}
