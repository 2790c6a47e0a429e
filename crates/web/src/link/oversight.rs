//! The addresses of supervision.

use oversight::dossier::Kind;

/// Lists the cards that hang on late matters.
pub const SUPERVISION: &str = "/desk/supervision";
/// Lists those that were taken away.
pub const SUPERVISION_LIFTED: &str = "/desk/supervision?standing=lifted";
/// Begins the addresses of its files.
pub const SUPERVISION_TAKE: &str = "/desk/supervision/take";
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

/// Takes one along: its minutes, or its invitation for calendars.
pub fn dossier_as(kind: Kind, number: i64, form: &str) -> String {
    format!("{}/{form}", dossier(kind, number))
}

/// Begins the addresses of the files of a list of files.
pub fn dossiers_take(kind: Kind) -> String {
    format!("{}/take", dossiers(kind))
}
