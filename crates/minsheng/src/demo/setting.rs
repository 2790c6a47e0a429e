//! The setting in which the demo's stories play: places, offices, staff, calendar, and the day it is.

use std::sync::Arc;

use civic::chance::Chance;
use civic::directory::{Directory, Office, Place, PlaceLevel, Role, Staff};
use civic::rules::RuleSet;
use civic::site::Site;
use insight::reading::Reader;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use uuid::Uuid;
use worktime::Calendar;

use super::hours::Hours;
use super::slots::{below, one};
use super::words::Words;

/// Is what every story needs to know besides itself.
pub struct Setting {
    /// Places, offices, staff.
    pub directory: Arc<Directory>,
    /// Working days.
    pub calendar: Arc<Calendar>,
    /// Rules in force.
    pub rules: Arc<RuleSet>,
    /// The site's zone.
    pub zone: TimeZone,
    /// Words that fit any story.
    pub words: Words,
    /// Reads what people wrote, where somebody sorts it by what a machine suggests.
    pub reader: Option<Reader>,
    /// The present instant; nothing in the demo happens after it.
    pub now: Timestamp,
}

impl Setting {
    /// Takes the setting from a site whose directory is set.
    pub fn of(site: &Site, now: Timestamp) -> Self {
        Self {
            directory: site.directory(),
            calendar: site.calendar(),
            rules: site.rules(),
            zone: site.zone.clone(),
            words: Words::read(),
            reader: None,
            now,
        }
    }

    /// Lets a machine suggest what matters are about.
    #[must_use]
    pub fn suggesting(mut self) -> Self {
        self.reader = Some(Reader::new(Arc::clone(&self.rules), Arc::clone(&self.directory)));
        self
    }

    /// Returns when offices work and people are awake.
    pub fn hours(&self) -> Hours<'_> {
        Hours { zone: &self.zone, calendar: &self.calendar }
    }

    /// Returns the civil day of an instant.
    pub fn day(&self, at: Timestamp) -> Date {
        at.to_zoned_datetime(self.zone.clone()).date()
    }

    /// Returns the first instant of a day.
    pub fn midnight(&self, day: Date) -> Timestamp {
        day.to_zoned_datetime(self.zone.clone()).expect("every day has a beginning here").timestamp()
    }

    /// Finds a village or community by its name.
    pub fn village(&self, name: &str) -> &Place {
        let found = self.directory.places.values().find(|place| place.name == name);
        found.expect("stories name places of the county; a test checks it")
    }

    /// Chooses where in a village something happens: in one of its grids, or just in the village.
    pub fn spot<'a>(&'a self, village: &'a Place, chance: &mut Chance) -> &'a Place {
        let grids: Vec<&Place> = self.directory.children(&village.code).filter(|place| place.level == PlaceLevel::Grid).collect();
        if grids.is_empty() || below(chance, 3) > 0 { village } else { grids[below(chance, grids.len() as u32) as usize] }
    }

    /// Returns the name of the town a place lies in.
    pub fn town(&self, place: &str) -> String {
        let path = self.directory.path(place);
        path.iter().find(|place| place.level == PlaceLevel::Township).map_or_else(String::new, |place| place.name.clone())
    }

    /// Returns the office responsible for a category in a place, the most local one.
    pub fn responsible(&self, category: &str, place: &str) -> String {
        let found = self.directory.responsible(category, place);
        found.first().map(|office| office.code.clone()).expect("every category has an office; a test checks it")
    }

    /// Returns an office that takes nothing in and is not the given one.
    pub fn other<'a>(&'a self, office: &'a str) -> &'a str {
        let fits = |other: &&Office| other.code != office && other.intake_for.is_empty() && !other.supervising;
        self.directory.offices.values().find(fits).map_or(office, |other| &other.code)
    }

    /// Returns the name of the office above another.
    pub fn above(&self, office: &str) -> String {
        let above = self.directory.offices.get(office).and_then(|office| office.superior.as_ref());
        above
            .and_then(|code| self.directory.offices.get(code))
            .map_or_else(|| "上一级机关".to_owned(), |office| office.name.clone())
    }

    /// Chooses who of an office handles a matter on a day: an officer who is there and not close to the resident.
    pub fn handler(&self, office: &str, day: Date, mobile: &str, chance: &mut Chance) -> Uuid {
        let may = |staff: &&Staff| !staff.away_on(day) && !super::county::close(staff.id, mobile);
        let officers: Vec<&Staff> = self.directory.staff_of(office).filter(|staff| staff.is(Role::Officer)).filter(may).collect();
        if officers.is_empty() {
            let head = self.directory.head_of(office).filter(may);
            let other = head.or_else(|| self.directory.staff_of(office).find(may)).or_else(|| self.directory.head_of(office));
            return other.map(|staff| staff.id).expect("every office has a head; a test checks it");
        }
        one(chance, &officers).id
    }

    /// Returns the head of an office.
    pub fn head(&self, office: &str) -> Uuid {
        self.directory.head_of(office).map(|staff| staff.id).expect("every office has a head; a test checks it")
    }

    /// Returns who supervises offices, and answers what residents criticise.
    pub fn supervisor(&self) -> Uuid {
        let found = self.directory.staff.values().find(|staff| staff.is(Role::Supervisor));
        found.map(|staff| staff.id).expect("the county has a supervisor; a test checks it")
    }

    /// Returns the leader of the county, who presides over the joint conference.
    pub fn county_leader(&self) -> Uuid {
        let leader = self.directory.staff.values().find(|staff| staff.is(Role::Leader) && staff.office == "990121-gov");
        leader.map(|staff| staff.id).expect("the county has a leader; a test checks it")
    }
}
