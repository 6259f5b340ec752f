//! The user's settings, `config.toml`: api-versions of types, and words for types. A text becomes settings, or the place of
//! its fault. The file is read by `app`.

#[cfg(test)]
mod tests;

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::azure::{Pins, WantedVersion, is_version};

/// The names of the sections.
const SECTIONS: [&str; 2] = ["api-versions", "aliases"];
/// The keys of an alias that is a table.
const ALIAS_KEYS: [&str; 2] = ["type", "columns"];

/// Tells what is wrong with a text such as `name,size=properties.size`, in one line: how columns are
/// written is not a matter of this file alone.
pub type ColumnsCheck = fn(&str) -> Result<(), String>;

/// What stands in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// `[api-versions]`.
    pub pins: Pins,
    /// `[aliases]`, in the order of their words.
    pub aliases: Vec<Alias>,
}

/// A word for a resource type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// The word, as it was written.
    pub word: String,
    /// The full name of the type, such as `Microsoft.Compute/virtualMachines`.
    pub type_name: String,
    /// What `--columns` would say, if it is said.
    pub columns: Option<String>,
}

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
        known: &'static [&'static str],
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
    #[error("`{key}` is said twice")]
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
    /// An alias that says no type.
    #[error("the alias `{word}` has no `type`")]
    NoType {
        /// The word.
        word: String,
    },
}

impl Config {
    /// Reads the text of a config file; `check` says what is wrong with a text of columns.
    ///
    /// # Errors
    ///
    /// The first fault; a setting that is passed over would be another setting than the user's.
    pub fn parse(text: &str, check: ColumnsCheck) -> Result<Self, ConfigError> {
        let reader = Reader { text, check };
        let table = DeTable::parse(text).map_err(|error| {
            let message = error.message().lines().collect::<Vec<_>>().join(", ");
            reader.at(
                error.span().unwrap_or_default(),
                ConfigErrorKind::Syntax { message },
            )
        })?;
        let mut config = Self::default();
        for (key, value) in table.get_ref() {
            let name = key.get_ref().as_ref();
            let section = SECTIONS.iter().find(|known| **known == name);
            let section = section.ok_or_else(|| reader.unknown(key.span(), name, &SECTIONS))?;
            let entries = reader.table(name, value)?;
            match *section {
                "api-versions" => config.pins = reader.pins(entries)?,
                _ => config.aliases = reader.aliases(entries)?,
            }
        }
        Ok(config)
    }

    /// Makes a text of the bytes of a config file.
    ///
    /// # Errors
    ///
    /// The place of the first byte that is not UTF-8.
    pub fn text(bytes: &[u8]) -> Result<&str, ConfigError> {
        str::from_utf8(bytes).map_err(|error| {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            ConfigErrorKind::Encoding.placed_after(&String::from_utf8_lossy(before))
        })
    }

    /// Returns the alias of a word, whatever its case.
    pub fn alias(&self, word: &str) -> Option<&Alias> {
        let mut aliases = self.aliases.iter();
        aliases.find(|alias| alias.word.eq_ignore_ascii_case(word))
    }
}

/// The text, to say where a fault is.
struct Reader<'a> {
    text: &'a str,
    check: ColumnsCheck,
}

type Value<'a> = Spanned<DeValue<'a>>;

impl Reader<'_> {
    fn pins(&self, entries: &DeTable<'_>) -> Result<Pins, ConfigError> {
        let mut pins = Pins::default();
        for (key, value) in entries {
            let name = key.get_ref().as_ref();
            self.is_type(name, key.span())?;
            if pins.find(name).is_some() {
                let key_name = name.to_owned();
                return Err(self.at(key.span(), ConfigErrorKind::Twice { key: key_name }));
            }
            pins.add(name, self.wanted(name, value)?);
        }
        Ok(pins)
    }

    fn wanted(&self, key: &str, value: &Value<'_>) -> Result<WantedVersion, ConfigError> {
        let text = if let DeValue::Datetime(date) = value.get_ref() {
            // A date without quotes is what many would write.
            date.to_string()
        } else {
            let text = self.text_of(key, value, "text such as \"2024-07-01\"")?;
            text.to_owned()
        };
        let wanted = WantedVersion::of(&text);
        if let WantedVersion::Exactly(version) = &wanted
            && !is_version(version)
        {
            let value_text = version.clone();
            return Err(self.at(value.span(), ConfigErrorKind::Version { value: value_text }));
        }
        Ok(wanted)
    }

    fn aliases(&self, entries: &DeTable<'_>) -> Result<Vec<Alias>, ConfigError> {
        let mut aliases: Vec<Alias> = Vec::new();
        for (key, value) in entries {
            let word = key.get_ref().as_ref();
            let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
            if !word.starts_with(|first: char| first.is_ascii_alphanumeric())
                || !word.chars().all(is_plain)
            {
                let word = word.to_owned();
                return Err(self.at(key.span(), ConfigErrorKind::Word { word }));
            }
            let is_same = |known: &Alias| known.word.eq_ignore_ascii_case(word);
            if aliases.iter().any(is_same) {
                let key_name = word.to_owned();
                return Err(self.at(key.span(), ConfigErrorKind::Twice { key: key_name }));
            }
            aliases.push(self.alias(word, value)?);
        }
        Ok(aliases)
    }

    fn alias(&self, word: &str, value: &Value<'_>) -> Result<Alias, ConfigError> {
        let DeValue::Table(table) = value.get_ref() else {
            let wanted = "text such as \"Microsoft.Compute/disks\", or a table";
            let type_name = self.text_of(word, value, wanted)?;
            self.is_type(type_name, value.span())?;
            return Ok(Alias {
                word: word.to_owned(),
                type_name: type_name.to_owned(),
                columns: None,
            });
        };
        let mut type_name = None;
        let mut columns = None;
        for (key, value) in table {
            match key.get_ref().as_ref() {
                name @ "type" => {
                    let text = self.text_of(name, value, "text")?;
                    self.is_type(text, value.span())?;
                    type_name = Some(text.to_owned());
                }
                name @ "columns" => columns = Some(self.columns(name, value)?),
                name => return Err(self.unknown(key.span(), name, &ALIAS_KEYS)),
            }
        }
        let no_type = || {
            let word = word.to_owned();
            self.at(value.span(), ConfigErrorKind::NoType { word })
        };
        Ok(Alias {
            word: word.to_owned(),
            type_name: type_name.ok_or_else(no_type)?,
            columns,
        })
    }

    /// `"name,size=properties.size"`, or a list of such texts.
    fn columns(&self, key: &str, value: &Value<'_>) -> Result<String, ConfigError> {
        let wanted = "text, or a list of texts";
        let DeValue::Array(list) = value.get_ref() else {
            return Ok(self.checked(key, value, wanted)?.to_owned());
        };
        if list.is_empty() {
            let message = "a list of columns is empty".to_owned();
            return Err(self.at(value.span(), ConfigErrorKind::Columns { message }));
        }
        let texts: Result<Vec<&str>, ConfigError> = list
            .iter()
            .map(|entry| self.checked(key, entry, wanted))
            .collect();
        Ok(texts?.join(","))
    }

    fn checked<'v>(
        &self,
        key: &str,
        value: &'v Value<'_>,
        wanted: &'static str,
    ) -> Result<&'v str, ConfigError> {
        let text = self.text_of(key, value, wanted)?;
        let refused = |message| self.at(value.span(), ConfigErrorKind::Columns { message });
        (self.check)(text).map_err(refused)?;
        Ok(text)
    }

    fn table<'v, 'i>(
        &self,
        key: &str,
        value: &'v Value<'i>,
    ) -> Result<&'v DeTable<'i>, ConfigError> {
        let table = value.get_ref().as_table();
        table.ok_or_else(|| self.kind(key, value, "a section"))
    }

    fn text_of<'v>(
        &self,
        key: &str,
        value: &'v Value<'_>,
        wanted: &'static str,
    ) -> Result<&'v str, ConfigError> {
        let text = value.get_ref().as_str();
        text.ok_or_else(|| self.kind(key, value, wanted))
    }

    /// `Namespace/type`, with parts of letters, digits, dots, `-` and `_`.
    fn is_type(&self, name: &str, span: Range<usize>) -> Result<(), ConfigError> {
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        let mut parts = name.split('/');
        let has_namespace = parts.next().is_some_and(|first| first.contains('.'));
        let is_whole = |part: &str| !part.is_empty() && part.chars().all(is_plain);
        if has_namespace && name.contains('/') && name.split('/').all(is_whole) {
            return Ok(());
        }
        let name = name.to_owned();
        Err(self.at(span, ConfigErrorKind::Type { name }))
    }

    fn kind(&self, key: &str, value: &Value<'_>, wanted: &'static str) -> ConfigError {
        let found = match value.get_ref() {
            DeValue::String(_) => "text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        let key = key.to_owned();
        self.at(value.span(), ConfigErrorKind::Kind { key, found, wanted })
    }

    fn unknown(
        &self,
        span: Range<usize>,
        key: &str,
        known: &'static [&'static str],
    ) -> ConfigError {
        let key = key.to_owned();
        self.at(span, ConfigErrorKind::UnknownKey { key, known })
    }

    fn at(&self, span: Range<usize>, kind: ConfigErrorKind) -> ConfigError {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        kind.placed_after(before)
    }
}

impl ConfigErrorKind {
    /// Says where it is: after a text.
    fn placed_after(self, before: &str) -> ConfigError {
        let last = before.rsplit('\n').next().unwrap_or_default();
        ConfigError {
            line: before.matches('\n').count() + 1,
            column: last.chars().count() + 1,
            kind: self,
        }
    }
}
