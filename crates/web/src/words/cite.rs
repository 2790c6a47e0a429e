//! Citing a clause: 《信访工作条例》第二十三条第二款; in English: Regulations on Petition Work, Art. 23(2).

use super::{Lang, t};

/// Cites a law and an article as rule files write it: `22`, `23(2)`, `57号 16`, or free words.
pub fn cite(lang: Lang, law: &str, article: &str) -> String {
    let (number, article) = article.split_once("号 ").map_or(("", article), |(number, rest)| (number, rest));
    let law = if number.is_empty() { law.to_owned() } else { format!("{law}{number}号") };
    let key = if law.chars().any(|c| c.is_ascii_digit()) || law == "本站规定" { "cite-circular" } else { "cite-law" };
    let law = t(lang, key, &[("law", law.into())]);
    match (article_words(lang, article), article.is_empty()) {
        (_, true) => law,
        (Some(words), _) => t(lang, "cite", &[("law", law.into()), ("article", words.into())]),
        (None, _) => format!("{law} {article}"),
    }
}

/// Puts an article number such as `23(2)` into words; `None` when it is no plain number.
pub fn article_words(lang: Lang, article: &str) -> Option<String> {
    let (main, part) = match article.split_once('(') {
        Some((main, rest)) => (main, Some(rest.strip_suffix(')')?)),
        None => (article, None),
    };
    let number = |text: &str| text.parse::<u32>().ok().filter(|n| (1..10_000).contains(n));
    let written = |n: u32| if lang == Lang::Zh { chinese(n) } else { n.to_string() };
    let main = written(number(main)?);
    Some(match part {
        Some(part) => t(lang, "cite-paragraph", &[("article", main.into()), ("paragraph", written(number(part)?).into())]),
        None => t(lang, "cite-article", &[("article", main.into())]),
    })
}

/// Writes a number below ten thousand in Chinese, as laws count their articles.
fn chinese(number: u32) -> String {
    const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    const UNITS: [(u32, &str); 4] = [(1_000, "千"), (100, "百"), (10, "十"), (1, "")];
    let (mut out, mut rest, mut gap) = (String::new(), number, false);
    for (unit, word) in UNITS {
        let digit = rest / unit;
        rest %= unit;
        if digit == 0 {
            gap = !out.is_empty();
            continue;
        }
        if gap {
            out.push_str(DIGITS[0]);
            gap = false;
        }
        if !(number < 20 && unit == 10) {
            out.push_str(DIGITS[digit as usize]);
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_read_as_lawyers_write_them() {
        assert_eq!(cite(Lang::Zh, "信访工作条例", "22"), "《信访工作条例》第二十二条");
        assert_eq!(cite(Lang::Zh, "信访工作条例", "23(2)"), "《信访工作条例》第二十三条第二款");
        assert_eq!(cite(Lang::En, "Regulations on Petition Work", "23(2)"), "Regulations on Petition Work, Art. 23(2)");
        assert_eq!(cite(Lang::Zh, "民发〔2021〕", "57号 16"), "民发〔2021〕57号第十六条");
        assert_eq!(cite(Lang::Zh, "本站规定", ""), "本站规定");
        assert_eq!(cite(Lang::Zh, "某规定", "20 notice"), "《某规定》 20 notice");
        let numbers = [1, 10, 11, 20, 21, 100, 101, 110, 203, 1_010, 1_234].map(chinese);
        assert_eq!(numbers.join(" "), "一 十 十一 二十 二十一 一百 一百零一 一百一十 二百零三 一千零一十 一千二百三十四");
    }
}
