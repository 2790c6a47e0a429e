//! Credentials in the database.

use data_encoding::BASE32_NOPAD;
use db::{Fault, Migration, Row, Tx, params};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::chance::{self, Chance};
use crate::site::Site;
use crate::vault::{open, seal};

/// Builds the table.
pub const MIGRATION: Migration = Migration {
    name: "0005_credential",
    sql: "create table credential (
            jurisdiction bigint not null,
            staff uuid not null,
            login text not null,
            password text not null,
            second_factor bytea not null,
            last_step bigint not null,
            failed bigint not null,
            failed_at bigint not null,
            setup_hash bytea,
            setup_until bigint not null,
            closed boolean not null,
            primary key (jurisdiction, staff));
          create unique index credential_login on credential (jurisdiction, login);",
    sql_postgres: None,
};

db::statements! {
    INVITE = "insert into credential (jurisdiction, staff, login, password, second_factor, last_step, failed, failed_at,
            setup_hash, setup_until, closed)
        values ($1, $2, $3, '', $4, 0, 0, 0, $5, $6, false)
        on conflict (jurisdiction, staff) do update set login = excluded.login, password = '',
            second_factor = excluded.second_factor, last_step = 0, setup_hash = excluded.setup_hash,
            setup_until = excluded.setup_until, closed = false";
    BY_LOGIN = "select staff, login, password, second_factor, last_step, failed, failed_at, setup_until, closed
        from credential where jurisdiction = $1 and login = $2";
    BY_STAFF = "select staff, login, password, second_factor, last_step, failed, failed_at, setup_until, closed
        from credential where jurisdiction = $1 and staff = $2";
    BY_SETUP = "select staff, login, password, second_factor, last_step, failed, failed_at, setup_until, closed
        from credential where jurisdiction = $1 and setup_hash = $2 and setup_until > $3 and closed = false";
    FINISH = "update credential set password = $3, setup_hash = null, setup_until = 0, last_step = $4, failed = 0
        where jurisdiction = $1 and staff = $2";
    PASSED = "update credential set last_step = $3, failed = 0 where jurisdiction = $1 and staff = $2 and last_step < $3";
    FAILED = "update credential set failed = failed + 1, failed_at = $3 where jurisdiction = $1 and staff = $2";
    CLOSE = "update credential set closed = true, setup_hash = null where jurisdiction = $1 and staff = $2";
}

/// How long a setup code may be used, in hours.
pub const SETUP_HOURS_MAX: i64 = 72;
/// Microseconds in an hour.
const HOUR_MICROS: i64 = 3_600_000_000;
/// Wrong tries before waiting begins.
const FREE_TRIES: i64 = 4;
/// Longest wait after wrong tries, in seconds.
const DELAY_SECONDS_MAX: i64 = 300;

/// Is the log-in of one member of staff.
#[derive(Debug, Clone)]
pub struct Credential {
    /// The member of staff.
    pub staff: Uuid,
    /// Log-in name.
    pub login: String,
    /// PHC string; empty until set up.
    pub password: String,
    /// Opened second-factor secret.
    pub secret: Vec<u8>,
    /// Last step whose code was used.
    pub last_step: i64,
    /// Wrong tries in a row.
    pub failed: i64,
    /// When the last wrong try was.
    pub failed_at: Timestamp,
    /// True once closed.
    pub closed: bool,
}

fn context(jurisdiction: i64, staff: Uuid) -> String {
    format!("{jurisdiction}|credential|{staff}|second_factor|1")
}

fn setup_hash(code: &str) -> Vec<u8> {
    let folded: String = code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase();
    Sha256::digest(format!("minsheng/setup/{folded}")).to_vec()
}

/// Makes or renews an account: returns the one-time setup code to hand over. Password and second factor start anew.
pub fn invite(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    staff: Uuid,
    login: &str,
) -> Result<String, Fault> {
    let code = BASE32_NOPAD.encode(&chance::bytes::<10>(chance));
    let secret: [u8; 20] = chance::bytes(chance);
    let sealed = seal(&site.keys.second_factor, &context(site.jurisdiction, staff), &secret, chance);
    let until = now.as_microsecond() + SETUP_HOURS_MAX * HOUR_MICROS;
    tx.run(INVITE, params![site.jurisdiction, staff, login, sealed, setup_hash(&code), until])?;
    Ok(code)
}

/// Finds the account that a setup code opens, while it is good.
pub fn setup(tx: &mut Tx<'_>, site: &Site, now: Timestamp, code: &str) -> Result<Option<Credential>, Fault> {
    let row = tx.row(BY_SETUP, params![site.jurisdiction, setup_hash(code), now.as_microsecond()])?;
    row.map(|row| credential(&row, site)).transpose()
}

/// Ends the setup: the password holds from now on, the code is dead.
pub fn finish_setup(tx: &mut Tx<'_>, site: &Site, staff: Uuid, password: &str, step: i64) -> Result<(), Fault> {
    tx.run(FINISH, params![site.jurisdiction, staff, password, step])?;
    Ok(())
}

/// Finds an account by log-in name.
pub fn by_login(tx: &mut Tx<'_>, site: &Site, login: &str) -> Result<Option<Credential>, Fault> {
    let row = tx.row(BY_LOGIN, params![site.jurisdiction, login])?;
    row.map(|row| credential(&row, site)).transpose()
}

/// Finds the account of a member of staff.
pub fn by_staff(tx: &mut Tx<'_>, site: &Site, staff: Uuid) -> Result<Option<Credential>, Fault> {
    let row = tx.row(BY_STAFF, params![site.jurisdiction, staff])?;
    row.map(|row| credential(&row, site)).transpose()
}

/// Notes a success; false when the same code was used by somebody else in the meantime.
pub fn passed(tx: &mut Tx<'_>, site: &Site, staff: Uuid, step: i64) -> Result<bool, Fault> {
    Ok(tx.run(PASSED, params![site.jurisdiction, staff, step])? == 1)
}

/// Notes a wrong try.
pub fn failed(tx: &mut Tx<'_>, site: &Site, staff: Uuid, now: Timestamp) -> Result<(), Fault> {
    tx.run(FAILED, params![site.jurisdiction, staff, now.as_microsecond()])?;
    Ok(())
}

/// Closes an account; its sessions end with the next request.
pub fn close(tx: &mut Tx<'_>, site: &Site, staff: Uuid) -> Result<(), Fault> {
    tx.run(CLOSE, params![site.jurisdiction, staff])?;
    Ok(())
}

/// Returns how many seconds must still pass before another try counts.
pub fn delay_seconds(failed: i64, failed_at: Timestamp, now: Timestamp) -> i64 {
    if failed < FREE_TRIES {
        return 0;
    }
    let wait = (1_i64 << (failed - FREE_TRIES).clamp(0, 9)).min(DELAY_SECONDS_MAX);
    (failed_at.as_second() + wait - now.as_second()).max(0)
}

fn credential(row: &Row, site: &Site) -> Result<Credential, Fault> {
    let staff: Uuid = row.get("staff")?;
    let sealed: Vec<u8> = row.get("second_factor")?;
    Ok(Credential {
        staff,
        login: row.get("login")?,
        password: row.get("password")?,
        secret: open(&site.keys.second_factor, &context(site.jurisdiction, staff), &sealed)?,
        last_step: row.get("last_step")?,
        failed: row.get("failed")?,
        failed_at: Timestamp::from_microsecond(row.get("failed_at")?).map_err(|_| Fault::other("a time is out of range"))?,
        closed: row.get("closed")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_grows_with_wrong_tries_and_ends() {
        let at = Timestamp::from_second(1_000).unwrap();
        let waits: Vec<i64> = (0..16).map(|failed| delay_seconds(failed, at, at)).collect();
        assert_eq!(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
        assert_eq!(delay_seconds(20, at, Timestamp::from_second(1_301).unwrap()), 0);
    }
}
