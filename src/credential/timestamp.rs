//! Timestamps in the forms in which token endpoints and tools write them.

use std::time::SystemTime;

use super::token::from_epoch;
use crate::azure::days_of;

/// Reads a timestamp: seconds since 1970, RFC 3339, or the dates of App Service on Linux
/// (`06/20/2019 02:57:58 +00:00`) and on Windows (`1/16/2020 5:24:12 AM +00:00`), which its
/// protocol of 2017 sends (Azure/msrestazure-for-python).
pub(super) fn parse(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    if !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return from_epoch(whole.parse().ok()?);
    }
    let (date, rest) = text.split_once(['T', 't', ' '])?;
    let (year, month, day) = if let Some((month, rest)) = date.split_once('/') {
        let (day, year) = rest.split_once('/')?;
        (year, month, day)
    } else {
        let (year, rest) = date.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        (year, month, day)
    };
    let days = days_of(number(year)?, number(month)?, number(day)?)?;
    let (seconds, offset) = time_of_day(rest)?;
    let timestamp = days * 86_400 + seconds - offset;
    from_epoch(u64::try_from(timestamp).ok()?)
}

/// Reads `02:57:58 +00:00`, `5:24:12 AM +00:00` or `02:57:58.123Z` as seconds and the offset of
/// the zone in seconds. A time without a zone is UTC.
fn time_of_day(text: &str) -> Option<(i64, i64)> {
    let digits = |byte: char| byte.is_ascii_digit() || byte == ':' || byte == '.';
    let end = text.find(|next| !digits(next)).unwrap_or(text.len());
    let (clock, rest) = text.split_at_checked(end)?;
    let mut parts = clock.split(':');
    let (hour, minute) = (number(parts.next()?)?, number(parts.next()?)?);
    let second = parts.next().unwrap_or("0");
    let second = number(second.split('.').next()?)?;
    if parts.next().is_some() || minute > 59 || second > 60 {
        return None;
    }
    let rest = rest.trim();
    let upper = rest.get(..2).map(str::to_ascii_uppercase);
    let (hour, zone) = match upper.as_deref() {
        Some("AM") if (1..=12).contains(&hour) => (hour % 12, rest.get(2..)?),
        Some("PM") if (1..=12).contains(&hour) => (hour % 12 + 12, rest.get(2..)?),
        Some("AM" | "PM") => return None,
        Some(_) | None => (hour, rest),
    };
    (hour < 24).then_some(())?;
    Some((
        hour * 3600 + minute * 60 + second,
        zone_offset(zone.trim())?,
    ))
}

fn zone_offset(zone: &str) -> Option<i64> {
    if zone.is_empty() || zone.eq_ignore_ascii_case("z") || zone.eq_ignore_ascii_case("utc") {
        return Some(0);
    }
    let sign = match zone.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    Some(sign * (number(hours)? * 3600 + number(minutes)? * 60))
}

/// Reads at most four digits.
fn number(text: &str) -> Option<i64> {
    let is_number = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
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
