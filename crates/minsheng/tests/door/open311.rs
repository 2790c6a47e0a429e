//! Clients of Open311 that others wrote speak with the real program, in XML and in JSON, from discovery to what became of a request.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::common::{Running, text};

/// The program of the demo that may send requests.
const KEY: &str = "demo-open311";

/// Has the clients ask everything in one format; returns what they understood.
fn understood(server: &Running, format: &str) -> Value {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let site = format!("http://{}", server.address);
    let mut python = Command::new(here.join("../../peers/bin/python"));
    let done = python.arg(here.join("tests/door/open311.py")).args([&site, format, KEY]).output();
    let done = done.expect("python with three and georeport: `cargo x test` installs it");
    assert!(done.status.success(), "{format}: {}", text(&done.stderr));
    serde_json::from_slice(&done.stdout).unwrap()
}

fn sorted(list: &Value) -> BTreeSet<&str> {
    list.as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect()
}

/// Looks at what the clients understood: the same, whatever the format.
fn judge(said: &Value, origin: &str) {
    let format = said["format"].as_str().unwrap();
    let found = &said["discovery"];
    assert_eq!(found["specification"], "http://wiki.open311.org/GeoReport_v2");
    assert_eq!((&found["url"], &found["type"]), (&json!(format!("{origin}/open311/v2")), &json!("test")));
    assert_eq!(found["formats"], json!(["text/xml", "application/json"]));
    assert!(!said["services"].as_object().unwrap().is_empty());
    assert_eq!(said["services"], said["services_again"], "both clients read the same services");
    let kinds = json!(["help", "complaint", "consultation", "suggestion", "praise"]);
    let asked = json!([["kind", "singlevaluelist", kinds], ["publish", "singlevaluelist", ["yes", "no"]]]);
    assert_eq!((&said["definition"], &said["definition_again"]), (&asked, &json!(["kind", "publish"])));
    let posted: Vec<&str> = said["posted"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    let [shown, other, on_map] = posted[..] else { panic!("three were posted: {posted:?}") };
    assert!(said["notice"].as_str().unwrap().contains(shown), "{}", said["notice"]);
    assert_eq!((&said["token"], &said["single_again"]), (&json!([shown]), &json!(shown)));
    let single = &said["single"];
    assert_eq!((&single["service_request_id"], &single["status"]), (&json!(shown), &json!("open")));
    assert_eq!(single["service_code"], "0301");
    assert!(!single.to_string().contains("13900000311") && !single.to_string().contains("小满"), "{single}");
    let lists = &said["lists"];
    let all = BTreeSet::from([shown, other, on_map]);
    for name in ["own", "open", "days", "named"] {
        assert_eq!(sorted(&lists[name]), all, "{format} {name}");
    }
    for name in ["closed", "before"] {
        assert_eq!(lists[name], json!([]), "{format} {name}");
    }
    assert_eq!((&lists["service"], &lists["page"]), (&json!([other]), &json!([1, 1])));
    for name in ["without_key", "georeport"] {
        assert_eq!(lists[name], json!([shown]), "{format} {name}: only what everybody may see");
    }
    assert_eq!((&said["refused"][0][0], &said["several"][0]), (&json!("403"), &json!("400")));
    assert_eq!((&said["absent"], &said["absent_again"], &said["key_again"]), (&json!(["404"]), &json!(404), &json!(403)));
}

#[test]
fn clients_of_others_find_the_site_send_requests_and_follow_them() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::demo(&folder.path().join("demo"));
    let origin = format!("http://{}", server.address);
    for format in ["json", "xml"] {
        judge(&understood(&server, format), &origin);
    }
}
