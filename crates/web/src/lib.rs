//! Pages for residents and staff, the kit they are built from, and the public log's addresses.
//!
//! It owns how things look, what they are called and where they are found. It knows no rule: who may do what is asked
//! at `civic::permit`, what happens is decided in the rooms. The door makes an [`App`] and serves [`router`].

mod api;
pub mod app;
pub mod assets;
mod cookie;
pub mod desk;
pub mod error;
mod exchange;
pub mod extract;
pub mod files;
mod guard;
mod hearing;
mod kept;
pub mod kit;
pub mod limits;
pub mod link;
mod log;
mod open311;
mod pack;
pub mod portal;
mod reading;
mod report;
pub mod route;
pub mod session;
mod take;
pub mod throttle;
pub mod visit;
pub mod words;

pub use app::{App, Chat, Hotline, Mode};
pub use guard::harden;
pub use hearing::Hearing;
pub use limits::Limits;
pub use reading::Readings;
pub use route::{ROUTES, router};
pub use visit::{Peer, network};
