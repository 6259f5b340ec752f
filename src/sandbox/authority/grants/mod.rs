//! The token endpoint (`token_endpoint`), the codes and refresh tokens that are redeemed there (`sealed`),
//! and how a client proves who it is (`client_auth`).

pub(crate) mod client_auth;
pub(crate) mod sealed;
pub(crate) mod token_endpoint;
