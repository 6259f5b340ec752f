//! Tells whether two JSON values mean the same, however they are written. Who says where they differ: `difference`.

use std::borrow::Cow;

use super::document_path::MOST_LEVELS;
use super::shallow::Shallow;
use super::string_of;

/// Tells whether two well-formed values mean the same.
pub fn is_same(one: &str, other: &str) -> bool {
    one == other || canonical(one) == canonical(other)
}

/// Returns a value in the one form that all have which mean the same: members sorted, no white space, no escape that is
/// not needed, numbers as digits and exponent.
pub(super) fn canonical(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    append_canonical(json, 0, &mut text);
    text
}

fn append_canonical(json: &str, level: usize, out: &mut String) {
    if level >= MOST_LEVELS {
        out.push_str(json);
        return;
    }
    match Shallow::of(json) {
        Shallow::Object(mut members) => {
            members.sort_by(|one, other| one.name.cmp(&other.name));
            out.push('{');
            for member in members {
                let name = serde_json::Value::from(member.name.as_ref());
                out.push_str(&format!("{name}:"));
                append_canonical(member.value, level + 1, out);
                out.push(',');
            }
            out.push('}');
        }
        Shallow::Array(elements) => {
            out.push('[');
            for element in elements {
                append_canonical(element, level + 1, out);
                out.push(',');
            }
            out.push(']');
        }
        Shallow::Scalar(scalar) => out.push_str(&canonical_scalar(scalar)),
    }
}

fn canonical_scalar(scalar: &str) -> Cow<'_, str> {
    match scalar.as_bytes().first() {
        Some(b'"') if scalar.contains('\\') => match string_of(scalar) {
            Some(text) => Cow::Owned(serde_json::Value::from(text).to_string()),
            None => Cow::Borrowed(scalar),
        },
        Some(b'-' | b'0'..=b'9') => canonical_number(scalar).map_or(scalar.into(), Cow::Owned),
        _ => Cow::Borrowed(scalar),
    }
}

/// A number as its digits, without zeros at either end, and the power of ten after them.
fn canonical_number(text: &str) -> Option<String> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_start_matches('0');
    let trimmed = significant.trim_end_matches('0');
    if trimmed.is_empty() {
        return Some("0".to_owned());
    }
    let zeros = i64::try_from(significant.len() - trimmed.len()).ok()?;
    let places = i64::try_from(fraction.len()).ok()?;
    let exponent = exponent.checked_add(zeros)?.checked_sub(places)?;
    Some(format!("{sign}{trimmed}e{exponent}"))
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn what_means_the_same_is_the_same() {
        for (one, other, expected) in [
            ("1.10", "1.1", true),
            ("1E5", "100000.0", true),
            ("0", "-0.00e7", true),
            ("10", "1e1", true),
            ("1", "-1", false),
            ("12345678901234567890", "12345678901234567891", false),
            ("1e999999999999999999999", "1e999999999999999999999", true),
            ("\"\\u0061\"", "\"a\"", true),
            ("\"\\/\"", "\"/\"", true),
            ("\"1\"", "1", false),
            ("\"\\ud800\"", "\"\\ud800\"", true),
            ("{\"a\":1,\"b\":2}", "{ \"b\":2.0, \"a\":1 }", true),
            ("{\"a\":1}", "{\"a\":1,\"b\":null}", false),
            ("[1,2]", "[2,1]", false),
            ("[]", "{}", false),
            ("null", "false", false),
        ] {
            assert_eq!(is_same(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn deep_values_end() {
        let deep = "[".repeat(100_000);
        assert!(is_same(&deep, &deep.clone()));
        assert!(!is_same(&deep, "[1]"));
    }
}
