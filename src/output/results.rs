//! Writes what a query found: one value, an array, or a line each. Evaluates nothing.

use crate::json::{self, Layout, Part, Shape, Splitter};

/// How results stand in the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrangement {
    /// The one value itself; nothing where nothing was found.
    Single(Layout),
    /// A JSON array of them.
    Array(Layout),
    /// One on each line, as JSON.
    Lines,
    /// One on each line, strings as text.
    TextLines,
    /// The one value; the elements of an array on a line each, as JSON.
    SingleLines,
    /// The one value; the elements of an array on a line each, strings as text.
    SingleText,
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

    /// Writes one result.
    pub(super) fn add(&mut self, value: &str, out: &mut Vec<u8>) {
        match self.arrangement {
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
        }
        self.count += 1;
    }

    /// Ends the output.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        if let Arrangement::Array(layout) = self.arrangement {
            if self.count == 0 {
                out.push(b'[');
            } else {
                layout.append_break(0, out);
            }
            out.extend_from_slice(b"]\n");
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
    if !value.starts_with('[') {
        return line(value);
    }
    let mut splitter = Splitter::new(Shape::default(), usize::MAX);
    let mut part = |part: Part<'_>| -> Result<(), json::Error> {
        if let Part::Item(element) = part {
            line(element);
        }
        Ok(())
    };
    // The value was checked when it arrived, so neither call fails.
    let _checked = splitter.push(value.as_bytes(), &mut part);
}

#[cfg(test)]
mod tests {
    use super::{Arrangement, Results};
    use crate::json::Layout;

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
            Arrangement::Array(Layout::Compact),
            &two,
            "[\"a\\n\",[1,2]]\n",
        );
        check(Arrangement::Array(Layout::Compact), &[], "[]\n");
        check(
            Arrangement::Array(Layout::Pretty),
            &["1", "{}"],
            "[\n  1,\n  {}\n]\n",
        );
        check(Arrangement::Array(Layout::Pretty), &[], "[]\n");
        check(Arrangement::Lines, &two, "\"a\\n\"\n[1,2]\n");
        check(Arrangement::TextLines, &two, "a\n\n[1,2]\n");
        check(Arrangement::Single(Layout::Pretty), &["null"], "null\n");
        check(Arrangement::Single(Layout::Pretty), &[], "");
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
