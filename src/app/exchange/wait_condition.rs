//! `--for`: tells whether a response is as the user wants it. What happens between two responses: `polling`.

use serde_json::Value;

use crate::cli::WaitCondition;
use crate::error::Error;
use crate::query::Query;
use crate::transport::WholeBody;

/// What a response must say.
#[derive(Debug, Clone)]
pub(crate) enum Condition {
    /// A member has a value.
    Member {
        member: Box<Query>,
        path: String,
        value: String,
    },
    /// A query finds something.
    Query { query: Box<Query>, text: String },
}

impl Condition {
    /// Reads a condition of the command line.
    pub(crate) fn of(until: &WaitCondition) -> Result<Self, Error> {
        Ok(match until {
            WaitCondition::Member { path, value } => Self::Member {
                member: Box::new(Query::one(path)?),
                path: path.clone(),
                value: value.clone(),
            },
            WaitCondition::Query(expression) => Self::Query {
                query: Box::new(Query::parse(expression)?),
                text: expression.clone(),
            },
        })
    }

    /// The condition that the member of this name has a value.
    pub(crate) fn named(name: &str, value: &str) -> Self {
        Self::Member {
            member: Box::new(Query::named(name)),
            path: name.to_owned(),
            value: value.to_owned(),
        }
    }

    /// Returns it as `--for` takes it.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Member { path, value, .. } => format!("{path}={value}"),
            Self::Query { text, .. } => text.clone(),
        }
    }

    /// Tells whether it holds. What is not JSON says nothing.
    pub(crate) fn holds(&self, body: &WholeBody) -> bool {
        let body: &[u8] = body.bytes();
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok();
        let Some(text) = std::str::from_utf8(body).ok().filter(|_| is_json) else {
            return false;
        };
        let (query, wanted) = match self {
            Self::Member { member, value, .. } => (member, Some(value)),
            Self::Query { query, .. } => (query, None),
        };
        let mut holds = false;
        let asked = query.select(text, &mut |found| {
            holds |= wanted.is_none_or(|wanted| says(found, wanted));
        });
        asked.is_ok() && holds
    }
}

/// Tells whether a JSON value reads like a text; the case of letters does not count.
fn says(found: &str, wanted: &str) -> bool {
    let value: Value = serde_json::from_str(found).unwrap_or_default();
    let text = value.as_str().map(str::to_owned);
    let text = text.unwrap_or_else(|| value.to_string());
    text.eq_ignore_ascii_case(wanted)
}

#[cfg(test)]
mod tests {
    use super::Condition;
    use crate::cli::WaitCondition;
    use crate::transport::WholeBody;

    #[track_caller]
    fn check(until: &WaitCondition, body: &str, holds: bool) {
        assert_eq!(
            Condition::of(until)
                .unwrap()
                .holds(&WholeBody::written(body)),
            holds,
            "{until:?} {body}"
        );
    }

    #[test]
    fn asks_members() {
        let member = |path: &str, value: &str| WaitCondition::Member {
            path: path.to_owned(),
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
        let tags = "{\"tags\":{\"cost.center\":\"X\"},\"zones\":[\"1\"]}";
        check(&member("tags.\"cost.center\"", "x"), tags, true);
        check(&member("tags['cost.center']", "x"), tags, true);
        check(&member("zones[0]", "1"), tags, true);
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
