//! The contract for outside checks, played from outside against the real binary: the demo in a process of its own, plain
//! HTTP, and `docs/verify.py`. Whoever changes what is asserted here breaks programs that are not in this repository.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::common::{Running, minsheng};
use serde_json::{Value, json};
use tlog::note::{self, Verifier};
use tlog::proof::TlogProof;
use ureq::http::Response;
use ureq::{Agent, Body};

const KINDS: [&str; 6] = ["consultation", "help", "complaint", "accusation", "suggestion", "praise"];
const JSON: &str = "application/json";

/// Is a running demo with a client.
struct Site {
    running: Running,
    agent: Agent,
    base: String,
}

type Fields<'a> = Vec<(&'a str, &'a str)>;

impl Site {
    fn demo(data: &Path) -> Self {
        let running = Running::demo(data);
        let base = format!("http://{}", running.address);
        let config = Agent::config_builder().http_status_as_error(false).max_redirects(0).proxy(None).build();
        Self { running, agent: config.into(), base }
    }

    fn get(&self, path: &str) -> Response<Body> {
        self.agent.get(format!("{}{path}", self.base)).call().unwrap()
    }

    fn text(&self, path: &str) -> String {
        let mut answer = self.get(path);
        assert_eq!(answer.status(), 200, "{path}");
        answer.body_mut().read_to_string().unwrap()
    }

    fn post(&self, path: &str, fields: &Fields<'_>, accept: &str) -> Response<Body> {
        let request = self.agent.post(format!("{}{path}", self.base)).header("accept", accept);
        request.send_form(fields.iter().copied()).unwrap()
    }

    fn post_json(&self, path: &str, fields: &Fields<'_>) -> (u16, Value) {
        told(self.post(path, fields, JSON))
    }

    fn file(&self, fields: &Fields<'_>) -> (u16, Value) {
        self.post_json("/appeals", fields)
    }

    fn verify_py(&self, more: &[&str]) -> (i32, String) {
        let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/verify.py");
        let vkey = self.text("/log/vkey");
        let mut command = Command::new("python3");
        command.arg(tool).arg(&self.base).arg(vkey.trim()).args(more).env("no_proxy", "127.0.0.1");
        printed(&mut command)
    }

    /// Asks number and code for the matter.
    fn track(&self, filed: &Value) -> (u16, Value) {
        let (number, code) = (filed["number"].as_str().unwrap(), filed["query_code"].as_str().unwrap());
        self.post_json("/track", &vec![("number", number), ("query_code", code)])
    }
}

fn told(mut answer: Response<Body>) -> (u16, Value) {
    let status = answer.status().as_u16();
    let text = answer.body_mut().read_to_string().unwrap();
    (status, serde_json::from_str(&text).unwrap_or_else(|_| panic!("{status} and no JSON: {text}")))
}

fn printed(command: &mut Command) -> (i32, String) {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap_or(-1), text)
}

fn filing<'a>(key: &'a str, kind: &'a str, identity: &'a str) -> Fields<'a> {
    let mut fields =
        vec![("what", "村口的桥栏杆断了一截，晚上走路危险。"), ("kind", kind), ("identity", identity), ("submit_key", key)];
    if identity != "anonymous" {
        fields.extend([("name", "田小满"), ("mobile", "13900000001")]);
    }
    fields
}

fn with<'a>(mut fields: Fields<'a>, name: &'a str, value: &'a str) -> Fields<'a> {
    fields.retain(|(known, _)| *known != name);
    fields.push((name, value));
    fields
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap_or_else(|| panic!("no object: {value}")).keys().map(String::as_str).collect()
}

fn last_line(text: &str) -> &str {
    text.trim_end().lines().last().unwrap_or_default()
}

fn size(note: &str) -> u64 {
    note.lines().nth(1).unwrap().parse().unwrap()
}

#[test]
fn the_contract_for_outside_checks_holds() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::demo(folder.path());
    places_are_nested(&site);
    the_log_serves_its_key_and_its_checkpoint(&site);
    every_kind_is_filed_in_every_way_of_being_known(&site);
    a_form_sent_twice_is_one_matter(&site);
    what_is_wrong_is_named_and_nothing_is_stored(&site);
    attachments_come_by_multipart(&site);
    people_get_a_receipt_page(&site);
    number_and_code_open_the_matter_and_only_both(&site);
    floods_are_slowed_by_the_forwarded_address(&site);
    verifiers_hold_and_notice(&site, folder.path());
    assert!(site.running.stop().success());
    the_journal_is_a_table_and_an_edited_row_is_found(folder.path());
}

fn places_are_nested(site: &Site) {
    fn walk(node: &Value, found: &mut Vec<String>) {
        assert_eq!(keys(node), BTreeSet::from(["children", "code", "name"]));
        found.push(node["code"].as_str().unwrap().to_owned());
        node["children"].as_array().unwrap().iter().for_each(|below| walk(below, found));
    }
    let tree: Value = serde_json::from_str(&site.text("/places.json")).unwrap();
    let mut found = Vec::new();
    walk(&tree, &mut found);
    assert!(found.len() >= 11, "a county, two townships, eight villages: {found:?}");
    assert!(found.iter().all(|code| code.starts_with("99")), "invented places have codes of their own: {found:?}");
    let (status, filed) = site.file(&with(filing("place-1", "help", "named"), "place", found.last().unwrap()));
    assert_eq!(status, 201, "{filed}");
}

fn the_log_serves_its_key_and_its_checkpoint(site: &Site) {
    let verifier = Verifier::parse(&site.text("/log/vkey")).unwrap();
    let before = site.text("/log/checkpoint");
    note::open(&before, &[&verifier]).unwrap();
    assert_eq!(before.lines().next(), Some(verifier.name()));
    let kind = site.get("/log/checkpoint").headers()["content-type"].to_str().unwrap().to_owned();
    assert_eq!(kind, "text/plain; charset=utf-8");
    assert_eq!(site.file(&filing("log-1", "help", "named")).0, 201);
    assert!(size(&site.text("/log/checkpoint")) > size(&before), "an acknowledged filing is in the published log");
    assert_eq!(site.get("/log/tile/0/999/999").status(), 404);
}

fn every_kind_is_filed_in_every_way_of_being_known(site: &Site) {
    let verifier = Verifier::parse(&site.text("/log/vkey")).unwrap();
    for kind in KINDS {
        for identity in ["named", "confidential", "anonymous"] {
            let key = format!("every-{kind}-{identity}");
            let (status, filed) = site.file(&filing(&key, kind, identity));
            assert_eq!(status, 201, "{kind} {identity}: {filed}");
            assert_eq!(keys(&filed), BTreeSet::from(["due", "number", "owner", "query_code", "receipt"]));
            assert_eq!(keys(&filed["owner"]), BTreeSet::from(["code", "name"]));
            let number = filed["number"].as_str().unwrap();
            assert!(number.starts_with("MS99") && number.len() == 22, "{number}");
            let code: Vec<&str> = filed["query_code"].as_str().unwrap().split('-').collect();
            assert!(code.len() == 4 && code.iter().all(|group| group.len() == 4), "{code:?}");
            let due: jiff::civil::Date = filed["due"].as_str().unwrap().parse().unwrap();
            assert_eq!(due.to_string(), filed["due"]);
            let receipt = filed["receipt"].as_str().unwrap();
            if kind == "accusation" {
                assert!(receipt.starts_with("minsheng.promise/1\n"), "{receipt}");
                continue;
            }
            let proof = TlogProof::parse(receipt).unwrap();
            let extra: Value = serde_json::from_slice(proof.extra.as_deref().unwrap()).unwrap();
            proof.verify(extra["entry"].as_str().unwrap().as_bytes(), &verifier).unwrap();
            assert!(
                extra["body"].as_str().unwrap().contains("村口的桥栏杆断了一截"),
                "the receipt holds the resident's own words"
            );
        }
    }
}

fn a_form_sent_twice_is_one_matter(site: &Site) {
    let form = filing("twice-1", "complaint", "named");
    let (first, told_first) = site.file(&form);
    let (second, told_second) = site.file(&form);
    assert_eq!((first, second), (201, 200));
    assert_eq!(told_first, told_second, "the same number, code and receipt");
    for other in
        [with(form.clone(), "what", "另一件事。"), with(form.clone(), "what", ""), with(form.clone(), "kind", "nonsense")]
    {
        let answer = site.post("/appeals", &other, JSON);
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        let (status, problem) = told(answer);
        assert_eq!((status, &problem["status"]), (409, &json!(409)), "decided before validation: {problem}");
    }
    let secret = filing("twice-2", "accusation", "anonymous");
    let (first, second) = (site.file(&secret), site.file(&secret));
    assert_eq!((first.0, second.0, &first.1), (201, 200, &second.1));
    assert_eq!(site.file(&with(secret, "what", "另一件事。")).0, 409);
}

fn what_is_wrong_is_named_and_nothing_is_stored(site: &Site) {
    let before = size(&site.text("/log/checkpoint"));
    let long = "长".repeat(5_001);
    let good = || filing("wrong-1", "help", "named");
    for (name, value) in [
        ("what", ""),
        ("what", long.as_str()),
        ("what", "夹\u{202e}带"),
        ("kind", "nonsense"),
        ("identity", "nonsense"),
        ("place", "990121999999"),
        ("mobile", "12"),
        ("submit_key", ""),
        ("submit_key", &"k".repeat(65)),
    ] {
        let answer = site.post("/appeals", &with(good(), name, value), JSON);
        let status = answer.status().as_u16();
        assert!((400..500).contains(&status) && status != 409, "{name}={value:.20}: {status}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        assert_eq!(told(answer).1["status"], json!(status));
    }
    assert_eq!(size(&site.text("/log/checkpoint")), before);
    assert_eq!(site.file(&good()).0, 201, "the key of a refused form is free");
}

/// Renders a multipart body with one file.
fn multipart(fields: &Fields<'_>, (name, bytes): (&str, &[u8])) -> (String, Vec<u8>) {
    let boundary = "minsheng-contract-boundary";
    let mut body = Vec::new();
    for (field, value) in fields {
        body.extend(format!("--{boundary}\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").into_bytes());
    }
    let head = format!("--{boundary}\r\ncontent-disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n");
    body.extend([head.as_bytes(), bytes, format!("\r\n--{boundary}--\r\n").as_bytes()].concat());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

fn attachments_come_by_multipart(site: &Site) {
    let png = data_encoding::BASE64
        .decode(b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
        .unwrap();
    let send = |key: &str, file: (&str, &[u8])| {
        let (kind, body) = multipart(&filing(key, "help", "named"), file);
        let request = site.agent.post(format!("{}/appeals", site.base)).header("accept", JSON).header("content-type", &kind);
        told(request.send(&body).unwrap())
    };
    let (first, filed) = send("file-1", ("桥.png", &png));
    assert_eq!(first, 201, "{filed}");
    assert_eq!(send("file-1", ("桥.png", &png)), (200, filed.clone()));
    let other = [png.as_slice(), b"\0"].concat();
    assert_eq!(send("file-1", ("桥.png", &other)).0, 409, "another file is another form");
    let proof = TlogProof::parse(filed["receipt"].as_str().unwrap()).unwrap();
    let extra: Value = serde_json::from_slice(proof.extra.as_deref().unwrap()).unwrap();
    let body: Value = serde_json::from_str(extra["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["files"][0]["media"], "image/png");
    let (status, problem) = send("file-2", ("发票.pdf", b"MZ\x90\0this is a program"));
    assert!((400..500).contains(&status), "a file that lies about its type: {status} {problem}");
    let (status, _) = send("file-3", ("大.png", &[png.as_slice(), &vec![0; 20 * 1024 * 1024]].concat()));
    assert!((400..500).contains(&status), "a file above 20 MiB: {status}");
}

fn people_get_a_receipt_page(site: &Site) {
    let answer = site.post("/appeals", &filing("page-1", "praise", "named"), "text/html");
    assert_eq!(answer.status(), 303);
    assert_eq!(answer.headers()["location"], "/appeals/receipt");
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let mut page = site.agent.get(format!("{}/appeals/receipt", site.base)).header("cookie", &cookie).call().unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.body_mut().read_to_string().unwrap().contains("MS99"));
}

fn number_and_code_open_the_matter_and_only_both(site: &Site) {
    let (_, filed) = site.file(&filing("track-1", "complaint", "named"));
    let (status, matter) = site.track(&filed);
    assert_eq!(status, 200, "{matter}");
    for name in ["due", "number", "owner", "state", "timeline", "what"] {
        assert!(keys(&matter).contains(name), "{name} is missing: {matter}");
    }
    assert_eq!((&matter["number"], &matter["due"]), (&filed["number"], &filed["due"]));
    assert_eq!(matter["what"], "村口的桥栏杆断了一截，晚上走路危险。");
    assert!(!matter["timeline"].as_array().unwrap().is_empty());
    let (_, secret) = site.file(&filing("track-2", "accusation", "anonymous"));
    assert_eq!(site.track(&secret).0, 200, "an accusation is followed like anything else");
    let (_, other) = site.file(&filing("track-3", "help", "named"));
    let mixed = json!({"number": filed["number"], "query_code": other["query_code"]});
    let unknown = json!({"number": "MS9901212611247Q2KX0RP", "query_code": other["query_code"]});
    let (wrong, missing) = (site.track(&mixed), site.track(&unknown));
    assert!((400..500).contains(&wrong.0), "{}", wrong.1);
    assert_eq!(wrong, missing, "the same answer whether the number exists or not");
}

fn floods_are_slowed_by_the_forwarded_address(site: &Site) {
    let file = |at: usize, forwarded: Option<&str>| {
        let (key, mobile) = (format!("flood-{forwarded:?}-{at}"), format!("139{at:08}"));
        let mut request = site.agent.post(format!("{}/appeals", site.base)).header("accept", JSON);
        if let Some(address) = forwarded {
            request = request.header("x-forwarded-for", address);
        }
        let fields = with(filing(&key, "help", "named"), "mobile", &mobile);
        request.send_form(fields).unwrap().status().as_u16()
    };
    let slowed = (0..500).position(|at| file(at, Some("192.0.2.77")) == 429);
    assert!(slowed.is_some_and(|at| at > 0), "an address that floods is slowed, and not at once: {slowed:?}");
    assert_eq!(file(501, Some("192.0.2.177")), 201, "its neighbour is not");
    assert!((502..602).all(|at| file(at, None) == 201), "loopback without the header is not limited");
}

fn verifiers_hold_and_notice(site: &Site, folder: &Path) {
    let since = folder.join("since.txt");
    std::fs::write(&since, site.text("/log/checkpoint")).unwrap();
    let (_, filed) = site.file(&filing("verify-1", "help", "confidential"));
    let (_, secret) = site.file(&filing("verify-2", "accusation", "named"));
    let (receipt, promise) = (folder.join("receipt.txt"), folder.join("promise.txt"));
    std::fs::write(&receipt, filed["receipt"].as_str().unwrap()).unwrap();
    std::fs::write(&promise, secret["receipt"].as_str().unwrap()).unwrap();
    let [since, receipt, promise] = [&since, &receipt, &promise].map(|file| file.to_str().unwrap());
    // the log grows by itself meanwhile: an early warning is an entry too
    let now = || size(&site.text("/log/checkpoint"));
    let whole = |text: &str, before| (before..=now()).contains(&last_line(text).parse().unwrap());
    let before = now();
    let (code, text) = site.verify_py(&["--since", since, "--receipt", receipt, "--receipt", promise]);
    assert!(code == 0 && whole(&text, before), "{text}");
    let vkey = site.text("/log/vkey");
    let own = |more: &[&str]| {
        let output = minsheng(&[&["verify", &site.base, "--vkey", vkey.trim()], more].concat());
        let code: Option<i32> = output.status.code();
        (code, String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let before = now();
    let (code, text) = own(&["--since", since, "--receipt", receipt, "--receipt", promise]);
    assert!(code == Some(0) && whole(&text, before), "{text}");
    let alone = minsheng(&["verify", &site.base]);
    assert!(String::from_utf8_lossy(&alone.stdout).contains("self-consistent only"));
    let text = std::fs::read_to_string(receipt).unwrap();
    let at = text.find("index ").unwrap() - 40;
    let other = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
    std::fs::write(receipt, format!("{}{other}{}", &text[..at], &text[at + 1..])).unwrap();
    assert_ne!(site.verify_py(&["--receipt", receipt]).0, 0, "a bent receipt is noticed");
    assert_ne!(own(&["--receipt", receipt]).0, Some(0));
}

/// Runs a few lines of Python over the database file, as an administrator with a shell would.
fn sqlite(data: &Path, script: &str) -> String {
    let head = "import sqlite3, sys\ndb = sqlite3.connect(sys.argv[1])\n";
    let mut command = Command::new("python3");
    command.args(["-c", &format!("{head}{script}\ndb.commit()")]).arg(data.join("minsheng.db"));
    let (code, text) = printed(&mut command);
    assert_eq!(code, 0, "{text}");
    text
}

fn the_journal_is_a_table_and_an_edited_row_is_found(data: &Path) {
    let columns = sqlite(data, "print(*[row[1] for row in db.execute('pragma table_info(event)')])");
    for column in ["jurisdiction", "position", "matter", "version", "at", "actor", "kind", "fact", "body", "leaf"] {
        assert!(columns.split_whitespace().any(|known| known == column), "{column} is missing from {columns}");
    }
    let database = ["verify", "--database", "--data", data.to_str().unwrap()];
    let whole = minsheng(&database);
    assert!(whole.status.success(), "{}", String::from_utf8_lossy(&whole.stdout));
    let position = sqlite(
        data,
        "at, fact = db.execute(\"select position, fact from event where kind = 'filed' order by position limit 1\").fetchone()\n\
         db.execute('update event set fact = ? where position = ?', (fact.replace('\"kd\":\"', '\"kd\":\"x'), at))\nprint(at)",
    );
    let found = minsheng(&database);
    let text = String::from_utf8_lossy(&found.stdout).into_owned();
    assert!(!found.status.success(), "{text}");
    let line = text.lines().find(|line| line.starts_with("changed MS99")).unwrap_or_else(|| panic!("no line:\n{text}"));
    assert_eq!(line.split(' ').nth(2), Some(position.trim()), "{line}");
    let site = Site::demo(data);
    let (code, text) = site.verify_py(&[]);
    assert_eq!(code, 1, "a stranger's tool sees the edited entry: {text}");
}
