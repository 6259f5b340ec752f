//! Binary search in a text of sorted lines, because a table built at start would cost every run.

use std::cmp::Ordering;

/// Returns the line whose first field is `name`, whatever the case of either. The lines are sorted
/// by their first field in lower case; of text that is not, nothing or a wrong line is found.
pub fn find<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let bytes = text.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = bytes.get(low..middle)?.iter().rposition(is_line_end);
        let start = start.map_or(low, |position| low + position + 1);
        let end = bytes.get(middle..high)?.iter().position(is_line_end);
        let end = end.map_or(high, |position| middle + position);
        // Git may have checked the text out with the line ends of Windows.
        let line = text.get(start..end)?.trim_end_matches('\r');
        match compare(line.as_bytes(), name.as_bytes()) {
            Ordering::Equal => return Some(line),
            Ordering::Less => low = end + 1,
            Ordering::Greater => high = start,
        }
    }
    None
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape that `position` asks for"
)]
fn is_line_end(byte: &u8) -> bool {
    *byte == b'\n'
}

/// Compares the first field of a line with a name.
fn compare(line: &[u8], name: &[u8]) -> Ordering {
    let first = line.split(|byte| *byte == b'\t').next().unwrap_or_default();
    first
        .iter()
        .map(u8::to_ascii_lowercase)
        .cmp(name.iter().map(u8::to_ascii_lowercase))
}

#[cfg(test)]
mod tests {
    use super::find;

    #[track_caller]
    fn check(text: &str, name: &str, expected: Option<&str>) {
        assert_eq!(find(text, name), expected, "{name}");
    }

    const TEXT: &str = "A.b\t1\na.B/c\t2\na.b/C/d\t3\na.b/cc\t4\nb\n";

    #[test]
    fn finds_lines_by_their_first_field() {
        for (name, expected) in [
            ("a.b", "A.b\t1"),
            ("A.B/C", "a.B/c\t2"),
            ("a.b/c/d", "a.b/C/d\t3"),
            ("a.b/CC", "a.b/cc\t4"),
            ("b", "b"),
        ] {
            check(TEXT, name, Some(expected));
            check(&TEXT.replace('\n', "\r\n"), name, Some(expected));
        }
        for name in ["", "a", "a.b/", "a.b/c/", "a.b/c\t2", "c", "é"] {
            check(TEXT, name, None);
        }
    }

    #[test]
    fn other_text_is_searched_safely() {
        check("", "a", None);
        check("\n\n", "a", None);
        check("a", "a", Some("a"));
        check("é\t1\nö\t2", "ö", Some("ö\t2"));
        check("é\t1\nö\t2", "o", None);
    }
}
