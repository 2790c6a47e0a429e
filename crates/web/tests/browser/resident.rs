//! A resident files, follows, reads the answer and rates it.

use testkit::browser::{Browser, Key, View, run};
use testkit::county;

use crate::site::{Site, click, click_when_there, fill, read};

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
fn what_many_said_is_joined_at_the_preview_and_from_the_own_page() {
    run(async {
        let (site, browser) = (Site::new(), Browser::open(View::OLD_PHONE).await);
        let own = site.many().await;
        browser.visit(&site.at("/appeals/new")).await;
        fill(&browser, "what", "村里停水三天了，自来水管爆裂，家里没有水喝").await;
        click(&browser, "main form[action='/appeals/new'] button").await;
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
        browser.assert_words("大家也反映过").await;
        browser.assert_accessible().await;
        enter(&browser, "我也是，和大家一起办").await;
        site.arrive(&browser, "/appeals/receipt").await;
        browser.visit(&site.at("/track")).await;
        fill(&browser, "number", &own.number).await;
        fill(&browser, "query_code", &own.code.shown()).await;
        click(&browser, "main form button").await;
        site.arrive(&browser, "/track/matter").await;
        browser.assert_words("大家也反映过").await;
        browser.assert_accessible().await;
        enter(&browser, "我也是，和大家一起办").await;
        site.arrive(&browser, "/track/matter?done=join").await;
        browser.assert_words("您说了：和大家反映的是同一件事").await;
        browser.assert_accessible().await;
    });
}

#[test]
fn the_whole_way_without_scripts() {
    run(async {
        let (site, browser) = (Site::new(), Browser::open(View::OLD_PHONE.without_script()).await);
        browser.visit(&site.at("/appeals/new")).await;
        click(&browser, "main form[action='/appeals/new'] button").await;
        site.arrive(&browser, "/appeals/new").await;
        fill(&browser, "what", "村口的路灯坏了三天").await;
        click(&browser, "main form[action='/appeals/new'] button").await;
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
        click(&browser, "form[action='/appeals'] .acts button").await;
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

#[test]
fn a_named_draft_is_kept_on_the_device_and_comes_back_when_the_session_is_lost() {
    run(async {
        let (site, browser) = (Site::new(), Browser::open(View::OLD_PHONE).await);
        to_who(&site, &browser, "help").await;
        assert_eq!(on_device(&browser).await, "", "nothing before both choices are made");
        click(&browser, "label[for=identity]").await;
        fill(&browser, "name", "田小满").await;
        fill(&browser, "mobile", "13900000001").await;
        let kept = on_device(&browser).await;
        for words in ["村口的路灯坏了三天", "小学东门往北", "田小满", "13900000001"] {
            assert!(kept.contains(words), "{words}: {kept}");
        }
        assert!(!kept.contains("submit_key"));
        browser.assert_words("在这台设备上存了一份").await;
        browser.visit(&site.at("/")).await;
        browser.assert_words("您有一份没写完的内容").await;
        browser.delete_all_cookies().await.unwrap();
        browser.visit(&site.at("/")).await;
        browser.assert_words("仅保存在这台设备上").await;
        browser.assert_accessible().await;
        browser.visit(&site.at("/appeals/new")).await;
        browser.assert_words("仅保存在这台设备上").await;
        browser.assert_accessible().await;
        click(&browser, "[data-draft-restore]").await;
        site.arrive(&browser, "/appeals/new?step=check").await;
        browser.assert_words("田小满 · 13900000001").await;
        assert!(on_device(&browser).await.contains("田小满"));
        click(&browser, "form[action='/appeals'] .acts button").await;
        site.arrive(&browser, "/appeals/receipt").await;
        assert_eq!(on_device(&browser).await, "", "erased after filing");
    });
}

#[test]
fn an_accusation_and_an_anonymous_matter_leave_no_word_on_the_device() {
    run(async {
        let (site, browser) = (Site::new(), Browser::open(View::OLD_PHONE).await);
        browser.visit(&site.at("/")).await;
        fill(&browser, "what", "还没有选是不是检举").await;
        assert_eq!(on_device(&browser).await, "", "the box of the first page is before both choices");
        to_who(&site, &browser, "accusation").await;
        click(&browser, "label[for=identity]").await;
        fill(&browser, "name", "田小满").await;
        assert_eq!(on_device(&browser).await, "");
        browser.visit(&site.at("/")).await;
        assert!(!browser.words().await.contains("没写完"), "the first page says nothing of an accusation");
        browser.delete_all_cookies().await.unwrap();
        to_who(&site, &browser, "help").await;
        click(&browser, "label[for=identity]").await;
        assert!(on_device(&browser).await.contains("小学东门往北"));
        click(&browser, "label[for=identity-anonymous]").await;
        assert_eq!(on_device(&browser).await, "", "erased at once");
        click(&browser, "main form .acts button").await;
        site.arrive(&browser, "/appeals/new?step=check").await;
        assert_eq!(on_device(&browser).await, "");
        browser.visit(&site.at("/appeals/new?step=who&then=check")).await;
        click(&browser, "label[for=identity]").await;
        fill(&browser, "name", "田小满").await;
        fill(&browser, "mobile", "13900000001").await;
        click(&browser, "main form .acts button").await;
        site.arrive(&browser, "/appeals/new?step=check").await;
        assert!(on_device(&browser).await.contains("田小满"));
        browser.visit(&site.at("/appeals/new?step=kind&then=check")).await;
        click(&browser, "label[for=kind-accusation]").await;
        assert_eq!(on_device(&browser).await, "", "erased at once");
    });
}

#[test]
fn a_copy_goes_after_a_day_and_when_the_person_says_so() {
    run(async {
        let (site, browser) = (Site::new(), Browser::open(View::OLD_PHONE).await);
        browser.visit(&site.at("/")).await;
        for (age_hours, offered) in [(23, true), (24, false)] {
            let script =
                "localStorage.setItem('draft', JSON.stringify({at: Date.now() - arguments[0] * 3600000, typed: {what: '旧'}}))";
            browser.execute(script, vec![age_hours.into()]).await.unwrap();
            browser.visit(&site.at("/appeals/new")).await;
            assert_eq!(browser.words().await.contains("接着上次写的"), offered, "{age_hours} hours");
            assert_eq!(on_device(&browser).await.is_empty(), !offered);
            if offered {
                click(&browser, "[data-draft-forget]").await;
                assert_eq!(on_device(&browser).await, "");
                assert!(!browser.words().await.contains("接着上次写的"));
            }
        }
    });
}

/// Goes to the step that asks who writes.
async fn to_who(site: &Site, browser: &Browser, kind: &str) {
    browser.visit(&site.at("/appeals/new")).await;
    fill(browser, "what", "村口的路灯坏了三天").await;
    click(browser, "main form[action='/appeals/new'] button").await;
    site.arrive(browser, "/appeals/new?step=where").await;
    fill(browser, "place_words", "小学东门往北").await;
    click(browser, "main form button").await;
    site.arrive(browser, "/appeals/new?step=kind").await;
    click(browser, &format!("label[for=kind-{kind}]")).await;
    click(browser, "main form button").await;
    site.arrive(browser, "/appeals/new?step=who").await;
}

/// Returns the copy of the draft that lies on the device; empty for none.
async fn on_device(browser: &Browser) -> String {
    let kept = browser.execute("return localStorage.getItem('draft') ?? ''", vec![]).await.unwrap();
    kept.as_str().unwrap().to_owned()
}

async fn enter(browser: &Browser, words: &str) {
    browser.tab_to(words).await;
    browser.press(Key::Enter).await;
}

/// Reads number and code off the slip.
async fn slip(browser: &Browser) -> (String, String) {
    (read(browser, ".slip .code").await, read(browser, ".slip .code ~ .code").await)
}

/// Files, opens the own page and tells that somebody makes trouble because of it.
async fn told_of_pressure(view: View) {
    let (site, browser) = (Site::new(), Browser::open(view).await);
    let filed = site.file().await;
    browser.visit(&site.at("/track")).await;
    fill(&browser, "number", &filed.number).await;
    fill(&browser, "query_code", &filed.code.shown()).await;
    click(&browser, "main form[action='/track'] button").await;
    site.arrive(&browser, "/track/matter").await;
    let fold = "details:has(input[value=report_pressure])";
    click(&browser, &format!("{fold} > summary")).await;
    browser.assert_accessible().await;
    click(&browser, &format!("{fold} button")).await;
    browser.assert_words("已经告诉清禾县纪委监委").await;
    browser.assert_accessible().await;
    click(&browser, "main a.button").await;
    site.arrive(&browser, "/track/matter").await;
    click(&browser, &format!("{fold} > summary")).await;
    browser.assert_words("还没有人打开过").await;
    browser.assert_accessible().await;
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn pressure_is_told_with_one_tap_on_an_old_telephone_without_scripts() {
    run(told_of_pressure(View::OLD_PHONE.without_script()));
}

#[test]
fn pressure_is_told_with_one_tap_at_a_desk_at_night() {
    run(told_of_pressure(View::DESK.dark()));
}

#[test]
fn switching_to_english_keeps_what_was_typed_on_the_own_page() {
    run(async {
        let (site, browser) = (Site::new(), Browser::open(View::OLD_PHONE).await);
        let filed = site.file().await;
        browser.visit(&site.at("/track")).await;
        fill(&browser, "number", &filed.number).await;
        click_when_there(&browser, "button[formaction='/track?switch=en']").await;
        click_when_there(&browser, "html[lang=en] #query_code").await;
        assert_eq!(value(&browser, "#number").await, filed.number);
        fill(&browser, "query_code", &filed.code.shown()).await;
        click(&browser, "main form[action='/track'] button").await;
        site.arrive(&browser, "/track/matter").await;
        let fold = "details:has(input[value=report_pressure])";
        click(&browser, &format!("{fold} > summary")).await;
        fill(&browser, "pressed_words", "they blocked my door").await;
        click(&browser, "form.settings button[name=large]").await;
        click_when_there(&browser, "html.large #pressed_words").await;
        assert_eq!(value(&browser, "#pressed_words").await, "they blocked my door");
        let left = browser.execute("return sessionStorage.length", Vec::new()).await.unwrap();
        assert_eq!(left.as_u64(), Some(0), "nothing stays behind");
        assert_eq!(browser.complaints(), [""; 0]);
    });
}

async fn value(browser: &Browser, css: &str) -> String {
    let script = format!("return document.querySelector({css:?}).value");
    browser.execute(&script, Vec::new()).await.unwrap().as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_change_at_the_preview_takes_a_chosen_file_along() {
    run(async {
        let (site, browser) = (Site::new(), Browser::open(View::OLD_PHONE).await);
        browser.visit(&site.at("/appeals/new")).await;
        to_who(&site, &browser, "help").await;
        click(&browser, "label[for=identity-anonymous]").await;
        click(&browser, "main form .acts button").await;
        site.arrive(&browser, "/appeals/new?step=check").await;
        let file = site.world.ground().path().join("灯.pdf");
        std::fs::write(&file, "%PDF-1.4 路灯\n%%EOF\n").unwrap();
        fill(&browser, "files", file.to_str().unwrap()).await;
        click(&browser, "button[name=change][value=where]").await;
        site.arrive(&browser, "/appeals/new?step=where&then=check").await;
        click(&browser, "main form .acts button").await;
        site.arrive(&browser, "/appeals/new?step=check").await;
        browser.assert_words("灯.pdf").await;
        browser.assert_accessible().await;
    });
}
