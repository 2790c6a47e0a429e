//! What short messages say: plain, short, and how to go on with nothing but a telephone. The query code and the words of an answer
//! go to nobody but a telephone that wrote itself (decision 0038).

use appeals::Stage;

use self::chinese::CHINESE;
use self::english::ENGLISH;

mod chinese;
mod english;

/// Holds template and words.
pub(crate) type Row = (&'static str, &'static str);

/// Lists the templates that have words.
pub const TEMPLATES: [&str; CHINESE.len()] = {
    let mut all = [""; CHINESE.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = CHINESE[at].0;
        at += 1;
    }
    all
};

/// Writes a message. `None`: the template has no words.
pub(crate) fn write(template: &str, language: &str, facts: &[(&str, String)]) -> Option<String> {
    let words = if language == "en" { ENGLISH } else { CHINESE };
    let (_, text) = words.iter().find(|(known, _)| *known == template)?;
    Some(facts.iter().fold((*text).to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value)))
}

/// Says where a matter stands.
pub(crate) fn stage(language: &str, stage: Stage) -> &'static str {
    let (chinese, english) = match stage {
        Stage::Received => ("已收到", "received"),
        Stage::Registered => ("已登记", "registered"),
        Stage::NotAccepted => ("没有受理", "not accepted"),
        Stage::Accepted => ("已受理", "accepted"),
        Stage::Assigned => ("已转送，等对方接收", "passed on, not yet taken"),
        Stage::Handling => ("正在办", "being worked on"),
        Stage::Replied => ("已答复", "answered"),
        Stage::FollowedUp => ("已答复并回访", "answered and followed up"),
        Stage::Closed => ("已办结", "closed"),
        Stage::Withdrawn => ("已撤回", "withdrawn"),
    };
    if language == "en" { english } else { chinese }
}

/// Names the tracking page, with its address where the site has one.
pub(crate) fn track(language: &str, pages: &str) -> String {
    match (pages.is_empty(), language == "en") {
        (false, _) => format!(" {pages}/track "),
        (true, true) => "the page \"Track\"".to_owned(),
        (true, false) => "网站“查进度”".to_owned(),
    }
}

/// Says that there is no answer yet.
pub(crate) fn no_reply(language: &str, promise: &str) -> String {
    if language == "en" { format!("No answer yet; {promise}.") } else { format!("还没有答复，{promise}。") }
}

/// Names whom to ask about money.
pub(crate) fn hotline(language: &str, hotline: &str) -> String {
    match (hotline.is_empty(), language == "en") {
        (false, _) => hotline.to_owned(),
        (true, true) => "your village or township office".to_owned(),
        (true, false) => "村（社区）或乡镇的电话".to_owned(),
    }
}

/// Shortens words for a message, and shows that they go on.
pub(crate) fn short(words: &str, most: usize) -> String {
    let words = words.trim();
    if words.chars().count() <= most {
        return words.to_owned();
    }
    words.chars().take(most).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_has_words_in_both_languages_and_no_gap_is_left() {
        let facts: Vec<(&str, String)> = [
            "short", "number", "code", "office", "promise", "track", "due", "until", "words", "opinion", "reply", "stage",
            "hotline", "minutes", "leader",
        ]
        .iter()
        .map(|name| (*name, "x".to_owned()))
        .collect();
        assert_eq!(CHINESE.iter().map(|row| row.0).collect::<Vec<_>>(), ENGLISH.iter().map(|row| row.0).collect::<Vec<_>>());
        for template in TEMPLATES {
            for language in ["zh-CN", "en"] {
                let text = write(template, language, &facts).unwrap();
                assert!(!text.contains('{'), "{template} {language}: {text}");
            }
        }
    }

    #[test]
    fn what_is_said_fits_two_or_three_parts() {
        let facts = [
            ("short", "0931".to_owned()),
            ("number", "MS990121261124ABCDEFG1".to_owned()),
            ("code", "0123-4567-89AB-CDEF".to_owned()),
            ("office", "清溪镇人民政府".to_owned()),
            ("promise", "最迟 2026年12月10日 前告诉您是否受理".to_owned()),
            ("track", track("zh-CN", "https://minsheng.example")),
            ("stage", "已转送，等对方接收".to_owned()),
        ];
        for (template, most) in [("filed", 3), ("accepted", 1), ("sms_progress", 2), ("sms_where", 2), ("sms_help", 3)] {
            let text = write(template, "zh-CN", &facts).unwrap();
            let parts = crate::sms::coding::write(&format!("【民声】{text}"), 1).len();
            assert!(parts <= most, "{template}: {parts} parts, {} characters", text.chars().count());
        }
    }
}
