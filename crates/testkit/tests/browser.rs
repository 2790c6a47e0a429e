//! The browser of the test kit: it sees what a person would see, and it tells right pages from wrong ones.

use std::io::Write;

use testkit::browser::{Browser, Key, View, run};

const GOOD: &str = "<!doctype html><html lang=zh-CN><head><meta charset=utf-8><title>好</title>
    <meta name=viewport content='width=device-width,initial-scale=1'>
    <style>body{background:#fff;color:#000}@media(prefers-color-scheme:dark){body{background:#000;color:#fff}}
    @media print{h1::after{content:'（打印）'}} a:focus,input:focus{outline:3px solid #06c}</style></head><body><main><h1>反映事项</h1>
    <noscript><p>没有脚本</p></noscript><p id=s></p><script>document.getElementById('s').textContent='脚本已运行'</script>
    <p><label>发生了什么 <input name=what></label></p><p><a href='#next'>下一步</a></p><h2 id=next>去向</h2></main></body></html>";
const BAD: &str = "<!doctype html><html><head><meta charset=utf-8><title></title><meta name=viewport
    content='width=device-width'></head><body><div style='width:700px'>宽
    <input><img src=\"data:image/gif;base64,R0lGODlhAQABAAAAACw=\"></div>
    <a href='#x' style='outline:none'>看不见的焦点</a><script>missing()</script></body></html>";

struct Page(tempfile::NamedTempFile);

impl Page {
    fn new(html: &str) -> Self {
        let mut file = tempfile::Builder::new().suffix(".html").tempfile().unwrap();
        file.write_all(html.as_bytes()).unwrap();
        Self(file)
    }

    fn address(&self) -> String {
        format!("file://{}", self.0.path().display())
    }
}

#[test]
fn a_good_page_passes_by_keyboard_on_a_telephone() {
    run(async {
        let (page, browser) = (Page::new(GOOD), Browser::open(View::OLD_PHONE).await);
        browser.visit(&page.address()).await;
        assert_eq!(browser.execute("return innerWidth", vec![]).await.unwrap(), 320);
        browser.assert_accessible().await;
        browser.assert_words("脚本已运行").await;
        browser.tab_to("发生了什么").await;
        browser.type_text("路灯不亮 3 天").await;
        assert_eq!(browser.execute("return document.activeElement.value", vec![]).await.unwrap(), "路灯不亮 3 天");
        browser.tab_to("下一步").await;
        browser.press(Key::Enter).await;
        assert!(browser.current_url().await.unwrap().as_str().ends_with("#next"));
        browser.press_with_shift(Key::Tab).await;
        assert_eq!(browser.focused().await, "下一步");
        assert_eq!(browser.complaints(), [""; 0]);
    });
}

#[test]
fn scripts_can_be_switched_off_and_colours_chosen() {
    run(async {
        let (page, browser) = (Page::new(GOOD), Browser::open(View::DESK.dark().without_script()).await);
        browser.visit(&page.address()).await;
        browser.assert_words("没有脚本").await;
        assert!(!browser.words().await.contains("脚本已运行"));
        let colour = "return getComputedStyle(document.body).backgroundColor";
        assert_eq!(browser.execute(colour, vec![]).await.unwrap(), "rgb(0, 0, 0)");
        browser.as_printed(true);
        let after = "return getComputedStyle(document.querySelector('h1'), '::after').content";
        assert_eq!(browser.execute(after, vec![]).await.unwrap(), "\"（打印）\"");
    });
}

#[test]
fn a_bad_page_is_found_out() {
    run(async {
        let (page, browser) = (Page::new(BAD), Browser::open(View::OLD_PHONE).await);
        browser.visit(&page.address()).await;
        let found = browser.axe().await.join("\n");
        for rule in ["html-has-lang", "document-title", "image-alt", "label"] {
            assert!(found.contains(rule), "{rule} is found: {found}");
        }
        assert!(browser.sideways().await.iter().any(|name| name == "div"));
        assert!(browser.complaints().iter().any(|line| line.contains("missing is not defined")));
    });
}
