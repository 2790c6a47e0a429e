//! Every page for the public, in every way it can be looked at.

use testkit::browser::{Browser, View, run};

use crate::site::{Site, click};

const PAGES: &[&str] = &[
    "/",
    "/appeals/new",
    "/appeals/new?step=where",
    "/appeals/new?step=kind",
    "/appeals/new?step=who",
    "/track",
    "/figures",
    "/check",
    "/rules",
    "/help",
    "/privacy",
    "/nothing",
];

async fn look(site: &Site, browser: &Browser) {
    for page in PAGES {
        browser.visit(&site.at(page)).await;
        browser.assert_accessible().await;
    }
    let complaints = browser.complaints();
    let other: Vec<&String> = complaints.iter().filter(|line| !line.contains("/nothing")).collect();
    assert!(other.is_empty(), "the browser complains: {other:?}");
}

#[test]
fn a_telephone_in_daylight() {
    run(async { look(&Site::new(), &Browser::open(View::OLD_PHONE).await).await });
}

#[test]
fn a_desk_at_night() {
    run(async { look(&Site::new(), &Browser::open(View::DESK.dark()).await).await });
}

#[test]
fn large_print_and_english_on_a_telephone_at_night() {
    run(async {
        let (site, browser) = (Site::new(), Browser::open(View::OLD_PHONE.dark()).await);
        browser.visit(&site.at("/help")).await;
        click(&browser, "button[name=large]").await;
        site.arrive(&browser, "/help").await;
        click(&browser, "button[name=lang]").await;
        site.arrive(&browser, "/help").await;
        browser.assert_words("How should I write?").await;
        look(&site, &browser).await;
    });
}
