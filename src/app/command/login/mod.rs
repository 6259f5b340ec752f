//! `arm login`: signs a person, an application or a machine in, and keeps the account with its subscriptions. The
//! protocol: `credential/login`; the socket: `serve`; applications: `application`.

mod application;
pub(crate) mod browser;
mod browser_sign_in;
mod context;
mod device_code;
mod page;
mod run;

pub(crate) use run::run;
