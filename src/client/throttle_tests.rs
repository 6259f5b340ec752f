//! Runs of many requests against a counted service: how many are refused, and how long it takes.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use url::Url;

use super::throttle::{Slowdown, Throttle};
use crate::transport::Request;

fn request(method: &Method, path: &str) -> Request {
    Request {
        method: method.clone(),
        url: Url::parse("https://management.azure.com")
            .unwrap()
            .join(path)
            .unwrap(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
    }
}

fn head(pairs: &[(&'static str, u64)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, left) in pairs {
        headers.insert(*name, HeaderValue::from(*left));
    }
    headers
}

const READS: &str = "x-ms-ratelimit-remaining-subscription-reads";
const LIST: &str = "/subscriptions/s/resourceGroups";

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// A bucket of 250 reads that fills with 25 a second.
struct Service {
    left: f64,
    at: Duration,
}

impl Service {
    fn answer(&mut self, now: Duration) -> (StatusCode, HeaderMap) {
        let passed = now.saturating_sub(self.at).as_secs_f64();
        self.left = (self.left + 25.0 * passed).min(250.0);
        self.at = self.at.max(now);
        if self.left < 1.0 {
            return (StatusCode::TOO_MANY_REQUESTS, head(&[(READS, 0)]));
        }
        self.left -= 1.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and 250"
        )]
        let left = self.left as u64;
        (StatusCode::OK, head(&[(READS, left)]))
    }
}

/// Sends requests one after the other, each answered after `latency`; returns how many were refused
/// and how long they waited in all.
fn run(requests: u32, latency: Duration, full: f64) -> (u32, Duration) {
    let mut throttle = Throttle::default();
    let mut service = Service {
        left: full,
        at: Duration::ZERO,
    };
    let request = request(&Method::GET, LIST);
    let (mut now, mut waited, mut refused) = (Duration::ZERO, Duration::ZERO, 0);
    for _ in 0..requests {
        let pause = throttle
            .before(&request, now)
            .map_or(Duration::ZERO, |slowdown| slowdown.pause);
        waited += pause;
        now += pause + latency;
        let (status, headers) = service.answer(now);
        refused += u32::from(status == StatusCode::TOO_MANY_REQUESTS);
        throttle.after(&request, Some((status, &headers)), None, now);
    }
    (refused, waited)
}

#[test]
fn a_run_of_few_requests_is_never_slowed_down() {
    for full in [0.0, 1.0, 10.0, 250.0] {
        assert_eq!(run(20, ms(1), full).1, Duration::ZERO, "{full}");
    }
}

#[test]
fn a_slow_run_is_never_slowed_down_either() {
    assert_eq!(run(2_000, ms(40), 250.0), (0, Duration::ZERO));
}

#[test]
fn a_fast_run_slows_down_before_it_is_refused() {
    let (refused, waited) = run(1_000, ms(2), 250.0);
    assert_eq!(refused, 0);
    // 1,000 requests at 25 a second less the 250 that were there: 30 seconds at best, 2 of them spent
    // on the way.
    assert!((ms(26_000)..ms(32_000)).contains(&waited), "{waited:?}");
}

#[test]
fn requests_at_once_take_their_turns() {
    let mut throttle = Throttle::default();
    let request = request(&Method::GET, LIST);
    for _ in 0..20 {
        throttle.before(&request, Duration::ZERO);
        throttle.after(
            &request,
            Some((StatusCode::OK, &head(&[(READS, 24)]))),
            None,
            ms(5),
        );
    }
    let pauses: Vec<Option<Duration>> = (0..4)
        .map(|_| {
            throttle
                .before(&request, ms(10))
                .map(|slowdown| slowdown.pause)
        })
        .collect();
    assert_eq!(pauses, [None, Some(ms(40)), Some(ms(80)), Some(ms(120))]);
    let other = self::request(&Method::GET, "/subscriptions/other/resourceGroups");
    assert_eq!(throttle.before(&other, ms(10)), None);
    let write = self::request(&Method::POST, LIST);
    assert_eq!(throttle.before(&write, ms(10)), None);
}

#[test]
fn what_is_in_flight_counts_as_used() {
    let mut throttle = Throttle::default();
    let request = request(&Method::GET, LIST);
    let answer = head(&[(READS, 60)]);
    for _ in 0..20 {
        throttle.before(&request, Duration::ZERO);
        throttle.after(&request, Some((StatusCode::OK, &answer)), None, ms(1));
    }
    let slowed = |throttle: &mut Throttle| {
        (0..50)
            .filter(|_| throttle.before(&request, ms(2)).is_some())
            .count()
    };
    assert_eq!(
        slowed(&mut throttle),
        13,
        "those from 24 on, but for the first"
    );
    for _ in 0..50 {
        throttle.after(&request, None, None, ms(3));
    }
    assert_eq!(
        throttle.before(&request, ms(4_000)),
        None,
        "nothing is in flight"
    );
}

#[test]
fn a_quota_that_is_used_up_is_waited_for() {
    let mut throttle = Throttle::default();
    let query = request(
        &Method::POST,
        "/providers/Microsoft.ResourceGraph/resources",
    );
    let mut answer = head(&[("x-ms-user-quota-remaining", 0)]);
    answer.insert(
        "x-ms-user-quota-resets-after",
        HeaderValue::from_static("00:00:05"),
    );
    assert_eq!(throttle.before(&query, Duration::ZERO), None);
    throttle.after(&query, Some((StatusCode::OK, &answer)), None, ms(1_000));
    let pause = |throttle: &mut Throttle, now| {
        let slowdown = throttle.before(&query, ms(now));
        slowdown.map(|Slowdown { pause, counter }| (pause, counter.unwrap().name))
    };
    let quota = || "user-quota".to_owned();
    assert_eq!(pause(&mut throttle, 2_000), Some((ms(4_000), quota())));
    assert_eq!(pause(&mut throttle, 6_000), None, "it is full again");
    answer.insert("x-ms-user-quota-remaining", HeaderValue::from(1));
    throttle.after(&query, Some((StatusCode::OK, &answer)), None, ms(6_100));
    throttle.after(&query, Some((StatusCode::OK, &answer)), None, ms(6_100));
    assert_eq!(pause(&mut throttle, 6_200), None, "one is left");
    assert_eq!(
        pause(&mut throttle, 6_200),
        Some((ms(4_900), quota())),
        "it is on its way"
    );
    answer.insert(
        "x-ms-user-quota-resets-after",
        HeaderValue::from_static("23:59:59"),
    );
    throttle.after(&query, Some((StatusCode::OK, &answer)), None, ms(7_000));
    assert_eq!(
        pause(&mut throttle, 7_000),
        Some((ms(10_000), quota())),
        "not for ever"
    );
}

#[test]
fn a_window_is_shared_out_by_what_was_seen_of_it() {
    const RESOURCE: &str = "x-ms-ratelimit-remaining-resource";
    let mut throttle = Throttle::default();
    let put = request(
        &Method::PUT,
        "/subscriptions/s/providers/Microsoft.Compute/disks/d",
    );
    let mut ask = |left: u64, now: u64| {
        let pause = throttle
            .before(&put, ms(now))
            .map(|slowdown| slowdown.pause);
        let mut answer = HeaderMap::new();
        let value = format!("Microsoft.Compute/PutDisk3Min;{left}");
        answer.insert(RESOURCE, value.parse().unwrap());
        throttle.after(&put, Some((StatusCode::OK, &answer)), None, ms(now));
        pause
    };
    for left in (23..240).rev() {
        assert_eq!(ask(left, 0), None);
    }
    assert_eq!(ask(22, 0), None, "23 of 239 left is not low");
    assert_eq!(ask(21, 0), None, "the first of those that take turns");
    let turn = Duration::from_secs(180) / 239;
    assert_eq!(ask(20, 0), Some(turn), "180 seconds for 239");
    assert_eq!(ask(19, 0), Some(turn * 2));
}

#[test]
fn others_like_a_refused_one_wait_where_there_are_many() {
    let mut throttle = Throttle::default();
    let request = request(&Method::GET, LIST);
    let refused = |throttle: &mut Throttle| {
        let answer = (StatusCode::TOO_MANY_REQUESTS, &HeaderMap::new());
        throttle.after(&request, Some(answer), Some(ms(3_000)), ms(1_000))
    };
    throttle.before(&request, Duration::ZERO);
    refused(&mut throttle);
    for _ in 0..19 {
        assert_eq!(throttle.before(&request, ms(1_000)), None);
    }
    refused(&mut throttle);
    let expected = Slowdown {
        pause: ms(2_500),
        counter: None,
    };
    assert_eq!(throttle.before(&request, ms(1_500)), Some(expected));
    assert_eq!(throttle.before(&request, ms(4_000)), None);
}

#[test]
fn a_counter_that_is_nearly_empty_is_reported_once() {
    let mut throttle = Throttle::default();
    let request = request(&Method::GET, LIST);
    let mut told = |left| {
        let answer = head(&[(READS, left), ("x-ms-ratelimit-remaining-x", 7)]);
        let low = throttle.after(&request, Some((StatusCode::OK, &answer)), None, ms(0));
        low.into_iter()
            .map(|counter| format!("{} {}", counter.left, counter.name))
            .collect::<Vec<_>>()
    };
    assert!(told(249).is_empty());
    assert!(told(25).is_empty());
    assert_eq!(told(24), ["24 subscription-reads"]);
    assert!(told(3).is_empty());
}

#[test]
fn thousands_of_subscriptions_are_not_remembered() {
    let mut throttle = Throttle::default();
    let ask = |throttle: &mut Throttle, path: &str, left: u64| {
        let request = request(&Method::GET, path);
        let slowed = throttle.before(&request, Duration::ZERO);
        let headers = head(&[(READS, left)]);
        let answer = Some((StatusCode::OK, &headers));
        throttle.after(&request, answer, None, Duration::ZERO);
        slowed
    };
    for left in (0..30).rev() {
        ask(&mut throttle, LIST, left);
    }
    for number in 0..10_000 {
        let path = format!("/subscriptions/s-{number}/resourceGroups");
        assert_eq!(ask(&mut throttle, &path, 249), None);
        assert!(throttle.kinds() <= 300);
    }
    // The one that was asked often is still slowed down.
    assert_ne!(ask(&mut throttle, LIST, 0), None);
}
