//! Setting an entry of the directory from a page: what was seen must still stand, and the entry must fit the rest.

use civic::chance::Chance;
use civic::directory::{self, Directory, Entry};
use civic::journal::{Actor, canonical};
use civic::permit::{Act, Subject, Who, may};
use civic::refusal::{No, Refusal};
use civic::site::Site;
use data_encoding::HEXLOWER;
use db::Tx;
use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::desk::frame::Desk;
use crate::extract::Fields;
use crate::kit::errors::Errors;
use crate::kit::refusal::reason;
use crate::words::Lang;

/// Names the state of an entry, for a hidden field: it changes when anybody changes the entry.
pub(super) fn mark(entry: Option<&Entry>) -> String {
    let Some(entry) = entry else { return "none".to_owned() };
    let doc = serde_json::to_value(entry).expect("entries are plain data");
    HEXLOWER.encode(&Sha256::digest(canonical(&doc))[..8])
}

/// Finds the entry that stands under the same noun and code.
fn standing(directory: &Directory, entry: &Entry) -> Option<Entry> {
    match entry {
        Entry::Place(place) => directory.places.get(&place.code).cloned().map(Entry::Place),
        Entry::Office(office) => directory.offices.get(&office.code).cloned().map(Entry::Office),
        Entry::Staff(staff) => directory.staff.get(&staff.id).cloned().map(Entry::Staff),
        Entry::Relative(relative) => directory.relatives.iter().find(|own| own.id == relative.id).cloned().map(Entry::Relative),
        Entry::Client(client) => directory.clients.values().find(|own| own.id == client.id).cloned().map(Entry::Client),
        Entry::Box(own) => directory.boxes.get(&own.code).cloned().map(Entry::Box),
        Entry::Ruling(own) => directory.rulings.get(&own.code).cloned().map(Entry::Ruling),
        Entry::Peer(peer) => directory.peers.get(&peer.id).cloned().map(Entry::Peer),
        Entry::Group(own) => directory.groups.get(&own.code).cloned().map(Entry::Group),
        Entry::Calendar(year) => directory.years.iter().find(|own| own.year == year.year).cloned().map(Entry::Calendar),
    }
}

/// Asks the permit once more, inside the command: whoever lost the role meanwhile changes nothing. Returns who acts.
pub(super) fn allowed(site: &Site, who: &Who) -> Result<Uuid, Refusal> {
    may(&site.directory(), who, Act::Administer, &Subject::site())?;
    match who {
        Who::Staff { id, .. } => Ok(*id),
        _ => Err(Refusal::new("sign_in").instead("sign_in")),
    }
}

/// Sets one entry inside a command that already runs.
pub(super) fn put(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    who: &Who,
    (entry, change): (&Entry, &str),
) -> Result<(), No> {
    let id = allowed(site, who)?;
    let directory = site.directory();
    directory::check(&directory, &site.rules(), entry)?;
    directory::set(tx, site, (now, chance), Actor::Staff(id), (entry, change))?;
    Ok(())
}

/// Refuses when the entry is not the one that was seen.
pub(super) fn unchanged(site: &Site, entry: &Entry, seen: &str) -> Result<(), No> {
    let standing = standing(&site.directory(), entry);
    if mark(standing.as_ref()) == seen { Ok(()) } else { Err(Refusal::new("entry_changed").instead("look_again").into()) }
}

/// Sets one entry that was drawn with the mark `seen`.
pub(super) async fn set(desk: &Desk, seen: &str, entry: Entry, change: &'static str) -> Result<(), No> {
    let (who, seen) = (desk.staff.who(), seen.to_owned());
    desk.write(move |tx, site, by| {
        unchanged(site, &entry, &seen)?;
        put(tx, site, by, &who, (&entry, change))
    })
    .await
}

/// Years around today in which a day that somebody types can lie.
const YEARS_AWAY_MAX: i16 = 5;

/// Reads a day off a field; none where it was left empty. A day that is none, or years away from today, is refused by name.
pub(super) fn day(fields: &Fields, name: &'static str, today: Date) -> Result<Option<Date>, Refusal> {
    let at = |refusal: Refusal| refusal.with("field", name).instead("correct_field");
    let text = fields.get(name);
    if text.is_empty() {
        return Ok(None);
    }
    let day = worktime::day(text).ok_or_else(|| at(Refusal::new("day_wrong")))?;
    if (day.year() - today.year()).abs() > YEARS_AWAY_MAX {
        return Err(at(Refusal::new("day_far").with("max", YEARS_AWAY_MAX)));
    }
    Ok(Some(day))
}

/// Puts a refusal beside the field it names; anything else but a refusal goes up.
pub fn wrong(lang: Lang, no: No) -> Result<Errors, No> {
    let No::Refused(refusal) = no else { return Err(no) };
    if matches!(refusal.code, "administrators_only" | "account_closed") {
        return Err(No::Refused(refusal));
    }
    let field = refusal.facts.iter().find(|(name, _)| *name == "field").map_or("", |(_, value)| value.as_str());
    let mut errors = Errors::default();
    errors.add(field, reason(lang, &refusal));
    Ok(errors)
}

/// Makes the fields of a form from an entry's texts.
pub(super) fn fields(pairs: &[(&str, &str)]) -> Fields {
    let mut fields = Fields::default();
    for (name, text) in pairs {
        fields.set(name, *text);
    }
    fields
}

/// Reads a text that may be missing.
pub(super) fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
