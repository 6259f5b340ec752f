//! Reads `config.toml`: a text becomes settings, or the place of its error. Which of several values applies:
//! `settings`; who writes the file: `edit`.

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::azure::{Pins, WantedVersion, is_version};
use crate::config::command_alias::{CommandAlias, CommandAliasError};
use crate::config::error::{ConfigError, ConfigErrorKind};
use crate::config::guards::Guards;
use crate::config::setting::{SETTINGS, Setting, SettingKind};

/// The names of the sections.
const SECTIONS: [&str; 5] = [
    "defaults",
    "profiles",
    "commands",
    "aliases",
    "api-versions",
];
/// The key of the guard against changes.
pub(super) const READ_ONLY: &str = "read-only";
/// The key of the question before each write.
pub(super) const CONFIRM: &str = "confirm";
/// The keys of both guards.
pub const GUARDS: [&str; 2] = [READ_ONLY, CONFIRM];
/// The key of the colour in which a profile is named.
pub(super) const PROMPT_COLOR: &str = "prompt-color";
/// The colours that a terminal has names for.
pub(super) const COLORS: [&str; 6] = ["red", "green", "yellow", "blue", "magenta", "cyan"];
/// The keys of an alias that is a table.
const ALIAS_KEYS: [&str; 2] = ["type", "columns"];

/// What is not a matter of this file alone.
#[derive(Clone, Copy)]
pub struct Checks {
    /// Tells what is wrong with a text such as `name,size=properties.size`, in one line.
    pub columns: fn(&str) -> Result<(), String>,
    /// Tells what is wrong with the value of a setting, by its key.
    pub value: fn(&str, &str) -> Result<(), String>,
    /// Tells what a word is already, such as `a command`.
    pub taken: fn(&str) -> Option<&'static str>,
}

/// What is in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// `[api-versions]`.
    pub pins: Pins,
    /// `[aliases]`, in the order of their words.
    pub aliases: Vec<Alias>,
    /// `[defaults]`.
    pub defaults: Section,
    /// `[profiles.NAME]`, in the order of their names.
    pub profiles: Vec<Profile>,
    /// `[commands]`, in the order of their names.
    pub commands: Vec<CommandAlias>,
}

/// Settings that hold together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// The settings that it says.
    pub values: Vec<SettingValue>,
    /// The guards that it sets.
    pub guards: Guards,
}

/// What a section says of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingValue {
    /// Which setting.
    pub setting: &'static Setting,
    /// Its value, as it would be in a variable.
    pub value: String,
    /// The line where it is, from 1.
    pub line: usize,
}

impl Section {
    /// What it says of a setting.
    pub fn find(&self, setting: &Setting) -> Option<&SettingValue> {
        let mut values = self.values.iter();
        values.find(|value| value.setting.key == setting.key)
    }
}

/// Settings with a name, such as those of one environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// What it says.
    pub section: Section,
    /// The colour in which it is named on a terminal.
    pub prompt_color: Option<String>,
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

impl Config {
    /// Reads the text of a config file.
    ///
    /// # Errors
    ///
    /// The first fault; a setting that is skipped would be another setting than the user's.
    pub fn parse(text: &str, checks: Checks) -> Result<Self, ConfigError> {
        let reader = Reader { text, checks };
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
                "defaults" => config.defaults = reader.defaults(entries)?,
                "profiles" => config.profiles = reader.profiles(entries)?,
                "commands" => config.commands = reader.commands(entries)?,
                "aliases" => config.aliases = reader.aliases(entries)?,
                _ => config.pins = reader.pins(entries)?,
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
    checks: Checks,
}

type Value<'a> = Spanned<DeValue<'a>>;

impl Reader<'_> {
    fn defaults(&self, entries: &DeTable<'_>) -> Result<Section, ConfigError> {
        let mut section = Section::default();
        for (key, value) in entries {
            let name = key.get_ref().as_ref();
            if !self.setting(name, value, &mut section)? {
                return Err(self.unknown(key.span(), name, &keys(&[])));
            }
        }
        Ok(section)
    }

    fn profiles(&self, entries: &DeTable<'_>) -> Result<Vec<Profile>, ConfigError> {
        let mut profiles: Vec<Profile> = Vec::new();
        for (key, value) in entries {
            let name = key.get_ref().as_ref();
            if !is_word(name) {
                let word = name.to_owned();
                return Err(self.at(key.span(), ConfigErrorKind::Word { word }));
            }
            let mut profile = Profile {
                name: name.to_owned(),
                ..Profile::default()
            };
            for (key, value) in self.table(name, value)? {
                let name = key.get_ref().as_ref();
                if name == PROMPT_COLOR {
                    profile.prompt_color = Some(self.color(name, value)?);
                } else if !self.setting(name, value, &mut profile.section)? {
                    return Err(self.unknown(key.span(), name, &keys(&[PROMPT_COLOR])));
                }
            }
            profiles.push(profile);
        }
        Ok(profiles)
    }

    /// Adds what is said of a setting or a guard; tells whether the key is one.
    fn setting(
        &self,
        key: &str,
        value: &Value<'_>,
        section: &mut Section,
    ) -> Result<bool, ConfigError> {
        match key {
            READ_ONLY => section.guards.read_only = self.switch(key, value)?,
            CONFIRM => section.guards.confirm = self.switch(key, value)?,
            _ => {
                let Some(setting) = Setting::of_key(key) else {
                    return Ok(false);
                };
                let text = self.value_of(setting, value)?;
                let refused = |message| {
                    let key = key.to_owned();
                    self.at(value.span(), ConfigErrorKind::Value { key, message })
                };
                (self.checks.value)(key, &text).map_err(refused)?;
                let before = self.text.get(..value.span().start).unwrap_or_default();
                section.values.push(SettingValue {
                    setting,
                    value: text,
                    line: before.matches('\n').count() + 1,
                });
            }
        }
        Ok(true)
    }

    /// The value of a setting, as it would be in a variable.
    fn value_of(&self, setting: &Setting, value: &Value<'_>) -> Result<String, ConfigError> {
        match (setting.kind, value.get_ref()) {
            (SettingKind::Switch, _) => Ok(self.switch(setting.key, value)?.to_string()),
            (SettingKind::Number, DeValue::Integer(_) | DeValue::Float(_)) => {
                let written = self.text.get(value.span()).unwrap_or_default();
                Ok(written.to_owned())
            }
            (SettingKind::Number, _) => {
                let text = self.text_of(setting.key, value, "a number, or text such as \"30s\"")?;
                Ok(text.to_owned())
            }
            (SettingKind::Text, _) => Ok(self.text_of(setting.key, value, "text")?.to_owned()),
        }
    }

    fn switch(&self, key: &str, value: &Value<'_>) -> Result<bool, ConfigError> {
        let found = value.get_ref().as_bool();
        found.ok_or_else(|| self.kind(key, value, "true or false"))
    }

    fn color(&self, key: &str, value: &Value<'_>) -> Result<String, ConfigError> {
        let text = self.text_of(key, value, "text")?;
        if COLORS.contains(&text) {
            return Ok(text.to_owned());
        }
        let key = key.to_owned();
        let message = format!("`{text}` is not one of {}", COLORS.join(", "));
        Err(self.at(value.span(), ConfigErrorKind::Value { key, message }))
    }

    fn commands(&self, entries: &DeTable<'_>) -> Result<Vec<CommandAlias>, ConfigError> {
        let mut commands: Vec<CommandAlias> = Vec::new();
        let command_error = |span, name: &str, error| {
            let name = name.to_owned();
            self.at(span, ConfigErrorKind::Command { name, error })
        };
        for (key, value) in entries {
            let name = key.get_ref().as_ref();
            if !is_word(name) || !name.starts_with(|first: char| first.is_ascii_lowercase()) {
                return Err(command_error(key.span(), name, CommandAliasError::Name));
            }
            if let Some(what) = (self.checks.taken)(name) {
                let error = CommandAliasError::Taken { what };
                return Err(command_error(key.span(), name, error));
            }
            let text = self.text_of(name, value, "text such as \"list vm --tag role={1}\"")?;
            let parsed = CommandAlias::parse(name, text);
            commands.push(parsed.map_err(|error| command_error(value.span(), name, error))?);
        }
        for (key, _) in entries {
            let name = key.get_ref().as_ref();
            if let Some(words) = CommandAlias::circle(name, &commands) {
                let error = CommandAliasError::Circle { words };
                return Err(command_error(key.span(), name, error));
            }
        }
        Ok(commands)
    }

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
            if !is_word(word) {
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
        (self.checks.columns)(text).map_err(refused)?;
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

    fn unknown(&self, span: Range<usize>, key: &str, known: &[&'static str]) -> ConfigError {
        let kind = ConfigErrorKind::UnknownKey {
            key: key.to_owned(),
            known: known.to_vec(),
        };
        self.at(span, kind)
    }

    fn at(&self, span: Range<usize>, kind: ConfigErrorKind) -> ConfigError {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        kind.placed_after(before)
    }
}

/// Letters, digits, `-` and `_`, beginning with a letter or digit.
fn is_word(word: &str) -> bool {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    word.starts_with(|first: char| first.is_ascii_alphanumeric()) && word.chars().all(is_plain)
}

/// The keys that a profile takes.
pub fn keys_of_profile() -> Vec<&'static str> {
    keys(&[PROMPT_COLOR])
}

/// The keys of a section of settings.
pub(super) fn keys(others: &[&'static str]) -> Vec<&'static str> {
    let settings = SETTINGS.iter().map(|setting| setting.key);
    settings
        .chain(GUARDS)
        .chain(others.iter().copied())
        .collect()
}
