//! What JSON strings say: escapes, and comparing a raw string with a name. Where a string ends: `json::scan`.

use std::borrow::Cow;

/// Where a string ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StringEnd {
    /// The offset of the closing quote.
    pub(super) quote: usize,
    pub(super) escapes: Escapes,
}

/// Whether a string holds a backslash, so that its bytes are not what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    Some,
    None,
}

const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);
const QUOTES: u64 = u64::from_ne_bytes([b'"'; 8]);
const BACKSLASHES: u64 = u64::from_ne_bytes([b'\\'; 8]);

/// Finds the end of the string whose first byte after the opening quote is at `at`.
#[inline]
pub(super) fn string_end(bytes: &[u8], mut at: usize) -> Option<StringEnd> {
    let mut escapes = Escapes::None;
    loop {
        // Eight bytes at a time: most strings of a resource are ids and names without an escape.
        while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
            let word = u64::from_le_bytes(*chunk);
            let hits = zero_bytes(word ^ QUOTES) | zero_bytes(word ^ BACKSLASHES);
            if hits != 0 {
                at += hits.trailing_zeros() as usize / 8;
                break;
            }
            at += 8;
        }
        match bytes.get(at)? {
            b'"' => return Some(StringEnd { quote: at, escapes }),
            b'\\' => {
                escapes = Escapes::Some;
                at += 2;
            }
            _ => at += 1,
        }
    }
}

/// Marks the high bit of zero bytes; the lowest mark is exact, higher ones may be false.
#[inline]
fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGHS
}

/// Skips the whitespace of JSON.
#[inline]
pub(super) fn skip_whitespace(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at += 1;
    }
    at
}

/// Says whether the raw text between two quotes spells `name`.
#[inline]
pub(super) fn spells(raw: &str, escapes: Escapes, name: &str) -> bool {
    match escapes {
        Escapes::None => raw == name,
        Escapes::Some => *unescape(raw) == *name.as_bytes(),
    }
}

/// Returns what the raw text between two quotes says, as UTF-8.
///
/// A surrogate without its other half is not a character: it becomes the three bytes UTF-8 would
/// give it, so that two different ones stay different and order follows the code point.
pub(super) fn unescape(raw: &str) -> Cow<'_, [u8]> {
    let Some((plain, mut rest)) = raw.split_once('\\') else {
        return Cow::Borrowed(raw.as_bytes());
    };
    let mut said = Vec::with_capacity(raw.len());
    said.extend_from_slice(plain.as_bytes());
    loop {
        rest = push_escape(&mut said, rest);
        let Some((plain, next)) = rest.split_once('\\') else {
            said.extend_from_slice(rest.as_bytes());
            return Cow::Owned(said);
        };
        said.extend_from_slice(plain.as_bytes());
        rest = next;
    }
}

/// Appends the escape whose backslash stands before `rest`; returns what follows it.
fn push_escape<'r>(said: &mut Vec<u8>, rest: &'r str) -> &'r str {
    let mut characters = rest.chars();
    let character = match characters.next() {
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('u') => {
            let Some((unit, after)) = code_unit(characters.as_str()) else {
                said.extend_from_slice(b"\\u");
                return characters.as_str();
            };
            let low = after.strip_prefix("\\u").and_then(code_unit);
            if let (0xD800..=0xDBFF, Some((low @ 0xDC00..=0xDFFF, after))) = (unit, low) {
                push_code_point(said, 0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
                return after;
            }
            push_code_point(said, unit);
            return after;
        }
        Some(other) => other,
        None => return rest,
    };
    push_code_point(said, u32::from(character));
    characters.as_str()
}

fn code_unit(text: &str) -> Option<(u32, &str)> {
    let (digits, rest) = text.split_at_checked(4)?;
    let hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let unit = u32::from_str_radix(digits, 16).ok()?;
    hexadecimal.then_some((unit, rest))
}

fn push_code_point(said: &mut Vec<u8>, code: u32) {
    if let Some(character) = char::from_u32(code) {
        said.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    } else {
        let [.., high, low] = code.to_be_bytes();
        said.push(0xE0 | (high >> 4));
        said.push(0x80 | ((high & 0x0F) << 2) | (low >> 6));
        said.push(0x80 | (low & 0x3F));
    }
}

/// Counts the characters of what [`unescape`] returned.
pub(super) fn count_characters(said: &[u8]) -> usize {
    said.iter().filter(|byte| (**byte & 0xC0) != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::{Escapes, StringEnd, count_characters, string_end, unescape};

    #[track_caller]
    fn check(raw: &str, expected: &[u8], characters: usize) {
        let said = unescape(raw);
        assert_eq!(*said, *expected, "{raw}");
        assert_eq!(count_characters(&said), characters, "{raw}");
    }

    #[test]
    fn says_what_is_escaped() {
        check("", b"", 0);
        check("plain", b"plain", 5);
        check("é", "é".as_bytes(), 1);
        check(r#"\"\\\/\b\f\n\r\t"#, b"\"\\/\x08\x0c\n\r\t", 8);
        check(r"a\u0041b", b"aAb", 3);
        check(r"\u00e9", "é".as_bytes(), 1);
        check(r"\ud83D\uDE00!", "😀!".as_bytes(), 2);
        check(r"\ud800", b"\xED\xA0\x80", 1);
        check(r"\udfff", b"\xED\xBF\xBF", 1);
        check(r"\ud800\u0041", b"\xED\xA0\x80A", 2);
        check(r"\ud800\ud83d\ude00", b"\xED\xA0\x80\xF0\x9F\x98\x80", 2);
    }

    #[test]
    fn answers_for_broken_escapes() {
        for raw in [
            "\\",
            "\\u",
            "\\u12",
            "\\u+123",
            "\\ué123",
            "\\q",
            "\\ud800\\u",
            "\\ud800\\",
        ] {
            assert!(unescape(raw).len() <= raw.len(), "{raw}");
        }
    }

    #[test]
    fn finds_the_end_wherever_it_lies() {
        for length in 0..40 {
            let plain = format!("{}\",", "x".repeat(length));
            let end = StringEnd {
                quote: length,
                escapes: Escapes::None,
            };
            assert_eq!(string_end(plain.as_bytes(), 0), Some(end));

            let escaped = format!("{}\\\"\\\\\"\"", "x".repeat(length));
            let end = StringEnd {
                quote: length + 4,
                escapes: Escapes::Some,
            };
            assert_eq!(string_end(escaped.as_bytes(), 0), Some(end));

            // Bytes next to the quote in value, and with the high bit set, are no quotes.
            let near = format!("{}!#é\u{a2}\"", "[]".repeat(length));
            assert_eq!(
                string_end(near.as_bytes(), 0).map(|end| end.quote),
                Some(near.len() - 1)
            );

            assert_eq!(string_end("x".repeat(length).as_bytes(), 0), None);
            assert_eq!(
                string_end(format!("{}\\", "x".repeat(length)).as_bytes(), 0),
                None
            );
        }
    }
}
