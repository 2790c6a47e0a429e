//! What became of requests: those of the program that asks, and those whose residents agreed that everybody may see the steps. Words
//! and persons are in neither.

use std::collections::BTreeSet;

use appeals::shown::{self, Place, Shown};
use civic::site::Site;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::doc::Node;
use super::fault::Wrong;
use super::services::stage;
use super::{Answer, Ask};

/// Days that one question may span (GeoReport v2).
pub(super) const DAYS_MAX: i64 = 90;
/// Requests in one answer, at most (GeoReport v2).
const REQUESTS_MAX: usize = 1_000;
/// Numbers that one question may name.
const NUMBERS_MAX: usize = 100;
/// Rows read at once.
const ROWS: i64 = 1_000;
/// Rows looked through for one answer; a question that needs more has to name fewer days.
const ROWS_MAX: usize = 100_000;
/// Hours in a day.
const DAY_HOURS: i64 = 24;

/// Is what a question wants.
struct Wanted {
    since: Timestamp,
    until: Timestamp,
    services: BTreeSet<String>,
    open: Option<bool>,
    skip: usize,
    count: usize,
}

/// Lists requests, the newest first.
pub(super) async fn list(ask: &Ask<'_>) -> Answer {
    let numbers = ask.fields.get("service_request_id");
    if !numbers.is_empty() {
        return of_numbers(ask, numbers).await;
    }
    let (client, wanted) = (ask.follower()?, wanted(ask)?);
    let (site, behind) =
        (ask.app.hall.site.clone(), wanted.until.saturating_add(SignedDuration::from_micros(1)).unwrap_or(wanted.until));
    let found = ask
        .app
        .hall
        .store
        .read(move |tx| {
            let (mut found, mut at, mut looked) = (Vec::new(), Place::before(behind), 0);
            loop {
                let rows = shown::list(tx, &site, client, (wanted.since, at), ROWS)?;
                let (more, last) = (rows.len() as i64 == ROWS, rows.last().map(|one| (one.received_at, one.matter)));
                looked += rows.len();
                found.extend(rows.into_iter().filter(|one| wanted.fits(one)));
                let enough = found.len() >= wanted.skip + wanted.count;
                let Some((received_at, matter)) = last.filter(|_| more && !enough) else { break };
                if looked >= ROWS_MAX {
                    return Ok::<_, db::Fault>(None);
                }
                at = Place { received_at, matter };
            }
            Ok(Some(found.into_iter().skip(wanted.skip).take(wanted.count).collect::<Vec<_>>()))
        })
        .await?;
    let found = found.ok_or_else(|| Wrong::bad("too many requests to look through: name fewer days"))?;
    Ok(Node::List("request", found.iter().map(|one| request(ask, one)).collect()))
}

/// Finds the requests that are named by number; other arguments count for nothing then.
pub(super) async fn of_numbers(ask: &Ask<'_>, numbers: &str) -> Answer {
    let client = ask.follower()?;
    let numbers: Vec<String> =
        numbers.split(',').map(|number| number.trim().to_owned()).filter(|number| !number.is_empty()).collect();
    if numbers.len() > NUMBERS_MAX {
        return Err(Wrong::bad(format!("at most {NUMBERS_MAX} service_request_ids are asked for at once")));
    }
    let (site, wanted) = (ask.app.hall.site.clone(), numbers.clone());
    let read = move |tx: &mut db::Tx<'_>| {
        let one = |number: &String| shown::one(tx, &site, client, number).transpose();
        wanted.iter().filter_map(one).collect::<Result<Vec<Shown>, db::Fault>>()
    };
    let found = ask.app.hall.store.read(read).await?;
    if found.is_empty() {
        return Err(Wrong::absent(format!("service_request_id {} was not found", numbers.join(", "))));
    }
    Ok(Node::List("request", found.iter().map(|one| request(ask, one)).collect()))
}

/// Says which request a token became. Requests have their number at once, so the number is its own token.
pub(super) async fn token(ask: &Ask<'_>, token: &str) -> Answer {
    let (site, number, client) = (ask.app.hall.site.clone(), token.to_owned(), ask.follower()?);
    let found = ask.app.hall.store.read(move |tx| shown::one(tx, &site, client, &number)).await?;
    let found = found.ok_or_else(|| Wrong::absent(format!("token {token} was not found")))?;
    let request = Node::Fields(vec![("service_request_id", Node::text(found.number)), ("token", Node::text(token))]);
    Ok(Node::List("request", vec![request]))
}

impl Wanted {
    fn fits(&self, one: &Shown) -> bool {
        (self.services.is_empty() || self.services.contains(&one.topic)) && self.open.is_none_or(|open| open == one.is_open)
    }
}

fn wanted(ask: &Ask<'_>) -> Result<Wanted, Wrong> {
    let (since, until) = span(ask)?;
    let listed =
        |name: &str| ask.fields.get(name).split(',').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect();
    let states: BTreeSet<String> = listed("status");
    if let Some(other) = states.iter().find(|state| !["open", "closed"].contains(&state.as_str())) {
        return Err(Wrong::bad(format!("status {other} is neither open nor closed")));
    }
    let open = if states.len() == 1 { Some(states.contains("open")) } else { None };
    let number = |name: &str, most: usize, usual: usize| match ask.fields.get(name) {
        "" => Ok(usual),
        text => text
            .parse()
            .ok()
            .filter(|number| (1..=most).contains(number))
            .ok_or_else(|| Wrong::bad(format!("{name} must be 1 to {most}"))),
    };
    let (page, count) = (number("page", ROWS_MAX, 1)?, number("page_size", REQUESTS_MAX, REQUESTS_MAX)?);
    Ok(Wanted { since, until, services: listed("service_code"), open, skip: (page - 1) * count, count })
}

/// Reads from when to when: ninety days at most, the last ninety where nothing is said.
pub(super) fn span(ask: &Ask<'_>) -> Result<(Timestamp, Timestamp), Wrong> {
    let zone = &ask.app.hall.site.zone;
    let most = SignedDuration::from_hours(DAYS_MAX * DAY_HOURS);
    let read = |name: &str, end: bool| match ask.fields.get(name) {
        "" => Ok(None),
        text => instant(text, (zone, end))
            .map(Some)
            .ok_or_else(|| Wrong::bad(format!("{name} {text} is no date with a time zone (W3C-DTF)"))),
    };
    let later = |at: Timestamp, by: SignedDuration| at.saturating_add(by).unwrap_or(at);
    let (since, until) = match (read("start_date", false)?, read("end_date", true)?) {
        (Some(since), Some(until)) => (since, until),
        (Some(since), None) => (since, later(since, most).min(ask.app.now())),
        (None, until) => {
            let until = until.unwrap_or_else(|| ask.app.now());
            (later(until, -most), until)
        }
    };
    if since > until && ask.fields.has("end_date") {
        return Err(Wrong::bad("start_date lies behind end_date"));
    }
    if until.duration_since(since) > most {
        return Err(Wrong::bad(format!("start_date and end_date may lie {DAYS_MAX} days apart")));
    }
    Ok((since, until))
}

/// Reads an instant. A plus sign that a client did not encode arrived as a blank; a day alone is that day here.
fn instant(text: &str, (zone, end): (&jiff::tz::TimeZone, bool)) -> Option<Timestamp> {
    if let Ok(at) = text.replace(' ', "+").parse() {
        return Some(at);
    }
    let day = worktime::day(text)?;
    let first = if end { day.tomorrow().ok()? } else { day };
    let at = first.to_zoned_datetime(zone.clone()).ok()?.timestamp();
    Some(if end { at - SignedDuration::from_micros(1) } else { at })
}

/// Writes an instant in this site's time zone.
pub(super) fn moment(site: &Site, at: Timestamp) -> Node {
    Node::text(at.to_zoned_datetime(site.zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

/// Writes one request.
fn request(ask: &Ask<'_>, one: &Shown) -> Node {
    let (site, lang) = (&ask.app.hall.site, ask.lang);
    let (rules, directory) = (site.rules(), site.directory());
    let service = rules.subject(&one.topic).map_or("", |(zh, en)| lang.pick(zh, en));
    let office = directory.offices.get(&one.owner).map_or("", |office| lang.pick(&office.name, &office.name_en));
    let path = one.place.as_deref().map(|place| directory.path(place)).unwrap_or_default();
    let address: Vec<&str> = path.iter().rev().map(|place| lang.pick(&place.name, &place.name_en)).collect();
    let expected = one.due.parse::<Date>().ok().filter(|_| one.is_open);
    let expected = expected.and_then(|day| day.at(23, 59, 59, 0).to_zoned_datetime(site.zone.clone()).ok());
    let mut fields = vec![
        ("service_request_id", Node::text(one.number.as_str())),
        ("status", Node::text(if one.is_open { "open" } else { "closed" })),
        ("status_notes", Node::text(stage(lang, &one.stage))),
        ("service_name", Node::text(service)),
        ("service_code", Node::text(one.topic.as_str())),
        ("description", Node::none()),
        ("agency_responsible", Node::text(office)),
        ("service_notice", Node::none()),
        ("requested_datetime", moment(site, one.received_at)),
        ("updated_datetime", moment(site, one.changed_at)),
        ("expected_datetime", expected.map_or_else(Node::none, |at| moment(site, at.timestamp()))),
        ("address", Node::text(address.join(lang.pick("", ", ")))),
        ("address_id", Node::text(one.place.clone().unwrap_or_default())),
        ("zipcode", Node::none()),
        ("lat", Node::none()),
        ("long", Node::none()),
        ("media_url", Node::none()),
    ];
    if ask.fields.get("extensions") == "true" {
        let own = one.client.map_or_else(String::new, |client: Uuid| named(site, client));
        fields.push(("extended_attributes", Node::Fields(vec![("channel", Node::text(own))])));
    }
    Node::Fields(fields)
}

/// Names the program that sent a request.
fn named(site: &Site, client: Uuid) -> String {
    site.directory().clients.values().find(|own| own.id == client).map_or_else(String::new, |own| own.name.clone())
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    #[test]
    fn instants_are_read_as_clients_write_them() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let read = |text, end| instant(text, (&zone, end)).map(|at| at.to_string());
        assert_eq!(read("2026-11-01T00:00:00Z", false).as_deref(), Some("2026-11-01T00:00:00Z"));
        for text in ["2026-11-01T08:00:00+08:00", "2026-11-01T08:00:00 08:00"] {
            assert_eq!(read(text, false).as_deref(), Some("2026-11-01T00:00:00Z"), "{text}");
        }
        assert_eq!(read("2026-11-01", false).as_deref(), Some("2026-10-31T16:00:00Z"));
        assert_eq!(read("2026-11-01", true).as_deref(), Some("2026-11-01T15:59:59.999999Z"));
        for text in ["2026-11-01T00:00:00", "yesterday", "2026-13-01"] {
            assert_eq!(read(text, false), None, "{text}");
        }
    }
}
