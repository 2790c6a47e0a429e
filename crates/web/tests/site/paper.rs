//! What comes on paper and in person: letters one after the other, visits with those who speak, opinion boxes with their signs and rounds.

use appeals::appeal::{Channel, Filing};
use appeals::{Event, rounds, store};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use civic::directory::{Entry, OpinionBox};
use db::Fault;
use testkit::county::{PETITIONS, TOWNSHIP_OFFICE, VILLAGE};
use testkit::{Engine, on_both};

use crate::desk::{act, entries, state};
use crate::file::photo;
use crate::staff::{accounts, enter};
use crate::world::{Answer, Site, Visitor, form};

on_both![
    letters_are_entered_one_after_the_other_and_each_once,
    a_letter_is_answered_by_post_and_both_sides_see_it,
    at_most_five_speak_and_each_of_them_is_told,
    a_sign_leads_to_the_form_and_what_comes_is_counted_for_its_box,
    a_round_is_noted_once_and_its_cards_become_matters,
    what_is_public_of_boxes_is_told_to_people_and_programs,
];

/// Hangs a box of the township office at the village.
pub fn hang(site: &Site) {
    hang_as(site, "liuwan-1");
}

/// Hangs a box under a code.
pub fn hang_as(site: &Site, code: &str) {
    let own = OpinionBox {
        code: code.to_owned(),
        name: "柳湾村委会意见箱".to_owned(),
        name_en: "Box at the Liuwan village office".to_owned(),
        place: VILLAGE.to_owned(),
        spot: "村委会门口左手边".to_owned(),
        office: TOWNSHIP_OFFICE.to_owned(),
        active: true,
    };
    site.world.set(Entry::Box(own), "added");
}

fn opened(engine: Engine) -> Site {
    let site = Site::new(engine);
    accounts(&site);
    site
}

/// Sends a form with files as somebody of the staff.
fn upload(site: &Site, cookie: &str, path: &str, (fields, files): (&[(&str, &str)], &[&[u8]])) -> Answer {
    let mut body = Vec::new();
    for (field, text) in fields {
        body.extend(format!("--x\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{text}\r\n").bytes());
    }
    for bytes in files {
        body.extend_from_slice(b"--x\r\ncontent-disposition: form-data; name=\"files\"; filename=\"scan.jpg\"\r\n\r\n");
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--x--\r\n");
    let mut request = form(Method::POST, path, Body::from(body));
    request.headers_mut().insert(header::CONTENT_TYPE, "multipart/form-data; boundary=x".parse().unwrap());
    request.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
    site.ask(request)
}

fn hidden(answer: &Answer, name: &str) -> String {
    let text = answer.text();
    let rest = text.split(&format!("name=\"{name}\" value=\"")).nth(1);
    rest.unwrap_or_else(|| panic!("no field {name}: {}", answer.visible())).split('"').next().unwrap().to_owned()
}

fn filing(site: &Site, number: &str) -> Filing {
    let number = number.to_owned();
    site.world
        .read(move |tx, site| {
            let row = store::by_number(tx, site.jurisdiction, &number)?.unwrap();
            let loaded = store::load(tx, site, row.id)?.unwrap();
            let Some((_, Event::Filed(filing))) = loaded.events.first() else { panic!("no filing") };
            Ok::<_, Fault>(filing.clone())
        })
        .unwrap()
}

fn matters(site: &Site) -> Vec<String> {
    let read = |row: &db::Row| row.get("number");
    site.world
        .read(move |tx, _| {
            tx.rows("select number from matter order by received_at, number", &[])?.iter().map(read).collect::<Result<_, Fault>>()
        })
        .unwrap()
}

/// Finds the number that the page shows for what was just entered.
fn entered(answer: &Answer) -> String {
    let text = answer.text();
    let notice = text.split("role=\"status\"").nth(1).unwrap_or_else(|| panic!("nothing was entered: {}", answer.visible()));
    notice.split("class=\"code\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
}

const SENDER: [(&str, &str); 4] =
    [("name", "田小满"), ("address", "清禾县北渡镇柳湾村三组 18 号"), ("identity", "named"), ("posted", "2026-11-20")];

/// Fills in a letter on the page that is shown.
fn letter<'a>(page: &'a [(String, String)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields: Vec<(&str, &str)> = page.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.extend([("kind", "help"), ("place", VILLAGE), ("came", "2026-11-23")]);
    fields.extend_from_slice(more);
    fields
}

fn shown(page: &Answer) -> Vec<(String, String)> {
    ["submit_key", "pile", "done"].map(|name| (name.to_owned(), hidden(page, name))).to_vec()
}

fn letters_are_entered_one_after_the_other_and_each_once(engine: Engine) {
    let site = opened(engine);
    let cookie = enter(&site, "he");
    let first = shown(&site.get_as(&cookie, "/desk/letters"));
    let scan = photo();
    let one = letter(&first, &[&SENDER[..], &[("what", "村口的路灯坏了三天"), ("total", "3")]].concat());
    let page = upload(&site, &cookie, "/desk/letters", (&one, &[&scan]));
    assert_eq!(page.status, StatusCode::OK, "{}", page.visible());
    let number = entered(&page);
    assert!(page.visible().contains("登记为2026年第1号") && page.visible().contains("第 2 封，共 3 封"), "{}", page.visible());
    assert!(page.text().contains("autofocus"), "the next letter can be typed at once");
    let kept = filing(&site, &number);
    assert_eq!((kept.channel, kept.owner.as_str(), kept.files.len()), (Channel::Letter, PETITIONS, 1));
    assert_eq!(kept.origin.as_ref().unwrap().posted.unwrap().to_string(), "2026-11-20");
    let again = upload(&site, &cookie, "/desk/letters", (&one, &[&scan]));
    assert!(again.visible().contains("刚才已经登记为2026年第1号"), "{}", again.visible());
    assert_eq!((matters(&site).len(), hidden(&again, "done")), (1, "1".to_owned()), "a letter sent twice is one letter");
    // without a name, and on a day to come
    let second = shown(&page);
    let wrong = letter(&second, &[("what", "河里有泡沫"), ("identity", "anonymous"), ("posted", "2026-12-24")]);
    let refused = upload(&site, &cookie, "/desk/letters", (&wrong, &[]));
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("河里有泡沫") && refused.visible().contains("不晚于今天"));
    let right = letter(&second, &[("what", "河里有泡沫"), ("identity", "anonymous"), ("posted", "2026-11-19")]);
    let page = upload(&site, &cookie, "/desk/letters", (&right, &[]));
    assert!(page.visible().contains("登记为2026年第2号") && page.visible().contains("没有署名"), "{}", page.visible());
    // an accusation is sealed: the register goes on as if it had not come
    let third = shown(&page);
    let accuses = letter(&third, &[&SENDER[..], &[("what", "村主任把低保给了自家亲戚"), ("kind", "accusation")]].concat());
    let accuses: Vec<(&str, &str)> = accuses.into_iter().filter(|field| *field != ("kind", "help")).collect();
    let page = upload(&site, &cookie, "/desk/letters", (&accuses, &[]));
    assert!(page.visible().contains("交给监督机关"), "{}", page.visible());
    assert_eq!(matters(&site).len(), 2, "no matter of this office");
    let fourth = shown(&page);
    let page =
        upload(&site, &cookie, "/desk/letters", (&letter(&fourth, &[&SENDER[..], &[("what", "桥栏杆断了")]].concat()), &[]));
    assert!(page.visible().contains("登记为2026年第3号"), "{}", page.visible());
    let register = site.get_as(&cookie, "/desk/register");
    let all = matters(&site);
    assert!(all.iter().all(|number| register.text().contains(number)) && !register.visible().contains("低保"));
    assert!(register.visible().contains("村口的路灯坏了三天"), "{}", register.visible());
    let pile = hidden(&page, "pile");
    let csv = site.get_as(&cookie, &format!("/desk/register/take?book=letter&pile={pile}"));
    assert_eq!((csv.header("content-type"), csv.text().lines().count()), ("text/csv; charset=utf-8", 4), "{}", csv.text());
    assert!(!csv.text().contains("路灯") && !csv.text().contains("田小满"), "no word and no name leaves with it");
    assert_eq!(site.get_as(&cookie, "/desk/register/take").status, StatusCode::NOT_FOUND, "of a whole register there is no file");
    assert_eq!(site.get_as(&enter(&site, "wei"), &format!("/desk/register?office={PETITIONS}")).status, StatusCode::FORBIDDEN);
}

#[test]
fn a_letter_that_looks_like_an_earlier_one_says_so_to_the_office_and_to_nobody_else() {
    let site = opened(Engine::Sqlite);
    let cookie = enter(&site, "he");
    let enter_one = |what: &str| {
        let page = shown(&site.get_as(&cookie, "/desk/letters"));
        let page = upload(&site, &cookie, "/desk/letters", (&letter(&page, &[&SENDER[..], &[("what", what)]].concat()), &[]));
        assert_eq!(page.status, StatusCode::OK, "{}", page.visible());
        site.index();
        page
    };
    let number = entered(&enter_one("村口桥头的路灯坏了三天，晚上没有人修，老人摔了一跤"));
    let page = enter_one("村口桥头的路灯还是坏的，晚上看不见，老人又摔了").visible();
    assert!(page.contains(&format!("这封信和 {number} 很像")) && page.contains("只在本单位看得到"), "{page}");
    let other = enter_one("自来水发黄有铁锈味").visible();
    assert!(!other.contains("很像"), "{other}");
    let window = enter(&site, "qiao");
    let page = shown(&site.get_as(&window, "/desk/letters"));
    let fields = letter(&page, &[("identity", "anonymous"), ("what", "村口桥头的路灯坏了三天，晚上没有人修")]);
    let foreign = upload(&site, &window, "/desk/letters", (&fields, &[]));
    assert!(!foreign.visible().contains(&number), "another office's letters are not ours to know of: {}", foreign.visible());
}

fn a_letter_is_answered_by_post_and_both_sides_see_it(engine: Engine) {
    let site = opened(engine);
    let cookie = enter(&site, "he");
    let first = shown(&site.get_as(&cookie, "/desk/letters"));
    let page = upload(
        &site,
        &cookie,
        "/desk/letters",
        (&letter(&first, &[&SENDER[..], &[("what", "村口的路灯坏了三天")]].concat()), &[]),
    );
    let number = entered(&page);
    let slip = site.post("/slip", format!("ticket={}", hidden(&page, "ticket")));
    let codes: Vec<String> =
        slip.text().split("big code\">").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect();
    assert!(slip.visible().contains("寄信告诉您"), "{}", slip.visible());
    act(&site, &cookie, (&number, "accept"), "category=03");
    assert!(state(&site, &number).post_only() && state(&site, &number).untold.len() == 1);
    let list = site.get_as(&cookie, "/desk?scope=calls");
    assert!(list.visible().contains("写信告诉") && !list.text().contains("柳湾村三组"), "{}", list.visible());
    let address = format!("/desk/matters/{number}/letter");
    site.get_as(&cookie, &address).leads_to(&format!("/desk/matters/{number}/act/tell_by_phone"));
    let before = entries(&site).len();
    site.post_as(&cookie, &format!("/desk/matters/{number}/read"), "purpose=tell&next=tell_by_phone");
    assert_eq!(entries(&site).len(), before + 1, "the address is opened under an entry");
    let paper = site.get_as(&cookie, &address).visible();
    for words in ["柳湾村三组 18 号", "田小满 收", "已经受理", &number] {
        assert!(paper.contains(words), "{words}: {paper}");
    }
    let mut resident = Visitor::new(&site);
    resident.post("/track", &format!("number={number}&query_code={}", codes[1])).leads_to("/track/matter");
    assert!(resident.get("/track/matter").visible().contains("会寄信告诉您"));
    act(&site, &cookie, (&number, "tell_by_phone"), "reached=otherwise&words=11月24日挂号寄出");
    let page = resident.get("/track/matter").visible();
    assert!(page.contains("信已经寄给您") && page.contains("11月24日挂号寄出"), "{page}");
    assert!(site.get_as(&cookie, &format!("/desk/matters/{number}")).visible().contains("信已经寄给您"));
}

fn visit(key: &str, people: usize, speakers: usize) -> String {
    let mut body = format!(
        "submit_key={key}&what=水管漏了三天没人修&kind=help&place={VILLAGE}&people={people}&identity=named&name=田小满&mobile=13900000001"
    );
    for at in 2..=speakers {
        let way = if at == 2 { "email2=yuan@liuwan.example".to_owned() } else { format!("mobile{at}=1390000000{at}") };
        body = format!("{body}&name{at}=代表{at}&{way}");
    }
    body
}

fn at_most_five_speak_and_each_of_them_is_told(engine: Engine) {
    let site = opened(engine);
    let cookie = enter(&site, "he");
    let six = site.post_as(&cookie, "/desk/reception", visit("six", 30, 6));
    assert_eq!(six.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(six.visible().contains("《信访工作条例》第二十条") && six.visible().contains("最多由 5 个人"), "{}", six.visible());
    assert!(matters(&site).is_empty());
    let page = site.post_as(&cookie, "/desk/reception", visit("five", 30, 5));
    assert_eq!(page.status, StatusCode::OK, "{}", page.visible());
    let number = matters(&site)[0].clone();
    let again = site.post_as(&cookie, "/desk/reception", visit("five", 30, 5));
    assert!(again.text().contains(&number) && matters(&site).len() == 1);
    let (kept, now) = (filing(&site, &number), state(&site, &number));
    assert_eq!((kept.channel, kept.people, kept.spokespersons.len(), now.speakers.count), (Channel::Reception, 30, 4, 5));
    assert_eq!(now.contacts.len(), 5, "whoever is close to one of them is kept out");
    assert_eq!(kept.origin.unwrap().entry.unwrap().number, 1);
    act(&site, &cookie, (&number, "accept"), "category=03");
    let recipients = |number: &str| {
        let matter = state(&site, number).matter;
        let messages = site.world.read(move |tx, site| civic::outbox::of_matter(tx, site.jurisdiction, matter)).unwrap();
        let accepted = messages.into_iter().filter(|message| message.template == "accepted");
        accepted.map(|message| (message.recipient, message.channel)).collect::<Vec<_>>()
    };
    let mut told = recipients(&number);
    told.sort();
    let expected = [
        ("resident", "call"),
        ("spokesperson:0", "mail"),
        ("spokesperson:1", "call"),
        ("spokesperson:2", "call"),
        ("spokesperson:3", "call"),
    ];
    assert_eq!(told, expected.map(|(who, way)| (who.to_owned(), way.to_owned())));
    site.post_as(&cookie, &format!("/desk/matters/{number}/read"), "purpose=tell&next=tell_by_phone");
    let call = site.get_as(&cookie, &format!("/desk/matters/{number}/act/tell_by_phone"));
    assert!((3..=5).all(|at| call.text().contains(&format!("tel:1390000000{at}"))), "{}", call.visible());
    // each of those who left a number only is rung up, and waits until they were
    let left = |site: &Site| state(site, &number).untold.iter().map(|one| one.speaker).collect::<Vec<_>>();
    assert_eq!(left(&site), [None, Some(1), Some(2), Some(3)]);
    assert!(call.visible().contains("还要告诉：登记的那位、第 3 位代表、第 4 位代表、第 5 位代表"), "{}", call.visible());
    act(&site, &cookie, (&number, "tell_by_phone"), "speaker=2&reached=yes&words=说知道了");
    assert_eq!(left(&site), [None, Some(1), Some(3)]);
    act(&site, &cookie, (&number, "tell_by_phone"), "speaker=1&reached=no&words=没人接");
    act(&site, &cookie, (&number, "tell_by_phone"), "speaker=first&reached=yes&words=说知道了");
    assert_eq!(left(&site), [Some(1), Some(3)]);
    assert!(site.get_as(&cookie, "/desk?scope=calls").text().contains(&number), "it stays in the list of calls");
    for at in [1, 3] {
        act(&site, &cookie, (&number, "tell_by_phone"), &format!("speaker={at}&reached=yes&words=说知道了"));
    }
    assert!(left(&site).is_empty() && !site.get_as(&cookie, "/desk?scope=calls").text().contains(&number));
    let book = site.get_as(&cookie, "/desk/register?book=reception");
    assert!(book.text().contains(&number) && book.visible().contains("来访登记簿"), "{}", book.visible());
}

fn a_sign_leads_to_the_form_and_what_comes_is_counted_for_its_box(engine: Engine) {
    let site = opened(engine);
    let admin = enter(&site, "tang");
    let body = format!("code=liuwan-1&name=柳湾村委会意见箱&name_en=&place={VILLAGE}&spot=门口左手边&office={TOWNSHIP_OFFICE}");
    site.post_as(&admin, "/desk/admin/boxes", body.replace("liuwan-1", "12345"));
    assert!(site.world.hall.site.directory().boxes.is_empty(), "figures alone would be taken for a place");
    site.post_as(&admin, "/desk/admin/boxes", body.clone()).leads_to("/desk/admin/boxes?done=added");
    assert_eq!(site.post_as(&admin, "/desk/admin/boxes", body).status, StatusCode::UNPROCESSABLE_ENTITY, "twice is said");
    for print in ["poster", "cards"] {
        let sheet = site.get_as(&admin, &format!("/desk/admin/signs?at=liuwan-1&form={print}"));
        let codes = if print == "poster" { 1 } else { 4 };
        assert_eq!((sheet.status, sheet.text().matches("class=\"qr\"").count()), (StatusCode::OK, codes), "{}", sheet.visible());
        assert!(sheet.text().contains("/at/liuwan-1") && sheet.visible().contains("柳湾村委会意见箱"));
    }
    assert_eq!(site.get_as(&admin, &format!("/desk/admin/signs?at={VILLAGE}")).status, StatusCode::OK, "a place has a sign too");
    let mut resident = Visitor::new(&site);
    resident.get("/at/liuwan-1").leads_to("/appeals/new?at=liuwan-1");
    let page = resident.get("/appeals/new?at=liuwan-1");
    assert!(
        page.visible().contains("您扫的是「柳湾村委会意见箱」的码") && page.visible().contains("柳湾村"),
        "{}",
        page.visible()
    );
    let key = hidden(&page, "submit_key");
    resident
        .post("/appeals/new", &format!("step=what&submit_key={key}&at=liuwan-1&what=路灯坏了三天"))
        .leads_to("/appeals/new?step=where");
    let place = resident.get("/appeals/new?step=where");
    assert!(place.text().contains(&format!("<option value=\"{VILLAGE}\" selected>")), "the place is filled in");
    let all = format!("what=路灯坏了三天&place={VILLAGE}&kind=help&identity=anonymous&submit_key={key}&at=liuwan-1");
    site.post("/appeals", all.clone());
    site.post("/appeals", all);
    // a sign that outlived its box, and one that is made up, lead to the form like any address
    site.post("/appeals", "what=井盖不见了&kind=help&identity=anonymous&submit_key=k2&at=nowhere-9");
    let ways: Vec<Channel> = matters(&site).iter().map(|number| filing(&site, number).channel).collect();
    assert_eq!(ways.len(), 2);
    assert!(ways.contains(&Channel::Box) && ways.contains(&Channel::Web));
    let boxes = site.get_as(&enter(&site, "gu"), "/desk/boxes").visible();
    assert!(boxes.contains("来了 1 件，其中扫码 1 件") && boxes.contains("该开了") && boxes.contains("还没有开过"), "{boxes}");
}

fn a_round_is_noted_once_and_its_cards_become_matters(engine: Engine) {
    let site = opened(engine);
    hang(&site);
    let cookie = enter(&site, "gu");
    let scan = photo();
    let page = site.get_as(&cookie, "/desk/boxes/liuwan-1");
    let round = hidden(&page, "round");
    let address = format!("/desk/boxes/liuwan-1/{round}");
    let alone = upload(&site, &cookie, "/desk/boxes/liuwan-1", (&[("round", &round), ("cards", "2")], &[&scan]));
    assert!(alone.visible().contains("和谁一起开"), "{}", alone.visible());
    let unseen =
        upload(&site, &cookie, "/desk/boxes/liuwan-1", (&[("round", &round), ("cards", "2"), ("beside", "许小满")], &[]));
    assert!(unseen.visible().contains("请附上箱里东西的照片"), "{}", unseen.visible());
    let opened = [("round", round.as_str()), ("cards", "2"), ("beside", "许小满")];
    for _ in 0..2 {
        upload(&site, &cookie, "/desk/boxes/liuwan-1", (&opened, &[&scan])).leads_to(&address);
    }
    let noted = site.world.read(|tx, site| rounds::of_box(tx, site, "liuwan-1")).unwrap();
    assert_eq!((noted.len(), noted[0].cards), (1, 2), "a form sent twice is one round");
    let card = site.get_as(&cookie, &address);
    assert!(card.text().contains(&format!("<option value=\"{VILLAGE}\" selected>")), "the place is that of the box");
    let key = hidden(&card, "submit_key");
    let first =
        [("submit_key", key.as_str()), ("what", "自来水发黄"), ("kind", "help"), ("identity", "anonymous"), ("place", VILLAGE)];
    let entered_page = upload(&site, &cookie, &address, (&first, &[&scan]));
    assert_eq!(entered_page.status, StatusCode::OK, "{}", entered_page.visible());
    upload(&site, &cookie, &address, (&first, &[&scan]));
    let number = matters(&site)[0].clone();
    let kept = filing(&site, &number);
    assert_eq!((matters(&site).len(), kept.channel, kept.owner.as_str()), (1, Channel::Box, TOWNSHIP_OFFICE));
    assert_eq!(kept.origin.unwrap().of_box.as_deref(), Some("liuwan-1"));
    let key = hidden(&entered_page, "submit_key");
    let blank = upload(&site, &cookie, &address, (&[("submit_key", &key), ("unread", "1")], &[]));
    assert!(blank.visible().contains("请附上照片"), "{}", blank.visible());
    for _ in 0..2 {
        let noted = upload(&site, &cookie, &address, (&[("submit_key", &key), ("unread", "1")], &[&scan]));
        assert!(noted.visible().contains("1 件登记了，1 张看不清"), "{}", noted.visible());
    }
    let before = entries(&site).len();
    let picture = site.get_as(&cookie, &format!("{address}/photo/0/0"));
    assert_eq!((picture.status, entries(&site).len()), (StatusCode::OK, before + 1), "each look is noted");
    assert_eq!(site.get_as(&enter(&site, "wei"), &format!("{address}/photo/0/0")).status, StatusCode::FORBIDDEN);
    // an empty box is noted too, and a week later it should have been opened again
    let page = site.get_as(&cookie, "/desk/boxes/liuwan-1");
    let empty = hidden(&page, "round");
    upload(&site, &cookie, "/desk/boxes/liuwan-1", (&[("round", &empty), ("empty", "1"), ("beside", "许小满")], &[]));
    let list = |cookie: &str| site.get_as(cookie, "/desk/boxes").visible();
    assert!(list(&cookie).contains("空箱") && !list(&cookie).contains("该开了"), "{}", list(&cookie));
    site.world.clock.days(8);
    let cookie = enter(&site, "gu");
    assert!(list(&cookie).contains("该开了"));
    // who opened a box, and how many cards, everybody can see in the log; who was there is not told
    let facts =
        site.world.read(|tx, _| tx.rows("select fact from event where kind = 'box_opened' order by position", &[])).unwrap();
    let facts: Vec<String> = facts.iter().map(|row| row.get("fact").unwrap()).collect();
    assert!(facts.len() == 2 && facts[0].contains("\"bx\":\"liuwan-1\"") && facts[0].contains("\"n\":2"), "{facts:?}");
    assert!(!facts.iter().any(|fact| fact.contains("许小满")));
    pictures_end(&site, &address);
}

/// A year later the pictures of a round are destroyed; its day and its cards stay.
fn pictures_end(site: &Site, address: &str) {
    let named = |site: &Site| {
        let now = site.world.now();
        let read = move |tx: &mut db::Tx<'_>, own: &civic::site::Site| {
            let round = rounds::of_box(tx, own, "liuwan-1")?.into_iter().find(|round| round.cards == 2).unwrap();
            let file = rounds::inside(tx, own, &round)?.remove(0).files.remove(0);
            Ok::<_, Fault>([store::names_file(tx, own, now, &file.cleaned)?, store::names_file(tx, own, now, &file.original)?])
        };
        site.world.read(move |tx, own| read(tx, own)).unwrap()
    };
    assert_eq!(named(site), [true, true]);
    let page = site.get_as(&enter(site, "gu"), address).visible();
    assert!(page.contains("保存到 2027年11月"), "{page}");
    site.world.clock.days(370);
    assert_eq!(named(site), [false, false], "the sweep removes what nothing names any more");
    let cookie = enter(site, "gu");
    let (page, before) = (site.get_as(&cookie, address).visible(), entries(site).len());
    assert!(page.contains("已经销毁") && page.contains("2 张"), "{page}");
    assert_eq!(site.get_as(&cookie, &format!("{address}/photo/0/0")).status, StatusCode::NOT_FOUND);
    assert_eq!(entries(site).len(), before, "nothing was looked at");
}

fn what_is_public_of_boxes_is_told_to_people_and_programs(engine: Engine) {
    let site = opened(engine);
    assert!(site.get("/boxes").visible().contains("这里还没有意见箱"));
    hang(&site);
    let staff = testkit::county::staff_id("gu");
    let of_box = "liuwan-1".to_owned();
    let opening = rounds::Opening {
        id: uuid::Uuid::from_u128(7),
        of_box,
        staff,
        beside: "许小满".into(),
        cards: 0,
        words: "钥匙 & <锁>".into(),
        files: Vec::new(),
    };
    site.world.write(move |tx, site, by| rounds::open(tx, site, by, &opening)).unwrap();
    let page = site.get("/boxes").visible();
    assert!(page.contains("柳湾村委会意见箱") && page.contains("空箱") && page.contains("北渡镇人民政府"), "{page}");
    for (address, months) in [("/news.atom", 12), (&format!("/news/{VILLAGE}.atom"), 0), ("/news/990121101.atom", 0)] {
        let answer = site.get(address);
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/atom+xml; charset=utf-8"));
        let text = answer.text();
        let rounds = usize::from(!address.contains("990121101.")); // the other township has no box
        assert_eq!(text.matches("<entry>").count(), months + rounds, "{text}");
        assert!(!text.contains("许小满") && !text.contains("顾行舟"), "nobody is named: {text}");
        assert_eq!(text.matches("<id>").count(), text.matches("<updated>").count());
    }
    assert_eq!(site.get("/news/nowhere.atom").status, StatusCode::NOT_FOUND);
    let map = site.get("/sitemap.xml").text();
    assert!(map.contains("/boxes</loc>") && !map.contains("/desk"), "{map}");
    for page in map.split("<loc>").skip(1) {
        let path = page.split("</loc>").next().unwrap().split_once("localhost").unwrap().1;
        assert_eq!(site.get(path).status, StatusCode::OK, "{path}");
    }
    let robots = site.get("/robots.txt").text();
    assert!(
        robots.starts_with("User-agent: *") && robots.contains("Disallow: /desk") && robots.contains("Sitemap: "),
        "{robots}"
    );
}
