//! A letter: a message of the outbox put into words, plain and as HTML.

use uuid::Uuid;

use super::words;

/// Is a letter ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Id of the message in the outbox.
    pub id: Uuid,
    /// Address it goes to.
    pub to: String,
    /// Subject, one line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// The matter whose resident may answer it by mail; none where nobody may.
    pub answers: Option<Uuid>,
}

/// Begins the line of a link that is shown by its name.
const LINK: &str = "· ";

impl Letter {
    /// Puts the five grades below the letter, each as a link to the tracking page with the grade chosen. Rating takes the query code
    /// all the same: a machine that opens every link of a letter rates nothing.
    #[must_use]
    pub fn rated(self, number: &str, (pages, language): (&str, &str)) -> Self {
        if pages.is_empty() {
            return self;
        }
        let (above, grades) = words::grades(language);
        let lines = grades
            .iter()
            .zip((1..=5).rev())
            .map(|(name, grade)| format!("\n{LINK}{name} {pages}/track?number={number}&grade={grade}"));
        let text = format!("{}\n\n{above}{}", self.text, lines.collect::<String>());
        Self { html: html(&text, language), text, ..self }
    }

    /// Lets the resident of a matter answer by mail, and says so above and below.
    #[must_use]
    pub fn answered(self, matter: Uuid, language: &str) -> Self {
        let (mark, below) = words::answered(language);
        let text = format!("{mark}\n\n{}\n\n{below}", self.text);
        Self { html: html(&text, language), text, answers: Some(matter), ..self }
    }
}

/// Writes a letter. `facts` fill the gaps `{name}` of the words; unknown templates have no words and give none.
pub fn letter(id: Uuid, to: &str, (template, language): (&str, &str), facts: &[(&str, String)]) -> Option<Letter> {
    let (subject, body) = words::find(template, language)?;
    let text = fill(body, facts);
    let subject = fill(subject, facts).replace(['\r', '\n'], " ");
    Some(Letter { id, to: to.to_owned(), subject, html: html(&text, language), text, answers: None })
}

/// How a link looks that is pressed with a thumb.
const BUTTON: &str = "display:inline-block;margin:4px 0;padding:8px 16px;border:1px solid #1b5e6f;border-radius:6px;\
    color:#1b5e6f;text-decoration:none";

fn html(text: &str, language: &str) -> String {
    let paragraph = |text: &str| text.split('\n').map(line).collect::<Vec<_>>().join("<br>");
    let paragraphs = text.split("\n\n").map(paragraph).collect::<Vec<_>>().join("</p><p>");
    format!(
        "<!doctype html><html lang=\"{language}\"><meta charset=\"utf-8\"><body style=\"font-size:16px;line-height:1.7;max-width:40em\">\
         <p>{paragraphs}</p></body></html>"
    )
}

/// Writes a line; that of a link shows its name alone.
fn line(text: &str) -> String {
    let link = text.strip_prefix(LINK).and_then(|rest| rest.rsplit_once(' ')).filter(|(_, url)| url.starts_with("http"));
    match link {
        Some((name, url)) => format!("<a href=\"{}\" style=\"{BUTTON}\">{}</a>", escape(url), escape(name)),
        None => escape(text),
    }
}

fn fill(words: &str, facts: &[(&str, String)]) -> String {
    facts.iter().fold(words.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use appeals::appeal::Promised::{Acceptance, Answer, Review};

    use super::*;

    #[test]
    fn every_template_has_words_in_both_languages_and_no_gap_is_left() {
        let facts = [
            ("number", "MS1".to_owned()),
            ("office", "水务站".to_owned()),
            ("due", "2026-12-01".to_owned()),
            ("promise", words::promise("en", None)),
            ("until", "2026-12-31".to_owned()),
            ("track", "本站“查进度”".to_owned()),
            ("report_by", "2026-12-02".to_owned()),
            ("asked", "3".to_owned()),
            ("holder", "水务站".to_owned()),
            ("owner", "水务站".to_owned()),
            ("missed", "2026-11-30".to_owned()),
            ("overdue", "1".to_owned()),
            ("soon", "2".to_owned()),
            ("at", "2026年11月29日 09:12".to_owned()),
            ("code", "0123-4567-89AB-CDEF".to_owned()),
            ("reply", "已经修好。".to_owned()),
            ("minutes", "15".to_owned()),
        ];
        for template in words::TEMPLATES {
            for language in ["zh-CN", "en"] {
                let letter = letter(Uuid::nil(), "a@b.example", (template, language), &facts).expect(template);
                assert!(!letter.text.contains('{') && !letter.subject.contains('{'), "{template} {language}: {}", letter.text);
            }
        }
    }

    #[test]
    fn a_letter_says_what_will_have_happened_by_its_day() {
        let day = jiff::civil::date(2026, 12, 10);
        let says = |template, language, what| {
            let facts = [("promise", words::promise(language, Some((what, "县政府", day))))];
            letter(Uuid::nil(), "a@b.example", (template, language), &facts).unwrap().text
        };
        assert!(says("filed", "zh-CN", Acceptance).contains("最迟 2026年12月10日 前告诉您是否受理"));
        assert!(says("accepted", "zh-CN", Answer).contains("最迟 2026年12月10日 前给您书面答复"));
        assert!(says("under_review", "zh-CN", Review).contains("由县政府复查，最迟 2026年12月10日 前作出复查意见"));
        assert!(says("filed", "en", Acceptance).contains("by 10 December 2026 at the latest you will be told whether"));
    }

    #[test]
    fn nothing_in_a_fact_becomes_markup_or_a_header() {
        let facts = [("number", "MS1\r\nBcc: x@y.example".to_owned()), ("office", "<b>".to_owned()), ("due", String::new())];
        let letter = letter(Uuid::nil(), "a@b.example", ("replied", "zh-CN"), &facts).unwrap();
        assert!(!letter.subject.contains('\n') && !letter.subject.contains('\r'));
        assert!(!letter.html.contains("<b>"));
    }
}
