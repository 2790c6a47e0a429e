//! How an engine would run a statement: a statement that goes through a whole table is quick in a test and stands still on a
//! site of a million matters.

use db::{Tx, Value};

/// Lists the statements for which PostgreSQL finds no index, each with its plan: with the settings of our connections it goes
/// through a table only where there is none.
pub fn without_index(tx: &mut Tx<'_>, statements: &[(&str, &str)]) -> Vec<String> {
    let plans = statements.iter().map(|(name, sql)| (name, plan(tx, name, sql)));
    let whole = |(name, steps): (&&str, Vec<String>)| {
        let whole = steps.into_iter().filter(|step| step.contains("Seq Scan"));
        whole.map(|step| format!("{name}: {step}")).collect::<Vec<_>>()
    };
    plans.flat_map(whole).collect()
}

/// Lists by which index, and by what of it, PostgreSQL comes to the rows of each statement.
pub fn ways(tx: &mut Tx<'_>, statements: &[(&str, &str)]) -> Vec<(String, Vec<String>)> {
    let is_way = |step: &String| step.contains("Scan using ") || step.contains("Index Cond: ") || step.contains("Seq Scan");
    let of = |name: &str, steps: Vec<String>| (name.to_owned(), steps.into_iter().filter(is_way).collect());
    statements.iter().map(|(name, sql)| of(name, plan(tx, name, sql))).collect()
}

/// Returns the steps of the plan that PostgreSQL makes of a statement when it does not look at the values.
fn plan(tx: &mut Tx<'_>, name: &str, sql: &str) -> Vec<String> {
    let wrong = |fault| panic!("{name} cannot be planned: {fault}");
    let nothing = vec!["null"; values_of(sql)].join(", ");
    let given = if nothing.is_empty() { String::new() } else { format!("({nothing})") };
    tx.batch(&format!("prepare probe as {sql}")).unwrap_or_else(wrong);
    let plan = tx.rows(&format!("explain (costs off) execute probe{given}"), &[]);
    let plan = plan.unwrap_or_else(|fault| panic!("{name} cannot be planned: {fault}"));
    tx.batch("deallocate probe").unwrap_or_else(wrong);
    plan.iter().map(|row| row.get::<String>("QUERY PLAN").expect("a plan has lines").trim().to_owned()).collect()
}

/// Counts the values that a statement takes.
fn values_of(sql: &str) -> usize {
    (1..=99).rev().find(|number| sql.contains(&format!("${number}"))).unwrap_or_default()
}

/// Lists the statements with which SQLite reads a whole table, or all rows of a jurisdiction, each with its plan. What runs
/// over an index it narrows further, or is bounded by its own subselect, is not listed.
pub fn whole_tables(tx: &mut Tx<'_>, statements: &[(&str, &str)]) -> Vec<String> {
    let mut found = Vec::new();
    for (name, sql) in statements {
        let nothing = vec![Value::Null; values_of(sql)];
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
