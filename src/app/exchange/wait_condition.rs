//! `--for` and `--deleted`: tells whether a response is as the user wants it. What happens between two responses: `polling`.

use http::StatusCode;
use serde_json::Value;

use crate::cli::WaitCondition;
use crate::error::Error;
use crate::query::{Query, QueryExpression};
use crate::shell::CommandLine;
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
    Query {
        query: Box<QueryExpression>,
        text: String,
    },
    /// The resource is gone.
    Deleted,
}

/// What services say of a path that leads nowhere, whatever was or was not there.
const OF_WRONG_PATHS: [&str; 5] = [
    "SubscriptionNotFound",
    "InvalidSubscriptionId",
    "InvalidResourceType",
    "InvalidResourceNamespace",
    "NoRegisteredProviderFound",
];

/// Tells whether an answer says that nothing is at an address that may have something.
pub(crate) fn says_absent(status: StatusCode, body: &[u8]) -> bool {
    let is_of_path = || {
        let text = String::from_utf8_lossy(body);
        OF_WRONG_PATHS.iter().any(|code| text.contains(code))
    };
    matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE) && !is_of_path()
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
                query: Box::new(QueryExpression::parse(expression)?),
                text: expression.clone(),
            },
            WaitCondition::Deleted => Self::Deleted,
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

    /// Adds it to a command that waits.
    pub(crate) fn add_to(&self, command: CommandLine) -> CommandLine {
        match self {
            Self::Member { path, value, .. } => command.option("--for", &format!("{path}={value}")),
            Self::Query { text, .. } => command.option("--for", text),
            Self::Deleted => command.literal("--deleted"),
        }
    }

    /// Tells whether an answer says that the resource is gone, and that is waited for.
    pub(crate) fn is_met_by_absence(&self, status: StatusCode, body: &WholeBody) -> bool {
        matches!(self, Self::Deleted) && says_absent(status, body.bytes())
    }

    /// Tells whether it holds. What is not JSON says nothing.
    pub(crate) fn holds(&self, body: &WholeBody) -> bool {
        let body: &[u8] = body.bytes();
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok();
        let Some(text) = std::str::from_utf8(body).ok().filter(|_| is_json) else {
            return false;
        };
        let mut holds = false;
        match self {
            Self::Member { member, value, .. } => {
                let asked = member.select(text, &mut |found| holds |= says(found, value));
                asked.is_ok() && holds
            }
            Self::Query { query, .. } => match &**query {
                QueryExpression::JsonPath(query) => {
                    let asked = query.select(text, &mut |_| holds = true);
                    asked.is_ok() && holds
                }
                QueryExpression::JmesPath(query) => {
                    query.find(text).is_ok_and(|found| is_something(&found))
                }
            },
            Self::Deleted => false,
        }
    }

    /// Says that an answer does not have a member that is named, which is how a typing error looks: the wait would not end.
    pub(crate) fn missed(&self, body: &WholeBody) -> Option<String> {
        match self {
            Self::Member { member, path, .. } => {
                let text = std::str::from_utf8(body.bytes()).ok()?;
                let mut is_there = false;
                member.select(text, &mut |_| is_there = true).ok()?;
                (!is_there).then(|| format!("there is no member `{path}` yet, which `--for` names"))
            }
            Self::Query { query, text } => {
                let QueryExpression::JmesPath(query) = &**query else {
                    return None;
                };
                let name = query.missed_name()?.name;
                let missed = format!("there is no member `{name}` yet, which `--for` names");
                let Some(path) = compared_with(text, &name) else {
                    return Some(missed);
                };
                let option = CommandLine::new("--for").word(&format!("{path}={name}"));
                Some(format!("{missed}; for a text write `{option}`"))
            }
            Self::Deleted => None,
        }
    }
}

/// The member that an expression compares with a bare word, or with one in double quotes: `a.b==Succeeded`.
fn compared_with<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (path, compared) = text.split_once("==")?;
    let path = path.trim();
    let is_path = path
        .chars()
        .all(|one| one.is_ascii_alphanumeric() || "._-".contains(one));
    let is_word = compared.trim().trim_matches('"') == word;
    (is_word && is_path && !path.is_empty()).then_some(path)
}

/// Tells whether JMESPath takes a value for true: all but `null`, `false`, and what is empty.
fn is_something(found: &str) -> bool {
    let compact: String = found.split_whitespace().collect();
    !matches!(compact.as_str(), "null" | "false" | "\"\"" | "[]" | "{}")
}

/// Tells whether a JSON value reads like a text; the case of letters does not matter.
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
        check(&query("a.b == 'c'"), "{\"a\":{\"b\":\"c\"}}", true);
        check(&query("a.b == 'c'"), "{\"a\":{\"b\":\"d\"}}", false);
        check(&query("length(a) > `1`"), "{\"a\":[1,2]}", true);
        for (nothing, body) in [("a", "{\"a\":[ ]}"), ("a", "{}"), ("a", "{\"a\":false}")] {
            check(&query(nothing), body, false);
        }
        check(&query("a"), "{\"a\":0}", true);
        check(&query("$"), "{", false);
        assert!(Condition::of(&query("$.[")).is_err());
        assert!(Condition::of(&query("a ==")).is_err());
    }

    #[test]
    fn what_is_gone_is_told_from_a_wrong_path() {
        let deleted = Condition::of(&WaitCondition::Deleted).unwrap();
        let is_met = |status: u16, body: &str| {
            let status = http::StatusCode::from_u16(status).unwrap();
            deleted.is_met_by_absence(status, &WholeBody::written(body))
        };
        assert!(is_met(404, "{\"error\":{\"code\":\"ResourceNotFound\"}}"));
        assert!(is_met(404, "") && is_met(410, ""));
        assert!(!is_met(
            404,
            "{\"error\":{\"code\":\"SubscriptionNotFound\"}}"
        ));
        assert!(!is_met(200, "{}") && !is_met(403, ""));
        assert!(!deleted.holds(&WholeBody::written("{}")));
    }
}
