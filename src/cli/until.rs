//! `--for` of `arm wait`: the condition as it is written. Does not ask any document.

use super::Error;

/// What an answer must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Until {
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
pub(super) fn parse(text: &str) -> Result<Until, Error> {
    if text.starts_with('$') {
        return Ok(Until::Query(text.to_owned()));
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
    Ok(Until::Member {
        path,
        value: value.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Until, parse};

    #[test]
    fn reads_members_and_queries() {
        let member = |names: &[&str], value: &str| Until::Member {
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
            ("$.a", Until::Query("$.a".to_owned())),
            ("$[?@.a=='b']", Until::Query("$[?@.a=='b']".to_owned())),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), Ok(expected), "{text}");
        }
        for text in ["", "properties", "=x", "a..b=x", ".a=x", "a.=x"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
