//! Words of a Chinese text.

use std::sync::LazyLock;

use jieba_rs::Jieba;

/// Cuts texts into words by a dictionary of some 350,000, to which a site adds its own.
pub struct Words(Jieba);

static SHARED: LazyLock<Words> = LazyLock::new(Words::new);

impl Words {
    /// Reads the dictionary, which takes a fifth of a second and some 60 MB.
    pub fn new() -> Self {
        Self(Jieba::new())
    }

    /// Lends the dictionary that the whole program shares, without words of a site.
    pub fn shared() -> &'static Self {
        &SHARED
    }

    /// Adds a word, such as the name of a village, that shall not be cut.
    pub fn add(&mut self, word: &str) {
        self.0.add_word(word, None, None);
    }

    /// Tells whether the dictionary holds a word.
    pub fn knows(&self, word: &str) -> bool {
        self.0.has_word(word)
    }

    /// Cuts a text. All of it is in the words, spaces and marks too; what no word knows comes character by character.
    /// Give it the text in one spelling, see [`fold`](crate::fold).
    pub fn cut<'a>(&self, text: &'a str) -> Vec<&'a str> {
        self.0.cut(text, false).into_iter().map(|token| token.word).collect()
    }
}

impl Default for Words {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Words")
    }
}

/// Tells whether a word says something: it has two characters at least, and one that is no mark and no digit.
pub fn is_word(word: &str) -> bool {
    let (mut count, mut letters) = (0, 0);
    for c in word.chars() {
        // most are ideographs, of which the tables of Unicode need not be asked
        let is_letter = ('\u{4e00}'..='\u{9fff}').contains(&c) || c.is_alphabetic();
        if !is_letter && !c.is_numeric() {
            return false;
        }
        count += 1;
        letters += usize::from(is_letter);
    }
    count > 1 && letters > 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_cut_and_a_sites_own_ones_kept() {
        assert_eq!(Words::shared().cut("小区停水三天"), ["小区", "停水", "三天"]);
        let mut words = Words::new();
        words.add("云岭花园");
        assert_eq!(words.cut("云岭花园停水"), ["云岭花园", "停水"]);
    }

    #[test]
    fn marks_and_numbers_are_no_words() {
        assert!(is_word("停水") && is_word("b座"));
        assert!(!["水", "12", "，", "。。", "3-1", ""].into_iter().any(is_word));
    }

    proptest! {
        #[test]
        fn parser_of_words(text in "\\PC{0,60}|[小区停水了a-c1-3，。 ]{0,40}") {
            prop_assert_eq!(Words::shared().cut(&text).concat(), text);
        }
    }
}
