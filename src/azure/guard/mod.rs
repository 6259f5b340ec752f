//! What a run may send: everything, or only what reads (`--read-only`). What each request does is a fact about Azure
//! (`request_class`, by the tables of `actions` and `data_planes`); what follows from it is decided in `rule`.

mod actions;
mod class;
mod data_planes;
mod request_class;
#[cfg(test)]
mod request_class_tests;
mod rule;

pub use request_class::{OutgoingRequest, gives_secrets};
pub use rule::{Guard, GuardError, GuardErrorKind, GuardSource, SecretReads};
