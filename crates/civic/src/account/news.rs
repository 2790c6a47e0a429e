//! What happened to an account of staff, and the devices it was used on: its owner is told of every change and of every
//! log-in from a device not seen before (ASVS V6.3.5, V6.3.7). By letter where an address is known; in any case at the next
//! log-in, and whoever has no address stands before the administrator.
//!
//! A device is a random token in a cookie of its own, of which the hash is kept: it opens nothing and says nothing of anybody.

use data_encoding::BASE64URL_NOPAD;
use db::{Fault, Migration, Row, Tx, params};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::chance::{self, Chance};
use crate::outbox::{self, Message};

/// Builds the tables.
pub const MIGRATION: Migration = Migration {
    name: "0190_account_news",
    sql: "create table account_device (
            jurisdiction bigint not null,
            staff uuid not null,
            token_hash bytea not null,
            language text not null,
            first_at bigint not null,
            last_at bigint not null,
            primary key (jurisdiction, staff, token_hash));
          create table account_news (
            jurisdiction bigint not null,
            id uuid not null,
            staff uuid not null,
            kind text not null,
            at bigint not null,
            device text not null,
            open boolean not null,
            primary key (jurisdiction, id));
          create index account_news_staff on account_news (jurisdiction, staff, at);
          create index account_news_open on account_news (jurisdiction, open, at);",
    sql_postgres: None,
};

db::statements! {
    SEEN_AGAIN = "update account_device set language = $4, last_at = $5
        where jurisdiction = $1 and staff = $2 and token_hash = $3";
    PUT_DEVICE = "insert into account_device (jurisdiction, staff, token_hash, language, first_at, last_at)
        values ($1, $2, $3, $4, $5, $5) on conflict (jurisdiction, staff, token_hash) do nothing";
    LANGUAGE_OF = "select language from account_device where jurisdiction = $1 and staff = $2 order by first_at limit 1";
    FORGET = "delete from account_device where jurisdiction = $1 and staff = $2 and last_at <> $3";
    PUT_NEWS = "insert into account_news (jurisdiction, id, staff, kind, at, device, open) values ($1, $2, $3, $4, $5, $6, $7)";
    OF_STAFF = "select staff, kind, at, device, open from account_news where jurisdiction = $1 and staff = $2
        order by at desc, id desc limit $3";
    OPEN = "select staff, kind, at, device, open from account_news where jurisdiction = $1 and open = true
        order by at desc, id desc limit $2";
    READ = "update account_news set open = false where jurisdiction = $1 and staff = $2 and at < $3";
    SWEEP_NEWS = "delete from account_news where jurisdiction = $1 and at < $2";
    SWEEP_DEVICES = "delete from account_device where jurisdiction = $1 and last_at < $2";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// How long news of an account are kept, in days.
pub const NEWS_DAYS_MAX: i64 = 90;
/// How long a device is known after its last log-in, in days.
pub const DEVICE_DAYS_MAX: i64 = 180;
/// Most news listed at once.
pub const NEWS_SHOWN_MAX: i64 = 100;
/// Longest device description kept, in characters.
const DEVICE_CHARS_MAX: usize = 120;
/// Bytes of a device's token.
const TOKEN_BYTES: usize = 32;
/// Microseconds in a day.
const DAY_MICROS: i64 = 86_400_000_000;
/// The language of whoever never signed in.
const LANGUAGE: &str = "zh-CN";

/// Says what happened to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// Its owner signed in on a device known before: no more than a memory of when.
    Entered,
    /// Somebody signed in on a device not seen before.
    NewDevice,
    /// An administrator made a new setup code: password and second factor begin anew.
    SetupCode,
    /// Password and second factor were set with a setup code.
    SetUp,
    /// The password was changed.
    Password,
    /// An administrator changed the address that letters go to.
    Address,
}

impl News {
    /// Lists them all.
    pub const ALL: [Self; 6] = [Self::Entered, Self::NewDevice, Self::SetupCode, Self::SetUp, Self::Password, Self::Address];

    /// Names it; letters about it have the same name as their template.
    pub fn code(self) -> &'static str {
        match self {
            Self::Entered => "account_entered",
            Self::NewDevice => "account_new_device",
            Self::SetupCode => "account_setup_code",
            Self::SetUp => "account_set_up",
            Self::Password => "account_password",
            Self::Address => "account_address",
        }
    }

    /// Reads a name.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|news| news.code() == code)
    }

    /// Tells whether somebody signed in.
    pub fn is_log_in(self) -> bool {
        matches!(self, Self::Entered | Self::NewDevice)
    }

    /// Tells whether the owner is told of it.
    pub fn is_told(self) -> bool {
        self != Self::Entered
    }
}

/// Is something that happened to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// Whose account it is.
    pub staff: Uuid,
    /// What it was.
    pub news: News,
    /// When.
    pub at: Timestamp,
    /// Browser, as it calls itself; empty where it was none of the owner's.
    pub device: String,
    /// True until its owner said to have seen it.
    pub open: bool,
}

/// Draws a new token for the cookie of a device.
pub fn device_token(chance: &mut Chance) -> String {
    BASE64URL_NOPAD.encode(&chance::bytes::<TOKEN_BYTES>(chance))
}

/// Tells whether a text is a token as [`device_token`] draws it; anything else in a cookie is none of ours.
pub fn is_device_token(text: &str) -> bool {
    BASE64URL_NOPAD.decode(text.as_bytes()).is_ok_and(|bytes| bytes.len() == TOKEN_BYTES)
}

fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(format!("minsheng/device/{token}")).to_vec()
}

/// Notes a log-in with the device it came from, by token, description and language. On a device not seen before its owner is
/// told. Returns which of the two it was.
pub fn entered(
    tx: &mut Tx<'_>,
    jurisdiction: i64,
    (now, chance): (Timestamp, &mut Chance),
    staff: Uuid,
    (token, device, language): (&str, &str, &str),
) -> Result<News, Fault> {
    let (key, at) = (hash(token), now.as_microsecond());
    let known = tx.run(SEEN_AGAIN, params![jurisdiction, staff, key.clone(), language, at])? > 0;
    if !known {
        tx.run(PUT_DEVICE, params![jurisdiction, staff, key, language, at])?;
    }
    let news = if known { News::Entered } else { News::NewDevice };
    note(tx, jurisdiction, (now, chance), staff, (news, device))?;
    Ok(news)
}

/// Notes what happened to an account, and writes to its owner where it is more than a log-in as ever.
pub fn note(
    tx: &mut Tx<'_>,
    jurisdiction: i64,
    (now, chance): (Timestamp, &mut Chance),
    staff: Uuid,
    (news, device): (News, &str),
) -> Result<(), Fault> {
    let device: String = device.chars().filter(|c| !c.is_control()).take(DEVICE_CHARS_MAX).collect();
    let (id, at) = (chance::id_ordered(chance, now), now.as_microsecond());
    tx.run(PUT_NEWS, params![jurisdiction, id, staff, news.code(), at, device, news.is_told()])?;
    if news.is_told() {
        let (recipient, channel) = (format!("staff:{staff}"), outbox::MAIL);
        let message = Message { matter: Uuid::nil(), event: 0, recipient, template: news.code(), channel };
        outbox::put(tx, jurisdiction, (chance::id_ordered(chance, now), now), &message)?;
    }
    Ok(())
}

/// Returns the language in which somebody is written to: that of the device known for longest, so that whoever comes on a
/// new one does not choose it.
pub fn language(tx: &mut Tx<'_>, jurisdiction: i64, staff: Uuid) -> Result<String, Fault> {
    let row = tx.row(LANGUAGE_OF, params![jurisdiction, staff])?;
    row.map_or_else(|| Ok(LANGUAGE.to_owned()), |row| row.get("language"))
}

/// Forgets the devices of an account but the one whose last log-in was at a moment; the others are told of when they come
/// again.
pub fn forget_devices(tx: &mut Tx<'_>, jurisdiction: i64, staff: Uuid, but: Timestamp) -> Result<(), Fault> {
    tx.run(FORGET, params![jurisdiction, staff, but.as_microsecond()])?;
    Ok(())
}

/// Lists what happened to an account, newest first.
pub fn of_staff(tx: &mut Tx<'_>, jurisdiction: i64, staff: Uuid) -> Result<Vec<Happened>, Fault> {
    listed(&tx.rows(OF_STAFF, params![jurisdiction, staff, NEWS_SHOWN_MAX])?)
}

/// Lists what owners of accounts have not seen yet, newest first.
pub fn open(tx: &mut Tx<'_>, jurisdiction: i64) -> Result<Vec<Happened>, Fault> {
    listed(&tx.rows(OPEN, params![jurisdiction, NEWS_SHOWN_MAX])?)
}

/// Notes that somebody has seen the news of their account from before a moment.
pub fn read(tx: &mut Tx<'_>, jurisdiction: i64, staff: Uuid, before: Timestamp) -> Result<(), Fault> {
    tx.run(READ, params![jurisdiction, staff, before.as_microsecond()])?;
    Ok(())
}

/// Deletes what is too old.
pub fn sweep(tx: &mut Tx<'_>, jurisdiction: i64, now: Timestamp) -> Result<(), Fault> {
    let now = now.as_microsecond();
    tx.run(SWEEP_NEWS, params![jurisdiction, now - NEWS_DAYS_MAX * DAY_MICROS])?;
    tx.run(SWEEP_DEVICES, params![jurisdiction, now - DEVICE_DAYS_MAX * DAY_MICROS])?;
    Ok(())
}

fn listed(rows: &[Row]) -> Result<Vec<Happened>, Fault> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let at = Timestamp::from_microsecond(row.get("at")?).map_err(|_| Fault::other("a time of an account is out of range"))?;
        // a kind that a newer program wrote is left to it
        let Some(news) = News::parse(&row.get::<String>("kind")?) else { continue };
        all.push(Happened { staff: row.get("staff")?, news, at, device: row.get("device")?, open: row.get("open")? });
    }
    Ok(all)
}
