//! The one grammar of a path into a JSON document as users write it: `a.b`, `a[0]`, `tags."cost.center"`,
//! `tags['cost.center']`. What a part means (a name, an element, one more element) is decided where it is used:
//! `cli::items` for fields of a body, `query` for columns and conditions, `cli::options` for members of a list.

/// A path of more parts is refused, so that nothing that follows it can run out of stack.
const MOST_PARTS: usize = 128;

/// Whether a dot between names begins another part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dots {
    /// It does: `a.b` has two parts.
    Separate,
    /// It is part of the name: only brackets lead further.
    Literal,
}

/// How a part is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartForm {
    /// `name`.
    Plain,
    /// `"name"`.
    Quoted,
    /// `[text]`.
    Bracket,
    /// `["name"]` or `['name']`.
    QuotedBracket,
}

/// One part of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathPart<'a> {
    /// Where it begins, the dot before it included, in bytes.
    pub at: usize,
    /// Its text, without brackets and quotes, still escaped.
    pub text: &'a str,
    /// How it is written.
    pub form: PartForm,
}

impl PathPart<'_> {
    /// Returns the name that it stands for.
    pub fn name(&self) -> String {
        unescape(self.text)
    }
}

/// Why a text is not a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathError {
    /// A part is empty.
    Empty {
        /// Where.
        at: usize,
    },
    /// A bracket is not closed.
    Unclosed {
        /// Where it opens.
        at: usize,
    },
    /// Something follows a closing bracket or quote.
    Trailing {
        /// Where.
        at: usize,
    },
    /// There are too many parts.
    TooDeep,
}

/// Cuts a path into its parts; there is at least one.
///
/// # Errors
/// Refuses empty parts, brackets that are not closed, and text that follows one without a dot.
pub fn path_parts(text: &str, dots: Dots) -> Result<Vec<PathPart<'_>>, PathError> {
    let mut parts = Vec::new();
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let first = rest.chars().next();
        let (part, end) = if first == Some('[') {
            let length = bracket_length(rest).ok_or(PathError::Unclosed { at })?;
            let inner = rest.get(1..length - 1).unwrap_or_default();
            let unquoted = unquoted(inner, '"').or_else(|| unquoted(inner, '\''));
            let form = unquoted.map_or(PartForm::Bracket, |_| PartForm::QuotedBracket);
            (
                PathPart {
                    at,
                    text: unquoted.unwrap_or(inner),
                    form,
                },
                at + length,
            )
        } else if first.is_none() && !parts.is_empty() {
            return Ok(parts);
        } else {
            let start = match (parts.is_empty(), first, dots) {
                (true, _, _) => at,
                (false, Some('.'), Dots::Separate) => at + 1,
                (false, _, _) => return Err(PathError::Trailing { at }),
            };
            let name = name_of(text.get(start..).unwrap_or_default(), dots);
            if name.is_empty() {
                return Err(PathError::Empty { at });
            }
            let unquoted = unquoted(name, '"');
            let form = unquoted.map_or(PartForm::Plain, |_| PartForm::Quoted);
            (
                PathPart {
                    at,
                    text: unquoted.unwrap_or(name),
                    form,
                },
                start + name.len(),
            )
        };
        if parts.len() == MOST_PARTS {
            return Err(PathError::TooDeep);
        }
        parts.push(part);
        at = end;
    }
}

/// Splits at a sign outside of quotes and brackets.
pub fn split_unquoted(text: &str, sign: char) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut units = Units::of(text);
    let mut at = 0;
    let mut begins_part = true;
    while let Some(rest) = text.get(at..)
        && let Some(character) = rest.chars().next()
    {
        if character == sign {
            pieces.push(text.get(start..at).unwrap_or_default());
            start = at + sign.len_utf8();
        }
        at += units.length(at, begins_part);
        begins_part = matches!(character, '.' | ',' | '=') || (begins_part && character == ' ');
    }
    pieces.push(text.get(start..).unwrap_or_default());
    pieces
}

/// Measures what is read as one in a text: an escaped character, a quoted name at the beginning of a part, a bracket,
/// or else a character. It remembers from where on no bracket is closed, so that a text of many open ones is read once
/// and not once for each of them.
#[derive(Debug)]
pub struct Units<'a> {
    text: &'a str,
    unclosed_from: usize,
}

impl<'a> Units<'a> {
    /// Measures the units of this text.
    pub fn of(text: &'a str) -> Self {
        Self {
            text,
            unclosed_from: usize::MAX,
        }
    }

    /// Returns the length of the unit at a place, which is the end of the unit before it; 0 at the end.
    pub fn length(&mut self, at: usize, begins_part: bool) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        match rest.chars().next() {
            Some('\\') => escape_length(rest),
            Some('"') if begins_part => quoted_length(rest).unwrap_or(1),
            Some('[') => self.bracket(at, rest).unwrap_or(1),
            Some(character) => character.len_utf8(),
            None => 0,
        }
    }

    fn bracket(&mut self, at: usize, rest: &str) -> Option<usize> {
        let inner = 1 + quoted_in_bracket(rest);
        if at + inner >= self.unclosed_from {
            return None;
        }
        let length = length_up_to(rest, inner, ']');
        if length.is_none() {
            self.unclosed_from = at + inner;
        }
        length
    }
}

/// Takes the backslash away from each character that has a meaning in a key; any other backslash stays.
pub fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let escaped = characters.next_if(|next| {
            character == '\\' && (next.is_ascii_digit() || "=:;@[]\\\".".contains(*next))
        });
        plain.push(escaped.unwrap_or(character));
    }
    plain
}

/// The name at the beginning of a text: a quoted one, or all up to the next part.
fn name_of(text: &str, dots: Dots) -> &str {
    let mut end = if text.starts_with('"') {
        quoted_length(text).unwrap_or(0)
    } else {
        0
    };
    let is_quoted = end > 0;
    while !is_quoted
        && let Some(rest) = text.get(end..)
        && let Some(character) = rest.chars().next()
        && character != '['
        && (character != '.' || dots == Dots::Literal)
    {
        end += if character == '\\' {
            escape_length(rest)
        } else {
            character.len_utf8()
        };
    }
    text.get(..end).unwrap_or(text)
}

/// What is between two quotes, if these are all of a text.
fn unquoted(text: &str, quote: char) -> Option<&str> {
    (text.starts_with(quote) && length_in_quotes(text, quote) == Some(text.len()))
        .then(|| text.get(1..text.len() - 1))
        .flatten()
}

/// Length of a backslash and the character after it.
fn escape_length(rest: &str) -> usize {
    rest.chars().take(2).map(char::len_utf8).sum()
}

/// Length of `"…"` with both quotes, or nothing if it is not closed.
fn quoted_length(rest: &str) -> Option<usize> {
    length_in_quotes(rest, '"')
}

fn length_in_quotes(rest: &str, quote: char) -> Option<usize> {
    length_up_to(rest, 1, quote)
}

/// Length of `[…]` with both brackets, or nothing if it is not closed.
fn bracket_length(rest: &str) -> Option<usize> {
    length_up_to(rest, 1 + quoted_in_bracket(rest), ']')
}

/// Length of the quoted name after a bracket; 0 if there is none.
fn quoted_in_bracket(rest: &str) -> usize {
    let inner = rest.get(1..).unwrap_or_default();
    ['"', '\'']
        .into_iter()
        .filter(|quote| inner.starts_with(*quote))
        .find_map(|quote| length_in_quotes(inner, quote))
        .unwrap_or(0)
}

/// Length up to the first sign that is not escaped, which counts too.
fn length_up_to(text: &str, from: usize, sign: char) -> Option<usize> {
    let mut at = from;
    loop {
        let rest = text.get(at..)?;
        match rest.chars().next()? {
            '\\' => at += escape_length(rest),
            character if character == sign => return Some(at + sign.len_utf8()),
            character => at += character.len_utf8(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Dots, PartForm, PathError, path_parts, split_unquoted, unescape};

    #[track_caller]
    fn check(text: &str, expected: &[(&str, PartForm)]) {
        let found = path_parts(text, Dots::Separate).unwrap();
        let found: Vec<_> = found.iter().map(|part| (part.text, part.form)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_path_has_parts() {
        use PartForm::{Bracket, Plain, Quoted, QuotedBracket};

        check("a", &[("a", Plain)]);
        check("a.b[0]", &[("a", Plain), ("b", Plain), ("0", Bracket)]);
        check(
            "tags.\"a.b\".c",
            &[("tags", Plain), ("a.b", Quoted), ("c", Plain)],
        );
        check("tags['a.b']", &[("tags", Plain), ("a.b", QuotedBracket)]);
        check("[\"]\"].a", &[("]", QuotedBracket), ("a", Plain)]);
        check(
            "a[it's][]",
            &[("a", Plain), ("it's", Bracket), ("", Bracket)],
        );
        check("a\\.b.\"\"", &[("a\\.b", Plain), ("", Quoted)]);
        check("\"a", &[("\"a", Plain)]);
        let one = path_parts("a.b[c]", Dots::Literal).unwrap();
        assert_eq!(one.first().map(|part| part.text), Some("a.b"));
    }

    #[test]
    fn what_is_not_a_path_is_refused() {
        for (text, error) in [
            ("", PathError::Empty { at: 0 }),
            (".a", PathError::Empty { at: 0 }),
            ("a..b", PathError::Empty { at: 1 }),
            ("a.", PathError::Empty { at: 1 }),
            ("a[b", PathError::Unclosed { at: 1 }),
            ("a[0]b", PathError::Trailing { at: 4 }),
            ("\"a\"b", PathError::Trailing { at: 3 }),
            (&"[a]".repeat(129), PathError::TooDeep),
        ] {
            assert_eq!(path_parts(text, Dots::Separate), Err(error), "{text}");
        }
    }

    #[test]
    fn a_sign_in_quotes_or_brackets_splits_nothing() {
        assert_eq!(split_unquoted("a=b=c", '='), ["a", "b", "c"]);
        assert_eq!(split_unquoted("tags.\"a=b\"=c", '='), ["tags.\"a=b\"", "c"]);
        assert_eq!(
            split_unquoted("$['x,y'], \"k,\".b,d'x", ','),
            ["$['x,y']", " \"k,\".b", "d'x"]
        );
    }

    #[test]
    fn many_open_brackets_are_read_once() {
        for open in ["[", "[\"", "['\"", "\\[["] {
            let text = open.repeat(120_000 / open.len());
            assert_eq!(split_unquoted(&text, '='), [&text], "{open}");
        }
        assert_eq!(
            split_unquoted("[\"a[b=\"=[c]=d", '='),
            ["[\"a[b=\"=[c]", "d"]
        );
    }

    #[test]
    fn only_meaningful_characters_are_unescaped() {
        assert_eq!(unescape("a\\=b\\x\\\\c\\"), "a=b\\x\\c\\");
    }
}
