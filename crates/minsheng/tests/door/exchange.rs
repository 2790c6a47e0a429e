//! Two real sites: one hands matters down to the other, and hears what becomes of them; the one below dies again and again, and moves.

use std::path::Path;

use crate::common::{Running, minsheng, text, until};
use crate::handled::{Person, code};

/// Matters handed down.
const MATTERS: usize = 12;
/// How often the site below dies.
const DEATHS: usize = 3;

/// Whoever administers the demo's county.
const ADMINISTRATOR: &str = "gengshulan";
/// Whoever takes in what comes from a town of it.
const CLERK: &str = "chumingyu";
/// A village of that town.
const PLACE: &str = "990121101201";

fn signed_in<'a>(server: &'a Running, login: &str) -> Person<'a> {
    Person::begin(server, "/desk/login", &format!("login={login}&password=liuwan-demo&code={}", code(server, login)))
}

/// Reads the key that a site shows to administrators.
fn key(by: &Person) -> String {
    let page = by.get("/desk/admin/peers");
    let rest =
        page.split("<code>").find(|rest| rest.len() > 44 && rest.as_bytes()[43] == b'=' && rest[44..].starts_with("</code>"));
    rest.expect("the own card shows a key")[..44].to_owned()
}

fn add(by: &Person, (name, side): (&str, &str), address: &str, key: &str) {
    let key = key.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    by.does("/desk/admin/peers", &format!("act=add&name={name}&side={side}&address=http://{address}&key={key}"));
}

/// Finds the id of the one peer of a site.
fn peer(by: &Person) -> String {
    let page = by.get("/desk/admin/peers");
    let rest = page.split("name=\"peer\" value=\"").nth(1).expect("a site is connected");
    rest.split('"').next().unwrap().to_owned()
}

fn page_of(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

/// Files a matter and returns its number and query code.
fn filed(server: &Running, at: usize) -> (String, String) {
    let form = format!("what=lamp+{at}&kind=help&identity=anonymous&place={PLACE}&submit_key=key-of-lamp-{at:08}");
    let answer = server.post("/appeals", &form);
    assert_eq!(answer.status, 201, "{}", answer.body);
    let value: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    (value["number"].as_str().unwrap().to_owned(), value["query_code"].as_str().unwrap().to_owned())
}

#[test]
fn two_sites_hand_matters_down_and_report_back_though_one_dies_and_moves() {
    let folder = tempfile::tempdir().unwrap();
    let (up, down) = (page_of(folder.path(), "above"), page_of(folder.path(), "below"));
    let above = Running::demo(Path::new(&up));
    let mut below = Running::demo(Path::new(&down));
    let root = signed_in(&above, ADMINISTRATOR);
    {
        let theirs = signed_in(&below, ADMINISTRATOR);
        let (ours, other) = (key(&root), key(&theirs));
        assert_ne!(ours, other);
        add(&root, ("河东镇平台", "below"), &below.address.to_string(), &other);
        add(&theirs, ("柳湾县平台", "above"), &above.address.to_string(), &ours);
    }
    let id = peer(&root);
    let clerk = signed_in(&above, CLERK);
    let (numbers, codes): (Vec<String>, Vec<String>) = (0..MATTERS).map(|at| filed(&above, at)).unzip();
    for (at, number) in numbers.iter().enumerate() {
        clerk.does(&format!("/desk/matters/{number}/act/register"), "category=14");
        clerk.does(&format!("/desk/matters/{number}/act/hand_down"), &format!("site={id}&manner=forwarded&words=a{at}"));
        if at % (MATTERS / DEATHS) == 1 {
            below.signal("KILL");
            drop(below);
            below = Running::demo(Path::new(&down));
            root.does("/desk/admin/peers", &format!("act=move&peer={id}&address=http://{}", below.address));
            root.does("/desk/admin/peers", &format!("act=try&peer={id}"));
        }
    }
    let told = |number: &String| clerk.get(&format!("/desk/matters/{number}")).contains("对方编号");
    until(|| numbers.iter().all(told));
    let theirs = signed_in(&below, ADMINISTRATOR);
    until(|| theirs.get("/desk/admin/peers").contains("在等 0 条"));
    let page = root.get("/desk/admin/peers");
    assert!(page.contains(&format!("已送到 {MATTERS} 条，在等 0 条")), "{page}");
    // whoever reads it below is shown above, though the site below dies before it can tell
    let reader = signed_in(&below, CLERK);
    for number in &numbers {
        reader.does(&format!("/desk/matters/{}/read", there(&clerk, number)), "purpose=handle");
    }
    drop((reader, theirs));
    below.signal("KILL");
    drop(below);
    let below = Running::demo(Path::new(&down));
    for (number, code) in numbers.iter().zip(&codes) {
        let own = Person::begin(&above, "/track", &format!("number={number}&query_code={code}"));
        until(|| own.get("/track/matter").contains("河东镇平台 · "));
        assert_eq!(own.get("/track/matter").matches("河东镇平台 · ").count(), 1, "each reading once");
    }
    anchored(&above, &below);
    assert!(below.stop().success());
}

/// The head of the log below stands in the log above, and a stranger compares both.
fn anchored(above: &Running, below: &Running) {
    until(|| above.get("/check").body.contains("没有变少，也没有换过"));
    let (up, down) = (format!("http://{}", above.address), format!("http://{}", below.address));
    let compared = minsheng(&["verify", &down, "--anchored-by", &up]);
    let words = text(&compared.stdout);
    assert!(
        compared.status.success()
            && words.contains("everything holds")
            && words.contains("heads of this log stand in the log of"),
        "{words}"
    );
    // another log is not the one that was entered
    let other = minsheng(&["verify", &up, "--anchored-by", &up]);
    assert!(!other.status.success(), "{}", text(&other.stdout));
}

/// Reads the number of a matter at the site it was handed to.
fn there(clerk: &Person, number: &str) -> String {
    let page = clerk.get(&format!("/desk/matters/{number}"));
    let rest = page.split("对方编号").nth(1).expect("it has a number there");
    let at = rest.find("MS").expect("a number");
    rest[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}
