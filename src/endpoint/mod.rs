//! The token endpoint as its clients see it: the protocols of Cloud Shell, virtual machines, App
//! Service and azd, on one port. Pure: a request in, what it asks for or its refusal out. Gets no
//! token and opens no socket.
//!
//! ```text
//! Request ─guard→ ─shape→ Asked{shape, audience…} ─(somebody gets a token)→ answer → Response
//! ```

mod allow_list;
mod answer;
#[cfg(test)]
mod answer_tests;
mod asked;
mod guard;
mod host;
mod identity;
mod shape;

use std::net::IpAddr;

use bytes::Bytes;
use http::{Request, Response};

use crate::azure::Secret;

pub use allow_list::{AllowList, Matching};
pub use answer::{Issued, Rejection, RequestId};
pub use asked::Asked;
pub use identity::{Identity, Selector};
pub use shape::{APP_SERVICE_PATH, CLOUD_SHELL_PATH, Shape, Shapes};

/// What an endpoint serves, and to whom.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The port that it listens on.
    pub port: u16,
    /// The one address that it listens on, where that is not 127.0.0.1 and `[::1]`.
    pub bound: Option<IpAddr>,
    /// The protocols that it speaks.
    pub shapes: Shapes,
    /// What clients of App Service's protocol and of azd have to show.
    pub secret: Secret,
    /// The audiences that it gives tokens for.
    pub audiences: AllowList,
    /// Names besides those of this machine by which it may be asked; their clients must show the
    /// secret.
    pub other_hosts: Vec<String>,
    /// Identities that clients may choose although the tokens are not theirs.
    pub other_identities: Vec<String>,
}

/// By which names a server may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// By any.
    Any,
    /// By those of this machine.
    OfThisMachine,
}

/// Refuses web pages and proxies, for a server that hands out tokens of its own beside other things.
pub fn refuse_stranger(request: &Request<Bytes>, names: Names) -> Option<Response<Bytes>> {
    let rejection = guard::check_stranger(request, names).err()?;
    let shape = Shape::of_path(request.uri().path());
    Some(answer::refusal(shape, request, &rejection))
}

/// A request that gets no token.
#[derive(Debug)]
pub struct Refused {
    /// The answer.
    pub response: Response<Bytes>,
    /// The code and the words in it, for the log.
    pub reason: String,
    /// What was asked for, as far as it was read.
    pub asked: Option<Asked>,
}

impl Endpoint {
    /// Tells whether other machines reach it.
    pub fn is_open(&self) -> bool {
        self.bound.is_some_and(|address| !address.is_loopback())
    }

    /// Tells whether clients are expected that are no processes of this user.
    pub fn expects_others(&self) -> bool {
        self.is_open() || !self.other_hosts.is_empty()
    }

    /// Checks that the identity that a client chooses is the one whose tokens these are.
    pub fn check_identity(&self, asked: &Asked, own: &Identity) -> Result<(), Rejection> {
        identity::check(asked, own, &self.other_identities)
    }

    /// Reads a request: what it asks for, or the answer that refuses it.
    pub fn read(&self, request: &Request<Bytes>) -> Result<Asked, Box<Refused>> {
        let refuse = |rejection: Rejection| self.refuse(request, &rejection);
        guard::check_sender(self, request).map_err(refuse)?;
        let asked = asked::read(request).map_err(refuse)?;
        if !self.audiences.allows(&asked.resource) {
            let rejection = Rejection::AudienceNotSupported {
                audience: asked.resource.clone(),
            };
            return Err(self.fail(request, asked, &rejection));
        }
        Ok(asked)
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
        let shape = Shape::of_path(request.uri().path());
        Box::new(Refused {
            response: answer::refusal(shape, request, rejection),
            reason: rejection.reason(),
            asked: None,
        })
    }

    /// The answer for a request that was in order, and gets no token.
    pub fn fail(
        &self,
        request: &Request<Bytes>,
        asked: Asked,
        rejection: &Rejection,
    ) -> Box<Refused> {
        let mut refused = self.refuse(request, rejection);
        refused.asked = Some(asked);
        refused
    }

    /// The answer that hands a token out.
    pub fn answer(
        &self,
        request: &Request<Bytes>,
        asked: &Asked,
        issued: &Issued<'_>,
    ) -> Response<Bytes> {
        answer::success(request, asked, issued)
    }
}
