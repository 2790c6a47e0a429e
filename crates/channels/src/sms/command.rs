//! What a short message asks for: one of the few commands that an old telephone can write, or something to be heard. Pure.

use appeals::number;

/// Says which matter is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// By the four figures that its messages name it by.
    Short(String),
    /// By its number.
    Number(String),
    /// By something that is neither.
    Odd,
}

/// Says what a short message asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// 帮助: what can be sent.
    Help,
    /// Nothing at all, or a greeting: a way on.
    Greeting,
    /// 谢谢, 收到: nothing is asked.
    Thanks,
    /// 退订: no more messages.
    Stop,
    /// 订: messages again.
    Start,
    /// 订 and a matter: word of a matter that was told by another way, to the telephone it names.
    Follow(Which),
    /// 钱: where money is.
    Money,
    /// 查: where a matter stands.
    Progress(Option<Which>),
    /// 答: the whole answer.
    Answer(Option<Which>),
    /// 约: the next reception days, or a time on one of them.
    Book {
        /// The day's number; none for a list of them.
        day: Option<i64>,
        /// What it is about.
        words: String,
    },
    /// 评: a grade, 1 to 5, and why.
    Rate {
        /// The grade, as written.
        grade: u8,
        /// Which matter.
        which: Option<Which>,
        /// Why.
        words: String,
    },
    /// 补: words for a matter.
    Add {
        /// Which matter.
        which: Which,
        /// The words.
        words: String,
    },
    /// 1 or 2: the answer to what was asked; true: it belongs to the matter.
    Choice(bool),
    /// Something to be heard.
    Words,
}

impl Ask {
    /// Tells whether the same message within a day is the same thing said again; a command is meant each time.
    pub fn is_said_once(&self) -> bool {
        matches!(self, Self::Words | Self::Add { .. })
    }
}

const HELP: [&str; 9] = ["帮助", "help", "?", "0", "菜单", "bz", "h", "怎么用", "怎么发"];
const STOP: [&str; 7] = ["退订", "td", "t", "stop", "unsubscribe", "取消订阅", "退"];
const START: [&str; 5] = ["订", "订阅", "恢复", "dy", "start"];
const FOLLOW: [&str; 4] = ["订阅", "订", "dy", "收"];
const MONEY: [&str; 4] = ["钱", "我的钱", "查钱", "钱呢"];
const GREETINGS: [&str; 9] = ["你好", "您好", "在吗", "在么", "有人吗", "喂", "测试", "hi", "hello"];
const THANKS: [&str; 8] = ["谢谢", "多谢", "感谢", "收到", "知道了", "好的", "好", "ok"];
const PROGRESS: [&str; 5] = ["查询", "查", "进度", "cx", "cha"];
const ANSWER: [&str; 3] = ["答复", "答", "da"];
const RATE: [&str; 4] = ["评价", "评", "打分", "pj"];
const BOOK: [&str; 3] = ["预约", "约", "yue"];
/// Longest number of a reception day, in figures.
const DAY_DIGITS_MAX: usize = 6;
const ADD: [&str; 3] = ["补充", "补", "bc"];

/// Words of messages that wait for no question: somebody may be in danger.
const PRESSING: [&str; 16] = [
    "救命", "着火", "起火", "失火", "火灾", "爆炸", "煤气", "燃气", "触电", "漏电", "落水", "中毒", "昏迷", "塌", "洪水", "人命",
];

/// Tells whether somebody may be in danger, so that where a message belongs is not asked first.
pub fn is_pressing(text: &str) -> bool {
    PRESSING.iter().any(|word| text.contains(word))
}

/// Reads what a message asks for.
pub fn read(text: &str) -> Ask {
    let folded = fold(text);
    let plain = folded.trim_matches(|c: char| c.is_whitespace() || "。.!,;:“”\"'【】[]()".contains(c));
    let lower = plain.to_lowercase();
    let is = |known: &[&str]| known.contains(&lower.as_str());
    match lower.as_str() {
        "1" => return Ask::Choice(true),
        "2" => return Ask::Choice(false),
        _ => {}
    }
    for (known, ask) in [
        (&HELP[..], Ask::Help),
        (&STOP, Ask::Stop),
        (&START, Ask::Start),
        (&MONEY, Ask::Money),
        (&GREETINGS, Ask::Greeting),
        (&THANKS, Ask::Thanks),
    ] {
        if is(known) {
            return ask;
        }
    }
    if !lower.chars().any(char::is_alphanumeric) || (lower.len() == 1 && lower.is_ascii()) {
        return Ask::Greeting;
    }
    after(plain, &PROGRESS).and_then(|rest| alone(rest, Ask::Progress)).unwrap_or_else(|| further(plain))
}

fn further(plain: &str) -> Ask {
    let answer = after(plain, &ANSWER).and_then(|rest| alone(rest, Ask::Answer));
    let rated = || after(plain, &RATE).and_then(rate);
    let added = || after(plain, &ADD).and_then(add);
    let booked = || after(plain, &BOOK).and_then(book);
    let followed = || after(plain, &FOLLOW).and_then(follow);
    answer.or_else(rated).or_else(added).or_else(booked).or_else(followed).unwrap_or(Ask::Words)
}

/// Folds full width.
fn fold(text: &str) -> String {
    let one = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        '①' => '1',
        '②' => '2',
        other => other,
    };
    text.chars().map(one).collect()
}

/// Returns what stands after a command's word. A word of Latin letters ends where they end.
fn after<'t>(text: &'t str, words: &[&str]) -> Option<&'t str> {
    let separates = |c: char| c.is_whitespace() || ":,。.-—+#*".contains(c);
    words.iter().find_map(|word| {
        let begin = text.get(..word.len()).filter(|begin| begin.eq_ignore_ascii_case(word))?;
        let rest = &text[begin.len()..];
        let ends = !word.is_ascii() || !rest.starts_with(|c: char| c.is_ascii_alphabetic());
        ends.then(|| rest.trim_matches(separates))
    })
}

/// Reads a command after which a matter stands, or nothing; where other words stand there, it is none.
fn alone(rest: &str, of: impl Fn(Option<Which>) -> Ask) -> Option<Ask> {
    if rest.is_empty() {
        return Some(of(None));
    }
    let is_name = rest.chars().all(|c| c.is_ascii_alphanumeric() || c.is_whitespace() || c == '-');
    is_name.then(|| of(Some(which(rest))))
}

fn which(text: &str) -> Which {
    let text = text.trim();
    if text.len() == super::SHORT_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Which::Short(text.to_owned());
    }
    number::parse(text).map_or(Which::Odd, Which::Number)
}

/// Reads a grade, before or after a matter, and the words that follow. `None`: no grade stands there, so it was no command.
fn rate(rest: &str) -> Option<Ask> {
    let (mut grade, mut of, mut left) = (None, None, rest);
    for _ in 0..2 {
        let word = left.split(|c: char| c.is_whitespace() || ",。:;".contains(c)).next().unwrap_or_default();
        let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let named = which(word);
        let used = match (grade, &of, named) {
            (_, None, named @ (Which::Short(_) | Which::Number(_))) => {
                of = Some(named);
                word.len()
            }
            (None, _, _) if digits == 1 => {
                grade = word[..1].parse().ok();
                1 + word[1..].strip_prefix('分').map_or(0, |_| '分'.len_utf8())
            }
            _ => break,
        };
        left = left[used..].trim_start_matches(|c: char| c.is_whitespace() || ",。:;".contains(c));
    }
    grade.map(|grade| Ask::Rate { grade, which: of, words: left.trim().to_owned() })
}

/// Reads a matter and the words for it. `None`: no matter stands there, so it was no command.
fn add(rest: &str) -> Option<Ask> {
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len());
    let (name, words) = rest.split_at(end);
    let words = words.trim_start_matches(|c: char| c.is_whitespace() || ",。:;".contains(c)).trim();
    match which(name) {
        Which::Odd => None,
        of if words.is_empty() => Some(Ask::Progress(Some(of))),
        which => Some(Ask::Add { which, words: words.to_owned() }),
    }
}

/// Reads the matter that word is wanted of. `None`: no matter stands there, so it was no command.
fn follow(rest: &str) -> Option<Ask> {
    let is_name = rest.chars().all(|c| c.is_ascii_alphanumeric() || c.is_whitespace() || c == '-');
    match which(rest) {
        Which::Odd => None,
        which => is_name.then_some(Ask::Follow(which)),
    }
}

/// Reads the number of a reception day and what it is about, or nothing at all. `None`: other words stand there, so it was no command.
fn book(rest: &str) -> Option<Ask> {
    if rest.is_empty() {
        return Some(Ask::Book { day: None, words: String::new() });
    }
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (number, words) = rest.split_at(end);
    let apart = words.is_empty() || words.starts_with(|c: char| c.is_whitespace() || ",。:;".contains(c));
    let day = number.parse().ok().filter(|_| apart && number.len() <= DAY_DIGITS_MAX)?;
    let words = words.trim_start_matches(|c: char| c.is_whitespace() || ",。:;".contains(c)).trim();
    Some(Ask::Book { day: Some(day), words: words.to_owned() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn short(text: &str) -> Which {
        Which::Short(text.into())
    }

    #[test]
    fn commands_are_read_however_they_are_typed() {
        let rate = |grade, which, words: &str| Ask::Rate { grade, which, words: words.into() };
        for (text, ask) in [
            ("查0931", Ask::Progress(Some(short("0931")))),
            (" 查 ０９３１。", Ask::Progress(Some(short("0931")))),
            ("CX 0931", Ask::Progress(Some(short("0931")))),
            ("订0931", Ask::Follow(short("0931"))),
            ("订阅 ０９３１", Ask::Follow(short("0931"))),
            ("收 0931。", Ask::Follow(short("0931"))),
            ("收到0931的答复了吗", Ask::Words),
            ("订了0931班车没来", Ask::Words),
            ("查询：0931", Ask::Progress(Some(short("0931")))),
            ("查", Ask::Progress(None)),
            ("查093", Ask::Progress(Some(Which::Odd))),
            ("答0931", Ask::Answer(Some(short("0931")))),
            ("评5", rate(5, None, "")),
            ("评 5 分", rate(5, None, "分")),
            ("评4分，来得快", rate(4, None, "来得快")),
            ("评 0931 1 没人来", rate(1, Some(short("0931")), "没人来")),
            ("评1 0931 没人来", rate(1, Some(short("0931")), "没人来")),
            ("评价:3", rate(3, None, "")),
            ("评9", rate(9, None, "")),
            ("补0931 现在是黄水", Ask::Add { which: short("0931"), words: "现在是黄水".into() }),
            ("补充0931，现在是黄水", Ask::Add { which: short("0931"), words: "现在是黄水".into() }),
            ("补0931", Ask::Progress(Some(short("0931")))),
            ("约", Ask::Book { day: None, words: String::new() }),
            ("约12 桥塌了", Ask::Book { day: Some(12), words: "桥塌了".into() }),
            ("预约１２，桥塌了", Ask::Book { day: Some(12), words: "桥塌了".into() }),
            ("退订", Ask::Stop),
            ("TD", Ask::Stop),
            ("订", Ask::Start),
            ("钱", Ask::Money),
            ("帮助", Ask::Help),
            ("？", Ask::Help),
            ("１", Ask::Choice(true)),
            ("2。", Ask::Choice(false)),
            ("谢谢！", Ask::Thanks),
            ("您好", Ask::Greeting),
            ("", Ask::Greeting),
            ("。。。", Ask::Greeting),
            ("5", Ask::Greeting),
        ] {
            assert_eq!(read(text), ask, "{text}");
        }
    }

    #[test]
    fn what_people_tell_is_never_taken_for_a_command() {
        for text in [
            "查一下我家门口的路灯",
            "查查谁挖的路",
            "补贴三个月没到账",
            "补课收钱",
            "约了两次没有人来",
            "约12个人去问过",
            "评理去哪里",
            "评低保不公平",
            "停电了",
            "退订的人没有人管",
            "钱被村里扣了",
            "答应的路灯没有装",
            "Charging station is broken",
            "2号楼停水",
            "12345没人接",
            "订的报纸没送",
        ] {
            assert_eq!(read(text), Ask::Words, "{text}");
        }
    }

    #[test]
    fn danger_is_not_asked_where_it_belongs() {
        assert!(is_pressing("房子要塌了") && is_pressing("厂里着火了") && !is_pressing("路灯坏了"));
    }

    proptest! {
        #[test]
        fn parser_of_commands(text: String, words in "(查|评|补|答|cx|pj)[ 0-9a-z:。停水分]{0,12}") {
            let _ = (read(&text), read(&words));
        }
    }
}
