//! Every page for the public, in every way it can be looked at.

use testkit::browser::{Browser, View, run};

use web::ROUTES;

use crate::site::{Site, click, click_when_there};

const PAGES: &[&str] = &[
    "/",
    "/demo",
    "/appeals/new",
    "/appeals/new?step=where",
    "/appeals/new?step=kind",
    "/appeals/new?step=who",
    "/track",
    "/figures",
    "/figures/people",
    "/check",
    "/rules",
    "/help",
    "/search",
    "/search?q=%E8%B7%AF%E7%81%AF%E5%9D%8F%E4%BA%86%E4%B8%89%E5%A4%A9",
    "/privacy",
    "/boxes",
    "/window/bd",
    "/forum",
    "/forum?only=open",
    "/forum/new",
    "/forum/own",
    "/forum/moderation",
    "/blog",
    "/assessment",
    "/reports",
    "/reception",
    "/supervision",
    "/reception/own",
    "/consult",
    "/consult/own",
    "/offline",
    "/offline/en",
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
        // the address stays the same: what the new page alone has says that it came
        click_when_there(&browser, "button[name=large][aria-pressed=true] + button[name=lang]").await;
        browser.assert_words("How should I write?").await;
        look(&site, &browser).await;
    });
}

/// Addresses that are no page to look at, or are looked at on the way through a test, with the reason.
const ELSEWHERE: &[(&str, &str)] = &[
    ("/appeals", "leads to the first step"),
    ("/appeals/receipt", "looked at when something was filed (resident)"),
    ("/appeals/receipt/file", "a file"),
    ("/track/matter", "looked at under number and code (resident)"),
    ("/track/receipt", "a file"),
    ("/track/archive", "a file"),
    ("/track/file/{version}/{at}", "a file"),
    ("/places.json", "data"),
    ("/news.atom", "data"),
    ("/news/{place}", "data"),
    ("/news/theme/{theme}", "data"),
    ("/sitemap/{name}", "data"),
    ("/figures/statements", "data"),
    ("/forum.atom", "data"),
    ("/forum/place/{name}", "data"),
    ("/forum/theme/{name}", "data"),
    ("/blog.atom", "data"),
    ("/assessment/{office}", "looked at (assessment)"),
    ("/assessment/{office}/{form}", "a file"),
    ("/reports/{period}", "looked at (assessment)"),
    ("/reports/{period}/{form}", "a file"),
    ("/reports/{period}/table/{name}/{form}", "a file"),
    ("/desk/assessment/{office}", "looked at (assessment)"),
    ("/desk/assessment/{office}/{measure}", "looked at (assessment)"),
    ("/reception.ics", "data"),
    ("/api/v1/supervision", "data"),
    ("/api/v1/receptions", "data"),
    ("/api/v1/receptions/{day}", "data"),
    ("/reception/office/{name}", "data"),
    ("/reception/{day}", "looked at before, on and after the day (reception)"),
    ("/consult.atom", "data"),
    ("/api/v1/consultations", "data"),
    ("/api/v1/consultations/{number}", "data"),
    ("/api/v1/consultations/{number}/points/{point}", "data"),
    ("/consult/{number}", "looked at while people speak, with a draft, and decided (consult)"),
    ("/consult/{number}/points/{point}", "looked at (consult)"),
    ("/consult/{number}/drafts/{draft}", "looked at with what changed (consult)"),
    ("/consult/{number}/record", "looked at (consult)"),
    ("/desk/consult", "looked at (consult)"),
    ("/desk/consult/new", "looked at (consult)"),
    ("/desk/consult/{number}", "looked at with every form (consult)"),
    ("/desk/consult/{number}/voices", "looked at (consult)"),
    ("/desk/days", "looked at (reception)"),
    ("/desk/days/new", "looked at (reception)"),
    ("/desk/days/{day}", "looked at with its queue (reception)"),
    ("/desk/days/{day}/book", "looked at (reception)"),
    ("/desk/dossiers/{kind}", "looked at (dossiers)"),
    ("/desk/dossiers/{kind}/new", "looked at (dossiers)"),
    ("/desk/dossiers/{kind}/{number}", "looked at (dossiers)"),
    ("/desk/dossiers/{kind}/{number}/minutes", "a file"),
    ("/desk/dossiers/{kind}/{number}/invitation", "a file"),
    ("/desk/dossiers/{kind}/take/{form}", "a file"),
    ("/desk/supervision/take/{form}", "a file"),
    ("/desk/criticism/take/{form}", "a file"),
    ("/window/{office}", "looked at"),
    ("/forum/{topic}", "looked at with answers, hidden, and as an office's post (forum)"),
    ("/blog/{topic}", "looked at (forum)"),
    ("/forum/report/{post}", "looked at (forum)"),
    ("/desk/forum", "looked at (forum)"),
    ("/desk/forum/{post}", "looked at with every act (forum)"),
    ("/desk/blog", "looked at (forum)"),
    ("/desk/blog/new", "looked at (forum)"),
    ("/desk/blog/{post}", "looked at (forum)"),
    ("/sitemap.xml", "data"),
    ("/robots.txt", "data"),
    ("/at/{code}", "leads to the form (paper)"),
    ("/desk/admin/boxes/{code}", "looked at (paper)"),
    ("/desk/admin/signs", "looked at (paper)"),
    ("/desk/boxes/{code}", "looked at (paper)"),
    ("/desk/boxes/{code}/{round}", "looked at (paper)"),
    ("/desk/boxes/{code}/{round}/photo/{step}/{at}", "a file"),
    ("/desk/matters/{number}/letter", "looked at (paper)"),
    ("/desk/register/take", "a file"),
    ("/api/v1/openapi.json", "data"),
    ("/api/v1/matter", "data"),
    ("/api/v1/matter/files/{version}/{at}", "a file"),
    ("/api/v1/matter/receipt", "a file"),
    ("/api/v1/matter/archive", "a file"),
    ("/api/v1/sent", "data"),
    ("/api/v1/sent/changes", "data"),
    ("/api/v1/topics", "data"),
    ("/api/v1/topics/{topic}", "data"),
    ("/api/v1/places", "data"),
    ("/api/v1/offices", "data"),
    ("/api/v1/subjects", "data"),
    ("/api/v1/terms", "data"),
    ("/api/v1/figures/{name}", "data"),
    ("/worker.js", "a file"),
    ("/manifest.webmanifest", "data"),
    ("/open311/v2/{document}", "data"),
    ("/open311/v2/{list}/{document}", "data"),
    ("/log/checkpoint", "data"),
    ("/log/vkey", "data"),
    ("/log/tile/{*rest}", "data"),
    ("/assets/{name}", "a file"),
    ("/figures/table/{name}/{form}", "a file"),
    ("/desk/board/table/{name}/{form}", "a file"),
    ("/desk/hotline/figures/{name}/{form}", "a file"),
    ("/desk/hotline/{call}", "looked at with a form, filed and ended (hotline)"),
    ("/desk/callbacks/{number}/{which}", "looked at with what is said in it (desk)"),
    ("/desk/login", "looked at on the way in (desk)"),
    ("/desk/setup", "looked at on the way in (desk)"),
    ("/desk/sealed/{id}", "looked at with its words and without (room)"),
    ("/desk/sealed/{id}/act/{act}", "every act is looked at (room)"),
    ("/desk/sealed/{id}/file/{version}/{at}", "a file"),
    ("/desk/sealed/{id}/take-out", "a file"),
    ("/desk/issues/{number}", "looked at with several matters in it (desk)"),
    ("/desk/matters/{number}", "looked at with its words and without (desk)"),
    ("/desk/matters/{number}/access", "looked at by a supervisor (desk)"),
    ("/desk/matters/{number}/print", "looked at (desk)"),
    ("/desk/matters/{number}/file/{version}/{at}", "a file"),
    ("/desk/matters/{number}/act/{act}", "every act is looked at (desk)"),
];

#[test]
fn every_page_there_is_is_looked_at() {
    let desk = crate::desk::PAGES.iter().flat_map(|(_, pages)| pages.iter());
    let seen: Vec<&str> = PAGES.iter().chain(desk).map(|page| page.split('?').next().unwrap()).collect();
    let like = |pattern: &str, page: &str| {
        let (pattern, page): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), page.split('/').collect());
        pattern.len() == page.len() && pattern.iter().zip(&page).all(|(part, own)| part.starts_with('{') || part == own)
    };
    let unseen: Vec<&str> = ROUTES
        .iter()
        .copied()
        .flatten()
        .filter(|route| route.methods.contains("GET"))
        .map(|route| route.path)
        .filter(|path| !seen.iter().any(|page| like(path, page)) && !ELSEWHERE.iter().any(|(own, _)| own == path))
        .collect();
    assert!(unseen.is_empty(), "nobody looks at {unseen:?}");
}
