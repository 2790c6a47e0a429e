//! Issues of invented messages: what belongs together meets, in any order; nothing is in two; numbers stay.

use std::num::NonZero;

use insight::Message;
use insight::hot::hot;
use insight::issues::Issues;
use insight::lines::read;
use insight::rules::HotRules;
use proptest::prelude::*;

const TEXTS: [&str; 12] = [
    "云岭花园小区电梯坏了三天，老人下不了楼",
    "云岭花园的电梯又坏了，物业不修",
    "电梯坏了没人管，云岭花园三号楼",
    "白沙乡石桥村的桥面塌了一块，过车危险",
    "石桥村桥面塌陷，白沙乡说没有钱修",
    "白沙乡石桥村的桥要塌了，孩子天天走",
    "青松小学门口放学时堵车",
    "青松小学放学堵车，接孩子的车停三排",
    "医保报销两个月没有到账",
    "广场舞到晚上十一点还在放音乐",
    "驾校关门不退费",
    "公交末班车太早",
];

const TWO: NonZero<usize> = NonZero::new(2).expect("two is not zero");

fn message(body: &str) -> Message<'_> {
    Message { subject: "", body, at: 0, who: None, joined: 0, home: None }
}

#[test]
fn place_and_cause_bring_messages_together() {
    let mut issues = Issues::default();
    issues.add_all(&TEXTS.map(message), TWO);
    issues.settle();
    let list = issues.list();
    assert!(list.contains(&vec![0, 1, 2]), "{list:?}");
    assert!(list.contains(&vec![3, 4, 5]), "{list:?}");
    assert!(list.iter().all(|one| !one.contains(&10)), "{list:?}");
    assert!(issues.likeness(&[0, 1, 2]) > issues.likeness(&[0, 3, 6]));
    assert_eq!(issues.middle(&[]), None);
}

#[test]
fn a_file_becomes_issues_with_titles_the_hottest_first() {
    let line = |id: usize, body: &str| serde_json::json!({"id": id, "body": body, "user": id}).to_string();
    let mut lines: Vec<String> = TEXTS.iter().enumerate().map(|(id, body)| line(id, body)).collect();
    lines.push(line(20, "云岭花园电梯坏了，我叫欧阳明月，电话13812345678"));
    let lines = read(lines.join("\n").as_bytes()).unwrap();
    let all = hot(&lines, &HotRules::builtin(), TWO);
    assert!(!all.is_empty() && all.len() <= lines.len() / 5);
    assert!(all[0].ids.contains(&serde_json::json!(20)), "{all:?}");
    assert!(all.windows(2).all(|pair| pair[0].score >= pair[1].score));
    assert!(all.iter().zip(1..).all(|(one, place)| one.issue == place && !one.title.is_empty()));
    let written = serde_json::to_string(&all).unwrap();
    assert!(!written.contains("13812345678") && !written.contains("欧阳明月"));
    assert_eq!(hot(&[], &HotRules::builtin(), TWO), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn every_message_is_in_one_issue_at_most_and_numbers_stay(order in prop::collection::vec(0usize..12, 0..40), settle in any::<bool>()) {
        let mut issues = Issues::default();
        for (at, text) in order.iter().enumerate() {
            let placed = issues.add(&message(TEXTS[*text]));
            prop_assert_eq!(placed.message as usize, at);
            if settle && at % 7 == 6 {
                issues.settle();
            }
        }
        let listed: Vec<u32> = issues.list().into_iter().flatten().collect();
        let once: std::collections::BTreeSet<u32> = listed.iter().copied().collect();
        prop_assert_eq!(listed.len(), once.len());
        prop_assert!(once.iter().all(|message| (*message as usize) < order.len()));
    }

    #[test]
    fn parser_of_messages_of_issues(body in "\\PC{0,40}") {
        let mut issues = Issues::default();
        for _ in 0..3 {
            issues.add(&message(&body));
        }
        issues.settle();
        prop_assert!(issues.list().len() <= 1);
    }
}
