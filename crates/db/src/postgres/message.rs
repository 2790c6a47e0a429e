//! Messages of PostgreSQL's protocol (version 3.0) as serving needs them: what is sent, and what comes back.

use std::borrow::Cow;
use std::ops::Range;

use tokio_postgres::types::Oid;
use uuid::Uuid;

use super::fault;
use crate::value::Value;
use crate::{Fault, FaultKind};

/// Types of the portable subset, by the numbers that `pg_type` gives them.
const BOOL: Oid = 16;
const BYTEA: Oid = 17;
const NAME: Oid = 19;
const INT8: Oid = 20;
const INT2: Oid = 21;
const INT4: Oid = 23;
const TEXT: Oid = 25;
const FLOAT8: Oid = 701;
const VARCHAR: Oid = 1043;
const UUID: Oid = 2950;

/// Says that values travel in binary form.
const BINARY: u16 = 1;
/// Bytes of a message's tag and length.
const HEAD_BYTES: usize = 5;

/// Gathers what is to be sent.
#[derive(Default)]
pub(super) struct Out(pub(super) Vec<u8>);

impl Out {
    /// Adds a message; one that does not come about leaves nothing.
    fn message(&mut self, tag: u8, body: impl FnOnce(&mut Vec<u8>) -> Result<(), Fault>) -> Result<(), Fault> {
        let begin = self.0.len();
        self.0.push(tag);
        let made = measured(&mut self.0, 0, body);
        if made.is_err() {
            self.0.truncate(begin);
        }
        made
    }

    /// Asks for a statement to be understood, and for its parameters and columns.
    pub(super) fn parse(&mut self, name: &str, sql: &str) -> Result<(), Fault> {
        let begin = self.0.len();
        let parse = self.message(b'P', |out| {
            text(out, name)?;
            text(out, sql)?;
            out.extend(0_u16.to_be_bytes());
            Ok(())
        });
        let made = parse.and_then(|()| self.message(b'D', |out| named(out, b'S', name)));
        if made.is_err() {
            self.0.truncate(begin);
        }
        made
    }

    /// Runs a statement that was understood, with values for its parameters.
    pub(super) fn execute(&mut self, name: &str, types: &[Oid], values: &[Value]) -> Result<(), Fault> {
        if types.len() != values.len() {
            return Err(Fault::other(format!("a statement takes {} values and was given {}", types.len(), values.len())));
        }
        let count = u16::try_from(values.len()).map_err(|_| too_long())?;
        self.message(b'B', |out| {
            text(out, "")?;
            text(out, name)?;
            for part in [1, BINARY, count] {
                out.extend(part.to_be_bytes());
            }
            for (value, kind) in values.iter().zip(types) {
                encode(out, value, *kind)?;
            }
            for part in [1, BINARY] {
                out.extend(part.to_be_bytes());
            }
            Ok(())
        })?;
        self.message(b'E', |out| {
            text(out, "")?;
            out.extend(0_u32.to_be_bytes());
            Ok(())
        })
    }

    /// Lets the server forget a statement.
    pub(super) fn close(&mut self, name: &str) -> Result<(), Fault> {
        self.message(b'C', |out| named(out, b'S', name))
    }

    /// Runs statements without parameters.
    pub(super) fn words(&mut self, sql: &str) -> Result<(), Fault> {
        self.message(b'Q', |out| text(out, sql))
    }

    /// Adds a message without a body: `S` ends what belongs together, `H` asks for the answers so far, `X` says good-bye.
    pub(super) fn bare(&mut self, tag: u8) {
        self.0.extend([tag, 0, 0, 0, 4]);
    }
}

/// Writes something behind its length, which counts itself from `own` bytes on.
fn measured(out: &mut Vec<u8>, own: usize, body: impl FnOnce(&mut Vec<u8>) -> Result<(), Fault>) -> Result<(), Fault> {
    let begin = out.len();
    out.extend([0; 4]);
    body(out)?;
    let length = i32::try_from(out.len() - begin - own).map_err(|_| too_long())?;
    out[begin..begin + 4].copy_from_slice(&length.to_be_bytes());
    Ok(())
}

fn text(out: &mut Vec<u8>, text: &str) -> Result<(), Fault> {
    if text.contains('\0') {
        return Err(Fault::other("a statement holds a zero byte"));
    }
    out.extend(text.as_bytes());
    out.push(0);
    Ok(())
}

fn named(out: &mut Vec<u8>, what: u8, name: &str) -> Result<(), Fault> {
    out.push(what);
    text(out, name)
}

fn too_long() -> Fault {
    Fault::other("a message to PostgreSQL is too long")
}

fn encode(out: &mut Vec<u8>, value: &Value, kind: Oid) -> Result<(), Fault> {
    let narrow = |_| Fault::other("a number does not fit its column");
    if matches!(value, Value::Null) {
        out.extend((-1_i32).to_be_bytes());
        return Ok(());
    }
    measured(out, 4, |out| {
        match (value, kind) {
            (Value::Null, _) => {}
            (Value::Int(value), INT4) => out.extend(i32::try_from(*value).map_err(narrow)?.to_be_bytes()),
            (Value::Int(value), INT2) => out.extend(i16::try_from(*value).map_err(narrow)?.to_be_bytes()),
            (Value::Int(value), _) => out.extend(value.to_be_bytes()),
            (Value::Real(value), _) => out.extend(value.to_be_bytes()),
            (Value::Bool(value), _) => out.push((*value).into()),
            (Value::Text(value), _) => out.extend(value.as_bytes()),
            (Value::Blob(value), _) => out.extend(value),
            (Value::Uuid(value), _) => out.extend(value.as_bytes()),
        }
        Ok(())
    })
}

fn decode(bytes: &[u8], kind: Oid) -> Result<Value, Fault> {
    let value = match kind {
        INT8 => bytes.try_into().ok().map(|bytes| Value::Int(i64::from_be_bytes(bytes))),
        INT4 => bytes.try_into().ok().map(|bytes| Value::Int(i32::from_be_bytes(bytes).into())),
        INT2 => bytes.try_into().ok().map(|bytes| Value::Int(i16::from_be_bytes(bytes).into())),
        FLOAT8 => bytes.try_into().ok().map(|bytes| Value::Real(f64::from_be_bytes(bytes))),
        BOOL => {
            if let [byte] = bytes {
                Some(Value::Bool(*byte != 0))
            } else {
                None
            }
        }
        BYTEA => Some(Value::Blob(bytes.to_vec())),
        UUID => bytes.try_into().ok().map(|bytes| Value::Uuid(Uuid::from_bytes(bytes))),
        TEXT | VARCHAR | NAME => String::from_utf8(bytes.to_vec()).ok().map(Value::Text),
        other => return Err(Fault::other(format!("column type {other} is outside the portable subset"))),
    };
    value.ok_or_else(|| Fault::new(FaultKind::Corrupt, "PostgreSQL sent a value that is none of its type"))
}

/// Holds what came in and was not looked at yet.
#[derive(Default)]
pub(super) struct In {
    bytes: Vec<u8>,
    at: usize,
}

impl In {
    /// Adds what was read.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        if self.at == self.bytes.len() {
            self.bytes.clear();
        } else {
            self.bytes.drain(..self.at);
        }
        self.at = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// Takes the next whole message: its tag, and where its body lies. `None` = not all of it is there yet.
    pub(super) fn next(&mut self) -> Result<Option<(u8, Range<usize>)>, Fault> {
        let rest = &self.bytes[self.at..];
        let Some((tag, length)) = rest.split_first().and_then(|(tag, rest)| Some((*tag, rest.first_chunk::<4>()?))) else {
            return Ok(None);
        };
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| garbled())?;
        let body = length.checked_sub(4).ok_or_else(garbled)?;
        if rest.len() < HEAD_BYTES + body {
            return Ok(None);
        }
        let begin = self.at + HEAD_BYTES;
        self.at = begin + body;
        Ok(Some((tag, begin..begin + body)))
    }

    /// Returns the body of a message that was taken.
    pub(super) fn body(&self, range: Range<usize>) -> Body<'_> {
        Body(self.bytes.get(range).unwrap_or_default())
    }
}

fn garbled() -> Fault {
    Fault::other("PostgreSQL sent what cannot be read")
}

/// Is the body of a message, read from the beginning on.
#[derive(Clone, Copy)]
pub(super) struct Body<'a>(&'a [u8]);

impl<'a> Body<'a> {
    fn chunk<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let (chunk, rest) = self.0.split_first_chunk::<N>().ok_or_else(garbled)?;
        self.0 = rest;
        Ok(*chunk)
    }

    fn count(&mut self) -> Result<u16, Fault> {
        Ok(u16::from_be_bytes(self.chunk()?))
    }

    fn text(&mut self) -> Result<Cow<'a, str>, Fault> {
        let end = self.0.iter().position(|byte| *byte == 0).ok_or_else(garbled)?;
        let (text, rest) = self.0.split_at(end);
        self.0 = &rest[1..];
        Ok(String::from_utf8_lossy(text))
    }

    /// Reads the types of a statement's parameters.
    pub(super) fn parameters(mut self) -> Result<Vec<Oid>, Fault> {
        let count = self.count()?;
        (0..count).map(|_| Ok(Oid::from_be_bytes(self.chunk()?))).collect()
    }

    /// Reads names and types of columns.
    pub(super) fn columns(mut self) -> Result<(Vec<String>, Vec<Oid>), Fault> {
        let count = self.count()?;
        let mut one = || {
            let name = self.text()?.into_owned();
            self.chunk::<6>()?; // table and place in it
            let kind = Oid::from_be_bytes(self.chunk()?);
            self.chunk::<8>()?; // size, modifier, format
            Ok((name, kind))
        };
        let all = (0..count).map(|_| one()).collect::<Result<Vec<_>, Fault>>()?;
        Ok(all.into_iter().unzip())
    }

    /// Reads a row.
    pub(super) fn row(mut self, types: &[Oid]) -> Result<Vec<Value>, Fault> {
        if usize::from(self.count()?) != types.len() {
            return Err(garbled());
        }
        let one = |kind: &Oid| {
            let length = i32::from_be_bytes(self.chunk()?);
            let Ok(length) = usize::try_from(length) else { return Ok(Value::Null) };
            let (bytes, rest) = self.0.split_at_checked(length).ok_or_else(garbled)?;
            self.0 = rest;
            decode(bytes, *kind)
        };
        types.iter().map(one).collect()
    }

    /// Reads what a statement that is done calls itself, such as `INSERT 0 1` or `COMMIT`.
    pub(super) fn tag(mut self) -> Result<Cow<'a, str>, Fault> {
        self.text()
    }

    /// Reads an error or a notice.
    pub(super) fn said(mut self) -> Result<Said, Fault> {
        let mut said = Said::default();
        let mut place = String::new();
        loop {
            match u8::from_be_bytes(self.chunk()?) {
                0 => break,
                b'V' => said.severity = self.text()?.into_owned(),
                b'C' => said.code = self.text()?.into_owned(),
                b'M' => said.message = self.text()?.into_owned(),
                b'n' => said.place = self.text()?.into_owned(),
                b't' => place = self.text()?.into_owned(),
                _ => drop(self.text()?),
            }
        }
        if said.place.is_empty() {
            said.place = place;
        }
        Ok(said)
    }
}

/// Is what the server says when it refuses or warns. Its detail is left out: it quotes the row.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    pub(super) severity: String,
    code: String,
    message: String,
    /// The constraint or the table.
    place: String,
}

impl From<Said> for Fault {
    fn from(said: Said) -> Self {
        fault::said(&said.code, &said.message, &said.place)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn took(bytes: &[u8]) -> Vec<(u8, Vec<u8>)> {
        let mut input = In::default();
        input.add(bytes);
        let mut all = Vec::new();
        while let Ok(Some((tag, range))) = input.next() {
            all.push((tag, input.body(range).0.to_vec()));
        }
        all
    }

    #[test]
    fn what_is_sent_can_be_read_as_messages_and_a_wrong_one_leaves_nothing() {
        let mut out = Out::default();
        out.parse("s1", "select $1").unwrap();
        out.execute("s1", &[INT4, TEXT], &[Value::Int(7), Value::Text("民".to_owned())]).unwrap();
        let whole = out.0.len();
        assert!(out.execute("s1", &[INT4], &[Value::Int(1 << 40)]).is_err(), "it does not fit");
        assert!(out.execute("s1", &[INT4], &[]).is_err(), "a value is lacking");
        assert!(out.words("select '\0'").is_err());
        assert_eq!(out.0.len(), whole);
        out.bare(b'S');
        let tags: Vec<u8> = took(&out.0).into_iter().map(|(tag, _)| tag).collect();
        assert_eq!(tags, *b"PDBES");
    }

    #[test]
    fn messages_come_in_parts() {
        let mut out = Out::default();
        out.words("select 1").unwrap();
        out.bare(b'S');
        let (mut input, mut tags) = (In::default(), Vec::new());
        for byte in out.0 {
            input.add(&[byte]);
            while let Some((tag, _)) = input.next().unwrap() {
                tags.push(tag);
            }
        }
        assert_eq!(tags, *b"QS");
    }

    proptest! {
        #[test]
        fn parser_of_what_the_server_sends(bytes: Vec<u8>, types in proptest::collection::vec(prop_oneof![Just(INT8), Just(TEXT), Just(BOOL), any::<u32>()], 0..4)) {
            let body = Body(&bytes);
            drop((body.parameters(), body.columns(), body.row(&types), body.tag().map(|_| ()), body.said()));
            took(&bytes);
        }

        #[test]
        fn values_come_back_as_they_were_sent(int: i64, real: f64, flag: bool, words: String, blob: Vec<u8>, id: u128) {
            let values = [
                (Value::Int(int), INT8), (Value::Real(real), FLOAT8), (Value::Bool(flag), BOOL), (Value::Text(words), TEXT),
                (Value::Blob(blob), BYTEA), (Value::Uuid(Uuid::from_u128(id)), UUID), (Value::Null, TEXT),
            ];
            let mut row = (values.len() as u16).to_be_bytes().to_vec();
            for (value, kind) in &values {
                encode(&mut row, value, *kind).unwrap();
            }
            let types: Vec<Oid> = values.iter().map(|(_, kind)| *kind).collect();
            prop_assert_eq!(Body(&row).row(&types).unwrap(), values.map(|(value, _)| value));
        }
    }
}
