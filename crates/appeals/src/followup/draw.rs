//! The draw of answers for independent call-backs (decision 0054). The site commits itself to a secret when a month begins and opens it when all
//! calls of the month had to be made: until then nobody can tell who is drawn, and from then on everybody can.
//!
//! Who is drawn is written nowhere before the call: it is computed where the list of call-backs is read.

use std::collections::{BTreeMap, BTreeSet};

use civic::chance::Chance;
use civic::journal::{self, Actor, OwnEvent};
use civic::site::Site;
use civic::vault::{Key, derive, mac};
use data_encoding::HEXLOWER;
use db::{Fault, Tx};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use tlog::leaf_hash;

use crate::appeal::compute;

/// The site commits itself to the secret of a month.
pub const SEALED: &str = "draw_sealed";
/// The site opens it.
pub const OPENED: &str = "draw_opened";
/// Entries that are drawn from.
pub(crate) const FROM: &str = "delivered";
/// Entries of a bundle.
const BUNDLE: u64 = 256;
/// How long after its day a drawn answer stands in the list, in days.
const LISTED_DAYS: i64 = 30;

/// Is the secret of a month.
pub type Secret = [u8; 32];

/// Says whether an entry is drawn: the first eight bytes of HMAC-SHA-256(secret, leaf hash), as a number, can be divided by how many one is
/// drawn of.
pub fn is_drawn((secret, one_in): (&Secret, u64), leaf: &[u8; 32]) -> bool {
    let ticket = mac(&Key::new(*secret), &[leaf]);
    let mut first = [0; 8];
    first.copy_from_slice(&ticket[..8]);
    one_in > 0 && u64::from_be_bytes(first) % one_in == 0
}

/// Returns what the site says of a secret when the month begins.
pub fn commitment(secret: &Secret) -> String {
    HEXLOWER.encode(&Sha256::digest(secret))
}

fn secret(site: &Site, month: &str) -> Secret {
    let key = derive(&site.keys.code, "minsheng/draw/1");
    mac(&key, &[&site.jurisdiction.to_be_bytes(), month.as_bytes()])
}

/// Is what the site said of the draw of a month.
struct Said {
    month: String,
    one_in: u64,
    /// Leaf of the commitment: what stands behind it is drawn from.
    leaf: i64,
    opened: bool,
}

fn said(tx: &mut Tx<'_>, site: &Site) -> Result<(Vec<Said>, i64), Fault> {
    let mut all: Vec<Said> = Vec::new();
    let raws = journal::of_matter(tx, site.jurisdiction, stream(site))?;
    let count = raws.len() as i64;
    for raw in raws {
        let fact: Value = serde_json::from_str(&raw.fact).unwrap_or_default();
        let month = fact["x"]["q"].as_str().unwrap_or_default().to_owned();
        if fact["k"] == SEALED {
            let one_in = fact["x"]["n"].as_u64().unwrap_or_default();
            all.push(Said { month, one_in, leaf: raw.leaf, opened: false });
        } else if let Some(one) = all.iter_mut().find(|one| one.month == month) {
            one.opened = true;
        }
    }
    Ok((all, count))
}

fn stream(site: &Site) -> uuid::Uuid {
    journal::own_stream(&format!("minsheng/draw/{}", site.jurisdiction))
}

fn month_of(day: Date) -> String {
    day.to_string()[..7].to_owned()
}

/// Commits the site to the secret of the month that began, and opens those of months whose calls had to be made.
pub(crate) fn keep(tx: &mut Tx<'_>, site: &Site, (now, chance): (Timestamp, &mut Chance)) -> Result<(), Fault> {
    let today = site.day(now);
    let ((all, count), this) = (said(tx, site)?, month_of(today));
    let mut version = count;
    let mut say = |kind: &'static str, month: &str, more: (&str, Value)| {
        version += 1;
        let fields = Map::from_iter([("q".to_owned(), json!(month)), (more.0.to_owned(), more.1)]);
        OwnEvent { stream: stream(site), version, actor: Actor::System, kind, body: json!({"month": month}), fields }
    };
    let mut events = Vec::new();
    for one in all.iter().filter(|one| !one.opened && one.month < this) {
        let Ok(first) = format!("{}-01", one.month).parse::<Date>() else { continue };
        let until = compute(&site.rules(), &site.calendar(), "site.draw_call", first.last_of_month()).due.last;
        if until < today {
            events.push(say(OPENED, &one.month, ("s", json!(HEXLOWER.encode(&secret(site, &one.month))))));
        }
    }
    if !all.iter().any(|one| one.month == this) {
        let mut own = say(SEALED, &this, ("c", json!(commitment(&secret(site, &this)))));
        own.fields.insert("n".to_owned(), json!(site.rules().term("site.draw_one_in").value));
        events.push(own);
    }
    for own in events {
        journal::append_own(tx, site, (now, &mut *chance), own)?;
    }
    Ok(())
}

/// Lists the leaves that were drawn of days that are over, with their days, the oldest first.
pub(super) fn drawn(tx: &mut Tx<'_>, site: &Site, today: Date) -> Result<Vec<(i64, Date)>, Fault> {
    let (all, _) = said(tx, site)?;
    let size = journal::head(tx, site.jurisdiction)?.map_or(0, |(size, _)| size);
    let since = today.saturating_sub(LISTED_DAYS.days());
    let mut found = Vec::new();
    let mut bundle = first_bundle(tx, site, (size, &since.to_string()))?;
    while bundle * BUNDLE < size {
        let width = (size - bundle * BUNDLE).min(BUNDLE) as u16;
        for (at, fact) in (0..).zip(journal::entries(tx, site.jurisdiction, bundle, width)?) {
            let leaf = (bundle * BUNDLE) as i64 + at;
            found.extend(drawn_day(site, &all, (leaf, &fact)).filter(|day| (since..today).contains(day)).map(|day| (leaf, day)));
        }
        bundle += 1;
    }
    Ok(found)
}

/// Returns the day of an entry that is drawn.
fn drawn_day(site: &Site, all: &[Said], (leaf, fact): (i64, &str)) -> Option<Date> {
    // most entries are of other kinds: they are not read any further
    if !fact.contains("\"k\":\"delivered\"") {
        return None;
    }
    let read: Value = serde_json::from_str(fact).ok()?;
    let day: Date = read["d"].as_str()?.parse().ok()?;
    let one = all.iter().find(|one| one.month == month_of(day) && one.leaf < leaf && read["k"] == FROM)?;
    is_drawn((&secret(site, &one.month), one.one_in), &leaf_hash(fact.as_bytes())).then_some(day)
}

/// Finds the bundle with which the entries of a day begin: entries stand in the order of their days.
fn first_bundle(tx: &mut Tx<'_>, site: &Site, (size, since): (u64, &str)) -> Result<u64, Fault> {
    let (mut low, mut high) = (0, size.div_ceil(BUNDLE));
    while low + 1 < high {
        let middle = u64::midpoint(low, high);
        let first = journal::entries(tx, site.jurisdiction, middle, 1)?;
        let read: Value = first.first().and_then(|fact| serde_json::from_str(fact).ok()).unwrap_or_default();
        if read["d"].as_str().unwrap_or_default() < since { low = middle } else { high = middle }
    }
    Ok(low)
}

/// Tells whether an answer is drawn, and of which day it is.
pub(super) fn look(tx: &mut Tx<'_>, site: &Site, leaf: i64, today: Date) -> Result<Option<Date>, Fault> {
    let (all, _) = said(tx, site)?;
    let (bundle, at) = (leaf.unsigned_abs() / BUNDLE, leaf.unsigned_abs() % BUNDLE);
    let size = journal::head(tx, site.jurisdiction)?.map_or(0, |(size, _)| size);
    if leaf < 0 || leaf.unsigned_abs() >= size {
        return Ok(None);
    }
    let fact = journal::entries(tx, site.jurisdiction, bundle, at as u16 + 1)?.pop().unwrap_or_default();
    Ok(drawn_day(site, &all, (leaf, &fact)).filter(|day| *day < today))
}

/// Is the draw as a stranger computes it again from the entries.
#[derive(Debug, Clone, Default)]
pub struct Draws {
    /// What the site committed itself to, by month: the commitment, and of how many one is drawn.
    sealed: BTreeMap<String, (String, u64)>,
    /// Answers that are drawn from, by month, while its secret is not open.
    from: BTreeMap<String, Vec<(u64, [u8; 32])>>,
    /// What was drawn, by month: leaf, and whether somebody rang up and reached whom it concerned.
    drawn: BTreeMap<String, BTreeMap<u64, (bool, bool)>>,
    /// Call-backs of answers that are drawn, whose month is not open: leaf, and whether somebody was reached.
    called: Vec<(u64, bool)>,
    /// What does not hold.
    pub wrong: Vec<String>,
}

impl Draws {
    /// Takes an entry of the site about a draw, an answer that reached a resident, or a call-back.
    pub(crate) fn take(&mut self, kind: &str, (leaf, day): (u64, &str), more: &Value, hash: Option<[u8; 32]>) {
        let month = day.get(..7).unwrap_or_default();
        match kind {
            SEALED => {
                let of = more["q"].as_str().unwrap_or_default();
                let one = (more["c"].as_str().unwrap_or_default().to_owned(), more["n"].as_u64().unwrap_or_default());
                if of != month || self.sealed.insert(of.to_owned(), one).is_some() {
                    self.wrong.push(format!("entry {leaf} commits the site to the draw of {of} at another time, or again"));
                }
            }
            FROM => {
                if let (true, Some(hash)) = (self.sealed.contains_key(month), hash) {
                    self.from.entry(month.to_owned()).or_default().push((leaf, hash));
                }
            }
            "called_back" => {
                let (of, reached) = (more["dr"].as_u64(), more["re"] == true);
                let known = of.and_then(|of| self.drawn.values_mut().find_map(|month| month.get_mut(&of)));
                match (known, of) {
                    (Some(one), _) => *one = (true, one.1 || reached),
                    (None, Some(of)) => self.called.push((of, reached)),
                    (None, None) => {}
                }
            }
            OPENED => self.open(leaf, more),
            _ => {}
        }
    }

    fn open(&mut self, leaf: u64, more: &Value) {
        let month = more["q"].as_str().unwrap_or_default();
        let secret = HEXLOWER.decode(more["s"].as_str().unwrap_or_default().as_bytes()).ok();
        let secret = secret.and_then(|bytes| Secret::try_from(bytes).ok());
        let (Some((committed, one_in)), Some(secret)) = (self.sealed.get(month), secret) else {
            self.wrong.push(format!("entry {leaf} opens a draw of {month} that nothing was said of before"));
            return;
        };
        if commitment(&secret) != *committed {
            self.wrong
                .push(format!("entry {leaf}: the secret of the draw of {month} is not the one the site committed itself to"));
            return;
        }
        let from = self.from.remove(month).unwrap_or_default();
        let drawn = from.iter().filter(|(_, hash)| is_drawn((&secret, *one_in), hash));
        let mut drawn: BTreeMap<u64, (bool, bool)> = drawn.map(|(leaf, _)| (*leaf, (false, false))).collect();
        let among: BTreeSet<u64> = from.iter().map(|(leaf, _)| *leaf).collect();
        for (of, reached) in std::mem::take(&mut self.called) {
            match drawn.get_mut(&of) {
                Some(one) => *one = (true, one.1 || reached),
                None if among.contains(&of) => {
                    self.wrong.push(format!("the answer at {of} was called back as drawn, and was not"));
                }
                None => self.called.push((of, reached)),
            }
        }
        self.drawn.insert(month.to_owned(), drawn);
    }

    /// Lists the months whose draw is open.
    pub(crate) fn months(&self) -> impl Iterator<Item = &str> {
        self.drawn.keys().map(String::as_str)
    }

    /// Writes the table of a month: a line for each answer that was drawn, by its leaf, with whether somebody rang up and reached somebody.
    pub(crate) fn table(&self, month: &str) -> String {
        let all = self.drawn.get(month).into_iter().flatten();
        let mut lines: Vec<String> =
            all.map(|(leaf, (called, reached))| format!("{leaf}\t{}\t{}\n", u8::from(*called), u8::from(*reached))).collect();
        lines.sort();
        lines.concat()
    }

    /// Returns of the newest month that is open: its name, how many were drawn, rung up, reached.
    pub fn newest(&self) -> Option<(String, [usize; 3])> {
        let (month, all) = self.drawn.last_key_value()?;
        let count = |holds: fn(&(bool, bool)) -> bool| all.values().filter(|one| holds(one)).count();
        Some((month.clone(), [all.len(), count(|one| one.0), count(|one| one.1)]))
    }
}
