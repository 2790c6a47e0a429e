//! The invented county: its places, offices, staff and declared relatives as entries of the directory.

use civic::directory::{
    ChatGroup, Client, Duty, Entry, Office, OpinionBox, Place, Relation, Relative, Role, Scope, Staff, contact_index,
};
use civic::vault::Key;
use data_encoding::HEXLOWER;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

/// The county as it is written down.
const COUNTY: &str = include_str!("county.toml");
/// Where its places lie; invented as well.
const OUTLINES: &str = include_str!("county.geojson");
/// Where the demo's staff get their notices; a domain that can never exist.
const MAIL_DOMAIN: &str = "qinghe.example";
/// First digits of every relative's number; other residents have others.
pub const RELATIVE_PREFIX: &str = "154000";
/// Six-digit code of the site.
pub const SITE_CODE: &str = "990121";

/// Is the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    place: Vec<Place>,
    office: Vec<OfficeRow>,
    staff: Vec<StaffRow>,
    leave: Vec<LeaveRow>,
    relative: Vec<RelativeRow>,
    #[serde(rename = "box")]
    boxes: Vec<OpinionBox>,
    group: Vec<ChatGroup>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfficeRow {
    code: String,
    name: String,
    name_en: String,
    place: String,
    superior: Option<String>,
    phone: String,
    address: String,
    hours: String,
    #[serde(default)]
    duties: Vec<String>,
    #[serde(default)]
    intake_for: Vec<String>,
    #[serde(default)]
    supervising: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StaffRow {
    login: String,
    name: String,
    title: String,
    office: String,
    roles: Vec<Role>,
    #[serde(default)]
    place: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LeaveRow {
    staff: String,
    deputy: String,
    first: i64,
    last: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RelativeRow {
    staff: String,
    relation: Relation,
    contact: String,
}

/// Returns every entry of the county in the order in which it can be set: what is named comes before who names it.
/// Leave is counted from `today`; contacts of relatives are indexed under the site's `key`.
pub fn entries(today: Date, key: &Key) -> Vec<Entry> {
    let file = read();
    let staff: Vec<Entry> = file.staff.iter().map(|row| Entry::Staff(member(row, &file.leave, today))).collect();
    let outlines = chart::outlines(OUTLINES).expect("the outlines are part of the program and a test reads them");
    let outlined = |place: Place| Place { outline: outlines.get(&place.code).cloned().unwrap_or_default(), ..place };
    let places = file.place.into_iter().map(outlined).map(Entry::Place);
    let offices = file.office.into_iter().map(|row| Entry::Office(office(row)));
    let relatives = file.relative.into_iter().map(|row| Entry::Relative(relative(row, key)));
    let client = Client {
        id: id("client", CLIENT_KEY),
        name: "清禾市民通".to_owned(),
        key: HEXLOWER.encode(&Sha256::digest(CLIENT_KEY.as_bytes())),
        active: true,
        scopes: Scope::ALL.into_iter().collect(),
        hook: String::new(),
    };
    let boxes = file.boxes.into_iter().map(Entry::Box);
    let groups = file.group.into_iter().map(Entry::Group);
    places.chain(offices).chain(staff).chain(relatives).chain([Entry::Client(client)]).chain(boxes).chain(groups).collect()
}

/// Opens Open311 to the program that the demo's county has; everybody knows it, as they know its passwords.
pub const CLIENT_KEY: &str = "demo-open311";

/// Returns the id of the member of staff with a log-in name: always the same, so that texts and tests can name people.
pub fn staff_id(login: &str) -> Uuid {
    id("staff", login)
}

/// Lists the contacts that staff declared as their relatives', with the member of staff, so that some matters can come from them.
pub fn relatives() -> Vec<(Uuid, String)> {
    read().relative.into_iter().map(|row| (staff_id(&row.staff), row.contact)).collect()
}

/// Tells whether a contact is declared as close to a member of staff.
pub fn close(staff: Uuid, contact: &str) -> bool {
    contact.starts_with(RELATIVE_PREFIX) && relatives().iter().any(|(id, known)| *id == staff && known == contact)
}

fn read() -> File {
    toml::from_str(COUNTY).expect("the county is part of the program and a test reads it")
}

fn office(row: OfficeRow) -> Office {
    Office {
        code: row.code,
        name: row.name,
        name_en: row.name_en,
        place: row.place,
        superior: row.superior,
        phone: row.phone,
        address: row.address,
        hours: row.hours,
        duties: row.duties.into_iter().map(|category| Duty { category, places: Vec::new() }).collect(),
        intake_for: row.intake_for,
        supervising: row.supervising,
        successor: None,
    }
}

fn member(row: &StaffRow, leaves: &[LeaveRow], today: Date) -> Staff {
    let leave = leaves.iter().find(|leave| leave.staff == row.login);
    let day = |offset: i64| today.saturating_add(offset.days());
    Staff {
        id: staff_id(&row.login),
        login: row.login.clone(),
        name: row.name.clone(),
        title: row.title.clone(),
        office: row.office.clone(),
        roles: row.roles.clone(),
        place: row.place.clone(),
        active: true,
        email: Some(format!("{}@{MAIL_DOMAIN}", row.login)),
        deputy: leave.map(|leave| staff_id(&leave.deputy)),
        away: leave.map(|leave| (day(leave.first), day(leave.last))),
    }
}

fn relative(row: RelativeRow, key: &Key) -> Relative {
    Relative {
        id: id("relative", &row.contact),
        staff: staff_id(&row.staff),
        relation: row.relation,
        contact: HEXLOWER.encode(&contact_index(key, &row.contact)),
        active: true,
    }
}

fn id(noun: &str, name: &str) -> Uuid {
    let hash = Sha256::digest(format!("minsheng/demo/{noun}/{name}"));
    let bytes: [u8; 16] = hash[..16].try_into().expect("a SHA-256 has more than 16 bytes");
    Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use civic::directory::{Directory, PlaceLevel};
    use civic::rules::RuleSet;

    use super::*;

    fn directory() -> Directory {
        let mut directory = Directory::default();
        for entry in entries(Date::constant(2026, 11, 24), &Key::new([3; 32])) {
            match entry {
                Entry::Place(place) => assert!(directory.places.insert(place.code.clone(), place).is_none()),
                Entry::Office(office) => assert!(directory.offices.insert(office.code.clone(), office).is_none()),
                Entry::Staff(staff) => assert!(directory.staff.insert(staff.id, staff).is_none()),
                Entry::Relative(relative) => directory.relatives.push(relative),
                Entry::Calendar(_) | Entry::Ruling(_) => panic!("the county brings no calendar and no ruling"),
                Entry::Client(client) => assert!(directory.clients.insert(client.key.clone(), client).is_none()),
                Entry::Group(own) => assert!(directory.groups.insert(own.code.clone(), own).is_none()),
                Entry::Box(own) => assert!(directory.boxes.insert(own.code.clone(), own).is_none()),
                Entry::Peer(peer) => assert!(directory.peers.insert(peer.id, peer).is_none()),
            }
        }
        directory
    }

    #[test]
    fn the_county_has_the_size_it_promises_and_every_name_once() {
        let directory = directory();
        let at = |level| directory.places.values().filter(|place| place.level == level).count();
        assert_eq!((at(PlaceLevel::County), at(PlaceLevel::Township), at(PlaceLevel::Village)), (1, 2, 8));
        assert_eq!((directory.offices.len(), directory.staff.len()), (14, 32));
        let names: BTreeSet<&str> = directory.staff.values().map(|staff| staff.name.as_str()).collect();
        let logins: BTreeSet<&str> = directory.staff.values().map(|staff| staff.login.as_str()).collect();
        assert_eq!((names.len(), logins.len()), (32, 32));
        assert!(directory.places.keys().chain(directory.offices.keys()).all(|code| code.starts_with("99")));
    }

    #[test]
    fn places_form_one_tree_whose_codes_say_what_lies_in_what() {
        let directory = directory();
        for place in directory.places.values() {
            assert_eq!(directory.path(&place.code).last().unwrap().code, SITE_CODE, "{}", place.name);
            if let Some(parent) = &place.parent {
                assert!(place.code.starts_with(parent.as_str()), "{}", place.name);
                assert!(directory.places[parent].level < place.level, "{}", place.name);
            }
            assert!(directory.intake(&place.code).is_some(), "nobody receives what happens in {}", place.name);
        }
    }

    #[test]
    fn every_office_but_the_government_has_one_above_it_and_one_supervises() {
        let directory = directory();
        let tops: Vec<&str> =
            directory.offices.values().filter(|office| office.superior.is_none()).map(|office| office.code.as_str()).collect();
        assert_eq!(tops, ["990121-gov"]);
        for office in directory.offices.values() {
            assert!(office.superior.iter().all(|code| directory.offices.contains_key(code)), "{}", office.name);
            assert!(directory.places.contains_key(&office.place), "{}", office.name);
            assert!(office.intake_for.iter().all(|code| directory.places.contains_key(code)), "{}", office.name);
            assert!(!office.duties.is_empty() || office.superior.is_none(), "{} has nothing to do", office.name);
        }
        assert_eq!(directory.offices.values().filter(|office| office.supervising).count(), 1);
    }

    #[test]
    fn every_category_has_a_responsible_office_in_every_place() {
        let (directory, rules) = (directory(), RuleSet::builtin());
        for category in rules.categories() {
            for place in directory.places.values() {
                let found = directory.responsible(&category.code, &place.code);
                assert!(!found.is_empty(), "nobody is responsible for {} in {}", category.zh, place.name);
            }
        }
        let duties = directory.offices.values().flat_map(|office| &office.duties);
        assert!(duties.into_iter().all(|duty| rules.category(&duty.category).is_some()));
    }

    #[test]
    fn staff_cover_every_role_and_every_handling_office_has_a_head_and_a_handler() {
        let directory = directory();
        for role in Role::ALL {
            assert!(directory.staff.values().any(|staff| staff.is(role)), "nobody is {}", role.code());
        }
        for office in directory.offices.values() {
            assert!(directory.head_of(&office.code).is_some(), "{} has no head", office.name);
            assert!(directory.staff_of(&office.code).any(|staff| staff.is(Role::Officer)), "{} has no officer", office.name);
        }
    }

    #[test]
    fn leave_and_relatives_name_people_who_exist() {
        let directory = directory();
        let away: Vec<&Staff> = directory.staff.values().filter(|staff| staff.away_on(Date::constant(2026, 11, 24))).collect();
        assert_eq!(away.len(), 1);
        for staff in directory.staff.values() {
            assert!(directory.offices.contains_key(&staff.office), "{}", staff.login);
            assert!(staff.deputy.is_none_or(|deputy| directory.staff[&deputy].office == staff.office), "{}", staff.login);
        }
        assert!(directory.relatives.iter().all(|relative| directory.staff.contains_key(&relative.staff)));
        assert_eq!(relatives().len(), directory.relatives.len());
    }
}
