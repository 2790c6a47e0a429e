//! What can be reported: the topics of the site's rules, and what may be asked of each.

use appeals::Kind;

use super::doc::Node;
use super::fault::Wrong;
use super::{Answer, Ask};
use crate::words::Lang;

/// The specification that is spoken here.
const SPECIFICATION: &str = "http://wiki.open311.org/GeoReport_v2";
/// When what this part offers last changed (W3C-DTF).
const CHANGESET: &str = "2026-11-29T00:00:00Z";
/// Digits of the code of a service: the second level of topics.
const SERVICE_DIGITS: usize = 4;
/// Words that hint at a service, at most.
const KEYWORDS_MAX: usize = 12;
/// What whoever reports something may want, as a service is asked for; an accusation has a way of its own.
const KINDS: [Kind; 5] = [Kind::Help, Kind::Complaint, Kind::Consultation, Kind::Suggestion, Kind::Praise];

/// Says who is here and what is spoken.
pub(super) fn discovery(ask: &Ask<'_>) -> Node {
    let (site, directory) = (&ask.app.hall.site, ask.app.hall.site.directory());
    let name = directory.root().map_or("", |root| ask.lang.pick(&root.name, &root.name_en));
    let office = directory.root().and_then(|root| directory.intake(&root.code));
    let contact = office.map_or_else(
        || name.to_owned(),
        |office| format!("{name} {} {}", ask.lang.pick(&office.name, &office.name_en), office.phone),
    );
    let formats = ["text/xml", "application/json"].map(Node::text).to_vec();
    let endpoint = Node::Fields(vec![
        ("specification", Node::text(SPECIFICATION)),
        ("url", Node::text(format!("{}/open311/v2", base(ask)))),
        ("changeset", Node::text(CHANGESET)),
        ("type", Node::text(if ask.app.mode == crate::Mode::Demo { "test" } else { "production" })),
        ("formats", Node::List("format", formats)),
    ]);
    Node::Fields(vec![
        ("changeset", Node::text(CHANGESET)),
        ("contact", Node::text(contact)),
        ("key_service", Node::text(format!("{}/help (jurisdiction_id {})", base(ask), site.code))),
        ("endpoints", Node::List("endpoint", vec![endpoint])),
    ])
}

/// Says where this site is, as the client found it.
pub(super) fn base(ask: &Ask<'_>) -> String {
    let host = ask.headers.get(axum::http::header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let secure = ask.app.mode != crate::Mode::Demo;
    format!("{}://{host}", if secure { "https" } else { "http" })
}

/// Lists what can be reported.
pub(super) fn list(ask: &Ask<'_>) -> Node {
    let rules = ask.app.hall.site.rules();
    let services = rules.topics().filter(|topic| topic.code.len() == SERVICE_DIGITS).map(|topic| {
        let group = rules.subject(&topic.code[..2]).map_or("", |(zh, en)| ask.lang.pick(zh, en));
        let below: Vec<_> = rules.topics().filter(|other| other.above() == topic.code).collect();
        let named: Vec<&str> = below.iter().map(|topic| ask.lang.pick(&topic.zh, &topic.en)).collect();
        let cues = topic.cues.iter().chain(below.iter().flat_map(|topic| &topic.cues)).take(KEYWORDS_MAX);
        Node::Fields(vec![
            ("service_code", Node::text(topic.code.as_str())),
            ("service_name", Node::text(ask.lang.pick(&topic.zh, &topic.en))),
            ("description", Node::text(named.join(ask.lang.pick("、", ", ")))),
            ("metadata", Node::Flag(true)),
            ("type", Node::text("realtime")),
            ("keywords", Node::text(cues.map(String::as_str).collect::<Vec<_>>().join(","))),
            ("group", Node::text(group)),
        ])
    });
    Node::List("service", services.collect())
}

/// Tells whether a code is that of a service.
pub(super) fn is_service(ask: &Ask<'_>, code: &str) -> bool {
    code.len() == SERVICE_DIGITS && ask.app.hall.site.rules().topic(code).is_some()
}

/// Says what is asked along with a service.
pub(super) fn definition(ask: &Ask<'_>, code: &str) -> Answer {
    if !is_service(ask, code) {
        return Err(Wrong::absent(format!("service_code {code} was not found")));
    }
    let kinds = KINDS.map(|kind| (kind.code(), ask.lang.code("kind", kind.code())));
    let agreed = [("yes", ask.lang.t("open311-yes")), ("no", ask.lang.t("open311-no"))];
    let attributes = vec![
        attribute(("kind", 1), (ask.lang.t("open311-kind"), ask.lang.t("open311-hint-kind")), &kinds),
        attribute(("publish", 2), (ask.lang.t("open311-publish"), ask.lang.t("open311-hint-publish")), &agreed),
    ];
    Ok(Node::Fields(vec![("service_code", Node::text(code)), ("attributes", Node::List("attribute", attributes))]))
}

fn attribute((code, order): (&str, i64), (asked, hint): (String, String), values: &[(&str, String)]) -> Node {
    let value = |(key, name): &(&str, String)| Node::Fields(vec![("key", Node::text(*key)), ("name", Node::text(name.as_str()))]);
    Node::Fields(vec![
        ("variable", Node::Flag(true)),
        ("code", Node::text(code)),
        ("datatype", Node::text("singlevaluelist")),
        ("required", Node::Flag(false)),
        ("datatype_description", Node::text(hint)),
        ("order", Node::Number(order)),
        ("description", Node::text(asked)),
        ("values", Node::List("value", values.iter().map(value).collect())),
    ])
}

/// Reads what whoever reports something wants; help where nothing was said. An accusation is not taken here.
pub(super) fn kind(ask: &Ask<'_>) -> Result<Kind, Wrong> {
    let named = ask.fields.get("attribute[kind]");
    if named.is_empty() {
        return Ok(Kind::Help);
    }
    let kind = KINDS.into_iter().find(|kind| kind.code() == named);
    kind.ok_or_else(|| Wrong::bad(format!("attribute[kind] {named} is none of {}", KINDS.map(Kind::code).join(", "))))
}

/// Says where a request stands, in words.
pub(super) fn stage(lang: Lang, stage: &str) -> String {
    lang.code("stage", stage)
}
