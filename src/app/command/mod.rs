//! The commands, one file each: from the arguments to the end of the run. Who sends a request and prints its answer:
//! `exchange`; who serves: `app/endpoint`.

mod account;
mod cache;
mod complete;
mod dispatch;
mod graph;
mod list;
mod login;
mod request;
mod sandbox;
mod token;
mod types;
mod whoami;

pub(crate) use dispatch::dispatch;
