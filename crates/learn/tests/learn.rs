//! Learning from invented messages of an invented county: what it says, why, how sure, how it takes a correction, and what
//! happens to bytes that are no model.

use std::num::NonZero;

use learn::evaluate::{cross, figures};
use learn::model::Model;
use learn::store::Broken;
use learn::train::{Settings, Unfit, train};
use learn::{Example, Text};
use proptest::prelude::*;

/// What people say, by label: openings, troubles, ends. Put together they make a hundred different texts a label.
const SAYINGS: &[(&str, &[&str], &[&str])] = &[
    (
        "供水",
        &["自来水发黄", "停水三天了", "水压太低上不了楼", "水管爆了满街是水"],
        &["做饭洗衣都没办法", "水厂电话没人接", "老人提不动水", "水费照收"],
    ),
    (
        "照明",
        &["路灯全都不亮", "路灯一闪一闪", "新装的路灯没通电", "路灯杆歪了"],
        &["晚上出门看不见", "下夜班的女工害怕", "已经有人摔倒", "灯泡坏了没人换"],
    ),
    (
        "学校",
        &["小学放学时堵车", "学校食堂的菜是凉的", "老师收补课费", "孩子上学太远"],
        &["家长们很担心", "班主任不回话", "作业写到十一点", "学位不够分"],
    ),
];

fn corpus() -> Vec<(String, String, &'static str)> {
    let places = ["青禾镇", "白沙乡", "云岭花园", "和平路", "石桥村", "西门桥头"];
    let mut all = Vec::new();
    for (label, troubles, ends) in SAYINGS {
        for (n, place) in places.iter().enumerate() {
            for (m, trouble) in troubles.iter().enumerate() {
                let end = ends[(n + m) % ends.len()];
                let other = ends[(n * 2 + m + 1) % ends.len()];
                all.push((
                    format!("{place}{trouble}"),
                    format!("您好，我们住在{place}，{trouble}，{end}，{other}，请派人来看看。"),
                    *label,
                ));
            }
        }
    }
    all
}

fn examples(corpus: &[(String, String, &'static str)]) -> Vec<Example<'static>> {
    // leaked once a test: the texts live as long as the process
    corpus
        .iter()
        .map(|(subject, body, label)| Example {
            text: Text { subject: subject.clone().leak(), body: body.clone().leak() },
            label,
            group: None,
        })
        .collect()
}

fn model() -> Model {
    train(&examples(&corpus()), &[], Settings::default()).unwrap()
}

const WATER: Text<'static> =
    Text { subject: "南门社區停水", body: "从昨天起停水，水厂說水管爆了，做饭都没办法" };

#[test]
fn a_new_text_gets_its_label_with_words_of_its_own_spelling() {
    let model = model();
    let answer = model.label(WATER);
    assert_eq!(answer.label, "供水");
    assert!(answer.confidence > 0.5, "{answer:?}");
    assert_eq!(answer.chances.len(), 3);
    assert!((answer.chances.iter().map(|(_, chance)| chance).sum::<f64>() - 1.0).abs() < 1e-6);
    let because = model.explain(WATER, "供水", 3);
    assert!(because.contains(&"停水"), "{because:?}");
    for word in &because {
        assert!(WATER.subject.contains(word) || WATER.body.contains(word), "{word} does not stand in the text");
    }
    assert_eq!(model.explain(WATER, "没有的类别", 3), [""; 0]);
    let lamp = Text { subject: "路燈不亮", body: "" };
    let because = model.explain(lamp, "照明", 5);
    assert!(because.iter().any(|word| word.contains('燈')), "Traditional characters stay as they were written: {because:?}");
}

#[test]
fn a_text_that_says_nothing_is_never_sure() {
    let answer = model().label(Text { subject: "", body: "qwerty" }).confidence;
    assert!(answer < 0.4, "{answer}");
}

#[test]
fn the_seed_decides_and_the_threads_do_not() {
    let corpus = corpus();
    let more: Vec<Text<'_>> = corpus.iter().map(|(_, body, _)| Text { subject: "", body }).collect();
    let with = |seed, threads| {
        let settings = Settings { seed, threads: NonZero::new(threads).unwrap() };
        train(&examples(&corpus), &more, settings).unwrap().to_bytes()
    };
    assert_eq!(with(1, 1), with(1, 3));
    assert_ne!(with(1, 1), with(2, 1));
}

#[test]
fn a_correction_is_taken_at_once_and_leaves_the_rest() {
    let mut model = model();
    let text = Text { subject: "洒水车的音乐太响", body: "每天五点就放音乐，孩子醒了" };
    let wanted = ["供水", "照明", "学校"].into_iter().find(|label| *label != model.label(text).label).unwrap();
    assert!(model.correct(text, wanted));
    assert_eq!(model.label(text).label, wanted);
    assert_eq!(model.label(WATER).label, "供水");
    assert_eq!(model.corrections(), 1);
    assert!(!model.correct(text, "没有的类别"));
    assert_eq!(model.corrections(), 1);
}

#[test]
fn too_little_is_refused() {
    let all = examples(&corpus());
    assert_eq!(train(&all[..12], &[], Settings::default()), Err(Unfit::Labels));
    assert_eq!(train(&[all[0], all[30]], &[], Settings::default()), Err(Unfit::Texts));
    assert_eq!(train(&[], &[], Settings::default()), Err(Unfit::Labels));
}

#[test]
fn measuring_labels_every_text_once() {
    let all = examples(&corpus());
    let verdicts = cross(&all, &[], Settings::default()).unwrap();
    assert_eq!(verdicts.len(), all.len());
    assert!(verdicts.iter().zip(&all).all(|(verdict, example)| verdict.right == example.label));
    let figures = figures(&verdicts, 1);
    assert!(figures.macro_f1 > 0.9, "{figures:?}");
}

#[test]
fn a_model_comes_back_from_its_bytes_and_anything_else_is_named() {
    let model = model();
    let bytes = model.to_bytes();
    assert_eq!(Model::from_bytes(&bytes), Ok(model));
    assert_eq!(Model::from_bytes(b"PNG"), Err(Broken::Other));
    assert_eq!(Model::from_bytes(b""), Err(Broken::Other));
    assert_eq!(Model::from_bytes(b"minsheng learn 0\nold"), Err(Broken::Version));
    assert_eq!(Model::from_bytes(&bytes[..bytes.len() - 1]), Err(Broken::Checksum));
    let mut other = bytes.clone();
    other[100] ^= 1;
    assert_eq!(Model::from_bytes(&other), Err(Broken::Checksum));
}

#[test]
fn bytes_with_a_right_checksum_and_wrong_parts_are_refused() {
    use sha2::{Digest, Sha256};
    let sealed = |content: &[u8]| {
        let mut bytes = [b"minsheng learn 1\n".as_slice(), content].concat();
        let sum = Sha256::digest(&bytes);
        bytes.extend(sum);
        bytes
    };
    for content in [b"".as_slice(), b"\x05\0\0\0{}", b"\xff\xff\xff\xff", b"\x02\0\0\0{}"] {
        let read = Model::from_bytes(&sealed(content));
        assert!(matches!(read, Err(Broken::Content | Broken::Checksum)), "{content:?} {read:?}");
    }
    let huge = br#"{"labels":["a","b"],"features":18446744073709551615,"texts":1,"corrections":0,"stairs":0}"#;
    let mut content = u32::try_from(huge.len()).unwrap().to_le_bytes().to_vec();
    content.extend(huge);
    assert_eq!(Model::from_bytes(&sealed(&content)), Err(Broken::Content));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn parser_of_models(mut bytes in prop::collection::vec(any::<u8>(), 0..200), named in any::<bool>()) {
        if named {
            bytes.splice(0..0, b"minsheng learn 1\n".iter().copied());
        }
        prop_assert!(Model::from_bytes(&bytes).is_err());
    }

    #[test]
    fn any_text_is_labelled_and_explained_by_its_own_words(subject in "\\PC{0,20}", body in "\\PC{0,60}|[自来水停了路灯學校 ，]{0,40}") {
        thread_local!(static MODEL: Model = model());
        MODEL.with(|model| {
            let text = Text { subject: &subject, body: &body };
            let answer = model.label(text);
            prop_assert!((0.0..=1.0).contains(&answer.confidence));
            for word in model.explain(text, answer.label, 5) {
                prop_assert!(subject.contains(word) || body.contains(word));
            }
            Ok(())
        })?;
    }
}
