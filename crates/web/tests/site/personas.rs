//! Every address of the desk as every person of the county, compared with what the permit says. A new address must be
//! added here, or the test fails.

use appeals::decide::ready;
use appeals::{State, store};
use axum::http::StatusCode;
use civic::directory::{Role, Staff};
use civic::permit::{Act, Subject, Who as Actor, may};
use db::Fault;
use testkit::county;
use uuid::Uuid;
use web::ROUTES;
use web::desk::matter::ACTS;
use web::route::Who;

use crate::desk::filed;
use crate::staff::{accounts, enter};
use crate::world::{Answer, Site};

struct Persona {
    staff: Staff,
    cookie: String,
}

fn allowed(site: &Site, persona: &Persona, act: Act, subject: &Subject) -> bool {
    let who = Actor::Staff { id: persona.staff.id, session: Uuid::nil() };
    may(&site.world.hall.site.directory(), &who, act, subject).is_ok()
}

fn states(site: &Site) -> Vec<State> {
    site.world
        .read(|tx, site| {
            let mut all = Vec::new();
            for row in tx.rows("select id from matter order by number", &[])? {
                all.push(store::load(tx, site, row.get("id")?)?.unwrap().state.as_ref().clone());
            }
            Ok::<_, Fault>(all)
        })
        .unwrap()
}

fn open(answer: &Answer) -> bool {
    assert!(!answer.status.is_server_error() && !answer.text().contains('⟦'), "{}", answer.visible());
    matches!(answer.status, StatusCode::OK | StatusCode::SEE_OTHER | StatusCode::NOT_FOUND) && !at_door(answer)
}

fn at_door(answer: &Answer) -> bool {
    answer.header("location").starts_with("/desk/login")
}

#[test]
fn every_address_opens_for_whom_the_permit_says_and_for_nobody_else() {
    let site = Site::demo();
    accounts(&site);
    filed(&site, "1&identity=anonymous");
    filed(&site, "2&identity=named&name=田小满&mobile=13900000001&place=990121101201");
    crate::paper::hang(&site);
    let staff: Vec<Staff> = site.world.hall.site.directory().staff.values().cloned().collect();
    for staff in staff {
        let cookie = enter(&site, Box::leak(staff.login.clone().into_boxed_str()));
        let persona = Persona { staff, cookie };
        for route in ROUTES.iter().copied().flatten().filter(|route| route.who == Who::Staff) {
            match route.path {
                path if path.starts_with("/desk/admin") => administration(&site, &persona, path),
                "/desk"
                | "/desk/reading"
                | "/desk/issues"
                | "/desk/account"
                | "/desk/account/password"
                | "/desk/account/relatives" => {
                    assert!(open(&site.get_as(&persona.cookie, route.path)), "{} {}", persona.staff.login, route.path);
                }
                "/desk/find" => {
                    let answer = site.get_as(&persona.cookie, "/desk/find?number=nonsense");
                    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "anyone may ask; the matter's page decides");
                }
                "/desk/account/end" | "/desk/account/seen" => {}
                "/desk/counter" | "/desk/counter/sign" | "/desk/letters" | "/desk/reception" | "/desk/erase"
                | "/desk/disclose" => {
                    let expected = allowed(&site, &persona, of_site(route.path), &Subject::site());
                    assert_eq!(open(&site.get_as(&persona.cookie, route.path)), expected, "{}", persona.staff.login);
                }
                path if follows(path) => after_ratings(&site, &persona, path),
                path if path.starts_with("/desk/hotline") => hotline(&site, &persona, path),
                "/desk/disclose/take" => {
                    let answer = site.post_as(&persona.cookie, route.path, format!("id={}", Uuid::max()));
                    let watches = allowed(&site, &persona, Act::Disclose, &Subject::site());
                    assert_eq!(answer.status == StatusCode::CONFLICT, watches, "{}: nothing waits for them", persona.staff.login);
                }
                path if path.starts_with("/desk/boxes") || path.starts_with("/desk/register") => {
                    opinion_box(&site, &persona, path);
                }
                "/desk/leave" => {
                    let own = Subject { owner: persona.staff.office.clone(), ..Subject::default() };
                    let expected = allowed(&site, &persona, Act::Extend, &own);
                    assert_eq!(open(&site.get_as(&persona.cookie, route.path)), expected, "{}", persona.staff.login);
                }
                "/desk/sealed" => {
                    let owner = site.world.hall.site.directory().supervising().unwrap().code.clone();
                    let subject = Subject { owner, ..Subject::default() };
                    let expected = allowed(&site, &persona, Act::HandleAccusation, &subject);
                    let answer = site.get_as(&persona.cookie, route.path);
                    assert_eq!(answer.status == StatusCode::OK, expected, "{}", persona.staff.login);
                    assert_eq!(answer.status == StatusCode::NOT_FOUND, !expected, "to all others it is not there");
                }
                path if path.starts_with("/desk/sealed/") => behind_the_door(&site, &persona, path),
                path if path.starts_with("/desk/board") => board(&site, &persona, path),
                path if path.starts_with("/desk/forum") || path.starts_with("/desk/blog") => posts(&site, &persona, path),
                path if path.starts_with("/desk/assessment") || path == "/desk/reports" => assessment(&site, &persona, path),
                path if path.starts_with("/desk/days") || path.starts_with("/desk/consult") => reception(&site, &persona, path),
                "/desk/issues/{number}" => no_issue(&site, &persona),
                path if path.starts_with("/desk/matters/{number}") => matter(&site, &persona, path),
                other => panic!("say here who may open {other}"),
            }
        }
    }
}

/// Names the act that opens a page of the whole site.
fn of_site(path: &str) -> Act {
    match path {
        "/desk/erase" => Act::Erase,
        "/desk/disclose" => Act::Disclose,
        _ => Act::FileForPerson,
    }
}

/// Tells whether an address is about supervision.
fn is_file(path: &str) -> bool {
    path.starts_with("/desk/dossiers") || path.starts_with("/desk/supervision")
}

/// Tells whether an address is about what follows ratings and missed days.
fn follows(path: &str) -> bool {
    is_file(path) || path.starts_with("/desk/callbacks") || path.starts_with("/desk/criticism")
}

/// Cards are there for those who watch, and for everybody who sees matters of their own office; files of supervision for those who watch, for leaders, and for offices they are addressed to; one that is not there for nobody.
fn files(site: &Site, persona: &Persona, path: &str) {
    let own = Subject { owner: persona.staff.office.clone(), ..Subject::default() };
    let answer =
        site.get_as(&persona.cookie, &path.replace("{kind}", "conference").replace("{number}", "9").replace("{form}", "comma"));
    let leads = allowed(site, persona, Act::LeadSupervision, &own);
    let watches = [Act::JudgeEvidence, Act::SeeAccess].iter().any(|act| allowed(site, persona, *act, &Subject::site()));
    let expected = match path {
        "/desk/supervision" | "/desk/supervision/take/{form}" => watches || allowed(site, persona, Act::See, &own),
        "/desk/dossiers/{kind}" | "/desk/dossiers/{kind}/take/{form}" => allowed(site, persona, Act::SeeSupervision, &own),
        "/desk/dossiers/{kind}/new" => leads || allowed(site, persona, Act::Supervise, &Subject::site()),
        _ => false,
    };
    assert_eq!(answer.status == StatusCode::OK, expected, "{} {path}", persona.staff.login);
}

/// Call-backs are there for those who make them, criticism for those who watch and for those who owe something put right.
fn after_ratings(site: &Site, persona: &Persona, path: &str) {
    if is_file(path) {
        return files(site, persona, path);
    }
    let own = Subject { owner: persona.staff.office.clone(), ..Subject::default() };
    let expected = match path {
        "/desk/callbacks" => [Act::CallBack, Act::HearObjection].iter().any(|act| allowed(site, persona, *act, &Subject::site())),
        "/desk/criticism" | "/desk/criticism/take/{form}" => {
            let watches = [Act::AnswerCriticism, Act::SeeAccess].map(|act| allowed(site, persona, act, &Subject::site()));
            watches.contains(&true) || allowed(site, persona, Act::Rectify, &own)
        }
        _ => false,
    };
    let answer =
        site.get_as(&persona.cookie, &path.replace("{number}", "MS1").replace("{which}", "c1").replace("{form}", "comma"));
    // a matter that is not there has no call-back for anybody
    let opened = if path.contains("{number}") { answer.status == StatusCode::OK } else { open(&answer) };
    assert_eq!(opened, expected, "{} {path}", persona.staff.login);
}

/// The hotline's desk is there for whoever takes calls at their own office's desk, and a call that is not there for nobody.
fn hotline(site: &Site, persona: &Persona, path: &str) {
    let own = Subject { owner: persona.staff.office.clone(), ..Subject::default() };
    let takes = allowed(site, persona, Act::TakeCall, &own);
    let path = path.replace("{call}", &Uuid::max().to_string()).replace("{name}", "hours").replace("{form}", "comma");
    if path.contains(&Uuid::max().to_string()) {
        let answers = [site.get_as(&persona.cookie, &path), site.post_as(&persona.cookie, &path, "act=take")];
        assert!(answers.iter().all(|answer| answer.status != StatusCode::OK), "{} {path}", persona.staff.login);
        return;
    }
    let answer = if path.ends_with("/know") {
        site.post_as(&persona.cookie, &path, "what=停水")
    } else {
        site.get_as(&persona.cookie, &path)
    };
    assert_eq!(answer.status == StatusCode::OK, takes, "{} {path}: {}", persona.staff.login, answer.visible());
}

/// Behind the door of the room of accusations nothing is there but for its handlers.
fn behind_the_door(site: &Site, persona: &Persona, path: &str) {
    let path = path.replace("{id}", &Uuid::max().to_string()).replace("{act}", "accept");
    let path = path.replace("{version}", "1").replace("{at}", "0");
    let handles = persona.staff.is(Role::AccusationHandler);
    let asked = [site.get_as(&persona.cookie, &path), site.post_as(&persona.cookie, &path, "x=1")];
    let there =
        asked.iter().any(|answer| answer.status != StatusCode::NOT_FOUND && answer.status != StatusCode::METHOD_NOT_ALLOWED);
    // a file has no door of its own; the page it stands on has
    assert_eq!(there, handles && !path.contains("/file/") && !path.ends_with("/take-out"), "{} {path}", persona.staff.login);
}

/// A register is there for whoever keeps or checks it; a box for those of the office that holds its key too, and the list for whoever may look
/// after one of their own office.
fn opinion_box(site: &Site, persona: &Persona, path: &str) {
    let own = path == "/desk/boxes" || path.starts_with("/desk/register");
    let office = if own { persona.staff.office.as_str() } else { county::TOWNSHIP_OFFICE };
    let subject = Subject { owner: office.to_owned(), ..Subject::default() };
    let acts: &[Act] = if path.starts_with("/desk/boxes") { &[Act::OpenBox, Act::SeeRegister] } else { &[Act::SeeRegister] };
    let expected = acts.iter().any(|act| allowed(site, persona, *act, &subject));
    let path = path.replace("{code}", "liuwan-1").replace("{round}", &Uuid::max().to_string());
    let answer = site.get_as(&persona.cookie, &path.replace("{step}", "0").replace("{at}", "0"));
    assert_eq!(open(&answer), expected, "{} {path}", persona.staff.login);
}

fn board(site: &Site, persona: &Persona, path: &str) {
    let code = match path {
        "/desk/board/office/{code}" => persona.staff.office.as_str(),
        "/desk/board/place/{code}" => "990121",
        _ => "03",
    };
    let path = path.replace("{code}", code).replace("{name}", "offices").replace("{form}", "data");
    let leads = [Role::Leader, Role::OfficeHead, Role::Supervisor, Role::Auditor];
    let expected = leads.iter().any(|role| persona.staff.is(*role));
    assert_eq!(open(&site.get_as(&persona.cookie, &path)), expected, "{} {path}", persona.staff.login);
}

/// The board is there for whoever speaks or moderates for their office, offices' posts for whoever writes them; a post that is not there
/// for nobody.
fn posts(site: &Site, persona: &Persona, path: &str) {
    let own = Subject { owner: persona.staff.office.clone(), ..Subject::default() };
    let acts: &[Act] = if path.starts_with("/desk/forum") { &[Act::AnswerPost, Act::Moderate] } else { &[Act::WriteBlog] };
    let expected = acts.iter().any(|act| allowed(site, persona, *act, &own));
    let path = path.replace("{post}", &Uuid::max().to_string());
    assert_eq!(open(&site.get_as(&persona.cookie, &path)), expected, "{} {path}", persona.staff.login);
}

/// Reception days are there for whoever keeps them, receives, or books for others; a day that is not there for nobody.
fn reception(site: &Site, persona: &Persona, path: &str) {
    if path.starts_with("/desk/consult") {
        return consult(site, persona, path);
    }
    let own = Subject { owner: persona.staff.office.clone(), ..Subject::default() };
    let any = |acts: &[Act]| acts.iter().any(|act| allowed(site, persona, *act, &own));
    let expected = any(&[Act::PlanReception, Act::HoldReception]) || allowed(site, persona, Act::BookReception, &Subject::site());
    if path.contains("{day}") {
        let answer = site.get_as(&persona.cookie, &path.replace("{day}", &Uuid::max().to_string()));
        assert_ne!(answer.status, StatusCode::OK, "{} {path}", persona.staff.login);
        return;
    }
    assert_eq!(open(&site.get_as(&persona.cookie, path)), expected, "{} {path}", persona.staff.login);
}

/// Sheets are there for whoever has a board, of the offices on it; corrections of reports for whoever publishes them.
fn assessment(site: &Site, persona: &Persona, path: &str) {
    let board = web_sight(site, persona);
    let expected = match path {
        "/desk/reports" => allowed(site, persona, Act::PublishReport, &Subject::site()),
        "/desk/assessment" => !board.is_empty(),
        _ => board.contains(&persona.staff.office),
    };
    let path = path.replace("{office}", &persona.staff.office).replace("{measure}", "in_time");
    let answer = site.get_as(&persona.cookie, &path);
    assert_eq!(answer.status == StatusCode::OK, expected, "{} {path}: {}", persona.staff.login, answer.status);
}

fn web_sight(site: &Site, persona: &Persona) -> std::collections::BTreeSet<String> {
    let directory = site.world.hall.site.directory();
    appeals::board::sight(&directory, &persona.staff).map(|sight| sight.offices).unwrap_or_default()
}

/// What offices ask everybody is there for whoever works on it or types in what people said; a question is put by whoever binds the office, and
/// one that is not there is there for nobody.
fn consult(site: &Site, persona: &Persona, path: &str) {
    let own = Subject { owner: persona.staff.office.clone(), ..Subject::default() };
    let keeps = allowed(site, persona, Act::KeepConsultation, &own);
    let expected = match path {
        "/desk/consult" => keeps || allowed(site, persona, Act::TakeVoice, &Subject::site()),
        "/desk/consult/new" => allowed(site, persona, Act::DecideConsultation, &own),
        _ => {
            let answer = site.get_as(&persona.cookie, &path.replace("{number}", "99"));
            assert_ne!(answer.status, StatusCode::OK, "{} {path}", persona.staff.login);
            return;
        }
    };
    assert_eq!(open(&site.get_as(&persona.cookie, path)), expected, "{} {path}", persona.staff.login);
}

/// One matter is no issue; who sees which is tested with issues there are.
fn no_issue(site: &Site, persona: &Persona) {
    for state in states(site) {
        let answer = site.get_as(&persona.cookie, &format!("/desk/issues/{}", state.number));
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", persona.staff.login);
    }
}

fn administration(site: &Site, persona: &Persona, path: &str) {
    let path = path.replace("{code}", "990121").replace("{id}", &persona.staff.id.to_string());
    let expected = allowed(site, persona, Act::Administer, &Subject::site());
    assert_eq!(open(&site.get_as(&persona.cookie, &path)), expected, "{} {path}", persona.staff.login);
}

fn matter(site: &Site, persona: &Persona, path: &str) {
    for state in states(site) {
        let subject = state.subject();
        let address = path.replace("{number}", &state.number);
        let (sees, reads) = (allowed(site, persona, Act::See, &subject), allowed(site, persona, Act::ReadPersonal, &subject));
        let context = format!("{} {path} held by {}", persona.staff.login, state.owner);
        match path.trim_start_matches("/desk/matters/{number}") {
            "" | "/print" | "/letter" => assert_eq!(open(&site.get_as(&persona.cookie, &address)), sees, "{context}"),
            "/access" => {
                let watches = allowed(site, persona, Act::SeeAccess, &subject);
                assert_eq!(open(&site.get_as(&persona.cookie, &address)), sees && watches, "{context}");
            }
            "/read" => {
                let opened = ["handle", "review", "supervise", "audit", "counter", "tell", "list"]
                    .iter()
                    .any(|purpose| open(&site.post_as(&persona.cookie, &address, format!("purpose={purpose}"))));
                assert_eq!(opened, reads && sees, "{context}");
                let page = site.get_as(&persona.cookie, &path.replace("{number}", &state.number).replace("/read", ""));
                assert_eq!(page.text().contains(crate::desk::WORDS), reads && sees, "{context}");
            }
            "/file/{version}/{at}" => {
                let file = address.replace("{version}", "1").replace("{at}", "0");
                assert_eq!(open(&site.get_as(&persona.cookie, &file)), sees, "{context}: there is no file, only a door");
            }
            "/unmask" => {
                let may = allowed(site, persona, Act::Unmask, &subject);
                let answer = site.post_as(&persona.cookie, &address, "act=agree&id=none");
                // nothing waits there for those who may
                assert_eq!(answer.status == StatusCode::NOT_FOUND, sees && may, "{context}");
            }
            "/act/{act}" => acts(site, persona, (&state, &address)),
            other => panic!("say here who may open {other}"),
        }
    }
}

fn acts(site: &Site, persona: &Persona, (state, address): (&State, &str)) {
    let hall = &site.world.hall;
    let (rules, calendar, directory) = (hall.site.rules(), hall.site.calendar(), hall.site.directory());
    let ctx = appeals::decide::Ctx {
        now: site.world.now(),
        today: hall.site.day(site.world.now()),
        rules: &rules,
        calendar: &calendar,
        directory: &directory,
        office: Some(&persona.staff.office),
        staff: Some(persona.staff.id),
        fresh: None,
        pseudonym: "",
        target: None,
    };
    let subject = state.subject();
    for (act, _) in ACTS {
        let sees = allowed(site, persona, Act::See, &subject);
        let may = allowed(site, persona, *act, &subject);
        let expected = (sees || *act == Act::ReissueCode) && may && ready(state, *act, &ctx).is_ok();
        let path = address.replace("{act}", act.code());
        let page = site.get_as(&persona.cookie, &path);
        assert_eq!(page.status == StatusCode::OK, expected, "{} {act:?} held by {}", persona.staff.login, state.owner);
        if !may {
            // a form sent past its page is refused just the same
            let sent = site.post_as(&persona.cookie, &path, "seen=1&words=x&category=03&office=sw&ground=competence");
            assert_eq!(sent.status, StatusCode::FORBIDDEN, "{} {act:?} {}", persona.staff.login, sent.visible());
        }
    }
}
