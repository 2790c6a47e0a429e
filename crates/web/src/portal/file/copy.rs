//! The answer to a filing, kept for half an hour for the receipt page, or for a slip at the counter.

use appeals::appeal::DueDate;
use appeals::filing::{Filed, Form};
use appeals::{Identity, Kind, texted};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::app::App;

/// Is the answer to a filing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FiledCopy {
    /// When it was filed.
    pub at: Timestamp,
    /// Recognises the form if it is sent again.
    pub submit_key: String,
    /// Hash of the form as it was posted, so that another one under the same key is told from it.
    #[serde(default)]
    pub posted: String,
    /// Number.
    pub number: String,
    /// Query code, as shown.
    pub code: String,
    /// Office that holds it, by code.
    pub owner: String,
    /// First due date.
    pub due: DueDate,
    /// The receipt file.
    pub receipt: String,
    /// What is promised by the day: to say whether it is accepted, and not yet the answer.
    #[serde(default)]
    pub acceptance: bool,
    /// True for an accusation, whose receipt is a promise at first.
    pub sealed: bool,
    /// True when nobody knows whose it is: a lost code is lost for good.
    pub anonymous: bool,
    /// How the resident is told.
    #[serde(default)]
    pub told: Told,
    /// The figures by which short messages name it, where they can be had instead of calls.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub short: String,
    /// Where somebody is in danger: how many of the staff were written to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub danger: Option<usize>,
}

/// Says how a resident hears of what happens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Told {
    /// By looking at the tracking page.
    #[default]
    Looking,
    /// Somebody rings up.
    Phone,
    /// By letter.
    Mail,
    /// By post: a letter on paper.
    Post,
    /// There is an e-mail address, and this site sends no mail.
    Unwritten,
}

impl FiledCopy {
    /// Makes it of a form and what came of it.
    pub fn new(app: &App, (form, posted): (&Form, String), filed: Filed) -> Self {
        let (rules, sealed) = (app.hall.site.rules(), form.kind == Kind::Accusation.code());
        let track = rules.track(&form.kind);
        let told = match (form.email.is_empty(), form.mobile.is_empty()) {
            _ if sealed => Told::Looking,
            (false, _) if app.writes_letters => Told::Mail,
            (false, _) => Told::Unwritten,
            (true, false) => Told::Phone,
            (true, true) if !form.address.is_empty() => Told::Post,
            (true, true) => Told::Looking,
        };
        let texts = told == Told::Phone && app.sms_number.is_some();
        Self {
            short: if texts { texted::short(&app.hall.site, filed.matter) } else { String::new() },
            at: app.now(),
            submit_key: form.submit_key.clone(),
            posted,
            number: filed.number,
            code: filed.code.shown(),
            owner: filed.owner,
            due: filed.due,
            receipt: filed.receipt,
            acceptance: track.first != track.handle,
            sealed,
            anonymous: form.identity == Identity::Anonymous.code(),
            told,
            danger: None,
        }
    }
}
