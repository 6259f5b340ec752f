//! Getting a token from the credential, and asking again if that may help. Who keeps it: `tokens`.

use std::time::Duration;

use http::{HeaderMap, Method, StatusCode};

use super::attempts::random;
use super::error::Error;
use super::event::Event;
use super::exchange::Client;
use crate::azure::TokenSource;
use crate::credential::{
    self, AccessToken, Credential, SourceError, SourceErrorKind, TokenRequest, Tools,
};
use crate::transport::retry::{self, Decision, FinishedAttempt, Limits, Outcome};

/// How long the endpoint of a managed identity may be away while it is updated (learn.microsoft.com, "How to use
/// managed identities", error handling).
const UPDATE_TIME: Duration = Duration::from_secs(70);
/// The shortest pause once the repetitions that every request has are used up.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

impl Client {
    /// Gets a token from the credential, and asks again where that may help.
    ///
    /// # Errors
    /// [`Error::Credential`] if there is none; [`Error::TimedOut`].
    pub async fn token(
        &self,
        credential: &Credential,
        request: &TokenRequest,
    ) -> Result<AccessToken, Error> {
        let mut attempt = 0;
        let mut waited = Duration::ZERO;
        loop {
            let tools = Tools {
                transport: &self.settings().transport,
                now: self.settings().clock.now(),
                cache: self.settings().cache.as_ref(),
            };
            let outcome = self.within(credential.token(request, &tools)).await;
            self.tell_of_cache();
            let error = match outcome? {
                Ok(token) => {
                    (self.observer)(Event::Token {
                        source: credential.source(),
                        token: &token,
                    });
                    self.settings().usage.signed_in(&token);
                    return Ok(token);
                }
                Err(error) => error,
            };
            let made = FinishedAttempt {
                number: attempt,
                now: self.settings().clock.now(),
                jitter: random(),
            };
            let limits = self.settings().limits;
            let Decision::RetryAfter(pause) = decide(&error, made, waited, limits) else {
                return Err(error.into());
            };
            attempt += 1;
            waited += pause;
            self.wait_to_repeat(&error.to_string(), pause, attempt)
                .await?;
        }
    }
}

/// Decides whether a token is asked for again. That may be repeated like a GET: a second token does no harm. `waited` is
/// the sum of the pauses so far.
fn decide(
    error: &credential::Error,
    attempt: FinishedAttempt,
    waited: Duration,
    limits: Limits,
) -> Decision {
    let none = HeaderMap::new();
    let outcome = match error.source_kind() {
        Some(SourceErrorKind::Unavailable { headers, .. }) => {
            Outcome::Answer(StatusCode::SERVICE_UNAVAILABLE, headers)
        }
        Some(SourceErrorKind::Unreachable { error }) => Outcome::Failure(error.kind),
        Some(
            SourceErrorKind::NotSetUp { .. }
            | SourceErrorKind::InCloudShell
            | SourceErrorKind::AudienceNotSupported { .. }
            | SourceErrorKind::Refused { .. }
            | SourceErrorKind::Entra { .. }
            | SourceErrorKind::Malformed { .. }
            | SourceErrorKind::File { .. }
            | SourceErrorKind::Certificate { .. }
            | SourceErrorKind::Unsupported { .. }
            | SourceErrorKind::WrongAudience { .. }
            | SourceErrorKind::Expired { .. },
        )
        | None => return Decision::Accept,
    };
    let within = |limits| retry::decide(&Method::GET, &none, outcome, attempt, limits);
    let decision = within(limits);
    if decision != Decision::Accept || limits.retries == 0 || !is_update(error) {
        return decision;
    }
    let left = UPDATE_TIME.saturating_sub(waited);
    let endless = Limits {
        retries: u32::MAX,
        ..limits
    };
    match within(endless) {
        Decision::RetryAfter(pause) if !left.is_zero() => {
            Decision::RetryAfter(pause.min(left).max(SHORTEST_PAUSE))
        }
        Decision::RetryAfter(_) | Decision::Accept => Decision::Accept,
    }
}

/// Tells whether a failure is one that the endpoint of a managed identity shows while it is updated.
fn is_update(error: &credential::Error) -> bool {
    matches!(
        error,
        credential::Error::Source(SourceError {
            source: TokenSource::AppService | TokenSource::Imds,
            kind: SourceErrorKind::Unavailable { .. },
        })
    )
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use http::{HeaderMap, HeaderValue};

    use super::{Decision, FinishedAttempt, Limits, SourceErrorKind, TokenSource, decide};

    /// Returns how often a token is asked for again, and for how long in all.
    fn ask(
        source: TokenSource,
        retries: u32,
        jitter: f64,
        retry_after: Option<&'static str>,
    ) -> (u32, Duration) {
        let mut headers = HeaderMap::new();
        headers.extend(retry_after.map(|value| {
            let name = http::header::RETRY_AFTER;
            (name, HeaderValue::from_static(value))
        }));
        let error = SourceErrorKind::Unavailable {
            status: 500,
            headers: Box::new(headers),
            reason: None,
        }
        .of(source);
        let limits = Limits {
            retries,
            longest_pause: Duration::from_secs(60),
        };
        let mut attempt = FinishedAttempt {
            number: 0,
            now: SystemTime::UNIX_EPOCH,
            jitter,
        };
        let mut waited = Duration::ZERO;
        while let Decision::RetryAfter(pause) = decide(&error, attempt, waited, limits) {
            attempt.number += 1;
            waited += pause;
        }
        (attempt.number, waited)
    }

    #[test]
    fn an_endpoint_that_is_updated_is_asked_for_70_seconds() {
        for source in [TokenSource::AppService, TokenSource::Imds] {
            for jitter in [0.0, 0.001, 0.5, 1.0] {
                for retry_after in [None, Some("0"), Some("7"), Some("3600")] {
                    let (asked, waited) = ask(source, 3, jitter, retry_after);
                    let waited = waited.as_secs();
                    assert!(
                        (70..=180).contains(&waited),
                        "{jitter} {retry_after:?}: {waited}"
                    );
                    assert!(asked <= 73, "{jitter} {retry_after:?}: {asked}");
                }
            }
            assert_eq!(ask(source, 0, 1.0, None), (0, Duration::ZERO));
        }
        let (asked, _) = ask(TokenSource::AzureMl, 3, 1.0, None);
        assert_eq!(asked, 3);
    }
}
