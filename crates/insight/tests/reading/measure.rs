//! The demo's messages, of which every second one had no part in the choice of the words.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use civic::directory::Directory;
use civic::rules::{RuleSet, category_of};
use insight::reading::Reader;
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    matter: Vec<Story>,
}

#[derive(Deserialize)]
struct Story {
    kind: String,
    category: String,
    #[serde(default)]
    danger: bool,
    texts: Vec<String>,
}

/// Reads every second kind of the demo's messages with the category that the demo gives it: those that nobody looked at while the
/// words were chosen. Accusations are left out, they are never read.
fn held_back() -> Vec<Story> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../minsheng/src/demo/matters");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let read = |file: PathBuf| toml::from_str::<File>(&fs::read_to_string(file).unwrap()).unwrap().matter;
    let all = files.into_iter().flat_map(read).filter(|story| story.kind != "accusation");
    all.enumerate().filter(|(at, _)| at % 2 == 1).map(|(_, story)| story).collect()
}

#[test]
fn what_is_said_is_right_as_often_as_it_claims() {
    let reader = Reader::new(Arc::new(RuleSet::builtin()), Arc::new(Directory::default()));
    let (mut all, mut said, mut right, mut claimed) = (0_u32, 0_u32, 0_u32, 0.0);
    let (mut danger, mut seen, mut calm, mut alarmed) = (0, 0, 0, 0);
    for story in held_back() {
        for text in &story.texts {
            let suggestion = reader.read(text, Some("-"), None);
            all += 1;
            if let Some(subject) = &suggestion.subject {
                said += 1;
                claimed += subject.confidence;
                right += u32::from(category_of(&subject.code) == story.category);
                assert!(!subject.because.is_empty(), "{subject:?}");
            }
            let alarm = suggestion.pressing.is_some_and(|pressing| pressing.level == 1);
            let (of, caught) = if story.danger { (&mut danger, &mut seen) } else { (&mut calm, &mut alarmed) };
            *of += 1;
            *caught += usize::from(alarm);
        }
    }
    let (claimed, true_share) = (claimed / f64::from(said), f64::from(right) / f64::from(said));
    println!("{all} messages, {said} said, {right} right, {claimed:.2} claimed");
    println!("danger {seen} of {danger}, where there is none {alarmed} of {calm}");
    assert!((claimed - true_share).abs() < 0.08);
    assert!(said * 10 > all * 4, "most are unsure, but not all");
    assert!(seen * 2 > danger && alarmed * 20 < calm);
}

#[test]
fn a_kind_is_said_where_it_is_plain_and_right_as_often_as_it_claims() {
    let reader = Reader::new(Arc::new(RuleSet::builtin()), Arc::new(Directory::default()));
    let (mut all, mut said, mut right, mut claimed) = (0_u32, 0_u32, 0_u32, 0.0);
    for story in held_back() {
        for text in &story.texts {
            all += 1;
            let Some(kind) = reader.read(text, Some("-"), None).kind else { continue };
            said += 1;
            claimed += kind.confidence;
            right += u32::from(kind.code == story.kind);
            assert!(!kind.because.is_empty(), "{kind:?}");
        }
    }
    let (claimed, true_share) = (claimed / f64::from(said), f64::from(right) / f64::from(said));
    println!("{all} messages, a kind for {said}, {right} right, {claimed:.2} claimed");
    assert!((claimed - true_share).abs() < 0.08 && said * 10 > all * 2);
}
