//! The commands, one file each: from the arguments to the end of the run. Who sends a request and prints its answer:
//! `exchange`; who serves: `app/endpoint`.

pub(crate) mod account;
pub(crate) mod cache;
pub(crate) mod graph;
pub(crate) mod list;
pub(crate) mod login;
pub(crate) mod request;
pub(crate) mod sandbox;
pub(crate) mod token;
pub(crate) mod types;
pub(crate) mod whoami;
