//! A success that is not what was asked for: a page for people from a service that answers with JSON, because a proxy
//! or a sign-in is in between; a document that is only an error. Which services answer with JSON: `azure::response`;
//! the exit code: `error`.

use http::StatusCode;

use super::html::title;
use super::list_error::PageError;
use super::opened::OpenedResponse;
use crate::azure::{Cloud, is_devops, never_serves_html};
use crate::json::{Expected, FoundError, PageIndex};

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebPage {
    /// The status that it came with.
    pub status: StatusCode,
    /// Its title, on one line.
    pub title: Option<String>,
    /// Whether it asks to sign in.
    pub is_sign_in: bool,
}

impl WebPage {
    /// Returns the page, if the response is one and the service has none.
    pub fn between(opened: &OpenedResponse, cloud: &Cloud) -> Option<Self> {
        let status = opened.response.status;
        let url = &opened.response.url;
        // Azure DevOps answers 203 with its sign-in page whatever was asked for.
        let is_sign_in = status == StatusCode::NON_AUTHORITATIVE_INFORMATION && is_devops(url);
        let is_foreign = is_sign_in || never_serves_html(cloud, url);
        if !status.is_success() || !is_foreign || !opened.is_html() {
            return None;
        }
        let title = title(opened.bytes());
        let is_sign_in = is_sign_in || title.as_deref().is_some_and(is_of_sign_in);
        Some(Self {
            status,
            title,
            is_sign_in,
        })
    }
}

/// Returns the error that a success consists of.
pub fn lone_error(opened: &OpenedResponse) -> Option<PageError> {
    let body = opened
        .whole()
        .filter(|_| opened.response.status.is_success())?;
    let text = body.bytes();
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let name = text
        .trim_ascii_start()
        .strip_prefix(b"{")?
        .trim_ascii_start();
    if !name.get(..7)?.eq_ignore_ascii_case(b"\"error\"") {
        return None;
    }
    let index = PageIndex::with_shape(body.bytes(), Expected::plain()).ok()?;
    match index.found_error(body.bytes())? {
        FoundError::BesideData(_) => None,
        alone @ FoundError::Alone(_) => Some(PageError::found(&alone)),
    }
}

fn is_of_sign_in(title: &str) -> bool {
    let title = title.to_lowercase();
    ["sign in", "sign-in", "signin", "log in", "login"]
        .iter()
        .any(|word| title.contains(word))
}

#[cfg(test)]
mod tests {
    use super::is_of_sign_in;

    #[test]
    fn pages_of_sign_ins_are_told_by_their_title() {
        for (title, expected) in [
            ("Sign in to your account", true),
            ("Azure DevOps Services | Sign In", true),
            ("Captive portal login", true),
            ("Blocked by your company", false),
        ] {
            assert_eq!(is_of_sign_in(title), expected, "{title}");
        }
    }
}
