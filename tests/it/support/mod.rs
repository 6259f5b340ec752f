//! What several tests need.

pub(crate) mod command;
pub(crate) mod session;
pub(crate) mod shared;
pub(crate) mod source;
