//! The sheet of one office: what it was measured by, how much each weighs, what that comes to, and what caps it. Pure, and of counts alone.

use std::collections::BTreeMap;

use civic::rules::assessment::{Assessing, RESIDENTS};

use super::share::{Against, Counted, Interval, against, interval};

/// The most points there are.
const POINTS: f64 = 100.0;

/// Is one row: one measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its code.
    pub code: String,
    /// Its weight, of 100.
    pub weight: u32,
    /// What was counted.
    pub counted: Counted,
    /// The share and its interval; none where it rests on too few to say.
    pub said: Option<Interval>,
    /// How it stands against all others of the class.
    pub against: Against,
}

/// Is what a sheet comes to: points of a hundred, from and to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// The lower end.
    pub low: f64,
    /// The points.
    pub mid: f64,
    /// The upper end.
    pub high: f64,
}

/// Is a sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// A row for each measure, in the order of the rules.
    pub rows: Vec<Row>,
    /// How much the measures weigh that rest on enough, of 100.
    pub weight: u32,
    /// What they come to; none where they weigh too little, or nothing of what residents say is among them.
    pub score: Option<Score>,
    /// The grade by points alone.
    pub by_points: Option<String>,
    /// The grade that stands.
    pub grade: Option<String>,
    /// What caps it, by code.
    pub vetoes: Vec<String>,
}

/// Counts of one office, by measure.
pub type Counts = BTreeMap<String, Counted>;

/// Makes the sheet of an office. `others` are all others of its class together.
pub fn sheet(rules: &Assessing, own: &Counts, others: &Counts) -> Sheet {
    let bounds = &rules.bounds;
    let of = |counts: &Counts, code: &str| counts.get(code).copied().unwrap_or_default();
    let row = |rule: &civic::rules::assessment::MeasureRule| {
        let counted = of(own, &rule.code);
        let said = interval(counted, bounds.z).filter(|_| counted.of >= bounds.fewest);
        let against = against(counted, of(others, &rule.code), bounds);
        Row { code: rule.code.clone(), weight: rule.weight, counted, said, against }
    };
    let rows: Vec<Row> = rules.measures.iter().map(row).collect();
    let weight = rows.iter().filter(|row| row.said.is_some()).map(|row| row.weight).sum();
    let heard = |row: &Row| row.said.is_some() && rules.measure(&row.code).is_some_and(|rule| rule.by == RESIDENTS);
    let enough = weight > 0 && weight >= bounds.weight_min && rows.iter().any(heard);
    let score = enough.then(|| score(&rows, weight));
    let by_points = score.and_then(|score| rules.grades.iter().find(|grade| score.mid >= f64::from(grade.from)));
    let below = |measure: &str, most: u32| {
        let said = rows.iter().find(|row| row.code == measure).and_then(|row| row.said);
        said.is_some_and(|said| said.high < f64::from(most) / POINTS)
    };
    let vetoes: Vec<_> = rules.vetoes.iter().filter(|veto| below(&veto.measure, veto.below)).collect();
    // a veto holds where there are too few points to tell as well
    let place = |code: &str| rules.grade(code).map(|(place, _)| place);
    let caps = vetoes.iter().filter_map(|veto| place(&veto.cap));
    let stands = by_points.and_then(|grade| place(&grade.code)).into_iter().chain(caps).max();
    Sheet {
        weight,
        score,
        by_points: by_points.map(|grade| grade.code.clone()),
        grade: stands.and_then(|at| rules.grades.get(at)).map(|grade| grade.code.clone()),
        vetoes: vetoes.into_iter().map(|veto| veto.code.clone()).collect(),
        rows,
    }
}

/// Weighs what rests on enough. Its ends are as far off as chance in all rows together puts them.
fn score(rows: &[Row], weight: u32) -> Score {
    let share = |row: &Row| f64::from(row.weight) / f64::from(weight);
    let said = || rows.iter().filter_map(|row| row.said.map(|said| (share(row), said)));
    let mid: f64 = said().map(|(share, said)| share * said.mid).sum();
    let off = |end: fn(Interval) -> f64| said().map(|(share, said)| (share * end(said)).powi(2)).sum::<f64>().sqrt();
    let (down, up) = (off(|said| said.mid - said.low), off(|said| said.high - said.mid));
    let points = |share: f64| (share.clamp(0.0, 1.0) * POINTS * 10.0).round() / 10.0;
    Score { low: points(mid - down), mid: points(mid), high: points(mid + up) }
}

/// Makes the sheets of all offices: each is held against the others of its class. `class` names that of an office.
pub fn sheets(rules: &Assessing, all: &BTreeMap<String, Counts>, class: impl Fn(&str) -> String) -> BTreeMap<String, Sheet> {
    let mut classes: BTreeMap<String, Counts> = BTreeMap::new();
    for (office, counts) in all {
        let sums = classes.entry(class(office)).or_default();
        for (code, counted) in counts {
            let sum = sums.entry(code.clone()).or_default();
            *sum = sum.with(*counted);
        }
    }
    let one = |(office, own): (&String, &Counts)| {
        let whole = classes.get(&class(office));
        let others = whole
            .into_iter()
            .flatten()
            .map(|(code, sum)| (code.clone(), sum.without(own.get(code).copied().unwrap_or_default())));
        (office.clone(), sheet(rules, own, &others.collect()))
    };
    all.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use civic::rules::RuleSet;
    use proptest::prelude::*;

    use super::*;

    fn counts(all: &[(&str, u64, u64)]) -> Counts {
        all.iter().map(|(code, good, of)| ((*code).to_owned(), Counted { good: *good, of: *of, left: 0 })).collect()
    }

    fn made(all: &[(&str, u64, u64)]) -> Sheet {
        sheet(RuleSet::builtin().assessing(), &counts(all), &Counts::new())
    }

    #[test]
    fn a_few_marks_are_too_few_to_say_and_the_rest_is_weighed() {
        let few = made(&[("satisfied", 9, 9), ("in_time", 9, 9), ("response", 3, 3)]);
        assert_eq!((few.weight, few.score, few.grade.clone()), (0, None, None));
        assert!(few.rows.iter().all(|row| row.said.is_none()) && few.rows.len() == 9);
        let most = made(&[("satisfied", 95, 100), ("solved", 90, 100), ("in_time", 99, 100), ("response", 100, 100)]);
        assert_eq!((most.weight, most.grade.as_deref()), (70, Some("excellent")));
        let score = most.score.unwrap();
        assert!(score.low < score.mid && score.mid < score.high && (score.mid - 94.9).abs() < 0.11, "{score:?}");
    }

    #[test]
    fn without_what_residents_say_there_is_no_grade_however_punctual_an_office_is() {
        let mut rules = RuleSet::builtin().assessing().clone();
        rules.bounds.weight_min = 10;
        let clock = counts(&[("in_time", 100, 100), ("response", 100, 100), ("rectified", 20, 20), ("kept", 20, 20)]);
        assert_eq!(sheet(&rules, &clock, &Counts::new()).grade, None);
    }

    #[test]
    fn residents_who_are_not_satisfied_cap_the_grade_and_chance_alone_does_not() {
        let rest = [("solved", 95, 100), ("in_time", 500, 500), ("response", 500, 500), ("rectified", 50, 50)];
        let with = |good, of| made(&[&[("satisfied", good, of)], &rest[..]].concat());
        let capped = with(45, 100);
        assert_eq!((capped.by_points.as_deref(), capped.grade.as_deref()), (Some("fair"), Some("poor")), "{capped:?}");
        assert_eq!(capped.vetoes, ["unsatisfied"]);
        let chance = with(6, 11);
        assert_eq!((chance.vetoes.len(), chance.grade == chance.by_points), (0, true), "six of eleven may be chance");
        let alone = made(&[("satisfied", 10, 100)]);
        assert_eq!((alone.score, alone.grade.as_deref()), (None, Some("poor")), "a veto needs no other figure");
    }

    #[test]
    fn an_office_is_held_against_its_class_without_itself() {
        let rules = RuleSet::builtin();
        let all: BTreeMap<String, Counts> = [("a", 95), ("b", 60), ("c", 60), ("x", 10)]
            .map(|(office, good)| (office.to_owned(), counts(&[("in_time", good, 100)])))
            .into();
        let made = sheets(rules.assessing(), &all, |office| if office == "x" { "far" } else { "near" }.to_owned());
        let found = |office: &str| made[office].rows.iter().find(|row| row.code == "in_time").unwrap().against;
        assert_eq!(["a", "b", "c", "x"].map(found), [Against::Above, Against::Below, Against::Below, Against::Few]);
    }

    proptest! {
        #[test]
        fn more_good_ones_never_take_points_and_points_stay_in_bounds(good in prop::collection::vec(0_u64..60, 9), at in 0_usize..9) {
            let rules = RuleSet::builtin();
            let codes: Vec<String> = rules.assessing().measures.iter().map(|rule| rule.code.clone()).collect();
            let make = |good: &[u64]| {
                let own = codes.iter().zip(good).map(|(code, good)| (code.clone(), Counted { good: *good, of: 60, left: 0 })).collect();
                sheet(rules.assessing(), &own, &Counts::new())
            };
            let mut more = good.clone();
            more[at] += 1;
            let (one, other) = (make(&good), make(&more));
            let (a, b) = (one.score.unwrap(), other.score.unwrap());
            prop_assert!(a.mid <= b.mid && 0.0 <= a.low && a.high <= 100.0 && a.low <= a.mid && a.mid <= a.high);
            let place = |sheet: &Sheet| rules.assessing().grade(sheet.grade.as_deref().unwrap()).unwrap().0;
            prop_assert!(place(&other) <= place(&one));
            prop_assert!(place(&one) >= rules.assessing().grade(one.by_points.as_deref().unwrap()).unwrap().0, "a veto never lifts");
        }
    }
}
