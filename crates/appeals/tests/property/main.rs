//! Properties over whole histories of several matters, their merges and a directory that changes under them: every open
//! matter has exactly one owner that exists, nobody waits for a main matter that nobody works on, and no return, edit,
//! merge or change of hands moves a due date that law does not move.

mod bench;
mod command;

use appeals::appeal::{Event, Kind, Stage, State, compute, first_due};
use bench::{Bench, MATTERS, OFFICES, Step};
use civic::rules::RuleSet;
use command::COMMANDS;
use jiff::ToSpan;
use proptest::prelude::*;
use worktime::Calendar;

/// Deeds behind those of the commands: an office renamed, one ended, somebody leaving.
const DEEDS: usize = COMMANDS + 3;

/// Tells whether law lets an event move the running due date of the office.
fn moves_by_law(event: &Event, before: &State, rules: &RuleSet) -> bool {
    match event {
        Event::Accepted { .. }
        | Event::Simplified { .. }
        | Event::Extended { .. }
        | Event::Reopened { .. }
        | Event::DueRecomputed { .. } => true,
        Event::KindNamed { due: Some(due), .. } => due.due.last < before.due.due.last,
        Event::Resumed { .. } => before.paused.is_some() && rules.pauses(&before.due.term).next().is_some(),
        _ => false,
    }
}

/// Returns the due date of the review in hand, with the office that decides.
fn reviewed(state: &State) -> Option<(String, String, jiff::civil::Date)> {
    state.pending_review().map(|review| (review.office.clone(), review.due.term.clone(), review.due.due.last))
}

fn check(bench: &Bench, before: &[State], steps: &[Step]) -> Result<(), TestCaseError> {
    for (at, after) in bench.states.iter().enumerate() {
        let before = &before[at];
        let own = || steps.iter().filter(|step| step.matter == at).map(|step| &step.event);
        if before.due != after.due {
            prop_assert!(own().any(|event| moves_by_law(event, before, &bench.rules)), "{:?} moved a due date", steps);
        }
        if let (Some(old), Some(new)) = (reviewed(before), reviewed(after))
            && (&old.0, &old.1) == (&new.0, &new.1)
            && old.2 != new.2
        {
            prop_assert_eq!(new.1.as_str(), "xf.recheck_decide", "only a hearing of a recheck stops a reviewer's clock");
            prop_assert!(own().any(|event| event.kind() == "resumed"), "a reviewer's date moved by {:?}", steps);
        }
        let simplified = own().any(|event| matches!(event, Event::Simplified { .. }));
        prop_assert!(!simplified || after.due.due.last <= before.due.due.last, "the simplified track never lengthens");
        let extended = own().any(|event| matches!(event, Event::Extended { .. }));
        prop_assert!(!extended || after.due.due.last > before.due.due.last);
        prop_assert!(before.stage != Stage::Withdrawn || after.stage == Stage::Withdrawn, "a withdrawn matter stays so");
        prop_assert!(
            own().all(|event| event.kind() != "paused" || before.pending_review().is_some()),
            "a handling term stood still"
        );
        standing(bench, after)?;
    }
    Ok(())
}

/// Checks what time does by itself (guard rule E16): nothing is declined or answered, and only that ends which a person of
/// an office answered, or which its resident withdrew.
fn alone(event: &Event, before: &State) -> Result<(), TestCaseError> {
    let may = match event {
        Event::Closed { .. } => before.last_word().is_some_and(|word| word.delivered.is_some()),
        Event::Withdrawn => before.withdraw_until.is_some(),
        Event::Taken { .. } => before.offer.is_some(),
        Event::Delivered { .. } => before.last_word().is_some(),
        Event::DueRecomputed { .. } | Event::Escalated { .. } | Event::FollowupLate { .. } | Event::Alarmed { .. } => true,
        _ => false,
    };
    prop_assert!(may, "time alone did {:?} to {:?}", event, before);
    Ok(())
}

/// Checks what holds of every matter at every moment.
fn standing(bench: &Bench, state: &State) -> Result<(), TestCaseError> {
    if !state.is_open() {
        return Ok(());
    }
    let owner = bench.directory.offices.get(&state.owner);
    prop_assert!(owner.is_some_and(|office| bench.directory.open(office)), "the owner {} is no open office", state.owner);
    let Some(main) = state.merged_into.filter(|_| state.owes_reply()) else { return Ok(()) };
    let main = bench.states.iter().find(|other| other.matter == main).expect("merged into one of them");
    prop_assert!(main.owes_reply() && main.merged_into.is_none(), "somebody waits for a main matter that owes nothing: {main:?}");
    prop_assert_eq!(&main.owner, &state.owner, "one piece of work is in one hand");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 768, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_history_loses_an_owner_or_a_resident_or_moves_a_date_that_law_does_not_move(
        kinds in prop::collection::vec(0..Kind::ALL.len(), MATTERS),
        deeds in prop::collection::vec((0..DEEDS, 0..MATTERS, 0..MATTERS, 0..OFFICES.len() + 3, 0..OFFICES.len(), 0..5_i64), 1..90),
    ) {
        let mut bench = Bench::new(&kinds);
        for (deed, at, other, actor, office, days) in deeds {
            bench.now = bench.now.checked_add((days * 24).hours()).unwrap();
            let before = bench.states.clone();
            let steps = match deed.checked_sub(COMMANDS) {
                None => bench.act((deed, at, other), (actor, OFFICES[office])),
                Some(0) => bench.rename(OFFICES[office]),
                Some(1) => bench.end(OFFICES[office], OFFICES[(office + actor) % OFFICES.len()]),
                Some(_) => bench.leave(actor),
            };
            check(&bench, &before, &steps)?;
            for at in 0..MATTERS {
                while let Some(event) = bench.due_now(at) {
                    let before = bench.states.clone();
                    alone(&event, &before[at])?;
                    let steps = bench.take(at, vec![event]);
                    check(&bench, &before, &steps)?;
                    prop_assert_ne!(&before[at], &bench.states[at], "time does a thing once only");
                }
            }
        }
    }

    #[test]
    fn due_dates_are_monotone_in_the_start(day in 0..1_500_i64, later in 0..60_i64) {
        let (rules, calendar) = (RuleSet::builtin(), Calendar::builtin());
        let start = jiff::civil::date(2024, 1, 1).saturating_add(day.days());
        let second = start.saturating_add(later.days());
        for kind in Kind::ALL {
            let (first, next) = (first_due(&rules, &calendar, *kind, start), first_due(&rules, &calendar, *kind, second));
            prop_assert!(first.due.target <= next.due.target && first.due.last <= next.due.last);
        }
        for term in ["xf.handle", "xf.simple_handle", "xf.review_decide", "xf.recheck_decide", "xf.object_competence"] {
            let (first, next) = (compute(&rules, &calendar, term, start), compute(&rules, &calendar, term, second));
            prop_assert!(first.due.target <= next.due.target && first.due.last <= next.due.last, "{}", term);
        }
    }
}
