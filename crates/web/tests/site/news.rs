//! Whoever has an account hears what happens to it: of a device not seen before, of a setup code, of a changed password.

use civic::account::news::{self, News};
use civic::directory::Entry;
use civic::outbox;
use jiff::ToSpan;

use crate::staff::{PASSWORD, accounts, code, enter, id, login_form};
use crate::world::{Site, Visitor};

const NEW: &str = "the-old-locust-tree";

fn at_door() -> Site {
    let site = Site::sqlite();
    accounts(&site);
    site
}

/// Signs in as a browser that keeps its cookies does, and says where that leads.
fn come(site: &Site, visitor: &mut Visitor, login: &'static str) -> String {
    site.world.clock.advance(1.minutes());
    let answer = visitor.post("/desk/login", &login_form(login, PASSWORD, &code(site, login)));
    answer.header("location").to_owned()
}

fn letters(site: &Site, login: &str) -> Vec<String> {
    let (now, own) = (site.world.now(), format!("staff:{}", id(login)));
    let due = site.world.read(move |tx, site| outbox::due(tx, site.jurisdiction, outbox::MAIL, now, 100)).unwrap();
    due.into_iter().filter(|message| message.recipient == own).map(|message| message.template).collect()
}

fn happened(site: &Site, login: &str) -> Vec<News> {
    let staff = id(login);
    let all = site.world.read(move |tx, site| news::of_staff(tx, site.jurisdiction, staff)).unwrap();
    all.into_iter().map(|one| one.news).collect()
}

#[test]
fn a_log_in_on_a_device_not_seen_before_is_told_by_letter_and_at_the_next_log_in() {
    let site = at_door();
    let mut own = Visitor::from(&site, [203, 0, 113, 1]);
    assert_eq!(come(&site, &mut own, "lin"), "/desk");
    assert_eq!(come(&site, &mut own, "lin"), "/desk/account?next=%2Fdesk", "the first log-in is still to be seen");
    own.post("/desk/account/seen", "next=%2Fdesk").leads_to("/desk");
    assert_eq!(come(&site, &mut own, "lin"), "/desk");
    assert_eq!(letters(&site, "lin"), ["account_new_device"], "the same device is told of once");
    // another device, with everything right: what a thief of password and code would do
    assert_eq!(come(&site, &mut Visitor::from(&site, [203, 0, 113, 2]), "lin"), "/desk");
    assert_eq!(letters(&site, "lin").len(), 2);
    assert_eq!(come(&site, &mut own, "lin"), "/desk/account?next=%2Fdesk");
    let page = own.get("/desk/account?next=%2Fdesk").visible();
    assert!(page.contains("您的账号有这些动静，请看一眼") && page.contains("在一台以前没有用过的设备上登录"), "{page}");
    assert!(page.contains("上次登录：") && page.contains("不是我，马上更换密码"), "{page}");
    own.post("/desk/account/seen", "next=https%3A%2F%2Fevil.example").leads_to("/desk");
    let page = own.get("/desk/account").visible();
    assert!(!page.contains("请看一眼") && page.contains("账号近来的动静"), "seen and kept: {page}");
}

#[test]
fn a_made_up_cookie_of_a_device_is_a_new_device_and_opens_nothing() {
    let site = at_door();
    let mut own = Visitor::new(&site);
    come(&site, &mut own, "lin");
    for made_up in ["ms_device=", "ms_device=abc", "ms_device=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        assert_eq!(site.get_as(made_up, "/desk").header("location"), "/desk/login?next=%2Fdesk");
        come(&site, &mut Visitor::with(&site, made_up), "lin");
    }
    assert_eq!(letters(&site, "lin"), vec!["account_new_device"; 4]);
}

#[test]
fn a_changed_password_and_a_new_setup_code_are_told_and_old_devices_count_as_new() {
    let site = at_door();
    let mut own = Visitor::new(&site);
    let mut other = Visitor::new(&site);
    come(&site, &mut own, "lin");
    come(&site, &mut other, "lin");
    come(&site, &mut own, "lin");
    let body = format!("old={PASSWORD}&code={}&password={NEW}&again={NEW}", code(&site, "lin"));
    own.post("/desk/account/password", &body).leads_to("/desk/account?done=password");
    assert!(letters(&site, "lin").ends_with(&["account_password".to_owned()]));
    for (visitor, expected) in [(&mut own, News::Entered), (&mut other, News::NewDevice)] {
        site.world.clock.advance(1.minutes());
        visitor.post("/desk/login", &login_form("lin", NEW, &code(&site, "lin")));
        assert_eq!(happened(&site, "lin")[0], expected);
    }
    site.world.clock.advance(1.minutes());
    let administrator = enter(&site, "tang");
    let renewed = site.post_as(&administrator, &format!("/desk/admin/staff/{}", id("lin")), "act=setup").text();
    assert!(letters(&site, "lin").ends_with(&["account_setup_code".to_owned()]));
    let setup = renewed.split("big code\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    site.world.clock.advance(1.minutes());
    let finish = format!("setup={setup}&finish=1&password={NEW}&again={NEW}&code={}", code(&site, "lin"));
    site.post("/desk/setup", finish).leads_to("/desk/login");
    assert!(letters(&site, "lin").ends_with(&["account_set_up".to_owned()]));
    site.world.clock.advance(1.minutes());
    own.post("/desk/login", &login_form("lin", NEW, &code(&site, "lin")));
    assert_eq!(happened(&site, "lin")[0], News::NewDevice, "whoever set the account up anew begins with no device");
}

#[test]
fn whoever_has_no_address_stands_before_the_administrator_until_they_saw_it() {
    let site = at_door();
    let mut without = site.world.hall.site.directory().staff[&id("lin")].clone();
    without.email = None;
    site.world.set(Entry::Staff(without), "address");
    let mut own = Visitor::new(&site);
    come(&site, &mut own, "lin");
    come(&site, &mut Visitor::new(&site), "gu");
    let administrator = enter(&site, "tang");
    let page = site.get_as(&administrator, "/desk/admin").visible();
    assert!(page.contains("这些同事收不到信") && page.contains("林之衡"), "{page}");
    let with = site.world.hall.site.directory().staff[&id("gu")].clone();
    assert!(with.email.is_some() && !page.contains(&with.name), "{page}");
    come(&site, &mut own, "lin");
    own.post("/desk/account/seen", "").leads_to("/desk");
    assert!(!site.get_as(&administrator, "/desk/admin").visible().contains("林之衡"));
}

#[test]
fn a_changed_address_is_told_and_the_same_one_is_not() {
    let site = at_door();
    let administrator = enter(&site, "tang");
    let path = format!("/desk/admin/staff/{}", id("lin"));
    let page = site.get_as(&administrator, &path).text();
    let seen = page.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let staff = site.world.hall.site.directory().staff[&id("lin")].clone();
    let roles: Vec<&str> = staff.roles.iter().map(|role| role.code()).collect();
    let roles = format!("&roles={}", roles.join("&roles="));
    let body = |email: &str, seen: &str| {
        format!("seen={seen}&name={}&title={}&office={}&email={email}{roles}", staff.name, staff.title, staff.office)
    };
    site.post_as(&administrator, &path, body("lin2@qinghe.example", seen)).leads_to(&format!("{path}?done=saved"));
    assert_eq!(letters(&site, "lin"), ["account_address"]);
    let page = site.get_as(&administrator, &path).text();
    let seen = page.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    site.post_as(&administrator, &path, body("lin2@qinghe.example", seen));
    assert_eq!(letters(&site, "lin").len(), 1);
}
