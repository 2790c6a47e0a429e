//! What an accused could find out (COI-1). Two worlds of one seed and one clock differ in nothing but an accusation with a
//! file against the secretary of a village, and a report that whoever told it is put under pressure because of another matter.
//! Everybody near the secretary asks both for everything they can reach, before and after the daily batch, and hears the same:
//! status, headers, bytes, and what the tables hold.

use std::collections::BTreeMap;

use appeals::tick;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use civic::chance;
use data_encoding::BASE64;
use db::Fault;
use serde_json::Value;
use testkit::county::{TOWNSHIP_OFFICE, VILLAGE};
use testkit::{Engine, on_both};
use web::ROUTES;
use web::desk::matter::ACTS;
use web::route::Who;

use crate::desk::{NAMED, WORDS, filed};
use crate::likely::{many, neighbour, preview};
use crate::room::{first, handlers, into_room};
use crate::staff::{accounts, enter, id};
use crate::world::{Answer, Site, Visitor, form};

on_both![an_accusation_changes_no_answer_that_anybody_else_gets];

/// The accused, who is secretary of the village; the grid worker of the same place; a colleague of their office and its head;
/// an intake office's head and the clerk at its counter; the leader above both; who watches them; who runs the site.
const PERSONAS: [&str; 10] = ["luo", "xu", "gu", "qiao", "bai", "he", "du", "meng", "yan", "tang"];
/// The telephone number of whoever accuses, which the accused suspects.
const MOBILE: &str = "13900000077";
/// The address of whoever accuses, which others share.
const VILLAGE_ADDRESS: [u8; 4] = [203, 0, 113, 77];
const ACCUSATION: &str = "村支书罗春耕把修路的钱装进自己口袋";
/// What may differ: the compartment itself, and the session in which the accuser looks at it.
const APART: [&str; 6] =
    ["accusation", "accusation_file", "accusation_copy", "accusation_wrap", "accusation_act", "track_session"];
/// Keys of handlers are drawn by the library that makes them: never twice the same, in any world.
const DRAWN: &str = "handler_key";
/// After the batch: the commitment in one entry of it and in its tally, and the hashes over them.
const LOG: [&str; 3] = ["event", "tile", "checkpoint"];
const VIEWS: [&str; 9] = [
    "?kind=accusation",
    "?scope=site",
    "?scope=site&kind=accusation&finished=1",
    "?scope=mine",
    "?scope=asked",
    "?scope=calls",
    "?scope=conference",
    "?due=late",
    "?due=soon",
];

struct Town {
    site: Site,
    /// An ordinary matter of the village with its code.
    known: (String, String),
    /// A matter of whoever accuses, who is put under pressure because of it, with its code.
    pressed: (String, String),
    /// A matter of somebody who says what many said of the village, with its code.
    joins: (String, String),
    /// A handler of accusations, signed in.
    handler: String,
    heard: Vec<(String, Answer)>,
}

/// Makes a world in which some people have filed, among them whoever will accuse.
fn town(engine: Engine) -> Town {
    let site = Site::new(engine);
    accounts(&site);
    let known = filed(&site, NAMED);
    filed(&site, "2&identity=anonymous&danger=1");
    let pressed = filed(&site, &format!("3&identity=confidential&name=钟不平&mobile={MOBILE}"));
    many(&site, &enter(&site, "gu"), 12);
    let joins = neighbour(&site, 12);
    let (handler, _) = handlers(&site);
    Town { site, known, pressed, joins, handler, heard: Vec::new() }
}

/// Lets a handler do with the accusation whatever can be done, or find nothing.
fn handle(town: &Town, acts: &[(&str, String)]) {
    let (site, handler) = (&town.site, &town.handler);
    into_room(site, handler, "su");
    assert_eq!(site.get_as(handler, "/desk/sealed").status, StatusCode::OK);
    for (act, body) in acts {
        let done = site.post_as(handler, &format!("{}/{act}", first(site, handler)), body.clone());
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{act}: {}", done.visible());
    }
}

/// Sends an accusation with a file as a program does, twice, and opens it with its code. Returns its number and code.
fn accuse(site: &Site) -> (String, String) {
    let mut body = Vec::new();
    for (name, value) in [
        ("what", ACCUSATION),
        ("kind", "accusation"),
        ("identity", "named"),
        ("name", "钟不平"),
        ("mobile", MOBILE),
        ("place", VILLAGE),
        ("danger", "1"),
        ("submit_key", "accusing"),
    ] {
        body.push(format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    let file = "--x\r\ncontent-disposition: form-data; name=\"files\"; filename=\"账.pdf\"\r\n\r\n%PDF-1.4 第三笔对不上\n%%EOF\r\n--x--\r\n";
    let body = body.concat() + file;
    let send = || {
        let request = Request::post("/appeals").header("sec-fetch-site", "same-origin").header("accept", "application/json");
        let request = request.header("content-type", "multipart/form-data; boundary=x").extension(peer(VILLAGE_ADDRESS));
        let answer = site.ask(request.body(Body::from(body.clone())).unwrap());
        assert!(answer.status.is_success(), "{}", answer.text());
        serde_json::from_slice::<Value>(&answer.bytes).unwrap()
    };
    let answer = send();
    assert_eq!(send(), answer);
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    (text("number"), text("query_code"))
}

fn open(site: &Site, (number, code): (&str, &str)) {
    let mut person = Visitor::from(site, VILLAGE_ADDRESS);
    let opened = person.post("/track", &format!("number={number}&query_code={code}"));
    assert_eq!(opened.header("location"), "/track/matter");
    assert!(person.get("/track/matter").text().contains(ACCUSATION));
    assert!(person.get("/track/file/1/0").text().contains("第三笔对不上"));
}

/// Looks at the matter of whoever accuses, and tells with one tap that they are put under pressure because of it, or does not.
fn press(town: &Town, tells: bool) {
    let mut person = Visitor::from(&town.site, VILLAGE_ADDRESS);
    let (number, code) = &town.pressed;
    person.post("/track", &format!("number={number}&query_code={code}"));
    let page = person.get("/track/matter").text();
    assert!(page.contains("有人因此为难我"));
    if tells {
        let sent = person.post("/track/act", "act=report_pressure&reports=0&pressed_words=村里的人堵了我家的门");
        assert!(sent.status == StatusCode::OK && sent.text().contains("已经告诉清禾县纪委监委"), "{}", sent.visible());
        assert!(person.get("/track/matter").text().contains("村里的人堵了我家的门"));
    }
}

fn peer(address: [u8; 4]) -> web::Peer {
    web::Peer { address: address.into(), ..crate::world::secure() }
}

/// Chance is one stream for all purposes, and keys are handed out in a row. The world without the accusation draws and takes
/// as much as the other one did, so that every later number, token, nonce and key is the same and none need be masked.
fn align(without: &Site, with: &Site) {
    let draw = |site: &Site| chance::bytes::<32>(&mut site.world.hall.site.chance());
    let wanted = draw(with);
    assert!((0..1_000).any(|_| draw(without) == wanted), "both worlds begin with the same chance");
    let take = |site: &Site| site.world.hall.site.keystore.take().unwrap().0;
    let wanted = take(with);
    while take(without) < wanted {}
}

fn encoded(words: &str) -> String {
    form_urlencoded::byte_serialize(words.as_bytes()).collect()
}

impl Town {
    fn hear(&mut self, label: String, answer: Answer) {
        assert!(!answer.status.is_server_error(), "{label}: {}", answer.text());
        self.heard.push((label, answer));
    }

    /// Asks for everything a persona can reach; `number` is the accusation's.
    fn ask_all(&mut self, login: &'static str, number: &str) {
        let cookie = if login.is_empty() { "none=1".to_owned() } else { enter(&self.site, login) };
        let mut paths: Vec<String> = VIEWS.iter().map(|view| format!("/desk{view}")).collect();
        let words = ["村支书", "罗春耕", "自己口袋", "修路 钱", MOBILE, "状态:在办", "修"];
        paths.extend(words.map(|words| format!("/desk/find?q={}", encoded(words))));
        paths.extend(["", "&act=reissue_code"].map(|act| format!("/desk/find?number={number}{act}")));
        for route in ROUTES.iter().copied().flatten().filter(|route| route.methods.contains("GET")) {
            let staff = matches!(route.who, Who::Staff | Who::StaffSetup);
            if staff == login.is_empty() && route.who != Who::Resident {
                continue;
            }
            paths.extend(self.concrete(route.path, number));
        }
        for path in paths {
            let answer = self.site.get_as(&cookie, &path);
            self.hear(format!("{login} GET {path}"), answer);
        }
        if !login.is_empty() {
            self.press(login, &cookie, number);
        }
    }

    /// Fills the gaps of an address: with the accusation's number, an ordinary one, and every act.
    fn concrete(&self, path: &str, number: &str) -> Vec<String> {
        let path = path.replace("{code}", VILLAGE).replace("{id}", &id("luo").to_string());
        let path = path.replace("{version}", "1").replace("{at}", "0").replace("{name}", "none.css");
        if path.contains("{*rest}") {
            let size = self.site.get("/log/checkpoint").text().lines().nth(1).unwrap().to_owned();
            let tiles = [format!("0/000.p/{size}"), format!("entries/000.p/{size}"), "1/000.p/1".into(), "entries/001".into()];
            return tiles.map(|tile| path.replace("{*rest}", &tile)).to_vec();
        }
        let of = |number: &str, act: &str| path.replace("{number}", number).replace("{act}", act);
        if path.contains("{act}") {
            let own = ["merge", "reply", "reissue_code"].map(|act| of(&self.known.0, act));
            return ACTS.iter().map(|(act, _)| of(number, act.code())).chain(own).collect();
        }
        if path.contains("{number}") { vec![of(number, ""), of(&self.known.0, "")] } else { vec![path] }
    }

    /// Sends what could touch a matter of that number.
    fn press(&mut self, login: &str, cookie: &str, number: &str) {
        for purpose in ["handle", "supervise", "audit", "counter"] {
            let answer = self.site.post_as(cookie, &format!("/desk/matters/{number}/read"), format!("purpose={purpose}"));
            self.hear(format!("{login} reads for {purpose}"), answer);
        }
        let merge = format!("/desk/matters/{}/act/merge", self.known.0);
        let answer = self.site.post_as(cookie, &merge, format!("seen=1&main={number}"));
        self.hear(format!("{login} merges into it"), answer);
        let reissue = format!("/desk/matters/{number}/act/reissue_code");
        let answer = self.site.post_as(cookie, &reissue, format!("seen=1&shown=身份证&second={}", id("bai")));
        self.hear(format!("{login} asks for a new code"), answer);
    }

    /// Tries wrong codes at a number from an address.
    fn guess(&mut self, number: &str, address: [u8; 4], times: usize) {
        let mut stranger = Visitor::from(&self.site, address);
        let answers: Vec<Answer> =
            (0..times).map(|_| stranger.post("/track", &format!("number={number}&query_code=AAAA-BBBB-CCCC-DDDD"))).collect();
        for (at, answer) in answers.into_iter().enumerate() {
            self.hear(format!("wrong code {at} at {number} from {address:?}"), answer);
        }
    }

    /// Files until refused: under the accuser's telephone number, from the accuser's address, and nothing at all.
    fn flood(&mut self) {
        let contact = format!("identity=named&name=罗春耕&mobile={MOBILE}");
        let kinds =
            [(11, contact.as_str(), [198, 51, 100, 5]), (61, "identity=anonymous", VILLAGE_ADDRESS), (121, "", VILLAGE_ADDRESS)];
        for (at, (times, who, address)) in kinds.into_iter().enumerate() {
            for time in 0..times {
                let body = format!("what={WORDS}&place={VILLAGE}&kind=help&{who}&submit_key=flood-{at}-{time}");
                self.file(&body, address);
            }
            let refused = self.heard.iter().filter(|(_, answer)| answer.status == StatusCode::TOO_MANY_REQUESTS).count();
            assert!(refused > at, "the limits are reached, or they tell nothing: {at}");
        }
    }

    fn file(&mut self, body: &str, address: [u8; 4]) {
        let mut request = form(Method::POST, "/appeals", body.to_owned());
        request.headers_mut().insert("accept", "application/json".parse().unwrap());
        request.extensions_mut().insert(peer(address));
        let answer = self.site.ask(request);
        self.hear(format!("files {body}"), answer);
    }

    /// Follows an ordinary matter with its right code.
    fn follow(&mut self) {
        let mut person = Visitor::from(&self.site, [198, 51, 100, 9]);
        let (number, code) = self.known.clone();
        let mut heard = vec![("opens".to_owned(), person.post("/track", &format!("number={number}&query_code={code}")))];
        for path in ["/track/matter", "/track/receipt", "/track/file/1/0"] {
            heard.push((format!("resident GET {path}"), person.get(path)));
        }
        let mut joins = Visitor::from(&self.site, [198, 51, 100, 10]);
        let (number, code) = self.joins.clone();
        joins.post("/track", &format!("number={number}&query_code={code}"));
        let page = joins.get("/track/matter");
        assert!(
            page.text().contains("大家也反映过") || page.text().contains("您说了"),
            "what many said is told, or this shows nothing"
        );
        heard.push(("looks at what many said".to_owned(), page));
        // of the accusation's own words, and of others
        for what in [ACCUSATION, WORDS] {
            let page = preview(&mut Visitor::from(&self.site, [198, 51, 100, 11]), what, "help");
            assert_eq!(page.text().contains("大家也反映过"), what == WORDS);
            heard.push((format!("previews {what}"), page));
        }
        heard.push(("joins them".to_owned(), joins.post("/track/act", "act=join&seen=1&joins=03")));
        for (label, answer) in heard {
            self.hear(label, answer);
        }
    }

    fn pass_a_day(&self) {
        self.site.world.clock.days(1);
        while self.site.world.write(|tx, site, (now, _)| tick::tick(tx, site, now)).unwrap() > 0 {}
    }

    /// Reads every table, rows sorted, each as text.
    fn tables(&self) -> BTreeMap<String, Vec<String>> {
        let all = match self.site.world.ground().engine() {
            Engine::Sqlite => "select name from sqlite_master where type = 'table'",
            Engine::Postgres => "select tablename as name from pg_catalog.pg_tables where schemaname = current_schema()",
        };
        let read = move |tx: &mut db::Tx<'_>, _: &civic::site::Site| {
            let names = tx.rows(all, &[])?.iter().map(|row| row.get("name")).collect::<Result<Vec<String>, Fault>>()?;
            let mut tables = BTreeMap::new();
            for name in names {
                let mut rows: Vec<String> =
                    tx.rows(&format!("select * from {name}"), &[])?.iter().map(|row| format!("{:?}", row.values())).collect();
                rows.sort();
                tables.insert(name, rows);
            }
            Ok::<_, Fault>(tables)
        };
        self.site.world.read(read).unwrap()
    }
}

/// Hides the hashes and signatures over the log, line by line, and nothing else; their lengths stay.
fn without_hashes(text: &str) -> String {
    let line = |line: &str| match line.strip_prefix("— ") {
        Some(signed) => format!("— {} of {} characters", signed.split(' ').next().unwrap_or_default(), signed.len()),
        None if BASE64.decode(line.as_bytes()).is_ok_and(|bytes| bytes.len() == 32) => "a hash".to_owned(),
        None => line.to_owned(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Says what must be equal of an answer. Before the batch that is everything. After it, of the log: hashes and signatures are
/// over another entry; of a `sealed` entry the commitment is the accusation's own instead of chance.
fn comparable(label: &str, answer: &Answer, batched: bool) -> (StatusCode, String, String) {
    let mut headers: Vec<String> = answer.headers.iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
    headers.sort();
    let body = match label {
        _ if !batched => BASE64.encode(&answer.bytes),
        _ if label.contains("/log/tile/entries/") && answer.status == StatusCode::OK => {
            let entries = tlog::bundle::decode(&answer.bytes).unwrap();
            let shown = entries.iter().map(|entry| {
                let mut fact: Value = serde_json::from_slice(entry).unwrap();
                if fact["k"] == "sealed" {
                    fact["h"] = fact["h"].as_str().unwrap().len().into();
                }
                format!("{} bytes {fact}", entry.len())
            });
            shown.collect::<Vec<_>>().join("\n")
        }
        _ if label.contains("/log/tile/") => format!("{} bytes", answer.bytes.len()),
        _ if label.contains("/log/checkpoint") => without_hashes(&answer.text()),
        // the root they are stated of, and the signature over it; tables, names and sizes are the same
        _ if label.contains("/figures/statements") && answer.status == StatusCode::OK => {
            let mut json: Value = serde_json::from_slice(&answer.bytes).unwrap();
            for one in json["statements"].as_array_mut().unwrap() {
                one["statement"] = one["statement"].as_str().map(without_hashes).into();
            }
            json.to_string()
        }
        _ if label.starts_with("files ") => {
            let mut json: Value = serde_json::from_slice(&answer.bytes).unwrap();
            json["receipt"] = json["receipt"].as_str().map(without_hashes).into();
            json.to_string()
        }
        _ => answer.text(),
    };
    (answer.status, headers.join("\n"), body)
}

/// Compares what both worlds answered and hold.
fn compare(without: &mut Town, with: &mut Town, batched: bool) {
    let heard = std::mem::take(&mut without.heard);
    let other = std::mem::take(&mut with.heard);
    assert_eq!(heard.len(), other.len());
    for ((label, one), (also, two)) in heard.iter().zip(&other) {
        assert_eq!(label, also);
        let (one, two) = (comparable(label, one, batched), comparable(label, two, batched));
        assert!(one == two, "an accusation shows in: {label}\n{one:?}\n{two:?}");
    }
    let opened = heard.iter().filter(|(_, answer)| answer.status == StatusCode::OK).count();
    assert!(opened * 8 > heard.len(), "who is refused everything learns nothing anyway: {opened} of {}", heard.len());
    let (one, two) = (without.tables(), with.tables());
    for (table, rows) in &one {
        let may_differ = APART.contains(&table.as_str()) || table == DRAWN || batched && LOG.contains(&table.as_str());
        assert!(may_differ || rows == &two[table], "table {table} tells of the accusation");
        assert!(rows.len() == two[table].len() || APART.contains(&table.as_str()), "the size of {table} tells of it");
    }
    assert_eq!((one["accusation"].len(), two["accusation"].len()), (0, 2));
    let letters = one["outbox"].iter().filter(|row| row.contains("room_letter")).count();
    assert_eq!(letters > 0, batched, "handlers are written to, in both worlds alike");
}

fn an_accusation_changes_no_answer_that_anybody_else_gets(engine: Engine) {
    let (mut without, mut with) = (town(engine), town(engine));
    let (number, code) = accuse(&with.site);
    for town in [&mut without, &mut with] {
        // somebody with the slip's number in hand has begun to try; then the accuser looks at it
        town.guess(&number, [198, 51, 100, 1], 10);
    }
    open(&with.site, (&number, &code));
    press(&without, false);
    press(&with, true);
    // both are taken up: what waits for that stands first
    let one = [("read", "purpose=handle".to_owned()), ("act/accept", String::new())];
    let first_day = [one.clone(), one].concat();
    handle(&without, &[]);
    handle(&with, &first_day);
    align(&without.site, &with.site);
    for town in [&mut without, &mut with] {
        town.guess(&number, [198, 51, 100, 2], 6);
        town.flood();
        town.follow();
        town.site.index();
        for login in PERSONAS.into_iter().chain([""]) {
            town.ask_all(login, &number);
        }
    }
    compare(&mut without, &mut with, false);
    for town in [&mut without, &mut with] {
        town.pass_a_day();
    }
    let named = format!("person={}&office={TOWNSHIP_OFFICE}", id("luo"));
    let answer = "words=已经核实，钱已退回村里".to_owned();
    for town in [&mut without, &mut with] {
        town.handler = enter(&town.site, "su");
    }
    handle(&without, &[]);
    handle(&with, &[("act/name", named), ("act/answer", answer)]);
    align(&without.site, &with.site);
    for town in [&mut without, &mut with] {
        town.file(&format!("what={WORDS}&kind=help&identity=anonymous&submit_key=later"), [198, 51, 100, 6]);
        town.guess(&number, [198, 51, 100, 3], 6);
        town.follow();
        town.site.index();
        for login in PERSONAS.into_iter().chain([""]) {
            town.ask_all(login, &number);
        }
    }
    compare(&mut without, &mut with, true);
}
