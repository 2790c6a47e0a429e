//! Chats on pages: whether the other end is there, groups that are bound and let go, and what residents read of it.

use axum::http::StatusCode;
use civic::chat;
use civic::source;
use testkit::county::VILLAGE;
use uuid::Uuid;

use crate::staff::{accounts, enter};
use crate::world::Site;

const PAGE: &str = "/desk/admin/channels";

fn open() -> (Site, String) {
    let site = Site::demo();
    accounts(&site);
    let cookie = enter(&site, "tang");
    (site, cookie)
}

#[test]
fn the_page_says_whether_the_chat_is_linked_and_what_is_in_the_way() {
    let (site, cookie) = open();
    assert!(site.get_as(&cookie, PAGE).visible().contains("还没有开通群聊"));
    assert!(!site.get("/help").visible().contains("QQ"));
    let site = site.with_chat("1000001");
    assert!(site.get("/help").visible().contains("加 QQ 1000001 私聊"));
    site.world.write(|tx, site, (now, _)| source::failed(tx, site, ("chat", "bot.example:443"), "login", now)).unwrap();
    let page = site.get_as(&cookie, PAGE).visible();
    assert!(page.contains("不认我们的口令") && page.contains("bot.example:443") && page.contains("断了"), "{page}");
    site.world
        .write(|tx, site, (now, _)| {
            source::reached(tx, site, ("chat", "bot.example:443"), (0, 0), now)?;
            source::failed(tx, site, ("chat", "messages"), "clock", now)?;
            civic::lease::Lease::take(tx, site.jurisdiction, (chat::JOB, Uuid::nil()), now).map(drop)
        })
        .unwrap();
    let page = site.get_as(&cookie, PAGE).visible();
    assert!(page.contains("连着") && !page.contains("不认我们的口令"), "{page}");
    assert!(page.contains("时钟差得太多") && page.contains("通道 收消息"), "{page}");
}

#[test]
fn a_group_is_bound_tried_and_let_go() {
    let (site, cookie) = open();
    let site = site.with_chat("1000001");
    assert!(site.get_as(&cookie, PAGE).visible().contains("还没有绑定群"));
    let wrong = site.post_as(&cookie, PAGE, format!("act=bind&code=12a&name=村民群&place={VILLAGE}"));
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.visible().contains("5 到 18 位数字") && wrong.text().contains("value=\"村民群\""), "{}", wrong.visible());
    let form = format!("act=bind&code=700007&name=村民群&place={VILLAGE}");
    site.post_as(&cookie, PAGE, form.clone()).leads_to("/desk/admin/channels?done=group_bound");
    assert!(site.post_as(&cookie, PAGE, form).visible().contains("已经绑定了"));
    let page = site.get_as(&cookie, PAGE).visible();
    assert!(page.contains("村民群") && page.contains("还没有发过"), "{page}");
    site.post_as(&cookie, PAGE, "act=try-group&code=700007").leads_to("/desk/admin/channels?done=group_trial");
    let sql = "select recipient, template from outbox where channel = 'chat'";
    let row = site.world.read(|tx, _| tx.row(sql, &[])).unwrap().unwrap();
    let (to, template): (String, String) = (row.get("recipient").unwrap(), row.get("template").unwrap());
    assert_eq!((to.as_str(), template.as_str()), ("bound:700007", chat::TRIAL));
    site.post_as(&cookie, PAGE, "act=unbind&code=700007").leads_to("/desk/admin/channels?done=group_unbound");
    assert_eq!(site.post_as(&cookie, PAGE, "act=unbind&code=700007").status, StatusCode::NOT_FOUND);
    assert_eq!(site.post_as(&cookie, PAGE, "act=try-group&code=700007").status, StatusCode::NOT_FOUND);
    assert!(!site.world.hall.site.directory().groups["700007"].active);
    // bound anew, at another place
    site.post_as(&cookie, PAGE, "act=bind&code=700007&name=全县群&place=990121")
        .leads_to("/desk/admin/channels?done=group_bound");
    assert_eq!(site.world.hall.site.directory().groups["700007"].place, "990121");
}
