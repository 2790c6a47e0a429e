//! What a schema must respect to be spread over several machines by jurisdiction: every key begins with it, every statement
//! names it, and joins stay inside it.

use db::Migration;

/// Lists the keys and unique indexes of migrations that do not begin with the jurisdiction.
pub fn loose_keys(migrations: &[Migration]) -> Vec<String> {
    let mut found = Vec::new();
    for migration in migrations {
        for statement in migration.sql.split(';').map(words) {
            let keyed = if statement.starts_with("create table ") {
                ["primary key (jurisdiction,", "jurisdiction bigint not null primary key"]
                    .iter()
                    .any(|key| statement.contains(key))
            } else {
                !statement.starts_with("create unique index ") || statement.contains("(jurisdiction,")
            };
            if !keyed {
                found.push(format!("{}: {statement}", migration.name));
            }
        }
    }
    found
}

/// Lists the statements that could reach beyond one jurisdiction, or join across two.
pub fn loose_statements(statements: &[(&str, &str)]) -> Vec<String> {
    statements.iter().filter(|(_, sql)| !stays(&words(sql))).map(|(name, sql)| format!("{name}: {}", words(sql))).collect()
}

fn stays(sql: &str) -> bool {
    let joins = sql.matches(" join ").count();
    let inside = sql.matches(".jurisdiction = ").count();
    let named = match sql.strip_prefix("insert into ") {
        Some(rest) => rest.split_once('(').is_some_and(|(_, columns)| columns.starts_with("jurisdiction,")),
        None => sql.contains("jurisdiction = $"),
    };
    named && inside >= joins
}

fn words(sql: &str) -> String {
    sql.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_the_jurisdiction_is_named() {
        assert!(stays("select id from matter where jurisdiction = $1 and id = $2"));
        assert!(!stays("select id from matter where id = $2"));
        assert!(!stays("select 1 from a join b on b.id = a.id where jurisdiction = $1"));
        assert!(stays("insert into matter (jurisdiction, id) values ($1, $2)"));
        assert!(!stays("insert into matter (id, jurisdiction) values ($1, $2)"));
        let loose = Migration { name: "x", sql: "create table a (id bigint not null primary key)", sql_postgres: None };
        assert_eq!(loose_keys(&[loose]).len(), 1);
    }
}
