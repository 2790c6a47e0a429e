//! What goes over the wire in one request: steps, the bytes of their files behind them, and for a comparison how far each matter was told.
//! Four bytes say how long the JSON is; then the JSON; then the files, in the order in which the steps name them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Item, Read};
use crate::filing::{FILE_BYTES_MAX, Upload};

/// Steps in one request, at most.
pub const ITEMS_MAX: usize = 100;
/// Readings in one request, at most.
pub const READS_MAX: usize = 500;
/// Matters compared in one request, at most.
pub const COMPARED_MAX: usize = 200;
/// Largest JSON of a request, in bytes.
const JSON_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Bytes of the length before the JSON.
const LENGTH_BYTES: usize = 4;

/// Is the JSON of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parcel {
    /// Steps, in the order in which they are to be taken.
    #[serde(default)]
    pub items: Vec<Item>,
    /// How far matters were told, to be compared.
    #[serde(default)]
    pub told: Vec<Told>,
    /// Who read what was handed down, in the order in which it is to be taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads: Vec<Read>,
    /// How far readings were told, to be compared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads_told: Vec<Told>,
}

/// Is how far the sender told a matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// The matter at the sender's.
    pub matter: Uuid,
    /// The matter at the receiver's, of what goes up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Uuid>,
    /// The last step that the receiver has, as the sender knows.
    pub n: i64,
}

/// Is the answer to a request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What became of the steps, as far as they were looked at.
    pub steps: Vec<Answered>,
    /// Matters of which the receiver has more or less than the sender thinks, with the last step it has.
    pub differ: Vec<(Uuid, i64)>,
    /// What became of the readings, as far as they were looked at.
    #[serde(default)]
    pub reads: Vec<Answered>,
    /// Matters of which the receiver has more or fewer readings than the sender thinks, with the last it has.
    #[serde(default)]
    pub reads_differ: Vec<(Uuid, i64)>,
}

/// Is what became of one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The matter at the sender's.
    pub matter: Uuid,
    /// The number of the step.
    pub n: i64,
    /// `taken`, `known`, `missing`, `other` or `refused`.
    pub took: String,
    /// With `missing`: the last step the receiver has.
    #[serde(default)]
    pub heard: i64,
    /// With `refused`: the code of the refusal.
    #[serde(default)]
    pub why: String,
}

impl Parcel {
    /// Packs a request; `files` are those of the items, in order.
    pub fn pack(&self, files: &[Vec<u8>]) -> Vec<u8> {
        let json = serde_json::to_vec(self).expect("parcels are plain data");
        let mut all = Vec::with_capacity(LENGTH_BYTES + json.len() + files.iter().map(Vec::len).sum::<usize>());
        all.extend((json.len() as u32).to_be_bytes());
        all.extend(json);
        for file in files {
            all.extend(file);
        }
        all
    }

    /// Unpacks a request, with the uploads of each item. `None`: it is no parcel, or one that lies about its lengths.
    pub fn unpack(bytes: &[u8]) -> Option<(Self, Vec<Vec<Upload>>)> {
        let (length, rest) = bytes.split_first_chunk::<LENGTH_BYTES>()?;
        let length = u32::from_be_bytes(*length) as usize;
        if length > JSON_BYTES_MAX {
            return None;
        }
        let (json, mut rest) = rest.split_at_checked(length)?;
        let parcel: Self = serde_json::from_slice(json).ok()?;
        let compared = parcel.told.len().max(parcel.reads_told.len());
        if parcel.items.len() > ITEMS_MAX || parcel.reads.len() > READS_MAX || compared > COMPARED_MAX {
            return None;
        }
        let mut all = Vec::with_capacity(parcel.items.len());
        for item in &parcel.items {
            let mut uploads = Vec::with_capacity(item.files.len());
            for slot in &item.files {
                let size = usize::try_from(slot.size).ok().filter(|size| *size <= FILE_BYTES_MAX)?;
                let (own, behind) = rest.split_at_checked(size)?;
                uploads.push(Upload { name: slot.name.clone(), bytes: own.to_vec() });
                rest = behind;
            }
            all.push(uploads);
        }
        rest.is_empty().then_some((parcel, all))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Slot;
    use super::*;
    use crate::appeal::Step;

    fn item(sizes: &[u64]) -> Item {
        let files = sizes.iter().map(|size| Slot { name: format!("{size}.jpg"), size: *size }).collect();
        let step = Step::Supplemented { words: "又漏水了".into() };
        Item { matter: Uuid::nil(), to: None, n: 2, before: 1, mark: "7.8".into(), step, handed: None, files }
    }

    #[test]
    fn what_is_packed_unpacks_with_each_file_at_its_step() {
        let parcel = Parcel { items: vec![item(&[3]), item(&[0, 2])], ..Parcel::default() };
        let bytes = parcel.pack(&[b"abc".to_vec(), Vec::new(), b"de".to_vec()]);
        let (same, uploads) = Parcel::unpack(&bytes).unwrap();
        assert_eq!(same, parcel);
        let held: Vec<Vec<&[u8]>> = uploads.iter().map(|own| own.iter().map(|one| one.bytes.as_slice()).collect()).collect();
        assert_eq!(held, [vec![b"abc".as_slice()], vec![b"".as_slice(), b"de".as_slice()]]);
    }

    #[test]
    fn one_that_lies_about_its_lengths_is_none() {
        let bytes = Parcel { items: vec![item(&[3])], ..Parcel::default() }.pack(&[b"abc".to_vec()]);
        assert!(Parcel::unpack(&bytes[..bytes.len() - 1]).is_none(), "a file is cut off");
        assert!(Parcel::unpack(&[bytes.as_slice(), b"x"].concat()).is_none(), "something follows");
        let longer = [&u32::MAX.to_be_bytes(), &bytes[4..]].concat();
        assert!(Parcel::unpack(&longer).is_none(), "the JSON would be longer than all there is");
        for end in 0..bytes.len() {
            assert!(Parcel::unpack(&bytes[..end]).is_none());
        }
        let many = Parcel { items: vec![item(&[]); ITEMS_MAX + 1], ..Parcel::default() };
        assert!(Parcel::unpack(&many.pack(&[])).is_none());
        let huge = Parcel { items: vec![item(&[FILE_BYTES_MAX as u64 + 1])], ..Parcel::default() };
        assert!(Parcel::unpack(&huge.pack(&[vec![0; FILE_BYTES_MAX + 1]])).is_none());
    }
}
