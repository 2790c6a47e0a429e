//! Residents and staff in a real browser: by keyboard alone, without scripts, at 320 pixels, in large print, light and dark, in
//! both languages; axe-core finds nothing on any page.

mod assessment;
mod calls;
mod consult;
mod desk;
mod dossiers;
mod forum;
mod hotline;
mod offline;
mod pages;
mod paper;
mod reception;
mod resident;
mod room;
mod site;
