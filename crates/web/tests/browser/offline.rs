//! Writing without a network: kept on the device, sent once when the site is there again, and nothing kept of what must not be.

use testkit::browser::{Browser, Locator, View, run};

use crate::site::{Site, click, click_when_there, fill, read, there};

/// Waits until the worker of the site has taken over, with its page kept.
async fn taken_over(browser: &Browser) {
    let script = "const done = arguments[0]; navigator.serviceWorker.ready.then(() => done(true));";
    browser.execute_async(script, Vec::new()).await.unwrap();
}

async fn write(browser: &Browser, what: &str) {
    fill(browser, "what", what).await;
    click(browser, "input[name=kind][value=help]").await;
    click(browser, "input[name=identity][value=named]").await;
    fill(browser, "name", "田小满").await;
    fill(browser, "mobile", "13900000001").await;
    click(browser, "form#typed > div.acts button").await;
}

/// Reads what is kept on the device.
async fn kept(browser: &Browser) -> String {
    let script = "const done = arguments[0]; const asked = indexedDB.open('minsheng', 1); asked.onsuccess = () => {
        const all = asked.result.transaction('waiting').objectStore('waiting').getAll();
        all.onsuccess = () => { asked.result.close(); done(JSON.stringify(all.result)); }; };";
    browser.execute_async(script, Vec::new()).await.unwrap().as_str().unwrap().to_owned()
}

#[test]
fn what_is_written_without_a_network_is_sent_once_when_it_is_back() {
    run(async {
        let (mut site, browser) = (Site::new(), Browser::open(View::OLD_PHONE).await);
        browser.visit(&site.at("/")).await;
        taken_over(&browser).await;
        site.leave();
        browser.goto(&site.at("/track")).await.unwrap();
        browser.assert_words("没网也能写").await;
        browser.assert_accessible().await;
        write(&browser, "枣林桥下积水，三轮车过不去").await;
        there(&browser, "#waiting li.state-waiting").await;
        browser.assert_accessible().await;
        browser.refresh().await.unwrap();
        there(&browser, "#waiting li.state-waiting").await;
        assert!(kept(&browser).await.contains("枣林桥"), "it stays through a new start of the page");
        site.come_back();
        // the page and the worker both send, and the page is asked to once more
        browser
            .execute("window.dispatchEvent(new Event('online')); window.dispatchEvent(new Event('online'));", Vec::new())
            .await
            .unwrap();
        there(&browser, "#waiting li.state-taken").await;
        let number = read(&browser, "#waiting dd.code").await;
        assert_eq!(site.numbers(), [number], "one matter, whose number stands on the device");
        let left = kept(&browser).await;
        assert!(!left.contains("枣林桥") && !left.contains("田小满"), "the words are gone from the device: {left}");
        browser.assert_accessible().await;
        click(&browser, "#waiting button").await;
        browser.wait().for_element(Locator::Css("#none:not([hidden])")).await.unwrap();
        assert_eq!(kept(&browser).await, "[]");
    });
}

#[test]
fn what_the_site_refuses_comes_back_into_the_form_with_the_reasons() {
    run(async {
        let (site, browser) = (Site::new(), Browser::open(View::DESK).await);
        browser.visit(&site.at("/offline")).await;
        fill(&browser, "mobile", "12").await;
        write(&browser, "路灯坏了").await;
        there(&browser, "#waiting li.state-refused p.error").await;
        browser.assert_accessible().await;
        click(&browser, "#waiting li.state-refused button").await;
        browser.wait().for_element(Locator::Css("#none:not([hidden])")).await.unwrap();
        let what = browser.find(Locator::Id("what")).await.unwrap().prop("value").await.unwrap();
        assert_eq!(what.as_deref(), Some("路灯坏了"));
        assert!(site.numbers().is_empty());
    });
}

#[test]
fn nothing_of_an_accusation_or_of_somebody_unnamed_is_ever_kept() {
    run(async {
        let (mut site, browser) = (Site::new(), Browser::open(View::DESK).await);
        browser.visit(&site.at("/offline")).await;
        taken_over(&browser).await;
        for choice in ["input[value=accusation]", "input[value=anonymous]"] {
            assert!(browser.find(Locator::Css(choice)).await.is_err(), "{choice} is not offered");
        }
        // and not by a changed page either
        site.leave();
        let forge = "for (const [name, value] of [['kind', 'accusation'], ['identity', 'anonymous']]) {
            document.querySelector(`input[name=${name}]`).value = value; }";
        browser.execute(forge, Vec::new()).await.unwrap();
        fill(&browser, "what", "救灾款被人扣下了").await;
        click(&browser, "input[name=kind][value=accusation]").await;
        click(&browser, "input[name=identity][value=anonymous]").await;
        fill(&browser, "name", "田小满").await;
        click(&browser, "form#typed > div.acts button").await;
        assert_eq!(kept(&browser).await, "[]");
        let pages = "const done = arguments[0]; (async () => { const all = []; for (const name of await caches.keys())
            for (const { url } of await (await caches.open(name)).keys()) all.push(new URL(url).pathname);
            done(all.sort().join(' ')); })();";
        let pages = browser.execute_async(pages, Vec::new()).await.unwrap();
        let pages: Vec<&str> = pages.as_str().unwrap().split(' ').collect();
        assert!(
            pages
                .iter()
                .all(|page| page.starts_with("/assets/") || ["/offline", "/offline/en", "/offline/language"].contains(page)),
            "{pages:?}"
        );
    });
}

#[test]
fn staff_write_for_somebody_without_a_network_and_it_goes_under_their_sign_in() {
    run(async {
        let (mut site, browser) = (Site::new(), Browser::open(View::OLD_PHONE).await);
        site.accounts();
        browser.visit(&site.at("/")).await;
        taken_over(&browser).await;
        site.leave();
        browser.goto(&site.at("/desk")).await.unwrap();
        browser.assert_words("没网也能写").await;
        click(&browser, "input[name=by_staff]").await;
        write(&browser, "独居老人家里断了自来水").await;
        there(&browser, "#waiting li.state-waiting").await;
        site.come_back();
        browser.execute("window.dispatchEvent(new Event('online'));", Vec::new()).await.unwrap();
        there(&browser, "#waiting a[href^='/desk/login']").await;
        browser.assert_words("还要登录工作台才能送").await;
        browser.assert_accessible().await;
        assert!(site.numbers().is_empty(), "nobody's form goes under a sign-in that is not there");
        click(&browser, "#waiting a[href^='/desk/login']").await;
        for (name, text) in [("login", "gu"), ("password", crate::site::PASSWORD), ("code", &site.code("gu"))] {
            fill(&browser, name, text).await;
        }
        click(&browser, "main form button").await;
        there(&browser, "#waiting li.state-taken").await;
        let number = read(&browser, "#waiting dd.code").await;
        assert_eq!(site.numbers(), [number], "one matter");
        assert!(!kept(&browser).await.contains("断了自来水"), "the words are gone from the device");
        browser.assert_accessible().await;
        there(&browser, "#waiting form[action='/slip'] input[name=ticket]").await;
    });
}

#[test]
fn the_kept_page_comes_in_the_language_the_site_was_read_in() {
    run(async {
        let (mut site, browser) = (Site::new(), Browser::open(View::OLD_PHONE).await);
        browser.visit(&site.at("/help")).await;
        taken_over(&browser).await;
        click_when_there(&browser, "button[name=lang]").await;
        there(&browser, "html[lang=en]").await;
        let noted = "const done = arguments[0]; const look = async () => { const found = await caches.match('/offline/language');
            if (found && await found.text() === 'en') done(true); else requestAnimationFrame(look); }; look();";
        browser.execute_async(noted, Vec::new()).await.unwrap();
        site.leave();
        browser.goto(&site.at("/track")).await.unwrap();
        browser.assert_words("Write without a network").await;
        browser.assert_accessible().await;
    });
}
