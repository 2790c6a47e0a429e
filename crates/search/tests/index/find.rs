//! What is found, counted, ordered, and by whom.

use proptest::prelude::*;
use search::{Ask, Change, Cursor, Filter, Order};

use super::{ask, document, filled, found, keys, open};

#[test]
fn every_stretch_of_a_text_finds_it() {
    let folder = tempfile::tempdir().expect("folder");
    let index = filled(folder.path());
    assert_eq!(found(&index, &["停水"]), [1, 4]);
    assert_eq!(found(&index, &["云岭花园"]), [1]);
    assert_eq!(found(&index, &["岭花园三"]), [1]);
    assert_eq!(found(&index, &["王家坳"]), [3]);
    assert_eq!(found(&index, &["自来水公司"]), [2], "Traditional is found by Simplified");
    assert_eq!(found(&index, &["3号楼"]), [5]);
    assert_eq!(found(&index, &["3号"]), [5]);
    assert_eq!(found(&index, &["水"]), [1, 2, 4], "one sign, wherever it stands");
    assert_eq!(found(&index, &["电梯", "坏了"]), [5]);
    assert!(found(&index, &["水停"]).is_empty());
    assert!(found(&index, &["停水停"]).is_empty());
}

#[test]
fn a_filter_hides_from_hits_counts_and_facets() {
    let folder = tempfile::tempdir().expect("folder");
    let index = filled(folder.path());
    let of = |filter: Filter| index.view().find(&Ask { filter, ..ask(&["停水"]) }).expect("answered");
    let all = of(Filter::Every);
    assert_eq!((all.total, all.facets[0].clone()), (2, vec![("power".to_owned(), 1), ("water".to_owned(), 1)]));
    let water = of(Filter::marks(["owner:water".to_owned()]));
    assert_eq!((water.total, water.facets[0].clone(), keys(&water)), (1, vec![("water".to_owned(), 1)], vec![1]));
    assert_eq!(of(Filter::Keys(vec![1]).denied()).total, 1);
    assert_eq!(of(Filter::All(vec![Filter::Keys(vec![1]).denied(), Filter::Mark("owner:power".to_owned()).denied()])).total, 0);
    assert_eq!(of(Filter::Nothing), search::Answer { facets: vec![vec![]; 2], ..search::Answer::default() });
    assert_eq!(keys(&of(Filter::Between(0, Some(2), None))), [4]);
    assert_eq!(keys(&of(Filter::Between(0, None, Some(3)))), [1]);
    let without = Ask { without: vec!["停电".to_owned()], ..ask(&["停水"]) };
    assert_eq!(keys(&index.view().find(&without).expect("answered")), [1]);
}

#[test]
fn loose_questions_need_two_thirds() {
    let folder = tempfile::tempdir().expect("folder");
    let index = filled(folder.path());
    let three = ask(&["停水", "三天", "电梯"]);
    assert_eq!(index.view().find(&three).expect("answered").total, 0);
    assert_eq!(keys(&index.view().find(&Ask { loose: true, ..three }).expect("answered")), [1]);
}

#[test]
fn a_later_document_takes_the_place_and_a_view_stays_as_it_was() {
    let folder = tempfile::tempdir().expect("folder");
    let index = filled(folder.path());
    let before = index.view();
    index.take(vec![Change::Put(document(1, "下水道堵了", "water")), Change::Drop(4)]).expect("taken");
    assert_eq!(found(&index, &["停水"]), [1, 4], "nothing is found before the commit");
    index.commit("7").expect("committed");
    assert_eq!(found(&index, &["停水"]), [0_u64; 0]);
    assert_eq!(found(&index, &["下水道"]), [1]);
    assert_eq!((before.mark(), before.find(&ask(&["停水"])).expect("answered").total), ("5", 2));
    assert_eq!((index.view().mark(), index.view().documents()), ("7", 4));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Pages, one behind the other, give everything once and in order, whatever their size; commits in between make segments.
    #[test]
    fn pages_give_everything_once(texts in proptest::collection::vec("[停水电路]{2,8}", 1..60), rows in 1_usize..9, newest: bool) {
        let folder = tempfile::tempdir().expect("folder");
        let index = open(folder.path(), 1);
        for (at, text) in texts.iter().enumerate() {
            index.take(vec![Change::Put(document(at as u64, text, "town"))]).expect("taken");
            if at % 20 == 0 {
                index.commit("x").expect("committed");
            }
        }
        index.commit("x").expect("committed");
        let order = if newest { Order::Figure(0) } else { Order::Fit };
        let (mut seen, mut after): (Vec<Cursor>, Option<Cursor>) = (Vec::new(), None);
        let expected = texts.iter().filter(|text| text.contains("停水")).count();
        loop {
            let answer = index.view().find(&Ask { order, after, rows_max: rows, ..ask(&["停水"]) }).expect("answered");
            prop_assert_eq!(answer.total, expected as u64);
            seen.extend(answer.hits.iter().map(|hit| Cursor { rank: hit.rank, key: hit.key }));
            after = answer.next;
            if after.is_none() {
                break;
            }
        }
        prop_assert_eq!(seen.len(), expected);
        prop_assert!(seen.windows(2).all(|two| two[0] > two[1]));
    }
}
