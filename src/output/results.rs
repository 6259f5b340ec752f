//! Writes the results of a selection in a layout: one value, an array, a line each, or rows. Queries are answered by
//! `query`.

use super::column::elements;
use super::rows::Rows;
use crate::json::{self, JsonStyle};

/// How results stand in the output.
#[derive(Debug)]
pub(super) enum Arrangement {
    /// The one value itself; nothing where nothing was found.
    Single(JsonStyle),
    /// A JSON array of them.
    Array(JsonStyle),
    /// One on each line, as JSON.
    Lines,
    /// One on each line, strings as text.
    TextLines,
    /// The one value; the elements of an array on a line each, as JSON.
    SingleLines,
    /// The one value; the elements of an array on a line each, strings as text.
    SingleText,
    /// A row for each.
    Rows(Rows),
    /// A row for the one value; if it is an array, for each of its elements.
    SingleRows(Rows),
}

/// The writer of results.
#[derive(Debug)]
pub(super) struct Results {
    arrangement: Arrangement,
    count: u64,
}

impl Results {
    pub(super) fn new(arrangement: Arrangement) -> Self {
        Self {
            arrangement,
            count: 0,
        }
    }

    /// How many were written.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// How many bytes wait for the end.
    pub(super) fn held(&self) -> usize {
        match &self.arrangement {
            Arrangement::Rows(rows) | Arrangement::SingleRows(rows) => rows.held(),
            Arrangement::Single(_)
            | Arrangement::Array(_)
            | Arrangement::Lines
            | Arrangement::TextLines
            | Arrangement::SingleLines
            | Arrangement::SingleText => 0,
        }
    }

    /// Writes one result.
    pub(super) fn add(&mut self, value: &str, out: &mut Vec<u8>) {
        match &mut self.arrangement {
            Arrangement::Single(layout) => {
                layout.append(value, 0, out);
                out.push(b'\n');
            }
            Arrangement::Array(layout) => {
                out.push(if self.count == 0 { b'[' } else { b',' });
                layout.append_break(1, out);
                layout.append(value, 1, out);
            }
            Arrangement::Lines => append_line(value, out),
            Arrangement::TextLines => append_text_line(value, out),
            Arrangement::SingleLines => each_element(value, |element| append_line(element, out)),
            Arrangement::SingleText => {
                each_element(value, |element| append_text_line(element, out));
            }
            Arrangement::Rows(rows) => rows.add(value, out),
            Arrangement::SingleRows(rows) => rows.add_each(value, out),
        }
        self.count += 1;
    }

    /// Ends the output.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        match &mut self.arrangement {
            Arrangement::Array(layout) => {
                if self.count == 0 {
                    out.push(b'[');
                } else {
                    layout.append_break(0, out);
                }
                out.extend_from_slice(b"]\n");
            }
            Arrangement::Rows(rows) | Arrangement::SingleRows(rows) => rows.finish(out),
            Arrangement::Single(_)
            | Arrangement::Lines
            | Arrangement::TextLines
            | Arrangement::SingleLines
            | Arrangement::SingleText => {}
        }
    }
}

fn append_line(value: &str, out: &mut Vec<u8>) {
    json::append_compact(value, out);
    out.push(b'\n');
}

fn append_text_line(value: &str, out: &mut Vec<u8>) {
    json::append_text(value, out);
    out.push(b'\n');
}

/// Calls `line` with the elements of an array, or with the value itself where it is none.
fn each_element(value: &str, mut line: impl FnMut(&str)) {
    if value.starts_with('[') {
        elements(value).into_iter().for_each(line);
    } else {
        line(value);
    }
}

#[cfg(test)]
mod tests {
    use super::{Arrangement, Results};
    use crate::json::JsonStyle;

    #[track_caller]
    fn check(arrangement: Arrangement, values: &[&str], expected: &str) {
        let mut out = Vec::new();
        let mut results = Results::new(arrangement);
        for value in values {
            results.add(value, &mut out);
        }
        results.finish(&mut out);
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn arranges_results() {
        let two = ["\"a\\n\"", "[1, 2]"];
        check(
            Arrangement::Array(JsonStyle::Compact),
            &two,
            "[\"a\\n\",[1,2]]\n",
        );
        check(Arrangement::Array(JsonStyle::Compact), &[], "[]\n");
        check(
            Arrangement::Array(JsonStyle::Pretty),
            &["1", "{}"],
            "[\n  1,\n  {}\n]\n",
        );
        check(Arrangement::Array(JsonStyle::Pretty), &[], "[]\n");
        check(Arrangement::Lines, &two, "\"a\\n\"\n[1,2]\n");
        check(Arrangement::TextLines, &two, "a\n\n[1,2]\n");
        check(Arrangement::Single(JsonStyle::Pretty), &["null"], "null\n");
        check(Arrangement::Single(JsonStyle::Pretty), &[], "");
        check(
            Arrangement::SingleText,
            &["[\"a\",[1, 2],null]"],
            "a\n[1,2]\nnull\n",
        );
        check(Arrangement::SingleText, &["\"a\""], "a\n");
        check(Arrangement::SingleText, &["[]"], "");
        check(
            Arrangement::SingleLines,
            &["[\"a\", {\"b\": 1}]"],
            "\"a\"\n{\"b\":1}\n",
        );
    }
}
