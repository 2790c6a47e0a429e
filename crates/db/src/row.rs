//! Rows of an answer.

use std::cell::Cell;
use std::mem;
use std::sync::Arc;

use crate::value::{FromValue, Value};
use crate::{Fault, FaultKind};

/// Is one row. Columns are read by name.
#[derive(Debug, Clone)]
pub struct Row {
    columns: Arc<[String]>,
    values: Vec<Value>,
    /// Where the next column is looked for first: columns are mostly read in the order in which they were asked for.
    next: Cell<usize>,
}

impl Row {
    pub(crate) fn new(columns: Arc<[String]>, values: Vec<Value>) -> Self {
        Self { columns, values, next: Cell::new(0) }
    }

    /// Reads a column. A missing column or another type is a fault of ours or a damaged database.
    pub fn get<T: FromValue>(&self, column: &str) -> Result<T, Fault> {
        T::from_value(&self.values[self.place(column)?]).ok_or_else(|| other_type(column))
    }

    /// Reads a column and takes its value out of the row, so that a long one is not copied.
    pub fn take<T: FromValue>(&mut self, column: &str) -> Result<T, Fault> {
        let at = self.place(column)?;
        T::from_owned(mem::replace(&mut self.values[at], Value::Null)).ok_or_else(|| other_type(column))
    }

    fn place(&self, column: &str) -> Result<usize, Fault> {
        let guess = self.next.get();
        let found = self.columns.get(guess).filter(|name| *name == column).map(|_| guess);
        let at = found.or_else(|| self.columns.iter().position(|name| name == column));
        let at = at.ok_or_else(|| Fault::other(format!("the answer has no column {column}")))?;
        self.next.set(at + 1);
        Ok(at)
    }

    /// Lists the column names.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Lists the values in column order.
    pub fn values(&self) -> &[Value] {
        &self.values
    }
}

fn other_type(column: &str) -> Fault {
    Fault::new(FaultKind::Corrupt, format!("column {column} holds another type"))
}
