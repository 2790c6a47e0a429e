//! How SQLite would run a statement: a statement that goes through a whole table is quick in a test and stands still on a
//! site of a million matters.

use db::{Tx, Value};

/// Lists the statements that read a whole table, or all rows of a jurisdiction, each with its plan. What runs over an
/// index it narrows further, or is bounded by its own subselect, is not listed.
pub fn whole_tables(tx: &mut Tx<'_>, statements: &[(&str, &str)]) -> Vec<String> {
    let mut found = Vec::new();
    for (name, sql) in statements {
        let count = (1..=99).rev().find(|number| sql.contains(&format!("${number}"))).unwrap_or_default();
        let nothing = vec![Value::Null; count];
        let plan = tx.rows(&format!("explain query plan {sql}"), &nothing);
        let plan = plan.unwrap_or_else(|fault| panic!("{name} cannot be planned: {fault}"));
        let steps = plan.iter().map(|row| row.get::<String>("detail").expect("a plan has details"));
        found.extend(steps.filter(|step| is_whole(step)).map(|step| format!("{name}: {step}")));
    }
    found
}

fn is_whole(step: &str) -> bool {
    let scans = step.starts_with("SCAN ") && !["SCAN CONSTANT ROW", "SCAN part"].contains(&step);
    scans || step.ends_with("(jurisdiction=?)")
}

#[cfg(test)]
mod tests {
    use super::is_whole;

    #[test]
    fn a_plan_is_told_whole_or_narrow() {
        assert!(is_whole("SCAN matter"));
        assert!(is_whole("SEARCH matter USING INDEX matter_number (jurisdiction=?)"));
        assert!(!is_whole("SEARCH matter USING INDEX matter_number (jurisdiction=? AND number=?)"));
        assert!(!is_whole("SCAN CONSTANT ROW"));
    }
}
