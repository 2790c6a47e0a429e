//! Personal data in free text: where it stands, and the text without it.
//!
//! Rules and check digits, no learning: the same text gives the same answer everywhere, and a rule can be read. Numbers with a
//! structure are found nearly always; names and addresses are found where people usually put them and never all of them.
//! Therefore nothing is made public by this alone: it takes out what it finds, and a person looks and releases.

mod account;
mod address;
mod check;
mod name;
mod number;
mod plate;
mod spell;

pub use check::{credit_code, id_card, luhn};

use spell::Spelt;

/// Names what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Mobile number, with or without the country's prefix.
    Mobile,
    /// Land-line number.
    Landline,
    /// Number of an identity card: 18 digits (GB 11643) or the old 15.
    IdCard,
    /// Unified social credit code (GB 32100).
    CreditCode,
    /// Number of a bank card or an account.
    BankCard,
    /// Number of a passport or another travel paper.
    Paper,
    /// Plate of a vehicle.
    Plate,
    /// E-mail address.
    Email,
    /// Name in a chat service.
    Chat,
    /// Address down to the house.
    Address,
    /// A person's name, or surname with a form of address.
    Name,
}

impl Kind {
    /// Lists all kinds.
    pub const ALL: &'static [Self] = &[
        Self::Mobile,
        Self::Landline,
        Self::IdCard,
        Self::CreditCode,
        Self::BankCard,
        Self::Paper,
        Self::Plate,
        Self::Email,
        Self::Chat,
        Self::Address,
        Self::Name,
    ];

    /// Returns what stands in the place of it.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Mobile | Self::Landline => "［电话］",
            Self::IdCard => "［身份证号］",
            Self::CreditCode => "［信用代码］",
            Self::BankCard => "［银行卡号］",
            Self::Paper => "［证件号］",
            Self::Plate => "［车牌］",
            Self::Email => "［邮箱］",
            Self::Chat => "［社交账号］",
            Self::Address => "［住址］",
            Self::Name => "［姓名］",
        }
    }
}

/// Is one thing that was found, as bytes of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
}

/// Is text out of which personal data was taken. Only [`mask`] makes one: whatever shows words to others than the people of a
/// matter takes this type, so that nobody can forget it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Masked {
    text: String,
    found: usize,
}

impl Masked {
    /// Lends the text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns how many things were taken out.
    pub fn found(&self) -> usize {
        self.found
    }
}

impl std::fmt::Display for Masked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// Finds personal data. What overlaps is one thing, of the kind that begins first.
pub fn find(text: &str) -> Vec<Found> {
    let spelt = Spelt::of(text);
    let mut all = number::find(&spelt);
    all.extend(plate::find(&spelt));
    all.extend(account::find(&spelt));
    all.extend(address::find(&spelt));
    all.extend(name::find(&spelt));
    all.sort_by_key(|found| (found.start, std::cmp::Reverse(found.end)));
    let mut merged: Vec<Found> = Vec::with_capacity(all.len());
    for found in all {
        match merged.last_mut().filter(|last| found.start < last.end) {
            Some(last) => last.end = last.end.max(found.end),
            None => merged.push(found),
        }
    }
    merged
}

/// Takes personal data out of a text and leaves a word for what stood there.
pub fn mask(text: &str) -> Masked {
    let found = find(text);
    let (mut out, mut from) = (String::with_capacity(text.len()), 0);
    for one in &found {
        out.push_str(&text[from..one.start]);
        out.push_str(one.kind.mark());
        from = one.end;
    }
    out.push_str(&text[from..]);
    Masked { text: out, found: found.len() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_found_is_named_and_the_rest_stays_as_it_was() {
        for (text, masked) in [
            ("请打13812345678找我", "请打［电话］找我"),
            ("电话：０９９０－６２３４５６７。", "电话：［电话］。"),
            ("一三八一二三四五六七八", "［电话］"),
            ("身份证990777199003071236号", "身份证［身份证号］号"),
            ("我叫欧阳明月，住在云岭花园3号楼2单元501室", "我叫［姓名］，住在［住址］"),
            ("新Q·A12b3停在门口", "［车牌］停在门口"),
            ("微信 qinghe_2026，QQ：88990011", "微信 ［社交账号］，QQ：［社交账号］"),
            ("发到 li.ming@yunling.example 就行", "发到 ［邮箱］ 就行"),
            ("李大爷和王某都说，刘书记不管", "［姓名］和［姓名］都说，［姓名］不管"),
        ] {
            assert_eq!(mask(text).as_str(), masked, "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_it_stays() {
        for text in [
            "MS9907772611247Q2KX0RP 于2026年11月24日受理",
            "补贴138001元，共13,800,138,000.00元",
            "国办发〔2026〕12号文件第3条，电话12345",
            "2026-11-29 10:30，3号线，5个工作日，第15页",
            "一是路灯，二是井盖，三是一百二十三户的水",
            "向主任反映过，老师傅说小区的路不平",
        ] {
            assert_eq!(mask(text).as_str(), text);
        }
    }

    proptest! {
        #[test]
        fn parser_of_personal_data(text in "[0-9０-９一二三oOlI×XxA-Z京新路号栋室王李某叫我:：，@. \u{200b}-]{0,60}|\\PC{0,60}") {
            let found = find(&text);
            for pair in found.windows(2) {
                prop_assert!(pair[0].end <= pair[1].start);
            }
            for one in &found {
                prop_assert!(one.start < one.end && text.is_char_boundary(one.start) && text.is_char_boundary(one.end));
            }
            prop_assert_eq!(mask(&text).found(), found.len());
        }
    }
}
