//! The directory in memory, with the look-ups every act needs.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use db::{Fault, Tx, params};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use worktime::Calendar;

use super::entry::{CalendarYear, ChatGroup, Client, Entry, Office, OpinionBox, Peer, Place, PlaceLevel, Ruling, Staff};
use super::relative::Relative;
use super::roles::Role;
use super::sql;
use crate::site::Site;

/// Places walked upwards at most, so that a broken tree cannot hang a request.
const TREE_HEIGHT_MAX: usize = 16;

/// Is a snapshot of the directory at one version.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// Counts the changes so far.
    pub version: i64,
    /// Places by code.
    pub places: BTreeMap<String, Place>,
    /// Offices by code.
    pub offices: BTreeMap<String, Office>,
    /// Staff by id.
    pub staff: BTreeMap<Uuid, Staff>,
    /// Declared relatives.
    pub relatives: Vec<Relative>,
    /// Calendar years loaded later.
    pub years: Vec<CalendarYear>,
    /// Programs of others, by the hash of their keys.
    pub clients: BTreeMap<String, Client>,
    /// Opinion boxes by code, those that were taken down too.
    pub boxes: BTreeMap<String, OpinionBox>,
    /// Other sites that matters are handed to or come from, by id.
    pub peers: BTreeMap<Uuid, Peer>,
    /// Groups of a chat by number, those that were unbound too.
    pub groups: BTreeMap<String, ChatGroup>,
    /// Rulings of the joint conference by code, those that hold no more too.
    pub rulings: BTreeMap<String, Ruling>,
}

/// Reads the directory.
pub fn load(tx: &mut Tx<'_>, site: &Site, version: i64) -> Result<Directory, Fault> {
    let mut directory = Directory { version, ..Directory::default() };
    for row in tx.rows(sql::LIST, params![site.jurisdiction])? {
        let doc: String = row.get("doc")?;
        let entry = serde_json::from_str(&doc).map_err(|e| Fault::other(format!("directory entry: {e}")))?;
        match entry {
            Entry::Place(place) => drop(directory.places.insert(place.code.clone(), place)),
            Entry::Office(office) => drop(directory.offices.insert(office.code.clone(), office)),
            Entry::Staff(staff) => drop(directory.staff.insert(staff.id, staff)),
            Entry::Relative(relative) => directory.relatives.push(relative),
            Entry::Calendar(year) => directory.years.push(year),
            Entry::Client(client) => drop(directory.clients.insert(client.key.clone(), client)),
            Entry::Box(own) => drop(directory.boxes.insert(own.code.clone(), own)),
            Entry::Peer(peer) => drop(directory.peers.insert(peer.id, peer)),
            Entry::Group(own) => drop(directory.groups.insert(own.code.clone(), own)),
            Entry::Ruling(own) => drop(directory.rulings.insert(own.code.clone(), own)),
        }
    }
    Ok(directory)
}

impl Directory {
    /// Finds the program that a key belongs to, if it may still send.
    pub fn client(&self, key: &str) -> Option<&Client> {
        let hash = HEXLOWER.encode(&Sha256::digest(key.trim().as_bytes()));
        self.clients.get(&hash).filter(|client| client.active)
    }

    /// Finds another site by its key, while something goes either way.
    pub fn peer_of(&self, key: &str) -> Option<&Peer> {
        self.peers.values().find(|peer| peer.active && peer.key == key)
    }

    /// Lists the sites below that matters may be handed to, in the order of their names.
    pub fn below(&self) -> Vec<&Peer> {
        let mut all: Vec<&Peer> = self.peers.values().filter(|peer| peer.active && !peer.above).collect();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        all
    }

    /// Finds the lowest place whose outline holds a point, in millionths of a degree of longitude and latitude.
    pub fn place_at(&self, point: (i32, i32)) -> Option<&Place> {
        let around = self.places.values().filter(|place| place.merged_into.is_none() && holds(&place.outline, point));
        around.max_by_key(|place| (place.level, std::cmp::Reverse(&place.code)))
    }

    /// Returns the root of the place tree.
    pub fn root(&self) -> Option<&Place> {
        self.places.values().find(|place| place.parent.is_none())
    }

    /// Lists the places directly below one, in code order.
    pub fn children<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a Place> {
        self.places.values().filter(move |place| place.parent.as_deref() == Some(code))
    }

    /// Walks from a place up to the root, the place itself first.
    pub fn path(&self, code: &str) -> Vec<&Place> {
        let mut path = Vec::new();
        let mut at = self.places.get(code);
        while let Some(place) = at {
            path.push(place);
            if path.len() == TREE_HEIGHT_MAX {
                break;
            }
            at = place.parent.as_ref().and_then(|parent| self.places.get(parent));
        }
        path
    }

    /// Tells whether a place is another one or lies below it.
    pub fn within(&self, code: &str, above: &str) -> bool {
        self.path(code).iter().any(|place| place.code == above)
    }

    /// Returns the place at township level or above that may be published for a place.
    pub fn public_place(&self, code: &str) -> Option<&Place> {
        self.path(code).into_iter().find(|place| place.level <= PlaceLevel::Township)
    }

    /// Returns the office that receives new matters of a place: its own, else the next place's above.
    pub fn intake(&self, place: &str) -> Option<&Office> {
        self.path(place)
            .into_iter()
            .find_map(|place| self.offices.values().find(|office| self.open(office) && office.intake_for.contains(&place.code)))
    }

    /// Returns the office that receives accusations.
    pub fn supervising(&self) -> Option<&Office> {
        self.offices.values().find(|office| office.supervising && self.open(office))
    }

    /// Returns the office above the one that receives accusations: it looks into what that one has itself.
    pub fn above_supervising(&self) -> Option<&Office> {
        let own = self.supervising()?;
        self.acting(own.superior.as_deref()?).filter(|above| above.code != own.code)
    }

    /// Tells whether an office still exists.
    pub fn open(&self, office: &Office) -> bool {
        office.successor.is_none()
    }

    /// Follows successors to the office that acts today.
    pub fn acting(&self, code: &str) -> Option<&Office> {
        let mut office = self.offices.get(code)?;
        for _ in 0..TREE_HEIGHT_MAX {
            match office.successor.as_ref().and_then(|next| self.offices.get(next)) {
                Some(next) => office = next,
                None => break,
            }
        }
        Some(office)
    }

    /// Lists the codes under which an office is known: its own, and those of ended offices that it took over.
    pub fn codes_of<'a>(&'a self, code: &'a str) -> Vec<&'a str> {
        let ended = self.offices.values().filter(|office| !self.open(office));
        let taken = ended.filter(|office| self.is_now(&office.code, code)).map(|office| office.code.as_str());
        std::iter::once(code).chain(taken).collect()
    }

    /// Tells whether the office of a code is, or was taken over by, another one.
    pub fn is_now(&self, code: &str, own: &str) -> bool {
        code == own || self.acting(code).is_some_and(|office| office.code == own)
    }

    /// Lists offices whose duties name a category for a place, the most local first.
    pub fn responsible(&self, category: &str, place: &str) -> Vec<&Office> {
        let mut found: Vec<&Office> = self
            .offices
            .values()
            .filter(|office| self.open(office) && self.within(place, &office.place))
            .filter(|office| {
                office.duties.iter().any(|duty| {
                    duty.category == category && (duty.places.is_empty() || duty.places.iter().any(|at| self.within(place, at)))
                })
            })
            .collect();
        found.sort_by_key(|office| std::cmp::Reverse(self.path(&office.place).len()));
        found
    }

    /// Finds the ruling that says whose a matter of a category at a place is: of several the one about the narrowest place, and of those the
    /// one that holds longest.
    pub fn ruled(&self, category: &str, place: &str, today: Date) -> Option<&Ruling> {
        let holds = |own: &&Ruling| own.category == category && today <= own.until && self.within(place, &own.place);
        self.rulings.values().filter(holds).max_by_key(|own| (self.path(&own.place).len(), own.until))
    }

    /// Lists the active staff of an office.
    pub fn staff_of<'a>(&'a self, office: &'a str) -> impl Iterator<Item = &'a Staff> {
        self.staff.values().filter(move |staff| staff.active && staff.office == office)
    }

    /// Finds the active head of an office.
    pub fn head_of<'a>(&'a self, office: &'a str) -> Option<&'a Staff> {
        self.staff_of(office).find(|staff| staff.is(Role::OfficeHead))
    }

    /// Lists who of an office is told: the head, or the deputy while the head is away; without a head every active member.
    pub fn on_duty<'a>(&'a self, office: &'a str, today: Date) -> impl Iterator<Item = &'a Staff> {
        let head = self.head_of(office);
        let deputy = head.filter(|head| head.away_on(today)).and_then(|head| head.deputy);
        let deputy = deputy.and_then(|id| self.staff.get(&id)).filter(|staff| staff.active && !staff.away_on(today));
        let others = self.staff_of(office).filter(move |_| head.is_none());
        deputy.or(head).into_iter().chain(others)
    }

    /// Returns the ways in which a member of staff is close to a contact.
    pub fn related(&self, staff: Uuid, contact_hex: &str) -> Option<&Relative> {
        self.relatives.iter().find(|known| known.active && known.staff == staff && known.contact == contact_hex)
    }

    /// Adds the loaded years to a calendar. A year that no longer parses is left out: it was checked when it came in.
    pub fn calendar(&self, mut base: Calendar) -> Calendar {
        for year in &self.years {
            if let Ok(parsed) = worktime::Year::parse(&year.text) {
                base.add(parsed);
            }
        }
        base
    }
}

/// Tells whether rings hold a point: a line from it eastwards crosses them an odd number of times, holes counted.
fn holds(rings: &[Vec<(i32, i32)>], (x, y): (i32, i32)) -> bool {
    let (x, y) = (i64::from(x), i64::from(y));
    let crossed = |(from, to): (&(i32, i32), &(i32, i32))| {
        let ((ax, ay), (bx, by)) = ((i64::from(from.0), i64::from(from.1)), (i64::from(to.0), i64::from(to.1)));
        // without division: which side of the edge the point lies on
        let side = (bx - ax) * (y - ay) - (x - ax) * (by - ay);
        (ay > y) != (by > y) && if by > ay { side > 0 } else { side < 0 }
    };
    let edges = rings.iter().flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1)));
    edges.filter(|edge| crossed(*edge)).count() % 2 == 1
}
