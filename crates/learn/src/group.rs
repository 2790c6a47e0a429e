//! Texts that say the same: copied, sent twice, or with a sentence more. They belong to one side of a measurement.

use std::collections::HashMap;

use text::fold::fold;

use crate::Text;

/// How many least hashes stand for a text.
const HASHES: usize = 32;
/// How many of them in a row make a bucket in which texts meet.
const ROWS: usize = 4;
/// From this share of equal hashes on two texts say the same.
const ALIKE: f64 = 0.6;
/// How many characters a piece has.
const PIECE: usize = 4;

/// Gives each text the number of its group: the place of the first text that says the same.
pub fn alike(texts: &[Text<'_>]) -> Vec<usize> {
    let marks: Vec<[u32; HASHES]> = texts.iter().map(|text| least(*text)).collect();
    let mut groups: Vec<usize> = (0..texts.len()).collect();
    for band in 0..HASHES / ROWS {
        let mut buckets: HashMap<&[u32], usize> = HashMap::new();
        for (at, mark) in marks.iter().enumerate() {
            match buckets.entry(&mark[band * ROWS..(band + 1) * ROWS]) {
                std::collections::hash_map::Entry::Vacant(free) => drop(free.insert(at)),
                std::collections::hash_map::Entry::Occupied(first) => {
                    let other = *first.get();
                    if share(mark, &marks[other]) >= ALIKE {
                        join(&mut groups, at, other);
                    }
                }
            }
        }
    }
    (0..groups.len()).map(|at| root(&groups, at)).collect()
}

fn root(groups: &[usize], mut at: usize) -> usize {
    while groups[at] != at {
        at = groups[at];
    }
    at
}

fn join(groups: &mut [usize], one: usize, other: usize) {
    let (one, other) = (root(groups, one), root(groups, other));
    groups[one.max(other)] = one.min(other);
}

fn share(one: &[u32; HASHES], other: &[u32; HASHES]) -> f64 {
    one.iter().zip(other).filter(|(a, b)| a == b).count() as f64 / HASHES as f64
}

/// Returns the least hashes of the pieces of a text, each under another mixing.
fn least(text: Text<'_>) -> [u32; HASHES] {
    let signs: Vec<char> = fold(text.subject).chars().chain(fold(text.body).chars()).filter(|c| c.is_alphanumeric()).collect();
    let mut least = [u32::MAX; HASHES];
    for piece in signs.windows(PIECE.min(signs.len().max(1))) {
        let base =
            piece.iter().fold(0u64, |hash, c| (hash ^ u64::from(u32::from(*c))).wrapping_mul(0x0100_0000_01b3).rotate_left(23));
        for (at, slot) in least.iter_mut().enumerate() {
            let mixed = (base ^ (at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            *slot = (*slot).min((mixed >> 32) as u32);
        }
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_meet_and_others_do_not() {
        let long = "青禾镇和平路的路灯从上周起就不亮了，晚上老人出门买菜很不方便，已经有两个人摔伤，请尽快派人来修。";
        let more = format!("{long}谢谢！");
        let other = "云岭花园的自来水发黄有味道，物业说是水厂的问题，水厂说是管道的问题，请查明并告诉我们能不能喝。";
        let texts = [("路灯", long), ("水黄", other), ("路灯", more.as_str()), ("路燈", long), ("", "")];
        let texts = texts.map(|(subject, body)| Text { subject, body });
        assert_eq!(alike(&texts), [0, 1, 0, 0, 4]);
        assert_eq!(alike(&[]), [0usize; 0]);
    }
}
