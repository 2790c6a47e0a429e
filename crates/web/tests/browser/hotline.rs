//! A call of the hotline, taken, filed and ended by keyboard alone, and its pages without scripts on a small screen.

use civic::hotline::{self, Told, What};
use testkit::browser::{Browser, Key, View, run};
use uuid::Uuid;

use crate::desk::enter;
use crate::site::{Site, click, fill, read};

const PHONE: &str = "13900001111";

/// Has an exchange tell something of a call.
fn tell(site: &Site, what: What) -> Uuid {
    site.world
        .write(move |tx, site, (now, _)| {
            let told = Told { call: "c-1", what, at: now, caller: PHONE, office: "xf" };
            hotline::hear(tx, site, now, &told)?;
            Ok::<_, db::Fault>(hotline::call_of(tx, site, "c-1")?.unwrap())
        })
        .unwrap()
}

#[test]
fn a_call_is_taken_filed_and_ended_by_keyboard_alone() {
    run(async {
        let (site, browser) = (Site::new(), Browser::open(View::DESK).await);
        site.accounts();
        enter(&site, &browser, "jin").await;
        let id = tell(&site, What::Ringing);
        browser.visit(&site.at("/desk/hotline")).await;
        browser.assert_accessible().await;
        assert!(browser.focused().await.starts_with("接听"), "the call that rings is one key away");
        browser.press(Key::Enter).await;
        browser.arrive(&format!("/desk/hotline/{id}")).await;
        tell(&site, What::Answered);
        browser.assert_accessible().await;
        assert!(browser.focused().await.contains("他说的事"), "{}", browser.focused().await);
        browser.type_text("村口的路灯坏了三天").await;
        // what is known comes while one types
        browser.assert_words("路灯、标志").await;
        browser.tab_to("姓名").await;
        browser.type_text("田小满").await;
        browser.press(Key::Enter).await;
        browser.assert_words("把编号念给他听").await;
        browser.assert_accessible().await;
        assert!(browser.focused().await.contains("这个电话"), "{}", browser.focused().await);
        browser.press(Key::Tab).await;
        browser.press(Key::Enter).await;
        browser.arrive("/desk/hotline?done=call_ended").await;
        let call = site.world.read(move |tx, site| hotline::load(tx, site, id)).unwrap().unwrap();
        assert_eq!((call.wrapup.as_str(), call.matter.is_some()), ("1_filed", true));
        assert_eq!(browser.complaints(), [""; 0]);
    });
}

#[test]
fn a_call_is_noted_and_filed_without_scripts_on_an_old_telephone() {
    run(async {
        let (site, browser) = (Site::new(), Browser::open(View::OLD_PHONE.without_script()).await);
        site.accounts();
        enter(&site, &browser, "jin").await;
        browser.visit(&site.at("/desk/hotline")).await;
        browser.assert_accessible().await;
        fill(&browser, "number", PHONE).await;
        click(&browser, "form.find-form button").await;
        browser.assert_words("他说的事").await;
        browser.assert_accessible().await;
        let address = browser.current_url().await.unwrap();
        for (field, text) in [("what", "村口的路灯坏了三天"), ("name", "田小满")] {
            fill(&browser, field, text).await;
        }
        click(&browser, "#typed .acts button").await;
        browser.assert_words("把编号念给他听").await;
        browser.assert_accessible().await;
        browser.visit(address.as_str()).await;
        browser.assert_words("登记成").await;
        browser.assert_accessible().await;
        click(&browser, "section.wrap button").await;
        browser.arrive("/desk/hotline?done=call_ended").await;
        assert!(read(&browser, "#done").await.contains("办完"));
        browser.assert_accessible().await;
    });
}
