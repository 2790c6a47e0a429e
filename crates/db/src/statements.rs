//! Statements as named constants, so that a test can prepare every one on both engines.

use crate::{Fault, Tx};

/// Declares SQL constants and a list `ALL` of their names and texts.
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $visible:vis $name:ident = $sql:expr;)+) => {
        $($(#[$doc])* $visible const $name: &str = $sql;)+
        /// Lists every statement of this module by name.
        pub const ALL: &[(&str, &str)] = &[$((stringify!($name), $sql)),+];
    };
}

/// Prepares every statement; the first that fails is named in the fault.
pub fn prepare_all(tx: &mut Tx<'_>, statements: &[(&str, &str)]) -> Result<(), Fault> {
    for (name, sql) in statements {
        tx.prepare(sql).map_err(|fault| fault.context(format!("while preparing {name}")))?;
    }
    Ok(())
}
