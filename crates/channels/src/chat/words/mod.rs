//! What is said in a chat: as in short messages, but for what only a chat says or says otherwise. What begins with `chat_group` is said in a
//! group, before everybody: it names no person, and nothing that not everybody may know.

use self::chinese::CHINESE;
use self::english::ENGLISH;
use crate::sms::words as sms;
use crate::sms::words::Row;

mod chinese;
mod english;

/// How the templates begin that are said in a group.
pub(super) const IN_GROUP: &str = "chat_group";

/// Lists the templates that have words of a chat's own.
pub const TEMPLATES: [&str; 40] = {
    let mut all = [""; 40];
    let mut at = 0;
    while at < all.len() {
        all[at] = CHINESE[at].0;
        at += 1;
    }
    all
};

/// Writes a message. `None`: the template has no words.
pub(super) fn write(template: &str, language: &str, facts: &[(&str, String)]) -> Option<String> {
    let words: &[Row] = if language == "en" { ENGLISH } else { CHINESE };
    match words.iter().find(|(known, _)| *known == template) {
        Some((_, text)) => {
            Some(facts.iter().fold((*text).to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value)))
        }
        None => sms::write(template, language, facts),
    }
}

/// Says that nothing was told where something may be left out.
pub(super) fn nothing(language: &str) -> &'static str {
    if language == "en" { "(none)" } else { "（没有留）" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_has_words_in_both_languages_and_no_gap_is_left() {
        let names = [
            "short", "number", "code", "office", "promise", "track", "due", "until", "words", "opinion", "reply", "stage",
            "hotline", "minutes", "leader", "what", "place", "reach", "pictures", "account", "name", "day", "cards", "month",
            "address", "title",
        ];
        let facts: Vec<(&str, String)> = names.iter().map(|name| (*name, "x".to_owned())).collect();
        assert_eq!(CHINESE.len(), TEMPLATES.len());
        assert_eq!(CHINESE.iter().map(|row| row.0).collect::<Vec<_>>(), ENGLISH.iter().map(|row| row.0).collect::<Vec<_>>());
        for template in TEMPLATES.iter().chain(&sms::TEMPLATES) {
            for language in ["zh-CN", "en"] {
                let text = write(template, language, &facts).unwrap();
                assert!(!text.contains('{'), "{template} {language}: {text}");
                assert!(
                    !text.contains("短信") && !text.contains("text message"),
                    "{template}: a chat is no short message: {text}"
                );
            }
        }
    }

    #[test]
    fn what_is_said_in_a_group_has_no_gap_for_a_person() {
        for (template, text) in CHINESE.iter().chain(ENGLISH).filter(|(template, _)| template.starts_with(IN_GROUP)) {
            for gap in ["code", "short", "what", "place", "reach", "words", "opinion", "reply"] {
                assert!(!text.contains(&format!("{{{gap}}}")), "{template} tells {gap} to a group");
            }
        }
    }
}
