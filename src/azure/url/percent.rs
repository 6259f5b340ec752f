//! Percent-encoding of parts of URLs. What is legal already is left as it is.

use percent_encoding::{
    AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode,
};

/// What a value keeps in a path segment: the characters that ARM names use, unreserved or not.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'(')
    .remove(b')');

/// What means something in a URL, or to those who read one, and stands for itself in a path that is data.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'%')
    .add(b'?')
    .add(b'#')
    .add(b'{')
    .add(b'}')
    .add(b'\\');

/// What a name or a value keeps in a query: enough to leave `OData` expressions readable.
const QUERY: &AsciiSet = &SEGMENT
    .remove(b'$')
    .remove(b'\'')
    .remove(b',')
    .remove(b'/')
    .remove(b':')
    .remove(b'@')
    .remove(b'*')
    .remove(b'!');

/// Encodes a value that becomes one path segment: `/`, `?`, `#` and `%` are encoded. Nothing if no segment can hold it:
/// an empty one does not count, and `.` and `..` are taken away with their neighbours, encoded or not.
pub fn encode_segment(value: &str) -> Option<String> {
    let is_segment = !matches!(value, "" | "." | "..");
    is_segment.then(|| utf8_percent_encode(value, SEGMENT).to_string())
}

/// Encodes a path that is data, such as the `id` of a resource: it is divided by `/`, and every other character belongs
/// to a name.
pub fn encode_path(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

/// Encodes a name or a value of a query: `&`, `=`, `+`, `#` and `%` are encoded, a space is `%20`.
pub fn encode_query(value: &str) -> String {
    utf8_percent_encode(value, QUERY).to_string()
}

/// Decodes every `%XX`; bytes that are not UTF-8 become U+FFFD.
pub fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The part of a URL that is made legal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::azure) enum UrlPart {
    /// The path: a `?` is encoded.
    Path,
    /// The query: a `?` stands for itself.
    Query,
}

/// Encodes the bytes that RFC 3986 forbids in a part, `#` among them, and leaves every legal byte
/// and every `%XX` as it is.
///
/// Services hand out links with raw spaces, quotes, brackets and `#`
/// (Azure/azure-sdk-for-go#18809, Azure/azure-rest-api-specs#31000).
pub(in crate::azure) fn sanitise(text: &str, part: UrlPart) -> String {
    let mut legal = String::with_capacity(text.len() + 8);
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        if is_legal(byte, part) || (byte == b'%' && starts_with_two_digits(tail)) {
            legal.push(char::from(byte));
        } else {
            legal.push('%');
            legal.push(hexadecimal_digit(byte >> 4));
            legal.push(hexadecimal_digit(byte & 0x0f));
        }
        rest = tail;
    }
    legal
}

/// Tells whether RFC 3986 lets a byte other than `%` be unencoded in a part.
fn is_legal(byte: u8, part: UrlPart) -> bool {
    match byte {
        b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+'
        | b',' | b';' | b'=' | b':' | b'@' | b'/' => true,
        b'?' => part == UrlPart::Query,
        _ => byte.is_ascii_alphanumeric(),
    }
}

/// Tells whether a `%` in front of `tail` is the start of an encoded byte.
fn starts_with_two_digits(tail: &[u8]) -> bool {
    matches!(tail, [first, second, ..] if first.is_ascii_hexdigit() && second.is_ascii_hexdigit())
}

/// Returns the upper-case digit of a value below 16.
pub(in crate::azure) fn hexadecimal_digit(value: u8) -> char {
    char::from_digit(u32::from(value), 16)
        .unwrap_or('0')
        .to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::{UrlPart, encode_path, encode_query, encode_segment, sanitise};

    #[track_caller]
    fn check(text: &str, part: UrlPart, expected: &str) {
        assert_eq!(sanitise(text, part), expected);
    }

    #[test]
    fn encodes_only_what_is_illegal() {
        check(
            "$filter=usageEnd eq 2017-10-26T23:59:59Z",
            UrlPart::Query,
            "$filter=usageEnd%20eq%202017-10-26T23:59:59Z",
        );
        check(
            "a='b'+c/d:e;f,g@h(!)*?i",
            UrlPart::Query,
            "a='b'+c/d:e;f,g@h(!)*?i",
        );
        check("%24skiptoken=%2f%2F", UrlPart::Query, "%24skiptoken=%2f%2F");
        check(
            "t=[{\"token\":\"+RID:~a#RT:1#TRC\"}]",
            UrlPart::Query,
            "t=%5B%7B%22token%22:%22+RID:~a%23RT:1%23TRC%22%7D%5D",
        );
        check("100%", UrlPart::Query, "100%25");
        check("100%zz%4", UrlPart::Query, "100%25zz%254");
        check("é", UrlPart::Query, "%C3%A9");
        check(
            "/a b?c\\d|e^f`g",
            UrlPart::Path,
            "/a%20b%3Fc%5Cd%7Ce%5Ef%60g",
        );
    }

    #[test]
    fn encodes_values_whole() {
        let segment = encode_segment("my rg(1)/%2F#");
        assert_eq!(segment.as_deref(), Some("my%20rg(1)%2F%252F%23"));
        for (value, expected) in [
            ("", None),
            (".", None),
            ("..", None),
            ("...", Some("...")),
            ("%2e%2e", Some("%252e%252e")),
            ("../x", Some("..%2Fx")),
        ] {
            assert_eq!(encode_segment(value).as_deref(), expected, "{value}");
        }
        assert_eq!(
            encode_path("/a/x y#1?2%20{b}\\c"),
            "/a/x%20y%231%3F2%2520%7Bb%7D%5Cc"
        );
        assert_eq!(
            encode_query("name eq 'a&b=c+d#e%'"),
            "name%20eq%20'a%26b%3Dc%2Bd%23e%25'"
        );
        assert_eq!(encode_query("$filter"), "$filter");
    }
}
