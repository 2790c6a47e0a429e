//! What the supervising body itself has or had: whoever is put under pressure because of it tells the body above. And the letter
//! to everybody who handles accusations, which tells nothing.

use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use appeals::appeal::Command;
use appeals::filing::Filed;
use appeals::sealed::ceremony::{self, LetIn};
use appeals::sealed::room::Handler;
use appeals::sealed::step::Deed;
use appeals::sealed::{Body, letter};
use civic::directory::{Entry, Role};
use civic::refusal::No;
use civic::vault::{ABOVE_FILE, KeyFiles};
use db::params;
use testkit::{Engine, county, on_both};

use crate::common::{self, Town};
use crate::pressed::{press, reports, seed};
use crate::room::{accuse, act, admit, both, key, let_in, list, opens, refused};

on_both![
    what_the_supervising_body_has_itself_is_told_the_body_above_and_nobody_of_its_own,
    whoever_goes_over_to_the_other_body_leaves_behind_what_they_could_open,
    everybody_who_handles_accusations_is_written_to_on_fixed_days_whatever_there_is,
];

/// A matter that the supervising body took.
fn taken(town: &Town, key: &str) -> Filed {
    let filed = town.file(&common::form(key)).unwrap();
    let assign = Command::Assign { to: county::SUPERVISION.into(), words: "请依职责办理".into() };
    town.act("qiao", &filed, assign).unwrap();
    town.act("ning", &filed, Command::TakeOver).unwrap();
    filed
}

/// Puts an office above the supervising body, with a handler of its own.
fn above(town: &Town) {
    let mut office = town.world.hall.site.directory().offices[county::SUPERVISION].clone();
    office.superior = Some(county::GOVERNMENT.into());
    town.world.set(Entry::Office(office), "edited");
    town.staff_as("meng", Role::AccusationHandler);
}

/// Keeps the key of the body above, as `minsheng key above` does, and opens the site anew.
fn with_key(town: Town) -> (Town, Identity) {
    let identity = Identity::generate();
    let files = KeyFiles::at(town.world.ground().path().join("keys"));
    files.keep(ABOVE_FILE, &format!("{}\n", identity.to_public())).unwrap();
    (Town { world: town.world.reopened() }, identity)
}

fn come(town: &Town, login: &str, came: &[&str]) -> Result<LetIn, No> {
    let came: Vec<Identity> = came.iter().map(|key| key.parse().unwrap()).collect();
    let staff = county::staff_id(login);
    town.world.write(move |tx, site, by| ceremony::let_in(tx, site, by, &came, (staff, true)))
}

fn what_the_supervising_body_has_itself_is_told_the_body_above_and_nobody_of_its_own(engine: Engine) {
    let town = Town::new(engine);
    both(&town);
    let filed = taken(&town, "own");
    let tell = |town: &Town, seen| press(town, &filed, (seed(&filed), seen), "监督机关的人要我撤回");
    assert_eq!(refused(tell(&town, 0)), "pressed_supervising", "nobody is above it");
    above(&town);
    assert_eq!(refused(tell(&town, 0)), "pressed_supervising", "what could only be sealed to its own key is not taken");
    let (town, identity) = with_key(town);
    let (su, pan) = (key(&town, "su"), key(&town, "pan"));
    let_in(&town, "su", false).unwrap();
    admit(&town, &su, pan.staff).unwrap();
    let plain = accuse(&town, "plain", "村里账目有假");
    tell(&town, 0).unwrap();
    let (id, own) = reports(&town, seed(&filed)).remove(0);
    assert_eq!((own.body(), own.filing.owner.as_str()), (Body::Above, county::GOVERNMENT));
    // nobody of the supervising body opens it, nor does their own key, nor does a number tell them of it
    assert!(!opens(&town, &su, id) && !opens(&town, &pan, id) && list(&town, &su).len() == 1);
    assert_eq!(let_in(&town, "pan", true).unwrap(), LetIn::default());
    let secret = identity.to_string();
    let both_keys = [testkit::SUPERVISOR_KEY, secret.expose_secret()];
    assert_eq!(come(&town, "pan", &both_keys).unwrap(), LetIn::default());
    // the body above has a key of its own; neither a colleague below nor the key of the supervising body lets it in
    let meng = key(&town, "meng");
    assert_eq!(refused(admit(&town, &su, meng.staff)), "entry_changed");
    assert!(matches!(come(&town, "meng", &both_keys[..1]), Err(No::Refused(refusal)) if refusal.code == "escrow_keys"));
    assert_eq!(come(&town, "meng", &both_keys[1..]).unwrap(), LetIn { opened: 1, ..LetIn::default() });
    assert_eq!(come(&town, "meng", &both_keys).unwrap(), LetIn::default());
    let listed = list(&town, &meng);
    assert!(listed.len() == 1 && listed[0].id == id && listed[0].pressed && listed[0].due.is_some());
    assert!(!opens(&town, &meng, plain.matter), "it looks into nothing else");
    assert_eq!(refused(admit(&town, &meng, su.staff)), "entry_changed");
    act(&town, &meng, id, Deed::Accept).unwrap();
    // once let in, the next one opens at once; what the supervising body was only asked about goes to it as ever
    tell(&town, 1).unwrap();
    assert_eq!(list(&town, &meng).len(), 2);
    let other = town.replied("other");
    press(&town, &other, (seed(&other), 0), "").unwrap();
    assert_eq!((list(&town, &meng).len(), list(&town, &su).len()), (2, 2));
    // where the body above had it too, nobody here is left to tell
    let far = taken(&town, "far");
    let assign = Command::Assign { to: county::GOVERNMENT.into(), words: "请办理".into() };
    town.act("ning", &far, assign).unwrap();
    town.staff_as("yan", Role::Officer);
    town.act("yan", &far, Command::TakeOver).unwrap();
    assert_eq!(refused(press(&town, &far, (seed(&far), 0), "")), "pressed_supervising");
    // the number of the quarter holds them all
    for days in [1, 60] {
        town.world.clock.days(days);
        town.tick();
    }
    let sql = "select fact from event where jurisdiction = $1 and kind = 'pressed_counted' order by position limit 1";
    let fact = town.world.read(move |tx, site| tx.row(sql, params![site.jurisdiction])).unwrap().unwrap();
    assert!(fact.get::<String>("fact").unwrap().contains(r#""n":3"#));
}

fn whoever_goes_over_to_the_other_body_leaves_behind_what_they_could_open(engine: Engine) {
    let town = Town::new(engine);
    above(&town);
    let (town, identity) = with_key(town);
    let (su, _) = both(&town);
    let plain = accuse(&town, "plain", "村里账目有假");
    assert!(opens(&town, &su, plain.matter));
    let mut staff = town.world.hall.site.directory().staff[&su.staff].clone();
    county::GOVERNMENT.clone_into(&mut staff.office);
    town.world.set(Entry::Staff(staff.clone()), "moved");
    let filed = taken(&town, "own");
    press(&town, &filed, (seed(&filed), 0), "").unwrap();
    let (id, _) = reports(&town, seed(&filed)).remove(0);
    assert!(!opens(&town, &su, plain.matter) && !opens(&town, &su, id), "a key that was let in below is not let in above");
    assert_eq!(come(&town, "su", &[identity.to_string().expose_secret()]).unwrap().opened, 1);
    assert!(opens(&town, &su, id) && !opens(&town, &su, plain.matter));
    county::SUPERVISION.clone_into(&mut staff.office);
    town.world.set(Entry::Staff(staff), "moved");
    assert!(!opens(&town, &su, id), "and the other way round");
    assert!(list(&town, &Handler { ..su }).iter().all(|one| one.id == plain.matter));
}

fn everybody_who_handles_accusations_is_written_to_on_fixed_days_whatever_there_is(engine: Engine) {
    let (without, with) = (Town::new(engine), Town::new(engine));
    both(&with);
    let letters = |town: &Town| -> Vec<(String, String)> {
        let sql = "select recipient, made_at from outbox where jurisdiction = $1 and template = $2 order by made_at, recipient";
        let rows = town.world.read(move |tx, site| tx.rows(sql, params![site.jurisdiction, letter::TEMPLATE])).unwrap();
        let day = |micros| jiff::Timestamp::from_microsecond(micros).unwrap().to_string()[..10].to_owned();
        rows.iter().map(|row| (row.get("recipient").unwrap(), day(row.get("made_at").unwrap()))).collect()
    };
    for day in 0..14 {
        if day % 3 == 1 {
            accuse(&with, &format!("key-{day}"), "村里账目有假");
        }
        for town in [&without, &with] {
            town.tick();
            town.tick();
            town.world.clock.days(1);
        }
    }
    let (one, two) = (letters(&without), letters(&with));
    assert_eq!(one, two, "neither that they come nor when nor how many tells of anything");
    let days: Vec<&str> = one.iter().map(|(_, day)| day.as_str()).step_by(2).collect();
    // every other working day: the weekends are 28 and 29 November, 5 and 6 December
    assert_eq!(days, ["2026-11-24", "2026-11-26", "2026-11-30", "2026-12-02", "2026-12-04"]);
    let told: Vec<String> = ["su", "pan"].map(|login| format!("staff:{}", county::staff_id(login))).to_vec();
    assert!(one.chunks(2).all(|two| two.iter().map(|(recipient, _)| recipient).eq(&told)), "{one:?}");
    // a site that stood still writes once, and a clock that was put back not again
    without.world.clock.days(40);
    without.tick();
    without.world.clock.days(-3);
    without.tick();
    assert_eq!(letters(&without).len(), one.len() + 2);
}
