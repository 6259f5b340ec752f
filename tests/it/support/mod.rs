//! What several tests need.

pub(crate) mod answer;
pub(crate) mod run;
pub(crate) mod server;
pub(crate) mod shared;
