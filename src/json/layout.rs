//! Lays out JSON text that has been checked: indented, on one line, or as plain text. Every number, string and name is
//! copied as it is.

use super::indent::append_indented;
use super::scan::{scalar_end, skip_whitespace, string_end};

/// How JSON is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonStyle {
    /// Indented by two spaces, one member or element a line.
    Pretty,
    /// On one line without white space.
    Compact,
}

impl JsonStyle {
    /// Appends `json`, laid out at a depth of `level` (0 is the outermost).
    pub fn append(self, json: &str, level: usize, out: &mut Vec<u8>) {
        match self {
            Self::Pretty => append_pretty(json, level, out),
            Self::Compact => append_compact(json, out),
        }
    }

    /// Appends the line break and indentation before an element at `level`; nothing on one line.
    pub fn append_break(self, level: usize, out: &mut Vec<u8>) {
        if self == Self::Pretty {
            break_line(level, out);
        }
    }

    /// Appends what is between a name and its value.
    pub fn append_colon(self, out: &mut Vec<u8>) {
        out.extend_from_slice(if self == Self::Pretty { b": " } else { b":" });
    }
}

/// Appends `json` indented by two spaces; its first line continues the current one.
pub fn append_pretty(json: &str, level: usize, out: &mut Vec<u8>) {
    if !json.starts_with(['{', '[']) || !append_indented(json, level, out) {
        append_plainly(json, level, out);
    }
}

/// The same, byte by byte: for strings and numbers, and for text that is not well-formed.
pub(super) fn append_plainly(json: &str, level: usize, out: &mut Vec<u8>) {
    let bytes = json.as_bytes();
    let mut level = level;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let end = end_of_string(bytes, at);
                out.extend_from_slice(bytes.get(at..end).unwrap_or_default());
                at = end;
                continue;
            }
            b'{' | b'[' => {
                out.push(byte);
                let next = skip_whitespace(bytes, at + 1);
                if let Some(&close @ (b'}' | b']')) = bytes.get(next) {
                    out.push(close);
                    at = next + 1;
                    continue;
                }
                level += 1;
                break_line(level, out);
            }
            b'}' | b']' => {
                level = level.saturating_sub(1);
                break_line(level, out);
                out.push(byte);
            }
            b',' => {
                out.push(byte);
                break_line(level, out);
            }
            b':' => out.extend_from_slice(b": "),
            b' ' | b'\t' | b'\n' | b'\r' => {}
            _ => {
                let end = scalar_end(bytes, at);
                out.extend_from_slice(bytes.get(at..end).unwrap_or_default());
                at = end;
                continue;
            }
        }
        at += 1;
    }
}

/// Appends `json` without white space: what is between white space is copied at once.
pub fn append_compact(json: &str, out: &mut Vec<u8>) {
    let bytes = json.as_bytes();
    let mut copied = 0;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => at = end_of_string(bytes, at),
            b' ' | b'\t' | b'\n' | b'\r' => {
                out.extend_from_slice(bytes.get(copied..at).unwrap_or_default());
                at = skip_whitespace(bytes, at + 1);
                copied = at;
            }
            _ => at += 1,
        }
    }
    out.extend_from_slice(bytes.get(copied..).unwrap_or_default());
}

/// Appends a value as plain text: a string without quotes and escapes, anything else on one line.
/// A string that names no Unicode text (a lone surrogate) stays as it is written.
pub fn append_text(json: &str, out: &mut Vec<u8>) {
    if !json.starts_with('"') {
        append_compact(json, out);
    } else if json.contains('\\') {
        match super::string_of(json) {
            Some(text) => out.extend_from_slice(text.as_bytes()),
            None => out.extend_from_slice(json.as_bytes()),
        }
    } else {
        out.extend_from_slice(json.get(1..json.len() - 1).unwrap_or_default().as_bytes());
    }
}

fn break_line(level: usize, out: &mut Vec<u8>) {
    const BLANKS: [u8; 65] = {
        let mut blanks = [b' '; 65];
        blanks[0] = b'\n';
        blanks
    };
    let width = level * 2;
    if let Some(line) = BLANKS.get(..=width) {
        out.extend_from_slice(line);
    } else {
        out.push(b'\n');
        out.resize(out.len() + width, b' ');
    }
}

/// Returns the index after the closing quote of the string that opens at `at`.
#[inline]
fn end_of_string(bytes: &[u8], at: usize) -> usize {
    string_end(bytes, at + 1).map_or(bytes.len(), |end| end.quote + 1)
}
#[cfg(test)]
mod tests {
    use super::{append_compact, append_pretty, append_text};

    #[track_caller]
    fn check(json: &str, pretty: &str, compact: &str) {
        let mut out = Vec::new();
        append_pretty(json, 0, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), pretty);
        let mut out = Vec::new();
        append_compact(json, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), compact);
    }

    #[test]
    fn keeps_bytes_and_order() {
        check("{}", "{}", "{}");
        check("[ ]", "[]", "[]");
        check("{ \n}", "{}", "{}");
        check(
            r#"{"b":1.10,"a":[1E5,{"x":"a\" {,}: "}],"b":123456789012345678901234567890}"#,
            "{\n  \"b\": 1.10,\n  \"a\": [\n    1E5,\n    {\n      \"x\": \"a\\\" {,}: \"\n    }\n  ],\n  \"b\": 123456789012345678901234567890\n}",
            r#"{"b":1.10,"a":[1E5,{"x":"a\" {,}: "}],"b":123456789012345678901234567890}"#,
        );
        check(
            " { \"é\\u2013\" : [ true , null ] } ",
            "{\n  \"é\\u2013\": [\n    true,\n    null\n  ]\n}",
            "{\"é\\u2013\":[true,null]}",
        );
    }

    #[test]
    fn indents_deep_nesting() {
        let json = "[".repeat(40) + "1" + &"]".repeat(40);
        let mut out = Vec::new();
        append_pretty(&json, 0, &mut out);
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains(&format!("\n{}1\n", " ".repeat(80))));
        let parsed: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(parsed.to_string(), json);
    }

    #[test]
    fn writes_strings_as_text() {
        for (json, text) in [
            ("\"a\"", "a"),
            (r#""a\n\"b\" é""#, "a\n\"b\" é"),
            (r#""\ud800""#, r#""\ud800""#),
            ("1.10", "1.10"),
            ("{ \"a\": 1 }", "{\"a\":1}"),
            ("\"\"", ""),
        ] {
            let mut out = Vec::new();
            append_text(json, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
    }
}
