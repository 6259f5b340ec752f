//! What the page parser reports: the parts of a page in their order, and why a text is not a page.

/// Nesting beyond this depth is answered as malformed: no service sends it, and laying it out
/// would cost the square of the depth.
pub const MAX_DEPTH: usize = 512;

/// Why a text is not one JSON document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text ended too early: a cut answer.
    #[error("the JSON text ends in the middle, after {length} bytes")]
    Cut {
        /// Bytes received.
        length: usize,
    },
    /// The text is not JSON.
    #[error("malformed JSON near byte {offset}: {message}")]
    Malformed {
        /// Where, counted from the start of the body; the start of the value that is wrong.
        offset: usize,
        /// What was expected or found.
        message: String,
    },
    /// The text is nested deeper than [`MAX_DEPTH`].
    #[error("JSON nested deeper than {MAX_DEPTH} levels near byte {offset}")]
    TooDeep {
        /// Where, counted from the start of the body.
        offset: usize,
    },
    /// One member or item is larger than the memory that may be used for it.
    #[error("one JSON value is larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
}

/// One part of a page, in the order of the text. Names are raw tokens, with their quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageEvent<'a> {
    /// The document is an object; its members follow.
    Object,
    /// A member whose value is an object on the way to the items or to a link; its members follow.
    Open {
        /// The raw name token.
        name: &'a str,
    },
    /// The object that was opened last ends.
    Close,
    /// The member that names the next page.
    Link {
        /// The raw name token.
        name: &'a str,
        /// The raw value.
        value: &'a str,
    },
    /// Any other member.
    Member {
        /// The raw name token.
        name: &'a str,
        /// The raw value.
        value: &'a str,
    },
    /// The list of items begins: a member of the object, or the document itself.
    Items {
        /// The raw name token; `None` if the document is an array.
        name: Option<&'a str>,
    },
    /// One item of the list.
    Item(&'a str),
    /// One item of the list, laid out with indentation for the level where it is in its page.
    Indented {
        /// Its text.
        item: &'a str,
        /// The level, 0 for the document itself.
        level: usize,
    },
    /// The list of items ends.
    ItemsEnd,
    /// The document is neither an object nor an array.
    Scalar(&'a str),
}

impl<'a> PageEvent<'a> {
    /// Returns the raw name and value of a link.
    pub fn as_link(self) -> Option<(&'a str, &'a str)> {
        if let Self::Link { name, value } = self {
            Some((name, value))
        } else {
            None
        }
    }

    /// Returns the raw name and value of a member that is not a link.
    pub fn as_member(self) -> Option<(&'a str, &'a str)> {
        if let Self::Member { name, value } = self {
            Some((name, value))
        } else {
            None
        }
    }
}
