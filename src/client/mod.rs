//! ARM's protocol on top of transport and credential. [`Client::exchange`] is the one loop that
//! authorises, sends and waits; what it does next is decided by pure functions elsewhere.

mod duration;
mod monitor;
#[cfg(test)]
mod monitor_tests;
mod operation;
mod pager;
mod poller;
#[cfg(test)]
mod poller_request_tests;
#[cfg(test)]
mod poller_tests;
mod service_error;

use std::rc::Rc;
use std::time::{Duration, SystemTime};

use http::{HeaderValue, Method, header};
use tokio::sync::OnceCell;
use tokio::time::Instant;
use url::Url;

use crate::azure::{Audience, Origin, Refusal, SANDBOX_ISSUER, Target};
use crate::credential::{self, AccessToken, Credential, Source, TokenRequest};
use crate::transport::redirect::{self, MOST_REDIRECTS, Redirect};
use crate::transport::retry::{self, Decision, Limits, Outcome};
use crate::transport::{self, Beginning, Request, Response, Transport};

pub use duration::words_of;
pub use monitor::{Answered, Detected, Monitor, MonitorRefusal, detect, is_presigned};
pub use operation::{BadEnd, OperationBody, Word};
pub use pager::{LinkRefusal, Pager};
pub use poller::{Content, Poller, Step};
pub use service_error::ServiceError;

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
    /// The token, once it is there; clients of one audience may share it.
    pub token: Rc<OnceCell<AccessToken>>,
}

/// What lets a request go out.
#[derive(Debug, Clone, Copy)]
enum Permission {
    /// The token, where the target admits it.
    Token,
    /// A signature in the address.
    Address,
}

/// The end of the run.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    at: Instant,
    /// The whole time that was given.
    pub limit: Duration,
}

impl Deadline {
    /// A deadline this far from now.
    pub fn after(limit: Duration) -> Self {
        // A limit beyond what the clock can hold is none that anybody will see.
        let at = Instant::now().checked_add(limit);
        Self {
            at: at.unwrap_or_else(|| Instant::now() + Duration::from_secs(1 << 32)),
            limit,
        }
    }

    /// Waits for a future, but not beyond a deadline, where there is one.
    pub async fn within<T>(
        deadline: Option<Self>,
        future: impl Future<Output = T>,
    ) -> Result<T, Error> {
        let Some(Self { at, limit }) = deadline else {
            return Ok(future.await);
        };
        let outcome = tokio::time::timeout_at(at, future).await;
        outcome.map_err(|_| Error::TimedOut { limit })
    }
}

/// The time of day, counted on from a known moment.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    start: SystemTime,
    since: Instant,
}

impl Clock {
    /// A clock that shows `now`.
    pub fn at(now: SystemTime) -> Self {
        Self {
            start: now,
            since: Instant::now(),
        }
    }

    /// Returns the time.
    pub fn now(&self) -> SystemTime {
        self.start + self.since.elapsed()
    }
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
        loop {
            let authorised = match permission {
                Permission::Token => self.authorise(&request).await?,
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
            let response = outcome?;
            (self.observer)(Event::Response(&response));
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

    /// Gets the token, if one is needed, before anything is sent.
    pub async fn sign_in(&self) -> Result<(), Error> {
        if let (Some(credential), Some(audience)) = (&self.credential, &self.target.audience) {
            let token = self
                .token
                .get_or_try_init(|| self.within_token(credential, audience));
            token.await?;
        }
        Ok(())
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

    /// The one place that attaches a token. It goes only where the target admits it.
    async fn authorise(&self, request: &Request) -> Result<Request, Error> {
        self.target.admit(&request.url)?;
        let mut request = request.clone();
        if let (Some(credential), Some(audience)) = (&self.credential, &self.target.audience) {
            let token = self
                .token
                .get_or_try_init(|| self.within_token(credential, audience))
                .await?;
            let of_sandbox = token
                .issuer()
                .is_some_and(|iss| iss.starts_with(SANDBOX_ISSUER));
            if self.target.takes_sandbox_tokens_only(&request.url) && !of_sandbox {
                return Err(credential::Error::ForeignToken.into());
            }
            let bearer = format!("Bearer {}", token.token.expose());
            let mut value = HeaderValue::try_from(bearer).map_err(|_| Error::UnusableToken)?;
            value.set_sensitive(true);
            request.headers.insert(header::AUTHORIZATION, value);
        }
        Ok(request)
    }

    async fn within_token(
        &self,
        credential: &Credential,
        audience: &Audience,
    ) -> Result<AccessToken, Error> {
        let request = TokenRequest {
            audience: audience.clone(),
            tenant_id: self.tenant_id.clone(),
            subscription_id: self.subscription_id.clone(),
        };
        let now = self.clock.now();
        let token = self
            .within(credential.token(&request, &self.transport, now))
            .await??;
        (self.observer)(Event::Token {
            source: credential.source(),
            token: &token,
        });
        Ok(token)
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

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address must not be asked.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no token.
    #[error(transparent)]
    Credential(#[from] credential::Error),
    /// The token holds bytes that no header can carry.
    #[error("the token holds characters that no header can carry")]
    UnusableToken,
    /// Nothing came back.
    #[error(transparent)]
    Transport(#[from] transport::Error),
    /// A redirect that is not followed.
    #[error("HTTP {status}: redirected to `{to}`")]
    Redirect {
        /// The status.
        status: u16,
        /// The new address.
        to: String,
    },
    /// Redirects without end.
    #[error("more than {MOST_REDIRECTS} redirects, the last to `{last}`")]
    TooManyRedirects {
        /// The address that was not asked any more.
        last: String,
    },
    /// The run's time is over.
    #[error("timed out after {}", crate::client::words_of(*limit))]
    TimedOut {
        /// The time that was given.
        limit: Duration,
    },
}
