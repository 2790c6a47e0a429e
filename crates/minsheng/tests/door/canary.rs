//! Words, name, telephone number, number and code of an accusation are found in no file the program writes (COI-4): database and
//! its logs, key store, attachments, backups, its own log, what its tools print; nor in any row on PostgreSQL.

use std::fs;
use std::path::Path;

use data_encoding::{BASE64, HEXLOWER};
use db::{Store, Target};
use testkit::{Engine, Ground};

use crate::common::{Running, minsheng, site, text};

/// What was written by somebody who accuses, and stands nowhere else in the world.
pub const WORDS: &str = "金丝雀一号把修桥的钱分了";
const NAME: &str = "钟金雀";
const MOBILE: &str = "13907770707";
const EMAIL: &str = "jinque@zhong.example";
const FILE_NAME: &str = "金丝雀账本";
pub const FILE_TEXT: &str = "第三笔账记在金丝雀名下";

/// Writes a text in every way a program may have written it down.
fn spellings(canary: &str) -> Vec<Vec<u8>> {
    let mut all = vec![canary.as_bytes().to_vec()];
    all.push(canary.encode_utf16().flat_map(u16::to_le_bytes).collect());
    all.push(canary.encode_utf16().flat_map(u16::to_be_bytes).collect());
    let hexadecimal = HEXLOWER.encode(canary.as_bytes());
    all.extend([hexadecimal.clone(), hexadecimal.to_uppercase()].map(String::into_bytes));
    all.push(canary.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}")).into_bytes());
    let escaped =
        canary.encode_utf16().map(|unit| if unit < 128 { char::from(unit as u8).to_string() } else { format!("\\u{unit:04x}") });
    all.push(escaped.collect::<String>().into_bytes());
    for shift in 0..3 {
        // base64 of it begins in one of three places; its first and last characters depend on the neighbours
        let whole = BASE64.encode(&[&[0; 3][..shift], canary.as_bytes()].concat());
        let (begin, end) = ([0, 2, 3][shift], whole.trim_end_matches('=').len() - 1);
        all.push(whole.as_bytes()[begin..end].to_vec());
    }
    all
}

/// Holds every spelling of every canary.
pub struct Canaries {
    all: Vec<(String, Vec<Vec<u8>>)>,
    /// For each pair of bytes, the spellings that begin with it, so that large files are gone through once.
    beginning: Vec<Vec<(usize, usize)>>,
}

fn pair(bytes: &[u8]) -> usize {
    usize::from(bytes[0]) << 8 | usize::from(bytes[1])
}

impl Canaries {
    pub fn of(more: &[&str]) -> Self {
        let all = [WORDS, NAME, MOBILE, EMAIL, FILE_NAME, FILE_TEXT];
        let all: Vec<_> = all.iter().chain(more).map(|canary| ((*canary).to_owned(), spellings(canary))).collect();
        let mut beginning = vec![Vec::new(); 1 << 16];
        for (canary, (_, spellings)) in all.iter().enumerate() {
            for (at, spelling) in spellings.iter().enumerate() {
                beginning[pair(spelling)].push((canary, at));
            }
        }
        Self { all, beginning }
    }

    /// Lists the canaries that stand in some bytes.
    fn in_bytes(&self, bytes: &[u8]) -> Vec<&str> {
        let mut found = vec![false; self.all.len()];
        for at in 0..bytes.len().saturating_sub(1) {
            for (canary, spelling) in &self.beginning[pair(&bytes[at..])] {
                found[*canary] |= bytes[at..].starts_with(&self.all[*canary].1[*spelling]);
            }
        }
        self.all.iter().zip(found).filter(|(_, found)| *found).map(|((canary, _), _)| canary.as_str()).collect()
    }

    pub fn fly_nowhere(&self, place: &str, bytes: &[u8]) {
        let found = self.in_bytes(bytes);
        assert!(found.is_empty(), "{place} holds {found:?}");
    }

    /// Looks through every file below a folder, and counts them.
    pub fn fly_nowhere_below(&self, folder: &Path) -> usize {
        let mut looked = 0;
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            self.fly_nowhere("a file's name", name.as_bytes());
            if path.is_dir() {
                looked += self.fly_nowhere_below(&path);
            } else if let Ok(bytes) = fs::read(&path) {
                self.fly_nowhere(&path.display().to_string(), &bytes);
                looked += 1;
            }
        }
        looked
    }
}

impl Canaries {
    /// Looks through every row of a site on PostgreSQL.
    pub fn fly_nowhere_in(&self, url: &str, schema: &str) {
        for schema in [schema.to_owned(), format!("{schema}_keys")] {
            let target = Target::Postgres { url: url.to_owned(), schema: Some(schema) };
            let store = Store::look(&target, 1).unwrap();
            let rows = store.read_blocking(|tx| {
                let mut all = Vec::new();
                for table in
                    tx.rows("select tablename as name from pg_catalog.pg_tables where schemaname = current_schema()", &[])?
                {
                    let name: String = table.get("name")?;
                    let rows = tx.rows(&format!("select cast(t as text) as row from {name} t"), &[])?;
                    all.push((name, rows.iter().map(|row| row.get::<String>("row")).collect::<Result<Vec<_>, _>>()?));
                }
                Ok::<_, db::Fault>(all)
            });
            for (table, rows) in rows.unwrap() {
                for row in &rows {
                    self.fly_nowhere(&table, row.as_bytes());
                }
            }
        }
    }
}

/// Files the accusation with its file, opens it with the right code and with a wrong one, and sends nonsense, so that errors
/// are logged too.
pub fn accuse(server: &Running) -> (String, String) {
    let mut body = Vec::new();
    for (name, value) in [
        ("what", WORDS),
        ("kind", "accusation"),
        ("identity", "named"),
        ("name", NAME),
        ("mobile", MOBILE),
        ("email", EMAIL),
        ("submit_key", "canary"),
    ] {
        body.push(format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    let body = body.concat()
        + &format!(
            "--x\r\ncontent-disposition: form-data; name=\"files\"; filename=\"{FILE_NAME}.pdf\"\r\n\r\n%PDF-1.4 {FILE_TEXT}\n%%EOF\r\n--x--\r\n"
        );
    let head = |accept: &str, kind: &str, length: usize| {
        format!(
            "host: {}\r\nconnection: close\r\naccept: {accept}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n",
            server.address
        )
    };
    let kind = "multipart/form-data; boundary=x";
    let answer = server.send(&format!("POST /appeals HTTP/1.1\r\n{}{body}", head("application/json", kind, body.len())));
    assert_eq!(answer.status, 201, "{}", answer.body);
    let filed: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    let (number, code) = (filed["number"].as_str().unwrap().to_owned(), filed["query_code"].as_str().unwrap().to_owned());
    let opened = server.post("/track", &format!("number={number}&query_code={code}"));
    assert!(opened.status == 200 && opened.body.contains(WORDS), "{}", opened.body);
    assert_eq!(server.post("/track", &format!("number={number}&query_code=AAAA-BBBB-CCCC-DDDD")).status, 403);
    assert_eq!(server.get(&format!("/track/{number}?mobile={MOBILE}&name={NAME}")).status, 404);
    server.get(&format!("/desk/matters/{number}"));
    // a browser leaves a draft and a receipt page behind
    let draft = format!("step=what&what={WORDS}");
    let answer = server.send(&format!(
        "POST /appeals/new HTTP/1.1\r\n{}{draft}",
        head("text/html", "application/x-www-form-urlencoded", draft.len())
    ));
    assert_eq!(answer.status, 303, "{}", answer.body);
    (number, code)
}

pub fn run(canaries: &Canaries, args: &[&str]) -> String {
    let output = minsheng(args);
    let words = text(&output.stdout) + &text(&output.stderr);
    canaries.fly_nowhere(args[0], words.as_bytes());
    words
}

#[test]
fn a_canary_in_an_accusation_is_found_in_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let data = site(folder.path(), "log = \"debug\"\n");
    let at = data.to_str().unwrap();
    let server = Running::logging(&["serve", "--data", at], &folder.path().join("log"));
    let (number, code) = accuse(&server);
    let canaries = Canaries::of(&[&number, &code, &code.replace('-', "")]);
    assert_eq!(
        canaries.in_bytes(BASE64.encode(format!("{{\"what\":\"{WORDS}\"}}").as_bytes()).as_bytes()),
        [WORDS],
        "the search finds"
    );
    run(&canaries, &["backup", "--data", at, "--to", folder.path().join("backups").to_str().unwrap()]);
    canaries.fly_nowhere_below(folder.path());
    let metrics = server.get("/metrics");
    canaries.fly_nowhere("/metrics", metrics.body.as_bytes());
    assert!(server.stop().success());
    for tool in ["verify", "rebuild", "doctor"] {
        let more = match tool {
            "verify" => &["--database"][..],
            "rebuild" => &["--check"],
            _ => &[],
        };
        run(&canaries, &[&[tool, "--data", at], more].concat());
    }
    let looked = canaries.fly_nowhere_below(folder.path());
    assert!(looked > 15, "data, keys, attachments, backup and log were looked through: {looked}");
    let log = fs::read_to_string(folder.path().join("log")).unwrap();
    assert!(log.contains("\"route\":\"/appeals\"") && log.contains("\"route\":\"/track\""), "{log}");
}

#[test]
fn a_canary_in_an_accusation_is_found_in_no_row_of_postgresql() {
    let ground = Ground::new(Engine::Postgres);
    let Target::Postgres { url, schema: Some(schema) } = ground.target("canary") else { panic!("the ground is PostgreSQL") };
    let (county, etc, data) = (ground.path().join("county.toml"), ground.path().join("etc.toml"), ground.path().join("data"));
    fs::write(&county, minsheng(&["init", "--example"]).stdout).unwrap();
    let site = "[site]\ncode = \"990777\"\nname = \"云岭县\"\norigin = \"yunling.example/990777\"\n";
    let places = format!("data = {data:?}\ndatabase = {url:?}\nkeystore = {url:?}\nschema = {schema:?}\nlog = \"debug\"\n");
    fs::write(&etc, format!("{places}{site}")).unwrap();
    let etc = etc.to_str().unwrap();
    assert!(minsheng(&["init", "--config", etc, "--file", county.to_str().unwrap()]).status.success());
    let server = Running::logging(&["serve", "--config", etc], &ground.path().join("log"));
    let (number, code) = accuse(&server);
    let canaries = Canaries::of(&[&number, &code, &code.replace('-', "")]);
    assert!(server.stop().success());
    run(&canaries, &["verify", "--database", "--config", etc]);
    canaries.fly_nowhere_below(ground.path());
    canaries.fly_nowhere_in(&url, &schema);
}
