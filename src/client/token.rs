//! Getting a token from the credential, and asking again where that may help. Who keeps it: `tokens`.

use http::{HeaderMap, Method, StatusCode};

use super::attempts::random;
use super::error::Error;
use super::event::Event;
use super::exchange::Client;
use crate::credential::{self, AccessToken, Credential, SourceFault, TokenRequest, Tools};
use crate::transport::retry::{self, Decision, Limits, Outcome};

/// IMDS answers 410 for up to 70 seconds while it is updated (learn.microsoft.com, "How to use
/// managed identities", error handling): so many doubled pauses take that long.
const TRIES_WHILE_UPDATED: u32 = 7;

impl Client {
    /// Gets a token from the credential, and asks again where that may help.
    ///
    /// # Errors
    /// [`Error::Credential`] where there is none; [`Error::TimedOut`].
    pub async fn token(
        &self,
        credential: &Credential,
        request: &TokenRequest,
    ) -> Result<AccessToken, Error> {
        let mut attempt = 0;
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
                    return Ok(token);
                }
                Err(error) => error,
            };
            let Decision::RetryAfter(pause) = self.decide_for_token(&error, attempt) else {
                return Err(error.into());
            };
            attempt += 1;
            self.wait_to_repeat(&error.to_string(), pause, attempt)
                .await?;
        }
    }

    /// A token request may be repeated like a GET: a second token does no harm.
    fn decide_for_token(&self, error: &credential::Error, attempt: u32) -> Decision {
        let mut limits = self.settings().limits;
        let none = HeaderMap::new();
        let outcome = match error.fault() {
            Some(SourceFault::Unavailable { status, headers }) => {
                if *status == StatusCode::GONE.as_u16() && limits.retries > 0 {
                    limits = Limits {
                        retries: limits.retries.max(TRIES_WHILE_UPDATED),
                        ..limits
                    };
                }
                Outcome::Answer(StatusCode::SERVICE_UNAVAILABLE, headers)
            }
            Some(SourceFault::Unreachable { error }) => Outcome::Failure(error.kind),
            Some(
                SourceFault::NotSetUp { .. }
                | SourceFault::AudienceNotSupported { .. }
                | SourceFault::Refused { .. }
                | SourceFault::Entra { .. }
                | SourceFault::Malformed { .. }
                | SourceFault::File { .. }
                | SourceFault::Certificate { .. }
                | SourceFault::Unsupported { .. }
                | SourceFault::WrongAudience { .. }
                | SourceFault::Expired,
            )
            | None => return Decision::Accept,
        };
        let clock = (self.settings().clock.now(), random());
        retry::decide(&Method::GET, &none, outcome, attempt, limits, clock)
    }
}
