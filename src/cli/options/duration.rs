//! Durations as they are written on the command line: `500ms`, `3s`, `30m`, `1h30m`; a bare number is seconds. What
//! they are for: the options that take them.

use std::time::Duration;

use crate::cli::error::Error;

/// Units in the order in which they must be written, with their length in milliseconds.
const UNITS: [(&str, u64); 5] = [
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// Parses a duration. Fractions are allowed in the last part (`1.5s`, `0.25`).
///
/// # Errors
/// Refuses an empty text, an unknown unit, units out of order, a sign, and anything that does not fit.
pub(in crate::cli) fn parse(text: &str) -> Result<Duration, Error> {
    milliseconds(text)
        .map(Duration::from_millis)
        .ok_or_else(|| {
            Error::usage(format!("`{text}` is not a duration"))
                .with_hint("write it as `500ms`, `3s`, `30m` or `1h30m`; a bare number is seconds")
        })
}

/// Parses a duration that must be longer than zero.
///
/// # Errors
/// Those of [`parse`], and zero.
pub(in crate::cli) fn parse_positive(text: &str) -> Result<Duration, Error> {
    let duration = parse(text)?;
    if duration.is_zero() {
        return Err(Error::usage("a limit of zero would end before it began")
            .with_hint("leave the option out to run without a limit"));
    }
    Ok(duration)
}

fn milliseconds(text: &str) -> Option<u64> {
    let mut rest = text;
    let mut total = 0_u64;
    let mut units = UNITS.as_slice();
    while !rest.is_empty() {
        let (number, after) = split_number(rest);
        let unit_end = after
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(after.len());
        let (unit, next) = after.split_at(unit_end);
        let length = if unit.is_empty() && number.len() == text.len() {
            1_000
        } else {
            let at = units.iter().position(|(name, _)| *name == unit)?;
            let length = units.get(at)?.1;
            units = units.get(at + 1..)?;
            length
        };
        if number.contains('.') && !next.is_empty() {
            return None;
        }
        total = total.checked_add(scaled(number, length)?)?;
        rest = next;
    }
    (!text.is_empty()).then_some(total)
}

fn split_number(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    text.split_at(end)
}

/// Multiplies a decimal number by a unit in whole milliseconds, without floating point.
fn scaled(number: &str, unit: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    // Nine digits are below a nanosecond of a second: more of them cannot matter.
    if fraction.is_empty() || fraction.len() > 9 || fraction.contains('.') {
        return None;
    }
    let scale = 10_u64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let part = fraction.parse::<u64>().ok()?.checked_mul(unit)? / scale;
    whole
        .parse::<u64>()
        .ok()?
        .checked_mul(unit)?
        .checked_add(part)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{parse, parse_positive};

    #[track_caller]
    fn check(text: &str, milliseconds: u64) {
        assert_eq!(
            parse(text),
            Ok(Duration::from_millis(milliseconds)),
            "{text}"
        );
    }

    #[test]
    fn durations() {
        check("500ms", 500);
        check("3s", 3_000);
        check("30m", 1_800_000);
        check("1h30m", 5_400_000);
        check("1d2h3m4s5ms", 93_784_005);
        check("45", 45_000);
        check("0", 0);
        check("0.25", 250);
        check("1.5s", 1_500);
        check("1m1.5s", 61_500);
    }

    #[test]
    fn refused() {
        for text in [
            "",
            " ",
            "s",
            "-1",
            "+1",
            "1x",
            "1S",
            "3 s",
            "1m1h",
            "1s1s",
            "1h30",
            "1.5h30m",
            ".5",
            "1.",
            "1..2",
            "1e3",
            "99999999999999999999",
            "999999999999999999d",
            "½",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse_positive("0ms").is_err());
        assert!(parse_positive("1ms").is_ok());
    }
}
