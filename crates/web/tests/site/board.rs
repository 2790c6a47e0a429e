//! Boards: everybody sees the figures of those offices whose matters they may see, less what they must not know of; a file says what
//! its page says; an accusation moves no number.

use axum::http::StatusCode;
use civic::directory::{Entry, Relation, Relative, contact_index};
use serde_json::Value;
use testkit::county::{OTHER_TOWNSHIP_OFFICE, TOWNSHIP_OFFICE, VILLAGE, WATER};
use testkit::{Engine, county, on_both};
use uuid::Uuid;

use crate::desk::{filed, filed_as, look, seen};
use crate::staff::{accounts, enter};
use crate::world::{Answer, Site};

on_both![
    a_board_says_what_lies_where_and_its_files_say_the_same,
    each_sees_figures_of_their_own_reach_only,
    what_somebody_must_not_know_of_is_in_none_of_their_figures,
    an_accusation_moves_no_number,
];

const MORE: &str = "&identity=named&name=田小满&mobile=13900000001";

fn opened(engine: Engine) -> Site {
    let site = Site::new(engine);
    accounts(&site);
    site
}

fn data(site: &Site, cookie: &str, path: &str) -> Value {
    let answer = site.get_as(cookie, path);
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.visible());
    serde_json::from_slice(&answer.bytes).unwrap()
}

/// Returns the first cell of the row of a code.
fn first(sheet: &Value, code: &str) -> Option<i64> {
    let rows = sheet["rows"].as_array().unwrap();
    rows.iter().find(|row| row["code"] == code).and_then(|row| row["cells"][0].as_i64())
}

fn sorted(site: &Site, number: &str) {
    let cookie = enter(site, "gu");
    let page = look(site, &cookie, number);
    let sent = format!("seen={}&subject=030101", seen(&page));
    assert_eq!(site.post_as(&cookie, &format!("/desk/matters/{number}/act/sort"), sent).status, StatusCode::SEE_OTHER);
}

fn shows(answer: &Answer, parts: &[&str]) {
    assert_eq!(answer.status, StatusCode::OK);
    let text = answer.visible();
    for part in parts {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!answer.text().contains('⟦') && !answer.text().contains("style="), "{}", answer.text());
}

fn a_board_says_what_lies_where_and_its_files_say_the_same(engine: Engine) {
    let site = opened(engine);
    let (number, _) = filed(&site, MORE);
    filed(&site, "2&identity=anonymous");
    sorted(&site, &number);
    let cookie = enter(&site, "meng");
    let board = site.get_as(&cookie, "/desk/board");
    shows(&board, &["看板", "现在超期", "各单位手上的事", "北渡镇人民政府", "每周收到和答复"]);
    let weeks = data(&site, &cookie, "/desk/board/table/weeks/data");
    assert_eq!(weeks["rows"].as_array().unwrap().len(), 13);
    assert_eq!(weeks["rows"][12]["cells"][0], 2, "{weeks}");
    let offices = data(&site, &cookie, "/desk/board/table/offices/data");
    assert_eq!(offices["rows"].as_array().unwrap().len(), 1);
    assert_eq!(offices["rows"][0]["cells"][3], 2, "both wait for an answer: {offices}");
    let comma = site.get_as(&cookie, "/desk/board/table/offices/comma").text();
    assert!(comma.starts_with('\u{feff}') && comma.contains("\r\n北渡镇人民政府,0,0,0,2,2,0,0,0,0\r\n"), "{comma}");
    let month = site.world.hall.site.day(site.world.now()).to_string()[..7].to_owned();
    let needs = site.get_as(&cookie, &format!("/desk/board/needs?month={month}&place={}", county::TOWNSHIP));
    shows(&needs, &["需求地图", "1 温饱生存", "还没人归类", "柳湾村"]);
    let levels = data(&site, &cookie, "/desk/board/table/levels/data");
    assert_eq!((first(&levels, "1"), first(&levels, "2"), first(&levels, "0")), (Some(1), Some(0), Some(1)), "{levels}");
    for (path, parts) in [
        (format!("/desk/board/office/{TOWNSHIP_OFFICE}"), ["北渡镇人民政府", "接下来七天到期"]),
        (format!("/desk/board/place/{VILLAGE}"), ["柳湾村", "停水、水压低"]),
        ("/desk/board/theme/0301".to_owned(), ["供水", "柳湾村"]),
    ] {
        shows(&site.get_as(&cookie, &path), &parts);
    }
    for absent in [
        "/desk/board/office/none",
        "/desk/board/place/1",
        "/desk/board/theme/9",
        "/desk/board/table/x/data",
        "/desk/board/table/weeks/exe",
    ] {
        assert_eq!(site.get_as(&cookie, absent).status, StatusCode::NOT_FOUND, "{absent}");
    }
}

fn each_sees_figures_of_their_own_reach_only(engine: Engine) {
    let site = opened(engine);
    filed(&site, MORE);
    let offices = |login: &'static str| {
        let cookie = enter(&site, login);
        let sheet = data(&site, &cookie, "/desk/board/table/offices/data");
        let across = site.get_as(&cookie, "/desk/board/table/levels/data").status == StatusCode::OK;
        (first(&sheet, TOWNSHIP_OFFICE).is_some(), across)
    };
    assert_eq!(offices("qiao"), (true, false), "the head of the township's office");
    assert_eq!(offices("kong"), (false, false), "the head of the water office");
    assert_eq!(offices("du"), (true, true), "the county's leader");
    assert_eq!(offices("meng"), (true, true), "who supervises");
    assert_eq!(offices("yan"), (true, true), "who audits");
    for login in ["gu", "luo", "xu", "tang", "he", "su"] {
        let cookie = enter(&site, login);
        for path in ["/desk/board", "/desk/board/needs", "/desk/board/table/weeks/data"] {
            assert_eq!(site.get_as(&cookie, path).status, StatusCode::FORBIDDEN, "{login} {path}");
        }
    }
    let kong = enter(&site, "kong");
    assert_eq!(site.get_as(&kong, &format!("/desk/board/office/{WATER}")).status, StatusCode::OK);
    for office in [TOWNSHIP_OFFICE, OTHER_TOWNSHIP_OFFICE] {
        assert_eq!(site.get_as(&kong, &format!("/desk/board/office/{office}")).status, StatusCode::NOT_FOUND);
        assert_eq!(site.get_as(&kong, &format!("/desk/board/table/office_weeks/data?of={office}")).status, StatusCode::NOT_FOUND);
    }
    let weeks = data(&site, &kong, "/desk/board/table/weeks/data");
    assert_eq!(weeks["rows"][12]["cells"][0], 0, "nothing of another office");
}

fn what_somebody_must_not_know_of_is_in_none_of_their_figures(engine: Engine) {
    let site = opened(engine);
    let (number, _) = filed(&site, MORE);
    sorted(&site, &number);
    let contact = contact_index(&site.world.hall.site.keys.index, "13900000001");
    let relative = Relative {
        id: Uuid::from_u128(77),
        staff: county::staff_id("meng"),
        relation: Relation::Sibling,
        contact: data_encoding::HEXLOWER.encode(&contact),
        active: true,
    };
    site.world.set(Entry::Relative(relative), "declared");
    let figures = |login: &'static str| {
        let cookie = enter(&site, login);
        let sums = ["weeks", "due", "offices", "levels", "said"].map(|name| {
            let sheet = data(&site, &cookie, &format!("/desk/board/table/{name}/data"));
            let cells = sheet["rows"].as_array().unwrap().iter().flat_map(|row| row["cells"].as_array().unwrap());
            cells.map(|cell| cell.as_i64().unwrap_or(0)).sum::<i64>()
        });
        sums.iter().sum::<i64>()
    };
    assert_eq!(figures("meng"), 0, "of a relative's matter not even a number");
    assert!(figures("yan") > 0);
}

fn an_accusation_moves_no_number(engine: Engine) {
    let site = opened(engine);
    filed(&site, MORE);
    let told = |site: &Site| {
        ["du", "meng", "yan", "qiao"].map(|login| {
            let cookie = enter(site, login);
            ["weeks", "offices", "due"].map(|name| data(site, &cookie, &format!("/desk/board/table/{name}/data")))
        })
    };
    let before = told(&site);
    filed_as(&site, "accusation", "9&identity=anonymous");
    assert_eq!(told(&site), before);
}
