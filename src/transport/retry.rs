//! Decides whether a request is made again, and when. `client` waits and sends.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use super::error::{ErrorKind, ProxyErrorKind};
use crate::azure::headers::{RATE_LIMIT, RETRY_AFTER_MS, X_MS_RETRY_AFTER_MS};

/// The first pause; each further one is twice as long (azure-core's factor).
const FIRST_PAUSE: Duration = Duration::from_millis(800);
/// What stands for any longer pause that a service asks for; no clock overflows by it.
const FOREVER: Duration = Duration::from_secs(1 << 32);

/// How often and how long a request is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Retries after the first try; 0 turns them off.
    pub retries: u32,
    /// The longest pause, also if the service asks for a longer one.
    pub longest_pause: Duration,
}

/// The attempts that an outcome took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Attempts {
    /// How often the request was repeated.
    pub repetitions: u32,
    /// From the first attempt to the last outcome, pauses included.
    pub duration: Duration,
    /// Whether it would have been repeated once more, had the run's budget allowed it.
    pub is_budget_spent: bool,
    /// Whether the service may have executed one before the last.
    pub may_be_executed: bool,
}

/// The attempt that a decision follows.
#[derive(Debug, Clone, Copy)]
pub struct FinishedAttempt {
    /// How many there were before it.
    pub number: u32,
    /// When it ended.
    pub now: SystemTime,
    /// A number in 0..1, so that clients which failed together do not come back together.
    pub jitter: f64,
}

/// What came of an attempt.
#[derive(Debug, Clone, Copy)]
pub enum Outcome<'a> {
    /// An answer with this status and head.
    Answer(StatusCode, &'a HeaderMap),
    /// No answer.
    Failure(ErrorKind),
}

/// What the loop does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The outcome is final.
    Accept,
    /// The same request again, after a pause.
    RetryAfter(Duration),
}

/// Decides after an attempt.
///
/// POST and PATCH are repeated only if they were never executed: refused with 421, 429, with 503 and
/// `Retry-After`, or not processed. The other verbs are idempotent by ARM's contract
/// (Azure/azure-resource-manager-rpc), except under `If-None-Match: *`, where the second execution
/// would answer 412 to the success of the first.
pub fn decide(
    method: &Method,
    headers: &HeaderMap,
    outcome: Outcome<'_>,
    attempt: FinishedAttempt,
    limits: Limits,
) -> Decision {
    let FinishedAttempt {
        number,
        now,
        jitter,
    } = attempt;
    if number >= limits.retries {
        return Decision::Accept;
    }
    let repeatable = is_repeatable(method, headers);
    let (again, asked) = match outcome {
        Outcome::Answer(status, head) => {
            let asked = retry_after(head, now);
            let again = match status.as_u16() {
                429 => true,
                // The connection was not for this host; the next attempt has one of its own.
                421 => number == 0,
                503 => repeatable || asked.is_some(),
                _ => may_pass(status) && repeatable,
            };
            (again, asked)
        }
        Outcome::Failure(kind) => (
            failure_may_pass(kind) && (kind.never_sent() || repeatable),
            None,
        ),
    };
    if !again {
        return Decision::Accept;
    }
    let growing = FIRST_PAUSE
        .saturating_mul(2_u32.saturating_pow(number))
        .mul_f64(jitter);
    Decision::RetryAfter(asked.unwrap_or(growing).min(limits.longest_pause))
}

/// Tells whether a status may be temporary.
pub fn may_pass(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504)
}

/// Tells whether the service may have executed a request that must be made again. What is refused with 503 and a time to
/// come back was not begun.
pub fn may_have_executed(outcome: Outcome<'_>) -> bool {
    match outcome {
        Outcome::Answer(status, head) => {
            let is_put_off = status == StatusCode::SERVICE_UNAVAILABLE
                && retry_after(head, SystemTime::UNIX_EPOCH).is_some();
            status == StatusCode::REQUEST_TIMEOUT || (status.as_u16() >= 500 && !is_put_off)
        }
        Outcome::Failure(kind) => !kind.never_sent(),
    }
}

/// Tells whether a request may be executed twice.
pub(super) fn is_repeatable(method: &Method, headers: &HeaderMap) -> bool {
    is_idempotent(method) && !creates_only(headers)
}

fn is_idempotent(method: &Method) -> bool {
    matches!(
        *method,
        Method::GET | Method::HEAD | Method::PUT | Method::DELETE | Method::OPTIONS
    )
}

fn creates_only(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .any(|entry| entry.trim_ascii() == b"*")
}

/// Tells whether a failure may be temporary. A name without address, a closed port, a bad certificate, an answer that
/// is not HTTP or a missing file will be the same in a second.
fn failure_may_pass(kind: ErrorKind) -> bool {
    match kind {
        ErrorKind::Connect
        | ErrorKind::ConnectTimeout
        | ErrorKind::OpenFiles
        | ErrorKind::NotProcessed
        | ErrorKind::Http1Required
        | ErrorKind::ReadTimeout
        | ErrorKind::Lost
        | ErrorKind::Body => true,
        ErrorKind::Proxy(refusal) => match refusal {
            ProxyErrorKind::Unreachable => true,
            ProxyErrorKind::Status(status) => StatusCode::from_u16(status).is_ok_and(may_pass),
            ProxyErrorKind::Malformed => false,
        },
        ErrorKind::Dns
        | ErrorKind::Refused
        | ErrorKind::ProxySetting(_)
        | ErrorKind::Tls(_)
        | ErrorKind::Malformed
        | ErrorKind::Coding
        | ErrorKind::State => false,
    }
}

/// Returns how long the service asks to wait: `retry-after-ms`, `x-ms-retry-after-ms`, `Retry-After` in seconds or as
/// an HTTP date (RFC 9110 10.2.3), or the pause of a provider's own limit; nonsense counts as absent, a number that is too
/// large to hold as a very long time.
///
/// A date is counted from the `Date` of the same answer, because the clock here may be hours off; `now` stands in where
/// the answer has none.
pub fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(text_of);
    let date = |name: &str| httpdate::parse_http_date(text(name)?).ok();
    let pause = |name: &str, unit: f64| pause_of(text(name)?, unit);
    let own = pause(RETRY_AFTER_MS, 0.001)
        .or_else(|| pause(X_MS_RETRY_AFTER_MS, 0.001))
        .or_else(|| pause("retry-after", 1.0))
        .or_else(|| {
            let end = date("retry-after")?;
            let start = date("date").unwrap_or(now);
            Some(end.duration_since(start).unwrap_or_default())
        });
    // Sooner than the limits of a provider allow it would only be refused again.
    own.max(rate_limit_pause(headers))
}

/// Returns the longest pause that a provider asks for in `x-ms-ratelimit-…-retry-after`, in seconds: Cost Management
/// has one for each of its limits, and no `Retry-After` (Azure/azure-powershell#27734).
pub fn rate_limit_pause(headers: &HeaderMap) -> Option<Duration> {
    let pauses = headers.iter().filter_map(|(name, value)| {
        let name = name.as_str().strip_prefix(RATE_LIMIT)?;
        name.strip_suffix("-retry-after")?;
        pause_of(text_of(value)?, 1.0)
    });
    pauses.max()
}

fn text_of(value: &HeaderValue) -> Option<&str> {
    value.to_str().ok().map(str::trim)
}

fn pause_of(text: &str, unit: f64) -> Option<Duration> {
    // Without a sign, and not `inf`: a number of any size.
    let number: f64 = text
        .starts_with(|first: char| first.is_ascii_digit())
        .then(|| text.parse().ok())??;
    let pause = Duration::try_from_secs_f64(number * unit).unwrap_or(FOREVER);
    Some(pause.min(FOREVER))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use http::{HeaderMap, Method, StatusCode};

    use super::{
        Decision, FOREVER, FinishedAttempt, Limits, Outcome, decide, may_have_executed, retry_after,
    };
    use crate::transport::{ErrorKind, ProxyErrorKind, TlsErrorKind};

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.insert(*name, value.parse().unwrap());
        }
        map
    }

    type Pairs<'a> = &'a [(&'static str, &'a str)];

    fn attempt(number: u32, jitter: f64) -> FinishedAttempt {
        FinishedAttempt {
            number,
            now: SystemTime::UNIX_EPOCH,
            jitter,
        }
    }

    #[track_caller]
    fn check(
        method: &Method,
        request: &[(&'static str, &str)],
        outcome: Result<(u16, Pairs<'_>), ErrorKind>,
        expected: Option<f64>,
    ) {
        let head = headers(outcome.map(|(_, head)| head).unwrap_or_default());
        let outcome = match outcome {
            Ok((status, _)) => Outcome::Answer(StatusCode::from_u16(status).unwrap(), &head),
            Err(kind) => Outcome::Failure(kind),
        };
        let limits = Limits {
            retries: 3,
            longest_pause: Duration::from_secs(300),
        };
        let decision = decide(method, &headers(request), outcome, attempt(1, 0.5), limits);
        let expected = expected.map_or(Decision::Accept, |seconds| {
            Decision::RetryAfter(Duration::from_secs_f64(seconds))
        });
        assert_eq!(decision, expected);
    }

    #[test]
    fn repeats_by_verb_and_status() {
        for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE] {
            for status in [408, 429, 500, 502, 503, 504] {
                check(&method, &[], Ok((status, &[])), Some(0.8));
                check(
                    &method,
                    &[],
                    Ok((status, &[("retry-after", "7")])),
                    Some(7.0),
                );
            }
            check(&method, &[], Err(ErrorKind::Lost), Some(0.8));
            for status in [200, 201, 202, 301, 400, 401, 404, 409, 412, 501, 505] {
                check(&method, &[], Ok((status, &[("retry-after", "7")])), None);
            }
        }
        for method in [Method::POST, Method::PATCH] {
            for status in [408, 500, 502, 503, 504] {
                check(&method, &[], Ok((status, &[])), None);
            }
            check(&method, &[], Ok((429, &[])), Some(0.8));
            check(&method, &[], Ok((503, &[("retry-after", "2")])), Some(2.0));
            check(&method, &[], Ok((500, &[("retry-after", "2")])), None);
            check(&method, &[], Err(ErrorKind::Lost), None);
            check(&method, &[], Err(ErrorKind::ReadTimeout), None);
            check(&method, &[], Err(ErrorKind::ConnectTimeout), Some(0.8));
        }
        check(
            &Method::PUT,
            &[("if-none-match", "*")],
            Ok((500, &[])),
            None,
        );
        check(
            &Method::PUT,
            &[("if-none-match", "\"x\", *")],
            Ok((500, &[])),
            None,
        );
        check(
            &Method::PUT,
            &[("if-none-match", "*")],
            Ok((429, &[])),
            Some(0.8),
        );
        check(
            &Method::PUT,
            &[("if-none-match", "\"e\"")],
            Ok((500, &[])),
            Some(0.8),
        );
        check(&Method::GET, &[], Err(ErrorKind::Refused), None);
        check(
            &Method::GET,
            &[],
            Err(ErrorKind::Tls(TlsErrorKind::Other)),
            None,
        );
        check(&Method::GET, &[], Err(ErrorKind::Malformed), None);
        for (refusal, expected) in [
            (ProxyErrorKind::Status(407), None),
            (ProxyErrorKind::Status(403), None),
            (ProxyErrorKind::Status(502), Some(0.8)),
            (ProxyErrorKind::Malformed, None),
            (ProxyErrorKind::Unreachable, Some(0.8)),
        ] {
            check(&Method::POST, &[], Err(ErrorKind::Proxy(refusal)), expected);
        }
        for method in [Method::GET, Method::POST] {
            for kind in [
                ErrorKind::NotProcessed,
                ErrorKind::Http1Required,
                ErrorKind::OpenFiles,
            ] {
                check(&method, &[], Err(kind), Some(0.8));
            }
            check(&method, &[], Ok((421, &[])), None);
        }
    }

    #[test]
    fn what_must_be_made_again_may_have_been_executed() {
        let put_off = [("retry-after", "1")];
        for (status, pairs, expected) in [
            (408, &[][..], true),
            (429, &[], false),
            (421, &[], false),
            (500, &[], true),
            (500, &put_off, true),
            (503, &[], true),
            (503, &put_off, false),
            (504, &[], true),
        ] {
            let head = headers(pairs);
            let outcome = Outcome::Answer(StatusCode::from_u16(status).unwrap(), &head);
            assert_eq!(may_have_executed(outcome), expected, "{status} {pairs:?}");
        }
        assert!(may_have_executed(Outcome::Failure(ErrorKind::Lost)));
        assert!(!may_have_executed(Outcome::Failure(
            ErrorKind::NotProcessed
        )));
    }

    #[test]
    fn is_capped_and_counted() {
        let limits = Limits {
            retries: 3,
            longest_pause: Duration::from_secs(5),
        };
        let head = headers(&[("retry-after", "3600")]);
        let outcome = Outcome::Answer(StatusCode::TOO_MANY_REQUESTS, &head);
        let decide = |number, limits| {
            let none = HeaderMap::new();
            decide(&Method::GET, &none, outcome, attempt(number, 1.0), limits)
        };
        assert_eq!(
            decide(2, limits),
            Decision::RetryAfter(Duration::from_secs(5))
        );
        assert_eq!(decide(3, limits), Decision::Accept);
        assert_eq!(
            decide(
                0,
                Limits {
                    retries: 0,
                    ..limits
                }
            ),
            Decision::Accept
        );
    }

    #[test]
    fn pauses_grow_between_nothing_and_twice_the_last() {
        let limits = Limits {
            retries: u32::MAX,
            longest_pause: Duration::from_secs(300),
        };
        let pause = |number, jitter| {
            let outcome = Outcome::Failure(ErrorKind::Lost);
            let none = HeaderMap::new();
            decide(
                &Method::GET,
                &none,
                outcome,
                attempt(number, jitter),
                limits,
            )
        };
        for (attempt, most) in [
            (0, 0.8),
            (1, 1.6),
            (2, 3.2),
            (3, 6.4),
            (9, 300.0),
            (99, 300.0),
        ] {
            let most = Duration::from_secs_f64(most);
            assert_eq!(pause(attempt, 1.0), Decision::RetryAfter(most), "{attempt}");
            assert_eq!(pause(attempt, 0.0), Decision::RetryAfter(Duration::ZERO));
        }
    }

    #[test]
    fn reads_every_form_of_retry_after() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (name, value, expected) in [
            ("retry-after", "15", Some(15_000)),
            ("retry-after", " 1.5 ", Some(1_500)),
            ("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT", Some(10_000)),
            ("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("retry-after-ms", "250", Some(250)),
            ("x-ms-retry-after-ms", "250", Some(250)),
            ("retry-after", "soon", None),
            ("retry-after", "-1", None),
            ("retry-after", "NaN", None),
            ("retry-after", "1e300", Some(FOREVER.as_millis())),
            (
                "retry-after",
                "99999999999999999999",
                Some(FOREVER.as_millis()),
            ),
            ("retry-after", &"9".repeat(400), Some(FOREVER.as_millis())),
            (
                "retry-after-ms",
                "18446744073709551615",
                Some(FOREVER.as_millis()),
            ),
            ("retry-after", "inf", None),
            ("retry-after", "", None),
            ("retry-after", "15, 20", None),
            ("retry-after-ms", "-250", None),
            ("x-ms-retry-after", "250", None),
        ] {
            let found = retry_after(&headers(&[(name, value)]), now);
            assert_eq!(
                found,
                expected.map(|pause| Duration::from_millis(pause.try_into().unwrap())),
                "{name}: {value}"
            );
        }
    }

    #[test]
    fn a_date_is_counted_from_the_date_of_the_answer() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let end = ("retry-after", "Sun, 06 Nov 1994 09:49:40 GMT");
        for (date, expected) in [
            ("Sun, 06 Nov 1994 09:49:37 GMT", 3),
            ("Sun, 06 Nov 1994 09:59:37 GMT", 0),
            ("yesterday", 3_603),
        ] {
            let found = retry_after(&headers(&[("date", date), end]), now);
            assert_eq!(found, Some(Duration::from_secs(expected)), "{date}");
        }
    }

    #[test]
    fn the_limits_of_a_provider_count_where_no_other_pause_is_named() {
        let entity = "x-ms-ratelimit-microsoft.costmanagement-entity-retry-after";
        let sooner = headers(&[("retry-after", "1"), (entity, "3")]);
        let pause = retry_after(&sooner, SystemTime::UNIX_EPOCH);
        assert_eq!(pause, Some(Duration::from_secs(3)));
        let client = "x-ms-ratelimit-microsoft.costmanagement-clienttype-retry-after";
        let found = |pairs: Pairs<'_>| {
            retry_after(&headers(pairs), SystemTime::UNIX_EPOCH).map(|pause| pause.as_secs())
        };
        assert_eq!(found(&[(entity, "3"), (client, "41")]), Some(41));
        assert_eq!(found(&[(entity, "3"), (client, "soon")]), Some(3));
        assert_eq!(found(&[(entity, "3"), ("retry-after", "7")]), Some(7));
        assert_eq!(found(&[(entity, "3"), ("retry-after", "soon")]), Some(3));
        for other in [
            "x-ms-ratelimit-remaining-subscription-reads",
            "x-ms-ratelimit-microsoft.costmanagement-qpu-consumed",
            "microsoft.costmanagement-entity-retry-after",
        ] {
            assert_eq!(found(&[(other, "3")]), None, "{other}");
        }
    }

    #[test]
    fn the_finest_plausible_unit_counts() {
        let all = [
            ("retry-after-ms", "1"),
            ("x-ms-retry-after-ms", "2"),
            ("retry-after", "3"),
        ];
        let found = |pairs: Pairs<'_>| retry_after(&headers(pairs), SystemTime::UNIX_EPOCH);
        assert_eq!(found(&all), Some(Duration::from_millis(1)));
        assert_eq!(found(&all[1..]), Some(Duration::from_millis(2)));
        let mut nonsense = all;
        nonsense[0].1 = "soon";
        assert_eq!(found(&nonsense), Some(Duration::from_millis(2)));
        nonsense[1].1 = "-2";
        assert_eq!(found(&nonsense), Some(Duration::from_secs(3)));
    }
}
