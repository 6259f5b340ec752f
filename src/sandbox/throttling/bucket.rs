//! The limits of ARM's gateway since 2024 (Microsoft Learn, `request-limits-and-throttling`): which bucket a request
//! takes from, how much is in it, and the headers that say so. Who counts: `quotas`.

use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, Method, Request, StatusCode};

use crate::sandbox::graph::quota;

/// The bucket that a request takes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bucket {
    Reads,
    Writes,
    Deletes,
}

/// Whose bucket a request takes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BucketScope {
    Subscription,
    Tenant,
}

impl Bucket {
    /// The bucket of a verb.
    pub(crate) fn of(method: &Method) -> Self {
        match *method {
            Method::GET | Method::HEAD => Self::Reads,
            Method::DELETE => Self::Deletes,
            _ => Self::Writes,
        }
    }

    /// The plural, as headers write it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Writes => "writes",
            Self::Deletes => "deletes",
        }
    }

    /// The requests that a full bucket holds.
    pub(crate) fn capacity(self) -> u64 {
        match self {
            Self::Reads => 250,
            Self::Writes | Self::Deletes => 200,
        }
    }

    /// The requests that all callers together have.
    pub(crate) fn global_capacity(self) -> u64 {
        15 * self.capacity()
    }

    /// The requests that come back in a second.
    pub(crate) fn refill(self) -> u64 {
        match self {
            Self::Reads => 25,
            Self::Writes | Self::Deletes => 10,
        }
    }

    /// The headers that say what is left: to this caller, and to all together.
    pub(crate) fn headers(self, owner: BucketScope) -> [HeaderName; 2] {
        let name = |name| HeaderName::from_static(name);
        match (owner, self) {
            (BucketScope::Subscription, Self::Reads) => [
                name("x-ms-ratelimit-remaining-subscription-reads"),
                name("x-ms-ratelimit-remaining-subscription-global-reads"),
            ],
            (BucketScope::Subscription, Self::Writes) => [
                name("x-ms-ratelimit-remaining-subscription-writes"),
                name("x-ms-ratelimit-remaining-subscription-global-writes"),
            ],
            (BucketScope::Subscription, Self::Deletes) => [
                name("x-ms-ratelimit-remaining-subscription-deletes"),
                name("x-ms-ratelimit-remaining-subscription-global-deletes"),
            ],
            (BucketScope::Tenant, Self::Reads) => [
                name("x-ms-ratelimit-remaining-tenant-reads"),
                name("x-ms-ratelimit-remaining-tenant-global-reads"),
            ],
            (BucketScope::Tenant, Self::Writes) => [
                name("x-ms-ratelimit-remaining-tenant-writes"),
                name("x-ms-ratelimit-remaining-tenant-global-writes"),
            ],
            (BucketScope::Tenant, Self::Deletes) => [
                name("x-ms-ratelimit-remaining-tenant-deletes"),
                name("x-ms-ratelimit-remaining-tenant-global-deletes"),
            ],
        }
    }
}

/// Whose bucket a path takes from; none if requests to it are not counted.
pub(crate) fn owner_of(path: &str) -> Option<BucketScope> {
    let path = path.trim_start_matches('/');
    let root = path.split('/').next().unwrap_or_default();
    match root.to_ascii_lowercase().as_str() {
        "oauth2" | "metadata" => None,
        "subscriptions" if path.len() > root.len() + 1 => Some(BucketScope::Subscription),
        _ => Some(BucketScope::Tenant),
    }
}

/// Says what is left after one request to a full bucket; who is refused has none left. `quotas` counts
/// for a sandbox that is served.
pub(crate) fn add_limits<B>(headers: &mut HeaderMap, request: &Request<B>, status: StatusCode) {
    if quota::is_query(request.uri().path()) {
        if status != StatusCode::TOO_MANY_REQUESTS {
            quota::add_quota(headers);
        }
        return;
    }
    let Some(owner) = owner_of(request.uri().path()) else {
        return;
    };
    let bucket = Bucket::of(request.method());
    let [own, global] = bucket.headers(owner);
    let left = match status {
        StatusCode::TOO_MANY_REQUESTS => 0,
        _ => bucket.capacity() - 1,
    };
    headers.insert(own, HeaderValue::from(left));
    headers.insert(global, HeaderValue::from(bucket.global_capacity() - 1));
}
