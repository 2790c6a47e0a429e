//! Hostile requests through the whole site: fuzz targets, see `cargo x fuzz`. Whatever comes, the answer is a page that
//! says what is wrong, and never a fault.

use axum::body::Body;
use axum::http::{Method, Request, Uri};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::world::{Answer, Site, form};

const FORM: &[u8] = b"step=what&what=%E8%B7%AF%E7%81%AF&kind=help&identity=named&name=a&mobile=13900000001&submit_key=k";
const PARTS: &[u8] =
    b"--x\r\ncontent-disposition: form-data; name=\"what\"\r\n\r\nlamp\r\n--x\r\ncontent-disposition: form-data; \
    name=\"files\"; filename=\"a.gif\"\r\ncontent-type: image/gif\r\n\r\nGIF89a\x01\0\x01\0\0\0\0;\r\n--x--\r\n";

/// Is one change: where, how much falls out, what comes in.
type Change = (prop::sample::Index, usize, Vec<u8>);

fn changes() -> impl Strategy<Value = Vec<Change>> {
    prop::collection::vec((any::<prop::sample::Index>(), 0..6_usize, prop::collection::vec(any::<u8>(), 0..4)), 0..5)
}

fn bent(good: &[u8], changes: &[Change]) -> Vec<u8> {
    changes.iter().fold(good.to_vec(), |bytes, (at, out, piece)| {
        let at = if bytes.is_empty() { 0 } else { at.index(bytes.len()) };
        let rest = bytes.iter().skip(at + out).copied();
        bytes[..at].iter().copied().chain(piece.iter().copied()).chain(rest).collect()
    })
}

fn calm(answer: &Answer) -> Result<(), TestCaseError> {
    prop_assert!(!answer.status.is_server_error(), "{}", answer.text());
    Ok(())
}

#[test]
fn parser_of_forms() {
    let site = Site::sqlite();
    let addresses = prop::sample::select(vec!["/appeals/new", "/track", "/settings", "/desk/login"]);
    let run = TestRunner::default()
        .run(&(addresses, changes()), |(path, changes)| calm(&site.ask(form(Method::POST, path, bent(FORM, &changes)))));
    run.unwrap();
}

#[test]
fn parser_of_forms_with_files() {
    let site = Site::sqlite();
    let addresses = prop::sample::select(vec!["/appeals", "/appeals/new/files"]);
    let run = TestRunner::default().run(&(addresses, changes()), |(path, changes)| {
        let request = Request::post(path).header("content-type", "multipart/form-data; boundary=x");
        calm(&site.ask(request.body(Body::from(bent(PARTS, &changes))).unwrap()))
    });
    run.unwrap();
}

#[test]
fn parser_of_addresses() {
    let site = Site::sqlite();
    let run = TestRunner::default().run(&("[-a-z0-9%./?&=+]{0,40}", "\\PC{0,20}"), |(plain, wild)| {
        let wild: String = form_urlencoded::byte_serialize(wild.as_bytes()).collect();
        for start in ["/", "/log/tile/", "/assets/", "/appeals/new?step=", "/desk/"] {
            for rest in [&plain, &wild] {
                let Ok(address) = format!("{start}{rest}").parse::<Uri>() else { continue };
                calm(&site.ask(Request::get(address).body(Body::empty()).unwrap()))?;
            }
        }
        Ok(())
    });
    run.unwrap();
}

#[test]
fn parser_of_headers() {
    let site = Site::sqlite();
    let names =
        prop::sample::select(vec!["cookie", "accept", "origin", "host", "content-type", "sec-fetch-site", "content-length"]);
    let values = "(ms_(lang|large|draft|track|staff)=)?[ -~]{0,40}";
    let run = TestRunner::default().run(&(prop::collection::vec((names, values), 0..5),), |(headers,)| {
        for (method, path) in [(Method::GET, "/appeals/new"), (Method::POST, "/track"), (Method::GET, "/track/matter")] {
            let mut request = Request::builder().method(method).uri(path);
            for (name, value) in &headers {
                request = request.header(*name, value);
            }
            calm(&site.ask(request.body(Body::from("number=1&query_code=2")).unwrap()))?;
        }
        Ok(())
    });
    run.unwrap();
}
