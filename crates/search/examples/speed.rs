//! Measures an index of a million texts: `cargo run --release -p search --example speed < texts.jsonl`, where each line has a `body`;
//! a document is put together out of sentences of these. Without input the texts are invented: 60,000 words of two to four
//! characters, the n-th of which is used 1/n as often as the first.
//!
//! A text has 40 to 200 characters. Questions are words that stand in one text, none of them in more than one in fifty; what is alike
//! is looked for by texts as long as these. Prints what filling and asking cost (the time of what is alike is that on a processor),
//! and what lies on the disk.

#![expect(clippy::cast_precision_loss, clippy::cast_sign_loss, reason = "figures to look at")]

use std::collections::HashMap;
use std::io::BufRead;
use std::time::{Duration, Instant};

use search::{Alike, Ask, Change, Document, Filter, Index, Order, Place, Shape};
use text::words::{Words, is_word};

static SHAPE: Shape = Shape {
    version: "speed",
    texts: &[("said", 1.0), ("answered", 0.6)],
    facets: &["owner", "stage", "kind", "category", "place"],
    figures: &["received", "due"],
};
/// Words there are.
const WORDS: u64 = 60_000;
/// Documents.
const DOCUMENTS: u64 = 1_000_000;
/// One in so many documents may have a word that is asked for.
const ASKED_SHARE: u64 = 50;
/// Documents among which words for questions are looked for.
const SAMPLE: u64 = 20_000;
/// Documents taken in at once.
const BATCH: u64 = 2_000;
/// Offices there are.
const OFFICES: u64 = 200;
/// Questions asked.
const QUESTIONS: u64 = 2_000;

struct Chance(u64);

impl Chance {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below.max(1)
    }

    /// Draws a word, the first ones most often.
    fn word(&mut self) -> u64 {
        let spread = (WORDS as f64).ln() * self.next(1 << 20) as f64 / f64::from(1 << 20);
        (spread.exp() as u64).min(WORDS - 1)
    }
}

/// Spells a word: its characters come from 3,500, the usual ones more often.
fn spelt(word: u64) -> String {
    let mut chance = Chance(word.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let count = 2 + chance.next(8) / 6 + chance.next(16) / 14;
    let sign = |chance: &mut Chance| {
        let spread = 3_500_f64.ln() * chance.next(1 << 20) as f64 / f64::from(1 << 20);
        char::from_u32(0x4e00 + (spread.exp() * 2.0) as u32).unwrap_or('一')
    };
    (0..count).map(|_| sign(&mut chance)).collect()
}

/// Is where texts come from.
enum Source {
    Invented,
    Sentences(Vec<String>),
}

impl Source {
    fn read() -> Result<Self, Box<dyn std::error::Error>> {
        let mut sentences = Vec::new();
        for line in std::io::stdin().lock().lines() {
            let line: serde_json::Value = serde_json::from_str(&line?)?;
            let body = line.get("body").and_then(|body| body.as_str()).unwrap_or_default();
            sentences.extend(body.split_inclusive(['，', '。', '！', '？', '\n']).map(str::to_owned));
        }
        Ok(if sentences.is_empty() { Self::Invented } else { Self::Sentences(sentences) })
    }

    fn text(&self, chance: &mut Chance) -> String {
        let chars = 40 + chance.next(160) as usize;
        let mut text = String::new();
        while text.chars().count() < chars {
            match self {
                Self::Invented => text.push_str(&spelt(chance.word())),
                Self::Sentences(all) => text.push_str(&all[chance.next(all.len() as u64) as usize]),
            }
            if chance.next(6) == 0 {
                text.push('，');
            }
        }
        text
    }
}

fn document(key: u64, (source, chance): (&Source, &mut Chance)) -> Document {
    let text = source.text(chance);
    let owner = format!("office-{}", chance.next(OFFICES));
    let of = |name: &str, number: u64| Some(format!("{name}-{number}"));
    Document {
        key,
        texts: vec![text, String::new()],
        marks: vec![format!("owner:{owner}"), "open".to_owned()],
        facets: vec![
            Some(owner),
            of("stage", chance.next(12)),
            of("kind", chance.next(5)),
            of("category", chance.next(30)),
            of("place", chance.next(2_000)),
        ],
        figures: vec![1_700_000_000 + key as i64, 20_000 + (key % 700) as i64],
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (source, many) = (Source::read()?, DOCUMENTS);
    let folder = tempfile::tempdir()?;
    let salt = {
        let next = std::sync::atomic::AtomicU64::new(1);
        Box::new(move || {
            let mut salt = [0; 15];
            salt[..8].copy_from_slice(&next.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_be_bytes());
            salt
        })
    };
    let place = Place { folder: folder.path(), key: &[7; 32], salt, filling_bytes: 32 << 20, threads: 1 };
    let index = Index::open(place, &SHAPE)?;
    let (mut chance, mut text, mut filling) = (Chance(1), 0, Duration::ZERO);
    for first in (0..many).step_by(BATCH as usize) {
        let batch: Vec<Document> = (first..(first + BATCH).min(many)).map(|key| document(key, (&source, &mut chance))).collect();
        text += batch.iter().flat_map(|one| &one.texts).map(String::len).sum::<usize>();
        let begun = Instant::now();
        index.take(batch.into_iter().map(Change::Add).collect())?;
        filling += begun.elapsed();
    }
    let begun = Instant::now();
    index.commit("1")?;
    filling += begun.elapsed();
    println!("filled: {:.0} documents/s, text not invented counted", many as f64 / filling.as_secs_f64());
    let (mut of_kind, mut all) = (std::collections::BTreeMap::<String, u64>::new(), 0);
    for entry in std::fs::read_dir(folder.path())? {
        let (path, bytes) = {
            let entry = entry?;
            (entry.path(), entry.metadata()?.len())
        };
        all += bytes;
        *of_kind.entry(path.extension().unwrap_or_default().to_string_lossy().into_owned()).or_default() += bytes;
    }
    let places = of_kind.get("pos").copied().unwrap_or_default();
    let share = |bytes: u64| 100.0 * bytes as f64 / text as f64;
    println!("text {text} bytes; index {all} = {:.0} %; without places {:.0} %; {of_kind:?}", share(all), share(all - places));
    let questions = questions(&source);
    for (name, words, sort) in
        [("two words, best fit", 2, Order::Fit), ("two words, newest", 2, Order::Figure(0)), ("one word", 1, Order::Fit)]
    {
        for (whose, filter) in [("all", Filter::Every), ("one office", Filter::Mark("owner:office-7".to_owned()))] {
            asked(&index, &questions, (&format!("{name}, {whose}"), words, sort, filter))?;
        }
    }
    alike(&index, &source)
}

/// Looks for the thirty documents most like a text of the same kind.
fn alike(index: &Index, source: &Source) -> Result<(), Box<dyn std::error::Error>> {
    let mut chance = Chance(3);
    for (whose, filter) in [("all", Filter::Every), ("one office", Filter::Mark("owner:office-7".to_owned()))] {
        let (mut times, mut found) = (Vec::new(), 0);
        for _ in 0..QUESTIONS {
            let words = source.text(&mut chance);
            let begun = on_processor()?;
            let ask = Alike { words: &words, of: 0, filter: filter.clone(), least: 0.08, rows_max: 30 };
            found += index.view().alike(&ask)?.rows.len();
            times.push(on_processor()?.saturating_sub(begun));
        }
        report(&format!("alike, {whose}"), times, found as f64);
    }
    Ok(())
}

/// Returns for how long this thread was on a processor.
fn on_processor() -> Result<Duration, Box<dyn std::error::Error>> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(Duration::from_nanos(told.split(' ').next().unwrap_or_default().parse()?))
}

/// Draws words that stand in one text together, none of them in more than one in fifty.
fn questions(source: &Source) -> Vec<Vec<String>> {
    let mut chance = Chance(2);
    let texts: Vec<String> = (0..SAMPLE).map(|_| text::fold::fold(&source.text(&mut chance))).collect();
    let words = |text: &str| {
        let mut words: Vec<String> =
            Words::shared().cut(text).into_iter().filter(|word| is_word(word)).map(str::to_owned).collect();
        words.sort();
        words.dedup();
        words
    };
    let mut often: HashMap<String, u64> = HashMap::new();
    for word in texts.iter().flat_map(|text| words(text)) {
        *often.entry(word).or_default() += 1;
    }
    let mut all = Vec::new();
    for text in texts {
        let mut rare = words(&text);
        rare.retain(|word| often[word] <= SAMPLE / ASKED_SHARE);
        if rare.len() > 1 {
            let first = rare.swap_remove(chance.next(rare.len() as u64) as usize);
            let second = rare.swap_remove(chance.next(rare.len() as u64) as usize);
            all.push(vec![first, second]);
        }
        if all.len() as u64 == QUESTIONS {
            break;
        }
    }
    all
}

fn asked(
    index: &Index,
    questions: &[Vec<String>],
    (name, words, order, filter): (&str, usize, Order, Filter),
) -> Result<(), search::Fault> {
    let mut times = Vec::new();
    let mut found = 0;
    for question in questions {
        let phrases = question[..words].to_vec();
        let ask = Ask { phrases, without: vec![], loose: false, filter: filter.clone(), order, after: None, rows_max: 20 };
        let begun = Instant::now();
        found += index.view().find(&ask)?.total;
        times.push(begun.elapsed());
    }
    report(name, times, found as f64);
    Ok(())
}

fn report(name: &str, mut times: Vec<Duration>, found: f64) {
    times.sort_unstable();
    let sum: Duration = times.iter().sum();
    let at = |share: usize| times[times.len() * share / 100].as_secs_f64() * 1e3;
    println!(
        "{name}: {:.0}/s on one thread, p50 {:.2} ms, p99 {:.1} ms, slowest {:.1} ms, {:.0} found on average",
        times.len() as f64 / sum.as_secs_f64(),
        at(50),
        at(99),
        times.last().map_or(0.0, Duration::as_secs_f64) * 1e3,
        found / times.len() as f64
    );
}
