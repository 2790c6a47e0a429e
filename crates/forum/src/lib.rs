//! The public board (论坛) and the offices' posts (单位发布): residents talk, offices answer under their own name.
//!
//! - [`post`] is one post: what it is, what happened to it (`apply`), what may happen next (`decide`). Pure.
//! - [`words`] are what may be published of what somebody typed: personal data taken out, within limits.
//! - [`moderators`] says which offices may moderate a post: never one that the post is about.
//! - [`write`](mod@write) takes a new post, [`run`] does an act to one, [`proof`] proves a contact: each is one transaction with its event.
//! - [`board`] are the lists that pages are drawn from.
//!
//! Nothing here counts, scores or ranks people: a pen name belongs to one post, and no two posts of one person are put together.

pub mod board;
pub mod check;
pub mod code;
pub mod moderators;
pub mod post;
pub mod proof;
pub mod run;
mod store;
pub mod words;
pub mod write;

pub use post::{By, Command, Event, Kind, Standing, State};
pub use store::{GUARDS, MIGRATIONS, Post, STATEMENTS, get};
