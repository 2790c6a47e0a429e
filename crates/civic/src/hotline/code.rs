//! One-time codes: sent to the number that calls, said by the caller, gone after minutes. They show who has the telephone in hand,
//! not who somebody is.

use db::{Fault, Tx, params};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{Call, desk, sql};
use crate::chance::{self, Chance};
use crate::directory::Staff;
use crate::outbox::{self, Message, SMS};
use crate::refusal::{No, Refusal};
use crate::site::Site;
use crate::vault::mac;

/// Figures of a code.
pub const CODE_DIGITS: usize = 6;
/// How long a code is good for, in seconds.
pub const CODE_SECONDS_MAX: i64 = 600;
/// Wrong codes, after which another one has to be sent.
pub const CODE_TRIES_MAX: i64 = 3;
/// Codes sent to one number in a day.
pub const CODES_DAY_MAX: i64 = 3;
/// How long a right code opens the caller's own matters, in seconds; the end of the call closes them before.
pub const PROVED_SECONDS_MAX: i64 = 1_800;
/// The template of the message.
const TEMPLATE: &str = "hotline_code";
/// Seconds in a day.
const DAY_SECONDS: i64 = 86_400;

/// Has a code sent to the number that calls.
pub fn ask_code(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (call, by): (&Call, &Staff),
) -> Result<(), No> {
    if call.number.is_empty() || !is_mobile(&call.caller) {
        return Err(Refusal::new("call_no_mobile").instead("call_by_number").into());
    }
    if !call.wrapup.is_empty() {
        return Err(Refusal::new("call_over").instead("call_file").into());
    }
    let since = now.as_microsecond() - DAY_SECONDS * 1_000_000;
    let sent = tx.row(sql::CODES, params![site.jurisdiction, call.number.clone(), since])?;
    let sent: i64 = sent.map_or(Ok(0), |row| row.get("many"))?;
    if sent >= CODES_DAY_MAX {
        return Err(Refusal::new("call_codes_many").with("most", CODES_DAY_MAX).instead("call_by_number").into());
    }
    tx.run(sql::CODE, params![site.jurisdiction, call.id, now.as_microsecond()])?;
    desk::note(tx, site, (now, &mut *chance), (call.id, "code"), Some(by))?;
    let recipient = format!("call:{}", call.id);
    let message = Message { matter: Uuid::nil(), event: 0, recipient, template: TEMPLATE, channel: SMS };
    Ok(outbox::put(tx, site.jurisdiction, (chance::id_ordered(chance, now), now), &message)?)
}

/// Takes what the caller says. False: it is wrong, and one try fewer is left.
pub fn prove(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (call, by): (&Call, &Staff),
    said: &str,
) -> Result<bool, No> {
    let good = call.code_at.filter(|at| now.duration_since(*at) < SignedDuration::from_secs(CODE_SECONDS_MAX));
    let Some(at) = good else { return Err(Refusal::new("call_code_late").instead("call_code_anew").into()) };
    if call.code_tries >= CODE_TRIES_MAX {
        return Err(Refusal::new("call_code_tries").instead("call_code_anew").into());
    }
    let said: String = said.chars().filter(char::is_ascii_digit).collect();
    if said != code_of(site, call.id, at) {
        tx.run(sql::TRIED, params![site.jurisdiction, call.id])?;
        return Ok(false);
    }
    tx.run(sql::PROVED, params![site.jurisdiction, call.id, now.as_microsecond()])?;
    desk::note(tx, site, (now, chance), (call.id, "proved"), Some(by))?;
    Ok(true)
}

/// Computes the code of a call that was asked for at a time. It is derived, so it stands nowhere.
pub fn code_of(site: &Site, call: Uuid, at: Timestamp) -> String {
    let time = at.as_microsecond().to_be_bytes();
    let bytes = mac(&site.keys.code, &[b"minsheng/hotline-code/1", &site.jurisdiction.to_be_bytes(), call.as_bytes(), &time]);
    let number = bytes[..8].iter().fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    format!("{:06}", number % 10_u64.pow(CODE_DIGITS as u32))
}

/// Tells whether short messages reach a number: a mobile one of mainland China.
fn is_mobile(caller: &str) -> bool {
    caller.len() == 11 && caller.starts_with('1')
}

/// Finds the number a code goes to, and the code, while it is good.
pub fn waiting(tx: &mut Tx<'_>, site: &Site, now: Timestamp, call: Uuid) -> Result<Option<(String, String)>, Fault> {
    let Some(call) = super::load(tx, site, call)? else { return Ok(None) };
    let good = call.code_at.filter(|at| now.duration_since(*at) < SignedDuration::from_secs(CODE_SECONDS_MAX));
    Ok(good.filter(|_| !call.caller.is_empty()).map(|at| (call.caller.clone(), code_of(site, call.id, at))))
}
