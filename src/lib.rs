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
//! The library exists for the binary and for its tests; its interface carries no promise of stability.

pub mod azure;
pub mod cli;
pub mod client;
pub mod config;
pub mod credential;
pub mod endpoint;
pub mod env;
pub mod error;
pub mod file;
pub mod json;
pub mod output;
pub mod plan;
pub mod query;
pub mod sandbox;
pub mod serve;
pub mod stream;
pub mod transport;

pub mod app;
