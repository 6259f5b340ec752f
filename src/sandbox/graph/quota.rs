//! How often a caller may ask: 15 times in 5 seconds (Microsoft Learn, "Guidance for throttled requests in Azure
//! Resource Graph"). The time comes in as an argument.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Method, Request};

use crate::sandbox::authority::arm_token::{self, Signature};
use crate::sandbox::graph::error;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::timestamp::Timestamp;

/// The namespace, and the only thing in it that the sandbox has.
pub(crate) const NAMESPACE: &str = "Microsoft.ResourceGraph";
const RESOURCES: &str = "resources";

/// The queries of a window.
const QUERIES: u64 = 15;
/// How long a window is.
const WINDOW: Duration = Duration::from_secs(5);

const REMAINING: HeaderName = HeaderName::from_static("x-ms-user-quota-remaining");
const RESETS_AFTER: HeaderName = HeaderName::from_static("x-ms-user-quota-resets-after");
const TENANT: HeaderName =
    HeaderName::from_static("x-ms-ratelimit-remaining-tenant-resource-requests");

/// Tells whether a path is that of queries.
pub(crate) fn is_query(path: &str) -> bool {
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    ["providers", NAMESPACE, RESOURCES].iter().all(|word| {
        segments
            .next()
            .is_some_and(|segment| segment.eq_ignore_ascii_case(word))
    }) && segments.next().is_none()
}

/// Says what is left after the first query of a window.
pub(crate) fn add_quota(headers: &mut HeaderMap) {
    write(headers, QUERIES - 1, WINDOW);
}

/// The queries that each caller has sent.
#[derive(Debug, Default)]
pub(crate) struct Quota {
    /// When the window of a caller began, and how many queries it has had.
    windows: BTreeMap<String, (SystemTime, u64)>,
}

impl Quota {
    /// Counts a query, and says what is left; the error is the time after which the next one is taken.
    /// A caller without a valid token is refused elsewhere, and not counted.
    pub(crate) fn count<B>(
        &mut self,
        request: &Request<B>,
        now: SystemTime,
    ) -> Result<Option<Left>, Duration> {
        if *request.method() != Method::POST {
            return Ok(None);
        }
        let Some(caller) = caller(request, Timestamp::of(now)) else {
            return Ok(None);
        };
        // Windows that are over go, those of other callers too: so there are never many.
        self.windows
            .retain(|_, (began, _)| left_of(*began, now).is_some());
        let (began, queries) = self.windows.entry(caller).or_insert((now, 0));
        let resets_after = left_of(*began, now).unwrap_or(WINDOW);
        let left = QUERIES.checked_sub(*queries + 1).ok_or(resets_after)?;
        *queries += 1;
        Ok(Some(Left {
            queries: left,
            resets_after,
        }))
    }
}

/// The refusal of a query that came too early.
pub(crate) fn too_early(resets_after: Duration, now: Timestamp) -> Reply {
    let mut reply = error::throttled(&now.rfc3339());
    write(&mut reply.headers, 0, resets_after);
    let seconds = whole_seconds(resets_after);
    reply.with(header::RETRY_AFTER, &seconds.to_string())
}

/// What is left to a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Left {
    queries: u64,
    resets_after: Duration,
}

impl Left {
    /// Writes it into the head of an answer.
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        write(headers, self.queries, self.resets_after);
    }
}

fn write(headers: &mut HeaderMap, queries: u64, resets_after: Duration) {
    headers.insert(REMAINING, HeaderValue::from(queries));
    headers.insert(TENANT, HeaderValue::from(queries));
    let time = format!("00:00:{:02}", whole_seconds(resets_after));
    if let Ok(time) = HeaderValue::from_str(&time) {
        headers.insert(RESETS_AFTER, time);
    }
}

/// How long a window still lasts; `None` if it is over, or if the clock was set back before it
/// began.
fn left_of(began: SystemTime, now: SystemTime) -> Option<Duration> {
    let passed = now.duration_since(began).ok()?;
    WINDOW.checked_sub(passed).filter(|left| !left.is_zero())
}

fn whole_seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

/// The id of the sender of a request, if its token is good.
fn caller<B>(request: &Request<B>, now: Timestamp) -> Option<String> {
    let authorization = request
        .headers()
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?;
    let (_, token) = authorization.trim().split_once(' ')?;
    let (claims, signature) = arm_token::read(token.trim())?;
    let is_good = signature == Signature::Intact && claims.expires_on > now.seconds();
    is_good.then_some(claims.caller.object_id)
}
