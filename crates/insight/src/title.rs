//! A title in the people's own words, without personal data.

use text::personal::{Masked, mask};

/// How many characters a title has at most.
const MOST: usize = 40;
/// What ends a sentence.
const ENDS: &[char] = &['。', '！', '？', '；', '!', '?', ';', '\n'];

/// Makes a title of the message that is most like the others: its subject, or else its first sentence that says something.
pub fn title(subject: &str, body: &str) -> Masked {
    let says = |part: &&str| part.chars().filter(|c| c.is_alphanumeric()).count() >= 2;
    let whole = Some(subject.trim()).filter(says).or_else(|| body.split(ENDS).map(str::trim).find(says)).unwrap_or_default();
    // what stands out of the title is taken out first: a number that is cut in two is no number any more
    let masked = mask(whole);
    let short: String = masked.as_str().chars().take(MOST).collect();
    if short.len() < masked.as_str().len() { mask(&format!("{}…", before_mark(&short))) } else { masked }
}

/// Leaves out a mark such as ［电话］ that was cut in two.
fn before_mark(short: &str) -> &str {
    match (short.rfind('［'), short.rfind('］')) {
        (Some(open), None) => &short[..open],
        (Some(open), Some(close)) if close < open => &short[..open],
        _ => short,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn titles_are_the_peoples_own_words_without_their_names() {
        for (subject, body, expected) in [
            ("和平路的路灯不亮", "……", "和平路的路灯不亮"),
            ("  ", "您好！青禾镇停水三天了。请派人来。", "您好"),
            ("", "", ""),
            ("我叫欧阳明月，电话13812345678，家里停水", "", "我叫［姓名］，电话［电话］，家里停水"),
        ] {
            assert_eq!(title(subject, body).as_str(), expected);
        }
        let long = title(&"停水了".repeat(30), "");
        assert_eq!(long.as_str().chars().count(), MOST + 1);
    }

    #[test]
    fn a_number_is_taken_out_before_the_title_is_cut() {
        let subject = format!("{}电话13812345678", "停".repeat(MOST - 6));
        let shown = title(&subject, "");
        assert!(!shown.as_str().contains("138"), "{shown}");
        assert!(!shown.as_str().contains('［') || shown.as_str().contains('］'), "{shown}");
    }

    proptest! {
        #[test]
        fn parser_of_titles(subject in "\\PC{0,60}|[停水了。 138-电话：李大爷]{0,80}", body in "\\PC{0,60}") {
            let shown = title(&subject, &body);
            prop_assert!(shown.as_str().chars().count() <= MOST + 1);
        }
    }
}
