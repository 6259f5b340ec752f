//! Dates and times as text, written and read: RFC 3339, days, and the forms that callers name. The time and its
//! zone come in as arguments; dates in HTTP headers have a crate of their own, `httpdate`.

use std::fmt::{Display, Write as _};
use std::time::{Duration, SystemTime};

use chrono::{
    DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike as _, Utc,
};

/// Writes a time in UTC with whole seconds: `2026-03-04T05:06:07Z` (RFC 3339). A time before 1970 is 1970.
pub fn rfc3339(time: SystemTime) -> String {
    write_utc(time, "%Y-%m-%dT%H:%M:%SZ")
}

/// Writes a time in UTC; `format` is that of `chrono::format::strftime`. A time before 1970 is 1970.
pub fn write_utc(time: SystemTime, format: &str) -> String {
    write_at(time, &Utc, format).unwrap_or_default()
}

/// Writes a time in a time zone; nothing if no calendar has it, because a service can send any number of seconds. A
/// time before 1970 is 1970.
pub fn write_at<Zone: TimeZone>(time: SystemTime, zone: &Zone, format: &str) -> Option<String>
where
    Zone::Offset: Display,
{
    let since = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).ok()?;
    let time = DateTime::from_timestamp(seconds, since.subsec_nanos())?;
    let mut text = String::new();
    write!(text, "{}", time.with_timezone(zone).format(format)).ok()?;
    Some(text)
}

/// Reads a date and a time in UTC that take the whole text; `format` is that of `chrono::format::strftime`.
pub fn read_utc(text: &str, format: &str) -> Option<SystemTime> {
    let time = NaiveDateTime::parse_from_str(text, format).ok()?;
    let is_leap_second = time.nanosecond() >= 1_000_000_000;
    system_time(time, 0).filter(|_| !is_leap_second)
}

/// Reads a date and a time in one of several formats, and the time zone after them: `+01:00`, `Z`, `UTC`, or nothing,
/// which is UTC. The case of letters does not matter.
pub fn read_zoned(text: &str, formats: &[&str]) -> Option<SystemTime> {
    let text = text.trim().to_ascii_uppercase();
    formats.iter().find_map(|format| {
        let (time, zone) = NaiveDateTime::parse_and_remainder(&text, format).ok()?;
        let offset = match zone.trim() {
            "" | "Z" | "UTC" => 0,
            zone => zone.parse::<FixedOffset>().ok()?.local_minus_utc(),
        };
        system_time(time, offset)
    })
}

/// Reads a day in the form `2026-11-22` as the time at which it began in UTC; days before 1970 have none.
pub(super) fn day_of(text: &str) -> Option<SystemTime> {
    let is_shaped = text.len() == 10 && text.starts_with(|first: char| first.is_ascii_digit());
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    let time = system_time(day.and_time(NaiveTime::MIN), 0)?;
    (is_shaped && time >= SystemTime::UNIX_EPOCH).then_some(time)
}

/// The time at an offset from UTC, in seconds.
fn system_time(time: NaiveDateTime, offset: i32) -> Option<SystemTime> {
    let seconds = time.and_utc().timestamp() - i64::from(offset);
    let distance = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{day_of, read_utc, read_zoned, rfc3339, write_utc};

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn writes_times() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_799, "2000-02-29T23:59:59Z"),
            (1_795_328_808, "2026-11-22T06:26:48Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(at(seconds)), expected);
            assert_eq!(
                read_zoned(expected, &["%Y-%m-%dT%H:%M:%S"]),
                Some(at(seconds))
            );
        }
        assert_eq!(rfc3339(at(0) - Duration::from_secs(5)), rfc3339(at(0)));
        // Windows counts no further than to a date.
        if !cfg!(windows) {
            assert_eq!(write_utc(at(u64::MAX >> 1), "%Y"), "");
        }
        assert_eq!(write_utc(at(0), "%Q"), "");
    }

    #[test]
    fn reads_zones() {
        for (text, expected) in [
            ("2020-01-16 05:24:12", Some(1_579_152_252)),
            ("2020-01-16 05:24:12 utc", Some(1_579_152_252)),
            ("2020-01-16 00:24:12-05:00", Some(1_579_152_252)),
            ("2020-01-16 05:24:12 CET", None),
            ("2020-02-30 05:24:12", None),
            ("", None),
        ] {
            let found = read_zoned(text, &["%Y-%m-%d %H:%M:%S"]);
            assert_eq!(found, expected.map(at), "{text}");
        }
    }

    #[test]
    fn reads_whole_texts() {
        let read = |text| read_utc(text, "%Y%m%d%H%M%S");
        assert_eq!(read("20200116052412"), Some(at(1_579_152_252)));
        assert_eq!(read("19691231235959"), Some(at(0) - Duration::from_secs(1)));
        for text in [
            "20200116052412Z",
            "20200116052460",
            "20200230052412",
            "2020",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[track_caller]
    fn check_day(text: &str, expected: Option<u64>) {
        assert_eq!(day_of(text), expected.map(at), "{text}");
    }

    #[test]
    fn reads_days() {
        check_day("1970-01-01", Some(0));
        check_day("2000-02-29", Some(951_782_400));
        check_day("2026-11-22", Some(1_795_305_600));
        check_day("2100-03-01", Some(4_107_542_400));
    }

    #[test]
    fn other_text_is_not_a_day() {
        for text in [
            "",
            "2026",
            "2026-11",
            "2026-13-01",
            "2026-11-32",
            "2026-11-00",
            "2026-02-30",
            "2026/11/22",
            "2026-11-22T",
            "1969-12-31",
            "10000-1-01",
            "+026-11-22",
            "2026-11-2é",
        ] {
            check_day(text, None);
        }
    }
}
