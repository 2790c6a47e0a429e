//! How good first suggestions are before a site has decided anything, on the demo's invented messages; and that reading a text
//! holds to its promises whatever stands in it.

mod measure;
mod table;
