//! Administration: every change is an event, only administrators come in, and no matter ever loses its office or hand.

use appeals::appeal::Command;
use appeals::run::{self, Request};
use appeals::store;
use axum::http::StatusCode;
use civic::directory::{Role, Scope};
use civic::hook;
use civic::inbox;
use civic::permit::Who as Actor;
use civic::refusal::No;
use db::Fault;
use testkit::county::{self, HOUSING, PETITIONS, TOWNSHIP, TOWNSHIP_OFFICE, VILLAGE, WATER};
use uuid::Uuid;
use web::ROUTES;

use crate::staff::{accounts, code, enter, id, login_form};
use crate::world::{Answer, Site};

pub fn open() -> (Site, String) {
    let site = Site::demo();
    accounts(&site);
    let cookie = enter(&site, "tang");
    (site, cookie)
}

/// Finds the hidden mark of the form that holds a piece of text.
fn seen(page: &Answer) -> String {
    page.text().split("name=\"seen\" value=\"").nth(1).expect("the page has a form")[..16].to_owned()
}

fn events(site: &Site) -> Vec<String> {
    site.world
        .read(|tx, _| {
            let rows = tx.rows("select fact from event where kind = 'directory_set' order by position desc limit 8", &[])?;
            rows.iter().map(|row| row.get::<String>("fact")).collect::<Result<Vec<_>, Fault>>()
        })
        .unwrap()
}

fn file(site: &Site) -> Uuid {
    let body = format!("what=x&kind=help&identity=anonymous&place={VILLAGE}&submit_key=k");
    assert_eq!(site.post("/appeals", body).status, StatusCode::SEE_OTHER);
    site.world.read(|tx, _| tx.row("select id from matter", &[])?.unwrap().get("id")).unwrap()
}

fn state(site: &Site, matter: Uuid) -> appeals::State {
    site.world.read(move |tx, site| Ok::<_, Fault>(store::load(tx, site, matter)?.unwrap().state.as_ref().clone())).unwrap()
}

fn act(site: &Site, login: &str, matter: Uuid, command: Command) {
    let who = Actor::Staff { id: id(login), session: Uuid::nil() };
    let request = Request { who, matter, seen: None, command };
    site.world.write(move |tx, site, (now, _)| run::execute(tx, site, now, &request).map(drop)).unwrap();
}

#[test]
fn only_administrators_come_in_and_the_others_are_told_why() {
    let (site, administrator) = open();
    crate::paper::hang_as(&site, PETITIONS);
    let addresses: Vec<String> = ROUTES
        .iter()
        .copied()
        .flatten()
        .filter(|route| route.path.starts_with("/desk/admin"))
        .map(|route| route.path.replace("{code}", PETITIONS).replace("{id}", &id("lin").to_string()))
        .map(|path| if path.ends_with("/signs") { format!("{path}?at={PETITIONS}") } else { path })
        .collect();
    assert!(addresses.len() >= 10);
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Administrator) {
        let login = site.world.hall.site.directory().staff[&county::somebody(role)].login.clone();
        let cookie = enter(&site, Box::leak(login.into_boxed_str()));
        for address in &addresses {
            for answer in [site.get_as(&cookie, address), site.post_as(&cookie, address, "name=x&act=leave")] {
                let read_only = answer.status == StatusCode::METHOD_NOT_ALLOWED;
                assert!(answer.status == StatusCode::FORBIDDEN || read_only, "{role:?} {address} {}", answer.status);
                assert!(read_only || answer.text().contains("只有管理员可以"), "{}", answer.visible());
            }
        }
    }
    for address in addresses.iter().filter(|address| !address.contains("/places/xf")) {
        let page = site.get_as(&administrator, address);
        assert_eq!(page.status, StatusCode::OK, "{address}");
        assert!(!page.text().contains('⟦'), "{address} misses a word");
    }
}

#[test]
fn a_place_is_added_renamed_and_merged_and_each_is_an_entry_of_the_log() {
    let (site, cookie) = open();
    let new = format!("parent={TOWNSHIP}&level=village&code=990121100203&name=新桥村&name_en=Xinqiao");
    let added = site.post_as(&cookie, "/desk/admin/places", new.clone());
    assert_eq!(added.header("location"), "/desk/admin/places?done=added");
    assert!(site.get_as(&cookie, added.header("location")).visible().contains("已添加，并记入公开记录"));
    let twice = site.post_as(&cookie, "/desk/admin/places", new);
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(twice.text().contains("刚才被别人改过") && twice.text().contains("新桥村"), "what was typed stays");
    let address = "/desk/admin/places/990121100203";
    let mark = seen(&site.get_as(&cookie, address));
    let other_names = "also=幸福里小区%0D%0A老供销社、幸福里小区%0A";
    let renamed = site.post_as(&cookie, address, format!("seen={mark}&name=新桥社区&name_en=Xinqiao&{other_names}"));
    assert_eq!(renamed.status, StatusCode::SEE_OTHER);
    assert_eq!(site.world.hall.site.directory().places["990121100203"].also, ["幸福里小区", "老供销社"]);
    assert!(site.get_as(&cookie, address).text().contains(">幸福里小区\n老供销社</textarea>"));
    assert!(site.get("/search?q=xflxq").visible().contains("新桥社区"), "an estate leads to its place");
    let many = (0..=200).map(|at| at.to_string()).collect::<Vec<_>>().join("%0A");
    let mark_now = seen(&site.get_as(&cookie, address));
    let refused = site.post_as(&cookie, address, format!("seen={mark_now}&name=新桥社区&name_en=Xinqiao&also={many}"));
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.text().contains("一个地方最多 200 个"));
    let stale = site.post_as(&cookie, address, format!("seen={mark}&name=别的名字&name_en="));
    assert!(stale.text().contains("刚才被别人改过") && stale.text().contains("别的名字"));
    let merge = format!("seen={}&act=merge&merged_into={VILLAGE}", seen(&site.get_as(&cookie, address)));
    assert_eq!(site.post_as(&cookie, address, merge).status, StatusCode::SEE_OTHER);
    let place = site.world.hall.site.directory().places["990121100203"].clone();
    assert_eq!((place.name.as_str(), place.merged_into.as_deref()), ("新桥社区", Some(VILLAGE)));
    let changes = events(&site);
    for (at, change) in ["merged", "renamed", "added"].iter().enumerate() {
        assert!(changes[at].contains(&format!("\"change\":\"{change}\"")) && changes[at].contains("990121100203"));
        assert!(!changes[at].contains("新桥"), "the public entry holds a hash, no words");
    }
    assert_eq!(site.get_as(&cookie, "/desk/admin/places/999").status, StatusCode::NOT_FOUND);
}

#[test]
fn an_office_is_kept_with_its_duties_and_a_wrong_field_is_named() {
    let (site, cookie) = open();
    let new =
        |code: &str| format!("code={code}&name=清禾县民政局&name_en=Civil+Affairs&place=990121&superior=zf&phone=0990-5550199");
    let wrong = site.post_as(&cookie, "/desk/admin/offices", new("M Z"));
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("href=\"#code\"") && wrong.text().contains("清禾县民政局"));
    assert_eq!(site.post_as(&cookie, "/desk/admin/offices", new("mz")).status, StatusCode::SEE_OTHER);
    let address = "/desk/admin/offices/mz";
    let duty = format!("seen={}&act=duty_add&category=05&duty_places=", seen(&site.get_as(&cookie, address)));
    assert_eq!(site.post_as(&cookie, address, duty).status, StatusCode::SEE_OTHER);
    let directory = site.world.hall.site.directory();
    assert_eq!(directory.responsible("05", VILLAGE)[0].code, "mz");
    let remove = format!("seen={}&act=duty_remove&category=05", seen(&site.get_as(&cookie, address)));
    assert_eq!(site.post_as(&cookie, address, remove).status, StatusCode::SEE_OTHER);
    assert!(site.world.hall.site.directory().responsible("05", VILLAGE).is_empty());
    let petitions = format!("/desk/admin/offices/{PETITIONS}");
    let nobody = format!("seen={}&name=信访局&place=990121&superior=zf", seen(&site.get_as(&cookie, &petitions)));
    let refused = site.post_as(&cookie, &petitions, nobody);
    assert!(refused.text().contains("总要有一个单位接收全县的来件"));
}

#[test]
fn an_office_that_ends_leaves_every_matter_and_person_to_the_one_that_takes_over() {
    let (site, cookie) = open();
    let matter = file(&site);
    assert_eq!(state(&site, matter).owner, TOWNSHIP_OFFICE);
    let due = state(&site, matter).due;
    let address = format!("/desk/admin/offices/{TOWNSHIP_OFFICE}");
    let mark = seen(&site.get_as(&cookie, &address));
    let itself = format!("seen={mark}&act=end&manner=merged&successor={TOWNSHIP_OFFICE}");
    assert_eq!(site.post_as(&cookie, &address, itself).status, StatusCode::UNPROCESSABLE_ENTITY);
    let end = format!("seen={mark}&act=end&manner=merged&successor={WATER}");
    assert_eq!(site.post_as(&cookie, &address, end.clone()).status, StatusCode::SEE_OTHER);
    let after = state(&site, matter);
    assert_eq!((after.owner.as_str(), &after.due), (WATER, &due), "another hand, the same due date");
    let directory = site.world.hall.site.directory();
    assert_eq!(directory.intake(VILLAGE).unwrap().code, WATER);
    assert_eq!(directory.staff[&id("gu")].office, WATER);
    assert!(site.get_as(&cookie, &address).text().contains("已由清禾县水务局接手"));
    assert_eq!(site.post_as(&cookie, &address, end).status, StatusCode::UNPROCESSABLE_ENTITY, "it cannot end twice");
}

#[test]
fn what_was_asked_of_an_office_that_ends_is_asked_of_the_one_that_took_over() {
    let (site, cookie) = open();
    let matter = file(&site);
    act(&site, "gu", matter, Command::Register { category: "03".into() });
    act(&site, "gu", matter, Command::HandOver { to: id("gu") });
    act(&site, "gu", matter, Command::CallIn { offices: vec![HOUSING.into()], words: "请一起看".into() });
    act(&site, "gu", matter, Command::Assign { to: HOUSING.into(), words: String::new() });
    let address = format!("/desk/admin/offices/{HOUSING}");
    let end = |successor: &str, page: &Answer| format!("seen={}&act=end&manner=abolished&successor={successor}", seen(page));
    assert_eq!(site.post_as(&cookie, &address, end(WATER, &site.get_as(&cookie, &address))).status, StatusCode::SEE_OTHER);
    let taker = enter(&site, "wei");
    assert!(site.get_as(&taker, "/desk?scope=asked").text().contains(&state(&site, matter).number));
    act(&site, "wei", matter, Command::CoAnswer { words: "看过了".into() });
    assert!(state(&site, matter).co_handlers[HOUSING].answered, "it answers for the office it took over");
    site.world.clock.days(9);
    site.world.write(|tx, site, (now, _)| appeals::tick::tick(tx, site, now)).unwrap();
    assert_eq!(state(&site, matter).owner, WATER, "silence never gives a matter to an office that ended");
    let own = format!("/desk/admin/offices/{WATER}");
    let fresh = enter(&site, "tang");
    act(&site, "wei", matter, Command::HandOver { to: id("wei") });
    assert_eq!(site.post_as(&fresh, &own, end(PETITIONS, &site.get_as(&fresh, &own))).status, StatusCode::SEE_OTHER);
    let after = state(&site, matter);
    assert_eq!((after.owner.as_str(), after.handler), (PETITIONS, Some(id("wei"))), "the people go over with it");
}

#[test]
fn a_new_colleague_gets_a_setup_code_once_and_works_with_it() {
    let (site, cookie) = open();
    let body =
        format!("login=zhou&name=周望野&title=承办人&office={HOUSING}&roles=officer&roles=mediator&email=zhou@qinghe.example");
    let page = site.post_as(&cookie, "/desk/admin/staff", body.clone());
    assert_eq!(page.status, StatusCode::OK);
    let setup = page.text().split("<p class=\"big code\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(site.post_as(&cookie, "/desk/admin/staff", body).text().contains("这个用户名已经有人用了"));
    let new = "the-old-locust-tree";
    let step = || code(&site, "zhou");
    let finish = format!("setup={setup}&finish=1&password={new}&again={new}&code={}", step());
    assert_eq!(site.post("/desk/setup", finish).header("location"), "/desk/login");
    assert_eq!(site.post("/desk/login", login_form("zhou", new, &step())).status, StatusCode::SEE_OTHER);
    let staff = site.world.hall.site.directory().staff.values().find(|staff| staff.login == "zhou").unwrap().clone();
    assert_eq!(staff.roles, [Role::Officer, Role::Mediator]);
    let facts = events(&site);
    assert!(facts[0].contains("\"noun\":\"staff\"") && !facts[0].contains("code"), "nobody outside learns who");
}

#[test]
fn whoever_leaves_hands_over_first_and_is_out_at_once() {
    let (site, cookie) = open();
    let matter = file(&site);
    act(&site, "gu", matter, Command::Register { category: "03".into() });
    act(&site, "gu", matter, Command::HandOver { to: id("gu") });
    let theirs = enter(&site, "gu");
    let address = format!("/desk/admin/staff/{}", id("gu"));
    let page = site.get_as(&cookie, &address);
    assert!(page.text().contains("手上有 1 件未办结的事项"));
    let mark = seen(&page);
    let refused = site.post_as(&cookie, &address, format!("seen={mark}&act=leave&to="));
    assert!(refused.text().contains("手上还有没办结的事项"));
    let elsewhere = site.post_as(&cookie, &address, format!("seen={mark}&act=leave&to={}", id("lin")));
    assert!(elsewhere.text().contains("只能交给本单位在岗的同事"));
    let left = site.post_as(&cookie, &address, format!("seen={mark}&act=leave&to={}", id("qiao")));
    assert_eq!(left.status, StatusCode::SEE_OTHER);
    assert_eq!(state(&site, matter).handler, Some(id("qiao")));
    assert_eq!(site.get_as(&theirs, "/desk/account").status, StatusCode::SEE_OTHER, "the session is over");
    assert!(!site.world.hall.site.directory().staff[&id("gu")].active);
    let own = format!("/desk/admin/staff/{}", id("tang"));
    let oneself = format!("seen={}&act=leave&to=", seen(&site.get_as(&cookie, &own)));
    assert!(site.post_as(&cookie, &own, oneself).text().contains("不能停用自己的账号"));
}

#[test]
fn leave_and_deputy_are_kept_and_a_new_setup_code_ends_the_old_account() {
    let (site, cookie) = open();
    let address = format!("/desk/admin/staff/{}", id("lin"));
    let away =
        |mark: &str, deputy: Uuid| format!("seen={mark}&act=away&away_from=2026-11-25&away_until=2026-11-30&deputy={deputy}");
    let mark = seen(&site.get_as(&cookie, &address));
    assert_eq!(site.post_as(&cookie, &address, away(&mark, id("wei"))).status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(site.post_as(&cookie, &address, away(&mark, id("shao"))).status, StatusCode::SEE_OTHER);
    let staff = site.world.hall.site.directory().staff[&id("lin")].clone();
    assert_eq!(staff.deputy, Some(id("shao")));
    assert!(staff.away_on("2026-11-30".parse().unwrap()) && !staff.away_on("2026-12-01".parse().unwrap()));
    let theirs = enter(&site, "lin");
    let renewed = site.post_as(&cookie, &address, format!("seen={}&act=setup", seen(&site.get_as(&cookie, &address))));
    assert!(renewed.text().contains("只显示这一次"));
    assert!(events(&site).first().is_some_and(|fact| fact.contains("setup_renewed")), "it shows in the public log");
    assert_eq!(site.get_as(&theirs, "/desk/account").status, StatusCode::SEE_OTHER);
}

#[test]
fn administration_warns_where_danger_to_life_reaches_nobody() {
    let (site, cookie) = open();
    let warning = || {
        let page = site.get_as(&cookie, "/desk/admin").visible();
        page.lines().filter(|line| line.contains("北渡镇人民政府：")).map(str::to_owned).collect::<Vec<_>>()
    };
    let change = |login: &str, change: fn(&mut civic::directory::Staff)| {
        let mut staff = site.world.hall.site.directory().staff[&id(login)].clone();
        change(&mut staff);
        site.world.set(civic::directory::Entry::Staff(staff), "edited");
    };
    assert!(warning().is_empty());
    for login in ["gu", "qiao", "luo", "xu"] {
        change(login, |staff| staff.email = None);
    }
    assert_eq!(warning(), ["北渡镇人民政府：本单位没有人收得到，直接通知上级"]);
    for login in ["du", "meng"] {
        change(login, |staff| staff.away = Some(("2026-11-01".parse().unwrap(), "2026-12-31".parse().unwrap())));
    }
    assert_eq!(warning(), ["北渡镇人民政府：一个人也通知不到"]);
}

/// Days that no calendar has, or that lie thousands of years away.
const NO_DAYS: [&str; 5] = ["9999-12-31", "0000-00-00", "2026-02-30", "2026-02-13T10:00", "20260213"];

#[test]
fn a_leave_on_a_day_that_is_none_or_thousands_of_years_away_is_refused_at_its_field() {
    let (site, cookie) = open();
    let address = format!("/desk/admin/staff/{}", id("lin"));
    let mark = seen(&site.get_as(&cookie, &address));
    for (field, other) in [("away_from", "away_until"), ("away_until", "away_from")] {
        for day in NO_DAYS {
            let form = format!("seen={mark}&act=away&{field}={day}&{other}=2026-11-25&deputy=");
            let answer = site.post_as(&cookie, &address, form);
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {day}");
            assert!(answer.text().contains(&format!("id=\"{field}-error\"")), "{field} {day}: {}", answer.visible());
        }
    }
    let half = site.post_as(&cookie, &address, format!("seen={mark}&act=away&away_from=2026-11-25&away_until=&deputy="));
    assert!(half.text().contains("id=\"away_until-error\"") && half.text().contains("开始和结束的日期都要填"));
    assert_eq!(site.world.hall.site.directory().staff[&id("lin")].away, None);
}

#[test]
fn a_calendar_of_no_year_or_with_days_of_none_is_refused_at_its_field_before_anything_is_confirmed() {
    let (site, cookie) = open();
    let before = events(&site).len();
    let refused = |form: String, field: &str| {
        for form in [form.clone(), format!("{form}&confirm=1")] {
            let answer = site.post_as(&cookie, "/desk/admin/calendar", form.clone());
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
            assert!(answer.text().contains(&format!("id=\"{field}-error\"")), "{form}: {}", answer.visible());
            assert!(!answer.text().contains("class=\"preview\""), "{form}");
        }
    };
    for year in ["9999", "0", "10000", "32767", "-5", "1999", "2029", "99999", "zwei", "", "2027%0Aoff%3D1"] {
        refused(format!("year={year}&source=x&off=&work="), "year");
    }
    for day in NO_DAYS {
        refused(format!("year=2027&source=x&off={day}&work="), "off");
        refused(format!("year=2027&source=x&off=&work={day}"), "work");
        refused(format!("year=2027&source=x&off=2027-01-01至{day}&work="), "off");
    }
    refused("year=2027&source=x&off=&work=2027-01-04".to_owned(), "work");
    for year in [9_999, 32_767, 2_029] {
        let text = format!("text=year%3D{year}%0Asource%3D%22x%22%0Averified%3D%22local%22%0Aoff%3D%5B%5D%0Awork%3D%5B%5D");
        refused(text, "files");
    }
    assert_eq!((events(&site).len(), site.world.hall.site.directory().years.len()), (before, 0));
}

#[test]
fn a_registered_relative_keeps_a_matter_from_the_officer_and_no_number_is_ever_shown() {
    let (site, cookie) = open();
    let body = format!("staff={}&relation=sibling&contact=139+0000+0001", id("gu"));
    assert_eq!(site.post_as(&cookie, "/desk/admin/relatives", body).status, StatusCode::SEE_OTHER);
    let page = site.get_as(&cookie, "/desk/admin/relatives");
    assert!(page.text().contains("兄弟姐妹") && !page.text().contains("13900000001"));
    let named = format!("what=x&kind=help&identity=named&name=田小满&mobile=13900000001&place={VILLAGE}&submit_key=k");
    assert_eq!(site.post("/appeals", named).status, StatusCode::SEE_OTHER);
    let matter: Uuid = site.world.read(|tx, _| tx.row("select id from matter", &[])?.unwrap().get("id")).unwrap();
    let who = Actor::Staff { id: id("gu"), session: Uuid::nil() };
    let request = Request { who, matter, seen: None, command: Command::Register { category: "03".into() } };
    let answer = site.world.write(move |tx, site, (now, _)| run::execute(tx, site, now, &request).map(drop));
    assert!(matches!(answer, Err(No::Refused(refusal)) if refusal.code == "recused"));
    let relative = page.text().split("name=\"relative\" value=\"").nth(1).unwrap()[..36].to_owned();
    let taken_back = site.post_as(&cookie, "/desk/admin/relatives", format!("act=remove&relative={relative}"));
    assert_eq!(taken_back.status, StatusCode::SEE_OTHER);
    act(&site, "gu", matter, Command::Register { category: "03".into() });
}

#[test]
fn everybody_declares_their_own_relatives_and_only_an_administrator_takes_one_back() {
    let (site, administrator) = open();
    let cookie = enter(&site, "gu");
    let wrong = site.post_as(&cookie, "/desk/account/relatives", "relation=sibling&contact=1");
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let declared = site.post_as(&cookie, "/desk/account/relatives", "relation=sibling&contact=13900000001");
    assert_eq!(declared.status, StatusCode::SEE_OTHER);
    assert!(site.get_as(&cookie, "/desk/account/relatives").visible().contains("兄弟姐妹"));
    let relatives = site.world.hall.site.directory().relatives.clone();
    assert_eq!((relatives.len(), relatives[0].staff), (1, id("gu")));
    let taken_back = format!("act=remove&relative={}", relatives[0].id);
    assert_eq!(site.post_as(&cookie, "/desk/admin/relatives", taken_back.clone()).status, StatusCode::FORBIDDEN);
    assert_eq!(site.post_as(&administrator, "/desk/admin/relatives", taken_back).status, StatusCode::SEE_OTHER);
}

#[test]
fn a_further_year_is_shown_before_it_is_loaded_and_then_moves_open_dates() {
    let (site, cookie) = open();
    site.world.clock.set("2027-01-25T02:00:00Z");
    let cookie_now = enter(&site, "tang");
    drop(cookie);
    let matter = file(&site);
    let before = state(&site, matter).due;
    assert!(before.due.provisional, "2027 has no notice yet");
    let last = before.due.last;
    let form = format!("year=2027&source=国办发明电〔2026〕99号&off={last}%0A&work=");
    let preview = site.post_as(&cookie_now, "/desk/admin/calendar", form);
    assert_eq!(preview.status, StatusCode::OK);
    assert!(preview.text().contains("会重新计算的未办结事项：1 件"), "{}", preview.visible());
    assert_eq!(state(&site, matter).due, before, "a preview changes nothing");
    let text = format!("year%3D2027%0Asource%3D%22x%22%0Averified%3D%22local%22%0Aoff%3D%5B%22{last}%22%5D%0Awork%3D%5B%5D");
    let loaded = site.post_as(&cookie_now, "/desk/admin/calendar", format!("text={text}&confirm=1"));
    assert_eq!(loaded.status, StatusCode::SEE_OTHER);
    let after = state(&site, matter).due;
    assert!(after.due.last > last && !after.due.provisional);
    let wrong = site.post_as(&cookie_now, "/desk/admin/calendar", "year=2027&source=x&off=yesterday&work=");
    assert!(wrong.text().contains("“yesterday”不是这一年的日期"));
}

#[test]
fn the_page_of_channels_shows_what_is_stuck_and_sends_a_letter_to_try() {
    let (site, cookie) = open();
    let page = site.get_as(&cookie, "/desk/admin/channels").visible();
    assert!(page.contains("还没有开通收电子邮件") && page.contains("没有送到的信"), "{page}");
    let site = site.with_mail("minsheng@qinghe.example");
    assert!(site.get("/help").visible().contains("写到 minsheng@qinghe.example 就行"));
    let files = civic::file::FileStore::open(site.world.ground().path().join("files")).unwrap();
    let messages: Vec<Uuid> = ["one", "two", "three"]
        .into_iter()
        .map(|mail| {
            let hall = &site.world.hall;
            let coming =
                inbox::Coming::seal((&hall.site, &files, site.world.now()), ("mail", mail.as_bytes()), (b"{}", mail.as_bytes()));
            let (coming, now, place) = (coming.unwrap(), site.world.now(), hall.site.jurisdiction);
            let id = coming.id();
            assert!(hall.store.write_blocking(move |tx| inbox::put(tx, place, &coming, now)).unwrap());
            id
        })
        .collect();
    let (aside, looped, failed) = (messages[0], messages[1], messages[2]);
    site.world
        .write(move |tx, site, (now, _)| {
            let place = site.jurisdiction;
            inbox::became(tx, place, (aside, now), (inbox::Became::Aside("auto_reply"), None))?;
            inbox::became(tx, place, (looped, now), (inbox::Became::Aside("loop"), None))?;
            inbox::failed(tx, place, (failed, inbox::TRIES_MAX), now, "it cannot be read")
        })
        .unwrap();
    let page = site.get_as(&cookie, "/desk/admin/channels");
    assert!(page.text().contains("minsheng@qinghe.example"));
    assert_eq!(page.text().matches("value=\"take\"").count(), 1, "our own letter is taken by nobody");
    assert_eq!(page.text().matches("value=\"retry\"").count(), 1);
    for (act, message) in [("take", aside), ("retry", failed)] {
        let body = format!("act={act}&message={message}");
        assert_eq!(site.post_as(&cookie, "/desk/admin/channels", body.clone()).status, StatusCode::SEE_OTHER);
        assert_eq!(site.post_as(&cookie, "/desk/admin/channels", body).status, StatusCode::NOT_FOUND, "once is enough");
    }
    let waits = site.world.read(|tx, site| inbox::stands(tx, site.jurisdiction, "mail")).unwrap();
    assert_eq!(waits.iter().filter(|stand| stand.state == "waiting").map(|stand| stand.many).sum::<i64>(), 2);
    assert_eq!(site.post_as(&cookie, "/desk/admin/channels", "act=trial").header("location"), "/desk/admin/channels?done=trial");
    let letters = "select recipient from outbox where template = 'trial'";
    let to: String = site.world.read(|tx, _| tx.row(letters, &[])?.unwrap().get("recipient")).unwrap();
    assert_eq!(to, format!("staff:{}", id("tang")));
}

#[test]
fn a_program_gets_a_key_with_scopes_and_an_address_that_is_told_and_tried() {
    let (site, administrator) = open();
    let path = "/desk/admin/clients";
    let page = site.post_as(&administrator, path, "name=清禾市民通&scopes=follow&hook=ftp://a.example");
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("https:// 或 http://"), "{}", page.visible());
    let made = site.post_as(&administrator, path, "name=清禾市民通&scopes=follow&hook=https://a.example/told");
    assert_eq!(made.status, StatusCode::OK, "{}", made.visible());
    let client = site.world.hall.site.directory().clients.values().find(|one| !one.hook.is_empty()).cloned().unwrap();
    assert!(client.may(Scope::Follow) && !client.may(Scope::Send));
    assert!(
        made.text().contains(&hook::secret(&site.world.hall.site, client.id)),
        "what signatures are checked with is shown once"
    );
    let list = site.get_as(&administrator, path).visible();
    assert!(list.contains("https://a.example/told") && list.contains("还没有推送过"), "{list}");
    let tried = site.post_as(&administrator, path, format!("act=try&client={}", client.id));
    assert_eq!(tried.header("location"), "/desk/admin/clients?done=hook_tried");
    assert!(site.get_as(&administrator, path).visible().contains("正在试送"));
    let nobody = site.post_as(&administrator, path, format!("act=try&client={}", Uuid::nil()));
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
}
