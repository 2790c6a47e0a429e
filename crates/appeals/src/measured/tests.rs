//! What offices are measured by, and that it cannot be bent: each attack is a row.

use super::*;
use crate::figures::Figures;

fn fact(kind: &str, day: &str, more: &str) -> String {
    of("a", (kind, day, "ws"), more)
}

fn of(matter: &str, (kind, day, office): (&str, &str, &str), more: &str) -> String {
    format!(r#"{{"k":"{kind}","m":"{matter}","d":"{day}","o":"{office}","x":{{{more}}}}}"#)
}

fn read(facts: &[String]) -> Figures {
    let mut figures = Figures::default();
    for fact in facts {
        figures.read(fact);
    }
    figures
}

/// Writes what an office comes to in November: `response 1/2` and what was left out behind it.
fn said(figures: &Figures, office: &str) -> String {
    let of = figures.measured("2026-11").into_iter().filter(|((own, _), _)| own == office);
    let words = of.map(|((_, measure), c)| {
        let left = if c.left > 0 { format!("-{}", c.left) } else { String::new() };
        format!("{} {}/{}{left}", measure.code(), c.good, c.of)
    });
    words.collect::<Vec<_>>().join(", ")
}

fn filed(day: &str, due: &str) -> String {
    fact("filed", day, &format!(r#""kd":"help","ch":"web","due":"{due}""#))
}

/// A day of the next month, so that November is over.
fn over() -> String {
    of("ff", ("filed", "2026-12-02", "zz"), r#""kd":"help","ch":"web","due":"2027-01-30""#)
}

/// A matter that is accepted in time and lapses on the 20th of November.
fn lapsing() -> Vec<String> {
    vec![filed("2026-11-02", "2026-11-17"), fact("accepted", "2026-11-03", r#""due":"2026-11-20""#)]
}

fn with(mut facts: Vec<String>, more: &[String]) -> String {
    facts.extend_from_slice(more);
    facts.push(over());
    said(&read(&facts), "ws")
}

const LATE: &str = "in_time 0/1, response 1/1";

#[test]
fn a_matter_that_is_answered_in_time_is_two_good_items_and_one_nobody_answers_a_bad_one() {
    assert_eq!(with(lapsing(), &[fact("replied", "2026-11-20", r#""oc":"support""#)]), "in_time 1/1, response 1/1");
    assert_eq!(with(lapsing(), &[]), LATE);
    assert_eq!(with(vec![filed("2026-11-02", "2026-11-17")], &[]), "response 0/1");
    let waits = with(vec![filed("2026-11-02", "2026-12-17")], &[]);
    assert_eq!(waits, "", "its day is not over");
}

#[test]
fn no_way_around_a_last_day_that_is_over_takes_it_away() {
    let reply = |day| fact("replied", day, r#""oc":"support""#);
    for (attack, more) in [
        (
            "answered and closed in bulk on the 30th",
            vec![reply("2026-11-30"), fact("closed", "2026-11-30", r#""gr":"satisfied""#)],
        ),
        ("answered in the next month", vec![reply("2026-12-01")]),
        ("named a consultation", vec![fact("kind_named", "2026-11-25", r#""kd":"consultation""#), reply("2026-11-26")]),
        ("sorted elsewhere", vec![fact("sorted", "2026-11-25", ""), reply("2026-11-26")]),
        ("merged away", vec![fact("merged", "2026-11-25", "")]),
        ("merged away, answered with the main one", vec![fact("merged", "2026-11-25", ""), reply("2026-11-28")]),
        ("extended afterwards", vec![fact("extended", "2026-11-25", r#""gr":"x","due":"2026-12-20""#), reply("2026-11-29")]),
        (
            "paused afterwards",
            vec![
                fact("paused", "2026-11-25", r#""gr":"x""#),
                fact("resumed", "2026-11-26", r#""due":"2026-12-20""#),
                reply("2026-11-27"),
            ],
        ),
        ("put on the short way afterwards", vec![fact("simplified", "2026-11-25", r#""due":"2026-12-09""#), reply("2026-11-26")]),
        (
            "given a new calendar",
            vec![fact("due_recomputed", "2026-11-25", r#""due":"2026-12-09","tm":"xf.handle""#), reply("2026-11-26")],
        ),
        ("handed on afterwards", vec![of("a", ("taken", "2026-11-25", "other"), r#""sl":false"#)]),
        ("filed anew under the same name", vec![filed("2026-11-25", "2026-12-25")]),
        ("withdrawn afterwards", vec![fact("withdrawn", "2026-11-25", "")]),
    ] {
        let found = with(lapsing(), &more);
        assert!(found.contains("in_time 0/1"), "{attack}: {found}");
    }
}

#[test]
fn what_is_closed_without_an_answer_counts_against_and_what_a_resident_takes_back_is_left_out() {
    assert_eq!(with(lapsing(), &[fact("closed", "2026-11-10", r#""gr":"none""#)]), LATE);
    assert_eq!(with(lapsing(), &[fact("withdrawn", "2026-11-10", "")]), "in_time 0/0-1, response 1/1");
    let told = with(vec![filed("2026-11-02", "2026-11-17")], &[fact("not_accepted", "2026-11-09", r#""gr":"other""#)]);
    assert_eq!(told, "response 1/1", "declining in time is a word in time");
}

#[test]
fn a_last_day_lapses_where_it_lay_and_whoever_takes_it_over_later_does_not_pay() {
    let mut facts = lapsing();
    facts.push(of("a", ("taken", "2026-11-25", "other"), r#""sl":false"#));
    facts.push(over());
    let figures = read(&facts);
    assert_eq!((said(&figures, "ws").as_str(), said(&figures, "other").as_str()), (LATE, ""));
}

fn rated(more: &str) -> Vec<String> {
    let mut facts = lapsing();
    facts.push(fact("replied", "2026-11-05", r#""oc":"support""#));
    facts.push(fact("rated", "2026-11-06", more));
    facts
}

#[test]
fn residents_say_whether_it_is_solved_and_only_what_they_signed_counts() {
    let both = "in_time 1/1, response 1/1, ";
    for (more, expected) in [
        (r#""g":5,"of":2,"rs":"solved,quick""#, "satisfied 1/1, solved 1/1"),
        (r#""g":1,"of":2,"rs":"unsolved,slow""#, "satisfied 0/1, solved 0/1"),
        (r#""g":3,"of":2,"rs":"part""#, "satisfied 1/1, solved 0/0-1"),
        (r#""g":4,"of":2,"ef":2"#, "satisfied 1/1, solved 0/1"),
        (r#""g":4,"of":2"#, "satisfied 1/1"),
    ] {
        assert_eq!(with(rated(more), &[]), format!("{both}{expected}"), "{more}");
    }
    // an insider who tells grades by message, or makes residents' codes anew, adds nothing good
    let told: Vec<String> = (0..20).map(|_| fact("grade_told", "2026-11-06", r#""g":5,"of":2,"wy":"sms""#)).collect();
    assert_eq!(with(lapsing(), &told), LATE);
    let anew = [fact("code_reissued", "2026-11-05", r#""rk":"x""#), fact("rated", "2026-11-06", r#""g":5,"of":2,"rs":"solved""#)];
    assert_eq!(with(lapsing(), &anew), "in_time 0/1, response 1/1, satisfied 0/0-1, solved 0/0-1");
    let called = [fact("grade_told", "2026-11-06", r#""g":2,"of":2,"wy":"call""#)];
    assert_eq!(with(lapsing(), &called), "called 0/1, in_time 0/1, response 1/1");
}

#[test]
fn a_grade_that_another_office_set_aside_is_left_out_with_what_was_owed_for_it() {
    let mut facts = rated(r#""g":1,"of":2,"rs":"unsolved""#);
    facts.push(fact("criticised", "2026-11-06", r#""g":1,"of":3,"rd":"2026-11-27""#));
    assert!(with(facts.clone(), &[]).contains("rectified 0/1, response 1/1, satisfied 0/1, solved 0/1"), "nothing was put right");
    let right = fact("rectified", "2026-11-20", r#""lt":false"#);
    assert!(with(facts.clone(), &[right]).contains("rectified 1/1"));
    let late = fact("rectified", "2026-11-30", r#""lt":true"#);
    assert!(with(facts.clone(), &[late]).contains("rectified 0/1"));
    let aside = of("a", ("objection_decided", "2026-12-01", "jd"), r#""of":3,"up":true"#);
    assert!(with(facts.clone(), &[aside]).contains("rectified 0/0-1, response 1/1, satisfied 0/0-1, solved 0/0-1"));
    let stays = of("a", ("objection_decided", "2026-12-01", "jd"), r#""of":3,"up":false"#);
    assert!(with(facts, &[stays]).contains("satisfied 0/1"));
}

#[test]
fn a_return_that_a_ruling_gave_back_was_none_and_so_is_sending_people_on() {
    let returned = of("a", ("returned", "2026-11-04", "ws"), r#""gr":"x","n":1"#);
    let base = || vec![of("a", ("filed", "2026-11-02", "gov"), r#""kd":"help","ch":"web","due":"2026-12-17""#)];
    assert_eq!(with(base(), std::slice::from_ref(&returned)), "returned 1/1");
    let ruled = |to: &str| of("a", ("arbitrated", "2026-11-20", "jd"), &format!(r#""to":"{to}""#));
    assert_eq!(with(base(), &[returned.clone(), ruled("ws")]), "returned 0/1");
    assert_eq!(with(base(), &[returned, ruled("gov")]), "returned 1/1");
    let sent = of("a", ("referral_reported", "2026-11-04", "gov"), r#""to":"ws""#);
    assert_eq!(with(base(), std::slice::from_ref(&sent)), "returned 0/1");
    assert_eq!(with(base(), &[sent, fact("referral_answered", "2026-11-09", r#""ad":false"#)]), "returned 0/0-1");
}

#[test]
fn promises_and_reception_days_count_for_the_day_they_were_due() {
    let day = |kind: &str, on: &str, more: &str| of("d", (kind, on, "ws"), more);
    let planned = day("reception_planned", "2026-11-01", r#""no":1,"on":"2026-11-10","st":"sitting""#);
    assert_eq!(with(vec![planned.clone()], &[]), "sat 0/1", "nobody sat, or nobody says what came of it");
    let posted = day("reception_posted", "2026-11-10", r#""n":3"#);
    assert_eq!(with(vec![planned.clone()], &[posted]), "sat 1/1");
    assert_eq!(with(vec![planned.clone()], &[day("reception_cancelled", "2026-11-08", "")]), "sat 0/0-1");
    let promised = |due: &str| day("reception_promised", "2026-11-10", &format!(r#""due":"{due}""#));
    let answer = |no: u8, on: &str, st: &str| day("reception_answered", on, &format!(r#""no":{no},"st":"{st}""#));
    let two = vec![planned, promised("2026-11-20"), promised("2026-11-25")];
    assert_eq!(with(two.clone(), &[]), "kept 0/2, sat 0/1");
    let kept = [answer(1, "2026-11-24", "kept"), answer(0, "2026-11-22", "kept")];
    assert_eq!(with(two, &kept), "kept 1/2, sat 0/1", "the first came two days late");
}

#[test]
fn an_objection_that_was_upheld_takes_one_item_out_and_no_other() {
    let mut facts = lapsing();
    let decided = |up: bool| {
        of("0b", ("assessment_decided", "2026-12-05", "jd"), &format!(r#""q":"2026-11","me":"in_time","lf":1,"up":{up}"#))
    };
    facts.push(over());
    facts.push(decided(false));
    assert_eq!(said(&read(&facts), "ws"), LATE);
    facts.push(decided(true));
    let figures = read(&facts);
    assert_eq!(said(&figures, "ws"), "in_time 0/0-1, response 1/1");
    let points = figures.points(("2026-11", "ws"));
    assert_eq!(points.len(), 2);
    assert_eq!(points[0], Point { leaf: 1, measure: Measure::InTime, verdict: Verdict::Left(Left::Objected) });
    assert_eq!(points[1].measure, Measure::Response);
}

#[test]
fn tables_are_of_months_that_are_over_and_a_year_is_their_sum() {
    let mut facts = lapsing();
    assert!(!read(&facts).names("2026-11-30").iter().any(|name| name.starts_with("measured")), "it goes on");
    facts.push(over());
    let figures = read(&facts);
    assert!(figures.names("2026-12-02").contains(&"measured 2026-11".to_owned()));
    assert_eq!(figures.table("measured 2026-11").unwrap(), "ws\tin_time\t0\t1\t0\nws\tresponse\t1\t1\t0\n");
    assert_eq!(figures.table("measured 2026").unwrap(), figures.table("measured 2026-11").unwrap());
    assert_eq!(figures.table("work 2026-11").unwrap(), "ch.web\t1\nkd.help\t1\nst.accepted\t1\n");
    assert_eq!(figures.table("work 2026").unwrap(), "ch.web\t2\nkd.help\t2\nst.accepted\t1\n");
    for none in ["measured 2025", "measured 2026-13", "measured 26-11", "measured x", "measured 2026-1"] {
        assert_eq!(figures.table(none).unwrap(), "", "{none}");
    }
}
