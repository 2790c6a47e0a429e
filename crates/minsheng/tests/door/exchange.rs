//! Two real sites: one hands matters down to the other, and hears what becomes of them; the one below dies again and again, and moves.

use std::path::Path;

use crate::common::{Running, minsheng, text, until};
use crate::handled::{Person, code};
use crate::peer::count;
use testkit::certificates::{Authority, Certified};

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

/// Forgets the pause after failures, as the button on the page of sites does: nobody serves the data now.
fn at_once(data: &Path) {
    let migrations = testkit::migrations(&[
        appeals::MIGRATIONS,
        forum::MIGRATIONS,
        insight::MIGRATIONS,
        oversight::MIGRATIONS,
        channels::MIGRATIONS,
    ]);
    let target = db::Target::Sqlite(data.join("minsheng.db"));
    let store = db::Store::open(&target, db::Options::default(), migrations, Box::new(db::NoHooks)).unwrap();
    let edit = "update exchange_peer set attempts = 0, next_at = 0, trouble = '', trouble_since = null";
    store.write_blocking(move |tx| tx.run(edit, &[])).unwrap();
}

/// Has two sites know each other at addresses where they will be, and hands matters down meanwhile.
fn connected((up, down): (&Path, &Path), ports: (u16, u16)) {
    let (above, below) = (Running::demo(up), Running::demo(down));
    let (root, theirs) = (signed_in(&above, ADMINISTRATOR), signed_in(&below, ADMINISTRATOR));
    let (ours, other) = (key(&root), key(&theirs));
    add(&root, ("河东镇平台", "below"), "127.0.0.1:9", &other);
    add(&theirs, ("柳湾县平台", "above"), "127.0.0.1:9", &ours);
    let id = peer(&root);
    for (by, id, port) in [(&root, &id, ports.1), (&theirs, &peer(&theirs), ports.0)] {
        by.does("/desk/admin/peers", &format!("act=move&peer={id}&address=https://localhost:{port}"));
    }
    let clerk = signed_in(&above, CLERK);
    for at in 0..MATTERS {
        let (number, _) = filed(&above, at);
        clerk.does(&format!("/desk/matters/{number}/act/register"), "category=14");
        clerk.does(&format!("/desk/matters/{number}/act/hand_down"), &format!("site={id}&manner=forwarded&words=a{at}"));
    }
}

/// Starts a site that the demo made, over TLS, where its configuration says; the certificates of others lead to `root`.
fn secured(data: &Path, (certified, root, port): (&Certified, Option<&Authority>, u16)) -> Running {
    at_once(data);
    let file = data.join("minsheng.toml");
    let own = "# below stands what the test has added\n";
    let text = std::fs::read_to_string(&file).unwrap();
    let plain = text.split(own).next().unwrap();
    let plain = plain.strip_prefix("listen = ").map_or(plain, |rest| rest.split_once('\n').unwrap().1);
    let root = root.map_or_else(String::new, |root| format!("[exchange]\nroot = \"{}\"\n", root.root().display()));
    let (cert, private) = (certified.certificate.display(), certified.key.display());
    let tls = format!("[tls]\ncert = \"{cert}\"\nkey = \"{private}\"\n");
    std::fs::write(&file, format!("listen = \"127.0.0.1:{port}\"\n{plain}{own}{tls}{root}")).unwrap();
    Running::as_configured(&["serve", "--data", data.to_str().unwrap()])
}

#[test]
fn two_sites_speak_over_tls_and_only_with_whom_their_own_root_vouches_for() {
    let folder = tempfile::tempdir().unwrap();
    let (up, down) = (folder.path().join("above"), folder.path().join("below"));
    let free = || std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let ports = (free(), free());
    connected((&up, &down), ports);
    let (authority, stranger) = (Authority::new(), Authority::new());
    let certified = authority.good("localhost");
    let doctor = |data: &Path| text(&minsheng(&["doctor", "--data", data.to_str().unwrap()]).stdout);
    let waits = "select cast(count(*) as bigint) as many from exchange_out where sent_at is null";
    let heard = "select cast(count(*) as bigint) as many from event where kind = 'heard'";
    let noted = "select cast(count(*) as bigint) as many from exchange_peer where trouble = 'certificate'";
    let below = secured(&down, (&certified, Some(&authority), ports.1));
    // those that browsers trust, and the root of somebody else: neither vouches for it, and nothing leaves
    for root in [None, Some(&stranger)] {
        let above = secured(&up, (&certified, root, ports.0));
        until(|| count(&up, noted) == 1);
        let words = doctor(&up);
        assert!(words.contains("its certificate is not trusted"), "{words}");
        assert_eq!((count(&up, waits), count(&down, heard)), (MATTERS as i64, 0));
        drop(above);
    }
    drop(below);
    let below = secured(&down, (&certified, Some(&authority), ports.1));
    let above = secured(&up, (&certified, Some(&authority), ports.0));
    let words = doctor(&up);
    assert!(words.contains("answers, under its own signature"), "{words}");
    until(|| count(&up, waits) == 0 && count(&up, heard) == MATTERS as i64);
    assert_eq!(count(&down, heard), MATTERS as i64, "each is there once, and said so over TLS too");
    assert!(above.stop().success() && below.stop().success());
}
