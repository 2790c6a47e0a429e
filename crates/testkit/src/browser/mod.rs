//! A real browser per test: headless Chromium with a profile of its own, driven by a driver of its own.
//!
//! It owns the two processes and ends them. It does not know pages; tests bring the address of a running server.

mod axe;
mod driver;
mod keyboard;
mod look;
mod view;

use std::ops::Deref;

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::surroundings::address;
use driver::Driver;
pub use fantoccini::key::Key;
pub use fantoccini::{Locator, elements::Element};
pub use view::View;

/// Flags that make Chromium quiet: no window, no first visit, no calls home.
const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
    "--lang=zh-CN",
];

/// Is a running browser showing one page. All of [`Client`] can be used on it.
pub struct Browser {
    client: Client,
    session: String,
    driver: Driver,
    view: View,
    _profile: TempDir,
}

impl Browser {
    /// Starts a browser that sees pages in the given way.
    pub async fn open(view: View) -> Self {
        let profile = tempfile::Builder::new().prefix("browser-").tempdir().expect("a temporary folder can be made");
        let driver = Driver::start(&address("MINSHENG_TEST_CHROMEDRIVER"));
        let mut flags: Vec<String> = FLAGS.iter().map(|flag| (*flag).to_owned()).collect();
        flags.push(format!("--user-data-dir={}", profile.path().display()));
        flags.push(format!("--window-size={},{}", view.width.max(500), view.height));
        let mut options = json!({"binary": address("MINSHENG_TEST_CHROMIUM"), "args": flags});
        if !view.script {
            options["prefs"] = json!({"profile.managed_default_content_settings.javascript": 2});
        }
        let wanted = json!({"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}});
        let wanted: Capabilities = serde_json::from_value(wanted).expect("capabilities are an object");
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let client = builder.capabilities(wanted).connect(&driver.url()).await.expect("the browser starts");
        let session = client.session_id().await.expect("the driver answers").expect("a session has been made");
        let browser = Self { client, session, driver, view, _profile: profile };
        browser.settle();
        browser
    }

    /// Lists what the browser complained about since the last call: scripts that failed, files that were refused.
    pub fn complaints(&self) -> Vec<String> {
        let entries = self.ask("se/log", &json!({"type": "browser"}));
        let entries = entries.as_array().cloned().unwrap_or_default();
        entries.iter().map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Cuts the network off, or lets it through again.
    pub fn offline(&self, off: bool) {
        let speed = json!({"offline": off, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        self.devtools("Network.enable", &json!({}));
        self.devtools("Network.emulateNetworkConditions", &speed);
    }

    /// Shows the page as it would be printed, or as on the screen again.
    pub fn as_printed(&self, print: bool) {
        let scheme = if self.view.dark { "dark" } else { "light" };
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        let media = if print { "print" } else { "screen" };
        self.devtools("Emulation.setEmulatedMedia", &json!({"media": media, "features": features}));
    }

    /// Sets size and colours. Chromium's own window cannot be as narrow as a telephone.
    fn settle(&self) {
        let View { width, height, zoom, .. } = self.view;
        let phone = width < 600;
        let size = json!({"width": width, "height": height, "deviceScaleFactor": zoom, "mobile": phone});
        self.devtools("Emulation.setDeviceMetricsOverride", &size);
        self.as_printed(false);
    }

    fn devtools(&self, command: &str, parameters: &Value) {
        self.ask("goog/cdp/execute", &json!({"cmd": command, "params": parameters}));
    }

    fn ask(&self, path: &str, body: &Value) -> Value {
        let answer = self.driver.post(&format!("/session/{}/{path}", self.session), body);
        assert!(answer["value"]["error"].is_null(), "the driver refused {path}: {answer}");
        answer["value"].clone()
    }
}

impl Deref for Browser {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.driver.end_session(&self.session);
    }
}

/// Runs a browser test to its end. Tests are plain functions; what happens inside waits for the browser.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime can be made").block_on(test)
}
