//! A main matter and those merged into it: the form says whom a step tells, and a file reaches everybody who is answered.

use axum::http::StatusCode;
use testkit::{Engine, on_both};

use crate::desk::{REPLY, WORDS, act, filed, look, seen};
use crate::staff::{accounts, enter};
use crate::world::{Site, Visitor};

on_both![the_file_of_a_reply_reaches_everybody_with_their_own_number_and_code];

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\nendobj\nstartxref\n9\n%%EOF\n";
/// Files some neighbours' matters, of which the first is the main one.
fn merged(site: &Site, cookie: &str, count: usize) -> Vec<(String, String)> {
    let person = |at: usize| filed(site, &format!("{at}&identity=named&name=田小满&mobile=1390000000{at}"));
    let all: Vec<(String, String)> = (0..count).map(person).collect();
    for (number, _) in &all[1..] {
        act(site, cookie, (number, "merge"), &format!("main={}", all[0].0));
    }
    all
}

fn the_file_of_a_reply_reaches_everybody_with_their_own_number_and_code(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let cookie = enter(&site, "gu");
    let all = merged(&site, &cookie, 4);
    let main = &all[0].0;
    act(&site, &cookie, (main, "accept"), "category=03");
    let form = site.get_as(&cookie, &format!("/desk/matters/{main}/act/reply"));
    assert!(form.visible().contains("您写的话会同时告诉并入的 3 位群众"), "{}", form.visible());
    assert!(form.text().contains(&format!("/desk/matters/{main}#merged")));
    let page = site.get_as(&cookie, &format!("/desk/matters/{main}"));
    assert!(all[1..].iter().all(|(number, _)| page.text().contains(&format!("/desk/matters/{number}\""))));
    let mut fields = vec![("seen", seen(&form))];
    fields.extend(REPLY.map(|(name, text)| (name, text.to_owned())));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let mut clerk = Visitor::with(&site, &cookie);
    let done = clerk.upload_with(&format!("/desk/matters/{main}/act/reply"), &fields, "答复书.pdf", PDF);
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.visible());
    // what was told stays told, also when the matter goes its own way again
    act(&site, &cookie, (&all[3].0, "unmerge"), "");
    let mut opened = 0;
    for (number, code) in &all {
        let mut resident = Visitor::new(&site);
        resident.post("/track", &format!("number={number}&query_code={code}")).leads_to("/track/matter");
        let page = resident.get("/track/matter");
        let address = page.text().split("href=\"/track/file/").nth(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        let file = resident.get(&format!("/track/file/{}", address.expect("the reply has its file")));
        assert_eq!((file.status, file.bytes.as_slice()), (StatusCode::OK, PDF), "{number}");
        assert!(look(&site, &cookie, number).text().contains(WORDS));
        let address = page.text().split("href=\"/track/file/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(site.get_as(&cookie, &format!("/desk/matters/{number}/file/{address}")).bytes, PDF);
        opened += 1;
    }
    assert_eq!(opened, 4);
    let files = walk(&site.world.ground().path().join("files"));
    assert_eq!(files, 1, "one sealed file for all of them");
    let other = Visitor::new(&site).get("/track/file/5/0");
    other.leads_to("/track");
}

/// Counts the files below a folder.
fn walk(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().flatten();
    entries.map(|entry| if entry.path().is_dir() { walk(&entry.path()) } else { 1 }).sum()
}

#[test]
fn only_steps_that_reach_the_others_say_so() {
    let site = Site::sqlite();
    accounts(&site);
    let cookie = enter(&site, "gu");
    let all = merged(&site, &cookie, 2);
    let says = |act: &str| site.get_as(&cookie, &format!("/desk/matters/{}/act/{act}", all[0].0)).visible();
    assert!(says("accept").contains("这一步会同时用到并入的 1 件事上"));
    assert!(says("not_accept").contains("您写的话会同时告诉并入的 1 位群众") && says("not_accept").contains("除外"));
    for act in ["hand_over", "ask_supplement", "assign"] {
        assert!(!says(act).contains("并入的 1"), "{act}");
    }
}
