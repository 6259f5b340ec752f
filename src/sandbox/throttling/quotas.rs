//! Token buckets, as ARM's gateway has them since 2024 (Microsoft Learn, `request-limits-and-throttling`): for each
//! subscription, and for the tenant, one of reads, one of writes and one of deletes. Only a served sandbox has them:
//! with `--sandbox` each process would begin with full buckets.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{Request, Response};

use crate::sandbox::faults::delivery;
use crate::sandbox::graph::quota;
use crate::sandbox::protocol::response;
use crate::sandbox::seed::data;
use crate::sandbox::throttling::bucket::{Bucket, BucketScope, owner_of};
use crate::sandbox::timestamp::Timestamp;

/// The buckets of one caller.
#[derive(Debug, Default)]
pub struct Quotas {
    levels: BTreeMap<(BucketKey, Bucket), Level>,
    queries: quota::Quota,
}

/// Whose bucket it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum BucketKey {
    Tenant,
    /// The id of a subscription that exists.
    Subscription(&'static str),
    /// All that do not exist share one, so that made-up ids take no memory.
    NoSubscription,
}

/// How much there was in a bucket, and when.
#[derive(Debug, Clone, Copy)]
struct Level {
    /// In thousandths of a request.
    left: u64,
    at: SystemTime,
}

const ONE: u64 = 1_000;

impl Quotas {
    /// Answers a request if its bucket is not empty, and says in the answer what is left; else refuses
    /// it with 429. What ARM does not count (token requests, refused tokens) takes nothing.
    pub fn answer(
        &mut self,
        request: &Request<Bytes>,
        now: SystemTime,
        answer: impl FnOnce() -> Response<Bytes>,
    ) -> Response<Bytes> {
        if quota::is_query(request.uri().path()) {
            return self.answer_query(request, now, answer);
        }
        let Some(owner) = owner_of(request.uri().path()) else {
            return answer();
        };
        let bucket = Bucket::of(request.method());
        let bucket_key = bucket_key(owner, request.uri().path());
        let left = self.left(bucket_key, bucket, now);
        let Some(rest) = left.checked_sub(ONE) else {
            let wait = (ONE - left).div_ceil(bucket.refill() * ONE).max(1);
            let wait = u32::try_from(wait).unwrap_or(u32::MAX);
            let refusal = delivery::throttled(request, wait);
            return response::finish(refusal, request, 0, Timestamp::of(now));
        };
        let mut response = answer();
        let [own, global] = bucket.headers(owner);
        if response.headers().contains_key(&own) {
            self.levels.insert(
                (bucket_key, bucket),
                Level {
                    left: rest,
                    at: now,
                },
            );
            let spent = bucket.capacity() - rest / ONE;
            write(&mut response, own, rest / ONE);
            write(&mut response, global, bucket.global_capacity() - spent);
        }
        response
    }

    /// The same for a query of Resource Graph, which counts by itself.
    fn answer_query(
        &mut self,
        request: &Request<Bytes>,
        now: SystemTime,
        answer: impl FnOnce() -> Response<Bytes>,
    ) -> Response<Bytes> {
        match self.queries.count(request, now) {
            Err(resets_after) => {
                let now = Timestamp::of(now);
                let refusal = quota::too_early(resets_after, now);
                response::finish(refusal, request, 0, now)
            }
            Ok(None) => answer(),
            Ok(Some(left)) => {
                let mut response = answer();
                left.write(response.headers_mut());
                response
            }
        }
    }

    /// What is in a bucket now, in thousandths of a request.
    fn left(&self, bucket_key: BucketKey, bucket: Bucket, now: SystemTime) -> u64 {
        let full = bucket.capacity() * ONE;
        let Some(level) = self.levels.get(&(bucket_key, bucket)) else {
            return full;
        };
        let passed = now.duration_since(level.at).unwrap_or(Duration::ZERO);
        let passed = u64::try_from(passed.as_millis()).unwrap_or(u64::MAX);
        let refilled = passed.saturating_mul(bucket.refill());
        level.left.saturating_add(refilled).min(full)
    }
}

fn bucket_key(owner: BucketScope, path: &str) -> BucketKey {
    match owner {
        BucketScope::Tenant => BucketKey::Tenant,
        BucketScope::Subscription => {
            let id = path.trim_start_matches('/').split('/').nth(1);
            id.and_then(data::subscription)
                .map_or(BucketKey::NoSubscription, |subscription| {
                    BucketKey::Subscription(subscription.id)
                })
        }
    }
}

fn write(response: &mut Response<Bytes>, name: HeaderName, count: u64) {
    response
        .headers_mut()
        .insert(name, HeaderValue::from(count));
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use bytes::Bytes;
    use http::{Request, Response};

    use super::Quotas;
    use crate::sandbox::{Sandbox, default_subscription_id, issue};

    const START: SystemTime = SystemTime::UNIX_EPOCH;

    /// Asks at that many milliseconds.
    fn ask(quotas: &mut Quotas, request: &str, milliseconds: u64) -> Response<Bytes> {
        let (method, path) = request.split_once(' ').unwrap();
        let path = path.replace("{sub}", default_subscription_id());
        let now = START + Duration::from_millis(milliseconds);
        let token = issue("https://management.azure.com/", START).token;
        let request = Request::builder()
            .method(method)
            .uri(format!("http://h{path}?api-version=2021-04-01"))
            .header("authorization", format!("Bearer {}", token.expose()))
            .body(Bytes::new())
            .unwrap();
        let mut sandbox = Sandbox::new("http://h", now);
        quotas.answer(&request, now, || sandbox.handle(&request))
    }

    fn left(response: &Response<Bytes>, name: &str) -> u64 {
        let name = format!("x-ms-ratelimit-remaining-{name}");
        let value = response.headers()[name.as_str()].to_str().unwrap();
        value.parse().unwrap()
    }

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let mut quotas = Quotas::default();
        let read = "GET /subscriptions/{sub}";
        for expected in (0..250).rev() {
            let response = ask(&mut quotas, read, 0);
            assert_eq!(response.status(), 200);
            assert_eq!(left(&response, "subscription-reads"), expected);
            assert_eq!(
                left(&response, "subscription-global-reads"),
                expected + 3_500
            );
        }
        let refused = ask(&mut quotas, read, 39);
        assert_eq!(refused.status(), 429);
        assert_eq!(refused.headers()["retry-after"], "1");
        assert_eq!(left(&refused, "subscription-reads"), 0);
        let body = std::str::from_utf8(refused.body()).unwrap();
        assert!(body.contains("SubscriptionRequestsThrottled"), "{body}");
        assert_eq!(ask(&mut quotas, read, 40).status(), 200);
        assert_eq!(ask(&mut quotas, read, 41).status(), 429);
        let later = ask(&mut quotas, read, 1_040);
        assert_eq!(left(&later, "subscription-reads"), 24);
        let full = ask(&mut quotas, read, 100_000);
        assert_eq!(left(&full, "subscription-reads"), 249);
        let earlier = ask(&mut quotas, read, 0);
        assert_eq!(
            left(&earlier, "subscription-reads"),
            248,
            "a clock may go back"
        );
    }

    #[test]
    fn buckets_are_apart_and_what_is_not_counted_takes_nothing() {
        let mut quotas = Quotas::default();
        for _ in 0..3 {
            ask(&mut quotas, "GET /subscriptions/{sub}", 0);
            ask(&mut quotas, "POST /oauth2/token", 0);
        }
        let other = "GET /subscriptions/a81d5e37-0c9f-4b62-8e14-57c3f9d0b2e8";
        let other = ask(&mut quotas, other, 0);
        assert_eq!(left(&other, "subscription-reads"), 249);
        let tenant = ask(&mut quotas, "GET /tenants", 0);
        assert_eq!(left(&tenant, "tenant-reads"), 249);
        let group = "DELETE /subscriptions/{sub}/resourceGroups/none";
        let delete = ask(&mut quotas, group, 0);
        assert_eq!(left(&delete, "subscription-deletes"), 199);
        let made_up = ask(&mut quotas, "PUT /subscriptions/x", 0);
        assert_eq!(left(&made_up, "subscription-writes"), 199);
        let hour = 3_700_000;
        assert_eq!(ask(&mut quotas, "GET /tenants", hour).status(), 401);
        assert_eq!(quotas.levels.len(), 5);
    }
}
