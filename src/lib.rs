//! `arm`: the command-line HTTP client for Azure Resource Manager.
//!
//! The folders are the steps of the data flow, in this order:
//!
//! ```text
//! argv ─cli→ RequestArgs ─plan→ RequestPlan{Target{Cloud,Url,Audience}} ─credential→ AccessToken
//!      ─client(transport · retry · redirect)→ Response ─pager→ Page ─query→ nodes ─output→ bytes
//!
//! sandbox: Request → Sandbox::handle → Response     in-process for --sandbox, on a socket for `arm sandbox serve`
//! ```
//!
//! The library exists for the binary and for its tests; its interface carries no promise of stability. What neither of
//! them needs is private to the crate, so that the compiler finds what nothing uses.

mod azure;
mod cli;
mod client;
mod config;
mod credential;
mod endpoint;
mod error;
mod file;
mod har;
mod json;
mod mcp;
mod output;
mod plan;
mod program;
mod query;
mod sandbox;
mod serve;
mod shell;
#[cfg(unix)]
mod startup;
mod stream;
mod tools;
mod transport;

pub mod app;
pub mod env;
#[cfg(any(test, fuzzing))]
pub mod fuzz;

/// What the tests drive without a process of its own.
pub mod parts {
    pub use crate::azure::{Audience, IdentityId, SANDBOX_ISSUER};
    pub use crate::cli::Topic;
    pub use crate::credential::{
        AccessToken, Arc, Credential, Error, ManagedIdentity, SourceErrorKind, TokenRequest, Tools,
    };
    pub use crate::query::{JmesPath, Query};
    pub use crate::transport::{Transport, Wire};
}
