//! `--sort`: what rows are sorted by, as it is written. Who reads the paths: `query`.

use std::fmt;

use crate::cli::error::Error;
use crate::json::split_unquoted;

/// What rows are sorted by, the first first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortNames(Vec<SortName>);

/// One of them: `-size`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortName {
    /// The path to the value, or the name of a column.
    pub path: String,
    /// Whether the largest comes first.
    pub is_descending: bool,
}

impl SortNames {
    /// Parses names separated by commas, each perhaps with a `-` before it.
    ///
    /// # Errors
    /// Refuses a name that is empty.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let names = split_unquoted(text, ',').into_iter().map(|name| {
            let name = name.trim();
            let descending = name.strip_prefix('-');
            let path = descending.unwrap_or(name).trim();
            if path.is_empty() {
                return Err(Error::usage(format!("`--sort {text}` has an empty name"))
                    .with_hint("write `--sort location`, or the largest first: `--sort -size`"));
            }
            Ok(SortName {
                path: path.to_owned(),
                is_descending: descending.is_some(),
            })
        });
        names.collect::<Result<_, _>>().map(Self)
    }

    /// The names in their order.
    pub fn iter(&self) -> impl Iterator<Item = &SortName> {
        self.0.iter()
    }
}

/// As on the command line.
impl fmt::Display for SortNames {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (
            at,
            SortName {
                path,
                is_descending,
            },
        ) in self.0.iter().enumerate()
        {
            let comma = if at > 0 { "," } else { "" };
            let sign = if *is_descending { "-" } else { "" };
            write!(formatter, "{comma}{sign}{path}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::SortNames;

    #[test]
    fn names_have_a_direction() {
        for text in ["name", "location,-size", "-tags.\"a,b\",c"] {
            assert_eq!(SortNames::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "a,", "-"] {
            assert!(SortNames::parse(text).is_err(), "{text}");
        }
    }
}
