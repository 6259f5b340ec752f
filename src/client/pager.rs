//! Which request comes after a page: resolves the link, refuses those that leave the endpoint or
//! lead in a circle. Sends nothing; the items are not its business.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hasher as _};

use http::{HeaderMap, HeaderName, Method, StatusCode, header};
use url::Url;

use crate::azure::headers::{X_MS_CLIENT_REQUEST_ID, X_MS_VERSION};
use crate::azure::{self, LinkError, Refusal, Target};
use crate::transport::Request;

/// Headers of the first request that are not for the pages that follow.
pub(super) const FIRST_ONLY: [HeaderName; 7] = [
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    header::IF_MODIFIED_SINCE,
    header::IF_UNMODIFIED_SINCE,
    header::IF_RANGE,
];

/// Follows the links of one list.
#[derive(Debug)]
pub struct Pager {
    /// What every further page has in common.
    further: Request,
    /// The first request, where it was a POST.
    posted: Option<Request>,
    api_version: Option<String>,
    /// Hashes of the links that were followed: a list may have a million pages.
    visited: HashSet<u64>,
    last_items: Option<u64>,
    last_length: usize,
    /// How often in a row the link grew while the items stayed.
    growths: u32,
}

/// Why a link is not followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkRefusal {
    /// It leads to a place that must not be asked.
    #[error("unsafe link to the next page: {refusal}")]
    Unsafe {
        /// The link as it was received.
        link: String,
        /// Why.
        refusal: Refusal,
    },
    /// It is no address.
    #[error("the link to the next page is no address")]
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
    /// The same items come again and again behind a link that grows (Azure/azure-cli#32080).
    #[error("the link to the next page brings the same items again")]
    Growing {
        /// The link as it was received.
        link: String,
    },
}

impl LinkRefusal {
    /// Returns the link as it was received.
    pub fn link(&self) -> &str {
        match self {
            Self::Unsafe { link, .. }
            | Self::Malformed { link, .. }
            | Self::Circle { link }
            | Self::Growing { link } => link,
        }
    }
}

impl Pager {
    /// A pager of the list that `first` asks for.
    pub fn new(first: &Request) -> Self {
        let mut pager = Self {
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
        };
        for name in FIRST_ONLY {
            pager.further.headers.remove(name);
        }
        if first.method == Method::GET {
            pager
                .visited
                .insert(hash_of(&azure::normal_form(&first.url)));
        }
        pager
    }

    /// Decides what follows the page at `current`, whose link is `link`. `items` is the text of
    /// its items where it is at hand.
    pub fn next(
        &mut self,
        link: Option<&str>,
        current: &Url,
        target: &Target,
        items: Option<&[u8]>,
    ) -> Result<Option<Request>, LinkRefusal> {
        let Some(text) = link else {
            return Ok(None);
        };
        let owned = || text.to_owned();
        let url = azure::resolve(text, current, self.api_version.as_deref()).map_err(|error| {
            LinkRefusal::Malformed {
                link: owned(),
                error: Box::new(error),
            }
        })?;
        let Some(url) = url else {
            return Ok(None);
        };
        target.admit(&url).map_err(|refusal| LinkRefusal::Unsafe {
            link: owned(),
            refusal,
        })?;
        if !self.visited.insert(hash_of(&azure::normal_form(&url))) {
            return Err(LinkRefusal::Circle { link: owned() });
        }
        let items = items
            .filter(|items| !items.is_empty())
            .map(|items| hash_of(&items));
        let grows = url.as_str().len() > self.last_length;
        let again = items.is_some() && items == self.last_items && grows;
        self.growths = if again { self.growths + 1 } else { 0 };
        // Once is no proof: `page=9` grows to `page=10`, and a selection may make pages alike.
        if self.growths > 1 {
            return Err(LinkRefusal::Growing { link: owned() });
        }
        (self.last_items, self.last_length) = (items, url.as_str().len());
        let mut request = Request {
            url,
            ..self.further.clone()
        };
        if !target.is_same_origin(&request.url) {
            // What the user gave is for the host that the user named: cookies, further tokens, keys.
            keep_only_ours(&mut request.headers);
        }
        Ok(Some(request))
    }

    /// Asks for a page with POST that was not found with GET: some lists that begin with POST go on
    /// with POST and the same body (Azure/azure-rest-api-specs#12276), and then so do all further
    /// pages of this list.
    ///
    /// Only for a page at the path that the user has posted to, or below it: elsewhere a POST is an
    /// action, and a link must not start one.
    pub fn posted_again(&mut self, missing: &Request, status: StatusCode) -> Option<Request> {
        let posted = self.posted.take_if(|posted| {
            matches!(
                status,
                StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED
            ) && is_at_or_below(&missing.url, &posted.url)
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

/// Tells whether a path is another's or begins with it, segment by segment; letters count as they
/// are, which errs on the safe side.
fn is_at_or_below(url: &Url, base: &Url) -> bool {
    let base = base.path().trim_end_matches('/');
    let rest = url.path().strip_prefix(base);
    !base.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Tells whether an address says where to go on: by a path below the first one, or a parameter that
/// the first one did not have. The same POST once more would be an action executed twice.
fn continues(next: &Url, first: &Url) -> bool {
    let known: HashSet<_> = first.query_pairs().collect();
    next.path() != first.path() || next.query_pairs().any(|pair| !known.contains(&pair))
}

fn keep_only_ours(headers: &mut HeaderMap) {
    let ours = [
        header::ACCEPT,
        header::USER_AGENT,
        HeaderName::from_static(X_MS_CLIENT_REQUEST_ID),
        HeaderName::from_static(X_MS_VERSION),
    ];
    let foreign: Vec<_> = headers
        .keys()
        .filter(|name| !ours.contains(name))
        .cloned()
        .collect();
    for name in foreign {
        headers.remove(name);
    }
}

fn hash_of(value: &impl std::hash::Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
    use url::Url;

    use super::Pager;
    use crate::transport::Request;

    fn request(method: Method, url: &str) -> Request {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        Request {
            method,
            url: Url::parse(url).unwrap(),
            headers,
            body: Bytes::from_static(b"{}"),
        }
    }

    #[track_caller]
    fn check(first: Method, link: &str, status: u16, expected: bool) {
        let mut pager = Pager::new(&request(
            first,
            "https://management.azure.com/s/p/query?a=1",
        ));
        let missing = Request {
            method: Method::GET,
            url: Url::parse("https://management.azure.com")
                .unwrap()
                .join(link)
                .unwrap(),
            ..request(Method::GET, "https://management.azure.com")
        };
        let status = StatusCode::from_u16(status).unwrap();
        let again = pager.posted_again(&missing, status);
        assert_eq!(again.is_some(), expected, "{link} {status}");
        let Some(again) = again else { return };
        assert_eq!(
            (again.method, again.body),
            (Method::POST, Bytes::from_static(b"{}"))
        );
        assert_eq!(again.headers[header::CONTENT_TYPE], "application/json");
        assert_eq!(again.url, missing.url);
        assert!(pager.posted_again(&missing, status).is_none(), "only once");
        assert_eq!(pager.further.method, Method::POST);
    }

    #[test]
    fn posts_for_a_page_only_where_the_user_has_posted() {
        for status in [404, 405] {
            check(Method::POST, "/s/p/query?a=1&$skiptoken=x", status, true);
            check(Method::POST, "/s/p/query/page/2", status, true);
            // The same once more would be the same action once more.
            check(Method::POST, "/s/p/query?a=1", status, false);
            check(Method::POST, "/s/p/query2", status, false);
            check(Method::POST, "/s/p/query/../stop", status, false);
            check(Method::POST, "/s/p", status, false);
            check(Method::POST, "/s/vm/deallocate", status, false);
            check(Method::GET, "/s/p/query/page/2", status, false);
            check(Method::PUT, "/s/p/query/page/2", status, false);
        }
        for status in [400, 401, 403, 409, 429, 500, 503] {
            check(Method::POST, "/s/p/query/page/2", status, false);
        }
    }
}
