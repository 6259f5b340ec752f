//! Which request comes after a page: resolves the link, refuses those that leave the endpoint or
//! lead in a circle. Sends nothing; the items are not its business.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hasher as _};

use http::{Method, header};
use url::Url;

use crate::azure::{self, LinkError, Refusal, Target};
use crate::transport::Request;

/// Headers of the first request that are not for the pages that follow.
const FIRST_ONLY: [header::HeaderName; 6] = [
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    header::IF_MODIFIED_SINCE,
    header::IF_UNMODIFIED_SINCE,
];

/// Follows the links of one list.
#[derive(Debug)]
pub struct Pager {
    first: Request,
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
            first: Request {
                method: Method::GET,
                url: first.url.clone(),
                headers: first.headers.clone(),
                body: bytes::Bytes::new(),
            },
            api_version: azure::explicit_api_version(&first.url),
            visited: HashSet::new(),
            last_items: None,
            last_length: 0,
            growths: 0,
        };
        for name in FIRST_ONLY {
            pager.first.headers.remove(name);
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
        Ok(Some(Request {
            url,
            ..self.first.clone()
        }))
    }
}

fn hash_of(value: &impl std::hash::Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
