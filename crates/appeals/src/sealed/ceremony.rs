//! Letting a handler in with the escrow keys: the first one of a site, one whose colleagues are all kept out, or somebody for
//! what nobody may open. Whoever comes brings the secret halves; they are nowhere on this machine before or after. It is loud.

use age::x25519::Identity;
use civic::chance::Chance;
use civic::refusal::{No, Refusal};
use civic::site::Site;
use civic::vault::Key;
use db::{Fault, FaultKind, Tx, params};
use jiff::Timestamp;
use uuid::Uuid;

use super::about::may_mean;
use super::keys::{self, Body, Kept};
use super::room::{self, Opened};
use super::step::Deed;
use super::{Own, escrow, glass, pad, pressed, words, wrap};

db::statements! {
    PAGE = "select id, sealed, mark from accusation where jurisdiction = $1 and id > $2 order by id limit $3";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Accusations looked at at once.
const PAGE_ROWS: i64 = 50;

/// Says what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LetIn {
    /// Accusations that the handler can open from now on and could not before.
    pub opened: usize,
    /// Accusations that stay closed to them, since they were named in them or are in the line of command of whoever was.
    pub kept_out: usize,
    /// Accusations that stay closed to them, since the text may mean them; `unclear` opens those that nobody else opens.
    pub unclear: usize,
    /// Accusations that need another key than those that were brought: they came in when other holders were named.
    pub other_keys: usize,
}

/// Reads a secret half as its holder brings it: the line that begins `AGE-SECRET-KEY-1`.
pub fn brought(text: &str) -> Option<Identity> {
    text.lines().map(str::trim).find_map(|line| line.parse().ok())
}

/// Tells whether those who came may open anything of a body: two of the three escrow holders, or the supervising body's one key
/// where none were named; for the body above its own key, and no other.
pub fn suffice(site: &Site, body: Body, came: &[Identity]) -> bool {
    let brought: Vec<String> = came.iter().map(|identity| identity.to_public().to_string()).collect();
    if body == Body::Above {
        return site.keys.above.as_ref().is_some_and(|above| brought.contains(above));
    }
    let holders = &site.keys.escrow;
    if holders.is_empty() {
        return brought.contains(&site.keys.supervisor);
    }
    holders.iter().filter(|holder| brought.contains(holder)).count() >= 2
}

/// Lets a handler in. Runs in the writer. `unclear` opens to them also what may mean them and nobody else can open: the
/// holders decide that together.
pub fn let_in(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    came: &[Identity],
    (staff, unclear): (Uuid, bool),
) -> Result<LetIn, No> {
    let body = Body::of(&site.directory(), staff);
    if !suffice(site, body.unwrap_or(Body::Supervising), came) {
        return Err(Refusal::new("escrow_keys").into());
    }
    let (Some(body), Some(known)) = (body, keys::of(tx, site, staff)?) else { return Err(Refusal::new("no_handler_key").into()) };
    let new = known.admitted();
    keys::put(tx, site, &new)?;
    let (mut done, mut after) = (LetIn::default(), Uuid::nil());
    loop {
        let rows = tx.rows(PAGE, params![site.jurisdiction, after, PAGE_ROWS])?;
        let Some(last) = rows.last() else { break };
        after = last.get("id")?;
        for row in &rows {
            let (id, sealed): (Uuid, Vec<u8>) = (row.get("id")?, row.get("sealed")?);
            // what goes to another body is not counted either: a number would tell that there is something
            if pressed::body(site, (id, row.get("mark")?)) != body {
                continue;
            }
            match open(tx, site, (id, &sealed), (came, &mut *chance))? {
                Some(opened) => one(tx, site, (now, &mut *chance), (&opened, &new), (unclear, &mut done))?,
                None => done.other_keys += 1,
            }
        }
    }
    glass::broken(tx, site, (now, chance), glass::By::Escrow { admitted: staff })?;
    Ok(done)
}

fn one(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (opened, new): (&Opened, &Kept),
    (unclear, done): (bool, &mut LetIn),
) -> Result<(), Fault> {
    let (directory, today) = (site.directory(), site.day(now));
    let held = wrap::holders(tx, site, opened.id)?;
    let Some(staff) = directory.staff.get(&new.staff).filter(|_| !held.contains(&new.staff)) else { return Ok(()) };
    let pressed = opened.own.pressed.as_ref();
    let concerned = pressed.is_some_and(|pressed| pressed.concerns(&directory, staff));
    if concerned || opened.is_named_out(&directory, today, staff) {
        done.kept_out += 1;
        return Ok(());
    }
    let lonely = held.iter().all(|holder| *holder == wrap::ESCROW || !keys::handles(&directory, *holder));
    let above = pressed.is_some_and(|pressed| pressed.shuts_out(&directory, today, staff));
    if (above || may_mean(&directory, today, (staff, &words(&opened.own)))) && !(unclear && lonely) {
        done.unclear += 1;
        return Ok(());
    }
    done.opened += 1;
    room::append(tx, site, (now, chance), opened, (Uuid::nil(), Uuid::nil(), Deed::Escrow { admitted: new.staff }))?;
    wrap::add(tx, site, opened.id, (&opened.key, new))
}

/// Opens an accusation with the keys of those who came. One of an earlier version gets its handlers' copy here. `None`: other
/// holders were named when it came in.
fn open(
    tx: &mut Tx<'_>,
    site: &Site,
    (id, sealed): (Uuid, &[u8]),
    (came, chance): (&[Identity], &mut Chance),
) -> Result<Option<Opened>, Fault> {
    let wrong = || Fault::new(FaultKind::Corrupt, "an accusation that opens with these keys cannot be read");
    if let Some(wrapped) = wrap::wrapped(tx, site, (id, wrap::ESCROW))? {
        let Some(bytes) = escrow::open(came, &wrapped) else { return Ok(None) };
        return room::with(tx, site, id, Key::new(bytes.try_into().map_err(|_| wrong())?)).map(Some);
    }
    let Some(text) = escrow::open(came, sealed).map(zeroize::Zeroizing::new) else { return Ok(None) };
    let own: Own = serde_json::from_slice(&text).map_err(|_| wrong())?;
    let key = Key::random(chance);
    wrap::renew(tx, site, (id, own.body()), ((&key, &pad(&own)), &[]), chance)?;
    room::with(tx, site, id, key).map(Some)
}
