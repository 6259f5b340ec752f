//! The token endpoint as its clients see it: the protocols of Cloud Shell, virtual machines, App
//! Service and azd, on one port. Pure: a request in, what it asks for or its refusal out. The tokens
//! come from `app::endpoint`, and the socket is `serve`'s.
//!
//! ```text
//! Request ─guard→ ─protocol→ RequestedToken{protocol, resource…} ─(a token is got)→ response → Response
//! ```

mod allow_list;
mod config;
mod guard;
mod host;
mod identity;
mod protocol;
mod refresh;
mod rejection;
mod requested_token;
mod response;
#[cfg(test)]
mod response_tests;

use bytes::Bytes;
use http::{Request, Response};

pub use allow_list::{AllowList, Matching};
pub use config::{AllowedNames, Endpoint};
#[cfg(test)]
pub use identity::Selector;
pub use identity::TokenOwner;
pub use protocol::{APP_SERVICE_PATH, CLOUD_SHELL_PATH, Protocol, Protocols};
pub use refresh::{CacheEntry, GrantedToken, INITIAL_BACKOFF, Lookup, NEAR_EXPIRY};
pub use rejection::Rejection;
pub use requested_token::{RefusedToken, RequestedToken};
pub use response::{IssuedToken, RequestId};

/// Refuses web pages and proxies, for a server that hands out tokens of its own in addition to other things.
pub fn refuse_stranger(request: &Request<Bytes>, names: AllowedNames) -> Option<Response<Bytes>> {
    let rejection = guard::check_stranger(request, names).err()?;
    let protocol = Protocol::of_path(request.uri().path());
    Some(response::refusal(protocol, request, &rejection))
}

/// A request that gets no token.
#[derive(Debug)]
pub struct Refused {
    /// The answer.
    pub response: Response<Bytes>,
    /// The code and the words in it, for the log.
    pub reason: String,
    /// What was asked for, as far as it was read.
    pub requested: Option<RequestedToken>,
}

impl Endpoint {
    /// Checks that the identity that a client chooses is the one whose tokens these are.
    pub fn check_identity(
        &self,
        requested: &RequestedToken,
        own: &TokenOwner,
    ) -> Result<(), Rejection> {
        identity::check(
            requested.protocol,
            &requested.selectors,
            own,
            &self.other_identities,
        )
    }

    /// Reads a request: what it asks for, or the answer that refuses it.
    pub fn read(&self, request: &Request<Bytes>) -> Result<RequestedToken, Box<Refused>> {
        let refuse = |rejection: Rejection| self.refuse(request, &rejection);
        guard::check_sender(self, request).map_err(refuse)?;
        let requested = requested_token::read(request).map_err(refuse)?;
        if !self.audiences.allows(&requested.resource) {
            let rejection = Rejection::AudienceNotSupported {
                audience: requested.resource.clone(),
            };
            return Err(self.fail(request, requested, &rejection));
        }
        Ok(requested)
    }

    /// Refuses a request whose body did not arrive, unless it is to be refused for more than that.
    pub fn refuse_body(&self, head: &Request<Bytes>, rejection: &Rejection) -> Box<Refused> {
        match guard::check_sender(self, head) {
            Ok(()) => self.refuse(head, rejection),
            Err(worse) => self.refuse(head, &worse),
        }
    }

    /// Refuses a request, in the form of its protocol.
    pub fn refuse(&self, request: &Request<Bytes>, rejection: &Rejection) -> Box<Refused> {
        let protocol = Protocol::of_path(request.uri().path());
        Box::new(Refused {
            response: response::refusal(protocol, request, rejection),
            reason: rejection.reason(),
            requested: None,
        })
    }

    /// The answer for a request that was in order, and gets no token.
    pub fn fail(
        &self,
        request: &Request<Bytes>,
        requested: RequestedToken,
        rejection: &Rejection,
    ) -> Box<Refused> {
        let mut refused = self.refuse(request, rejection);
        refused.requested = Some(requested);
        refused
    }

    /// The answer that hands a token out.
    pub fn answer(
        &self,
        request: &Request<Bytes>,
        requested: &RequestedToken,
        issued: &IssuedToken<'_>,
    ) -> Response<Bytes> {
        response::success(request, requested, issued)
    }
}
