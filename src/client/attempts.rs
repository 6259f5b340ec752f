//! The attempts of one request: each in its turn, and again if `transport::retry` and the run's budget allow it. Who
//! attaches the token and follows redirects: `exchange`.

use std::time::Duration;

use super::error::Error;
use super::event::{Event, Observer};
use super::exchange::Client;
use super::recording::RecordedAttempt;
use super::throttle::Slowdown;
use crate::transport::retry::{self, Attempts, Decision, FinishedAttempt, Outcome, retry_after};
use crate::transport::{self, Request, Response};

/// This much is read of an answer that is not taken, if it is recorded.
const MOST_OF_REFUSAL: usize = 256 * 1024;

/// Counts the attempts of one request.
pub(super) struct AttemptCounter {
    started: Duration,
    attempts: Attempts,
}

impl AttemptCounter {
    pub(super) fn attempts(&self, now: Duration) -> Attempts {
        Attempts {
            duration: now.saturating_sub(self.started),
            ..self.attempts
        }
    }
}

/// Tells the observer when a pause is over, also if the run gave it up.
struct Waiting<'a>(&'a Observer);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        (self.0)(Event::Waited);
    }
}

impl Client {
    pub(super) fn attempt_counter(&self) -> AttemptCounter {
        AttemptCounter {
            started: self.settings().clock.elapsed(),
            attempts: Attempts::default(),
        }
    }

    /// Makes one attempt, after the pause that the throttle asks for.
    pub(super) async fn attempt(
        &self,
        request: &Request,
        authorised: &Request,
    ) -> Result<Result<Response, transport::Error>, Error> {
        let slowdown = self.slowdown(request);
        if let Some(slowdown) = slowdown {
            (self.observer)(Event::Slowed(&slowdown));
            let _told = Waiting(&self.observer);
            self.pause_for(slowdown.pause).await?;
        }
        (self.observer)(Event::Request(request));
        self.settings().usage.sent();
        let under_way =
            self.settings().recorder.as_ref().map(|recorder| {
                RecordedAttempt::begin(recorder, self.settings().clock, authorised)
            });
        let outcome = self
            .within(self.settings().transport.send(authorised))
            .await?;
        if let Some(under_way) = under_way {
            under_way.settle(&outcome);
        }
        let head = outcome.as_ref().ok();
        let head = head.map(|response| (response.status, &response.headers));
        if let Some((_, headers)) = head {
            self.settings().usage.answered(headers);
        }
        let pause = head.and_then(|(_, headers)| retry_after(headers, self.settings().clock.now()));
        let now = self.settings().clock.elapsed();
        let low = self
            .shared
            .throttle
            .borrow_mut()
            .after(request, head, pause, now);
        for counter in &low {
            (self.observer)(Event::NearlyEmpty(counter));
        }
        Ok(outcome)
    }

    fn slowdown(&self, request: &Request) -> Option<Slowdown> {
        let now = self.settings().clock.elapsed();
        let mut slowdown = self.shared.throttle.borrow_mut().before(request, now)?;
        slowdown.pause = slowdown.pause.min(self.settings().limits.longest_pause);
        (!slowdown.pause.is_zero()).then_some(slowdown)
    }

    /// Decides whether a request is made again, and waits for it.
    pub(super) async fn waits_to_repeat(
        &self,
        request: &Request,
        outcome: &mut Result<Response, transport::Error>,
        counter: &mut AttemptCounter,
    ) -> Result<bool, Error> {
        let repetitions = counter.attempts.repetitions;
        let mut budget = self.shared.budget.get();
        let pause = match self.decide(request, outcome, repetitions) {
            Decision::RetryAfter(pause) => pause,
            Decision::Accept => {
                if outcome
                    .as_ref()
                    .is_ok_and(|response| !retry::may_pass(response.status))
                {
                    budget.came_through(repetitions);
                    self.shared.budget.set(budget);
                }
                return Ok(false);
            }
        };
        if budget.is_spent() {
            counter.attempts.is_budget_spent = true;
            return Ok(false);
        }
        budget.spend();
        self.shared.budget.set(budget);
        counter.attempts.repetitions += 1;
        counter.attempts.may_be_executed |= retry::may_have_executed(outcome_of(outcome));
        let reason = match outcome {
            Ok(response) => format!("HTTP {}", response.status.as_u16()),
            Err(error) => error.to_string(),
        };
        if let (Some(_), Ok(response)) = (&self.settings().recorder, outcome) {
            // Nobody else reads it.
            self.within(response.body.excerpt(MOST_OF_REFUSAL)).await?;
        }
        self.wait_to_repeat(&reason, pause, counter.attempts.repetitions)
            .await?;
        Ok(true)
    }

    /// Waits before repetition number `repetition` (the first is 1), and says so.
    pub(super) async fn wait_to_repeat(
        &self,
        reason: &str,
        pause: Duration,
        repetition: u32,
    ) -> Result<(), Error> {
        (self.observer)(Event::Retry {
            reason,
            pause,
            attempt: repetition.saturating_add(1),
            most: self
                .settings()
                .limits
                .retries
                .max(repetition)
                .saturating_add(1),
        });
        let _told = Waiting(&self.observer);
        self.pause_for(pause).await
    }

    fn decide(
        &self,
        request: &Request,
        outcome: &Result<Response, transport::Error>,
        repetitions: u32,
    ) -> Decision {
        let attempt = FinishedAttempt {
            number: repetitions,
            now: self.settings().clock.now(),
            jitter: random(),
        };
        let limits = self.settings().limits;
        let outcome = outcome_of(outcome);
        if let Outcome::Answer(status, _) = outcome
            && self.settings().expected.contains(&status)
        {
            return Decision::Accept;
        }
        retry::decide(&request.method, &request.headers, outcome, attempt, limits)
    }
}

fn outcome_of(outcome: &Result<Response, transport::Error>) -> Outcome<'_> {
    match outcome {
        Ok(response) => Outcome::Answer(response.status, &response.headers),
        Err(error) => Outcome::Failure(error.kind),
    }
}

/// A number in 0..1 that differs from process to process.
pub(super) fn random() -> f64 {
    let (high, _) = uuid::Uuid::new_v4().as_u64_pair();
    f64::from(u32::try_from(high >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;
    use std::time::{Duration, SystemTime};

    use bytes::Bytes;
    use http::{HeaderMap, Method, StatusCode};
    use tokio::time::Instant;
    use url::Url;

    use crate::azure::{Cloud, Guard, Target};
    use crate::client::{Client, Clock, Deadline, Error, Event, Settings, Shared, Throttle};
    use crate::transport::retry::Limits;
    use crate::transport::{Request, SandboxTransport, Transport};

    fn request() -> Request {
        Request {
            method: Method::GET,
            url: Url::parse("https://management.azure.com/subscriptions/s").unwrap(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    /// A client of the sandbox that has sent 20 requests, and was told that this many are left. Counts how often it
    /// slows down.
    fn client(left: u32, longest_pause: Duration, slowed: &Rc<Cell<u32>>) -> Client {
        let mut throttle = Throttle::default();
        let mut headers = HeaderMap::new();
        headers.insert("x-ms-ratelimit-remaining-subscription-reads", left.into());
        for _ in 0..20 {
            throttle.before(&request(), Duration::ZERO);
            let answer = Some((StatusCode::OK, &headers));
            throttle.after(&request(), answer, None, Duration::ZERO);
        }
        throttle.before(&request(), Duration::ZERO);
        throttle.after(&request(), None, None, Duration::ZERO);
        let slowed = Rc::clone(slowed);
        let transport = Transport::Sandbox(Box::new(SandboxTransport::new(
            "https://management.azure.com",
            None,
            SystemTime::UNIX_EPOCH,
        )));
        let limits = Limits {
            retries: 0,
            longest_pause,
        };
        let clock = Clock::at(SystemTime::UNIX_EPOCH);
        let shared = Shared::new(Settings::new(transport, clock, limits, Guard::default()));
        shared.throttle.replace(throttle);
        let target = Target {
            cloud: Cloud::public(),
            url: request().url,
            audience: None,
            allowed: Vec::new(),
        };
        let count = move |event: Event<'_>| {
            if let Event::Slowed(_) = event {
                slowed.set(slowed.get() + 1);
            }
        };
        Client::for_target(&shared, target, Box::new(count))
    }

    #[tokio::test(start_paused = true)]
    async fn a_run_near_its_limit_waits_its_turn() {
        let long = Duration::from_secs(300);
        for (left, longest, waited) in [
            (24, long, Duration::from_millis(40)),
            (25, long, Duration::ZERO),
            (24, Duration::from_millis(10), Duration::from_millis(10)),
            (24, Duration::ZERO, Duration::ZERO),
        ] {
            let slowed = Rc::default();
            let client = client(left, longest, &slowed);
            let start = Instant::now();
            let response = client.exchange(request()).await.unwrap();
            assert_eq!(response.status, StatusCode::UNAUTHORIZED);
            // The clock of a runtime that is paused goes in whole milliseconds.
            let passed = start.elapsed();
            assert!(
                (waited..waited + Duration::from_millis(2)).contains(&passed),
                "{passed:?}"
            );
            assert_eq!(slowed.get(), u32::from(!waited.is_zero()));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn no_wait_lasts_beyond_the_end_of_the_run() {
        let limit = Duration::from_millis(300);
        let slowed = Rc::default();
        let mut client = client(24, Duration::from_secs(300), &slowed);
        let told = Rc::new(Cell::new((0, 0)));
        let count = Rc::clone(&told);
        client.observer = Box::new(move |event| {
            let (retries, waited) = count.get();
            if let Event::Retry { .. } = event {
                count.set((retries + 1, waited));
            } else if let Event::Waited = event {
                count.set((retries, waited + 1));
            }
        });
        Rc::get_mut(&mut client.shared).unwrap().settings.deadline = Some(Deadline::after(limit));
        let start = Instant::now();
        let pause = client.wait_to_repeat("HTTP 429", Duration::from_secs(86_400), 1);
        let ended = pause.await;
        assert!(matches!(ended, Err(Error::TimedOut { limit: told }) if told == limit));
        // The line about the pause goes with it.
        assert_eq!(told.get(), (1, 1));
        let silence = client.within(std::future::pending::<()>()).await;
        assert!(matches!(silence, Err(Error::TimedOut { .. })));
        // The clock of a runtime that is paused goes in whole milliseconds.
        assert!(start.elapsed() < limit + Duration::from_millis(2));
    }
}
