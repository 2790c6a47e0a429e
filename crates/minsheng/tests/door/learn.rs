//! Labels and issues at the command line: what goes in comes out with what was found, and a bad line is named.

use serde_json::{Value, json};

use crate::common::talk;

/// Invented messages of two kinds.
fn messages() -> Vec<Value> {
    let places = ["青禾镇", "白沙乡", "石桥村", "西门桥头", "东湖社区", "柳溪村"];
    let said = |label: &str, trouble: &str, end: &str| {
        let line = |(n, place): (usize, &&str)| json!({"id": format!("{label}{n}"), "subject": format!("{place}{trouble}"), "body": format!("{place}{trouble}，{end}。"), "label": label});
        places.iter().enumerate().map(line).collect::<Vec<Value>>()
    };
    [
        said("供水", "自来水停水", "做饭没有水"),
        said("照明", "路灯不亮", "夜里看不见路"),
        said("供水", "水管爆裂", "自来水白白流走"),
    ]
    .concat()
}

fn lines(messages: &[Value]) -> String {
    messages.iter().map(|message| message.to_string() + "\n").collect()
}

#[test]
fn texts_are_learned_labelled_and_measured() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model");
    let model = model.to_str().unwrap();
    let known = lines(&messages());
    let (told, well) = talk(&["learn", "train", "--out", model], &known);
    assert!(well && told.contains("18 texts, 2 labels"), "{told}");
    let text = r#"{"id":7,"subject":"南关街停水","body":"自来水没有了"}"#;
    let (told, well) = talk(&["learn", "label", "--model", model], text);
    let answer: Value = serde_json::from_str(told.trim()).unwrap();
    assert!(well);
    assert_eq!((&answer["id"], &answer["label"], &answer["subject"]), (&json!(7), &json!("供水"), &json!("南关街停水")));
    assert!(answer["confidence"].as_f64().is_some_and(|sure| (0.0..=1.0).contains(&sure)));
    assert!(answer["because"].as_array().is_some_and(|words| !words.is_empty()), "{answer}");
    let (told, well) = talk(&["learn", "evaluate"], &known);
    assert!(well && told.contains("macro-F1"), "{told}");
}

#[test]
fn a_bad_line_and_a_bad_model_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model");
    let path = model.to_str().unwrap();
    let known = lines(&messages());
    let (told, well) = talk(&["learn", "train", "--out", path], &format!("{known}{{\"body\":\"停水\"}}\n"));
    assert!(!well && told.contains("line 19: no label"), "{told}");
    let (told, well) = talk(&["insight", "issues"], "{\"body\":\"停水\"}\nnothing\n");
    assert!(!well && told.contains("line 2: "), "{told}");
    std::fs::write(&model, b"something else").unwrap();
    let (told, well) = talk(&["learn", "label", "--model", path], "");
    assert!(!well && told.contains("this is no model"), "{told}");
}

#[test]
fn messages_become_issues() {
    let (told, well) = talk(&["insight", "issues"], &lines(&messages()));
    assert!(well, "{told}");
    let issues: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(!issues.is_empty() && issues.len() <= 3);
    assert!(issues.iter().all(|issue| issue["ids"].as_array().is_some_and(|ids| ids.len() > 1) && issue["title"].is_string()));
}
