//! The demo's files of supervision: a suggestion with its answer, a campaign half looked at, a leader's personal case, somebody held to
//! account, a joint conference about what no office wanted.

use appeals::Command;
use appeals::followup::list::criticisms;
use appeals::run::Request;
use appeals::supervise::Ladder;
use appeals::supervise::draw::{From, draw};
use appeals::supervise::list::{cards, disputes};
use civic::directory::{Directory, Role, Staff};
use civic::permit::Who;
use civic::refusal::No;
use civic::site::Site;
use db::{Fault, Tx};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use oversight::dossier::state::{Filter, Item, Named, Ruling};
use oversight::dossier::{Dossier, Kind, Opening, To, What, decide, list, run};

use super::play::who;

/// Matters that the campaign draws.
const DRAWN: usize = 5;
/// Of these, how many were looked at by now.
const SEEN: usize = 3;
/// Days before the present on which something happens.
const OPENED: i64 = 9;
const MET: i64 = 0;
const ANSWERED: i64 = 3;

/// Does what is done on a day; `last` is the last day that is played.
pub fn pass(tx: &mut Tx<'_>, site: &Site, (day, last): (Date, Date), now: Timestamp) -> Result<(), Fault> {
    let is = |days: i64| last.checked_sub(days.days()).is_ok_and(|on| on == day);
    let done = if is(OPENED) {
        opened(tx, site, (day, now))
    } else if is(MET) {
        objected(tx, site, now).and_then(|()| met(tx, site, (day, now)))
    } else if is(ANSWERED) {
        answered(tx, site, now)
    } else {
        Ok(())
    };
    done.map_err(|no| match no {
        No::Failed(fault) => fault,
        other => Fault::other(format!("the demo's supervision on {day}: {other}")),
    })
}

fn with(directory: &Directory, role: Role) -> Option<&Staff> {
    directory.staff.values().find(|staff| staff.active && staff.is(role))
}

/// Finds the leader at the top: of an office without one above.
fn chief(directory: &Directory) -> Option<&Staff> {
    let leads = |staff: &&Staff| staff.active && staff.is(Role::Leader);
    let height = |staff: &&Staff| directory.offices.get(&staff.office).is_some_and(|office| office.superior.is_none());
    directory.staff.values().filter(leads).find(height).or_else(|| with(directory, Role::Leader))
}

fn begin(tx: &mut Tx<'_>, site: &Site, now: Timestamp, (by, opening): (&Who, Opening)) -> Result<Dossier, No> {
    let key = site.keystore.take()?;
    let mut chance = site.chance();
    run::begin(tx, site, (now, &mut chance), (by, opening, &key))
}

fn act(tx: &mut Tx<'_>, site: &Site, now: Timestamp, (by, of, command): (&Who, (Kind, i64), To)) -> Result<Dossier, No> {
    let mut chance = site.chance();
    run::execute(tx, site, (now, &mut chance), (by, of, command))
}

fn opening(title: &str, words: &str, (office, due): (&str, Date), what: What) -> Opening {
    Opening { title: title.to_owned(), words: words.to_owned(), office: office.to_owned(), due, what }
}

fn opened(tx: &mut Tx<'_>, site: &Site, (day, now): (Date, Timestamp)) -> Result<(), No> {
    let directory = site.directory();
    let (Some(watch), Some(leader)) = (with(&directory, Role::Supervisor), chief(&directory)) else { return Ok(()) };
    let by = who(watch.id, now);
    let due = day.saturating_add(20.days());
    let late = cards(tx, site, &by, (Ladder::Climbs, None, None))?.0.into_iter().map(|one| one.state);
    let late: Vec<_> = late.filter(|state| state.owner != watch.office).collect();
    if let Some(state) = late.first() {
        let matter = Named { id: state.matter, number: state.number.clone() };
        let what = What::Case { leader: leader.id, matter: matter.clone() };
        let text = ("拖了又拖的一件事，包到办完为止", "过了期限还没有答复，群众来问过两次。由领导包案，定期限、记每一步。");
        begin(tx, site, now, (&by, opening(text.0, text.1, (&state.owner, due), what)))?;
        let text = ("超期不办，问责", "这件事超过期限，两次提醒没有回音，办理记录里没有一次到现场。");
        let what = What::Account { ground: "2_measures".to_owned(), person: None, matter: Some(matter.clone()) };
        let account = begin(tx, site, now, (&by, opening(text.0, text.1, (&state.owner, due), what)))?;
        let words = "办理不及时，提出批评；请说明情况。凭据：公开日志里的到期上报记录。".to_owned();
        act(tx, site, now, (&by, (Kind::Account, account.number), To::Step { words }))?;
        let text = ("把到期提醒落实到人", "好几件事都是等到最后一天才有人看。建议每天早上由值班的人先看快到期的，谁看谁签。");
        let what = What::Advice { ground: "2_work".to_owned(), matter: Some(matter) };
        begin(tx, site, now, (&by, opening(text.0, text.1, (&state.owner, due), what)))?;
    }
    let days = (day.saturating_sub(60.days()), day);
    let drawn = draw(tx, site, &by, (&From { category: "", place: "", office: "", days }, DRAWN))?;
    if !drawn.drawn.is_empty() {
        let filter = Filter { category: String::new(), place: String::new(), office: String::new(), from: days.0, to: days.1 };
        let list = drawn.drawn.into_iter().map(|(id, number)| Named { id, number }).collect();
        let what = What::Task { special: true, filter, seed: drawn.seed, of: drawn.of, drawn: list };
        let text = ("答复实不实，到现场看", "两个月里的事抽几件，到现场看答复里写的做没做，问问住在那里的人。");
        begin(tx, site, now, (&by, opening(text.0, text.1, (&watch.office, due), what)))?;
    }
    Ok(())
}

/// An office objects to a bad rating that is still open to it: whoever looks at the demo may hear the resident.
fn objected(tx: &mut Tx<'_>, site: &Site, now: Timestamp) -> Result<(), No> {
    let directory = site.directory();
    let Some(watch) = with(&directory, Role::Supervisor) else { return Ok(()) };
    let found = criticisms(tx, site, &who(watch.id, now), (None, None))?.0;
    for one in found {
        let Some(head) = directory.head_of(&one.state.owner) else { continue };
        let words = "评价里说的是另一段路，不是我们修的这一段，请裁定。".to_owned();
        let command = Command::ObjectRating { ground: "mistaken".to_owned(), words };
        let request = Request { who: who(head.id, now), matter: one.state.matter, seen: None, command };
        match tx.savepoint(|tx| appeals::run::execute(tx, site, now, &request)) {
            Ok(_) => return Ok(()),
            Err(No::Failed(fault)) => return Err(fault.into()),
            Err(_) => {}
        }
    }
    Ok(())
}

/// A joint conference rules about what no office wanted, or about what several levels have to do together.
fn met(tx: &mut Tx<'_>, site: &Site, (day, now): (Date, Timestamp)) -> Result<(), No> {
    let directory = site.directory();
    let Some(leader) = chief(&directory) else { return Ok(()) };
    let by = who(leader.id, now);
    let disputed = disputes(tx, site, &by)?;
    // one that is still disputed is left for whoever looks at the demo
    let binds = disputed.len() > 1;
    let late = cards(tx, site, &by, (Ladder::Climbs, None, None))?.0.into_iter().map(|one| one.state).next();
    let Some(state) = (if binds { disputed.into_iter().next() } else { late }) else { return Ok(()) };
    let fits =
        state.category.as_deref().zip(state.place.as_deref()).map(|(category, place)| directory.responsible(category, place));
    let to = fits.and_then(|all| all.first().map(|office| office.code.clone())).unwrap_or_else(|| state.owner.clone());
    let mut members: Vec<String> = vec![state.owner.clone(), to.clone()];
    members.extend(
        state
            .former
            .iter()
            .cloned()
            .chain(directory.root().and_then(|root| directory.intake(&root.code)).map(|own| own.code.clone())),
    );
    members.retain(|code| directory.offices.get(code).is_some_and(|office| directory.open(office)));
    members.sort();
    members.dedup();
    if members.len() < 2 {
        members.push(leader.office.clone());
    }
    let matter = Named { id: state.matter, number: state.number.clone() };
    let agenda = vec![Item { matter, why: if binds { "1_dispute" } else { "3_levels" }.to_owned(), papers: String::new() }];
    let what = What::Conference {
        date: day,
        time: Some(jiff::civil::time(14, 30, 0, 0)),
        venue: "县政府二楼会议室".to_owned(),
        chair: leader.id,
        members: members.clone(),
        agenda,
    };
    let text = ("几家都说不归自己的一件事", "退回了几次，各说各的依据。今天定下来归谁、什么时候办完。");
    let meeting = begin(tx, site, now, (&by, opening(text.0, text.1, (&leader.office, day), what)))?;
    let of = (Kind::Conference, meeting.number);
    let papers = "事情经过和各单位的书面意见已经发给大家；职责清单里写明了这一类归谁。".to_owned();
    act(tx, site, now, (&by, of, To::Prepare { item: 0, papers }))?;
    act(tx, site, now, (&by, of, To::Attend { offices: members }))?;
    let words = "照职责清单办，边界上的一段由它牵头，别的单位配合。".to_owned();
    let due = day.saturating_add(15.days());
    let ruling = Ruling { item: 0, to: to.clone(), words: words.clone(), day, due, route: None, binds, follow: Vec::new() };
    act(tx, site, now, (&by, of, To::Rule(ruling)))?;
    if binds {
        let command = Command::Arbitrate { to, words };
        appeals::run::execute(tx, site, now, &Request { who: by.clone(), matter: state.matter, seen: None, command })?;
    }
    act(tx, site, now, (&by, of, To::End { words: "一件事，当场定了归谁。".to_owned(), settled: true })).map(drop)
}

/// The office answers and replies; some of what was drawn was looked at.
fn answered(tx: &mut Tx<'_>, site: &Site, now: Timestamp) -> Result<(), No> {
    let directory = site.directory();
    let Some(watch) = with(&directory, Role::Supervisor) else { return Ok(()) };
    for (kind, words) in [
        (Kind::Advice, "采纳。从下周起每天早上由值班的人先看，看过签名，督查随时可以来查。"),
        (Kind::Account, "情况属实。那几天人手都去防汛了，没有安排替班，这是我们的责任。"),
    ] {
        let Some(row) = list::one(tx, site, (kind, 1))? else { continue };
        let own = directory.staff_of(&row.dossier.opening.office);
        let head = own
            .filter(|staff| staff.is(Role::OfficeHead) || staff.is(Role::Officer))
            .max_by_key(|staff| staff.is(Role::OfficeHead));
        if let Some(head) = head {
            act(tx, site, now, (&who(head.id, now), (kind, 1), To::Answer { adopted: true, words: words.to_owned() }))?;
        }
    }
    let Some(row) = list::one(tx, site, (Kind::Task, 1))? else { return Ok(()) };
    let numbers: Vec<String> = decide::drawn(&row.dossier).take(SEEN).map(str::to_owned).collect();
    for (at, matter) in numbers.into_iter().enumerate() {
        let words = if at == 1 {
            "答复说修好了，现场还围着，问了住户，说停了一个星期。"
        } else {
            "和答复一样，住户说当天就来了人。"
        };
        let note = To::Note { words: words.to_owned(), matter, good: at != 1 };
        act(tx, site, now, (&who(watch.id, now), (Kind::Task, 1), note))?;
    }
    Ok(())
}
