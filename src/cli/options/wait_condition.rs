//! `--for` of `arm wait`: the condition as it is written. `app` asks a document whether it holds.

use crate::cli::error::Error;
use crate::json::{self, Dots, PathError};

/// What an answer must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaitCondition {
    /// A member has a value: `properties.provisioningState=Succeeded`.
    Member {
        /// The path to it, as it is written: that of a column.
        path: String,
        /// The value; the case of letters does not count.
        value: String,
    },
    /// A query finds something.
    Query(String),
}

/// Reads a condition.
///
/// # Errors
/// Refuses a text that is neither a query nor `path=value`.
pub(in crate::cli) fn parse(text: &str) -> Result<WaitCondition, Error> {
    if text.starts_with('$') {
        return Ok(WaitCondition::Query(text.to_owned()));
    }
    let refused = |message: String| {
        Error::usage(message).with_hint(
            "write `--for 'properties.provisioningState=Succeeded'`, or a JSONPath query that \
             finds something: `--for '$.tags.ready'`",
        )
    };
    let path = json::split_unquoted(text, '=')
        .first()
        .copied()
        .unwrap_or_default();
    let value = text.get(path.len()..).unwrap_or_default();
    let Some(value) = value.strip_prefix('=') else {
        return Err(refused(format!("`{text}` has no `=VALUE`")));
    };
    let path = path.trim();
    json::path_parts(path, Dots::Separate).map_err(|error| {
        refused(match error {
            PathError::Empty { .. } => format!("`{text}` has a member without a name"),
            PathError::Unclosed { .. } => format!("`{text}` has a bracket that is not closed"),
            PathError::Trailing { .. } => {
                format!("`{text}` lacks a dot after a closing bracket or quote")
            }
            PathError::TooDeep => format!("`{text}` has too many members"),
        })
    })?;
    Ok(WaitCondition::Member {
        path: path.to_owned(),
        value: value.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::{WaitCondition, parse};

    #[test]
    fn reads_members_and_queries() {
        let member = |path: &str, value: &str| WaitCondition::Member {
            path: path.to_owned(),
            value: value.to_owned(),
        };
        let cases = [
            (
                "properties.provisioningState=Succeeded",
                member("properties.provisioningState", "Succeeded"),
            ),
            ("name=", member("name", "")),
            ("a.b=c=d", member("a.b", "c=d")),
            (
                "tags.\"cost.center\"=x",
                member("tags.\"cost.center\"", "x"),
            ),
            ("tags['a=b']=c", member("tags['a=b']", "c")),
            ("$.a", WaitCondition::Query("$.a".to_owned())),
            (
                "$[?@.a=='b']",
                WaitCondition::Query("$[?@.a=='b']".to_owned()),
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), Ok(expected), "{text}");
        }
        for text in ["", "properties", "=x", "a..b=x", ".a=x", "a.=x", "a[0=x"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
