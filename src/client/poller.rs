//! What a response means for an operation that is being watched, and what is requested next. Who waits and sends:
//! `app::exchange::polling`.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use url::Url;

use super::error::Error;
use super::hop::restrict_headers;
use super::html::is_html;
use super::monitor::{self, Monitor, MonitorError, ResponseView};
use super::operation::{BadEnd, OperationBody, StateMeaning};
use super::pager::FIRST_ONLY;
use crate::azure::{ErrorDetail, Target};
use crate::transport::redirect::MOST_REDIRECTS;
use crate::transport::{Request, WholeBody};

/// Responses of 404 that are taken for "not there yet" before any other response (App Service
/// deployments; hashicorp/go-azure-sdk#740, Azure/azure-sdk-for-go#19385).
const MOST_NOT_FOUND: u32 = 3;
/// How often a status monitor that answers without a state is asked again.
const MOST_STATELESS: u32 = 5;
/// The first pause if the service asks for none.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
/// Where pauses stop growing.
const LONGEST_OWN_PAUSE: Duration = Duration::from_secs(30);
/// Polls that follow each other at once if the service asks for that; then it is taken for a fault.
const EAGER_POLLS: u32 = 50;
/// The shortest pause after that.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// What comes next.
#[derive(Debug, Clone, PartialEq)]
pub enum PollStep {
    /// The operation is still running: ask again after a pause.
    Wait {
        /// The state in the service's words.
        state: Option<String>,
        /// How far it is, in percent.
        percent: Option<String>,
    },
    /// It has succeeded: the result is somewhere else, ask for it at once.
    Fetch,
    /// It has succeeded, and the result is here.
    Print(ResultContent),
    /// It has succeeded, but its result is missing.
    NoResult,
    /// It has ended without success.
    Ended {
        /// How.
        end: BadEnd,
        /// Why.
        detail: Option<Box<ErrorDetail>>,
    },
    /// The response is an error that says nothing about the operation.
    Unreadable,
    /// A success that says nothing either: the page of a proxy, or JSON that was cut.
    Garbled,
    /// A status monitor has answered again and again, and never with a state.
    Stateless,
}

/// What of a response is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResultContent {
    /// All of it.
    Whole,
    /// This.
    Part(Bytes),
    /// Nothing: what was there is gone.
    Nothing,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Stage {
    /// The operation is still running.
    Watching,
    /// It has succeeded, and its result is at an address. What the monitor said stands in if nothing is there (Cosmos
    /// DB).
    Fetching { url: Url, instead: Option<Bytes> },
}

/// Follows one operation.
#[derive(Debug, Clone)]
pub struct Poller {
    /// The verb that started it.
    method: Method,
    /// The request for the state, except for its address.
    template: Request,
    /// The address that started it.
    first_url: Url,
    monitor: Monitor,
    location: Option<Url>,
    stage: Stage,
    not_found: u32,
    is_heard: bool,
    /// Answers in a row that should have named a state.
    stateless: u32,
    redirects: u32,
    polls: u32,
    pause: Duration,
}

impl Poller {
    /// A poller of the operation that `request` has started.
    pub fn new(request: &Request, monitor: Monitor, location: Option<Url>) -> Self {
        let mut template = Request {
            method: Method::GET,
            url: request.url.clone(),
            headers: request.headers.clone(),
            body: Bytes::new(),
        };
        for name in FIRST_ONLY {
            template.headers.remove(name);
        }
        Self {
            method: request.method.clone(),
            first_url: request.url.clone(),
            template,
            monitor,
            location,
            stage: Stage::Watching,
            not_found: 0,
            is_heard: false,
            stateless: 0,
            redirects: 0,
            polls: 0,
            pause: FIRST_PAUSE,
        }
    }

    /// A poller of an address that the user gave.
    pub fn of_address(request: &Request) -> Self {
        Self::new(request, Monitor::Address(request.url.clone()), None)
    }

    /// Returns the address that is requested next.
    pub fn url(&self) -> &Url {
        match &self.stage {
            Stage::Watching => self.monitor.url(),
            Stage::Fetching { url, .. } => url,
        }
    }

    /// Tells whether only the absence of the resource says that the operation has succeeded.
    pub fn ends_by_absence(&self) -> bool {
        self.monitor.ends_by_absence(&self.method)
    }

    /// Tells whether the operation has succeeded, and only its result is missing.
    pub fn is_fetching(&self) -> bool {
        self.stage != Stage::Watching
    }

    /// Returns the next request: the caller's headers, except for those that were about the body or the state of the
    /// resource. Nothing of the caller is sent to an address outside of the target.
    pub fn request(&self, target: &Target) -> Request {
        let mut request = Request {
            url: self.url().clone(),
            ..self.template.clone()
        };
        restrict_headers(&mut request, target);
        request
    }

    /// Tells whether the next request goes out without a token.
    pub fn is_presigned(&self, target: &Target) -> bool {
        self.is_fetching() && target.admit(self.url()).is_err()
    }

    /// Decides how long to wait: as long as the service asks, else a growing while.
    pub fn pause(&mut self, asked: Option<Duration>, longest: Duration) -> Duration {
        self.polls = self.polls.saturating_add(1);
        let pause = match asked {
            Some(asked) if self.polls > EAGER_POLLS => asked.max(SHORTEST_PAUSE),
            Some(asked) => asked,
            None => {
                let pause = self.pause;
                self.pause = pause.mul_f64(1.5).min(LONGEST_OWN_PAUSE);
                pause
            }
        };
        pause.min(longest)
    }

    /// Takes note that the address responds.
    pub fn hear(&mut self) {
        self.is_heard = true;
    }

    /// Takes a redirect to another origin: a result that carries its own permission is fetched
    /// only there. Tells whether it was taken.
    ///
    /// # Errors
    /// More redirects than one request may have.
    pub fn redirected(&mut self, to: &str) -> Result<bool, Error> {
        let Ok(url) = Url::parse(to) else {
            return Ok(false);
        };
        let is_result = matches!(self.monitor, Monitor::Location(_) | Monitor::Address(_));
        if !monitor::is_presigned(&url) || !(is_result || self.is_fetching()) {
            return Ok(false);
        }
        self.redirects += 1;
        if self.redirects > MOST_REDIRECTS {
            return Err(Error::TooManyRedirects { last: url.into() });
        }
        let instead = match &mut self.stage {
            Stage::Watching => None,
            Stage::Fetching { instead, .. } => instead.take(),
        };
        self.stage = Stage::Fetching { url, instead };
        Ok(true)
    }

    /// Reads a response.
    pub fn read(
        &mut self,
        response: ResponseView<'_>,
        target: &Target,
    ) -> Result<PollStep, MonitorError> {
        let (status, bytes) = (response.status, response.body.bytes());
        let read = OperationBody::read(response.body);
        if self.is_fetching() {
            return Ok(self.fetched(response, &read.unwrap_or_default()));
        }
        if !status.is_success() {
            return Ok(self.failed(status, response.headers, bytes));
        }
        self.is_heard = true;
        if self.is_garbled(response.headers, response.body) {
            return Ok(PollStep::Garbled);
        }
        let body = read.unwrap_or_default();
        if status != StatusCode::ACCEPTED && body.is_error_alone() {
            return Ok(ended(BadEnd::Failed, &body));
        }
        // The address of a status monitor stays (Azure/azure-sdk-for-net#30952), a `Location` moves.
        let moved = monitor::link(response, "location", &self.first_url);
        match (&self.monitor, status) {
            (Monitor::Location(_) | Monitor::Address(_), StatusCode::ACCEPTED) => {
                if let Some(url) = moved? {
                    let written = monitor::written(response, "location");
                    monitor::admit(&url, &written, target)?;
                    self.monitor = Monitor::Location(url);
                } else if body.status().is_none() {
                    self.monitor = Monitor::Location(self.monitor.url().clone());
                }
            }
            (Monitor::Status(_), _) => {
                self.location = moved.unwrap_or_default().or(self.location.take());
            }
            (_, _) => {}
        }
        let is_monitor = match &self.monitor {
            Monitor::Status(_) => true,
            Monitor::Address(_) => body.is_monitor() || self.monitor.must_name_state(),
            Monitor::Location(_) if status == StatusCode::ACCEPTED => body.is_monitor(),
            Monitor::Resource(_) | Monitor::Location(_) => body.is_bare_operation(),
        };
        match &self.monitor {
            _ if is_monitor => self.by_status(status, PollBody { bytes, said: &body }, target),
            Monitor::Location(_) if status == StatusCode::ACCEPTED => Ok(waiting(&body)),
            Monitor::Location(_) => match self.bad_end_of_resource(&body) {
                Some(step) => Ok(step),
                None => self.over(status, bytes, target),
            },
            Monitor::Status(_) | Monitor::Resource(_) | Monitor::Address(_) => {
                self.by_resource(status, PollBody { bytes, said: &body }, target)
            }
        }
    }

    /// What the response at the address of the result means. If a resource was to be made, it must be there; the result
    /// of an action may never come (Cosmos DB).
    fn fetched(&self, response: ResponseView<'_>, body: &OperationBody<'_>) -> PollStep {
        let Stage::Fetching { instead, .. } = &self.stage else {
            return PollStep::Unreadable;
        };
        match (response.status, instead) {
            (StatusCode::ACCEPTED, _) => waiting(body),
            (StatusCode::NOT_FOUND | StatusCode::GONE, _) if self.makes_resource() => {
                PollStep::Unreadable
            }
            (StatusCode::NOT_FOUND | StatusCode::GONE, Some(part)) => {
                PollStep::Print(ResultContent::Part(part.clone()))
            }
            (StatusCode::NOT_FOUND | StatusCode::GONE, None) => PollStep::NoResult,
            (status, _) if status.is_success() => {
                if self.makes_resource() && self.is_garbled(response.headers, response.body) {
                    PollStep::Garbled
                } else {
                    self.bad_end_of_resource(body)
                        .unwrap_or(PollStep::Print(ResultContent::Whole))
                }
            }
            _ => PollStep::Unreadable,
        }
    }

    /// What it means if the resource that was to be made or changed says that this has failed, whatever the operation
    /// says. The result of an action may be a resource that had failed before.
    fn bad_end_of_resource(&self, body: &OperationBody<'_>) -> Option<PollStep> {
        let state = body
            .provisioning_state()
            .filter(|_| self.makes_resource())?;
        match StateMeaning::of(&state) {
            StateMeaning::Ended(end) => Some(ended(end, body)),
            StateMeaning::Running | StateMeaning::Succeeded => None,
        }
    }

    fn makes_resource(&self) -> bool {
        matches!(self.method, Method::PUT | Method::PATCH)
    }

    /// Tells whether a success cannot be about the operation: to take it for one would be to say that all went well.
    /// The result of an action, or what an address of the user's answers, may be something else than JSON.
    pub fn is_garbled(&self, headers: &HeaderMap, body: &WholeBody) -> bool {
        let content_type = headers.get(header::CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        let content_type = content_type.unwrap_or_default().to_ascii_lowercase();
        let bytes = body.bytes().trim_ascii();
        if bytes.is_empty() {
            return false;
        }
        if is_html(&content_type, bytes) {
            return true;
        }
        let is_json = OperationBody::read(body).is_ok();
        let should_be = content_type.contains("json") || bytes.starts_with(b"{");
        let must_be = self.makes_resource()
            || matches!(self.monitor, Monitor::Resource(_))
            || self.monitor.must_name_state();
        !is_json && (should_be || must_be)
    }

    /// A response that is not at a success. 4xx at a `Location` is the operation's own failure (a blocked
    /// deletion of a resource group); at a status monitor it says nothing about the operation.
    fn failed(&mut self, status: StatusCode, headers: &HeaderMap, bytes: &Bytes) -> PollStep {
        let gone = matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE);
        let is_deleted = gone && self.method == Method::DELETE;
        if gone && self.ends_by_absence() {
            return PollStep::Print(ResultContent::Nothing);
        }
        if status == StatusCode::NOT_FOUND && !self.is_heard && self.not_found < MOST_NOT_FOUND {
            self.not_found += 1;
            return PollStep::Wait {
                state: None,
                percent: None,
            };
        }
        self.is_heard = true;
        if is_deleted && matches!(self.monitor, Monitor::Location(_)) {
            // The address of the operation goes with the resource (Azure/azure-cli#15884).
            return PollStep::Print(ResultContent::Nothing);
        }
        if is_deleted && matches!(self.monitor, Monitor::Status(_)) {
            // A status monitor may go with the resource as well (Azure/go-autorest#596): the resource itself tells.
            self.monitor = Monitor::Resource(self.first_url.clone());
            return PollStep::Wait {
                state: None,
                percent: None,
            };
        }
        let of_request = matches!(status.as_u16(), 401 | 408 | 429);
        let of_operation = self.monitor.is_of_operation(status);
        if of_operation && status.is_client_error() && !of_request {
            let content_type = headers
                .get(header::CONTENT_TYPE)
                .and_then(|value| value.to_str().ok());
            return PollStep::Ended {
                end: BadEnd::Failed,
                detail: ErrorDetail::parse(bytes, content_type).map(Box::new),
            };
        }
        PollStep::Unreadable
    }

    /// Judges by `status`, or by the state of the resource. 202 says that it is still running, 204 that it has ended well.
    /// Any other response without a state has failed if it names an error, and says only that: it is asked for again.
    fn by_status(
        &mut self,
        status: StatusCode,
        read: PollBody<'_>,
        target: &Target,
    ) -> Result<PollStep, MonitorError> {
        let body = read.said;
        let state = body.status().or_else(|| body.provisioning_state());
        let meaning = match state {
            Some(state) => body.meaning_of(&state),
            None if status == StatusCode::ACCEPTED => StateMeaning::Running,
            // There is nothing more to say (Azure/azure-sdk-for-net#52402).
            None if status == StatusCode::NO_CONTENT => StateMeaning::Succeeded,
            None if body.names_error() => StateMeaning::Ended(BadEnd::Failed),
            None => {
                self.stateless += 1;
                return Ok(if self.stateless > MOST_STATELESS {
                    PollStep::Stateless
                } else {
                    waiting(body)
                });
            }
        };
        self.stateless = 0;
        match meaning {
            StateMeaning::Running => Ok(waiting(body)),
            StateMeaning::Ended(end) => Ok(ended(end, body)),
            StateMeaning::Succeeded => self.succeeded(read, target),
        }
    }

    /// Judges by `provisioningState`; a resource without one is ready.
    fn by_resource(
        &mut self,
        status: StatusCode,
        read: PollBody<'_>,
        target: &Target,
    ) -> Result<PollStep, MonitorError> {
        let PollBody { bytes, said: body } = read;
        match body
            .provisioning_state()
            .map(|state| StateMeaning::of(&state))
        {
            Some(StateMeaning::Ended(end)) => Ok(ended(end, body)),
            Some(StateMeaning::Running) => Ok(waiting(body)),
            _ if status == StatusCode::ACCEPTED => Ok(waiting(body)),
            // What is to be deleted is still there.
            _ if self.method == Method::DELETE && status != StatusCode::NO_CONTENT => {
                Ok(PollStep::Wait {
                    state: None,
                    percent: None,
                })
            }
            _ => self.over(status, bytes, target),
        }
    }

    /// The response at hand is what the verb would have returned at once.
    fn over(
        &mut self,
        status: StatusCode,
        bytes: &Bytes,
        target: &Target,
    ) -> Result<PollStep, MonitorError> {
        let is_empty = bytes.is_empty() || status == StatusCode::NO_CONTENT;
        match self.method {
            Method::DELETE => Ok(PollStep::Print(ResultContent::Nothing)),
            Method::PUT | Method::PATCH if is_empty => {
                self.fetch(self.first_url.clone(), None, target)
            }
            _ => Ok(PollStep::Print(ResultContent::Whole)),
        }
    }

    /// A status monitor says that all went well: the verb decides where the result is.
    fn succeeded(&mut self, read: PollBody<'_>, target: &Target) -> Result<PollStep, MonitorError> {
        let PollBody { bytes, said: body } = read;
        if self.method == Method::DELETE {
            return Ok(PollStep::Print(ResultContent::Nothing));
        }
        if let Some(link) = body.resource_location()
            && let Some(url) = monitor::resolve(&link, self.monitor.url(), &self.first_url)?
        {
            return self.fetch(url, None, target);
        }
        if matches!(self.method, Method::PUT | Method::PATCH) {
            return self.fetch(self.first_url.clone(), None, target);
        }
        let result = body.result().map(|text| bytes.slice_ref(text.as_bytes()));
        match self.location.take() {
            Some(url) if url != *self.monitor.url() => self.fetch(url, result, target),
            _ => Ok(PollStep::Print(
                result.map_or(ResultContent::Whole, ResultContent::Part),
            )),
        }
    }

    fn fetch(
        &mut self,
        url: Url,
        instead: Option<Bytes>,
        target: &Target,
    ) -> Result<PollStep, MonitorError> {
        if !monitor::is_presigned(&url) {
            monitor::admit(&url, url.as_str(), target)?;
        }
        self.stage = Stage::Fetching { url, instead };
        Ok(PollStep::Fetch)
    }
}

/// The body of a response to a poll, as it came and as it was read.
#[derive(Debug, Clone, Copy)]
struct PollBody<'a> {
    bytes: &'a Bytes,
    said: &'a OperationBody<'a>,
}

fn waiting(body: &OperationBody<'_>) -> PollStep {
    PollStep::Wait {
        state: body.status().or_else(|| body.provisioning_state()),
        percent: body.percent(),
    }
}

fn ended(end: BadEnd, body: &OperationBody<'_>) -> PollStep {
    PollStep::Ended {
        end,
        detail: body.error().map(Box::new),
    }
}
