//! What of a matter is handed to a body that the law names.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::coded::coded;

coded! {
    /// Names what of a matter can be handed to a body that the law names.
    Part {
        /// What the resident wrote, and what was answered.
        Words = "words",
        /// The attachments, cleaned.
        Files = "files",
        /// Name, telephone, e-mail.
        Contact = "contact",
    }
}

/// Is one handing out of one matter to a body that the law names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosure {
    /// The day on which two persons agreed to it.
    pub day: Date,
    /// The receiving body, by its full name.
    pub body: String,
    /// Ground code.
    pub ground: String,
    /// The receiver's paper and why it needs this.
    pub words: String,
    /// What went.
    pub parts: Vec<Part>,
    /// Ground code for telling the resident later; none where they were told at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<String>,
    /// Who asked.
    pub first: Uuid,
    /// Who agreed.
    pub second: Uuid,
}
