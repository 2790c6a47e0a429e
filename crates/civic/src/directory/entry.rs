//! The entries of the directory.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::relative::Relative;
use super::roles::Role;

/// Tells how high a place stands in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceLevel {
    /// County or district.
    County,
    /// Township, town or street.
    Township,
    /// Village or community.
    Village,
    /// Grid of a village or community.
    Grid,
    /// Unit whose staff count as a place (单位、企业).
    Unit,
}

/// Is one place of the tree. Codes follow the 12-digit statistical scheme (统计用区划代码), shorter ones above.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Code, fixed for ever.
    pub code: String,
    /// Chinese name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Code of the place above; none for the root.
    pub parent: Option<String>,
    /// Height in the tree.
    pub level: PlaceLevel,
    /// Other names: what people call it, and the estates, streets and corners within it. They are found in what people write.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// Place it was merged into; it then takes no new matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<String>,
    /// Its outline, for maps: rings of longitude and latitude in millionths of a degree; empty where it has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outline: Vec<Vec<(i32, i32)>>,
}

/// Says that an office is responsible for a category, everywhere or in some places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// First-level category code.
    pub category: String,
    /// Place codes; empty means the office's whole area.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<String>,
}

/// Is one office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Office {
    /// Code, fixed for ever.
    pub code: String,
    /// Chinese name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Place it serves.
    pub place: String,
    /// Office above it, which decides reviews (复查).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superior: Option<String>,
    /// Telephone shown to residents.
    pub phone: String,
    /// Address shown to residents.
    pub address: String,
    /// Hours shown to residents.
    pub hours: String,
    /// What it is responsible for.
    #[serde(default)]
    pub duties: Vec<Duty>,
    /// Places whose new matters it receives first.
    #[serde(default)]
    pub intake_for: Vec<String>,
    /// Receives accusations (监督机关).
    #[serde(default)]
    pub supervising: bool,
    /// Office that took over when this one was abolished or merged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<String>,
}

/// Is one member of staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Staff {
    /// Id, fixed for ever.
    pub id: Uuid,
    /// Log-in name.
    pub login: String,
    /// Name.
    pub name: String,
    /// Job title.
    pub title: String,
    /// Office, by code.
    pub office: String,
    /// What this person may be.
    pub roles: Vec<Role>,
    /// The village, community or grid this person works in; only what happens there concerns a role bound to a place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// False once the person has left.
    pub active: bool,
    /// Address for notices to this person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Who stands in during leave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deputy: Option<Uuid>,
    /// First and last day of leave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub away: Option<(Date, Date)>,
}

impl Staff {
    /// Tells whether this person has a role.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Tells whether this person is away on a day.
    pub fn away_on(&self, day: Date) -> bool {
        self.away.is_some_and(|(first, last)| first <= day && day <= last)
    }
}

/// Is a calendar year loaded after the ones that ship.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarYear {
    /// The year.
    pub year: i16,
    /// The file as it was loaded (TOML, as `rules/calendar`).
    pub text: String,
}

/// Is a program of somebody else that sends matters for residents (接入方), such as a city's app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// Id, fixed for ever.
    pub id: Uuid,
    /// Whose it is, as residents and staff read it.
    pub name: String,
    /// SHA-256 of its key, hexadecimal; the key itself is shown once and kept nowhere.
    pub key: String,
    /// False once it may send nothing more.
    pub active: bool,
    /// What it may do.
    #[serde(default = "Scope::all")]
    pub scopes: BTreeSet<Scope>,
    /// The address that is told of what became of what it sent; empty where it asks by itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hook: String,
}

/// Names what a program of somebody else may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Send matters for residents.
    Send,
    /// Follow the steps of what it sent.
    Follow,
}

impl Scope {
    /// Lists all.
    pub const ALL: [Self; 2] = [Self::Send, Self::Follow];

    /// Returns the code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Follow => "follow",
        }
    }

    /// Those of a program from before there were any: it may do all.
    fn all() -> BTreeSet<Self> {
        Self::ALL.into_iter().collect()
    }
}

impl Client {
    /// Tells whether it may do something.
    pub fn may(&self, scope: Scope) -> bool {
        self.active && self.scopes.contains(&scope)
    }
}

/// Is an opinion box (意见箱): it hangs somewhere, one office holds its key, and its sign leads to the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpinionBox {
    /// Code, fixed for ever; it stands in the address on its sign.
    pub code: String,
    /// Chinese name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Place in which it hangs.
    pub place: String,
    /// Where exactly, as people say it.
    pub spot: String,
    /// Office that holds the key and empties it.
    pub office: String,
    /// False once it was taken down.
    pub active: bool,
}

/// Is another site of this kind that matters are handed to, or come from (对接站): one level up, or one level down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peer {
    /// Id, fixed for ever.
    pub id: Uuid,
    /// Chinese name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Where it is reached, without a slash at the end.
    pub address: String,
    /// The public half of the key by which it signs, base64.
    pub key: String,
    /// True where it stands above: it hands matters down to us, and hears what becomes of them.
    pub above: bool,
    /// The office that receives what it hands down; none for a site below, or where the place decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<String>,
    /// False once nothing more goes either way.
    pub active: bool,
}

/// Is a group of a chat that is bound to a place: what is published there is told in it. Nobody who is in it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChatGroup {
    /// Its number in the chat, fixed for ever.
    pub code: String,
    /// What the administrator calls it.
    pub name: String,
    /// The place whose news are told in it, with everything below.
    pub place: String,
    /// The category it is about, by code: of posts and topics only those about it are told. None: about everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
    /// The office it is about, by code: only what it publishes, opens or is asked is told. None: about every office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<String>,
    /// True where topics that residents begin on the board are told as well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub topics: bool,
    /// False once it was unbound.
    pub active: bool,
}

/// Is what the joint conference ruled about a kind of matter at a place (裁定): until a day, such a matter goes to this office, and it cannot
/// send it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ruling {
    /// The conference and the number of its ruling, fixed for ever.
    pub code: String,
    /// First-level category code.
    pub category: String,
    /// The place, with everything below.
    pub place: String,
    /// The office that has it.
    pub office: String,
    /// The last day on which it holds.
    pub until: Date,
}

/// Is any entry of the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "noun", rename_all = "snake_case")]
pub enum Entry {
    /// A place.
    Place(Place),
    /// An office.
    Office(Office),
    /// A member of staff.
    Staff(Staff),
    /// A declared relative of a member of staff.
    Relative(Relative),
    /// A calendar year.
    Calendar(CalendarYear),
    /// A program of somebody else.
    Client(Client),
    /// An opinion box.
    Box(OpinionBox),
    /// Another site of this kind.
    Peer(Peer),
    /// A group of a chat.
    Group(ChatGroup),
    /// A ruling of the joint conference.
    Ruling(Ruling),
}

impl Entry {
    /// Names the kind of entry.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Place(_) => "place",
            Self::Office(_) => "office",
            Self::Staff(_) => "staff",
            Self::Relative(_) => "relative",
            Self::Calendar(_) => "calendar",
            Self::Client(_) => "client",
            Self::Box(_) => "box",
            Self::Peer(_) => "peer",
            Self::Group(_) => "group",
            Self::Ruling(_) => "ruling",
        }
    }

    /// Names the entry within its kind.
    pub fn code(&self) -> String {
        match self {
            Self::Place(place) => place.code.clone(),
            Self::Office(office) => office.code.clone(),
            Self::Staff(staff) => staff.id.to_string(),
            Self::Relative(relative) => relative.id.to_string(),
            Self::Calendar(year) => year.year.to_string(),
            Self::Client(client) => client.id.to_string(),
            Self::Box(own) => own.code.clone(),
            Self::Peer(peer) => peer.id.to_string(),
            Self::Group(own) => own.code.clone(),
            Self::Ruling(own) => own.code.clone(),
        }
    }

    /// Tells whether strangers may see which entry changed and a hash of it (places, offices, calendars, boxes, sites that matters are handed to, rulings).
    pub fn is_public(&self) -> bool {
        matches!(self, Self::Place(_) | Self::Office(_) | Self::Calendar(_) | Self::Box(_) | Self::Peer(_) | Self::Ruling(_))
    }
}
