//! The tokens of a query, one after the other, and the refusals of those that do not fit. Who reads the text into
//! tokens: `lexer`; who reads the tokens: `parser`, `expressions`.

use crate::sandbox::graph::error::{QueryError, QueryPosition};
use crate::sandbox::graph::kql::lexer::{Token, TokenKind, tokens};

/// The tokens of a query that are still to be read. The last one is never taken.
pub(crate) struct Tokens {
    all: Vec<Token>,
    next: usize,
}

impl Tokens {
    pub(crate) fn of(query: &str) -> Result<Self, QueryError> {
        Ok(Self {
            all: tokens(query)?,
            next: 0,
        })
    }

    /// The next token.
    pub(crate) fn peek(&self) -> Token {
        self.ahead(0)
    }

    /// The token that comes this many after the next one.
    pub(crate) fn ahead(&self, distance: usize) -> Token {
        let token = self.all.get(self.next + distance).or(self.all.last());
        token.cloned().unwrap_or(Token {
            kind: TokenKind::End,
            text: String::new(),
            place: QueryPosition::START,
            is_adjacent: false,
        })
    }

    /// Takes the next token.
    pub(crate) fn take(&mut self) -> Token {
        let token = self.peek();
        if self.next + 1 < self.all.len() {
            self.next += 1;
        }
        token
    }

    /// Takes the next token if it is this symbol.
    pub(crate) fn take_symbol(&mut self, symbol: &str) -> bool {
        let token = self.peek();
        let fits = token.kind == TokenKind::Symbol && token.text == symbol;
        if fits {
            self.take();
        }
        fits
    }

    /// Takes the next token if it is this word, whose case counts as everywhere in the language.
    pub(crate) fn take_word(&mut self, word: &str) -> bool {
        let token = self.peek();
        let fits = token.kind == TokenKind::Word && token.text == word;
        if fits {
            self.take();
        }
        fits
    }

    /// Takes the next token, which must be this symbol.
    pub(crate) fn expect_symbol(&mut self, symbol: &str) -> Result<(), QueryError> {
        if self.take_symbol(symbol) {
            return Ok(());
        }
        Err(self.unexpected(Some(symbol)))
    }

    /// Takes the next token, which must be a name.
    pub(crate) fn expect_name(&mut self) -> Result<String, QueryError> {
        if self.peek().kind == TokenKind::Word {
            return Ok(self.take().text);
        }
        Err(self.unexpected(None))
    }

    /// The refusal of the next token.
    pub(crate) fn unexpected(&self, expected: Option<&str>) -> QueryError {
        let token = self.peek();
        QueryError::parser(token.place, &token.text, expected)
    }

    /// The refusal of a token that the service may know.
    pub(crate) fn beyond(token: &Token, message: String) -> QueryError {
        QueryError::Beyond {
            place: token.place,
            token: token.text.clone(),
            message,
        }
    }
}
