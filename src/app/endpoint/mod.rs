//! `arm serve` and `arm exec`: tokens for other programs. Puts the protocols of `endpoint`, the
//! sockets of `serve` and the credential together; the rules of the protocols are in `endpoint`.

mod account;
mod child;
mod confirm;
mod exec;
mod helper_command;
mod issuer;
mod preparation;
mod random_secret;
mod request_log;
mod serve;
mod source;
mod surroundings;
mod token_service;
mod variables;

pub(crate) use exec::exec;
pub(crate) use serve::serve;
