//! `--name` and `--tag`: which items of a list are wanted, by what is in them. Filters that the service knows are
//! parameters of its own; what a query finds: `query`.

use serde_json::{Map, Value};

use crate::azure::is_like;
use crate::json::string_of;
use crate::query::Query;

/// The items that are wanted: those with one of the names, and with all of the tags.
#[derive(Debug, Clone, Default)]
pub struct ItemFilter {
    names: Vec<String>,
    tags: Vec<(String, Option<String>)>,
}

impl ItemFilter {
    /// Takes names with `*` and `?` in them, whose case does not matter, and tags with the value that they must have.
    pub fn new(names: &[String], tags: &[(String, Option<String>)]) -> Self {
        Self {
            names: names.iter().map(|name| name.to_lowercase()).collect(),
            tags: tags.to_vec(),
        }
    }

    /// Tells whether every item is wanted.
    pub fn is_open(&self) -> bool {
        self.names.is_empty() && self.tags.is_empty()
    }

    /// Tells whether an item is wanted.
    pub fn admits(&self, item: &str) -> bool {
        self.is_open() || (self.has_name(item) && self.has_tags(item))
    }

    fn has_name(&self, item: &str) -> bool {
        if self.names.is_empty() {
            return true;
        }
        let name = member(item, "name").and_then(string_of);
        let name = name.unwrap_or_default().to_lowercase();
        self.names.iter().any(|pattern| is_like(&name, pattern))
    }

    fn has_tags(&self, item: &str) -> bool {
        if self.tags.is_empty() {
            return true;
        }
        let tags = member(item, "tags").and_then(|tags| serde_json::from_str(tags).ok());
        let tags: Map<String, Value> = tags.unwrap_or_default();
        self.tags.iter().all(|(name, wanted)| {
            // The names of tags are compared without case (learn.microsoft.com, "Use tags to organize your resources").
            let mut own = tags
                .iter()
                .filter(|(own, _)| own.eq_ignore_ascii_case(name));
            own.any(|(_, value)| match wanted {
                None => true,
                Some(wanted) => value.as_str() == Some(wanted),
            })
        })
    }
}

/// The value of a member of an object.
pub(super) fn member<'j>(item: &'j str, name: &str) -> Option<&'j str> {
    let mut found = None;
    // The item was checked when it arrived, so this does not fail.
    let _checked = Query::named(name).select(item, &mut |value| found = Some(value));
    found
}

#[cfg(test)]
mod tests {
    use super::ItemFilter;

    #[test]
    fn all_conditions_hold() {
        let item = r#"{"name":"vm-Web-01","tags":{"Role":"web","empty":""}}"#;
        let tag = |name: &str, value: Option<&str>| (name.to_owned(), value.map(str::to_owned));
        for (names, tags, expected) in [
            (vec![], vec![], true),
            (vec!["VM-*"], vec![], true),
            (vec!["x", "*-01"], vec![], true),
            (vec!["vm"], vec![], false),
            (vec![], vec![tag("role", Some("web"))], true),
            (vec![], vec![tag("role", Some("Web"))], false),
            (
                vec![],
                vec![tag("role", None), tag("empty", Some(""))],
                true,
            ),
            (vec!["vm*"], vec![tag("other", None)], false),
        ] {
            let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
            let filter = ItemFilter::new(&names, &tags);
            assert_eq!(filter.admits(item), expected, "{filter:?}");
        }
        let filter = ItemFilter::new(&[], &[tag("a", None)]);
        assert!(!filter.admits("1") && !filter.admits("{\"tags\":null}"));
    }
}
