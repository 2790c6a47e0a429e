//! Log-in credentials of staff: a password (Argon2id) and a second factor (TOTP) on every path.
//!
//! A new account has neither: it gets a setup code, good once and for three days, with which the person sets both.
//! Wrong tries slow an account down per address; nobody can lock a colleague out.

pub mod news;
mod password;
mod store;
mod totp;

pub use password::{Cost, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, hash, key, rule, verify};
pub use store::{
    ALL as STATEMENTS, Credential, MIGRATION, SETUP_HOURS_MAX, by_login, by_staff, close, delay_seconds, failed, finish_setup,
    invite, passed, setup,
};
pub use totp::{code_at, secret_text, step_of, uri, verify_code};
