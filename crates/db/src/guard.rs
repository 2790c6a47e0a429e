//! What the serving connection may do to a table beside reading it and adding rows.
//!
//! SQLite is held to it by an authorizer on the connection, PostgreSQL by what the serving role was granted: there the
//! rights are given once, by [`crate::Store::grant`], through a connection of the owner.

/// Says what may happen to rows that are there. A table that no guard names may be changed freely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Nothing: rows are added and never touched again.
    Appended,
    /// These columns of a row may change; no row goes.
    Columns(&'static [&'static str]),
    /// A row may change; none goes.
    Kept,
}

/// Is the rule for one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guard {
    /// The table.
    pub table: &'static str,
    /// What may happen to its rows.
    pub keep: Keep,
}

/// Is the rules of all parts together. `&[]` guards the schema only.
pub type Guards = &'static [&'static [Guard]];

/// The table of migrations: a serving connection only reads it.
pub(crate) const MIGRATIONS: &str = "migration";

/// Finds the rule for a table.
pub(crate) fn of(guards: Guards, table: &str) -> Option<Keep> {
    guards.iter().copied().flatten().find(|guard| guard.table == table).map(|guard| guard.keep)
}

/// Tells whether a column of a row that is there may be changed.
pub(crate) fn may_update(guards: Guards, table: &str, column: &str) -> bool {
    match of(guards, table) {
        None => table != MIGRATIONS,
        Some(Keep::Appended) => false,
        Some(Keep::Columns(columns)) => columns.contains(&column),
        Some(Keep::Kept) => true,
    }
}

/// Tells whether a row may be deleted.
pub(crate) fn may_delete(guards: Guards, table: &str) -> bool {
    of(guards, table).is_none() && table != MIGRATIONS
}

/// Tells whether a statement replaces rows by the word `replace`, which deletes them without saying so. The function
/// `replace(…)` does not.
pub(crate) fn replaces(sql: &str) -> bool {
    let lower = sql.to_ascii_lowercase();
    lower.match_indices("replace").any(|(at, word)| !lower[at + word.len()..].trim_start().starts_with('('))
}

/// Writes the statements that give a role of PostgreSQL what a serving connection needs on the tables of a schema, and
/// nothing more.
pub(crate) fn grants(schema: &str, role: &str, tables: &[String], guards: Guards) -> String {
    let (schema, role) = (quoted(schema), quoted(role));
    let first = format!(
        "revoke all on schema {schema} from {role}; grant usage on schema {schema} to {role};
         revoke all on all tables in schema {schema} from {role};"
    );
    tables
        .iter()
        .fold(first, |sql, table| sql + &format!("grant {} on {schema}.{} to {role};", rights(guards, table), quoted(table)))
}

/// Says what a serving connection may do to a table, in PostgreSQL's words.
fn rights(guards: Guards, table: &str) -> String {
    match of(guards, table) {
        None if table == MIGRATIONS => "select".to_owned(),
        None => "select, insert, update, delete".to_owned(),
        Some(Keep::Appended) => "select, insert".to_owned(),
        Some(Keep::Columns(columns)) => {
            let columns: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
            format!("select, insert, update ({})", columns.join(", "))
        }
        Some(Keep::Kept) => "select, insert, update".to_owned(),
    }
}

/// Quotes a name of PostgreSQL.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUARDS: Guards = &[
        &[Guard { table: "event", keep: Keep::Appended }],
        &[Guard { table: "promise", keep: Keep::Columns(&["kept"]) }, Guard { table: "head", keep: Keep::Kept }],
    ];

    #[test]
    fn a_guard_says_what_may_happen_to_rows() {
        assert!(!may_update(GUARDS, "event", "fact") && !may_delete(GUARDS, "event"));
        assert!(may_update(GUARDS, "promise", "kept") && !may_update(GUARDS, "promise", "day"));
        assert!(may_update(GUARDS, "head", "size") && !may_delete(GUARDS, "head"));
        assert!(may_update(GUARDS, "draft", "content") && may_delete(GUARDS, "draft"));
        assert!(!may_update(GUARDS, "migration", "hash") && !may_delete(GUARDS, "migration"));
    }

    #[test]
    fn replacing_is_told_from_the_function() {
        for sql in ["insert or replace into event values (1)", "REPLACE INTO event values (1)", "insert or/**/replace/**/into e"]
        {
            assert!(replaces(sql), "{sql}");
        }
        assert!(!replaces("select replace(fact, 'a', 'b') from event") && !replaces("select Replace (a, b, c)"));
    }

    #[test]
    fn a_role_gets_no_more_than_the_guards_let() {
        let tables: Vec<String> = ["draft", "event", "head", "migration", "promise"].map(str::to_owned).into();
        let sql = grants("site", "ser\"ve", &tables, GUARDS);
        for grant in [
            "grant select, insert, update, delete on \"site\".\"draft\" to \"ser\"\"ve\"",
            "grant select, insert on \"site\".\"event\" to",
            "grant select, insert, update on \"site\".\"head\" to",
            "grant select on \"site\".\"migration\" to",
            "grant select, insert, update (\"kept\") on \"site\".\"promise\" to",
        ] {
            assert!(sql.contains(grant), "{grant}: {sql}");
        }
    }
}
