//! Issues: what many people say, as far as each may see it; told early, answered, put right; and gone where it was erased.

use appeals::filing::{self, Form};
use axum::http::StatusCode;
use jiff::ToSpan;
use testkit::county::VILLAGE;
use testkit::{Engine, on_both};

use crate::erase::{request, withdraw};
use crate::staff::{accounts, enter};
use crate::world::{Answer, Site};

on_both![
    what_several_people_say_is_one_issue_for_whoever_may_see_it,
    an_outbreak_is_told_once_within_fifteen_reports_and_answered,
    a_person_puts_an_issue_right_and_takes_it_back,
    a_restart_a_deletion_and_an_erasure_leave_what_is_there,
];

/// What several people say of one thing.
const BURST: [&str; 6] = [
    "和平路自来水主管爆了，整条街停水",
    "和平路水管爆裂，自来水冲到马路上",
    "我家在和平路，水管爆裂后一直停水",
    "和平路自来水管爆裂，店里进水了",
    "和平路一带全部停水，水管爆裂没人管",
    "请抢修和平路自来水爆裂的主管",
];

fn say(site: &Site, (key, what): (&str, &str), place: &str) -> String {
    say_as(site, &Form { what: what.into(), place: place.into(), submit_key: key.into(), ..plain() })
}

fn plain() -> Form {
    Form { kind: "help".into(), identity: "anonymous".into(), ..Form::default() }
}

fn say_as(site: &Site, form: &Form) -> String {
    site.wait(filing::file(&site.world.hall, form, &[], None, |_, _| Ok(Vec::new()))).unwrap().number
}

fn burst(site: &Site, count: usize, place: &str) -> Vec<String> {
    (0..count)
        .map(|n| {
            site.world.clock.advance(1.minute());
            say(site, (&format!("burst-{n}-{place}"), BURST[n % BURST.len()]), place)
        })
        .collect()
}

fn what_several_people_say_is_one_issue_for_whoever_may_see_it(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let officer = enter(&site, "gu");
    assert!(site.get_as(&officer, "/desk/issues").visible().contains("正在整理"));
    let numbers = burst(&site, 4, VILLAGE);
    say(&site, ("other", "小学门口的路灯不亮，孩子看不见路"), VILLAGE);
    site.hear();
    let list = site.get_as(&officer, "/desk/issues").visible();
    assert!(list.contains("4 个人 · 4 件 · 4 件在办") && list.contains("柳湾村") && !list.contains("路灯"), "{list}");
    let page = site.get_as(&officer, &format!("/desk/issues/{}", numbers[2]));
    let text = page.visible();
    assert!(page.status == StatusCode::OK && !page.text().contains('⟦'), "{text}");
    for part in ["和平路", "反映的人数", "拿出去", "就用这个标题", &numbers[0]] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // whoever leads sees it without anybody's own words; another township does not see it at all, nor does an administrator
    let leader = site.get_as(&enter(&site, "du"), "/desk/issues").visible();
    assert!(leader.contains("4 个人") && !leader.contains(BURST[0]), "{leader}");
    for login in ["lin", "wei", "tang", "su"] {
        let cookie = enter(&site, login);
        let list = site.get_as(&cookie, "/desk/issues").visible();
        assert!(list.contains("现在没有热点"), "{login}: {list}");
        let answer = site.get_as(&cookie, &format!("/desk/issues/{}", numbers[0]));
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{login}");
    }
    let english = site.get_as(&format!("{officer}; ms_lang=en; __Host-ms_lang=en"), &format!("/desk/issues/{}", numbers[0]));
    assert!(english.visible().contains("Put the machine right") && !english.text().contains('⟦'), "{}", english.visible());
}

/// Tells what the public log says of issues.
fn public(site: &Site) -> Vec<String> {
    let entries = "select fact from event where kind like 'issue_%' order by position";
    let rows = site.world.read(move |tx, _| tx.rows(entries, &[])).unwrap();
    rows.iter().map(|row| row.get::<String>("fact").unwrap()).collect()
}

/// Who was written to.
fn told(site: &Site) -> Vec<String> {
    let letters = "select recipient from outbox where template = 'issue_warned' order by recipient";
    let rows = site.world.read(move |tx, _| tx.rows(letters, &[])).unwrap();
    rows.iter().map(|row| row.get::<String>("recipient").unwrap()).collect()
}

fn an_outbreak_is_told_once_within_fifteen_reports_and_answered(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let troubles = ["路灯不亮", "垃圾没人清运", "广场舞太吵", "井盖松动", "流浪狗咬人", "路面坑洼", "树枝挡住信号灯", "公厕太脏"];
    let spots = ["小学门口", "老粮站", "东湖边", "竹园路", "菜市场", "桥头"];
    let remarks = ["打过几次电话", "已经一个多月", "邻居都有意见", "老人孩子受影响", "到底归谁管", "晚上更严重", "请派人看看"];
    let mut noise = 0;
    for n in 0..40 {
        site.world.clock.advance(12.hours());
        let what = format!("{}{}，{}", spots[n % 6], troubles[(n * 5 + n / 8) % 8], remarks[n % 7]);
        say(&site, (&format!("other-{n}"), &what), VILLAGE);
        noise += site.hear();
    }
    assert!(noise <= 1, "{noise} told of nothing in twenty days");
    let mut told_at = None;
    let mut last = String::new();
    for n in 0..24 {
        site.world.clock.advance(2.minutes());
        last = say(&site, (&format!("burst-{n}"), BURST[n % BURST.len()]), VILLAGE);
        if site.hear() > 0 {
            told_at = told_at.or(Some(n + 1));
        }
    }
    assert!(told_at.is_some_and(|reports| reports <= 15), "{told_at:?}");
    let letters = told(&site);
    let of = |login: &str| letters.iter().filter(|to| to.ends_with(&testkit::county::staff_id(login).to_string())).count();
    assert!(of("qiao") >= 1 && of("du") >= 1 && of("meng") >= 1 && of("gu") == 0 && of("tang") == 0, "{letters:?}");
    let (head, clerk) = (enter(&site, "qiao"), enter(&site, "fang"));
    let board = |login: &'static str| site.get_as(&enter(&site, login), "/desk/board").visible();
    assert!(
        board("du").contains("苗头预警：") && !board("kong").contains("苗头预警："),
        "the morning's board says so to whom it concerns"
    );
    let page = site.get_as(&head, &format!("/desk/issues/{last}"));
    let text = page.visible();
    for part in ["苗头预警：比往常多", "小时里有", "建议：", "我看到了", "不用另外处理"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let trigger = page.text().split("name=\"trigger\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let answer =
        |cookie: &str, rest: &str| site.post_as(cookie, &format!("/desk/issues/{last}"), format!("trigger={trigger}&{rest}"));
    assert_eq!(answer(&clerk, "act=seen").status, StatusCode::FORBIDDEN, "a mediator sees it and does not answer for it");
    saved(&answer(&head, "act=seen"));
    assert_eq!(answer(&head, "act=acted&measure=moon").status, StatusCode::UNPROCESSABLE_ENTITY);
    saved(&answer(&head, "act=acted&measure=notice"));
    assert_eq!(answer(&head, "act=dismissed&dismissal=known").status, StatusCode::UNPROCESSABLE_ENTITY, "once is enough");
    let after = site.get_as(&head, &format!("/desk/issues/{last}")).visible();
    assert!(after.contains("已经行动：") && !after.contains("我看到了"), "one answer is enough for all of one issue: {after}");
    assert!(!site.get_as(&head, "/desk/issues").visible().contains("等着处理"));
    assert!(!board("du").contains("苗头预警："));
    let entries = public(&site);
    assert!(entries.iter().any(|entry| entry.contains("\"as\":\"acted\"") && entry.contains("\"gr\":\"notice\"")), "{entries:?}");
    assert!(entries.iter().all(|entry| !entry.contains("people") && !entry.contains(&last)), "{entries:?}");
    site.world.check_log().unwrap();
}

fn saved(answer: &Answer) {
    assert!(answer.status == StatusCode::SEE_OTHER && answer.header("location").ends_with("?done=saved"), "{}", answer.visible());
}

fn a_person_puts_an_issue_right_and_takes_it_back(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let head = enter(&site, "qiao");
    let pipes = burst(&site, 3, VILLAGE);
    let lamps: Vec<String> = ["小学门口路灯不亮", "小学门口的路灯不亮了", "小学门口的路灯坏了不亮", "路灯不亮，小学门口黑"]
        .iter()
        .map(|what| say(&site, (what, what), VILLAGE))
        .collect();
    site.hear();
    let list = |cookie: &str| site.get_as(cookie, "/desk/issues").visible();
    assert_eq!(list(&head).matches(" 件在办").count(), 2, "{}", list(&head));
    let act = |number: &str, body: &str| site.post_as(&head, &format!("/desk/issues/{number}"), body.to_owned());
    saved(&act(&pipes[0], "act=title&title=和平路水管爆裂停水，电话13812345678"));
    assert!(list(&head).contains("和平路水管爆裂停水，电话［电话］"), "{}", list(&head));
    assert!(list(&enter(&site, "du")).contains("和平路水管爆裂停水"), "what a person called it is for everybody who sees it");
    assert_eq!(act(&pipes[0], "act=title&title=").status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(act(&pipes[0], &format!("act=merge&other={}", pipes[1])).status, StatusCode::UNPROCESSABLE_ENTITY);
    saved(&act(&pipes[0], &format!("act=merge&other={}", lamps[0])));
    assert!(list(&head).contains("7 个人 · 7 件"), "{}", list(&head));
    let page = site.get_as(&head, &format!("/desk/issues/{}", pipes[0])).text();
    let before = page.split(">撤销合并<").next().unwrap();
    let undo = before.rsplit("value=\"").next().unwrap().split('"').next().unwrap();
    saved(&act(&pipes[0], &format!("act=undo&position={undo}")));
    assert_eq!(list(&head).matches(" 件在办").count(), 2, "{}", list(&head));
    saved(&act(&lamps[0], &format!("act=part&matter={}", lamps[1])));
    assert_eq!(list(&head).matches("3 个人 · 3 件").count(), 2, "{}", list(&head));
    assert_eq!(site.get_as(&head, &format!("/desk/issues/{}", lamps[1])).status, StatusCode::NOT_FOUND);
    site.world.clock.days(1);
    site.hear();
    let head = enter(&site, "qiao");
    assert_eq!(list(&head).matches("3 个人 · 3 件").count(), 2, "tidying up keeps to what people said: {}", list(&head));
    assert_eq!(public(&site).len(), 4);
}

fn a_restart_a_deletion_and_an_erasure_leave_what_is_there(engine: Engine) {
    let mut site = Site::new(engine);
    accounts(&site);
    let numbers = burst(&site, 5, VILLAGE);
    say_as(&site, &Form { what: BURST[0].into(), place: VILLAGE.into(), unread: true, submit_key: "unread".into(), ..plain() });
    let accusation = Form { kind: "accusation".into(), submit_key: "accused".into(), ..plain() };
    say_as(&site, &Form { what: BURST[1].into(), place: VILLAGE.into(), ..accusation });
    let list = |site: &Site| site.get_as(&enter(site, "meng"), "/desk/issues").visible();
    site.hear();
    assert!(list(&site).contains("5 个人 · 5 件"), "no accusation, and nothing no machine shall read: {}", list(&site));
    site.world.clock.advance(11.minutes());
    site.hear();
    let file = site.world.ground().path().join("issues.sealed");
    let kept = std::fs::read(&file).unwrap();
    assert!(!String::from_utf8_lossy(&kept).contains("和平路"), "it is sealed");
    let before = public(&site).len();
    for how in ["as it was", "broken", "deleted"] {
        match how {
            "broken" => std::fs::write(&file, b"something else").unwrap(),
            "deleted" => std::fs::remove_file(&file).unwrap(),
            _ => {}
        }
        site.world.clock.advance(11.minutes());
        site = site.deaf();
        site.hear();
        assert!(list(&site).contains("5 个人 · 5 件"), "{how}: {}", list(&site));
    }
    assert_eq!(public(&site).len(), before, "nothing is told twice");
    withdraw(&site, &numbers[4]);
    site.hear();
    let kept = std::fs::read(&file).unwrap();
    erased(&site, &numbers[4]);
    site.hear();
    assert!(list(&site).contains("4 个人 · 4 件"), "{}", list(&site));
    assert_ne!(std::fs::read(&file).unwrap(), kept, "what is kept is written anew at once");
}

/// Erases a finished matter, by two persons; its key is still there.
fn erased(site: &Site, number: &str) {
    let (first, second) = (enter(site, "meng"), enter(site, "yan"));
    site.post_as(&first, "/desk/erase", format!("act=ask&number={number}&ground=asked")).leads_to("/desk/erase?done=saved");
    let page = site.get_as(&second, "/desk/erase").text();
    let agree = format!("act=agree&deed=erase&id={}", request(&page));
    site.post_as(&second, "/desk/erase", agree).leads_to("/desk/erase?done=saved");
}
