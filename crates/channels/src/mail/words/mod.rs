//! What letters say. Never the query code, never what a person wrote: mail is read by many machines on its way. Whoever wrote by
//! mail themselves, from an address that nobody forged, has chosen that way, and gets code and answer by it (decision 0036).

use appeals::appeal::{Promised, ReplyText};
use jiff::civil::{Date, DateTime};

use self::chinese::CHINESE;
use self::english::ENGLISH;
use super::incoming::{MARK, MARK_ENGLISH};

mod chinese;
mod english;

/// Lists the templates that have words.
pub const TEMPLATES: &[&str] = &[
    "filed",
    "filed_by_mail",
    "accepted",
    "not_accepted",
    "extended",
    "paused",
    "resumed",
    "new_owner",
    "stays",
    "handed_down",
    "due_moved",
    "word_moved",
    "supplement_asked",
    "replied",
    "replied_by_mail",
    "invite_rating",
    "under_review",
    "review_decided",
    "withdraw_asked",
    "withdrawn",
    "code_reissued",
    "delegate_named",
    "closed",
    "disclosed",
    "new_matter",
    "danger",
    "danger_again",
    "returned",
    "review_asked",
    "supplemented",
    "reopened",
    "came_again",
    "rectified",
    "rating_objected",
    "objection_heard",
    "objection_decided",
    "criticised",
    "criticism",
    "objection",
    "followup_late",
    "conference_called",
    "case_given",
    "advice_given",
    "account_step",
    "dossier_overdue",
    "dossier_answered",
    "assessment_objected",
    "assessment_decided",
    "edition_published",
    "edition_corrected",
    "evidence",
    "evidence_wanted",
    "objection_ruled",
    "unmerged",
    "heard_above",
    "heard_below",
    "withdraw_revoked",
    "referral",
    "overdue",
    "called_in",
    "whistled",
    "disputed",
    "digest",
    "glass_broken",
    "room_letter",
    "issue_warned",
    "trial",
    "forum_code",
    "account_new_device",
    "account_setup_code",
    "account_set_up",
    "account_password",
    "account_address",
];

/// Finds subject and body of a template.
pub(super) fn find(template: &str, language: &str) -> Option<(&'static str, &'static str)> {
    let words = if language == "en" { ENGLISH } else { CHINESE };
    words.iter().find(|(known, _, _)| *known == template).map(|(_, subject, body)| (*subject, *body))
}

/// Returns what stands above and below a letter that may be answered.
pub(super) fn answered(language: &str) -> (String, &'static str) {
    if language == "en" {
        let below = "Is there more to say? Just answer this letter; photos may be attached.";
        return (format!("—— {MARK_ENGLISH} ——"), below);
    }
    (format!("—— {MARK} ——"), "还有情况要说，直接回这封信就行，照片也可以附上。")
}

/// Returns what stands above the five grades in a letter, and the grades from 5 to 1.
pub(super) fn grades(language: &str) -> (&'static str, [&'static str; 5]) {
    if language == "en" {
        return (
            "One tap, then your query code:",
            ["Very satisfied", "Satisfied", "Fairly satisfied", "Not satisfied", "Not satisfied at all"],
        );
    }
    ("点一下就选好，再输入查询码：", ["非常满意", "满意", "基本满意", "不满意", "非常不满意"])
}

/// Writes the answer of an office as a letter does.
pub(crate) fn reply(language: &str, reply: &ReplyText) -> String {
    let titles = if language == "en" {
        ["You asked", "What we found", "What is done", "If you do not agree"]
    } else {
        ["您反映的", "我们查到的", "怎么办", "不同意怎么办"]
    };
    let parts = [&reply.request, &reply.facts, &reply.opinion, &reply.way_on];
    let written = titles.into_iter().zip(parts).filter(|(_, part)| !part.trim().is_empty());
    let mark = if language == "en" { ":" } else { "：" };
    written.map(|(title, part)| format!("{title}{mark}\n{}", part.trim())).collect::<Vec<_>>().join("\n\n")
}

/// Says a moment.
pub(super) fn moment(language: &str, at: DateTime) -> String {
    at.strftime(if language == "en" { "%-d %B %Y at %H:%M" } else { "%Y年%-m月%-d日 %H:%M" }).to_string()
}

/// Says what is promised, by which office, until when; where nobody owes a word any more, where the word stands.
pub(crate) fn promise(language: &str, promised: Option<(Promised, &str, Date)>) -> String {
    let Some((what, office, day)) = promised else {
        return if language == "en" { "the answer stands on the tracking page" } else { "答复在查询页里" }.to_owned();
    };
    if language == "en" {
        let day = day.strftime("%-d %B %Y");
        return match what {
            Promised::Acceptance => format!("by {day} at the latest you will be told whether it is accepted"),
            Promised::Answer => format!("by {day} at the latest you will be answered in writing"),
            Promised::Review => format!("{office} decides the review by {day} at the latest"),
            Promised::Recheck => format!("{office} decides the re-review by {day} at the latest"),
        };
    }
    let day = day.strftime("%Y年%-m月%-d日");
    match what {
        Promised::Acceptance => format!("最迟 {day} 前告诉您是否受理"),
        Promised::Answer => format!("最迟 {day} 前给您书面答复"),
        Promised::Review => format!("由{office}复查，最迟 {day} 前作出复查意见"),
        Promised::Recheck => format!("由{office}复核，最迟 {day} 前作出复核意见"),
    }
}

/// Holds template, subject and body.
type Row = (&'static str, &'static str, &'static str);
