//! What JSON strings say: escapes, and comparing a raw string with a name. Where a string ends: `json::scan`.

use std::borrow::Cow;

use crate::json::Escapes;

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

/// Appends the escape whose backslash comes before `rest`; returns what follows it.
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
    use super::{count_characters, unescape};

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
}
