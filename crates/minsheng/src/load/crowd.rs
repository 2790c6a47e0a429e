//! Who asks, and what they say: invented, and the same for the same seed.

use std::sync::atomic::{AtomicU64, Ordering};

use minsheng::demo::county::CLIENT_KEY;

use super::wire::Ask;

/// Addresses that the load is said to come from.
const ADDRESSES: u64 = 10_000;
/// Phone numbers that are given, so that one contact files a few times at most.
const CONTACTS: u64 = 100_000_000;

/// Things that are reported.
const WORDS: &[&str] = &[
    "村口的路灯坏了三天，晚上孩子放学看不见路，请尽快派人来修。",
    "楼下水管漏水，已经流到马路上了，打过一次电话没有人来。",
    "我母亲的高龄补贴两个月没有到账，想问问是什么原因。",
    "垃圾点好几天没有清，天热味道很大，旁边就是幼儿园。",
    "巷子里的井盖松了，骑车过去会弹起来，怕老人摔着。",
    "建议把公交站往前移二十米，现在正好堵着小学的门。",
];

/// Hands out people; each is asked for once.
pub(crate) struct Crowd {
    seed: u64,
    next: AtomicU64,
    places: Vec<String>,
}

impl Crowd {
    /// Makes a crowd that lives at some places.
    pub(crate) fn new(seed: u64, places: Vec<String>) -> Self {
        Self { seed, next: AtomicU64::new(0), places }
    }

    /// Returns the next filing, as a program sends it.
    pub(crate) fn filing(&self) -> Ask {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        let one = mixed(self.seed.wrapping_mul(0x9E37_79B9).wrapping_add(turn));
        let place = self.places.get((one % self.places.len().max(1) as u64) as usize).map_or("", String::as_str);
        let what = format!("{}（第 {turn} 件）", WORDS[(one >> 8) as usize % WORDS.len()]);
        let mobile = format!("154{:08}", (one >> 16) % CONTACTS);
        let submit_key = format!("load-{:016x}-{:016x}", mixed(self.seed), mixed(one));
        let fields = [
            ("what", what.as_str()),
            ("place", place),
            ("kind", "help"),
            ("identity", "named"),
            ("name", "试水人"),
            ("mobile", &mobile),
            ("submit_key", &submit_key),
        ];
        Ask::post("/appeals", fields).json().from(address(turn))
    }
}

/// The service that requests are about.
const SERVICE: &str = "0301";

impl Crowd {
    /// Returns the next request, as a program sends it.
    pub(crate) fn request(&self) -> Ask {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        let one = mixed(self.seed.wrapping_mul(0x9E37_79B9).wrapping_add(turn));
        let place = self.places.get((one % self.places.len().max(1) as u64) as usize).map_or("", String::as_str);
        let description = format!("{}（第 {turn} 件）", words(turn));
        let phone = format!("154{:08}", (one >> 16) % CONTACTS);
        let fields = [
            ("api_key", CLIENT_KEY),
            ("service_code", SERVICE),
            ("address_id", place),
            ("description", description.as_str()),
            ("last_name", "试水人"),
            ("phone", phone.as_str()),
        ];
        Ask::post("/open311/v2/requests.json", fields).from(address(turn))
    }
}

/// Returns something that is reported.
pub(crate) fn words(turn: u64) -> &'static str {
    WORDS[mixed(turn) as usize % WORDS.len()]
}

/// Returns a word that stands in something reported: two characters next to each other.
pub(crate) fn word(turn: u64) -> String {
    let one = mixed(turn);
    let parts = parts(WORDS[one as usize % WORDS.len()]);
    let signs: Vec<char> = parts[(one >> 8) as usize % parts.len()].chars().collect();
    let at = (one >> 16) as usize % (signs.len() - 1);
    signs[at..at + 2].iter().collect()
}

/// Cuts a text at its marks.
fn parts(text: &str) -> Vec<&str> {
    text.split(['，', '。']).filter(|part| !part.is_empty()).collect()
}

/// Returns two words that stand in one thing reported.
pub(crate) fn two_words(turn: u64) -> String {
    let one = mixed(turn);
    let parts = parts(WORDS[one as usize % WORDS.len()]);
    let part = |at: u64| parts[at as usize % parts.len()].chars().take(2).collect::<String>();
    format!("{} {}", part(one >> 16), part((one >> 16) + 1))
}

/// Returns the address of a turn: ten thousand of them, one after another.
pub(crate) fn address(turn: u64) -> String {
    let at = turn % ADDRESSES;
    format!("10.{}.{}.7", at / 250, at % 250)
}

/// Spreads a number over all bits (the finaliser of SplitMix64).
const fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn addresses_and_submit_keys_differ() {
        let addresses: BTreeSet<String> = (0..ADDRESSES).map(address).collect();
        assert_eq!(addresses.len() as u64, ADDRESSES);
        let crowd = Crowd::new(7, vec!["990121101001".into()]);
        let forms: BTreeSet<String> = (0..500).filter_map(|_| crowd.filing().form).collect();
        assert_eq!(forms.len(), 500);
    }

    #[test]
    fn words_stand_in_what_is_reported() {
        for turn in 0..500 {
            let words = two_words(turn);
            let fits = |text: &&str| words.split(' ').all(|word| text.contains(word));
            assert!(WORDS.iter().any(fits) && WORDS.iter().any(|text| text.contains(&word(turn))), "{words}");
        }
    }

    #[test]
    fn the_same_seed_says_the_same() {
        let says = |seed| Crowd::new(seed, vec!["990121101001".into()]).filing().form;
        assert_eq!(says(1), says(1));
        assert_ne!(says(1), says(2));
    }
}
