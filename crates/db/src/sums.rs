//! Counters: what the commands of a batch add is gathered and written once before the batch ends, one statement a row. So a row
//! that every command adds to costs one write a batch, and two batches come to their rows in the same order.

use std::collections::BTreeMap;

use crate::Value;

/// Orders rows: the statement and the key as bytes.
type Order = (&'static str, Vec<Vec<u8>>);
/// Is a row: its key and what is added to it.
type Row = (Vec<Value>, Vec<i64>);

/// Is what a batch adds to counters, in the order in which it was said.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    said: Vec<(&'static str, Vec<Value>, Vec<i64>)>,
}

impl Sums {
    pub(crate) fn add(&mut self, sql: &'static str, key: Vec<Value>, amounts: Vec<i64>) {
        self.said.push((sql, key, amounts));
    }

    /// Returns how much was said: what comes after it can be taken back.
    pub(crate) fn far(&self) -> usize {
        self.said.len()
    }

    /// Takes back what was said after a place.
    pub(crate) fn back(&mut self, far: usize) {
        self.said.truncate(far);
    }

    /// Hands out the statements with their parameters, in the order of the keys; what came to nothing is left out.
    pub(crate) fn take(&mut self) -> Vec<(&'static str, Vec<Value>)> {
        let mut rows: BTreeMap<Order, Row> = BTreeMap::new();
        for (sql, key, amounts) in self.said.drain(..) {
            let order = key.iter().map(order).collect();
            let (_, sums) = rows.entry((sql, order)).or_insert_with(|| (key, vec![0; amounts.len()]));
            for (sum, amount) in sums.iter_mut().zip(amounts) {
                *sum = sum.saturating_add(amount);
            }
        }
        let some = rows.into_iter().filter(|(_, (_, sums))| sums.iter().any(|sum| *sum != 0));
        some.map(|((sql, _), (key, sums))| (sql, key.into_iter().chain(sums.into_iter().map(Value::Int)).collect())).collect()
    }
}

/// Writes a value so that equal ones are equal; any order does, as long as it is always the same.
fn order(value: &Value) -> Vec<u8> {
    match value {
        Value::Null => Vec::new(),
        Value::Int(number) => number.to_be_bytes().to_vec(),
        Value::Real(number) => number.to_be_bytes().to_vec(),
        Value::Bool(yes) => vec![u8::from(*yes)],
        Value::Text(text) => text.as_bytes().to_vec(),
        Value::Blob(bytes) => bytes.clone(),
        Value::Uuid(id) => id.as_bytes().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_to_one_row_is_one_statement_and_nothing_is_none() {
        let mut sums = Sums::default();
        let add = |sums: &mut Sums, key: &str, amounts: [i64; 2]| sums.add("put", vec![1.into(), key.into()], amounts.to_vec());
        add(&mut sums, "b", [1, 0]);
        add(&mut sums, "a", [1, 2]);
        add(&mut sums, "b", [1, -1]);
        add(&mut sums, "c", [3, 0]);
        add(&mut sums, "c", [-3, 0]);
        let far = sums.far();
        add(&mut sums, "a", [100, 100]);
        sums.back(far);
        let told = sums.take();
        let wanted =
            [("a", 1, 2), ("b", 2, -1)].map(|(key, one, two)| ("put", vec![1.into(), key.into(), one.into(), two.into()]));
        assert_eq!(told, wanted.map(|(sql, params): (&'static str, Vec<Value>)| (sql, params)));
        assert!(sums.take().is_empty(), "it is said once");
    }
}
