//! Everything of one's own in one file: what is in it, and that it opens without the site.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use axum::http::StatusCode;
use sha2::{Digest, Sha256};
use testkit::county::VILLAGE;
use testkit::{Engine, on_both};
use zip::ZipArchive;

use crate::desk::{NAMED, WORDS, filed};
use crate::file::photo;
use crate::staff::{accounts, enter};
use crate::world::{Answer, Site, Visitor};

on_both![an_archive_holds_everything_of_ones_own_and_opens_without_the_site];

pub fn members(answer: &Answer) -> BTreeMap<String, Vec<u8>> {
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/zip"), "{}", answer.visible());
    let mut zip = ZipArchive::new(Cursor::new(answer.bytes.clone())).unwrap();
    let mut all = BTreeMap::new();
    for at in 0..zip.len() {
        let (mut member, mut bytes) = (zip.by_index(at).unwrap(), Vec::new());
        member.read_to_end(&mut bytes).unwrap();
        all.insert(member.name().unwrap().into_owned(), bytes);
    }
    all
}

fn text(all: &BTreeMap<String, Vec<u8>>, name: &str) -> String {
    String::from_utf8(all.get(name).unwrap_or_else(|| panic!("{name} of {:?}", all.keys())).clone()).unwrap()
}

/// Compares the list of sums with the members.
fn summed(all: &BTreeMap<String, Vec<u8>>) {
    let sums = text(all, "SHA256SUMS");
    assert_eq!(sums.lines().count() + 2, all.len());
    for line in sums.lines() {
        let (sum, name) = line.split_once("  ").unwrap();
        assert_eq!(sum, data_encoding::HEXLOWER.encode(&Sha256::digest(&all[name])), "{name}");
    }
}

fn an_archive_holds_everything_of_ones_own_and_opens_without_the_site(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (number, code) = filed(&site, NAMED);
    let officer = enter(&site, "gu");
    site.post_as(&officer, &format!("/desk/matters/{number}/read"), "purpose=handle");
    let mut person = Visitor::new(&site);
    person.get("/track/archive").leads_to("/track");
    person.post("/track", &format!("number={number}&query_code={code}")).leads_to("/track/matter");
    let page = person.get("/track/matter").visible();
    assert!(page.contains("带走我的全部资料"), "{page}");
    let answer = person.get("/track/archive");
    assert_eq!(answer.header("content-disposition"), format!("attachment; filename=\"minsheng-{number}.zip\""));
    let all = members(&answer);
    summed(&all);
    let (html, data) = (text(&all, "index.html"), text(&all, "matter.json"));
    for part in [WORDS, "田小满", "13900000001", "顾行舟"] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert!(!html.contains("href=\"/") && !html.contains("src=\"") && !html.contains("⟦"), "{html}");
    let data: serde_json::Value = serde_json::from_str(&data).unwrap();
    assert_eq!((data["what"].as_str(), data["steps"][0]["kind"].as_str()), (Some(WORDS), Some("filed")));
    assert!(data["readings"].as_array().unwrap().iter().any(|entry| entry["purpose"] == "handle"), "{data}");
    assert!(text(&all, "receipt.txt").starts_with("c2sp.org/tlog-proof@v1\n"));
    let vkey = site.get("/log/vkey").text();
    assert_eq!(text(&all, "log/vkey"), vkey);
    let readme = text(&all, "README.txt");
    assert!(readme.contains("怎么核对") && readme.contains("How to check it") && readme.contains(vkey.trim()), "{readme}");
    assert!(text(&all, "SHA256SUMS.signed").starts_with(&format!("minsheng.archive/1\n{}\n{number}\n", testkit::county::ORIGIN)));
    // nothing of anybody else's, and no key
    let whole: Vec<u8> = all.values().flatten().copied().collect();
    let raw = String::from_utf8_lossy(&whole);
    assert!(!raw.contains("\"original\"") && !raw.contains(&code), "no address of a sealed file, and no code");
}

#[test]
fn attachments_and_an_accusation_come_along_too() {
    let site = Site::sqlite();
    let fields = [
        ("what", "井盖松了"),
        ("place", VILLAGE),
        ("kind", "complaint"),
        ("submit_key", "a-long-enough-key-000001"),
        ("identity", "anonymous"),
    ];
    let mut person = Visitor::new(&site);
    person.upload_with("/appeals", &fields, "井盖.jpg", &photo()).leads_to("/appeals/receipt");
    let receipt = person.get("/appeals/receipt").visible();
    let code = receipt.lines().find(|line| line.len() == 19 && line.matches('-').count() == 3).expect(&receipt).to_owned();
    let number = site.world.read(|tx, _| tx.row("select number from matter", &[])?.unwrap().get::<String>("number")).unwrap();
    person.post("/track", &format!("number={number}&query_code={code}")).leads_to("/track/matter");
    let all = members(&person.get("/track/archive"));
    summed(&all);
    assert!(all["files/1-1.jpg"].starts_with(&[0xff, 0xd8]) && text(&all, "index.html").contains("href=\"files/1-1.jpg\""));
    let (number, code) = crate::track::filed(&site, "&kind=accusation");
    let mut person = Visitor::new(&site);
    person.post("/track", &format!("number={number}&query_code={code}")).leads_to("/track/matter");
    let all = members(&person.get("/track/archive"));
    summed(&all);
    assert!(text(&all, "receipt.txt").starts_with("minsheng.promise/1\n"));
    assert!(all.keys().all(|name| !name.starts_with("proofs/")), "nothing of it is public yet");
}
