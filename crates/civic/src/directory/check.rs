//! Whether an entry may stand in the directory: what every other part relies on. Pure; asked by the pages of
//! administration and by `init`, inside the command that sets the entry.

use uuid::Uuid;

use super::entry::{CalendarYear, ChatGroup, Entry, Office, OpinionBox, Peer, Place, Ruling, Staff};
use super::snapshot::Directory;
use crate::exchange;
use crate::refusal::Refusal;
use crate::rules::RuleSet;

/// Longest name, in characters.
pub const NAME_CHARS_MAX: usize = 80;
/// Other names of one place at most.
pub const ALSO_MAX: usize = 200;
/// Longest address, hours or title, in characters.
pub const LINE_CHARS_MAX: usize = 200;
/// Digits of a place code.
const PLACE_DIGITS: std::ops::RangeInclusive<usize> = 6..=15;
/// Characters of an office code or log-in name.
const CODE_CHARS: std::ops::RangeInclusive<usize> = 2..=32;

/// Digits of the number of a group in a chat.
const GROUP_DIGITS: std::ops::RangeInclusive<usize> = 5..=18;
/// Longest address that a program is told at, in bytes.
const HOOK_BYTES_MAX: usize = 500;

type Answer = Result<(), Refusal>;

fn holds(fits: bool, code: &'static str, field: &'static str) -> Answer {
    if fits { Ok(()) } else { Err(Refusal::new(code).with("field", field).instead("correct_field")) }
}

/// Checks an entry against the directory it is to stand in. The refusal's fact `field` names the field.
pub fn check(directory: &Directory, rules: &RuleSet, entry: &Entry) -> Answer {
    match entry {
        Entry::Place(place) => check_place(directory, place),
        Entry::Office(office) => check_office(directory, rules, office),
        Entry::Staff(staff) => check_staff(directory, staff),
        Entry::Relative(relative) => holds(directory.staff.contains_key(&relative.staff), "unknown_staff", "staff"),
        Entry::Calendar(year) => check_year(year),
        Entry::Client(client) => {
            names(&client.name, "")?;
            holds(client.hook.is_empty() || is_address(&client.hook), "hook_address", "hook")
        }
        Entry::Box(own) => check_box(directory, own),
        Entry::Peer(peer) => check_peer(directory, peer),
        Entry::Group(own) => check_group(directory, own),
        Entry::Ruling(own) => check_ruling(directory, rules, own),
    }
}

/// Another site has a key of its own, and none that a site known already has.
fn check_peer(directory: &Directory, peer: &Peer) -> Answer {
    names(&peer.name, &peer.name_en)?;
    holds(is_address(&peer.address) && !peer.address.ends_with('/') && !peer.address.contains('?'), "hook_address", "address")?;
    holds(exchange::is_key(&peer.key), "peer_key", "key")?;
    let known = directory.peers.values().any(|other| other.id != peer.id && other.active && other.key == peer.key);
    holds(!known || !peer.active, "peer_known", "key")?;
    let office = peer.office.as_ref().map(|code| directory.offices.get(code).filter(|office| directory.open(office)));
    holds(office.is_none_or(|office| office.is_some()) || !peer.active, "unknown_office", "office")
}

/// Tells whether a text is an address that can be posted to: no user in it, no mark behind it.
fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let plain = text.len() <= HOOK_BYTES_MAX && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"@#\\\"".contains(&byte));
    plain && rest.is_some_and(|rest| !rest.starts_with(['/', ':', '?']) && !rest.is_empty())
}

fn check_place(directory: &Directory, place: &Place) -> Answer {
    let digits = place.code.bytes().all(|byte| byte.is_ascii_digit()) && PLACE_DIGITS.contains(&place.code.len());
    holds(digits, "place_code", "code")?;
    names(&place.name, &place.name_en)?;
    holds(place.also.len() <= ALSO_MAX, "names_many", "also")?;
    holds(place.also.iter().all(|name| name.chars().count() <= NAME_CHARS_MAX), "line_long", "also")?;
    match &place.parent {
        None => holds(directory.root().is_none_or(|root| root.code == place.code), "second_root", "parent")?,
        Some(parent) => {
            let above = directory.places.get(parent).filter(|above| above.merged_into.is_none());
            holds(above.is_some_and(|above| above.level < place.level), "place_parent", "parent")?;
            holds(!directory.within(parent, &place.code), "place_parent", "parent")?;
        }
    }
    if let Some(into) = &place.merged_into {
        let target = directory.places.get(into).filter(|target| target.merged_into.is_none() && target.code != place.code);
        holds(target.is_some_and(|target| !directory.within(&target.code, &place.code)), "merge_target", "merged_into")?;
        holds(directory.children(&place.code).all(|child| child.merged_into.is_some()), "place_has_children", "merged_into")?;
    }
    Ok(())
}

fn check_office(directory: &Directory, rules: &RuleSet, office: &Office) -> Answer {
    holds(code_fits(&office.code), "office_code", "code")?;
    names(&office.name, &office.name_en)?;
    holds(directory.places.contains_key(&office.place), "place_unknown", "place")?;
    for (field, line) in [("phone", &office.phone), ("address", &office.address), ("hours", &office.hours)] {
        holds(line.chars().count() <= LINE_CHARS_MAX, "line_long", field)?;
    }
    if let Some(superior) = &office.superior {
        holds(directory.offices.contains_key(superior), "unknown_office", "superior")?;
        holds(!reports_to(directory, superior, &office.code), "superior_circle", "superior")?;
    }
    for duty in &office.duties {
        holds(rules.category(&duty.category).is_some(), "unknown_category", "duties")?;
        holds(duty.places.iter().all(|place| directory.places.contains_key(place)), "place_unknown", "duties")?;
    }
    holds(office.intake_for.iter().all(|place| directory.places.contains_key(place)), "place_unknown", "intake_for")?;
    match &office.successor {
        Some(successor) => successor_fits(directory, office, successor),
        None => still_received(directory, office),
    }
}

/// An office may end only where another one takes over what it had to do.
fn successor_fits(directory: &Directory, office: &Office, successor: &str) -> Answer {
    let acting = directory.acting(successor);
    holds(acting.is_some_and(|acting| acting.code != office.code), "merge_target", "successor")
}

/// Somebody must receive what comes from anywhere, and accusations.
fn still_received(directory: &Directory, office: &Office) -> Answer {
    let others = |fits: fn(&Office, &str) -> bool, code: &str| {
        directory.offices.values().any(|other| other.code != office.code && directory.open(other) && fits(other, code))
    };
    let before = directory.offices.get(&office.code);
    let root = directory.root().map_or("", |root| root.code.as_str());
    let gave_up_root = before.is_some_and(|old| takes(old, root)) && !takes(office, root);
    holds(!gave_up_root || others(takes, root), "root_without_intake", "intake_for")?;
    let gave_up_accusations = before.is_some_and(|old| old.supervising) && !office.supervising;
    holds(!gave_up_accusations || others(|other, _| other.supervising, ""), "no_supervising_office", "supervising")
}

fn takes(office: &Office, place: &str) -> bool {
    office.intake_for.iter().any(|own| own == place)
}

/// A box has a letter in its code, so that nobody takes it for a place: both stand in addresses of signs.
fn check_box(directory: &Directory, own: &OpinionBox) -> Answer {
    holds(code_fits(&own.code) && own.code.bytes().any(|byte| byte.is_ascii_lowercase()), "box_code", "code")?;
    names(&own.name, &own.name_en)?;
    holds(own.spot.chars().count() <= LINE_CHARS_MAX, "line_long", "spot")?;
    let place = directory.places.get(&own.place).filter(|place| place.merged_into.is_none());
    holds(place.is_some() || !own.active, "place_unknown", "place")?;
    let office = directory.offices.get(&own.office).filter(|office| directory.open(office));
    holds(office.is_some() || !own.active, "unknown_office", "office")
}

fn check_ruling(directory: &Directory, rules: &RuleSet, own: &Ruling) -> Answer {
    holds(rules.category(&own.category).is_some(), "unknown_category", "category")?;
    holds(directory.places.contains_key(&own.place), "place_unknown", "place")?;
    let office = directory.offices.get(&own.office).filter(|office| directory.open(office));
    holds(office.is_some(), "unknown_office", "office")
}

fn check_group(directory: &Directory, own: &ChatGroup) -> Answer {
    let number = GROUP_DIGITS.contains(&own.code.len()) && own.code.bytes().all(|byte| byte.is_ascii_digit());
    holds(number && !own.code.starts_with('0'), "group_number", "code")?;
    names(&own.name, "")?;
    let place = directory.places.get(&own.place).filter(|place| place.merged_into.is_none());
    holds(place.is_some() || !own.active, "place_unknown", "place")?;
    let office = own.office.as_ref().is_none_or(|code| directory.offices.get(code).is_some_and(|office| directory.open(office)));
    holds(office || !own.active, "unknown_office", "office")
}

fn check_staff(directory: &Directory, staff: &Staff) -> Answer {
    holds(code_fits(&staff.login), "login_name", "login")?;
    let taken = directory.staff.values().any(|other| other.id != staff.id && other.login == staff.login);
    holds(!taken, "login_taken", "login")?;
    names(&staff.name, "")?;
    holds(staff.title.chars().count() <= LINE_CHARS_MAX, "line_long", "title")?;
    let office = directory.offices.get(&staff.office).filter(|office| directory.open(office));
    holds(!staff.active || office.is_some(), "unknown_office", "office")?;
    holds(!staff.roles.is_empty(), "role_missing", "roles")?;
    let place = staff.place.as_ref();
    holds(place.is_none_or(|place| directory.places.contains_key(place)), "place_unknown", "place")?;
    holds(staff.away.is_none_or(|(first, last)| first <= last), "days_turned", "away_until")?;
    match staff.deputy {
        Some(deputy) => holds(may_stand_in(directory, staff, deputy), "deputy_unknown", "deputy"),
        None => Ok(()),
    }
}

fn may_stand_in(directory: &Directory, staff: &Staff, deputy: Uuid) -> bool {
    let other = directory.staff.get(&deputy).filter(|other| other.active && other.office == staff.office);
    !staff.active || other.is_some_and(|other| other.id != staff.id)
}

fn check_year(year: &CalendarYear) -> Answer {
    match worktime::Year::parse(&year.text) {
        Ok(parsed) => holds(parsed.year == year.year, "calendar_year", "year"),
        Err(error) => Err(Refusal::new("calendar_file").with("why", error).with("field", "files").instead("correct_field")),
    }
}

fn names(name: &str, name_en: &str) -> Answer {
    holds(!name.trim().is_empty(), "name_missing", "name")?;
    holds(name.chars().count() <= NAME_CHARS_MAX, "line_long", "name")?;
    holds(name_en.chars().count() <= NAME_CHARS_MAX, "line_long", "name_en")
}

fn code_fits(code: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'_');
    CODE_CHARS.contains(&code.len()) && code.bytes().all(plain)
}

/// Tells whether an office stands under another one, at any height, or is it.
fn reports_to(directory: &Directory, office: &str, above: &str) -> bool {
    let mut at = Some(office);
    for _ in 0..=directory.offices.len() {
        match at {
            Some(code) if code == above => return true,
            Some(code) => at = directory.offices.get(code).and_then(|office| office.superior.as_deref()),
            None => return false,
        }
    }
    true
}
