//! Changes one value in the text of `config.toml`: comments, order and everything else stay as they are. Who writes the
//! file: `app/command/config`.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::config::reader::{CONFIRM, READ_ONLY, keys, keys_of_profile};
use crate::config::setting::{Setting, SettingKind, switch};

/// Where a value is: `defaults.output`, `profiles.prod.group`, `api-versions.Microsoft.Web/sites`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPath {
    /// The names of the section.
    section: Vec<String>,
    /// The key in it.
    key: String,
}

/// Why a value cannot be changed, or found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// There is no such setting.
    #[error("there is no setting `{key}`")]
    Unknown {
        /// What was asked for.
        key: String,
        /// Those that there are at that place.
        known: Vec<&'static str>,
    },
    /// A switch that is neither on nor off.
    #[error("`{value}` is neither true nor false")]
    Switch {
        /// The value.
        value: String,
    },
    /// The text is written in a way that this cannot change.
    #[error("`{key}` is written in a form that only a person can change")]
    Form {
        /// The key.
        key: String,
    },
}

impl KeyPath {
    /// Reads the name of a value. One without a dot is among the defaults.
    ///
    /// # Errors
    ///
    /// If there can be no such value.
    pub fn parse(text: &str) -> Result<Self, EditError> {
        let unknown = |known: Vec<&'static str>| EditError::Unknown {
            key: text.to_owned(),
            known,
        };
        let (section, rest) = text.split_once('.').unwrap_or(("defaults", text));
        let (section, key, known) = match section {
            "defaults" => (vec![section], rest, keys(&[])),
            "profiles" => {
                let (name, key) = rest.split_once('.').ok_or_else(|| unknown(vec![]))?;
                (vec![section, name], key, keys_of_profile())
            }
            "commands" | "aliases" | "api-versions" => (vec![section], rest, vec![]),
            _ => return Err(unknown(keys(&[]))),
        };
        let is_known = known.is_empty() || known.contains(&key);
        if !is_known || key.is_empty() || section.contains(&"") {
            return Err(unknown(known));
        }
        Ok(Self {
            section: section.into_iter().map(str::to_owned).collect(),
            key: key.to_owned(),
        })
    }

    /// Tells whether it is the guard that keeps runs from writing, in the defaults or in a profile.
    pub fn is_read_only(&self) -> bool {
        self.key == READ_ONLY && self.is_of_settings()
    }

    /// The setting that it is about, if it is that of the defaults.
    pub fn default(&self) -> Option<&'static Setting> {
        let is_default = self.section == ["defaults"];
        Setting::of_key(&self.key).filter(|_| is_default)
    }

    /// A value as it is written in the file.
    fn written(&self, value: &str) -> Result<String, EditError> {
        let kind = match self.key.as_str() {
            _ if !self.is_of_settings() => SettingKind::Text,
            READ_ONLY | CONFIRM => SettingKind::Switch,
            key => Setting::of_key(key).map_or(SettingKind::Text, |setting| setting.kind),
        };
        let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        let is_plain = is_number && (value == "0" || !value.starts_with('0')) && value.len() < 19;
        match kind {
            SettingKind::Switch => {
                let value = value.to_owned();
                let found = switch(&value).ok_or(EditError::Switch { value })?;
                Ok(found.to_string())
            }
            SettingKind::Number if is_plain => Ok(value.to_owned()),
            SettingKind::Number | SettingKind::Text => Ok(quoted(value)),
        }
    }

    fn is_of_settings(&self) -> bool {
        self.section
            .first()
            .is_some_and(|first| ["defaults", "profiles"].contains(&first.as_str()))
    }
}

impl std::fmt::Display for KeyPath {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}.{}", self.section.join("."), self.key)
    }
}

/// What the text says at a path: a text without its quotation marks, else as it is written.
pub fn find(text: &str, path: &KeyPath) -> Option<String> {
    let table = DeTable::parse(text).ok()?;
    let place = place_of(table.get_ref(), path)?;
    Some(
        place
            .text
            .unwrap_or_else(|| text.get(place.value).unwrap_or_default().to_owned()),
    )
}

/// The text with another value at a path. It must be valid.
///
/// # Errors
///
/// A value that cannot be, or a text that only a person can change.
pub fn set(text: &str, path: &KeyPath, value: &str) -> Result<String, EditError> {
    let written = path.written(value)?;
    let form = || EditError::Form {
        key: path.to_string(),
    };
    let table = DeTable::parse(text).map_err(|_| form())?;
    let changed = if let Some(place) = place_of(table.get_ref(), path) {
        let before = text.get(..place.value.start).unwrap_or_default();
        let after = text.get(place.value.end..).unwrap_or_default();
        format!("{before}{written}{after}")
    } else {
        added(
            text,
            path,
            &format!("{} = {written}\n", bare_or_quoted(&path.key)),
        )
    };
    // What else there was must be there as it was.
    let is_whole = others(text, path).is_some() && others(text, path) == others(&changed, path);
    let is_there = find(&changed, path).is_some_and(|found| found == value || found == written);
    (is_whole && is_there).then_some(changed).ok_or_else(form)
}

/// The text without the value at a path; nothing if there is none.
///
/// # Errors
///
/// A text that only a person can change.
pub fn unset(text: &str, path: &KeyPath) -> Result<Option<String>, EditError> {
    let form = || EditError::Form {
        key: path.to_string(),
    };
    let table = DeTable::parse(text).map_err(|_| form())?;
    let Some(place) = place_of(table.get_ref(), path) else {
        return Ok(None);
    };
    let start = text.get(..place.key.start).unwrap_or_default();
    let start = start.rfind('\n').map_or(0, |at| at + 1);
    let after = text.get(place.value.end..).unwrap_or_default();
    let end = after
        .find('\n')
        .map_or(text.len(), |at| place.value.end + at + 1);
    let rest = text
        .get(place.value.end..end)
        .unwrap_or_default()
        .trim_start();
    if !rest.is_empty() && !rest.starts_with('#') {
        return Err(form());
    }
    let head = text.get(..start).unwrap_or_default();
    let changed = format!("{head}{}", text.get(end..).unwrap_or_default());
    let is_whole = others(text, path).is_some() && others(text, path) == others(&changed, path);
    let is_gone = find(&changed, path).is_none();
    (is_whole && is_gone)
        .then_some(Some(changed))
        .ok_or_else(form)
}

/// Puts a line at the end of its section, which is made if there is none.
fn added(text: &str, path: &KeyPath, line: &str) -> String {
    let mut at = None;
    let mut is_inside = false;
    let mut offset = 0;
    for raw in text.split_inclusive('\n') {
        offset += raw.len();
        let plain = raw.trim();
        if plain.starts_with('[') {
            is_inside = header_of(plain).is_some_and(|names| names == path.section);
        }
        if is_inside && !plain.is_empty() && !plain.starts_with('#') {
            at = Some(offset);
        }
    }
    let (before, after) = text.split_at(at.unwrap_or(text.len()));
    let break_before = if before.is_empty() || before.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    if at.is_some() {
        return format!("{before}{break_before}{line}{after}");
    }
    let empty_line = if before.trim().is_empty() { "" } else { "\n" };
    let names: Vec<String> = path
        .section
        .iter()
        .map(|name| bare_or_quoted(name))
        .collect();
    format!(
        "{before}{break_before}{empty_line}[{}]\n{line}",
        names.join(".")
    )
}

/// The names of a section, by the line that begins it.
fn header_of(line: &str) -> Option<Vec<String>> {
    let table = DeTable::parse(line).ok()?;
    let mut names = Vec::new();
    let mut level = table.get_ref();
    while let Some((key, value)) = level.iter().next() {
        names.push(key.get_ref().to_string());
        level = value.get_ref().as_table()?;
    }
    Some(names)
}

/// Where a key and its value are.
struct Place {
    key: Range<usize>,
    value: Range<usize>,
    text: Option<String>,
}

fn place_of(table: &DeTable<'_>, path: &KeyPath) -> Option<Place> {
    let mut level = table;
    for name in &path.section {
        level = level.get(name.as_str())?.get_ref().as_table()?;
    }
    let (key, value) = level
        .iter()
        .find(|(key, _)| key.get_ref().as_ref() == path.key)?;
    Some(Place {
        key: key.span(),
        value: value.span(),
        text: value.get_ref().as_str().map(str::to_owned),
    })
}

/// Everything in a text but the value at a path: the names that lead to each, and how it is written.
fn others(text: &str, path: &KeyPath) -> Option<Vec<(Vec<String>, String)>> {
    let table = DeTable::parse(text).ok()?;
    let mut found = Vec::new();
    collect(table.get_ref(), text, &mut Vec::new(), &mut found);
    let mut own = path.section.clone();
    own.push(path.key.clone());
    found.retain(|(names, _)| *names != own);
    Some(found)
}

fn collect(
    table: &DeTable<'_>,
    text: &str,
    names: &mut Vec<String>,
    found: &mut Vec<(Vec<String>, String)>,
) {
    for (key, value) in table {
        names.push(key.get_ref().to_string());
        if let DeValue::Table(inner) = value.get_ref() {
            collect(inner, text, names, found);
        } else {
            let written = text.get(value.span()).unwrap_or_default();
            found.push((names.clone(), written.to_owned()));
        }
        names.pop();
    }
}

/// A key, in quotation marks if it needs them.
fn bare_or_quoted(key: &str) -> String {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if !key.is_empty() && key.bytes().all(is_bare) {
        key.to_owned()
    } else {
        quoted(key)
    }
}

/// A text in quotation marks: literal ones if that spares escapes.
fn quoted(text: &str) -> String {
    let needs_escapes = text.contains(['"', '\\']) || text.chars().any(char::is_control);
    if needs_escapes && !text.contains('\'') && !text.chars().any(char::is_control) {
        return format!("'{text}'");
    }
    let mut written = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => written.extend(['\\', letter]),
            control if control.is_control() => {
                written.push_str(&format!("\\u{:04X}", u32::from(control)));
            }
            other => written.push(other),
        }
    }
    written + "\""
}

#[cfg(test)]
#[path = "edit_tests.rs"]
mod tests;
