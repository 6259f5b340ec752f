//! Waits for an operation: pauses, requests its state and shows it, until `client::Poller` says that it has ended. Who
//! prints the result: `answer`.

use std::time::Duration;

use bytes::Bytes;
use http::Method;
use tokio::time::Instant;

use crate::app::exchange::resume_command;
use crate::app::exchange::wait_condition::Condition;
use crate::app::session::run::Session;
use crate::app::session::trace;
use crate::app::terminal::signals::interruptible;
use crate::azure::Shown;
use crate::client::{
    self, BadEnd, Client, Detected, OpenedResponse, OperationBody, PollStep, Poller,
    RequestSummary, ResponseView, ResultContent, ServiceError, detect, is_finished_by_head,
    words_of,
};
use crate::error::{Error, FailedOperation, Failure, OperationState};
use crate::output::{Console, Verbosity};
use crate::plan::{RequestPlan, Waiting};
use crate::transport::retry::retry_after;
use crate::transport::{Body, BodyPrefix, Request, Response, WholeBody};

/// The time of a progress line changes this often.
const TICK: Duration = Duration::from_secs(1);

/// A response that decides how a wait continues is read in full, up to this size.
const MOST_JUDGED: usize = 64 << 20;

/// How waiting begins.
enum Start {
    /// By asking.
    Now,
    /// By asking after a pause.
    After(Duration),
    /// With a response that is there.
    With(Box<OpenedResponse>),
}

/// What waiting needs to know.
pub(crate) struct Watch<'a> {
    client: &'a Client,
    plan: &'a RequestPlan,
    console: Console,
    on_terminal: bool,
    until: Option<Condition>,
    started: Instant,
    shown: String,
    is_pause_noted: bool,
    is_missed_noted: bool,
}

impl<'a> Watch<'a> {
    /// A watch until the condition of the plan holds, if it has one.
    pub(crate) fn new(session: &'a Session) -> Result<Self, Error> {
        let until = match &session.plan.waiting {
            Waiting::Address { until: Some(until) } => Some(Condition::of(until)?),
            Waiting::Address { until: None } | Waiting::Operation | Waiting::No => None,
        };
        Ok(Self {
            until,
            ..Self::of(session)
        })
    }

    /// A watch without a condition.
    pub(crate) fn of(session: &'a Session) -> Self {
        let console = session.console;
        Self {
            client: &session.client,
            plan: &session.plan,
            console,
            on_terminal: session.env.shows_progress() && console.verbosity == Verbosity::Normal,
            until: None,
            started: Instant::now(),
            shown: String::new(),
            is_pause_noted: false,
            is_missed_noted: false,
        }
    }

    /// Continues from a response until a condition holds.
    pub(crate) async fn until(
        &mut self,
        condition: Condition,
        mut first: OpenedResponse,
    ) -> Result<OpenedResponse, Failure> {
        self.until = Some(condition);
        self.client.read_on(&mut first, self.most_judged()).await?;
        let mut poller = Poller::of_address(&first.request);
        self.finish_watching(&mut poller, Start::With(Box::new(first)))
            .await
    }

    /// Watches an address from the start.
    pub(crate) async fn address(&mut self, request: &Request) -> Result<OpenedResponse, Failure> {
        let mut poller = Poller::of_address(request);
        self.finish_watching(&mut poller, Start::Now).await
    }

    /// Continues from the first response: waits if that was asked for, and notes a running operation if it was not.
    pub(crate) async fn started(
        &mut self,
        mut first: OpenedResponse,
    ) -> Result<OpenedResponse, Failure> {
        let (status, headers) = (first.response.status, &first.response.headers);
        if !status.is_success() {
            return Ok(first);
        }
        let waits = self.plan.waiting != Waiting::No;
        if first.request.method == Method::GET {
            if !waits {
                return Ok(first);
            }
            self.client.read_on(&mut first, self.most_judged()).await?;
            let mut poller = Poller::of_address(&first.request);
            return self
                .finish_watching(&mut poller, Start::With(Box::new(first)))
                .await;
        }
        if is_finished_by_head(&first.request, status, headers) {
            return Ok(first);
        }
        self.client.read_on(&mut first, self.most_judged()).await?;
        let detected = self.whole(&first).map(|body| {
            let view = view_of(&first, &body);
            detect(&first.request, view, &self.client.target)
        });
        if !waits {
            if let Some(note) = detected.ok().and_then(|detected| self.note_of(detected)) {
                self.console.note_command(&note);
            }
            return Ok(first);
        }
        match detected?.map_err(Error::Monitor)? {
            Detected::Finished => Ok(first),
            Detected::Garbled => Err(no_state(&first).into()),
            Detected::Unwatched => {
                self.console
                    .note("the request was accepted, and no response tells how to follow it");
                Ok(first)
            }
            Detected::Ended { end, detail } => Err(failure(
                RequestSummary::of(&first.request),
                end,
                detail,
                &first.response,
                Bytes::new(),
            )
            .into()),
            Detected::Running {
                monitor, location, ..
            } => {
                let mut poller = Poller::new(&first.request, monitor, location);
                let asked = retry_after(&first.response.headers, self.client.shared.clock().now());
                let pause = poller.pause(asked, self.plan.options.network.retry_max_wait);
                self.show(None, None);
                self.finish_watching(&mut poller, Start::After(pause)).await
            }
        }
    }

    /// What is said about an operation that is not waited for.
    fn note_of(&self, detected: Result<Detected, client::MonitorError>) -> Option<Shown> {
        match detected {
            Ok(Detected::Running {
                monitor,
                is_evident: true,
                ..
            }) => {
                let is_deleted = monitor.ends_by_absence(&self.plan.method);
                let until = is_deleted.then_some(&Condition::Deleted);
                Some(
                    Shown::from("the operation is still running; wait for it with `")
                        .with(resume_command::wait(
                            monitor.url().as_str(),
                            until,
                            self.plan,
                        ))
                        .with("`"),
                )
            }
            Ok(Detected::Unwatched) => {
                Some("the request was accepted, and no response tells how to follow it".into())
            }
            Ok(
                Detected::Finished
                | Detected::Garbled
                | Detected::Ended { .. }
                | Detected::Running { .. },
            ) => None,
            Err(refusal) => Some(Shown::from(format!(
                "the operation may still be running; it cannot be followed: {refusal}"
            ))),
        }
    }

    /// Waits to the end, and adds to an error how to continue.
    async fn finish_watching(
        &mut self,
        poller: &mut Poller,
        start: Start,
    ) -> Result<OpenedResponse, Failure> {
        let outcome = interruptible(Box::pin(self.poll(poller, start))).await;
        if self.on_terminal && !self.shown.is_empty() {
            self.console.end_progress();
            if outcome.is_ok() {
                let elapsed = Duration::from_secs(self.started.elapsed().as_secs());
                let word = match self.until {
                    Some(Condition::Deleted) => "it is gone after",
                    Some(Condition::Member { .. } | Condition::Query { .. }) => {
                        "the condition is met after"
                    }
                    None => "Succeeded in",
                };
                self.console.note(format!("{word} {}", words_of(elapsed)));
            }
        }
        outcome.map_err(|error| self.explained(error, poller))
    }

    async fn poll(&mut self, poller: &mut Poller, start: Start) -> Result<OpenedResponse, Error> {
        let mut first = match start {
            Start::Now => None,
            Start::With(first) => Some(*first),
            Start::After(pause) => {
                self.wait(pause).await?;
                None
            }
        };
        loop {
            let opened = match first.take() {
                Some(first) => first,
                None => match self.ask(poller).await {
                    Ok(opened) => opened,
                    Err(error) => {
                        if let Error::Client(client::Error::Redirect { to, .. }) = &error
                            && poller.redirected(to)?
                        {
                            continue;
                        }
                        return Err(error);
                    }
                },
            };
            match self.judge(poller, &opened)? {
                PollStep::Wait { state, percent } => {
                    self.show(state.as_deref(), percent.as_deref());
                    let headers = &opened.response.headers;
                    let asked = retry_after(headers, self.client.shared.clock().now());
                    self.wait(poller.pause(asked, self.plan.options.network.retry_max_wait))
                        .await?;
                }
                PollStep::Fetch => {}
                PollStep::Print(content) => return Ok(with_content(opened, content)),
                PollStep::NoResult => {
                    let status = opened.response.status.as_u16();
                    self.console.note(format!(
                        "the operation succeeded; its result is not there (HTTP {status})"
                    ));
                    return Ok(with_content(opened, ResultContent::Nothing));
                }
                PollStep::Ended { end, detail } => {
                    let asked = RequestSummary {
                        method: self.plan.method.clone(),
                        url: self.plan.target.url.clone(),
                        conditions: Vec::new(),
                    };
                    let body = opened.bytes().clone();
                    return Err(failure(asked, end, detail, &opened.response, body));
                }
                PollStep::Garbled => return Err(no_state(&opened)),
                PollStep::Stateless => return Err(Error::Stateless),
                PollStep::Unreadable => {
                    let OpenedResponse {
                        request,
                        mut response,
                        prefix,
                    } = opened;
                    response.body = Body::of(prefix.bytes().clone());
                    let error = ServiceError::read(&request, response, self.client.now()).await;
                    return Err(Error::Service(Box::new(error)));
                }
            }
        }
    }

    /// Makes one request.
    async fn ask(&self, poller: &Poller) -> Result<OpenedResponse, Error> {
        let request = poller.request(&self.client.target);
        if !poller.is_presigned(&self.client.target) {
            let response = self.client.exchange(request.clone()).await?;
            let opened = self.client.open(request, response, self.most_judged());
            return Ok(opened.await?);
        }
        let mut response = self.client.exchange_presigned(request.clone()).await?;
        let begun = response.body.begin(BodyPrefix::WHOLE);
        let prefix = self.client.within(begun).await??;
        Ok(OpenedResponse {
            request,
            response,
            prefix,
        })
    }

    /// Judges a response by the condition, if there is one, else by what it says of the operation.
    fn judge(&mut self, poller: &mut Poller, opened: &OpenedResponse) -> Result<PollStep, Error> {
        let body = match self.whole(opened) {
            Ok(body) => body,
            // The result of an action decides nothing, and is printed while it arrives.
            Err(_) if poller.is_fetching() && opened.response.status.is_success() => {
                return Ok(PollStep::Print(ResultContent::Whole));
            }
            Err(error) => return Err(error),
        };
        match &self.until {
            Some(until) if until.is_met_by_absence(opened.response.status, &body) => {
                Ok(PollStep::Print(ResultContent::Nothing))
            }
            Some(until) if opened.response.status.is_success() => {
                poller.hear();
                if until.holds(&body) {
                    return Ok(PollStep::Print(ResultContent::Whole));
                }
                if !self.is_missed_noted
                    && let Some(missed) = until.missed(&body)
                {
                    self.console.note(missed);
                    self.is_missed_noted = true;
                }
                if poller.is_garbled(&opened.response.headers, &body) {
                    return Ok(PollStep::Garbled);
                }
                let said = OperationBody::read(&body).unwrap_or_default();
                Ok(PollStep::Wait {
                    state: said.state(),
                    percent: said.percent(),
                })
            }
            Some(_) | None => poller
                .read(view_of(opened, &body), &self.client.target)
                .map_err(Error::Monitor),
        }
    }

    /// A response that is larger is not judged.
    fn most_judged(&self) -> usize {
        self.plan.options.paging.max_memory().min(MOST_JUDGED)
    }

    /// The whole body of a response, which alone is judged.
    fn whole(&self, opened: &OpenedResponse) -> Result<WholeBody, Error> {
        let limit = self.most_judged();
        opened.whole().ok_or(Error::TooLargeToJudge { limit })
    }

    /// Waits; on a terminal the time is counted in the status line.
    async fn wait(&mut self, pause: Duration) -> Result<(), Error> {
        if !self.on_terminal && pause > trace::NOTED && !self.is_pause_noted {
            let words = words_of(pause);
            self.console.note(format!(
                "waiting {words} before its state is asked for again"
            ));
            self.is_pause_noted = true;
        }
        let mut left = pause;
        while self.on_terminal && left > TICK {
            self.draw();
            self.client.pause_for(TICK).await?;
            left = left.saturating_sub(TICK);
        }
        Ok(self.client.pause_for(left).await?)
    }

    /// Shows the state: a note for each change, one line on a terminal.
    fn show(&mut self, state: Option<&str>, percent: Option<&str>) {
        let state: String = state.unwrap_or("still running").chars().take(40).collect();
        let words = match percent {
            Some(percent) => format!("{state}, {percent} %"),
            None => state,
        };
        if self.on_terminal {
            self.shown = words;
            self.draw();
        } else if words != self.shown {
            let what = if self.until.is_some() {
                "its state"
            } else {
                "the operation"
            };
            self.console.note(format!("{what} is {words}"));
            self.shown = words;
        }
    }

    fn draw(&self) {
        let passed = Duration::from_secs(self.started.elapsed().as_secs());
        let text = format!("waiting: {}, {}", self.shown, words_of(passed));
        self.console.progress(&text);
    }

    /// Adds the command that continues, if continuing may help.
    fn explained(&self, error: Error, poller: &Poller) -> Failure {
        let (url, plan) = (poller.url().as_str(), self.plan);
        if matches!(error, Error::Operation(_) | Error::Monitor(_)) {
            return error.into();
        }
        let passes = if let Error::Service(error) = &error {
            let status = error.status.as_u16();
            !poller.is_fetching() && (status >= 500 || matches!(status, 401 | 408 | 429))
        } else if let Error::Client(client::Error::Transport { .. }) = &error {
            !poller.is_fetching()
        } else {
            let over = matches!(error, Error::Client(client::Error::TimedOut { .. }));
            let unread = matches!(error, Error::NoState { .. } | Error::Stateless);
            over || matches!(error, Error::Interrupted) || (unread && !poller.is_fetching())
        };
        // What does not tell the state of a write has not refused the write.
        let is_of_write = plan.waiting == Waiting::Operation
            && plan.method != Method::GET
            && self.until.is_none();
        let is_refused = matches!(
            &error,
            Error::Service(_) | Error::Client(client::Error::Transport { .. })
        );
        let is_deleted = poller.ends_by_absence();
        let until = self.until.as_ref();
        let until = until.or(is_deleted.then_some(&Condition::Deleted));
        let go_on = || resume_command::wait(url, until, plan);
        let failure = Failure::from(error);
        if is_of_write && is_refused && !poller.is_fetching() {
            return failure.with_operation(OperationState::Unknown, go_on());
        }
        if passes {
            return failure.with_operation(OperationState::Running, go_on());
        }
        if poller.is_fetching() {
            let command = resume_command::of("GET", url, self.plan);
            return failure.with_operation(OperationState::Succeeded, command);
        }
        failure
    }
}

/// The response with that of its body which is printed.
fn with_content(mut opened: OpenedResponse, content: ResultContent) -> OpenedResponse {
    match content {
        ResultContent::Whole => {}
        ResultContent::Part(bytes) => opened.prefix = BodyPrefix::Whole(bytes),
        ResultContent::Nothing => opened.prefix = BodyPrefix::Whole(Bytes::new()),
    }
    opened
}

fn view_of<'a>(opened: &'a OpenedResponse, body: &'a WholeBody) -> ResponseView<'a> {
    ResponseView {
        url: &opened.response.url,
        status: opened.response.status,
        headers: &opened.response.headers,
        body,
    }
}

fn no_state(opened: &OpenedResponse) -> Error {
    let content_type = opened.response.header("content-type").map(str::to_owned);
    Error::NoState { content_type }
}

fn failure(
    asked: RequestSummary,
    end: BadEnd,
    detail: Option<Box<crate::azure::ErrorDetail>>,
    response: &Response,
    body: Bytes,
) -> Error {
    let error = ServiceError::of(asked, response, body, detail.map(|detail| *detail));
    Error::Operation(Box::new(FailedOperation { end, error }))
}
