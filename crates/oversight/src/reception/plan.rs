//! Planning a day, and what an office does to it. Each is one transaction with its event.

use civic::chance::{self, Chance};
use civic::directory::{Directory, Role};
use civic::journal::{self, Actor, NewEvent};
use civic::permit::{Act, Subject, Who, may};
use civic::refusal::{No, Refusal};
use civic::site::Site;
use civic::vault::{Key, KeyId};
use db::{Fault, Tx, params};
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::booking::Standing;
use super::day::{Day, Event, Plan};
use super::decide::{self, NOTICE, ToBooking, ToDay};
use super::store::{self, DayRow};
use super::{list, run};

/// Returns the first day that can still be posted in time.
pub fn first_day(site: &Site, today: Date) -> Date {
    // plain days: a notice reads as well on a holiday, and nothing is put off by one
    let days = i64::from(site.rules().term(NOTICE).value);
    today.checked_add(jiff::Span::new().days(days)).unwrap_or(today)
}

/// Describes a day to the permit: its leader's office holds it; the office that takes in what people say at that place is called in for
/// all of it, and the offices at the table for receiving.
#[must_use]
pub fn subject(directory: &Directory, plan: &Plan, act: Act) -> Subject {
    let place = directory.offices.get(&plan.office).map(|office| office.place.as_str());
    let mut invited: Vec<String> =
        place.and_then(|place| directory.intake(place)).map(|office| office.code.clone()).into_iter().collect();
    if act != Act::PlanReception {
        invited.extend(plan.offices().skip(1).map(str::to_owned));
    }
    Subject { owner: plan.office.clone(), invited, ..Subject::default() }
}

/// Publishes a day. `key` is a fresh one, taken outside the writer.
pub fn plan(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (who, plan, key): (&Who, Plan, &(KeyId, Key)),
) -> Result<Day, No> {
    let (directory, today) = (site.directory(), site.day(now));
    may(&directory, who, Act::PlanReception, &subject(&directory, &plan, Act::PlanReception))?;
    let leads = |role| {
        directory.staff.get(&plan.leader).is_some_and(|staff| staff.active && staff.office == plan.office && staff.is(role))
    };
    if !(leads(Role::Leader) || leads(Role::OfficeHead)) {
        return Err(Refusal::new("reception_leader").with("field", "leader").instead("correct_field").into());
    }
    let plan = decide::plan(&directory, &site.rules(), (today, first_day(site, today)), plan)?;
    let same = params![site.jurisdiction, plan.leader, plan.date.to_string(), i64::from(plan.from)].to_vec();
    if let Some(same) = store::day(tx, site, (store::DAY_OF_LEADER, &same))? {
        // the same form again is the same day; another form for the same time is a mistake
        return if same.day.plan == plan {
            Ok(same.day)
        } else {
            Err(Refusal::new("reception_twice").instead("reception_look").into())
        };
    }
    let number: i64 = tx.row(store::NUMBER, params![site.jurisdiction])?.map_or(Ok(1), |row| row.get("number"))?;
    let id = chance::id_ordered(chance, now);
    let event = Event::Planned { number, plan: Box::new(plan) };
    let day = Day::begin(id, &event).ok_or_else(|| Fault::other("a day begins with its plan"))?;
    tell(tx, site, (now, &mut *chance), ((&day, 1), (key.0, &key.1), run::actor(who), &event))?;
    store::put_day(tx, site, (&day, (key.0, &key.1)), chance)?;
    Ok(day)
}

/// Does something to a day.
pub fn execute(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (who, id, command): (&Who, Uuid, ToDay),
) -> Result<Day, No> {
    let row = list::day(tx, site, id)?.ok_or(No::Absent)?;
    let directory = site.directory();
    let act = match command {
        ToDay::Cancel { .. } => Act::PlanReception,
        ToDay::Promise { .. } | ToDay::Post { .. } => Act::HoldReception,
        // whoever has to keep a promise says what became of it
        ToDay::Answer { .. } => Act::AnswerPromise,
    };
    let mut asked = subject(&directory, &row.day.plan, act);
    if let ToDay::Answer { promise, .. } = &command {
        asked.invited.extend(row.day.promises.get(*promise).map(|promise| promise.office.clone()));
    }
    may(&directory, who, act, &asked)?;
    let cancels = matches!(command, ToDay::Cancel { .. });
    let event = decide::day(&directory, (&row.day, site.day(now)), command)?;
    let day = append(tx, site, (now, &mut *chance), (&row, run::actor(who), event))?;
    if cancels {
        call_off(tx, site, (now, chance), (who, &day))?;
    }
    Ok(day)
}

/// Gives every open booking of a day that was called off back, and tells whoever left a number.
fn call_off(tx: &mut Tx<'_>, site: &Site, (now, chance): (Timestamp, &mut Chance), (who, day): (&Who, &Day)) -> Result<(), No> {
    for row in list::bookings(tx, site, day.id)? {
        if !matches!(row.standing, Standing::Booked | Standing::Waiting) {
            continue;
        }
        let command = ToBooking::Cancel { office: true, reason: day.reason.clone() };
        run::by_office(tx, site, (now, &mut *chance), (who, (&row, day), command))?;
    }
    Ok(())
}

fn append(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (row, actor, event): (&DayRow, Actor, Event),
) -> Result<Day, No> {
    let key = site.keystore.get(row.key_id)?.ok_or(No::Absent)?;
    let mut day = row.day.clone();
    tell(tx, site, (now, &mut *chance), ((&day, day.version + 1), (row.key_id, &key), actor, &event))?;
    day.apply(&event);
    store::change_day(tx, site, (&day, &key), chance)?;
    Ok(day)
}

fn tell(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    ((day, version), key, actor, event): ((&Day, i64), (KeyId, &Key), Actor, &Event),
) -> Result<(), Fault> {
    let place = site.directory().public_place(&day.plan.place).map(|place| place.code.clone());
    let body =
        serde_json::to_value(event).map_err(|error| Fault::other("an event of a day cannot be written").caused_by(error))?;
    let public = event.public(&day.plan, place);
    journal::append(tx, site, now, chance, NewEvent { matter: day.id, version, actor, kind: event.kind(), public, body, key })
        .map(drop)
}
