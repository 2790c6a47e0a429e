//! A request that a program sends for a resident: it becomes a matter like any other, with number, query code and receipt.

use appeals::appeal::{Channel, Identity, Via};
use appeals::filing::{self, Filed, Form, PLACE_CHARS_MAX};
use civic::directory::{Client, Place, Scope};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::doc::Node;
use super::fault::Wrong;
use super::services::{base, is_service, kind};
use super::{Answer, Ask};
use crate::extract::Upload;
use crate::portal::file::{room, sentence};
use crate::{files, link};

/// Longest description, in characters (GeoReport v2).
const DESCRIPTION_CHARS_MAX: usize = 4_000;
/// Longest address of a picture, in characters.
const URL_CHARS_MAX: usize = 1_000;
/// Millionths of a degree in a degree.
const MICRO: f64 = 1_000_000.0;
/// Fields that say how a request is asked, and are no part of it.
const NOT_OF_IT: [&str; 3] = ["api_key", "jurisdiction_id", "locale"];

/// Takes a request. The same one sent again within a day, as after an answer that got lost, is the same matter.
pub(super) async fn post(ask: &Ask<'_>, upload: Upload) -> Answer {
    let client = ask.known(Scope::Send)?;
    upload.whole().map_err(|refusal| Wrong::of_no(ask.lang, &refusal.into()))?;
    let uploads = room(upload.files);
    let form = form(ask, &client)?;
    let keeper = ask.app.clone();
    let keep = move |key: &_, uploads: &_| files::keep(&keeper, key, uploads);
    let filed = filing::file(&ask.app.hall, &form, &uploads, None, keep).await;
    let filed = filed.map_err(|not| Wrong::of_filing(ask.lang, &not, |error| sentence(ask.lang, error)))?;
    let request = Node::Fields(vec![
        ("service_request_id", Node::text(filed.number.as_str())),
        ("service_notice", Node::text(notice(ask, &filed))),
        ("account_id", Node::text(ask.fields.get("account_id"))),
    ]);
    Ok(Node::List("request", vec![request]))
}

/// Says what the resident has to be told: number, query code, who has it and until when.
fn notice(ask: &Ask<'_>, filed: &Filed) -> String {
    let directory = ask.app.hall.site.directory();
    let office = directory.offices.get(&filed.owner).map_or("", |office| ask.lang.pick(&office.name, &office.name_en));
    let (code, due) = (filed.code.shown(), filed.due.due.last.to_string());
    let track = format!("{}{}", base(ask), link::TRACK);
    ask.lang.say(
        "open311-notice",
        &[
            ("number", filed.number.as_str().into()),
            ("code", code.as_str().into()),
            ("office", office.into()),
            ("due", due.as_str().into()),
            ("track", track.as_str().into()),
        ],
    )
}

/// Fills in the form; everything that is wrong is told at once.
fn form(ask: &Ask<'_>, client: &Client) -> Result<Form, Wrong> {
    let mut errors: Vec<String> = Vec::new();
    let text = |name: &str| ask.fields.get(name).to_owned();
    let service = text("service_code");
    if service.is_empty() {
        errors.push("service_code is missing".to_owned());
    } else if !is_service(ask, &service) {
        return Err(Wrong::absent(format!("service_code {service} was not found")));
    }
    let description = text("description");
    if description.chars().count() > DESCRIPTION_CHARS_MAX {
        errors.push(format!("description is longer than {DESCRIPTION_CHARS_MAX} characters"));
    }
    let place = place(ask).unwrap_or_else(|why| {
        errors.push(why);
        (String::new(), String::new())
    });
    let wants = kind(ask).map_err(|wrong| errors.extend(wrong.errors)).ok();
    let what = words(ask, &service, &description);
    if !errors.is_empty() {
        return Err(Wrong { status: axum::http::StatusCode::BAD_REQUEST, errors });
    }
    let (name, mobile, email) = (name(&text("first_name"), &text("last_name")), text("phone"), text("email"));
    let named = !(mobile.is_empty() && email.is_empty());
    Ok(Form {
        what,
        place: place.0,
        place_words: place.1,
        kind: wants.map(|kind| kind.code().to_owned()).unwrap_or_default(),
        identity: if named { Identity::Named } else { Identity::Anonymous }.code().to_owned(),
        name: if named && name.is_empty() { client.name.clone() } else { name },
        mobile,
        email,
        submit_key: submit_key(ask, client),
        language: ask.lang.tag().to_owned(),
        channel: Channel::Client,
        agreed: ask.fields.get("attribute[publish]") == "yes",
        via: Some(Via { client: client.id, topic: service }),
        ..Form::default()
    })
}

/// Writes what happened: the description, or the name of the service where nothing was said; and where a picture lies, which this site
/// does not fetch.
fn words(ask: &Ask<'_>, service: &str, description: &str) -> String {
    let rules = ask.app.hall.site.rules();
    let named = || rules.subject(service).map_or("", |(zh, en)| ask.lang.pick(zh, en)).to_owned();
    let said = if description.is_empty() { named() } else { description.to_owned() };
    let url: String = ask.fields.get("media_url").chars().take(URL_CHARS_MAX).collect();
    if url.is_empty() { said } else { format!("{said}\n\n{}", ask.lang.say("open311-media", &[("url", url.as_str().into())])) }
}

/// Puts a name together as it is said: family name first where it is written in Chinese.
fn name(first: &str, last: &str) -> String {
    if format!("{first}{last}").is_ascii() { format!("{first} {last}").trim().to_owned() } else { format!("{last}{first}") }
}

/// Reads where it is: the code of a place, a point on the map, or words. One of them must be there.
fn place(ask: &Ask<'_>) -> Result<(String, String), String> {
    let directory = ask.app.hall.site.directory();
    let text = |name: &str| ask.fields.get(name).to_owned();
    let words: String = text("address_string").chars().take(PLACE_CHARS_MAX).collect();
    let (code, lat, long) = (text("address_id"), text("lat"), text("long"));
    if !code.is_empty() {
        return match directory.places.get(&code) {
            Some(_) => Ok((code, words)),
            None => Err(format!("address_id {code} is no place here")),
        };
    }
    if !lat.is_empty() || !long.is_empty() {
        let degrees = |text: &str, most: f64| text.parse::<f64>().ok().filter(|degrees| degrees.abs() <= most);
        let (Some(y), Some(x)) = (degrees(&lat, 90.0), degrees(&long, 180.0)) else {
            return Err("lat and long must both be degrees (WGS 84)".to_owned());
        };
        // within ±180 million, so nothing is cut off
        let found = directory.place_at(((x * MICRO) as i32, (y * MICRO) as i32));
        let at = if words.is_empty() { format!("{y}, {x}") } else { format!("{words}（{y}, {x}）") };
        return Ok((found.map_or_else(String::new, |place: &Place| place.code.clone()), at));
    }
    if words.is_empty() {
        return Err("a location is missing: lat and long, address_string or address_id".to_owned());
    }
    Ok((String::new(), words))
}

/// Names this request, so that the same one sent again is known: by the client's own key, or by all it says and the day.
fn submit_key(ask: &Ask<'_>, client: &Client) -> String {
    let mut hash = Sha256::new();
    hash.update(client.id.as_bytes());
    if let Some(key) = ask.headers.get("idempotency-key") {
        hash.update(key.as_bytes());
    } else {
        hash.update(ask.app.today().to_string());
        for (name, text) in ask.fields.iter().filter(|(name, _)| !NOT_OF_IT.contains(name)) {
            for part in [name, text] {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part);
            }
        }
    }
    HEXLOWER.encode(&hash.finalize())
}
