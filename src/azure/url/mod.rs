//! URLs before anything is sent to them: what they may look like, their origins, how a link of an answer is resolved.
//! Which hosts may receive a token: `target`.

pub(super) mod allowed_host;
pub(super) mod check;
#[cfg(test)]
mod check_tests;
pub(super) mod error;
pub(super) mod link;
#[cfg(test)]
mod link_tests;
pub(super) mod origin;
pub(super) mod percent;
