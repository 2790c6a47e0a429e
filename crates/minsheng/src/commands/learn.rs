use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use db::{Context, Fault};
use learn::evaluate::{Figures, PerLabel, cross, figures};
use learn::lines::{Line, read, read_labelled};
use learn::model::Model;
use learn::train::{Settings, train};
use learn::{Example, Text};

use super::{Which, said, threads};
use crate::{house, lessons};

/// How many words are shown as the reason of a label.
const REASONS: usize = 5;
/// How many texts are labelled at once.
const BATCH: usize = 256;
/// Bytes of a common answer; a place for so many is made at once.
const ANSWER_BYTES: usize = 1_500;

/// 判断类别：从已经办过的事项里学，给新的文字判断类别，并说出依据的词。不联网，不下载模型。
///
/// Labels texts: learns from what was decided before, says a label with its confidence and the words that led to it. Texts are
/// lines of JSON: {"id", "subject", "body", "label"?, "group"?}.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// 从标准输入读有类别的文字，写出模型；不写 --out 就从本站人定过类别的事项里学。 Reads texts with labels from standard input, writes a
    /// model; without --out it learns from the matters that people of this site decided.
    Train {
        /// 模型文件。 Where the model goes.
        #[arg(long, value_name = "FILE", conflicts_with_all = ["config", "data"])]
        out: Option<PathBuf>,
        #[command(flatten)]
        how: How,
        #[command(flatten)]
        which: Which,
    },
    /// 给标准输入里的文字判断类别。 Labels texts from standard input; adds label, confidence and because.
    Label {
        /// 模型文件。 The model.
        #[arg(long, value_name = "FILE")]
        model: PathBuf,
    },
    /// 分五份互相检验，报告准确程度。 Measures on texts with labels: five parts, each labelled by a model that learned from the others.
    Evaluate {
        #[command(flatten)]
        how: How,
    },
}

#[derive(Debug, clap::Args)]
struct How {
    /// 没有类别的文字，也可以学。 Texts without labels, to learn from too.
    #[arg(long, value_name = "FILE")]
    unlabelled: Option<PathBuf>,
    /// 同样的种子得出同样的模型。 The same seed gives the same model.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Fault> {
    match &args.what {
        What::Train { out: Some(out), how, .. } => make(out, how)?,
        What::Train { out: None, which, .. } => own(which)?,
        What::Label { model } => label(model)?,
        What::Evaluate { how } => evaluate(how)?,
    }
    Ok(ExitCode::SUCCESS)
}

impl How {
    fn settings(&self) -> Settings {
        Settings { seed: self.seed, threads: threads() }
    }

    /// Reads the texts with labels from standard input, and those without from their file.
    fn texts(&self) -> Result<(Vec<Line>, Vec<Line>), Fault> {
        let labelled = read_labelled(io::stdin().lock()).map_err(|why| said(&why))?;
        Ok((labelled, self.unlabelled()?))
    }

    fn unlabelled(&self) -> Result<Vec<Line>, Fault> {
        let Some(path) = &self.unlabelled else { return Ok(Vec::new()) };
        let file = File::open(path).context(path.display().to_string())?;
        read(BufReader::new(file)).collect::<Result<_, _>>().map_err(|why| said(&why).context(path.display().to_string()))
    }
}

fn make(out: &Path, how: &How) -> Result<(), Fault> {
    let (lines, more) = how.texts()?;
    let examples: Vec<Example<'_>> = lines.iter().filter_map(Line::example).collect();
    let unlabelled: Vec<Text<'_>> = more.iter().map(Line::text).collect();
    let model = train(&examples, &unlabelled, how.settings()).map_err(|why| said(&why))?;
    let bytes = model.to_bytes();
    std::fs::write(out, &bytes).context(out.display().to_string())?;
    eprintln!("{} texts, {} labels, {} KB: {}", model.texts(), model.labels().len(), bytes.len() / 1000, out.display());
    Ok(())
}

/// Learns from the site's own decided matters. A server that runs takes it over by itself.
fn own(which: &Which) -> Result<(), Fault> {
    let config = which.read()?;
    let path = lessons::path(&config);
    match lessons::make(&house::look(&config)?, &path)? {
        Some(model) => println!("{} texts, {} labels: {}", model.texts(), model.labels().len(), path.display()),
        None => println!("人定过的事项还太少。 Too few matters were decided by people so far."),
    }
    Ok(())
}

fn label(path: &Path) -> Result<(), Fault> {
    let bytes = std::fs::read(path).context(path.display().to_string())?;
    let model = Model::from_bytes(&bytes).map_err(|why| said(&why).context(path.display().to_string()))?;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut lines = read(io::stdin().lock());
    let mut wrong = None;
    thread::scope(|scope| {
        // reading and writing go on while the hands label; each hand has one batch under way and one waiting, and they take turns,
        // so the answers come in the order of the lines
        let hands: Vec<Hand> = (0..threads().get()).map(|_| Hand::begin(scope, &model)).collect();
        let ahead = hands.len() * 2;
        for turn in 0.. {
            if let Some(before) = usize::checked_sub(turn, ahead) {
                hands[before % hands.len()].write(&mut out)?;
            }
            let batch: Vec<Line> =
                lines.by_ref().take(BATCH).map_while(|line| line.map_err(|why| wrong = Some(why)).ok()).collect();
            if batch.is_empty() {
                return (turn.saturating_sub(ahead - 1)..turn).try_for_each(|before| hands[before % hands.len()].write(&mut out));
            }
            hands[turn % hands.len()].take(batch);
        }
        Ok(())
    })?;
    out.flush().context("standard output")?;
    wrong.map_or(Ok(()), |why| Err(said(&why)))
}

/// Labels batches of lines, one after the other, on a thread of its own.
struct Hand {
    to: SyncSender<Vec<Line>>,
    from: Receiver<Vec<u8>>,
}

impl Hand {
    fn begin<'scope>(scope: &'scope thread::Scope<'scope, '_>, model: &'scope Model) -> Self {
        let ((to, batches), (done, from)) = (sync_channel::<Vec<Line>>(1), sync_channel(1));
        scope.spawn(move || {
            for batch in batches {
                let mut answers = Vec::with_capacity(BATCH * ANSWER_BYTES);
                for line in &batch {
                    answer(model, line, &mut answers);
                }
                // nobody hears: the command ended early
                if done.send(answers).is_err() {
                    break;
                }
            }
        });
        Self { to, from }
    }

    fn take(&self, batch: Vec<Line>) {
        self.to.send(batch).expect("a hand works until nothing comes any more");
    }

    /// Writes the answers of the oldest batch it has.
    fn write(&self, out: &mut impl Write) -> Result<(), Fault> {
        let answers = self.from.recv().expect("a hand answers every batch");
        out.write_all(&answers).context("standard output")
    }
}

/// Is a line as it is given out.
#[derive(serde::Serialize)]
struct Labelled<'a> {
    id: &'a serde_json::Value,
    subject: &'a str,
    body: &'a str,
    label: &'a str,
    confidence: f64,
    because: &'a [&'a str],
}

/// Writes a line as it is given out.
fn answer(model: &Model, line: &Line, out: &mut Vec<u8>) {
    let Text { subject, body } = line.text();
    let (answer, because) = model.label_because(line.text(), REASONS);
    let confidence = (answer.confidence * 10_000.0).round() / 10_000.0;
    let labelled = Labelled { id: &line.id, subject, body, label: answer.label, confidence, because: &because };
    serde_json::to_writer(&mut *out, &labelled).expect("strings and a number can be written");
    out.push(b'\n');
}

fn evaluate(how: &How) -> Result<(), Fault> {
    let (lines, more) = how.texts()?;
    let examples: Vec<Example<'_>> = lines.iter().filter_map(Line::example).collect();
    let unlabelled: Vec<Text<'_>> = more.iter().map(Line::text).collect();
    let verdicts = cross(&examples, &unlabelled, how.settings()).map_err(|why| said(&why))?;
    show(&figures(&verdicts, how.seed), examples.len());
    Ok(())
}

fn show(figures: &Figures, texts: usize) {
    let (low, high) = figures.interval;
    println!("texts              {texts}");
    println!("macro-F1           {:.4} ({low:.4} to {high:.4})", figures.macro_f1);
    println!("accuracy           {:.4}", figures.accuracy);
    println!("calibration error  {:.4}", figures.calibration_error);
    println!("\nconfidence  texts   said  right");
    for step in &figures.steps {
        println!("from {:.2}  {:6}  {:.3}  {:.3}", step.from, step.texts, step.said, step.right);
    }
    println!("\ntexts  precision  recall     F1  label; said instead");
    for (at, (label, row)) in figures.labels.iter().zip(&figures.confusion).enumerate() {
        let others: Vec<String> = row
            .iter()
            .zip(&figures.labels)
            .enumerate()
            .filter(|(said, (count, _))| *said != at && **count > 0)
            .map(|(_, (count, other))| format!("{} {count}", other.label))
            .collect();
        let PerLabel { label, texts, precision, recall, f1 } = label;
        println!("{texts:5}  {precision:9.3}  {recall:6.3}  {f1:.3}  {label}; {}", others.join(", "));
    }
}
