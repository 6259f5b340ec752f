//! The words of an expression, each with its offset. Who makes sense of them: `parser`.

use std::borrow::Cow;

use super::value::Value;
use crate::query::error::SyntaxError;

/// A word and where it begins, in bytes.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) at: usize,
    pub(super) word: Word,
}

#[derive(Debug, Clone)]
pub(super) enum Word {
    /// `name`
    Name(String),
    /// `"a name"`
    QuotedName(String),
    Number(i64),
    /// What is between backticks, or a text between single quotes.
    Literal(Value<'static>),
    /// Anything that is spelled in one way.
    Sign(&'static str),
    End,
}

impl Word {
    pub(super) fn is(&self, sign: &str) -> bool {
        matches!(self, Self::Sign(one) if *one == sign)
    }
}

/// The longest come first.
const SIGNS: [&str; 22] = [
    "[]", "[?", "||", "&&", "==", "!=", "<=", ">=", ".", "*", "[", "]", ",", ":", "@", "(", ")",
    "{", "}", "|", "&", "<",
];
const MORE_SIGNS: [&str; 2] = [">", "!"];

/// Takes an expression apart.
pub(super) fn tokens(expression: &str) -> Result<Vec<Token>, SyntaxError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        let rest = expression.get(at..).unwrap_or_default();
        let trimmed = rest.trim_start_matches([' ', '\t', '\n', '\r']);
        at += rest.len() - trimmed.len();
        let (word, length) = word(trimmed, at)?;
        let is_end = matches!(word, Word::End);
        tokens.push(Token { at, word });
        if is_end {
            return Ok(tokens);
        }
        at += length;
    }
}

/// Reads the word at the start of a text, and says how long it is.
fn word(text: &str, at: usize) -> Result<(Word, usize), SyntaxError> {
    let Some(first) = text.chars().next() else {
        return Ok((Word::End, 0));
    };
    if let Some(sign) = SIGNS
        .iter()
        .chain(&MORE_SIGNS)
        .find(|sign| text.starts_with(**sign))
    {
        return Ok((Word::Sign(sign), sign.len()));
    }
    match first {
        'a'..='z' | 'A'..='Z' | '_' => {
            let length = text
                .find(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_')
                .unwrap_or(text.len());
            let name = text.get(..length).unwrap_or_default();
            Ok((Word::Name(name.to_owned()), length))
        }
        '0'..='9' | '-' => number(text, at),
        '"' => {
            let between = between(text, '"', at)?;
            let length = between.len() + 2;
            let token = text.get(..length).unwrap_or_default();
            match crate::json::string_of(token) {
                Some(name) => Ok((Word::QuotedName(name), length)),
                None => Err(SyntaxError::new(
                    at,
                    "the name in double quotes is not a valid JSON string",
                )),
            }
        }
        '\'' => {
            let between = between(text, '\'', at)?;
            let said = between.replace("\\'", "'");
            Ok((Word::Literal(Value::text(&said)), between.len() + 2))
        }
        '`' => {
            let between = between(text, '`', at)?;
            Ok((Word::Literal(literal(between, at)?), between.len() + 2))
        }
        '=' => Err(SyntaxError::new(at, "a single `=`; write `==` to compare")),
        '$' => Err(SyntaxError::new(
            at,
            "there is no `$` in JMESPath; a JSONPath begins with it",
        )),
        '#' | '%' | '^' | ';' | '?' | '~' | '\\' | '/' | '+' => Err(SyntaxError::new(
            at,
            format!("`{first}` is not an operator of JMESPath"),
        )),
        other if other.is_alphanumeric() => Err(SyntaxError::new(
            at,
            "a name with other letters than a to z goes in double quotes",
        )),
        other => Err(SyntaxError::new(
            at,
            format!("`{}` is not a character of JMESPath", other.escape_debug()),
        )),
    }
}

fn number(text: &str, at: usize) -> Result<(Word, usize), SyntaxError> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let count = digits
        .find(|digit: char| !digit.is_ascii_digit())
        .unwrap_or(digits.len());
    if count == 0 {
        return Err(SyntaxError::new(
            at,
            "`-` is not followed by a number; a name with `-` in it goes in double quotes",
        ));
    }
    let digits = digits.get(..count).unwrap_or_default();
    // No array is that long.
    let size: i64 = digits.parse().unwrap_or(i64::MAX);
    let length = count + usize::from(sign < 0);
    Ok((Word::Number(sign * size), length))
}

/// What is between two quotes; a backslash keeps the sign after it.
fn between(text: &str, quote: char, at: usize) -> Result<&str, SyntaxError> {
    let mut signs = text.char_indices().skip(1);
    while let Some((offset, sign)) = signs.next() {
        if sign == quote {
            return Ok(text.get(1..offset).unwrap_or_default());
        }
        if sign == '\\' {
            let _escaped = signs.next();
        }
    }
    Err(SyntaxError::new(at, format!("`{quote}` is never closed")))
}

/// Reads what is between backticks: JSON, or a text without its quotes, which is how the language once had it and how
/// many scripts still write it.
fn literal(between: &str, at: usize) -> Result<Value<'static>, SyntaxError> {
    let text: Cow<'_, str> = between.replace("\\`", "`").into();
    if let Some(value) = Value::parse(&text) {
        return Ok(value);
    }
    let quoted = format!("\"{}\"", text.trim_start());
    Value::parse(&quoted).ok_or_else(|| SyntaxError::new(at, "it is neither JSON nor a text"))
}
