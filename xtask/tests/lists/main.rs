//! The lists in `docs` that name tests, held against the sources: a row whose test is gone is a promise nobody keeps.

mod asvs;
mod guard;
mod made_of;
mod sources;
