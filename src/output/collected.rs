//! A merged document that is held in memory, for a query that needs it whole. It is written by `document`.

use super::document::{Document, Link};
use super::error::Error;
use crate::json::{JsonStyle, PageEvent};

/// What one value of a document costs in a query's tree, in bytes; measured with many small ones.
const VALUE_COST: usize = 128;

/// A document in memory.
#[derive(Debug)]
pub(super) struct Collected {
    document: Document,
    bytes: Vec<u8>,
    values: usize,
    limit: usize,
}

impl Collected {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            document: Document::new(JsonStyle::Compact, false),
            bytes: Vec::new(),
            values: 0,
            limit,
        }
    }

    /// Says that the parts that follow are those of a later page.
    pub(super) fn next_page(&mut self) {
        self.document.next_page();
    }

    /// Takes a part; an error where that is more than may be held.
    pub(super) fn part(&mut self, part: PageEvent<'_>) -> Result<(), Error> {
        let before = self.bytes.len();
        self.document.part(part, &mut self.bytes);
        let added = self.bytes.get(before..).unwrap_or_default();
        self.values += memchr::memchr3_iter(b'{', b'[', b',', added).count();
        let tree = self.values.saturating_mul(VALUE_COST);
        if self.bytes.len() + self.document.held() + tree > self.limit {
            return Err(Error::TooLarge { limit: self.limit });
        }
        Ok(())
    }

    /// Returns the document, with the link to go on if it is not all.
    pub(super) fn finish(mut self, link: Option<Link<'_>>) -> String {
        self.document.finish(link, &mut self.bytes);
        // Every part was text, so this never loses a byte.
        String::from_utf8(self.bytes).unwrap_or_default()
    }
}
