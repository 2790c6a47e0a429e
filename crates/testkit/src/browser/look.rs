//! Looking at a page as a person does: what is read, what sticks out.

use std::path::Path;
use std::time::Duration;

use super::Browser;

/// Longest wait for a page to open.
const ARRIVE_MAX: Duration = Duration::from_secs(20);
/// Time between two questions whether it is open.
const ASK_AGAIN: Duration = Duration::from_millis(20);

impl Browser {
    /// Opens an address and waits until the page is there.
    pub async fn visit(&self, address: &str) {
        self.goto(address).await.unwrap_or_else(|error| panic!("{address} cannot be opened: {error}"));
    }

    /// Waits until an address that ends in some text is open and its page is whole.
    pub async fn arrive(&self, end: &str) {
        let there = async {
            loop {
                let state = self.execute("return document.readyState + ' ' + location.href", Vec::new()).await;
                match state.ok().as_ref().and_then(|state| state.as_str()) {
                    Some(state) if state.starts_with("complete ") && state.ends_with(end) => return,
                    _ => tokio::time::sleep(ASK_AGAIN).await,
                }
            }
        };
        if tokio::time::timeout(ARRIVE_MAX, there).await.is_err() {
            let (at, words) = (self.current_url().await, self.words().await);
            panic!("{end} did not open; {at:?} shows:\n{words}");
        }
    }

    /// Returns the words of the page that are seen; none while one page makes way for another.
    pub async fn words(&self) -> String {
        let script = "return document.body ? document.body.innerText : ''";
        let found = self.execute(script, Vec::new()).await.ok();
        found.and_then(|words| words.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Waits until the page shows some words. When it does not, it fails and says what the page shows instead.
    pub async fn assert_words(&self, expected: &str) {
        let shown = async {
            while !self.words().await.contains(expected) {
                tokio::time::sleep(ASK_AGAIN).await;
            }
        };
        let seen = tokio::time::timeout(ARRIVE_MAX, shown).await.is_ok();
        assert!(seen, "the page does not show “{expected}” but:\n{}", self.words().await);
    }

    /// Lists the elements that stick out to the right of the screen. A box that moves by itself does not count.
    pub async fn sideways(&self) -> Vec<String> {
        let script = "const wide = arguments[0], out = [];
            if (document.documentElement.scrollWidth <= wide) return out;
            for (const e of document.body.querySelectorAll('*')) {
                if (e.getBoundingClientRect().right > wide + 0.5) out.push(e.tagName.toLowerCase() + (e.className ? '.' + e.className : ''));
            }
            return out.slice(0, 9).concat(['(' + document.documentElement.scrollWidth + ' px)']);";
        let found = self.execute(script, vec![self.view.width.into()]).await.expect("the page can be measured");
        found.as_array().into_iter().flatten().map(|name| name.as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Takes a picture of what the screen shows.
    pub async fn picture(&self, file: &Path) {
        let picture = self.screenshot().await.expect("a picture can be taken");
        std::fs::write(file, picture).expect("a picture can be written");
    }
}
