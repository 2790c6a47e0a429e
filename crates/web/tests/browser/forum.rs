//! The board in a browser: written and looked at without JavaScript's help, by a telephone; hidden and answered at the desk.

use testkit::browser::{Browser, View, run};
use testkit::county::VILLAGE;
use uuid::Uuid;

use crate::desk::enter;
use crate::site::{Site, click};

/// Writes something and lets it be seen.
fn written(site: &Site, (kind, topic): (forum::Kind, Option<Uuid>), key: &str) -> Uuid {
    use civic::permit::Who;
    use forum::write::{New, prepare, write};
    let of_office = kind.is_of_office();
    let staff = |login: &str| Who::Staff { id: testkit::county::staff_id(login), session: Uuid::nil() };
    let new = New {
        kind,
        topic,
        place: VILLAGE.to_owned(),
        theme: "03".to_owned(),
        office: if of_office { "sw".to_owned() } else { String::new() },
        head: false,
        typed: forum::words::Typed {
            title: "村口的水管".into(), text: "漏了三天\n请来看看".into(), pen: String::new()
        },
        contact: forum::post::Contact::default(),
        submit_key: key.to_owned(),
        accuses: false,
    };
    let ready = prepare(&site.world.hall.site, new).unwrap();
    let (water, town) = (staff("wei"), staff("gu"));
    let by = of_office.then_some(water.clone());
    let done = site.world.write(move |tx, own, at| write(tx, own, at, (&ready, by.as_ref()))).unwrap();
    if done.held {
        let who = if of_office { water } else { town };
        let request = forum::run::Request { who, post: done.post, seen: None, command: forum::Command::Publish };
        site.world.write(move |tx, own, at| forum::run::execute(tx, own, at, &request)).unwrap();
    }
    done.post
}

async fn look(view: View) {
    let site = Site::new();
    site.accounts();
    let topic = written(&site, (forum::Kind::Topic, None), "t");
    written(&site, (forum::Kind::Answer, Some(topic)), "a");
    written(&site, (forum::Kind::Reply, Some(topic)), "r");
    let blog = written(&site, (forum::Kind::Blog, None), "b");
    let browser = Browser::open(view).await;
    for page in ["/forum".to_owned(), format!("/forum/{topic}"), format!("/blog/{blog}"), format!("/forum/report/{topic}")] {
        browser.visit(&site.at(&page)).await;
        browser.assert_accessible().await;
    }
    browser.visit(&site.at("/blog")).await;
    browser.assert_accessible().await;
    enter(&site, &browser, "gu").await;
    for page in ["/desk/forum".to_owned(), "/desk/forum?view=held".to_owned(), format!("/desk/forum/{topic}")] {
        browser.visit(&site.at(&page)).await;
        browser.assert_accessible().await;
    }
    click(&browser, "details.act > summary").await;
    browser.assert_accessible().await;
    for page in ["/desk/blog", "/desk/blog/new"] {
        browser.visit(&site.at(page)).await;
        browser.assert_accessible().await;
    }
    let water = Browser::open(view).await;
    enter(&site, &water, "wei").await;
    water.visit(&site.at(&format!("/desk/blog/{blog}"))).await;
    water.assert_accessible().await;
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn the_board_on_an_old_telephone() {
    run(look(View::OLD_PHONE));
}

#[test]
fn the_board_at_a_desk_at_night() {
    run(look(View::DESK.dark()));
}
