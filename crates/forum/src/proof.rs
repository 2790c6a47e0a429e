//! Proving a contact: six figures go to it, whoever wrote types them beside the code of the post, and the post is to be seen. They show
//! that the contact is somebody's, not whose. Each is derived, so it stands nowhere.

use civic::chance::{self, Chance};
use civic::directory::contact_index;
use civic::journal;
use civic::outbox::{self, MAIL, Message, SMS};
use civic::permit::Who;
use civic::refusal::{No, Refusal};
use civic::site::Site;
use civic::vault::mac;
use db::{Fault, Tx, params};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::post::{Command, Contact, Event, Standing, State};
use crate::run::{self, Request};
use crate::store::{self, Post};

/// Figures of a code.
pub const CODE_DIGITS: u32 = 6;
/// How long a code is good for, in seconds.
pub const CODE_SECONDS_MAX: i64 = 900;
/// Wrong codes, after which the post waits for a person.
pub const CODE_TRIES_MAX: i64 = 5;
/// Codes sent to one contact in a day.
pub const CODES_DAY_MAX: i64 = 5;
/// The template of the message.
pub const TEMPLATE: &str = "forum_code";
/// Begins the recipient of the message.
pub const RECIPIENT: &str = "post:";
/// Seconds in a day.
const DAY_SECONDS: i64 = 86_400;

/// Has a code sent to the contact of a post that waits. False: no more today; then somebody has to look.
pub(crate) fn ask(tx: &mut Tx<'_>, site: &Site, (now, chance): (Timestamp, &mut Chance), state: &State) -> Result<bool, Fault> {
    let contact = if state.contact.mobile.is_empty() { &state.contact.email } else { &state.contact.mobile };
    let index = contact_index(&site.keys.index, contact);
    let since = now.as_microsecond() - DAY_SECONDS * 1_000_000;
    let row = tx.row(store::CODES_OF, params![site.jurisdiction, index.clone(), since])?;
    if row.map_or(Ok(0), |row| row.get::<i64>("many"))? >= CODES_DAY_MAX {
        return Ok(false);
    }
    tx.run(store::CODE_ASKED, params![site.jurisdiction, state.id, now.as_microsecond(), index])?;
    let channel = if state.contact.mobile.is_empty() { MAIL } else { SMS };
    let message =
        Message { matter: Uuid::nil(), event: 0, recipient: format!("{RECIPIENT}{}", state.id), template: TEMPLATE, channel };
    outbox::put(tx, site.jurisdiction, (chance::id_ordered(chance, now), now), &message)?;
    Ok(true)
}

/// Takes the figures; where they are right the post is to be seen. False: they are wrong.
pub fn prove(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (post, said): (&Post, &str),
) -> Result<bool, No> {
    let late = || No::from(Refusal::new("post_code_late").instead("post_wait"));
    let row = tx.row(store::CODE, params![site.jurisdiction, post.id])?.ok_or_else(late)?;
    let asked = Timestamp::from_microsecond(row.get("asked")?).map_err(|_| Fault::other("a code was asked for out of range"))?;
    if now.duration_since(asked) >= SignedDuration::from_secs(CODE_SECONDS_MAX) || row.get::<i64>("tries")? >= CODE_TRIES_MAX {
        return Err(late());
    }
    let said: String = said.chars().filter_map(|c| c.to_digit(10)).map(|digit| digit.to_string()).collect();
    if said != code_of(site, post.id, asked) {
        tx.run(store::CODE_TRIED, params![site.jurisdiction, post.id])?;
        return Ok(false);
    }
    tx.run(store::CODE_DROP, params![site.jurisdiction, post.id])?;
    let request = Request { who: Who::Resident { matter: post.id }, post: post.id, seen: None, command: Command::Publish };
    run::execute(tx, site, (now, chance), &request)?;
    Ok(true)
}

/// Computes the figures that were asked for at a time.
pub fn code_of(site: &Site, post: Uuid, at: Timestamp) -> String {
    let time = at.as_microsecond().to_be_bytes();
    let bytes = mac(&site.keys.code, &[b"minsheng/post-proof/1", &site.jurisdiction.to_be_bytes(), post.as_bytes(), &time]);
    let number = bytes[..8].iter().fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    format!("{:06}", number % 10_u64.pow(CODE_DIGITS))
}

/// Finds where the figures of a post go, and what they are, while they are good.
pub fn waiting(tx: &mut Tx<'_>, site: &Site, now: Timestamp, recipient: &str) -> Result<Option<(Contact, String)>, Fault> {
    let Some(id) = recipient.strip_prefix(RECIPIENT).and_then(|id| id.parse().ok()) else { return Ok(None) };
    let Some(post) = store::get(tx, site, id)?.filter(|post| post.standing == Standing::Held) else { return Ok(None) };
    let Some(row) = tx.row(store::CODE, params![site.jurisdiction, id])? else { return Ok(None) };
    let asked = Timestamp::from_microsecond(row.get("asked")?).map_err(|_| Fault::other("a code was asked for out of range"))?;
    if now.duration_since(asked) >= SignedDuration::from_secs(CODE_SECONDS_MAX) {
        return Ok(None);
    }
    let Some(raw) = journal::of_matter(tx, site.jurisdiction, id)?.into_iter().next() else { return Ok(None) };
    let Some(key) = site.keystore.get(post.key_id)? else { return Ok(None) };
    let stored = journal::open_body(site, &raw, &key)?;
    match serde_json::from_value(stored.body) {
        Ok(Event::Written(written)) => Ok(Some((written.contact, code_of(site, id, asked)))),
        _ => Err(Fault::other("a post does not begin with its words")),
    }
}

/// Forgets codes that are over.
pub fn sweep(tx: &mut Tx<'_>, jurisdiction: i64, now: Timestamp) -> Result<(), Fault> {
    tx.run(store::CODE_SWEEP, params![jurisdiction, now.as_microsecond() - DAY_SECONDS * 1_000_000]).map(drop)
}
