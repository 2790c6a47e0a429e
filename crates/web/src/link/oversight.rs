//! The addresses of supervision.

use oversight::dossier::Kind;

/// Lists the cards that hang on late matters.
pub const SUPERVISION: &str = "/desk/supervision";
/// Lists those that were taken away.
pub const SUPERVISION_LIFTED: &str = "/desk/supervision?standing=lifted";
/// Opens what everybody may read of supervision.
pub const SUPERVISED: &str = "/supervision";

/// Lists files of supervision of a kind.
pub fn dossiers(kind: Kind) -> String {
    format!("/desk/dossiers/{}", kind.code())
}

/// Opens a new one.
pub fn dossier_new(kind: Kind) -> String {
    format!("/desk/dossiers/{}/new", kind.code())
}

/// Opens one.
pub fn dossier(kind: Kind, number: i64) -> String {
    format!("/desk/dossiers/{}/{number}", kind.code())
}
