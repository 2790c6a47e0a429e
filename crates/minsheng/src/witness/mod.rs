//! Witnesses: others who look at this site's log and say so with a signature (C2SP tlog-witness), and being one for others.

pub(crate) mod ask;
pub(crate) mod job;
pub(crate) mod serve;
pub(crate) mod store;
