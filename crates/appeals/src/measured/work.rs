//! What the work of a month came to, for the report (R32; 信访工作条例 art. 41): how matters came in, who was complained of, what was passed on
//! and pressed for. Counts of what offices did with matters; never of people, places or themes.

use super::plain;
use crate::followup::Entry;

/// Kinds of entries that are counted as they are.
pub const STEPS: &[&str] = &[
    "accepted",
    "arbitrated",
    "assigned",
    "came_again",
    "closed",
    "criticised",
    "disputed",
    "escalated",
    "extended",
    "not_accepted",
    "recheck_asked",
    "reception_planned",
    "reception_promised",
    "rectified",
    "reminded",
    "reopened",
    "replied",
    "review_asked",
    "withdrawn",
];

/// Counts an entry: `put` takes a code and how many.
pub(super) fn work(entry: &Entry<'_>, mut put: impl FnMut(String, u64)) {
    let more = entry.more;
    match entry.kind {
        "filed" => {
            put(format!("ch.{}", plain(&more["ch"])), 1);
            put(format!("kd.{}", plain(&more["kd"])), 1);
            if more["kd"] == "complaint" {
                put(format!("of.{}", entry.office), 1);
            }
        }
        "handed_down" => put(format!("st.handed_down.{}", plain(&more["mn"])), 1),
        "reception_posted" => {
            put("st.reception_posted".to_owned(), 1);
            put("st.received".to_owned(), more["n"].as_u64().unwrap_or(0));
        }
        "dossier_opened" if more["kd"] == "advice" => put(format!("ad.{}", plain(&more["gr"])), 1),
        "dossier_answered" if more["gr"].is_string() => {
            put(format!("an.{}", plain(&more["gr"])), 1);
            if more["ok"] == true {
                put(format!("ok.{}", plain(&more["gr"])), 1);
            }
        }
        kind if STEPS.contains(&kind) => put(format!("st.{kind}"), 1),
        _ => {}
    }
}
