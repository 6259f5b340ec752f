//! Days in the form `2026-11-22`. Knows no clock and no time of day.

use std::time::{Duration, SystemTime};

use crate::azure::calendar::days_of;

const SECONDS: u64 = 86_400;

/// Returns the moment at which a day began, in UTC; days before 1970 have none.
pub(super) fn day_of(text: &str) -> Option<SystemTime> {
    let number = |range| -> Option<i64> {
        let digits: &str = text.get(range)?;
        digits
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| digits.parse().ok())?
    };
    let is_shaped = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    let days = days_of(number(0..4)?, number(5..7)?, number(8..10)?).filter(|_| is_shaped)?;
    let since_epoch = u64::try_from(days).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(since_epoch * SECONDS))
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::day_of;

    #[track_caller]
    fn check(text: &str, expected: Option<u64>) {
        let seconds = day_of(text).map(|day| {
            let since = day.duration_since(SystemTime::UNIX_EPOCH);
            since.unwrap().as_secs()
        });
        assert_eq!(seconds, expected, "{text}");
    }

    #[test]
    fn reads_days() {
        check("1970-01-01", Some(0));
        check("2000-02-29", Some(951_782_400));
        check("2026-11-22", Some(1_795_305_600));
        check("2100-03-01", Some(4_107_542_400));
    }

    #[test]
    fn other_text_is_no_day() {
        for text in [
            "",
            "2026",
            "2026-11",
            "2026-13-01",
            "2026-11-32",
            "2026-11-00",
            "2026/11/22",
            "2026-11-22T",
            "1969-12-31",
            "+026-11-22",
            "2026-11-2é",
        ] {
            check(text, None);
        }
    }
}
