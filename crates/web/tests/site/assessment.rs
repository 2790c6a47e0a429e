//! Sheets of offices and reports: published as they were, opened down to entries and matters, objected to and decided by others; and the same
//! figures on the board, on the public page, in the report, in open data, in the statements and in the log.

use appeals::figures::Figures;
use appeals::report::{people, tables};
use axum::http::StatusCode;
use civic::journal;
use db::Fault;
use oversight::edition::{self, Edition, New, Reason, Snapshot};
use serde_json::Value;
use testkit::county::{TOWNSHIP_OFFICE, WATER};
use testkit::{Engine, on_both};

use crate::desk::filed;
use crate::staff::{accounts, enter};
use crate::track::replied;
use crate::world::{Answer, Site};

on_both![
    a_sheet_is_published_as_it_was_and_its_files_say_the_same,
    an_office_objects_another_decides_and_a_new_edition_says_why,
    board_page_report_data_statements_and_log_say_the_same,
    a_correction_is_a_new_edition_with_its_reason,
];

const MORE: &str = "&identity=named&name=田小满&mobile=13900000001";

/// Computes all figures of the log as it is now.
fn figures(site: &Site) -> Figures {
    let read = |tx: &mut db::Tx<'_>, own: &civic::site::Site| {
        let (size, _) = journal::head(tx, own.jurisdiction)?.unwrap();
        let mut figures = Figures::default();
        for index in 0..size.div_ceil(256) {
            for entry in journal::entries(tx, own.jurisdiction, index, (size - index * 256).min(256) as u16)? {
                figures.read(&entry);
            }
        }
        Ok::<_, Fault>(figures)
    };
    site.world.read(read).unwrap()
}

/// Publishes an edition, as the nightly job does.
pub fn publish(site: &Site, period: &str, reason: Reason) -> Option<Edition> {
    let (figures, asked) = (figures(site), period.to_owned());
    let key = site.world.hall.site.keystore.take().unwrap();
    site.world
        .write(move |tx, own, by| {
            let mut tables = tables(&figures, &asked);
            tables.extend(people(tx, own, &asked)?);
            let snapshot = Snapshot::of(own, tables, figures.entries);
            let new = New { period: asked.clone(), reason, note: String::new(), snapshot };
            edition::publish(tx, own, by, (None, &new, &key))
        })
        .unwrap()
}

/// A month with two complaints: one is answered, the other one lapses.
fn lived() -> impl Fn(Engine) -> Site {
    |engine| {
        let site = Site::new(engine);
        accounts(&site);
        // a month whose terms end in it
        site.world.clock.days(8);
        filed(&site, MORE);
        replied(&site);
        filed(&site, "2&identity=anonymous");
        site.world.clock.days(40);
        filed(&site, "3&identity=anonymous");
        site
    }
}

fn json(answer: &Answer) -> Value {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.visible());
    serde_json::from_slice(&answer.bytes).unwrap()
}

fn shows(answer: &Answer, parts: &[&str]) {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.visible());
    let text = answer.visible();
    for part in parts {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!answer.text().contains('⟦') && !answer.text().contains("style="), "{}", answer.text());
}

/// Returns the cells of the row of a code.
fn cells<'a>(sheet: &'a Value, code: &str) -> &'a Value {
    let rows = sheet["rows"].as_array().unwrap();
    &rows.iter().find(|row| row["code"] == code).unwrap_or_else(|| panic!("{code}: {sheet}"))["cells"]
}

fn a_sheet_is_published_as_it_was_and_its_files_say_the_same(engine: Engine) {
    let site = lived()(engine);
    shows(&site.get("/assessment"), &["还没有公布过", "不排名次"]);
    shows(&site.get("/reports"), &["还没有公布过报告"]);
    assert_eq!(site.get(&format!("/assessment/{TOWNSHIP_OFFICE}")).status, StatusCode::NOT_FOUND);
    assert_eq!(publish(&site, "2026-12", Reason::First).unwrap().number, 1);
    assert!(publish(&site, "2026-12", Reason::First).is_none(), "once, however many servers run");
    assert!(publish(&site, "2026-12", Reason::Later).is_none(), "nothing changed");
    shows(&site.get("/assessment"), &["乡镇（街道）", "北渡镇人民政府", "样本太少，不作评价", "第1版"]);
    let page = site.get(&format!("/assessment/{TOWNSHIP_OFFICE}?period=2026-12"));
    shows(&page, &["考核表", "群众满意", "按时接下", "单位负责人（签字）", "1 / 2", "没有异议"]);
    let data = json(&site.get(&format!("/assessment/{TOWNSHIP_OFFICE}/data?period=2026-12")));
    assert_eq!(cells(&data, "response")[1], serde_json::json!({"part": 1, "of": 2}), "{data}");
    assert_eq!(cells(&data, "satisfied")[3], Value::Null, "too few to say");
    for form in ["comma", "book"] {
        assert_eq!(site.get(&format!("/assessment/{TOWNSHIP_OFFICE}/{form}?period=2026-12")).status, StatusCode::OK);
    }
    for absent in
        ["/assessment/none?period=2026-12", "/assessment/bd?period=2026-10", "/assessment/bd/exe", "/assessment/bd?period=x"]
    {
        assert_eq!(site.get(absent).status, StatusCode::NOT_FOUND, "{absent}");
    }
}

fn an_office_objects_another_decides_and_a_new_edition_says_why(engine: Engine) {
    let site = lived()(engine);
    publish(&site, "2026-12", Reason::First);
    let (head, supervisor) = (enter(&site, "qiao"), enter(&site, "meng"));
    shows(&site.get_as(&head, "/desk/assessment?period=2026-12"), &["北渡镇人民政府", "样本太少"]);
    let sheet = format!("/desk/assessment/{TOWNSHIP_OFFICE}");
    shows(&site.get_as(&head, &format!("{sheet}?period=2026-12")), &["按时接下", "1 / 2", "没有异议"]);
    assert_eq!(site.get_as(&head, &format!("/desk/assessment/{WATER}")).status, StatusCode::NOT_FOUND, "not theirs");
    let items = format!("{sheet}/response?period=2026-12");
    let page = site.get_as(&head, &items);
    shows(&page, &["提出异议", "日志第", "不好", "好"]);
    assert_eq!(page.text().matches("href=\"/desk/matters/").count(), 2, "each opens down to its matter: {}", page.text());
    let leaf = page.text().split("<option value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(site.post_as(&head, &items, "leaf=0&ground=not_ours&words=x").status, StatusCode::NOT_FOUND, "no item of theirs");
    let wrong = site.post_as(&head, &items, format!("leaf={leaf}&ground=none&words=x"));
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = format!("leaf={leaf}&ground=not_ours&words=那几天归水务局，打13900000009问");
    let refused = site.post_as(&supervisor, &items, form.clone());
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "a supervisor objects for nobody: {}", refused.visible());
    for _ in 0..2 {
        assert_eq!(
            site.post_as(&head, &items, form.clone()).status,
            StatusCode::SEE_OTHER,
            "the same form is the same objection"
        );
    }
    let decide = format!("{sheet}?period=2026-12");
    let own = site.post_as(&head, &decide, "number=1&upheld=yes&words=我们自己说了算");
    assert_eq!(own.status, StatusCode::FORBIDDEN, "nobody decides about themselves: {}", own.visible());
    shows(&site.get_as(&supervisor, "/desk/assessment?period=2026-12"), &["等您决定的异议"]);
    let empty = site.post_as(&supervisor, &decide, "number=1&upheld=yes&words=");
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY, "a decision has a reason");
    let done = site.post_as(&supervisor, &decide, "number=1&upheld=yes&words=查了交接记录，成立");
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.visible());
    let again = site.post_as(&supervisor, &decide, "number=1&upheld=no&words=又变了");
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "once: {}", again.visible());
    let page = site.get(&format!("/assessment/{TOWNSHIP_OFFICE}?period=2026-12"));
    shows(&page, &["第2版", "考核异议成立", "1 / 1", "查了交接记录，成立", "那几天归水务局"]);
    assert!(!page.text().contains("13900000009"), "personal data is out of it");
    let first = site.get(&format!("/assessment/{TOWNSHIP_OFFICE}?period=2026-12&edition=1"));
    shows(&first, &["第1版", "1 / 2"]);
    site.world.check_log().unwrap();
    let compared =
        site.world.read(|tx, own| Ok::<_, Fault>([edition::compare(tx, own)?, oversight::assessment::run::compare(tx, own)?]));
    assert_eq!(compared.unwrap(), [Vec::<String>::new(), Vec::new()]);
}

fn board_page_report_data_statements_and_log_say_the_same(engine: Engine) {
    let site = lived()(engine);
    publish(&site, "2026-12", Reason::First);
    let board = enter(&site, "meng");
    let of = |sheet: &Value| {
        let cells = cells(sheet, TOWNSHIP_OFFICE);
        (cells[0].clone(), cells[1].clone(), cells[2].clone())
    };
    let expected = (2.into(), 1.into(), serde_json::json!({"part": 1, "of": 1}));
    assert_eq!(of(&json(&site.get_as(&board, "/desk/board/table/period_offices/data?period=2026-12"))), expected, "board");
    assert_eq!(of(&json(&site.get("/figures/table/offices/data?month=2026-12"))), expected, "public page");
    assert_eq!(of(&json(&site.get("/reports/2026-12/table/offices/data"))), expected, "sheet of the report");
    let whole = json(&site.get("/reports/2026-12/data"));
    assert_eq!(of(&whole["tables"]["offices"]), expected, "open data");
    let comma = site.get("/reports/2026-12/table/offices/comma").text();
    assert!(comma.contains("北渡镇人民政府,2,1,1,1,0,0,0,0"), "{comma}");
    let stated = json(&site.get("/figures/statements"));
    let log = figures(&site);
    let all = stated["statements"].as_array().unwrap();
    for name in ["offices 2026-12", "measured 2026-12", "work 2026-12"] {
        let one = all.iter().find(|one| one["statement"].as_str().unwrap().lines().nth(4) == Some(name));
        let table = one.unwrap_or_else(|| panic!("{name} is stated"))["table"].as_str().unwrap();
        assert_eq!(Some(table), log.table(name).as_deref(), "{name}");
        let edition = site.world.read(|tx, own| edition::newest(tx, own, "2026-12")).unwrap().unwrap();
        assert_eq!(edition.snapshot.tables[name.split(' ').next().unwrap()], table, "{name}: the edition");
    }
    let fields = whole["dictionary"].as_array().unwrap();
    assert!(fields.iter().any(|one| one["field"] == "offices.in_time" && !one["meaning"].as_str().unwrap().is_empty()));
    let page = site.get("/reports/2026-12");
    shows(&page, &["2026年12月报告", "目录", "各单位", "北渡镇人民政府", "第四十一条", "数据字典", "被投诉的单位", "PDF"]);
    assert_eq!(cells(&whole["tables"]["categories"], "none")[0], Value::Null, "few people are not told of");
    let book = site.get("/reports/2026-12/book");
    assert!(book.bytes.starts_with(b"PK") && book.header("content-disposition").contains("report-2026-12-1.xlsx"));
    let paper = site.get("/reports/2026-12/paper");
    assert_eq!(paper.header("content-type"), "application/pdf");
    assert!(paper.bytes.starts_with(b"%PDF-"));
    for absent in
        ["/reports/2026-10", "/reports/x", "/reports/2026-12?edition=9", "/reports/2026-12/exe", "/reports/2026-12/table/x/data"]
    {
        assert_eq!(site.get(absent).status, StatusCode::NOT_FOUND, "{absent}");
    }
    // a year is the sum of its months
    publish(&site, "2026", Reason::First);
    let year = json(&site.get("/reports/2026/table/offices/data"));
    assert_eq!(cells(&year, TOWNSHIP_OFFICE)[0], 2, "what came in January is of another year: {year}");
    shows(&site.get("/reports/2026"), &["2026年报告"]);
}

fn a_correction_is_a_new_edition_with_its_reason(engine: Engine) {
    let site = lived()(engine);
    let (supervisor, head) = (enter(&site, "meng"), enter(&site, "qiao"));
    let form = "period=2026-12&note=十一月有一件登记错了单位，电话13900000009";
    let early = site.post_as(&supervisor, "/desk/reports", form);
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", early.visible());
    publish(&site, "2026-12", Reason::First);
    assert_eq!(site.post_as(&head, "/desk/reports", form).status, StatusCode::FORBIDDEN);
    assert_eq!(site.post_as(&supervisor, "/desk/reports", "period=2026-12&note=").status, StatusCode::UNPROCESSABLE_ENTITY);
    for _ in 0..2 {
        assert_eq!(site.post_as(&supervisor, "/desk/reports", form).status, StatusCode::SEE_OTHER);
    }
    shows(&site.get_as(&supervisor, "/desk/reports"), &["改正报告", "第2版"]);
    let list = site.get("/reports");
    shows(&list, &["第2版", "人工改正", "十一月有一件登记错了单位", "第1版"]);
    assert!(!list.text().contains("13900000009") && !list.text().contains("第3版"), "{}", list.visible());
    shows(&site.get("/reports/2026-12?edition=1"), &["有更新的第2版"]);
}
