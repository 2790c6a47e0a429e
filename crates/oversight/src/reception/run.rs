//! Doing something to a booking: by whoever holds its pass, or by those who receive. Each is one transaction with its event. What is
//! given back goes to whoever waits first, in the same transaction.

use civic::chance::{self, Chance};
use civic::hall::Hall;
use civic::journal::{self, Actor, NewEvent};
use civic::outbox::{self, Message, SMS};
use civic::permit::{Act, Subject, Who, may};
use civic::refusal::No;
use civic::site::Site;
use civic::vault::{Key, KeyId};
use db::{Fault, Tx, params};
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::booking::{Booking, Event};
use super::day::Day;
use super::decide::{self, ToBooking};
use super::store::{self, BookingRow};
use super::{book, list, plan};

/// Begins the recipient of a message about a booking.
pub const RECIPIENT: &str = "booking:";
/// How long names and words of bookings are kept after the day.
const KEEP: &str = "reception.keep";
/// Bookings that one round of forgetting takes.
const FORGOTTEN_MAX: i64 = 200;

/// Says what whoever booked is told by a short message, where a number was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// There is a time, and its number.
    Booked,
    /// It waits.
    Waiting,
    /// It waited and has a time now.
    Given,
    /// An office gave it back.
    Off,
}

impl Told {
    /// Lists all of them.
    pub const ALL: [Self; 4] = [Self::Booked, Self::Waiting, Self::Given, Self::Off];

    /// Returns the template of the message.
    pub fn template(self) -> &'static str {
        match self {
            Self::Booked => "booking_made",
            Self::Waiting => "booking_waits",
            Self::Given => "booking_given",
            Self::Off => "booking_off",
        }
    }
}

/// Names who acts, for the journal.
pub(crate) fn actor(who: &Who) -> Actor {
    match who {
        Who::Staff { id, .. } => Actor::Staff(*id),
        _ => Actor::Resident,
    }
}

/// Gives a booking back, by whoever holds its pass.
pub fn give_back(tx: &mut Tx<'_>, site: &Site, (now, chance): (Timestamp, &mut Chance), id: Uuid) -> Result<Booking, No> {
    let row = list::booking(tx, site, id)?.ok_or(No::Absent)?;
    let day = list::day(tx, site, row.day)?.ok_or(No::Absent)?.day;
    let who = Who::Resident { matter: id };
    may(&site.directory(), &who, Act::KeepBooking, &Subject { matter: id, ..Subject::default() })?;
    done(tx, site, (now, chance), (&who, (&row, &day), ToBooking::Cancel { office: false, reason: String::new() }))
}

/// Does something to a booking, by those who receive.
pub fn execute(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (who, id, command): (&Who, Uuid, ToBooking),
) -> Result<Booking, No> {
    let row = list::booking(tx, site, id)?.ok_or(No::Absent)?;
    let day = list::day(tx, site, row.day)?.ok_or(No::Absent)?.day;
    by_office(tx, site, (now, chance), (who, (&row, &day), command))
}

/// Does the same where both rows were read.
pub(crate) fn by_office(
    tx: &mut Tx<'_>,
    site: &Site,
    at: (Timestamp, &mut Chance),
    (who, on, command): (&Who, (&BookingRow, &Day), ToBooking),
) -> Result<Booking, No> {
    let act = if day_is_off(on.1) { Act::PlanReception } else { Act::HoldReception };
    let directory = site.directory();
    may(&directory, who, act, &plan::subject(&directory, &on.1.plan, act))?;
    done(tx, site, at, (who, on, command))
}

fn day_is_off(day: &Day) -> bool {
    day.held == super::day::Held::Cancelled
}

fn done(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (who, (row, day), command): (&Who, (&BookingRow, &Day), ToBooking),
) -> Result<Booking, No> {
    let state = row.booking.as_ref().ok_or(No::Absent)?;
    let event = decide::booking((state, day, site.day(now)), command)?;
    let booking = append(tx, site, (now, &mut *chance), ((row, day), actor(who), &event))?;
    match event {
        Event::Cancelled { office, .. } => {
            tx.run(store::GIVE, params![site.jurisdiction, day.id, booking.id])?;
            if office {
                notify(tx, site, (now, &mut *chance), (&booking, Told::Off))?;
            }
            if !day_is_off(day) {
                hand_on(tx, site, (now, chance), day)?;
            }
        }
        Event::Called => drop(tx.run(store::CALLED, params![site.jurisdiction, day.id, booking.seq])?),
        _ => {}
    }
    Ok(booking)
}

/// Gives a time that became free to whoever waits first.
fn hand_on(tx: &mut Tx<'_>, site: &Site, (now, chance): (Timestamp, &mut Chance), day: &Day) -> Result<(), No> {
    let Some(row) = store::booking(tx, site, (store::WAITING, params![site.jurisdiction, day.id]))? else { return Ok(()) };
    let Some(slot) = book::take_for(tx, site, now, (day, row.id))? else { return Ok(()) };
    let booking = append(tx, site, (now, &mut *chance), ((&row, day), Actor::System, &Event::Given { slot }))?;
    notify(tx, site, (now, chance), (&booking, Told::Given))?;
    Ok(())
}

fn append(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    ((row, day), actor, event): ((&BookingRow, &Day), Actor, &Event),
) -> Result<Booking, No> {
    let mut booking = row.booking.clone().ok_or(No::Absent)?;
    let key = site.keystore.get(row.key_id)?.ok_or(No::Absent)?;
    let (id, version) = (booking.id, booking.version + 1);
    let entry = Entry { booking: id, version, key: (row.key_id, &key), actor, office: &day.plan.office };
    tell(tx, site, (now, &mut *chance), (entry, event))?;
    booking.apply(event);
    store::change_booking(tx, site, (&booking, &key), chance)?;
    Ok(booking)
}

/// Is where an event of a booking goes, and who did it.
pub(crate) struct Entry<'a> {
    /// The booking.
    pub booking: Uuid,
    /// Its events with this one.
    pub version: i64,
    /// The booking's key.
    pub key: (KeyId, &'a Key),
    /// Who did it.
    pub actor: Actor,
    /// The office that receives.
    pub office: &'a str,
}

/// Appends an event of a booking to the journal.
pub(crate) fn tell(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (entry, event): (Entry<'_>, &Event),
) -> Result<(), Fault> {
    let body =
        serde_json::to_value(event).map_err(|error| Fault::other("an event of a booking cannot be written").caused_by(error))?;
    let (public, Entry { booking, version, key, actor, .. }) = (event.public(entry.office), entry);
    let new = NewEvent { matter: booking, version, actor, kind: event.kind(), public, body, key };
    journal::append(tx, site, now, chance, new).map(drop)
}

/// Has whoever booked told, where a number was left.
pub(crate) fn notify(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (booking, told): (&Booking, Told),
) -> Result<(), Fault> {
    if booking.person.mobile.is_empty() {
        return Ok(());
    }
    let recipient = format!("{RECIPIENT}{}", booking.id);
    let message = Message { matter: Uuid::nil(), event: 0, recipient, template: told.template(), channel: SMS };
    outbox::put(tx, site.jurisdiction, (chance::id_ordered(chance, now), now), &message)
}

/// Finds what a message about a booking says, and to whom. `None` where there is nothing to say any more.
pub fn waiting(tx: &mut Tx<'_>, site: &Site, recipient: &str) -> Result<Option<(Booking, Day)>, Fault> {
    let Some(id) = recipient.strip_prefix(RECIPIENT).and_then(|id| id.parse().ok()) else { return Ok(None) };
    let Some(booking) = list::booking(tx, site, id)?.and_then(|row| row.booking) else { return Ok(None) };
    Ok(list::day(tx, site, booking.day)?.map(|row| (booking, row.day)))
}

/// Returns the first day whose bookings are still kept.
pub fn kept_from(site: &Site, today: Date) -> Date {
    let days = i64::from(site.rules().term(KEEP).value);
    today.checked_sub(jiff::Span::new().days(days)).unwrap_or(Date::MIN)
}

/// Forgets who came to days that are long over: names, numbers and words go from the rows, and their keys, so that nobody opens the
/// journal's copies either. To be called again and again by the jobs: it goes on where a crash left it. Returns how many.
pub fn forget(hall: &Hall, now: Timestamp) -> Result<usize, Fault> {
    let (site, jurisdiction) = (&hall.site, hall.site.jurisdiction);
    let until = kept_from(site, site.day(now)).to_string();
    hall.store.write_blocking(move |tx| {
        for row in tx.rows(store::OVER, params![jurisdiction, until, FORGOTTEN_MAX])? {
            tx.run(store::FORGET, params![jurisdiction, row.get::<Uuid>("id")?])?;
            tx.run(store::GONE, params![jurisdiction, row.get::<i64>("key_id")?])?;
        }
        Ok::<_, Fault>(())
    })?;
    hall.store.settle()?;
    hall.destroy_keys(store::GONE_LEFT, store::GONE_DONE)
}
