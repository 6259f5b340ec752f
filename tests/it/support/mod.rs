//! What several tests need.

#![cfg_attr(
    not(unix),
    expect(
        dead_code,
        reason = "tests that only run on Unix need more of it than the others"
    )
)]

pub(crate) mod answer;
pub(crate) mod at_once;
pub(crate) mod compare;
#[cfg(unix)]
pub(crate) mod endpoint;
pub(crate) mod home;
pub(crate) mod imports;
pub(crate) mod json_text;
pub(crate) mod pty;
pub(crate) mod recording_count;
pub(crate) mod replay;
pub(crate) mod run;
pub(crate) mod secrets;
pub(crate) mod served_sandbox;
pub(crate) mod server;
pub(crate) mod session;
pub(crate) mod shared;
pub(crate) mod source;
pub(crate) mod tls_proxy;
pub(crate) mod tls_server;
