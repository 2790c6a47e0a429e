//! Spreading tables over several machines by one column, with PostgreSQL's extension `citus`.
//!
//! Every table that has the column is distributed by it, all of them together, so that what belongs to one jurisdiction lies on
//! one machine and no transaction reaches over two. Tables without it are copied to every machine.

use std::collections::BTreeSet;

use crate::batch::Engine;
use crate::{Fault, params};

const THERE: &str = "select name from pg_available_extensions where name = 'citus'";
const MAKE: &str = "create extension if not exists citus";
const TABLES: &str = "select cast(c.relname as text) as name, cast(count(a.attname) as bigint) as spread
    from pg_class c left join pg_attribute a on a.attrelid = c.oid and a.attname = $1
    where c.relnamespace = cast(cast(current_schema() as text) as regnamespace) and c.relkind = 'r'
    group by c.relname order by c.relname";
const DONE: &str = "select cast(c.relname as text) as name from pg_dist_partition p join pg_class c on c.oid = p.logicalrelid
    where c.relnamespace = cast(cast(current_schema() as text) as regnamespace)";
/// What is said where the extension is not installed.
const LACKING: &str = "this PostgreSQL does not have the extension `citus`: install it on every machine and list it in \
    shared_preload_libraries, then run this again. Nothing was changed";

/// Distributes the tables of the schema by a column, where that is not done yet. Returns the statements that were run.
pub(crate) fn run(engine: &mut dyn Engine, by: &str) -> Result<Vec<String>, Fault> {
    if engine.tx().rows(THERE, &[])?.is_empty() {
        return Err(Fault::other(LACKING));
    }
    engine.tx().batch(MAKE)?;
    let mut tables = Vec::new();
    for row in engine.tx().rows(TABLES, params![by])? {
        tables.push((row.get::<String>("name")?, row.get::<i64>("spread")? > 0));
    }
    let done = engine.tx().rows(DONE, &[])?.iter().map(|row| row.get("name")).collect::<Result<BTreeSet<String>, Fault>>()?;
    let statements = statements(&tables, &done, by);
    for statement in &statements {
        engine.tx().batch(statement)?;
    }
    Ok(statements)
}

/// Says what is still to be run: tables that have the column all lie with the first of them.
fn statements(tables: &[(String, bool)], done: &BTreeSet<String>, by: &str) -> Vec<String> {
    let first = tables.iter().find(|(_, spread)| *spread).map_or("", |(name, _)| name.as_str());
    let statement = |(name, spread): &(String, bool)| match spread {
        true if name == first => format!("select create_distributed_table('\"{name}\"', '{by}')"),
        true => format!("select create_distributed_table('\"{name}\"', '{by}', colocate_with => '\"{first}\"')"),
        false => format!("select create_reference_table('\"{name}\"')"),
    };
    tables.iter().filter(|(name, _)| !done.contains(name)).map(statement).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_with_the_column_lie_together_and_others_everywhere() {
        let tables = [("draft", true), ("event", true), ("migration", false)].map(|(name, spread)| (name.to_owned(), spread));
        assert_eq!(
            statements(&tables, &BTreeSet::new(), "jurisdiction"),
            [
                "select create_distributed_table('\"draft\"', 'jurisdiction')",
                "select create_distributed_table('\"event\"', 'jurisdiction', colocate_with => '\"draft\"')",
                "select create_reference_table('\"migration\"')",
            ]
        );
        let done = ["draft".to_owned(), "migration".to_owned()].into();
        let left = statements(&tables, &done, "jurisdiction");
        assert_eq!(left, ["select create_distributed_table('\"event\"', 'jurisdiction', colocate_with => '\"draft\"')"]);
    }
}
