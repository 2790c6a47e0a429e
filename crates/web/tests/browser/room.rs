//! The room of accusations, looked at in a browser: the door, the list, a closed and an open one, every form.

use appeals::filing::{Form, file};
use appeals::sealed::ceremony;
use jiff::Span;
use testkit::SUPERVISOR_KEY;
use testkit::browser::{Browser, View, run};
use testkit::county::{VILLAGE, staff_id};
use web::desk::sealed::ACTS;

use crate::desk::enter;
use crate::site::{Site, click, fill, read};

const WORDS: &str = "村支书把修路的钱装进自己口袋";

async fn accused(site: &Site) {
    let form = Form {
        what: WORDS.into(),
        place: VILLAGE.into(),
        kind: "accusation".into(),
        identity: "confidential".into(),
        name: "钟不平".into(),
        mobile: "13900000077".into(),
        submit_key: "k".into(),
        ..Form::default()
    };
    file(&site.world.hall, &form, &[], None, |_, _| Ok(Vec::new())).await.unwrap();
}

async fn into_room(site: &Site, browser: &Browser) {
    site.world.clock.advance(Span::new().seconds(60));
    browser.visit(&site.at("/desk/sealed")).await;
    browser.assert_accessible().await;
    for (field, text) in [("password", crate::site::PASSWORD), ("code", &site.code("su"))] {
        fill(browser, field, text).await;
    }
    click(browser, "main form button").await;
    site.arrive(browser, "/desk/sealed").await;
}

async fn look(view: View) {
    let (site, browser) = (Site::new(), Browser::open(view).await);
    site.accounts();
    accused(&site).await;
    enter(&site, &browser, "su").await;
    into_room(&site, &browser).await;
    browser.assert_words("您的密钥还没有被接纳").await;
    browser.assert_accessible().await;
    let came = [ceremony::brought(SUPERVISOR_KEY).unwrap()];
    site.world.write(move |tx, site, by| ceremony::let_in(tx, site, by, &came, (staff_id("su"), false))).unwrap();
    browser.visit(&site.at("/desk/sealed")).await;
    browser.assert_accessible().await;
    click(&browser, "main table a.code").await;
    browser.assert_words("请选查看的用途").await;
    browser.assert_accessible().await;
    click(&browser, "form.purpose button").await;
    browser.assert_words(WORDS).await;
    browser.assert_accessible().await;
    let address = browser.current_url().await.unwrap();
    for act in ACTS {
        browser.visit(&format!("{address}/act/{act}")).await;
        browser.assert_accessible().await;
    }
    browser.visit(&format!("{address}/act/accept")).await;
    click(&browser, "main form button").await;
    browser.assert_words("已受理").await;
    assert!(read(&browser, "h1").await.contains("已受理"));
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn the_room_at_a_desk() {
    run(look(View::DESK));
}

#[test]
fn the_room_on_a_telephone_at_night_without_scripts() {
    run(look(View::OLD_PHONE.dark().without_script()));
}
