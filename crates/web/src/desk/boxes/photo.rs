//! A picture of a round: of what lay in the box, or of a card that nobody can read. Handwriting is personal, so each look is noted first.

use appeals::rounds;
use axum::response::Response;
use civic::access::{self, Purpose, Reading};
use civic::permit::{Act, may};
use civic::refusal::No;
use civic::vault::Key;
use uuid::Uuid;

use super::{find, subject};
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::Path;
use crate::files;

/// Notes the look and serves the picture.
pub async fn show(desk: Desk, Path((code, round, step, at)): Path<(String, Uuid, usize, usize)>) -> Result<Response, Problem> {
    let own = find(&desk, &code)?;
    let opens = desk.permit(Act::OpenBox, &subject(&own)).is_ok();
    let purpose = if opens { Purpose::Handle } else { Purpose::Supervise };
    let (staff, office, session) = (desk.person().id, desk.person().office.clone(), desk.staff.session.id);
    let reading = Reading { staff, office, session, matter: round, purpose };
    let (who, subject) = (desk.staff.who(), subject(&own));
    let inside = desk
        .write(move |tx, site, (now, _)| {
            let directory = site.directory();
            if may(&directory, &who, Act::OpenBox, &subject).is_err() {
                may(&directory, &who, Act::SeeRegister, &subject)?;
            }
            let round = rounds::get(tx, site, round)?.filter(|round| round.of_box == code).ok_or(No::Absent)?;
            // its time is over: there is nothing to look at, and nothing to note
            if rounds::pictures_until(site, round.day) < site.day(now) {
                return Err(No::Absent);
            }
            access::record(tx, site, now, &reading)?;
            Ok(rounds::inside(tx, site, &round)?)
        })
        .await?;
    let file = inside.get(step).and_then(|one| one.files.get(at)).ok_or(Problem::Absent)?;
    // each picture has a key of its own
    files::serve(&desk.app, &Key::new([0; 32]), file)
}
