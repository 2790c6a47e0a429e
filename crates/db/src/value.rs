//! Values that cross the border to an engine.

use uuid::Uuid;

/// Is one value of a parameter or a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing; fits any column.
    Null,
    /// `bigint`.
    Int(i64),
    /// `double precision`.
    Real(f64),
    /// `boolean` (0 or 1 in SQLite).
    Bool(bool),
    /// `text`.
    Text(String),
    /// `bytea`.
    Blob(Vec<u8>),
    /// `uuid` (16 bytes in SQLite).
    Uuid(Uuid),
}

macro_rules! from {
    ($($type:ty => |$value:ident| $make:expr),+ $(,)?) => {
        $(impl From<$type> for Value {
            fn from($value: $type) -> Self { $make }
        })+
    };
}

from! {
    i64 => |v| Self::Int(v),
    i32 => |v| Self::Int(v.into()),
    u32 => |v| Self::Int(v.into()),
    f64 => |v| Self::Real(v),
    bool => |v| Self::Bool(v),
    &str => |v| Self::Text(v.to_owned()),
    String => |v| Self::Text(v),
    &String => |v| Self::Text(v.clone()),
    Vec<u8> => |v| Self::Blob(v),
    &[u8] => |v| Self::Blob(v.to_vec()),
    Uuid => |v| Self::Uuid(v),
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(value: [u8; N]) -> Self {
        Self::Blob(value.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Value {
    fn from(value: &[u8; N]) -> Self {
        Self::Blob(value.to_vec())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Reads a Rust type out of a column's value. `None` when the value is of another type.
pub trait FromValue: Sized {
    /// Converts, folding the differences between the engines (0/1 for booleans, 16 bytes for ids).
    fn from_value(value: &Value) -> Option<Self>;

    /// Converts a value that nobody else needs, so that texts and bytes are not copied.
    fn from_owned(value: Value) -> Option<Self> {
        Self::from_value(&value)
    }
}

impl FromValue for i64 {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Int(value) = value { Some(*value) } else { None }
    }
}

impl FromValue for f64 {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Real(value) = value { Some(*value) } else { None }
    }
}

impl FromValue for bool {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(value) => Some(*value),
            Value::Int(0) => Some(false),
            Value::Int(1) => Some(true),
            _ => None,
        }
    }
}

impl FromValue for String {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Text(value) = value { Some(value.clone()) } else { None }
    }

    fn from_owned(value: Value) -> Option<Self> {
        if let Value::Text(value) = value { Some(value) } else { None }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Blob(value) = value { Some(value.clone()) } else { None }
    }

    fn from_owned(value: Value) -> Option<Self> {
        if let Value::Blob(value) = value { Some(value) } else { None }
    }
}

impl<const N: usize> FromValue for [u8; N] {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Blob(value) = value { value.as_slice().try_into().ok() } else { None }
    }
}

impl FromValue for Uuid {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Uuid(value) => Some(*value),
            Value::Blob(value) => Self::from_slice(value).ok(),
            _ => None,
        }
    }
}

impl FromValue for Value {
    fn from_value(value: &Value) -> Option<Self> {
        Some(value.clone())
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

/// Builds the parameter list of a statement: `params![1, "two"]`.
#[macro_export]
macro_rules! params {
    () => { &[] as &[$crate::Value] };
    ($($value:expr),+ $(,)?) => { &[$($crate::Value::from($value)),+] };
}

/// Makes the parameters of a [`Question`](crate::Question).
#[macro_export]
macro_rules! values {
    ($($value:expr),+ $(,)?) => { vec![$($crate::Value::from($value)),+] };
}
