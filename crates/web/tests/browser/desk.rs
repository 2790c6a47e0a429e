//! Staff sign in, open a matter and answer it: with the letters of the keyboard, and without scripts on a telephone.

use testkit::browser::{Browser, Key, View, run};
use testkit::county;
use web::desk::matter::ACTS;

use crate::site::{Site, click, fill, read, there};

const REPLY: [(&str, &str); 3] =
    [("request", "修好村口的路灯"), ("facts", "11月24日到现场查看，灯头进水短路"), ("opinion", "11月26日前由镇电工换新灯头")];

#[test]
fn a_matter_is_answered_by_keyboard_alone() {
    run(async {
        let (site, browser) = (Site::new(), Browser::open(View::DESK).await);
        site.accounts();
        let number = site.filed().await;
        browser.visit(&site.at("/desk")).await;
        browser.arrive("/desk/login?next=%2Fdesk").await;
        for (label, text) in [("用户名", "gu"), ("密码", crate::site::PASSWORD), ("动态验证码", &site.code("gu"))] {
            browser.tab_to(label).await;
            browser.type_text(text).await;
        }
        browser.press(Key::Enter).await;
        browser.arrive("/desk").await;
        browser.assert_accessible().await;
        browser.type_text("j").await;
        browser.press(Key::Enter).await;
        browser.arrive(&number).await;
        browser.assert_accessible().await;
        browser.type_text("0").await;
        browser.arrive(&number).await;
        browser.assert_words("村口的路灯坏了三天").await;
        for (letter, act) in [("r", "register"), ("a", "accept")] {
            browser.type_text(letter).await;
            browser.arrive(&format!("{number}/act/{act}")).await;
            browser.assert_accessible().await;
            browser.tab_to("类别").await;
            browser.choose("交通出行").await;
            browser.press(Key::Tab).await;
            browser.press(Key::Enter).await;
            browser.arrive(&format!("{number}?done=acted")).await;
            let next = read(&browser, "ul.act-list a").await;
            let focused = browser.focused().await;
            assert!(focused.starts_with(&next), "the focus stands on what can be done next, not on “{focused}”");
            browser.assert_accessible().await;
        }
        answer(&browser, &number).await;
        browser.assert_words("登记送达").await;
        browser.tab_to("看全文").await;
        browser.press(Key::Enter).await;
        browser.assert_words("换新灯头").await;
        browser.assert_accessible().await;
        assert_eq!(browser.complaints(), [""; 0]);
    });
}

async fn answer(browser: &Browser, number: &str) {
    browser.type_text("f").await;
    browser.arrive(&format!("{number}/act/reply")).await;
    browser.tab_to("支持").await;
    browser.choose("支持").await;
    for (label, text) in [("他的请求", REPLY[0].1), ("事实和理由", REPLY[1].1), ("处理意见", REPLY[2].1)] {
        browser.tab_to(label).await;
        browser.type_text(text).await;
    }
    browser.tab_to("依据的条文").await;
    browser.press(Key::Enter).await;
    browser.tab_to("信访工作条例").await;
    browser.type_text(" ").await;
    browser.assert_accessible().await;
    browser.tab_to("不服怎么办").await;
    browser.tab_to("附件").await;
    browser.press(Key::Tab).await;
    assert_eq!(browser.focused().await, "答复");
    browser.press(Key::Enter).await;
    browser.arrive(&format!("{number}?done=acted")).await;
}

#[test]
fn a_matter_is_answered_without_scripts_on_an_old_telephone() {
    run(async {
        let (site, browser) = (Site::new(), Browser::open(View::OLD_PHONE.without_script()).await);
        site.accounts();
        let number = site.filed().await;
        enter(&site, &browser, "gu").await;
        click(&browser, "a[data-row]").await;
        browser.arrive(&number).await;
        click(&browser, "form.purpose button").await;
        there(&browser, "p.words").await;
        for act in ["register", "accept"] {
            browser.visit(&site.at(&format!("/desk/matters/{number}/act/{act}"))).await;
            browser.assert_accessible().await;
            click(&browser, "option[value='11']").await;
            click(&browser, ".two-form form button").await;
            browser.arrive(&format!("{number}?done=acted")).await;
        }
        browser.visit(&site.at(&format!("/desk/matters/{number}/act/reply"))).await;
        click(&browser, "label[for=outcome]").await;
        for (field, text) in REPLY {
            fill(&browser, field, text).await;
        }
        click(&browser, ".two-form details summary").await;
        click(&browser, "label[for=basis]").await;
        browser.assert_accessible().await;
        click(&browser, ".two-form form button").await;
        browser.arrive(&format!("{number}?done=acted")).await;
        assert!(read(&browser, "h1").await.contains("已答复"));
        browser.assert_accessible().await;
    });
}

/// Signs somebody in.
pub async fn enter(site: &Site, browser: &Browser, login: &'static str) {
    browser.visit(&site.at("/desk/login")).await;
    for (field, text) in [("login", login), ("password", crate::site::PASSWORD), ("code", &site.code(login))] {
        fill(browser, field, text).await;
    }
    click(browser, "main form button").await;
    browser.arrive("/desk").await;
}

/// Pages of the desk that belong to no matter, each with a person who may open it.
pub const PAGES: &[(&str, &[&str])] = &[
    (
        "gu",
        &[
            "/desk",
            "/desk?scope=mine",
            "/desk?scope=calls",
            "/desk/reading",
            "/desk/issues",
            "/desk/find?number=1",
            "/desk/find?q=%E6%B0%B4",
            "/desk/find?q=",
            "/desk/counter",
            "/desk/counter/sign",
            "/desk/letters",
            "/desk/reception",
            "/desk/register",
            "/desk/boxes",
            "/desk/account",
            "/desk/account/password",
            "/desk/account/relatives",
        ],
    ),
    ("qiao", &["/desk/leave"]),
    ("jin", &["/desk/callbacks", "/desk/hotline", "/desk/hotline/figures", "/desk/hotline/figures?day=2026-01-01"]),
    (
        "meng",
        &[
            "/desk/erase",
            "/desk/disclose",
            "/desk/criticism",
            "/desk/supervision",
            "/desk/callbacks",
            "/desk/board",
            "/desk/assessment",
            "/desk/reports",
            "/desk/board/needs",
            "/desk/board/office/bd",
            "/desk/board/place/990121100201",
            "/desk/board/theme/0301",
        ],
    ),
    ("su", &["/desk/sealed"]),
    (
        "tang",
        &[
            "/desk",
            "/desk/admin",
            "/desk/admin/places",
            "/desk/admin/outlines",
            "/desk/admin/places/990121100201",
            "/desk/admin/offices",
            "/desk/admin/offices/bd",
            "/desk/admin/staff",
            "/desk/admin/staff/{gu}",
            "/desk/admin/relatives",
            "/desk/admin/calendar",
            "/desk/admin/channels",
            "/desk/admin/clients",
            "/desk/admin/peers",
            "/desk/admin/boxes",
            "/desk/admin/rules",
        ],
    ),
];

async fn pages(view: View) {
    let site = Site::new();
    site.accounts();
    let (number, issue) = (site.filed().await, site.several().await);
    for (login, pages) in PAGES {
        let browser = Browser::open(view).await;
        browser.visit(&site.at("/desk/setup")).await;
        browser.assert_accessible().await;
        enter(&site, &browser, login).await;
        for page in *pages {
            let page = page.replace("{gu}", &county::staff_id("gu").to_string());
            browser.visit(&site.at(&page)).await;
            browser.assert_accessible().await;
        }
        if *login == "gu" {
            browser.visit(&site.at(&format!("/desk/issues/{issue}"))).await;
            assert!(read(&browser, "h1").await.contains("和平路"));
            browser.assert_accessible().await;
            browser.visit(&site.at(&format!("/desk/matters/{number}"))).await;
            click(&browser, "form.purpose button").await;
            there(&browser, "p.words").await;
            browser.assert_accessible().await;
            // its form, or why not and what instead
            for (act, _) in ACTS {
                browser.visit(&site.at(&format!("/desk/matters/{number}/act/{}", act.code()))).await;
                browser.assert_accessible().await;
            }
            browser.visit(&site.at(&format!("/desk/matters/{number}/print"))).await;
            browser.assert_accessible().await;
        }
        // refused acts are shown with their status; "[DOM]" are hints about password managers
        let known = |line: &String| line.contains("status of 4") || line.contains("[DOM]");
        let complaints: Vec<String> = browser.complaints().into_iter().filter(|line| !known(line)).collect();
        assert!(complaints.is_empty(), "the browser complains: {complaints:?}");
    }
}

#[test]
fn the_desk_is_accessible_on_an_old_telephone() {
    run(pages(View::OLD_PHONE));
}

#[test]
fn the_desk_is_accessible_on_a_screen_at_night() {
    run(pages(View::DESK.dark()));
}
