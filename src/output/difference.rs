//! How two documents differ, in lines: `+` for what was added, `-` for what is gone, `~` for what changed; or as JSON
//! for programs. Who compares: `json::difference`.

use serde_json::Value;

use super::console::Console;
use super::message::inline;
use crate::json::{Change, ChangeKind, DocumentPath, PathStep, append_compact, append_pretty};

/// Whether the lines have colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DifferenceStyle {
    /// As text.
    Plain,
    /// Green, red and yellow.
    Colored,
}

/// How a line begins.
#[derive(Clone, Copy)]
enum Mark {
    Added,
    Removed,
    Changed,
}

impl Mark {
    fn sign(self) -> char {
        match self {
            Self::Added => '+',
            Self::Removed => '-',
            Self::Changed => '~',
        }
    }

    fn color(self) -> &'static str {
        match self {
            Self::Added => "32",
            Self::Removed => "31",
            Self::Changed => "33",
        }
    }
}

/// Lays changes out for people, a line or more for each. What could steer a terminal is escaped.
pub fn difference_lines(changes: &[Change<'_>], style: DifferenceStyle) -> String {
    let mut out = String::new();
    for (mark, text) in lines(changes) {
        let (sign, text) = (mark.sign(), inline(&text));
        match style {
            DifferenceStyle::Plain => out.push_str(&format!("{sign} {text}\n")),
            DifferenceStyle::Colored => {
                let color = mark.color();
                out.push_str(&format!("\u{1b}[{color}m{sign} {text}\u{1b}[0m\n"));
            }
        }
    }
    out
}

/// Prints the same lines on stderr, without secrets.
pub fn tell_difference(changes: &[Change<'_>], style: DifferenceStyle, console: Console) {
    for (mark, text) in lines(changes) {
        let color = (style == DifferenceStyle::Colored).then(|| mark.color());
        console.colored_line(color, &format!("{} {text}", mark.sign()));
    }
}

fn lines(changes: &[Change<'_>]) -> Vec<(Mark, String)> {
    let mut out = Vec::new();
    for Change { path, kind } in changes {
        match *kind {
            ChangeKind::Added(value) => push_value(Mark::Added, path, value, &mut out),
            ChangeKind::Removed(value) => push_value(Mark::Removed, path, value, &mut out),
            ChangeKind::Replaced { before, after } if is_short(before) && is_short(after) => {
                out.push((Mark::Changed, format!("{path}: {before} => {after}")));
            }
            ChangeKind::Replaced { before, after } => {
                push_value(Mark::Removed, path, before, &mut out);
                push_value(Mark::Added, path, after, &mut out);
            }
            ChangeKind::Reordered { .. } => {
                let text = format!("{path}: the same elements in another order");
                out.push((Mark::Changed, text));
            }
        }
    }
    out
}

/// Lays changes out as a JSON array.
pub fn difference_json(changes: &[Change<'_>]) -> Vec<u8> {
    let mut json = String::from("[");
    for (number, Change { path, kind }) in changes.iter().enumerate() {
        let separator = if number > 0 { "," } else { "" };
        let (change, before, after) = match *kind {
            ChangeKind::Added(value) => ("added", None, Some(value)),
            ChangeKind::Removed(value) => ("removed", Some(value), None),
            ChangeKind::Replaced { before, after } => ("replaced", Some(before), Some(after)),
            ChangeKind::Reordered { before, after } => ("reordered", Some(before), Some(after)),
        };
        let steps = steps(path);
        let path = Value::from(path.to_string());
        json.push_str(&format!(
            "{separator}{{\"change\":\"{change}\",\"path\":{path},\"steps\":{steps}"
        ));
        for (name, value) in [("before", before), ("after", after)] {
            if let Some(value) = value {
                json.push_str(&format!(",\"{name}\":{value}"));
            }
        }
        json.push('}');
    }
    json.push(']');
    let mut out = Vec::new();
    append_pretty(&json, 0, &mut out);
    out.push(b'\n');
    out
}

/// The path for programs: names and numbers.
fn steps(path: &DocumentPath<'_>) -> Value {
    let step = |step: &PathStep<'_>| match step {
        PathStep::Member(name) => Value::from(name.as_ref()),
        PathStep::Element { index, .. } => Value::from(*index),
    };
    path.0.iter().map(step).collect()
}

/// Tells whether a value is on one line: one that has nothing in it, or is not a container.
fn is_short(value: &str) -> bool {
    match value.as_bytes() {
        [b'{' | b'[', inside @ .., _] => inside.iter().all(u8::is_ascii_whitespace),
        _ => true,
    }
}

/// A value on its lines, each with the mark.
fn push_value(mark: Mark, path: &DocumentPath<'_>, value: &str, out: &mut Vec<(Mark, String)>) {
    let mut text = format!("{path}: ").into_bytes();
    if is_short(value) {
        append_compact(value, &mut text);
    } else {
        append_pretty(value, 0, &mut text);
    }
    let text = String::from_utf8_lossy(&text);
    out.extend(text.split('\n').map(|line| (mark, line.to_owned())));
}

#[cfg(test)]
mod tests {
    use super::{DifferenceStyle, difference_json, difference_lines};
    use crate::json::difference;

    #[track_caller]
    fn check(before: &str, after: &str, expected: &str) {
        let changes = difference(before, after);
        let lines = difference_lines(&changes, DifferenceStyle::Plain);
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_change_is_a_line_and_a_container_several() {
        check(
            "{\"a\":{\"x\":1.10},\"b\":[],\"c\":\"表\\u001b\"}",
            "{\"a\":{\"x\":2},\"b\":{\"y\":[1]},\"c\":\"\u{202e}\u{9b}\"}",
            "~ a.x: 1.10 => 2\n- b: []\n+ b: {\n+   \"y\": [\n+     1\n+   ]\n+ }\n\
             ~ c: \"表\\u001b\" => \"\\u{202e}\\u{9b}\"\n",
        );
        check(
            "[{\"name\":\"a\\u001b\",\"v\":1},{\"name\":\"b\"}]",
            "[{\"name\":\"b\"},{\"name\":\"a\\u001b\",\"v\":{}}]",
            "~ [\"a\\u001b\"].v: 1 => {}\n~ $: the same elements in another order\n",
        );
        check("1", "1.0", "");
    }

    #[test]
    fn colours_stand_around_whole_lines() {
        let changes = difference("{\"a\":1}", "{\"b\":1}");
        assert_eq!(
            difference_lines(&changes, DifferenceStyle::Colored),
            "\u{1b}[31m- a: 1\u{1b}[0m\n\u{1b}[32m+ b: 1\u{1b}[0m\n"
        );
    }

    #[test]
    fn programs_get_values_as_they_are() {
        let changes = difference("{\"a\":[1.10]}", "{\"a\":[1E5],\"b\":null}");
        let json = String::from_utf8(difference_json(&changes)).unwrap();
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert!(
            json.contains("\"before\": 1.10,\n    \"after\": 1E5"),
            "{json}"
        );
        assert_eq!(value[0]["steps"], serde_json::json!(["a", 0]));
        assert_eq!(value[1]["change"], "added");
        assert_eq!(difference_json(&[]), b"[]\n");
    }
}
