//! Staff ring up whoever left a telephone number only: found, opened and noted with the keyboard alone.

use testkit::browser::{Browser, Key, View, run};

use crate::desk::enter;
use crate::site::{Site, click};

async fn told(view: View) {
    let site = Site::new();
    site.accounts();
    let number = site.filed().await;
    let browser = Browser::open(view).await;
    enter(&site, &browser, "gu").await;
    browser.visit(&site.at("/desk?scope=calls")).await;
    browser.assert_words("没有要打电话告诉的").await;
    browser.assert_accessible().await;
    browser.visit(&site.at(&format!("/desk/matters/{number}/act/accept"))).await;
    click(&browser, "option[value='11']").await;
    click(&browser, ".two-form form button").await;
    browser.arrive(&format!("{number}?done=acted")).await;
    browser.visit(&site.at("/desk?scope=calls")).await;
    browser.assert_words("您的事已经受理").await;
    browser.assert_accessible().await;
    browser.tab_to("打电话MS").await;
    browser.press(Key::Enter).await;
    browser.arrive(&format!("{number}/act/tell_by_phone")).await;
    browser.assert_accessible().await;
    browser.tab_to("打开电话号码").await;
    browser.press(Key::Enter).await;
    browser.arrive(&format!("{number}/act/tell_by_phone")).await;
    browser.assert_words("13900000001").await;
    browser.assert_accessible().await;
    browser.tab_to("打通了").await;
    browser.choose("打通了，已经告诉本人").await;
    browser.tab_to("说了什么").await;
    browser.type_text("告诉他已经受理").await;
    browser.press(Key::Tab).await;
    assert_eq!(browser.focused().await, "记下这次电话");
    browser.press(Key::Enter).await;
    browser.arrive(&format!("{number}?done=acted")).await;
    browser.assert_words("打通了，已经告诉本人").await;
    assert_eq!(browser.complaints(), [""; 0]);
    let watcher = Browser::open(view).await;
    enter(&site, &watcher, "meng").await;
    watcher.visit(&site.at(&format!("/desk/matters/{number}/access"))).await;
    watcher.assert_words("顾行舟").await;
    watcher.assert_accessible().await;
}

#[test]
fn a_resident_is_told_by_telephone_at_a_desk_with_the_keyboard_alone() {
    run(told(View::DESK));
}

#[test]
fn a_resident_is_told_by_telephone_from_an_old_telephone_with_the_keyboard_alone() {
    run(told(View::OLD_PHONE.dark()));
}
