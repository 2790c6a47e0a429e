//! Checking: a public log from outside, as a stranger does, with nothing but what the site serves and what the stranger
//! kept (`entries`, `fact`, `kept`, `receipt`, `remote`, `stated`, `tree`, `walk`); and the database from inside (`database`, `journal`, `tables`,
//! `rot`).

pub(crate) mod anchors;
pub(crate) mod archive;
#[cfg(test)]
mod classes;
mod crew;
pub(crate) mod database;
pub(crate) mod entries;
mod fact;
pub(crate) mod journal;
pub(crate) mod kept;
pub(crate) mod receipt;
pub(crate) mod remote;
pub(crate) mod rot;
pub(crate) mod stated;
pub(crate) mod tables;
pub(crate) mod tree;
pub(crate) mod walk;

/// Gathers what does not hold, one sentence each.
#[derive(Debug, Default)]
pub(crate) struct Findings(pub Vec<String>);

impl Findings {
    /// Notes something that does not hold.
    pub(crate) fn wrong(&mut self, what: impl Into<String>) {
        self.0.push(what.into());
    }

    /// Notes it unless it holds.
    pub(crate) fn hold(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.wrong(what());
        }
    }
}
