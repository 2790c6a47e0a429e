//! The board: written, looked at before it is sent, let through, answered, hidden with a reason by another office than the one it is about,
//! objected to, decided by a third; taken back for good.

use axum::http::StatusCode;
use forum::Standing;
use forum::board::{self, Filter, List};
use jiff::ToSpan;
use testkit::county::{COUNTY, HOUSING, VILLAGE, WATER};
use testkit::{Engine, on_both};
use uuid::Uuid;

use crate::staff::{accounts, enter};
use crate::world::{Answer, Site};

on_both![a_topic_is_written_let_through_answered_and_listed, an_office_cannot_hide_what_is_said_about_it];

/// Writes the fields of a topic about water in the village.
fn topic(key: &str, text: &str) -> String {
    format!("step=send&submit_key={key}&title=村口水管&text={text}&place={VILLAGE}&theme=03&pen=河边人")
}

/// Signs somebody in with a one-time code that nobody used yet.
fn come(site: &Site, login: &'static str) -> String {
    site.world.clock.advance(1.minutes());
    enter(site, login)
}

/// Reads the code of a post off the page that tells it.
fn code_of(page: &Answer) -> String {
    let text = page.text();
    text.split("<p class=\"big code\">").nth(1).expect("a code").split('<').next().unwrap().to_owned()
}

pub fn write(site: &Site, key: &str, text: &str) -> (Uuid, String) {
    let page = site.post("/forum/new", topic(key, text));
    assert_eq!(page.status, StatusCode::OK, "{}", page.visible());
    let text = page.text();
    let id = text.split("href=\"/forum/").filter_map(|rest| rest.get(..36)).find_map(|id| id.parse().ok());
    (id.expect("the page leads to the post"), code_of(&page))
}

/// Lets a post through as the township does.
pub fn publish(site: &Site, id: Uuid) {
    publish_as(site, "gu", id, id);
}

fn publish_as(site: &Site, login: &'static str, topic: Uuid, post: Uuid) {
    let cookie = come(site, login);
    let answer = site.post_as(&cookie, &format!("/desk/forum/{topic}"), format!("act=publish&post={post}"));
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.visible());
}

fn standing(site: &Site, id: Uuid) -> Standing {
    site.world.read(move |tx, site| forum::get(tx, site, id)).unwrap().unwrap().standing
}

pub fn begun() -> Site {
    let site = Site::sqlite();
    accounts(&site);
    site
}

fn a_topic_is_written_let_through_answered_and_listed(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    assert!(site.get("/forum").visible().contains("这里还没有话题"));
    let (id, _) = write(&site, "a", "村口的水管漏了三天");
    assert_eq!(site.get(&format!("/forum/{id}")).status, StatusCode::NOT_FOUND, "what nobody looked at is not there");
    assert!(!site.get("/forum").visible().contains("村口水管"));
    publish(&site, id);
    let page = site.get(&format!("/forum/{id}")).visible();
    assert!(page.contains("村口的水管漏了三天") && page.contains("河边人") && page.contains("清禾县水务局应当在"), "{page}");
    for (query, there) in [
        ("", true),
        ("?place=990121100", true),
        ("?theme=03", true),
        ("?place=990121100&theme=03&only=open", true),
        ("?place=990121101", false),
        ("?theme=04", false),
    ] {
        assert_eq!(site.get(&format!("/forum{query}")).visible().contains("村口水管"), there, "{query}");
    }
    let cookie = come(&site, "wei");
    let desk = site.get_as(&cookie, "/desk").visible();
    assert!(desk.contains("论坛等答复"), "{desk}");
    assert!(site.get_as(&cookie, "/desk/forum").visible().contains("村口水管"));
    site.world.clock.advance(5.minutes());
    let answer = site.post_as(&cookie, &format!("/desk/forum/{id}"), "act=answer&submit_key=w1&text=明天上午修好");
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.visible());
    let page = site.get(&format!("/forum/{id}")).visible();
    assert!(page.contains("单位的答复") && page.contains("明天上午修好") && page.contains("单位已答复"), "{page}");
    assert!(!page.contains("魏听澜"), "the office speaks, nobody by name: {page}");
    assert!(!site.get("/forum?only=open").visible().contains("村口水管"));
    assert!(!site.get_as(&cookie, "/desk/forum").visible().contains("村口水管"));
    let answer = site.world.read(move |tx, own| board::page(tx, own, (&List::Answers(id), None, 9))).unwrap().posts[0].id;
    let correct = |reason: &str| format!("act=correct&post={answer}&text=后天上午修好&words={reason}");
    let bare = site.post_as(&cookie, &format!("/desk/forum/{id}"), correct(""));
    assert!(bare.status == StatusCode::UNPROCESSABLE_ENTITY && bare.text().contains("后天上午修好"), "a correction has a reason");
    site.post_as(&cookie, &format!("/desk/forum/{id}"), correct("配件晚到一天"))
        .leads_to(&format!("/desk/forum/{id}?done=post_corrected"));
    let page = site.get(&format!("/forum/{id}")).visible();
    assert!(page.contains("后天上午修好") && page.contains("明天上午修好") && page.contains("配件晚到一天"), "{page}");
    let other = come(&site, "gu");
    let foreign = site.post_as(&other, &format!("/desk/forum/{id}"), correct("x"));
    assert_eq!(foreign.status, StatusCode::FORBIDDEN, "another office's answer is not ours to correct: {}", foreign.visible());
    let reply = site.post(&format!("/forum/{id}"), "step=send&submit_key=r1&text=谢谢，修好了");
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.visible());
    let held = site.world.read(move |tx, site| board::held_below(tx, site, id)).unwrap();
    publish_as(&site, "gu", id, held[0].id);
    let page = site.get(&format!("/forum/{id}")).visible();
    assert!(page.contains("谢谢，修好了") && page.contains("一位群众"), "{page}");
    site.world.check_log().unwrap();
}

#[test]
fn what_is_published_is_looked_at_first_and_holds_no_personal_data() {
    let site = begun();
    let typed = "submit_key=m&title=找人&text=请打13812345678找李大爷&theme=03&pen=&step=preview";
    let page = site.post("/forum/new", format!("{typed}&place={VILLAGE}"));
    let seen = page.visible();
    assert!(seen.contains("我们盖住了 2 处个人信息") && seen.contains("请打［电话］找［姓名］"), "{seen}");
    assert!(page.text().contains("value=\"请打13812345678找李大爷\""), "the writer can still change it");
    let rows = site.world.read(|tx, _| tx.rows("select id from forum_post", &[])).unwrap();
    assert!(rows.is_empty(), "a look keeps nothing");
    let (id, _) = write(&site, "m2", "请打13812345678找李大爷");
    publish(&site, id);
    let text = site.get(&format!("/forum/{id}")).text();
    assert!(!text.contains("13812345678") && text.contains("盖住了 2 处"), "{text}");
    for feed in ["/forum.atom", "/news.atom", "/news/theme/03.atom"] {
        let feed = site.get(feed).text();
        assert!(!feed.contains("13812345678") && feed.contains("村口水管"), "{feed}");
    }
}

#[test]
fn what_reads_like_an_accusation_is_not_kept_and_the_guarded_way_is_shown() {
    let site = begun();
    for step in ["preview", "send"] {
        let words = "村主任贪污，收了钱才办事，我要举报他";
        let page = site.post("/forum/new", topic("acc", words).replace("step=send", &format!("step={step}")));
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        let seen = page.visible();
        assert!(seen.contains("请走保密渠道") && seen.contains("没有保存"), "{seen}");
    }
    let (id, code) = write(&site, "ok", "村口的水管漏了");
    publish(&site, id);
    let page = site.post("/forum/own", format!("code={code}&act=edit&title=水管&text=站长贪污回扣，我要检举他"));
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!site.get(&format!("/forum/{id}")).text().contains("贪污"));
    let rows = site.world.read(|tx, _| tx.rows("select id from forum_post", &[])).unwrap();
    assert_eq!(rows.len(), 1);
}

#[test]
fn the_same_form_sent_fifty_times_is_one_post() {
    let site = begun();
    let (id, code) = write(&site, "fifty", "路灯坏了");
    for _ in 0..49 {
        let page = site.post("/forum/new", topic("fifty", "路灯坏了"));
        assert_eq!((page.status, code_of(&page)), (StatusCode::OK, code.clone()));
    }
    let other = site.post("/forum/new", topic("fifty", "别的话"));
    assert_eq!(other.status, StatusCode::CONFLICT);
    let rows = site.world.read(|tx, _| tx.rows("select id from forum_post", &[])).unwrap();
    assert_eq!(rows.len(), 1);
    let events = site.world.read(move |tx, site| civic::journal::of_matter(tx, site.jurisdiction, id)).unwrap();
    assert_eq!(events.len(), 1);
}

fn an_office_cannot_hide_what_is_said_about_it(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (id, code) = write(&site, "h", "水务局收了钱不修，北渡镇人民政府也不管");
    publish_as(&site, "an", id, id);
    let hide = |ground: &str| format!("act=hide&post={id}&ground={ground}&words=有住址");
    // whoever is asked, and whoever is named
    for login in ["wei", "kong", "gu", "qiao"] {
        let cookie = come(&site, login);
        let page = site.post_as(&cookie, &format!("/desk/forum/{id}"), hide("1_personal"));
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{login}");
        assert!(page.text().contains("说的是贵单位"), "{login}: {}", page.visible());
        for act in ["act=lock&ground=1_settled&words=x", "act=move&ground=1_elsewhere&words=x&theme=04&to=zj&place=990121"] {
            let page = site.post_as(&cookie, &format!("/desk/forum/{id}"), format!("{act}&post={id}"));
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{login} {act}");
        }
    }
    assert_eq!(standing(&site, id), Standing::Public);
    // an office that is not above the place, and roles that do not moderate
    for login in ["lin", "he", "luo", "tang", "yan"] {
        let cookie = come(&site, login);
        let page = site.post_as(&cookie, &format!("/desk/forum/{id}"), hide("1_personal"));
        assert!(page.status == StatusCode::FORBIDDEN, "{login}: {}", page.visible());
    }
    let cookie = come(&site, "an");
    for (form, why) in [(hide("nothing"), "请"), (format!("act=hide&post={id}&ground=1_personal&words="), "请写明原因")] {
        let page = site.post_as(&cookie, &format!("/desk/forum/{id}"), form);
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text().contains(why));
    }
    assert_eq!(site.post_as(&cookie, &format!("/desk/forum/{id}"), hide("1_personal")).status, StatusCode::SEE_OTHER);
    let page = site.get(&format!("/forum/{id}"));
    let seen = page.visible();
    assert!(
        seen.contains("清禾县信访局隐藏了这条") && seen.contains("公开了别人的个人信息") && seen.contains("有住址"),
        "{seen}"
    );
    assert!(!page.text().contains("收了钱不修"), "a tombstone has no words of the post");
    assert!(!site.get("/forum").visible().contains("村口水管") && !site.get("/forum.atom").text().contains("村口水管"));
    let log = site.get("/forum/moderation").visible();
    assert!(log.contains("清禾县信访局") && log.contains("隐藏") && !log.contains("收了钱"), "{log}");
    let cookie = come(&site, "wei");
    assert!(
        !site.get_as(&cookie, &format!("/desk/forum/{id}")).text().contains("收了钱不修"),
        "hidden words are for those who decide"
    );
    let cookie = come(&site, "du");
    assert!(site.get_as(&cookie, &format!("/desk/forum/{id}")).text().contains("收了钱不修"));
    objected(&site, (id, &code));
}

/// Objects, and has it decided by another office.
fn objected(site: &Site, (id, code): (Uuid, &str)) {
    let page = site.post("/forum/own", format!("code={code}&act=object&words=我写的是单位"));
    assert!(page.visible().contains("申诉收到了"), "{}", page.visible());
    let again = site.post("/forum/own", format!("code={code}&act=object&words=再来"));
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let decide = format!("act=decide&post={id}&stays=0&words=没有个人信息");
    for (login, why) in [("an", "是贵单位隐藏的"), ("bai", "是贵单位隐藏的"), ("wei", "说的是贵单位")] {
        let cookie = come(site, login);
        let page = site.post_as(&cookie, &format!("/desk/forum/{id}"), decide.clone());
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{login}");
        assert!(page.text().contains(why), "{login}: {}", page.visible());
    }
    let cookie = come(site, "du");
    assert!(site.get_as(&cookie, "/desk/forum?view=objected").text().contains(&id.to_string()));
    assert_eq!(site.post_as(&cookie, &format!("/desk/forum/{id}"), decide).status, StatusCode::SEE_OTHER);
    assert_eq!(standing(site, id), Standing::Public);
    let page = site.get(&format!("/forum/{id}")).visible();
    assert!(page.contains("收了钱不修"), "{page}");
    assert!(site.get("/forum/moderation").visible().contains("恢复公开"));
    let cookie = come(site, "bai");
    let again = site.post_as(&cookie, &format!("/desk/forum/{id}"), format!("act=hide&post={id}&ground=1_personal&words=还是"));
    assert_eq!(again.status, StatusCode::CONFLICT, "what another office restored is not hidden again");
    site.world.check_log().unwrap();
}

#[test]
fn an_objection_comes_in_time_or_not_at_all() {
    let site = begun();
    let (id, code) = write(&site, "late", "水管漏了");
    publish(&site, id);
    let cookie = come(&site, "an");
    site.post_as(&cookie, &format!("/desk/forum/{id}"), format!("act=hide&post={id}&ground=4_advertising&words=刷屏"));
    site.world.clock.advance((24 * 20).hours());
    let page = site.post("/forum/own", format!("code={code}&act=object&words=不是广告"));
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.visible().contains("申诉的期限到"), "{}", page.visible());
    assert_eq!(standing(&site, id), Standing::Hidden);
}

#[test]
fn ones_own_post_is_changed_for_a_while_and_taken_back_for_good() {
    let site = begun();
    let (id, code) = write(&site, "own", "水管漏了");
    publish(&site, id);
    assert_eq!(site.post("/forum/own", "code=0000-0000-0000-0000").status, StatusCode::FORBIDDEN);
    let page = site.post("/forum/own", format!("code={code}&act=edit&title=水管&text=修好了，电话13812345678"));
    assert!(page.visible().contains("改好了"), "{}", page.visible());
    let text = site.get(&format!("/forum/{id}")).text();
    assert!(text.contains("修好了，电话［电话］"), "changed words are covered too");
    site.world.clock.advance(31.minutes());
    let page = site.post("/forum/own", format!("code={code}&act=edit&title=水管&text=又坏了"));
    assert!(page.visible().contains("可以修改的时间过了"), "{}", page.visible());
    let page = site.post("/forum/own", format!("code={code}&act=withdraw"));
    assert!(page.visible().contains("文字已经销毁"), "{}", page.visible());
    let page = site.get(&format!("/forum/{id}"));
    assert_eq!(page.status, StatusCode::GONE);
    assert!(!page.text().contains("修好了") && !site.get("/forum").text().contains("水管"));
    let raws = site.world.read(move |tx, site| civic::journal::of_matter(tx, site.jurisdiction, id)).unwrap();
    let key = site.world.hall.site.keystore.get(raws[0].key_id).unwrap();
    assert!(key.is_none(), "nobody opens its words again, in the journal neither");
    site.world.check_log().unwrap();
}

#[test]
fn a_proven_contact_lets_a_post_be_seen() {
    let site = begun();
    let page = site.post("/forum/new", topic("code", "水管漏了") + "&mobile=13900000000");
    assert!(page.visible().contains("六位数字"), "{}", page.visible());
    let code = code_of(&page);
    let typed = code.clone();
    let post = site.world.read(move |tx, site| forum::run::by_code(tx, site, &typed)).unwrap().unwrap();
    let (now, recipient) = (site.world.now(), format!("post:{}", post.id));
    let waiting = site.world.read(move |tx, site| forum::proof::waiting(tx, site, now, &recipient)).unwrap();
    let (contact, figures) = waiting.unwrap();
    assert_eq!(contact.mobile, "13900000000");
    let wrong = site.post("/forum/own", format!("code={code}&act=prove&said=000000x"));
    assert_eq!((wrong.status, standing(&site, post.id)), (StatusCode::UNPROCESSABLE_ENTITY, Standing::Held));
    let right = site.post("/forum/own", format!("code={code}&act=prove&said={figures}"));
    assert!(right.visible().contains("已经公开"), "{}", right.visible());
    assert_eq!(standing(&site, post.id), Standing::Public);
    let rows = site.world.read(|tx, _| tx.rows("select sealed, fact from forum_post, event", &[])).unwrap();
    for row in rows {
        assert!(!format!("{:?}", row.values()).contains("13900000000"));
    }
}

#[test]
fn reports_reach_those_who_may_moderate_and_can_be_laid_aside() {
    let site = begun();
    let (id, _) = write(&site, "rep", "水管漏了");
    publish(&site, id);
    assert_eq!(site.post(&format!("/forum/report/{id}"), "ground=").status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = site.post(&format!("/forum/report/{id}"), "ground=4_other&words=看不懂");
    assert!(page.visible().contains("收到了"), "{}", page.visible());
    let cookie = come(&site, "wei");
    assert!(!site.get_as(&cookie, "/desk/forum?view=reported").text().contains(&id.to_string()), "not the office it is about");
    let cookie = come(&site, "gu");
    assert!(site.get_as(&cookie, "/desk/forum?view=reported").text().contains(&id.to_string()));
    site.post_as(&cookie, &format!("/desk/forum/{id}"), format!("act=leave&post={id}"))
        .leads_to(&format!("/desk/forum/{id}?done=post_done"));
    assert!(!site.get_as(&cookie, "/desk/forum?view=reported").text().contains(&id.to_string()));
    assert_eq!(standing(&site, id), Standing::Public);
}

#[test]
fn a_topic_can_be_moved_and_closed_and_says_by_whom_and_why() {
    let site = begun();
    let (id, _) = write(&site, "move", "水管漏了");
    publish(&site, id);
    let cookie = come(&site, "an");
    let to = format!("/desk/forum/{id}");
    let form = format!("act=move&post={id}&ground=1_elsewhere&words=是房子的事&place={COUNTY}&theme=04&to={HOUSING}");
    assert_eq!(site.post_as(&cookie, &to, form).status, StatusCode::SEE_OTHER);
    let page = site.get(&format!("/forum/{id}")).visible();
    assert!(page.contains("清禾县信访局把这个话题移到了这里") && page.contains("是房子的事"), "{page}");
    assert!(
        site.get("/forum?theme=04").visible().contains("村口水管") && !site.get("/forum?theme=03").visible().contains("村口水管")
    );
    let waits = |office: &str| {
        let list = List::Waiting(office.to_owned());
        site.world.read(move |tx, site| board::count(tx, site, (&list, 9))).unwrap()
    };
    assert_eq!((waits(HOUSING), waits(WATER)), (1, 0));
    site.post_as(&cookie, &to, format!("act=lock&post={id}&ground=1_settled&words=修好了"));
    let page = site.get(&format!("/forum/{id}")).visible();
    assert!(page.contains("关闭了跟帖") && !page.contains("您想说的"), "{page}");
    let reply = site.post(&format!("/forum/{id}"), "step=send&submit_key=x&text=还没好");
    assert_eq!(reply.status, StatusCode::CONFLICT);
    site.post_as(&cookie, &to, format!("act=unlock&post={id}"));
    assert!(site.get(&format!("/forum/{id}")).visible().contains("您想说的"));
}

#[test]
fn an_office_writes_corrects_and_is_answered() {
    let site = begun();
    let cookie = come(&site, "wei");
    let form = "submit_key=b1&title=停水通知&text=周三停水&act=edit";
    let kept = site.post_as(&cookie, "/desk/blog/new", form);
    let at = kept.header("location").split('?').next().unwrap().to_owned();
    let id: Uuid = at.rsplit('/').next().unwrap().parse().unwrap();
    assert!(!site.get("/blog").visible().contains("停水通知"), "a draft is nobody else's");
    assert_eq!(site.get(&format!("/blog/{id}")).status, StatusCode::NOT_FOUND);
    let other = come(&site, "lin");
    assert_eq!(site.get_as(&other, &at).status, StatusCode::NOT_FOUND);
    site.post_as(&cookie, &at, "title=停水通知&text=周三停水&act=publish").leads_to(&format!("{at}?done=post_published"));
    let page = site.get(&format!("/blog/{id}")).visible();
    assert!(page.contains("周三停水") && page.contains("清禾县水务局") && !page.contains("魏听澜"), "{page}");
    let bare = site.post_as(&cookie, &at, "title=停水通知&text=周四停水&act=edit&reason=");
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY, "a correction has a reason");
    site.post_as(&cookie, &at, "title=停水通知&text=周四停水&act=edit&reason=日子写错了");
    let page = site.get(&format!("/blog/{id}")).visible();
    assert!(page.contains("周四停水") && page.contains("周三停水") && page.contains("日子写错了"), "{page}");
    assert_eq!(site.post_as(&cookie, &at, "act=withdraw&title=x&text=x").status, StatusCode::UNPROCESSABLE_ENTITY);
    let reply = site.post(&format!("/blog/{id}"), "step=send&submit_key=br&text=水务局提前一天说不够");
    assert_eq!(reply.status, StatusCode::OK);
    let held = site.world.read(move |tx, site| board::held_below(tx, site, id)).unwrap();
    let page =
        site.post_as(&cookie, &format!("/desk/forum/{id}"), format!("act=hide&post={}&ground=2_insult&words=x", held[0].id));
    assert_eq!(page.status, StatusCode::FORBIDDEN, "criticism below the own post is not the own office's to hide");
    publish_as(&site, "an", id, held[0].id);
    assert!(site.get(&format!("/blog/{id}")).visible().contains("提前一天说不够"));
    assert!(site.get("/blog.atom").text().contains("周四停水"));
}

#[test]
fn the_words_of_a_post_go_along_to_a_matter_and_its_number_is_shown() {
    let site = begun();
    let (id, code) = write(&site, "matter", "水管漏了");
    publish(&site, id);
    let mut person = crate::world::Visitor::new(&site);
    let on = person.post("/forum/own", &format!("code={code}&act=file"));
    assert_eq!(on.status, StatusCode::SEE_OTHER, "{}", on.visible());
    let form = person.get(on.header("location")).text();
    assert!(form.contains("水管漏了"), "{form}");
    let (number, query) = crate::track::filed(&site, "&kind=help");
    let wrong = site.post("/forum/own", format!("code={code}&act=matter&number={number}&query_code=0000-0000-0000-0000"));
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = site.post("/forum/own", format!("code={code}&act=matter&number={number}&query_code={query}"));
    assert!(right.visible().contains(&number), "{}", right.visible());
    let page = site.get(&format!("/forum/{id}")).visible();
    assert!(page.contains(&number) && page.contains("求助") && page.contains("已收到") && page.contains("前有结果"), "{page}");
    assert!(
        !page.contains("田小满") && !page.contains("路灯坏了三天"),
        "what it is about and where it stands, no word of it: {page}"
    );
}

#[test]
fn pages_go_on_where_they_ended_and_feeds_are_not_sent_twice() {
    let site = begun();
    for at in 0..45 {
        let id = write_at(&site, at);
        publish_as_before(&site, id);
    }
    let (mut seen, mut at) = (Vec::new(), "/forum".to_owned());
    loop {
        let page = site.get(&at).text();
        seen.extend(page.split("class=\"find\" href=\"/forum/").skip(1).map(|rest| rest[..36].to_owned()));
        let Some(next) = page.split("rel=\"next\" href=\"").nth(1) else { break };
        at = next.split('"').next().unwrap().replace("&amp;", "&");
    }
    assert_eq!(seen.len(), 45);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 45);
    let feed = site.get("/forum.atom");
    assert_eq!(feed.text().matches("<entry>").count(), 20);
    let request = axum::http::Request::get("/forum.atom").header("if-none-match", feed.header("etag"));
    let again = site.ask(request.body(axum::body::Body::empty()).unwrap());
    assert_eq!((again.status, again.bytes.len()), (StatusCode::NOT_MODIFIED, 0));
    let map = site.get("/sitemap/topics-0.xml").text();
    assert_eq!(map.matches("<url>").count(), 45);
    assert!(site.get("/robots.txt").text().contains("/sitemap/topics-0.xml"));
    assert_eq!(site.get("/sitemap/topics-1.xml").status, StatusCode::NOT_FOUND);
    let open = List::Topics(Filter { place: VILLAGE.to_owned(), theme: "03".to_owned(), open: true });
    let plans = site.world.read(move |tx, site| board::count(tx, site, (&open, 99))).unwrap();
    assert_eq!(plans, 45);
}

/// Writes a topic without the throttle of the pages.
pub fn write_at(site: &Site, at: usize) -> Uuid {
    use forum::write::{New, prepare, write};
    let new = New {
        kind: forum::Kind::Topic,
        topic: None,
        place: VILLAGE.to_owned(),
        theme: "03".to_owned(),
        office: String::new(),
        head: false,
        typed: forum::words::Typed { title: format!("话题{at}"), text: "水管漏了".to_owned(), pen: String::new() },
        contact: forum::post::Contact::default(),
        submit_key: format!("many{at}"),
        accuses: false,
    };
    let ready = prepare(&site.world.hall.site, new).unwrap();
    let done = site.world.write(move |tx, site, by| write(tx, site, by, (&ready, None))).unwrap();
    done.post
}

pub fn publish_as_before(site: &Site, id: Uuid) {
    let who = civic::permit::Who::Staff { id: crate::staff::id("gu"), session: Uuid::nil() };
    let request = forum::run::Request { who, post: id, seen: None, command: forum::Command::Publish };
    site.world.write(move |tx, site, by| forum::run::execute(tx, site, by, &request)).unwrap();
}

#[test]
fn posts_from_one_address_are_limited() {
    let site = begun();
    let mut person = crate::world::Visitor::from(&site, [203, 0, 113, 77]);
    for at in 0..30 {
        assert_eq!(person.post("/forum/new", &topic(&format!("t{at}"), "水管漏了")).status, StatusCode::OK, "{at}");
    }
    assert_eq!(person.post("/forum/new", &topic("t30", "水管漏了")).status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(person.post("/forum/new", &topic("t3", "水管漏了")).status, StatusCode::OK, "what was taken gets its answer");
}
