//! RFC 8785 (JSON Canonicalization Scheme) for the subset the journal uses: objects, arrays, strings,
//! booleans, null and whole numbers up to 2^53. Fractions never enter the journal.

use std::fmt::Write;

use serde_json::Value;

/// Largest whole number that every JSON reader keeps exact.
const INTEGER_MAX: u64 = 1 << 53;

/// Renders a value canonically: keys sorted by UTF-16 code units, no white space, shortest escapes.
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write_value(&mut out, value);
    out
}

fn write_value(out: &mut String, value: &Value) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (at, key) in keys.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_string(out, key);
                out.push(':');
                write_value(out, &map[key]);
            }
            out.push('}');
        }
        Value::Array(list) => {
            out.push('[');
            for (at, item) in list.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_value(out, item);
            }
            out.push(']');
        }
        Value::String(text) => write_string(out, text),
        Value::Number(number) => {
            let exact = number.as_i64().is_some_and(|n| n.unsigned_abs() <= INTEGER_MAX);
            assert!(exact, "the journal holds whole numbers up to 2^53 only, not {number}");
            out.push_str(&number.to_string());
        }
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Null => out.push_str("null"),
    }
}

fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            c if c < ' ' => write!(out, "\\u{:04x}", u32::from(c)).expect("writing to a string"),
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_sort_by_utf16_units_and_escapes_are_the_shortest() {
        // the sorting example of RFC 8785, section 3.2.3
        let value = json!({"\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7});
        let sorted = "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"\u{f6}\":7,\"\u{20ac}\":1,\"\u{1f600}\":5,\"\u{fb33}\":3}";
        assert_eq!(canonical(&value), sorted);
        assert_eq!(canonical(&json!("\u{1}\n\"\\/\u{7f}")), "\"\\u0001\\n\\\"\\\\/\u{7f}\"");
    }

    proptest! {
        #[test]
        fn canonical_text_reads_back_as_the_same_value(text: String, number in -(1i64 << 53)..(1i64 << 53), flag: bool) {
            let value = json!({"t": text, "n": number, "list": [flag, null, {"deep": "er"}]});
            let again: Value = serde_json::from_str(&canonical(&value)).unwrap();
            prop_assert_eq!(canonical(&again), canonical(&value));
            prop_assert_eq!(again, value);
        }
    }
}
