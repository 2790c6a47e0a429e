//! Boards: everybody sees the figures of those offices whose matters they may see, less what they must not know of; a file says what
//! its page says; an accusation moves no number.

use appeals::report::{CATEGORIES, PEOPLE, VILLAGES};
use appeals::store::tally;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use civic::directory::{Entry, Relation, Relative, contact_index};
use jiff::ToSpan;
use oversight::edition::{self, Reason};
use serde_json::Value;
use testkit::county::{OTHER_TOWNSHIP_OFFICE, TOWNSHIP_OFFICE, VILLAGE, WATER};
use testkit::{Engine, county, on_both};
use uuid::Uuid;

use crate::assessment::publish;
use crate::desk::{filed, filed_as, filed_at, look, seen};
use crate::staff::{accounts, enter};
use crate::world::{Answer, Site};

on_both![
    a_board_says_what_lies_where_and_its_files_say_the_same,
    each_sees_figures_of_their_own_reach_only,
    a_past_period_says_what_its_days_say_and_the_public_figures_say_the_same,
    counters_of_two_thousand_offices_are_read_while_somebody_waits,
    a_number_of_the_morning_opens_to_as_many_matters,
    what_somebody_must_not_know_of_is_in_none_of_their_figures,
    an_accusation_moves_no_number,
    what_is_published_of_people_is_rounded_and_of_finished_months,
    anyone_takes_the_exact_figures_of_offices,
    outlines_come_in_whole_or_not_at_all_and_draw_a_map,
];

/// Offices of a large site.
const OFFICES: usize = 2_000;
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

fn a_past_period_says_what_its_days_say_and_the_public_figures_say_the_same(engine: Engine) {
    let site = opened(engine);
    let (number, _) = filed(&site, MORE);
    let (later, _) = filed(&site, "2&identity=anonymous");
    sorted(&site, &number);
    site.world.clock.days(10);
    filed(&site, "3&identity=anonymous");
    let cookie = enter(&site, "meng");
    let of = |name: &str, period: &str| data(&site, &cookie, &format!("/desk/board/table/{name}/data?period={period}"));
    let came = |period: &str| first(&of("period_offices", period), TOWNSHIP_OFFICE);
    assert_eq!((came("2026-11"), came("2026-12"), came("2026Q4"), came("2026Q3")), (Some(2), Some(1), Some(3), None));
    for month in ["2026-11", "2026-12"] {
        let public: Value =
            serde_json::from_slice(&site.get(&format!("/figures/table/offices/data?month={month}")).bytes).unwrap();
        assert_eq!(came(month), first(&public, TOWNSHIP_OFFICE), "strangers count the same: {public}");
    }
    let before = of("period_offices", "2026-11");
    let asked = |period: &str| ["03", "0301", "030101"].map(|code| first(&of("themes", period), code));
    assert_eq!((asked("2026-11"), asked("2026-12")), ([Some(1); 3], [None; 3]), "on all three levels");
    let rows = |sheet: &Value| sheet["rows"].as_array().unwrap().len();
    assert_eq!(rows(&of("themes", "2026-11")), 4, "and what nobody sorted");
    let levels = |period: &str| first(&of("levels", period), "1");
    assert_eq!((levels("2026-11"), levels("2026-12"), levels("2026Q4")), (Some(1), Some(0), Some(1)), "a file is of its period");
    // a cell of a month that is over moves when a matter of it is sorted later; what offices did does not
    sorted(&site, &later);
    assert_eq!((asked("2026-11"), asked("2026Q4"), asked("2026-12")), ([Some(2); 3], [Some(2); 3], [None; 3]));
    assert_eq!(rows(&of("themes", "2026-11")), 3);
    assert_eq!(of("period_offices", "2026-11"), before);
    let page = site.get_as(&cookie, "/desk/board?period=2026Q4");
    shows(&page, &["2026年第4季度", "各单位在这段时间做的事", "近十三周", "030101 停水、水压低", "2026年11月", "还会变"]);
    shows(&site.get_as(&cookie, "/desk/board/theme/03?period=2026Q4"), &["2026年第4季度", "这一类里提的是什么", "030101"]);
    shows(&site.get_as(&cookie, "/desk/board?period=nonsense"), &["近十三周", "现在超期"]);
    // who sees a part of the offices only sees their part
    let qiao = enter(&site, "qiao");
    let part = data(&site, &qiao, "/desk/board/table/period_offices/data?period=2026-11");
    assert_eq!((first(&part, TOWNSHIP_OFFICE), rows(&part)), (Some(2), 1));
    let page = site.get_as(&qiao, "/desk/board?period=2026-11");
    assert!(page.status == StatusCode::OK && !page.visible().contains("停水"), "{}", page.visible());
    assert_eq!(site.get_as(&qiao, "/desk/board/table/themes/data?period=2026-11").status, StatusCode::NOT_FOUND);
}

fn counters_of_two_thousand_offices_are_read_while_somebody_waits(engine: Engine) {
    let site = opened(engine);
    filed(&site, MORE);
    // thirteen weeks of counters and twenty last days for each; their offices are known to nobody, which costs as much to read
    site.world
        .write(|tx, site, (now, _)| {
            let today = site.day(now);
            let each = format!("with recursive n(i) as (select 1 union all select i + 1 from n where i < {OFFICES})");
            let columns =
                "jurisdiction, axis, span, code, came, replied, in_time, ended, reopened, late, rated, satisfied, asked, met, waiting";
            for week in 0..13 {
                let sql = format!(
                    "{each} insert into tally ({columns}) select cast($1 as bigint), 'week', cast($2 as text), 'many' || cast(i as text),
                        7, 5, 4, 3, 0, 1, 2, 1, 0, 0, 0 from n"
                );
                tx.run(&sql, db::params![site.jurisdiction, tally::weeks_before(today, week).to_string()])?;
            }
            for ahead in 0..20 {
                let sql = format!(
                    "{each} insert into standing (jurisdiction, office, due, many)
                        select cast($1 as bigint), 'many' || cast(i as text), cast($2 as text), 1 from n"
                );
                tx.run(&sql, db::params![site.jurisdiction, today.saturating_add((ahead - 5).days()).to_string()])?;
            }
            Ok::<_, db::Fault>(())
        })
        .unwrap();
    let cookie = enter(&site, "meng");
    let begun = std::time::Instant::now();
    let page = site.get_as(&cookie, "/desk/board");
    println!("the counters of {OFFICES} offices on {engine:?}: {} ms", begun.elapsed().as_millis());
    shows(&page, &["北渡镇人民政府"]);
    assert!(!page.visible().contains("many1"), "offices out of sight are in no figure");
}

fn a_number_of_the_morning_opens_to_as_many_matters(engine: Engine) {
    let site = opened(engine);
    filed(&site, MORE);
    filed(&site, "2&identity=anonymous");
    for day in [0, 23, 24, 30] {
        site.world.clock.advance((24 * day).hours());
        site.index();
        let cookie = enter(&site, "meng");
        let page = site.get_as(&cookie, "/desk/board").text();
        let numbers = page.split("class=\"numbers\"").nth(1).unwrap().split("</dl>").next().unwrap();
        for one in numbers.split("<dd><a href=\"").skip(1) {
            let (to, rest) = one.split_once("\">").unwrap();
            let count = rest.split('<').next().unwrap();
            let found = site.get_as(&cookie, to).visible();
            let says = if count == "0" { "没有找到".to_owned() } else { format!("共 {count} 件") };
            assert!(found.contains(&says), "day {day}, {to}: {count}: {found}");
        }
    }
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

fn what_is_published_of_people_is_rounded_and_of_finished_months(engine: Engine) {
    let site = opened(engine);
    let file = |place: &str, count: usize| {
        for number in 0..count {
            filed_at(&site, place, &format!("{place}-{number}&identity=anonymous"));
        }
    };
    file(VILLAGE, 13);
    file("990121100202", 11);
    file("990121101201", 3);
    let month = site.world.hall.site.day(site.world.now()).to_string()[..7].to_owned();
    let places = |site: &Site| {
        let answer = site.get(&format!("/figures/table/places/data?month={month}"));
        serde_json::from_slice::<Value>(&answer.bytes).unwrap()
    };
    let taken = |site: &Site| site.get(&format!("/figures/table/places/data?month={month}")).status;
    assert_eq!(taken(&site), StatusCode::NOT_FOUND, "a month that runs is not published");
    site.world.clock.days(40);
    assert_eq!(taken(&site), StatusCode::NOT_FOUND, "nor one that is over, before its report");
    shows(&site.get("/figures/people"), &["公布以后不再变"]);
    assert!(publish(&site, &month, Reason::First).is_some());
    let sheet = places(&site);
    let cell = |code: &str| sheet["rows"].as_array().unwrap().iter().find(|row| row["code"] == code).unwrap()["cells"][0].clone();
    assert_eq!(cell(VILLAGE)["about"], 15, "13, rounded: {sheet}");
    assert!(cell("990121101201").is_null(), "3 are too few: {sheet}");
    assert!(cell("990121100202").is_null(), "11 would give the 3 away: {sheet}");
    let page = site.get(&format!("/figures/people?month={month}"));
    shows(&page, &["群众提了什么", "≈ 15", "不公布", "审计人员", "2026年11月"]);
    assert!(!page.visible().contains("≈ 10") && !page.visible().contains("13"), "{}", page.visible());
    assert_eq!(site.get("/figures/table/x/data").status, StatusCode::NOT_FOUND);
    let asked = month.clone();
    let other = [(CATEGORIES.to_owned(), "none\t500\n".to_owned())].into();
    let stays = site.world.read(move |tx, own| edition::stays(tx, own, (&asked, &PEOPLE), other)).unwrap();
    assert!(stays.len() == PEOPLE.len() && stays[VILLAGES].contains(&format!("{VILLAGE}\t15")), "{stays:?}");
}

fn anyone_takes_the_exact_figures_of_offices(engine: Engine) {
    let site = opened(engine);
    filed(&site, MORE);
    let sheet: Value = serde_json::from_slice(&site.get("/figures/table/offices/data").bytes).unwrap();
    assert_eq!(sheet["rows"][0]["code"], TOWNSHIP_OFFICE);
    assert_eq!(sheet["rows"][0]["cells"][0], 1, "{sheet}");
    assert!(site.get("/figures").visible().contains("下载"));
}

fn outlines_come_in_whole_or_not_at_all_and_draw_a_map(engine: Engine) {
    let site = opened(engine);
    let cookie = enter(&site, "tang");
    let load = |text: String| {
        let part = "--x\r\ncontent-disposition: form-data; name=\"files\"; filename=\"a.geojson\"\r\n\r\n";
        let request = Request::post("/desk/admin/outlines").header("content-type", "multipart/form-data; boundary=x");
        let request = request.header("sec-fetch-site", "same-origin").header("cookie", cookie.as_str());
        site.ask(request.body(Body::from(format!("{part}{text}\r\n--x--\r\n"))).unwrap())
    };
    let feature = |code: &str, x: f64| {
        let ring = [(x, 30.0), (x + 0.1, 30.0), (x + 0.1, 30.1), (x, 30.0)].map(|(x, y)| format!("[{x},{y}]")).join(",");
        format!(
            r#"{{"type":"Feature","properties":{{"code":"{code}"}},"geometry":{{"type":"Polygon","coordinates":[[{ring}]]}}}}"#
        )
    };
    let file = |codes: [&str; 2]| format!(r#"{{"features":[{},{}]}}"#, feature(codes[0], 105.0), feature(codes[1], 105.1));
    let outlined =
        |site: &Site| site.world.hall.site.directory().places.values().filter(|place| !place.outline.is_empty()).count();
    for wrong in [file([VILLAGE, "1"]), "{}".to_owned()] {
        assert_eq!(load(wrong).status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(outlined(&site), 0, "all of them or none");
    }
    assert_eq!(load(file([VILLAGE, "990121100202"])).status, StatusCode::SEE_OTHER);
    assert_eq!(outlined(&site), 2);
    filed(&site, MORE);
    let meng = enter(&site, "meng");
    let page = site.get_as(&meng, &format!("/desk/board/needs?place={}", county::TOWNSHIP));
    assert!(page.text().contains("class=\"map\"") && page.text().contains("area-5"), "{}", page.text());
}
