//! What the client tells its observer. Who prints it: `app::session::trace`.

use std::time::Duration;

use super::throttle::Slowdown;
use crate::credential::{AccessToken, CacheNote, Source};
use crate::transport::rate_limit_headers::Counter;
use crate::transport::{Request, Response};

/// What happens during an exchange, for an observer that tells the user.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// A token was obtained.
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
    /// A response's head is there.
    Response(&'a Response),
    /// The request will be made again.
    Retry {
        /// Why.
        reason: &'a str,
        /// When.
        pause: Duration,
        /// The number of the next attempt; the first is 1.
        attempt: u32,
        /// The most attempts.
        most: u32,
    },
    /// The pause before a repetition is over, or was given up.
    Waited,
    /// A request waits, because it would be refused now.
    Slowed(&'a Slowdown),
    /// A counter of the service is nearly empty.
    NearlyEmpty(&'a Counter),
}

/// Where the client reports what happens.
pub type Observer = Box<dyn Fn(Event<'_>)>;
