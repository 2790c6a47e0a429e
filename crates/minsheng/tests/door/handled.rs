//! The same search after an accusation was handled (COI-4): opened, accepted, looked into, answered, handed out as a file by two
//! people, and sealed anew when one of its handlers was named; and after a report of pressure because of a matter.

use std::fs;
use std::path::Path;

use db::Target;
use testkit::{Engine, Ground};

use crate::canary::{Canaries, FILE_TEXT, WORDS, accuse, run};
use crate::common::{Answer, Running};

/// Handlers of accusations in the demo's county.
const HANDLERS: [&str; 2] = ["gongjingyan", "tanmingke"];
/// What they write, and nobody else in the world.
const ANSWER: &str = "雀巢已经翻修完毕请放心";
const LATER: &str = "雀鸟归林之后又问过一次";
const REASON: &str = "移交给雀山检察院办案组";
/// What somebody says who is put under pressure.
const PRESSED: &str = "雀儿山脚有人堵我家门口";

/// Is somebody with a cookie.
pub struct Person<'a> {
    server: &'a Running,
    cookie: String,
}

impl<'a> Person<'a> {
    pub fn begin(server: &'a Running, path: &str, form: &str) -> Self {
        let answer = Person { server, cookie: "none=1".to_owned() }.post(path, form);
        assert!(answer.status == 303 && !answer.cookies.is_empty(), "{path}: {} {}", answer.status, answer.body);
        Self { server, cookie: answer.cookies }
    }

    pub fn send(&self, method: &str, path: &str, form: &str) -> Answer {
        self.server.send(&format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\naccept: text/html\r\n\
             sec-fetch-site: same-origin\r\ncookie: {}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
            self.server.address,
            self.cookie,
            form.len()
        ))
    }

    pub fn get(&self, path: &str) -> String {
        let answer = self.send("GET", path, "");
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }

    fn post(&self, path: &str, form: &str) -> Answer {
        self.send("POST", path, form)
    }

    /// Does what leads on to another page.
    pub fn does(&self, path: &str, form: &str) {
        let answer = self.post(path, form);
        assert_eq!(answer.status, 303, "{path}: {}", answer.body);
    }
}

/// Finds what is hidden in the form of a log-in: a code that was not used so far.
pub fn code(server: &Running, login: &str) -> String {
    let page = server.get("/demo").body;
    let form = page.split("<form").find(|form| form.contains(&format!("value=\"{login}\""))).unwrap();
    form.split("name=\"code\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Signs a handler in, and lets them into the room.
fn handler<'a>(server: &'a Running, login: &str) -> Person<'a> {
    let form = || format!("login={login}&password=liuwan-demo&code={}", code(server, login));
    let person = Person::begin(server, "/desk/login", &form());
    person.does("/desk/sealed/enter", &format!("password=liuwan-demo&code={}", code(server, login)));
    person
}

/// Finds the address of an accusation in the list.
fn address(by: &Person, number: &str) -> String {
    for page in 1..9 {
        let list = by.get(&format!("/desk/sealed?page={page}"));
        if let Some((before, _)) = list.split_once(number) {
            let rest = before.rsplit("href=\"").next().unwrap();
            return rest.split('"').next().unwrap().to_owned();
        }
    }
    panic!("{number} is in nobody's list");
}

/// Finds the address of the report of pressure.
fn report(by: &Person) -> String {
    let list = by.get("/desk/sealed");
    let (before, _) = list.split_once("有人因诉求被为难").expect("the report stands on the first page");
    before.rsplit("href=\"").next().unwrap().split('"').next().unwrap().to_owned()
}

/// Does with an accusation everything that can be done.
fn handle((one, other): (&Person, &Person), at: &str) {
    for by in [one, other] {
        by.does(&format!("{at}/read"), "purpose=handle");
        assert!(by.get(at).contains(WORDS));
    }
    one.does(&format!("{at}/act/accept"), "");
    one.does(&format!("{at}/act/conclude"), "");
    one.does(&format!("{at}/act/answer"), &format!("words={ANSWER}"));
    one.does(&format!("{at}/act/export"), &format!("words={REASON}"));
    let page = other.get(at);
    let to = page.split("name=\"to\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    other.does(&format!("{at}/act/agree"), &format!("to={to}"));
    let taken = one.get(&format!("{at}/take-out"));
    assert!(taken.contains(WORDS) && one.get(&format!("{at}/file/1/0")).contains(FILE_TEXT));
    // the second handler is named: everything is sealed anew without them
    let page = one.get(&format!("{at}/act/name"));
    let person =
        page.split("<option value=\"").find(|option| option.contains("覃明恪")).unwrap().split('"').next().unwrap().to_owned();
    one.does(&format!("{at}/act/name"), &format!("person={person}&office="));
    assert_eq!(other.send("GET", at, "").status, 404);
    one.does(&format!("{at}/act/answer"), &format!("words={LATER}"));
    assert!(one.get(at).contains(LATER));
}

/// Tells of pressure because of an ordinary matter, and lets it be answered.
fn press(server: &Running, by: &Person) {
    let matter = server.post("/appeals", "what=路灯坏了三天&kind=help&identity=anonymous&submit_key=lamp");
    let matter: serde_json::Value = serde_json::from_str(&matter.body).unwrap();
    let (number, code) = (matter["number"].as_str().unwrap(), matter["query_code"].as_str().unwrap());
    let resident = Person::begin(server, "/track", &format!("number={number}&query_code={code}"));
    let told = resident.post("/track/act", &format!("act=report_pressure&reports=0&pressed_words={PRESSED}"));
    assert_eq!(told.status, 200, "{}", told.body);
    let at = report(by);
    by.does(&format!("{at}/read"), "purpose=handle");
    assert!(by.get(&at).contains(PRESSED));
    by.does(&format!("{at}/act/accept"), "");
    by.does(&format!("{at}/act/answer"), &format!("words={ANSWER}"));
    let page = resident.get("/track/matter");
    assert!(page.contains(PRESSED) && page.contains(ANSWER));
}

/// Makes the folder of a demo that writes everything to its log and keeps its data where `places` says.
fn folder(data: &Path, places: &str) {
    let county = include_str!("../../src/commands/demo.toml").replace("log = \"warn\"", "log = \"debug\"");
    fs::create_dir(data).unwrap();
    fs::write(data.join("minsheng.toml"), format!("{places}{county}")).unwrap();
}

/// Serves a demo, does everything with an accusation, and looks. `held` is what the data lies in, besides the folder.
fn search(folder: &Path, data: &Path, held: impl Fn(&Canaries)) {
    let (log, at) = (folder.join("log"), data.to_str().unwrap());
    let server = Running::logging(&["demo", "--data", at], &log);
    let (number, code) = accuse(&server);
    let canaries = Canaries::of(&[&number, &code, &code.replace('-', ""), ANSWER, LATER, REASON, PRESSED]);
    let [one, other] = HANDLERS.map(|login| handler(&server, login));
    handle((&one, &other), &address(&one, &number));
    press(&server, &one);
    let accuser = Person::begin(&server, "/track", &format!("number={number}&query_code={code}"));
    let page = accuser.get("/track/matter");
    for told in [WORDS, ANSWER, LATER, REASON] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(accuser.get("/track/file/1/0").contains(FILE_TEXT));
    accuser.get("/track/receipt");
    let stale = one.post(&format!("/desk/sealed/{}/act/answer", uuid::Uuid::max()), &format!("words={LATER}"));
    assert_eq!(stale.status, 404, "an act on what is not there is logged too");
    run(&canaries, &["backup", "--data", at, "--to", folder.join("backups").to_str().unwrap()]);
    canaries.fly_nowhere_below(folder);
    canaries.fly_nowhere("/metrics", server.get("/metrics").body.as_bytes());
    assert!(server.stop().success());
    for tool in [&["verify", "--database"][..], &["rebuild", "--check"], &["doctor"]] {
        run(&canaries, &[tool, &["--data", at]].concat());
    }
    let looked = canaries.fly_nowhere_below(folder);
    assert!(looked > 10, "data, keys, attachments, backup and log were looked through: {looked}");
    held(&canaries);
    let log = fs::read_to_string(log).unwrap();
    for logged in ["a handler opened their key", "two people opened", "\"route\":\"/desk/sealed/{id}/act/{act}\""] {
        assert!(log.contains(logged), "{logged} is not in the log");
    }
}

#[test]
fn a_canary_in_a_handled_accusation_is_found_in_no_file() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    folder(&data, "");
    search(temporary.path(), &data, |_| ());
}

#[test]
fn a_canary_in_a_handled_accusation_is_found_in_no_row_of_postgresql() {
    let ground = Ground::new(Engine::Postgres);
    let Target::Postgres { url, schema: Some(schema) } = ground.target("handled") else { panic!("the ground is PostgreSQL") };
    let data = ground.path().join("data");
    folder(&data, &format!("database = {url:?}\nkeystore = {url:?}\nschema = {schema:?}\n"));
    search(ground.path(), &data, |canaries| canaries.fly_nowhere_in(&url, &schema));
}
