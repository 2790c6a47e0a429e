//! Feeds and lists of addresses of the board, read by a reader that is not ours.

use std::collections::BTreeMap;

use crate::forum::{begun, publish, publish_as_before, write, write_at};

/// Reads a document with a reader that is not ours and counts what stands below an element: name and how often.
fn counted(text: &str, parent: &str) -> BTreeMap<String, usize> {
    let (mut path, mut counts) = (Vec::<String>::new(), BTreeMap::new());
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    loop {
        let event = reader.read_event().unwrap_or_else(|error| panic!("{error}: {text}"));
        let name = |text: &str| text.to_owned();
        let mut note = |name: &str, path: &[String]| {
            if path.last().is_some_and(|own| own == parent) {
                *counts.entry(name.to_owned()).or_default() += 1;
            }
        };
        match event {
            quick_xml::events::Event::Start(start) => {
                let name = name(start.name().as_ref());
                note(&name, &path);
                path.push(name);
            }
            quick_xml::events::Event::Empty(start) => note(&name(start.name().as_ref()), &path),
            quick_xml::events::Event::End(_) => drop(path.pop()),
            quick_xml::events::Event::Eof => return counts,
            _ => {}
        }
    }
}

#[test]
fn feeds_are_whole_for_a_reader_that_is_not_ours() {
    let site = begun();
    for at in 0..3 {
        publish_as_before(&site, write_at(&site, at));
    }
    let (id, _) = write(&site, "xml", "<b>%26amp; ]]> 漏了 \"三\" 天</b>");
    publish(&site, id);
    for feed in [
        "/forum.atom",
        "/forum/place/990121.atom",
        "/forum/theme/03.atom",
        "/news/theme/03.atom",
        "/news.atom",
        "/news/990121.atom",
    ] {
        let answer = site.get(feed);
        let request = axum::http::Request::get(feed).header("if-none-match", answer.header("etag"));
        let again = site.ask(request.body(axum::body::Body::empty()).unwrap());
        assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0), "{feed} is not sent twice");
        let text = answer.text();
        let (feed_has, entry_has) = (counted(&text, "feed"), counted(&text, "entry"));
        for name in ["id", "title", "updated", "author"] {
            assert_eq!(feed_has[name], 1, "{feed} {name}");
        }
        let entries = feed_has["entry"];
        assert!(entries >= 4, "{feed}");
        for name in ["id", "title", "updated", "link"] {
            assert_eq!(entry_has[name], entries, "{feed} {name}");
        }
    }
    assert_eq!(counted(&site.get("/sitemap/topics-0.xml").text(), "urlset")["url"], 4);
}
