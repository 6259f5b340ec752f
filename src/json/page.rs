//! The index of a page that is whole in memory: where its parts are and which links it has.
//! Copies nothing and lays nothing out.

use std::ops::Range;

use super::split::{Error, ItemsMember, Part, Splitter};

/// The members that name the next page, most common first (97 % of ARM's paged operations use the
/// first; Microsoft Graph and policy insights the second; AAD Graph the third).
const LINK_MEMBERS: [&str; 3] = ["nextLink", "@odata.nextLink", "odata.nextLink"];

/// A part of an indexed page: values as ranges of its bytes, names as copies (they are few).
#[derive(Debug, Clone, PartialEq, Eq)]
enum PartRange {
    Object,
    Member { name: String, value: Range<usize> },
    Items { name: Option<String> },
    Item(Range<usize>),
    ItemsEnd,
    Scalar(String),
}

/// A part of a page as the reader of pages sees it: links are told apart from other members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PagePart<'a> {
    /// A part of the document.
    Content(Part<'a>),
    /// The member that names the next page.
    Link {
        /// The raw name token.
        name: &'a str,
        /// The raw value: a string or `null`, but a service may send anything.
        value: &'a str,
    },
}

impl<'a> PagePart<'a> {
    /// Tells link members from the others.
    pub fn of(part: Part<'a>) -> Self {
        match part {
            Part::Member { name, value } if is_link_member(name) && is_link_value(value) => {
                Self::Link { name, value }
            }
            Part::Object
            | Part::Member { .. }
            | Part::Items { .. }
            | Part::Item(_)
            | Part::ItemsEnd
            | Part::Scalar(_) => Self::Content(part),
        }
    }
}

/// A link is a string, or `null` on the last page; anything else is content.
fn is_link_value(value: &str) -> bool {
    value.starts_with('"') || value == "null"
}

fn is_link_member(token: &str) -> bool {
    let name = token.get(1..token.len() - 1).unwrap_or_default();
    LINK_MEMBERS.contains(&name)
}

/// The parts of a page that is whole in memory and has been checked to be one JSON document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageIndex {
    parts: Vec<PartRange>,
}

impl PageIndex {
    /// Checks and indexes a body. The items are the member `value` if it is an array; else, on a
    /// page that names a next one, the only array among its members.
    pub fn of(body: &[u8]) -> Result<Self, Error> {
        let index = Self::with_items(body, ItemsMember::value())?;
        match index.only_array_of_a_linked_page(body) {
            Some(name) => Self::with_items(body, ItemsMember::Named(name)),
            None => Ok(index),
        }
    }

    /// Checks and indexes a later page, whose items are in the same member as the first page's.
    pub fn of_later(body: &[u8], items: &ItemsMember) -> Result<Self, Error> {
        Self::with_items(body, items.clone())
    }

    fn with_items(body: &[u8], items: ItemsMember) -> Result<Self, Error> {
        let mut parts = Vec::new();
        let mut splitter = Splitter::new(items, usize::MAX);
        let mut add = |part: Part<'_>| -> Result<(), Error> {
            parts.push(match part {
                Part::Object => PartRange::Object,
                Part::Member { name, value } => PartRange::Member {
                    name: name.to_owned(),
                    value: range_in(body, value),
                },
                Part::Items { name } => PartRange::Items {
                    name: name.map(str::to_owned),
                },
                Part::Item(item) => PartRange::Item(range_in(body, item)),
                Part::ItemsEnd => PartRange::ItemsEnd,
                Part::Scalar(value) => PartRange::Scalar(value.to_owned()),
            });
            Ok(())
        };
        splitter.push(body, &mut add)?;
        splitter.finish(&mut add)?;
        Ok(Self { parts })
    }

    fn only_array_of_a_linked_page(&self, body: &[u8]) -> Option<String> {
        if self.is_list() || self.any_link(body).is_none() {
            return None;
        }
        let mut arrays = self.arrays(body);
        arrays.next().filter(|_| arrays.next().is_none())
    }

    fn arrays<'a>(&'a self, body: &'a [u8]) -> impl Iterator<Item = String> {
        self.raw_parts(body).filter_map(|part| match part {
            Part::Member { name, value } if value.starts_with('[') => super::string_of(name),
            Part::Object
            | Part::Member { .. }
            | Part::Items { .. }
            | Part::Item(_)
            | Part::ItemsEnd
            | Part::Scalar(_) => None,
        })
    }

    /// Tells whether the document names a next page, but not which of its arrays goes on there.
    pub fn is_unclear_list(&self, body: &[u8]) -> bool {
        let link = self.any_link(body).filter(|link| !link.trim().is_empty());
        !self.is_list() && link.is_some() && self.arrays(body).next().is_some()
    }

    /// Returns the member `error` of a document that also has data: Log Analytics answers so, with
    /// 200, where a query came to its end only in part. A status monitor has no data beside it.
    pub fn error_beside_data<'a>(&'a self, body: &'a [u8]) -> Option<&'a str> {
        let mut error = None;
        let mut has_data = self.is_list();
        for part in self.raw_parts(body) {
            if let Part::Member { name, value } = part {
                match name {
                    "\"error\"" if value.starts_with('{') => error = Some(value),
                    "\"tables\"" | "\"value\"" | "\"data\"" => has_data |= value != "null",
                    _ => {}
                }
            }
        }
        error.filter(|_| has_data)
    }

    /// Returns the member that holds the items; `value` where the document has none.
    pub fn items_member(&self) -> ItemsMember {
        for part in &self.parts {
            if let PartRange::Items { name: Some(name) } = part
                && let Some(name) = super::string_of(name)
            {
                return ItemsMember::Named(name);
            }
        }
        ItemsMember::value()
    }

    /// Tells whether the member that would hold the items is `null`: services write so for none.
    pub fn has_null_for_items(&self, body: &[u8], items: &ItemsMember) -> bool {
        self.parts(body).any(|part| match part {
            PagePart::Content(Part::Member { name, value }) => value == "null" && items.is(name),
            PagePart::Content(_) | PagePart::Link { .. } => false,
        })
    }

    /// Tells whether the page has a list of items.
    pub fn is_list(&self) -> bool {
        self.parts
            .iter()
            .any(|part| matches!(part, PartRange::Items { .. }))
    }

    /// Tells whether the document is an object.
    pub fn is_object(&self) -> bool {
        self.parts.first() == Some(&PartRange::Object)
    }

    /// Counts the items.
    pub fn count(&self) -> u64 {
        self.parts
            .iter()
            .map(|part| u64::from(matches!(part, PartRange::Item(_))))
            .sum()
    }

    /// Returns the text from the first item to the last.
    pub fn items_text<'a>(&self, body: &'a [u8]) -> Option<&'a [u8]> {
        let mut items = self.parts.iter().filter_map(|part| match part {
            PartRange::Item(range) => Some(range),
            PartRange::Object
            | PartRange::Member { .. }
            | PartRange::Items { .. }
            | PartRange::ItemsEnd
            | PartRange::Scalar(_) => None,
        });
        let first = items.next()?;
        let last = items.next_back().unwrap_or(first);
        body.get(first.start..last.end)
    }

    /// Returns the text of the link to the next page: the first that is a string.
    pub fn link(&self, body: &[u8]) -> Option<String> {
        self.any_link(body).filter(|_| self.is_list())
    }

    fn any_link(&self, body: &[u8]) -> Option<String> {
        self.raw_parts(body)
            .find_map(|part| match PagePart::of(part) {
                PagePart::Link { value, .. } => super::string_of(value),
                PagePart::Content(_) => None,
            })
    }

    /// Returns the parts in the order of the text. `body` is the one that was indexed. A document
    /// without a list has no next page: what is called a link in it is a member like any other.
    pub fn parts<'a>(&'a self, body: &'a [u8]) -> impl Iterator<Item = PagePart<'a>> {
        let is_list = self.is_list();
        self.raw_parts(body).map(move |part| {
            if is_list {
                PagePart::of(part)
            } else {
                PagePart::Content(part)
            }
        })
    }

    fn raw_parts<'a>(&'a self, body: &'a [u8]) -> impl Iterator<Item = Part<'a>> {
        self.parts.iter().map(move |part| match part {
            PartRange::Object => Part::Object,
            PartRange::Member { name, value } => Part::Member {
                name,
                value: text(body, value),
            },
            PartRange::Items { name } => Part::Items {
                name: name.as_deref(),
            },
            PartRange::Item(item) => Part::Item(text(body, item)),
            PartRange::ItemsEnd => Part::ItemsEnd,
            PartRange::Scalar(value) => Part::Scalar(value),
        })
    }
}

/// The range of a slice of `body`. A page that is pushed whole is never copied on its way.
fn range_in(body: &[u8], slice: &str) -> Range<usize> {
    let start = slice.as_ptr().addr().saturating_sub(body.as_ptr().addr());
    start..start + slice.len()
}

/// The text of a checked range. Ranges come from checked slices, so the default is never taken.
fn text<'a>(body: &'a [u8], range: &Range<usize>) -> &'a str {
    let bytes = body.get(range.clone()).unwrap_or_default();
    std::str::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{PageIndex, PagePart, Part};

    #[track_caller]
    fn check(text: &str, items: Option<&[&str]>, link: Option<&str>) {
        let index = PageIndex::of(text.as_bytes()).unwrap();
        let found: Vec<_> = index
            .parts(text.as_bytes())
            .filter_map(|part| match part {
                PagePart::Content(Part::Item(item)) => Some(item.to_owned()),
                PagePart::Content(_) | PagePart::Link { .. } => None,
            })
            .collect();
        assert_eq!(
            index.is_list().then_some(found),
            items.map(|items| items.iter().map(|&item| item.to_owned()).collect())
        );
        assert_eq!(index.link(text.as_bytes()).as_deref(), link);
    }

    #[test]
    fn finds_items_and_link() {
        check(
            r#"{"value":[1,"a"],"nextLink":"l"}"#,
            Some(&["1", "\"a\""]),
            Some("l"),
        );
        check(r#"{"nextLink":null,"value":[]}"#, Some(&[]), None);
        check(
            r#"{"@odata.nextLink":"o","value":[{}]}"#,
            Some(&["{}"]),
            Some("o"),
        );
        check(
            r#"{"odata.nextLink":"d","value":[{}]}"#,
            Some(&["{}"]),
            Some("d"),
        );
        check("[1,2]", Some(&["1", "2"]), None);
        check("7", None, None);
        check(r#"{"zones":["1"],"name":"n"}"#, None, None);
        check(r#"{"inputs":[5],"nextLink":"l"}"#, Some(&["5"]), Some("l"));
        check(r#"{"a":[5],"b":[6],"nextLink":"l"}"#, None, None);
        check(r#"{"id":"/x","nextLink":"l"}"#, None, None);
        check(r#"{"value":{"x":[1]}}"#, None, None);
        check(
            r#"{"value":[1],"nextLink":{"href":"l"}}"#,
            Some(&["1"]),
            None,
        );
        check(
            r#"{"value":[1],"members@odata.nextLink":"n"}"#,
            Some(&["1"]),
            None,
        );
    }
}
