//! Why the client has no answer. Knows no exit code and gives no advice.

use std::time::Duration;

use crate::azure::Refusal;
use crate::transport::redirect::MOST_REDIRECTS;
use crate::{credential, transport};

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
    #[error("timed out after {}", super::words_of(*limit))]
    TimedOut {
        /// The time that was given.
        limit: Duration,
    },
}
