//! The index of a page that is whole in memory: where its parts are, and which links it has. Which members matter is
//! said by `page_layout`, and found out by `detect`.

use std::ops::Range;

use super::data_error::{DataError, FoundError};
use super::event::{Error, PageEvent};
use super::page_layout::{MemberPath, PageLayout};
use super::page_parser::PageParser;

/// A part of an indexed page: values as ranges of its bytes, names as copies (they are few).
#[derive(Debug, Clone, PartialEq, Eq)]
enum PartRange {
    Object,
    Open { name: String },
    Close,
    Link { name: String, value: Range<usize> },
    Member { name: String, value: Range<usize> },
    Items { name: Option<String> },
    Item(Range<usize>),
    ItemsEnd,
    Scalar(String),
}

/// The parts of a page that is whole in memory and has been checked to be one JSON document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageIndex {
    parts: Vec<PartRange>,
}

impl PageIndex {
    /// Checks and indexes a body in which items and link are where `shape` says.
    pub fn with_shape(body: &[u8], shape: PageLayout) -> Result<Self, Error> {
        let mut parts = Vec::new();
        let mut parser = PageParser::new(shape, usize::MAX);
        let mut add = |part: PageEvent<'_>| -> Result<(), Error> {
            parts.push(match part {
                PageEvent::Object => PartRange::Object,
                PageEvent::Open { name } => PartRange::Open {
                    name: name.to_owned(),
                },
                PageEvent::Close => PartRange::Close,
                PageEvent::Link { name, value } => PartRange::Link {
                    name: name.to_owned(),
                    value: range_in(body, value),
                },
                PageEvent::Member { name, value } => PartRange::Member {
                    name: name.to_owned(),
                    value: range_in(body, value),
                },
                PageEvent::Items { name } => PartRange::Items {
                    name: name.map(str::to_owned),
                },
                PageEvent::Item(item) | PageEvent::Indented { item, .. } => {
                    PartRange::Item(range_in(body, item))
                }
                PageEvent::ItemsEnd => PartRange::ItemsEnd,
                PageEvent::Scalar(value) => PartRange::Scalar(value.to_owned()),
            });
            Ok(())
        };
        parser.push(body, &mut add)?;
        parser.finish(&mut add)?;
        Ok(Self { parts })
    }

    /// Tells whether the document names a next page, but not which of the arrays next to the link continues there, or
    /// has none.
    pub fn is_unclear_list(&self, body: &[u8]) -> bool {
        if self.is_list() {
            return false;
        }
        let mut arrays: Vec<Vec<String>> = Vec::new();
        let mut links: Vec<Vec<String>> = Vec::new();
        self.each(body, &mut |open, part| {
            if part
                .as_member()
                .is_some_and(|(_, value)| value.starts_with('['))
            {
                arrays.push(open.to_vec());
            } else if part.as_link().is_some_and(|(_, value)| names_page(value)) {
                links.push(open.to_vec());
            }
        });
        links
            .iter()
            .any(|link| link.is_empty() || arrays.contains(link))
    }

    /// Returns the paths of all arrays that were seen and are not the list.
    pub fn arrays(&self, body: &[u8]) -> Vec<MemberPath> {
        let mut arrays = Vec::new();
        self.each(body, &mut |open, part| {
            if let Some((name, value)) = part.as_member()
                && value.starts_with('[')
                && let Some(name) = super::string_of(name)
            {
                arrays.push(MemberPath::of(open.iter().cloned().chain([name])));
            }
        });
        arrays
    }

    /// Returns the error that the document holds, see [`DataError`].
    pub fn found_error(&self, body: &[u8]) -> Option<FoundError> {
        let mut error = DataError::default();
        self.beside_items(body)
            .for_each(|(_, part)| error.take(part));
        error.found()
    }

    /// Tells whether the page says that rows are missing in it, see [`DataError`].
    pub fn is_truncated(&self, body: &[u8]) -> bool {
        let mut error = DataError::default();
        self.beside_items(body)
            .for_each(|(_, part)| error.take(part));
        error.is_truncated()
    }

    /// Tells whether a member is there and is `null`: services write so for no items.
    pub fn has_null(&self, body: &[u8], paths: &[MemberPath]) -> bool {
        let mut found = false;
        self.each(body, &mut |open, part| {
            if let Some((name, value)) = part.as_member() {
                found |= value == "null" && paths.iter().any(|path| path.is(open, name));
            }
        });
        found
    }

    /// Takes a member that should hold the items and is `null` for a list of none: services write so on a page that
    /// names a next one (Azure/azure-sdk-for-java#1051).
    pub fn take_null_for_empty(&mut self, body: &[u8], paths: &[MemberPath]) {
        let mut open: Vec<String> = Vec::new();
        let mut found = None;
        for (number, part) in self.beside_items(body) {
            if part == PageEvent::Close {
                open.pop();
            } else if let PageEvent::Open { name } = part {
                open.push(super::string_of(name).unwrap_or_else(|| name.to_owned()));
            } else if let Some((name, "null")) = part.as_member()
                && paths.iter().any(|path| path.is(&open, name))
            {
                found = found.or(Some((number, name.to_owned())));
            }
        }
        if let Some((number, name)) = found {
            let empty = [PartRange::Items { name: Some(name) }, PartRange::ItemsEnd];
            self.parts.splice(number..=number, empty);
        }
    }

    /// Takes members of the document for links, so that they are left out like one: `is_link` is asked with the raw
    /// name and value of each.
    pub fn take_for_links(&mut self, body: &[u8], is_link: impl Fn(&str, &str) -> bool) {
        let mut depth = 0_usize;
        for part in &mut self.parts {
            match part {
                PartRange::Open { .. } => depth += 1,
                PartRange::Close => depth = depth.saturating_sub(1),
                PartRange::Member { name, value }
                    if depth == 0 && is_link(name, text(body, value)) =>
                {
                    *part = PartRange::Link {
                        name: std::mem::take(name),
                        value: value.clone(),
                    };
                }
                PartRange::Object
                | PartRange::Link { .. }
                | PartRange::Member { .. }
                | PartRange::Items { .. }
                | PartRange::Item(_)
                | PartRange::ItemsEnd
                | PartRange::Scalar(_) => {}
            }
        }
    }

    /// Returns the raw name and value of the first member that is where a link of the layout does, and is neither a
    /// text nor `null`.
    pub fn malformed_link<'a>(
        &'a self,
        body: &'a [u8],
        links: &[MemberPath],
    ) -> Option<(&'a str, &'a str)> {
        let mut found = None;
        self.each(body, &mut |open, part| {
            if let Some((name, value)) = part.as_member()
                && !value.starts_with('"')
                && value != "null"
                && links.iter().any(|link| link.is(open, name))
            {
                found = found.or(Some((name, value)));
            }
        });
        found
    }

    /// Tells whether the document would be a list if its link were one: it has items, or says that there are none, or
    /// has arrays next to the link.
    pub fn may_be_list(&self, body: &[u8], layout: &PageLayout) -> bool {
        let is_link = |array: &MemberPath| layout.links.contains(array);
        self.is_list()
            || self.has_null(body, &layout.items)
            || self.arrays(body).iter().any(|array| !is_link(array))
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

    /// Counts the parts.
    pub fn len(&self) -> usize {
        self.parts.len()
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
        let mut items = self.parts.iter().filter_map(|part| {
            if let PartRange::Item(range) = part {
                Some(range)
            } else {
                None
            }
        });
        let first = items.next()?;
        let last = items.next_back().unwrap_or(first);
        body.get(first.start..last.end)
    }

    /// Returns the raw name and value of the link to the next page: the first that is a string, else
    /// the first there is.
    pub fn link<'a>(&'a self, body: &'a [u8]) -> Option<(&'a str, &'a str)> {
        let parts = self.beside_items(body).map(|(_, part)| part);
        let mut links = parts.filter_map(PageEvent::as_link);
        let first = links.next()?;
        let is_text = |(_, value): &(&str, &str)| value.starts_with('"');
        Some(
            std::iter::once(first)
                .chain(links)
                .find(is_text)
                .unwrap_or(first),
        )
    }

    /// Returns the parts in the order of the text. `body` is the one that was indexed. A document
    /// without a list has no next page: what is called a link in it is a member like any other.
    pub fn parts<'a>(&'a self, body: &'a [u8]) -> impl Iterator<Item = PageEvent<'a>> {
        let is_list = self.is_list();
        self.parts.iter().map(move |part| {
            let part = part.event(body);
            let link = part.as_link().filter(|_| !is_list);
            link.map_or(part, |(name, value)| PageEvent::Member { name, value })
        })
    }

    /// Calls `take` with each part that is not an item, and the names of the objects around it.
    pub(super) fn each<'a>(
        &'a self,
        body: &'a [u8],
        take: &mut impl FnMut(&[String], PageEvent<'a>),
    ) {
        let mut open = Vec::new();
        for (_, part) in self.beside_items(body) {
            if part == PageEvent::Close {
                open.pop();
            }
            take(&open, part);
            if let PageEvent::Open { name } = part {
                open.push(super::string_of(name).unwrap_or_else(|| name.to_owned()));
            }
        }
    }

    /// Returns the parts that are not items, with their numbers: each look at an item reads all of its text.
    fn beside_items<'a>(&'a self, body: &'a [u8]) -> impl Iterator<Item = (usize, PageEvent<'a>)> {
        let parts = self.parts.iter().enumerate();
        parts
            .filter(|(_, part)| !matches!(part, PartRange::Item(_)))
            .map(|(number, part)| (number, part.event(body)))
    }
}

impl PartRange {
    fn event<'a>(&'a self, body: &'a [u8]) -> PageEvent<'a> {
        match self {
            Self::Object => PageEvent::Object,
            Self::Open { name } => PageEvent::Open { name },
            Self::Close => PageEvent::Close,
            Self::Link { name, value } => PageEvent::Link {
                name,
                value: text(body, value),
            },
            Self::Member { name, value } => PageEvent::Member {
                name,
                value: text(body, value),
            },
            Self::Items { name } => PageEvent::Items {
                name: name.as_deref(),
            },
            Self::Item(item) => PageEvent::Item(text(body, item)),
            Self::ItemsEnd => PageEvent::ItemsEnd,
            Self::Scalar(value) => PageEvent::Scalar(value),
        }
    }
}

/// Tells whether the raw value of a link names a page: a text that is not blank.
pub(super) fn names_page(value: &str) -> bool {
    super::string_of(value).is_some_and(|text| !text.trim().is_empty())
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
