//! The talk in which somebody tells what happened: one question at a time, nothing sent before they said so. Pure.

use appeals::filing::{PLACE_CHARS_MAX, phone};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Longest account of a talk, in characters.
pub(super) const WORDS_CHARS_MAX: usize = 10_000;
/// Pictures of a talk, by the messages that brought them, at most.
const PICTURES_MAX: usize = 9;

const CANCEL: [&str; 7] = ["取消", "算了", "不报了", "不说了", "3", "cancel", "quit"];
const AGAIN: [&str; 6] = ["重来", "重新开始", "重说", "重新说", "2", "restart"];
const SKIP: [&str; 9] = ["跳过", "没有", "不留", "不用", "不用了", "无", "不方便", "skip", "no"];
const SEND: [&str; 12] = ["发送", "发", "确认", "提交", "寄出", "1", "好", "好的", "是", "ok", "send", "yes"];
const GO_ON: [&str; 3] = ["继续", "不是检举", "continue"];

/// Words of an accusation of somebody in office, which has a way of its own.
const ACCUSES: [&str; 10] = ["检举", "控告", "贪污", "受贿", "行贿", "索贿", "吃回扣", "贪腐", "腐败", "以权谋私"];
/// Words that make an accusation together with somebody in office.
const REPORTS: [&str; 3] = ["举报", "告发", "揭发"];
/// Who is in office.
const OFFICIALS: [&str; 16] = [
    "书记",
    "村长",
    "镇长",
    "县长",
    "局长",
    "科长",
    "站长",
    "所长",
    "校长",
    "主任",
    "干部",
    "领导",
    "民警",
    "警察",
    "法官",
    "公务员",
];

/// Says what is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// What happened.
    #[default]
    What,
    /// Where.
    Where,
    /// How else to reach whoever tells it; may be left out.
    Reach,
    /// Whether it is right as it is.
    Look,
}

/// Is what somebody told so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Talk {
    /// What is asked now.
    pub step: Step,
    /// What happened.
    pub what: String,
    /// Where.
    pub place: String,
    /// A telephone number, where one was left.
    pub reach: String,
    /// The messages that brought pictures.
    pub pictures: Vec<Uuid>,
    /// Whether they said that it is no accusation.
    #[serde(default)]
    pub sure: bool,
}

/// Says what comes after something was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Something is asked, or asked again, with the words of this template.
    Ask(&'static str),
    /// It is sent.
    Send,
    /// It is let be.
    Cancel,
    /// It is an accusation: nothing of it is kept here.
    Elsewhere,
}

fn is(text: &str, words: &[&str]) -> bool {
    let plain = text.trim_matches(|c: char| c.is_whitespace() || "。.!！,，~".contains(c));
    words.iter().any(|word| plain.eq_ignore_ascii_case(word))
}

/// Tells whether words accuse somebody in office.
pub(super) fn accuses(text: &str) -> bool {
    let any = |words: &[&str]| words.iter().any(|word| text.contains(word));
    any(&ACCUSES) || (any(&REPORTS) && any(&OFFICIALS))
}

impl Talk {
    /// Says by which template its question is asked.
    pub(super) fn question(&self) -> &'static str {
        match self.step {
            Step::What => "chat_what",
            Step::Where => "chat_where",
            Step::Reach => "chat_reach",
            Step::Look => "chat_look",
        }
    }

    /// Takes what was said. `picture` is the message, where it brings pictures.
    pub(super) fn hear(&mut self, text: &str, picture: Option<Uuid>) -> Next {
        let text = text.trim();
        if is(text, &CANCEL) && !self.what.is_empty() || is(text, &CANCEL[..4]) {
            return Next::Cancel;
        }
        if (is(text, &AGAIN) && !self.what.is_empty()) || is(text, &AGAIN[..4]) {
            *self = Self { pictures: std::mem::take(&mut self.pictures), sure: self.sure, ..Self::default() };
            return Next::Ask("chat_again");
        }
        if is(text, &GO_ON) && self.what.is_empty() {
            self.sure = true;
            return Next::Ask("chat_what");
        }
        if !self.sure && accuses(text) {
            return Next::Elsewhere;
        }
        if let Some(message) = picture.filter(|_| self.pictures.len() < PICTURES_MAX) {
            self.pictures.push(message);
        }
        if text.is_empty() {
            return Next::Ask(if picture.is_some() { "chat_picture" } else { self.question() });
        }
        self.step(text)
    }

    fn step(&mut self, text: &str) -> Next {
        match self.step {
            Step::What => {
                self.add(text);
                self.step = Step::Where;
            }
            Step::Where => {
                self.place = text.chars().take(PLACE_CHARS_MAX).collect();
                self.step = Step::Reach;
            }
            Step::Reach if is(text, &SKIP) => self.step = Step::Look,
            Step::Reach => match phone(text).filter(|number| !number.is_empty()) {
                Some(number) => {
                    self.reach = number;
                    self.step = Step::Look;
                }
                None => return Next::Ask("chat_reach_odd"),
            },
            Step::Look if is(text, &SEND) => return Next::Send,
            // whoever goes on telling has more to say
            Step::Look => self.add(text),
        }
        Next::Ask(self.question())
    }

    fn add(&mut self, text: &str) {
        if !self.what.is_empty() {
            self.what.push('\n');
        }
        let left = WORDS_CHARS_MAX.saturating_sub(self.what.chars().count());
        self.what.extend(text.chars().take(left));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn say(talk: &mut Talk, text: &str) -> Next {
        talk.hear(text, None)
    }

    #[test]
    fn one_question_after_the_other_and_nothing_is_sent_before_it_was_looked_at() {
        let mut talk = Talk::default();
        assert_eq!(say(&mut talk, "路灯坏了，天黑看不见"), Next::Ask("chat_where"));
        assert_eq!(say(&mut talk, "石桥村小学门口"), Next::Ask("chat_reach"));
        assert_eq!(say(&mut talk, "我不告诉你"), Next::Ask("chat_reach_odd"));
        assert_eq!(say(&mut talk, "139 0000 1111"), Next::Ask("chat_look"));
        assert_eq!(say(&mut talk, "还有一盏也不亮"), Next::Ask("chat_look"));
        assert_eq!((talk.what.as_str(), talk.reach.as_str()), ("路灯坏了，天黑看不见\n还有一盏也不亮", "13900001111"));
        assert_eq!(say(&mut talk, "发送。"), Next::Send);
    }

    #[test]
    fn it_may_be_let_be_begun_anew_and_skipped() {
        let mut talk = Talk::default();
        say(&mut talk, "停水了");
        assert_eq!(say(&mut talk, "重来"), Next::Ask("chat_again"));
        assert_eq!(talk, Talk::default());
        for words in ["停水了", "二组", "不留"] {
            say(&mut talk, words);
        }
        assert_eq!((talk.step, talk.reach.as_str()), (Step::Look, ""));
        assert_eq!(say(&mut talk, "取消"), Next::Cancel);
        assert_eq!(say(&mut Talk::default(), "取消"), Next::Cancel);
        assert_eq!(say(&mut Talk::default(), "3号楼停水"), Next::Ask("chat_where"));
    }

    #[test]
    fn an_accusation_goes_elsewhere_and_what_only_sounds_like_one_does_not() {
        for text in ["我要检举村主任贪污低保款", "举报李书记收钱", "有干部索贿"] {
            assert_eq!(say(&mut Talk::default(), text), Next::Elsewhere, "{text}");
        }
        for text in ["举报楼下烧烤油烟", "书记来过，路还没修", "打12345告诉过你们"] {
            assert_eq!(say(&mut Talk::default(), text), Next::Ask("chat_where"), "{text}");
        }
        let mut talk = Talk::default();
        assert_eq!(say(&mut talk, "继续"), Next::Ask("chat_what"));
        assert_eq!(say(&mut talk, "墙上的检举箱被人砸了"), Next::Ask("chat_where"));
    }

    #[test]
    fn pictures_are_taken_along_at_any_step() {
        let mut talk = Talk::default();
        assert_eq!(talk.hear("", Some(Uuid::from_u128(1))), Next::Ask("chat_picture"));
        assert_eq!(talk.hear("井盖没了", Some(Uuid::from_u128(2))), Next::Ask("chat_where"));
        assert_eq!(talk.pictures.len(), 2);
    }

    proptest! {
        #[test]
        fn whatever_is_said_it_asks_on(words in proptest::collection::vec(".{0,20}|取消|重来|发送|1|跳过", 0..12)) {
            let mut talk = Talk::default();
            for word in words {
                if let Next::Send = say(&mut talk, &word) {
                    prop_assert!(!talk.what.is_empty() && !talk.place.is_empty());
                }
            }
        }
    }
}
