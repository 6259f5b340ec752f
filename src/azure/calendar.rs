//! The civil calendar: days since 1970 to a date of the Gregorian calendar and back, and moments as ARM
//! writes them. Reads no clock, and no text.
//!
//! Both ways count eras of 400 years that begin on 1 March
//! (howardhinnant.github.io/date_algorithms.html, `civil_from_days` and `days_from_civil`).

use std::time::SystemTime;

/// Days from 1 March of the year 0 to 1 January 1970.
const EPOCH: u64 = 719_468;

/// Returns the date of a day as year, month and day; days are counted from 1970-01-01.
pub fn date_of(days: u64) -> (u64, u64, u64) {
    let shifted = days + EPOCH;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

/// Counts the days from 1970-01-01 to a date; one before that, after the year 9999 or with a month or a day
/// that no year has, has none.
pub fn days_of(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // A year that begins in March ends with the day that leap years add.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    let days = year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1;
    Some(days - EPOCH.cast_signed())
}

/// Writes a moment in UTC with whole seconds: `2026-03-04T05:06:07Z` (RFC 3339).
pub fn rfc3339(moment: SystemTime) -> String {
    let since = moment.duration_since(SystemTime::UNIX_EPOCH);
    let seconds = since.unwrap_or_default().as_secs();
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = date_of(days);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{date_of, days_of, rfc3339};

    #[test]
    fn writes_moments() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_799, "2000-02-29T23:59:59Z"),
            (1_795_328_808, "2026-11-22T06:26:48Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            assert_eq!(rfc3339(moment), expected);
        }
    }

    #[test]
    fn both_ways_agree() {
        for days in 0..60_000 {
            let (year, month, day) = date_of(days);
            let [year, month, day] = [year, month, day].map(u64::cast_signed);
            assert_eq!(days_of(year, month, day), Some(days.cast_signed()));
        }
    }

    #[test]
    fn what_no_year_has_is_no_day() {
        for (year, month, day) in [
            (1969, 12, 31),
            (10_000, 1, 1),
            (2026, 0, 1),
            (2026, 13, 1),
            (2026, 1, 0),
            (2026, 1, 32),
        ] {
            assert_eq!(days_of(year, month, day), None, "{year}-{month}-{day}");
        }
    }
}
