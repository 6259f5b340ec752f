//! Values of options that are more than text: sizes, statuses, formats, sources. Which option takes which: the files
//! next to it.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use clap::ValueEnum;
use clap::builder::PossibleValue;
use http::StatusCode;

use crate::azure::{AuthChoice, IdentityId, IdentityIdError, is_tenant};
use crate::cli::error::Error;

impl ValueEnum for AuthChoice {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()).help(self.about()))
    }
}

/// How the answer is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// Indented by two
    #[default]
    Json,
    /// Indented and always coloured
    Jsonc,
    /// YAML, in block style
    #[value(alias = "yamlc")]
    Yaml,
    /// On one line
    Compact,
    /// One item per line, as they arrive
    Ndjson,
    /// Aligned columns, one item a row
    Table,
    /// The same with tabs, as the items arrive
    Tsv,
    /// The same with commas, below the names of the columns
    Csv,
    /// The bytes as received: one page, no query
    Raw,
    /// Nothing
    None,
}

impl OutputFormat {
    /// Tells whether each item is a row of columns.
    pub fn has_columns(self) -> bool {
        match self {
            Self::Table | Self::Tsv | Self::Csv => true,
            Self::Json
            | Self::Jsonc
            | Self::Yaml
            | Self::Compact
            | Self::Ndjson
            | Self::Raw
            | Self::None => false,
        }
    }
}

impl fmt::Display for OutputFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        formatter.write_str(value.as_ref().map_or("", |value| value.get_name()))
    }
}

/// When the answer is coloured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// In pipes and files too
    Always,
    /// Not at all
    Never,
}

/// A shell for which there is a completion script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// GNU Bash
    Bash,
    /// Z shell
    Zsh,
    /// fish
    Fish,
    /// `PowerShell`
    #[value(name = "powershell", alias = "pwsh", help = "PowerShell")]
    PowerShell,
}

/// A status that `--expect` takes for success: `404` or `2xx`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusPattern {
    /// This status only.
    Exact(StatusCode),
    /// All of a class, given by its first digit, 1 to 5.
    Class(u16),
}

impl StatusPattern {
    /// Tells whether a status is meant.
    pub fn matches(self, status: StatusCode) -> bool {
        match self {
            Self::Exact(expected) => status == expected,
            Self::Class(digit) => status.as_u16() / 100 == digit,
        }
    }
}

impl fmt::Display for StatusPattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(status) => write!(formatter, "{}", status.as_u16()),
            Self::Class(digit) => write!(formatter, "{digit}xx"),
        }
    }
}

/// Parses `404` or `2xx`.
///
/// # Errors
/// Refuses everything outside 100 to 599.
pub(in crate::cli) fn parse_status(text: &str) -> Result<StatusPattern, Error> {
    let class = text.strip_suffix("xx").or_else(|| text.strip_suffix("XX"));
    let pattern = match class {
        Some(digit) if digit.len() == 1 => digit.parse().ok().map(StatusPattern::Class),
        None if text.len() == 3 => text
            .parse()
            .ok()
            .and_then(|code| StatusCode::from_u16(code).ok())
            .map(StatusPattern::Exact),
        _ => None,
    };
    pattern
        .filter(|pattern| (1..=5).any(|digit| pattern.is_of_class(digit)))
        .ok_or_else(|| {
            Error::usage(format!("`{text}` is not a valid HTTP status")).with_hint(
                "write `--expect 404`, `--expect 2xx`, or several with commas: `--expect 200,404`",
            )
        })
}

impl StatusPattern {
    fn is_of_class(self, class: u16) -> bool {
        match self {
            Self::Exact(status) => status.as_u16() / 100 == class,
            Self::Class(digit) => digit == class,
        }
    }
}

/// Units of a size in bytes.
const SIZE_UNITS: [(&str, u64); 8] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("KB", 1_000),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("B", 1),
];

/// Parses a size into bytes: `1GiB`, `512MiB`, `100MB`; a bare number is bytes.
///
/// # Errors
/// Refuses zero, fractions, unknown units and anything that does not fit.
pub(in crate::cli) fn parse_size(text: &str) -> Result<u64, Error> {
    let (number, unit) = SIZE_UNITS
        .iter()
        .find_map(|(name, unit)| Some((text.strip_suffix(name)?, *unit)))
        .unwrap_or((text, 1));
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let size = number
        .parse::<u64>()
        .ok()
        .and_then(|count| count.checked_mul(unit));
    size.filter(|size| is_number && *size > 0).ok_or_else(|| {
        Error::usage(format!("`{text}` is not a valid size"))
            .with_hint("write it as `1GiB`, `512MiB`, `100MB` or a number of bytes")
    })
}

/// Parses a number from 1 on.
///
/// # Errors Refuses everything else; a limit of zero would leave no list.
pub(in crate::cli) fn parse_count(text: &str) -> Result<NonZeroU64, Error> {
    text.parse().map_err(|_| {
        Error::usage(format!("`{text}` is not a whole number of 1 or more"))
            .with_hint("leave the option out to run without a limit")
    })
}

/// Parses a whole number from 0 on.
///
/// # Errors
/// Refuses signs, fractions and what does not fit.
pub(in crate::cli) fn parse_number<T: FromStr>(text: &str) -> Result<T, Error> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| is_number);
    number.ok_or_else(|| Error::usage(format!("`{text}` is not a whole number of 0 or more")))
}

/// Reads which managed identity is meant.
///
/// # Errors
/// Refuses what is not in one of the three forms.
pub(in crate::cli) fn parse_identity(text: &str) -> Result<IdentityId, Error> {
    let text = parse_text(text)?;
    text.parse().map_err(|error: IdentityIdError| {
        Error::usage(error.to_string()).with_hint(
            "write `--identity CLIENT-ID`, `--identity object:OBJECT-ID`, or `--identity \
             /subscriptions/…/userAssignedIdentities/NAME`",
        )
    })
}

/// Takes the name of a tenant.
///
/// # Errors
/// Refuses what is neither a GUID nor a domain. It may be a secret that was mistaken for one, and is
/// not repeated.
pub(in crate::cli) fn parse_tenant(text: &str) -> Result<String, Error> {
    let text = parse_text(text)?.trim().to_owned();
    if !is_tenant(&text) {
        return Err(
            Error::usage("the tenant is neither a GUID nor a domain").with_hint(
                "write `--tenant contoso.example`, or the id that `az account show` calls `tenantId`",
            ),
        );
    }
    Ok(text)
}

/// Reads a tag: `NAME`, or `NAME=VALUE`.
///
/// # Errors
/// Refuses one without a name.
pub(in crate::cli) fn parse_tag(text: &str) -> Result<(String, Option<String>), Error> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (text, None),
    };
    Ok((parse_text(name)?, value))
}

/// Takes a text that must not be empty: an empty one is an unset variable.
///
/// # Errors
/// Refuses an empty or blank text.
pub(in crate::cli) fn parse_text(text: &str) -> Result<String, Error> {
    if text.trim().is_empty() {
        return Err(Error::usage("an option has an empty value")
            .with_hint("a variable is probably not set; leave the option out for its default"));
    }
    Ok(text.to_owned())
}

/// Reads an api-version: a date with or without `-preview`, a number as services elsewhere have it (`7.4`, `v1.0`), or
/// `stable` or `preview`.
///
/// # Errors
/// Refuses a word: a service would answer that it does not have this version.
pub(in crate::cli) fn parse_api_version(text: &str) -> Result<String, Error> {
    let version = parse_text(text)?;
    let is_word = !version.bytes().any(|byte| byte.is_ascii_digit());
    if is_word && !matches!(version.as_str(), "stable" | "preview") {
        return Err(
            Error::usage(format!("`{text}` is not an api-version")).with_hint(
                "write a date, `stable` or `preview`; `arm types TYPE --refresh` lists those of a type",
            ),
        );
    }
    Ok(version)
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::{parse_size, parse_status, parse_text};

    #[test]
    fn sizes() {
        for (text, bytes) in [
            ("1GiB", 1 << 30),
            ("512MiB", 512 << 20),
            ("100MB", 100_000_000),
            ("8kB", 8_000),
            ("7B", 7),
            ("42", 42),
        ] {
            assert_eq!(parse_size(text), Ok(bytes), "{text}");
        }
        for text in [
            "",
            "0",
            "0GiB",
            "1.5GiB",
            "-1",
            "+1",
            "1gib",
            "1 GiB",
            "GiB",
            "99999999999GiB",
            "1TB",
        ] {
            assert!(parse_size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn statuses() {
        for (text, shown) in [("404", "404"), ("2xx", "2xx"), ("5XX", "5xx")] {
            assert_eq!(
                parse_status(text)
                    .map(|pattern| pattern.to_string())
                    .as_deref(),
                Ok(shown)
            );
        }
        for text in [
            "", "0xx", "6xx", "xx", "99", "600", "999", "4x4", "+404", "2xxx", "0404", "+2xx",
        ] {
            assert!(parse_status(text).is_err(), "{text}");
        }
        let class = parse_status("2xx").unwrap();
        assert!(class.matches(StatusCode::ACCEPTED) && !class.matches(StatusCode::NOT_FOUND));
        let exact = parse_status("404").unwrap();
        assert!(exact.matches(StatusCode::NOT_FOUND) && !exact.matches(StatusCode::GONE));
    }

    #[test]
    fn an_empty_value_is_an_unset_variable() {
        assert!(parse_text("  ").is_err());
        assert_eq!(parse_text("x").as_deref(), Ok("x"));
    }
}
