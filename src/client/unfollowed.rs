//! What a page says of pages after it that is not followed: a member or a header that no rule knows. It is reported to
//! the user, so that a part is not taken for the whole. What is followed: `continuation` and `json::detect`.

use http::HeaderMap;
use serde_json::Value;

use crate::json::{MemberPath, string_of};

/// Where a page names pages after it that were not fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnfollowedPages {
    /// In a member that looks like an address: `--next-link` can follow it.
    Link(MemberPath),
    /// In a member that holds a token, of which only the service knows where it goes.
    Token(MemberPath),
    /// In a member that only says that there is more.
    Flag(MemberPath),
    /// In a header.
    Header(String),
}

/// Members that name the next page, in lower case and without what is not a letter.
const NAMES: [&str; 21] = [
    "continuation",
    "continuationlink",
    "continuationtoken",
    "continuationuri",
    "continuationurl",
    "cursor",
    "next",
    "nextcursor",
    "nexthref",
    "nextlink",
    "nextmarker",
    "nextpage",
    "nextpagelink",
    "nextpagetoken",
    "nextpageurl",
    "nextskiptoken",
    "nexttoken",
    "nexturi",
    "nexturl",
    "searchnextpageparameters",
    "skiptoken",
];
/// Members that say that there is more.
const FLAGS: [&str; 8] = [
    "hasmore",
    "hasmoredata",
    "hasmorepages",
    "hasmoreresults",
    "hasnext",
    "hasnextpage",
    "istruncated",
    "morerecords",
];
/// Members with an object in which these are.
const PARENTS: [&str; 5] = ["links", "pageinfo", "paging", "pagination", "meta"];
/// A larger object is not the one that names a page.
const LARGEST_PARENT: usize = 64 << 10;

impl UnfollowedPages {
    /// Looks at a member of the document, by its raw name and value.
    pub(super) fn of_member(name: &str, value: &str) -> Option<Self> {
        let name = string_of(name)?;
        let plain = plain(&name);
        let is_parent = PARENTS.contains(&plain.as_str())
            && value.starts_with('{')
            && value.len() <= LARGEST_PARENT;
        if !is_parent && !NAMES.contains(&plain.as_str()) && !FLAGS.contains(&plain.as_str()) {
            return None;
        }
        let value: Value = serde_json::from_str(value).ok()?;
        match value.as_object().filter(|_| is_parent) {
            Some(members) => members
                .iter()
                .find_map(|(inner, value)| Self::of_value(&[&name, inner], value)),
            None => Self::of_value(&[&name], &value),
        }
    }

    /// Looks at the value of the member at a path.
    fn of_value(path: &[&str], value: &Value) -> Option<Self> {
        let name = plain(path.last()?);
        let place = || MemberPath::of(path.iter().copied());
        if FLAGS.contains(&name.as_str()) {
            let is_said = value.as_bool() == Some(true) || value.as_str() == Some("true");
            return is_said.then(|| Self::Flag(place()));
        }
        if !NAMES.contains(&name.as_str()) {
            return None;
        }
        match value {
            Value::String(text) if text.trim().is_empty() => None,
            Value::String(text) if is_address(text) => Some(Self::Link(place())),
            Value::Object(members) => match members.get("href") {
                Some(href) if href.is_string() => {
                    let path = path.iter().copied().chain(["href"]);
                    Some(Self::Link(MemberPath::of(path)))
                }
                Some(_) | None => (!members.is_empty()).then(|| Self::Token(place())),
            },
            Value::String(_) | Value::Number(_) => Some(Self::Token(place())),
            Value::Null | Value::Bool(_) | Value::Array(_) => None,
        }
    }

    /// Looks at the head of an answer whose document names no next page.
    pub(super) fn of_head(headers: &HeaderMap) -> Option<Self> {
        let mut named = headers
            .iter()
            .filter(|(name, value)| name.as_str().contains("continuation") && !value.is_empty());
        named.next().map(|(name, _)| Self::Header(name.to_string()))
    }
}

/// The letters of a name: `@odata.nextLink`, `next_link` and `NextLink` are one.
fn plain(name: &str) -> String {
    let name = name.strip_prefix("@odata.").unwrap_or(name);
    let letters = name.chars().filter(char::is_ascii_alphabetic);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

fn is_address(text: &str) -> bool {
    let text = text.trim();
    text.contains("://") || text.starts_with(['/', '?'])
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::UnfollowedPages;

    #[track_caller]
    fn check(name: &str, value: &str, expected: Option<&str>) {
        let found = UnfollowedPages::of_member(&format!("\"{name}\""), value);
        let words = found.map(|found| match found {
            UnfollowedPages::Link(path) => format!("link {path}"),
            UnfollowedPages::Token(path) => format!("token {path}"),
            UnfollowedPages::Flag(path) => format!("flag {path}"),
            UnfollowedPages::Header(name) => format!("header {name}"),
        });
        assert_eq!(words.as_deref(), expected, "{name}: {value}");
    }

    #[test]
    fn pages_are_named_in_many_ways() {
        check("next", "\"https://a/b?c\"", Some("link next"));
        check("next_link", "\"/b?c\"", Some("link next_link"));
        check(
            "continuationToken",
            "\"abc\"",
            Some("token continuationToken"),
        );
        check("$skipToken", "\"abc\"", Some("token $skipToken"));
        check("nextPage", "2", Some("token nextPage"));
        check("next", "{\"href\":\"/b\"}", Some("link next.href"));
        check(
            "_links",
            "{\"self\":\"/a\",\"next\":{\"href\":\"/b\"}}",
            Some("link _links.next.href"),
        );
        check(
            "pageInfo",
            "{\"hasNextPage\":true}",
            Some("flag pageInfo.hasNextPage"),
        );
        check("has_more", "true", Some("flag has_more"));
        let parameters = "@search.nextPageParameters";
        check(
            parameters,
            "{\"skip\":50}",
            Some("token \"@search.nextPageParameters\""),
        );
        check("has_more", "false", None);
        check("continuationToken", "null", None);
        check("continuationToken", "\"\"", None);
        check("next", "false", None);
        check("nextSteps", "\"/b\"", None);
        check("links", "[\"/b\"]", None);
        check("_links", "{\"next\":null}", None);
    }

    #[test]
    fn headers_count_that_have_a_value() {
        let mut headers = HeaderMap::new();
        headers.insert("x-ms-continuation", HeaderValue::from_static(""));
        assert_eq!(UnfollowedPages::of_head(&headers), None);
        headers.insert("x-ms-continuation", HeaderValue::from_static("t"));
        let expected = UnfollowedPages::Header("x-ms-continuation".to_owned());
        assert_eq!(UnfollowedPages::of_head(&headers), Some(expected));
    }
}
