//! What was answered, as a county file.

use std::path::PathBuf;

use civic::directory::{Place, PlaceLevel};
use db::Fault;
use serde::Serialize;

use super::county::Person;

/// Number of the first township; the ones after it count on.
const FIRST_TOWN: usize = 100;
/// Number of the first village of a township.
const FIRST_VILLAGE: usize = 201;
/// Largest number in three digits.
const NUMBER_MAX: usize = 999;

/// Gathers places, offices and staff while they are named.
#[derive(Debug, Serialize)]
pub(crate) struct Answers {
    administrator: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    staff_file: Option<PathBuf>,
    site: Site,
    place: Vec<Place>,
    office: Vec<Office>,
    staff: Vec<Person>,
}

#[derive(Debug, Serialize)]
struct Site {
    code: String,
    name: String,
    origin: String,
}

#[derive(Debug, Serialize)]
struct Office {
    code: String,
    name: String,
    name_en: String,
    place: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    superior: Option<String>,
    duties: Vec<String>,
    intake_for: Vec<String>,
    supervising: bool,
}

/// Code of the office that receives matters first.
pub(crate) const INTAKE: &str = "intake";

impl Answers {
    /// Begins with the county itself.
    pub(crate) fn begin(code: &str, (name, name_en): (&str, &str), domain: &str) -> Self {
        let site = Site { code: code.to_owned(), name: name.to_owned(), origin: format!("{domain}/{code}") };
        let mut answers = Self {
            administrator: String::new(),
            staff_file: None,
            site,
            place: Vec::new(),
            office: Vec::new(),
            staff: Vec::new(),
        };
        answers.put_place(code.to_owned(), (name, name_en), None, PlaceLevel::County);
        answers
    }

    /// Adds the office that receives matters of the whole county first.
    pub(crate) fn intake(&mut self, name: &str, duties: Vec<String>) {
        let county = self.site.code.clone();
        self.put_office(INTAKE.to_owned(), name, county.clone(), (duties, vec![county]));
        self.office.iter_mut().for_each(|office| office.superior = None);
    }

    /// Adds the office that receives accusations.
    pub(crate) fn supervising(&mut self, name: &str) {
        let county = self.site.code.clone();
        self.put_office("supervising".to_owned(), name, county, (Vec::new(), Vec::new()));
        if let Some(office) = self.office.last_mut() {
            (office.superior, office.supervising) = (None, true);
        }
    }

    /// Adds another office of the county.
    pub(crate) fn office(&mut self, name: &str, duties: Vec<String>) {
        let code = format!("o{}", self.office.len() + 1);
        self.put_office(code, name, self.site.code.clone(), (duties, Vec::new()));
    }

    /// Adds a township with its government, which takes in what comes from there. Returns its code.
    pub(crate) fn town(&mut self, name: &str, duties: Vec<String>) -> Result<String, Fault> {
        let number = self.next(PlaceLevel::Township, FIRST_TOWN, &self.site.code)?;
        let code = format!("{}{number}", self.site.code);
        self.put_place(code.clone(), (name, name), Some(self.site.code.clone()), PlaceLevel::Township);
        self.put_office(format!("t{number}"), &format!("{name}人民政府"), code.clone(), (duties, vec![code.clone()]));
        Ok(code)
    }

    /// Adds a village or community of a township.
    pub(crate) fn village(&mut self, town: &str, (name, name_en): (&str, &str)) -> Result<(), Fault> {
        let number = self.next(PlaceLevel::Village, FIRST_VILLAGE, town)?;
        self.put_place(format!("{town}{number}"), (name, name_en), Some(town.to_owned()), PlaceLevel::Village);
        Ok(())
    }

    /// Names the table that staff stand in.
    pub(crate) fn table(&mut self, file: PathBuf) {
        self.staff_file = Some(file);
    }

    /// Adds the first administrator.
    pub(crate) fn administrator(&mut self, person: Person) {
        self.administrator.clone_from(&person.login);
        self.staff.push(person);
    }

    /// Adds a member of staff.
    pub(crate) fn person(&mut self, person: Person) {
        self.staff.push(person);
    }

    /// Lists the offices so far, by code and name.
    pub(crate) fn offices(&self) -> Vec<(String, String)> {
        self.office.iter().map(|office| (office.code.clone(), office.name.clone())).collect()
    }

    /// Renders the county file.
    pub(crate) fn to_toml(&self) -> Result<String, Fault> {
        toml::to_string(self).map_err(|error| Fault::other(format!("the answers make no county file: {error}")))
    }

    fn next(&self, level: PlaceLevel, first: usize, above: &str) -> Result<usize, Fault> {
        let there = self.place.iter().filter(|place| place.level == level && place.parent.as_deref() == Some(above)).count();
        Some(first + there)
            .filter(|number| *number <= NUMBER_MAX)
            .ok_or_else(|| Fault::other(format!("too many places in {above}")))
    }

    fn put_place(&mut self, code: String, (name, name_en): (&str, &str), parent: Option<String>, level: PlaceLevel) {
        self.place.push(Place {
            code,
            name: name.to_owned(),
            name_en: name_en.to_owned(),
            parent,
            level,
            also: Vec::new(),
            merged_into: None,
            outline: Vec::new(),
        });
    }

    fn put_office(&mut self, code: String, name: &str, place: String, (duties, intake_for): (Vec<String>, Vec<String>)) {
        let superior = Some(INTAKE.to_owned());
        let (name, name_en) = (name.to_owned(), name.to_owned());
        self.office.push(Office { code, name, name_en, place, superior, duties, intake_for, supervising: false });
    }
}
