//! A document of GeoReport v2, once as XML and once as JSON: in JSON the element around a list goes, an empty element is null.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

/// Says how a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// `text/xml`, which every client knows.
    Xml,
    /// `application/json`.
    Json,
}

/// Is a part of a document.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// A text; an empty one is an empty element, and null.
    Text(String),
    /// True or false.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// Elements of one name, one after another.
    List(&'static str, Vec<Node>),
    /// Elements of different names.
    Fields(Vec<(&'static str, Node)>),
}

impl Node {
    /// Makes a text.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Makes an empty element.
    pub(super) fn none() -> Self {
        Self::Text(String::new())
    }
}

impl Format {
    /// Splits the name of a document, as in `services.xml`.
    pub(super) fn split(name: &str) -> Option<(&str, Self)> {
        let (name, ending) = name.rsplit_once('.')?;
        match ending {
            "xml" => Some((name, Self::Xml)),
            "json" => Some((name, Self::Json)),
            _ => None,
        }
    }

    /// Writes a document as an answer; `root` is the name of the element around it.
    pub(super) fn answer(self, status: StatusCode, root: &'static str, node: &Node) -> Response {
        let (kind, text) = match self {
            Self::Xml => {
                let mut text = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n".to_owned();
                xml(&mut text, root, node);
                text.push('\n');
                ("text/xml; charset=utf-8", text)
            }
            Self::Json => ("application/json; charset=utf-8", json(node).to_string()),
        };
        (status, [(header::CONTENT_TYPE, HeaderValue::from_static(kind))], text).into_response()
    }
}

fn xml(text: &mut String, name: &str, node: &Node) {
    let before = text.len();
    text.extend(["<", name, ">"]);
    let begun = text.len();
    match node {
        Node::Text(words) => escape(text, words),
        Node::Flag(flag) => text.push_str(if *flag { "true" } else { "false" }),
        Node::Number(number) => text.push_str(&number.to_string()),
        Node::List(of, all) => all.iter().for_each(|one| xml(text, of, one)),
        Node::Fields(all) => all.iter().for_each(|(name, one)| xml(text, name, one)),
    }
    if text.len() == begun {
        text.truncate(before);
        text.extend(["<", name, "/>"]);
    } else {
        text.extend(["</", name, ">"]);
    }
}

/// Writes a text so that nothing in it is markup; what XML cannot say at all is left out.
fn escape(text: &mut String, words: &str) {
    for sign in words.chars() {
        match sign {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            '\r' => text.push_str("&#13;"),
            '\n' | '\t' => text.push(sign),
            '\u{fffe}' | '\u{ffff}' => {}
            sign if sign.is_control() => {}
            sign => text.push(sign),
        }
    }
}

fn json(node: &Node) -> Value {
    match node {
        Node::Text(words) if words.is_empty() => Value::Null,
        Node::Text(words) => words.as_str().into(),
        Node::Flag(flag) => (*flag).into(),
        Node::Number(number) => (*number).into(),
        Node::List(_, all) => all.iter().map(json).collect(),
        Node::Fields(all) => Value::Object(all.iter().map(|(name, one)| ((*name).to_owned(), json(one))).collect::<Map<_, _>>()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(root: &'static str, node: &Node) -> (String, String) {
        let mut text = String::new();
        xml(&mut text, root, node);
        (text, json(node).to_string())
    }

    #[test]
    fn both_forms_say_the_same_as_the_standard_maps_them() {
        let service = Node::Fields(vec![
            ("service_code", Node::text("0301")),
            ("metadata", Node::Flag(true)),
            ("keywords", Node::none()),
            ("order", Node::Number(1)),
        ]);
        let (xml, json) = both("services", &Node::List("service", vec![service]));
        let inner = "<service_code>0301</service_code><metadata>true</metadata><keywords/><order>1</order>";
        assert_eq!(xml, format!("<services><service>{inner}</service></services>"));
        assert_eq!(json, r#"[{"keywords":null,"metadata":true,"order":1,"service_code":"0301"}]"#);
        assert_eq!(both("services", &Node::List("service", Vec::new())), ("<services/>".to_owned(), "[]".to_owned()));
    }

    #[test]
    fn no_text_becomes_markup() {
        let (xml, json) = both("description", &Node::text("</a>&<!-- \u{0}\u{b}\r\n]]>\""));
        assert_eq!(xml, "<description>&lt;/a&gt;&amp;&lt;!-- &#13;\n]]&gt;&quot;</description>");
        assert!(serde_json::from_str::<String>(&json).unwrap().contains("</a>&<!--"));
    }

    #[test]
    fn a_name_says_how_it_is_written() {
        assert_eq!(Format::split("services.xml"), Some(("services", Format::Xml)));
        assert_eq!(Format::split("MS1.2.json"), Some(("MS1.2", Format::Json)));
        assert_eq!((Format::split("services"), Format::split("services.yaml")), (None, None));
    }
}
