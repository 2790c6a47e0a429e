//! Supervision in a browser: cards, each kind of file with its form, a conference with its minutes, what is public; by an old telephone and at
//! night.

use civic::permit::Who;
use jiff::ToSpan;
use oversight::dossier::state::{Item, Named, Ruling};
use oversight::dossier::{Opening, To, What, run as files};
use testkit::browser::{Browser, View, run};
use testkit::county::{GOVERNMENT, TOWNSHIP_OFFICE, WATER, staff_id};
use uuid::Uuid;

use crate::desk::enter;
use crate::site::Site;

fn staff(login: &str) -> Who {
    Who::Staff { id: staff_id(login), session: Uuid::nil() }
}

/// Holds a conference about a matter, and makes a suggestion.
fn held(site: &Site) {
    let world = &site.world;
    let today = world.hall.site.day(world.now());
    let (named, key) =
        (Named { id: Uuid::from_u128(7), number: "MS9901212611240000007A".into() }, world.hall.site.keystore.take().unwrap());
    let agenda = vec![Item { matter: named.clone(), why: "1_dispute".into(), papers: String::new() }];
    let members = vec![TOWNSHIP_OFFICE.to_owned(), WATER.to_owned()];
    let what =
        What::Conference { date: today, time: None, venue: "县政府二楼".into(), chair: staff_id("du"), members, agenda };
    let opening =
        Opening {
            title: "路灯归谁修".into(), words: "两家都说不归自己".into(), office: GOVERNMENT.into(), due: today, what
        };
    world.write(move |tx, own, at| files::begin(tx, own, at, (&staff("du"), opening.clone(), &key))).unwrap();
    let due = today.checked_add(9.days()).unwrap();
    let ruling = Ruling {
        item: 0,
        to: WATER.into(),
        words: "在水工程范围内".into(),
        day: today,
        due,
        route: None,
        binds: false,
        follow: Vec::new(),
    };
    for command in [To::Attend { offices: vec![TOWNSHIP_OFFICE.into(), WATER.into()] }, To::Rule(ruling)] {
        let of = (oversight::dossier::Kind::Conference, 1);
        world.write(move |tx, own, at| files::execute(tx, own, at, (&staff("du"), of, command.clone()))).unwrap();
    }
    let key = world.hall.site.keystore.take().unwrap();
    let what = What::Advice { ground: "2_work".into(), matter: None };
    let opening = Opening {
        title: "把巡查改成一周一次".into(),
        words: "三件事都是没人巡查".into(),
        office: WATER.into(),
        due: today,
        what,
    };
    world.write(move |tx, own, at| files::begin(tx, own, at, (&staff("meng"), opening.clone(), &key))).unwrap();
}

async fn look(view: View) {
    let site = Site::new();
    site.accounts();
    held(&site);
    let browser = Browser::open(view).await;
    browser.visit(&site.at("/supervision")).await;
    browser.assert_accessible().await;
    enter(&site, &browser, "meng").await;
    let mut pages =
        vec!["/desk/supervision".to_owned(), "/desk/dossiers/conference/1".to_owned(), "/desk/dossiers/advice/1".to_owned()];
    for kind in oversight::dossier::Kind::ALL {
        pages.push(format!("/desk/dossiers/{}", kind.code()));
        pages.push(format!("/desk/dossiers/{}/new", kind.code()));
    }
    for page in pages {
        browser.visit(&site.at(&page)).await;
        browser.assert_accessible().await;
    }
    let browser = Browser::open(view).await;
    enter(&site, &browser, "du").await;
    browser.visit(&site.at("/desk/dossiers/conference/1")).await;
    browser.assert_accessible().await;
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn supervision_on_an_old_telephone() {
    run(look(View::OLD_PHONE));
}

#[test]
fn supervision_at_a_desk_at_night() {
    run(look(View::DESK.dark()));
}
