//! Erasing at the desk: one asks, another agrees, and nobody is two.

use appeals::run::{self, Request};
use appeals::{Command, number, store, tick};
use axum::http::StatusCode;
use civic::permit::Who;
use testkit::{Engine, on_both};

use crate::desk::filed;
use crate::staff::{accounts, enter};
use crate::world::Site;

on_both![two_persons_erase_a_finished_matter_at_the_desk];

/// Finishes a matter: its resident withdraws it.
pub fn withdraw(site: &Site, number: &str) {
    let number = number::parse(number).unwrap();
    let row = site.world.read(move |tx, own| store::by_number(tx, own.jurisdiction, &number)).unwrap().unwrap();
    let who = Who::Resident { matter: row.id };
    let request = Request { who, matter: row.id, seen: None, command: Command::AskWithdraw { words: "不用了".into() } };
    site.wait(run::act(&site.world.hall, request)).unwrap();
    site.world.clock.days(4);
    while site.world.write(|tx, own, (now, _)| tick::tick(tx, own, now)).unwrap() > 0 {}
}

/// Reads the id of the only request that waits off the page.
pub fn request(page: &str) -> String {
    page.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

fn two_persons_erase_a_finished_matter_at_the_desk(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (number, _) = filed(&site, "1&identity=anonymous");
    let (first, officer) = (enter(&site, "meng"), enter(&site, "gu"));
    assert_eq!(site.get_as(&officer, "/desk/erase").status, StatusCode::FORBIDDEN);
    let ask = format!("act=ask&number={number}&ground=asked");
    let open = site.post_as(&first, "/desk/erase", ask.clone());
    assert_eq!(open.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(open.visible().contains("还没有办结"), "{}", open.visible());
    withdraw(&site, &number);
    let (first, second) = (enter(&site, "meng"), enter(&site, "yan"));
    site.post_as(&first, "/desk/erase", ask.clone()).leads_to("/desk/erase?done=saved");
    let waiting = site.post_as(&second, "/desk/erase", ask);
    assert!(waiting.visible().contains("正在等第二个人"), "{}", waiting.visible());
    let page = site.get_as(&second, "/desk/erase");
    assert!(page.visible().contains(&number) && page.visible().contains("同意，销毁"), "{}", page.visible());
    let agree = format!("act=agree&deed=erase&id={}", request(&page.text()));
    // the same person in another session is the same person
    site.world.clock.advance(jiff::ToSpan::seconds(60));
    for session in [first, enter(&site, "meng")] {
        let own = site.get_as(&session, "/desk/erase").visible();
        assert!(own.contains("收回") && !own.contains("同意，销毁"), "{own}");
        let alone = site.post_as(&session, "/desk/erase", agree.clone());
        assert!(alone.visible().contains("提出的人不能自己同意"), "{}", alone.visible());
    }
    assert_eq!(site.get_as(&second, &format!("/desk/matters/{number}")).status, StatusCode::OK);
    site.post_as(&second, "/desk/erase", agree.clone()).leads_to("/desk/erase?done=saved");
    assert_eq!(appeals::erase::finish(&site.world.hall).unwrap(), 1);
    assert_eq!(site.get_as(&second, &format!("/desk/matters/{number}")).status, StatusCode::NOT_FOUND);
    let over = site.post_as(&second, "/desk/erase", agree);
    assert!(over.visible().contains("这一条已经用过"), "{}", over.visible());
}
