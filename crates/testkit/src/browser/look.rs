//! Looking at a page as a person does: what is read, what sticks out.

use std::path::Path;

use fantoccini::Locator;

use super::Browser;

impl Browser {
    /// Opens an address and waits until the page is there.
    pub async fn visit(&self, address: &str) {
        self.goto(address).await.unwrap_or_else(|error| panic!("{address} cannot be opened: {error}"));
    }

    /// Returns the words of the page that are seen.
    pub async fn words(&self) -> String {
        let body = self.find(Locator::Css("body")).await.expect("a page has a body");
        body.text().await.expect("a body has words")
    }

    /// Fails when the page does not show some words; says what it shows instead.
    pub async fn assert_words(&self, expected: &str) {
        let words = self.words().await;
        assert!(words.contains(expected), "the page does not show “{expected}” but:\n{words}");
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
