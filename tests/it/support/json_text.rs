//! JSON as text: a second opinion on what the program prints, written without its code.
//! Numbers, escapes, the order of members and members of one name stay as they are.

#![expect(
    clippy::unwrap_used,
    reason = "a text that cannot be read fails the test"
)]

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The members that name the next page.
const LINKS: [&str; 3] = ["nextLink", "@odata.nextLink", "odata.nextLink"];

/// Removes the white space between tokens.
pub(crate) fn compact(text: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    let significant = |&letter: &char| {
        if in_string {
            in_string = escaped || letter != '"';
            escaped = !escaped && letter == '\\';
            return true;
        }
        in_string = letter == '"';
        !letter.is_ascii_whitespace()
    };
    text.trim_start_matches('\u{feff}')
        .chars()
        .filter(significant)
        .collect()
}

/// One answer, taken apart. All texts are compact.
#[derive(Debug)]
pub(crate) enum Page {
    /// An object: its members in order.
    Object(Vec<(String, String)>),
    /// An array at the root.
    Array(Vec<String>),
    /// Anything else.
    Scalar(String),
}

impl Page {
    /// Takes a text apart.
    pub(crate) fn of(text: &str) -> Self {
        let text = compact(text);
        match text.bytes().next() {
            Some(b'{') => Self::Object(members_of(&text)),
            Some(b'[') => Self::Array(elements_of(&text)),
            _ => Self::Scalar(text),
        }
    }

    /// Tells whether this is an answer of Resource Graph: a list, whether it has a next page or not.
    pub(crate) fn is_graph(&self) -> bool {
        let Self::Object(members) = self else {
            return false;
        };
        let has = |wanted: &str| members.iter().any(|(name, _)| name == wanted);
        has("totalRecords") && has("data")
    }

    fn is_link(&self, name: &str) -> bool {
        LINKS.contains(&name) || (name == "$skipToken" && self.is_graph())
    }

    /// The link to the next page.
    pub(crate) fn link(&self) -> Option<String> {
        let Self::Object(members) = self else {
            return None;
        };
        let mut links = members.iter().filter(|(name, _)| self.is_link(name));
        links.find_map(|(_, value)| serde_json::from_str(value).ok())
    }

    /// The name of the member with the items: `value`, else the only array next to a link.
    pub(crate) fn items_name(&self) -> Option<&str> {
        let Self::Object(members) = self else {
            return None;
        };
        if self.is_graph() {
            return Some("data");
        }
        let mut arrays = members.iter().filter(|(_, value)| value.starts_with('['));
        if let Some((name, _)) = arrays.clone().find(|(name, _)| name == "value") {
            return Some(name);
        }
        let (name, _) = arrays.next().filter(|_| arrays.next().is_none())?;
        self.link().map(|_| name.as_str())
    }

    /// The items, if this is a list.
    pub(crate) fn items(&self) -> Option<Vec<String>> {
        match self {
            Self::Array(elements) => Some(elements.clone()),
            Self::Object(members) => {
                let wanted = self.items_name()?;
                members
                    .iter()
                    .find(|(name, _)| name == wanted)
                    .and_then(|(_, value)| match member(value, "rows") {
                        Some(rows) => Some(elements_of(&rows)),
                        None => Some(elements_of(value)).filter(|_| value.starts_with('[')),
                    })
            }
            Self::Scalar(_) => None,
        }
    }

    /// The text of this page with the items of several pages in place of its own, without links.
    pub(crate) fn with_items(&self, items: &[String]) -> String {
        let Self::Object(members) = self else {
            return self.text();
        };
        let wanted = self.items_name();
        let kept = members.iter().filter(|(name, _)| !self.is_link(name));
        let members = kept.map(|(name, value)| {
            if Some(name.as_str()) == wanted {
                let list = format!("[{}]", items.join(","));
                let value = match member(value, "rows") {
                    Some(rows) => value.replacen(&rows, &list, 1),
                    None => list,
                };
                format!("{}:{value}", quoted(name))
            } else {
                format!("{}:{value}", quoted(name))
            }
        });
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    }

    /// The compact text of this page.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Array(elements) => format!("[{}]", elements.join(",")),
            Self::Scalar(text) => text.clone(),
            Self::Object(members) => {
                let members = members
                    .iter()
                    .map(|(name, value)| format!("{}:{value}", quoted(name)));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }
        }
    }
}

/// The value of a member of an object, as text.
pub(crate) fn member(object: &str, wanted: &str) -> Option<String> {
    if !object.starts_with('{') {
        return None;
    }
    members_of(object)
        .into_iter()
        .find(|(name, _)| name == wanted)
        .map(|(_, value)| value)
}

fn quoted(name: &str) -> String {
    serde_json::Value::from(name).to_string()
}

fn elements_of(text: &str) -> Vec<String> {
    let elements: Vec<&RawValue> = serde_json::from_str(text).unwrap();
    elements
        .into_iter()
        .map(|element| element.get().to_owned())
        .collect()
}

fn members_of(text: &str) -> Vec<(String, String)> {
    serde_json::from_str::<Members>(text).unwrap().0
}

/// The members of an object in their order, also those of one name.
struct Members(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Members;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, Box<RawValue>>()? {
                    members.push((name, value.get().to_owned()));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}
