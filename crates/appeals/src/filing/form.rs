//! What a person typed, as it came.

use civic::journal::canonical;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::appeal::{Channel, Origin, Sender, Spokesperson, Via};

/// Longest submit key, in characters.
pub(super) const SUBMIT_KEY_CHARS_MAX: usize = 64;

/// Holds the fields of a filing as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Form {
    /// What happened.
    pub what: String,
    /// Place code; empty for "I don't know".
    pub place: String,
    /// The place in own words.
    pub place_words: String,
    /// Kind code.
    pub kind: String,
    /// Identity code.
    pub identity: String,
    /// Name.
    pub name: String,
    /// Telephone.
    pub mobile: String,
    /// E-mail.
    pub email: String,
    /// True where somebody's life is in danger.
    pub danger: bool,
    /// How many people stand behind it; empty for one.
    pub people: String,
    /// Recognises a form that is sent twice.
    pub submit_key: String,
    /// Language of the answers.
    pub language: String,
    /// The way it came in.
    pub channel: Channel,
    /// True where no machine shall read it for a suggestion.
    pub unread: bool,
    /// Category or topic of what many said of this place, to join them; empty where nothing is joined.
    pub joins: String,
    /// The program of somebody else that sent it, and what it said along.
    pub via: Option<Via>,
    /// True where the resident agrees that steps and dates are shown to everybody.
    pub agreed: bool,
    /// What the channel found out about who wrote; none where it cannot.
    pub sender: Option<Sender>,
    /// Where an answer by post goes.
    pub address: String,
    /// The account of a chat that they wrote from.
    pub chat: String,
    /// Who else speaks for the others, where many came with a common matter.
    pub spokespersons: Vec<Spokesperson>,
    /// What is known of how it came, where a person typed it in or the sign of a box led here.
    pub origin: Option<Origin>,
}

impl Default for Form {
    fn default() -> Self {
        let none = String::new;
        Self {
            what: none(),
            place: none(),
            place_words: none(),
            kind: none(),
            identity: none(),
            name: none(),
            mobile: none(),
            email: none(),
            danger: false,
            people: none(),
            submit_key: none(),
            language: none(),
            channel: Channel::Web,
            unread: false,
            joins: none(),
            via: None,
            agreed: false,
            sender: None,
            address: none(),
            chat: none(),
            spokespersons: Vec::new(),
            origin: None,
        }
    }
}

/// Is a file as it came.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Its name, for display only.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Hashes a form with its files, so that a form sent twice is told from another one under the same key.
pub fn form_hash(form: &Form, uploads: &[Upload]) -> [u8; 32] {
    let files: Vec<String> = uploads.iter().map(|upload| HEXLOWER.encode(&Sha256::digest(&upload.bytes))).collect();
    let mut whole = json!({
        "what": form.what, "place": form.place, "place_words": form.place_words, "kind": form.kind,
        "identity": form.identity, "name": form.name, "mobile": form.mobile, "email": form.email,
        "danger": form.danger, "people": form.people, "files": files,
    });
    if form.unread {
        whole["unread"] = true.into();
    }
    if !form.joins.is_empty() {
        whole["joins"] = form.joins.as_str().into();
    }
    if let Some(via) = &form.via {
        whole["via"] = json!([via.client, via.topic]);
    }
    if form.agreed {
        whole["agreed"] = true.into();
    }
    if !form.chat.is_empty() {
        whole["chat"] = form.chat.as_str().into();
    }
    if !form.address.is_empty() {
        whole["address"] = form.address.as_str().into();
    }
    if !form.spokespersons.is_empty() {
        whole["spokespersons"] = json!(form.spokespersons);
    }
    if let Some(origin) = &form.origin {
        whole["origin"] = json!(origin);
    }
    Sha256::digest(canonical(&whole)).into()
}
