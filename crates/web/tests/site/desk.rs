//! The desk: queue, matter, acts, counter. Words are shown only after their access entry; a conflict loses no word.

use appeals::store;
use axum::http::StatusCode;
use civic::directory::{Entry, Office};
use db::Fault;
use jiff::ToSpan;
use serde_json::Value;
use testkit::county::{TOWNSHIP_OFFICE, VILLAGE, WATER};
use testkit::{Engine, on_both};
use uuid::Uuid;
use web::desk::matter::{ACTS, AFTER_RATINGS, BETWEEN_SITES, SUPERVISED};

use crate::staff::{PASSWORD, accounts, code, enter, id, login_form};
use crate::world::{Answer, Site, Visitor, form};

on_both![
    a_matter_goes_from_the_first_look_to_its_end_at_the_desk,
    words_are_shown_only_under_an_entry_that_is_there_first,
    the_resident_sees_whose_lists_showed_the_title_and_on_which_days,
];

pub const WORDS: &str = "村口的水管漏了三天";

/// Files a matter of the township and returns its number and code.
pub fn filed(site: &Site, more: &str) -> (String, String) {
    filed_as(site, "complaint", more)
}

pub fn filed_as(site: &Site, kind: &str, more: &str) -> (String, String) {
    sent(site, (VILLAGE, kind), more)
}

pub fn filed_at(site: &Site, place: &str, more: &str) -> (String, String) {
    sent(site, (place, "complaint"), more)
}

fn sent(site: &Site, (place, kind): (&str, &str), more: &str) -> (String, String) {
    let body = format!("what={WORDS}&place={place}&kind={kind}&submit_key=k{more}");
    let mut request = form(axum::http::Method::POST, "/appeals", body);
    request.headers_mut().insert("accept", "application/json".parse().unwrap());
    let answer: Value = serde_json::from_slice(&site.ask(request).bytes).unwrap();
    (answer["number"].as_str().unwrap().to_owned(), answer["query_code"].as_str().unwrap().to_owned())
}

/// What an office replies with in most tests.
pub const REPLY: [(&str, &str); 6] = [
    ("outcome", "support"),
    ("request", "修好水管"),
    ("facts", "阀门老化"),
    ("opinion", "11月26日前换好"),
    ("basis", "xf:32"),
    ("way_on", "可以申请复查"),
];
pub const NAMED: &str = "&identity=named&name=田小满&mobile=13900000001";

fn opened() -> (Site, String) {
    let site = Site::demo();
    accounts(&site);
    let (number, _) = filed(&site, NAMED);
    (site, number)
}

/// Returns what a form needs to be sent: the version that was seen.
pub fn seen(page: &Answer) -> String {
    page.text().split("name=\"seen\" value=\"").nth(1).expect("the page has a form").split('"').next().unwrap().to_owned()
}

/// Does an act through its page.
pub fn act(site: &Site, cookie: &str, (number, act): (&str, &str), body: &str) -> Answer {
    let path = format!("/desk/matters/{number}/act/{act}");
    let page = site.get_as(cookie, &path);
    assert_eq!(page.status, StatusCode::OK, "{act}: {}", page.visible());
    assert!(!page.text().contains('⟦'), "{act} misses a word");
    let done = site.post_as(cookie, &path, format!("seen={}&{body}", seen(&page)));
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{act}: {}", done.visible());
    done
}

pub fn look(site: &Site, cookie: &str, number: &str) -> Answer {
    let noted = site.post_as(cookie, &format!("/desk/matters/{number}/read"), "purpose=handle");
    assert_eq!(noted.status, StatusCode::SEE_OTHER, "{}", noted.visible());
    site.get_as(cookie, &format!("/desk/matters/{number}"))
}

pub fn entries(site: &Site) -> Vec<(String, Uuid)> {
    site.world
        .read(|tx, _| {
            let rows = tx.rows("select purpose, matter from access_entry order by seq", &[])?;
            rows.iter().map(|row| Ok((row.get("purpose")?, row.get("matter")?))).collect::<Result<Vec<_>, Fault>>()
        })
        .unwrap()
}

pub fn state(site: &Site, number: &str) -> appeals::State {
    let number = number.to_owned();
    site.world
        .read(move |tx, site| {
            let row = store::by_number(tx, site.jurisdiction, &number)?.unwrap();
            Ok::<_, Fault>(store::load(tx, site, row.id)?.unwrap().state.as_ref().clone())
        })
        .unwrap()
}

fn a_matter_goes_from_the_first_look_to_its_end_at_the_desk(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (number, _) = filed(&site, NAMED);
    let cookie = enter(&site, "gu");
    let queue = site.get_as(&cookie, "/desk");
    assert!(queue.text().contains(&number) && queue.text().contains(WORDS), "{}", queue.visible());
    let page = look(&site, &cookie, &number);
    assert!(page.text().contains(WORDS) && page.text().contains("田小满"));
    act(&site, &cookie, (&number, "register"), "category=03");
    act(&site, &cookie, (&number, "accept"), "category=03");
    act(&site, &cookie, (&number, "hand_over"), &format!("colleague={}", id("gu")));
    let reply =
        "outcome=support&request=修好水管&facts=阀门老化&opinion=11月26日前换好&basis=xf:32&basis=xf:34&way_on=可以申请复查";
    act(&site, &cookie, (&number, "reply"), reply);
    act(&site, &cookie, (&number, "record_delivery"), "ground=signed&proof=本人签收");
    act(&site, &cookie, (&number, "follow_up"), "satisfied=yes&words=他说修好了");
    // what a clerk notes of a call closes nothing: only the resident's own grade does, or the law
    let close = format!("/desk/matters/{number}/act/close");
    let refused =
        site.post_as(&cookie, &close, format!("seen={}&ground=satisfied&words=当事人认可", state(&site, &number).version));
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let after = state(&site, &number);
    assert_eq!((after.stage.code(), after.handler), ("followed_up", Some(id("gu"))));
    let page = site.get_as(&cookie, &format!("/desk/matters/{number}?done=acted"));
    assert!(page.visible().contains("已完成，并记入进度"));
    let steps: Vec<usize> =
        ["回访", "答复", "受理"].iter().map(|word| page.text().rfind(&format!("<h3>{word}")).unwrap()).collect();
    assert!(steps.is_sorted(), "newest first: {steps:?}");
    let print = site.get_as(&cookie, &format!("/desk/matters/{number}/print"));
    assert!(print.text().contains("打印人：顾行舟") && print.text().contains("阀门老化"));
    let steps: Vec<usize> =
        ["受理", "答复", "回访"].iter().map(|word| print.text().rfind(&format!("<h3>{word}")).unwrap()).collect();
    assert!(steps.is_sorted(), "on paper in the order in which it happened: {steps:?}");
    assert!(site.get_as(&cookie, "/desk").text().contains(&number));
}

fn words_are_shown_only_under_an_entry_that_is_there_first(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (number, _) = filed(&site, NAMED);
    let cookie = enter(&site, "gu");
    let address = format!("/desk/matters/{number}");
    let shut = ["", "/print", "/act/register", "/act/reply"].map(|rest| format!("{address}{rest}"));
    let closed = |cookie: &str| {
        for path in &shut {
            let page = site.get_as(cookie, path).text();
            assert!(!page.contains(WORDS) && !page.contains("田小满") && !page.contains("13900000001"), "{path}");
        }
        assert_eq!(site.get_as(cookie, &format!("{address}/file/1/0")).status, StatusCode::NOT_FOUND);
    };
    closed(&cookie);
    assert_eq!(entries(&site), []);
    let wrong = site.post_as(&cookie, &format!("{address}/read"), "purpose=audit");
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(site.post_as(&cookie, &format!("{address}/read"), "").status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(entries(&site), [], "a purpose of others opens nothing");
    let page = look(&site, &cookie, &number);
    assert!(page.text().contains(WORDS) && page.text().contains("这次查看已经记下，目的：办理"));
    assert_eq!(entries(&site), [("handle".to_owned(), state(&site, &number).matter)]);
    look(&site, &cookie, &number);
    assert_eq!(entries(&site).len(), 1, "one entry stands for a quarter of an hour");
    site.world.clock.advance(1.minutes());
    let elsewhere = enter(&site, "gu");
    closed(&elsewhere);
    site.world.clock.advance(13.minutes());
    assert!(site.get_as(&cookie, &address).text().contains(WORDS));
    site.world.clock.advance(1.minutes());
    closed(&cookie);
}

#[test]
fn the_queue_shows_the_next_thing_first_and_notes_one_list_reading() {
    let (site, number) = opened();
    let cookie = enter(&site, "gu");
    let (danger, _) = filed(&site, "2&identity=anonymous&danger=1");
    site.world.clock.advance(1.minutes());
    let page = site.get_as(&cookie, "/desk");
    let text = page.text();
    assert!(text.find(&danger).unwrap() < text.find(&number).unwrap(), "danger to life goes first");
    assert!(text.contains("工作台（") && text.contains("data-row"));
    let list = |matter: Uuid| ("list".to_owned(), matter);
    let listed = [list(Uuid::nil()), list(state(&site, &danger).matter), list(state(&site, &number).matter)];
    assert_eq!(entries(&site), listed);
    site.get_as(&cookie, "/desk?scope=held&kind=complaint&stage=received");
    assert_eq!(entries(&site).len(), 3);
    assert!(!site.get_as(&cookie, "/desk?kind=praise").text().contains(&number));
    assert!(site.get_as(&cookie, "/desk?kind=nonsense&stage=%27&after=x&scope=site").text().contains(&number));
    assert!(!site.get_as(&cookie, "/desk?scope=mine").text().contains("data-row"));
    let administrator = site.get_as(&enter(&site, "tang"), "/desk");
    assert!(administrator.visible().contains("您的岗位不看具体事项") && !administrator.text().contains(&number));
    let leader = site.get_as(&enter(&site, "du"), "/desk?scope=site");
    assert!(leader.text().contains(&number) && !leader.text().contains(WORDS), "a leader sees that it is there, not its words");
    assert_eq!(entries(&site).len(), 3);
}

#[test]
fn a_red_line_stands_on_every_page_of_the_desk_until_somebody_opens_what_is_in_danger() {
    let (site, _) = opened();
    let (first, query_code) = filed(&site, "3&identity=anonymous&danger=1");
    site.world.clock.advance(7.minutes());
    filed(&site, "4&identity=anonymous&danger=1");
    let line = |cookie: &str, path: &str| site.get_as(cookie, path).visible().contains("人命关天的事还没有人打开");
    let has = |login: &'static str, path: &str| line(&enter(&site, login), path);
    let (head, officer) = (enter(&site, "qiao"), enter(&site, "gu"));
    for path in ["/desk", "/desk/account", "/desk/leave", &format!("/desk/matters/{first}")] {
        assert!(line(&head, path), "{path}");
    }
    assert!(has("du", "/desk") && has("meng", "/desk/account"), "the leaders above and the supervisors see it too");
    // a leader may not open the words: the line says whom to ring, and offers nothing that would be refused
    let leader = enter(&site, "du");
    for path in ["/desk", &format!("/desk/matters/{first}")] {
        let page = site.get_as(&leader, path);
        let line = page.text().split("<section class=\"alarm").nth(1).unwrap().split("</section>").next().unwrap().to_owned();
        assert!(line.starts_with(" no-print") && line.contains(&first) && line.contains("已等 7 分钟"), "{line}");
        assert!(line.contains("正文由北渡镇人民政府打开") && line.contains("乔") && line.contains("href=\"tel:"), "{line}");
        assert!(!line.contains("现在打开") && !line.contains("#personal"), "{line}");
        assert_eq!(line.contains("看看情况"), path == "/desk", "{line}");
    }
    for login in ["lin", "bai", "tang", "yan", "luo"] {
        assert!(!has(login, "/desk/account"), "{login} has nothing to do with it");
    }
    let page = site.get_as(&officer, "/desk/account");
    assert!(
        page.visible().contains("有 2 件人命关天的事还没有人打开") && page.visible().contains("已等 7 分钟"),
        "{}",
        page.visible()
    );
    assert!(page.text().contains(&format!("href=\"/desk/matters/{first}\"")));
    let mut person = Visitor::new(&site);
    person.post("/track", &format!("number={first}&query_code={query_code}"));
    let before = person.get("/track/matter").visible();
    for words in ["工作人员还没有打开这件事", "110", "119", "120", "还没有人打开，会再通知一遍", "发出 0 封"]
    {
        assert!(before.contains(words), "{words}: {before}");
    }
    look(&site, &officer, &first);
    let page = site.get_as(&officer, "/desk/account").visible();
    assert!(page.contains("有 1 件人命关天的事还没有人打开") && !page.contains(&first));
    let after = person.get("/track/matter").visible();
    assert!(
        after.contains("已经有人在看") && after.contains("北渡镇人民政府 顾行舟") && after.contains("已经有人打开看了"),
        "{after}"
    );
    let (accused, _) = filed_as(&site, "accusation", "5&identity=anonymous&danger=1");
    let page = site.get_as(&officer, "/desk/account").visible();
    assert!(page.contains("有 1 件人命关天") && !page.contains(&accused), "an accusation raises no line");
}

#[test]
fn staff_read_what_the_office_owes_and_not_what_a_resident_is_told() {
    let (site, number) = opened();
    let page = site.get_as(&enter(&site, "gu"), &format!("/desk/matters/{number}")).visible();
    assert!(page.contains("前告诉群众是否受理") && !page.contains("告诉您"), "{page}");
}

fn the_resident_sees_whose_lists_showed_the_title_and_on_which_days(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (number, query_code) = filed(&site, NAMED);
    let matter = state(&site, &number).matter;
    let first = enter(&site, "gu");
    assert!(site.get_as(&first, "/desk").text().contains(WORDS));
    let page = site.get_as(&first, &format!("/desk/matters/{number}"));
    assert!(!page.text().contains(WORDS), "a title in a list opens nothing further");
    for _ in 0..2 {
        site.world.clock.advance(10.minutes());
        site.get_as(&first, "/desk");
    }
    site.get_as(&enter(&site, "qiao"), "/desk");
    let of_it = |site: &Site| entries(site).into_iter().filter(|(_, read)| *read == matter).count();
    assert_eq!(of_it(&site), 1, "once an office and a day, whoever looks and however often");
    assert_eq!(entries(&site).len(), 4, "and once a session and a quarter of an hour");
    let mut person = Visitor::new(&site);
    person.post("/track", &format!("number={number}&query_code={query_code}"));
    let seen = person.get("/track/matter").visible();
    assert!(seen.contains("2026年11月24日(周二)\n北渡镇人民政府\n列表中显示过开头几个字"), "{seen}");
    site.world.clock.days(1);
    site.get_as(&enter(&site, "gu"), "/desk");
    assert_eq!(of_it(&site), 2);
    person.post("/track", &format!("number={number}&query_code={query_code}"));
    let seen = person.get("/track/matter").visible();
    assert!(seen.contains("共 2 天"), "{seen}");
    assert!(site.world.read(civic::access::check).unwrap().is_empty());
}

#[test]
fn who_comes_second_sees_what_changed_and_loses_no_word() {
    let (site, number) = opened();
    let (first, second) = (enter(&site, "gu"), enter(&site, "qiao"));
    let path = format!("/desk/matters/{number}/act/not_accept");
    let page = site.get_as(&second, &path);
    act(&site, &first, (&number, "register"), "category=03");
    let body = format!("seen={}&ground=in_hand&words=我写了很久的一段话", seen(&page));
    let late = site.post_as(&second, &path, body);
    assert_eq!(late.status, StatusCode::CONFLICT);
    let text = late.text();
    assert!(text.contains("您打开之后发生了这些") && text.contains("<h3>登记</h3>"));
    assert!(text.contains("我写了很久的一段话") && text.contains("value=\"in_hand\" checked"));
    let again = site.post_as(&second, &path, format!("seen={}&ground=in_hand&words=我写了很久的一段话", seen(&late)));
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    let wrong = site.post_as(&second, &path, "seen=3&ground=nonsense&words=还在");
    assert!(wrong.status.is_client_error() && wrong.text().contains("还在"));
}

#[test]
fn every_act_has_a_page_that_says_what_it_does_or_why_not() {
    let (site, number) = opened();
    for login in ["gu", "qiao", "du", "ning"] {
        let cookie = enter(&site, login);
        let page = site.get_as(&cookie, &format!("/desk/matters/{number}"));
        if page.status == StatusCode::FORBIDDEN {
            continue;
        }
        assert!(!page.text().contains('⟦'));
        let offered = page.text().matches("data-key=").count();
        let listed = page
            .text()
            .split("class=\"reasons\"")
            .nth(1)
            .map_or(0, |rest| rest.split("</ul>").next().unwrap().matches("<li>").count());
        let door = usize::from(page.text().contains("name=\"purpose\""));
        assert_eq!(
            offered - door + listed,
            ACTS.len() - BETWEEN_SITES.len() - AFTER_RATINGS.len() - SUPERVISED.len(),
            "{login}: each act is offered or refused with its reason"
        );
        for (act, _) in ACTS {
            let answer = site.get_as(&cookie, &format!("/desk/matters/{number}/act/{}", act.code()));
            assert!(!answer.text().contains('⟦') && !answer.status.is_server_error(), "{login} {act:?}");
            let is_offered = page.text().contains(&format!("/act/{}\"", act.code()));
            assert_eq!(answer.status == StatusCode::OK, is_offered, "{login} {act:?}");
        }
    }
    let cookie = enter(&site, "gu");
    for path in [format!("/desk/matters/{number}/act/rate"), format!("/desk/matters/{number}/act/x"), "/desk/matters/MS1".into()]
    {
        assert_eq!(site.get_as(&cookie, &path).status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[test]
fn an_office_that_is_called_in_never_learns_who_asked_for_confidence() {
    let site = Site::demo();
    accounts(&site);
    let (number, _) = filed(&site, "&identity=confidential&name=田小满&mobile=13900000001");
    let owner = enter(&site, "gu");
    act(&site, &owner, (&number, "register"), "category=03");
    act(&site, &owner, (&number, "call_in"), &format!("offices={WATER}&words=请查主管道"));
    assert!(!look(&site, &owner, &number).text().contains("13900000001"), "nor does the holder by themselves");
    let invited = enter(&site, "wei");
    let page = look(&site, &invited, &number);
    assert!(page.text().contains(WORDS) && page.text().contains("当事人要求保密"));
    assert!(!page.text().contains("田小满") && !page.text().contains("13900000001"));
    let asked = site.get_as(&invited, "/desk?scope=asked").text();
    assert!(asked.contains(&number) && asked.contains("请您单位一起办"), "what is asked stands in the list: {asked}");
    act(&site, &invited, (&number, "co_answer"), "words=主管道没有问题");
}

#[test]
fn a_matter_is_offered_returned_and_ruled_through_the_pages() {
    let (site, number) = opened();
    let (owner, other, leader) = (enter(&site, "gu"), enter(&site, "wei"), enter(&site, "du"));
    act(&site, &owner, (&number, "register"), "category=03");
    let page = site.get_as(&owner, &format!("/desk/matters/{number}/act/assign")).text();
    assert!(page.contains("清禾县水务局（职责相符）"));
    for _ in 0..2 {
        act(&site, &owner, (&number, "assign"), &format!("office={WATER}&words="));
        assert!(site.get_as(&other, &format!("/desk/matters/{number}")).text().contains("已转给清禾县水务局"));
        let done = act(&site, &other, (&number, "return"), "ground=competence&words=不归我们管");
        // whoever gave it back no longer sees it, and is told in the list what was done
        let list = site.get_as(&other, done.header("location"));
        assert_eq!(list.status, StatusCode::OK, "{}", list.visible());
        assert!(list.visible().contains("“退回”已完成") && list.visible().contains(&number), "{}", list.visible());
        assert_eq!(site.get_as(&other, &format!("/desk/matters/{number}")).status, StatusCode::FORBIDDEN);
    }
    let forged = site.get_as(&other, "/desk?done=away&act=return&number=%3Cb%3E");
    assert!(!forged.visible().contains("已完成"), "an address says nothing of its own: {}", forged.visible());
    act(&site, &owner, (&number, "assign"), &format!("office={WATER}&words="));
    act(&site, &other, (&number, "return"), "ground=competence&words=不归我们管");
    assert!(site.get_as(&leader, "/desk?scope=conference").text().contains(&number));
    act(&site, &leader, (&number, "arbitrate"), &format!("office={WATER}&words=管网归水务"));
    assert_eq!(state(&site, &number).owner, WATER);
}

#[test]
fn the_head_of_an_office_sees_who_is_away_and_where_nobody_stands_in() {
    let site = Site::demo();
    accounts(&site);
    let head = enter(&site, "qiao");
    assert!(site.get_as(&head, "/desk/leave").visible().contains("没有人请假"));
    let away = |login: &str, deputy: Option<&str>, days: (&str, &str)| {
        let mut staff = site.world.hall.site.directory().staff[&id(login)].clone();
        staff.deputy = deputy.map(id);
        staff.away = Some((days.0.parse().unwrap(), days.1.parse().unwrap()));
        site.world.set(Entry::Staff(staff), "away");
    };
    away("gu", Some("luo"), ("2026-11-24", "2026-11-30"));
    away("luo", None, ("2026-11-30", "2026-12-02"));
    away("xu", None, ("2026-11-02", "2026-11-20"));
    away("wei", None, ("2026-11-24", "2026-11-30"));
    let page = site.get_as(&head, "/desk/leave").visible();
    assert!(page.contains("顾行舟") && page.contains("请假中") && page.contains("罗春耕"), "{page}");
    assert!(page.contains("代班的人这几天也请假") && page.contains("没有人代班"), "{page}");
    assert!(!page.contains("许小满"), "a leave that is over: {page}");
    assert!(!page.contains("魏听澜"), "another office: {page}");
    assert_eq!(site.get_as(&enter(&site, "gu"), "/desk/leave").status, StatusCode::FORBIDDEN);
}

#[test]
fn a_deputy_sees_and_handles_what_a_colleague_on_leave_works_on() {
    let (site, number) = opened();
    let theirs = enter(&site, "gu");
    act(&site, &theirs, (&number, "hand_over"), &format!("colleague={}", id("gu")));
    let deputy = enter(&site, "qiao");
    assert!(!site.get_as(&deputy, "/desk").text().contains("代顾行舟办的"));
    let mut away = site.world.hall.site.directory().staff[&id("gu")].clone();
    away.deputy = Some(id("qiao"));
    away.away = Some(("2026-11-24".parse().unwrap(), "2026-11-30".parse().unwrap()));
    site.world.set(Entry::Staff(away), "away");
    let page = site.get_as(&deputy, "/desk").text();
    assert!(page.contains("代顾行舟办的"));
    let scope = page.split("?scope=for-").nth(1).unwrap()[..36].to_owned();
    assert!(site.get_as(&deputy, &format!("/desk?scope=for-{scope}")).text().contains(&number));
    act(&site, &deputy, (&number, "register"), "category=03");
}

#[test]
fn a_renamed_office_keeps_its_matters_under_the_new_name() {
    let (site, number) = opened();
    let old: Office = site.world.hall.site.directory().offices[TOWNSHIP_OFFICE].clone();
    site.world.set(Entry::Office(Office { name: "北渡街道办事处".into(), ..old }), "renamed");
    let page = site.get_as(&enter(&site, "gu"), &format!("/desk/matters/{number}"));
    assert!(page.visible().contains("北渡街道办事处"));
}

/// A sealed reply and a signed slip are files that the resident can open, and evidence of what was done.
#[test]
fn the_resident_opens_what_a_clerk_attached() {
    let site = Site::sqlite();
    accounts(&site);
    let (number, query_code) = filed(&site, NAMED);
    let mut clerk = Visitor::new(&site);
    clerk.post("/desk/login", &login_form("gu", PASSWORD, &code(&site, "gu")));
    let address = format!("/desk/matters/{number}");
    let mut version = 1;
    let mut does = |clerk: &mut Visitor<'_>, act: &str, fields: &[(&str, &str)], file: Option<(&str, &[u8])>| {
        let seen = version.to_string();
        let fields: Vec<(&str, &str)> = std::iter::once(("seen", seen.as_str())).chain(fields.iter().copied()).collect();
        let path = format!("{address}/act/{act}");
        let answer = if let Some((name, bytes)) = file {
            clerk.upload_with(&path, &fields, name, bytes)
        } else {
            let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            clerk.post(&path, &body)
        };
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{act}: {}", answer.visible());
        version += 1;
    };
    does(&mut clerk, "register", &[("category", "03")], None);
    does(&mut clerk, "accept", &[("category", "03")], None);
    assert!(clerk.get(&format!("{address}/act/reply")).text().contains("multipart/form-data"));
    does(&mut clerk, "reply", &REPLY, Some(("答复书.pdf", PDF)));
    does(&mut clerk, "record_delivery", &[("ground", "signed"), ("proof", "本人签收")], Some(("签收单.pdf", PDF)));
    let mut person = Visitor::new(&site);
    person.post("/track", &format!("number={number}&query_code={query_code}"));
    let page = person.get("/track/matter");
    assert!(page.visible().contains("答复书.pdf") && page.visible().contains("签收单.pdf"), "{}", page.visible());
    for version in [4, 5] {
        assert_eq!(person.get(&format!("/track/file/{version}/0")).bytes, PDF);
    }
    assert_eq!(Visitor::new(&site).get("/track/file/4/0").status, StatusCode::SEE_OTHER);
}

/// The smallest thing that says it is a PDF.
const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n\
    trailer<</Root 1 0 R>>\n%%EOF\n";
