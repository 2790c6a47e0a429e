//! Mail out against a real SMTP server process: what is filed is told once, what fails is tried again or given up, and both
//! sides can see it.

use std::path::PathBuf;
use std::time::Duration;

use appeals::appeal::{Command as Act, Outcome, ReplyText};
use appeals::filing::{Form, file};
use appeals::run;
use channels::mail::{Mailer, NotSent, Relay, Round, Security, round};
use civic::account::news::{self, News};
use civic::permit::Who;
use civic::{lease, outbox};
use jiff::ToSpan;
use testkit::certificates::{Authority, Certified};
use testkit::{Engine, World, county};

use crate::server::{Server, mailer};

/// This process, and another one on the same database.
const HOLDER: uuid::Uuid = uuid::Uuid::from_u128(1);
const OTHER: uuid::Uuid = uuid::Uuid::from_u128(2);

/// A world where only the resident gets mail: its staff have no addresses.
fn world() -> World {
    let migrations = testkit::migrations(&[appeals::MIGRATIONS]);
    let world = World::with(Engine::Sqlite, migrations);
    let staff: Vec<_> = world.hall.site.directory().staff.values().cloned().collect();
    for mut person in staff {
        person.email = None;
        world.set(civic::directory::Entry::Staff(person), "address");
    }
    world
}

fn filed(world: &World, email: &str) -> (String, uuid::Uuid) {
    let form = Form {
        what: "自来水发黄".into(),
        place: county::VILLAGE.into(),
        kind: "help".into(),
        identity: "confidential".into(),
        email: email.into(),
        submit_key: email.into(),
        ..Form::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let filed = runtime.block_on(file(&world.hall, &form, &[], None, |_, _| Ok(Vec::new()))).unwrap();
    (filed.number, filed.matter)
}

fn states(world: &World, matter: uuid::Uuid) -> Vec<(String, i64)> {
    let all = world.read(move |tx, site| outbox::of_matter(tx, site.jurisdiction, matter)).unwrap();
    let mut resident: Vec<_> = all.into_iter().filter(|m| m.recipient == "resident").map(|m| (m.state, m.attempts)).collect();
    resident.sort();
    resident
}

#[test]
fn a_filing_is_told_once_with_its_number_and_never_its_words() {
    let (world, server) = (world(), Server::start());
    let (number, matter) = filed(&world, "li@home.example");
    let first = round(&world.hall, &server.mailer(), HOLDER).unwrap();
    assert_eq!((first.sent, first.failed), (1, 0));
    assert_eq!(round(&world.hall, &server.mailer(), HOLDER).unwrap(), Round::default());
    let taken = server.taken();
    assert_eq!(taken.len(), 1);
    assert!(taken[0].contains("Message-ID: <") && taken[0].contains("@qinghe.example>"));
    assert!(!taken[0].contains(&number) || taken[0].contains("Subject:"), "the number is in the encoded subject");
    assert!(!taken[0].contains("自来水"));
    assert_eq!(states(&world, matter), [("sent".to_owned(), 1)]);
}

#[test]
fn a_server_that_says_later_is_asked_again_and_one_that_says_never_is_not() {
    let (world, server) = (world(), Server::start());
    let (_, later) = filed(&world, "later@home.example");
    let (_, never) = filed(&world, "never@home.example");
    assert_eq!(round(&world.hall, &server.mailer(), HOLDER).unwrap().failed, 2);
    assert_eq!(states(&world, later), [("waiting".to_owned(), 1)]);
    assert_eq!(states(&world, never)[0].0, "failed");
    for _ in 1..outbox::TRIES_MAX {
        world.clock.advance(3.hours());
        round(&world.hall, &server.mailer(), HOLDER).unwrap();
    }
    assert_eq!(states(&world, later), [("failed".to_owned(), outbox::TRIES_MAX)]);
    assert!(server.taken().is_empty());
}

#[test]
fn a_letter_that_is_given_up_becomes_a_call_until_somebody_told_it() {
    let (world, server) = (world(), Server::start());
    let (_, matter) = filed(&world, "never@home.example");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let act = |command| {
        let who = Who::Staff { id: county::staff_id("gu"), session: uuid::Uuid::nil() };
        runtime.block_on(run::act(&world.hall, run::Request { who, matter, seen: None, command })).unwrap().state
    };
    let told = |state: &appeals::State| state.untold.iter().map(|one| one.template).collect::<Vec<_>>();
    round(&world.hall, &server.mailer(), HOLDER).unwrap();
    let state = act(Act::Register { category: "14".into() });
    assert_eq!(told(&state), [""; 0], "who files holds the number in their hands");
    act(Act::Accept { category: "14".into() });
    assert_eq!(round(&world.hall, &server.mailer(), HOLDER).unwrap().failed, 1);
    let kinds = || {
        let loaded = world.read(move |tx, site| appeals::store::load(tx, site, matter)).unwrap().unwrap();
        (told(&loaded.state), loaded.events.iter().filter(|(_, event)| event.kind() == "letter_failed").count())
    };
    assert_eq!(kinds(), (vec!["accepted"], 1));
    assert_eq!(world.read(|tx, _| tx.rows("select matter from matter_call", &[])).unwrap().len(), 1, "it stands in the list");
    let missed = act(Act::TellByPhone { reached: false, words: "没有人接".into(), otherwise: false, speaker: None });
    assert_eq!((told(&missed), missed.calls), (vec!["accepted"], 1));
    assert_eq!(states(&world, matter), [("failed".to_owned(), 1), ("failed".to_owned(), 1)]);
    let reached = act(Act::TellByPhone { reached: true, words: "上门告诉了他".into(), otherwise: true, speaker: None });
    assert_eq!((told(&reached), reached.calls), (vec![], 0));
    assert_eq!(
        states(&world, matter),
        [("failed".to_owned(), 1), ("told".to_owned(), 1)],
        "the filing's own letter stays given up"
    );
    // whoever opened their page has read it: nobody rings them up for the letter
    let text = || "修好了".to_owned();
    let reply =
        ReplyText { request: text(), facts: text(), opinion: text(), basis: vec!["xf:32".into()], way_on: text(), files: vec![] };
    act(Act::Reply { reply, outcome: Outcome::Support });
    let open = run::Request { who: Who::Resident { matter }, matter, seen: None, command: Act::Open };
    runtime.block_on(run::act(&world.hall, open)).unwrap();
    round(&world.hall, &server.mailer(), HOLDER).unwrap();
    let failed = states(&world, matter).iter().filter(|(state, _)| state == "failed").count();
    assert_eq!(failed, 2, "the filing's letter and the answer's");
    assert_eq!(kinds(), (vec![], 1));
}

#[test]
fn a_server_that_hangs_or_is_gone_costs_a_try_and_nothing_else() {
    let (world, server) = (world(), Server::start());
    let (_, matter) = filed(&world, "hang@home.example");
    assert_eq!(round(&world.hall, &server.mailer(), HOLDER).unwrap().failed, 1);
    let mailer = server.mailer();
    drop(server);
    world.clock.advance(2.minutes());
    assert_eq!(round(&world.hall, &mailer, HOLDER).unwrap().failed, 1);
    assert_eq!(states(&world, matter), [("waiting".to_owned(), 2)]);
}

#[test]
fn of_two_processes_on_one_database_one_sends_and_the_other_takes_over_when_it_stands_still() {
    let (world, server) = (world(), Server::start());
    filed(&world, "li@home.example");
    assert_eq!(round(&world.hall, &server.mailer(), HOLDER).unwrap().sent, 1);
    filed(&world, "zhao@home.example");
    assert_eq!(round(&world.hall, &server.mailer(), OTHER).unwrap(), Round::default(), "the job is the first one's");
    world.clock.advance(lease::LEASE_SECONDS.seconds());
    assert_eq!(round(&world.hall, &server.mailer(), OTHER).unwrap().sent, 1);
    assert_eq!(round(&world.hall, &server.mailer(), HOLDER).unwrap(), Round::default());
    assert_eq!(server.taken().len(), 2);
}

#[test]
fn a_process_that_stood_still_does_not_send_what_another_has_sent_meanwhile() {
    let (world, server) = (world(), Server::start());
    let matters = ["li@home.example", "zhao@home.example"].map(|email| filed(&world, email).1);
    // a server that takes the connection and says nothing: whoever sends there stands still
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mailer = mailer(silent.local_addr().unwrap().port(), Duration::from_mins(1));
    let hall = world.hall.clone();
    let still = std::thread::spawn(move || round(&hall, &mailer, HOLDER).unwrap());
    let (held, _) = silent.accept().unwrap();
    for sent in [2, 0] {
        world.clock.advance((lease::LEASE_SECONDS + 1).seconds());
        assert_eq!(round(&world.hall, &server.mailer(), OTHER).unwrap().sent, sent);
    }
    // it goes on: its lease is gone, the other's has run out too, and its list is old
    drop((held, silent));
    let late = still.join().unwrap();
    assert_eq!((late.sent, late.failed), (0, 1));
    assert_eq!(server.taken().len(), 2);
    assert!(matters.iter().all(|matter| states(&world, *matter) == [("sent".to_owned(), 1)]));
}

#[test]
fn an_invitation_to_rate_leaves_when_it_is_time_and_not_when_it_is_idle() {
    let (world, server) = (world(), Server::start());
    let matters = ["li@home.example", "ma@home.example"].map(|email| filed(&world, email).1);
    for matter in matters {
        let act = |who: Who, command: Act| {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(run::act(&world.hall, run::Request { who, matter, seen: None, command })).unwrap();
        };
        let officer = Who::Staff { id: county::staff_id("gu"), session: uuid::Uuid::nil() };
        act(officer.clone(), Act::Accept { category: "14".into() });
        let text = |words: &str| words.to_owned();
        let reply = ReplyText {
            request: text("恢复清水"),
            facts: text("水管生锈"),
            opinion: text("下周换管"),
            basis: vec![text("xf:32")],
            way_on: text("可以申请复查"),
            files: Vec::new(),
        };
        act(officer, Act::Reply { reply, outcome: Outcome::Support });
        act(Who::Resident { matter }, Act::Open);
    }
    let before = round(&world.hall, &server.mailer(), HOLDER).unwrap();
    assert_eq!((before.failed, before.dropped), (0, 0));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let who = Who::Resident { matter: matters[1] };
    let again = Act::Reopen { words: "水还是黄的".into() };
    let request = run::Request { who, matter: matters[1], seen: None, command: again };
    runtime.block_on(run::act(&world.hall, request)).unwrap();
    world.clock.days(4);
    let after = round(&world.hall, &server.mailer(), HOLDER).unwrap();
    assert_eq!((after.sent, after.dropped), (1, 1));
    let facts =
        [("number", "MS1".to_owned()), ("office", "水务站".to_owned()), ("track", "https://minsheng.example/track".to_owned())];
    for template in ["replied", "invite_rating"] {
        let letter = channels::mail::letter(matters[0], "li@home.example", (template, "zh-CN"), &facts).unwrap();
        assert!(letter.text.contains("打") && letter.text.contains("https://minsheng.example/track"), "{}", letter.text);
        assert!(!letter.text.contains('?') && !letter.text.contains('{'), "no secret in the address");
    }
}

#[test]
fn a_letter_sent_and_not_marked_goes_out_again_under_the_same_id() {
    let (world, server) = (world(), Server::start());
    let (_, matter) = filed(&world, "li@home.example");
    let now = world.now();
    let due = world.read(move |tx, site| outbox::due(tx, site.jurisdiction, outbox::MAIL, now, 10)).unwrap();
    let message = due.into_iter().find(|message| message.matter == matter && message.recipient == "resident").unwrap();
    let facts = [("number", "MS".to_owned()), ("office", String::new()), ("due", String::new())];
    let letter = channels::mail::letter(message.id, "li@home.example", ("filed", "zh-CN"), &facts).unwrap();
    server.mailer().send(&letter).unwrap(); // and the process dies here
    round(&world.hall, &server.mailer(), HOLDER).unwrap();
    let ids: Vec<_> =
        server.taken().iter().map(|mail| mail.lines().find(|l| l.starts_with("Message-ID")).unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
}

#[test]
fn the_owner_of_an_account_hears_what_happened_to_it_in_their_language_and_nothing_secret() {
    let (world, server) = (world(), Server::start());
    let mut person = world.hall.site.directory().staff[&county::staff_id("lin")].clone();
    person.email = Some("lin@qinghe.example".to_owned());
    let (id, login) = (person.id, person.login.clone());
    world.set(civic::directory::Entry::Staff(person), "address");
    let without = county::staff_id("gu");
    world
        .write(move |tx, site, (now, chance)| {
            news::entered(tx, site.jurisdiction, (now, &mut *chance), id, ("own", "Firefox/1", "en"))?;
            news::entered(tx, site.jurisdiction, (now, &mut *chance), id, ("foreign", "Firefox/2", "zh-CN"))?;
            news::note(tx, site.jurisdiction, (now, chance), without, (News::Password, ""))
        })
        .unwrap();
    let told = round(&world.hall, &server.mailer(), HOLDER).unwrap();
    assert_eq!((told.sent, told.unreachable), (2, 1), "whoever has no address is told in another way");
    for mail in server.taken() {
        let words = mail.replace("=\n", "").replace("=\r\n", "");
        assert!(words.contains("a device not used for it before") && words.contains("lin@qinghe.example"), "{words}");
        assert!(!words.contains("Firefox") && !words.contains(&format!("account {login}")) && !words.contains("http"), "{words}");
    }
}

#[test]
fn staff_are_written_to_about_matters_in_the_language_they_read_the_site_in() {
    let (world, server) = (World::with(Engine::Sqlite, testkit::migrations(&[appeals::MIGRATIONS])), Server::start());
    // whoever takes in what comes from the village
    let (id, address) = (county::staff_id("qiao"), "To: qiao@qinghe.example");
    let english = |server: &Server| -> Vec<bool> {
        // Chinese goes as base64, in which nothing is found
        let mails = server.taken().into_iter().filter(|mail| mail.contains(address) && !mail.contains("a device not used"));
        mails.map(|mail| mail.replace("=\n", "").replace("=\r\n", "").contains("lang=3D\"en\"")).collect()
    };
    filed(&world, "li@home.example");
    round(&world.hall, &server.mailer(), HOLDER).unwrap();
    assert_eq!(english(&server), [false]);
    let entered = world.write(move |tx, site, (now, chance)| {
        news::entered(tx, site.jurisdiction, (now, chance), id, ("own", "Firefox/1", "en"))
    });
    entered.unwrap();
    filed(&world, "zhao@home.example");
    round(&world.hall, &server.mailer(), HOLDER).unwrap();
    let mut read = english(&server);
    read.sort_unstable();
    assert_eq!(read, [false, true]);
}

#[test]
fn a_mail_server_with_a_wrong_certificate_gets_no_letter() {
    let (ours, others) = (Authority::new(), Authority::new());
    let letter = channels::mail::letter(
        uuid::Uuid::nil(),
        "li@home.example",
        ("filed", "zh-CN"),
        &[("number", "MS1".to_owned()), ("office", String::new()), ("due", String::new())],
    );
    let letter = letter.unwrap();
    for (manner, security) in [("starttls", Security::StartTls), ("tls", Security::Tls)] {
        let send = |shown: &Certified, root: Option<PathBuf>| {
            let server = Server::showing(manner, shown);
            let (host, from) = ("localhost".to_owned(), "民声 <notice@qinghe.example>".to_owned());
            let timeout = Duration::from_secs(20);
            let relay =
                Relay { host, port: server.port, login: None, from, pages: String::new(), security, root, timeout, dkim: None };
            (Mailer::new(&relay).unwrap().send(&letter), server.taken().len())
        };
        assert_eq!(send(&ours.good("localhost"), Some(ours.root())), (Ok(()), 1), "{manner}");
        let wrong = [
            ("self-signed", ours.self_signed("localhost"), Some(ours.root())),
            ("expired", ours.expired("localhost"), Some(ours.root())),
            ("of another name", ours.good("mail.qinghe.example"), Some(ours.root())),
            ("from a stranger", others.good("localhost"), Some(ours.root())),
            ("from nobody that comes with the program", ours.good("localhost"), None),
        ];
        for (what, shown, root) in wrong {
            let later = NotSent::Later("the mail server's certificate is not good".to_owned());
            assert_eq!(send(&shown, root), (Err(later), 0), "{manner}: {what}");
        }
    }
    // a server that cannot encrypt gets none either, where that was asked for
    let plain = Server::start();
    let relay = Relay {
        host: "localhost".to_owned(),
        port: plain.port,
        login: None,
        from: "民声 <notice@qinghe.example>".to_owned(),
        pages: String::new(),
        security: Security::StartTls,
        root: None,
        timeout: Duration::from_secs(20),
        dkim: None,
    };
    assert!(Mailer::new(&relay).unwrap().send(&letter).is_err() && plain.taken().is_empty());
}
