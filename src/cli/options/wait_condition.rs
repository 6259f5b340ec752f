//! `--for` of `arm wait`: the condition as it is written. Does not ask any document.

use crate::cli::error::Error;

/// What an answer must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaitCondition {
    /// A member has a value: `properties.provisioningState=Succeeded`.
    Member {
        /// The names on the way to it.
        path: Vec<String>,
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
    let Some((path, value)) = text.split_once('=') else {
        return Err(refused(format!("`{text}` has no `=VALUE`")));
    };
    let path: Vec<String> = path.trim().split('.').map(str::to_owned).collect();
    if path.iter().any(String::is_empty) {
        return Err(refused(format!("`{text}` has a member without a name")));
    }
    Ok(WaitCondition::Member {
        path,
        value: value.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::{WaitCondition, parse};

    #[test]
    fn reads_members_and_queries() {
        let member = |names: &[&str], value: &str| WaitCondition::Member {
            path: names.iter().map(|&name| name.to_owned()).collect(),
            value: value.to_owned(),
        };
        let cases = [
            (
                "properties.provisioningState=Succeeded",
                member(&["properties", "provisioningState"], "Succeeded"),
            ),
            ("name=", member(&["name"], "")),
            ("a.b=c=d", member(&["a", "b"], "c=d")),
            ("$.a", WaitCondition::Query("$.a".to_owned())),
            (
                "$[?@.a=='b']",
                WaitCondition::Query("$[?@.a=='b']".to_owned()),
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), Ok(expected), "{text}");
        }
        for text in ["", "properties", "=x", "a..b=x", ".a=x", "a.=x"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
