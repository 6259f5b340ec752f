//! `--columns`: which columns a table has, as it is written. Who reads their paths: `query`.

use crate::cli::error::Error;
use crate::json::split_unquoted;

/// The columns of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnNames {
    columns: Vec<ColumnName>,
    /// Whether they come after those that are shown without being asked for: `+tags.role`.
    adds: bool,
}

/// One of them: `size=properties.hardwareProfile.vmSize`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnName {
    /// What comes before `=`.
    pub name: Option<String>,
    /// The path to the value of a cell.
    pub path: String,
}

impl ColumnNames {
    /// Parses columns separated by commas. A comma or `=` in quotes or brackets separates nothing.
    ///
    /// # Errors
    /// Refuses a column without a path, and an empty name.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let adds = text.trim_start().starts_with('+');
        let columns = split_unquoted(text, ',').into_iter().map(|text| {
            let plain = text.trim_start();
            if plain.starts_with('+') && !adds {
                return Err(Error::usage(format!(
                    "`{plain}` adds a column to those that are shown, but other columns are chosen before it"
                ))
                .with_hint("put the `+` before the first column, or leave it out"));
            }
            column(plain.strip_prefix('+').filter(|_| adds).unwrap_or(text))
        });
        let columns = columns.collect::<Result<_, _>>()?;
        Ok(Self { columns, adds })
    }

    /// Tells whether they come after those that are shown without being asked for.
    pub fn adds(&self) -> bool {
        self.adds
    }

    /// The columns in their order.
    pub fn iter(&self) -> impl Iterator<Item = &ColumnName> {
        self.columns.iter()
    }
}

/// As on the command line.
impl std::fmt::Display for ColumnNames {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, ColumnName { name, path }) in self.columns.iter().enumerate() {
            if at > 0 {
                formatter.write_str(",")?;
            }
            if self.adds {
                formatter.write_str("+")?;
            }
            if let Some(name) = name {
                write!(formatter, "{name}=")?;
            }
            formatter.write_str(path)?;
        }
        Ok(())
    }
}

fn column(text: &str) -> Result<ColumnName, Error> {
    let refused = |message: String| {
        Error::usage(message).with_hint(
            "write `--columns name,location`, or with names of your own: `--columns size=properties.hardwareProfile.vmSize`",
        )
    };
    let (name, path) = match split_unquoted(text, '=').split_first() {
        Some((name, [])) => (None, *name),
        Some((name, _)) => (Some(name.trim()), text.get(name.len() + 1..).unwrap_or("")),
        None => (None, ""),
    };
    let path = path.trim();
    if path.is_empty() {
        return Err(refused(match name {
            None => "there is a column without a name".to_owned(),
            Some(name) => format!("the column `{name}` has no path"),
        }));
    }
    if name == Some("") {
        return Err(refused(format!("the column `={path}` has no name")));
    }
    Ok(ColumnName {
        name: name.map(str::to_owned),
        path: path.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::ColumnNames;

    #[track_caller]
    fn check(text: &str, expected: &[(Option<&str>, &str)]) {
        let columns = ColumnNames::parse(text).unwrap();
        let found: Vec<_> = columns
            .iter()
            .map(|column| (column.name.as_deref(), column.path.as_str()))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn columns_have_a_path_and_perhaps_a_name() {
        check("name", &[(None, "name")]);
        check("name, location", &[(None, "name"), (None, "location")]);
        check(
            "name,size=properties.hardwareProfile.vmSize",
            &[
                (None, "name"),
                (Some("size"), "properties.hardwareProfile.vmSize"),
            ],
        );
        check(
            "a=$['x,y=z'], tags.\"k,=\",d'x=b",
            &[
                (Some("a"), "$['x,y=z']"),
                (None, "tags.\"k,=\""),
                (Some("d'x"), "b"),
            ],
        );
        check("a=b=c", &[(Some("a"), "b=c")]);
        check("größe=a", &[(Some("größe"), "a")]);
        for text in ["a=$['x,y'],b", "+a,+b=c"] {
            assert_eq!(ColumnNames::parse(text).unwrap().to_string(), text);
        }
        check("+tags.a,b", &[(None, "tags.a"), (None, "b")]);
        assert!(ColumnNames::parse("+a").unwrap().adds());
        assert!(!ColumnNames::parse("a,b").unwrap().adds());
        assert!(ColumnNames::parse("a,+b").is_err());
    }

    #[test]
    fn columns_that_are_none_are_refused() {
        for (text, words) in [
            ("", "without a name"),
            (" ", "without a name"),
            ("a,", "without a name"),
            (",a", "without a name"),
            ("a,,b", "without a name"),
            ("a=", "the column `a` has no path"),
            ("=a", "the column `=a` has no name"),
        ] {
            let error = ColumnNames::parse(text).unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }
}
