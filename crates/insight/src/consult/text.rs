//! The text of a draft: paragraphs with the points that each comes from, and what changed between two drafts, down to sentences. Pure.

use super::consultation::Line;

/// Ends a sentence.
const ENDS: &[char] = &['。', '！', '？', '；', '!', '?', ';'];

/// Reads a draft as an office types it: a paragraph on each line, and at its end, where it comes from points, their numbers in brackets:
/// `〔要点1、3〕`.
pub fn read(typed: &str) -> Vec<Line> {
    typed.lines().map(str::trim).filter(|line| !line.is_empty()).map(line).collect()
}

fn line(typed: &str) -> Line {
    let plain = || Line { words: typed.to_owned(), points: Vec::new() };
    let ends = typed.strip_suffix(['〕', ']', '】']);
    let Some((words, inside)) = ends.and_then(|rest| rest.rsplit_once(['〔', '[', '【'])) else { return plain() };
    let figures = inside.trim().trim_start_matches("要点").trim_start_matches("points").trim_start_matches("point");
    let mut points = Vec::new();
    for figure in figures.split(['、', ',', '，', ' ']).map(str::trim).filter(|figure| !figure.is_empty()) {
        // other brackets are part of the words
        let Ok(point) = figure.parse() else { return plain() };
        if !points.contains(&point) {
            points.push(point);
        }
    }
    if points.is_empty() {
        return plain();
    }
    Line { words: words.trim_end().to_owned(), points }
}

/// Writes a draft as an office types it.
pub fn write(lines: &[Line]) -> String {
    let one = |line: &Line| {
        let points: Vec<String> = line.points.iter().map(u32::to_string).collect();
        if points.is_empty() { line.words.clone() } else { format!("{}〔要点{}〕", line.words, points.join("、")) }
    };
    lines.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// Says what became of a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It stayed.
    Same,
    /// It went.
    Gone,
    /// It came.
    New,
}

/// Is a piece of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What became of it.
    pub fate: Fate,
    /// The words.
    pub words: String,
}

/// Is a paragraph as two drafts compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What became of the whole; `None` where some of its sentences changed.
    pub fate: Option<Fate>,
    /// Its sentences.
    pub pieces: Vec<Piece>,
    /// The points that the newer one comes from.
    pub points: Vec<u32>,
}

/// Compares two drafts. What stands for a paragraph that went in its place is shown as the same paragraph, changed.
pub fn changes(before: &[Line], after: &[Line]) -> Vec<Change> {
    let words = |lines: &[Line]| lines.iter().map(|line| line.words.clone()).collect::<Vec<_>>();
    let (old, new) = (words(before), words(after));
    let mut found: Vec<Change> = Vec::new();
    let mut gone: Vec<String> = Vec::new();
    let mut came: Vec<&Line> = Vec::new();
    let mut at = 0;
    for piece in compare(&old, &new) {
        match piece.fate {
            Fate::Gone => gone.push(piece.words),
            Fate::New => {
                came.push(&after[at]);
                at += 1;
            }
            Fate::Same => {
                settle(&mut found, &mut gone, &mut came);
                found.push(whole(Fate::Same, piece.words, after[at].points.clone()));
                at += 1;
            }
        }
    }
    settle(&mut found, &mut gone, &mut came);
    found
}

fn whole(fate: Fate, words: String, points: Vec<u32>) -> Change {
    Change { fate: Some(fate), pieces: vec![Piece { fate, words }], points }
}

/// Puts what went and what came beside each other, one after the other.
fn settle(found: &mut Vec<Change>, gone: &mut Vec<String>, came: &mut Vec<&Line>) {
    let pairs = gone.len().min(came.len());
    for (old, new) in gone.iter().zip(came.iter()) {
        let pieces = compare(&sentences(old), &sentences(&new.words));
        let alike = pieces.iter().any(|piece| piece.fate == Fate::Same);
        if alike {
            found.push(Change { fate: None, pieces, points: new.points.clone() });
        } else {
            found.push(whole(Fate::Gone, old.clone(), Vec::new()));
            found.push(whole(Fate::New, new.words.clone(), new.points.clone()));
        }
    }
    found.extend(gone.drain(..).skip(pairs).map(|words| whole(Fate::Gone, words, Vec::new())));
    found.extend(came.drain(..).skip(pairs).map(|line| whole(Fate::New, line.words.clone(), line.points.clone())));
}

/// Cuts a paragraph into sentences, each with its end.
fn sentences(words: &str) -> Vec<String> {
    words.split_inclusive(ENDS).map(str::to_owned).collect()
}

/// Compares two lists by their longest common part.
fn compare(old: &[String], new: &[String]) -> Vec<Piece> {
    // how long the common part of the rests is, from each place on
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = if old[i] == new[j] { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    let (mut i, mut j, mut pieces) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        let (fate, words) = if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
            (Fate::Same, &old[i - 1])
        } else if j >= new.len() || (i < old.len() && common[i + 1][j] >= common[i][j + 1]) {
            i += 1;
            (Fate::Gone, &old[i - 1])
        } else {
            j += 1;
            (Fate::New, &new[j - 1])
        };
        pieces.push(Piece { fate, words: words.clone() });
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_reads_back_as_it_is_written() {
        let typed = "一、每天加开一班夜班车。〔要点1、3〕\n二、车站装灯〔试行〕\n\n三、票价不变【2】";
        let lines = read(typed);
        let points: Vec<Vec<u32>> = lines.iter().map(|line| line.points.clone()).collect();
        assert_eq!(points, [vec![1, 3], vec![], vec![2]]);
        assert_eq!(lines[1].words, "二、车站装灯〔试行〕");
        assert_eq!(read(&write(&lines)), lines);
    }

    #[test]
    fn what_changed_is_told_by_paragraphs_and_sentences() {
        let before = read("夜班车到九点。票价两元。\n车站不动。\n周末停开。");
        let after = read("夜班车到十点半。票价两元。〔1〕\n车站不动。\n老人免票。〔2〕");
        let found = changes(&before, &after);
        let fates: Vec<Option<Fate>> = found.iter().map(|change| change.fate).collect();
        assert_eq!(fates, [None, Some(Fate::Same), Some(Fate::Gone), Some(Fate::New)]);
        let pieces: Vec<(Fate, &str)> = found[0].pieces.iter().map(|piece| (piece.fate, piece.words.as_str())).collect();
        assert_eq!(pieces, [(Fate::Gone, "夜班车到九点。"), (Fate::New, "夜班车到十点半。"), (Fate::Same, "票价两元。")]);
        assert_eq!((found[0].points.as_slice(), found[3].points.as_slice()), ([1].as_slice(), [2].as_slice()));
        assert!(changes(&after, &after).iter().all(|change| change.fate == Some(Fate::Same)));
        assert_eq!(changes(&[], &after).len(), 3);
    }
}
