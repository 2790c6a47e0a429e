//! The journal against the public log: which events were changed, which are missing, added or redated since.
//!
//! The tiles hold the hash of every entry as it was published, and a checkpoint signs them; the seal of a body holds what
//! the tiles do not know. So each edit shows somewhere, whoever made it.

use std::collections::{HashMap, HashSet};

use civic::finding::What;
use civic::journal::{self, Raw};
use civic::site::Site;
use civic::vault::{Key, KeyId};
use db::{Fault, Tx};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use tlog::{Hash, leaf_hash};
use uuid::Uuid;

use super::crew::{self, Hand};

/// Events read at once.
const PAGE_EVENTS: i64 = 1_000;
/// Days tried to each side when an entry may have been given another day.
const REDATED_DAYS_MAX: i32 = 3_660;

/// Is one event that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// What happened to it.
    pub what: What,
    /// Its place in the journal.
    pub position: i64,
    /// Its matter, where that is known.
    pub matter: Option<Uuid>,
}

/// Is an event as it was seen in the table.
#[derive(Debug, Clone)]
struct Seen {
    position: i64,
    leaf: i64,
    matter: Uuid,
    version: i64,
    hash: Hash,
    in_place: bool,
    damage: Option<What>,
    /// The hash it would have under the day that was published, when only the day differs.
    redated: bool,
}

/// Compares every event with the published hashes and with its own seal. Where something differs, `newest` is asked for the
/// newest version of the matters whose tables know it, so that an event missing at a matter's end finds its matter.
pub(crate) fn compare(
    tx: &mut Tx<'_>,
    site: &Site,
    published: &[Hash],
    newest: impl FnOnce(&mut Tx<'_>, &Site) -> Result<HashMap<Uuid, i64>, Fault>,
) -> Result<Vec<Difference>, Fault> {
    if is_whole(tx, site, published)? {
        return Ok(Vec::new());
    }
    let newest = newest(tx, site)?;
    let seen = walk(tx, site, published)?;
    let mut found: Vec<Difference> = judge(&seen, published);
    let gaps = missing(&seen, published);
    let mut places = gaps_of_matters(&seen, &newest);
    for position in gaps {
        let matter = take_gap(&mut places, position);
        found.push(Difference { what: What::Missing, position, matter });
    }
    found.sort_by_key(|difference| difference.position);
    Ok(found)
}

/// Tells whether nothing differs, with as many hands as there are cores and next to no memory. Only where it does, somebody
/// has to know of each event.
fn is_whole(tx: &mut Tx<'_>, site: &Site, published: &[Hash]) -> Result<bool, Fault> {
    let mut in_order = true;
    let find = |hand: Hand<'_, Vec<Raw>>| {
        let (mut after, mut last) = (i64::MIN, Timestamp::MIN);
        loop {
            let page = journal::page(tx, site.jurisdiction, after, PAGE_EVENTS)?;
            let Some(end) = page.last() else { return Ok(()) };
            after = end.position;
            for raw in &page {
                in_order &= raw.at >= last;
                last = raw.at;
            }
            hand(page)?;
        }
    };
    let look_at = |(met, whole): &mut (usize, usize), page: Vec<Raw>| {
        let keys = site.keystore.several(page.iter().map(|raw| raw.key_id).collect())?;
        for raw in &page {
            let one = look(site, raw, (published, &keys))?;
            *met += 1;
            *whole += usize::from(one.in_place && one.damage.is_none());
        }
        Ok(())
    };
    let counts = crew::work(find, || (0, 0), look_at)?;
    let (met, whole) = counts.iter().fold((0, 0), |(met, whole), (more, good)| (met + more, whole + good));
    // nothing stands twice in one place: as many in place as were published means that all are there
    Ok(in_order && met == whole && whole == published.len())
}

fn walk(tx: &mut Tx<'_>, site: &Site, published: &[Hash]) -> Result<Vec<Seen>, Fault> {
    let (mut seen, mut after, mut last) = (Vec::new(), i64::MIN, i64::MIN);
    loop {
        let page = journal::page(tx, site.jurisdiction, after, PAGE_EVENTS)?;
        let Some(end) = page.last() else { return Ok(seen) };
        after = end.position;
        for raw in &page {
            let mut one = look(site, raw, (published, &HashMap::new()))?;
            if raw.at.as_microsecond() < last && one.damage.is_none() {
                one.damage = Some(What::Redated);
            }
            last = last.max(if one.damage.is_none() { raw.at.as_microsecond() } else { last });
            seen.push(one);
        }
    }
}

fn look(site: &Site, raw: &Raw, (published, keys): (&[Hash], &Keys)) -> Result<Seen, Fault> {
    let hash = leaf_hash(raw.fact.as_bytes());
    let at = usize::try_from(raw.leaf).ok();
    let there = at.and_then(|at| published.get(at));
    let in_place = there == Some(&hash) && raw.position == raw.leaf + 1;
    let damage = if in_place { sealed(site, raw, keys)? } else { None };
    let redated = !in_place && there.is_some_and(|there| redated(&raw.fact, there));
    let (position, leaf, matter, version) = (raw.position, raw.leaf, raw.matter, raw.version);
    Ok(Seen { position, leaf, matter, version, hash, in_place, damage, redated })
}

/// Holds keys that were opened beforehand.
type Keys = HashMap<KeyId, Key>;

/// Looks under the seal. A shredded key counts as whole.
fn sealed(site: &Site, raw: &Raw, keys: &Keys) -> Result<Option<What>, Fault> {
    if raw.kind == journal::SEALED_KIND {
        return Ok(journal::examine_sealed(site, raw).is_err().then_some(What::Changed));
    }
    let key = match keys.get(&raw.key_id).map_or_else(|| site.keystore.get(raw.key_id), |key| Ok(Some(key.clone()))) {
        Ok(key) => key,
        Err(fault) if fault.kind() == db::FaultKind::Corrupt => return Ok(Some(What::Changed)),
        Err(fault) => return Err(fault),
    };
    let damage = key.and_then(|key| journal::examine(site, raw, &key).err());
    Ok(match damage {
        Some(journal::Damage::Changed) => Some(What::Changed),
        Some(journal::Damage::Redated) => Some(What::Redated),
        None => (day(&raw.fact) != Some(site.day(raw.at))).then_some(What::Redated),
    })
}

fn day(fact: &str) -> Option<Date> {
    let fact: serde_json::Value = serde_json::from_str(fact).ok()?;
    fact["d"].as_str()?.parse().ok()
}

/// Tells whether an entry is the published one but for its day.
fn redated(fact: &str, published: &Hash) -> bool {
    let Some(day) = day(fact) else { return false };
    let own = format!("\"d\":\"{day}\"");
    let fits = |offset: i32| {
        let other = day.checked_add(offset.days()).ok()?;
        let text = fact.replacen(&own, &format!("\"d\":\"{other}\""), 1);
        (leaf_hash(text.as_bytes()) == *published).then_some(())
    };
    (1..=REDATED_DAYS_MAX).any(|offset| fits(offset).or_else(|| fits(-offset)).is_some())
}

/// Judges each event that is there.
fn judge(seen: &[Seen], published: &[Hash]) -> Vec<Difference> {
    let held: HashSet<Hash> = seen.iter().map(|one| one.hash).collect();
    let placed: HashSet<Hash> = seen.iter().filter(|one| one.in_place).map(|one| one.hash).collect();
    let known: HashSet<&Hash> = published.iter().collect();
    let verdict = |one: &Seen| {
        if one.in_place {
            return one.damage;
        }
        if one.redated {
            return Some(What::Redated);
        }
        let moved = known.contains(&one.hash) && !placed.contains(&one.hash);
        let there = usize::try_from(one.leaf).ok().and_then(|at| published.get(at));
        // where it stands nothing was published, or something that still exists elsewhere
        let pushed_in = there.is_none_or(|there| held.contains(there));
        Some(if pushed_in && !moved { What::Added } else { What::Changed })
    };
    let named = |one: &Seen| verdict(one).map(|what| Difference { what, position: one.position, matter: Some(one.matter) });
    seen.iter().filter_map(named).collect()
}

/// Lists the positions whose published entry nobody holds and where nothing else stands.
fn missing(seen: &[Seen], published: &[Hash]) -> Vec<i64> {
    let held: HashSet<&Hash> = seen.iter().map(|one| &one.hash).collect();
    let taken: HashSet<i64> = seen.iter().map(|one| one.leaf).collect();
    let gone = (0..).zip(published).filter(|(leaf, hash)| !held.contains(hash) && !taken.contains(leaf));
    gone.map(|(leaf, _)| leaf + 1).collect()
}

/// Is a matter one of whose events is missing somewhere between two positions.
struct Gap {
    matter: Uuid,
    after: i64,
    before: i64,
}

fn gaps_of_matters(seen: &[Seen], newest: &HashMap<Uuid, i64>) -> Vec<Gap> {
    let mut by_matter: HashMap<Uuid, Vec<(i64, i64)>> = newest.keys().map(|matter| (*matter, Vec::new())).collect();
    for one in seen {
        by_matter.entry(one.matter).or_default().push((one.version, one.position));
    }
    let mut gaps = Vec::new();
    for (matter, mut versions) in by_matter {
        versions.sort_unstable();
        let (mut version, mut position) = (0, 0);
        for (next, at) in versions {
            gaps.extend((version + 1..next).map(|_| Gap { matter, after: position, before: at }));
            (version, position) = (next, at);
        }
        let end = newest.get(&matter).copied().unwrap_or(version);
        gaps.extend((version + 1..=end).map(|_| Gap { matter, after: position, before: i64::MAX }));
    }
    gaps.sort_by_key(|gap| (gap.before.saturating_sub(gap.after), gap.matter));
    gaps
}

/// Takes the narrowest gap that a position lies in.
fn take_gap(gaps: &mut Vec<Gap>, position: i64) -> Option<Uuid> {
    let at = gaps.iter().position(|gap| gap.after < position && position < gap.before)?;
    Some(gaps.remove(at).matter)
}
