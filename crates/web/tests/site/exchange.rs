//! Other sites: connected by the administrator; only then is anything handed down.

use axum::http::StatusCode;
use civic::directory::{Entry, Peer};
use civic::exchange::reads::{self, Seen};
use jiff::ToSpan;
use uuid::Uuid;

use crate::desk::filed;
use crate::staff::{accounts, enter};
use crate::world::Site;

#[test]
fn another_site_is_connected_stopped_and_moved_and_only_then_is_anything_handed_down() {
    let site = Site::demo();
    accounts(&site);
    let (root, path) = (enter(&site, "tang"), "/desk/admin/peers");
    let page = site.get_as(&root, path);
    assert!(page.visible().contains("还没有对接别的平台"), "{}", page.visible());
    let (number, _) = filed(&site, "&identity=anonymous");
    let clerk = enter(&site, "gu");
    let act = format!("/desk/matters/{number}/act/hand_down");
    assert_eq!(site.get_as(&clerk, &act).status, StatusCode::NOT_FOUND, "there is nobody to hand it to");
    let key = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    let form = |name: &str, address: &str, key: &str| {
        let key = key.replace('/', "%2F").replace('=', "%3D");
        format!("act=add&name={name}&side=below&address={address}&key={key}")
    };
    for (wrong, says) in [
        (form("", "https://hedong.example", key), "请填"),
        (form("河东镇平台", "hedong.example", key), "网址"),
        (form("河东镇平台", "https://hedong.example", "abc"), "公钥不对"),
    ] {
        let answer = site.post_as(&root, path, wrong.clone());
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.visible().contains(says), "{wrong}: {}", answer.visible());
    }
    assert_eq!(site.post_as(&root, path, form("河东镇平台", "https://hedong.example/", key)).status, StatusCode::SEE_OTHER);
    let again = site.post_as(&root, path, form("又一个", "https://else.example", key));
    assert!(again.visible().contains("已经对接了用这把公钥的平台"), "{}", again.visible());
    let peer = site.world.hall.site.directory().peers.values().next().cloned().unwrap();
    assert_eq!((peer.address.as_str(), peer.above), ("https://hedong.example", false));
    assert_eq!(site.get_as(&clerk, &act).status, StatusCode::UNPROCESSABLE_ENTITY, "it is registered first");
    site.post_as(&clerk, &format!("/desk/matters/{number}/act/register"), "category=14");
    let shown = site.get_as(&clerk, &act);
    assert!(
        shown.visible().contains("河东镇平台") && shown.visible().contains("不能晚于您单位自己的期限"),
        "{}",
        shown.visible()
    );
    let none = site.post_as(&clerk, &act, format!("site={}&manner=charged&words=请办", peer.id));
    assert!(none.visible().contains("交办要写明哪天以前反馈"), "{}", none.visible());
    let done = site.post_as(&clerk, &act, format!("site={}&manner=forwarded&words=请办", peer.id));
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.visible());
    let matter = site.get_as(&clerk, &format!("/desk/matters/{number}")).visible();
    assert!(matter.contains("已交下级平台") && matter.contains("对方还没有回音"), "{matter}");
    let page = site.get_as(&root, path).visible();
    assert!(page.contains("已送到 0 条，在等 1 条"), "{page}");
    for (act, says) in [("switch", "已停用"), ("switch", "停用")] {
        site.post_as(&root, path, format!("act={act}&peer={}", peer.id));
        assert!(site.get_as(&root, path).visible().contains(says));
    }
    let moved = site.post_as(&root, path, format!("act=move&peer={}&address=https://new.example", peer.id));
    assert_eq!(moved.status, StatusCode::SEE_OTHER);
    assert!(site.get_as(&root, path).visible().contains("https://new.example"));
    for (key, status) in [("gu", StatusCode::FORBIDDEN), ("du", StatusCode::FORBIDDEN)] {
        assert_eq!(site.get_as(&enter(&site, key), path).status, status);
    }
    let stranger = site.post_as("", "/exchange/1", "x");
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
}

#[test]
fn whoever_read_it_at_the_site_below_stands_on_the_residents_page_with_the_day_they_have_to_report() {
    let site = Site::sqlite();
    accounts(&site);
    let below = Peer {
        id: Uuid::from_u128(0xb),
        name: "河东镇平台".into(),
        name_en: String::new(),
        address: "https://hedong.example".into(),
        key: "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=".into(),
        above: false,
        office: None,
        active: true,
    };
    site.world.set(Entry::Peer(below.clone()), "added");
    let (number, code) = filed(&site, crate::desk::NAMED);
    let clerk = enter(&site, "gu");
    site.post_as(&clerk, &format!("/desk/matters/{number}/act/register"), "category=14");
    let day = site.world.hall.site.day(site.world.now()).saturating_add(5.days());
    let form = format!("site={}&manner=charged&back={day}&words=请办", below.id);
    assert_eq!(site.post_as(&clerk, &format!("/desk/matters/{number}/act/hand_down"), form).status, StatusCode::SEE_OTHER);
    let named = number.clone();
    site.world
        .write(move |tx, own, (now, _)| {
            let matter = appeals::store::by_number(tx, own.jurisdiction, &named)?.unwrap().id;
            let seen = Seen {
                at: now,
                site: String::new(),
                office: "河东镇党政办".into(),
                office_en: String::new(),
                role: "officer".into(),
                purpose: "handle".into(),
            };
            reads::hear(tx, own.jurisdiction, ((below.id, Uuid::from_u128(7), 1), matter), (&seen, "1.1"), now)
        })
        .unwrap();
    let mut person = crate::world::Visitor::new(&site);
    person.post("/track", &format!("number={number}&query_code={code}"));
    let page = person.get("/track/matter").visible();
    assert!(page.contains("河东镇平台 · 河东镇党政办 · 经办人") && page.contains("河东镇平台要在"), "{page}");
    let told = site.get_as(&enter(&site, "yan"), &format!("/desk/matters/{number}/access"));
    assert!(told.status != StatusCode::OK || told.visible().contains("河东镇党政办"), "{}", told.visible());
    assert!(site.get_as(&clerk, &format!("/desk/matters/{number}")).visible().contains("河东镇平台要在"));
}
