//! JSON as bytes: where a page's members and items begin and end (`page_parser`, `page`), and how text is laid out
//! (`layout`). Works without a tree, so that numbers, strings and the order of members stay as they came.

mod canonical;
mod data_error;
mod detect;
mod difference;
mod document_path;
mod dotted_path;
mod event;
mod indent;
mod layout;
mod merge;
mod page;
mod page_layout;
mod page_parser;
#[cfg(test)]
mod page_parser_tests;
mod prune;
mod scan;
mod shallow;
mod walk;
#[cfg(test)]
mod walk_tests;

pub use data_error::{DataError, FoundError};
pub use detect::Expected;
pub use difference::{Change, ChangeKind, difference};
pub use document_path::{DocumentPath, PathStep};
pub use dotted_path::{
    Dots, PartForm, PathError, PathPart, Units, path_parts, split_unquoted, unescape,
};
pub use event::{Error, PageEvent};
pub use layout::{JsonStyle, append_compact, append_pretty, append_text};
pub use merge::{merge_patch, merged};
pub use page::PageIndex;
pub use page_layout::{LinkPlace, MemberPath, PageLayout};
pub use page_parser::PageParser;
pub use prune::{with_prefix_replaced, without_members};
pub use scan::{Escapes, scalar_end, skip_whitespace, string_end};
pub use shallow::{first_member, is_null_list, member_names, value_of_member};
pub use walk::container_end;

/// Returns the text of a JSON string token such as `"a\u0062"`, or `None` if the token is not a string or names no
/// Unicode text (a lone surrogate).
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
