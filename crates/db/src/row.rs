//! Rows of an answer.

use std::sync::Arc;

use crate::value::{FromValue, Value};
use crate::{Fault, FaultKind};

/// Is one row. Columns are read by name.
#[derive(Debug, Clone)]
pub struct Row {
    columns: Arc<[String]>,
    values: Vec<Value>,
}

impl Row {
    pub(crate) fn new(columns: Arc<[String]>, values: Vec<Value>) -> Self {
        Self { columns, values }
    }

    /// Reads a column. A missing column or another type is a fault of ours or a damaged database.
    pub fn get<T: FromValue>(&self, column: &str) -> Result<T, Fault> {
        let at = self.columns.iter().position(|name| name == column);
        let at = at.ok_or_else(|| Fault::other(format!("the answer has no column {column}")))?;
        T::from_value(&self.values[at])
            .ok_or_else(|| Fault::new(FaultKind::Corrupt, format!("column {column} holds another type")))
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
