//! What is read in which text, and what holds for every text.

use std::sync::{Arc, LazyLock};

use civic::directory::{Directory, Duty, Office, Place, PlaceLevel};
use civic::rules::{RuleSet, category_of};
use insight::reading::{Reader, Suggestion};
use learn::model::Model;
use learn::train::{Settings, train};
use learn::{Example, Text};
use proptest::prelude::*;

fn place(code: &str, name: &str, parent: Option<&str>, level: PlaceLevel) -> (String, Place) {
    let (name, name_en, parent) = (name.to_owned(), code.to_owned(), parent.map(str::to_owned));
    let also = vec![format!("{name}老街")];
    (code.to_owned(), Place { code: code.to_owned(), name, name_en, parent, level, also, merged_into: None, outline: Vec::new() })
}

fn office(code: &str, place: &str, duties: &[&str]) -> (String, Office) {
    let duty = |category: &&str| Duty { category: (*category).to_owned(), places: Vec::new() };
    let office = Office {
        code: code.to_owned(),
        name: code.to_owned(),
        name_en: code.to_owned(),
        place: place.to_owned(),
        superior: None,
        phone: String::new(),
        address: String::new(),
        hours: String::new(),
        duties: duties.iter().map(duty).collect(),
        intake_for: Vec::new(),
        supervising: false,
        successor: None,
    };
    (code.to_owned(), office)
}

fn county() -> Directory {
    let mut county = Directory::default();
    county.places.extend([
        place("99", "云岭县", None, PlaceLevel::County),
        place("9901", "青禾镇", Some("99"), PlaceLevel::Township),
        place("990101", "石桥沟村", Some("9901"), PlaceLevel::Village),
    ]);
    county.offices.extend([
        office("water", "99", &["03"]),
        office("water-qinghe", "9901", &["03"]),
        office("roads", "99", &["11"]),
    ]);
    county
}

static READER: LazyLock<Reader> = LazyLock::new(|| Reader::new(Arc::new(RuleSet::builtin()), Arc::new(county())));

fn read(text: &str, place: Option<&str>) -> Suggestion {
    READER.read(text, place, None)
}

fn subject(text: &str) -> Option<String> {
    read(text, None).subject.map(|said| said.code)
}

#[test]
fn plain_words_name_a_kind_and_others_none() {
    let kind = |text: &str| read(text, None).kind.map(|said| said.code);
    for (text, code) in [
        ("建议把儿科夜间门诊恢复起来", Some("suggestion")),
        ("请问老人打流感疫苗在哪里，要带什么，要钱吗", Some("consultation")),
        ("投诉物业乱收费，服务态度恶劣", Some("complaint")),
        ("村主任收了红包，我要检舉他受賄", Some("accusation")),
        ("表扬公交师傅，请转告他", Some("praise")),
        ("今天下雨", None),
        ("", None),
    ] {
        assert_eq!(kind(text).as_deref(), code, "{text}");
    }
}

#[test]
fn plain_words_lead_to_a_topic_with_the_words_that_said_so() {
    let said = read("我们小区停水三天了，水龙头一滴水都没有，水务站说在修。", None).subject.unwrap();
    assert_eq!((said.code.as_str(), said.because.first().map(String::as_str)), ("030101", Some("水龙头")));
    for (text, code) in [
        ("厂里拖欠工资三个月，农民工工资也敢拖", "080101"),
        ("停電又斷電，電壓不穩", "030201"),
        ("高龄补贴和高龄津贴都停了，独居老人怎么办", "07"),
        ("村务公开栏两年没换，财务公开也没有，村里的账", "190101"),
        ("楼道里有燃气味，怀疑燃气泄漏", "010101"),
    ] {
        assert!(subject(text).is_some_and(|found| found.starts_with(code)), "{text}: {:?}", subject(text));
    }
    assert_eq!(subject("就是那个事，你们懂的"), None, "unsure: a person decides");
    assert_eq!(subject(""), None);
}

#[test]
fn danger_comes_first_and_names_its_words() {
    let pressing = read("家里有股煤气味，老人头晕，也停水", None).pressing.unwrap();
    assert_eq!((pressing.level, pressing.because), (1, vec!["煤气味".to_owned(), "头晕".to_owned()]));
    assert_eq!(read("停水了", None).pressing.map(|pressing| pressing.level), Some(2));
    assert_eq!(read("建议多种几棵树", None).pressing, None);
}

#[test]
fn the_office_is_the_most_local_one_with_the_duty_at_the_place_told_or_chosen() {
    let text = "停水三天了，水龙头没水";
    let office = |text: &str, place: Option<&str>| read(text, place).office.map(|said| said.code);
    assert_eq!(office(text, Some("990101")).as_deref(), Some("water-qinghe"));
    assert_eq!(office(text, Some("99")).as_deref(), Some("water"));
    let told = read(&format!("石桥沟村{text}"), None);
    assert_eq!(told.place.as_ref().map(|at| (at.code.as_str(), at.words.as_str())), Some(("990101", "石桥沟村")));
    assert_eq!(told.office.map(|said| said.code).as_deref(), Some("water-qinghe"));
    let street = read("我家在石桥沟村老街，停水三天了", None);
    assert_eq!(street.place.map(|at| at.words).as_deref(), Some("石桥沟村老街"), "a street leads to its place");
    assert_eq!(office(text, None).as_deref(), Some("water"), "without a place the county's");
    assert_eq!(office("拖欠工资，讨薪无门，农民工工资", Some("990101")), None, "nobody has that duty here");
    assert_eq!(office("你好", Some("990101")), None);
}

#[test]
fn the_need_goes_with_the_subject() {
    let need = |text: &str| read(text, None).need;
    assert_eq!(need("停水三天，水龙头没水"), Some(1));
    assert_eq!(need("水费不对，水价也不对，水表没转"), Some(2));
    assert_eq!(need("啊啊啊"), None);
}

fn taught() -> Model {
    let texts: Vec<(String, &str)> = (0..40)
        .flat_map(|at| {
            [
                (format!("老井边的辘轳第{at}回断了绳，乡亲吃水靠挑"), "030101"),
                (format!("砖窑的司秤员第{at}次把我们的砖数少了"), "120201"),
                (format!("祠堂门前的石板第{at}块翘起来绊人"), "110101"),
            ]
        })
        .collect();
    let examples: Vec<Example<'_>> =
        texts.iter().map(|(text, label)| Example { text: Text { subject: "", body: text }, label, group: None }).collect();
    train(&examples, &[], Settings::default()).unwrap()
}

#[test]
fn what_a_site_decided_teaches_words_that_no_rule_knows() {
    let model = taught();
    let text = "辘轳又断了绳，大家挑水吃";
    assert_eq!(subject(text), None);
    let learned = READER.read(text, Some("990101"), Some(&model));
    let said = learned.subject.unwrap();
    assert_eq!(said.code, "030101");
    assert!(learned.learned && said.because.iter().any(|word| text.contains(word.as_str())), "{said:?}");
    assert_eq!(learned.office.map(|said| said.code).as_deref(), Some("water-qinghe"));
}

proptest! {
    #[test]
    fn parser_of_readings(text in "[停水电路灯工资煤气味三天了，石桥沟村a1 ]{0,40}|\\PC{0,60}", place in proptest::option::of("[0-9]{0,6}")) {
        let rules = RuleSet::builtin();
        let got = read(&text, place.as_deref());
        for said in got.subject.iter().chain(&got.office) {
            prop_assert!(said.confidence >= rules.reading().sure.min(rules.reading().sure_office) && said.confidence <= 1.0);
            prop_assert!(said.because.iter().all(|word| text.contains(word.as_str()) && !word.is_empty()));
        }
        if let Some(subject) = &got.subject {
            prop_assert!(rules.is_subject(&subject.code) && category_of(&subject.code) != "21");
            prop_assert_eq!(got.need, rules.need_of(&subject.code).map(|need| need.level));
        }
        prop_assert!(got.subject.is_some() || (got.office.is_none() && got.need.is_none()));
        prop_assert_eq!(got, read(&text, place.as_deref()), "the same text, the same suggestion");
    }
}
