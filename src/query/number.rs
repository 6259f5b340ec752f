//! Compares numbers by value, digit by digit: `1.0`, `1` and `10e-1` are equal, and 9007199254740993 differs from
//! 9007199254740992, which an `f64` cannot tell apart.

use std::cmp::Ordering;

/// Compares two JSON numbers by value. Exponents beyond an `i64` count as its limit.
pub(super) fn compare(left: &str, right: &str) -> Ordering {
    if left == right {
        return Ordering::Equal;
    }
    let (left, right) = (Decimal::read(left), Decimal::read(right));
    left.sign()
        .cmp(&right.sign())
        .then_with(|| match left.sign() {
            Sign::Zero => Ordering::Equal,
            Sign::Positive => left.compare_size(&right),
            Sign::Negative => right.compare_size(&left),
        })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sign {
    Negative,
    Zero,
    Positive,
}

/// A number as its significant digits and the place of the first of them.
struct Decimal<'n> {
    negative: bool,
    /// Digits and perhaps a point; starts with a digit other than 0, or is empty for zero.
    digits: &'n str,
    /// The power of ten of the first digit: 2 for `123`, -1 for `0.5`.
    place: i128,
}

impl<'n> Decimal<'n> {
    fn read(text: &'n str) -> Self {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)),
            None => (unsigned, 0),
        };
        let digits = mantissa.trim_start_matches(['0', '.']);
        let point = mantissa.find('.').unwrap_or(mantissa.len());
        let first = mantissa.len() - digits.len();
        // Before the point the place counts down to 0 at its left; after it from -1 on.
        let place = if first < point {
            distance(first, point) - 1
        } else {
            -distance(point, first)
        };
        let digits = if digits.bytes().any(|byte| byte != b'0' && byte != b'.') {
            digits
        } else {
            ""
        };
        Self {
            negative,
            digits,
            place: place + i128::from(exponent),
        }
    }

    fn sign(&self) -> Sign {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => Sign::Zero,
            (false, true) => Sign::Negative,
            (false, false) => Sign::Positive,
        }
    }

    fn compare_size(&self, other: &Self) -> Ordering {
        self.place.cmp(&other.place).then_with(|| {
            let (mut left, mut right) = (significant(self.digits), significant(other.digits));
            loop {
                match (left.next(), right.next()) {
                    (None, None) => return Ordering::Equal,
                    // A missing digit is a 0.
                    (left, right) => match left.unwrap_or(b'0').cmp(&right.unwrap_or(b'0')) {
                        Ordering::Equal => {}
                        unequal @ (Ordering::Less | Ordering::Greater) => return unequal,
                    },
                }
            }
        })
    }
}

fn significant(digits: &str) -> impl Iterator<Item = u8> {
    digits.bytes().filter(|byte| *byte != b'.')
}

fn distance(from: usize, to: usize) -> i128 {
    // Both are offsets into one text, which is shorter than `i64::MAX`.
    i128::try_from(to.saturating_sub(from)).unwrap_or(i128::from(i64::MAX))
}

fn read_exponent(text: &str) -> i64 {
    let limit = if text.starts_with('-') {
        i64::MIN
    } else {
        i64::MAX
    };
    text.strip_prefix('+')
        .unwrap_or(text)
        .parse()
        .unwrap_or(limit)
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering::{self, Equal, Less};

    use super::compare;

    #[track_caller]
    fn check(left: &str, right: &str, expected: Ordering) {
        assert_eq!(compare(left, right), expected, "{left} and {right}");
        assert_eq!(
            compare(right, left),
            expected.reverse(),
            "{right} and {left}"
        );
    }

    #[test]
    fn compares_by_value() {
        for same in [
            "1", "1.0", "1e0", "10e-1", "0.1E+1", "0.001e3", "100e-2", "1.000",
        ] {
            check("1", same, Equal);
        }
        check("0", "-0", Equal);
        check("0.00", "0e99", Equal);
        check("123.45", "12345e-2", Equal);
        check("100", "1e2", Equal);
        check("0.05", "5e-2", Equal);
        check("1e-17", "0", Ordering::Greater);
        check("-1e-17", "0", Less);
        check("9007199254740992", "9007199254740993", Less);
        check("-9007199254740993", "-9007199254740992", Less);
        check("12345678901234567890.1", "12345678901234567890.2", Less);
        check("99", "100", Less);
        check("-100", "99", Less);
        check("1.1", "1.10", Equal);
        check("1.1", "1.09", Ordering::Greater);
        check("0.1", "0.09", Ordering::Greater);
        check("1e400", "1e401", Less);
        check("1e99999999999999999999", "1", Ordering::Greater);
        check("1e-99999999999999999999", "1", Less);
    }

    #[test]
    fn answers_for_what_is_not_a_number() {
        for text in ["", "-", ".", "e", "1e", "-.e+", "1e+-3"] {
            assert_eq!(compare(text, text), Equal);
            let _: Ordering = compare(text, "1");
        }
    }
}
