//! The public log as a stranger meets it: the bytes of `docs/log-format.md`, and the tool of `docs/verify.py`.

mod golden;
mod vectors;
mod verify_py;
