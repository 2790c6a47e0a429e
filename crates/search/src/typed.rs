//! What somebody typed into the box: words, things in quotes, words that must not be there, and filters.

/// Longest input that is read, in characters; what is longer is cut.
pub const TYPED_CHARS_MAX: usize = 200;

/// Is what was typed, in one spelling and apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// Words as they were written together.
    pub words: Vec<String>,
    /// What stood in quotes: looked for exactly as it stands.
    pub quoted: Vec<String>,
    /// Words with a minus before them: must not be there.
    pub without: Vec<String>,
    /// Filters such as `状态:超期`, for those names the reader knows.
    pub filters: Vec<(String, String)>,
}

impl Typed {
    /// Reads what was typed. `names` are the filters that exist; a colon after another word is a mark like any other.
    pub fn read(text: &str, names: &[&str]) -> Self {
        let text: String = text.chars().take(TYPED_CHARS_MAX).collect();
        let mut typed = Self::default();
        let mut rest = text.as_str();
        while let Some(start) = rest.find(|c: char| !is_space(c)) {
            rest = &rest[start..];
            rest = match rest.chars().next().and_then(closing) {
                Some((open, close)) => typed.take_quoted(&rest[open..], close),
                None => typed.take_word(rest, names),
            };
        }
        typed
    }

    /// Tells whether nothing is looked for and nothing narrowed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn take_quoted<'a>(&mut self, rest: &'a str, close: &[char]) -> &'a str {
        let end = rest.find(close).unwrap_or(rest.len());
        push(&mut self.quoted, &rest[..end]);
        let after = rest[end..].chars().next().map_or(0, char::len_utf8);
        &rest[end + after..]
    }

    fn take_word<'a>(&mut self, rest: &'a str, names: &[&str]) -> &'a str {
        let end = rest.find(|c: char| is_space(c) || closing(c).is_some()).unwrap_or(rest.len());
        let (word, rest) = rest.split_at(end);
        let folded = text::fold::fold(word);
        if let Some((name, value)) = folded.split_once(':')
            && names.contains(&name)
        {
            if !value.is_empty() {
                self.filters.push((name.to_owned(), value.to_owned()));
            }
        } else if let Some(word) = folded.strip_prefix('-') {
            push(&mut self.without, word);
        } else {
            push(&mut self.words, &folded);
        }
        rest
    }
}

fn push(to: &mut Vec<String>, text: &str) {
    let text = text::fold::fold(text.trim());
    if text.chars().any(char::is_alphanumeric) && !to.contains(&text) {
        to.push(text);
    }
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '，' | '、' | '；' | ';')
}

/// Returns how long an opening quote is and what closes it.
fn closing(c: char) -> Option<(usize, &'static [char])> {
    let close: &[char] = match c {
        '"' | '“' | '”' | '＂' => &['"', '”', '“', '＂'],
        '「' => &['」'],
        '『' => &['』'],
        _ => return None,
    };
    Some((c.len_utf8(), close))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_quotes_and_filters_come_apart() {
        let typed =
            Typed::read("停水 “自来水公司” 状态：超期 单位:水务站 時間:2026-10..2026-11 -收费", &["状态", "单位", "时间"]);
        assert_eq!(typed.words, ["停水"]);
        assert_eq!(typed.quoted, ["自来水公司"]);
        assert_eq!(typed.without, ["收费"]);
        let filters: Vec<(&str, &str)> = typed.filters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(filters, [("状态", "超期"), ("单位", "水务站"), ("时间", "2026-10..2026-11")]);
    }

    #[test]
    fn a_colon_of_no_filter_is_a_word() {
        assert_eq!(Typed::read("备注:急", &["状态"]).words, ["备注:急"]);
        assert!(Typed::read("  。 -  状态: ", &["状态"]).is_empty());
        assert_eq!(Typed::read("\"没有关上", &[]).quoted, ["没有关上"]);
    }

    proptest! {
        #[test]
        fn parser_of_typed(text in "\\PC{0,120}|[停水 “”\":：a状态「」\\-]{0,60}") {
            let typed = Typed::read(&text, &["状态"]);
            let all = typed.words.iter().chain(&typed.quoted).chain(&typed.without);
            prop_assert!(all.into_iter().all(|word| word.chars().any(char::is_alphanumeric)));
        }
    }
}
