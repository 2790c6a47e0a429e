//! The county file: who and what a new site begins with.

use std::fs;
use std::path::{Path, PathBuf};

use civic::chance::{self, Chance};
use civic::directory::{Directory, Duty, Entry, Office, Place, Role, Staff};
use db::Fault;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::staff;
use crate::config::SiteSection;

/// The commented example; a test makes a site of it.
pub(crate) const EXAMPLE: &str = include_str!("county.toml");

/// Is a county file, read and put together with its table of staff.
#[derive(Debug, Clone)]
pub(crate) struct County {
    /// Who the site is.
    pub site: SiteSection,
    /// Log-in name of the first administrator.
    pub administrator: String,
    /// The place tree.
    pub places: Vec<Place>,
    /// The offices.
    pub offices: Vec<Office>,
    /// The staff.
    pub people: Vec<Person>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    site: SiteSection,
    administrator: String,
    #[serde(rename = "staff_file")]
    table: Option<PathBuf>,
    #[serde(rename = "outlines_file")]
    outlines: Option<PathBuf>,
    place: Vec<Place>,
    office: Vec<OfficeRow>,
    #[serde(default)]
    staff: Vec<Person>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfficeRow {
    code: String,
    name: String,
    name_en: String,
    place: String,
    superior: Option<String>,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    hours: String,
    #[serde(default)]
    duties: Vec<DutyRow>,
    #[serde(default)]
    intake_for: Vec<String>,
    #[serde(default)]
    supervising: bool,
}

/// Is a duty: a category for the whole area, or for some places.
#[derive(Deserialize)]
#[serde(untagged)]
enum DutyRow {
    Everywhere(String),
    Somewhere(Duty),
}

/// Is one member of staff, before there is an id.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Person {
    /// Log-in name.
    pub login: String,
    /// Name.
    pub name: String,
    /// Job title.
    #[serde(default)]
    pub title: String,
    /// Office, by code.
    pub office: String,
    /// What this person may be.
    pub roles: Vec<Role>,
    /// Village, community or grid, by place code, for roles bound to one.
    pub place: Option<String>,
    /// Address for notices.
    pub email: Option<String>,
}

/// Gives places their outlines from a GeoJSON file, by their codes. A code that is no place is a mistake in one of the two files.
fn outline(places: &mut [Place], file: &Path) -> Result<(), String> {
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let text = fs::read_to_string(file).map_err(|error| named(&error))?;
    for (code, outline) in chart::outlines(&text).map_err(|wrong| named(&wrong))? {
        let place = places.iter_mut().find(|place| place.code == code);
        place.ok_or_else(|| named(&format!("no place has the code {code}")))?.outline = outline;
    }
    Ok(())
}

impl County {
    /// Reads a county file and the table of staff that it names, if any; the table lies beside it.
    pub(crate) fn read(file: &Path) -> Result<Self, Fault> {
        let named = |error: &dyn std::fmt::Display| Fault::other(format!("{}: {error}", file.display()));
        let text = fs::read_to_string(file).map_err(|error| named(&error))?;
        let beside = file.parent().unwrap_or(Path::new("."));
        Self::parse(&text, beside).map_err(|error| named(&error))
    }

    /// Parses a county file.
    pub(crate) fn parse(text: &str, beside: &Path) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        file.site.check()?;
        let mut people = file.staff;
        if let Some(table) = &file.table {
            people.extend(staff::read(&beside.join(table))?);
        }
        let mut places = file.place;
        if let Some(file) = &file.outlines {
            outline(&mut places, &beside.join(file))?;
        }
        let offices: Vec<Office> = file.office.into_iter().map(office).collect();
        for person in &mut people {
            by_code(person, &offices);
        }
        Ok(Self { site: file.site, administrator: file.administrator, places, offices, people })
    }

    /// Returns the entries of the directory, in the order in which each finds what it names.
    pub(crate) fn entries(&self, now: Timestamp, chance: &mut Chance) -> Vec<Entry> {
        let mut places = self.places.clone();
        places.sort_by_key(|place| (place.level, place.code.clone()));
        let mut entries: Vec<Entry> = places.into_iter().map(Entry::Place).collect();
        entries.extend(self.offices.iter().cloned().map(Entry::Office));
        entries.extend(self.people.iter().map(|person| Entry::Staff(member(person, now, chance))));
        entries
    }

    /// Puts places and offices together, for looking things up before anything is made.
    pub(crate) fn directory(&self) -> Directory {
        Directory {
            places: self.places.iter().map(|place| (place.code.clone(), place.clone())).collect(),
            offices: self.offices.iter().map(|office| (office.code.clone(), office.clone())).collect(),
            ..Directory::default()
        }
    }
}

fn office(row: OfficeRow) -> Office {
    let duty = |row| match row {
        DutyRow::Everywhere(category) => Duty { category, places: Vec::new() },
        DutyRow::Somewhere(duty) => duty,
    };
    Office {
        code: row.code,
        name: row.name,
        name_en: row.name_en,
        place: row.place,
        superior: row.superior,
        phone: row.phone,
        address: row.address,
        hours: row.hours,
        duties: row.duties.into_iter().map(duty).collect(),
        intake_for: row.intake_for,
        supervising: row.supervising,
        successor: None,
    }
}

/// Tables often hold an office's name instead of its code.
fn by_code(person: &mut Person, offices: &[Office]) {
    if offices.iter().all(|office| office.code != person.office)
        && let Some(named) = offices.iter().find(|office| office.name == person.office)
    {
        person.office.clone_from(&named.code);
    }
}

fn member(person: &Person, now: Timestamp, chance: &mut Chance) -> Staff {
    Staff {
        id: chance::id_ordered(chance, now),
        login: person.login.clone(),
        name: person.name.clone(),
        title: person.title.clone(),
        office: person.office.clone(),
        roles: person.roles.clone(),
        place: person.place.clone(),
        active: true,
        email: person.email.clone(),
        deputy: None,
        away: None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use testkit::hostile::{bent, changes};

    use super::*;

    const EXAMPLE: &str = include_str!("county.toml");

    proptest! {
        #![proptest_config(ProptestConfig { max_shrink_iters: 200, ..ProptestConfig::default() })]
        #[test]
        fn parser_of_county_files(changes in changes()) {
            if let Ok(county) = County::parse(&bent(EXAMPLE, &changes), Path::new("nowhere")) {
                let directory = county.directory();
                prop_assert!(directory.places.len() <= county.places.len());
            }
        }
    }
}
