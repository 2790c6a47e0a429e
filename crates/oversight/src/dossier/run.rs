//! Opening a file of supervision and doing something to it. Each is one transaction with its event.

use civic::chance::{self, Chance};
use civic::directory::Directory;
use civic::journal::{self, Actor, NewEvent};
use civic::permit::{Act, Permitted, Subject, Who, may};
use civic::refusal::{No, Refusal};
use civic::site::Site;
use civic::vault::{Key, KeyId};
use db::{Fault, Tx, params};
use jiff::Timestamp;
use uuid::Uuid;

use super::decide::{self, Ctx, To};
use super::list;
use super::state::{Dossier, Event, Kind, Opening, What};
use super::store::{self, DossierRow};
use crate::told;

/// Files whose day passed that one run of the night tells.
const LATE_MAX: i64 = 100;

/// Describes a file to the permit: the office it is addressed to holds it, those invited stand beside, and whoever leads it.
#[must_use]
pub fn subject(directory: &Directory, opening: &Opening) -> Subject {
    let office_of = |id: &Uuid| directory.staff.get(id).map(|staff| staff.office.clone());
    let invited = match &opening.what {
        What::Conference { members, chair, .. } => members.iter().cloned().chain(office_of(chair)).collect(),
        What::Case { leader, .. } => office_of(leader).into_iter().collect(),
        _ => Vec::new(),
    };
    Subject { owner: opening.office.clone(), invited, ..Subject::default() }
}

fn id_of(who: &Who) -> Option<Uuid> {
    if let Who::Staff { id, .. } = who { Some(*id) } else { None }
}

/// Asks whether somebody may see a file. Who is held to account is nobody's business but theirs, their head's, and of those above.
pub fn sees(directory: &Directory, who: &Who, dossier: &Dossier) -> Result<Permitted, Refusal> {
    let permit = may(directory, who, Act::SeeSupervision, &subject(directory, &dossier.opening))?;
    if let What::Account { person: Some(person), .. } = &dossier.opening.what {
        let own = id_of(who) == Some(*person);
        let answers = may(directory, who, Act::AnswerSupervision, &subject(directory, &dossier.opening)).is_ok();
        let head =
            id_of(who).and_then(|id| directory.staff.get(&id)).is_some_and(|staff| staff.is(civic::directory::Role::OfficeHead));
        if answers && !own && !head {
            return Err(Refusal::new("other_office").with("act", Act::SeeSupervision.code()).instead("ask_office_head"));
        }
    }
    Ok(permit)
}

/// Asks whether somebody may open, keep and end files that are addressed to an office: never those of their own.
fn supervises(directory: &Directory, who: &Who, opening: &Opening) -> Result<(), Refusal> {
    may(directory, who, Act::Supervise, &subject(directory, opening))?;
    let own = id_of(who).and_then(|id| directory.staff.get(&id)).is_some_and(|staff| staff.office == opening.office);
    // a conference is nobody's own, and a task that looks at all offices alike neither
    let of_all = matches!(&opening.what, What::Task { filter, .. } if filter.office.is_empty());
    let meets = of_all || opening.what.kind() == Kind::Conference;
    if own && !meets { Err(Refusal::new("own_line").instead("other_line")) } else { Ok(()) }
}

fn leads(directory: &Directory, who: &Who, opening: &Opening) -> Result<(), Refusal> {
    may(directory, who, Act::LeadSupervision, &subject(directory, opening))?;
    let leader = match &opening.what {
        What::Case { leader, .. } => Some(*leader),
        _ => None,
    };
    if leader.is_none_or(|leader| id_of(who) == Some(leader)) {
        Ok(())
    } else {
        Err(Refusal::new("not_your_case").instead("dossier_look"))
    }
}

/// Asks whether somebody may open a file.
pub fn opens(directory: &Directory, who: &Who, opening: &Opening) -> Result<(), Refusal> {
    match opening.what {
        What::Conference { .. } => leads(directory, who, opening).or_else(|_| supervises(directory, who, opening)),
        What::Case { .. } => supervises(directory, who, opening).or_else(|_| leads(directory, who, opening)),
        _ => supervises(directory, who, opening),
    }
}

/// Asks whether somebody may do something to a file.
pub fn does(directory: &Directory, who: &Who, (dossier, command): (&Dossier, &To)) -> Result<(), Refusal> {
    let opening = &dossier.opening;
    match (dossier.kind(), command) {
        (_, To::Answer { .. }) => {
            sees(directory, who, dossier)?;
            may(directory, who, Act::AnswerSupervision, &subject(directory, opening)).map(drop)
        }
        // a case is its leader's own, and only a leader rules
        (Kind::Case, _) | (_, To::Rule(_)) => leads(directory, who, opening),
        (Kind::Conference, To::Follow { .. }) => {
            let answers = may(directory, who, Act::AnswerSupervision, &followed(directory, (dossier, command)));
            leads(directory, who, opening).or_else(|_| supervises(directory, who, opening)).or_else(|_| answers.map(drop))
        }
        (Kind::Conference, _) => leads(directory, who, opening).or_else(|_| supervises(directory, who, opening)),
        _ => supervises(directory, who, opening),
    }
}

/// Names the office that a ruling is about, to the permit.
fn followed(directory: &Directory, (dossier, command): (&Dossier, &To)) -> Subject {
    let To::Follow { ruling, .. } = command else { return subject(directory, &dossier.opening) };
    let owner = dossier.rulings.get(*ruling).map(|ruling| ruling.to.clone()).unwrap_or_default();
    Subject { owner, ..Subject::default() }
}

/// Opens a file. `key` is a fresh one, taken outside the writer.
pub fn begin(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (who, opening, key): (&Who, Opening, &(KeyId, Key)),
) -> Result<Dossier, No> {
    let (directory, rules, calendar) = (site.directory(), site.rules(), site.calendar());
    opens(&directory, who, &opening)?;
    let by = id_of(who).ok_or_else(|| Refusal::new("sign_in").instead("sign_in"))?;
    let ctx = Ctx { today: site.day(now), by, rules: &rules, calendar: &calendar, directory: &directory };
    let opening = decide::open(&ctx, opening)?;
    let kind = opening.what.kind();
    let number: i64 = tx.row(store::NUMBER, params![site.jurisdiction, kind.code()])?.map_or(Ok(1), |row| row.get("number"))?;
    let id = chance::id_ordered(chance, now);
    let event = Event::Opened { number, by, day: ctx.today, opening: Box::new(opening) };
    let dossier = Dossier::begin(id, &event).ok_or_else(|| Fault::other("a file begins with its opening"))?;
    tell(tx, site, (now, &mut *chance), ((&dossier, 1), (key.0, &key.1), Actor::Staff(by), &event))?;
    store::put(tx, site, (&dossier, (key.0, &key.1)), chance)?;
    Ok(dossier)
}

/// Does something to a file.
pub fn execute(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (who, (kind, number), command): (&Who, (Kind, i64), To),
) -> Result<Dossier, No> {
    let row = list::one(tx, site, (kind, number))?.ok_or(No::Absent)?;
    let (directory, rules, calendar) = (site.directory(), site.rules(), site.calendar());
    does(&directory, who, (&row.dossier, &command))?;
    let by = id_of(who).ok_or_else(|| Refusal::new("sign_in").instead("sign_in"))?;
    let ctx = Ctx { today: site.day(now), by, rules: &rules, calendar: &calendar, directory: &directory };
    let event = decide::decide(&ctx, &row.dossier, command)?;
    Ok(append(tx, site, (now, chance), (row, Actor::Staff(by), &event))?)
}

/// Tells of files whose day passed, each day once, however many servers run the night: the row that says so is written with the event.
/// Returns how many; run it again while that is not zero.
pub fn night(tx: &mut Tx<'_>, site: &Site, now: Timestamp) -> Result<usize, Fault> {
    let today = site.day(now).to_string();
    let rows = store::opened(&tx.rows(store::DUE, params![site.jurisdiction, today, LATE_MAX])?, site)?;
    let (mut chance, many) = (site.chance(), rows.len());
    for row in rows {
        let Some(due) = row.dossier.due() else { continue };
        append(tx, site, (now, &mut chance), (row, Actor::System, &Event::Late { due }))?;
    }
    Ok(many)
}

fn append(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (row, actor, event): (DossierRow, Actor, &Event),
) -> Result<Dossier, Fault> {
    let key = site.keystore.get(row.key_id)?.ok_or_else(|| Fault::other("the key of a file of supervision is not there"))?;
    let mut dossier = row.dossier;
    tell(tx, site, (now, &mut *chance), ((&dossier, dossier.version + 1), (row.key_id, &key), actor, event))?;
    dossier.apply(event);
    store::put(tx, site, (&dossier, (row.key_id, &key)), chance)?;
    Ok(dossier)
}

fn tell(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    ((dossier, version), key, actor, event): ((&Dossier, i64), (KeyId, &Key), Actor, &Event),
) -> Result<(), Fault> {
    let body =
        serde_json::to_value(event).map_err(|error| Fault::other("an event of a file cannot be written").caused_by(error))?;
    let public = event.public(&dossier.opening);
    let new = NewEvent { matter: dossier.id, version, actor, kind: event.kind(), public, body, key };
    journal::append(tx, site, now, chance, new)?;
    match told::of_file(&site.directory(), (dossier, event), site.day(now)) {
        Some(letters) => told::write(tx, site, (now, chance), letters),
        None => Ok(()),
    }
}
