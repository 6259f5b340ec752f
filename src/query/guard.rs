//! The look at an expression before the JSONPath parser sees it: it limits what the parser is given, refuses what the
//! parser would accept, and names the offset of simple mistakes. The grammar as a whole is the parser's (`jsonpath`).
//!
//! jsonpath-rust 1.0.12 reads `$.a b` as one name and `$.a ` as `$.a`, has functions that RFC 9535
//! does not know (`in`, `nin`, `any_of`, …), takes exponential time over nested calls, and refuses
//! number literals beyond 2^53.

use super::error::SyntaxError;

/// The longest expression, in bytes.
pub(super) const MAXIMUM_LENGTH: usize = 65_536;
/// How deep brackets and parentheses may nest.
pub(super) const MAXIMUM_NESTING: usize = 64;
/// How deep calls may nest: each level doubles or triples the parser's work.
pub(super) const MAXIMUM_CALLS: usize = 4;
/// The longest number literal that is given to the parser: 15 digits fit it always.
const SAFE_NUMBER: usize = 15;

const FUNCTIONS: [&str; 5] = ["length", "count", "value", "match", "search"];

/// An expression that is safe to parse.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Guarded {
    /// The expression with long number literals shortened; every offset is as in the original.
    pub(super) text: String,
    /// The number literals of filters as they are written, in order.
    pub(super) numbers: Vec<String>,
    /// The offsets of the calls, in order.
    pub(super) calls: Vec<usize>,
}

/// Checks an expression.
pub(super) fn check(expression: &str) -> Result<Guarded, SyntaxError> {
    if expression.len() > MAXIMUM_LENGTH {
        let message = format!("longer than {MAXIMUM_LENGTH} bytes");
        return Err(SyntaxError { at: 0, message });
    }
    let mut scanner = Scanner {
        source: expression,
        at: 0,
        open: Vec::new(),
        previous: Previous::Other,
        guarded: Guarded {
            text: expression.to_owned(),
            numbers: Vec::new(),
            calls: Vec::new(),
        },
    };
    scanner.scan()?;
    Ok(scanner.guarded)
}

struct Scanner<'e> {
    source: &'e str,
    at: usize,
    open: Vec<Open>,
    previous: Previous,
    guarded: Guarded,
}

/// A bracket that is not closed yet.
struct Open {
    at: usize,
    inside: Inside,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// `[…]`, at a selector that is not a filter.
    Selector,
    /// `[?…]`
    Filter,
    /// `(…)` around a condition.
    Group,
    /// `(…)` around arguments.
    Call,
}

/// The token before the current one, whitespace left out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Previous {
    /// A name, a literal word or a number that ends at the offset.
    Word {
        end: usize,
    },
    Dot,
    Other,
}

impl Scanner<'_> {
    fn scan(&mut self) -> Result<(), SyntaxError> {
        let mut spaced = false;
        while let Some(character) = self.rest().chars().next() {
            let start = self.at;
            if matches!(character, ' ' | '\t' | '\n' | '\r') {
                if self.previous == Previous::Dot {
                    return Err(fault(start, "whitespace after `.`"));
                }
                self.at += 1;
                spaced = true;
                continue;
            }
            match character {
                '"' | '\'' => self.string(character)?,
                '[' | '(' => self.open(character)?,
                ']' | ')' => self.close(character)?,
                '-' => self.minus()?,
                '0'..='9' if self.number() => {}
                _ if is_word(character) => self.word()?,
                _ => self.other(character),
            }
            if let (Previous::Word { .. }, true, Some(Previous::Word { .. })) =
                (self.previous, spaced, self.followed(start))
            {
                return Err(fault(
                    start,
                    "two words with only whitespace between them; a name with spaces is `['a b']`",
                ));
            }
            self.previous = self.followed(start).unwrap_or(match character {
                '.' => Previous::Dot,
                _ => Previous::Other,
            });
            spaced = false;
        }
        if let Some(open) = self.open.last() {
            let bracket = self.source.get(open.at..=open.at).unwrap_or_default();
            return Err(fault(open.at, format!("`{bracket}` is never closed")));
        }
        if spaced {
            let path = self.source.trim_end_matches([' ', '\t', '\n', '\r']);
            return Err(fault(path.len(), "whitespace after the path"));
        }
        Ok(())
    }

    fn rest(&self) -> &str {
        self.source.get(self.at..).unwrap_or_default()
    }

    /// Returns the token from `start` to here if it is a word.
    fn followed(&self, start: usize) -> Option<Previous> {
        let token = self.source.get(start..self.at)?;
        token.chars().next_back().filter(|last| is_word(*last))?;
        Some(Previous::Word { end: self.at })
    }

    fn other(&mut self, character: char) {
        self.at += character.len_utf8();
        match (character, self.open.last_mut()) {
            ('?', Some(open)) if open.inside == Inside::Selector => open.inside = Inside::Filter,
            (',', Some(open)) if open.inside == Inside::Filter => open.inside = Inside::Selector,
            _ => {}
        }
    }

    fn open(&mut self, bracket: char) -> Result<(), SyntaxError> {
        let at = self.at;
        let called = self.previous == Previous::Word { end: at };
        let inside = match (bracket, called) {
            ('[', _) => Inside::Selector,
            (_, true) => Inside::Call,
            (_, false) => Inside::Group,
        };
        self.open.push(Open { at, inside });
        self.at += 1;
        if self.open.len() > MAXIMUM_NESTING {
            return Err(fault(
                at,
                format!("brackets nest deeper than {MAXIMUM_NESTING}"),
            ));
        }
        let calls = self
            .open
            .iter()
            .filter(|open| open.inside == Inside::Call)
            .count();
        if calls > MAXIMUM_CALLS {
            return Err(fault(
                at,
                format!("functions nest deeper than {MAXIMUM_CALLS}"),
            ));
        }
        Ok(())
    }

    fn close(&mut self, bracket: char) -> Result<(), SyntaxError> {
        let opened = self.open.pop().map(|open| open.inside);
        let expected = match opened {
            Some(Inside::Selector | Inside::Filter) => ']',
            Some(Inside::Group | Inside::Call) => ')',
            None => return Err(fault(self.at, format!("`{bracket}` was never opened"))),
        };
        if bracket != expected {
            return Err(fault(
                self.at,
                format!("expected `{expected}`, found `{bracket}`"),
            ));
        }
        self.at += 1;
        Ok(())
    }

    fn minus(&mut self) -> Result<(), SyntaxError> {
        if let Previous::Word { .. } = self.previous {
            return Err(fault(
                self.at,
                "a name with `-` is written in quotes, as in `['a-b']`",
            ));
        }
        let digits = self
            .rest()
            .trim_start_matches('-')
            .starts_with(|c: char| c.is_ascii_digit());
        if !digits {
            return Err(fault(self.at, "expected a digit right after `-`"));
        }
        if !self.number() {
            self.at += 1;
        }
        Ok(())
    }

    /// Reads a number literal of a filter; says whether there was one.
    fn number(&mut self) -> bool {
        let in_filter = self
            .open
            .last()
            .is_some_and(|open| open.inside != Inside::Selector);
        let length = number_length(self.rest());
        if !in_filter || length == 0 {
            return false;
        }
        let end = self.at + length;
        let literal = self.source.get(self.at..end).unwrap_or_default();
        self.guarded.numbers.push(literal.to_owned());
        if length > SAFE_NUMBER {
            // The parser needs a number here, not this one; spaces keep the offsets.
            self.guarded
                .text
                .replace_range(self.at..end, &format!("{:<length$}", '1'));
        }
        self.at = end;
        true
    }

    fn word(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        let rest = self.rest();
        let length = rest
            .find(|character| !is_word(character))
            .unwrap_or(rest.len());
        let called = rest
            .get(length..)
            .is_some_and(|after| after.starts_with('('));
        let name = rest.get(..length).unwrap_or_default();
        if called && self.previous == Previous::Dot {
            let message = format!("there are no methods; write `{name}(…)` inside a filter");
            return Err(fault(start, message));
        }
        if called && !FUNCTIONS.contains(&name) {
            let known = FUNCTIONS.map(|function| format!("`{function}`")).join(", ");
            return Err(fault(
                start,
                format!("unknown function `{name}`; there are {known}"),
            ));
        }
        if called {
            self.guarded.calls.push(start);
        }
        self.at += length;
        Ok(())
    }

    /// Reads a string, whose escapes are those of JSON and the quote itself.
    fn string(&mut self, quote: char) -> Result<(), SyntaxError> {
        let start = self.at;
        let mut characters = self.rest().char_indices().skip(1);
        while let Some((offset, character)) = characters.next() {
            let at = start + offset;
            match character {
                _ if character == quote => {
                    self.at = at + 1;
                    return Ok(());
                }
                '\\' => match characters.next() {
                    Some((_, 'b' | 'f' | 'n' | 'r' | 't' | '/' | '\\' | 'u')) => {}
                    Some((_, escaped)) if escaped == quote => {}
                    Some((_, other)) => {
                        return Err(fault(
                            at,
                            format!("`\\{}` is not a valid escape", other.escape_debug()),
                        ));
                    }
                    None => break,
                },
                '\0'..='\x1f' => {
                    let escape = format!("\\u{:04x}", u32::from(character));
                    return Err(fault(
                        at,
                        format!("control character; write it as `{escape}`"),
                    ));
                }
                _ => {}
            }
        }
        Err(fault(start, "the quote is never closed"))
    }
}

/// Measures the number at the start of a text: an optional fraction and exponent (RFC 9535, 2.3.5.1).
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| -> usize {
        bytes
            .iter()
            .skip(from)
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let sign = usize::from(bytes.first() == Some(&b'-'));
    let mut end = sign
        + match bytes.get(sign) {
            Some(b'0') => 1,
            _ => digits(sign),
        };
    if end == sign {
        return 0;
    }
    if bytes.get(end) == Some(&b'.') && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + signed);
        if exponent > 0 {
            end += 1 + signed + exponent;
        }
    }
    end
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_' || !character.is_ascii()
}

fn fault(at: usize, message: impl Into<String>) -> SyntaxError {
    SyntaxError::new(at, message)
}
