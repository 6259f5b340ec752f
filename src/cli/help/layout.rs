//! Lays a text of help out for a screen: lines that are too long continue below their own beginning, headings and terms
//! are bold. The texts: `topics/` and `commands/`; who knows the screen: `app`.

use unicode_width::UnicodeWidthStr as _;

/// How a text is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// The columns of a line.
    pub width: usize,
    /// Whether words may be bold.
    pub style: Style,
}

/// Whether words may be bold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Letters alone.
    Plain,
    /// Headings, commands and options are bold.
    Bold,
}

/// A text is never narrower than this: a shell breaks the lines then.
const NARROWEST: usize = 40;
/// Nor wider: long lines are hard to read.
const WIDEST: usize = 100;
/// What is explained in addition to a term has at least this much room, else it goes below.
const LEAST_BESIDE: usize = 24;

/// A longer line that ends with a colon is a sentence.
const MOST_IN_HEADING: usize = 4;

/// Lays a text out.
pub fn lay_out(text: &str, screen: Screen) -> String {
    let width = screen.width.clamp(NARROWEST, WIDEST);
    let mut out = String::with_capacity(text.len() + 64);
    let mut lines = text.lines().peekable();
    while let Some(first) = lines.next() {
        let mut group = vec![first];
        while let Some(line) = lines.next_if(|line| goes_on(first, line)) {
            group.push(line);
        }
        if group.iter().all(|line| line.width() <= width) {
            for line in group {
                lay_out_line(line, width, screen.style, &mut out);
            }
        } else {
            let rest = group.iter().skip(1).map(|line| line.trim_start());
            let whole: Vec<&str> = std::iter::once(first).chain(rest).collect();
            lay_out_line(&whole.join(" "), width, screen.style, &mut out);
        }
    }
    out
}

/// Tells whether a line goes on with what the first one has begun: the explanation of a term, or a paragraph.
fn goes_on(first: &str, line: &str) -> bool {
    let indent = indent_of(line);
    if line.is_empty() || start_of_explanation(line, indent).is_some() || is_command(line) {
        return false;
    }
    match start_of_explanation(first, indent_of(first)) {
        Some(start) => first.get(..start).unwrap_or_default().width() == indent,
        None => indent == 0 && indent_of(first) == 0 && !first.is_empty() && !is_heading(first),
    }
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn is_heading(line: &str) -> bool {
    line.ends_with(':') && line.split(' ').count() <= MOST_IN_HEADING
}

fn lay_out_line(line: &str, width: usize, style: Style, out: &mut String) {
    let indent = indent_of(line);
    let explanation = start_of_explanation(line, indent);
    let (term, rest) = line.split_at(explanation.unwrap_or(line.len()));
    if line.width() <= width || (explanation.is_none() && is_command(line)) {
        push_term(term, indent, style, explanation.is_some(), out);
        out.push_str(rest);
        out.push('\n');
        return;
    }
    let Some(start) = explanation else {
        push_words(line.trim_start(), indent, indent, width, out);
        return;
    };
    push_term(term.trim_end(), indent, style, true, out);
    let column = line.get(..start).unwrap_or_default().width();
    if column + LEAST_BESIDE <= width {
        let term = term.trim_end().width();
        push_words(rest, column - term, column, width, out);
    } else {
        out.push('\n');
        push_words(rest, indent + 4, indent + 4, width, out);
    }
}

/// Appends words, the first of them after this many spaces, the next lines indented.
fn push_words(words: &str, spaces: usize, indent: usize, width: usize, out: &mut String) {
    let mut column = indent;
    let mut gap = spaces;
    for word in words.split(' ').filter(|word| !word.is_empty()) {
        if column > indent && column + 1 + word.width() > width {
            out.push('\n');
            gap = indent;
            column = indent;
        } else if column > indent {
            column += 1;
        }
        out.extend(std::iter::repeat_n(' ', gap));
        out.push_str(word);
        gap = 1;
        column += word.width();
    }
    out.push('\n');
}

/// Where the explanation of a term begins: after two spaces or more.
fn start_of_explanation(line: &str, indent: usize) -> Option<usize> {
    let gap = line.get(indent..)?.find("  ").filter(|_| indent > 0)? + indent;
    let rest = line.get(gap..)?;
    Some(gap + rest.len() - rest.trim_start().len())
}

/// A command is copied: it stays on its line.
fn is_command(line: &str) -> bool {
    let words = ["arm ", "curl ", "az ", "gh "];
    words.iter().any(|word| line.trim_start().starts_with(word))
}

fn push_term(term: &str, indent: usize, style: Style, is_explained: bool, out: &mut String) {
    let bold = match style {
        Style::Bold if indent == 0 && is_heading(term) => term,
        Style::Bold if indent == 0 && term.starts_with("Usage:") => "Usage:",
        Style::Bold if indent > 0 && (is_explained || is_command(term)) => term.trim(),
        Style::Plain | Style::Bold => "",
    };
    if bold.is_empty() {
        out.push_str(term);
        return;
    }
    out.push_str(&term.replacen(bold, &format!("\u{1b}[1m{bold}\u{1b}[0m"), 1));
}

#[cfg(test)]
mod tests {
    use super::{Screen, Style, lay_out};

    #[track_caller]
    fn check(text: &str, width: usize, expected: &str) {
        let style = Style::Plain;
        assert_eq!(lay_out(text, Screen { width, style }), expected, "{width}");
    }

    #[test]
    fn long_lines_go_on_below_their_own_beginning() {
        let option = "  -q, --query <EXPR>  Print only what this expression selects\n";
        check(option, 100, option);
        check(
            option,
            50,
            "  -q, --query <EXPR>  Print only what this\n                      expression selects\n",
        );
        check(
            option,
            40,
            "  -q, --query <EXPR>\n      Print only what this expression\n      selects\n",
        );
        check(
            "one two three four five six seven eight nine ten\n",
            40,
            "one two three four five six seven eight\nnine ten\n",
        );
    }

    #[test]
    fn lines_that_were_broken_for_a_wider_screen_are_joined() {
        let text = "A sentence that was broken for a screen of\neighty columns.\n\n  \
                    name:=json  body field, any JSON; from a\n              file\n  -  nothing\n";
        check(text, 80, text);
        check(
            text,
            40,
            "A sentence that was broken for a screen\nof eighty columns.\n\n  \
             name:=json  body field, any JSON; from\n              a file\n  -  nothing\n",
        );
        check(
            "  '{\"a\":1}'         a literal (object, array, string,\n                    null)\n",
            40,
            "  '{\"a\":1}'\n      a literal (object, array, string,\n      null)\n",
        );
    }

    #[test]
    fn a_command_stays_on_its_line() {
        let command = "  arm GET /subscriptions/{sub}/resourceGroups/rg/providers\n";
        check(command, 40, command);
        check("\n\n", 80, "\n\n");
    }

    #[test]
    fn headings_and_terms_are_bold() {
        let text = "About: x\n\nOptions:\n  -h, --help  Print help\n  arm login\n  text\n";
        let screen = Screen {
            width: 80,
            style: Style::Bold,
        };
        assert_eq!(
            lay_out(text, screen),
            "About: x\n\n\u{1b}[1mOptions:\u{1b}[0m\n  \u{1b}[1m-h, --help\u{1b}[0m  Print help\n  \
             \u{1b}[1marm login\u{1b}[0m\n  text\n"
        );
    }
}
