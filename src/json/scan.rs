//! Finds where a JSON string, value or container ends, by its brackets and quotes alone. The text is checked elsewhere:
//! pages by `page_parser`, documents before a query is asked.

use super::event::MAX_DEPTH;

/// Where a string ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StringEnd {
    /// The offset of the closing quote.
    pub quote: usize,
    /// Whether a backslash comes before it.
    pub escapes: Escapes,
}

/// Whether a string holds a backslash, so that its bytes are not what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escapes {
    /// It does.
    Some,
    /// It does not.
    None,
}

const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);
const QUOTES: u64 = u64::from_ne_bytes([b'"'; 8]);
const BACKSLASHES: u64 = u64::from_ne_bytes([b'\\'; 8]);

/// Where the scan is inside a value whose end has not been seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inside {
    Scalar,
    String { escaped: bool },
    Container { depth: usize },
    ContainerString { depth: usize, escaped: bool },
}

/// Finds the end of the value in `bytes`: how many bytes belong to it, and the state to go on with if it does not end
/// here. `Err` says that it is nested too deeply.
pub(super) fn end_of_value(
    bytes: &[u8],
    inside: Inside,
    first: bool,
) -> (usize, Result<Option<Inside>, ()>) {
    match inside {
        Inside::Scalar => {
            // Other bytes than these belong to it, so that a malformed one is shown in full.
            let end = bytes
                .iter()
                .position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t'));
            end.map_or((bytes.len(), Ok(Some(Inside::Scalar))), |end| {
                (end, Ok(None))
            })
        }
        Inside::String { escaped } => {
            let open = usize::from(first);
            match end_of_string(bytes, open, escaped) {
                Ok(end) => (end, Ok(None)),
                Err(escaped) => (bytes.len(), Ok(Some(Inside::String { escaped }))),
            }
        }
        Inside::Container { depth } => end_of_container(bytes, 0, depth),
        Inside::ContainerString { depth, escaped } => match end_of_string(bytes, 0, escaped) {
            Ok(end) => end_of_container(bytes, end, depth),
            Err(escaped) => (
                bytes.len(),
                Ok(Some(Inside::ContainerString { depth, escaped })),
            ),
        },
    }
}

/// Returns the index after the closing quote, or whether the bytes end after a backslash.
#[inline]
fn end_of_string(bytes: &[u8], from: usize, escaped: bool) -> Result<usize, bool> {
    if escaped && bytes.len() <= from {
        return Err(true);
    }
    closing_quote(bytes, from + usize::from(escaped)).map(|end| end.quote + 1)
}

/// Finds the end of the string whose first byte after the opening quote is at `at`.
#[inline]
pub fn string_end(bytes: &[u8], at: usize) -> Option<StringEnd> {
    closing_quote(bytes, at).ok()
}

/// Finds the closing quote, or tells whether the bytes end after a backslash.
#[inline]
fn closing_quote(bytes: &[u8], mut at: usize) -> Result<StringEnd, bool> {
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
        match bytes.get(at) {
            Some(b'"') => return Ok(StringEnd { quote: at, escapes }),
            Some(b'\\') => {
                escapes = Escapes::Some;
                at += 2;
            }
            Some(_) => at += 1,
            None => return Err(at > bytes.len()),
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
pub fn skip_whitespace(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at += 1;
    }
    at
}

/// Finds the end of a number, `true`, `false` or `null`.
#[inline]
pub fn scalar_end(bytes: &[u8], mut at: usize) -> usize {
    while !matches!(
        bytes.get(at),
        None | Some(b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t' | b':' | b'"' | b'[' | b'{')
    ) {
        at += 1;
    }
    at
}

#[inline]
fn end_of_container(
    bytes: &[u8],
    from: usize,
    mut depth: usize,
) -> (usize, Result<Option<Inside>, ()>) {
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'"' => match end_of_string(bytes, at, false) {
                Ok(end) => at = end,
                Err(escaped) => {
                    return (
                        bytes.len(),
                        Ok(Some(Inside::ContainerString { depth, escaped })),
                    );
                }
            },
            b'{' | b'[' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return (at, Err(()));
                }
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return (at, Ok(None));
                }
            }
            _ => {}
        }
    }
    (bytes.len(), Ok(Some(Inside::Container { depth })))
}

#[cfg(test)]
mod tests {
    use super::{Escapes, StringEnd, end_of_string, string_end};

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

            // Bytes next to the quote in value, and with the high bit set, are not quotes.
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

    #[test]
    fn a_string_goes_on_in_the_next_bytes() {
        for (bytes, escaped, expected) in [
            ("ab", false, Err(false)),
            ("ab\\", false, Err(true)),
            ("ab\\\"", false, Err(false)),
            ("\"b\"", true, Ok(3)),
            ("\"", false, Ok(1)),
            ("", true, Err(true)),
            ("", false, Err(false)),
        ] {
            assert_eq!(
                end_of_string(bytes.as_bytes(), 0, escaped),
                expected,
                "{bytes}"
            );
        }
    }
}
