//! Words of a message as a direction: rare words count more.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use text::fold::fold;
use text::words::{Words, is_word};

/// How often a word of the subject counts as if it stood in the body.
const SUBJECT: f32 = 2.0;

/// As many issues are imagined beside those there are, none of which has any of the words: with few messages every word is common, and
/// none would tell one thing from another.
const IMAGINED: f32 = 100.0;

/// Words that say nothing of place or cause.
const EMPTY: &[&str] = &[
    "没有",
    "我们",
    "你们",
    "他们",
    "什么",
    "怎么",
    "可以",
    "已经",
    "现在",
    "这个",
    "那个",
    "还是",
    "因为",
    "所以",
    "但是",
    "如果",
    "希望",
    "请问",
    "反映",
    "投诉",
    "尊敬",
    "领导",
    "您好",
    "你好",
    "谢谢",
    "为什么",
    "一直",
    "就是",
    "不是",
    "自己",
    "大家",
    "有关",
    "部门",
    "问题",
];
/// Characters that stand beside any word, and make no name with it.
const PLAIN: &str = "的了在是我你他她它们这那有和与及就都也很不没被把对从到为让给向等之于以及或但而且又再还要会能可想去来上下中里后前时个种些每各某已无着过吗呢吧啊呀哦嘛得地所其此该本由因如若则即将并只才更最太多少大小年月日号点分元万人说看做用请问一二三四五六七八九十两几";

/// Is a direction: words by number, in order, with a weight each; its length is one.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Direction(pub Vec<(u32, f32)>);

/// Numbers words and knows how many messages and issues have each.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lexicon {
    numbers: HashMap<Box<str>, u32>,
    counts: Vec<u32>,
    /// How many issues have a word, and how many there are. A message that came since the last count is one of its own here: what
    /// one issue says a hundred times tells it from the others, what a hundred issues say does not.
    spread: Vec<u32>,
    issues: u32,
}

/// Is a word as it is kept: its letters, how many messages and how many issues have it.
pub(crate) type KeptWord = (Box<str>, u32, u32);

/// Are weights by the number of a word.
pub(crate) type Weights = HashMap<u32, f32, BuildHasherDefault<Spread>>;

/// Spreads numbers that we gave out ourselves, so that nobody can choose them to collide.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = (self.0 ^ u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26);
    }
}

/// Are the words of a message with how often they stand in it.
pub(crate) type Bag = Vec<(u32, f32)>;

impl Lexicon {
    /// Reads a message and counts it.
    pub(crate) fn read(&mut self, subject: &str, body: &str) -> Bag {
        self.count(&Read::of(subject, body))
    }

    /// Counts a message that was read.
    pub(crate) fn count(&mut self, read: &Read) -> Bag {
        let mut bag = Weights::default();
        for cue in read.body.each() {
            *bag.entry(self.number(cue)).or_default() += 1.0;
        }
        for count in bag.values_mut() {
            *count = 1.0 + count.ln();
        }
        for cue in read.subject.each() {
            *bag.entry(self.number(cue)).or_default() += SUBJECT;
        }
        self.issues += 1;
        for word in bag.keys() {
            self.counts[*word as usize] += 1;
            self.spread[*word as usize] += 1;
        }
        let mut bag: Bag = bag.into_iter().collect();
        bag.sort_unstable_by_key(|(word, _)| *word);
        bag
    }

    fn number(&mut self, word: &str) -> u32 {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let number = u32::try_from(self.counts.len()).expect("fewer words than four thousand million");
        self.numbers.insert(word.into(), number);
        self.counts.push(0);
        self.spread.push(0);
        number
    }

    /// Takes a message out of the counts.
    pub(crate) fn forget(&mut self, bag: &Bag) {
        for (word, _) in bag {
            let count = &mut self.counts[*word as usize];
            *count = count.saturating_sub(1);
        }
    }

    /// Lends the letters of some words.
    pub(crate) fn names(&self, words: &[u32]) -> Vec<String> {
        let mut found: HashMap<u32, &str> = HashMap::new();
        for (name, number) in self.numbers.iter().filter(|(_, number)| words.contains(number)) {
            found.insert(*number, name);
        }
        words.iter().filter_map(|word| found.get(word)).map(|name| (*name).to_owned()).collect()
    }

    /// Packs up some words, in this order, and how many issues there are.
    pub(crate) fn keep(&self, words: &[u32]) -> (Vec<KeptWord>, u32) {
        let mut names: Vec<&str> = vec![""; self.counts.len()];
        for (name, number) in &self.numbers {
            names[*number as usize] = name;
        }
        let word = |word: &u32| (names[*word as usize].into(), self.counts[*word as usize], self.spread[*word as usize]);
        (words.iter().map(word).collect(), self.issues)
    }

    /// Goes on with words as they were kept.
    pub(crate) fn back(words: Vec<KeptWord>, issues: u32) -> Self {
        let mut lexicon = Self { issues, ..Self::default() };
        for (number, (name, count, spread)) in (0..).zip(words) {
            lexicon.numbers.insert(name, number);
            lexicon.counts.push(count);
            lexicon.spread.push(spread);
        }
        lexicon
    }

    /// Returns how many different words there are.
    pub(crate) fn len(&self) -> usize {
        self.counts.len()
    }

    /// Counts anew which issue has which word, by messages with their issue; those of one issue come one after the other.
    pub(crate) fn recount<'a>(&mut self, messages: impl Iterator<Item = (u32, &'a Bag)>) {
        self.spread.fill(0);
        self.issues = 0;
        let (mut last, mut seen) = (None, vec![0; self.spread.len()]);
        for (issue, bag) in messages {
            if last != Some(issue) {
                (last, self.issues) = (Some(issue), self.issues + 1);
            }
            for (word, _) in bag {
                if std::mem::replace(&mut seen[*word as usize], self.issues) != self.issues {
                    self.spread[*word as usize] += 1;
                }
            }
        }
    }

    /// Returns the direction of a message as weights stand now. Words that no other message has say nothing of likeness.
    pub(crate) fn direction(&self, bag: &Bag) -> Direction {
        let weigh = |(word, count): &(u32, f32)| {
            let with = self.spread[*word as usize];
            let rare = ((self.issues as f32 + IMAGINED) / (with as f32 + 1.0)).ln();
            (rare > 0.0 && self.counts[*word as usize] > 1).then_some((*word, count * rare))
        };
        let mut all: Vec<(u32, f32)> = bag.iter().filter_map(weigh).collect();
        let length = all.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
        for (_, weight) in &mut all {
            *weight /= length;
        }
        Direction(all)
    }
}

/// Is what a message is known by, before anybody counts it: any thread can read one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Read {
    subject: Cues,
    body: Cues,
}

impl Read {
    /// Reads a message.
    pub(crate) fn of(subject: &str, body: &str) -> Self {
        Self { subject: Cues::of(&fold(subject)), body: Cues::of(&fold(body)) }
    }
}

/// Lists what a folded text is known by: its words; pairs of characters that no word holds, which names of places and people are
/// made of; a word with such a character beside it, as in 丽景新城 or 江东路; and numbers with what they count, as 805路.
#[derive(Debug, Clone, Default)]
struct Cues {
    /// All of them, one behind the other.
    text: String,
    /// Where each ends.
    ends: Vec<u32>,
}

impl Cues {
    fn of(text: &str) -> Self {
        let cut: Vec<(&str, Sort)> = Words::shared().cut(text).into_iter().map(|word| (word, sort(word))).collect();
        let mut cues = Self { text: String::with_capacity(text.len() * 2), ends: Vec::with_capacity(cut.len()) };
        cut.iter().filter(|(_, sort)| *sort == Sort::Word).for_each(|(word, _)| cues.push(&[*word]));
        for pair in cut.windows(2) {
            let ((one, first), (other, second)) = (pair[0], pair[1]);
            let named = match (first, second) {
                (Sort::Sign, Sort::Word | Sort::Sign | Sort::Plain)
                | (Sort::Word | Sort::Plain, Sort::Sign)
                | (Sort::Plain, Sort::Plain) => true,
                (Sort::Number, _) => other.chars().all(char::is_alphabetic),
                _ => false,
            };
            if named {
                cues.push(&[one, other]);
            }
        }
        cues
    }

    fn push(&mut self, parts: &[&str]) {
        self.text.extend(parts.iter().copied());
        self.ends.push(u32::try_from(self.text.len()).expect("a message is shorter than four gigabytes"));
    }

    fn each(&self) -> impl Iterator<Item = &str> {
        self.ends.iter().scan(0, |from, end| {
            let start = std::mem::replace(from, *end as usize);
            self.text.get(start..*from)
        })
    }
}

/// Says what a word is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// It says something.
    Word,
    /// One character, which may belong to a name.
    Sign,
    /// One character that stands beside any word.
    Plain,
    /// Digits.
    Number,
    /// It says nothing.
    Nothing,
}

fn sort(word: &str) -> Sort {
    if is_word(word) {
        return if EMPTY.contains(&word) { Sort::Nothing } else { Sort::Word };
    }
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        return Sort::Number;
    }
    let mut signs = word.chars();
    match (signs.next(), signs.next()) {
        (Some(sign), None) if sign.is_alphabetic() => {
            if PLAIN.contains(sign) {
                Sort::Plain
            } else {
                Sort::Sign
            }
        }
        _ => Sort::Nothing,
    }
}

impl Direction {
    /// Lends the strongest words, at most so many.
    pub(crate) fn strongest(&self, most: usize) -> Vec<(u32, f32)> {
        strongest(self.0.clone(), most)
    }
}

/// Keeps the strongest of some weights, the strongest first.
pub(crate) fn strongest(mut all: Vec<(u32, f32)>, most: usize) -> Vec<(u32, f32)> {
    let order = |(one, a): &(u32, f32), (other, b): &(u32, f32)| b.total_cmp(a).then(one.cmp(other));
    if all.len() > most {
        all.select_nth_unstable_by(most, order);
        all.truncate(most);
    }
    all.sort_unstable_by(order);
    all
}
