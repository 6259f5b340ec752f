//! What an endpoint serves, and to whom. Who checks a request against it: `guard`.

use std::net::IpAddr;

use super::allow_list::AllowList;
use super::protocol::Protocols;
use crate::azure::{Secret, Shown};

/// What an endpoint serves, and to whom.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The port that it listens on.
    pub port: u16,
    /// The one address that it listens on, if that is not 127.0.0.1 and `[::1]`.
    pub bound: Option<IpAddr>,
    /// The protocols that it speaks.
    pub protocols: Protocols,
    /// What clients of App Service's protocol and of azd have to show.
    pub secret: Secret,
    /// What clients of App Service's protocol may show in the path instead, if they know no header.
    pub path_secret: Option<Secret>,
    /// The audiences that it gives tokens for.
    pub audiences: AllowList,
    /// Names besides those of this machine by which it may be requested; their clients must show the
    /// secret.
    pub other_hosts: Vec<String>,
    /// Identities that clients may choose although the tokens are not theirs.
    pub other_identities: Vec<String>,
}

/// By which names a server may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AllowedNames {
    /// By any.
    Any,
    /// By those of this machine.
    OfThisMachine,
}

impl Endpoint {
    /// Takes its secrets out of a text.
    pub fn hidden_in(&self, text: Shown) -> Shown {
        let text = self.secret.hidden_in(text);
        match &self.path_secret {
            Some(secret) => secret.hidden_in(text),
            None => text,
        }
    }

    /// Tells whether other machines reach it.
    pub fn is_open(&self) -> bool {
        self.bound.is_some_and(|address| !address.is_loopback())
    }

    /// Tells whether clients are expected that are not processes of this user.
    pub fn expects_others(&self) -> bool {
        self.is_open() || !self.other_hosts.is_empty()
    }
}
