//! Booking: by anybody on the page, by staff for somebody on the telephone or at a counter, by whoever comes by. No time is given
//! twice, however many ask for it at once: its row exists once. A form sent twice is one booking and gets the same answer.

use civic::chance::{self, Chance};
use civic::directory::normal_contact;
use civic::journal::Actor;
use civic::pass::{Pass, submit_hash};
use civic::permit::{Act, Subject, Who, may};
use civic::refusal::{No, Refusal};
use civic::site::Site;
use civic::vault::{Key, KeyId, derive, mac};
use data_encoding::HEXLOWER;
use db::{Fault, Tx, params};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::booking::{Booking, Event, Person, Way};
use super::day::{Day, Held};
use super::decide::said;
use super::store::{self, BookingRow, DayRow};
use super::{LABELS, ics, list, run};

/// Length of a submit key, in characters.
const SUBMIT_KEY_CHARS: std::ops::RangeInclusive<usize> = 1..=64;
/// Longest name, in characters.
pub const NAME_CHARS_MAX: usize = 20;
/// Longest words of what it is about, in characters.
pub const ABOUT_CHARS_MAX: usize = 500;
/// Longest number of a matter, in characters.
pub const NUMBER_CHARS_MAX: usize = 32;
/// How many may wait for a time of one day.
pub const WAITING_MAX: i64 = 30;
/// How many may come by on one day, beside those who booked.
pub const DOOR_MAX: i64 = 200;

/// Is what somebody wants to book.
#[derive(Debug, Clone)]
pub struct New {
    /// The day.
    pub day: Uuid,
    /// The time that was chosen; none for the first that is free.
    pub slot: Option<u16>,
    /// By which way.
    pub way: Way,
    /// Who and about what.
    pub person: Person,
    /// Drawn with the form.
    pub submit_key: String,
}

/// Is a booking that is ready to be made.
#[derive(Debug, Clone)]
pub struct Ready {
    new: New,
    key: (KeyId, Key),
    pass: Pass,
    submit: Vec<u8>,
    form: [u8; 32],
}

/// Is what became of it.
#[derive(Debug, Clone)]
pub struct Done {
    /// The booking.
    pub booking: Booking,
    /// The day.
    pub day: Day,
    /// The pass by which whoever booked finds it again.
    pub pass: Pass,
    /// True where the same form was sent before.
    pub repeated: bool,
}

/// Checks who comes and about what.
pub fn check(mut person: Person) -> Result<Person, Refusal> {
    let amiss = |code: &'static str, field: &str| Refusal::new(code).with("field", field).instead("correct_field");
    person.name = said(&person.name, "name", NAME_CHARS_MAX)?;
    person.about = said(&person.about, "about", ABOUT_CHARS_MAX)?;
    person.number = person.number.trim().chars().take(NUMBER_CHARS_MAX).collect();
    let mobile = normal_contact(&person.mobile);
    let figures = mobile.len() == 11 && mobile.starts_with('1') && mobile.bytes().all(|c| c.is_ascii_digit());
    if !(mobile.is_empty() || figures) {
        return Err(amiss("post_mobile", "mobile"));
    }
    person.mobile = mobile;
    Ok(person)
}

/// Makes a form ready, outside the writer.
pub fn prepare(site: &Site, mut new: New) -> Result<Ready, No> {
    new.person = check(new.person)?;
    if !SUBMIT_KEY_CHARS.contains(&new.submit_key.chars().count()) {
        return Err(Refusal::new("post_submit_key").instead("begin_anew").into());
    }
    let form = hash(&new);
    let pass = Pass::of(site, &LABELS, (&new.submit_key, &form));
    // what is kept is keyed: else a number could be found by trying all of them
    let form = mac(&derive(&site.keys.code, "minsheng/booking-form/1"), &[&form]);
    let submit = submit_hash(site, &LABELS, &new.submit_key);
    Ok(Ready { key: site.keystore.take()?, new, pass, submit, form })
}

fn hash(new: &New) -> [u8; 32] {
    let New { day, slot, way, person, .. } = new;
    let slot = slot.map(|slot| slot.to_string()).unwrap_or_default();
    let mut hash = Sha256::new();
    for part in [&day.to_string(), &slot, way.code(), &person.name, &person.mobile, &person.about, &person.number] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// Makes it. `by` is the member of staff who books for somebody; none where people do so themselves.
pub fn book(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (ready, by): (&Ready, Option<&Who>),
) -> Result<Done, No> {
    let row = list::day(tx, site, ready.new.day)?.ok_or(No::Absent)?;
    if let Some(before) = store::booking(tx, site, (store::BOOKING_BY_SUBMIT, params![site.jurisdiction, ready.submit.clone()]))?
    {
        return again(before, (row.day, ready));
    }
    let actor = permitted(site, &row.day, (ready, by))?;
    open_for(site, now, (&row, ready.new.way))?;
    let id = chance::id_ordered(chance, now);
    let slot = match ready.new.way {
        Way::Door => None,
        _ => take(tx, site, now, (&row.day, id, ready.new.slot))?,
    };
    let waits = slot.is_none() && ready.new.way != Way::Door;
    let full = list::counts(tx, site, row.day.id)?;
    if waits && full.waiting >= WAITING_MAX {
        return Err(Refusal::new("reception_full").instead("reception_another").into());
    }
    if ready.new.way == Way::Door && full.all() >= DOOR_MAX {
        return Err(Refusal::new("reception_full").instead("reception_another").into());
    }
    let seq = row.seq + 1;
    tx.run(store::COUNT_UP, params![site.jurisdiction, row.day.id, seq])?;
    let event = made(site, (ready, seq, slot));
    let booking = Booking::begin(id, &event).ok_or_else(|| Fault::other("a booking begins with its making"))?;
    let entry = run::Entry { booking: id, version: 1, key: (ready.key.0, &ready.key.1), actor, office: &row.day.plan.office };
    run::tell(tx, site, (now, &mut *chance), (entry, &event))?;
    put(tx, site, (&booking, ready), chance)?;
    if slot.is_some() || waits {
        run::notify(tx, site, (now, chance), (&booking, if waits { run::Told::Waiting } else { run::Told::Booked }))?;
    }
    Ok(Done { booking, day: row.day, pass: ready.pass.clone(), repeated: false })
}

fn made(site: &Site, (ready, seq, slot): (&Ready, i64, Option<u16>)) -> Event {
    Event::Made {
        day: ready.new.day,
        seq,
        slot,
        way: ready.new.way,
        person: Box::new(ready.new.person.clone()),
        pass: HEXLOWER.encode(&ready.pass.hash(site, &LABELS)),
        submit: HEXLOWER.encode(&ready.submit),
        form: HEXLOWER.encode(&ready.form),
    }
}

fn put(tx: &mut Tx<'_>, site: &Site, (booking, ready): (&Booking, &Ready), chance: &mut Chance) -> Result<(), Fault> {
    let row = params![
        site.jurisdiction,
        booking.id,
        booking.day,
        booking.seq,
        booking.slot.map_or(0, i64::from),
        booking.standing.code(),
        ready.key.0,
        booking.version,
        ready.pass.hash(site, &LABELS),
        ready.submit.clone(),
        ready.form.as_slice(),
        store::booking_face(site, (booking, &ready.key.1), chance)?
    ];
    tx.run(store::PUT_BOOKING, row).map(drop)
}

/// Answers a form that was sent before, as it was answered then.
fn again(before: BookingRow, (day, ready): (Day, &Ready)) -> Result<Done, No> {
    if before.form != ready.form {
        return Err(Refusal::new("key_reused").instead("begin_anew").into());
    }
    let booking = before.booking.ok_or(No::Absent)?;
    Ok(Done { booking, day, pass: ready.pass.clone(), repeated: true })
}

fn permitted(site: &Site, day: &Day, (ready, by): (&Ready, Option<&Who>)) -> Result<Actor, Refusal> {
    let act = match ready.new.way {
        Way::Web | Way::Sms => return Ok(Actor::Resident),
        Way::Phone | Way::Counter => Act::BookReception,
        Way::Door => Act::HoldReception,
    };
    let who = by.ok_or_else(|| Refusal::new("sign_in").instead("sign_in"))?;
    let subject =
        if act == Act::HoldReception { super::plan::subject(&site.directory(), &day.plan, act) } else { Subject::site() };
    may(&site.directory(), who, act, &subject)?;
    Ok(run::actor(who))
}

/// Refuses where a day takes nobody any more.
fn open_for(site: &Site, now: Timestamp, (row, way): (&DayRow, Way)) -> Result<(), Refusal> {
    let plan = &row.day.plan;
    if row.day.held == Held::Cancelled {
        return Err(Refusal::new("reception_off").instead("reception_another"));
    }
    let today = site.day(now);
    if row.day.held == Held::Posted || plan.date < today {
        return Err(Refusal::new("reception_over").instead("reception_another"));
    }
    if way == Way::Door && plan.date != today {
        return Err(Refusal::new("reception_not_today").with("date", plan.date).instead("reception_look"));
    }
    let over = ics::begins(site, plan, plan.ends()).is_none_or(|end| end <= now);
    if way != Way::Door && over {
        return Err(Refusal::new("reception_over").instead("reception_another"));
    }
    Ok(())
}

/// Lists the times of a day that are free and still to come.
pub fn free(tx: &mut Tx<'_>, site: &Site, now: Timestamp, day: &Day) -> Result<Vec<u16>, Fault> {
    let rows = tx.rows(store::SLOTS, params![site.jurisdiction, day.id])?;
    let taken = rows.iter().map(|row| row.get("slot")).collect::<Result<Vec<i64>, Fault>>()?;
    let coming = |slot: u16| ics::begins(site, &day.plan, day.plan.begins(slot)).is_some_and(|begins| begins > now);
    Ok((1..=day.plan.slots).filter(|slot| !taken.contains(&i64::from(*slot)) && coming(*slot)).collect())
}

/// Takes the chosen time, or the first that is free. `None` where none is: the booking waits.
fn take(
    tx: &mut Tx<'_>,
    site: &Site,
    now: Timestamp,
    (day, booking, chosen): (&Day, Uuid, Option<u16>),
) -> Result<Option<u16>, No> {
    let free = free(tx, site, now, day)?;
    if let Some(slot) = chosen
        && !free.contains(&slot)
    {
        return Err(Refusal::new("reception_taken").with("field", "slot").instead("reception_other_time").into());
    }
    for slot in chosen.into_iter().chain(free) {
        if tx.run(store::TAKE, params![site.jurisdiction, day.id, i64::from(slot), booking])? == 1 {
            return Ok(Some(slot));
        }
    }
    Ok(None)
}

/// Gives the first free time to a booking that waits.
pub(crate) fn take_for(tx: &mut Tx<'_>, site: &Site, now: Timestamp, (day, booking): (&Day, Uuid)) -> Result<Option<u16>, No> {
    take(tx, site, now, (day, booking, None))
}
