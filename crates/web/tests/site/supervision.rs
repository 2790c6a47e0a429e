//! Supervision and the joint conference at the pages (R11, R12): a card that only evidence takes away, a matter no office wants that gets its
//! owner, and what that means for further ones of the kind.

use axum::http::StatusCode;
use jiff::ToSpan;
use testkit::county::{self, staff_id};
use testkit::{Engine, on_both};

use crate::desk::{act, state};
use crate::file::photo;
use crate::staff::{accounts, enter};
use crate::track::filed;
use crate::world::{Site, Visitor};

on_both![
    a_late_matter_shows_its_card_and_only_evidence_takes_it_away,
    a_matter_no_office_wants_gets_its_owner_from_the_conference_and_further_ones_follow,
    a_suggestion_is_answered_in_writing_and_in_public,
    whoever_is_held_to_account_is_heard_at_each_step,
    a_campaign_draws_matters_that_anybody_can_draw_again,
    whoever_is_concerned_gets_a_letter_that_names_nothing,
    a_leaders_case_ends_with_the_matter,
];

fn night(site: &Site, days: i64) {
    for _ in 0..days {
        site.world.clock.days(1);
        while site.world.write(|tx, own, (now, _)| appeals::tick::tick(tx, own, now)).unwrap() > 0 {}
        site.world.write(|tx, own, (now, _)| oversight::dossier::run::night(tx, own, now)).unwrap();
    }
}

fn day(site: &Site, days: i64) -> String {
    site.world.hall.site.day(site.world.now()).checked_add(days.days()).unwrap().to_string()
}

fn checked(site: &Site) {
    assert_eq!(site.world.read(oversight::dossier::check::compare).unwrap(), [""; 0]);
    site.world.check_log().unwrap();
}

/// Opens a file and returns its address.
fn begun(site: &Site, cookie: &str, kind: &str, body: &str) -> String {
    let form = site.get_as(cookie, &format!("/desk/dossiers/{kind}/new"));
    assert!(form.status == StatusCode::OK && !form.text().contains('⟦'), "{}", form.visible());
    let answer = site.post_as(cookie, &format!("/desk/dossiers/{kind}/new"), format!("title=题目&words=内容&{body}"));
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.visible());
    answer.header("location").split('?').next().unwrap().to_owned()
}

fn does(site: &Site, cookie: &str, (address, body): (&str, &str)) {
    let answer = site.post_as(cookie, address, body.to_owned());
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{body}: {}", answer.visible());
    let page = site.get_as(cookie, address);
    assert!(page.status == StatusCode::OK && !page.text().contains('⟦'), "{}", page.visible());
}

fn refused(site: &Site, cookie: &str, (address, body): (&str, &str), words: &str) {
    let answer = site.post_as(cookie, address, body.to_owned());
    assert!(answer.status.is_client_error() && answer.visible().contains(words), "{body}: {}", answer.visible());
}

fn a_late_matter_shows_its_card_and_only_evidence_takes_it_away(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (number, code) = filed(&site, "&kind=help");
    night(&site, 22);
    let (owner, watch, other) = (enter(&site, "gu"), enter(&site, "meng"), enter(&site, "wei"));
    let listed = site.get_as(&watch, "/desk/supervision").visible();
    assert!(listed.contains(&number) && listed.contains("红牌") && listed.contains("先办完、答复，再交凭据"), "{listed}");
    assert!(site.get_as(&owner, "/desk/supervision").visible().contains(&number), "the office sees its own");
    assert!(!site.get_as(&other, "/desk/supervision").visible().contains(&number), "and others do not");
    act(&site, &owner, (&number, "accept"), "category=14");
    let reply = "outcome=support&request=要修路灯&facts=线断了&opinion=已修&basis=xf:32&way_on=可以复查";
    act(&site, &owner, (&number, "reply"), reply);
    let bare = site.post_as(&owner, &format!("/desk/matters/{number}/act/show_evidence"), "words=修好了".to_owned());
    assert!(bare.visible().contains("凭据"), "{}", bare.visible());
    let judged = site.post_as(&owner, &format!("/desk/matters/{number}/act/judge_evidence"), "enough=yes&words=够了".to_owned());
    assert!(!judged.status.is_success() && !judged.status.is_redirection(), "an office takes no card away");
    let shown = Visitor::with(&site, &owner).upload_with(
        &format!("/desk/matters/{number}/act/show_evidence"),
        &[("words", "换了线，照片为证")],
        "灯.jpg",
        &photo(),
    );
    assert_eq!(shown.status, StatusCode::SEE_OTHER, "{}", shown.visible());
    let waiting = site.get_as(&watch, "/desk/supervision").visible();
    assert!(waiting.contains("等督查看凭据"), "{waiting}");
    act(&site, &watch, (&number, "judge_evidence"), "enough=yes&words=到现场看过");
    assert!(state(&site, &number).card_open().is_none());
    assert!(!site.get_as(&watch, "/desk/supervision").visible().contains(&number));
    assert!(site.get_as(&watch, "/desk/supervision?standing=lifted").visible().contains(&number));
    let mut person = Visitor::new(&site);
    person.post("/track", &format!("number={number}&query_code={code}")).leads_to("/track/matter");
    let story = person.get("/track/matter").visible();
    assert!(story.contains("单位交了办结凭据") && story.contains("凭据够了，摘牌"), "{story}");
    checked(&site);
}

/// Lets an office return a matter until nobody wants it.
fn unwanted(site: &Site, number: &str) {
    let (owner, other) = (enter(site, "gu"), enter(site, "wei"));
    act(site, &owner, (number, "register"), "category=14");
    for _ in 0..3 {
        act(site, &owner, (number, "assign"), "office=sw&words=请你单位办理");
        act(site, &other, (number, "return"), "ground=competence&words=不归我们管");
    }
    assert!(state(site, number).disputed);
}

fn a_matter_no_office_wants_gets_its_owner_from_the_conference_and_further_ones_follow(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (number, _) = filed(&site, "1&kind=help");
    unwanted(&site, &number);
    let (watch, leader, owner, other) = (enter(&site, "meng"), enter(&site, "du"), enter(&site, "gu"), enter(&site, "wei"));
    let form = site.get_as(&watch, "/desk/dossiers/conference/new").visible();
    assert!(form.contains(&number) && form.contains("退回过 3 次"), "the agenda is fed by itself: {form}");
    let chair = staff_id("du");
    let body = format!("date={}&venue=县政府二楼&chair={chair}&members=sw&members=bd&members=zj&agenda={number}", day(&site, 0));
    let address = begun(&site, &watch, "conference", &body);
    does(&site, &watch, (&address, "act=prepare&item=0&papers=路灯在水渠边上，两家都说不归自己"));
    let rule = format!("act=rule&item=0&to=sw&words=灯在水工程管理范围内&due={}&route={}", day(&site, 20), day(&site, 90));
    refused(&site, &leader, (&address, &rule), "到会的要超过 50%");
    does(&site, &watch, (&address, "act=attend&offices=sw&offices=bd"));
    refused(&site, &watch, (&address, &rule), "");
    assert!(state(&site, &number).disputed, "a supervisor prepares, and only a leader rules");
    refused(&site, &other, (&address, "act=end&words=散会"), "");
    does(&site, &leader, (&address, &rule));
    let ruled = state(&site, &number);
    assert_eq!((ruled.owner.as_str(), ruled.disputed, ruled.arbitrated), (county::WATER, false, true), "it binds at once");
    refused(&site, &leader, (&address, &rule), "已经裁定了");
    // it became a rule: the next of the kind is the ruled office's at once, and does not come back
    let (next, _) = filed(&site, "2&kind=help");
    act(&site, &owner, (&next, "register"), "category=14");
    act(&site, &owner, (&next, "assign"), "office=sw&words=照裁定派");
    assert_eq!(state(&site, &next).owner, county::WATER);
    let back = site.post_as(&other, &format!("/desk/matters/{next}/act/return"), "ground=competence&words=不归我们".to_owned());
    assert!(back.status.is_client_error() && !state(&site, &next).disputed, "{}", back.visible());
    // and ends with its day
    night(&site, 92);
    let (watch, leader, owner, other) = (enter(&site, "meng"), enter(&site, "du"), enter(&site, "gu"), enter(&site, "wei"));
    let (later, _) = filed(&site, "3&kind=help");
    act(&site, &owner, (&later, "register"), "category=14");
    act(&site, &owner, (&later, "assign"), "office=sw&words=请办");
    assert_eq!(state(&site, &later).owner, county::TOWNSHIP_OFFICE, "an offer again");
    // what was ruled is followed until it is carried out, also after the minutes
    does(&site, &leader, (&address, "act=end&words=一件事，定了"));
    assert!(site.get_as(&watch, &address).visible().contains("到期没有落实"));
    does(&site, &other, (&address, "act=follow&ruling=0&good=yes&words=灯修好了"));
    let minutes = site.get_as(&watch, &address);
    for words in ["裁定归清禾县水务局", "灯修好了", "一件事，定了", "过了 50%"] {
        assert!(minutes.visible().contains(words), "{words}: {}", minutes.visible());
    }
    assert!(minutes.text().contains("data-print"), "the minutes print");
    let paper = site.get_as(&watch, &format!("{address}/minutes"));
    assert_eq!(paper.headers["content-type"], "application/pdf");
    assert!(paper.bytes.starts_with(b"%PDF-") && paper.bytes.len() > 2_000);
    let invitation = site.get_as(&watch, &format!("{address}/invitation")).text().replace("\r\n ", "");
    for words in ["BEGIN:VCALENDAR", "LOCATION:县政府二楼", "DTSTART;VALUE=DATE:", "SUMMARY:题目"] {
        assert!(invitation.contains(words), "{words}: {invitation}");
    }
    for stranger in [enter(&site, "jin"), enter(&site, "tang")] {
        for form in ["minutes", "invitation"] {
            let hidden = site.get_as(&stranger, &format!("{address}/{form}"));
            assert!(hidden.status.is_client_error(), "nobody else takes it along");
        }
    }
    let public = site.get("/supervision").visible();
    assert!(public.contains("裁定归清禾县水务局") && !public.contains(&number), "rulings are public, matters are not: {public}");
    checked(&site);
}

fn a_suggestion_is_answered_in_writing_and_in_public(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (watch, other) = (enter(&site, "meng"), enter(&site, "gu"));
    let address = begun(&site, &watch, "advice", "ground=2_work&office=sw");
    refused(&site, &watch, (&address, "act=end&words=好"), "还没有答复");
    refused(&site, &other, (&address, "act=answer&good=yes&words=采纳"), "");
    night(&site, 31);
    assert!(site.get("/supervision").visible().contains("还没有答复"), "a missed day is public");
    let late = site.world.read(|tx, own| {
        Ok::<_, db::Fault>(oversight::dossier::list::one(tx, own, (oversight::dossier::Kind::Advice, 1))?.unwrap().dossier)
    });
    assert!(late.unwrap().told.is_some(), "and told once in the log");
    night(&site, 3);
    let (watch, head) = (enter(&site, "meng"), enter(&site, "kong"));
    does(&site, &head, (&address, "act=answer&good=no&words=打13800000001问过，人手不够，明年做"));
    refused(&site, &head, (&address, "act=answer&good=yes&words=再答一次"), "已经答复过了");
    let public = site.get("/supervision").visible();
    assert!(public.contains("不采纳") && public.contains("明年做") && !public.contains("13800000001"), "{public}");
    does(&site, &watch, (&address, "act=end&words=看过"));
    checked(&site);
}

fn whoever_is_held_to_account_is_heard_at_each_step(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (watch, meant, head, colleague) = (enter(&site, "meng"), enter(&site, "wei"), enter(&site, "kong"), enter(&site, "lin"));
    let body = format!("ground=2_measures&office=sw&person={}", staff_id("wei"));
    let address = begun(&site, &watch, "account", &body);
    refused(&site, &meant, (&address, "act=answer&words=没有步骤"), "没有要申辩的");
    does(&site, &watch, (&address, "act=step&words=三次推给别家，有记录"));
    refused(&site, &watch, (&address, "act=step&words=接着走"), "还没有申辩");
    refused(&site, &watch, (&address, "act=end&words=结束"), "还没有走过一步");
    for (login, sees) in [(&meant, true), (&head, true), (&colleague, false)] {
        assert_eq!(site.get_as(login, &address).status == StatusCode::OK, sees);
    }
    does(&site, &meant, (&address, "act=answer&words=当时没有权限"));
    does(&site, &watch, (&address, "act=step&words=限期十五个工作日"));
    night(&site, 30);
    let (watch, head) = (enter(&site, "meng"), enter(&site, "kong"));
    does(&site, &watch, (&address, "act=step&words=没有整改，追究责任"));
    does(&site, &head, (&address, "act=answer&words=接受"));
    refused(&site, &watch, (&address, "act=step&words=还有吗"), "三步都走完了");
    does(&site, &watch, (&address, "act=end&words=通报批评，已整改"));
    assert!(!site.get("/supervision").visible().contains("追究责任"), "nobody is put on a pillory");
    checked(&site);
}

fn a_campaign_draws_matters_that_anybody_can_draw_again(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let numbers: Vec<String> = (0..9).map(|n| filed(&site, &format!("{n}&kind=help")).0).collect();
    let (watch, owner) = (enter(&site, "meng"), enter(&site, "gu"));
    let span = format!("from={}&to={}&due={}", day(&site, -3), day(&site, 0), day(&site, 9));
    let address = begun(&site, &watch, "task", &format!("special=1&office=bd&many=3&{span}"));
    let file = site
        .world
        .read(|tx, own| {
            Ok::<_, db::Fault>(oversight::dossier::list::one(tx, own, (oversight::dossier::Kind::Task, 1))?.unwrap().dossier)
        })
        .unwrap();
    let oversight::dossier::What::Task { seed, of, drawn, .. } = &file.opening.what else { panic!("a task") };
    assert_eq!((*of, drawn.len()), (9, 3));
    let mut lots: Vec<(String, String)> = numbers
        .iter()
        .map(|number| {
            let matter = state(&site, number).matter;
            let key = site.world.read(move |tx, own| appeals::store::load(tx, own, matter)).unwrap().unwrap().key;
            (appeals::supervise::draw::lot(seed, &civic::journal::pseudonym(&key)), number.clone())
        })
        .collect();
    lots.sort();
    let again: Vec<&String> = lots.iter().take(3).map(|(_, number)| number).collect();
    assert_eq!(again, drawn.iter().map(|named| &named.number).collect::<Vec<_>>(), "drawn again by hand");
    refused(&site, &watch, (&address, "act=end&words=看完了"), "没有全部看过");
    refused(&site, &watch, (&address, "act=note&matter=MS1&good=yes&words=看了"), "不在抽中的里面");
    for named in drawn {
        does(&site, &watch, (&address, &format!("act=note&matter={}&good=yes&words=灯亮着", named.number)));
    }
    refused(&site, &owner, (&address, "act=end&words=我们自己结束"), "");
    does(&site, &watch, (&address, "act=end&words=三件都办实了"));
    let public = site.get("/supervision").visible();
    assert!(public.contains(seed) && public.contains("9 件里抽 3 件") && !public.contains(&drawn[0].number), "{public}");
    checked(&site);
}

/// Lists who has a letter of a template waiting.
fn told(site: &Site, template: &str) -> Vec<String> {
    let now = site.world.now();
    let all = site.world.read(move |tx, own| civic::outbox::due(tx, own.jurisdiction, civic::outbox::MAIL, now, 1_000)).unwrap();
    let mut found: Vec<String> = all.into_iter().filter(|one| one.template == template).map(|one| one.recipient).collect();
    found.sort();
    found
}

fn whoever_is_concerned_gets_a_letter_that_names_nothing(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (watch, head) = (enter(&site, "meng"), enter(&site, "kong"));
    let to = |login: &str| format!("staff:{}", staff_id(login));
    let address = begun(&site, &watch, "advice", "ground=2_work&office=sw");
    assert_eq!(told(&site, "advice_given"), [to("kong")], "the head of the office that has to answer");
    does(&site, &head, (&address, "act=answer&good=yes&words=采纳"));
    assert_eq!(told(&site, "dossier_answered"), [to("meng")], "whoever opened it");
    let body = format!("ground=2_measures&office=sw&person={}", staff_id("wei"));
    let address = begun(&site, &watch, "account", &body);
    assert!(told(&site, "account_step").is_empty());
    does(&site, &watch, (&address, "act=step&words=三次推给别家，有记录"));
    let mut both = vec![to("kong"), to("wei")];
    both.sort();
    assert_eq!(told(&site, "account_step"), both, "the head and whoever is meant");
    let body = format!("date={}&time=9：30&venue=县政府&chair={}&members=sw&members=bd&levels=", day(&site, 3), staff_id("du"));
    let (number, _) = filed(&site, "1&kind=help");
    unwanted(&site, &number);
    begun(&site, &watch, "conference", &format!("{body}&agenda={number}"));
    let called = told(&site, "conference_called");
    for login in ["kong", "qiao", "du"] {
        assert!(called.contains(&to(login)), "{login}: {called:?}");
    }
    night(&site, 9);
    assert_eq!(
        told(&site, "dossier_overdue").iter().filter(|one| **one == to("meng")).count(),
        2,
        "the reply and the meeting, once each"
    );
    checked(&site);
}

fn a_leaders_case_ends_with_the_matter(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (number, _) = filed(&site, "&kind=help");
    let (watch, leader, owner) = (enter(&site, "meng"), enter(&site, "du"), enter(&site, "gu"));
    let body = format!("matter={number}&leader={}&due={}", staff_id("du"), day(&site, 30));
    let address = begun(&site, &watch, "case", &body);
    refused(&site, &watch, (&address, "act=note&words=替领导记"), "");
    does(&site, &leader, (&address, "act=note&words=到村里看了，定了换线"));
    refused(&site, &leader, (&address, "act=end&words=办完了"), "还没有答复");
    act(&site, &owner, (&number, "accept"), "category=14");
    act(&site, &owner, (&number, "reply"), "outcome=support&request=要修&facts=断线&opinion=已修&basis=xf:32&way_on=可以复查");
    does(&site, &leader, (&address, "act=end&words=换了线，居民看过"));
    checked(&site);
}
