//! A resident files, follows, reads the answer and rates it.

use testkit::browser::{Browser, Key, View, run};
use testkit::county;

use crate::site::{Site, click, fill, read};

#[test]
fn filing_tracking_and_rating_by_keyboard_alone_on_an_old_telephone() {
    run(async {
        let (site, browser) = (Site::new(), Browser::open(View::OLD_PHONE).await);
        browser.visit(&site.at("/")).await;
        browser.tab_to("发生了什么").await;
        browser.type_text("村口的路灯坏了三天").await;
        enter(&browser, "开始").await;
        site.arrive(&browser, "/appeals/new?step=where").await;
        browser.tab_to("地点").await;
        browser.type_text("柳湾").await;
        browser.tab_to("具体位置").await;
        browser.type_text("小学东门往北").await;
        enter(&browser, "下一步").await;
        site.arrive(&browser, "/appeals/new?step=kind").await;
        browser.tab_to("咨询").await;
        browser.press(Key::Down).await;
        enter(&browser, "下一步").await;
        site.arrive(&browser, "/appeals/new?step=who").await;
        browser.tab_to("实名").await;
        browser.type_text(" ").await;
        browser.tab_to("姓名").await;
        browser.type_text("田小满").await;
        browser.tab_to("手机").await;
        browser.type_text("13900000001").await;
        enter(&browser, "下一步").await;
        site.arrive(&browser, "/appeals/new?step=check").await;
        browser.assert_words("求助").await;
        browser.assert_accessible().await;
        enter(&browser, "提交").await;
        site.arrive(&browser, "/appeals/receipt").await;
        browser.assert_accessible().await;
        let (number, code) = slip(&browser).await;
        site.answer().await;
        browser.visit(&site.at("/track")).await;
        browser.tab_to("编号").await;
        browser.type_text(&number.to_lowercase()).await;
        browser.tab_to("查询码").await;
        browser.type_text(&code.replace('-', " ")).await;
        enter(&browser, "查询").await;
        site.arrive(&browser, "/track/matter").await;
        browser.assert_words("11月26日前由镇电工换新").await;
        browser.assert_accessible().await;
        browser.tab_to("非常满意").await;
        browser.type_text(" ").await;
        enter(&browser, "评价这次答复").await;
        site.arrive(&browser, "/track/matter?done=rate").await;
        browser.assert_words("评价已经记下").await;
        browser.assert_accessible().await;
    });
}

#[test]
fn the_whole_way_without_scripts() {
    run(async {
        let (site, browser) = (Site::new(), Browser::open(View::OLD_PHONE.without_script()).await);
        browser.visit(&site.at("/appeals/new")).await;
        click(&browser, "main form button").await;
        site.arrive(&browser, "/appeals/new").await;
        fill(&browser, "what", "村口的路灯坏了三天").await;
        click(&browser, "main form button").await;
        site.arrive(&browser, "/appeals/new?step=where").await;
        click(&browser, &format!("option[value='{}']", county::VILLAGE)).await;
        click(&browser, "main form button").await;
        site.arrive(&browser, "/appeals/new?step=kind").await;
        click(&browser, "label[for=kind-help]").await;
        click(&browser, "main form button").await;
        site.arrive(&browser, "/appeals/new?step=who").await;
        click(&browser, "label[for=identity-anonymous]").await;
        click(&browser, "main form .acts button").await;
        site.arrive(&browser, "/appeals/new?step=check").await;
        click(&browser, "form[action='/appeals'] button").await;
        site.arrive(&browser, "/appeals/receipt").await;
        browser.assert_words("我们联系不上您").await;
        let (number, code) = slip(&browser).await;
        site.answer().await;
        click(&browser, "a[href='/track'].button").await;
        site.arrive(&browser, "/track").await;
        fill(&browser, "number", &number).await;
        fill(&browser, "query_code", &code).await;
        click(&browser, "main form button").await;
        site.arrive(&browser, "/track/matter").await;
        click(&browser, "label[for=grade-2]").await;
        click(&browser, "details[open] form button").await;
        site.arrive(&browser, "/track/matter?done=rate").await;
        browser.assert_words("不满意").await;
    });
}

#[test]
fn wrong_fields_are_named_first_and_keep_their_words() {
    run(async {
        let (site, browser) = (Site::new(), Browser::open(View::OLD_PHONE).await);
        browser.visit(&site.at("/appeals/new?step=who")).await;
        click(&browser, "label[for=identity]").await;
        fill(&browser, "mobile", "12").await;
        click(&browser, "main form .acts button").await;
        browser.assert_words("实名请填姓名").await;
        assert!(browser.focused().await.starts_with("还有几处要改"), "the summary takes the focus");
        browser.assert_accessible().await;
        browser.tab_to("实名请填姓名").await;
        browser.press(Key::Enter).await;
        assert_eq!(browser.execute("return document.getElementById('mobile').value", vec![]).await.unwrap(), "12");
    });
}

async fn enter(browser: &Browser, words: &str) {
    browser.tab_to(words).await;
    browser.press(Key::Enter).await;
}

/// Reads number and code off the slip.
async fn slip(browser: &Browser) -> (String, String) {
    (read(browser, ".slip .code").await, read(browser, ".slip .code ~ .code").await)
}
