//! How the clock of this machine differs from that of a server, by the `Date` of an answer. Who shows it: `error`.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, header};

/// Two clocks that differ by more than this disagree: Entra forgives five minutes.
const FORGIVEN: Duration = Duration::from_secs(5 * 60);

/// How the clock of this machine differs from another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockDifference {
    /// It is fast.
    Fast(Duration),
    /// It is slow.
    Slow(Duration),
}

impl ClockDifference {
    /// Compares `now` with the `Date` of an answer; `None` if they agree well enough.
    pub fn of(headers: &HeaderMap, now: SystemTime) -> Option<Self> {
        let date = headers.get(header::DATE)?.to_str().ok()?;
        let date = httpdate::parse_http_date(date).ok()?;
        let (difference, is_ahead) = match now.duration_since(date) {
            Ok(difference) => (difference, true),
            Err(error) => (error.duration(), false),
        };
        let whole = Duration::from_secs(difference.as_secs());
        (whole > FORGIVEN).then_some(if is_ahead {
            Self::Fast(whole)
        } else {
            Self::Slow(whole)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::HeaderMap;

    use super::ClockDifference;

    #[test]
    fn compares_clocks() {
        let date = "Sun, 22 Nov 2026 10:45:00 GMT";
        let moment = httpdate::parse_http_date(date).unwrap();
        let headers: HeaderMap = [(http::header::DATE, date.parse().unwrap())]
            .into_iter()
            .collect();
        let minutes = |count: u64| Duration::from_secs(count * 60);
        let found = |now| ClockDifference::of(&headers, now);
        assert_eq!(found(moment + minutes(5)), None);
        assert_eq!(
            found(moment + minutes(6)),
            Some(ClockDifference::Fast(minutes(6)))
        );
        assert_eq!(
            found(moment - minutes(60)),
            Some(ClockDifference::Slow(minutes(60)))
        );
        assert_eq!(ClockDifference::of(&HeaderMap::new(), moment), None);
    }
}
