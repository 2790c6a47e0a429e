//! Takes the pictures of `docs/images` from a running demo: `screenshots http://127.0.0.1:PORT FOLDER`.
//! `cargo x screenshots` starts the demo and calls this.

use std::path::{Path, PathBuf};

use testkit::browser::{Browser, Locator, View, run};

/// Ways in which pages are shown, with the beginning of the pictures' names.
const VIEWS: &[(&str, View)] = &[
    ("old", View::OLD_PHONE),
    ("phone", View::PHONE),
    ("phone-dark", View { dark: true, ..View::PHONE }),
    ("desk", View::DESK),
    ("desk-dark", View { dark: true, ..View::DESK }),
];
/// Role of the person whose desk is shown, as the demo's page of log-ins names it.
const ROLE: &str = "经办人";

fn main() {
    let mut words = std::env::args().skip(1);
    let (Some(address), Some(folder)) = (words.next(), words.next()) else {
        panic!("usage: screenshots ADDRESS FOLDER");
    };
    for (name, view) in VIEWS {
        run(async {
            let shown = Shown { browser: Browser::open(*view).await, address: &address, folder: Path::new(&folder), name };
            shown.resident().await;
            if name.starts_with("desk") {
                shown.staff().await;
            }
        });
    }
}

struct Shown<'a> {
    browser: Browser,
    address: &'a str,
    folder: &'a Path,
    name: &'a str,
}

impl Shown<'_> {
    async fn visit(&self, path: &str) {
        self.browser.visit(&format!("{}{path}", self.address)).await;
        self.browser.arrive(path).await;
    }

    async fn click(&self, css: &str) {
        let found = self.browser.find(Locator::Css(css)).await;
        let found = found.unwrap_or_else(|_| panic!("{css} is not on the page"));
        found.click().await.expect("what is found can be clicked");
    }

    async fn fill(&self, id: &str, text: &str) {
        let found = self.browser.find(Locator::Id(id)).await.unwrap_or_else(|_| panic!("#{id} is not on the page"));
        found.send_keys(text).await.expect("a field takes text");
    }

    /// Takes a picture of the page, from its top; a page that is an error ends everything.
    async fn picture(&self, page: &str) {
        let script = "scrollTo(0, 0); document.activeElement.blur();
            return performance.getEntriesByType('navigation')[0].responseStatus";
        let status = self.browser.execute(script, Vec::new()).await.expect("the page can be asked");
        assert_eq!(status, 200, "the page {page} is an error");
        let file: PathBuf = self.folder.join(format!("{}-{page}.png", self.name));
        self.browser.picture(&file).await;
        println!("{}", file.display());
    }

    /// Files an appeal and follows it.
    async fn resident(&self) {
        self.visit("/").await;
        self.picture("home").await;
        self.visit("/appeals/new").await;
        self.fill("what", "村口的路灯坏了三天，晚上孩子放学看不见路，请尽快派人来修。").await;
        self.picture("new").await;
        self.click("main form .acts button").await;
        self.browser.arrive("step=where").await;
        self.click("#place optgroup option:nth-child(2)").await;
        self.fill("place_words", "小学东门往北 50 米").await;
        self.click("main form .acts button").await;
        self.browser.arrive("step=kind").await;
        self.click("label[for=kind-help]").await;
        self.picture("kind").await;
        self.click("main form .acts button").await;
        self.browser.arrive("step=who").await;
        self.click("label[for=identity]").await;
        self.fill("name", "田小满").await;
        self.fill("mobile", "13900000001").await;
        self.click("main form .acts button").await;
        self.browser.arrive("step=check").await;
        self.picture("check").await;
        self.click("form[action='/appeals'] .acts button").await;
        self.browser.arrive("/appeals/receipt").await;
        self.picture("receipt").await;
        let slip = self.browser.find_all(Locator::Css(".slip .code")).await.expect("the slip can be read");
        let (number, code) = (slip[0].text().await.expect("a number"), slip[1].text().await.expect("a code"));
        self.visit("/track").await;
        self.fill("number", &number).await;
        self.fill("query_code", &code).await;
        self.click("main form button").await;
        self.browser.arrive("/track/matter").await;
        self.picture("track").await;
        self.visit("/figures").await;
        self.picture("figures").await;
    }

    /// Signs in from the demo's page of log-ins and opens the first matter of the queue.
    async fn staff(&self) {
        self.visit("/demo").await;
        self.picture("demo").await;
        let row = format!("//tr[contains(., '{ROLE}')]//form//button");
        let enter = self.browser.find(Locator::XPath(&row)).await.expect("the demo has somebody of this role");
        enter.click().await.expect("a button can be clicked");
        self.browser.arrive("/desk").await;
        self.picture("queue").await;
        self.click("main a[href^='/desk/matters/']").await;
        self.browser.wait().for_element(Locator::Css("main h1")).await.expect("the matter opens");
        self.picture("matter").await;
    }
}
