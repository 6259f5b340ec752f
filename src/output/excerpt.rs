//! A line of a text with marks below a place in it, as compilers show one.

use super::message::printable;
use super::table::width_of;

/// How many characters of a long line are shown before and after the place.
const BEFORE: usize = 60;
const AFTER: usize = 40;

/// Draws the line of a text, its number before it, and marks below `length` units of UTF-16 from `column` on.
///
/// Lines and columns count from 1, columns in units of UTF-16. What could steer a terminal is escaped, and the marks
/// are where the eye expects them, below wide characters too. `None` if the text has no such line.
pub fn excerpt(text: &str, line: u64, column: u64, length: usize) -> Option<String> {
    let index = usize::try_from(line.checked_sub(1)?).ok()?;
    let content = text.split('\n').nth(index)?.trim_end_matches('\r');
    let start = usize::try_from(column.checked_sub(1)?).ok()?;
    let (before, rest) = split_at_units(content, start);
    let (marked, after) = split_at_units(rest, length);
    let skipped = before.chars().count().saturating_sub(BEFORE);
    let before: String = before.chars().skip(skipped).collect();
    let marked: String = marked.chars().take(AFTER).collect();
    let shown_after: String = after.chars().take(AFTER).collect();
    let cut = |is_cut: bool| if is_cut { "…" } else { "" };
    let shown_before = format!("{}{}", cut(skipped > 0), shown(&before));
    let shown_marked = shown(&marked);
    let is_cut = shown_after.len() < after.len();
    let number = line.to_string();
    let margin = " ".repeat(number.len());
    let blank = " ".repeat(width_of(&shown_before));
    let marks = "^".repeat(width_of(&shown_marked).max(1));
    let after = format!("{}{}", shown(&shown_after), cut(is_cut));
    Some(format!(
        "{margin} |\n{number} | {shown_before}{shown_marked}{after}\n{margin} | {blank}{marks}"
    ))
}

/// Splits after this many units of UTF-16; a character that has two of them is not split.
fn split_at_units(text: &str, units: usize) -> (&str, &str) {
    let mut passed = 0;
    let end = text.char_indices().find_map(|(index, character)| {
        let here = passed;
        passed += character.len_utf16();
        (here >= units).then_some(index)
    });
    text.split_at_checked(end.unwrap_or(text.len()))
        .unwrap_or((text, ""))
}

fn shown(text: &str) -> String {
    printable(&text.replace('\t', " "))
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[track_caller]
    fn check(text: &str, place: (u64, u64, usize), expected: &[&str]) {
        let (line, column, length) = place;
        let drawn = excerpt(text, line, column, length);
        assert_eq!(drawn.unwrap().lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn marks_stand_below_the_place() {
        check(
            "a | bcd | e",
            (1, 5, 3),
            &["  |", "1 | a | bcd | e", "  |     ^^^"],
        );
        check("a\r\nb c\r\n", (2, 3, 1), &["  |", "2 | b c", "  |   ^"]);
        // The end of the text, where there is nothing to mark.
        check("where", (1, 6, 5), &["  |", "1 | where", "  |      ^"]);
        check("a\n", (2, 1, 5), &["  |", "2 | ", "  | ^"]);
        // After the end of its line.
        check("ab", (1, 9, 1), &["  |", "1 | ab", "  |   ^"]);
        let lines = "\n".repeat(11) + "x";
        check(&lines, (12, 1, 1), &["   |", "12 | x", "   | ^"]);
        assert_eq!(excerpt("a", 2, 1, 1), None);
        assert_eq!(excerpt("a", 0, 1, 1), None);
        assert_eq!(excerpt("a", 1, 0, 1), None);
        assert_eq!(excerpt("a", u64::MAX, 1, 1), None);
    }

    #[test]
    fn wide_and_unseen_characters_do_not_shift_the_marks() {
        check("表 x", (1, 3, 1), &["  |", "1 | 表 x", "  |    ^"]);
        check(
            "x 表格 y",
            (1, 3, 2),
            &["  |", "1 | x 表格 y", "  |   ^^^^"],
        );
        // One character of two units.
        check("😀 x", (1, 4, 1), &["  |", "1 | 😀 x", "  |    ^"]);
        check(
            "e\u{301} x",
            (1, 4, 1),
            &["  |", "1 | e\u{301} x", "  |   ^"],
        );
        check("\tx", (1, 2, 1), &["  |", "1 |  x", "  |  ^"]);
        check(
            "\u{1b}x",
            (1, 2, 1),
            &["  |", "1 | \\u{1b}x", "  |       ^"],
        );
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let line = format!("{}HERE{}", "a".repeat(500), "b".repeat(500));
        let drawn = excerpt(&line, 1, 501, 4).unwrap();
        let lines: Vec<&str> = drawn.lines().collect();
        assert_eq!(
            lines[1],
            format!("1 | …{}HERE{}…", "a".repeat(60), "b".repeat(40))
        );
        assert_eq!(lines[2], format!("  | {}^^^^", " ".repeat(61)));
        let marked = excerpt(&line, 1, 1, 5_000).unwrap();
        assert!(
            marked.lines().all(|line| line.chars().count() < 100),
            "{marked}"
        );
    }
}
