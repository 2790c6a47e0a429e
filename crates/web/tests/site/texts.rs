//! Short messages on the page of channels: whether the carrier is there, what texts became, what does not go out, and one to try.

use axum::http::StatusCode;
use civic::{inbox, outbox};
use uuid::Uuid;

use crate::admin::open;

#[test]
fn the_page_of_channels_shows_whether_the_carrier_is_there_and_what_texts_became() {
    let (site, cookie) = open();
    assert!(site.get_as(&cookie, "/desk/admin/channels").visible().contains("还没有开通短信"));
    let site = site.with_sms("10690931");
    assert!(site.get("/help").visible().contains("发到 10690931 就行"));
    assert!(site.get_as(&cookie, "/desk/admin/channels").visible().contains("断了"));
    let files = civic::file::FileStore::open(site.world.ground().path().join("files")).unwrap();
    let hall = site.world.hall.clone();
    let coming = inbox::Coming::seal((&hall.site, &files, site.world.now()), ("sms", b"one"), (b"{}", b"one")).unwrap();
    site.world
        .write(move |tx, site, (now, _)| {
            let place = site.jurisdiction;
            inbox::put(tx, place, &coming, now)?;
            inbox::became(tx, place, (coming.id(), now), (inbox::Became::Aside("machine"), None))?;
            civic::lease::Lease::take(tx, place, ("sms", Uuid::nil()), now).map(drop)
        })
        .unwrap();
    let page = site.get_as(&cookie, "/desk/admin/channels");
    assert!(page.visible().contains("连着") && page.visible().contains("服务号码自动发的"), "{}", page.visible());
    assert_eq!(page.text().matches("value=\"take\"").count(), 1);
    // a trial goes to a telephone that stands nowhere in the clear
    let wrong = site.post_as(&cookie, "/desk/admin/channels", "act=text&mobile=12345");
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.visible().contains("手机号不对") && wrong.text().contains("value=\"12345\""), "{}", wrong.visible());
    let done = site.post_as(&cookie, "/desk/admin/channels", "act=text&mobile=139+0000+2222");
    assert_eq!(done.header("location"), "/desk/admin/channels?done=texted");
    let now = site.world.now();
    let due = site.world.read(move |tx, site| outbox::due(tx, site.jurisdiction, outbox::SMS, now, 10)).unwrap();
    let [trial] = &due[..] else { panic!("one message waits: {due:?}") };
    assert!(!trial.recipient.contains("1390000"), "{}", trial.recipient);
    assert_eq!(outbox::number(&site.world.hall.site, trial).unwrap().as_deref(), Some("13900002222"));
    // what stands in the way is said in plain words, with what happens next
    let fail = |message: outbox::Waiting, why: &'static str| {
        site.world.write(move |tx, site, (now, _)| outbox::failed(tx, site.jurisdiction, &message, now, why)).unwrap()
    };
    for (why, says) in [
        ("the carrier cannot be reached", "最近一次没发出去：对方连不上"),
        ("the gateway did not answer in time", "对方没有在时限内答复"),
        ("the carrier asks for a pause", "对方请我们发慢一点"),
        ("the gateway answered 500", "对方没有收，回的是 500"),
    ] {
        fail(trial.clone(), why);
        let page = site.get_as(&cookie, "/desk/admin/channels").visible();
        assert!(page.contains(says) && page.contains("平台会自己再试"), "{why}: {page}");
    }
    fail(outbox::Waiting { attempts: outbox::TRIES_MAX, ..trial.clone() }, "the carrier answered 0x0b");
    let page = site.get_as(&cookie, "/desk/admin/channels").visible();
    assert!(page.contains("回的是 0x0b") && page.contains("不再试了"), "{page}");
}
