//! When an act is possible: act × state, for whoever holds the matter and for its resident, as a table a person can read. Who
//! may at all, role × act × relation, is the table of the permit; an act needs both.

use std::fmt::Write;

use appeals::appeal::{Command, State};
use appeals::decide::{Ctx, ready};
use appeals::filing::Filed;
use civic::directory::Role;
use civic::permit::Act;
use jiff::ToSpan;
use testkit::{Engine, county};

use crate::common::{Town, form};

/// Acts that no state of a matter decides: they are not about one matter's course.
const BESIDE: &[Act] = &[
    Act::See,
    Act::ReadPersonal,
    Act::SeeAccess,
    Act::Erase,
    Act::Disclose,
    Act::Unmask,
    Act::FileForPerson,
    Act::Administer,
    Act::HandleIssue,
    Act::ObjectAssessment,
    Act::DecideAssessment,
    Act::PublishReport,
    Act::Track,
    Act::ReportPressure,
    Act::Supervise,
    Act::LeadSupervision,
    Act::AnswerSupervision,
    Act::SeeSupervision,
];

fn accept() -> Command {
    Command::Accept { category: "14".into() }
}

/// Brings matters into each state, in the order of a life.
fn states(town: &Town) -> Vec<(&'static str, State)> {
    let file = |key: &str| town.file(&form(key)).unwrap();
    let by = |filed: &Filed, command: Command| drop(town.act("gu", filed, command).unwrap());
    let mut found = Vec::new();
    let mut note = |name: &'static str, filed: &Filed| found.push((name, town.state(filed)));
    note("received", &file("received"));
    let registered = file("registered");
    by(&registered, Command::Register { category: "14".into() });
    note("registered", &registered);
    let declined = file("declined");
    by(&declined, Command::NotAccept { ground: "litigation".into(), words: "法院已经受理".into() });
    note("not accepted", &declined);
    let accepted = file("accepted");
    by(&accepted, accept());
    note("accepted", &accepted);
    let offered = file("offered");
    by(&offered, Command::Assign { to: county::WATER.into(), words: "请你单位办理".into() });
    note("offered", &offered);
    note("replied", &town.replied("replied"));
    let delivered = town.replied("delivered");
    let proof = Command::RecordDelivery { manner: "signed".into(), proof: "本人签收".into(), files: Vec::new() };
    by(&delivered, proof);
    note("delivered", &delivered);
    let reviewed = town.replied("reviewed");
    town.resident(&reviewed, Command::AskReview { words: "没有说清谁来修".into() }).unwrap();
    note("under review", &reviewed);
    let reopened = town.replied("reopened");
    town.resident(&reopened, Command::Reopen { words: "又坏了".into() }).unwrap();
    note("reopened", &reopened);
    let (main, merged) = (file("main"), file("merged"));
    town.merge(&main, [&merged]);
    note("merged", &merged);
    let going = file("going");
    town.resident(&going, Command::AskWithdraw { words: "已经修好了".into() }).unwrap();
    note("withdrawal asked", &going);
    town.world.clock.advance(73.hours());
    town.tick();
    note("withdrawn", &going);
    found
}

#[test]
fn when_an_act_is_possible_is_a_table_a_person_can_read() {
    let town = Town::new(Engine::Sqlite);
    town.staff_as("gu", Role::OfficeHead);
    let states = states(&town);
    let site = &town.world.hall.site;
    let (rules, calendar, directory) = (site.rules(), site.calendar(), site.directory());
    let now = town.world.now();
    let mut text = String::new();
    for act in Act::ALL.iter().filter(|act| !BESIDE.contains(act)) {
        writeln!(text, "{}", act.code()).unwrap();
        for (name, state) in &states {
            let ctx = Ctx { office: Some(&state.owner), ..Ctx::new((now, site.day(now)), (&rules, &calendar), &directory) };
            let answer = ready(state, *act, &ctx);
            let cell = answer.map_or_else(|refusal| format!("- {}", refusal.code), |()| "yes".to_owned());
            writeln!(text, "    {name:<18} {cell}").unwrap();
        }
    }
    insta::assert_snapshot!("act_by_state", text);
    assert!(states.iter().any(|(name, state)| *name == "withdrawn" && !state.is_open()), "the withdrawal is in force");
}
