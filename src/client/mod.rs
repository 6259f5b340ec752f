//! ARM's protocol on top of transport and credential. [`Client::exchange`] is the one loop that
//! authorises, sends and waits; what it does next is decided by pure functions elsewhere.

mod challenge;
mod clock;
mod continuation;
mod duration;
mod error;
mod monitor;
#[cfg(test)]
mod monitor_tests;
mod operation;
mod pager;
#[cfg(test)]
mod pager_tests;
mod poller;
#[cfg(test)]
mod poller_request_tests;
#[cfg(test)]
mod poller_tests;
mod service_error;
mod signing;
mod skip_token;

use std::rc::Rc;
use std::time::Duration;

use http::{Method, header};
use url::Url;

use crate::azure::{Origin, Target};
use crate::credential::{AccessToken, CacheNote, Credential, Source, TokenCache};
use crate::transport::redirect::{self, MOST_REDIRECTS, Redirect};
use crate::transport::retry::{self, Decision, Limits, Outcome};
use crate::transport::{self, Beginning, Request, Response, Transport};

pub use challenge::ClaimsChallenge;
pub use clock::{Clock, Deadline};
pub use continuation::Continuation;
pub use duration::words_of;
pub use error::{ClaimsNeeded, Error};
pub use monitor::{Answered, Detected, Monitor, MonitorRefusal, detect, is_presigned};
pub use operation::{BadEnd, OperationBody, Word};
pub use pager::{LinkRefusal, Pager, is_for_first_page};
pub use poller::{Content, Poller, Step};
pub use service_error::ServiceError;
pub use signing::Tokens;

/// What happens on the way, for whoever wants to tell the user.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// A token was got.
    Token {
        /// From where.
        source: Source,
        /// The token; only its claims and its end may be shown.
        token: &'a AccessToken,
    },
    /// The cache of tokens has something to say.
    Cache(&'a CacheNote),
    /// A request goes out, without its credential.
    Request(&'a Request),
    /// An answer's head is there.
    Response(&'a Response),
    /// The request will be made again.
    Retry {
        /// Why.
        reason: &'a str,
        /// When.
        pause: Duration,
    },
}

/// Where the client is told what happens.
pub type Observer = Box<dyn Fn(Event<'_>)>;

/// What a client is made of.
pub struct Client {
    /// Where requests go.
    pub transport: Rc<Transport>,
    /// Who signs them; `None` where no token is sent.
    pub credential: Option<Rc<Credential>>,
    /// Where tokens are kept, if they are.
    pub cache: Option<Rc<TokenCache>>,
    /// Whose token goes where.
    pub target: Target,
    /// The tenant, where the user named one.
    pub tenant_id: Option<String>,
    /// The subscription that the request is about.
    pub subscription_id: Option<String>,
    /// How often requests are repeated.
    pub limits: Limits,
    /// When the run must be over.
    pub deadline: Option<Deadline>,
    /// The run's clock.
    pub clock: Clock,
    /// Who is told.
    pub observer: Observer,
    /// Tenants whose tokens go along.
    pub auxiliary_tenants: Vec<String>,
    /// The tokens, once they are there; clients of one audience may share them.
    pub tokens: Rc<Tokens>,
}

/// What lets a request go out.
#[derive(Debug, Clone, Copy)]
enum Permission {
    /// The token, where the target admits it.
    Token,
    /// A signature in the address.
    Address,
}

impl Client {
    /// Makes a request until its outcome stands: repeats what may be repeated, follows redirects
    /// within the origin. An answer of any status is an `Ok`.
    pub async fn exchange(&self, request: Request) -> Result<Response, Error> {
        self.run(request, Permission::Token).await
    }

    /// The same for an address outside of the target that carries its own permission: no token
    /// goes there, see [`is_presigned`].
    pub async fn exchange_presigned(&self, request: Request) -> Result<Response, Error> {
        self.run(request, Permission::Address).await
    }

    async fn run(&self, request: Request, permission: Permission) -> Result<Response, Error> {
        let mut request = request;
        let (mut attempt, mut redirects) = (0, 0);
        let mut signing = self.signing_for(&request.url);
        loop {
            let authorised = match permission {
                Permission::Token => self.authorise(&request, &mut signing).await?,
                Permission::Address if is_presigned(&request.url) => request.clone(),
                Permission::Address => {
                    self.target.admit(&request.url)?;
                    request.clone()
                }
            };
            (self.observer)(Event::Request(&request));
            let outcome = self.within(self.transport.send(&authorised)).await?;
            if let Decision::RetryAfter(pause) = self.decide(&request, &outcome, attempt) {
                self.pause(&outcome, pause).await?;
                attempt += 1;
                continue;
            }
            let mut response = outcome?;
            (self.observer)(Event::Response(&response));
            let answered = self.answer_challenge(&mut signing, &request.method, &mut response);
            if answered.await? {
                continue;
            }
            let location = response.header("location");
            match redirect::read(&request.method, response.status, location, &request.url) {
                Redirect::None => return Ok(response),
                Redirect::Unfollowed(to) => {
                    return Err(Error::Redirect {
                        status: response.status.as_u16(),
                        to,
                    });
                }
                Redirect::Repeat(url) => request.url = follow(&request.url, url, &response)?,
                Redirect::Get(url) => {
                    request.url = follow(&request.url, url, &response)?;
                    request.method = Method::GET;
                    request.body = bytes::Bytes::new();
                    request.headers.remove(header::CONTENT_TYPE);
                }
            }
            redirects += 1;
            attempt = 0;
            if redirects > MOST_REDIRECTS {
                return Err(Error::TooManyRedirects {
                    last: request.url.into(),
                });
            }
        }
    }

    /// Gets the token of the first request, if it needs one, before anything is sent.
    pub async fn sign_in(&self) -> Result<(), Error> {
        let request = Request {
            method: Method::GET,
            url: self.target.url.clone(),
            headers: http::HeaderMap::new(),
            body: bytes::Bytes::new(),
        };
        let mut signing = self.signing_for(&request.url);
        self.authorise(&request, &mut signing).await.map(drop)
    }

    /// Waits for a future, but not beyond the deadline.
    pub async fn within<T>(&self, future: impl Future<Output = T>) -> Result<T, Error> {
        Deadline::within(self.deadline, future).await
    }

    /// Begins to read the body of an answer to `request`: until it ends or has more than `limit`
    /// bytes. A body that is cut before that is asked for again, like an answer that did not come:
    /// nothing of it was used.
    pub async fn begin(
        &self,
        request: &Request,
        mut response: Response,
        limit: usize,
    ) -> Result<(Response, Beginning), Error> {
        let mut attempt = 0;
        loop {
            let error = match self.within(response.body.begin(limit)).await? {
                Ok(beginning) => return Ok((response, beginning)),
                Err(error) => error,
            };
            let outcome = Err(error.clone());
            let Decision::RetryAfter(pause) = self.decide(request, &outcome, attempt) else {
                return Err(error.into());
            };
            self.pause(&outcome, pause).await?;
            attempt += 1;
            let status = response.status;
            response = self.exchange(request.clone()).await?;
            if response.status != status {
                return Err(error.into());
            }
        }
    }

    /// Passes on what the cache of tokens has to say.
    fn tell_of_cache(&self) {
        let notes = self.cache.as_deref().map(TokenCache::take_notes);
        for note in notes.iter().flatten() {
            (self.observer)(Event::Cache(note));
        }
    }

    fn decide(
        &self,
        request: &Request,
        outcome: &Result<Response, transport::Error>,
        attempt: u32,
    ) -> Decision {
        let outcome = match outcome {
            Ok(response) => Outcome::Answer(response.status, &response.headers),
            Err(error) => Outcome::Failure(error.kind),
        };
        let clock = (self.clock.now(), random());
        retry::decide(
            &request.method,
            &request.headers,
            outcome,
            attempt,
            self.limits,
            clock,
        )
    }

    /// Waits before an operation is asked for again, but not beyond the deadline.
    #[expect(clippy::disallowed_methods, reason = "this is the loop that waits")]
    pub async fn pause_for(&self, pause: Duration) -> Result<(), Error> {
        self.within(tokio::time::sleep(pause)).await
    }

    async fn pause(
        &self,
        outcome: &Result<Response, transport::Error>,
        pause: Duration,
    ) -> Result<(), Error> {
        let reason = match outcome {
            Ok(response) => format!("HTTP {}", response.status.as_u16()),
            Err(error) => error.to_string(),
        };
        (self.observer)(Event::Retry {
            reason: &reason,
            pause,
        });
        self.pause_for(pause).await
    }
}

/// Follows a redirect only within the origin: a token, a body and the user's headers are for it.
fn follow(from: &Url, to: Url, response: &Response) -> Result<Url, Error> {
    if Origin::of(from) == Origin::of(&to) && to.username().is_empty() && to.password().is_none() {
        return Ok(to);
    }
    Err(Error::Redirect {
        status: response.status.as_u16(),
        to: to.into(),
    })
}

/// A number in 0..1 that differs from process to process.
fn random() -> f64 {
    let (high, _) = uuid::Uuid::new_v4().as_u64_pair();
    f64::from(u32::try_from(high >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}
