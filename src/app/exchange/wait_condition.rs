//! `--for`: tells whether an answer is as the user wants it. Prints nothing and asks nobody.

use serde_json::Value;

use crate::cli::WaitCondition;
use crate::error::Error;
use crate::query::Query;

/// What an answer must say.
#[derive(Debug, Clone)]
pub(crate) enum Condition {
    /// A member has a value.
    Member { path: Vec<String>, value: String },
    /// A query finds something.
    Query { query: Box<Query>, text: String },
}

impl Condition {
    /// Reads a condition of the command line.
    pub(crate) fn of(until: &WaitCondition) -> Result<Self, Error> {
        Ok(match until {
            WaitCondition::Member { path, value } => Self::Member {
                path: path.clone(),
                value: value.clone(),
            },
            WaitCondition::Query(expression) => Self::Query {
                query: Box::new(Query::parse(expression)?),
                text: expression.clone(),
            },
        })
    }

    /// Returns it as `--for` takes it.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Member { path, value } => format!("{}={value}", path.join(".")),
            Self::Query { text, .. } => text.clone(),
        }
    }

    /// Tells whether it holds. What is no JSON says nothing.
    pub(crate) fn holds(&self, body: &[u8]) -> bool {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        match self {
            Self::Member { path, value } => {
                let document: Value = serde_json::from_slice(body).unwrap_or_default();
                let found = path
                    .iter()
                    .try_fold(&document, |inner, name| inner.get(name));
                found.is_some_and(|found| {
                    let text = found.as_str().map(str::to_owned);
                    let text = text.unwrap_or_else(|| found.to_string());
                    text.eq_ignore_ascii_case(value)
                })
            }
            Self::Query { query, .. } => {
                let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok();
                let Some(text) = std::str::from_utf8(body).ok().filter(|_| is_json) else {
                    return false;
                };
                let mut found = false;
                query.select(text, &mut |_| found = true).is_ok() && found
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Condition;
    use crate::cli::WaitCondition;

    #[track_caller]
    fn check(until: &WaitCondition, body: &str, holds: bool) {
        assert_eq!(
            Condition::of(until).unwrap().holds(body.as_bytes()),
            holds,
            "{until:?} {body}"
        );
    }

    #[test]
    fn asks_members() {
        let member = |path: &str, value: &str| WaitCondition::Member {
            path: path.split('.').map(str::to_owned).collect(),
            value: value.to_owned(),
        };
        let body =
            "{\"properties\":{\"state\":\"Succeeded\",\"count\":3,\"on\":true,\"none\":null}}";
        check(&member("properties.state", "succeeded"), body, true);
        check(&member("properties.state", "Failed"), body, false);
        check(&member("properties.count", "3"), body, true);
        check(&member("properties.on", "true"), body, true);
        check(&member("properties.none", "null"), body, true);
        check(&member("properties.missing", "null"), body, false);
        check(&member("Properties.state", "Succeeded"), body, false);
        for nothing in ["", "[]", "{", "\"x\""] {
            check(&member("a", "b"), nothing, false);
        }
    }

    #[test]
    fn asks_queries() {
        let query = |text: &str| WaitCondition::Query(text.to_owned());
        check(&query("$.a"), "{\"a\":null}", true);
        check(&query("$.a"), "{\"b\":1}", false);
        check(&query("$.value[?@.x==1]"), "{\"value\":[{\"x\":1}]}", true);
        check(&query("$.value[?@.x==1]"), "{\"value\":[{\"x\":2}]}", false);
        check(&query("$"), "{", false);
        assert!(Condition::of(&query("$.[")).is_err());
    }
}
