//! The client of one target, and the one loop that authorises, sends and waits. What it does next is decided by pure
//! functions: `transport::retry`, `transport::redirect`, `challenge`, `throttle`.

use std::rc::Rc;
use std::time::{Duration, SystemTime};

use http::{Method, StatusCode, header};
use url::Url;

use super::clock::Deadline;
use super::error::{Error, RedirectReason};
use super::event::{Event, Observer};
use super::monitor::is_presigned;
use super::shared::{Settings, Shared};
use super::tokens::Tokens;
use crate::azure::headers::X_MS_CLIENT_REQUEST_ID;
use crate::azure::{Origin, OutgoingRequest, Target, host_kind};
use crate::credential::TokenCache;
use crate::transport::redirect::{self, MOST_REDIRECTS, Redirect};
use crate::transport::{Request, Response};

/// Makes the requests to one target.
pub struct Client {
    /// What it shares with the other clients of the run.
    pub shared: Rc<Shared>,
    /// Whose token goes where.
    pub target: Target,
    /// The tenant, if the user named one.
    pub tenant_id: Option<String>,
    /// The subscription that the request is about.
    pub subscription_id: Option<String>,
    /// Tenants whose tokens are sent too.
    pub auxiliary_tenants: Vec<String>,
    /// Who gives each request its `x-ms-client-request-id`.
    pub request_ids: RequestIds,
    /// Who is notified.
    pub observer: Observer,
    /// The tokens for the target's audience, once they are there.
    pub(super) tokens: Rc<Tokens>,
}

/// Where the ids of requests come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestIds {
    /// Each attempt, page and poll has one of its own.
    Fresh,
    /// The user gave one for all.
    Given,
}

impl RequestIds {
    /// Puts a fresh id into the place of the one that a request has.
    fn name(self, request: &mut Request) {
        if self == Self::Fresh
            && let Some(id) = request.headers.get_mut(X_MS_CLIENT_REQUEST_ID)
            && let Ok(fresh) = uuid::Uuid::new_v4().to_string().parse()
        {
            *id = fresh;
        }
    }
}

/// What lets a request go out.
#[derive(Debug, Clone, Copy)]
enum Permission {
    /// The token, if the target admits it.
    Token,
    /// A signature in the address.
    Address,
}

impl Client {
    /// The client of a target, for whichever tenant and subscription its requests are about.
    pub fn for_target(shared: &Rc<Shared>, target: Target, observer: Observer) -> Self {
        Self {
            tokens: shared.tokens(target.audience.as_ref()),
            shared: Rc::clone(shared),
            target,
            tenant_id: None,
            subscription_id: None,
            auxiliary_tenants: Vec::new(),
            request_ids: RequestIds::Fresh,
            observer,
        }
    }

    /// A client for the same requests that tells another observer.
    #[must_use]
    pub fn like(&self, observer: Observer) -> Self {
        Self {
            shared: Rc::clone(&self.shared),
            target: self.target.clone(),
            tenant_id: self.tenant_id.clone(),
            subscription_id: self.subscription_id.clone(),
            auxiliary_tenants: self.auxiliary_tenants.clone(),
            request_ids: self.request_ids,
            observer,
            tokens: Rc::clone(&self.tokens),
        }
    }

    /// The end of the run, if it has one.
    pub fn deadline(&self) -> Option<Deadline> {
        self.settings().deadline
    }

    /// The time of day.
    pub fn now(&self) -> SystemTime {
        self.settings().clock.now()
    }

    /// The run's settings.
    pub(super) fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// Makes a request until its outcome is final: repeats what may be repeated, follows redirects within the origin. A
    /// response of any status is an `Ok`.
    pub async fn exchange(&self, request: Request) -> Result<Response, Error> {
        // Boxed: this is the innermost future of every run, and each caller would grow by its size.
        Box::pin(self.run(request, Permission::Token)).await
    }

    /// The same for an address outside of the target that carries its own permission: no token
    /// goes there, see [`is_presigned`].
    pub async fn exchange_presigned(&self, request: Request) -> Result<Response, Error> {
        Box::pin(self.run(request, Permission::Address)).await
    }

    async fn run(&self, request: Request, permission: Permission) -> Result<Response, Error> {
        let mut request = request;
        let mut redirects = 0;
        let mut counter = self.attempt_counter();
        let mut authorization = self.authorization_for(&request.url);
        loop {
            self.request_ids.name(&mut request);
            self.check_guard(&request)?;
            let authorised = match permission {
                Permission::Token => self.authorise(&request, &mut authorization).await?,
                Permission::Address if is_presigned(&request.url) => request.clone(),
                Permission::Address => {
                    self.target.admit(&request.url)?;
                    request.clone()
                }
            };
            let mut outcome = self.attempt(&request, &authorised).await?;
            if self
                .waits_to_repeat(&request, &mut outcome, &mut counter)
                .await?
            {
                continue;
            }
            let attempts = counter.attempts(self.settings().clock.elapsed());
            let mut response = outcome.map_err(|error| Error::Transport { error, attempts })?;
            response.attempts = attempts;
            (self.observer)(Event::Response(&response));
            let handled = self.handle_challenge(&mut authorization, &request, &mut response);
            if handled.await? {
                continue;
            }
            if self.settings().expected.contains(&response.status) {
                return Ok(response);
            }
            let location = response.location();
            let location = location.as_deref();
            match redirect::read(&request.method, response.status, location, &request.url) {
                Redirect::None if is_unasked_part(&request, &response) => {
                    return Err(Error::PartialContent);
                }
                Redirect::None => return Ok(response),
                Redirect::Unfollowed(to) => {
                    return Err(Error::Redirect {
                        status: response.status.as_u16(),
                        to,
                        reason: RedirectReason::Method(request.method.clone()),
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
            counter = self.attempt_counter();
            if redirects > MOST_REDIRECTS {
                return Err(Error::TooManyRedirects {
                    last: request.url.into(),
                });
            }
        }
    }

    /// Decides whether a request may leave: each one of the run, wherever a link or a redirect leads, before a token
    /// is asked for it.
    fn check_guard(&self, request: &Request) -> Result<(), Error> {
        let outgoing = OutgoingRequest {
            method: &request.method,
            url: &request.url,
            host: host_kind(&self.target.cloud, &request.url),
            headers: &request.headers,
            body: &request.body,
        };
        Ok(self.settings().guard.check(outgoing)?)
    }

    /// Gets the token of the first request, if it needs one, before anything is sent.
    pub async fn sign_in(&self) -> Result<(), Error> {
        let request = Request {
            method: Method::GET,
            url: self.target.url.clone(),
            headers: http::HeaderMap::new(),
            body: bytes::Bytes::new(),
        };
        let mut authorization = self.authorization_for(&request.url);
        self.authorise(&request, &mut authorization).await.map(drop)
    }

    /// Waits for a future, but not beyond the deadline.
    pub async fn within<T>(&self, future: impl Future<Output = T>) -> Result<T, Error> {
        Deadline::within(self.settings().deadline, future).await
    }

    /// Passes on what the cache of tokens has to say.
    pub(super) fn tell_of_cache(&self) {
        let notes = self.settings().cache.as_ref().map(TokenCache::take_notes);
        for note in notes.iter().flatten() {
            (self.observer)(Event::Cache(note));
        }
    }

    /// Waits before a request, but not beyond the deadline.
    pub async fn pause_for(&self, pause: Duration) -> Result<(), Error> {
        wait(self.settings().deadline, pause).await
    }
}

/// Tells whether a response is a part of the answer, and the request has not named one. A part that is the whole is not
/// a part.
fn is_unasked_part(request: &Request, response: &Response) -> bool {
    let mut names = [header::RANGE.as_str(), "x-ms-range"].into_iter();
    let range = response.header("content-range").unwrap_or_default();
    response.status == StatusCode::PARTIAL_CONTENT
        && !names.any(|name| request.headers.contains_key(name))
        && !is_whole_range(range)
}

/// Tells whether a `Content-Range` is that of the whole: `bytes 0-453/454`.
fn is_whole_range(range: &str) -> bool {
    let read = || {
        let (bytes, total) = range.strip_prefix("bytes 0-")?.split_once('/')?;
        let (last, total): (u64, u64) = (bytes.parse().ok()?, total.parse().ok()?);
        Some(last.checked_add(1)? == total)
    };
    read().unwrap_or(false)
}

/// Waits, but not beyond a deadline.
#[expect(clippy::disallowed_methods, reason = "this is the file that waits")]
pub async fn wait(deadline: Option<Deadline>, pause: Duration) -> Result<(), Error> {
    Deadline::within(deadline, tokio::time::sleep(pause)).await
}

/// Follows a redirect only within the origin: a token, a body and the user's headers are for it.
fn follow(from: &Url, to: Url, response: &Response) -> Result<Url, Error> {
    if Origin::of(from) == Origin::of(&to) && to.username().is_empty() && to.password().is_none() {
        return Ok(to);
    }
    Err(Error::Redirect {
        status: response.status.as_u16(),
        to: to.into(),
        reason: RedirectReason::Origin,
    })
}
