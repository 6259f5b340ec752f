//! Arithmetic as Python does it, and the spelling that `json.dumps` gives to what comes out: whole numbers of any size
//! stay exact, others are floating-point numbers of 64 bits. Who compares numbers: `query::number`.

/// A number that can be counted with.
#[derive(Debug, Clone, PartialEq)]
enum Number {
    /// Digits without zeros before them, and whether they are below zero.
    Whole {
        negative: bool,
        digits: String,
    },
    Float(f64),
}

/// What a sum cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLarge;

/// Spells a number of JSON as Python would.
pub(super) fn respelled(spelling: &str) -> String {
    match Number::read(spelling) {
        number if number.is_finite() => number.spelled(),
        _ => spelling.to_owned(),
    }
}

/// The number without its sign.
pub(super) fn absolute(spelling: &str) -> String {
    match Number::read(spelling) {
        Number::Whole { digits, .. } => digits,
        Number::Float(float) if float.is_finite() => Number::Float(float.abs()).spelled(),
        Number::Float(_) => spelling.trim_start_matches('-').to_owned(),
    }
}

/// The next whole number in a direction that `round` goes.
pub(super) fn rounded(spelling: &str, round: fn(f64) -> f64) -> Result<String, TooLarge> {
    match Number::read(spelling) {
        whole @ Number::Whole { .. } => Ok(whole.spelled()),
        Number::Float(float) if float.is_finite() => {
            // Every digit of it, as Python's integers have them.
            let digits = format!("{:.0}", round(float));
            Ok(if digits == "-0" {
                "0".to_owned()
            } else {
                digits
            })
        }
        Number::Float(_) => Err(TooLarge),
    }
}

/// Adds numbers up.
pub(super) fn sum<'n>(numbers: impl Iterator<Item = &'n str>) -> Result<String, TooLarge> {
    total(numbers)?.checked().map(|number| number.spelled())
}

/// The mean of numbers; nothing of none.
pub(super) fn average<'n>(
    numbers: impl ExactSizeIterator<Item = &'n str>,
) -> Result<Option<String>, TooLarge> {
    let count = numbers.len() as u64;
    if count == 0 {
        return Ok(None);
    }
    let mean = match total(numbers)? {
        Number::Float(sum) => sum / as_float(&count.to_string()),
        Number::Whole { negative, digits } => {
            let quotient = as_float(&quotient(&digits, count));
            if negative { -quotient } else { quotient }
        }
    };
    Number::Float(mean)
        .checked()
        .map(|mean| Some(mean.spelled()))
}

/// Reads a number in a text, as Python's `int` and `float` do; what is not finite is not a number.
pub(super) fn of_text(text: &str) -> Option<String> {
    let text = text.trim();
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_number = unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    if !is_number {
        return None;
    }
    let text = without_underscores(text)?;
    let spelling = text.strip_prefix('+').unwrap_or(&text);
    let digits = spelling.strip_prefix('-').unwrap_or(spelling);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Number::read(spelling).spelled());
    }
    let float: f64 = spelling.parse().ok()?;
    float.is_finite().then(|| Number::Float(float).spelled())
}

/// Takes out the underscores that are between two digits; there may be no others.
fn without_underscores(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut places = text.match_indices('_');
    let all_between = places.all(|(at, _)| at > 0 && is_digit(at - 1) && is_digit(at + 1));
    all_between.then(|| text.replace('_', ""))
}

/// The sum, exact as long as all are whole. Floats are added with what each rounding lost, as Python does since 3.12.
fn total<'n>(numbers: impl Iterator<Item = &'n str>) -> Result<Number, TooLarge> {
    let mut whole = Number::Whole {
        negative: false,
        digits: "0".to_owned(),
    };
    let mut floats: Option<(f64, f64)> = None;
    for spelling in numbers {
        let number = Number::read(spelling);
        let (sum, lost) = match (floats, &number) {
            (None, Number::Whole { .. }) => {
                whole = whole.plus(&number);
                continue;
            }
            (None, Number::Float(_)) => (whole.as_float(), 0.0),
            (Some(so_far), _) => so_far,
        };
        let value = number.as_float();
        let next = sum + value;
        let lost = lost
            + match number {
                Number::Whole { .. } => 0.0,
                Number::Float(_) if sum.abs() >= value.abs() => (sum - next) + value,
                Number::Float(_) => (value - next) + sum,
            };
        floats = Some((next, lost));
    }
    match floats {
        None => Ok(whole),
        Some((sum, lost)) if lost.is_finite() => Number::Float(sum + lost).checked(),
        Some((sum, _)) => Number::Float(sum).checked(),
    }
}

/// Divides digits by a number: as many digits as a float can tell apart, and a last one that says whether there are
/// more.
fn quotient(digits: &str, by: u64) -> String {
    const PLACES: usize = 40;
    let by = u128::from(by);
    let mut rest: u128 = 0;
    let mut quotient = String::with_capacity(digits.len() + PLACES + 2);
    let mut divide = |digit: u8, quotient: &mut String| {
        let value = rest * 10 + u128::from(digit - b'0');
        rest = value % by;
        // Less than 10: the rest was less than the divisor.
        quotient.push(char::from(b'0' + u8::try_from(value / by).unwrap_or(0)));
        rest
    };
    for digit in digits.bytes() {
        divide(digit, &mut quotient);
    }
    quotient.push('.');
    let mut left = 0;
    for _ in 0..PLACES {
        left = divide(b'0', &mut quotient);
    }
    quotient.push(if left > 0 { '1' } else { '0' });
    quotient
}

fn as_float(spelling: &str) -> f64 {
    // Rust's parser rounds to the nearest float, as Python's does.
    spelling.parse().unwrap_or(f64::NAN)
}

impl Number {
    fn read(spelling: &str) -> Self {
        let (negative, unsigned) = match spelling.strip_prefix('-') {
            Some(unsigned) => (true, unsigned),
            None => (false, spelling),
        };
        if !unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::Float(as_float(spelling));
        }
        let digits = unsigned.trim_start_matches('0');
        let digits = if digits.is_empty() { "0" } else { digits };
        Self::Whole {
            negative: negative && digits != "0",
            digits: digits.to_owned(),
        }
    }

    fn is_finite(&self) -> bool {
        match self {
            Self::Whole { .. } => true,
            Self::Float(float) => float.is_finite(),
        }
    }

    fn checked(self) -> Result<Self, TooLarge> {
        if self.is_finite() {
            Ok(self)
        } else {
            Err(TooLarge)
        }
    }

    fn as_float(&self) -> f64 {
        match self {
            Self::Whole { .. } => as_float(&self.spelled()),
            Self::Float(float) => *float,
        }
    }

    /// The sum of two whole numbers.
    fn plus(&self, other: &Self) -> Self {
        let (
            Self::Whole { negative, digits },
            Self::Whole {
                negative: other_negative,
                digits: other_digits,
            },
        ) = (self, other)
        else {
            return Self::Float(self.as_float() + other.as_float());
        };
        if negative == other_negative {
            return Self::Whole {
                negative: *negative,
                digits: added(digits, other_digits),
            };
        }
        let by_size = (digits.len(), digits).cmp(&(other_digits.len(), other_digits));
        if by_size.is_ge() {
            let digits = subtracted(digits, other_digits);
            Self::Whole {
                negative: *negative && digits != "0",
                digits,
            }
        } else {
            Self::Whole {
                negative: *other_negative,
                digits: subtracted(other_digits, digits),
            }
        }
    }

    fn spelled(&self) -> String {
        match self {
            Self::Whole { negative, digits } => {
                let sign = if *negative { "-" } else { "" };
                format!("{sign}{digits}")
            }
            Self::Float(float) => spelled(*float),
        }
    }
}

/// The shortest spelling that is read back as the same float, as Python's `repr` writes it.
fn spelled(float: f64) -> String {
    // `d.ddde-5`: the digits, and the power of ten of the first one.
    let scientific = format!("{float:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let plain = format!("{float}");
        return if plain.contains('.') {
            plain
        } else {
            format!("{plain}.0")
        };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
}

/// Adds two rows of digits.
fn added(one: &str, other: &str) -> String {
    let mut digits = Vec::with_capacity(one.len().max(other.len()) + 1);
    let (mut one, mut other) = (one.bytes().rev(), other.bytes().rev());
    let mut carried = 0;
    loop {
        let pair = (one.next(), other.next());
        if pair == (None, None) {
            break;
        }
        let value = pair.0.map_or(0, |digit| digit - b'0')
            + pair.1.map_or(0, |digit| digit - b'0')
            + carried;
        digits.push(b'0' + value % 10);
        carried = value / 10;
    }
    if carried > 0 {
        digits.push(b'0' + carried);
    }
    digits.into_iter().rev().map(char::from).collect()
}

/// Subtracts a row of digits from one that is not smaller.
fn subtracted(one: &str, other: &str) -> String {
    let mut digits = Vec::with_capacity(one.len());
    let mut other = other.bytes().rev();
    let mut borrowed = 0;
    for digit in one.bytes().rev() {
        let taken = other.next().map_or(0, |digit| digit - b'0') + borrowed;
        let digit = digit - b'0';
        borrowed = u8::from(digit < taken);
        digits.push(b'0' + digit + 10 * borrowed - taken);
    }
    let text: String = digits.into_iter().rev().map(char::from).collect();
    let text = text.trim_start_matches('0');
    if text.is_empty() { "0" } else { text }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::{TooLarge, absolute, average, of_text, respelled, rounded, sum};

    #[test]
    fn spells_as_python_does() {
        for (json, python) in [
            ("1", "1"),
            ("-0", "0"),
            ("1.0", "1.0"),
            ("1.10", "1.1"),
            ("-0.0", "-0.0"),
            ("1e5", "100000.0"),
            ("1e15", "1000000000000000.0"),
            ("1e16", "1e+16"),
            ("123456789012345680000.0", "1.2345678901234568e+20"),
            ("0.0001", "0.0001"),
            ("0.00001", "1e-05"),
            ("1.5E-7", "1.5e-07"),
            ("1e300", "1e+300"),
            ("12345678901234567890123", "12345678901234567890123"),
            ("5e-324", "5e-324"),
            ("1e400", "1e400"),
        ] {
            assert_eq!(respelled(json), python, "{json}");
        }
    }

    #[test]
    fn counts_exactly_with_whole_numbers() {
        let sum = |numbers: &[&str]| sum(numbers.iter().copied());
        for (numbers, expected) in [
            (&[][..], "0"),
            (&["1", "2"], "3"),
            (&["9007199254740993", "1"], "9007199254740994"),
            (&["99999999999999999999", "1"], "100000000000000000000"),
            (&["-5", "3"], "-2"),
            (&["5", "-7", "2"], "0"),
            (&["100", "-1"], "99"),
            (&["-100", "-1"], "-101"),
            (&["1", "2.0"], "3.0"),
            (
                &[
                    "0.1", "0.1", "0.1", "0.1", "0.1", "0.1", "0.1", "0.1", "0.1", "0.1",
                ],
                "1.0",
            ),
            (&["1e308", "1"], "1e+308"),
        ] {
            assert_eq!(sum(numbers).as_deref(), Ok(expected), "{numbers:?}");
        }
        assert_eq!(sum(&["1e308", "1e308"]), Err(TooLarge));
    }

    #[test]
    fn averages_are_floats() {
        let average = |numbers: &[&str]| average(numbers.iter().copied());
        for (numbers, expected) in [
            (&["1", "2", "3"][..], "2.0"),
            (&["1", "2"], "1.5"),
            (&["-1", "-2"], "-1.5"),
            (&["1", "1", "2"], "1.3333333333333333"),
            (
                &["9007199254740993", "9007199254740993"],
                "9007199254740992.0",
            ),
            (&["1.5", "2"], "1.75"),
        ] {
            assert_eq!(
                average(numbers),
                Ok(Some(expected.to_owned())),
                "{numbers:?}"
            );
        }
        assert_eq!(average(&[]), Ok(None));
        assert_eq!(average(&["1e308", "1e308"]), Err(TooLarge));
    }

    #[test]
    fn rounds_to_whole_numbers() {
        for (json, floor, ceil) in [
            ("1.5", "1", "2"),
            ("-1.5", "-2", "-1"),
            ("-0.5", "-1", "0"),
            ("7", "7", "7"),
            (
                "12345678901234567890",
                "12345678901234567890",
                "12345678901234567890",
            ),
            ("1e22", "10000000000000000000000", "10000000000000000000000"),
        ] {
            assert_eq!(rounded(json, f64::floor).as_deref(), Ok(floor), "{json}");
            assert_eq!(rounded(json, f64::ceil).as_deref(), Ok(ceil), "{json}");
        }
        assert_eq!(rounded("1e400", f64::floor), Err(TooLarge));
        assert_eq!(absolute("-1.50"), "1.5");
        assert_eq!(absolute("-12345678901234567890"), "12345678901234567890");
    }

    #[test]
    fn reads_texts() {
        for (text, number) in [
            ("12", Some("12")),
            (" -007 ", Some("-7")),
            ("+5", Some("5")),
            ("1_000", Some("1000")),
            ("1.50", Some("1.5")),
            (".5", Some("0.5")),
            ("1.", Some("1.0")),
            ("1e3", Some("1000.0")),
            ("", None),
            ("_1", None),
            ("1__0", None),
            ("nan", None),
            ("inf", None),
            ("1e999", None),
            ("0x10", None),
            ("12a", None),
            ("-", None),
        ] {
            assert_eq!(of_text(text).as_deref(), number, "{text}");
        }
    }
}
