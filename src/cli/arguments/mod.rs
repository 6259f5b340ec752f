//! What each command takes, a file for each, and the request that `arm list`, `arm graph` and `arm wait` stand for.
//! The options that several commands share are in `options`.

pub(super) mod account;
pub(super) mod cache;
pub(super) mod endpoint;
pub(super) mod graph;
pub(super) mod list;
pub(super) mod login;
pub(super) mod request;
pub(super) mod sandbox;
pub(super) mod token;
pub(super) mod types;
