//! One level of a JSON value: its members or elements, each as the text that it came with. The text is checked before
//! (`page_parser`, or the parser of whoever read it). Who compares two values: `difference`.

use std::borrow::Cow;
use std::collections::HashMap;

use super::scan::{scalar_end, skip_whitespace, string_end};
use super::string_of;
use super::walk::container_end;

/// A value whose own members or elements are still text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shallow<'j> {
    /// Members, in order. Of those with the same name the last one counts, as for most readers.
    Object(Vec<Member<'j>>),
    /// Elements, in order.
    Array(Vec<&'j str>),
    /// Anything else.
    Scalar(&'j str),
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member<'j> {
    /// Its name.
    pub name: Cow<'j, str>,
    /// The name as it is written.
    pub token: &'j str,
    /// Its value.
    pub value: &'j str,
}

impl<'j> Shallow<'j> {
    /// Reads one level of a value that is well-formed.
    pub fn of(json: &'j str) -> Self {
        let json = json.trim_ascii();
        let mut cursor = Cursor {
            json,
            at: skip_whitespace(json.as_bytes(), 1),
        };
        match json.as_bytes().first() {
            Some(b'{') => {
                let mut members = Vec::new();
                while let Some(token) = cursor.value() {
                    members.push(Member {
                        name: name_of(token),
                        token,
                        value: cursor.value().unwrap_or_default(),
                    });
                }
                Self::Object(last_of_each(members))
            }
            Some(b'[') => {
                let mut elements = Vec::new();
                while let Some(element) = cursor.value() {
                    elements.push(element);
                }
                Self::Array(elements)
            }
            _ => Self::Scalar(json),
        }
    }

    /// Returns the value of a member.
    pub fn member(&self, name: &str) -> Option<&'j str> {
        let Self::Object(members) = self else {
            return None;
        };
        let found = members.iter().find(|member| member.name == name);
        found.map(|member| member.value)
    }
}

/// Returns the value of a member of an object.
pub fn value_of_member<'j>(json: &'j str, name: &str) -> Option<&'j str> {
    Shallow::of(json).member(name)
}

/// Returns the value of the first member with a name; what follows it is not looked at.
pub fn first_member<'j>(json: &'j str, name: &str) -> Option<&'j str> {
    members(json)
        .find(|(own, _)| *own == name)
        .map(|(_, value)| value)
}

/// Tells whether a document is a list of nothing whose `value` is `null`, as some services write it
/// (Azure/azure-sdk-for-java#1051): next to it there is nothing but what belongs to a list.
pub fn is_null_list(json: &str) -> bool {
    let belongs = |(name, value): (Cow<'_, str>, &str)| match &*name {
        "value" | "nextLink" | "count" => matches!(value, "null" | "0"),
        other => other.starts_with("@odata.") || other.starts_with("odata."),
    };
    let value = first_member(json, "value");
    value == Some("null") && members(json).all(belongs)
}

/// Returns the names of the members of an object, in order.
pub fn member_names(json: &str) -> Vec<Cow<'_, str>> {
    members(json).map(|(name, _)| name).collect()
}

/// The members of an object, one after the other; none of anything else.
fn members(json: &str) -> impl Iterator<Item = (Cow<'_, str>, &str)> {
    let json = json.trim_ascii();
    let mut cursor = Cursor {
        json,
        at: skip_whitespace(json.as_bytes(), 1),
    };
    let is_object = json.starts_with('{');
    std::iter::from_fn(move || {
        let token = is_object.then(|| cursor.value()).flatten()?;
        Some((name_of(token), cursor.value()?))
    })
}

/// Keeps the last member of each name, where the first one was.
fn last_of_each(members: Vec<Member<'_>>) -> Vec<Member<'_>> {
    let mut places: HashMap<Cow<'_, str>, usize> = HashMap::with_capacity(members.len());
    let mut kept: Vec<Member<'_>> = Vec::with_capacity(members.len());
    for member in members {
        let place = places.get(&member.name);
        if let Some(first) = place.and_then(|place| kept.get_mut(*place)) {
            first.value = member.value;
        } else {
            places.insert(member.name.clone(), kept.len());
            kept.push(member);
        }
    }
    kept
}

fn name_of(token: &str) -> Cow<'_, str> {
    let inner = token
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    match inner {
        Some(inner) if !inner.contains('\\') => Cow::Borrowed(inner),
        // A name that is not Unicode text stays as it is written.
        _ => string_of(token).map_or(Cow::Borrowed(token), Cow::Owned),
    }
}

/// Goes from value to value within a container.
struct Cursor<'j> {
    json: &'j str,
    at: usize,
}

impl<'j> Cursor<'j> {
    /// The next value; nothing at the end of the container.
    fn value(&mut self) -> Option<&'j str> {
        let bytes = self.json.as_bytes();
        let start = self.at;
        let end = match bytes.get(start)? {
            b'}' | b']' => return None,
            b'"' => string_end(bytes, start + 1)?.quote + 1,
            b'{' | b'[' => container_end(bytes, start)?,
            _ => scalar_end(bytes, start),
        };
        let value = self.json.get(start..end)?;
        let mut next = skip_whitespace(bytes, end);
        if matches!(bytes.get(next), Some(b',' | b':')) {
            next = skip_whitespace(bytes, next + 1);
        }
        self.at = next;
        Some(value).filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::{Shallow, is_null_list};

    #[track_caller]
    fn check(json: &str, expected: &[(&str, &str)]) {
        let level = Shallow::of(json);
        let found: Vec<(&str, &str)> = match &level {
            Shallow::Object(members) => members
                .iter()
                .map(|member| (member.name.as_ref(), member.value))
                .collect(),
            Shallow::Array(elements) => elements.iter().map(|element| ("", *element)).collect(),
            Shallow::Scalar(scalar) => vec![("scalar", *scalar)],
        };
        assert_eq!(found, expected, "{json}");
    }

    #[test]
    fn takes_one_level_apart() {
        check("{}", &[]);
        check(" [ ] ", &[]);
        check(" 1.10\n", &[("scalar", "1.10")]);
        check(
            "{ \"a\" : 1.10 , \"b\":[1, {\"c\":\"}\"}],\"c\":{ } }",
            &[("a", "1.10"), ("b", "[1, {\"c\":\"}\"}]"), ("c", "{ }")],
        );
        check(
            "[null, \"a\\\"]\", [[]] ,true]",
            &[("", "null"), ("", "\"a\\\"]\""), ("", "[[]]"), ("", "true")],
        );
        check("{\"\\u0061\":1,\"b\":2,\"a\":3}", &[("a", "3"), ("b", "2")]);
    }

    #[test]
    fn a_null_list_is_told_from_a_value() {
        for (json, expected) in [
            ("{\"value\":null}", true),
            (
                "{\"@odata.context\":\"c\",\"value\": null,\"nextLink\":null,\"count\":0}",
                true,
            ),
            ("{\"value\":[]}", false),
            ("{\"id\":\"/x\",\"value\":null}", false),
            ("{\"nextLink\":null}", false),
            ("null", false),
            ("[]", false),
        ] {
            assert_eq!(is_null_list(json), expected, "{json}");
        }
    }

    #[test]
    fn what_is_cut_ends() {
        for json in [
            "", "{", "[", "{\"a", "{\"a\":", "[1,", "[\"", "[[", "{\"a\":}", "[,]",
        ] {
            let _ended = Shallow::of(json);
        }
    }
}
