//! Names that stand in one crate only: engines in `db`; the clock and the environment at the door.

use super::floors::{DOOR, floor};
use crate::source::{Kind, Token, tokens};

/// Names of the engines' libraries.
const ENGINES: &[&str] = &["rusqlite", "libsqlite3_sys", "tokio_postgres"];
/// Calls that read the world outside: the last two parts of their path.
const OUTSIDE: &[(&str, &str)] = &[
    ("env", "var"),
    ("env", "var_os"),
    ("env", "vars"),
    ("env", "vars_os"),
    ("env", "args"),
    ("env", "args_os"),
    ("Timestamp", "now"),
    ("ZonedDateTime", "now"),
    ("SystemTime", "now"),
    ("thread", "sleep"),
];

/// Lists the places where a crate's file names what it must not know.
pub fn faults(name: &str, text: &str) -> Vec<(usize, String)> {
    let code: Vec<Token<'_>> = tokens(text).into_iter().filter(|token| token.kind != Kind::Comment).collect();
    let mut wrong = Vec::new();
    for (at, token) in code.iter().enumerate().filter(|(_, token)| token.kind == Kind::Word) {
        let follows = |offset: usize, text: &str| code.get(at + offset).is_some_and(|next| next.text == text);
        let path = follows(1, ":") && follows(2, ":");
        let engine = ENGINES.contains(&token.text) || token.text == "postgres" && path;
        if engine && name != "db" && name != "xtask" {
            wrong.push((token.line, format!("{} is named outside db", token.text)));
        }
        let outside = OUTSIDE.iter().find(|(first, second)| token.text == *first && path && follows(3, second));
        if let Some((first, second)) = outside.filter(|_| floor(name).is_some_and(|floor| floor < DOOR)) {
            wrong.push((token.line, format!("{first}::{second} below the door: take it as a parameter")));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_and_the_world_outside_are_found_where_they_do_not_belong() {
        let text = "use rusqlite::Connection;\nlet a = postgres::Client;\nlet b = std::env::var(\"X\");\nlet c = jiff::Timestamp::now();\n\
                    // rusqlite\nlet d = (\"rusqlite\", sql_postgres, Target::Postgres, env!(\"X\"));\n";
        let lines = |name: &str| faults(name, text).into_iter().map(|(line, _)| line).collect::<Vec<_>>();
        assert_eq!(lines("civic"), [1, 2, 3, 4]);
        assert_eq!(lines("minsheng"), [1, 2]);
        assert_eq!(lines("db"), [3, 4]);
        assert_eq!(lines("testkit"), [1, 2]);
    }
}
