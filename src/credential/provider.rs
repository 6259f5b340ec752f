//! What every source of tokens can do. A source implements it in its own file, and what most sources
//! have in common are the defaults here; the facts that are known before one is looked for are in
//! `source`.

use std::fmt::Debug;
use std::pin::Pin;
use std::time::SystemTime;

use super::cache::TokenCache;
use super::error::Error;
use super::identity::Identity;
use super::request::TokenRequest;
use super::token::AccessToken;
use crate::azure::TokenSource as Source;
use crate::transport::Transport;

/// Which tenants a credential gets tokens of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tenancy {
    /// Of its own.
    One,
    /// Of every tenant that knows the account.
    Several {
        /// The tenant of its tokens if none is named, if it is known.
        home: Option<String>,
    },
}

/// What a credential works with.
#[derive(Debug, Clone, Copy)]
pub struct Tools<'a> {
    /// Where its requests go.
    pub transport: &'a Transport,
    /// The time of day.
    pub now: SystemTime,
    /// Where tokens are kept, if they are.
    pub cache: Option<&'a TokenCache>,
}

/// A token on its way.
pub(super) type TokenFuture<'a> = Pin<Box<dyn Future<Output = Result<AccessToken, Error>> + 'a>>;

/// A source that is set up.
pub(super) trait TokenProvider: Debug {
    /// Returns which source it is.
    fn source(&self) -> Source;

    /// Gets a token from the source.
    fn token<'a>(&'a self, request: &'a TokenRequest, tools: &'a Tools<'a>) -> TokenFuture<'a>;

    /// Tells whose token it is, if one may be kept. `None` is right for tokens that were given, and for endpoints that
    /// keep their own.
    fn identity(&self, _request: &TokenRequest) -> Option<Identity> {
        None
    }

    /// Returns the tenant of a subscription, if the source knows it. An application does not: it signs in to its own
    /// tenant, unless another one is named.
    fn tenant_of(&self, _subscription_id: &str) -> Option<String> {
        None
    }

    /// Tells whether the source gets tokens of several tenants for one account. An application, and
    /// a token that was given, belong to one; the tools of others are asked for their default.
    fn tenancy(&self) -> Tenancy {
        Tenancy::One
    }

    /// Returns what should be said about the source, and is not an error.
    fn remark(&self) -> Option<&str> {
        None
    }

    /// Returns what the user must see about the way in which the source was set up.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}
