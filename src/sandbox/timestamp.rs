//! Timestamps as ARM writes them. The time comes in as an argument, so that runs can be repeated.

use std::time::{Duration, SystemTime};

use crate::azure::{self, write_utc};

/// The last second of the year 9999: what HTTP dates can still write.
const LAST: u64 = 253_402_300_799;

/// A time in whole seconds since 1970, kept within what an HTTP date can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Timestamp(u64);

impl Timestamp {
    /// Returns the timestamp of that many seconds since 1970, at most the end of the year 9999.
    pub(crate) fn from_seconds(seconds: u64) -> Self {
        Self(seconds.min(LAST))
    }

    /// Returns the timestamp of a system time; one before 1970 is 1970.
    pub(crate) fn of(time: SystemTime) -> Self {
        Self::from_seconds(
            time.duration_since(SystemTime::UNIX_EPOCH)
                .map_or(0, |since| since.as_secs()),
        )
    }

    /// Returns the seconds since 1970.
    pub(crate) fn seconds(self) -> u64 {
        self.0
    }

    /// Returns `2026-03-04T05:06:07Z`.
    pub(crate) fn rfc3339(self) -> String {
        azure::rfc3339(self.time())
    }

    /// Returns `20260304T050607Z`, the middle of `x-ms-routing-request-id`.
    pub(crate) fn compact(self) -> String {
        write_utc(self.time(), "%Y%m%dT%H%M%SZ")
    }

    /// Returns `3/4/2026 5:06:07 AM`, as the gateway's `ExpiredAuthenticationToken` writes times.
    pub(crate) fn american(self) -> String {
        write_utc(self.time(), "%-m/%-d/%Y %-I:%M:%S %p")
    }

    /// Returns `03/04/2026 05:06:07 +00:00`, as App Service on Linux wrote times.
    pub(crate) fn american_padded(self) -> String {
        write_utc(self.time(), "%m/%d/%Y %H:%M:%S +00:00")
    }

    /// Returns `Wed, 04 Mar 2026 05:06:07 GMT`.
    pub(crate) fn http_date(self) -> String {
        httpdate::fmt_http_date(self.time())
    }

    fn time(self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::Timestamp;

    #[track_caller]
    fn check(seconds: u64, rfc3339: &str, american: &str) {
        let moment = Timestamp::from_seconds(seconds);
        assert_eq!(moment.rfc3339(), rfc3339);
        assert_eq!(moment.american(), american);
    }

    #[test]
    fn writes_timestamps() {
        check(0, "1970-01-01T00:00:00Z", "1/1/1970 12:00:00 AM");
        check(951_782_400, "2000-02-29T00:00:00Z", "2/29/2000 12:00:00 AM");
        check(
            1_539_713_372,
            "2018-10-16T18:09:32Z",
            "10/16/2018 6:09:32 PM",
        );
        check(
            1_798_761_599,
            "2026-12-31T23:59:59Z",
            "12/31/2026 11:59:59 PM",
        );
        check(u64::MAX, "9999-12-31T23:59:59Z", "12/31/9999 11:59:59 PM");
    }

    #[test]
    fn a_time_before_1970_is_1970() {
        let early = SystemTime::UNIX_EPOCH - Duration::from_secs(5);
        assert_eq!(Timestamp::of(early).seconds(), 0);
        assert_eq!(
            Timestamp::of(early).http_date(),
            "Thu, 01 Jan 1970 00:00:00 GMT"
        );
        assert_eq!(
            Timestamp::from_seconds(u64::MAX).http_date(),
            "Fri, 31 Dec 9999 23:59:59 GMT"
        );
    }

    #[test]
    fn compact_has_no_separators() {
        assert_eq!(
            Timestamp::from_seconds(1_539_713_372).compact(),
            "20181016T180932Z"
        );
    }
}
