//! Signing in with the demo's own log-ins, and what a clerk does at the desk.

use std::time::Duration;

use db::Fault;
use hyper::StatusCode;

use super::wire::{Answer, Ask, Target, Wire};

/// Works at the intake of a township.
pub(crate) const INTAKE: &str = "chumingyu";
/// Works at the office that the intake assigns to.
pub(crate) const HANDLER: &str = "maiguosheng";
/// Code of the office of [`HANDLER`].
pub(crate) const HANDLER_OFFICE: &str = "990121-yingji";
/// Places that the intake of [`INTAKE`] is responsible for begin so.
pub(crate) const INTAKE_PLACES: &str = "990121101";

/// Tries to sign in: a one-time code works once, the next one comes at most half a minute later.
const TRIES_MAX: u32 = 4;
/// Time between two tries.
const TRY_EVERY: Duration = Duration::from_secs(16);

/// Signs in and returns the cookie of the session.
pub(crate) async fn sign_in(target: &Target, login: &str) -> Result<String, Fault> {
    let mut wire = Wire::new(target);
    for _ in 0..TRIES_MAX {
        let page = wire.send(&Ask::get("/demo")).await?.text();
        let form = page.split("<form").find(|form| form.contains(&format!("value=\"{login}\"")));
        let form = form.ok_or_else(|| Fault::other(format!("the demo's page has no log-in {login}; is it `minsheng demo`?")))?;
        let fields = [("login", login), ("password", hidden(form, "password")), ("code", hidden(form, "code"))];
        let answer = wire.send(&Ask::post("/desk/login", fields)).await?;
        if let (StatusCode::SEE_OTHER, Some(cookie)) = (answer.status, answer.cookies.first()) {
            return Ok(cookie.clone());
        }
        tokio::time::sleep(TRY_EVERY).await;
    }
    Err(Fault::other(format!("{login} cannot sign in")))
}

/// Returns the value of a hidden field.
pub(crate) fn hidden<'a>(page: &'a str, name: &str) -> &'a str {
    let mark = format!("name=\"{name}\" value=\"");
    page.split_once(&mark).and_then(|(_, rest)| rest.split_once('"')).map_or("", |(value, _)| value)
}

/// Does an act as the desk's form does: looks at the form first, then sends it.
pub(crate) async fn act(
    wire: &mut Wire,
    (cookie, number): (&str, &str),
    act: &str,
    fields: &[(&str, &str)],
) -> Result<Answer, Fault> {
    let path = format!("/desk/matters/{number}/act/{act}");
    let page = wire.send(&Ask::get(path.as_str()).cookie(cookie)).await?;
    let page = page.text();
    let seen = ("seen", hidden(&page, "seen"));
    let fields = std::iter::once(seen).chain(fields.iter().copied());
    wire.send(&Ask::post(path, fields).cookie(cookie)).await
}

/// Takes the name of a place out of the tree: the leaves whose code begins so.
pub(crate) async fn places(target: &Target, begin: &str) -> Result<Vec<String>, Fault> {
    let tree = Wire::new(target).send(&Ask::get("/places.json")).await?;
    let tree: serde_json::Value =
        serde_json::from_slice(&tree.body).map_err(|error| Fault::other("/places.json is no JSON").caused_by(error))?;
    let mut found = Vec::new();
    leaves(&tree, &mut found);
    found.retain(|code| code.starts_with(begin));
    if found.is_empty() { Err(Fault::other(format!("the site has no place {begin}…"))) } else { Ok(found) }
}

fn leaves(place: &serde_json::Value, found: &mut Vec<String>) {
    let children = place["children"].as_array().map_or(&[] as &[_], Vec::as_slice);
    if children.is_empty() {
        found.extend(place["code"].as_str().map(str::to_owned));
    }
    for child in children {
        leaves(child, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_fields_are_read() {
        assert_eq!(hidden(r#"<input type="hidden" name="seen" value="4">"#, "seen"), "4");
        assert_eq!(hidden("<p>", "seen"), "");
    }

    #[test]
    fn only_leaves_are_places_to_file_in() {
        let tree = serde_json::json!({"code": "1", "children": [{"code": "11", "children": []}, {"code": "12", "children": []}]});
        let mut found = Vec::new();
        leaves(&tree, &mut found);
        assert_eq!(found, ["11", "12"]);
    }
}
