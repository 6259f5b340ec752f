//! JSON as bytes: where a page's members and items begin and end, and how text is laid out.
//! Builds no tree, and never changes a number, a string or the order of members.

mod border;
mod data_error;
mod detect;
mod layout;
mod page;
mod part;
mod shape;
mod split;
#[cfg(test)]
mod split_tests;

pub use data_error::DataError;
pub use detect::Expected;
pub use layout::{Layout, append_compact, append_pretty, append_text};
pub use page::PageIndex;
pub use part::{Error, Part};
pub use shape::{LinkPlace, MemberPath, Shape};
pub use split::{MAX_DEPTH, Splitter};

/// Returns the text of a JSON string token such as `"a\u0062"`, or `None` where the token is not a
/// string or names no Unicode text (a lone surrogate).
pub fn string_of(token: &str) -> Option<String> {
    serde_json::from_str(token).ok()
}

/// Returns the word for the kind of a JSON value, by its first character.
pub fn kind_of(value: &[u8]) -> &'static str {
    let text = value.strip_prefix(b"\xef\xbb\xbf").unwrap_or(value);
    match text.trim_ascii_start().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}
