//! A model as bytes: a line that names the format, a head in JSON, keys, weights, and a SHA-256 over all of it.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::calibrate::Calibration;
use crate::dictionary::Dictionary;
use crate::model::Model;
use crate::solve::{LANES, Planes, blocks};

/// The first line of every model. The number rises when what follows is read otherwise.
const NAME: &[u8] = b"minsheng learn 1\n";
/// What every version begins with.
const ANY: &[u8] = b"minsheng learn ";
const SUM: usize = 32;

/// Says why bytes are no model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// It is something else.
    #[error("this is no model of `minsheng learn train`")]
    Other,
    /// It was made by another version.
    #[error("this model was made by another version: train again")]
    Version,
    /// It was cut off or changed.
    #[error("this model was cut off or changed: its checksum does not fit")]
    Checksum,
    /// Its parts do not fit together.
    #[error("this model holds what its version cannot: train again")]
    Content,
}

#[derive(Serialize, Deserialize)]
struct Head {
    labels: Vec<String>,
    features: usize,
    texts: u64,
    corrections: u64,
    stairs: usize,
}

impl Model {
    /// Writes the model; the same model gives the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let head = Head {
            labels: self.labels.clone(),
            features: self.dictionary.keys().len(),
            texts: self.texts,
            corrections: self.corrections,
            stairs: self.calibration.stairs.len(),
        };
        let head = serde_json::to_vec(&head).expect("names and numbers can be written");
        let mut bytes = NAME.to_vec();
        bytes.extend(u32::try_from(head.len()).unwrap_or(u32::MAX).to_le_bytes());
        bytes.extend(head);
        bytes.extend(self.calibration.to_numbers().into_iter().flat_map(f64::to_le_bytes));
        bytes.extend(self.dictionary.keys().iter().flat_map(|key| key.to_le_bytes()));
        bytes.extend(self.planes.weights.as_flattened().iter().flat_map(|weight| weight.to_le_bytes()));
        let sum = Sha256::digest(&bytes);
        bytes.extend(sum);
        bytes
    }

    /// Reads a model.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Broken> {
        if !bytes.starts_with(NAME) {
            return Err(if bytes.starts_with(ANY) { Broken::Version } else { Broken::Other });
        }
        let end = bytes.len().checked_sub(SUM).filter(|end| *end > NAME.len()).ok_or(Broken::Checksum)?;
        if Sha256::digest(&bytes[..end]).as_slice() != &bytes[end..] {
            return Err(Broken::Checksum);
        }
        let (len, rest) = bytes[NAME.len()..end].split_first_chunk::<4>().ok_or(Broken::Content)?;
        let (head, rest) = rest.split_at_checked(u32::from_le_bytes(*len) as usize).ok_or(Broken::Content)?;
        let head: Head = serde_json::from_slice(head).map_err(|_| Broken::Content)?;
        Self::put_together(head, rest).ok_or(Broken::Content)
    }

    fn put_together(head: Head, rest: &[u8]) -> Option<Self> {
        let count = head.labels.len();
        let sure = head.stairs.checked_mul(2)?.checked_add(count)?.checked_add(1)?;
        let (sure, rest) = rest.split_at_checked(sure.checked_mul(8)?)?;
        let (keys, weights) = rest.split_at_checked(head.features.checked_mul(4)?)?;
        let keys: Vec<u32> = keys.as_chunks().0.iter().copied().map(u32::from_le_bytes).collect();
        let weights_fit = weights.len() == head.features.checked_add(1)?.checked_mul(blocks(count) * LANES)?.checked_mul(4)?;
        let weights: Vec<f32> = weights.as_chunks().0.iter().copied().map(f32::from_le_bytes).collect();
        let sure: Vec<f64> = sure.as_chunks().0.iter().copied().map(f64::from_le_bytes).collect();
        let numbers = weights.iter().all(|weight| weight.is_finite()) && sure.iter().all(|number| number.is_finite());
        let once = keys.iter().collect::<HashSet<_>>().len() == keys.len();
        (weights_fit && numbers && once && count >= 2).then(|| Self {
            labels: head.labels,
            dictionary: Dictionary::listed(keys),
            planes: Planes { labels: count, weights: weights.as_chunks::<LANES>().0.to_vec() },
            calibration: Calibration::of_numbers(&sure, count),
            texts: head.texts,
            corrections: head.corrections,
        })
    }
}
