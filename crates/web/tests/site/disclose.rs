//! Handing one matter out at the desk: one asks, another agrees, whoever asked fetches one file, and the resident reads it.

use std::io::{Cursor, Read};

use axum::http::StatusCode;
use testkit::county::VILLAGE;
use testkit::{Engine, on_both};
use zip::ZipArchive;

use crate::desk::{NAMED, filed};
use crate::file::photo;
use crate::staff::{accounts, enter};

use crate::world::{Answer, Site, Visitor};

on_both![two_persons_hand_one_matter_out_at_the_desk_and_the_resident_reads_it];

const PAGE: &str = "/desk/disclose";
const TAKE: &str = "/desk/disclose/take";

fn wish(number: &str, ground: &str, parts: &str) -> String {
    let more = "body=清禾县公安局北渡派出所&words=清公刑调字〔2026〕第 17 号，核实水管何时被撬";
    format!("act=ask&number={number}&ground={ground}&{more}&{parts}&later=")
}

/// Reads the id of the only request that waits off the page.
fn request(page: &Answer) -> String {
    page.text().split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Asks as one person, agrees as another. Returns the id.
fn agreed(site: &Site, (first, second): (&str, &str), wish: String) -> String {
    site.post_as(first, PAGE, wish).leads_to("/desk/disclose?done=saved");
    let id = request(&site.get_as(second, PAGE));
    site.post_as(second, PAGE, format!("act=agree&id={id}")).leads_to("/desk/disclose?done=saved");
    id
}

fn names(answer: &Answer) -> Vec<String> {
    let mut zip = ZipArchive::new(Cursor::new(answer.bytes.clone())).unwrap();
    (0..zip.len()).map(|at| zip.by_index(at).unwrap().name().unwrap().into_owned()).collect()
}

fn member(answer: &Answer, name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    ZipArchive::new(Cursor::new(answer.bytes.clone())).unwrap().by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

fn two_persons_hand_one_matter_out_at_the_desk_and_the_resident_reads_it(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (number, code) = filed(&site, NAMED);
    let (first, second, officer) = (enter(&site, "meng"), enter(&site, "yan"), enter(&site, "gu"));
    for path in [PAGE, TAKE] {
        let alone = site.post_as(&officer, path, wish(&number, "criminal", "parts=words"));
        assert_eq!(alone.status, StatusCode::FORBIDDEN, "whoever handles a matter does not hand it out");
    }
    let beyond = site.post_as(&first, PAGE, wish(&number, "civil_court", "parts=words&parts=contact"));
    assert_eq!(beyond.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(beyond.visible().contains("所选的理由不需要这一部分"), "{}", beyond.visible());
    let unknown = site.post_as(&first, PAGE, wish("990121-2026-0000000", "criminal", "parts=words"));
    assert!(unknown.visible().contains("这不是一个完整的编号"), "{}", unknown.visible());
    // without contact: one page, and no name in it
    let id_of = agreed(&site, (&first, &second), wish(&number, "civil_court", "parts=words"));
    let over = site.post_as(&second, TAKE, format!("id={id_of}"));
    assert_eq!(over.status, StatusCode::CONFLICT, "whoever asked fetches it");
    let page = site.post_as(&first, TAKE, format!("id={id_of}"));
    assert_eq!(page.header("content-disposition"), format!("attachment; filename=\"{number}.html\""));
    let text = page.text();
    assert!(
        text.contains(crate::desk::WORDS) && text.contains("《民事诉讼法》第七十条") && text.contains("北渡派出所"),
        "{text}"
    );
    assert!(!text.contains("田小满") && !text.contains("13900000001") && !text.contains("http://"), "{text}");
    // the resident reads who got what, why, and who took it out
    let mut resident = Visitor::new(&site);
    resident.post("/track", &format!("number={number}&query_code={code}")).leads_to("/track/matter");
    let own = resident.get("/track/matter").visible();
    for part in ["依法提供给其他机关", "北渡派出所", "清公刑调字", "孟执中、严知白", "依法提供给其他机关时取出"]
    {
        assert!(own.contains(part), "{part}: {own}");
    }
    // and has it looked into with one press, by the way that nobody of the offices concerned sees
    let page = resident.get("/track/matter").text();
    let form = page.split("<form").find(|form| form.contains("我对提供给清禾县公安局北渡派出所有疑问")).unwrap();
    let value =
        |name: &str| form.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let body = format!("act={}&reports={}&pressed_words={}", value("act"), value("reports"), value("pressed_words"));
    let asked = resident.post("/track/act", &body);
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.visible());
    let own = resident.get("/track/matter").visible();
    assert!(own.contains("依据对不对，有没有必要"), "{own}");
    let rows = site.world.read(|tx, _| Ok::<_, db::Fault>(tx.rows("select id from accusation", &[])?.len())).unwrap();
    assert_eq!(rows, 1, "it is told the supervising body, sealed as an accusation is");
    let figures = site.get("/figures").visible();
    assert!(figures.contains("人民法院审理民事案件") && figures.contains("依法提供给其他机关的"), "{figures}");
}

#[test]
fn attachments_go_along_in_one_file_cleaned_and_nobody_is_two_persons() {
    let site = Site::sqlite();
    accounts(&site);
    let fields = [
        ("what", "井盖松了"),
        ("place", VILLAGE),
        ("kind", "complaint"),
        ("submit_key", "a-long-enough-submit-key-0001"),
        ("identity", "named"),
        ("name", "田小满"),
        ("mobile", "13900000001"),
    ];
    Visitor::new(&site).upload_with("/appeals", &fields, "井盖.jpg", &photo());
    let number = site.world.read(|tx, _| tx.row("select number from matter", &[])?.unwrap().get::<String>("number")).unwrap();
    let (first, second) = (enter(&site, "meng"), enter(&site, "yan"));
    let id_of = agreed(&site, (&first, &second), wish(&number, "criminal", "parts=words&parts=files&parts=contact"));
    let zip = site.post_as(&first, TAKE, format!("id={id_of}"));
    assert_eq!((zip.status, zip.header("content-type")), (StatusCode::OK, "application/zip"));
    assert_eq!(names(&zip), ["index.html", "files/1-1.jpg"]);
    let picture = member(&zip, "files/1-1.jpg");
    assert!(picture.starts_with(&[0xff, 0xd8]), "{picture:?}");
    let page = String::from_utf8(member(&zip, "index.html")).unwrap();
    assert!(page.contains("田小满") && page.contains("13900000001") && page.contains("井盖.jpg"), "{page}");
    // the same person in two sessions is one person
    site.post_as(&first, PAGE, wish(&number, "criminal", "parts=words")).leads_to("/desk/disclose?done=saved");
    site.world.clock.advance(jiff::ToSpan::seconds(60));
    let again = enter(&site, "meng");
    let own = site.get_as(&again, PAGE);
    assert!(own.visible().contains("收回"), "{}", own.visible());
    // the first id on the page is that of what is ready, the second that of what waits
    let waits = own.text().split("name=\"act\" value=\"decline\"").nth(1).unwrap().to_owned();
    let waits = waits.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let alone = site.post_as(&again, PAGE, format!("act=agree&id={waits}"));
    assert!(alone.visible().contains("提出的人不能自己同意"), "{}", alone.visible());
}
