//! What the headers of a response say is left of the service's limits. What follows from it: `client::throttle`.

use std::time::Duration;

use http::HeaderMap;

use crate::azure::headers::{RATE_LIMIT_REMAINING, USER_QUOTA_REMAINING, USER_QUOTA_RESETS_AFTER};

/// One of the service's counters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counter {
    /// Its name, such as `subscription-reads` or `Microsoft.Compute/PutVM3Min`.
    pub name: String,
    /// The requests that are left.
    pub left: u64,
    /// How they come back.
    pub refill: Refill,
}

/// How the requests of a counter come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refill {
    /// A token bucket of the gateway, the same everywhere since 2024.
    Bucket {
        /// The requests that it holds.
        capacity: u64,
        /// The requests that come back in a second.
        per_second: u32,
    },
    /// So many in a time of this length; how many is not said.
    Window(Duration),
    /// All of them, after this time.
    After(Duration),
    /// Not said.
    Unknown,
}

/// The gateway's name for the quota of a user of Resource Graph.
const SAME_AS_USER_QUOTA: &str = "tenant-resource-requests";

/// How many requests all callers together have for each one that a single caller has.
const GLOBAL: u32 = 15;

/// Reads all counters of an answer, in the order of their names. What is not a whole number is left out.
pub fn counters_of(headers: &HeaderMap) -> Vec<Counter> {
    let mut counters: Vec<Counter> = headers
        .iter()
        .filter_map(|(name, value)| {
            let name = name.as_str().strip_prefix(RATE_LIMIT_REMAINING)?;
            Some((name, value.to_str().ok()?))
        })
        .flat_map(|(name, value)| match name {
            "resource" => value.split(',').filter_map(of_resource).collect(),
            _ => Vec::from_iter(counter(name, value, refill_of(name))),
        })
        .collect();
    if let Some(quota) = user_quota(headers) {
        // Resource Graph says it under two names (recorded), and when it ends under one of them only.
        counters.retain(|counter| counter.name != SAME_AS_USER_QUOTA);
        counters.push(quota);
    }
    counters.sort_by(|one, other| one.name.cmp(&other.name));
    counters
}

fn counter(name: &str, left: &str, refill: Refill) -> Option<Counter> {
    Some(Counter {
        name: name.to_owned(),
        left: left.trim().parse().ok()?,
        refill,
    })
}

/// Compute's `Microsoft.Compute/PutVM3Min;239`.
fn of_resource(entry: &str) -> Option<Counter> {
    let (name, left) = entry.trim().split_once(';')?;
    let refill = minutes_of(name).map_or(Refill::Unknown, Refill::Window);
    counter(name.trim(), left, refill)
}

/// The window at the end of a name: `PutVM30Min` counts for 30 minutes.
fn minutes_of(name: &str) -> Option<Duration> {
    let number = name.trim().strip_suffix("Min")?;
    let digits = number.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    let minutes: u32 = digits.parse().ok()?;
    (minutes > 0).then(|| Duration::from_secs(60 * u64::from(minutes)))
}

fn refill_of(name: &str) -> Refill {
    if name.ends_with("-pt5m") {
        return Refill::Window(Duration::from_secs(5 * 60));
    }
    if name.ends_with("-pt1h") {
        return Refill::Window(Duration::from_secs(60 * 60));
    }
    let (capacity, per_second) = match name.rsplit('-').next() {
        Some("reads") => (250, 25),
        Some("writes" | "deletes") => (200, 10),
        Some(_) | None => return Refill::Unknown,
    };
    let callers = if name.contains("-global-") { GLOBAL } else { 1 };
    Refill::Bucket {
        capacity: capacity * u64::from(callers),
        per_second: per_second * callers,
    }
}

fn user_quota(headers: &HeaderMap) -> Option<Counter> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let resets_after = text(USER_QUOTA_RESETS_AFTER).and_then(clock_time);
    let refill = resets_after.map_or(Refill::Unknown, Refill::After);
    counter("user-quota", text(USER_QUOTA_REMAINING)?, refill)
}

/// Reads `hh:mm:ss`.
fn clock_time(text: &str) -> Option<Duration> {
    let mut parts = text.trim().split(':').map(|part| part.parse::<u32>().ok());
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() || minutes > 59 || seconds > 59 {
        return None;
    }
    let seconds = u64::from(hours) * 3600 + u64::from(minutes * 60 + seconds);
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::HeaderMap;

    use super::{Refill, counters_of};

    /// Checks `name left refill` of each counter.
    #[track_caller]
    fn check(headers: &[(&'static str, &str)], expected: &[&str]) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        let shown: Vec<String> = counters_of(&map)
            .into_iter()
            .map(|counter| {
                let refill = match counter.refill {
                    Refill::Bucket {
                        capacity,
                        per_second,
                    } => format!("{per_second}/s up to {capacity}"),
                    Refill::Window(Duration::ZERO) => "never".to_owned(),
                    Refill::Window(window) => format!("in {}s", window.as_secs()),
                    Refill::After(time) => format!("after {}s", time.as_secs()),
                    Refill::Unknown => "unknown".to_owned(),
                };
                format!("{} {} {refill}", counter.name, counter.left)
            })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn reads_the_gateways_counters() {
        check(
            &[
                ("x-ms-ratelimit-remaining-subscription-reads", "249"),
                ("x-ms-ratelimit-remaining-subscription-global-reads", "3749"),
                ("x-ms-ratelimit-remaining-tenant-writes", " 199 "),
                ("x-ms-ratelimit-remaining-subscription-deletes", "11999"),
                ("content-length", "3"),
            ],
            &[
                "subscription-deletes 11999 10/s up to 200",
                "subscription-global-reads 3749 375/s up to 3750",
                "subscription-reads 249 25/s up to 250",
                "tenant-writes 199 10/s up to 200",
            ],
        );
    }

    #[test]
    fn reads_the_providers_counters() {
        check(
            &[(
                "x-ms-ratelimit-remaining-resource",
                "Microsoft.Compute/PutVM3Min;239,Microsoft.Compute/PutVM30Min;1199",
            )],
            &[
                "Microsoft.Compute/PutVM30Min 1199 in 1800s",
                "Microsoft.Compute/PutVM3Min 239 in 180s",
            ],
        );
        check(
            &[
                (
                    "x-ms-ratelimit-remaining-subscription-resource-requests",
                    "7",
                ),
                (
                    "x-ms-ratelimit-remaining-subscription-resource-requests-pt5m",
                    "8",
                ),
                (
                    "x-ms-ratelimit-remaining-subscription-resource-requests-pt1h",
                    "9",
                ),
            ],
            &[
                "subscription-resource-requests 7 unknown",
                "subscription-resource-requests-pt1h 9 in 3600s",
                "subscription-resource-requests-pt5m 8 in 300s",
            ],
        );
        check(
            &[
                ("x-ms-user-quota-remaining", "14"),
                ("x-ms-user-quota-resets-after", "00:01:05"),
                ("x-ms-ratelimit-remaining-tenant-resource-requests", "14"),
            ],
            &["user-quota 14 after 65s"],
        );
    }

    #[test]
    fn nonsense_is_not_a_counter() {
        check(
            &[
                ("x-ms-ratelimit-remaining-calls-per-second", "166.65"),
                ("x-ms-ratelimit-remaining-subscription-reads", "many"),
                ("x-ms-ratelimit-remaining-tenant-reads", "-1"),
                (
                    "x-ms-ratelimit-remaining-resource",
                    "a,b;c,;,d0Min;1,xMin;2,9999999999Min;3",
                ),
                ("x-ms-user-quota-resets-after", "00:00:05"),
            ],
            &[
                "9999999999Min 3 unknown",
                "d0Min 1 unknown",
                "xMin 2 unknown",
            ],
        );
        for nonsense in ["", "5", "0:0", "1:2:3:4", "00:61:00", "a:b:c", "-1:0:0"] {
            check(
                &[
                    ("x-ms-user-quota-remaining", "0"),
                    ("x-ms-user-quota-resets-after", nonsense),
                ],
                &["user-quota 0 unknown"],
            );
        }
    }
}
