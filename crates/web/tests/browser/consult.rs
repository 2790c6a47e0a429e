//! What offices ask everybody, in a browser: while people speak, with a draft and what changed in it, decided; the desk with every form; by an
//! old telephone and at night.

use civic::permit::Who;
use insight::consult::ask::{ask, execute};
use insight::consult::consultation::{Outcome, Plan};
use insight::consult::decide::Command;
use insight::consult::run::{Sort, sort};
use insight::consult::speak::{New, prepare, speak};
use insight::consult::voice::Way;
use jiff::ToSpan;
use testkit::browser::{Browser, View, run};
use testkit::county::{TOWNSHIP, TOWNSHIP_OFFICE, staff_id};
use uuid::Uuid;

use crate::desk::enter;
use crate::site::Site;

fn staff(login: &str) -> Who {
    Who::Staff { id: staff_id(login), session: Uuid::nil() }
}

/// Asks, and has two people speak.
fn asked(site: &Site) -> (Uuid, Vec<Uuid>) {
    let world = &site.world;
    let plan = Plan {
        office: TOWNSHIP_OFFICE.into(),
        place: TOWNSHIP.into(),
        theme: "4_school".into(),
        title: "校车怎么走，孩子们方便？".into(),
        question: "下学期的校车路线还没有定，想先听听大家的。".into(),
        until: world.hall.site.day(world.now()).checked_add(10.days()).unwrap(),
    };
    let key = world.hall.site.keystore.take().unwrap();
    let id = world.write(move |tx, own, at| ask(tx, own, at, (&staff("qiao"), (plan.clone(), "k"), &key))).unwrap().id;
    let say = |words: &str| {
        let new = New {
            consult: id,
            way: Way::Web,
            words: words.into(),
            day: None,
            present: 0,
            mobile: String::new(),
            language: "zh-CN".into(),
            submit_key: words.into(),
            source: None,
            accuses: false,
        };
        let ready = prepare(&world.hall.site, new).unwrap();
        world.write(move |tx, own, at| speak(tx, own, at, (&ready, None))).unwrap().voice.id
    };
    (id, ["石桥村没有站，孩子走三里路", "票价别涨"].map(say).to_vec())
}

fn act(site: &Site, id: Uuid, command: &Command) {
    let command = command.clone();
    site.world.write(move |tx, own, at| execute(tx, own, at, (&staff("qiao"), id, command.clone()))).unwrap();
}

fn draft(site: &Site, text: &str) -> Command {
    let until = site.world.hall.site.day(site.world.now()).checked_add(30.days()).unwrap();
    Command::Draft { text: text.into(), words: "按大家说的写的。".into(), until, shorter: String::new() }
}

async fn look(view: View) {
    let site = Site::new();
    site.accounts();
    let (id, voices) = asked(&site);
    let browser = Browser::open(view).await;
    enter(&site, &browser, "qiao").await;
    for page in ["/consult", "/consult/1", "/desk/consult", "/desk/consult/new", "/desk/consult/1", "/desk/consult/1/voices"] {
        browser.visit(&site.at(page)).await;
        browser.assert_accessible().await;
    }
    act(&site, id, &Command::Point { point: None, title: "石桥村加一站".into() });
    for voice in voices {
        let to = Sort { voice, points: vec![1], ground: String::new() };
        site.world.write(move |tx, own, at| sort(tx, own, at, (&staff("qiao"), to.clone()))).unwrap();
    }
    browser.visit(&site.at("/desk/consult/1")).await;
    browser.assert_accessible().await;
    act(&site, id, &Command::Answer { point: 1, outcome: Outcome::Taken, words: "加。".into() });
    site.world.clock.days(11);
    act(&site, id, &draft(&site, "一、石桥村加一站。[1]\n二、七点发车。"));
    site.world.clock.days(31);
    act(&site, id, &draft(&site, "一、石桥村加一站。[1]\n二、七点半发车。"));
    site.world.clock.days(31);
    let browser = Browser::open(view).await;
    enter(&site, &browser, "luo").await;
    for page in ["/consult/1", "/consult/1/points/1", "/consult/1/drafts/2", "/consult/1/record", "/desk/consult/1"] {
        browser.visit(&site.at(page)).await;
        browser.assert_accessible().await;
    }
    let decide =
        Command::Decide { adopted: true, text: "一、石桥村加一站。[1]".into(), words: "就这样定。".into() };
    act(&site, id, &decide);
    for page in ["/consult/1", "/desk/consult/1"] {
        browser.visit(&site.at(page)).await;
        browser.assert_accessible().await;
    }
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn what_is_asked_on_an_old_telephone() {
    run(look(View::OLD_PHONE));
}

#[test]
fn what_is_asked_at_a_desk_at_night() {
    run(look(View::DESK.dark()));
}
