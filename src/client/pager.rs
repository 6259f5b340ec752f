//! Which request comes after a page: resolves the link, refuses those that leave the endpoint or lead in a circle. Who
//! sends it: `list`.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hasher as _};

use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use url::Url;

use super::continuation::Continuation;
use super::hop::restrict_headers;
use super::skip_token::next_body;
use crate::azure::headers::{X_MS_CONTINUATION, X_MS_POLICY_EXTERNAL_EVALUATIONS};
use crate::azure::{self, LinkError, Origin, Target, UrlError, UrlErrorKind};
use crate::transport::Request;

/// Headers of the first request that are not for the pages that follow.
pub(super) const FIRST_ONLY: [HeaderName; 8] = [
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    header::IF_MODIFIED_SINCE,
    header::IF_UNMODIFIED_SINCE,
    header::IF_RANGE,
    // It is for one request.
    HeaderName::from_static(X_MS_POLICY_EXTERNAL_EVALUATIONS),
];

/// Tells whether a header of the first request is not for the pages that follow.
pub fn is_for_first_page(name: &HeaderName) -> bool {
    FIRST_ONLY.contains(name)
}

/// Follows the links of one list.
#[derive(Debug)]
pub struct Pager {
    /// The request of the first page, without what is for that page only.
    first: Request,
    /// What all pages after the first have in common.
    further: Request,
    /// The first request, if it was a POST that no further page has repeated.
    posted: Option<Request>,
    api_version: Option<String>,
    /// Hashes of the links and tokens that were followed: a list may have a million pages.
    visited: HashSet<u64>,
    last_items: Option<u64>,
    last_length: usize,
    /// How often in a row the link grew while the items stayed.
    growths: u32,
    /// Pages in a row that had no items.
    empty_pages: u32,
    /// Whether the page before had items.
    has_items: bool,
    /// Further pages that were posted for.
    posted_pages: u32,
}

/// So many pages without items may follow each other: five were recorded, and a filter may leave more.
const MOST_EMPTY_PAGES: u32 = 1_000;
/// So many further pages are posted for.
const MOST_POSTED_PAGES: u32 = 10_000;

/// Why a link, or a token in its place, is not followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NextLinkError {
    /// It leads to a place that must not be requested.
    #[error("unsafe link to the next page: {error}")]
    Unsafe {
        /// The link as it was received.
        link: String,
        /// Why.
        error: UrlError,
    },
    /// It is not a valid address.
    #[error("the link to the next page is not a valid address")]
    Malformed {
        /// The link as it was received.
        link: String,
        /// Why.
        error: Box<LinkError>,
    },
    /// It was followed before.
    #[error("the link to the next page leads in a circle")]
    Circle {
        /// The link as it was received.
        link: String,
    },
    /// The same items come again and again after a link that grows (Azure/azure-cli#32080).
    #[error("the link to the next page brings the same items again")]
    Growing {
        /// The link as it was received.
        link: String,
    },
    /// Pages without items follow each other without end.
    #[error("{pages} pages in a row had no items")]
    Empty {
        /// The link to one more, as it was received.
        link: String,
        /// How many.
        pages: u32,
    },
    /// It is a token for the body of the next request, and the body has no place for it.
    #[error("the body that was sent has no place for the token of the next page")]
    Body {
        /// The token as it was received.
        link: String,
    },
}

impl NextLinkError {
    /// Returns the link as it was received.
    pub fn link(&self) -> &str {
        match self {
            Self::Unsafe { link, .. }
            | Self::Malformed { link, .. }
            | Self::Circle { link }
            | Self::Growing { link }
            | Self::Empty { link, .. }
            | Self::Body { link } => link,
        }
    }
}

impl Pager {
    /// A pager of the list that `first` asks for.
    pub fn new(first: &Request) -> Self {
        let mut pager = Self {
            first: first.clone(),
            further: Request {
                method: Method::GET,
                url: first.url.clone(),
                headers: first.headers.clone(),
                body: bytes::Bytes::new(),
            },
            posted: Some(first.clone()).filter(|first| first.method == Method::POST),
            api_version: azure::explicit_api_version(&first.url),
            visited: HashSet::new(),
            last_items: None,
            last_length: 0,
            growths: 0,
            empty_pages: 0,
            has_items: false,
            posted_pages: 0,
        };
        for name in FIRST_ONLY {
            pager.further.headers.remove(&name);
            if name != header::CONTENT_TYPE {
                pager.first.headers.remove(name);
            }
        }
        if first.method == Method::GET {
            pager
                .visited
                .insert(hash_of(&azure::normal_form(&first.url)));
        }
        if let Some(token) = first.headers.get(X_MS_CONTINUATION) {
            pager.visited.insert(hash_of(&token.as_bytes()));
        }
        pager
    }

    /// Decides what follows the page at `current`, which continues at `continuation`. `items` is the text of its items
    /// if it is at hand.
    pub fn next(
        &mut self,
        continuation: Option<&Continuation>,
        current: &Url,
        target: &Target,
        items: Option<&[u8]>,
    ) -> Result<Option<Request>, NextLinkError> {
        let Some(continuation) = continuation else {
            return Ok(None);
        };
        let request = match continuation {
            Continuation::Link(link) => self.request_for_link(link, current)?,
            Continuation::PostedLink(link) => {
                let request = self.request_for_link(link, current)?;
                request.map(|request| self.posted_to(request)).transpose()?
            }
            Continuation::SkipToken(token) => Some(self.with_skip_token(token)?),
            Continuation::NextBody(body) => Some(Request {
                body: body.clone().into(),
                ..self.first.clone()
            }),
            Continuation::HeaderToken(token) => Some(self.with_header(token)?),
        };
        let Some(mut request) = request else {
            return Ok(None);
        };
        let owned = || continuation.text().to_owned();
        // The items of a page that is not in memory are not at hand: it was too large to have none.
        self.has_items = items.is_none_or(|items| !items.is_empty());
        self.empty_pages = if self.has_items {
            0
        } else {
            self.empty_pages + 1
        };
        if self.empty_pages >= MOST_EMPTY_PAGES {
            return Err(NextLinkError::Empty {
                link: owned(),
                pages: self.empty_pages,
            });
        }
        target
            .admit(&request.url)
            .map_err(|error| NextLinkError::Unsafe {
                link: owned(),
                error,
            })?;
        let visited = match continuation {
            Continuation::Link(_) | Continuation::PostedLink(_) => {
                hash_of(&azure::normal_form(&request.url))
            }
            Continuation::SkipToken(token)
            | Continuation::NextBody(token)
            | Continuation::HeaderToken(token) => hash_of(&token.as_bytes()),
        };
        if !self.visited.insert(visited) {
            return Err(NextLinkError::Circle { link: owned() });
        }
        let length = match continuation {
            Continuation::SkipToken(token)
            | Continuation::NextBody(token)
            | Continuation::HeaderToken(token) => token.len(),
            Continuation::Link(_) | Continuation::PostedLink(_) => request.url.as_str().len(),
        };
        if self.grows(length, items) {
            return Err(NextLinkError::Growing { link: owned() });
        }
        if request.method == Method::POST {
            self.posted_pages += 1;
            if self.posted_pages > MOST_POSTED_PAGES {
                return Err(NextLinkError::Circle { link: owned() });
            }
        }
        restrict_headers(&mut request, target);
        Ok(Some(request))
    }

    /// The request for the page that a link names; a blank link names none.
    fn request_for_link(
        &self,
        link: &str,
        current: &Url,
    ) -> Result<Option<Request>, NextLinkError> {
        let refused = |LinkError::Refused { from, error }| {
            let link = link.to_owned();
            match error.kind() {
                UrlErrorKind::Unsafe => NextLinkError::Unsafe { link, error },
                UrlErrorKind::Malformed => NextLinkError::Malformed {
                    link,
                    error: Box::new(LinkError::Refused { from, error }),
                },
            }
        };
        let url = azure::resolve(link, current, self.api_version.as_deref()).map_err(refused)?;
        Ok(url.map(|url| {
            let is_elsewhere = !is_same_path(&url, &self.first.url);
            let mut request = Request {
                url,
                ..self.further.clone()
            };
            if is_elsewhere && request.method == Method::POST {
                request.method = Method::GET;
                request.body = bytes::Bytes::new();
                request.headers.remove(header::CONTENT_TYPE);
            }
            request
        }))
    }

    /// The same with the first body, at the origin and the path that were posted to; elsewhere a
    /// POST is an action, and a link must not start one. So it is requested with GET there.
    fn posted_to(&mut self, request: Request) -> Result<Request, NextLinkError> {
        if self.first.method != Method::POST || !is_same_path(&request.url, &self.first.url) {
            return Ok(request);
        }
        if !continues(&request.url, &self.first.url) {
            let link = request.url.into();
            return Err(NextLinkError::Circle { link });
        }
        self.posted = None;
        Ok(Request {
            url: request.url,
            ..self.first.clone()
        })
    }

    fn with_skip_token(&self, token: &str) -> Result<Request, NextLinkError> {
        let link = || token.to_owned();
        let next = next_body(&self.first.body, token)
            .ok_or_else(|| NextLinkError::Body { link: link() })?;
        if next.earlier.as_deref() == Some(token) {
            return Err(NextLinkError::Circle { link: link() });
        }
        Ok(Request {
            body: next.body,
            ..self.first.clone()
        })
    }

    fn with_header(&self, token: &str) -> Result<Request, NextLinkError> {
        let value = HeaderValue::from_str(token);
        let value = value.map_err(|_| NextLinkError::Body {
            link: token.to_owned(),
        })?;
        let mut request = self.first.clone();
        request.headers.insert(X_MS_CONTINUATION, value);
        Ok(request)
    }

    /// Notes a page's items, and the length of the link after them. Tells whether the link has grown
    /// while the items stayed: once is not proof, for `page=9` grows to `page=10`, and a selection
    /// may make pages alike.
    fn grows(&mut self, length: usize, items: Option<&[u8]>) -> bool {
        let items = items.filter(|items| !items.is_empty()).map(fingerprint);
        let again = items.is_some() && items == self.last_items && length > self.last_length;
        self.growths = if again { self.growths + 1 } else { 0 };
        (self.last_items, self.last_length) = (items, length);
        self.growths > 1
    }

    /// Asks for a page with POST that was not found with GET: some lists that begin with POST go on
    /// with POST and the same body (Azure/azure-rest-api-specs#12276), and then so do all further
    /// pages of this list.
    ///
    /// Only for a page at the path that the user has posted to: elsewhere a POST is an action, and a link must not
    /// start one. And only if the page before had items, or the path is that of a list by its name: the answer of an
    /// action may have a link too, and the action must not be executed once more for it.
    pub fn posted_again(&mut self, missing: &Request, status: StatusCode) -> Option<Request> {
        let has_items = self.has_items;
        let posted = self.posted.take_if(|posted| {
            (has_items || is_list_action(&posted.url))
                && matches!(
                    status,
                    StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED
                )
                && missing.method == Method::GET
                && is_same_path(&missing.url, &posted.url)
                && continues(&missing.url, &posted.url)
        })?;
        self.further.method = Method::POST;
        self.further.body = posted.body;
        if let Some(content_type) = posted.headers.get(header::CONTENT_TYPE) {
            let headers = &mut self.further.headers;
            headers.insert(header::CONTENT_TYPE, content_type.clone());
        }
        Some(Request {
            url: missing.url.clone(),
            ..self.further.clone()
        })
    }
}

/// Tells whether an address has another's origin and path. The case of letters does not matter: Cost Management's links
/// say `Query`.
fn is_same_path(url: &Url, base: &Url) -> bool {
    let path = |url: &Url| url.path().trim_end_matches('/').to_ascii_lowercase();
    Origin::of(url) == Origin::of(base) && !path(base).is_empty() && path(url) == path(base)
}

/// Tells whether a POST to an address asks for a list, by the name of its action.
fn is_list_action(url: &Url) -> bool {
    let mut segments = url.path().trim_end_matches('/').rsplit('/');
    let action = segments.next().unwrap_or_default().to_ascii_lowercase();
    let names = ["list", "query", "search", "find"];
    names.iter().any(|name| action.starts_with(name)) || azure::list_shape(true, url).is_some()
}

/// Tells whether an address of the same path says where to go on: by a parameter that the first one did not have. The
/// same POST once more would be an action executed twice.
fn continues(next: &Url, first: &Url) -> bool {
    let known: HashSet<_> = first.query_pairs().collect();
    next.query_pairs().any(|pair| !known.contains(&pair))
}

/// A hash of many bytes, eight at a time: a page of megabytes is read in a fraction of the time that `DefaultHasher` takes,
/// which guards tables against chosen keys.
fn fingerprint(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

    let (words, rest) = bytes.as_chunks::<8>();
    let (groups, words) = words.as_chunks::<4>();
    let mut lanes = [1_u64, 2, 3, 4];
    for group in groups {
        for (lane, word) in lanes.iter_mut().zip(group) {
            *lane = (*lane ^ u64::from_le_bytes(*word))
                .wrapping_mul(FACTOR)
                .rotate_left(29);
        }
    }
    hash_of(&(lanes, words, rest, bytes.len()))
}

fn hash_of(value: &impl std::hash::Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn a_fingerprint_tells_texts_apart() {
        let text: Vec<u8> = (0..100).collect();
        let mut seen = std::collections::HashSet::from([fingerprint(&text)]);
        for at in 0..text.len() {
            let mut other = text.clone();
            other[at] ^= 1;
            assert!(seen.insert(fingerprint(&other)), "byte {at}");
            assert!(seen.insert(fingerprint(&text[..at])), "length {at}");
        }
        let (before, after) = text.split_at(40);
        assert!(seen.insert(fingerprint(&[after, before].concat())));
        assert!(!seen.insert(fingerprint(&text)));
    }
}
