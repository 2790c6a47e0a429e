//! The room in which accusations are handled: whose key opens what, and for how long.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use age::x25519::Identity;
use appeals::appeal::Kind;
use appeals::code::Seed;
use appeals::filing::{Filed, Form};
use appeals::sealed::about::{Accused, may_mean};
use appeals::sealed::ceremony::{self, LetIn};
use appeals::sealed::keys::{self, Kept};
use appeals::sealed::room::{self, Handler, Listed};
use appeals::sealed::step::{Deed, Exception, Stage, stage};
use appeals::sealed::{self, glass};
use civic::account::Cost;
use civic::directory::{Entry, Role};
use civic::refusal::No;
use civic::vault::{ESCROW_FILE, KeyFiles};
use data_encoding::HEXLOWER;
use db::{Row, Value, params};
use jiff::Span;
use testkit::{Engine, SUPERVISOR_KEY, county, on_both};
use uuid::Uuid;

use crate::common::{self, Town};

on_both![
    a_key_is_made_let_in_and_opens_what_comes_and_what_came_before,
    nothing_on_the_machine_opens_an_accusation_and_a_lost_password_ends_the_key,
    steps_go_their_way_and_the_accuser_reads_what_is_told,
    whoever_may_be_meant_gets_no_key_and_the_escrow_keys_decide,
    whoever_is_named_has_no_access_from_that_commit_on,
    two_people_open_what_is_closed_to_each_and_it_is_loud,
    a_step_that_is_gone_or_changed_is_named_once_its_day_has_its_tally,
    two_of_three_escrow_holders_let_a_handler_in_and_the_earlier_key_opens_what_came_before,
];

const PASSWORD: &str = "村口的老槐树开花";

/// Makes somebody's key.
pub fn key(town: &Town, login: &str) -> Handler {
    let staff = county::staff_id(login);
    let site = town.world.hall.site.clone();
    let (kept, key) = Kept::make(&site, staff, (PASSWORD, Cost::CHEAP), &mut site.chance()).unwrap();
    town.world.write(move |tx, site, _| keys::put(tx, site, &kept)).unwrap();
    Handler { staff, session: Uuid::from_u128(staff.as_u128() ^ 1), key }
}

pub fn let_in(town: &Town, login: &str, unclear: bool) -> Result<LetIn, No> {
    let staff = county::staff_id(login);
    let came: Vec<Identity> = vec![SUPERVISOR_KEY.parse().unwrap()];
    town.world.write(move |tx, site, by| ceremony::let_in(tx, site, by, &came, (staff, unclear)))
}

/// Both handlers with keys: one let in by the supervising body, the other by the first.
pub fn both(town: &Town) -> (Handler, Handler) {
    let (su, pan) = (key(town, "su"), key(town, "pan"));
    let_in(town, "su", false).unwrap();
    admit(town, &su, pan.staff).unwrap();
    (su, pan)
}

pub fn admit(town: &Town, by: &Handler, staff: Uuid) -> Result<(), No> {
    let by = by.clone();
    let public = town.world.read(move |tx, site| keys::of(tx, site, staff)).unwrap().unwrap().public;
    town.world.write(move |tx, site, (now, _)| room::admit(tx, site, now, &by, (staff, &public)))
}

pub fn accuse(town: &Town, key: &str, what: &str) -> Filed {
    town.file(&Form { kind: Kind::Accusation.code().into(), what: what.into(), ..common::form(key) }).unwrap()
}

fn listed(town: &Town, by: &Handler) -> Vec<String> {
    list(town, by).into_iter().map(|one| one.number).collect()
}

pub fn list(town: &Town, by: &Handler) -> Vec<Listed> {
    let (by, now) = (by.clone(), town.world.now());
    town.world.read(move |tx, site| room::list(tx, site, now, &by)).unwrap()
}

pub fn act(town: &Town, by: &Handler, id: Uuid, deed: Deed) -> Result<(), No> {
    let by = by.clone();
    town.world.write(move |tx, site, at| room::act(tx, site, at, &by, (id, deed)))
}

pub fn opens(town: &Town, by: &Handler, id: Uuid) -> bool {
    let by = by.clone();
    town.world.read(move |tx, site| room::open(tx, site, &by, id)).unwrap().is_some()
}

pub fn refused(answer: Result<(), No>) -> &'static str {
    match answer {
        Err(No::Refused(refusal)) => refusal.code,
        other => panic!("a refusal was expected, not {other:?}"),
    }
}

pub fn told(town: &Town, filed: &Filed) -> Vec<&'static str> {
    let (id, seed) = (filed.matter, Seed::new(*filed.code.seed().bytes()));
    let all = town.world.read(move |tx, site| {
        let own = sealed::own(tx, site, id, &seed)?.unwrap();
        room::told(tx, site, (id, &own))
    });
    all.unwrap().iter().map(|told| told.deed.code()).collect()
}

fn a_key_is_made_let_in_and_opens_what_comes_and_what_came_before(engine: Engine) {
    let town = Town::new(engine);
    let before = accuse(&town, "before", "村里账目有假");
    let su = key(&town, "su");
    let unseen = accuse(&town, "unseen", "村里账目有假");
    assert!(listed(&town, &su).is_empty(), "a key that nobody let in opens nothing");
    assert_eq!(let_in(&town, "su", false).unwrap(), LetIn { opened: 2, ..LetIn::default() });
    assert_eq!(listed(&town, &su).len(), 2);
    assert_eq!(let_in(&town, "su", false).unwrap(), LetIn::default(), "once is enough");
    let pan = key(&town, "pan");
    assert_eq!(refused(admit(&town, &su, su.staff)), "second_same");
    assert_eq!(refused(admit(&town, &pan, su.staff)), "second_same", "who is not in lets nobody in");
    admit(&town, &su, pan.staff).unwrap();
    let later = accuse(&town, "later", "村里账目有假");
    for by in [&su, &pan] {
        for filed in [&before, &unseen, &later] {
            assert!(opens(&town, by, filed.matter));
            assert!(listed(&town, by).contains(&filed.number));
        }
    }
    // nobody else has the room, whatever key they hold
    let ning = Handler { staff: county::staff_id("ning"), ..su.clone() };
    let by = ning.clone();
    let answer = town.world.read(move |tx, site| room::open(tx, site, &by, before.matter).map(|opened| opened.is_some()));
    assert!(matches!(answer, Err(No::Absent)));
    // and whoever stops being a handler has it no more
    let mut entry = town.world.hall.site.directory().staff[&pan.staff].clone();
    entry.roles = vec![Role::Officer];
    town.world.set(Entry::Staff(entry), "roles");
    assert!(matches!(act(&town, &pan, later.matter, Deed::Accept), Err(No::Absent)));
    let last = accuse(&town, "last", "村里账目有假");
    assert!(opens(&town, &su, last.matter));
    let wraps = town.world.read(move |tx, site| {
        tx.rows("select holder from accusation_wrap where jurisdiction = $1 and id = $2", params![site.jurisdiction, last.matter])
    });
    assert_eq!(wraps.unwrap().len(), 2, "the one handler and escrow");
}

fn nothing_on_the_machine_opens_an_accusation_and_a_lost_password_ends_the_key(engine: Engine) {
    let town = Town::new(engine);
    let (su, _) = both(&town);
    let filed = accuse(&town, "one", "村里账目有假");
    // the key store holds no key that was used for it: what it hands out next is what it would have handed out before
    let site = town.world.hall.site.clone();
    let next = site.keystore.take().unwrap().0;
    accuse(&town, "two", "村里账目有假");
    assert_eq!(site.keystore.take().unwrap().0, next + 1);
    let own = su.staff;
    let kept = town.world.read(move |tx, site| keys::of(tx, site, own)).unwrap().unwrap();
    assert!(kept.unlock(&site, "村口的老榆树开花").unwrap().is_none());
    let opened = kept.unlock(&site, PASSWORD).unwrap().unwrap();
    // a new password that its owner chose takes the key along
    let moved = kept.under(&site, &opened, ("河边的柳树又发芽了", Cost::CHEAP), &mut site.chance()).unwrap();
    town.world.write(move |tx, site, _| keys::put(tx, site, &moved)).unwrap();
    let kept = town.world.read(move |tx, site| keys::of(tx, site, own)).unwrap().unwrap();
    assert!(kept.unlock(&site, PASSWORD).unwrap().is_none() && kept.admitted);
    let key = kept.unlock(&site, "河边的柳树又发芽了").unwrap().unwrap();
    assert!(opens(&town, &Handler { key, ..su.clone() }, filed.matter));
    // an administrator's new password does not: the key and all that was wrapped to it end, and a new one is let in anew
    town.world.write(move |tx, site, _| keys::forget(tx, site, own)).unwrap();
    assert!(!opens(&town, &su, filed.matter));
    let again = self::key(&town, "su");
    assert!(!opens(&town, &again, filed.matter));
    assert_eq!(let_in(&town, "su", false).unwrap().opened, 2);
    assert!(opens(&town, &again, filed.matter));
    // a key that was put in by hand is nobody's
    let sql = "update handler_key set public = 'age1p8aswc0f3j78u7cn9ch5m60xfscsthglrvqnfwt2h6g6yg0hhujsklvtrx' where staff = $1";
    town.world.write(move |tx, _, _| tx.run(sql, params![own])).unwrap();
    assert!(town.world.read(move |tx, site| keys::of(tx, site, own)).unwrap().is_none());
}

fn steps_go_their_way_and_the_accuser_reads_what_is_told(engine: Engine) {
    let town = Town::new(engine);
    let (su, pan) = both(&town);
    let filed = accuse(&town, "one", "村里账目有假");
    let id = filed.matter;
    let words = || "已经核实,正在处理".to_owned();
    assert_eq!(refused(act(&town, &su, id, Deed::Answer { words: words() })), "not_this_stage");
    assert_eq!(refused(act(&town, &su, id, Deed::Read { purpose: "list".into() })), "purpose_missing");
    act(&town, &su, id, Deed::Read { purpose: "handle".into() }).unwrap();
    let decline = |ground: &str, words: &str| Deed::Decline { ground: ground.into(), words: words.into() };
    assert_eq!(refused(act(&town, &su, id, decline("because", "x"))), "choice_missing");
    assert_eq!(refused(act(&town, &su, id, decline("no_substance", " "))), "words_missing");
    act(&town, &su, id, Deed::Accept).unwrap();
    assert_eq!(refused(act(&town, &pan, id, decline("no_substance", "写清楚再提交"))), "not_this_stage");
    act(&town, &pan, id, Deed::Answer { words: words() }).unwrap();
    let by = su.clone();
    let opened = town.world.read(move |tx, site| room::open(tx, site, &by, id)).unwrap().unwrap();
    assert_eq!(stage(&opened.steps), Stage::Answered);
    assert_eq!(told(&town, &filed), ["read", "accept", "answer"]);
    nothing_is_in_the_clear(&town, &[filed.number.as_str(), "账目有假", "已经核实", "田小满", "13900000001", "handle", "answer"]);
    // nothing of it is in the journal, the access log or the outbox
    for table in ["access_entry", "outbox"] {
        let rows = town.world.read(move |tx, _| tx.rows(&format!("select * from {table}"), &[])).unwrap();
        let loud = rows.iter().all(|row| format!("{:?}", row.values()).contains(glass::KIND));
        assert!(loud, "{table} holds nothing but the letters about the escrow keys");
    }
}

/// Looks for words in every row of every table that the room touches.
fn nothing_is_in_the_clear(town: &Town, words: &[&str]) {
    let tables =
        ["accusation", "accusation_act", "accusation_copy", "accusation_wrap", "handler_key", "event", "outbox", "access_entry"];
    for table in tables {
        let rows = town.world.read(move |tx, _| tx.rows(&format!("select * from {table}"), &[])).unwrap();
        for value in rows.iter().flat_map(Row::values) {
            let bytes = match value {
                Value::Blob(bytes) => bytes.clone(),
                Value::Text(text) => text.clone().into_bytes(),
                _ => continue,
            };
            for word in words {
                let word = word.as_bytes();
                assert!(!bytes.windows(word.len()).any(|part| part == word), "{table} holds a word of it");
            }
        }
    }
}

fn whoever_may_be_meant_gets_no_key_and_the_escrow_keys_decide(engine: Engine) {
    let town = Town::new(engine);
    let (su, pan) = both(&town);
    let about = accuse(&town, "about", "纪委的苏问月收了包工头的钱");
    assert!(!opens(&town, &su, about.matter) && opens(&town, &pan, about.matter));
    let all = accuse(&town, "all", "潘既明和苏问月都收了钱");
    assert!(!opens(&town, &su, all.matter) && !opens(&town, &pan, all.matter));
    // two of the three decide, or the one key where none were named: with words that leave no doubt
    assert_eq!(let_in(&town, "pan", false).unwrap(), LetIn { unclear: 1, ..LetIn::default() });
    assert_eq!(let_in(&town, "pan", true).unwrap(), LetIn { opened: 1, ..LetIn::default() });
    assert!(opens(&town, &pan, all.matter) && !opens(&town, &su, all.matter));
    assert_eq!(let_in(&town, "su", true).unwrap().unclear, 2, "somebody else opens these now");
    let wrong: Vec<Identity> = vec![Identity::generate()];
    let staff = su.staff;
    let answer = town.world.write(move |tx, site, by| ceremony::let_in(tx, site, by, &wrong, (staff, false)));
    assert!(matches!(answer, Err(No::Refused(refusal)) if refusal.code == "escrow_keys"));
}

fn whoever_is_named_has_no_access_from_that_commit_on(engine: Engine) {
    let town = Arc::new(Town::new(engine));
    let (su, pan) = both(&town);
    let id = accuse(&town, "one", "村里账目有假").matter;
    act(&town, &pan, id, Deed::Read { purpose: "handle".into() }).unwrap();
    let (named, beside) = (Arc::new(AtomicBool::new(false)), town.world.beside());
    let readers: Vec<_> = [town.world.hall.clone(), beside]
        .into_iter()
        .map(|hall| {
            let (named, by) = (Arc::clone(&named), pan.clone());
            thread::spawn(move || {
                let (mut before, mut after) = (0, 0);
                while after < 50 {
                    let late = named.load(Ordering::SeqCst);
                    let (site, asks) = (hall.site.clone(), by.clone());
                    let opened = hall.store.read_blocking(move |tx| room::open(tx, &site, &asks, id)).unwrap().is_some();
                    assert!(!(late && opened), "a reading that began after the commit showed it");
                    before += usize::from(opened);
                    after += usize::from(late);
                }
                before
            })
        })
        .collect();
    let wraps = || {
        let sql = "select holder, wrapped from accusation_wrap where id = $1 order by holder";
        town.world.read(move |tx, _| tx.rows(sql, params![id])).unwrap().len()
    };
    while !opens(&town, &pan, id) {}
    assert_eq!(wraps(), 3);
    act(&town, &su, id, Deed::Name { accused: vec![Accused::Person(pan.staff)] }).unwrap();
    named.store(true, Ordering::SeqCst);
    for reader in readers {
        reader.join().unwrap();
    }
    assert_eq!(wraps(), 2);
    assert!(opens(&town, &su, id), "whoever is left goes on");
    assert!(matches!(act(&town, &pan, id, Deed::Accept), Err(No::Absent)), "an open form fails");
    act(&town, &su, id, Deed::Accept).unwrap();
    // no way back in: not by a colleague, not with the escrow keys
    admit(&town, &su, pan.staff).unwrap();
    assert_eq!(let_in(&town, "pan", true).unwrap(), LetIn { kept_out: 1, ..LetIn::default() });
    assert!(!opens(&town, &pan, id));
    // whoever leads the office goes with it: nobody of it is left, and the escrow keys alone open it
    let other = accuse(&town, "other", "村里账目有假").matter;
    act(&town, &su, other, Deed::Name { accused: vec![Accused::Office(county::SUPERVISION.into())] }).unwrap();
    assert!(!opens(&town, &su, other) && !opens(&town, &pan, other));
    let third = accuse(&town, "third", "村里账目有假").matter;
    town.staff_as("ning", Role::OfficeHead);
    act(&town, &su, third, Deed::Name { accused: vec![Accused::Person(county::staff_id("ning"))] }).unwrap();
    assert!(!opens(&town, &su, third));
}

fn two_people_open_what_is_closed_to_each_and_it_is_loud(engine: Engine) {
    let town = Town::new(engine);
    let (su, pan) = both(&town);
    let filed = accuse(&town, "one", "村里账目有假");
    let id = filed.matter;
    let loud = || {
        let sql = "select fact from event where kind = 'glass_broken' order by position";
        town.world.read(move |tx, _| tx.rows(sql, &[])).unwrap().len()
    };
    let open = |by: &Handler, what| {
        let by = by.clone();
        let now = town.world.now();
        let opened = town.world.read(move |tx, site| {
            let opened = room::open(tx, site, &by, id)?.unwrap();
            Ok::<_, No>(sealed::step::opened(&site.rules(), &opened.steps, (by.staff, now), what).is_some())
        });
        opened.unwrap()
    };
    let before = loud();
    act(&town, &su, id, Deed::Ask { what: Exception::Unmask, words: "要当面核实".into() }).unwrap();
    let agree = |by: &Handler| act(&town, by, id, Deed::Agree { to: 1, what: Exception::Unmask, words: String::new() });
    assert_eq!(refused(agree(&su)), "second_same", "one person alone");
    assert_eq!(refused(agree(&Handler { session: Uuid::from_u128(5), ..su.clone() })), "second_same", "in two sessions");
    assert_eq!(refused(agree(&Handler { session: su.session, ..pan.clone() })), "second_same", "two people in one session");
    assert_eq!(loud(), before);
    agree(&pan).unwrap();
    assert_eq!(loud(), before + 1);
    assert!(open(&su, Exception::Unmask) && !open(&su, Exception::Export) && !open(&pan, Exception::Unmask));
    assert_eq!(refused(agree(&pan)), "second_over", "once");
    assert_eq!(told(&town, &filed), ["agree"], "the accuser is told");
    town.world.clock.advance(Span::new().minutes(61));
    assert!(!open(&su, Exception::Unmask));
    act(&town, &su, id, Deed::Ask { what: Exception::Export, words: "移送司法机关".into() }).unwrap();
    town.world.clock.advance(Span::new().hours(25));
    let late = act(&town, &pan, id, Deed::Agree { to: 3, what: Exception::Export, words: String::new() });
    assert_eq!(refused(late), "second_over", "too late");
}

fn a_step_that_is_gone_or_changed_is_named_once_its_day_has_its_tally(engine: Engine) {
    let town = Town::new(engine);
    let (su, _) = both(&town);
    let id = accuse(&town, "one", "村里账目有假").matter;
    act(&town, &su, id, Deed::Accept).unwrap();
    town.world.clock.days(1);
    town.tick();
    let found = |sql: &'static str| {
        town.world
            .write(move |tx, site, _| {
                tx.run(sql, &[])?;
                let found = sealed::check(tx, site)?;
                Err::<(), No>(civic::refusal::Refusal::new(if found.is_empty() { "quiet" } else { "loud" }).into())
            })
            .unwrap_err()
            .to_string()
    };
    assert_eq!(found("update accusation_wrap set wrapped = wrapped"), "refused: quiet");
    assert_eq!(found("delete from accusation_act"), "refused: loud");
    assert_eq!(found("update accusation_act set commitment = 'x'"), "refused: loud");
    assert_eq!(found("update accusation_act set own = sealed"), "refused: loud");
}

fn two_of_three_escrow_holders_let_a_handler_in_and_the_earlier_key_opens_what_came_before(engine: Engine) {
    let town = Town::new(engine);
    let before = accuse(&town, "before", "村里账目有假");
    let holders = [Identity::generate(), Identity::generate(), Identity::generate()];
    let lines: Vec<String> = holders.iter().map(|holder| holder.to_public().to_string()).collect();
    KeyFiles::at(town.world.ground().path().join("keys")).keep(ESCROW_FILE, &lines.join("\n")).unwrap();
    let town = Town { world: town.world.reopened() };
    let after = accuse(&town, "after", "村里账目有假");
    let su = key(&town, "su");
    let come = |came: Vec<Identity>| {
        let staff = su.staff;
        town.world.write(move |tx, site, by| ceremony::let_in(tx, site, by, &came, (staff, false)))
    };
    let old: Identity = SUPERVISOR_KEY.parse().unwrap();
    for few in [vec![], vec![old.clone()], vec![holders[1].clone()], vec![holders[1].clone(), holders[1].clone()]] {
        assert!(matches!(come(few), Err(No::Refused(refusal)) if refusal.code == "escrow_keys"));
    }
    assert!(!opens(&town, &su, after.matter), "who was refused let nobody in");
    let done = come(vec![holders[2].clone(), holders[0].clone()]).unwrap();
    assert_eq!(done, LetIn { opened: 1, other_keys: 1, ..LetIn::default() });
    assert!(opens(&town, &su, after.matter) && !opens(&town, &su, before.matter));
    assert_eq!(told(&town, &after), ["escrow"], "the accuser is told");
    assert_eq!(come(vec![holders[1].clone(), holders[0].clone(), old]).unwrap().opened, 1);
    assert!(opens(&town, &su, before.matter));
}

#[test]
fn a_handler_is_recognised_by_name_sound_title_office_and_the_one_they_stand_in_for() {
    let town = Town::new(Engine::Sqlite);
    let mut office = town.world.hall.site.directory().offices[county::SUPERVISION].clone();
    office.code = "jw0".into();
    office.name = "清禾县监察局".into();
    office.supervising = false;
    office.successor = Some(county::SUPERVISION.into());
    town.world.set(Entry::Office(office), "added");
    let directory = town.world.hall.site.directory();
    let today = town.world.hall.site.day(town.world.now());
    let su = directory.staff[&county::staff_id("su")].clone();
    let means = |text: &str| may_mean(&directory, today, (&su, text));
    for text in [
        "苏问月收了钱",
        "苏 问·月 收了钱",
        "蘇問月收了錢",
        "苏文悦收了钱",
        "素闻跃收了钱",
        "苏某拿了好处",
        "那个姓苏的拿了好处",
        "苏信访室干部不管",
        "清禾县纪委监委信访室干部收礼",
        "监察局的信访室干部收礼",
        "纪委监委代理信访室干部收礼",
    ] {
        assert!(means(text), "{text}");
    }
    for text in ["村支书罗春耕把修路的钱装进自己口袋", "我向纪委监委反映村里的账", "镇上的干部吃拿卡要", "紫苏地被占了"]
    {
        assert!(!means(text), "{text}");
    }
    // whoever leads them, and whoever stands in for that one
    town.staff_as("ning", Role::OfficeHead);
    let directory = town.world.hall.site.directory();
    assert!(may_mean(&directory, today, (&su, "宁思齐包庇亲戚")));
    let mut ning = directory.staff[&county::staff_id("ning")].clone();
    ning.away = Some((today, today));
    ning.deputy = Some(county::staff_id("lin"));
    town.world.set(Entry::Staff(ning), "away");
    let directory = town.world.hall.site.directory();
    assert!(may_mean(&directory, today, (&su, "林之衡收了钱")), "an acting head is a head");
    assert!(!may_mean(&directory, today, (&su, "邵问渠收了钱")));
    let hex = HEXLOWER.encode(b"x");
    assert!(!may_mean(&directory, today, (&su, &hex)));
}
