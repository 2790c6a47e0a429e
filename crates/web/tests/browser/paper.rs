//! Letters entered one after the other with the keyboard alone; and the code on a sign, read as a telephone reads it and followed.

use appeals::Command;
use appeals::appeal::{Channel, FileRef};
use appeals::filing::{Form, file};
use appeals::rounds::{self, Opening};
use appeals::run::{Request, act as run_act};
use civic::directory::{Entry, OpinionBox};
use civic::permit::Who;
use testkit::browser::{Browser, Key, Locator, View, run};
use testkit::county::{self, TOWNSHIP_OFFICE, VILLAGE};
use uuid::Uuid;

use crate::desk::enter;
use crate::site::{Site, click, fill, read};

/// Pixels of one dot of a code.
const DOT: usize = 4;

async fn letter(browser: &Browser, (name, what): (&str, &str)) {
    assert!(
        browser.focused().await.starts_with("寄信人"),
        "the next letter can be typed at once, not “{}”",
        browser.focused().await
    );
    browser.type_text(name).await;
    browser.tab_to("寄信人地址").await;
    browser.type_text("柳湾村三组 18 号").await;
    browser.tab_to("信的内容").await;
    browser.type_text(what).await;
    browser.tab_to("咨询").await;
    browser.choose("求助").await;
    browser.tab_to("地点").await;
    browser.choose("柳湾村").await;
    browser.tab_to("登记，接着下一封").await;
    browser.assert_accessible().await;
    browser.press(Key::Enter).await;
}

async fn letters(view: View) {
    let site = Site::new();
    site.accounts();
    let browser = Browser::open(view).await;
    enter(&site, &browser, "he").await;
    browser.visit(&site.at("/desk/letters")).await;
    browser.assert_accessible().await;
    letter(&browser, ("田小满", "村口的路灯坏了三天")).await;
    browser.assert_words("登记为2026年第1号").await;
    browser.assert_accessible().await;
    letter(&browser, ("袁大柱", "桥栏杆断了")).await;
    browser.assert_words("登记为2026年第2号").await;
    browser.tab_to("登完了，看这一摞").await;
    browser.press(Key::Enter).await;
    browser.assert_words("一摞来信").await;
    browser.assert_words("桥栏杆断了").await;
    browser.assert_accessible().await;
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn letters_are_entered_with_the_keyboard_alone() {
    run(letters(View::DESK));
}

#[test]
fn letters_are_entered_on_a_narrow_screen_without_scripts() {
    run(letters(View::OLD_PHONE.dark().without_script()));
}

/// Reads the code that a page shows, from its dots.
async fn scanned(browser: &Browser) -> String {
    let found = browser.find(Locator::Css("svg.qr")).await.unwrap();
    let side: usize = found.attr("viewBox").await.unwrap().unwrap().split(' ').nth(2).unwrap().parse().unwrap();
    let path = browser.find(Locator::Css("svg.qr path")).await.unwrap().attr("d").await.unwrap().unwrap();
    let mut dark = vec![false; side * side];
    for dot in path.split('M').filter(|dot| !dot.is_empty()) {
        let (x, rest) = dot.split_once(' ').unwrap();
        let (x, y): (usize, usize) = (x.parse().unwrap(), rest.split('h').next().unwrap().parse().unwrap());
        dark[y * side + x] = true;
    }
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(
            side * DOT,
            side * DOT,
            |x, y| {
                if dark[y / DOT * side + x / DOT] { 0 } else { 255 }
            },
        );
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "one code on the sheet");
    grids[0].decode().unwrap().1
}

/// Opens a site with an opinion box of the township office.
fn hung() -> Site {
    let site = Site::new();
    site.accounts();
    let own = OpinionBox {
        code: "liuwan-1".into(),
        name: "柳湾村委会意见箱".into(),
        name_en: "Box at the Liuwan village office".into(),
        place: VILLAGE.into(),
        spot: "村委会门口左手边".into(),
        office: TOWNSHIP_OFFICE.into(),
        active: true,
    };
    site.world.set(Entry::Box(own), "added");
    site
}

/// Notes a round with one card; returns its id.
fn opened(site: &Site) -> Uuid {
    let photo = FileRef {
        name: "cards.jpg".into(),
        media: "image/jpeg".into(),
        size: 1,
        sha256: "0".repeat(64),
        original: "0".repeat(64),
        cleaned: "0".repeat(64),
        key: None,
        unscanned: false,
    };
    let (id, staff) = (Uuid::from_u128(7), county::staff_id("gu"));
    let of_box = "liuwan-1".to_owned();
    let opening = Opening { id, of_box, staff, beside: "许小满".into(), cards: 1, words: String::new(), files: vec![photo] };
    site.world.write(move |tx, site, by| rounds::open(tx, site, by, &opening)).unwrap();
    id
}

/// Files a letter whose sender left an address only, and lets the office accept it.
async fn accepted(site: &Site) -> String {
    let form = Form {
        what: "村口的路灯坏了三天".into(),
        place: VILLAGE.into(),
        kind: "help".into(),
        identity: "named".into(),
        name: "田小满".into(),
        address: "柳湾村三组 18 号".into(),
        channel: Channel::Letter,
        submit_key: "letter".into(),
        ..Form::default()
    };
    let filed = file(&site.world.hall, &form, &[], None, |_, _| Ok(Vec::new())).await.unwrap();
    let who = Who::Staff { id: county::staff_id("gu"), session: Uuid::nil() };
    let command = Command::Accept { category: "11".into() };
    run_act(&site.world.hall, Request { who, matter: filed.matter, seen: None, command }).await.unwrap();
    filed.number
}

#[test]
fn rounds_and_letters_to_post_are_looked_at_on_an_old_telephone() {
    run(async {
        let site = hung();
        let (round, number) = (opened(&site), accepted(&site).await);
        let browser = Browser::open(View::OLD_PHONE).await;
        enter(&site, &browser, "gu").await;
        for page in ["/desk/boxes/liuwan-1".to_owned(), format!("/desk/boxes/liuwan-1/{round}")] {
            browser.visit(&site.at(&page)).await;
            browser.assert_accessible().await;
        }
        browser.visit(&site.at(&format!("/desk/matters/{number}/act/tell_by_phone"))).await;
        browser.assert_words("打开地址").await;
        browser.assert_accessible().await;
        click(&browser, "form.purpose button").await;
        browser.assert_words("柳湾村三组").await;
        browser.visit(&site.at(&format!("/desk/matters/{number}/letter"))).await;
        browser.assert_words("田小满 收").await;
        browser.assert_accessible().await;
        assert_eq!(browser.complaints(), [""; 0]);
    });
}

#[test]
fn the_code_on_a_sign_leads_to_the_form_with_its_place() {
    run(async {
        let site = hung();
        let desk = Browser::open(View::DESK).await;
        enter(&site, &desk, "tang").await;
        for page in [
            "/desk/admin/boxes/liuwan-1",
            "/desk/admin/signs?at=liuwan-1&form=cards",
            "/desk/admin/signs?at=liuwan-1&form=poster",
        ] {
            desk.visit(&site.at(page)).await;
            desk.assert_accessible().await;
        }
        let address = scanned(&desk).await;
        assert_eq!(address, site.at("/at/liuwan-1"));
        let phone = Browser::open(View::OLD_PHONE).await;
        phone.visit(&address).await;
        phone.assert_words("您扫的是「柳湾村委会意见箱」的码").await;
        phone.assert_accessible().await;
        fill(&phone, "what", "村口的路灯坏了三天").await;
        click(&phone, "form[data-draft] .acts button").await;
        phone.arrive("step=where").await;
        let place = phone.find(Locator::Css("#place option:checked")).await.unwrap().text().await.unwrap();
        assert!(place.contains("柳湾村"), "{place}");
        assert!(read(&phone, "h1").await.contains("什么地方"));
        assert_eq!(phone.complaints(), [""; 0]);
    });
}
