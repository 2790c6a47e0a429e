//! The keys of those who handle accusations: a pair for each, the secret half under the own password. It is opened when its
//! owner shows the password at the door of the room, and lives in memory as long as they stay there.
//!
//! A new key opens nothing until somebody who can open accusations, or two escrow holders, admitted it: whoever can name
//! staff cannot name themselves a reader. The row carries a seal under a key outside the database, so no other key can be
//! put in its place.

use std::fmt;

use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use civic::account::{self, Cost};
use civic::chance::{self, Chance};
use civic::directory::{Directory, Office, Role};
use civic::permit::{Act, Permitted, Subject, Who, may};
use civic::refusal::Refusal;
use civic::site::Site;
use civic::vault::{Key, mac, open, seal};
use db::{Fault, Migration, Row, Tx, params};
use uuid::Uuid;

use super::escrow::open_with;

/// Builds the tables of the room.
pub const MIGRATION: Migration = Migration {
    name: "0120_accusation_room",
    sql: "create table handler_key (
            jurisdiction bigint not null,
            staff uuid not null,
            public text not null,
            salt bytea not null,
            memory_kib bigint not null,
            passes bigint not null,
            secret bytea not null,
            admitted boolean not null,
            seal bytea not null,
            primary key (jurisdiction, staff));
          create table accusation_copy (
            jurisdiction bigint not null,
            id uuid not null,
            sealed bytea not null,
            primary key (jurisdiction, id));
          create table accusation_wrap (
            jurisdiction bigint not null,
            id uuid not null,
            holder uuid not null,
            wrapped bytea not null,
            primary key (jurisdiction, id, holder));
          create index accusation_wrap_holder on accusation_wrap (jurisdiction, holder, id);
          create table accusation_act (
            jurisdiction bigint not null,
            id uuid not null,
            seq bigint not null,
            day text not null,
            sealed bytea not null,
            own bytea not null,
            commitment text not null,
            seal bytea not null,
            primary key (jurisdiction, id, seq));
          create index accusation_act_day on accusation_act (jurisdiction, day);",
    sql_postgres: None,
};

db::statements! {
    GET = "select staff, public, salt, memory_kib, passes, secret, admitted, seal from handler_key
        where jurisdiction = $1 and staff = $2";
    EVERY = "select staff, public, salt, memory_kib, passes, secret, admitted, seal from handler_key
        where jurisdiction = $1 order by staff";
    PUT = "insert into handler_key (jurisdiction, staff, public, salt, memory_kib, passes, secret, admitted, seal)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (jurisdiction, staff) do update set public = excluded.public, salt = excluded.salt,
            memory_kib = excluded.memory_kib, passes = excluded.passes, secret = excluded.secret,
            admitted = excluded.admitted, seal = excluded.seal";
    FORGET = "delete from handler_key where jurisdiction = $1 and staff = $2";
    FORGET_WRAPS = "delete from accusation_wrap where jurisdiction = $1 and holder = $2";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Is the secret half of somebody's key, as long as they are in the room. It is wiped when dropped and never printed.
#[derive(Clone)]
pub struct HandlerKey(Identity);

impl fmt::Debug for HandlerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HandlerKey(…)")
    }
}

impl HandlerKey {
    pub(super) fn open(&self, wrapped: &[u8]) -> Option<Vec<u8>> {
        open_with(&self.0, wrapped)
    }
}

/// Is a handler's key as it is kept.
#[derive(Clone)]
pub struct Kept {
    /// Whose it is.
    pub staff: Uuid,
    /// The public half, as age writes it.
    pub public: String,
    /// True once somebody who may let this key in did so.
    pub admitted: bool,
    salt: Vec<u8>,
    cost: Cost,
    secret: Vec<u8>,
}

/// Stands in the seal of a key that opens nothing yet.
const NOT_ADMITTED: u8 = 0;
/// Stands in the seal of a key that the supervising body let in.
const ADMITTED: u8 = 1;
/// Stands in the seal of a key that the body above let in.
const ADMITTED_ABOVE: u8 = 2;

/// Says who looks into what is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// The supervising body.
    Supervising,
    /// The body above it: what concerns the supervising body itself.
    Above,
}

impl Body {
    /// Returns its office.
    pub fn office(self, directory: &Directory) -> Option<&Office> {
        match self {
            Self::Supervising => directory.supervising(),
            Self::Above => directory.above_supervising(),
        }
    }

    fn permit(self, directory: &Directory, who: &Who) -> Result<Permitted, Refusal> {
        let owner = self.office(directory).map(|office| office.code.clone()).unwrap_or_default();
        may(directory, who, Act::HandleAccusation, &Subject { owner, ..Subject::default() })
    }

    /// Finds the body for which a member of staff handles accusations today.
    pub fn of(directory: &Directory, staff: Uuid) -> Option<Self> {
        let who = Who::Staff { id: staff, session: Uuid::nil() };
        [Self::Supervising, Self::Above].into_iter().find(|body| body.permit(directory, &who).is_ok())
    }
}

/// Tells how somebody stands to the room: the permit for accusations as such. Which of them they open, the keys say.
pub fn permit(directory: &Directory, who: &Who) -> Result<Permitted, Refusal> {
    let own = Body::Supervising.permit(directory, who);
    own.or_else(|refusal| Body::Above.permit(directory, who).map_err(|_| refusal))
}

/// Tells whether a member of staff handles accusations today.
pub fn handles(directory: &Directory, staff: Uuid) -> bool {
    Body::of(directory, staff).is_some()
}

impl Kept {
    /// Makes a new key under a password. It takes as long as a log-in: never in the writer.
    pub fn make(
        site: &Site,
        staff: Uuid,
        (password, cost): (&str, Cost),
        chance: &mut Chance,
    ) -> Result<(Self, HandlerKey), Fault> {
        let key = HandlerKey(Identity::generate());
        let public = key.0.to_public().to_string();
        let kept = Self { staff, public, admitted: false, salt: Vec::new(), cost, secret: Vec::new() };
        Ok((kept.under(site, &key, (password, cost), chance)?, key))
    }

    /// Puts the secret half under another password. It takes as long as a log-in: never in the writer.
    pub fn under(
        &self,
        site: &Site,
        key: &HandlerKey,
        (password, cost): (&str, Cost),
        chance: &mut Chance,
    ) -> Result<Self, Fault> {
        let salt: [u8; 16] = chance::bytes(chance);
        let lock = account::key(password, cost, &salt)?;
        let secret = seal(&lock, &self.context(site), key.0.to_string().expose_secret().as_bytes(), chance);
        Ok(Self { salt: salt.to_vec(), cost, secret, ..self.clone() })
    }

    /// Opens the secret half. `None`: it is under another password, since an administrator gave the account a new one; then
    /// the key is lost. It takes as long as a log-in: never in the writer.
    pub fn unlock(&self, site: &Site, password: &str) -> Result<Option<HandlerKey>, Fault> {
        let lock = account::key(password, self.cost, &self.salt)?;
        let Ok(text) = open(&lock, &self.context(site), &self.secret) else { return Ok(None) };
        let text = zeroize::Zeroizing::new(text);
        let identity = std::str::from_utf8(&text).ok().and_then(|text| text.parse().ok());
        Ok(identity.filter(|own: &Identity| own.to_public().to_string() == self.public).map(HandlerKey))
    }

    /// Lets the key in: what comes from now on is sealed to it too.
    #[must_use]
    pub fn admitted(self) -> Self {
        Self { admitted: true, ..self }
    }

    /// Returns the first signs of the public half, for two people to compare.
    pub fn sign(&self) -> &str {
        self.public.get(4..12).unwrap_or_default()
    }

    fn context(&self, site: &Site) -> String {
        format!("{}|handler_key|{}|secret|1", site.jurisdiction, self.staff)
    }

    /// Says for which body the key was let in, if it was.
    fn let_in(&self, site: &Site) -> u8 {
        match self.admitted.then(|| Body::of(&site.directory(), self.staff)) {
            None => NOT_ADMITTED,
            Some(Some(Body::Above)) => ADMITTED_ABOVE,
            Some(_) => ADMITTED,
        }
    }

    fn seal(&self, site: &Site, let_in: u8) -> [u8; 32] {
        let jurisdiction = site.jurisdiction.to_be_bytes();
        mac(&site.keys.seal, &[b"handler_key", &jurisdiction, self.staff.as_bytes(), self.public.as_bytes(), &[let_in]])
    }

    fn of(row: &Row) -> Result<Self, Fault> {
        let wide = |_| Fault::other("the cost of a handler's key is out of range");
        let memory_kib = u32::try_from(row.get::<i64>("memory_kib")?).map_err(wide)?;
        let passes = u32::try_from(row.get::<i64>("passes")?).map_err(wide)?;
        Ok(Self {
            staff: row.get("staff")?,
            public: row.get("public")?,
            admitted: row.get("admitted")?,
            salt: row.get("salt")?,
            cost: Cost { memory_kib, passes },
            secret: row.get("secret")?,
        })
    }
}

/// Finds somebody's key. A row that somebody else wrote is none.
pub fn of(tx: &mut Tx<'_>, site: &Site, staff: Uuid) -> Result<Option<Kept>, Fault> {
    let row = tx.row(GET, params![site.jurisdiction, staff])?;
    Ok(row.map(|row| whole(site, &row)).transpose()?.flatten())
}

/// Lists the keys of those who handle accusations today.
pub fn every(tx: &mut Tx<'_>, site: &Site) -> Result<Vec<Kept>, Fault> {
    let directory = site.directory();
    let mut all = Vec::new();
    for row in tx.rows(EVERY, params![site.jurisdiction])? {
        all.extend(whole(site, &row)?.filter(|kept| handles(&directory, kept.staff)));
    }
    Ok(all)
}

fn whole(site: &Site, row: &Row) -> Result<Option<Kept>, Fault> {
    let (kept, seal): (_, Vec<u8>) = (Kept::of(row)?, row.get("seal")?);
    let sealed_as = |let_in| seal == kept.seal(site, let_in);
    if sealed_as(kept.let_in(site)) {
        return Ok(Some(kept));
    }
    // whoever went over to another body has to be let in there
    if kept.admitted && [ADMITTED, ADMITTED_ABOVE].into_iter().any(sealed_as) {
        return Ok(Some(Kept { admitted: false, ..kept }));
    }
    tracing::error!(staff = %kept.staff, "a handler's key is not the one that was kept; nothing is sealed to it");
    Ok(None)
}

/// Keeps a key.
pub fn put(tx: &mut Tx<'_>, site: &Site, kept: &Kept) -> Result<(), Fault> {
    let Kept { staff, public, admitted, salt, cost, secret } = kept;
    let (memory, passes, seal) = (cost.memory_kib, cost.passes, kept.seal(site, kept.let_in(site)));
    let (salt, secret) = (salt.clone(), secret.clone());
    tx.run(PUT, params![site.jurisdiction, *staff, public, salt, memory, passes, secret, *admitted, seal])?;
    Ok(())
}

/// Ends a key, and what was sealed to it.
pub fn forget(tx: &mut Tx<'_>, site: &Site, staff: Uuid) -> Result<(), Fault> {
    tx.run(FORGET, params![site.jurisdiction, staff])?;
    tx.run(FORGET_WRAPS, params![site.jurisdiction, staff])?;
    Ok(())
}

/// Ends the keys of those who left, or are handlers no more. They have no access from the change on; this takes away what is
/// left of it.
pub(super) fn prune(tx: &mut Tx<'_>, site: &Site) -> Result<(), Fault> {
    let directory = site.directory();
    for row in tx.rows(EVERY, params![site.jurisdiction])? {
        let staff: Uuid = row.get("staff")?;
        let handler = directory.staff.get(&staff).is_some_and(|staff| staff.active && staff.is(Role::AccusationHandler));
        if !handler {
            forget(tx, site, staff)?;
        }
    }
    Ok(())
}

/// Wraps the key of one accusation to one handler.
pub(super) fn wrap(kept: &Kept, key: &Key) -> Result<Vec<u8>, Fault> {
    super::escrow::seal_to(&kept.public, key.bytes())
}
