//! Cuts a query into tokens, each with its place as the service counts it. The grammar: `parser`
//! and `expressions`.

use serde_json::Number;

use crate::sandbox::graph::error::{QueryError, QueryPosition};

/// A token and where it begins.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    /// As it is written in the query; `<EOF>` at its end.
    pub(crate) text: String,
    pub(crate) place: QueryPosition,
    /// Whether nothing is between it and the token before.
    pub(crate) is_adjacent: bool,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TokenKind {
    /// A name or a word of the language.
    Word,
    /// A string, its escapes read.
    Text(String),
    Number(Number),
    /// An operator or a bracket.
    Symbol,
    End,
}

/// Operators and brackets; the longer ones first.
const SYMBOLS: &[&str] = &[
    "==", "=~", "!=", "!~", "<=", ">=", "|", "(", ")", "[", "]", ",", ".", "=", "<", ">", "!", "~",
    "-", "+", "*", "/", "%", ":", ";", "{", "}",
];

/// What the service calls the end of a query.
const END: &str = "<EOF>";

/// Cuts a query into tokens; the last one is its end.
///
/// Errors: a string that does not end, an invalid number, a character that the language does not have.
pub(crate) fn tokens(query: &str) -> Result<Vec<Token>, QueryError> {
    let mut lexer = Lexer {
        rest: query,
        place: QueryPosition::START,
    };
    let mut tokens = Vec::new();
    loop {
        let is_adjacent = !lexer.skip_blanks();
        let place = lexer.place;
        let Some(first) = lexer.rest.chars().next() else {
            tokens.push(Token {
                kind: TokenKind::End,
                text: END.to_owned(),
                place,
                is_adjacent,
            });
            return Ok(tokens);
        };
        let before = lexer.rest;
        let kind = lexer.token(first)?;
        let length = before.len() - lexer.rest.len();
        tokens.push(Token {
            kind,
            text: before.get(..length).unwrap_or_default().to_owned(),
            place,
            is_adjacent,
        });
    }
}

struct Lexer<'q> {
    rest: &'q str,
    place: QueryPosition,
}

impl<'q> Lexer<'q> {
    /// Takes this many bytes, which end at the boundary of a character.
    fn take(&mut self, length: usize) -> &'q str {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .unwrap_or((self.rest, ""));
        for character in taken.chars() {
            self.place.advance(character);
        }
        self.rest = rest;
        taken
    }

    fn take_while(&mut self, fits: impl Fn(char) -> bool) -> &'q str {
        let length = self.rest.find(|character| !fits(character));
        self.take(length.unwrap_or(self.rest.len()))
    }

    /// Skips blanks and comments, and tells whether there were any.
    fn skip_blanks(&mut self) -> bool {
        let before = self.rest.len();
        loop {
            self.take_while(char::is_whitespace);
            if !self.rest.starts_with("//") {
                return self.rest.len() < before;
            }
            self.take_while(|character| character != '\n');
        }
    }

    fn token(&mut self, first: char) -> Result<TokenKind, QueryError> {
        if first.is_ascii_alphabetic() || first == '_' || first == '$' {
            self.take_while(|character| {
                character.is_ascii_alphanumeric() || "_$".contains(character)
            });
            return Ok(TokenKind::Word);
        }
        if first.is_ascii_digit() {
            return self.number();
        }
        if first == '\'' || first == '"' {
            return self.string(first);
        }
        let verbatim = self
            .rest
            .strip_prefix('@')
            .and_then(|rest| rest.chars().next());
        if let Some(quote @ ('\'' | '"')) = verbatim {
            return self.verbatim(quote);
        }
        match SYMBOLS
            .iter()
            .find(|symbol| self.rest.starts_with(**symbol))
        {
            Some(symbol) => {
                self.take(symbol.len());
                Ok(TokenKind::Symbol)
            }
            None => Err(QueryError::parser(self.place, &first.to_string(), None)),
        }
    }

    fn number(&mut self) -> Result<TokenKind, QueryError> {
        let place = self.place;
        let before = self.rest;
        self.take_while(|character| character.is_ascii_digit());
        let has_fraction = self.rest.strip_prefix('.');
        if has_fraction.is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit())) {
            self.take(1);
            self.take_while(|character| character.is_ascii_digit());
        }
        // `7d` is a span of time, and `7x` is nothing: neither is known here.
        self.take_while(|character| character.is_ascii_alphanumeric());
        let text = before
            .get(..before.len() - self.rest.len())
            .unwrap_or_default();
        let number = text.parse().map(TokenKind::Number);
        number.map_err(|_| QueryError::parser(place, text, None))
    }

    /// A string in which a backslash escapes.
    fn string(&mut self, quote: char) -> Result<TokenKind, QueryError> {
        let begin = self.place;
        let unended = || QueryError::parser(begin, &quote.to_string(), Some("a string that ends"));
        self.take(1);
        let mut value = String::new();
        loop {
            let next = self.rest.chars().next().ok_or_else(unended)?;
            match next {
                '\n' => return Err(unended()),
                '\\' => {
                    let place = self.place;
                    self.take(1);
                    let escaped = self.rest.chars().next().ok_or_else(unended)?;
                    self.take(escaped.len_utf8());
                    value.push(match escaped {
                        'n' => '\n',
                        'r' => '\r',
                        't' => '\t',
                        '\\' | '\'' | '"' => escaped,
                        _ => {
                            let text = format!("\\{escaped}");
                            return Err(QueryError::parser(place, &text, None));
                        }
                    });
                }
                _ => {
                    self.take(next.len_utf8());
                    if next == quote {
                        return Ok(TokenKind::Text(value));
                    }
                    value.push(next);
                }
            }
        }
    }

    /// A string in which only the quote is written twice.
    fn verbatim(&mut self, quote: char) -> Result<TokenKind, QueryError> {
        let begin = self.place;
        self.take(2);
        let mut value = String::new();
        loop {
            value.push_str(self.take_while(|character| character != quote));
            if self.take(1).is_empty() {
                let expected = Some("a string that ends");
                return Err(QueryError::parser(begin, &format!("@{quote}"), expected));
            }
            if !self.rest.starts_with(quote) {
                return Ok(TokenKind::Text(value));
            }
            self.take(1);
            value.push(quote);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{TokenKind, tokens};

    #[track_caller]
    fn check(query: &str, expected: &[&str]) {
        let shown: Vec<String> = tokens(query)
            .unwrap()
            .into_iter()
            .map(|token| {
                let place = format!("{}:{}", token.place.line, token.place.position);
                match token.kind {
                    TokenKind::Text(text) => format!("{place} <{text}>"),
                    TokenKind::Word | TokenKind::Number(_) | TokenKind::Symbol | TokenKind::End => {
                        format!("{place} {}", token.text)
                    }
                }
            })
            .collect();
        assert_eq!(shown, expected, "{query}");
    }

    #[test]
    fn tokens_have_the_places_that_the_service_counts() {
        check("", &["1:0 <EOF>"]);
        check(
            "where\n\t a=~'x' // end\n|take 1.5",
            &[
                "1:0 where",
                "2:2 a",
                "2:3 =~",
                "2:5 <x>",
                "3:0 |",
                "3:1 take",
                "3:6 1.5",
                "3:9 <EOF>",
            ],
        );
        // As many units as UTF-16 has, for so the service counts.
        check("'ü😀' b", &["1:0 <ü😀>", "1:6 b", "1:7 <EOF>"]);
        check("\r\na", &["2:0 a", "2:1 <EOF>"]);
    }

    #[test]
    fn strings_are_read() {
        check(
            r#"'a\'b"c' "d\\'""#,
            &[r#"1:0 <a'b"c>"#, r"1:9 <d\'>", "1:15 <EOF>"],
        );
        check("@'c:\\x''y'", &[r"1:0 <c:\x'y>", "1:10 <EOF>"]);
    }

    #[track_caller]
    fn check_refused(query: &str, position: u32, token: &str) {
        let fault = tokens(query).unwrap_err().detail();
        assert_eq!(fault["characterPositionInLine"], position, "{query}");
        assert_eq!(fault["token"], token, "{query}");
    }

    #[test]
    fn what_is_not_a_token_is_refused() {
        check_refused("a 'b", 2, "'");
        check_refused("a 'b\n'", 2, "'");
        check_refused("'\\", 0, "'");
        check_refused("'\\q'", 1, "\\q");
        check_refused("@\"a\"\"", 0, "@\"");
        check_refused("a § b", 2, "§");
        check_refused("ago(7d)", 4, "7d");
        check_refused("@x", 0, "@");
    }
}
