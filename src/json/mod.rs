//! JSON as bytes: where a page's members and items begin and end, and how text is laid out.
//! Builds no tree, and never changes a number, a string or the order of members.

mod border;
mod layout;
mod page;
mod split;
#[cfg(test)]
mod split_tests;

pub use layout::{Layout, append_compact, append_pretty, append_text};
pub use page::{PageIndex, PagePart};
pub use split::{Error, ItemsMember, MAX_DEPTH, Part, Splitter};

/// Returns the text of a JSON string token such as `"a\u0062"`, or `None` where the token is not a
/// string or names no Unicode text (a lone surrogate).
pub fn string_of(token: &str) -> Option<String> {
    serde_json::from_str(token).ok()
}
