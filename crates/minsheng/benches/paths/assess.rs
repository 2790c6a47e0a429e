//! Assessment: the sheets of five hundred offices, of everything that is in the fold.

use std::collections::BTreeMap;

use appeals::figures::Figures;
use civic::rules::RuleSet;
use oversight::assessment::sheet::sheets;
use oversight::assessment::{Counted, Counts};

use crate::measure::{Row, alone};

/// Offices of a large city.
const OFFICES: usize = 500;
/// Matters of each in the month.
const EACH: usize = 400;
/// The month.
const MONTH: &str = "2026-11";

/// Measures reading one entry, and making all sheets of a month: counted of the fold, weighed, each held against its class.
pub fn assess() -> Vec<Row> {
    let mut figures = Figures::default();
    let mut lives = (0..OFFICES * EACH).map(|number| {
        let (office, due) = (number % OFFICES, 2 + number % 27);
        let fact = |kind: &str, day: usize, more: &str| {
            format!(r#"{{"k":"{kind}","m":"{number:032x}","d":"{MONTH}-{day:02}","o":"o{office:03}","x":{{{more}}}}}"#)
        };
        let grade = 1 + number % 5;
        [
            fact("filed", 1, &format!(r#""kd":"help","ch":"web","due":"{MONTH}-{due:02}""#)),
            fact("accepted", 2, &format!(r#""due":"{MONTH}-{:02}""#, due + 1)),
            fact("replied", 3, r#""oc":"support""#),
            fact("rated", 4, &format!(r#""g":{grade},"of":1,"rs":"solved""#)),
        ]
    });
    let reading = alone("life of four entries read into the fold", OFFICES * EACH, |_| {
        lives.next().into_iter().flatten().for_each(|fact| figures.read(&fact));
    });
    figures.read(&format!(r#"{{"k":"filed","m":"{:032x}","d":"2026-12-01","o":"o000","x":{{"due":"2027-01-30"}}}}"#, u128::MAX));
    let rules = RuleSet::builtin();
    let sheets = alone("500 offices assessed, 200,000 matters in the fold", 20, |_| {
        let mut all: BTreeMap<String, Counts> = BTreeMap::new();
        for ((office, measure), counted) in figures.measured(MONTH) {
            let counted = Counted { good: counted.good, of: counted.of, left: counted.left };
            all.entry(office).or_default().insert(measure.code().to_owned(), counted);
        }
        let made = sheets(rules.assessing(), &all, |office| office[..2].to_owned());
        assert!(made.len() == OFFICES && made.values().all(|sheet| sheet.score.is_some()), "each has points");
    });
    vec![reading, sheets]
}
