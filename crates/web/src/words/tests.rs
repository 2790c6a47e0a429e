//! Every word that code uses stands in both languages, and none stands there for nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use appeals::appeal::Step as Passed;
use appeals::appeal::{Channel, Manner, Outcome, Part, Sender};
use appeals::followup::{Spoken, Way};
use appeals::sealed::step::{Deed, Exception, Stage as Sealed};
use appeals::{Identity, Kind, Stage};
use civic::access::Purpose;
use civic::account::news::News;
use civic::directory::{Role, Scope};
use civic::permit::Act;

use super::Lang;
use super::book::{has, texts};
use crate::desk::sealed::ACTS as SEALED_ACTS;
use crate::portal::track::{ACTS, DONE};

/// Lists the keys that are made from codes: of closed lists, and of refusals as the rooms write them.
fn families(sources: &str) -> BTreeSet<String> {
    let key = |family: &str, code: &str| format!("{family}-{}", code.replace('_', "-"));
    let mut known: BTreeSet<String> = Act::ALL.iter().map(|act| key("act", act.code())).collect();
    known.extend(Role::ALL.iter().map(|role| key("role", role.code())));
    known.extend(News::ALL.iter().map(|news| key("news", news.code())));
    known.extend(Purpose::ALL.iter().map(|purpose| key("purpose", purpose.code())));
    known.extend((1..=12).map(|month| format!("month-{month}")));
    known.extend((1..=5).map(|grade| format!("grade-{grade}")));
    known.extend(Stage::ALL.iter().map(|stage| key("stage", stage.code())));
    known.extend(Kind::ALL.iter().flat_map(|kind| [key("kind", kind.code()), key("kind-hint", kind.code())]));
    known.extend(Identity::ALL.iter().flat_map(|own| [key("identity", own.code()), key("identity-hint", own.code())]));
    known.extend(ACTS.iter().flat_map(|act| [key("do", act.code()), key("about", act.code())]));
    known.extend(crate::portal::offline_said().map(|name| key("offline-say", name)));
    known.extend(["timeout", "unreachable"].map(|why| key("hook-why", why)));
    known.extend(DONE.iter().map(|act| key("done", act)));
    known.extend(crate::desk::matter::ACTS.iter().map(|(act, _)| key("about", act.code())));
    known.extend(Channel::ALL.iter().map(|channel| key("channel", channel.code())));
    known.extend(Scope::ALL.iter().map(|scope| key("client-scope", scope.code())));
    known.extend(Sender::ALL.iter().map(|sender| key("sender", sender.code())));
    known.extend(Part::ALL.iter().flat_map(|part| [key("part", part.code()), key("part-hint", part.code())]));
    known.extend(Spoken::ALL.iter().flat_map(|way| ["told-at", "spoken", "spoken-hint"].map(|family| key(family, way.code()))));
    known.extend(Manner::ALL.iter().flat_map(|own| [key("manner", own.code()), key("manner-hint", own.code())]));
    known.extend(Passed::CODES.iter().map(|code| key("step", code)));
    known.extend(crate::desk::admin::PEER_TROUBLES.iter().map(|why| key("peer-why", why)));
    known.extend(Outcome::ALL.iter().map(|outcome| key("outcome", outcome.code())));
    let shows = ["replied", "overdue", "review", "supplement", "handling", "merged", "rated", "closed", "accusation"];
    known.extend(shows.map(|shows| key("demo-shows", shows)));
    known.extend(
        ["waiting", "sent", "delivered", "returned", "failed", "unreachable", "dropped", "phone", "told"]
            .map(|state| key("sending", state)),
    );
    let stages = [Sealed::Received, Sealed::Concluded, Sealed::Accepted, Sealed::Referred, Sealed::Declined, Sealed::Answered];
    known.extend(stages.iter().map(|stage| key("sealed-stage", stage.code())));
    known.extend(Deed::CODES.iter().map(|deed| key("sealed-step", deed)));
    known.extend(SEALED_ACTS.iter().flat_map(|act| [key("sealed-do", act), key("sealed-about", act)]));
    known.extend(Exception::ALL.iter().map(|what| key("sealed-exception", what.code())));
    known.extend(crate::desk::hotline::CODES.iter().flat_map(|(family, codes)| codes.iter().map(|code| key(family, code))));
    known.extend(crate::desk::admin::CHANNEL_CODES.iter().flat_map(|(family, codes)| codes.iter().map(|code| key(family, code))));
    known.extend(oversight::reception::Standing::ALL.iter().map(|standing| key("booking", standing.code())));
    known.extend(oversight::reception::booking::Way::ALL.iter().map(|way| key("booked-by", way.code())));
    known.extend(civic::journal::Verdict::ALL.iter().map(|verdict| key("watch", verdict.code())));
    known.extend(oversight::edition::Reason::ALL.iter().map(|reason| key("edition-reason", reason.code())));
    known.extend(oversight::edition::CLASSES.iter().map(|class| key("class", class)));
    known.extend(oversight::assessment::Against::ALL.iter().map(|against| key("against", against.code())));
    known.extend(appeals::measured::Left::ALL.iter().map(|left| key("verdict", left.code())));
    known.extend(["good", "bad"].map(|verdict| key("verdict", verdict)));
    known.extend(appeals::measured::STEPS.iter().map(|step| key("work", step)));
    known.extend(["handed_down_forwarded", "handed_down_charged", "reception_posted", "received"].map(|step| key("work", step)));
    known.extend(asked().map(|(family, code)| key(family, code)));
    known.extend(files().map(|(family, code)| key(family, code)));
    known.extend(["publish", "leave", "hide", "lock", "unlock", "move"].map(|act| key("desk-post", act)));
    for (before, family) in CODES {
        known.extend(literals(sources, before).map(|code| key(family, code)));
    }
    // a rule's helper takes the code of the refusal and of the way on: `need(holds, "code", "way")`
    for (at, _) in sources.match_indices("\", \"") {
        let code = sources[..at].rsplit('"').next().unwrap_or_default();
        let way = sources[at + 4..].split('"').next().unwrap_or_default();
        let called = sources[at + 4 + way.len()..].starts_with("\")");
        let head = sources[..at].rsplit('\n').next().unwrap_or_default();
        if called && head.contains(".need(") {
            known.insert(key("wrong", way));
        } else if called && head.contains("holds(") {
            known.insert(key("refusal", code));
        } else if called && (head.contains("need(") || head.contains("no(")) {
            known.extend([key("refusal", code), key("way", way)]);
        }
    }
    known
}

/// Lists the codes of what offices ask everybody, with their families.
fn asked() -> impl Iterator<Item = (&'static str, &'static str)> {
    use insight::consult::consultation::Outcome;
    use insight::consult::voice::Way as Said;
    let stages = insight::consult::Stage::ALL.iter().map(|stage| ("consult-stage", stage.code()));
    let steps = ["gathering", "commenting", "decided", "done"].map(|stage| ("consult-step", stage));
    let ways = Said::ALL.iter().map(|way| ("voice-by", way.code()));
    let outcomes = Outcome::ALL.iter().map(|outcome| ("point", outcome.code()));
    stages.chain(steps).chain(ways).chain(outcomes)
}

/// Lists the families of files of supervision, with the codes of each.
fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
    let families = ["dossier-kind", "dossier-lead", "dossier-new", "dossier-hint", "dossier-empty", "dossier-end-hint"];
    let kinds =
        families.into_iter().flat_map(|family| oversight::dossier::Kind::ALL.into_iter().map(move |kind| (family, kind.code())));
    kinds.chain(Way::ALL.iter().map(|way| ("told-by", way.code())))
}

/// Lists what stands before a code in sources, and the family of its sentence.
const CODES: &[(&str, &str)] = &[
    ("Refusal::new(\"", "refusal"),
    (".instead(\"", "way"),
    ("Problem::bad(\"", "refusal"),
    ("too_much(\"", "refusal"),
    ("in_time(state, ctx, \"", "refusal"),
    ("need(open, late, \"", "way"),
    ("return no(\"", "refusal"),
    ("amiss(\"", "refusal"),
    ("FieldError::new(\"submit_key\", \"", "wrong"),
];

/// Families of which a key is used when its code stands in the sources.
const OPEN: &[&str] = &[
    "refusal-",
    "way-",
    "event-",
    "message-",
    "words-",
    "wrong-",
    "board-title-",
    "board-about-",
    "people-title-",
    "people-about-",
    "report-title-",
    "report-about-",
    "report-head-",
    "report-mean-",
    "report-row-",
];

/// Lists the literals that follow a piece of source text.
fn literals<'a>(sources: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    sources.match_indices(before).filter_map(move |(at, _)| sources[at + before.len()..].split('"').next())
}

fn sources() -> String {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut text = String::new();
    for room in ["civic", "appeals", "forum", "insight", "oversight", "web"] {
        let mut folders: Vec<PathBuf> = vec![crates.join(room).join("src")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().flatten() {
                let path = entry.path();
                let name = entry.file_name().into_string().unwrap();
                if path.is_dir() && name != "tests" {
                    folders.push(path);
                } else if path.is_file() && path.extension().is_some_and(|ending| ending == "rs") && name != "tests.rs" {
                    let file = fs::read_to_string(&path).unwrap();
                    text.push_str(file.split("#[cfg(test)]\nmod tests {").next().unwrap());
                }
            }
        }
    }
    text
}

fn keys(lang: Lang) -> BTreeSet<String> {
    let lines = texts(lang).flat_map(str::lines);
    let names = lines.filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase())).filter_map(|line| line.split_once(" ="));
    names.map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn both_languages_have_the_same_words_with_the_same_gaps() {
    assert_eq!(keys(Lang::Zh), keys(Lang::En));
    let gaps = |lang: Lang, key: &str| {
        let all: Vec<String> = texts(lang).map(str::to_owned).collect();
        let all = all.join("\n");
        let entry = all.split(&format!("\n{key} =")).nth(1).unwrap_or_default();
        let end =
            entry.find('\n').map_or(entry.len(), |_| entry.lines().skip(1).take_while(|l| l.starts_with([' ', '}'])).count());
        let entry: Vec<&str> = entry.lines().take(end + 1).collect();
        let entry = entry.join("\n");
        let names = entry
            .match_indices('$')
            .map(|(at, _)| entry[at + 1..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>());
        names.collect::<BTreeSet<_>>()
    };
    for key in keys(Lang::Zh) {
        assert_eq!(gaps(Lang::Zh, &key), gaps(Lang::En, &key), "{key}");
    }
}

#[test]
fn every_word_used_exists_and_none_is_unused() {
    let sources = sources();
    let families = families(&sources);
    let mut used = families.clone();
    for before in [".t(\"", ".say(\"", "t(lang, \""] {
        used.extend(literals(&sources, before).map(str::to_owned));
    }
    let missing: Vec<&String> = used.iter().filter(|key| Lang::ALL.iter().any(|lang| !has(*lang, key))).collect();
    assert!(missing.is_empty(), "words that code uses and no file has: {missing:?}");
    let stands = |code: &str| sources.contains(&format!("\"{code}\""));
    let named = |key: &str| {
        let code = OPEN.iter().find_map(|family| key.strip_prefix(family)).map(|code| code.replace('-', "_"));
        stands(key) || code.is_some_and(|code| stands(&code))
    };
    let idle: Vec<String> = keys(Lang::Zh).into_iter().filter(|key| !used.contains(key) && !named(key)).collect();
    assert!(idle.is_empty(), "words that nothing uses: {idle:?}");
}
