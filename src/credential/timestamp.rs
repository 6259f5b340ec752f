//! Timestamps in the forms in which token endpoints and tools write them.

use std::time::SystemTime;

use super::token::from_epoch;
use crate::azure::read_zoned;

/// RFC 3339, with a blank for the `T` too, and the two of App Service.
const FORMATS: [&str; 4] = [
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
];

/// Reads a timestamp: seconds since 1970, RFC 3339, or the dates of App Service on Linux
/// (`06/20/2019 02:57:58 +00:00`) and on Windows (`1/16/2020 5:24:12 AM +00:00`), which its
/// protocol of 2017 sends (Azure/msrestazure-for-python).
pub(super) fn parse(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    if !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return from_epoch(whole.parse().ok()?);
    }
    let time = read_zoned(text, &FORMATS)?;
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    from_epoch(since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::{from_epoch, parse};

    #[test]
    fn reads_every_form_in_use() {
        for (text, seconds) in [
            ("1593791553", 1_593_791_553),
            (" 1593791553 ", 1_593_791_553),
            ("1593791553.25", 1_593_791_553),
            ("06/20/2019 02:57:58 +00:00", 1_560_999_478),
            ("1/16/2020 5:24:12 AM +00:00", 1_579_152_252),
            ("1/16/2020 5:24:12 PM +00:00", 1_579_195_452),
            ("1/16/2020 12:00:00 AM +00:00", 1_579_132_800),
            ("1/16/2020 12:00:00 PM +01:00", 1_579_172_400),
            ("2020-01-16T05:24:12Z", 1_579_152_252),
            ("2020-01-16T05:24:12.7654321Z", 1_579_152_252),
            ("2020-01-16T00:24:12-05:00", 1_579_152_252),
            ("2020-02-29 00:00:00", 1_582_934_400),
            ("1970-01-01T00:00:00Z", 0),
        ] {
            assert_eq!(parse(text), from_epoch(seconds), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_timestamp() {
        for text in [
            "",
            "soon",
            "-5",
            "99999999999999999999",
            "13/40/2020 1:00:00 AM",
            "2020-01-16T25:00:00Z",
            "2020-01-16T13:00:00 PM",
            "2020-01-16T05:24:12 CET",
            "1/16/20 ",
            "1/16",
            "é/1/2020 1:1:1",
            "2020-01-16Té",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
