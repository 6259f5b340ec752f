//! `--for` and `--deleted` of `arm wait`: the condition as it is written. `app` asks a response whether it holds.

use crate::cli::error::Error;
use crate::json::{self, Dots, PathError};

/// What an answer must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaitCondition {
    /// A member has a value: `properties.provisioningState=Succeeded`.
    Member {
        /// The path to it, as it is written: that of a column.
        path: String,
        /// The value; the case of letters does not matter.
        value: String,
    },
    /// A query finds something: JSONPath where it begins with `$`, else JMESPath.
    Query(String),
    /// The resource is gone.
    Deleted,
}

/// Reads a condition.
///
/// # Errors
/// Refuses a text with a sign `=` of its own that is not `path=value`.
pub(in crate::cli) fn parse(text: &str) -> Result<WaitCondition, Error> {
    // A path of members before one `=` is a value to wait for; anything else is a query.
    let is_query = text.starts_with('$') || !has_assignment(text);
    if is_query && !text.trim().is_empty() {
        return Ok(WaitCondition::Query(text.to_owned()));
    }
    let refused = |message: String| {
        Error::usage(message).with_hint(
            "write `--for 'properties.provisioningState=Succeeded'`, or a query that finds \
             something: `--for '$.tags.ready'`, `--for 'length(properties.subnets) > `2`'`",
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

/// Tells whether the first sign `=` outside of quotes and brackets stands alone, and not in `==`, `!=`, `<=` or `>=`.
fn has_assignment(text: &str) -> bool {
    let before = json::split_unquoted(text, '=');
    let before = before.first().copied().unwrap_or_default();
    let after = text.get(before.len()..).unwrap_or_default();
    let is_comparison = after.starts_with("==") || before.ends_with(['!', '<', '>']);
    after.starts_with('=') && !is_comparison
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
        let query = |text: &str| WaitCondition::Query(text.to_owned());
        let cases = [
            (
                "properties.provisioningState=Succeeded",
                member("properties.provisioningState", "Succeeded"),
            ),
            ("name=", member("name", "")),
            ("a.b=c=d", member("a.b", "c=d")),
            ("a.b=='c'", query("a.b=='c'")),
            ("a >= `2`", query("a >= `2`")),
            ("a[?b == 'c=d']", query("a[?b == 'c=d']")),
            ("properties.ready", query("properties.ready")),
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
        for text in ["", " ", "=x", "a..b=x", ".a=x", "a.=x", "a[0=x"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
