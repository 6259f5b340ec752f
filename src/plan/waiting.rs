//! What a run waits for after its first answer, and how long for an answer. Who waits: `app/exchange/polling`, `transport`.

use std::time::Duration;

use http::HeaderMap;

use crate::cli::{WaitCondition, Watch};

/// How much later than a client prefers a server may begin to answer.
const DELAY: Duration = Duration::from_secs(60);

/// What is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// Nothing: the first answer is the answer.
    No,
    /// `--wait`: the end of what the request starts.
    Operation,
    /// `arm wait`: what the address tells.
    Address {
        /// The condition; without one, the end.
        until: Option<WaitCondition>,
    },
}

/// Whether a provider that is not registered with the subscription is registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registering {
    /// It is not.
    Never,
    /// `--register`: it is, where Resource Manager asks for it.
    OnDemand,
}

impl Waiting {
    /// What `--wait` and `arm wait` ask for.
    pub(super) fn of(wait: bool, watch: Option<&Watch>) -> Self {
        match (watch, wait) {
            (Some(watch), _) => Self::Address {
                until: watch.until.clone(),
            },
            (None, true) => Self::Operation,
            (None, false) => Self::No,
        }
    }
}

/// Returns for how long a server may have to be waited for after `Prefer: wait=N` (RFC 7240 4.3): it works for so long, and
/// then begins to answer. Log Analytics separates preferences by semicolons too.
pub(super) fn preferred_wait(headers: &HeaderMap) -> Option<Duration> {
    let values = headers.get_all("prefer").iter();
    let texts = values.filter_map(|value| value.to_str().ok());
    let seconds = texts
        .flat_map(|text| text.split([',', ';']))
        .filter_map(|preference| {
            let (name, value) = preference.split_once('=')?;
            let is_wait = name.trim().eq_ignore_ascii_case("wait");
            let seconds = value.trim().trim_matches('"').parse::<u32>().ok();
            seconds.filter(|_| is_wait)
        });
    let longest = seconds.max()?;
    Some(Duration::from_secs(longest.into()) + DELAY)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::preferred_wait;

    #[test]
    fn a_service_that_is_asked_to_work_long_is_waited_for() {
        for (preference, seconds) in [
            ("wait=600", Some(660)),
            ("respond-async, wait=10", Some(70)),
            ("include-statistics=true; Wait = \"10\"", Some(70)),
            ("wait=1, wait=2", Some(62)),
            ("wait=soon", None),
            ("wait", None),
            ("return=minimal", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("prefer", HeaderValue::from_static(preference));
            let found = preferred_wait(&headers).map(|wait| wait.as_secs());
            assert_eq!(found, seconds, "{preference}");
        }
        assert_eq!(preferred_wait(&HeaderMap::new()), None);
    }
}
