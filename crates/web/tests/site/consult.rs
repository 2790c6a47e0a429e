//! What offices ask everybody, on pages: a resident sees where their own words went, from what they said to the point, its answer, the line of
//! the draft and what was decided; by the code that they got, and on the page of their own matter.

use axum::http::StatusCode;
use insight::consult::list;
use jiff::ToSpan;
use testkit::county::TOWNSHIP;
use testkit::{Engine, on_both};
use uuid::Uuid;

use crate::desk::{NAMED, WORDS, filed};
use crate::forum;
use crate::staff::{accounts, enter};
use crate::world::{Answer, Site, Visitor};

on_both![a_resident_sees_where_their_own_words_went, a_post_goes_from_here_when_it_is_taken_back];

/// Signs somebody in with a one-time code that nobody used yet.
fn come(site: &Site, login: &'static str) -> String {
    site.world.clock.advance(1.minutes());
    enter(site, login)
}

fn days(site: &Site, many: i64) -> String {
    site.world.hall.site.day(site.world.now()).checked_add(many.days()).unwrap().to_string()
}

fn asked(site: &Site) {
    let cookie = come(site, "qiao");
    let form = |days: String| {
        format!(
            "submit_key=q&title=村口的自来水怎么改，您方便？&question=管子老了，想换。&theme=9_other&place={TOWNSHIP}&until={days}"
        )
    };
    let soon = site.post_as(&cookie, "/desk/consult/new", form(days(site, 2)));
    assert_eq!(soon.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", soon.visible());
    let answer = site.post_as(&cookie, "/desk/consult/new", form(days(site, 10)));
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.visible());
    assert!(answer.header("location").starts_with("/desk/consult/1"), "{}", answer.header("location"));
}

/// Reads the code off the slip.
fn pass_of(page: &Answer) -> String {
    let text = page.text();
    text.split("<p class=\"big code\">").nth(1).expect("a code").split('<').next().unwrap().to_owned()
}

fn voices(site: &Site) -> Vec<(Uuid, String)> {
    let rows = site.world.read(|tx, site| {
        let id = list::by_number(tx, site, 1)?.unwrap().consult.id;
        list::voices(tx, site, (id, 0))
    });
    rows.unwrap().into_iter().filter_map(|row| row.voice).map(|voice| (voice.id, voice.said.words)).collect()
}

fn press(site: &Site, cookie: &str, form: String) {
    let answer = site.post_as(cookie, "/desk/consult/1", form);
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.visible());
}

fn a_resident_sees_where_their_own_words_went(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    assert!(site.get("/consult").visible().contains("现在没有正在问大家的事"));
    asked(&site);
    let page = site.get("/consult").visible();
    assert!(page.contains("村口的自来水怎么改，您方便？") && page.contains("正在听"), "{page}");
    let slip = site.post("/consult/1", "submit_key=a&words=晚上水压太小，洗不了澡。我的电话13800000001&mobile=".to_owned());
    assert_eq!(slip.status, StatusCode::OK, "{}", slip.visible());
    assert!(!slip.visible().contains("13800000001") && slip.visible().contains("已经去掉"), "{}", slip.visible());
    let pass = pass_of(&slip);
    let guarded = site.post("/consult/1", "submit_key=b&words=举报王镇长收了五万块红包，把工程给了他小舅子".to_owned());
    assert_eq!(guarded.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(guarded.visible().contains("保密渠道"), "{}", guarded.visible());
    let (number, code) = filed(&site, NAMED);
    let mut person = Visitor::new(&site);
    person.post("/track", &format!("number={number}&query_code={code}")).leads_to("/track/matter");
    carried_in(&site, &mut person);
    typed_in(&site);
    let own = |pass: &str| site.post("/consult/own", format!("pass={pass}")).visible();
    assert!(own(&pass).contains("晚上水压太小") && own(&pass).contains("还没有整理"), "{}", own(&pass));
    assert_eq!(site.post("/consult/own", "pass=0000-0000-0000-0000".to_owned()).status, StatusCode::FORBIDDEN);

    sorted_and_answered(&site);
    drafted_and_decided(&site);
    // with the code, and on the page of one's own matter: words, point, answer, line, decision, report
    person.post("/track", &format!("number={number}&query_code={code}")).leads_to("/track/matter");
    let matter = person.get("/track/matter").visible();
    for (page, words) in [(own(&pass), "晚上水压太小"), (matter, WORDS)] {
        for part in [words, "要点1 晚上水压小", "采纳", "换加压泵", "一、晚上七点到十点加压。", "年底前换好", "加压泵装好了"]
        {
            assert!(page.contains(part), "{part}: {page}");
        }
    }
    public_pages(&site);
    let gone = site.post("/consult/own", format!("act=withdraw&pass={pass}"));
    assert!(gone.visible().contains("收回了"), "{}", gone.visible());
    assert!(!site.get("/consult/1/points/1").visible().contains("晚上水压太小"), "nobody reads what was taken back");
    site.world.check_log().unwrap();
}

/// What one's own matter says is carried in after a look at it, with consent.
fn carried_in(site: &Site, person: &mut Visitor<'_>) {
    let page = person.get("/track/matter").visible();
    assert!(page.contains("把我这件事说的话带进一次征询"), "{page}");
    let form = person.post("/track/consult", "act=choose");
    assert!(form.status == StatusCode::OK && form.text().contains(WORDS), "{}", form.visible());
    let id = site.world.read(|tx, site| list::by_number(tx, site, 1)).unwrap().unwrap().consult.id;
    let form = format!("act=carry&consult={id}&carried_words={WORDS}");
    let unasked = person.post("/track/consult", &form);
    assert_eq!(unasked.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unasked.visible());
    for _ in 0..2 {
        person.post("/track/consult", &format!("{form}&agree=1")).leads_to("/track/matter#consult");
    }
    assert!(person.get("/track/matter").visible().contains("带进征询的话"));
}

/// At a meeting each line is a voice.
fn typed_in(site: &Site) {
    let cookie = come(site, "luo");
    let form = format!("submit_key=m&way=meeting&day={}&present=12&words=老人家里没人会修%0A水表要换", days(site, 0));
    let taken = site.post_as(&cookie, "/desk/consult/1/voices", form);
    assert!(taken.visible().contains("录入了2条"), "{}", taken.visible());
}

fn sorted_and_answered(site: &Site) {
    let cookie = come(site, "gu");
    let page = site.get_as(&cookie, "/desk/consult/1").visible();
    assert!(page.contains("下一步：给4条话找去处"), "{page}");
    let all = voices(site);
    let id = |words: &str| all.iter().find(|(_, said)| said.starts_with(words)).unwrap().0;
    press(site, &cookie, format!("act=sort&to-{0}=&title-{0}=晚上水压小", id("晚上水压")));
    press(site, &cookie, format!("act=sort&to-{}=p1&to-{}=g2_other&to-{}=p1", id(WORDS), id("老人家里"), id("水表要换")));
    let page = site.get_as(&cookie, "/desk/consult/1").visible();
    assert!(page.contains("下一步：答复要点1"), "{page}");
    press(site, &cookie, "act=answer&part=next-1&point=1&outcome=taken&words=换加压泵，钱已经有了。".to_owned());
    let page = site.get_as(&cookie, "/desk/consult/1").visible();
    assert!(page.contains("现在不用做什么"), "{page}");
}

fn drafted_and_decided(site: &Site) {
    site.world.clock.days(11);
    let cookie = come(site, "qiao");
    let draft = |text: &str, until: String| format!("act=draft&text={text}&words=主要是加压。&until={until}&shorter=");
    let short = site.post_as(&cookie, "/desk/consult/1", draft("一、加压。〔要点1〕", days(site, 10)));
    assert!(short.visible().contains("不少于30天"), "{}", short.visible());
    press(site, &cookie, draft("一、晚上七点到九点加压。〔要点1〕%0A二、水费不变。", days(site, 30)));
    assert!(site.get("/consult/1").visible().contains("来自要点1"));
    site.world.clock.days(31);
    let cookie = come(site, "qiao");
    press(site, &cookie, draft("一、晚上七点到十点加压。〔要点1〕%0A二、水费不变。", days(site, 30)));
    site.world.clock.days(31);
    let cookie = come(site, "qiao");
    let decide = "act=decide&adopted=yes&text=一、晚上七点到十点加压。〔要点1〕%0A二、水费不变。&words=年底前换好。".to_owned();
    press(site, &cookie, decide);
    press(site, &cookie, "act=report&words=加压泵装好了。&done=1".to_owned());
}

fn public_pages(site: &Site) {
    let point = site.get("/consult/1/points/1").visible();
    assert!(
        point.contains("晚上水压太小") && point.contains(WORDS) && point.contains("座谈会上说的") && point.contains("在场12人"),
        "{point}"
    );
    let second = site.get("/consult/1/drafts/2").text();
    assert!(second.contains("<del>一、晚上七点到九点加压。</del>") && second.contains("<ins>"), "{second}");
    let page = site.get("/consult/1").visible();
    assert!(page.contains("办完了") && page.contains("说的是另一件事") && !page.contains("老人家里没人会修"), "{page}");
    let record = site.get("/consult/1/record").visible();
    assert!(record.contains("征询记录") && record.contains("加压泵装好了"), "{record}");
    assert!(site.get("/consult.atom").text().contains("tag:"));
    let api = site.get("/api/v1/consultations/1").text();
    assert!(api.contains("\"outcome\":\"taken\"") && api.contains("\"stage\":\"done\""), "{api}");
    assert!(site.get("/api/v1/consultations").text().contains("\"number\":1"));
    assert!(site.get("/api/v1/consultations/1/points/1").text().contains("晚上水压太小"));
    assert_eq!(site.get("/consult/2").status, StatusCode::NOT_FOUND);
}

fn a_post_goes_from_here_when_it_is_taken_back(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    asked(&site);
    let (post, code) = forum::write(&site, "p", "一到晚上就没水");
    let cookie = come(&site, "gu");
    let bring = format!("act=post&post=https://x.example/forum/{post}");
    let held = site.post_as(&cookie, "/desk/consult/1", bring.clone());
    assert_eq!(held.status, StatusCode::UNPROCESSABLE_ENTITY, "what nobody looked at yet is brought in by nobody");
    forum::publish(&site, post);
    let cookie = come(&site, "gu");
    press(&site, &cookie, bring);
    let all = voices(&site);
    assert!(all.len() == 1 && all[0].1.contains("一到晚上就没水"), "{all:?}");
    press(&site, &cookie, format!("act=sort&to-{0}=&title-{0}=晚上水压小", all[0].0));
    let point = site.get("/consult/1/points/1");
    assert!(
        point.visible().contains("一到晚上就没水") && point.text().contains(&format!("/forum/{post}")),
        "{}",
        point.visible()
    );
    let gone = site.post("/forum/own", format!("act=withdraw&code={code}"));
    assert_eq!(gone.status, StatusCode::OK, "{}", gone.visible());
    assert!(voices(&site).is_empty());
    assert!(!site.get("/consult/1/points/1").visible().contains("一到晚上就没水"));
    assert_eq!(site.world.read(insight::consult::check::compare).unwrap(), [""; 0]);
}
