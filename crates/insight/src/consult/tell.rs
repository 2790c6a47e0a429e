//! Word about the result, to whoever left a number: a draft is out, it is decided. And forgetting the number. Each news is told once; whoever
//! was not told of one before the next hears of the next.

use civic::chance::{self, Chance};
use civic::face;
use civic::hall::Hall;
use civic::outbox::{self, Message, SMS};
use civic::site::Site;
use civic::vault::KeyId;
use db::{Fault, Tx, params};
use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

use super::consultation::{Consultation, Stage};
use super::speak::Contact;
use super::{list, run, store};

/// Begins the recipient of a message about a voice.
pub const RECIPIENT: &str = "voice:";
/// Templates of the messages.
pub const TEMPLATES: [&str; 2] = ["consult_draft", "consult_decided"];
/// How long a number is kept after the last day for comment of what is decided.
pub const KEEP: &str = "consult.keep";
/// People told in one transaction; the jobs go on.
const TOLD_MAX: i64 = 200;
/// Numbers that one round of forgetting takes.
const FORGOTTEN_MAX: i64 = 200;

/// Puts messages to those who were not told yet into the outbox, as many as one transaction takes. Returns how many.
pub(crate) fn some(tx: &mut Tx<'_>, site: &Site, (now, chance): (Timestamp, &mut Chance)) -> Result<usize, Fault> {
    let rows = tx.rows(store::UNTOLD, params![site.jurisdiction, TOLD_MAX])?;
    for row in &rows {
        let (voice, news): (Uuid, i64) = (row.get("voice")?, row.get("news")?);
        let template = match row.get::<String>("stage")?.as_str() {
            stage if stage == Stage::Commenting.code() => TEMPLATES[0],
            stage if stage == Stage::Decided.code() || stage == Stage::Done.code() => TEMPLATES[1],
            // stopped, or round again: nothing that was not told before
            _ => "",
        };
        if !template.is_empty() {
            let recipient = format!("{RECIPIENT}{voice}");
            let message = Message { matter: Uuid::nil(), event: 0, recipient, template, channel: SMS };
            outbox::put(tx, site.jurisdiction, (chance::id_ordered(chance, now), now), &message)?;
        }
        tx.run(store::TOLD, params![site.jurisdiction, voice, news])?;
    }
    Ok(rows.len())
}

/// Finds what a message about a voice says, and to whom. `None` where there is nothing to say any more.
pub fn waiting(tx: &mut Tx<'_>, site: &Site, recipient: &str) -> Result<Option<(Contact, Consultation)>, Fault> {
    let Some(voice) = recipient.strip_prefix(RECIPIENT).and_then(|id| id.parse().ok()) else { return Ok(None) };
    let Some(row) = tx.row(store::LEFT, params![site.jurisdiction, voice])? else { return Ok(None) };
    let Some(key) = site.keystore.get(row.get::<KeyId>("key_id")?)? else { return Ok(None) };
    let sealed: Vec<u8> = row.get("sealed")?;
    let contact = face::open(site, ("consult_contact", voice, 1), (&sealed, &key))?;
    let Some(voice) = list::voice(tx, site, voice)? else { return Ok(None) };
    Ok(list::by_id(tx, site, voice.consult)?.map(|row| (contact, row.consult)))
}

/// Tells those who were not told in the transaction that brought the news. Returns how many.
pub fn round(hall: &Hall, now: Timestamp) -> Result<usize, Fault> {
    let site = hall.site.clone();
    hall.store.write_blocking(move |tx| {
        let mut chance = site.chance();
        some(tx, &site, (now, &mut chance))
    })
}

/// Forgets the numbers of what is long decided, with their keys, and destroys the keys of voices that were taken back. To be called again and
/// again by the jobs: it goes on where a crash left it. Returns how many keys went.
pub fn forget(hall: &Hall, now: Timestamp) -> Result<usize, Fault> {
    let site = hall.site.clone();
    let days = i64::from(site.rules().term(KEEP).value);
    let until = site.day(now).checked_sub(days.days()).unwrap_or(jiff::civil::Date::MIN).to_string();
    hall.store.write_blocking(move |tx| {
        for row in tx.rows(store::OVER, params![site.jurisdiction, until, FORGOTTEN_MAX])? {
            run::forget_contact(tx, &site, row.get("voice")?)?;
        }
        Ok::<_, Fault>(())
    })?;
    hall.store.settle()?;
    run::finish(hall)
}
