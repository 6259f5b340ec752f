//! The token endpoint as its clients see it: the protocols of Cloud Shell, virtual machines, App
//! Service and azd, on one port. Pure: a request in, what it asks for or its refusal out. Gets no
//! token and opens no socket.
//!
//! ```text
//! Request ─guard→ ─shape→ Asked{shape, audience…} ─(somebody gets a token)→ answer → Response
//! ```

mod allow_list;
mod answer;
mod asked;
mod guard;
mod shape;

use bytes::Bytes;
use http::{Request, Response};

use crate::azure::Secret;

pub use allow_list::{AllowList, Matching};
pub use answer::{Issued, Rejection};
pub use asked::Asked;
pub use shape::{Shape, Shapes};

/// What an endpoint serves, and to whom.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The port that it listens on.
    pub port: u16,
    /// The protocols that it speaks.
    pub shapes: Shapes,
    /// What clients of App Service's protocol and of azd have to show.
    pub secret: Secret,
    /// The audiences that it gives tokens for.
    pub audiences: AllowList,
    /// Names besides those of this machine by which it may be asked; their clients must show the
    /// secret.
    pub other_hosts: Vec<String>,
}

impl Endpoint {
    /// Reads a request: what it asks for, or the answer that refuses it.
    pub fn read(&self, request: &Request<Bytes>) -> Result<Asked, Response<Bytes>> {
        let shape = Shape::of_path(request.uri().path());
        let refuse = |rejection: Rejection| answer::refusal(shape, request, &rejection);
        guard::check_sender(self, request).map_err(refuse)?;
        let asked = asked::read(request).map_err(refuse)?;
        if !self.audiences.allows(&asked.resource) {
            return Err(refuse(Rejection::AudienceNotSupported {
                audience: asked.resource,
            }));
        }
        Ok(asked)
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

    /// The answer for a request that was in order, and whose token cannot be had.
    pub fn failure(
        &self,
        request: &Request<Bytes>,
        asked: &Asked,
        rejection: &Rejection,
    ) -> Response<Bytes> {
        answer::refusal(Some(asked.shape), request, rejection)
    }
}
