//! A matter between two sites: what is sent of it, made of the journal when it is sent (`tell`), and what becomes of what the other side
//! sent (`hear`). How it gets there is `channels::exchange`'s; what waits is kept by `civic::exchange`. Decision 0048, docs/exchange.md.

mod hear;
pub mod levels;
pub mod parcel;
mod reads;
mod receive;
mod tell;

pub use hear::Took;
pub use reads::{Read, tell_read};
pub use receive::receive;
pub use tell::{Telling, tell, told_to};

use civic::site::Site;
use civic::vault::mac;
use data_encoding::HEXLOWER;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::appeal::{Identity, Kind, Manner, Spokesperson, Step};

/// Steps that were added before a matter was handed down, at most; older ones stay above.
pub const EARLIER_MAX: usize = 50;

/// Is one step on its way from one site to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// The matter at the sender's.
    pub matter: Uuid,
    /// The matter at the receiver's, where the sender knows it: of what goes up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Uuid>,
    /// The number of the step within the matter at the sender's.
    pub n: i64,
    /// The number of the step told before it; 0 for the first.
    pub before: i64,
    /// What no other step under this number bears: after a site was put back to an older day, another step may bear its number.
    pub mark: String,
    /// What happened.
    pub step: Step,
    /// The matter itself, with the first step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed: Option<Box<Matter>>,
    /// The files that come along: their bytes follow in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Slot>,
}

/// Is a file that comes along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// Its name, for display only.
    pub name: String,
    /// Its bytes.
    pub size: u64,
}

/// Is a matter that is handed down, as it was filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of the filing event")]
pub struct Matter {
    pub number: String,
    pub manner: Manner,
    pub back: Option<Date>,
    pub what: String,
    pub place: Option<String>,
    pub place_words: String,
    pub kind: Kind,
    pub identity: Identity,
    pub name: String,
    pub mobile: String,
    pub email: String,
    pub address: String,
    pub danger: bool,
    pub people: u32,
    pub language: String,
    pub unread: bool,
    pub spokespersons: Vec<Spokesperson>,
    /// How many of the files that come along belong to the filing; the others belong to what was added later, in order.
    pub files: usize,
    /// What was added before it was handed down, oldest first.
    pub earlier: Vec<Added>,
}

/// Is what the resident added before a matter was handed down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Added {
    /// The words.
    pub words: String,
    /// How many files came with them.
    pub files: usize,
}

/// Makes the submit key of the matter that another site's becomes here: the same each time, and nobody who knows the matter there can compute it.
fn submit_key(site: &Site, (peer, theirs): (Uuid, Uuid)) -> String {
    let parts: [&[u8]; 4] = [b"minsheng/exchange-submit/1", &site.jurisdiction.to_be_bytes(), peer.as_bytes(), theirs.as_bytes()];
    HEXLOWER.encode(&mac(&site.keys.code, &parts)[..16])
}
