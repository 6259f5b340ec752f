//! The part of `$filter` that the sandbox understands: `name eq 'value'`, joined by `and`. Anything
//! else is refused rather than ignored.

use serde_json::Value;

use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::store::{Listed, text};

/// What a filter may compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    ResourceType,
    Name,
    Location,
    ResourceGroup,
    TagName,
    TagValue,
}

/// What a list of resources may be filtered by.
pub(crate) const OF_RESOURCES: &[Field] = &[
    Field::ResourceType,
    Field::Name,
    Field::Location,
    Field::ResourceGroup,
    Field::TagName,
    Field::TagValue,
];
/// What a list of groups may be filtered by.
pub(crate) const OF_GROUPS: &[Field] = &[
    Field::Name,
    Field::Location,
    Field::TagName,
    Field::TagValue,
];

/// Conditions that must all hold.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter(Vec<(Field, String)>);

impl Filter {
    /// Reads the `$filter` of a request; none matches everything.
    pub(crate) fn of(call: &Call<'_>, allowed: &[Field]) -> Result<Self, ArmError> {
        let Some(filter) = call.parameter("$filter") else {
            return Ok(Self::default());
        };
        match parse(&filter) {
            Some(conditions) if conditions.iter().all(|(field, _)| allowed.contains(field)) => {
                Ok(Self(conditions))
            }
            Some(_) | None => Err(ArmError::Filter { filter }),
        }
    }

    /// Tells whether a listed thing matches. The body is made only if the id cannot tell.
    pub(crate) fn matches(&self, listed: &Listed<'_>) -> bool {
        let by_id = |(field, value): &(Field, String)| match field {
            Field::ResourceType => listed.resource_type().eq_ignore_ascii_case(value),
            Field::Name => listed
                .key
                .rsplit('/')
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case(value)),
            Field::ResourceGroup => listed
                .key
                .split('/')
                .nth(4)
                .is_some_and(|name| name.eq_ignore_ascii_case(value)),
            Field::Location | Field::TagName | Field::TagValue => true,
        };
        self.0.iter().all(by_id) && (!self.needs_body() || self.matches_body(&listed.body()))
    }

    fn needs_body(&self) -> bool {
        self.0
            .iter()
            .any(|(field, _)| matches!(field, Field::Location | Field::TagName | Field::TagValue))
    }

    /// `tagName` and `tagValue` mean the same tag.
    fn matches_body(&self, body: &Value) -> bool {
        let wanted = |field: Field| {
            self.0
                .iter()
                .filter(move |(other, _)| *other == field)
                .map(|(_, value)| value)
        };
        let fits_tag = |(name, value): (&String, &Value)| {
            wanted(Field::TagName).all(|wanted| wanted.eq_ignore_ascii_case(name))
                && wanted(Field::TagValue).all(|wanted| value.as_str() == Some(wanted))
        };
        let tagged = wanted(Field::TagName)
            .chain(wanted(Field::TagValue))
            .next()
            .is_some();
        wanted(Field::Location).all(|wanted| wanted.eq_ignore_ascii_case(text(body, "location")))
            && (!tagged
                || body
                    .get("tags")
                    .and_then(Value::as_object)
                    .is_some_and(|tags| tags.iter().any(fits_tag)))
    }
}

/// Reads a `$filter` of comparisons `member eq 'value'` and calls `name()` or `name('value')`, joined by `and`; returns
/// the name and the value of each, which is empty if a call has none.
pub(crate) fn conditions(
    call: &Call<'_>,
    members: &[&'static str],
    functions: &[&'static str],
) -> Result<Vec<(String, String)>, ArmError> {
    let Some(filter) = call.parameter("$filter") else {
        return Ok(Vec::new());
    };
    let known = |names: &[&'static str], name: &str| {
        let mut names = names.iter();
        names
            .find(|own| own.eq_ignore_ascii_case(name))
            .map(|own| (*own).to_owned())
    };
    let term = |term: &str| {
        let text = term.trim();
        if let Some((name, rest)) = text.split_once('(') {
            let argument = rest.strip_suffix(')')?.trim();
            let value = match quoted(argument) {
                Some((value, "")) => value,
                None if argument.is_empty() => String::new(),
                Some(_) | None => return None,
            };
            return Some((known(functions, name.trim())?, value));
        }
        let (name, rest) = text.split_once(char::is_whitespace)?;
        match quoted(word(rest, "eq")?)? {
            (value, "") => Some((known(members, name)?, value)),
            _ => None,
        }
    };
    let terms: Option<Vec<_>> = filter.split(" and ").map(term).collect();
    terms.ok_or(ArmError::Filter { filter })
}

fn parse(filter: &str) -> Option<Vec<(Field, String)>> {
    let mut conditions = Vec::new();
    let mut rest = filter.trim();
    loop {
        let (name, after) = rest.split_once(char::is_whitespace)?;
        let after = word(after, "eq")?;
        let (value, after) = quoted(after)?;
        conditions.push((field(name)?, value));
        if after.trim().is_empty() {
            return Some(conditions);
        }
        if !after.starts_with(char::is_whitespace) {
            return None;
        }
        rest = word(after, "and")?;
    }
}

/// Takes a word and the blanks around it.
fn word<'f>(text: &'f str, word: &str) -> Option<&'f str> {
    let (head, rest) = text.trim_start().split_once(char::is_whitespace)?;
    head.eq_ignore_ascii_case(word).then(|| rest.trim_start())
}

/// Takes a string in single quotes; a quote inside is doubled (`OData` 4.01 ABNF `SQUOTE-in-string`).
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut rest = text.strip_prefix('\'')?;
    loop {
        let (part, after) = rest.split_once('\'')?;
        value.push_str(part);
        match after.strip_prefix('\'') {
            Some(after) => {
                value.push('\'');
                rest = after;
            }
            None => return Some((value, after)),
        }
    }
}

fn field(name: &str) -> Option<Field> {
    const NAMES: &[(&str, Field)] = &[
        ("resourceType", Field::ResourceType),
        ("name", Field::Name),
        ("location", Field::Location),
        ("resourceGroup", Field::ResourceGroup),
        ("tagName", Field::TagName),
        ("tagValue", Field::TagValue),
    ];
    NAMES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, field)| *field)
}

#[cfg(test)]
mod tests {
    use super::{Field, parse};

    #[track_caller]
    fn check(filter: &str, expected: Option<&[(Field, &str)]>) {
        let expected = expected.map(|conditions| {
            conditions
                .iter()
                .map(|(field, value)| (*field, (*value).to_owned()))
                .collect::<Vec<_>>()
        });
        assert_eq!(parse(filter), expected, "{filter}");
    }

    #[test]
    fn reads_comparisons() {
        check(
            "resourceType eq 'Microsoft.Compute/disks'",
            Some(&[(Field::ResourceType, "Microsoft.Compute/disks")]),
        );
        check(" NAME  EQ  'it''s' ", Some(&[(Field::Name, "it's")]));
        check(
            "tagName eq 'team' and tagValue eq 'data and more'",
            Some(&[(Field::TagName, "team"), (Field::TagValue, "data and more")]),
        );
        check("location eq ''", Some(&[(Field::Location, "")]));
    }

    #[test]
    fn refuses_the_rest() {
        for filter in [
            "",
            " ",
            "name",
            "name eq",
            "name eq 'x",
            "name eq x",
            "name ne 'x'",
            "name eq 'x' or name eq 'y'",
            "name eq 'x' and",
            "name eq 'x'and name eq 'y'",
            "substringof('x', name)",
            "colour eq 'red'",
        ] {
            check(filter, None);
        }
    }
}
