//! What is wrong with a config file, and where. What helps: `error/plan`.

use crate::config::command_alias::CommandAliasError;

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {kind}")]
pub struct ConfigError {
    /// The line, from 1.
    pub line: usize,
    /// The column in letters, from 1.
    pub column: usize,
    /// What is wrong.
    pub kind: ConfigErrorKind,
}

/// What is wrong with a config file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigErrorKind {
    /// It is not text.
    #[error("it is not UTF-8 text")]
    Encoding,
    /// It is not TOML.
    #[error("{message}")]
    Syntax {
        /// What the parser says.
        message: String,
    },
    /// A section or key that is not known.
    #[error("`{key}` is not known here")]
    UnknownKey {
        /// The key.
        key: String,
        /// Those that are.
        known: Vec<&'static str>,
    },
    /// A value of another kind.
    #[error("`{key}` is {found}, not {wanted}")]
    Kind {
        /// The key.
        key: String,
        /// What it is.
        found: &'static str,
        /// What it must be.
        wanted: &'static str,
    },
    /// One name in two spellings.
    #[error("`{key}` is set twice")]
    Twice {
        /// The second one.
        key: String,
    },
    /// A text that is not an api-version.
    #[error("`{value}` is not a valid api-version")]
    Version {
        /// The text.
        value: String,
    },
    /// A text that is not the full name of a type.
    #[error("`{name}` is not a valid resource type")]
    Type {
        /// The text.
        name: String,
    },
    /// A word that could be taken for something else.
    #[error("`{word}` cannot be an alias")]
    Word {
        /// The word.
        word: String,
    },
    /// A text that names no columns.
    #[error("{message}")]
    Columns {
        /// What is wrong with them.
        message: String,
    },
    /// A value that its option would not take.
    #[error("`{key}`: {message}")]
    Value {
        /// The key.
        key: String,
        /// What is wrong with the value.
        message: String,
    },
    /// A command that cannot be.
    #[error("the command `{name}` {error}")]
    Command {
        /// Its name.
        name: String,
        /// Why it cannot be.
        error: CommandAliasError,
    },
    /// An alias that says no type.
    #[error("the alias `{word}` has no `type`")]
    NoType {
        /// The word.
        word: String,
    },
}

impl ConfigErrorKind {
    /// Says where it is: after a text.
    pub(super) fn placed_after(self, before: &str) -> ConfigError {
        let last = before.rsplit('\n').next().unwrap_or_default();
        ConfigError {
            line: before.matches('\n').count() + 1,
            column: last.chars().count() + 1,
            kind: self,
        }
    }
}
